"""Reads of complaints and forwardings, each for its reader: what somebody may not read does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, selectinload

from casework import policies, policies_forwardings
from casework.models import Complainant, Complaint, Forwarding, Settlement, Task
from casework.states import COMPLAINT
from core.actors import Actor

SIZE = 50


@dataclass(frozen=True)
class Tasks:
    """One page of tasks; `after` is the place of the next one."""

    lines: Sequence[Task]
    after: str


def complaint(session: Session, ref: str, *, reader: Actor) -> Complaint | None:
    """The complaint of a reference, for staff or the person who made it."""
    found = session.scalar(
        select(Complaint)
        .where(Complaint.ref == ref.strip().upper())
        .options(
            selectinload(Complaint.companies),
            selectinload(Complaint.codes),
            selectinload(Complaint.forwardings).selectinload(Forwarding.party),
            selectinload(Complaint.forwardings).selectinload(Forwarding.answers),
            selectinload(Complaint.complainant),
        ),
    )
    return found if found is not None and policies.may_read(reader, found) else None


def forwarding(session: Session, ref: str, *, reader: Actor) -> Forwarding | None:
    """The forwarding of a reference, for its respondent's people or staff."""
    found = session.scalar(
        select(Forwarding)
        .where(Forwarding.ref == ref.strip().upper())
        .options(selectinload(Forwarding.answers), selectinload(Forwarding.party)),
    )
    if found is None:
        return None
    of_party = policies_forwardings.is_of_party(reader, found)
    return found if of_party or policies.may_work(reader) or reader.has("reviewer", "secretary") else None


def settlement(session: Session, of: Complaint) -> Settlement | None:
    """The terms that were proposed, if any."""
    return session.scalar(select(Settlement).where(Settlement.complaint_id == of.id))


def similar(session: Session, of: Complaint, now: datetime) -> list[Complaint]:
    """Other complaints about a same party and a same kind of conduct."""
    return [each for each in policies.similar(session, of, now) if each.id != of.id]


def of_same_person(session: Session, of: Complaint) -> list[Complaint]:
    """Other complaints from the same contact, newest first: to be merged, or told apart."""
    if of.complainant is None or of.complainant.contact_hash is None:
        return []
    mine = select(Complaint).join(Complaint.complainant).where(Complaint.id != of.id)
    mine = mine.where(Complainant.contact_hash == of.complainant.contact_hash)
    return list(session.scalars(mine.order_by(Complaint.id.desc()).limit(SIZE)))


def may_lead(session: Session, of: Complaint) -> list[Complaint]:
    """Open complaints of the same person that this one could follow (row C23)."""
    shut = {*COMPLAINT.ends, "MERGED", "HISTORIC", "NEW"}
    return [each for each in of_same_person(session, of) if each.state not in shut]


def tasks(session: Session, *, reader: Actor, after: str = "", size: int = SIZE) -> Tasks:
    """Open tasks for the reader's roles, the oldest first, page by page."""
    found = select(Task).where(Task.done_at.is_(None))
    if not reader.has("head"):
        found = found.where(Task.role.in_(sorted(reader.roles)))
    if after:
        at, _, number = after.rpartition("_")
        place = (datetime.fromisoformat(at), int(number))
        found = found.where(tuple_(Task.raised_at, Task.id) > place)
    lines = session.scalars(found.order_by(Task.raised_at, Task.id).limit(size + 1)).all()
    more = len(lines) > size
    last = lines[size - 1] if more else None
    return Tasks(lines[:size], f"{last.raised_at.isoformat()}_{last.id}" if last else "")
