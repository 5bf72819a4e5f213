"""A day that was set becomes a day off by a year's notice: an interview or a hearing set for it gets another one."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import tasks
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.machine import Ask
from core.words import _l
from registry import calendar
from sanctions import queries, rounds
from sanctions.levels import INTERVIEW
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Interview, Measure

INTERVIEW_OFF, HEARING_OFF = "interview_off", "hearing_off"
tasks.KINDS[INTERVIEW_OFF] = _l(
    "The interview of %(ref)s is on a day off by the calendar published since: set another."
)
tasks.KINDS[HEARING_OFF] = _l("The hearing of %(ref)s is on a day off by the calendar published since: set it anew.")
ROLES = {INTERVIEW_OFF: "officer", HEARING_OFF: "secretary"}


@calendar.on_change
def have_set_anew(
    session: Session, first: date, last: date, _actor: Actor, now: datetime, _by_notice: bool
) -> list[int]:
    """Raise a task for each day to come that was set and has become one of rest; no clock moves by that.

    A notice that is put right closes it again where the day is one of work after all.
    """
    found = [each for each in _set(session, now) if first <= day_of(each[3]) <= last]
    known = _open(session) if found else set()
    for kind, track, number, at in found:
        free, is_open = calendar.is_certainly_free(session, day_of(at)), (kind, track.id) in known
        if free and not is_open:
            key = f"{kind}:{number}:{at.isoformat()}:{now.isoformat()}"
            tasks.put(session, kind, ("track", track.id, track.ref), role=ROLES[kind], now=now, key=key, urgent=True)
        elif is_open and not free:
            settle(session, track, kind, actor=SYSTEM, now=now)
    return []


def _open(session: Session) -> set[tuple[str, int]]:
    asked = select(Task.kind, Task.subject_id).where(Task.kind.in_(ROLES), Task.done_at.is_(None))
    return {(kind, number) for kind, number in session.execute(asked)}


def _set(session: Session, now: datetime) -> Iterator[tuple[str, CaseTrack, int, datetime]]:
    talks = select(CaseTrack, Interview.id, Interview.at).join(Measure, Measure.track_id == CaseTrack.id)
    talks = talks.join(Interview, Interview.measure_id == Measure.id).where(queries.of_last_decision())
    talks = talks.where(CaseTrack.state == "EXECUTING", Measure.state == "ORDERED", Interview.recorded_at.is_(None))
    for track, number, at in session.execute(talks.where(Interview.at > now).order_by(Interview.id)):
        yield INTERVIEW_OFF, track, number, at
    heard = select(CaseTrack, Hearing.id, Hearing.at).join(Hearing, Hearing.track_id == CaseTrack.id)
    heard = heard.where(CaseTrack.state == "HEARING_SET", Hearing.round == CaseTrack.round, Hearing.at > now)
    for track, number, set_for in session.execute(heard.where(Hearing.waived_at.is_(None)).order_by(Hearing.id)):
        if set_for is not None:
            yield HEARING_OFF, track, number, set_for


def settle(session: Session, track: CaseTrack, kind: str, *, actor: Actor, now: datetime) -> None:
    """Close the task: there is another day, or none."""
    tasks.settle(session, ("track", track.id), (kind,), actor=actor, now=now)


@TRACK.effect("S43", "S62", "S65", "S66", "S68", "S72", "S75", "S78", "S79", last=True)
def interview_has_its_day(ask: Ask) -> None:
    """It took place, is set anew, or is taken away; a summons issued again may name the same day."""
    measure = rounds.measure(ask.session, ask.it, INTERVIEW)
    held = measure.interview if measure is not None and measure.state == "ORDERED" else None
    if held is None or not calendar.is_certainly_free(ask.session, day_of(held.at)):
        settle(ask.session, ask.it, INTERVIEW_OFF, actor=ask.actor, now=ask.now)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if "HEARING_SET" in row.sources and row.target != "SAME"))
def hearing_has_its_day(ask: Ask) -> None:
    """It took place, is set anew, or there is none to come."""
    settle(ask.session, ask.it, HEARING_OFF, actor=ask.actor, now=ask.now)
