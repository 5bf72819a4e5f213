"""Personal data of a complaint is erased when its years are over; what statistics need stays (PIPL 47)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from casework import erased_files, messages, noting, party_requests, queries_erasures, shared_drafts
from casework.models import Answer, Complaint, Message, Note, Release, Settlement
from casework.models_cases import Evidence
from casework.models_contacts import ContactEvent
from casework.models_erasures import ErasureHold, ErasureRequest
from casework.models_scripts import ComplaintScript
from casework.models_stop_contacts import StopContact
from casework.queries_erasures import Subject
from core import drafts, journal
from core.actors import SYSTEM
from core.crypto import keyed_hash
from core.forgetting import forget_later
from core.mail import Mail
from core.registered import Registered
from core.texts import TextMessage
from notices import erasing as papers
from notices.models import Document, Service
from registry import batches, text_numbers


@dataclass(frozen=True)
class Leaving:
    """A complaint that is being erased, and what hangs on it."""

    complaint: Complaint
    about: Sequence[Subject]
    documents: Sequence[Document]
    evidence: Sequence[int]

    def of(self, kind: str) -> list[int]:
        """The numbers of what hangs on it and is of this kind."""
        return [number for each, number in self.about if each == kind]


ALSO = Registered[Callable[[Session, Leaving], Iterable[str]]]()
"""What higher rooms keep of a complaint goes first; they tell the digests of files that they named."""


def erase_if_due(session: Session, number: int, now: datetime) -> bool:
    """Erase one complaint if its years are over, or its person asked, and nothing keeps it; returns whether it was."""
    it = session.get(Complaint, number, with_for_update=True, populate_existing=True)
    if it is None or not queries_erasures.is_due(session, it, now):
        return False
    _erase(session, it, now)
    return True


def _erase(session: Session, it: Complaint, now: datetime) -> None:
    """Erase everything in one transaction; the bytes of its files go afterwards, unless something else names them."""
    about = queries_erasures.subjects(session, it)
    sent = [number for kind, number in about if kind == "forwarding"]
    files = or_(Evidence.complaint_id == it.id, Evidence.forwarding_id.in_(sent))
    evidence = list(session.scalars(select(Evidence.id).where(files)))
    leaving = Leaving(it, about, queries_erasures.papers(session, about), evidence)
    gone = {digest for also in ALSO for digest in also(session, leaving)}
    gone |= papers.erase(session, about, leaving.documents, now)
    gone |= batches.drop_files(session, about)
    drafts.forget_about(session, about, _pages(it, sent))
    shared_drafts.forget(session, "answer", sent)
    gone |= _files(session, leaving, now)
    _letters(session, leaving)
    _forwardings(session, leaving)
    gone |= _stops(session, it)
    _person(session, it, now)
    _texts(session, it)
    it.erased_at = now
    session.flush()
    vouched = journal.blank(session, it.id)
    forget_later(session, gone)
    noting.of_complaint(session, it, journal.ERASED, SYSTEM, now, {"blanked": vouched} if vouched else None)


def _pages(it: Complaint, sent: Sequence[int]) -> str:
    """A pattern for the addresses of its pages, those of staff and of companies alike."""
    numbers = "|".join(map(str, sent)) or "-"
    return f"(/complaints/{re.escape(it.ref)}|/forwardings/({numbers}))(/|$)"


def _files(session: Session, leaving: Leaving, now: datetime) -> set[str]:
    """Erase the files, the notes on them and the calls they show; files that a finding may cite are only emptied."""
    it, numbers = leaving.complaint, leaving.evidence
    calls = or_(ContactEvent.complaint_id == it.id, ContactEvent.evidence_id.in_(numbers))
    session.execute(delete(ContactEvent).where(calls))
    if queries_erasures.was_of_case(session, it):
        return erased_files.empty(session, numbers, now)
    return erased_files.drop(session, numbers)


def _letters(session: Session, leaving: Leaving) -> None:
    """Delete mails and text messages to the person, found by their keys, which say what they told."""
    it = leaving.complaint
    session.execute(delete(Mail).where(messages.mails(session, it.id)))
    services = session.scalars(select(Service.id).where(Service.complaint_id == it.id))
    begins = [f"alert:{number}:" for number in services]
    link = f"receipt-link:{it.id}."
    session.execute(delete(Mail).where(or_(*(Mail.key.startswith(each) for each in [*begins, link]))))
    session.execute(delete(TextMessage).where(TextMessage.key.startswith(link)))
    contact = it.complainant.contact if it.complainant is not None else None
    text_numbers.erase(session, ("complaint", it.id), contact)


def _forwardings(session: Session, leaving: Leaving) -> None:
    """Erase the texts of forwardings; that companies were asked and answered, and the outcome, stay."""
    it = leaving.complaint
    for each in it.forwardings:
        each.masked_facts = ""
        each.product = each.identity = each.time_reason = each.time_refused_reason = None
        each.time_requests = party_requests.without_texts(each.time_requests)
        each.gaps = None
        each.return_reason = "" if each.return_reason is not None else None  # keep that it was let off
        each.retract_reason = "" if each.retract_reason is not None else None
    mine = Answer.forwarding_id.in_(leaving.of("forwarding"))
    session.execute(update(Answer).where(mine).values(to_association="", to_complainant=""))
    session.execute(update(Release).where(Release.complaint_id == it.id).values(body="", why_disputed=None))
    session.execute(update(Settlement).where(Settlement.complaint_id == it.id).values(terms="", former=None))


def _stops(session: Session, it: Complaint) -> set[str]:
    """Erase the numbers of stop-contact requests, and the scans that tell them; that a company was asked stays."""
    gone: set[str] = set()
    for stop in session.scalars(select(StopContact).where(StopContact.complaint_id == it.id)):
        stop.number, stop.number_hash = "", keyed_hash("erased", f"stop_contact:{stop.id}")
        stop.declined_why = "" if stop.declined_why is not None else None
        gone |= {stop.scan_sha256} if stop.scan_sha256 else set()
        stop.scan_sha256 = stop.scan_name = stop.scan_type = None
    return gone


def _person(session: Session, it: Complaint, now: datetime) -> None:
    """Erase who complained; the person's relation to the debt stays."""
    person = it.complainant
    if person is not None:
        person.name = person.name_pictures = person.contact = person.id_no = None
        person.contact_hash = person.contact_verified_at = None
    it.receipt_hash = None
    session.execute(update(ErasureHold).where(ErasureHold.complaint_id == it.id).values(reason=""))
    asked = update(ErasureRequest).where(ErasureRequest.complaint_id == it.id)
    session.execute(asked.values(reason="", why=""))
    session.execute(asked.where(ErasureRequest.over_at.is_(None)).values(over_at=now))


def _texts(session: Session, it: Complaint) -> None:
    """Erase what was told, written and noted; companies stay as far as the register knows them."""
    it.facts = ""
    it.masked_facts = it.request = it.product = it.issue = it.missing = None
    it.reason_text = it.recheck_why = it.recheck_refused_why = it.authority = it.source_fields = None
    for company in it.companies:
        company.value = ""
    for table in (Message, Note, ComplaintScript):
        session.execute(delete(table).where(table.complaint_id == it.id))
