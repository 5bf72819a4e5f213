"""What higher rooms add to the case page: panels on each track's card and beside, and what hangs on a track."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from casework.models_cases import CaseFile, CaseTrack
from core.actors import Actor
from core.registered import Registered


@dataclass(frozen=True)
class Shown:
    """What a panel shows: a template and its values."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


Content = Markup | Shown | dict[str, Any] | None
"""Ready markup; a template with its values (also as a dict with these two keys); nothing where there is nothing."""
TrackPanel = Callable[[Session, CaseTrack, Actor], Content]
CasePanel = Callable[[Session, CaseFile, Actor], Content]
Hanging = Callable[[Session, CaseTrack], Iterable[tuple[str, Any]]]

PANELS = Registered[TrackPanel]()
panel = PANELS.add
"""Register a panel of each track's card, in the order of registration: func(session, track, actor)."""
BESIDE = Registered[CasePanel]()
beside = BESIDE.add
"""Register a card of the column beside, shown once: func(session, case, actor)."""
HANGING = Registered[Hanging]()
hangs = HANGING.add
"""Register what hangs on a track: func(session, track) names the machine and the thing of each."""


def hanging(session: Session, track: CaseTrack) -> list[tuple[str, Any]]:
    """What hangs on a track, each with its machine."""
    return [each for function in HANGING for each in function(session, track)]


def of_track(session: Session, track: CaseTrack, actor: Actor) -> list[Markup | Shown]:
    """What the panels show this reader about a track."""
    return _shown([function(session, track, actor) for function in PANELS])


def of_case(session: Session, case: CaseFile, actor: Actor) -> list[Markup | Shown]:
    """What this reader sees beside a case."""
    return _shown([function(session, case, actor) for function in BESIDE])


def _shown(found: list[Content]) -> list[Markup | Shown]:
    return [Shown(**each) if isinstance(each, dict) else each for each in found if each is not None]
