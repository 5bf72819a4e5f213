"""Internal notes on complaints: written by staff, shown to nobody else."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import holds, noting
from casework.models import Complaint, Note
from core.actors import Actor
from core.errors import BadInput, NotAllowed
from core.words import _l


def write(session: Session, complaint: Complaint, *, text: str, actor: Actor, now: datetime) -> Note:
    """One note; it is never shown outside."""
    if actor.audience != "staff" or actor.id is None:
        raise NotAllowed
    if not text.strip():
        raise BadInput("text", _l("Write the note."))
    holds.hold(session, complaint)
    written = Note(complaint_id=complaint.id, author_id=actor.id, body=text.strip(), at=now)
    session.add(written)
    session.flush()
    noting.of_complaint(session, complaint, "noted", actor, now)
    return written
