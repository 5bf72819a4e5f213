"""How a measure is found and marked: done, late or failed, with the day."""

from core.errors import NotNow
from core.machine import Ask
from core.words import _l
from sanctions import rounds
from sanctions.models_measures import Measure


def ordered(ask: Ask, level: int) -> Measure:
    """The measure of a level that the decision of the round ordered."""
    found = rounds.measure(ask.session, ask.it, level)
    if found is None:
        raise NotNow(_l("This measure was not ordered."))
    return found


def done(ask: Ask, measure: Measure, *, late: bool = False, state: str = "DONE") -> None:
    """Mark it, with the day that counts."""
    measure.state, measure.done_on, measure.done_late = state, ask.on, late
