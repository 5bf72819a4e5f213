"""What somebody did to a complaint a moment ago and can take back: who handles it, what is alleged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, holds, intake, policies
from casework.models import Complaint
from casework.policies_assignment import DONE_WITH
from core.actors import Actor
from core.errors import NotNow
from core.journal import JournalEntry
from core.words import _l
from notices.undoing import time_for

MOST: Final = 20
"""How many entries are looked through."""
WHAT: Final = {"assigned": "officer", "codes.changed": "codes"}
"""By row of the journal, the change to put back; a rule notes more beside it."""
ROWS: Final = tuple(WHAT)


@dataclass(frozen=True)
class Last:
    """The journal entry that can be undone: its place, what was done, and when."""

    seq: int
    row: str
    at: datetime


def last(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> Last | None:
    """What this person did last, if it was not long ago and nobody has changed the same since."""
    entry = _entry(session, complaint, actor, now)
    return Last(entry.seq, entry.row, entry.at) if entry is not None else None


def undo(session: Session, complaint: Complaint, seq: int | None, *, actor: Actor, now: datetime) -> None:
    """Put it back to what it was, by the same verb; the journal keeps both.

    The complaint is locked first, so that what somebody else does at this moment counts.
    """
    holds.hold(session, complaint)
    entry = _entry(session, complaint, actor, now)
    if entry is None or entry.seq != seq or entry.changes is None:
        raise NotNow(_l("This can't be undone any more: it is too long ago, or somebody has changed it since."))
    if entry.row == "assigned":
        complaints.assign(session, complaint, entry.changes["officer"][0], actor=actor, now=now)
    else:
        intake.recode(session, complaint, entry.changes["codes"][0], actor=actor, now=now)


def _entry(session: Session, complaint: Complaint, actor: Actor, now: datetime) -> JournalEntry | None:
    allowed = time_for(session)
    if not policies.may_work(actor) or not allowed:
        return None
    about = (JournalEntry.subject_kind == "complaint", JournalEntry.subject_id == complaint.id)
    asked = select(JournalEntry).where(*about, JournalEntry.row.in_(ROWS)).order_by(JournalEntry.seq.desc()).limit(MOST)
    found = session.scalars(asked).all()
    if not found or found[0].actor != actor.who or found[0].at < now - allowed:
        return None
    back = 0
    while back + 1 < len(found) and _reverses(found[back], found[back + 1]):
        back += 1
    taken_back = bool(back % 2)  # done, undone, done again: each second one reverses the one before
    nobodys = found[0].row == "assigned" and complaint.state in DONE_WITH
    return None if taken_back or nobodys else found[0]


def _reverses(entry: JournalEntry, before: JournalEntry) -> bool:
    """Whether an entry put back what the same person had done before, here or for many at once."""
    if (entry.row, entry.actor) != (before.row, before.actor):
        return False
    name = WHAT[entry.row]
    did, said = ((each.changes or {}).get(name, []) for each in (before, entry))
    return bool(did) and said == did[::-1]
