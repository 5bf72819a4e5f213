"""No act of a respondent or complainant waits for a calendar: none is there, or what it estimates has passed."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from casework import complaints, forwardings, intake, recusals, settlements, stop_contacts, tracks, triage
from portal import materials
from registry import calendar, clocks
from registry.models_clocks import CalendarDay, CalendarYear
from sanctions import (
    admissions,
    extensions,
    hearings,
    interview_times,
    milestones,
    restorations,
    reviews,
    rounds,
    statements,
)
from tests.builders import Desk, person_of
from tests.builders_cases import actor
from tests.sanctions.chain import DAY, Chain
from tests.sanctions.hearing_room import HearingRoom

ADMISSION = {"text": "事实属实。", "signed_by": "周岚", "position": "副总经理", "authorised": True, "told": True}


def _nothing(session: Session) -> None:
    session.execute(delete(CalendarDay))
    session.execute(delete(CalendarYear))


def _estimates(session: Session) -> None:
    session.execute(update(CalendarDay).values(confirmed=False))
    session.execute(update(CalendarYear).values(stamp=uuid4()))


@pytest.fixture(params=[_nothing, _estimates])
def bare(request: pytest.FixtureRequest, session: Session) -> Session:
    """A calendar that is not there, or knows no day for certain."""
    request.param(session)
    calendar.forget(session, calendar.STAMPS)
    return session


def late(session: Session, kind: str, number: int, *keys: str) -> datetime:
    """Some days after these periods ended as they are estimated; long after they began where no date is known."""
    found = [clocks.live(session, key, (kind, number)) for key in keys]
    assert all(each is not None and each.day0 is not None and each.provisional for each in found), keys
    last = max(each.due_on or each.day0 + 100 * DAY for each in found if each is not None and each.day0)
    return datetime.fromisoformat(f"{last + 3 * DAY}T02:00:00+00:00")


def complainant(session: Session, now: datetime) -> None:
    desk = Desk(session, now)
    asked = desk.received()
    triage.ask_info(session, asked, missing=["录音"], actor=desk.intake, now=now)
    desk.serve("complaint", asked.id, "D02")
    when = late(session, "complaint", asked.id, "K02")
    intake.give_info(session, asked, text="录音已丢失。", actor=person_of(asked), now=when)
    released = desk.released()
    [release], me = desk.releases(released), person_of(released)
    when = late(session, "complaint", released.id, "K05")
    complaints.dispute(session, released, releases=[release.id], why="不属实", actor=me, now=when)
    settlements.propose(session, released, "停止联系", actor=me, now=when)
    complaints.withdraw(session, released, pressure=False, actor=me, now=when)


def forwarding(session: Session, now: datetime) -> None:
    desk = Desk(session, now)
    it, lead = desk.forwarded(), desk.lead
    when = late(session, "forwarding", it.id, "K03")
    asked = {"firm_id": desk.firm.id, "text": "请提供录音。", "actor": lead, "now": when}
    materials.ask(session, it, due_on=when.date() + 2 * DAY, **asked)  # type: ignore[arg-type]
    forwardings.ask_time(session, it, why="需调取录音", actor=lead, now=when)
    desk.answer(it, now=when)
    own = desk.received(role="UNRELATED")
    [stop] = stop_contacts.request(session, own, number="13912345678", own=True, actor=person_of(own), now=now)
    stop_contacts.relay(session, stop, actor=desk.intake, now=now)
    desk.serve("stop_contact", stop.id, "D33")
    stop_contacts.confirm(session, stop, actor=lead, now=late(session, "stop_contact", stop.id, "K09"))


def inquiry(session: Session, now: datetime) -> None:
    room = HearingRoom(session, now)
    track, lead = room.filed(), actor(room.lead)
    room.serve(track, "D11b")
    when = late(session, "track", track.id, "K12")
    recusals.ask(session, track.case, room.investigator.id, ground="SHARES", facts="持有股份", actor=lead, now=when)
    tracks.explain(session, track, text="情况说明", actor=lead, now=when)


def windows(session: Session, now: datetime) -> None:
    room = HearingRoom(session, now)
    track, lead = room.noticed(), actor(room.lead)
    when = late(session, "track", track.id, "K15", "K16")
    statements.state(session, track, text="对事实有异议", actor=lead, now=when)
    hearings.ask_for(session, track, wishes="对事实有异议", actor=lead, now=when)
    hearings.waive(session, track, confirmed=True, actor=lead, now=when)
    statements.waive(session, track, confirmed=True, actor=lead, now=when)
    ended = when.date() - DAY
    restorations.ask_for(session, track, obstacle="台风停电", ended_on=ended, actor=lead, now=when)


def admission(session: Session, now: datetime) -> None:
    room = HearingRoom(session, now)
    track, lead = room.noticed([1, 2], "V-C04"), actor(room.lead)
    when = late(session, "track", track.id, "K14")
    admissions.admit(session, track, **ADMISSION, actor=lead, now=when)  # type: ignore[arg-type]
    admissions.take_back(session, track, confirmed=True, actor=lead, now=late(session, "track", track.id, "K31"))
    statements.waive(session, track, confirmed=True, actor=lead, now=when)


def review(session: Session, now: datetime) -> None:
    room = HearingRoom(session, now)
    track = room.decided([1, 4], "V-I02")
    room.serve(track, "D20", room.later(7))
    when = late(session, "track", track.id, "K20")
    asked = reviews.ask_review(session, track, grounds="认定不符", actor=actor(room.lead), now=when)
    reviews.withdraw(session, asked, confirmed=True, actor=actor(room.lead), now=when)


def execution(session: Session, now: datetime) -> None:
    room = Chain(session, now)
    track, lead = room.executing([1, 2]), actor(room.lead)
    held = rounds.measure(session, track, 2)
    assert held is not None
    assert held.interview is not None
    far = late(session, "track", track.id, "K23")
    interview_times.propose(session, track, at=far, why="出差", actor=lead, now=room.later(10))
    when = late(session, "track", track.id, "K22")
    milestones.add(session, track, no=1, text="专项培训", due_on=when.date() + DAY, actor=lead, now=when)
    extensions.ask_for_time(session, track, level=1, why="尚需时间", actor=lead, now=when)
    extensions.extend(session, track, level=1, why="属实", actor=actor(room.head), version=None, now=when)
    room.report(track, when)


def test_a_time_of_an_interview_that_no_calendar_counts_is_not_called_too_early(
    session: Session, now: datetime
) -> None:
    room = Chain(session, now)
    track, by = room.executing([2]), {"now": room.later(10)}
    held = rounds.measure(session, track, 2)
    assert held is not None
    assert held.interview is not None
    _nothing(session)
    calendar.forget(session, calendar.STAMPS)
    wanted = held.interview.at + DAY
    interview_times.propose(session, track, at=wanted, why="出差", actor=actor(room.lead), **by)
    interview_times.accept(session, track, actor=actor(room.officer), version=None, **by)
    assert held.interview.at == wanted


@pytest.mark.parametrize("life", [complainant, forwarding, inquiry, windows, admission, review, execution])
def test_no_act_of_a_side_waits_for_a_calendar(
    bare: Session, now: datetime, life: Callable[[Session, datetime], None]
) -> None:
    life(bare, now)
