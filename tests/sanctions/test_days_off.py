"""A day that was set for an interview or a hearing and becomes a day off by a year's notice is set anew."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from casework import tasks
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.clock import day_of
from core.db import attempt
from core.errors import NotNow
from notices import queries as notices
from notices.papers import Paper, whole_text
from registry import calendar
from sanctions import interviews, rounds
from sanctions.plans import InterviewPlan
from tests.builders_cases import actor
from tests.sanctions.chain import Chain
from tests.sanctions.hearing_room import HearingRoom

BEGUN = datetime(2026, 12, 14, 2, 0, tzinfo=UTC)
ADMIN = Actor(7, frozenset({"system_admin"}))


def _published(chain: Chain, off: datetime, now: datetime) -> None:
    """The notice of 2027 makes that day one of rest."""
    calendar.load_year(chain.session, 2027, {day_of(off): False}, "示例〔2026〕1号", ADMIN, now)


def _waits(chain: Chain, track: CaseTrack) -> list[str]:
    return [each.kind for each in tasks.open_of(chain.session, ("track", track.id)) if each.kind.endswith("_off")]


def test_an_interview_gets_another_day_where_its_own_becomes_a_day_off(session: Session) -> None:
    chain = Chain(session, BEGUN)
    track, now, by = chain.executing([2]), chain.later(10), {"actor": actor(chain.officer), "version": None}
    held = rounds.measure(session, track, 2).interview  # type: ignore[union-attr]
    assert held is not None
    plan = InterviewPlan(held.at + timedelta(days=1), held.place, tuple(held.interviewers))
    with pytest.raises(NotNow), attempt(session):
        interviews.move(session, track, plan=plan, now=now, **by)  # type: ignore[arg-type]
    _published(chain, held.at, now)
    assert _waits(chain, track) == ["interview_off"]
    interviews.move(session, track, plan=plan, now=now, **by)  # type: ignore[arg-type]
    assert (held.at, _waits(chain, track)) == (plan.at, [])


def test_whose_day_is_one_of_work_after_all_needs_no_other(session: Session) -> None:
    chain = Chain(session, BEGUN)
    track, now = chain.executing([2]), chain.later(10)
    held = rounds.measure(session, track, 2).interview  # type: ignore[union-attr]
    assert held is not None
    _published(chain, held.at, now)
    put_right = {date(2027, 5, 3): False, day_of(held.at): True}
    calendar.load_year(session, 2027, put_right, "示例〔2026〕2号", ADMIN, chain.later(11))
    assert _waits(chain, track) == []
    _published(chain, held.at, chain.later(12))
    assert _waits(chain, track) == ["interview_off"]


def test_an_interview_that_took_place_is_not_moved_since_its_day_would_have_been_one_of_rest(session: Session) -> None:
    chain = Chain(session, BEGUN)
    track, by = chain.executing([2]), {"actor": actor(chain.officer), "version": None}
    now = chain.recorded(track)
    held = rounds.measure(session, track, 2).interview  # type: ignore[union-attr]
    assert held is not None
    _published(chain, held.at, now)
    with pytest.raises(NotNow):
        interviews.move(session, track, plan=chain.plan(now), now=now, **by)  # type: ignore[arg-type]


def test_a_hearing_is_set_anew_where_its_day_becomes_a_day_off_and_the_notice_says_why(
    session: Session,
) -> None:
    room = HearingRoom(session, BEGUN)
    track, _members = room.ready()
    at, now = room.hearing(track).at, room.later(10)
    assert at is not None
    with pytest.raises(NotNow), attempt(room.session):
        room.set(track, now)
    _published(room, at, now)
    assert _waits(room, track) == ["hearing_off"]
    plan = room.set(track, now)
    letter = notices.last_document(room.session, ["D18"], "track", track.id)
    assert letter is not None
    assert "所定之日为休息日" in whole_text(Paper.from_json(letter.paper["paper"]))
    assert (room.hearing(track).at, _waits(room, track)) == (plan.at, [])
