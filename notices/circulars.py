"""A document for every member: a service of its own for each, made in a job; and who of them has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.machine import Ask
from notices import serving
from notices.models import Document, Service
from notices.states import SERVICE
from registry import queries as register
from registry.models import Party

BATCH = 50
"""How many members are served in one transaction."""


@dataclass(frozen=True)
class Reader:
    """One member, and how far its copy has come."""

    party: Party
    service: Service

    @property
    def how(self) -> str:
        """READ online, PAPER received, DEEMED served unopened, ENDED before it was served, else WAITING."""
        if self.service.opened_at is not None:
            return "READ"
        if self.service.state != "SERVED":
            return "ENDED" if self.service.state == "VOID" else "WAITING"
        return "DEEMED" if self.service.unread else "PAPER"


def deliver(session: Session, document: Document, now: datetime, most: int = BATCH) -> int:
    """Give members of the day of issue who have none yet their service, and take it as far as it goes; how many."""
    dossier = document.dossier
    if dossier is None or document.void_at is not None:
        return 0
    session.refresh(dossier, with_for_update=True)
    has = select(Service.party_id).where(Service.document_id == document.id)
    served = set(session.scalars(has))
    waiting = [number for number in register.members_on(session, document.issued_on) if number not in served][:most]
    for number in waiting:
        service = Service(document_id=document.id, state=SERVICE.initial, party_id=number)
        SERVICE.carry_out(Ask(session, service, SYSTEM, {}, now, day=document.issued_on), "issue")
        if dossier.state == "SEALED":
            SERVICE.carry_out(Ask(session, service, SYSTEM, {}, now), "final_pdf")
            serving.onward(session, service, now)
    session.expire(document, ["services"])
    return len(waiting)


def readers(session: Session, document_id: int) -> Sequence[Reader]:
    """Every member whom a document goes to, those who have not read it first."""
    asked = select(Party, Service).join(Service, Service.party_id == Party.id).where(Service.document_id == document_id)
    found = [Reader(party, service) for party, service in session.execute(asked.order_by(Party.name_zh, Party.id))]
    return sorted(found, key=lambda each: each.how in {"READ", "PAPER"})


def read_by(session: Session, document_id: int) -> tuple[int, int]:
    """How many members have read it or hold it on paper, and how many it goes to."""
    found = [each.how for each in readers(session, document_id)]
    return sum(how in {"READ", "PAPER"} for how in found), len(found)
