"""Days, instants, sizes and counts in plain text: what is left of a deadline, and the tone in which it is said."""

from datetime import date, datetime
from functools import lru_cache

from flask_babel import format_date

from core import clock
from core.words import LazyString, _, _n, locale

KILO = 1024
SOON = 3
"""Within so many days something is due soon, on every page."""


def day(value: date | datetime | None, style: str = "plain") -> str:
    """A day: 2026-11-25, or written out with "long", or with "short" 11-25 where it is of this year.

    A "page" has it as its language does: English ones written out, Chinese ones in figures.
    """
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = clock.day_of(value)
    if style == "long" or (style == "page" and not _chinese()):
        return str(format_date(value, "long" if _chinese() else "d MMMM yyyy"))
    if style == "short":
        same = value.year == clock.today().year
        if _chinese():
            return value.strftime("%m-%d" if same else "%Y-%m-%d")
        return _short(value, "d MMM" if same else "d MMM yyyy")
    return value.isoformat()


def in_words(value: date) -> LazyString:
    """A day within a sentence that is said later, to a reader of whichever language."""
    return LazyString(day, value, "page")


@lru_cache(maxsize=2048)
def _short(value: date, words: str) -> str:
    """In English; a list shows the same few days in all its rows."""
    return str(format_date(value, words))


def _chinese() -> bool:
    mine = locale()
    return mine is None or mine.language == "zh"


def instant_text(value: datetime | None, style: str = "plain") -> str:
    """An instant on the wall clock in Shanghai, its day written as `day` writes it."""
    return "—" if value is None else f"{day(value, style)} {clock.local(value):%H:%M}"


def at_in_words(value: datetime) -> LazyString:
    """An instant within a sentence that is said later, to a reader of whichever language."""
    return LazyString(instant_text, value, "page")


def lately(value: datetime) -> str:
    """The time of something today, with its day where it was another one."""
    at = clock.local(value)
    if at.date() == clock.today():
        return f"{at:%H:%M}"
    return instant_text(value, "page") if _chinese() else f"{at:%H:%M} on {day(at.date(), 'page')}"


def days_left(value: date | datetime | None) -> str:
    """How many calendar days remain to a day, or how late it is."""
    if value is None:
        return "—"
    left = _left(value)
    if left == 0:
        return str(_("Due today"))
    if left < 0:
        return str(_n("%(num)d day overdue", "%(num)d days overdue", -left))
    return str(_n("%(num)d day left", "%(num)d days left", left))


def urgency(value: date | datetime | None) -> str:
    """The tone of a deadline: over, today, soon or ok."""
    if value is None:
        return "ok"
    left = _left(value)
    if left < 0:
        return "over"
    if left == 0:
        return "today"
    return "soon" if left <= SOON else "ok"


def _left(value: date | datetime) -> int:
    if isinstance(value, datetime):
        value = clock.day_of(value)
    return (value - clock.today()).days


def size(count: int) -> str:
    """A file's size for people."""
    if count < KILO * KILO:
        return f"{count} B" if count < KILO else f"{-(-count // KILO)} KB"
    return f"{count / KILO / KILO:.1f} MB"


def number(count: int, cap: int | None = None) -> str:
    """A count with thousands marked; beyond the cap "1,000+"."""
    if cap is not None and count > cap:
        return f"{cap:,}+"
    return f"{count:,}"


def titled(text: str) -> str:
    """A name at the beginning of a line."""
    return text[:1].upper() + text[1:]
