"""How pages show a respondent's time limits: until when, how long from opening, and how the date was counted."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from core import clock as time
from core.i18n import language
from core.show import day, days_left, urgency
from core.words import _, _n
from notices.papers import period_text
from registry import calendar, clocks
from registry.clock_kinds import KINDS
from registry.counting import Unit, left
from registry.models_clocks import Clock


def length(clock: Clock) -> str:
    """How long it is, in the reader's language."""
    return period_text(clock.length, clock.unit.value, "en" if language() == "en" else "zh")


def name(key: str) -> str:
    """What its kind is called."""
    return KINDS[key].name(language())


def cards(session: Session, found: Iterable[Clock]) -> list[dict[str, Any]]:
    """Cards of clocks for parts/clocks.html."""
    return [card(session, each) for each in found]


def card(session: Session, clock: Clock) -> dict[str, Any]:
    """One clock: until when, and how that was counted."""
    shown: dict[str, Any] = {"title": name(clock.key), "tone": "none", "note": "", "explain": []}
    if clock.day0 is None:
        shown["text"] = _("%(period)s from opening", period=length(clock))
        shown["note"] = _("It counts from the day after the notice is opened or served.")
    elif clock.due_on is None or clock.provisional:
        shown["text"] = length(clock)
        shown["note"] = _("The calendar of the year in which it ends is not published yet; it does not end by itself.")
    else:
        shown.update(text=_("until %(day)s, 24:00", day=day(clock.due_on, "long")), tone=urgency(clock.due_on))
        shown["note"] = remaining(session, clock)
    shown["explain"] = [line(row) for row in clocks.explain(session, clock)]
    return shown


def remaining(session: Session, clock: Clock) -> str:
    """How many days are left of a running clock, in its own unit."""
    today = time.today()
    if clock.day0 is None or clock.due_on is None or clock.due_on <= today or clock.unit is not Unit.WD:
        return days_left(clock.due_on)
    count = left(clock.day0, clock.length, clock.unit, calendar.days(session), on=today, pauses=clock.pauses)
    return str(_n("%(num)d working day left", "%(num)d working days left", count))


def line(row: clocks.Row) -> str:
    """One line that answers how a date was counted."""
    words = f"{row.words}" + (f" ({row.holiday})" if row.holiday else "")
    return f"{row.day.isoformat()}  {words}" + (f" · {row.n}" if row.counted else "")
