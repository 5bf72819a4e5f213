"""Holding a complaint back from being erased, and letting it go: the head's, with a reason, journalled."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import holds, queries_erasures
from casework.models import Complaint
from casework.models_erasures import ErasureHold
from casework.noting import note
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l

LONGEST = 500


def may_hold(actor: Actor) -> bool:
    """Whether somebody decides what is kept beyond its years."""
    return actor.has("head")


def hold(
    session: Session,
    complaint: Complaint,
    *,
    reason: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> ErasureHold:
    """Keep its personal data beyond the years laid down, as long as the reason lasts."""
    if not may_hold(actor) or actor.id is None:
        raise NotAllowed
    if not reason.strip():
        raise BadInput("reason", _l("Say why it is kept, for example because a court has asked for it."))
    holds.hold(session, complaint, version)
    if queries_erasures.hold_of(session, complaint) is not None:
        raise NotNow(_l("This complaint is held back from erasing already."))
    made = ErasureHold(
        complaint_id=complaint.id, reason=reason.strip()[:LONGEST], held_at=now, held_by=actor.id, let_go_at=None
    )
    session.add(made)
    session.flush()
    note(session, complaint, "retention.held", actor, now)
    return made


def let_go(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """The reason is over: it is erased like any other once its years have passed."""
    if not may_hold(actor) or actor.id is None:
        raise NotAllowed
    holds.hold(session, complaint)
    held = queries_erasures.hold_of(session, complaint)
    if held is None:
        raise NotNow(_l("This complaint is not held back from erasing."))
    held.let_go_at, held.let_go_by = now, actor.id
    session.flush()
    note(session, complaint, "retention.let_go", actor, now)
