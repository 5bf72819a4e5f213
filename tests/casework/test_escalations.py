"""An escalation leads somewhere: no complaint waits for a case that nobody will open."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, tracks
from casework.models import Forwarding
from casework.models_cases import CaseTrack
from casework.states import COMPLAINT
from core.actors import SYSTEM
from core.errors import NotNow
from core.machine import Ask
from tests.builders_cases import World, actor


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


def _ended(world: World, track: CaseTrack, state: str) -> None:
    track.state, track.ended_on = state, world.now.date()
    world.session.flush()


def test_a_lead_that_was_not_filed_can_be_followed_again(world: World) -> None:
    complaint = world.complaint()
    case = world.case(complaint)
    for each in case.tracks:
        tracks.decline(world.session, each, reasons="证据不足", actor=actor(world.head), version=None, now=world.now)
    complaint.state = "DISPUTED"
    world.session.flush()
    about = [world.lender.id]
    complaints.escalate(
        world.session, complaint, why="有了新的录音", parties=about, actor=actor(world.officer), now=world.later(1)
    )
    assert complaint.state == "ESCALATED"
    fresh = world.session.query(CaseTrack).filter(CaseTrack.state == "SCREENING").all()
    assert fresh
    assert all(each.case_id != case.id for each in fresh)


def test_the_clock_opens_no_case_anew_on_what_the_head_did_not_file(world: World) -> None:
    complaint, at = world.complaint(), world.session
    for each in world.case(complaint).tracks:
        tracks.decline(at, each, reasons="证据不足", actor=actor(world.head), version=None, now=world.now)
    before = at.scalars(select(CaseTrack.id)).all()
    said = {"party_id": world.lender.id, "role": "PRINCIPAL", "masked_facts": "", "gave_up": True}
    at.add(Forwarding(ref="受2026-1-1", complaint_id=complaint.id, state="OVERDUE", sent_at=world.now, **said))
    complaint.state = "FORWARDED"
    at.flush()
    at.refresh(complaint)
    COMPLAINT.carry_out(Ask(at, complaint, SYSTEM, {}, world.later(1)), "unanswered")
    assert complaint.state == "ESCALATED"
    assert at.scalars(select(CaseTrack.id)).all() == before


def test_what_a_case_has_decided_is_not_escalated_once_more(world: World) -> None:
    complaint = world.complaint()
    for each in world.case(complaint).tracks:
        _ended(world, each, "CLOSED")
    complaint.state = "DISPUTED"
    world.session.flush()
    with pytest.raises(NotNow, match="结案"):
        complaints.escalate(
            world.session, complaint, why="仍不服", parties=[world.lender.id], actor=actor(world.officer), now=world.now
        )
    assert complaint.state == "DISPUTED"
