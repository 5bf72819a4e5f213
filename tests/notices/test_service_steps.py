"""A step of service that is noted wrongly: the page points at the field, and nothing happened."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from core.db import transaction
from notices import queries
from notices.models import Document, Service
from registry import sessions
from registry.models_accounts import Account
from tests.builders import Desk, rendered
from tests.conftest import NOW

SIGNED = {"receiver": "前台江月", "served_on": NOW.date().isoformat()}
BEFORE = (NOW - timedelta(days=9)).date().isoformat()


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"step": "hand_over"} | SIGNED | {"receiver": ""}, "receiver"),
        ({"step": "hand_over"} | SIGNED | {"served_on": ""}, "served_on"),
        ({"step": "hand_over"} | SIGNED | {"served_on": BEFORE}, "served_on"),
        ({"step": "leave"} | SIGNED, "reason"),
        ({"step": "leave", "reason": "拒收"} | SIGNED, "receiver"),
        ({"step": "post"}, "slip_no"),
        ({"step": "attempted"}, "reason"),
    ],
)
def test_what_a_step_lacks_is_shown_at_its_field(app: Flask, said: dict[str, str], field: str) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        letter = queries.last_document(at, ["D05b"], "forwarding", desk.accepted().forwardings[0].id)
        assert letter is not None
        letter.services[0].bounced_at = NOW
        rendered(at, letter, NOW)
        number, officer = letter.id, desk.officer.id or 0
    client = app.test_client()
    with app.app_context(), transaction() as at:
        token = sessions.begin(at, at.get_one(Account, officer), passed=True, client="test", now=NOW)
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    client.set_cookie("lang", "en")
    answer = client.post(f"/staff/notices/{number}", data=said | {"key": "k"})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with app.app_context(), transaction() as at:
        assert at.get_one(Document, number).services[0].served_on is None
        assert at.get_one(Service, at.get_one(Document, number).services[0].id).slip_no is None
