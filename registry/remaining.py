"""How much of a time limit is left, in words and in its own days: lists say it as the page of the matter does."""

from collections.abc import Callable
from datetime import date
from functools import cache

from sqlalchemy.orm import Session

from core import clock
from core.plainly import days_left
from core.words import _, _n
from registry import calendar, counting, settings_known
from registry.clock_kinds import KINDS
from registry.counting import Unit


def in_words(session: Session, due_on: date | None, unit: Unit) -> str:
    """What is left, or how late it is: working days where it counts working days, else days."""
    return _said(due_on, unit, lambda: calendar.days(session))


def _said(due_on: date | None, unit: Unit, known: Callable[[], counting.Days]) -> str:
    today = clock.today()
    if due_on is None or due_on == today or unit is not Unit.WD:
        return days_left(due_on)
    if due_on < today:
        late = counting.workdays(due_on, today, known())
        return str(_n("%(num)d working day overdue", "%(num)d working days overdue", late) if late else _("Overdue"))
    many = counting.workdays(today, due_on, known())
    return str(_n("%(num)d working day left", "%(num)d working days left", many))


def unit_of(session: Session, key: str) -> Unit:
    """The days in which a kind of time limit is counted, as it is laid down."""
    row = settings_known.known(session).rows.get(key)
    return Unit(row.unit) if row is not None and row.unit else KINDS[key].unit


def teller(session: Session) -> Callable[[date | None, str], str]:
    """For a list: what is left until a day of a kind of time limit, each told once for a page."""
    known = cache(lambda: calendar.days_of_page(session))

    @cache
    def told(due_on: date | None, key: str) -> str:
        return _said(due_on, unit_of(session, key) if key in KINDS else Unit.CD, known)

    return told
