"""All deeds that a member does for a panel, and which of them are possible now."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from desk import deeds
from proceedings import deeds_hearings, deeds_resolutions

DEEDS = deeds_hearings.PANEL | deeds_resolutions.PANEL
"""By event."""


def steps(session: Session, it: CaseTrack, actor: Actor, url: Callable[[str], str]) -> list[dict[str, Any]]:
    """What a member can do on the track besides voting; `url` makes the address from an event."""
    return deeds.steps(session, TRACK, DEEDS.values(), it, actor=actor, now=clock.now(), url=url)
