"""What higher rooms add to a respondent's page of its case: panels, offers, events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.timelines import handed_over
from core.actors import Actor
from core.registered import Registered


@dataclass(frozen=True)
class Panel:
    """A card of the page: its template and values."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Happened:
    """One line of the timeline."""

    at: datetime
    who: str
    text: str
    own: bool
    url: str = ""
    link: str = ""


def on_paper(text: str, came_on: date | None) -> str:
    """What a company did, with the day of what came on paper; the line stands at the moment of its entry."""
    return f"{text} · {handed_over(came_on)}" if came_on else text


Showing = Callable[[Session, CaseTrack, Actor], Panel | None]
Offering = Callable[[Session, CaseTrack, Actor], Iterable[dict[str, Any]]]
Telling = Callable[[Session, CaseTrack], Iterable[Happened]]
Standing = Callable[[CaseTrack], str]
OfMany = Callable[[Session, Sequence[CaseTrack]], Mapping[int, str]]
PANELS = Registered[Showing]()
panel = PANELS.add
"""Register a card of the page."""
OFFERS = Registered[Offering]()
offer = OFFERS.add
"""Register what a reader can do on a case, as parts/actions.html wants it."""
TELLERS = Registered[Telling]()
teller = TELLERS.add
"""Register who knows what happened on a case."""
STANDINGS = Registered[Standing]()
standing = STANDINGS.add
"""Register who knows better than its state where a case stands; returns nothing if it does not."""
LISTED = Registered[OfMany]()
standing_in_lists = LISTED.add
"""Register who knows so of many cases at once, for the list of them as well."""
BESIDES = Registered[OfMany]()
beside = BESIDES.add
"""Register what goes on beside the state of cases: a sentence for each of these that has something, by number."""


def stands(session: Session, tracks: Sequence[CaseTrack]) -> dict[int, str]:
    """Where these cases stand, as far as somebody knows better than their state; what was read is to be read anew."""
    return {number: text for each in LISTED for number, text in each(session, tracks).items()}


def told_beside(session: Session, tracks: Sequence[CaseTrack]) -> dict[int, list[str]]:
    """What else goes on in these cases, for the head of a case and for the list of them."""
    found: dict[int, list[str]] = {}
    for each in BESIDES:
        for number, text in each(session, tracks).items():
            found.setdefault(number, []).append(text)
    return found
