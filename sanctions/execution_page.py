"""What can be done with a measure besides the rows of the table, as the track's page offers it."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.actors import Actor
from core.words import _
from sanctions import policies_extensions


def steps(at: Session, it: CaseTrack, me: Actor) -> list[dict[str, Any]]:
    """What this reader can do with a measure besides the rows of the table."""
    if not (me.has("head") and policies_extensions.waiting(at, it)):
        return []
    give = {
        "title": _("Give the respondent more time"),
        "note": _("It asked for it before the end; until this is decided, the time limit does not act."),
        "button": _("Give time…"),
        "url": url_for("sanctions_staff.act", number=it.id, event="extend_execution"),
    }
    refuse = {
        "title": _("Give no more time"),
        "note": _("With reasons, which the respondent reads; the time limit then acts as it stands."),
        "button": _("Refuse…"),
        "url": url_for("sanctions_execution.refuse_time", number=it.id),
    }
    return [give, refuse]
