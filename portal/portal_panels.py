"""What higher rooms add to a respondent's page of its case: panels, things to do, what happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.actors import Actor


@dataclass(frozen=True)
class Panel:
    """A card of the page: its template, and what it shows."""

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


Showing = Callable[[Session, CaseTrack, Actor], Panel | None]
Offering = Callable[[Session, CaseTrack, Actor], Iterable[dict[str, Any]]]
Telling = Callable[[Session, CaseTrack], Iterable[Happened]]
Standing = Callable[[CaseTrack], str]
PANELS: list[Showing] = []
OFFERS: list[Offering] = []
TELLERS: list[Telling] = []
STANDINGS: list[Standing] = []


def panel(function: Showing) -> Showing:
    """Register a card of the page."""
    if function not in PANELS:
        PANELS.append(function)
    return function


def offer(function: Offering) -> Offering:
    """Register what a reader can do on a case, as parts/actions.html wants it."""
    if function not in OFFERS:
        OFFERS.append(function)
    return function


def teller(function: Telling) -> Telling:
    """Register who knows what happened on a case."""
    if function not in TELLERS:
        TELLERS.append(function)
    return function


def standing(function: Standing) -> Standing:
    """Register who knows more closely than its state says where a case stands; it says nothing where it does not."""
    if function not in STANDINGS:
        STANDINGS.append(function)
    return function
