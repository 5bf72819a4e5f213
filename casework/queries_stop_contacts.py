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
from core import keyset
from core.actors import Actor
from registry.models_clocks import Clock, ClockEnd

TOLD = (
    StopContact.id,
    StopContact.ref,
    StopContact.number,
    StopContact.state,
    StopContact.relayed_on,
    StopContact.confirmed_at,
    StopContact.confirmed_came_on,
    StopContact.version,
)
"""What a company may select."""


@dataclass(frozen=True)
class Told:
    """A request as the company asked sees it."""

    id: int
    ref: str
    number: str
    state: str
    relayed_on: date | None
    confirmed_at: datetime | None
    confirmed_came_on: date | None
    version: int


def one(session: Session, number: int, actor: Actor) -> StopContact | None:
    """A request, if this member of staff may read its complaint."""
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


def told(
    session: Session, party_id: int | None, place: keyset.Place = keyset.BEGINNING
) -> tuple[list[Told], keyset.Part]:
    """The numbers that a company was asked not to contact any more, newest first."""
    mine = select(*TOLD).where(StopContact.party_id == party_id)
    part = keyset.part(session, mine, (), (StopContact.id,), place, down=True)
    return [Told(*row[: len(TOLD)]) for row in part.rows], part


def told_in(session: Session, party_id: int, states: Sequence[str]) -> list[Told]:
    """All of these in one of the states, newest first."""
    mine = select(*TOLD).where(StopContact.party_id == party_id, StopContact.state.in_(states))
    return [Told(*row) for row in session.execute(mine.order_by(StopContact.id.desc()))]


def told_once(session: Session, party_id: int | None, number: int) -> Told | None:
    """What this company was told about this request, if anything."""
    row = session.execute(select(*TOLD).where(StopContact.party_id == party_id, StopContact.id == number)).first()
    return Told(*row) if row is not None else None


def missed(session: Session, numbers: Sequence[int]) -> dict[int, Clock]:
    """For each request, the clock whose period ended without a confirmation."""
    found = select(Clock).where(Clock.subject_type == "stop_contact", Clock.subject_id.in_(numbers))
    found = found.where(Clock.key == "K09", Clock.how == ClockEnd.EXPIRED).order_by(Clock.id)
    return {clock.subject_id: clock for clock in session.scalars(found)}
