"""Days and moments as people write them, read with patience."""

import re
from datetime import UTC, date, datetime

from core import clock
from core.characters import levelled
from core.errors import BadInput
from core.words import _l

DAY = re.compile(r"(\d{4})\s*[-/.年‐–]\s*(\d{1,2})\s*[-/.月‐–]\s*(\d{1,2})\s*[日号]?")
SHORT = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")
TIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
ENGLISH = re.compile(r"(\d{1,2})\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})|([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")
"""As our own English pages write it, and as Americans do; with months in letters nothing is taken for another day."""
MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
SATURDAY = 5
BACKWARDS = _l("The last day lies before the first.")
YEARS = range(1900, 2200)
"""Any other is a slip of the keyboard, and the calendar's last day has none after it."""
TIME = re.compile(r"(\d{1,2})\s*[:时点]\s*(\d{1,2})\s*分?")


def is_weekend(day: date) -> bool:
    """A Saturday or a Sunday, whatever the calendar makes of it."""
    return day.weekday() >= SATURDAY


def in_order(first: date | None, last: date | None, field: str) -> None:
    """Refuse a last day before its first; the refusal points at this field."""
    if first is not None and last is not None and last < first:
        raise BadInput(field, BACKWARDS)


class FarYear(ValueError):  # noqa: N818 - said as what it is
    """A whole date, in a year that nobody here can mean."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


class NoSuchDay(ValueError):  # noqa: N818 - said as what it is
    """A year, a month and a day that no calendar has, such as 31 November."""


def read(text: str) -> date:
    """2026-01-04, 2026/1/4, 2026.1.4, 2026年1月4日, 20260104 or 4 January 2026; ValueError for anything else."""
    text = levelled(text).strip()
    found = DAY.fullmatch(text) or TIGHT.fullmatch(text)
    if found is not None:
        year, month, day = (int(part) for part in found.groups())
    elif in_english := ENGLISH.fullmatch(text):
        year, month, day = _in_english(in_english)
    else:
        raise ValueError(text)
    try:
        meant = date(year, month, day)
    except ValueError:
        raise NoSuchDay(text) from None
    if year not in YEARS:
        raise FarYear(year)
    return meant


def asked(said: str) -> date | None:
    """A day that an address asks for; none where what stands there is no day."""
    try:
        return read(said)
    except ValueError:
        return None


def _in_english(found: re.Match[str]) -> tuple[int, int, int]:
    """Year, month and day; ValueError where no month, or more than one, begins so."""
    day, month, year = found.group(1, 2, 3) if found[1] else found.group(5, 4, 6)
    word = "sep" if month.casefold() == "sept" else month.casefold()
    (number,) = (no for no, name in enumerate(MONTHS, 1) if name.startswith(word))
    return int(year), number, int(day)


def leading(text: str, near: date | None = None) -> date | None:
    """The day that a line begins with, also 12月10日 without its year: then the first such day from `near` on."""
    text = levelled(text).strip()
    try:
        if found := DAY.match(text) or TIGHT.match(text):
            return date(*(int(part) for part in found.groups()))
        if near is None or (short := SHORT.match(text)) is None:
            return None
        month, day = (int(part) for part in short.groups())
        return next((each for year in (near.year, near.year + 1) if (each := date(year, month, day)) >= near), None)
    except ValueError:
        return None


def read_moment(text: str) -> datetime:
    """A day and a time of the day in Shanghai, as an instant in UTC."""
    text = levelled(text).strip().replace("T", " ")
    found = re.match(rf"({DAY.pattern}|{TIGHT.pattern}|{ENGLISH.pattern}),?\s*", text)
    time = TIME.fullmatch(text[found.end() :]) if found else None
    if found is None or time is None:
        raise ValueError(text)
    day = read(found.group(1))
    local = datetime(day.year, day.month, day.day, int(time[1]), int(time[2]), tzinfo=clock.ZONE)
    return local.astimezone(UTC)
