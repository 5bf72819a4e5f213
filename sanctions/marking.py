"""Finding a measure and marking it: done, late or failed, with the day."""

from datetime import date

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.errors import NotNow
from core.machine import Ask
from core.words import _l
from sanctions import rounds
from sanctions.levels import INTERVIEW
from sanctions.models_measures import Interview, Measure


def ordered(session: Session, track: CaseTrack, level: int) -> Measure:
    """The measure of this level that the round's decision ordered."""
    found = rounds.measure(session, track, level)
    if found is None:
        raise NotNow(rounds.NOT_ORDERED)
    return found


def interview(session: Session, track: CaseTrack) -> Interview:
    """The interview to which the respondent is summoned."""
    measure = rounds.measure(session, track, INTERVIEW)
    if measure is None or measure.interview is None or measure.state != "ORDERED":
        raise NotNow(_l("No interview waits for you."))
    return measure.interview


def held(session: Session, track: CaseTrack) -> Interview:
    """The interview, locked: two who sign, a proposal and its answer, or two officers follow one another."""
    found = interview(session, track)
    session.refresh(found, with_for_update=True)
    return found


def done(ask: Ask, measure: Measure, *, late: bool = False, state: str = "DONE", on: date | None = None) -> None:
    """Mark it, with the day that counts: that on which it happened, where somebody enters it afterwards."""
    measure.state, measure.done_on, measure.done_late = state, on or ask.on, late
