"""Which changes of rows the search notices, and of which things they tell."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, inspect, or_, select
from sqlalchemy.orm import Session

from casework import erasing_cases, queries_evidence, queries_merged
from casework.erasing import Leaving
from casework.models import AllegedCode, Answer, Complainant, Complaint, Forwarding, NamedCompany
from casework.models_cases import Allegation, CaseComplaint, CaseFile, CaseTrack, Evidence
from notices.models import Document, Service
from registry import pointing
from registry.models import Party, PartyAlias
from search.entries import Subject, follow_rows, follows, notice, widens
from search.models import EvidenceText

RENAMED = "person renamed"
"""Not a kind that is found: by the complaint, that other names are to be hidden in what hangs on it."""
RESTS_ON = "complaints of a case"
"""Nor is this: by the case, that it rests on others."""
SERVED = "letter served"
"""Nor this one: by the letter, that it was served, from when on its recipient reads what it is about."""


@follows(Complaint, "ref", "received_at", "product", "issue", "facts", "request", "source_no", "lead_id")
def _complaint(row: Complaint) -> Iterable[Subject]:
    """The complaint; where it was merged or parted, or tells another thing, also what is masked by names in it."""
    state: Any = inspect(row)
    former = state.attrs.lead_id.history.deleted or ()
    retold = any(state.attrs[name].history.deleted for name in ("facts", "request"))
    moved = [(RENAMED, number) for number in (row.id, *former) if number is not None] if former or retold else []
    return [("complaint", row.id), *moved]


@follows(Complainant, "name", "contact", "id_no")
def _person(row: Complainant) -> Iterable[Subject]:
    """The complaint; where the name became another also what is masked by it."""
    state: Any = inspect(row)
    renamed = bool(state.attrs.name.history.deleted)
    return [("complaint", row.complaint_id), *([(RENAMED, row.complaint_id)] if renamed else [])]


@widens(RENAMED)
def _masked_by_name(session: Session, complaints: Sequence[int]) -> Iterable[Subject]:
    """The files of complaints and of what was forwarded and answered of them; the cases that rest on them, and theirs.

    A case rests as well on what was merged into its complaints.
    """
    leads = select(queries_merged.leads_of(complaints).c.id)
    resting = select(CaseComplaint.case_id).where(CaseComplaint.complaint_id.in_(leads))
    cases = session.scalars(resting.distinct()).all()
    files = session.scalars(queries_evidence.numbers_of(complaints, cases))
    return [*(("case", number) for number in cases), *(("evidence", number) for number in files)]


@widens(RESTS_ON)
def _files_of_case(session: Session, cases: Sequence[int]) -> Iterable[Subject]:
    """The files of cases: the names of complainants are hidden in them."""
    return [("evidence", number) for number in session.scalars(select(Evidence.id).where(Evidence.case_id.in_(cases)))]


@follows(NamedCompany, "value", "party_id", "complaint_id")
@follows(AllegedCode)
def _of_complaint(row: NamedCompany | AllegedCode) -> Iterable[Subject]:
    return [("complaint", row.complaint_id)]


@follows(Forwarding, "ref", "party_id", "complaint_id", "sent_at", "masked_facts", "product")
def _forwarding(row: Forwarding) -> Iterable[Subject]:
    return [("forwarding", row.id), ("complaint", row.complaint_id)]


@follows(Answer, "to_association", "to_complainant")
def _answer(row: Answer) -> Iterable[Subject]:
    return [("forwarding", row.forwarding_id)]


@follows(CaseFile, "ref", "title", "title_en", "opened_on")
def _case(row: CaseFile) -> Iterable[Subject]:
    return [("case", row.id)]


@follows(CaseComplaint)
def _rests_on(row: CaseComplaint) -> Iterable[Subject]:
    return [("case", row.case_id), (RESTS_ON, row.case_id)]


@follows(CaseTrack, "ref", "case_id", "party_id", "lead", "explanation")
def _track(row: CaseTrack) -> Iterable[Subject]:
    return [("track", row.id), ("case", row.case_id)]


@follows(Allegation, "facts", "code", "track_id")
def _allegation(row: Allegation) -> Iterable[Subject]:
    return [("track", row.track_id)]


@widens("track")
def _case_of(session: Session, numbers: Sequence[int]) -> Iterable[Subject]:
    found = select(CaseTrack.case_id).where(CaseTrack.id.in_(numbers)).distinct()
    return [("case", number) for number in session.scalars(found)]


@follows(Party, "name_zh", "name_en", "coming_zh", "coming_en", "uscc", "member_no", "merged_into_id")
def _company(row: Party) -> Iterable[Subject]:
    """The entry, and the one that stood for it until now."""
    state: Any = inspect(row)
    before = [number for number in state.attrs.merged_into_id.history.deleted or () if number is not None]
    return [("party", number) for number in (row.id, *before)]


@follows(PartyAlias, "value", "party_id")
def _other_name(row: PartyAlias) -> Iterable[Subject]:
    return [("party", row.party_id)]


@widens("party")
def _same_company(session: Session, numbers: Sequence[int]) -> Iterable[Subject]:
    """The entry that stands for a company, and those that it stands for."""
    stands = select(Party.merged_into_id).where(Party.id.in_(numbers), Party.merged_into_id.is_not(None))
    into = list(session.scalars(stands))
    mine = select(Party.id).where(or_(Party.id.in_(into), Party.merged_into_id.in_(numbers)))
    return [("party", number) for number in session.scalars(mine)]


@follows(Document, "number", "party_id")
def _paper(row: Document) -> Iterable[Subject]:
    return [("document", row.id)]


SENT_TO = ("party_id", "document_id")


@follows(Service, *SENT_TO, "state")
def _service(row: Service) -> Iterable[Subject]:
    attributes: Any = inspect(row).attrs
    changed = {name for name in (*SENT_TO, "state") if attributes[name].history.has_changes()}
    found = [("document", row.document_id)] if changed != {"state"} else []
    served = [(SERVED, row.document_id)] if row.state == "SERVED" else []
    return [*found, *served] if row.party_id is not None else []


@widens(SERVED)
def _asked_by_letter(session: Session, letters: Sequence[int]) -> Iterable[Subject]:
    """The forwardings whose letters they are."""
    mine = select(Document.subject_id).where(Document.id.in_(letters), Document.subject_kind == "forwarding")
    return [("forwarding", number) for number in session.scalars(mine)]


@follows(Evidence, "name", "shows", "party_id", "case_id", "complaint_id", "forwarding_id")
def _file(row: Evidence) -> Iterable[Subject]:
    return [("evidence", row.id)]


@follows(EvidenceText)
def _words_of_file(row: EvidenceText) -> Iterable[Subject]:
    return [("evidence", row.evidence_id)]


def forget(session: Session, leaving: Leaving) -> Iterable[str]:
    """Of a complaint that is being erased the words of its files go, and its numbers are found and nothing else."""
    _forget_words(session, leaving.evidence)
    notice(session, "complaint", [leaving.complaint.id])
    notice(session, "forwarding", leaving.of("forwarding"))
    notice(session, "document", [each.id for each in leaving.documents])
    notice(session, "evidence", leaving.evidence)
    return ()


def forget_case(session: Session, leaving: erasing_cases.Leaving) -> Iterable[str]:
    """Of a case that is being erased the words of its files go, and what is left is looked up anew."""
    _forget_words(session, leaving.evidence)
    notice(session, "case", [leaving.case.id])
    notice(session, "track", leaving.tracks)
    notice(session, "evidence", leaving.evidence)
    return ()


def _forget_words(session: Session, evidence: Sequence[int]) -> None:
    """Whoever has just read them keeps them before this, or finds the file erased."""
    session.execute(select(Evidence.id).where(Evidence.id.in_(evidence)).order_by(Evidence.id).with_for_update())
    session.execute(delete(EvidenceText).where(EvidenceText.evidence_id.in_(evidence)))


@pointing.on_pointed
def _pointed(session: Session, place: str, numbers: list[int], old: int, new: int) -> None:
    """Rows were pointed from one entry of the register at another."""
    follow_rows(session, place.partition(".")[0], numbers)
    notice(session, "party", [old, new])
