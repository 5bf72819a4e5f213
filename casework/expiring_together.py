"""What the expiries of many clocks ask for, brought for all of them in a few statements."""

from collections.abc import Collection
from itertools import chain

from sqlalchemy import select

from casework.models import AllegedCode, Complainant, Complaint, Forwarding, Release
from casework.models_cases import CaseComplaint, CaseTrack
from core.at_hand import bring as bring_rows
from core.at_hand import hang
from core.bulk import Bulk
from notices.models import Document, Dossier, Service
from registry import clock_moves
from registry.clock_kinds import KINDS
from registry.models import Basis, Engagement, Party, ServiceAddress
from registry.models_clocks import Clock
from registry.models_rulebook import Violation


def bring(bulk: Bulk, clocks: Collection[Clock]) -> None:
    """Of complaints and forwardings that move: the complaints are locked first, as in every move.

    A clock that only tells somebody holds nothing but itself.
    """
    moving = [clock for clock in clocks if not KINDS[clock.key].alerts]
    numbers = {clock.subject_id for clock in moving if clock.subject_type == "complaint"}
    forwarded = {clock.subject_id for clock in moving if clock.subject_type == "forwarding"}
    if forwarded:
        numbers |= set(bulk.session.scalars(select(Forwarding.complaint_id).where(Forwarding.id.in_(forwarded))))
    if not numbers:
        return
    bulk.bring(Complaint, numbers)
    bring_rows(bulk, Complaint, "lead_id", numbers, lock=True)
    forwardings = bring_rows(bulk, Forwarding, "complaint_id", numbers, lock=True)
    bring_rows(bulk, Violation, "code", {each.code for each in bring_rows(bulk, AllegedCode, "complaint_id", numbers)})
    hang(bulk, Complaint, "forwardings", lambda forwarding: forwarding.id)
    hang(bulk, Complaint, "codes", lambda alleged: alleged.code)
    of_forwardings = {forwarding.id for forwarding in forwardings}
    subjects = {"complaint": numbers, "forwarding": of_forwardings}
    clock_moves.bring(bulk, {(kind, number) for kind, those in subjects.items() for number in those})
    _see(bulk, numbers, forwardings)
    for kind, those in subjects.items():
        bring_rows(bulk, Dossier, "subject_id", those, subject_kind=kind)
    papers = [bring_rows(bulk, Document, "subject_id", those, subject_kind=kind) for kind, those in subjects.items()]
    bring_rows(bulk, Service, "document_id", {paper.id for paper in chain(*papers)})


def _see(bulk: Bulk, complaints: Collection[int], forwardings: Collection[Forwarding]) -> None:
    """What letters say of them."""
    bulk.see(Complainant, complaints)
    companies = {forwarding.party_id for forwarding in forwardings}
    bulk.see(Party, companies)
    bring_rows(bulk, ServiceAddress, "party_id", companies)
    bring_rows(bulk, Basis, "party_id", companies)
    for side in ("institution_id", "firm_id"):
        bring_rows(bulk, Engagement, side, companies)
    bring_rows(bulk, Release, "forwarding_id", {forwarding.id for forwarding in forwardings})
    cases = {link.case_id for link in bring_rows(bulk, CaseComplaint, "complaint_id", complaints)}
    bring_rows(bulk, CaseTrack, "case_id", cases)
