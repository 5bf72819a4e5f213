"""What people can be told of: one neutral sentence for each event, and where it waits; data only."""

from dataclasses import dataclass
from typing import Final

from core.words import LazyString, _l
from registry.models_notifications import MAIL, NONE


@dataclass(frozen=True)
class Choice:
    """What one person decides on: a kind of event, and how its audience is told unless somebody chose."""

    audience: str
    """staff or party."""
    label: LazyString
    leads: str = NONE
    """How the leads of a company are told unless they chose; everybody else is told of nothing."""
    fixed: bool = False
    """A mail goes to everybody of the company by the rules of service; a text message may go beside it."""


@dataclass(frozen=True)
class Event:
    """One thing that happens, by whom it is chosen, and where it waits."""

    choice: str
    words: LazyString
    path: str
    of_the_day: bool = False
    """Its sentence says today or tomorrow: on another day it is not true."""


CHOICES: Final[dict[str, Choice]] = {
    "assigned": Choice("staff", _l("Something is assigned to me")),
    "staff_dates": Choice(
        "staff", _l("A time limit in a matter of mine ends: the day before, on the day and the day after")
    ),
    "answers": Choice("staff", _l("An answer or a message came in a matter of mine")),
    "tasks": Choice("staff", _l("Another task of mine is to be done")),
    "approvals": Choice("staff", _l("Documents wait for my approval")),
    "votes": Choice("staff", _l("I was drawn for a panel, or something waits for my vote")),
    "notices": Choice("party", _l("A notice arrived"), leads=MAIL, fixed=True),
    "party_dates": Choice(
        "party", _l("A time limit of my company ends: the day before, on the day and the day after"), leads=MAIL
    ),
    "material": Choice("party", _l("Material between an institution and its firm: asked, due, answered"), leads=MAIL),
    "requests": Choice("party", _l("Something my company asked for is answered"), leads=MAIL),
    "terms": Choice("party", _l("Terms of a settlement wait for my company"), leads=MAIL),
    "records": Choice(
        "party", _l("The record of an interview or the minutes of a hearing wait for a signature"), leads=MAIL
    ),
    "panels": Choice(
        "party", _l("Who decides a case of my company, or reviews a decision about it, was drawn"), leads=MAIL
    ),
    "people": Choice("party", _l("Somebody whom the association invites is to work for my company here"), leads=MAIL),
    "moves": Choice("party", _l("A time limit or a date moved, or is certain now"), leads=MAIL),
    "lineage": Choice("party", _l("Matters of another company go on against mine, its successor"), leads=MAIL),
}
"""By what stands in the database; the order is that of the page."""

_MINE, _QUEUE, _HOME = "/staff/tasks", "/staff", "/portal/"

EVENTS: Final[dict[str, Event]] = {
    "complaint_assigned": Event("assigned", _l("A complaint was assigned to you"), _QUEUE),
    "case_assigned": Event("assigned", _l("A case was assigned to you"), "/staff/cases"),
    "investigation_assigned": Event("assigned", _l("An investigation was assigned to you"), "/staff/cases"),
    "staff_tomorrow": Event(
        "staff_dates", _l("A time limit in a matter of yours ends tomorrow"), _QUEUE, of_the_day=True
    ),
    "staff_today": Event("staff_dates", _l("A time limit in a matter of yours ends today"), _QUEUE, of_the_day=True),
    "staff_past": Event("staff_dates", _l("A time limit in a matter of yours has passed"), _QUEUE),
    "answer": Event("answers", _l("An answer or a message came in a matter of yours"), _MINE),
    "task": Event("tasks", _l("A task waits for you"), _MINE),
    "approval": Event("approvals", _l("Documents wait for your approval"), "/staff/approvals"),
    "drawn": Event("votes", _l("You were drawn to decide or review a case"), _QUEUE),
    "vote": Event("votes", _l("Something waits for your vote"), "/staff/panel"),
    "notice": Event("notices", _l("A notice waits for your company"), "/portal/notices/"),
    "party_tomorrow": Event("party_dates", _l("A time limit of your company ends tomorrow"), _HOME, of_the_day=True),
    "party_today": Event("party_dates", _l("A time limit of your company ends today"), _HOME, of_the_day=True),
    "party_past": Event("party_dates", _l("A time limit of your company has passed"), _HOME),
    "material_asked": Event("material", _l("An institution asks your firm for material"), _HOME),
    "material_due": Event("material", _l("Material that your firm was asked for is due"), _HOME),
    "material_withdrawn": Event("material", _l("A request for material was taken back"), _HOME),
    "material_answered": Event("material", _l("Your firm has answered a request for material"), _HOME),
    "material_late": Event("material", _l("Material has not come from your firm in time"), _HOME),
    "answered": Event("requests", _l("Something your company asked for is answered"), _HOME),
    "terms": Event("terms", _l("Terms of a settlement wait for your company"), _HOME),
    "to_sign": Event("records", _l("A record waits for your company's signature"), _HOME),
    "drawn_for": Event(
        "panels",
        _l("A panel was drawn in a case of your company, which can ask for a recusal before the panel votes"),
        _HOME,
    ),
    "reviewed_by": Event(
        "panels",
        _l("It was drawn who reviews a decision about your company, which can ask for a recusal before they vote"),
        _HOME,
    ),
    "joining": Event(
        "people",
        _l("The association invites somebody into your company; a second person confirms it"),
        "/portal/people",
    ),
    "moved": Event("moves", _l("A time limit or a date has moved"), _HOME),
    "passed_on": Event("lineage", _l("Matters were passed on to your company"), _HOME),
    "certain": Event(
        "moves", _l("The last day of a time limit was an estimate; it is certain now and has not changed"), _HOME
    ),
}
"""By what stands in the database."""


def of_audience(audience: str) -> dict[str, Choice]:
    """What a person of this audience decides on."""
    return {name: choice for name, choice in CHOICES.items() if choice.audience == audience}
