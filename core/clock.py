"""Today's time: instants in UTC, days in the association's zone."""

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_OFFSET_FILE = "ZILU_TIME_OFFSET_FILE"


def now() -> datetime:
    """The present instant, in UTC.

    Test runs name a file in ZILU_TIME_OFFSET_FILE that holds seconds to add, so that a journey through the
    browser can travel in time; production never sets it.
    """
    instant = datetime.now(UTC)
    if (named := os.environ.get(_OFFSET_FILE)) and (file := Path(named)).exists():
        instant += timedelta(seconds=float(file.read_text() or 0))
    return instant


def is_shifted() -> bool:
    """Whether a test run travels in time."""
    return bool(os.environ.get(_OFFSET_FILE))


def local(instant: datetime) -> datetime:
    """The same instant on a wall clock in Shanghai."""
    return instant.astimezone(ZONE)


def day_of(instant: datetime) -> date:
    """The calendar day of an instant in Shanghai."""
    return instant.astimezone(ZONE).date()


def midnight(day: date) -> datetime:
    """When a day begins in Shanghai."""
    return datetime.combine(day, time(), ZONE)


def today() -> date:
    """Today's date in Shanghai."""
    return day_of(now())
