"""Ends out of turn: a track terminated before its decision, or closed though its measures cannot be carried out."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework.holds import same
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from core.machine import Ask
from notices import dossiers


def terminate(
    session: Session,
    track: CaseTrack,
    *,
    ground: str,
    reasons: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The head ends a track that should not go on; what is still on its way is made void (row S76)."""
    same(track, version)
    facts = {
        "ground": ground,
        "reasons": reasons.strip(),
        "reason": reasons.strip(),
        "journal": {"ground": ground},
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "terminate")


def close_unexecuted(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    ground: str,
    reasons: str,
    binding: bool,
    lessons: str = "",
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The head closes a track whose measures can no longer be carried out; they stay ordered (row S75)."""
    same(track, version)
    facts = {
        "ground": ground,
        "reasons": reasons.strip(),
        "binding": binding,
        "lessons": lessons.strip(),
        "journal": {"ground": ground},
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "close_unexecuted")


@TRACK.effect("S75", "S76", last=True)
def note_end(ask: Ask) -> None:
    """Keep why, and that it ended today."""
    ask.it.reasons, ask.it.ended_on = ask.facts["reasons"], ask.on
