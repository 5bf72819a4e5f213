"""What somebody did to a complaint a moment ago and can take back: who handles it, and what is alleged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, policies
from casework.models import Complaint
from core.actors import Actor
from core.errors import NotNow
from core.journal import JournalEntry
from core.words import _l
from notices.undoing import time_for

ROWS: Final = ("assigned", "codes.changed")


@dataclass(frozen=True)
class Last:
    """The entry of the journal that can be undone: its place, what was done, and when."""

    seq: int
    row: str
    at: datetime


def last(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> Last | None:
    """What this person did last, if nobody changed the same since and it is not long ago."""
    entry = _entry(session, complaint, actor, now)
    return Last(entry.seq, entry.row, entry.at) if entry is not None else None


def undo(session: Session, complaint: Complaint, seq: int | None, *, actor: Actor, now: datetime) -> None:
    """Put back what it was before, by the same verb; the journal has both."""
    entry = _entry(session, complaint, actor, now)
    if entry is None or entry.seq != seq or entry.changes is None:
        raise NotNow(_l("This can't be undone any more: it is too long ago, or somebody has changed it since."))
    if entry.row == "assigned":
        complaints.assign(session, complaint, entry.changes["officer"][0], actor=actor, now=now)
    else:
        complaints.recode(session, complaint, entry.changes["codes"][0], actor=actor, now=now)


def _entry(session: Session, complaint: Complaint, actor: Actor, now: datetime) -> JournalEntry | None:
    allowed = time_for(session)
    if not policies.may_work(actor) or not allowed:
        return None
    about = (JournalEntry.subject_kind == "complaint", JournalEntry.subject_id == complaint.id)
    asked = select(JournalEntry).where(*about, JournalEntry.row.in_(ROWS)).order_by(JournalEntry.seq.desc()).limit(1)
    entry = session.scalar(asked)
    if entry is None or entry.actor != actor.who or entry.at < now - allowed:
        return None
    return entry
