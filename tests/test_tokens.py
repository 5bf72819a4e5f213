"""A form carries the token of its own session: without it, or with another's, no page that changes anything runs."""

from collections.abc import Iterator
from functools import wraps
from typing import Any

import pytest
from flask import Flask
from flask import session as cookie
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.routing import Rule

from core.clock import now
from core.db import transaction
from core.web import audience_of
from registry import sessions
from registry.models_accounts import Account, Audience
from tests import builders
from tests.test_house import _address

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
EXEMPT = {"publishing_public.unsubscribe"}
"""A mail program sends it, which has no form of ours: the address itself is the secret (RFC 8058)."""
REACHED = 299


@pytest.fixture
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with its tokens; a page that would run says so, and does nothing."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    def said(view: Any) -> Any:
        @wraps(view)
        def reached(**_args: object) -> tuple[str, int]:
            return "", REACHED

        return reached

    for endpoint, view in app.view_functions.items():
        monkeypatch.setitem(app.view_functions, endpoint, said(view))
    return app


def _people(app: Flask) -> dict[str, FlaskClient]:
    """Somebody signed in at each front, and a stranger."""
    found = {}
    with app.app_context(), transaction() as at:
        lender = builders.party(at, "青屿消费金融有限公司")
        staff = builders.account(at, "staff", "intake", "officer")
        lead = builders.account(at, "lead", "respondent", party=lender)
        admin = Account(mail="a@lanwan.invalid", mail_hash=b"a", name="admin", audience=Audience.ADMIN)
        at.add(admin)
        at.flush()
        for name, account in {"staff": staff, "portal": lead, "admin": admin}.items():
            found[name] = app.test_client()
            with found[name].session_transaction() as held:
                held["sid"] = sessions.begin(at, account, passed=True, client="test", now=now())
    return found | {"public": app.test_client()}


def _token(app: Flask, browser: FlaskClient | None = None) -> str:
    """A token as a page gives it; of a session of nobody's where no browser is named."""
    with app.test_request_context():
        token = str(generate_csrf())
        raw = cookie["csrf_token"]
    if browser is not None:
        with browser.session_transaction() as held:
            held["csrf_token"] = raw
    return token


def _changing(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & CHANGING):
            yield rule, method


def test_no_page_that_changes_anything_runs_without_the_token_of_its_own_session(guarded: Flask) -> None:
    people = _people(guarded)
    own = {name: _token(guarded, browser) for name, browser in people.items()}
    foreign = {"nothing": "", "another session's": _token(guarded)}
    wrong, many, reached = [], 0, 0
    for rule, method in _changing(guarded):
        front = audience_of(rule.endpoint.rpartition(".")[0] or None)
        who = front if front in people else "staff" if front == "account" else "public"
        many += 1
        for what, token in {**foreign, "its own": own[who]}.items():
            answer = people[who].open(_address(rule), method=method, data={"csrf_token": token})
            if rule.endpoint in EXEMPT:
                right = answer.status_code == REACHED
            else:  # with its own some are refused later, by roles or for want of the thing
                right = (answer.status_code == 400) == (what != "its own")
            reached += answer.status_code == REACHED
            if not right:
                wrong.append((rule.endpoint, method, what, answer.status_code))
    assert not wrong
    assert many > 100
    assert reached > many / 2
