"""Reads of official documents; each for the reader of the session."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, func, literal, or_, select, text, tuple_
from sqlalchemy.orm import Session, joinedload

from core import keyset
from core.at_hand import at_hand
from core.db import KEPT
from core.machine import Machine
from core.mail import Mail
from core.planned import PARTY
from notices.models import Document, Dossier, Service
from notices.states import ONLINE, OPEN, UNSERVED
from registry import settings
from registry.counting import Unit
from registry.models_accounts import Account, AccountRole
from registry.models_clocks import Clock, ClockState
from registry.queries import service_address

PAPERS = "papers"
"""With the number of a dossier: what the transaction that opened it has put into it."""


@dataclass
class _Contacts:
    """Who knows how a complainant is reached; registered by the room that knows complainants."""

    complainant: Callable[[Session, int], list[str]] = field(default=lambda _session, _complaint: [])


_contacts = _Contacts()


def contacts_from(function: Callable[[Session, int], list[str]]) -> None:
    """Register who knows the mail addresses of a complaint's complainant."""
    _contacts.complainant = function


def document(session: Session, number: int) -> Document | None:
    """One document, if this reader may see it."""
    return session.scalar(select(Document).where(Document.id == number))


def with_steps(
    session: Session, numbers: Collection[int]
) -> tuple[Sequence[Document], Sequence[Service], Sequence[Dossier]]:
    """These documents, with those whose steps of service or approval some are, as far as this reader may see them."""
    found = session.scalars(select(Document).where(Document.id.in_(numbers)).order_by(Document.id)).all()
    steps = [each.subject_id for each in found if each.subject_kind == "service"]
    asked = select(Service).where(Service.id.in_(steps)).options(joinedload(Service.document))
    sheets = [each.subject_id for each in found if each.subject_kind == "approval"]
    of_sheets = select(Dossier).where(Dossier.id.in_(sheets)).options(joinedload(Dossier.documents))
    return (
        found,
        session.scalars(asked.order_by(Service.id)).all() if steps else (),
        session.scalars(of_sheets.order_by(Dossier.id)).unique().all() if sheets else (),
    )


def successor(session: Session, it: Document) -> Document | None:
    """The document that replaced or withdrew it, if this reader may see that."""
    return document(session, it.replaced_by_id) if it.replaced_by_id is not None else None


def documents_of(
    session: Session,
    subjects: Iterable[tuple[str, int]],
    complaint_ids: Iterable[int] = (),
) -> Sequence[Document]:
    """The documents that rows of these subjects made, or that went to these complainants, oldest first."""
    subjects, complaint_ids = list(subjects), list(complaint_ids)
    known = [at_hand(session, Document, "subject_id", number, subject_kind=kind) for kind, number in subjects]
    known += [at_hand(session, Document, "complaint_id", number) for number in complaint_ids]
    if all(each is not None for each in known):
        found_here = {row.id: row for each in known for row in each or ()}
        return sorted(found_here.values(), key=lambda row: (row.issued_at, row.id))
    pairs: list[ColumnElement[bool]] = [
        (Document.subject_kind == kind) & (Document.subject_id == number) for kind, number in subjects
    ]
    pairs += [Document.complaint_id == number for number in complaint_ids]
    if not pairs:
        return []
    found = select(Document).where(or_(*pairs)).order_by(Document.issued_at, Document.id)
    return session.scalars(found.options(joinedload(Document.services))).unique().all()


def last_document(
    session: Session,
    kinds: Iterable[str],
    machine: str,
    number: int,
    round_no: int | None = None,
    *,
    even_void: bool = False,
) -> Document | None:
    """The latest document of these kinds about a subject (or to its complainant), without those that are void."""
    own = at_hand(session, Document, "subject_id", number, subject_kind=machine)
    sent = at_hand(session, Document, "complaint_id", number) if machine == "complaint" else []
    if own is not None and sent is not None:
        asked, every = set(kinds), (row for row in (*own, *sent) if even_void or row.void_at is None)
        fit = [row for row in every if row.kind in asked and round_no in (None, row.round)]
        return max(fit, key=lambda row: row.id, default=None)
    mine: ColumnElement[bool] = (Document.subject_kind == machine) & (Document.subject_id == number)
    if machine == "complaint":
        mine = or_(mine, Document.complaint_id == number)
    found = select(Document).where(mine, Document.kind.in_(list(kinds)))
    if not even_void:
        found = found.where(Document.void_at.is_(None))
    if round_no is not None:
        found = found.where(Document.round == round_no)
    return session.scalar(found.order_by(Document.id.desc()).limit(1))


