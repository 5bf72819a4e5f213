"""A document for every member: each has a service of its own, made in a job; and who has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.clock import day_of
from core.machine import Ask
from filestore.sheets_made import Table, csv_of
from notices import serving
from notices.models import Document, Dossier, Service
from notices.states import SERVICE
from registry import lineage
from registry import queries as register
from registry.models import Party

HOW = {"READ": "已阅", "PAPER": "已收纸质件", "DEEMED": "视为送达", "ENDED": "已终止", "WAITING": "待送达"}
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
    """Give members of the day of issue a service if they have none yet, and take it onward; returns how many."""
    dossier = document.dossier
    if dossier is None or no_longer_holds(document):
        return 0
    session.refresh(dossier, with_for_update=True)
    has = select(Service.party_id).where(Service.document_id == document.id)
    served = set(session.scalars(has))
    waiting = [number for number in register.members_on(session, document.issued_on) if number not in served][:most]
    for number in waiting:
        _issue(session, document, dossier, number, now)
    session.expire(document, ["services"])
    return len(waiting)


def no_longer_holds(document: Document) -> bool:
    """Whether it was withdrawn, corrected (which sets a circular aside) or made void: then nobody gets it any more."""
    return document.set_aside_on is not None or document.void_at is not None


def serve(session: Session, document: Document, party_id: int, now: datetime) -> Service:
    """Give one member its service; if it has one already, perhaps as another entry of the register, return that."""
    party_id = lineage.entries(session, party_id)[0]
    dossier = document.dossier
    if dossier is not None:
        session.refresh(dossier, with_for_update=True)  # sealing takes along all services that exist
    mine = select(Service).where(Service.document_id == document.id, Service.party_id == party_id)
    there = session.scalar(mine.order_by(Service.id).limit(1))
    return there or _issue(session, document, dossier, party_id, now)


def _issue(session: Session, document: Document, dossier: Dossier | None, party_id: int, now: datetime) -> Service:
    service = Service(document_id=document.id, state=SERVICE.initial, party_id=party_id)
    SERVICE.carry_out(Ask(session, service, SYSTEM, {}, now, day=document.issued_on), "issue")
    if dossier is not None and dossier.state == "SEALED":
        SERVICE.carry_out(Ask(session, service, SYSTEM, {}, now), "final_pdf")
        serving.onward(session, service, now)
    return service


def readers(session: Session, document_id: int) -> Sequence[Reader]:
    """Every member a document goes to, those who have not read it first."""
    asked = select(Party, Service).join(Service, Service.party_id == Party.id).where(Service.document_id == document_id)
    found = [Reader(party, service) for party, service in session.execute(asked.order_by(Party.sort_zh, Party.id))]
    return sorted(found, key=lambda each: each.how in {"READ", "PAPER"})


def list_of(session: Session, document: Document) -> bytes:
    """The members and how far their copies have come, as a table."""
    rows = [
        [each.party.name_zh, each.party.uscc, HOW[each.how], _day(each.service.served_on), _day(each.service.opened_at)]
        for each in readers(session, document.id)
    ]
    return csv_of(Table("送达情况", ["会员单位", "统一社会信用代码", "情况", "送达日", "打开日"], rows))


def _day(at: date | datetime | None) -> str:
    return "" if at is None else (day_of(at) if isinstance(at, datetime) else at).isoformat()


def read_by(session: Session, document_id: int) -> tuple[int, int]:
    """How many members have read it or hold it on paper, and how many it goes to."""
    found = [each.how for each in readers(session, document_id)]
    return sum(how in {"READ", "PAPER"} for how in found), len(found)
