"""Logs and pages of administrators hold nothing of what people wrote, however the database refuses a row."""

import logging
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from casework.models import Complaint
from core import outbox
from core.db import db, transaction
from core.faults_told import told
from core.mail import NoServer
from tests.admin.office import Office
from tests.builders import Desk
from tests.conftest import NOW

SECRET = "沈若禾被催收"
CHECK = "ck_complaint_conduct_in_order"
WAYS = {
    "a check": "UPDATE complaint SET facts = :secret, conduct_from = '2026-12-01', conduct_to = '2026-11-01'",
    "no value": "UPDATE complaint SET facts = :secret, state = NULL",
    "a cast": "SELECT CAST(:secret || facts AS int) FROM complaint",
    "a search": "SELECT to_tsquery(facts || ' & & ' || :secret)::text FROM complaint",
}


def _received(app: Flask) -> int:
    with app.app_context(), transaction() as at:
        return Desk(at, NOW).received().id


def _by_the_verbs(document_id: int) -> None:
    with transaction() as at:
        complaint = at.get_one(Complaint, document_id)
        complaint.facts, complaint.conduct_from = SECRET, date(2030, 1, 1)


def _trouble(app: Flask, number: int) -> str:
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:1", document_id=number)
        outbox.run_all(limit=1)
        with transaction() as at:
            return str(at.scalars(select(outbox.Outbox.trouble).where(outbox.Outbox.key == "render:1")).one())


def test_work_that_the_database_refused_tells_administrators_its_constraint_and_no_value(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _received(app)
    monkeypatch.setitem(outbox.JOBS, "notices.render", _by_the_verbs)
    with capture_logs() as said:
        assert _trouble(app, number) == f"CheckViolation 23514 {CHECK}"
    assert SECRET not in str(said)
    for role in ("system_admin", "audit_admin"):
        page = Office(app, role).get("jobs/?lang=en")
        assert CHECK in page
        assert SECRET not in page


def test_words_of_a_library_about_what_it_could_not_use_are_kept_from_administrators_ours_are_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outbox.JOBS, "notices.render", lambda document_id: int(SECRET + str(document_id)))
    said = _trouble(app, 1)
    assert said.startswith("ValueError at tests/core/test_faults_told.py:")
    assert told(NoServer("SMTP_URL is not set")) == "NoServer: SMTP_URL is not set"
    assert told(ConnectionRefusedError(111, "Connection refused")) == (
        "ConnectionRefusedError: [Errno 111] Connection refused"
    )


@pytest.mark.parametrize("way", WAYS)
def test_what_the_server_answers_is_kept_without_values(app: Flask, way: str, caplog: pytest.LogCaptureFixture) -> None:
    _received(app)
    with app.app_context():
        try:
            with db.engine.begin() as connection:
                connection.execute(text("SET LOCAL ROLE zilu_system"))
                connection.execute(text(WAYS[way]), {"secret": SECRET})
        except DBAPIError:
            logging.getLogger("rq.worker").exception("as a worker does")
    assert "as a worker does" in caplog.text
    assert "Traceback" in caplog.text
    assert SECRET not in caplog.text
    assert "Failing row" not in caplog.text


def test_a_page_that_fails_is_logged_with_the_constraint_and_no_value(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    number = _received(app)

    endpoint = app.url_map.bind("localhost").match("/verify")[0]
    monkeypatch.setitem(app.view_functions, endpoint, lambda: _by_the_verbs(number))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = app.test_client().get("/verify")
    assert answer.status_code == 500
    assert CHECK in caplog.text
    assert SECRET not in caplog.text + answer.text
    assert "Failing row" not in caplog.text


def test_a_page_that_fails_is_logged_without_its_address_and_without_what_a_person_wrote(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> str:
        try:
            return {}[SECRET]  # type: ignore[no-any-return]
        except KeyError as error:
            raise ValueError(SECRET) from error

    endpoint = app.url_map.bind("localhost").match("/verify")[0]
    monkeypatch.setitem(app.view_functions, endpoint, fails)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert app.test_client().get(f"/verify?code={SECRET}").status_code == 500
    for word in ("KeyError", "ValueError", "test_faults_told.py", "in fails", endpoint):
        assert word in caplog.text
    assert SECRET not in caplog.text
