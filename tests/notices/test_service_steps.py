"""A step of service that is noted wrongly: the page points at the field, and nothing happened."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
import time_machine
from flask import Flask

from casework.states import FORWARDING
from core.actors import SYSTEM
from core.clock import ZONE
from core.db import transaction
from core.machine import Ask
from notices import queries
from notices.models import Document, Service
from registry import clocks
from tests.builders import Desk, rendered
from tests.conftest import NOW
from tests.signed_in import signed_in

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
    number, officer = _came_back(app)
    answer = signed_in(app, officer).post(f"/staff/notices/{number}", data=said | {"key": "k"})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with app.app_context(), transaction() as at:
        assert at.get_one(Document, number).services[0].served_on is None
        assert at.get_one(Service, at.get_one(Document, number).services[0].id).slip_no is None


def test_of_a_letter_that_was_refused_nobody_is_said_to_have_received_it(app: Flask) -> None:
    number, officer = _came_back(app)
    refused = {"step": "leave", "reason": "门卫称单位不收", "receiver": "林晓，周禾", "key": "k"}
    client = signed_in(app, officer)
    assert client.post(f"/staff/notices/{number}", data=SIGNED | refused).status_code == 303
    card = client.get(f"/staff/notices/{number}?lang=zh").text.partition('id="proof"')[2]
    assert all(
        each in card for each in ("受送达人拒收，留置送达", "见证人", "林晓，周禾", "拒收情况", "门卫称单位不收")
    )
    assert "签收人" not in card.partition("</section>")[0]


def _came_back(app: Flask) -> tuple[int, int]:
    """A letter whose message came back, and the officer who serves it."""
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        letter = queries.last_document(at, ["D05b"], "forwarding", desk.accepted().forwardings[0].id)
        assert letter is not None
        letter.services[0].bounced_at = NOW
        rendered(at, letter, NOW)
        return letter.id, desk.officer.id or 0


def test_a_reminder_whose_days_are_over_is_not_served_without_a_word(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        forwarding = desk.forwarded()
        asked = clocks.live(at, "K03", ("forwarding", forwarding.id))
        assert asked is not None
        assert asked.due_on is not None
        late = datetime.combine(asked.due_on, time(9), ZONE) + timedelta(days=1)
        FORWARDING.carry_out(Ask(at, forwarding, SYSTEM, {}, late, day=asked.due_on), "K03_expired")
        letter = queries.last_document(at, ["D07a"], "forwarding", forwarding.id)
        until = clocks.live(at, "K04", ("forwarding", forwarding.id))
        assert letter is not None
        assert until is not None
        assert until.due_on is not None
        number, officer, last = letter.id, desk.officer.id or 0, until.due_on
    for days, over in ((0, False), (1, True)):
        with time_machine.travel(datetime.combine(last, time(9), ZONE) + timedelta(days=days)):
            page = signed_in(app, officer).get(f"/staff/notices/{number}").text
            assert ("The days that this letter gives are over" in page) is over
