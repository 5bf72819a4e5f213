"""What the tests of clocks stand on: a thing, a move on a day, and no room that has registered anything."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.machine import Ask
from registry import clocks

ON = ("thing", 1)
MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@dataclass
class Thing:
    """What a clock may run on."""

    id: int = 1
    party_id: int = 11
    complaint_id: int = 12


def at(session: Session, on: date = MONDAY, **facts: object) -> Ask:
    """Ask for a move on that day, at ten in the morning."""
    now = datetime(on.year, on.month, on.day, 2, 0, tzinfo=UTC)
    return Ask(session, Thing(), SYSTEM, facts, now, on)


def states(session: Session) -> list[tuple[str, str, str | None]]:
    """Say how the clocks of the thing stand: key, state, end."""
    return [(clock.key, clock.state.value, clock.how and clock.how.value) for clock in clocks.of(session, ON)]
