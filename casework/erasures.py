"""Holding a complaint or a case back from being erased, and letting it go: the head's, with a reason, journalled."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import erasure_requests, holds, noting, queries_erasing_cases, queries_erasures
from casework.models import Complaint
from casework.models_cases import CaseFile
from casework.models_erasures import ErasureHold
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l

LONGEST = 500


def may_hold(actor: Actor) -> bool:
    """Whether somebody may decide what is kept beyond its years."""
    return actor.has("head")


def hold(
    session: Session,
    complaint: Complaint,
    *,
    reason: str,
    told: str = "",
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> ErasureHold:
    """Keep its personal data beyond the years laid down, as long as the reason lasts.

    Whoever was told that they are deleted early is told that this waits, and as much of the reason as `told` says.
    """
    _require(actor, reason)
    holds.hold(session, complaint, version)
    if queries_erasures.hold_of(session, complaint) is not None:
        raise NotNow(_l("This complaint is held back from erasing already."))
    made = _made(session, ErasureHold(complaint_id=complaint.id), reason, actor, now)
    noting.of_complaint(session, complaint, "retention.held", actor, now)
    erasure_requests.wait(session, complaint, told=told, actor=actor, now=now)
    return made


def hold_case(
    session: Session, case: CaseFile, *, reason: str, actor: Actor, version: int | None = None, now: datetime
) -> ErasureHold:
    """Keep the file of a case whole, and the complaints on which it rests, as long as the reason lasts."""
    _require(actor, reason)
    holds.hold_complaints(session, case.id)
    holds.hold_case(session, case, version)
    if queries_erasing_cases.hold_of(session, case) is not None:
        raise NotNow(_l("This case is held back from erasing already."))
    made = _made(session, ErasureHold(case_id=case.id), reason, actor, now)
    noting.of_case(session, case, "held_back", actor, now)
    return made


def _require(actor: Actor, reason: str) -> None:
    if not may_hold(actor) or actor.id is None:
        raise NotAllowed
    if not reason.strip():
        raise BadInput("reason", _l("Say why it is kept, for example because a court has asked for it."))


def _made(session: Session, hold: ErasureHold, reason: str, actor: Actor, now: datetime) -> ErasureHold:
    hold.reason, hold.held_at, hold.held_by, hold.let_go_at = reason.strip()[:LONGEST], now, actor.id or 0, None
    session.add(hold)
    session.flush()
    return hold


def let_go(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """Let it go: it is erased like any other once its years have passed."""
    if not may_hold(actor) or actor.id is None:
        raise NotAllowed
    holds.hold(session, complaint)
    held = queries_erasures.hold_of(session, complaint)
    if held is None:
        raise NotNow(_l("This complaint is not held back from erasing."))
    held.let_go_at = now
    session.flush()
    noting.of_complaint(session, complaint, "retention.let_go", actor, now)
    erasure_requests.go_on(session, complaint, actor=actor, now=now)


def let_case_go(session: Session, case: CaseFile, *, actor: Actor, now: datetime) -> None:
    """Let a case go in the same way."""
    if not may_hold(actor) or actor.id is None:
        raise NotAllowed
    holds.hold_case(session, case)
    held = queries_erasing_cases.hold_of(session, case)
    if held is None:
        raise NotNow(_l("This case is not held back from erasing."))
    held.let_go_at = now
    session.flush()
    noting.of_case(session, case, "let_go", actor, now)
