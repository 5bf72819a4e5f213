"""What must hold before facts are admitted, an admission taken back or refused, and an admitted case decided."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from casework import clauses, former_parts
from casework.models_cases import CaseTrack
from casework.policies_recusals import no_recusal_is_open, parts_from
from casework.policies_tracks import DAY_TO_SAY, citable, has_run_out, require_submitter, within_jurisdiction
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask, filled
from core.words import _l
from registry import rulebook
from registry.clock_moves import live
from sanctions import rounds, served
from sanctions.models_admissions import Admission, AdmissionSignature
from sanctions.policies import dealt_with
from sanctions.policies_recusals import sits_or_sat
from sanctions.tallies import is_lighter

GRAVEST = 5
SIGNERS = {"officer": ("officer", "investigator"), "legal": ("reviewer",)}
"""Which roles sign as what."""
NONE_STANDS = _l("No admission stands.")
SAT = _l("Whoever was drawn to decide or to review the case does not sign its admission.")


def may_sign(actor: Actor, role: str) -> bool:
    """Whether somebody may sign admitted cases in this role, as officer or legal reviewer."""
    return role in SIGNERS and actor.has(*SIGNERS[role])


def admission(session: Session, track: CaseTrack) -> Admission | None:
    """The admission of the round, whatever became of it."""
    mine = select(Admission).where(Admission.track_id == track.id, Admission.round == track.round)
    return session.scalar(mine)


@parts_from
def signers(tracks: Select[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """Whoever signed a case with admitted facts: they decide it, with the head."""
    part = case((AdmissionSignature.role == "legal", "reviewer"), else_="officer")
    mine = select(AdmissionSignature.account_id, part)
    mine = mine.join(Admission, Admission.id == AdmissionSignature.admission_id)
    yield mine.where(Admission.track_id.in_(tracks))


def signatures(session: Session, it: Admission) -> dict[str, AdmissionSignature]:
    """Who has signed it, by role."""
    mine = select(AdmissionSignature).where(AdmissionSignature.admission_id == it.id)
    return {each.role: each for each in session.scalars(mine)}


def investigators(session: Session, track: CaseTrack) -> set[int]:
    """Whoever investigates a track of the case, or once did."""
    return former_parts.investigated(session, *track.case.tracks)


def is_grave(session: Session, track: CaseTrack) -> bool:
    """Whether a violation of the gravest severity was found."""
    found = [rulebook.violation(session, each.code) for each in clauses.established(track)]
    return any(each is not None and each.severity >= GRAVEST for each in found)


def admissible(session: Session, track: CaseTrack) -> Iterator[Refused]:
    """Only minor measures, no S5, once for each advance notice."""
    if track.major:
        yield NotNow(_l("Facts can be admitted only where a minor measure is proposed."))
    if is_grave(session, track):
        yield NotNow(_l("A violation of the heaviest severity is decided by a panel."))
    if admission(session, track) is not None:
        yield NotNow(_l("The facts of this notice were admitted once already."))


@TRACK.guard("S50")
def may_admit(ask: Ask) -> Iterator[Refused]:
    """Minor, once, no S5; an authorised person signs; the consequences were told."""
    yield from require_submitter(ask)
    yield from admissible(ask.session, ask.it)
    if "signed_by" not in ask.facts:
        return
    if not (str(ask.facts["signed_by"]).strip() and str(ask.facts["position"]).strip() and ask.facts["authorised"]):
        yield BadInput("signed_by", _l("A person authorised by the company signs, with name and position."))
    if not ask.facts["told"]:
        yield BadInput("told", _l("Confirm that the consequences were read."))


def returnable(session: Session, track: CaseTrack, on: date) -> Iterator[Refused]:
    """The time to take an admission back is not over."""
    if has_run_out(session, track, "K31", on):
        yield NotNow(_l("The time to take the admission back has ended."))


@TRACK.guard("S51")
def may_be_taken_back(ask: Ask) -> Iterator[Refused]:
    """It can be taken back while K31 runs; on paper, by its day."""
    yield from require_submitter(ask)
    if ask.facts.get(DAY_TO_SAY) and live(ask.session, "K31", ("track", ask.it.id)) is not None:
        return
    yield from returnable(ask.session, ask.it, ask.on)


@TRACK.guard("S53")
def needs_a_panel(ask: Ask) -> Iterator[Refused]:
    """Reasons why the facts need a panel."""
    yield from filled(ask, "reasons", _l("Say why the facts need a panel."))


@TRACK.guard("S54")
def is_final(ask: Ask) -> Iterator[Refused]:
    """The time to take it back has ended, and no recusal is open."""
    track: CaseTrack = ask.it
    if not has_run_out(ask.session, track, "K31", day_of(ask.now)):
        yield NotNow(_l("The respondent can still take its admission back."))
    yield from no_recusal_is_open(ask.session, track.case_id)
    yield from within_jurisdiction(ask.session, track)
    yield from citable(ask.session, track, served.announced(ask.session, track))


@TRACK.guard("S54")
def three_have_signed(ask: Ask) -> Iterator[Refused]:
    """An officer who did not investigate, a legal reviewer and the head: three different people."""
    found = admission(ask.session, ask.it)
    if found is None or not found.stands:
        yield NotNow(NONE_STANDS)
        return
    signed = signatures(ask.session, found)
    if "officer" not in signed:
        yield NotNow(_l("An officer who did not investigate the case has not signed yet."))
    if "legal" not in signed:
        yield NotNow(_l("A legal reviewer has not signed yet."))
    if sits_or_sat(ask.session, ask.it.case_id, ask.actor.id):
        yield NotAllowed(SAT)
    if ask.actor.id in {each.account_id for each in signed.values()} | investigators(ask.session, ask.it):
        yield NotAllowed(_l("The three signatures are those of three people, none of whom investigated the case."))


@TRACK.guard("S54")
def not_beyond_the_notice(ask: Ask) -> Iterator[Refused]:
    """What is decided was announced, or is lighter (I-02)."""
    if "measures" not in ask.facts:
        return
    proposal = rounds.proposal(ask.session, ask.it)
    announced = list(proposal.measures) if proposal else []
    wanted: list[int] = ask.facts["measures"]
    if not wanted:
        yield BadInput("measures", _l("Choose at least one measure."))
    elif sorted(wanted) != sorted(announced) and not is_lighter(wanted, announced):
        yield BadInput("measures", _l("A decision is never harsher than the advance notice."))
    yield from filled(ask, "reasons", _l("Give the reasons."))
    if rounds.statements(ask.session, ask.it):
        yield from dealt_with(ask)


def sign_refusals(session: Session, track: CaseTrack, role: str, actor: Actor) -> Iterator[Refused]:
    """Why somebody cannot sign an admitted case in this role."""
    if not may_sign(actor, role):
        yield NotAllowed()
        return
    if actor.id in investigators(session, track):
        yield NotAllowed(_l("Whoever investigated the case does not sign its admission."))
    if sits_or_sat(session, track.case_id, actor.id):
        yield NotAllowed(SAT)
    found = admission(session, track)
    if track.state != "ADMITTED" or found is None or not found.stands:
        yield NotNow(NONE_STANDS)
        return
    signed = signatures(session, found)
    if role in signed:
        yield NotNow(_l("This signature has been given already."))
    if actor.id in {each.account_id for each in signed.values()}:
        yield NotAllowed(_l("You have signed already; the three signatures are those of three people."))