def one_before(session: Session, it: Document) -> Document | None:
    """The document of its kind made before it for the same subject; of letters to persons, to the same person."""
    mine = select(Document).where(Document.subject_kind == it.subject_kind, Document.subject_id == it.subject_id)
    mine = mine.where(Document.kind == it.kind, Document.id < it.id)
    mine = mine.where(Document.complaint_id.is_not_distinct_from(it.complaint_id))
    return session.scalar(mine.order_by(Document.id.desc()).limit(1))


def open_dossier(session: Session, kind: str, number: int) -> Dossier | None:
    """The dossier that is being drafted on a subject, if there is one."""
    if (known := at_hand(session, Dossier, "subject_id", number, subject_kind=kind)) is not None:
        return next((each for each in known if each.state in OPEN), None)
    return session.scalar(
        select(Dossier).where(
            Dossier.subject_kind == kind,
            Dossier.subject_id == number,
            Dossier.state.in_(OPEN),
        ),
    )


def unserved(session: Session, machine: str, number: int, kinds: Iterable[str] = ()) -> Sequence[Service]:
    """Services of a subject's documents that have not ended."""
    kinds, papers = set(kinds), at_hand(session, Document, "subject_id", number, subject_kind=machine)
    known = [at_hand(session, Service, "document_id", it.id) for it in papers or () if it.kind in kinds or not kinds]
    if papers is not None and all(services is not None for services in known):
        mine = [service for services in known for service in services or () if service.state in UNSERVED]
        return sorted(mine, key=lambda service: service.id)
    found = (
        select(Service)
        .join(Service.document)
        .where(Document.subject_kind == machine, Document.subject_id == number, Service.state.in_(UNSERVED))
    )
    if kinds:
        found = found.where(Document.kind.in_(kinds))
    return session.scalars(found.order_by(Service.id)).all()


def served_on(session: Session, document_id: int) -> date | None:
    """The day on which a document was served, if it was."""
    served = select(Service.served_on).where(Service.document_id == document_id, Service.state == "SERVED")
    return session.scalar(served)


def served_by_now(session: Session, document_id: int) -> date | None:
    """The same for a clock that waits for it; whoever serves it at this moment is waited for, and waits.

    Otherwise the clock could wait forever for a service nobody saw yet. Only for the system, since it locks.
    """
    found = select(Service.state, Service.served_on).where(Service.document_id == document_id)
    rows = session.execute(found.with_for_update(read=True))
    return next((row.served_on for row in rows if row.state == "SERVED"), None)


def service_rule(session: Session, service: Service) -> str:
    """When a document in the portal counts as served: as the company agreed, whatever the setting says by now."""
    if service.party_id is None:
        return str(settings.value(session, "PORTAL_SERVICE"))
    address = service_address(session, service.party_id)
    return address.service_rule if address is not None else ""


def agreed_period(session: Session, party_id: int | None) -> tuple[int, Unit] | None:
    """After how long an unopened notice counts as served, where the company agreed to a length; else as laid down."""
    address = service_address(session, party_id) if party_id is not None else None
    if address is None or address.deemed_after is None or address.deemed_unit is None:
        return None
    return address.deemed_after, Unit(address.deemed_unit)


def reachable_online(session: Session, service: Service) -> bool:
    """Whether it reaches a party with a confirmed electronic address, or a complainant, who has a receipt code."""
    if service.party_id is None:
        return service.complaint_id is not None
    address = service_address(session, service.party_id)
    return address is not None and address.electronic


def alert_addresses(session: Session, service: Service) -> list[tuple[str, str]]:
    """Mail addresses to which an alert goes, each with its language: the party's people, or the complainant.

    People who were invited and have not accepted yet do not count, unless the party has no others.
    """
    if service.complaint_id is not None:
        return [(to, service.document.lang) for to in _contacts.complainant(session, service.complaint_id)]
    people = (
        select(Account)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(Account.party_id == service.party_id, AccountRole.role == "respondent", Account.locked_at.is_(None))
        .order_by(Account.id)
    )
    found = session.scalars(people).all()
    told = [person for person in found if not person.invited] or found
    return [(person.mail, person.language) for person in told]


def to_open() -> ColumnElement[bool]:
    """SQL: it waits in the portal for somebody to open it, even if it counts as served by now (Service.unread)."""
    unread = (Service.state == spelt("SERVED")) & (Service.served_how == spelt("PORTAL")) & Service.opened_at.is_(None)
    waits = Service.state.in_([*map(spelt, ONLINE)])
    return or_(waits, unread) & Document.pdf_sha256.is_not(None)


def spelt(value: str) -> ColumnElement[str]:
    """A value as part of the statement's text, so that its plan can use the index of exactly these rows."""
    return literal(value, String, literal_execute=True)


@cache
def unopened() -> ScalarSelect[int]:
    """How many documents wait in the portal to be opened by the reader's company; 100 stands for more."""
    waiting = select(Service.id).join(Service.document).where(Service.party_id == PARTY)
    return select(func.count()).select_from(waiting.where(to_open()).limit(100).subquery()).scalar_subquery()


