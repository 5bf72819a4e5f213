"""What the staff's page of a complaint loads together: the complaint and all that hangs on it and its forwardings."""

from typing import Final

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Session

from casework import policies
from casework.models import (
    AllegedCode,
    Answer,
    Complainant,
    Complaint,
    Forwarding,
    Message,
    NamedCompany,
    Note,
    Release,
    Settlement,
    Task,
)
from casework.models_cases import CaseComplaint, CaseFile, CaseTrack, Evidence
from casework.models_contacts import ContactEvent
from casework.models_scripts import ComplaintScript
from casework.models_stop_contacts import StopContact
from core.actors import Actor
from core.gathered import Gathering, Rows
from core.planned import Written
from desk import queries_complaint
from notices.models import Document, Dossier, Service
from registry.models import Basis, Engagement, Party, ServiceAddress
from registry.models_accounts import Account
from registry.models_clocks import Clock
from registry.models_rulebook import Violation

_IT: Final = Rows(Complaint, "id")
_NAMED: Final = Rows(Party, "id", ((NamedCompany, "party_id"), (Forwarding, "party_id"), (StopContact, "party_id")))
_ACCOUNTS: Final = ((_IT, "officer_id"), (Note, "author_id"), (Message, "author_id"), (Answer, "submitted_by"))
_SUBJECTS: Final = ((_IT, "complaint"), (Forwarding, "forwarding"), (StopContact, "stop_contact"))


def _of_each(what: type[Task | Dossier | Document | Clock], kind: str = "subject_kind") -> list[Rows]:
    """What hangs on the complaint, its forwardings and its requests, by kind and number."""
    return [Rows(what, "subject_id", (source, "id"), where=((kind, name),)) for source, name in _SUBJECTS]


COMPLAINT: Final = Gathering(
    "complaint_page",
    _IT,
    Rows(NamedCompany, "complaint_id", (_IT, "id"), into="companies"),
    Rows(AllegedCode, "complaint_id", (_IT, "id"), into="codes"),
    Rows(Forwarding, "complaint_id", (_IT, "id"), into="forwardings"),
    Rows(Answer, "forwarding_id", (Forwarding, "id"), into="answers"),
    Rows(Complainant, "complaint_id", (_IT, "id"), into="complainant"),
    Rows(Evidence, "complaint_id", (_IT, "id")),
    Rows(Evidence, "forwarding_id", (Forwarding, "id")),
    Rows(Release, "complaint_id", (_IT, "id")),
    Rows(Message, "complaint_id", (_IT, "id")),
    Rows(Note, "complaint_id", (_IT, "id")),
    Rows(Settlement, "complaint_id", (_IT, "id")),
    Rows(StopContact, "complaint_id", (_IT, "id")),
    Rows(ContactEvent, "complaint_id", (_IT, "id")),
    Rows(ComplaintScript, "complaint_id", (_IT, "id")),
    Rows(CaseComplaint, "complaint_id", (_IT, "id")),
    Rows(CaseFile, "id", (CaseComplaint, "case_id")),
    Rows(CaseTrack, "case_id", (CaseComplaint, "case_id")),
    Rows(Complaint, "id", ((_IT, "lead_id"), (_IT, "taken_from_id"))),
    Rows(Complaint, "lead_id", (_IT, "id")),
    Rows(Complaint, "taken_from_id", (_IT, "id")),
    _NAMED,
    Rows(Engagement, "institution_id", (_NAMED, "id")),
    Rows(Engagement, "firm_id", (_NAMED, "id")),
    Rows(Party, "id", ((Engagement, "institution_id"), (Engagement, "firm_id"))),
    Rows(Basis, "party_id", (Party, "id")),
    Rows(ServiceAddress, "party_id", (_NAMED, "id")),
    Rows(Violation, "code", (AllegedCode, "code")),
    *_of_each(Task),
    *_of_each(Dossier),
    *_of_each(Clock, "subject_type"),
    *_of_each(Document),
    Rows(Document, "complaint_id", (_IT, "id")),
    Rows(Service, "document_id", (Document, "id"), into="services"),
    Rows(Account, "id", _ACCOUNTS),
)
_NUMBER: Final = Written(lambda: select(Complaint.id).where(Complaint.ref == bindparam("ref", None, String())))


def read(session: Session, ref: str, actor: Actor) -> Complaint | None:
    """A complaint by its number with everything its page shows, if this reader may see it."""
    number = next((row.id for each in queries_complaint.spelt(ref) for row in _NUMBER.rows(session, ref=each)), None)
    it: Complaint | None = COMPLAINT.read(session, number) if number is not None else None
    return it if it is not None and policies.may_read(actor, it) else None
