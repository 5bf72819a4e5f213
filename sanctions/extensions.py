"""More time to carry out a measure: asked by the respondent, given once or refused by the head."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework import expiries, noting, party_requests, tasks
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.policies_forwardings import WHY_MORE_TIME
from casework.policies_tracks import by_its_lead
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, raise_first
from core.machine import Ask
from core.words import _l
from notices import dossiers, serving
from registry import notifications
from registry.clock_hooks import on_hold
from registry.models_clocks import Clock
from sanctions import policies_extensions as policies
from sanctions import rounds
from sanctions.levels import LEVELS, RECTIFICATION, TRAINING
from sanctions.marking import ordered
from sanctions.models_measures import Measure


def ask_for_time(session: Session, track: CaseTrack, *, level: int, why: str, actor: Actor, now: datetime) -> None:
    """The respondent asks for more time; until the head decides, the time limit has no effect."""
    raise_first(by_its_lead(actor, track))
    if not why.strip():
        raise BadInput("why", WHY_MORE_TIME)
    session.refresh(track, with_for_update=True)  # see an answer, or the end of the time limit, that came first
    serving.answer(session, "track", track.id, actor=actor, now=now, kinds=(LEVELS[level].document,))
    rounds.ordered(session, track, anew=True)
    for refusal in policies.ask_refusals(session, track, level, day_of(now)):
        raise refusal
    measure = _measure(session, track, level)
    measure.more_time_asked_at, measure.more_time_reason = now, why.strip()
    measure.time_requests = party_requests.begun(measure.time_requests, why=why.strip(), at=now)
    session.flush()
    key = f"time_asked:measure:{measure.id}:{now.isoformat()}"
    kind = f"time_asked:{policies.KEYS[level]}"
    tasks.put(session, kind, ("track", track.id, track.ref), role="head", now=now, key=key)
    noting.of_case(session, track.case, "ask_for_time", actor, now, track=track.ref, level=level)


def refuse_time(
    session: Session,
    track: CaseTrack,
    *,
    level: int,
    why: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The head gives no more time, with reasons; the time limit has effect as it stands."""
    if not policies.may_answer(actor):
        raise NotAllowed
    same(track, version)
    measure = _measure(session, track, level)
    if measure.more_time_asked_at is None:
        raise NotNow(_l("Nobody asked for more time."))
    if not why.strip():
        raise BadInput("why", _l("Give the reasons."))
    measure.more_time_asked_at = None
    measure.time_requests = party_requests.ended(
        measure.time_requests, party_requests.REFUSED, at=now, answer=why.strip()
    )
    session.flush()
    _settle(session, track, {level}, actor, now)
    key = f"time_refused:track:{track.id}:{now.isoformat()}"
    notifications.tell_party(session, track.party_id, "answered", key=key, now=now)
    noting.of_case(session, track.case, "refuse_time", actor, now, track=track.ref, level=level)


def extend(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    level: int,
    why: str,
    to: int | None = None,
    asked_on: date | None = None,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The head gives more time once, as a total from service (row S73)."""
    same(track, version)
    rounds.ordered(session, track, anew=True)
    facts = {
        "level": level,
        "why": why.strip(),
        "to": to,
        "asked_on": asked_on,
        "clocks": {policies.KEYS.get(level, "")},
        "journal": {"level": level, "to": to},
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "extend_execution")


@TRACK.effect("S73")
def note_extension(ask: Ask) -> None:
    """Keep that time was given; a request made in time may be granted later, since the limit has not acted yet."""
    measure = _measure(ask.session, ask.it, ask.facts["level"])
    ask.facts["in_time"] = True  # as the guard checked, even if a letter of the last day is noted the day after
    measure.more_time_asked_at, measure.extended_on = None, ask.on
    measure.time_requests = party_requests.ended(
        measure.time_requests, party_requests.GIVEN, at=ask.now, answer=ask.facts["why"]
    )
    _settle(ask.session, ask.it, {measure.level}, ask.actor, ask.now)


def needs_no_answer(ask: Ask) -> None:
    """End requests for time where none is needed: the company has reported, or the measure is gone.

    Reports (S61, S63) call it after noting whether they came in time, since a waiting request matters for that. While
    one waits, no time limit acts (S39, S44), so nothing is ordered again (S41) in spite of it.
    """
    level = {"S61": RECTIFICATION, "S63": TRAINING}.get(ask.row.id if ask.row else "")
    asked = [each for each in policies.waiting(ask.session, ask.it) if level in {None, each.level}]
    if not asked:
        return
    for each in asked:
        each.more_time_asked_at = None
        each.time_requests = party_requests.ended(each.time_requests, party_requests.LAPSED, at=ask.now)
    ask.session.flush()
    _settle(ask.session, ask.it, {each.level for each in asked}, ask.actor, ask.now)


@TRACK.effect("S65", "S66", "S72", "S75", "S78")
def asked_for_nothing_any_more(ask: Ask) -> None:
    """End requests for time: a review, or an end out of turn, takes the measure away."""
    needs_no_answer(ask)


@on_hold
def waits_for_a_decision(session: Session, clock: Clock) -> bool:
    """Whether K22 or K24 must not act yet, since a request for more time waits; the head is told of it daily."""
    if clock.subject_type != "track" or clock.key not in policies.KEYS.values():
        return False
    track = session.get_one(CaseTrack, clock.subject_id)
    if not any(policies.KEYS.get(each.level) == clock.key for each in policies.waiting(session, track)):
        return False
    expiries.remind_of_waiting(session, "track", track.id, track.ref)
    return True


def _measure(session: Session, track: CaseTrack, level: int) -> Measure:
    """The measure, locked."""
    found = ordered(session, track, level)
    session.refresh(found, with_for_update=True)
    return found


def _settle(session: Session, track: CaseTrack, levels: set[int], actor: Actor, now: datetime) -> None:
    """Close the tasks of what was answered, and once nothing waits any more, those that name no measure."""
    kinds = {f"time_asked:{policies.KEYS[level]}" for level in levels & policies.KEYS.keys()}
    if not policies.waiting(session, track):
        kinds |= {"time_asked", "time_waits"}
    tasks.settle(session, ("track", track.id), tuple(sorted(kinds)), actor=actor, now=now)
