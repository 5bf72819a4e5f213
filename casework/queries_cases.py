"""Reads of a case for its verbs: its evidence, the violations it may name, and who may work on it."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from sqlalchemy import BigInteger, Select, and_, bindparam, inspect, or_, select
from sqlalchemy.orm import Session, joinedload, object_session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from casework import queries_merged
from casework.models import Complainant, Complaint
from casework.models_cases import CaseComplaint, CaseFile, CaseTrack, Evidence
from core.at_hand import at_hand, once
from core.planned import PLANNED
from notices.models import Document
from registry.models_accounts import BY_NAME, Account

LEAD_FORM: Final = "D10"


def evidence_of(session: Session, case: CaseFile) -> Sequence[Evidence]:
    """The evidence in a case: its own files and those of its complaints."""
    complaints = [complaint.id for complaint in case.complaints]
    mine = at_hand(session, Evidence, "case_id", case.id)
    if mine is not None:
        theirs = [each for number in complaints for each in at_hand(session, Evidence, "complaint_id", number) or ()]
        return sorted({*mine, *(each for each in theirs if each.case_id is None)}, key=lambda each: each.id)
    brought = and_(Evidence.complaint_id.in_(complaints), Evidence.case_id.is_(None))
    every = select(Evidence).where(or_(Evidence.case_id == case.id, brought))
    return session.scalars(every.order_by(Evidence.id)).all()


def told_for(case: CaseFile) -> list[Complaint]:
    """The complaints that a case rests on and whatever was merged into one of them, with whoever complains."""
    rests, at = complaints_with_people(case), object_session(case)
    if at is None or not rests:
        return rests
    return [*rests, *once(at, ("joined", case.id), lambda: at.scalars(_joined(), {"case": case.id}).all())]


@cache
def _joined() -> Select[Complaint]:
    """What was merged into complaints of the case; the statement is built once, since each page of a case needs it."""
    it, rests = bindparam("case", None, BigInteger), CaseComplaint.__table__.c
    ours = select(queries_merged.of_cases([it]).c.complaint_id)
    first = select(rests.complaint_id).where(rests.case_id == it)
    joined = select(Complaint).where(Complaint.id.in_(ours), Complaint.id.not_in(first))
    return joined.options(joinedload(Complaint.complainant)).execution_options(**PLANNED)


def quotes_complaints(session: Session, it: Document) -> bool:
    """Whether a paper says what complainants told as they told it: the form of a lead that rests on complaints does."""
    if it.kind != LEAD_FORM:
        return False
    track = session.get(CaseTrack, it.subject_id)
    return track is None or bool(track.case.complaints)


def suggested_codes(case: CaseFile, track: CaseTrack) -> list[str]:
    """Kinds of violations that the complaints allege and the track does not name yet."""
    named = {each.code for each in track.allegations}
    alleged = [each.code for complaint in case.complaints for each in complaint.codes]
    return [code for code in dict.fromkeys(alleged) if code not in named]


def investigators(session: Session) -> Sequence[Account]:
    """Who can be given an investigation."""
    return _with_role(session, "investigator")


def officers(session: Session) -> Sequence[Account]:
    """Who can keep a case."""
    return _with_role(session, "officer")


def _with_role(session: Session, role: str) -> Sequence[Account]:
    open_ones = select(Account).where(Account.works).options(selectinload(Account.roles))
    return [each for each in session.scalars(open_ones.order_by(*BY_NAME)) if role in each.role_words]


def complaints_with_people(case: CaseFile) -> list[Complaint]:
    """The complaints that a case rests on, with the complainants loaded at once: there may be hundreds."""
    waiting = {each.id: each for each in case.complaints if "complainant" in inspect(each).unloaded}
    if len(waiting) > 1 and (at := object_session(case)) is not None:
        found = at.scalars(select(Complainant).where(Complainant.complaint_id.in_(waiting)))
        known = {each.complaint_id: each for each in found}
        for number, each in waiting.items():
            set_committed_value(each, "complainant", known.get(number))
    return case.complaints
