"""What the staff's page of a case loads together: the case, and all rows that hang on it, its tracks and complaints."""

from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from casework.models import Answer, Complainant, Complaint, Forwarding, Note, Task
from casework.models_cases import Allegation, CaseComplaint, CaseFile, CaseTrack, Evidence, FindingEvidence
from casework.models_contacts import ContactTable
from casework.models_erasures import ErasureHold
from casework.models_recusals import Recusal
from core.at_hand import at_hand
from core.gathered import Gathering, Rows
from notices.models import Document, Dossier, Service, ServiceStep
from registry.lineage import FORWARDED
from registry.models import Basis, Engagement, Party, ServiceAddress
from registry.models_accounts import Account
from registry.models_clocks import Clock
from registry.models_lineage import PartyMove, PartySuccession
from registry.models_rulebook import Instrument, Provision, Violation, ViolationCite

OF_TRACK, OF_CASE = (("subject_kind", "track"),), (("subject_kind", "case"),)
PEOPLE = (
    *((CaseFile, "officer_id"), (CaseTrack, "investigator_id"), (CaseTrack, "reviewer_id")),
    *((Note, "author_id"), (Recusal, "account_id")),
)
"""Columns that name accounts whose names the page tells."""
CASE = Gathering(
    "case_page",
    Rows(CaseFile, "id"),
    Rows(CaseTrack, "case_id", (CaseFile, "id"), into="tracks"),
    Rows(Party, "id", (CaseTrack, "party_id")),
    Rows(CaseComplaint, "case_id", (CaseFile, "id")),
    Rows(Complaint, "id", (CaseComplaint, "complaint_id")),
    Rows(Complainant, "complaint_id", (Complaint, "id"), into="complainant"),
    Rows(Forwarding, "complaint_id", (Complaint, "id")),
    Rows(Answer, "forwarding_id", (Forwarding, "id"), into="answers"),
    Rows(Allegation, "track_id", (CaseTrack, "id"), into="allegations"),
    Rows(FindingEvidence, "allegation_id", (Allegation, "id")),
    Rows(ContactTable, "allegation_id", (Allegation, "id")),
    Rows(Evidence, "case_id", (CaseFile, "id")),
    Rows(Evidence, "complaint_id", (Complaint, "id")),
    Rows(Evidence, "forwarding_id", (Forwarding, "id")),
    Rows(Note, "case_id", (CaseFile, "id")),
    Rows(Recusal, "case_id", (CaseFile, "id")),
    Rows(ErasureHold, "case_id", (CaseFile, "id")),
    Rows(Task, "subject_id", (CaseFile, "id"), where=OF_CASE),
    Rows(Engagement, "id", (CaseTrack, "engagement_id")),
    Rows(Basis, "party_id", (Party, "id")),
    Rows(PartyMove, "row_id", (CaseTrack, "id"), where=(("place", "case_track.party_id"),)),
    Rows(PartyMove, "row_id", ((Forwarding, "id"), (Evidence, "forwarding_id")), where=(("place", FORWARDED),)),
    Rows(Party, "merged_into_id", (CaseTrack, "party_id")),
    Rows(PartySuccession, "successor_id", (Party, "id")),
    Rows(ServiceAddress, "party_id", (Party, "id")),
    Rows(Clock, "subject_id", (CaseTrack, "id"), where=(("subject_type", "track"),)),
    Rows(Dossier, "subject_id", (CaseTrack, "id"), where=OF_TRACK),
    Rows(Document, "subject_id", (CaseFile, "id"), where=OF_CASE),
    Rows(Document, "subject_id", (CaseTrack, "id"), where=OF_TRACK),
    Rows(Service, "document_id", (Document, "id"), into="services"),
    Rows(ServiceStep, "service_id", (Service, "id")),
    Rows(Violation, "code", (Allegation, "code")),
    Rows(ViolationCite, "violation_code", (Allegation, "code")),
    Rows(Provision, "id", (ViolationCite, "provision_id")),
    Rows(Instrument, "id", (Provision, "instrument_id")),
    Rows(Account, "id", PEOPLE),
)
"""Rooms above add what they hang on tracks."""


def read(session: Session, number: int) -> CaseFile | None:
    """A case with everything its page shows, if this reader may see it."""
    it: CaseFile | None = CASE.read(session, number)
    if it is not None:
        set_committed_value(it, "complaints", _linked(session, Complaint, CaseComplaint, "case_id", it.id))
        for each in (allegation for track in it.tracks for allegation in track.allegations):
            set_committed_value(each, "evidence", _linked(session, Evidence, FindingEvidence, "allegation_id", each.id))
    return it


def _linked(session: Session, what: type[Any], link: type[Any], column: str, number: int) -> list[Any]:
    """Things that a linking table connects with a number, in the order of their keys."""
    other = f"{'evidence' if what is Evidence else 'complaint'}_id"
    wanted = sorted(getattr(each, other) for each in at_hand(session, link, column, number) or ())
    return [each for number in wanted if (each := session.get(what, number)) is not None]
