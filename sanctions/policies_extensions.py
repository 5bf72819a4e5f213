"""What must hold before a measure gets more time: asked before the end, once, with reasons."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.policies_forwardings import over_already
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotNow, Refused
from core.machine import Ask
from core.words import _l
from registry.clock_moves import certain_end, has_ended, live, next_step
from registry.models_clocks import Clock
from sanctions import rounds
from sanctions.levels import RECTIFICATION, TRAINING
from sanctions.models_measures import Measure

KEYS = {RECTIFICATION: "K22", TRAINING: "K24"}
"""The time limits that can be extended (S73): those of the respondent."""
LEVEL_OF = {key: level for level, key in KEYS.items()}


def may_answer(actor: Actor) -> bool:
    """Whether somebody answers requests for more time (row S73): the head."""
    return TRACK.rows["S73"].is_for(actor)


def period(session: Session, track: CaseTrack, level: int) -> Clock | None:
    """The clock of a measure, once its notice was served; None for a measure without such a limit."""
    found = live(session, KEYS[level], ("track", track.id)) if level in KEYS else None
    return found if found is not None and found.day0 is not None else None


def extendable(session: Session, track: CaseTrack) -> list[Measure]:
    """The measures that can still get more time; none whose order gave as much as there is."""
    mine = [each for each in rounds.ordered(session, track) if each.state == "ORDERED" and each.extended_on is None]
    found = [(each, period(session, track, each.level)) for each in mine]
    return [each for each, clock in found if clock is not None and next_step(clock) is not None]


def waiting(session: Session, track: CaseTrack, *, anew: bool = False) -> list[Measure]:
    """The measures for which a request for more time waits for the head; `anew` reads them again."""
    return [each for each in rounds.ordered(session, track, anew=anew) if each.more_time_asked_at is not None]


def kept_waiting(session: Session, found: Sequence[Clock]) -> set[int]:
    """Which of these clocks have no effect until the head has decided about more time."""
    mine = {(each.subject_id, LEVEL_OF[each.key]): each.id for each in found if each.key in LEVEL_OF}
    if not mine:
        return set()
    asked = select(Measure.track_id, Measure.level).where(Measure.more_time_asked_at.is_not(None))
    asked = asked.where(Measure.track_id.in_({track for track, _level in mine}))
    return {mine[track, level] for track, level in session.execute(asked) if (track, level) in mine}


def ask_refusals(session: Session, track: CaseTrack, level: int, today: date) -> Iterator[Refused]:
    """Why the respondent cannot ask for more time now."""
    measure = next((each for each in rounds.ordered(session, track) if each.level == level), None)
    clock = period(session, track, level)
    if track.state != "EXECUTING" or measure is None or measure.state != "ORDERED" or clock is None:
        yield NotNow(_l("No time limit of this measure is running."))
        return
    if measure.more_time_asked_at is not None:
        yield NotNow(_l("You have already asked for more time."))
    if measure.extended_on is not None:
        yield NotNow(_l("More time is given once."))
    elif next_step(clock) is None:
        yield NotNow(_l("The time limit is already as long as it can be."))
    if has_ended(clock, today):
        yield NotNow(_l("The time limit has ended: report at once, late reports are taken."))


def asked_on(ask: Ask, measure: Measure) -> date | None:
    """When more time was asked for: in the portal, or as the head notes from a letter."""
    day: date | None = ask.facts.get("asked_on")
    return day_of(measure.more_time_asked_at) if measure.more_time_asked_at else day


@TRACK.guard("S73")
def more_time_once_and_asked_in_time(ask: Ask) -> Iterator[Refused]:
    """Asked before the end, once, with reasons."""
    found = extendable(ask.session, ask.it)
    if not found:
        yield NotNow(_l("No measure can be given more time: once each, while its time limit runs."))
        return
    measure = next((each for each in found if each.level == ask.facts.get("level")), None)
    if measure is None:
        yield BadInput("level", _l("Choose the measure that gets more time."))
        return
    day, clock = asked_on(ask, measure), period(ask.session, ask.it, measure.level)
    last = certain_end(clock)
    if day is None or clock is None or (last is not None and day > last) or day > ask.on:
        yield BadInput("asked_on", _l("More time must have been asked for before the time limit ended."))
    else:
        yield from over_already(ask, clock)
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Give the reasons."))


@TRACK.guard("S39", "S44")
def no_request_waits(ask: Ask) -> Iterator[Refused]:
    """While a request for more time waits, the clock has no effect."""
    level = RECTIFICATION if ask.row and ask.row.id == "S39" else TRAINING
    if any(each.level == level for each in waiting(ask.session, ask.it, anew=True)):
        yield NotNow(_l("A request for more time has not been decided."))
