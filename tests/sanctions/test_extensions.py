"""More time for a measure: asked in time, given once, and while it is undecided nothing expires."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import expiries, party_requests, tasks
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import journal
from core.actors import SYSTEM
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.journal import JournalEntry
from core.machine import Ask
from notices import queries as notices
from registry import clocks
from registry.models_clocks import Clock
from sanctions import extensions, policies_extensions, rounds, verifications
from sanctions.models_measures import Measure
from tests.builders_cases import actor
from tests.sanctions.chain import Chain


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _measure(chain: Chain, track: CaseTrack) -> Measure:
    found = rounds.measure(chain.session, track, 1)
    assert found is not None
    return found


def _clock(chain: Chain, track: CaseTrack, key: str = "K22") -> Clock:
    found = clocks.live(chain.session, key, ("track", track.id))
    assert found is not None
    return found


def _ask(chain: Chain, track: CaseTrack, *, level: int = 1, why: str = "系统改造尚需时间", days: int = 12) -> None:
    extensions.ask_for_time(chain.session, track, level=level, why=why, actor=actor(chain.lead), now=chain.later(days))


def _give(chain: Chain, track: CaseTrack, **changed: object) -> None:
    said = {
        "level": 1,
        "why": "理由正当",
        "actor": actor(chain.head),
        "version": None,
        "now": chain.later(13),
    }
    extensions.extend(chain.session, track, **{**said, **changed})  # type: ignore[arg-type]


def _ended(chain: Chain, track: CaseTrack) -> datetime:
    """The last day, as the calendar confirms it, has passed."""
    clock = _clock(chain, track)
    assert clock.due_on is not None
    clock.provisional = False
    chain.session.flush()
    return chain.now + (clock.due_on - chain.now.date()) + timedelta(days=1)


def test_more_time_counts_from_service_and_is_told(chain: Chain) -> None:
    track = chain.executing([1, 3])
    _ask(chain, track)
    _give(chain, track)
    clock, other = _clock(chain, track), _clock(chain, track, "K24")
    assert (clock.length, clock.steps, other.length) == (90, [90], 60)
    assert clock.day0 == chain.later(9).date()
    told = notices.last_document(chain.session, ["D06a"], "track", track.id)
    assert told is not None
    assert "90日" in str(told.paper["paper"])
    assert _measure(chain, track).more_time_asked_at is None
    assert not [each for each in tasks.open_of(chain.session, ("track", track.id)) if each.kind.startswith("time_")]


def test_more_time_is_given_once(chain: Chain) -> None:
    track = chain.executing([1])
    _ask(chain, track)
    _give(chain, track, to=45)
    with pytest.raises(NotNow):
        _ask(chain, track, days=14)
    with pytest.raises(NotNow):
        _give(chain, track, now=chain.later(15))


def test_where_the_order_gave_as_much_as_there_is_nobody_is_asked_for_more(chain: Chain) -> None:
    track = chain.executing([1])
    clock = _clock(chain, track)
    clock.length = clock.extend_to[-1]
    with pytest.raises(NotNow):
        _ask(chain, track)
    assert not policies_extensions.extendable(chain.session, track), "nor is the head offered what is refused"


@pytest.mark.parametrize(("changed", "field"), [({"level": 2}, "level"), ({"why": " "}, "why"), ({"to": 91}, "to")])
def test_more_time_needs_its_measure_its_reasons_and_its_limit(
    chain: Chain, changed: dict[str, object], field: str
) -> None:
    track = chain.executing([1])
    _ask(chain, track)
    with pytest.raises(BadInput) as refused:
        _give(chain, track, **changed)
    assert refused.value.field == field


def test_what_was_never_asked_for_in_time_is_not_given(chain: Chain) -> None:
    track = chain.executing([1])
    with pytest.raises(BadInput):
        _give(chain, track)
    with pytest.raises(BadInput):
        _give(chain, track, asked_on=chain.later(14).date())
    _give(chain, track, asked_on=chain.later(12).date())
    assert _clock(chain, track).length == 90


def test_a_letter_of_the_last_day_asked_in_time_and_one_of_the_next_day_did_not(chain: Chain) -> None:
    track = chain.executing([1])
    after, last = _ended(chain, track), _clock(chain, track).due_on
    assert last is not None
    with pytest.raises(BadInput) as refused:
        _give(chain, track, asked_on=last + timedelta(days=1), now=after)
    assert refused.value.field == "asked_on"
    _give(chain, track, asked_on=last, now=after)
    assert _clock(chain, track).length == 90


def test_only_the_head_gives_and_only_the_lead_asks(chain: Chain) -> None:
    track = chain.executing([1])
    with pytest.raises(NotAllowed):
        extensions.ask_for_time(
            chain.session, track, level=1, why="时间不足", actor=actor(chain.firm_lead), now=chain.later(12)
        )
    _ask(chain, track)
    with pytest.raises(NotAllowed):
        _give(chain, track, actor=actor(chain.officer))
    with pytest.raises(NotAllowed):
        extensions.refuse_time(
            chain.session, track, level=1, why="否", actor=actor(chain.officer), version=None, now=chain.later(13)
        )


def test_what_was_asked_is_refused_once_with_reasons_by_a_head_who_read_it_as_it_is(chain: Chain) -> None:
    track, at = chain.executing([1]), chain.session
    said: dict[str, Any] = {"level": 1, "why": "理由不足", "actor": actor(chain.head), "now": chain.later(13)}
    said |= {"version": None}
    with pytest.raises(NotNow, match="没有待决定的延期申请"):
        extensions.refuse_time(at, track, **said)
    _ask(chain, track)
    with pytest.raises(BadInput) as refused:
        extensions.refuse_time(at, track, **said | {"why": " "})
    assert refused.value.field == "why"
    with pytest.raises(Changed):
        extensions.refuse_time(at, track, **said | {"version": 0})
    with pytest.raises(Changed):
        _give(chain, track, version=0)
    extensions.refuse_time(at, track, **said)
    with pytest.raises(NotNow):
        extensions.refuse_time(at, track, **said)
    told = party_requests.told(_measure(chain, track).time_requests)
    assert [(each.how, each.answer) for each in told] == [(party_requests.REFUSED, "理由不足")]
    journal.settle(at)
    noted = select(JournalEntry.row).where(JournalEntry.row.in_(("case.ask_for_time", "case.refuse_time")))
    assert at.scalars(noted.order_by(JournalEntry.id)).all() == ["case.ask_for_time", "case.refuse_time"]


def test_while_a_request_waits_the_time_limit_does_not_act(chain: Chain) -> None:
    track = chain.executing([1])
    _ask(chain, track)
    after = _ended(chain, track)
    clock = _clock(chain, track)
    assert extensions.waits_for_a_decision(chain.session, clock)
    with pytest.raises(NotNow):
        TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, after, day=clock.due_on), "K22_expired")
    waits = select(Task).where(Task.kind == "time_waits", Task.subject_id == track.id)
    assert len(chain.session.scalars(waits).all()) == 1
    extensions.refuse_time(
        chain.session, track, level=1, why="理由不足", actor=actor(chain.head), version=None, now=after
    )
    assert not extensions.waits_for_a_decision(chain.session, clock)
    assert chain.session.scalars(waits).one().done_at is not None
    TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, after, day=clock.due_on), "K22_expired")
    assert _measure(chain, track).state == "FAILED"


@pytest.mark.parametrize("answered", [False, True])
def test_a_report_is_late_only_once_the_request_for_more_time_is_decided(chain: Chain, answered: bool) -> None:
    track = chain.executing([1])
    _ask(chain, track)
    after = _ended(chain, track)
    if answered:
        extensions.refuse_time(
            chain.session, track, level=1, why="理由不足", actor=actor(chain.head), version=None, now=after
        )
    chain.report(track, after)
    assert _measure(chain, track).done_late is answered


def test_what_was_asked_in_time_can_be_given_after_the_last_day(chain: Chain) -> None:
    track = chain.executing([1])
    _ask(chain, track)
    after = _ended(chain, track)
    _give(chain, track, now=after)
    clock = _clock(chain, track)
    assert clock.length == 90
    assert clock.due_on is None or clock.due_on > after.date()


def test_after_the_end_nobody_asks_for_time(chain: Chain) -> None:
    track = chain.executing([1])
    after = _ended(chain, track)
    with pytest.raises(NotNow):
        _ask(chain, track, days=(after - chain.now).days)
    with pytest.raises(BadInput):
        _ask(chain, track, why=" ")


def test_a_request_ends_with_the_report_and_does_not_hold_the_second_period(chain: Chain) -> None:
    track = chain.executing([1])
    _ask(chain, track)
    chain.report(track, chain.later(13))
    asked = select(Task).where(Task.kind == "time_asked:K22", Task.subject_id == track.id)
    assert chain.session.scalars(asked).one().done_at is not None
    chain.verify(track, "FAIL", chain.later(14))
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(14))
    chain.serve(track, "D23a", chain.later(14))
    assert not extensions.waits_for_a_decision(chain.session, _clock(chain, track))
    _ask(chain, track, days=15)
    assert extensions.waits_for_a_decision(chain.session, _clock(chain, track))


def test_a_report_leaves_what_was_asked_about_another_measure_before_the_head(chain: Chain) -> None:
    track = chain.executing([1, 3])
    for level in (1, 3):
        _ask(chain, track, level=level)
    expiries.remind_of_waiting(chain.session, "track", track.id, track.ref)
    chain.report(track, chain.later(13))
    assert [each.level for each in policies_extensions.waiting(chain.session, track)] == [3]
    left = {each.kind for each in tasks.open_of(chain.session, ("track", track.id))}
    assert left == {"time_asked:K24", "time_waits"}


def test_what_is_ordered_again_has_a_time_of_its_own_whatever_was_given_before(chain: Chain) -> None:
    track = chain.executing([1])
    _ask(chain, track)
    _give(chain, track)
    chain.report(track, chain.later(14))
    chain.verify(track, "FAIL", chain.later(15))
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(15))
    chain.serve(track, "D23a", chain.later(15))
    measure = _measure(chain, track)
    assert (measure.extended_on, [each.days for each in measure.items]) == (None, [_clock(chain, track).length])
    assert len(measure.time_requests) == 1, "what was asked and given before is kept"
    _ask(chain, track, days=16)
    _give(chain, track, to=20, now=chain.later(16))
    assert _clock(chain, track).length == 20