def some_alert_stands(session: Session, service_id: int) -> bool:
    """Whether an alert of a service was sent or waits to be sent, and has not bounced."""
    return session.scalar(_alerts(service_id).where(Mail.bounced_at.is_(None)).limit(1)) is not None


def alerts_of(session: Session, service_id: int) -> Sequence[Mail]:
    """The alerts of a service to its recipients of now."""
    return session.scalars(_alerts(service_id)).all()


def _alerts(service_id: int) -> Select[Mail]:
    mine = Mail.key.startswith(f"alert:{service_id}:", autoescape=True)
    return select(Mail).where(mine, ~Mail.key.startswith(to_others(service_id), autoescape=True)).order_by(Mail.id)


def to_others(service_id: int) -> str:
    """The beginning of the keys of alerts to another company's people, before a document was passed on."""
    return f"alert:{service_id}:others:"


def alert_left(session: Session, service_id: int) -> datetime | None:
    """When the first alert of a service left that has not bounced, if one did."""
    sent = _alerts(service_id).with_only_columns(Mail.sent_at)
    sent = sent.where(Mail.sent_at.is_not(None), Mail.bounced_at.is_(None))
    return session.scalar(sent.order_by(None).order_by(Mail.sent_at).limit(1))


@dataclass(frozen=True)
class Beside:
    """What is read together with a document: a notice that corrects it, or the document that it corrects."""

    kind: str
    number: str
    issued_on: date
    check_code: str


@dataclass(frozen=True)
class Verified:
    """What anybody may learn about a document by its check code; nothing about parties."""

    kind: str
    lang: str
    number: str | None
    issued_on: date
    void_on: date | None
    set_aside_on: date | None
    pdf_sha256: str | None
    rendered: bool
    signed_at: datetime | None
    level: str | None
    certificate_id: int | None
    successor_kind: str | None
    successor_number: str | None
    successor_on: date | None
    successor_code: str | None
    seal_mode: str
    stayed: bool
    not_yet: bool
    """A major decision whose time for asking for a review has not passed, or whose review has not ended."""
    erased: bool
    """The association holds its text no longer."""
    corrections: tuple[Beside, ...] = ()
    """The served notices that correct clerical errors in it, in their order."""
    corrects: Beside | None = None
    """Of such a notice the document that it corrects; whether that is in force its own code says. Of a corrected
    bulletin the paper in the place of which it stands."""

    @property
    def unstamped(self) -> bool:
        """Whether it is to be stamped on paper and the stamped scan is not back: a print of it is no document yet."""
        return self.seal_mode == "physical" and not self.rendered and not self.erased

    @property
    def in_force(self) -> bool:
        """Genuine, stamped if it must be, neither void nor withdrawn, in effect, and not kept from it by a review."""
        kept = self.stayed or self.not_yet or self.unstamped
        return self.void_on is None and self.set_aside_on is None and not kept


def verified(session: Session, code: str) -> Verified | None:
    """The document of a check code, read by database functions that show no more than anybody may learn."""
    asked = text(
        "SELECT *, zilu_stayed(:code) AS stayed, zilu_not_yet(:code) AS not_yet, zilu_erased(:code) AS erased, "
        "zilu_corrected_by(:code) AS corrections, zilu_corrects(:code) AS corrects FROM zilu_verify(:code)"
    )
    row = session.execute(asked, {"code": code}).mappings().first()
    if row is None:
        return None
    told = tuple(_beside({"kind": "D40", **each}) for each in row["corrections"])
    return Verified(**{**row, "corrections": told, "corrects": row["corrects"] and _beside(row["corrects"])})


def _beside(said: Mapping[str, str]) -> Beside:
    return Beside(said["kind"], said["number"] or "", date.fromisoformat(said["on"]), said["code"])


@dataclass(frozen=True)
class Posted:
    """A notice of service that counts at present, as everybody reads it, with its last day if that is certain."""

    party_id: int
    number: str
    posted_on: date
    until: date | None
    check_code: str
    pdf_sha256: str


def posted(session: Session) -> list[Posted]:
    """The notices of service that count at present, the newest first."""
    return [Posted(**row) for row in session.execute(text("SELECT * FROM zilu_posted_notices()")).mappings()]


def service_of(session: Session, document_id: int) -> Service | None:
    """The service of a document to this reader."""
    return session.scalar(select(Service).where(Service.document_id == document_id).order_by(Service.id).limit(1))


@dataclass(frozen=True)
class Inbox:
    """One page of a party's notices, and by document what still counts because of each."""

    services: list[Service]
    counts: dict[int, Clock]
    part: keyset.Part


