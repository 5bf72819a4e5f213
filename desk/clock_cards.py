"""Clocks as cards: how long for what, until when, and how the date was computed, day by day."""

from collections.abc import Callable, Container, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from casework import clock_days
from casework.held_clocks import OUTSIDE
from casework.models_cases import CaseTrack
from casework.policies_recusals import votes_later
from casework.respondents_clocks import days_left
from core.plainly import day
from core.registered import Registered
from core.words import _, bracketed
from desk import queries_last_days, queries_queue
from desk.queries_queue_lines import group_of
from notices import unopened
from notices.papers import Lang, day_text, period_text
from registry import calendar, clocks, remaining
from registry.clock_kinds import KINDS
from registry.clock_moves import has_ended
from registry.models_clocks import Clock, ClockEnd, ClockState

Holding = Callable[[Session, Sequence[Clock]], AbstractSet[int]]
HOLDING = Registered[Holding]()
"""Who else knows of requests for more time: the clocks, by number, that do nothing until one is decided."""
held_while = HOLDING.add
VOTED = ("K18", "K21")
"""The time limits of those who were drawn, to decide or to review."""


def cards(
    session: Session,
    things: Iterable[tuple[str, Any, str]],
    today: date,
    lang: str,
    keys: Container[str] = KINDS,
) -> list[dict[str, Any]]:
    """The clocks that run on these things (machine, thing, name), or some of them, the most urgent first."""
    found = [
        (clock, name, clock.key == "K03" and it.time_waits, _later(clock, machine, it, today))
        for machine, it, name in things
        for clock in standing(session, machine, it)
        if clock.key in keys
    ]
    found.sort(key=lambda each: (each[0].due_on is None, each[0].due_on or today, each[0].id))
    spoken: Lang = "en" if lang == "en" else "zh"
    every = [clock for clock, *_rest in found]
    begins, waits = _begins(session, every), {number for each in HOLDING for number in each(session, every)}
    return [
        _card(session, clock, name, today, spoken)
        | (_held() if held or clock.id in waits else _waits(clock, today))
        | later
        | begins.get(clock.id, {})
        for clock, name, held, later in found
    ]


def _held() -> dict[str, str]:
    """While a request for more time waits, nothing ends by itself."""
    return {"text": _("Held until the request for more time is decided"), "tone": "paused"}


def _waits(clock: Clock, today: date) -> dict[str, str]:
    """Nor while something that came in time is looked at, or results have to be entered: nobody is late."""
    if clock.state is not ClockState.RUNNING or KINDS[clock.key].owner not in OUTSIDE or not has_ended(clock, today):
        return {}
    text = _("Its last day has passed; it ends once what came in time is looked at")
    return {"text": text, "tone": "paused"}


def _later(clock: Clock, machine: str, it: Any, today: date) -> dict[str, str]:  # noqa: ANN401 - a thing of that machine
    """Nor is a panel or a review late while its respondent can still ask for a recusal: nobody may vote before."""
    if clock.key not in VOTED:
        return {}
    track = it if machine == "track" else it.track
    text = passed(track, clock.key, clock.due_on, today, provisional=clock.provisional)
    return {"text": text} | ({} if track.drawn_untold else {"tone": "paused"}) if text else {}


def passed(track: CaseTrack, key: str, due_on: date | None, today: date, *, provisional: bool) -> str:
    """In a sentence, that those who were drawn are not late though the last day is over; nothing where they are."""
    if key not in VOTED or provisional or due_on is None or due_on >= today:
        return ""
    why = votes_later(track, today)
    return _("Its last day has passed; %(why)s", why=why) if why is not None else ""


def _begins(session: Session, found: Iterable[Clock]) -> dict[int, dict[str, str]]:
    """For clocks that wait for a document: from when they run if nobody opens it; on paper, how far its service is."""
    waiting = [clock for clock in found if clock.state is ClockState.ARMED]
    told = unopened.told_to_staff(session, waiting) if waiting else {}
    return {number: {"begins": words} for number, words in told.items()}


def standing(session: Session, machine: str, it: Any) -> list[Clock]:  # noqa: ANN401 - a thing of that machine
    """A thing's clocks that wait, run or are held, and expired ones of ours that are still owed."""
    newest = {clock.key: clock for clock in clocks.of(session, (machine, it.id))}.values()
    return [clock for clock in newest if clock.state is not ClockState.ENDED or is_owed(session, clock, it.state)]


def is_owed(session: Session, clock: Clock, state: str) -> bool:
    """Whether an expired clock only alerted, and what it waits for has still to be done."""
    late = (queries_queue.LATE | queries_last_days.LATE).get(clock.key, ())
    return clock.how is ClockEnd.EXPIRED and state in late and queries_last_days.is_undone(session, clock)


def name_of(key: str, lang: Lang) -> str:
    """What a clock is called, as a title."""
    name = KINDS[key].name(lang)
    return name[:1].upper() + name[1:]


def _card(session: Session, clock: Clock, name: str, today: date, lang: Lang) -> dict[str, Any]:
    text, tone = _left(session, clock, today)
    return {
        "key": clock.key,
        "title": f"{name_of(clock.key, lang)} · {name}" if name else name_of(clock.key, lang),
        "text": text,
        "tone": tone,
        "note": _note(clock, lang),
        "explain": [_line(row) for row in clocks.explain(session, clock)],
        "url": clock_days.address(clock),
    }


def _left(session: Session, clock: Clock, today: date) -> tuple[str, str]:
    if clock.state is ClockState.ARMED:
        return _("Not started"), "none"
    if clock.state is ClockState.PAUSED:
        return _("Suspended, %(period)s left", period=days_left(clock)), "paused"
    if clock.due_on is None:
        return _("No date yet"), "none"
    if clock.provisional and clock.due_on < today:
        return _("The estimated day has passed"), "none"
    return remaining.in_words(session, clock.due_on, clock.unit), group_of(clock.due_on, today)


def _note(clock: Clock, lang: Lang) -> str:
    length = period_text(clock.length, clock.unit.value, lang)
    if clock.state is ClockState.ARMED:
        return str(_("%(period)s from the day after service", period=length))
    if clock.due_on is None:
        return length
    parts = [_("until %(day)s, 24:00", day=day_text(clock.due_on, lang)), length]
    if clock.steps:
        parts.append(_("extended"))
    if clock.moved_from is not None:
        parts.append(_("moved %(how)s", how=clock_days.moved_words(clock)))
    if clock.provisional:
        year = calendar.settled_by(clock.due_on)
        parts.append(_("provisional: the official calendar of %(year)s is not published yet", year=year))
    return " · ".join(parts)


def _line(row: clocks.Row) -> str:
    words = str(row.words) + (bracketed(row.holiday) if row.holiday else "")
    number = f" · {row.n}" if row.counted else ""
    doubt = "" if row.confirmed else f" · {_('not official yet')}"
    return f"{day(row.day, 'page')} {words}{number}{doubt}"
