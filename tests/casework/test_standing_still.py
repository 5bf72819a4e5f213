"""What should have gone on by itself and did not becomes a task of the head, until it went on."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import forwardings, standing_still, tasks
from casework.models import Complaint, Forwarding, Task
from casework.models_cases import CaseTrack
from notices.models import Document, Service
from registry import successions
from registry.models_clocks import Clock, ClockState
from tests.builders import Desk, rendered
from tests.casework.test_guard_sentences_complaint import escalated, merged
from tests.conftest import NOW


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, NOW)


def told(desk: Desk) -> list[str]:
    standing_still.look(desk.session, NOW)
    standing_still.look(desk.session, NOW)  # a second night tells nothing anew
    still_open = desk.session.scalars(select(Task).where(Task.done_at.is_(None)).order_by(Task.id))
    found = [each for each in still_open if each.kind.startswith(standing_still.KINDS)]
    assert {each.role for each in found} <= {"head"}
    assert all(each.subject_ref in tasks.sentence(each) for each in found)
    return [each.kind for each in found]


def put(desk: Desk, table: Any, number: int, **said: object) -> None:
    """As no verb leaves it."""
    desk.session.execute(update(table).where(table.id == number).values(**said))
    desk.session.expire_all()


def test_a_merged_complaint_whose_lead_ended_without_it_is_told_until_it_goes_on(desk: Desk) -> None:
    it = merged(desk)
    assert told(desk) == []
    put(desk, Complaint, it.lead_id, state="WITHDRAWN")
    assert told(desk) == ["follows_ended"]
    put(desk, Complaint, it.lead_id, state="RECEIVED")
    assert told(desk) == []
    put(desk, Complaint, it.lead_id, state="WITHDRAWN")
    standing_still.look(desk.session, NOW + timedelta(days=1))
    again = select(Task.kind).where(Task.done_at.is_(None), Task.key.startswith("follows_"))
    assert desk.session.scalar(again) == "follows_ended"


def test_an_escalated_complaint_whose_cases_have_all_ended_is_told(desk: Desk) -> None:
    it = escalated(desk)
    assert told(desk) == []
    for track in desk.session.scalars(select(CaseTrack)).all():
        put(desk, CaseTrack, track.id, state="CLOSED", ended_on=date(2026, 11, 25))
    assert it.state == "ESCALATED"
    assert told(desk) == ["cases_over"]


def test_a_complaint_that_no_company_has_to_answer_any_more_is_told_where_it_has_not_gone_on(desk: Desk) -> None:
    forwarding = desk.forwarded(desk.lender)
    desk.accepted(desk.firm, contact="13900001111")
    assert told(desk) == []
    put(desk, Forwarding, forwarding.id, state="CLOSED")
    assert told(desk) == ["nobody_waits"]


def test_a_forwarding_whose_company_is_gone_is_told_until_it_is_passed_on_or_taken_back(desk: Desk) -> None:
    forwarding = desk.forwarded(desk.lender)
    assert told(desk) == []
    said = {"evidence": "注销登记", "actor": desk.head, "version": None, "now": NOW}
    successions.cease(desk.session, desk.lender, on=NOW.date(), **said)  # type: ignore[arg-type]
    assert told(desk) == ["answer_gone"]
    forwardings.retract(desk.session, forwarding, why="该单位已注销", actor=desk.intake, now=NOW)
    assert told(desk) == []


def test_a_time_limit_that_has_not_begun_though_all_was_served_is_told(desk: Desk) -> None:
    desk.accepted()
    assert told(desk) == []
    armed = desk.session.scalars(select(Clock).where(Clock.state == ClockState.ARMED, Clock.key == "K03")).one()
    (number,) = armed.awaits
    rendered(desk.session, desk.session.get_one(Document, number), NOW)
    desk.session.execute(
        update(Service).where(Service.document_id == number).values(state="SERVED", served_on=date(2026, 11, 25))
    )
    assert told(desk) == ["clock_stuck:K03"]
