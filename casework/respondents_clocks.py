"""How pages show a respondent's clocks: until when, how long from service, and how the date was counted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from casework import clock_days
from casework.states import REMINDER
from core.clock import today
from core.db import transaction
from core.plainly import day, urgency
from core.words import _, bracketed, joined, language
from notices import unopened
from notices.papers import period_text
from registry import calendar, clocks, remaining
from registry.clock_kinds import KINDS
from registry.clock_moves import certain_end, due_of, has_ended, live_of, next_step
from registry.counting import Unit
from registry.models_clocks import Clock, ClockEnd, ClockState

Days = dict[tuple[int | None, int | None], dict[int, date]]
"""By company and complaint, the day on which unopened documents count as served; looked up once for a page."""


def length(clock: Clock) -> str:
    """The length of a clock, in the reader's language."""
    return period_text(clock.length, clock.unit.value, language())


def theirs(key: str, subject: tuple[str, int]) -> str:
    """Until when the association decides what a company waits for; nothing where that day is not certain.

    Read as the system: a company sees only clocks of what it owes itself.
    """
    return theirs_of(key, [subject])[subject]


def theirs_of(key: str, subjects: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The same of several, asked at once."""
    with transaction() as at:
        running = live_of(at, key, subjects) if subjects else {}
        days = {subject: certain_end(running.get(subject)) for subject in subjects}
    return {
        subject: _("The association's own time for this ends on %(day)s.", day=day(last, "long")) if last else ""
        for subject, last in days.items()
    }


def days_left(clock: Clock) -> str:
    """What is left of a suspended clock, in its own kind of days."""
    unit = Unit.WD if clock.unit is Unit.WD else Unit.CD
    return period_text(clock.days_left or 0, unit.value, language())


def cards(
    session: Session,
    found: Iterable[Clock],
    names: Mapping[tuple[str, int], str] | None = None,
    letters: Mapping[int, str] | None = None,
) -> list[dict[str, Any]]:
    """Cards of clocks for parts/clocks.html; a name given for a subject says whose clock it is.

    `letters` says of a clock that has not begun, by its number, from which letter it counts.
    """
    known: Days = {}
    named, from_which = names or {}, letters or {}
    return [
        card(session, each, named.get((each.subject_type, each.subject_id), ""), known, from_which.get(each.id, ""))
        for each in found
    ]


def card(
    session: Session, clock: Clock, whose: str = "", known: Days | None = None, letter: str = ""
) -> dict[str, Any]:
    """The card of one clock: until when, and how that was counted."""
    title = clock_days.titled(clock, whose)
    until = _until(session, clock, {} if known is None else known, letter)
    if clock.moved_from is not None:
        until.note = f"{until.note} · {_('moved %(how)s', how=clock_days.moved_words(clock))}"
    explained = [line(row) for row in clocks.explain(session, clock)]
    return {"title": title, **vars(until), "explain": explained, "url": clock_days.address(clock)}


@dataclass
class _Until:
    """Until when a clock runs, what is to be known of that, and how urgent it is."""

    text: str
    note: str
    tone: str = "none"


def _until(session: Session, clock: Clock, known: Days, letter: str) -> _Until:
    if clock.day0 is None:
        return _not_begun(session, clock, known, letter)
    if clock.state is ClockState.PAUSED:
        held = _("Suspended, %(period)s left", period=days_left(clock))
        return _Until(held, _("It goes on when the association says so."), "paused")
    if clock.due_on is None:
        why = _("The calendar of the year in which it ends is not published yet; it does not end by itself.")
        return _Until(length(clock), why)
    if clock.provisional:
        return _provisional(clock, clock.due_on)
    if _is_held(clock):
        passed = _("its last day, %(day)s, has passed", day=day(clock.due_on, "long"))
        return _Until(passed, _("It has no effect while the association looks at what came in time."), "paused")
    return _running(session, clock, clock.due_on)


def _not_begun(session: Session, clock: Clock, known: Days, letter: str) -> _Until:
    """It waits for a letter, which is named where there may be several."""
    begins, period = _unopened(session, clock, known), length(clock)
    if letter:
        text = _("%(period)s from the day after the letter is opened or served", period=period)
        return _Until(text, joined(letter, begins))
    text = _("%(period)s from the day after it is opened or served", period=period)
    return _Until(text, begins or _("It counts from the day after the notice is opened or served."))


def _provisional(clock: Clock, due_on: date) -> _Until:
    """By an estimate of the calendar: nothing is over by it, however near it is."""
    year = calendar.settled_by(due_on)
    why = _(
        "The official calendar of %(year)s, which decides about this day, is not published yet; it does not end by "
        "itself.",
        year=year,
    )
    if due_on.year < year:
        holiday = _(
            "The holiday at New Year may begin in December, which the calendar of %(year)s lays down.", year=year
        )
        why = joined(why, holiday)
    tone = urgency(due_on)
    text = _("provisionally until %(day)s", day=day(due_on, "long"))
    return _Until(text, f"{length(clock)} · {why}", "none" if tone == "over" else tone)


def _running(session: Session, clock: Clock, due_on: date) -> _Until:
    """With a last day that holds, or ended by it."""
    text = _("until %(day)s, 24:00", day=day(due_on, "long"))
    note = left(session, clock)
    if clock.key == REMINDER:
        late = _("A late answer stays late; afterwards the association goes on without it.")
        return _Until(text, f"{note} · {late}", "over")  # any answer is late by now
    if clock.how is ClockEnd.EXPIRED:
        note += " · " + _("This date counts: after it an answer is late.")
    return _Until(text, note, urgency(due_on))


def _is_held(clock: Clock) -> bool:
    """Whether the last day has passed without effect: a request for more time waits, or somebody looks at what came."""
    theirs = KINDS[clock.key].owner in {"respondent", "complainant"}
    return theirs and clock.state is ClockState.RUNNING and has_ended(clock, today())


def _unopened(session: Session, clock: Clock, known: Days) -> str:
    """When it starts at the latest, if nobody opens the notice, or the complainant the letter."""
    whose = clock.visible_party, clock.visible_complaint
    if whose not in known:
        known[whose] = unopened.served_at_latest(session, *whose)
    begins = unopened.latest(session, [clock], known[whose])
    return unopened.sentence(begins[clock.id]) if clock.id in begins else ""


def left(session: Session, clock: Clock) -> str:
    """How many days of a running clock are left, in its own unit."""
    return remaining.in_words(session, clock.due_on, clock.unit)


def longer(session: Session, clock: Clock | None) -> str:
    """For whoever gives more time: when the clock ends now, and what is given if no number is typed."""
    most = next_step(clock) if clock is not None else None
    if clock is None or clock.due_on is None or most is None:
        return ""
    last = day(clock.due_on, "long")
    told = {"day": _("%(day)s (provisional)", day=last) if clock.provisional else last}
    told |= {"now": str(clock.length), "most": str(most)}
    end = _end(session, clock, most)
    if end is None:
        return _("Now %(now)s days, until %(day)s; left empty, it becomes %(most)s days, which is the most.", **told)
    last = day(end[0], "long")
    return _(
        "Now %(now)s days, until %(day)s; left empty, it becomes %(most)s days, which is the most, until %(last)s.",
        **told,
        last=_("%(day)s (provisional)", day=last) if end[1] else last,
    )


def _end(session: Session, clock: Clock, length: int) -> tuple[date, bool] | None:
    """The day on which it would end with that length, and whether it is provisional; none while the clock is held."""
    if clock.day0 is None or clock.state is ClockState.PAUSED:
        return None
    counted = due_of(session, clock, length)
    return None if counted.due_on is None else (counted.due_on, counted.provisional)


def at_most(session: Session, clock: Clock | None) -> str:
    """For whoever asks for more time: how much can be given, and which day that would be."""
    most = next_step(clock) if clock is not None else None
    if clock is None or most is None or clock.day0 is None:
        return ""
    period = period_text(most, clock.unit.value, language())
    end = _end(session, clock, most)
    if end is None:
        return _("At most %(period)s in all can be given now.", period=period)
    last = day(end[0], "long")
    last = _("%(day)s (provisional)", day=last) if end[1] else _("%(day)s, 24:00", day=last)
    return _("At most %(period)s in all can be given now, which would end on %(day)s.", period=period, day=last)


def line(row: clocks.Row) -> str:
    """One day of the count, as a line."""
    words = f"{row.words}" + (bracketed(row.holiday) if row.holiday else "")
    doubt = "" if row.confirmed else f" · {_('not official yet')}"
    return f"{day(row.day, 'page')}  {words}" + (f" · {row.n}" if row.counted else "") + doubt
