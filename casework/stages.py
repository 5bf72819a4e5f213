"""The way of a complaint as its person sees it: what is done, where it stands now and until when, what comes."""

from datetime import date, datetime
from typing import Any

from casework.queries_tracking import ENDED, Tracking
from core.show import day
from core.words import LazyString, _, _l

CHECK, COMPANIES, FEEDBACK, END = range(1, 5)
AT: dict[str, int] = {
    "NEW": CHECK,
    "RECEIVED": CHECK,
    "NEED_INFO": CHECK,
    "FORWARDED": COMPANIES,
    "MERGED": COMPANIES,
    "RELEASED": FEEDBACK,
    "DISPUTED": FEEDBACK,
    "ESCALATED": FEEDBACK,
}
WORDS: tuple[LazyString, ...] = (
    _l("Received"),
    _l("The association checks whether it can take the complaint"),
    _l("The companies answer"),
    _l("You say whether the answer settles it"),
    _l("Closed"),
)
INSTEAD: dict[str, dict[int, LazyString]] = {
    "MERGED": {COMPANIES: _l("Handled together with an earlier complaint of yours")},
    "DISPUTED": {FEEDBACK: _l("The association checks what you disputed")},
    "ESCALATED": {FEEDBACK: _l("The association looks into the matter itself")},
    "REJECTED": {END: _l("Not taken")},
    "REFERRED_OUT": {END: _l("Referred to another authority")},
    "WITHDRAWN": {END: _l("Withdrawn")},
}
"""What stands in place of the usual words."""


def of(found: Tracking) -> list[dict[str, Any]]:
    """The stages for parts/timeline.html."""
    it = found.complaint
    state, ended = it.state, it.state in ENDED
    if state not in AT and not ended:
        return []
    at = END if ended else AT[state]
    gone = [number for number in range(END) if not ended or number in _passed(found)]
    later = [] if ended else range(at + 1, END + 1)
    days: dict[int, datetime | None] = {0: it.received_at, END: it.ended_at}
    shown = [
        {
            "text": INSTEAD.get(state, {}).get(number, WORDS[number]),
            "day": days.get(number),
            "state": "done" if number < at or ended else "now" if number == at else "later",
            "note": _until(found) if number == at and not ended else "",
        }
        for number in sorted({*(each for each in gone if each <= at), at, *later})
    ]
    return [each | {"day": each["day"] if each["state"] == "done" else None} for each in shown]


def _passed(found: Tracking) -> set[int]:
    """What an ended complaint went through, as far as there is a trace of it."""
    return {0, CHECK, *([COMPANIES] if found.respondents else []), *([FEEDBACK] if found.releases else [])}


def _until(found: Tracking) -> str:
    """One plain sentence with the next date, where one is certain."""
    if found.next_day is not None:
        return str(_("We wait for you, until %(day)s at the latest.", day=day(found.next_day, "long")))
    if (expected := _expected(found)) is not None:
        return str(_("You can expect the next step by %(day)s.", day=day(expected, "long")))
    return str(_("No date is fixed for this step. You hear from us here."))


def _expected(found: Tracking) -> date | None:
    running = [one.due_on for one in found.live_clocks if one.state == "RUNNING" and not one.provisional and one.due_on]
    return min(running, default=None)