def inbox(session: Session, party_id: int | None, place: keyset.Place = keyset.BEGINNING) -> Inbox:
    """A party's notices that are ready for it, newest first, under the name to which they were made out."""
    ready = ("AVAILABLE", "ALERTED", "SERVED", "NOTICE_POSTED", "POSTED", "READY", "UNDELIVERED")
    every = select(Service, Document).join(Service.document).where(Service.party_id == party_id)
    part = keyset.part(session, every, [Service.state.in_(ready)], (Service.id,), place, down=True)
    return Inbox([row[0] for row in part.rows], counting(session, party_id, [row[1].id for row in part.rows]), part)


def counting(session: Session, party_id: int | None, documents: list[int]) -> dict[int, Clock]:
    """For each document the period that ends first, or waits for its service."""
    if not documents:
        return {}
    mine = select(Clock).where(Clock.visible_party == party_id, Clock.state != spelt("ENDED"))
    mine = mine.where(Clock.armed_on.overlap(documents)).order_by(Clock.due_on.asc().nulls_last(), Clock.id)
    found: dict[int, Clock] = {}
    for clock in session.scalars(mine):
        for number in clock.armed_on:
            found.setdefault(number, clock)
    return found


def laid_down_in(document: Document | None, key: str) -> Any:  # noqa: ANN401 - JSON
    """A value that a setting or the rulebook had when the document was made; None if it does not rest on one."""
    frozen: dict[str, Any] = document.paper.get("settings", {}) if document is not None else {}
    return frozen[key]["value"] if key in frozen else None


def clocks_of(session: Session, document: Document) -> Sequence[Clock]:
    """The clocks that wait for this document's service or were started by it.

    They are looked up by what the document is about, or by the complaint it goes to, since row-level security keeps a
    reader's query from using the index on `armed_on`.
    """
    about = [(document.subject_kind, document.subject_id), ("complaint", document.complaint_id)]
    found = select(Clock).where(tuple_(Clock.subject_type, Clock.subject_id).in_(about))
    return session.scalars(found.where(Clock.armed_on.contains([document.id])).order_by(Clock.id)).all()


def waits_of(session: Session, service: Service) -> Sequence[Clock]:
    """How long a service may take and when it is done by itself, as far as this reader may see those clocks."""
    mine = select(Clock).where(Clock.subject_type == "service", Clock.subject_id == service.id)
    return session.scalars(mine.where(Clock.state != ClockState.ENDED).order_by(Clock.id)).all()


LINKS: dict[str, Callable[[int], str]] = {}
"""By machine, the address of the thing whose row made a document, for the asking audience; rooms register."""


def matter_of(session: Session, document: Document) -> str:
    """The reference of the matter whose row made a document; for a party in a case, that of the case."""
    machine = Machine.all.get(document.subject_kind)
    thing = session.get(machine.model, document.subject_id) if machine and machine.model else None
    return str(getattr(thing, "case", thing).ref) if thing is not None else ""


def link_to(document: Document) -> str:
    """The address of the document's matter; empty if no room registered one."""
    link = LINKS.get(document.subject_kind)
    return link(document.subject_id) if link else ""


SINCE: dict[str, Callable[[Session, Document], str]] = {}
"""By kind, what holds now instead of what a notice says, for the party that reads it; rooms register."""


def since(session: Session, document: Document) -> str:
    """What changed since a notice was issued; empty if nothing did."""
    told = SINCE.get(document.kind)
    return told(session, document) if told else ""


def in_dossier(session: Session, dossier_id: int) -> Sequence[Document]:
    """The documents of a dossier, in the order in which they were made; the opening transaction knows them."""
    kept: list[Document] | None = session.info.get(KEPT, {}).get((PAPERS, dossier_id))
    if kept is not None:
        return list(kept)
    return session.scalars(select(Document).where(Document.dossier_id == dossier_id).order_by(Document.id)).all()


def services_in_dossier(session: Session, dossier_id: int) -> Sequence[Service]:
    """The services of a dossier's outward documents, in the order in which they began."""
    papers = at_hand(session, Document, "dossier_id", dossier_id)
    known = [at_hand(session, Service, "document_id", it.id) for it in papers or () if it.outward]
    if papers is not None and all(services is not None for services in known):
        mine = [service for services in known for service in services or ()]
        return sorted(mine, key=lambda service: (service.document_id, service.id))
    found = select(Service).join(Service.document).where(Document.dossier_id == dossier_id, Document.outward)
    return session.scalars(found.order_by(Service.document_id, Service.id)).all()


def audience(session: Session, service_id: int, key: str) -> tuple[int | None, int | None]:
    """The party and the complaint that may see a service's clocks; how long staff have to serve (K19) they do not."""
    if key == "K19":
        return None, None
    service = session.get_one(Service, service_id)
    return service.party_id, service.complaint_id
