"""The card of a track without measures: how it can end out of turn, and its file once it has ended."""

from flask import url_for
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from desk import deeds, panels
from proceedings.deeds_endings import DEEDS
from proceedings.track_page import BEFORE


@panels.panel
def card(at: Session, it: CaseTrack, me: Actor) -> panels.Shown | None:
    """What can be done out of turn; once there are measures, their card shows it."""
    if it.state not in BEFORE:
        return None
    found = deeds.steps(
        at,
        TRACK,
        DEEDS.values(),
        it,
        actor=me,
        now=clock.now(),
        url=lambda event: url_for("proceedings_staff.act", number=it.id, event=event),
    )
    return panels.Shown("proceedings/endings_card.html", {"track": it, "steps": found}) if found else None
