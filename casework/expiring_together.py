"""What the expiries of many clocks ask for, brought for all of them in a few statements."""

from collections.abc import Collection
from itertools import chain

from sqlalchemy import select

from casework.held_clocks import see_never_kept
from casework.models import AllegedCode, Complainant, Complaint, Forwarding, Release
from casework.models_cases import CaseComplaint, CaseTrack
from casework.policies_complaints import see_what_came, see_who_wrote
from casework.policies_tracks import see_taking_in
from casework.states import REMINDER
from core.at_hand import Brought
from notices.models import Document, Dossier, Service
from registry import clock_moves
from registry.clock_kinds import KINDS
from registry.lineage import FORWARDED
from registry.models import Basis, Engagement, Party, ServiceAddress
from registry.models_clocks import Clock
from registry.models_lineage import PartyMove, PartySuccession
from registry.models_rulebook import Violation

ASKED = "K02"
"""Its end rejects nothing that came and nobody looked at (row C04)."""
FEEDBACK = "K05"
"""Its end calls nobody silent whose message waits for an answer (row C12)."""


def bring(here: Brought, clocks: Collection[Clock]) -> None:
    """Load what the moves of these clocks need; the complaints are locked first, as in every move.

    A clock that only tells somebody locks nothing but itself.
    """
    served = here.rows(Service, "id", {clock.subject_id for clock in clocks if clock.subject_type == "service"})
    here.see(Document, {service.document_id for service in served})
    see_never_kept(here.session, clocks)
    moving = [clock for clock in clocks if not KINDS[clock.key].alerts]
    numbers = {clock.subject_id for clock in moving if clock.subject_type == "complaint"}
    forwarded = {clock.subject_id for clock in moving if clock.subject_type == "forwarding"}
    if forwarded:
        numbers |= set(here.session.scalars(select(Forwarding.complaint_id).where(Forwarding.id.in_(forwarded))))
    if not numbers:
        return
    here.lock(Complaint, numbers)
    here.rows(Complaint, "lead_id", numbers, lock=True)
    forwardings = here.rows(Forwarding, "complaint_id", numbers, lock=True)
    here.rows(Violation, "code", {each.code for each in here.rows(AllegedCode, "complaint_id", numbers)})
    here.hang(Complaint, "forwardings", lambda forwarding: forwarding.id)
    here.hang(Complaint, "codes", lambda alleged: alleged.code)
    of_forwardings = {forwarding.id for forwarding in forwardings}
    subjects = {"complaint": numbers, "forwarding": of_forwardings}
    clock_moves.bring(here, {(kind, number) for kind, those in subjects.items() for number in those})
    companies = _see(here, numbers, forwardings)
    if asked := [clock.subject_id for clock in moving if clock.key == ASKED]:
        see_what_came(here.session, asked)
    if answered := [clock.subject_id for clock in moving if clock.key == FEEDBACK]:
        see_who_wrote(here.session, answered)
    if any(clock.key == REMINDER for clock in moving):
        see_taking_in(here.session, companies)
    for kind, those in subjects.items():
        here.rows(Dossier, "subject_id", those, subject_kind=kind)
    papers = [here.rows(Document, "subject_id", those, subject_kind=kind) for kind, those in subjects.items()]
    here.rows(Service, "document_id", {paper.id for paper in chain(*papers)})


def _see(here: Brought, complaints: Collection[int], forwardings: Collection[Forwarding]) -> set[int]:
    """What letters say of them; all companies that may answer for them, with those that engaged each other."""
    here.see(Complainant, complaints)
    companies = {forwarding.party_id for forwarding in forwardings}
    here.rows(ServiceAddress, "party_id", companies)
    engaged = [row for side in ("institution_id", "firm_id") for row in here.rows(Engagement, side, companies)]
    sides = companies.union(*((each.institution_id, each.firm_id) for each in engaged))
    here.see(Party, sides)
    here.rows(Basis, "party_id", sides)
    here.rows(PartySuccession, "successor_id", sides)
    own = {forwarding.id for forwarding in forwardings}
    here.rows(Release, "forwarding_id", own)
    here.rows(PartyMove, "row_id", own, place=FORWARDED)
    cases = {link.case_id for link in here.rows(CaseComplaint, "complaint_id", complaints)}
    here.rows(CaseTrack, "case_id", cases)
    return sides
