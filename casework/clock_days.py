"""What the page of one clock shows: how its date was computed, day by day, for whoever may see it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, url_for
from flask_babel import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import policies_pages
from core.journal import JournalEntry
from core.machine import Machine
from core.plainly import day as shown_day
from core.words import LazyString, _, _l, language
from notices import clock_names
from notices.papers import period_text
from notices.policies_reading import TOLD
from notices.queries import LINKS
from registry import clocks
from registry.clock_starts import BY_ROW, STARTS
from registry.counting import StepKind, Unit
from registry.models_clocks import Clock, ClockEnd, ClockState

COLOURS: dict[StepKind, str] = {
    StepKind.START: "grey",
    StepKind.COUNTED: "green",
    StepKind.MAKE_UP: "blue",
    StepKind.WEEKEND: "grey",
    StepKind.HOLIDAY: "red",
    StepKind.PAUSED: "purple",
    StepKind.ROLL: "orange",
    StepKind.MONTH: "green",
    StepKind.KEPT: "yellow",
    StepKind.ENDED: "yellow",
    StepKind.UNKNOWN: "orange",
}
"""What a day meant, at a glance."""

ENDS: dict[ClockEnd, LazyString] = {
    ClockEnd.STOPPED: _l("Ended: what it waited for was done, or fell away"),
    ClockEnd.EXPIRED: _l("Ran out"),
    ClockEnd.REPLACED: _l("Replaced by a new one"),
}


RECEIVED = "C01"
"""The row with which the first check of a complaint begins."""
PAGES = {"staff": "desk_clocks.show", "portal": "portal_clocks.show"}
"""By audience, the page of one clock; anybody else is the complainant."""


SEATS: dict[str, Callable[[Session, Clock], str]] = {}
"""By key, where members of a body, who open no file, read the matter; rooms register."""


@dataclass(frozen=True)
class Line:
    """One day of the count."""

    day: date
    weekday: str
    words: LazyString
    holiday: LazyString | None
    colour: str
    n: int | None
    confirmed: bool


def title(clock: Clock) -> str:
    """What a clock is called, as a title."""
    return clock_names.title(clock.key)


def titled(clock: Clock, whose: str) -> str:
    """The same with whose it is, where that is told."""
    return title(clock) + (f" · {whose}" if whose else "")


def matter(session: Session, clock: Clock) -> tuple[str, str]:
    """The reference of what the clock runs on, and the address of its page; a complainant has one for everything."""
    if g.me.audience not in PAGES:
        return "", ""
    machine = Machine.all.get(clock.subject_type)
    thing = session.get(machine.model, clock.subject_id) if machine and machine.model else None
    ref = str(getattr(thing, "ref", ""))
    if g.me.audience == "staff" and not policies_pages.may_read_files(g.me):
        return ref, SEATS[clock.key](session, clock) if clock.key in SEATS else ""
    link = LINKS.get(clock.subject_type)
    return ref, link(clock.subject_id) if thing is not None and link else ""


def may_see_of(machine: str) -> bool:
    """Whether the reader may see clocks of this machine: those about complaints are for whoever reads complaints."""
    return machine not in TOLD or policies_pages.may_read_complaints(g.me)


def may_see(session: Session, clock: Clock) -> bool:
    """Whether one of the staff may see a clock: whoever reads its matter, and members of the body it concerns.

    Somebody who was only drawn for a body is shown by the database nothing but that body's clocks.
    """
    if policies_pages.may_read_files(g.me):
        return may_see_of(clock.subject_type)
    drawn = g.me.roles <= set(policies_pages.DRAWN)
    return drawn or (clock.key in SEATS and bool(SEATS[clock.key](session, clock)))


def address(clock: Clock) -> str:
    """Where this reader sees the count day by day."""
    page = PAGES.get(g.me.audience, "complainants_track.time_limit")
    return url_for(page, number=clock.id)


def page(session: Session, clock: Clock) -> dict[str, Any]:
    """What the page of one clock shows."""
    ref, url = matter(session, clock)
    return {
        "it": clock,
        "title": title(clock),
        "ref": ref,
        "url": url,
        "facts": facts(clock, event := began(session, clock)),
        "lines": lines(session, clock, event),
        "others": [each for each in _visible_beside(session, clock) if each.id != clock.id],
        "rows": table,
    }


def is_there(session: Session, machine: str, number: int) -> bool:
    """Whether there is such a thing that the reader may know of."""
    found = Machine.all.get(machine)
    model = found.model if found else None
    return model is not None and session.scalar(select(model.id).where(model.id == number)) is not None


def matter_of(session: Session, found: Sequence[Clock]) -> dict[str, Any]:
    """What the page of all clocks of a matter shows."""
    ref, url = matter(session, found[0]) if found else ("", "")
    return {"ref": ref, "url": url, "found": found, "rows": table}


def table(found: Iterable[Clock], names: Mapping[tuple[str, int], str] | None = None) -> list[dict[str, Any]]:
    """Clocks as rows: which one, whose by its subject, until when, how it stands, and where its count is shown."""
    named = names or {}
    return [
        {
            "title": titled(each, named.get(each.subject, "")),
            "day": last_day(each),
            "provisional": each.provisional and each.state is not ClockState.ENDED,
            "standing": standing(each),
            "url": address(each),
        }
        for each in found
    ]


def _visible_beside(session: Session, clock: Clock) -> list[Clock]:
    party = clock.visible_party if g.me.audience == "portal" else None
    return of_matter(session, clock.subject_type, clock.subject_id, party)


def standing(clock: Clock) -> str:
    """How a clock stands, in words."""
    if clock.how is not None:
        return str(ENDS[clock.how])
    words = {
        ClockState.ARMED: _l("Waits for the service of its document"),
        ClockState.RUNNING: _l("Running"),
        ClockState.PAUSED: _l("Held"),
    }
    return str(words[clock.state])


def began(session: Session, clock: Clock) -> LazyString:
    """The event from which it counts: for staff, who read the journal, the one that it was.

    Others are told it where it shows by itself: the first check of a complaint begins with its receipt.
    """
    known = BY_ROW.get(clock.key)
    if known is None:
        return STARTS[clock.key]
    if g.me.audience != "staff":
        return known[RECEIVED] if _is_first(session, clock) else STARTS[clock.key]
    mine = select(JournalEntry.row).where(
        JournalEntry.subject_kind == clock.subject_type,
        JournalEntry.subject_id == clock.subject_id,
        JournalEntry.row.in_(known),
        JournalEntry.at <= clock.created_at,
    )
    row = session.scalar(mine.order_by(JournalEntry.seq.desc()).limit(1))
    return known[row] if row else STARTS[clock.key]


def _is_first(session: Session, clock: Clock) -> bool:
    same = Clock.key == clock.key, Clock.subject_type == clock.subject_type, Clock.subject_id == clock.subject_id
    return session.scalar(select(Clock.id).where(*same, Clock.id < clock.id).limit(1)) is None


def facts(clock: Clock, event: LazyString) -> list[tuple[str, Any]]:
    """What the count rests on, as pairs; pairs without a value are left out."""
    length = period_text(clock.length, clock.unit.value, language())
    held = list(zip(clock.paused_on, [*clock.resumed_on, None], strict=False))
    return [
        (_("Length"), length),
        (_("How it is counted"), str(RULES[clock.unit])),
        (
            _("Day of the event"),
            f"{shown_day(clock.day0, 'long')} · {event}" if clock.day0 else _("not yet: the document is not served"),
        ),
        (
            _("Extended"),
            _("; ").join(_("to %(total)s in all", total=_period(clock, step)) for step in clock.steps) or None,
        ),
        (_("Held"), "\n".join(_held(first, last) for first, last in held) or None),
        (_("Last day"), last_day(clock)),
        (_("Moved"), _moved(clock)),
        (_("State"), standing(clock)),
    ]


RULES: dict[Unit, LazyString] = {
    Unit.WD: _l("Working days, make-up workdays included; the day of the event is not counted."),
    Unit.CD: _l(
        "Every day counts, except the day of the event; a last day that is no working day moves on to the next one."
    ),
    Unit.MONTH: _l("To the same-numbered day, or to the end of the month; it does not move on from a day of rest."),
}


def last_day(clock: Clock) -> str:
    """The last day, marked where it is not certain."""
    if clock.state is ClockState.PAUSED:
        return str(_("open while it is held"))
    if clock.due_on is None:
        return str(_("no date yet: the calendar of that year is not published") if clock.day0 else "")
    if clock.provisional and clock.state is not ClockState.ENDED:
        return str(_("%(day)s (provisional)", day=shown_day(clock.due_on, "long")))
    return str(_("%(day)s, 24:00", day=shown_day(clock.due_on, "long")))


def _period(clock: Clock, total: int) -> str:
    return period_text(total, clock.unit.value, language())


def _held(first: date, last: date | None) -> str:
    if last is None:
        return str(_("since %(day)s", day=shown_day(first, "page")))
    return str(_("after %(first)s, up to %(last)s", first=shown_day(first, "page"), last=shown_day(last, "page")))


def _moved(clock: Clock) -> str | None:
    if clock.moved_from is None:
        return None
    return moved_words(clock)


def moved_words(clock: Clock) -> str:
    """From which day a corrected calendar moved the last day, and when."""
    return str(
        _(
            "from %(was)s, on %(day)s, when the official calendar changed",
            was=shown_day(clock.moved_from, "long"),
            day=shown_day(clock.moved_at, "long"),
        )
    )


def lines(session: Session, clock: Clock, event: LazyString) -> list[Line]:
    """Every day that has been counted or passed over, and what it was."""
    return [
        Line(
            row.day,
            str(format_date(row.day, "EEEE")),
            row.words,
            row.holiday,
            COLOURS[row.kind],
            row.n if row.counted else None,
            row.confirmed,
        )
        for row in clocks.explain(session, clock, event)
    ]


def of_party(session: Session, number: int, party_id: int | None) -> Clock | None:
    """A clock that this company may see."""
    return session.scalar(select(Clock).where(Clock.id == number, Clock.visible_party == party_id))


def of_complaint(session: Session, number: int, complaint_id: int | None) -> Clock | None:
    """A clock that the person of this complaint may see."""
    return session.scalar(select(Clock).where(Clock.id == number, Clock.visible_complaint == complaint_id))


def of_matter(session: Session, machine: str, number: int, party_id: int | None = None) -> list[Clock]:
    """Every clock of a matter that this reader may see, ended ones too, the newest first."""
    found = list(clocks.of(session, (machine, number)))[::-1]
    return [each for each in found if party_id is None or each.visible_party == party_id]
