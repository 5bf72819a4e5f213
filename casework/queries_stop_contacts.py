"""Reads of stop-contact requests: all of it for staff, one's own for a complainant, the number alone for a company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import policies
from casework.models import Complaint
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from core.actors import Actor

TOLD = (
    StopContact.id,
    StopContact.ref,
    StopContact.number,
    StopContact.state,
    StopContact.relayed_on,
    StopContact.confirmed_at,
    StopContact.version,
)
"""What a company may select."""


@dataclass(frozen=True)
class Told:
    """A request as the company that was asked sees it."""

    id: int
    ref: str
    number: str
    state: str
    relayed_on: date | None
    confirmed_at: datetime | None
    version: int


def one(session: Session, number: int, actor: Actor) -> StopContact | None:
    """A request, where this member of staff may read its complaint."""
    found = session.get(StopContact, number)
    if found is None:
        return None
    complaint = session.get(Complaint, found.complaint_id)
    return found if complaint is not None and policies.may_read(actor, complaint) else None


def of_complaint(session: Session, complaint_id: int) -> Sequence[StopContact]:
    """The requests of a complaint, oldest first."""
    mine = select(StopContact).where(StopContact.complaint_id == complaint_id, StopContact.state != "NEW")
    return session.scalars(mine.order_by(StopContact.id)).all()


def contacts(session: Session, complaint_id: int) -> Sequence[ContactEvent]:
    """Contacts that were noted against these requests, newest first."""
    mine = select(ContactEvent).where(ContactEvent.complaint_id == complaint_id)
    mine = mine.where(ContactEvent.stop_contact_id.is_not(None))
    return session.scalars(mine.order_by(ContactEvent.at.desc(), ContactEvent.id.desc())).all()


def complaint_of(session: Session, number: int) -> str | None:
    """The number of the complaint that a request belongs to."""
    mine = select(Complaint.ref).join(StopContact, StopContact.complaint_id == Complaint.id)
    return session.scalar(mine.where(StopContact.id == number))


def told(session: Session, party_id: int | None, number: int | None = None) -> list[Told]:
    """The numbers a company was asked not to contact, newest first; one of them where its number is given."""
    mine = select(*TOLD).where(StopContact.party_id == party_id)
    if number is not None:
        mine = mine.where(StopContact.id == number)
    rows = session.execute(mine.order_by(StopContact.id.desc()).limit(200)).all()
    return [Told(*row) for row in rows]
