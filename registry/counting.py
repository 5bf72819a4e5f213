"""Counting days: when a time limit ends, and why, day by day (rules R1 to R9, R13, R14); pure functions."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from core.days import is_weekend

ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a time limit is counted in."""

    WD = "WD"
    CD = "CD"
    MONTH = "MONTH"


class Day(NamedTuple):
    """What the calendar knows of one day."""

    is_workday: bool
    confirmed: bool
    name: str | None = None


class Days(Protocol):
    """The calendar as the count sees it; None for a day outside the years it has."""

    def get(self, day: date, /) -> Day | None:
        """What is known of that day."""


class StepKind(StrEnum):
    """What a day meant to the count."""

    START = "start"
    COUNTED = "counted"
    MAKE_UP = "make-up workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    ROLL = "roll"
    MONTH = "month"
    KEPT = "kept"
    ENDED = "ended"
    UNKNOWN = "unknown"


class Step(NamedTuple):
    """One line of the explanation: a day, what it meant, and how many are counted by its end."""

    day: date
    kind: StepKind
    counted: bool
    n: int
    confirmed: bool = True
    name: str | None = None


WITHOUT_CALENDAR = Day(is_workday=True, confirmed=True)

Pause = tuple[date, date]
"""The day of the pause and the day of the resumption; days after the first, up to the second, do not count (R5)."""


@dataclass(frozen=True)
class Due:
    """The last day, whether it rests on an unconfirmed day, and the count that led there.

    Without a date the count left the years that the calendar has.
    """

    due_on: date | None
    provisional: bool
    rows: tuple[Step, ...]


def due(
    start: date,
    length: int,
    unit: Unit,
    days: Days,
    *,
    pauses: Sequence[Pause] = (),
    rolls: bool = True,
) -> Due:
    """When a time limit ends that an event on `start` begins.

    `rolls` is off for the ends of publication and retention (R9), which therefore ask nothing of the calendar;
    nor do months, which never roll (R14).
    """
    if length < 1:
        message = f"a time limit has at least one day, not {length}"
        raise ValueError(message)
    count = Count(start, unit, days, pauses=pauses, rolls=rolls)
    try:
        count.to(length)
    except (LeavesCalendarError, OverflowError):  # the year 9999 has a last day
        return Due(None, provisional=True, rows=tuple(count.rows))
    return count.end()


def left(
    start: date,
    length: int,
    unit: Unit,
    days: Days,
    *,
    on: date,
    pauses: Sequence[Pause] = (),
) -> int:
    """How many days of the time limit are left after the day `on` (R5); never less than none."""
    if unit is Unit.MONTH:
        end = due(start, length, unit, days, pauses=pauses).due_on
        return max(0, (end - on).days) if end else 0
    used, day = 0, start
    while day < on and used < length:
        day += ONE_DAY
        if not any(paused < day <= resumed for paused, resumed in pauses):
            used += unit is Unit.CD or _works(day, days)
    return length - used


def workdays(after: date, until: date, days: Days) -> int:
    """How many workdays there are after a day, up to another one."""
    return sum(_works(after + ONE_DAY * step, days) for step in range(1, (until - after).days + 1))


def same_day_later(day: date, months: int) -> date:
    """The same-numbered day so many months later, else the last day of that month (R8)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        raise LeavesCalendarError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class LeavesCalendarError(Exception):
    """The count reached a day of a year that the calendar does not have."""


class Count:
    """A count on its way: the day it stands on, how many are counted, and a row for each day passed.

    `end` says where a time limit of as many days ends and leaves the count where it stands, so that it can go on.
    """

    def __init__(
        self,
        start: date,
        unit: Unit,
        days: Days,
        *,
        pauses: Sequence[Pause] = (),
        rolls: bool = True,
    ) -> None:
        self.start = self.day = start
        self.n, self.unit = 0, unit
        self.days, self.pauses, self.rolls = days, pauses, rolls and unit is not Unit.MONTH
        self.provisional = False
        self.rows = [Step(start, StepKind.START, counted=False, n=0)]

    def to(self, length: int) -> None:
        """Go on until so many are counted; the start day is not one of them (R1, R7)."""
        if self.unit is Unit.MONTH:
            self._months(length)
            return
        asking = self.rolls or self.unit is Unit.WD
        while self.n < length:
            self.day += ONE_DAY
            if self.pauses and any(paused < self.day <= resumed for paused, resumed in self.pauses):
                self._note(StepKind.PAUSED)
                continue
            known = self._known() if asking else WITHOUT_CALENDAR
            counted = self.unit is Unit.CD or known.is_workday
            self.n += counted
            self._note(StepKind.COUNTED if self.unit is Unit.CD else _kind(self.day, known), known, counted=counted)

    def end(self) -> Due:
        """The last day of a time limit as long as what is counted so far."""
        day, provisional, length = self.day, self.provisional, len(self.rows)
        try:
            self._past_pauses()
            if self.rolls:
                self._roll()
            return Due(self.day, self.provisional, tuple(self.rows))
        except LeavesCalendarError:
            return Due(None, provisional=True, rows=tuple(self.rows))
        finally:
            self.day, self.provisional = day, provisional
            del self.rows[length:]

    def _months(self, length: int) -> None:
        while self.n < length:
            self.day = same_day_later(self.start, self.n + 1)
            self.n += 1
            self._note(StepKind.MONTH, counted=True)

    def _past_pauses(self) -> None:
        """Months get the held days at their end.

        A limit in days that was paused on its last day, or while it rolled, ends with the day it is resumed.
        """
        for paused, resumed in self.pauses:
            if self.unit is Unit.MONTH:
                self.day += resumed - paused
                self._note(StepKind.PAUSED)
                continue
            while self.day <= paused < resumed or paused < self.day < resumed:
                self.day += ONE_DAY
                self._note(StepKind.PAUSED)

    def _roll(self) -> None:
        """Forward to the next workday (R3)."""
        while not (known := self._known()).is_workday:
            self.provisional |= not known.confirmed
            self.day += ONE_DAY
            self._note(StepKind.ROLL, self._known())
        self.provisional |= not known.confirmed

    def _known(self) -> Day:
        known = self.days.get(self.day)
        if known is None:
            self._note(StepKind.UNKNOWN, Day(is_workday=False, confirmed=False))
            raise LeavesCalendarError
        return known

    def _note(self, kind: StepKind, known: Day | None = None, *, counted: bool = False) -> None:
        known = known or WITHOUT_CALENDAR
        self.provisional |= not known.confirmed
        self.rows.append(Step(self.day, kind, counted, self.n, known.confirmed, known.name))


def _kind(day: date, known: Day) -> StepKind:
    if known.is_workday:
        return StepKind.MAKE_UP if is_weekend(day) else StepKind.COUNTED
    return StepKind.WEEKEND if is_weekend(day) and not known.name else StepKind.HOLIDAY


def _works(day: date, days: Days) -> bool:
    known = days.get(day)
    return known.is_workday if known else not is_weekend(day)
