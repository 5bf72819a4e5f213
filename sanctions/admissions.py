"""Admitted facts: admitted and taken back by the respondent; refused by the head, or decided with three signatures."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework import noting, recusals, tasks
from casework.holds import same
from casework.inquiries import on_paper
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from casework.policies_tracks import by_its_lead
from casework.states import TRACK
from casework.states_recusals import RECUSAL
from core.actors import Actor
from core.errors import BadInput, Changed, NotNow, raise_first
from core.machine import SAME, Ask
from core.words import _l
from notices import dossiers, serving
from sanctions import policies_admissions as policies
from sanctions import rounds, terms
from sanctions.levels import heaviest
from sanctions.models_admissions import Admission, AdmissionSignature
from sanctions.models_decisions import Decision

UNSIGNED: Final = "admission_unsigned"
tasks.KINDS[UNSIGNED] = _l("The legal reviewer who had signed takes no part any more: sign the admitted case %(ref)s.")


def admit(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    text: str,
    signed_by: str,
    position: str,
    authorised: bool,
    told: bool,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> None:
    """The respondent admits the facts of the advance notice (row S50), which it has then received.

    `seen` is the round in which the page was opened.
    """
    raise_first(by_its_lead(actor, track))
    rounds.read_in(session, track, seen)
    serving.answer(session, "track", track.id, actor=actor, now=now, kinds=("D17",))
    said = {"text": text.strip(), "signed_by": signed_by.strip(), "position": position.strip()}
    facts = {**said, "authorised": authorised, "told": told}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "admit")


def take_back(
    session: Session, track: CaseTrack, *, confirmed: bool, actor: Actor, now: datetime, day: date | None = None
) -> None:
    """The respondent takes its admission back; its time for a statement begins anew (row S51).

    `day` is the day of what came on paper.
    """
    raise_first(by_its_lead(actor, track))
    if not confirmed:
        raise BadInput("confirmed", _l("Confirm that the admission is taken back."))
    dossiers.move(Ask(session, track, actor, on_paper(day, now), now, day=day), TRACK, "withdraw_admission")


def refuse(
    session: Session, track: CaseTrack, *, reasons: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """The head finds that the facts need a panel (row S53)."""
    same(track, version)
    dossiers.move(Ask(session, track, actor, {"reasons": reasons.strip()}, now), TRACK, "refuse_admission")


def _as_read(session: Session, track: CaseTrack, version: int | None, seen: int | None) -> None:
    """Lock the track as its page showed it, with so many statements of the respondent `seen`."""
    same(track, version)
    if seen is not None and seen != len(rounds.statements(session, track)):  # they leave state and version as they are
        raise Changed(_l("The respondent has stated more since you opened this page: read it before you sign."))


def sign(
    session: Session,
    track: CaseTrack,
    *,
    role: str,
    opinion: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """An officer or a legal reviewer signs the admitted case, with an opinion.

    The track is locked: of two who sign at once the second is told, and nobody signs what is just taken back.
    """
    _as_read(session, track, version, seen)
    for refusal in policies.sign_refusals(session, track, role, actor):
        raise refusal
    found = policies.admission(session, track)
    if found is None or actor.id is None:
        raise NotNow(policies.NONE_STANDS)
    if not opinion.strip():
        raise BadInput("opinion", _l("Write your opinion."))
    signature = AdmissionSignature(
        admission_id=found.id, role=role, account_id=actor.id, opinion=opinion.strip(), signed_at=now
    )
    session.add(signature)
    session.flush()
    recusals.replaced(session, track.case, actor=actor, now=now)
    if role == "legal":
        tasks.settle(session, ("track", track.id), (UNSIGNED,), actor=actor, now=now)
    noting.of_case(session, track.case, "sign_admission", actor, now, track=track.ref, role=role)


def decide(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    measures: Sequence[int],
    reasons: str,
    statement_dealt: str,
    opinion: str,
    actor: Actor,
    version: int | None,
    now: datetime,
    seen: int | None = None,
) -> None:
    """The head signs as the third, and the decision is issued (row S54)."""
    _as_read(session, track, version, seen)
    facts = {
        "measures": sorted(set(measures)),
        "reasons": reasons.strip(),
        "statement_dealt": statement_dealt.strip(),
        "opinion": opinion.strip() or "同意。",
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "decide_admitted")


def _of(ask: Ask) -> Admission:
    found = policies.admission(ask.session, ask.it)
    if found is None:
        raise NotNow(policies.NONE_STANDS)
    return found


@RECUSAL.effect("A02", "A03")
def to_be_signed_anew(ask: Ask) -> None:
    """Drop the signatures of somebody recused, while nothing is decided; somebody else has to sign."""
    it: Recusal = ask.it
    admitted = select(CaseTrack).where(CaseTrack.case_id == it.case_id, CaseTrack.state == "ADMITTED")
    held = ask.session.scalars(admitted.order_by(CaseTrack.id).with_for_update()).all()
    of = {found.id: track for track in held if (found := policies.admission(ask.session, track)) is not None}
    mine = AdmissionSignature.account_id == it.account_id, AdmissionSignature.admission_id.in_(of)
    gone = delete(AdmissionSignature).where(*mine).returning(AdmissionSignature.admission_id, AdmissionSignature.role)
    for number, role in ask.session.execute(gone).all():
        if role == "legal":  # an officer's work is given away as a whole
            subject = ("track", of[number].id, of[number].ref)
            key = f"{UNSIGNED}:{it.id}:{number}"
            tasks.put(ask.session, UNSIGNED, subject, role="reviewer", now=ask.now, key=key, urgent=True)


@TRACK.effect(*(row.id for row in TRACK.rows_from("ADMITTED") if row.target not in {"ADMITTED", SAME}))
def nothing_to_sign(ask: Ask) -> None:
    """Close the task to sign: the case was decided, refused or taken back."""
    if ask.it.state == "ADMITTED":
        tasks.settle(ask.session, ("track", ask.it.id), (UNSIGNED,), actor=ask.actor, now=ask.now)


@TRACK.effect("S50")
def note_admission(ask: Ask) -> None:
    """Keep who admitted it for the company, and that the consequences were told."""
    track: CaseTrack = ask.it
    ask.session.add(
        Admission(
            track_id=track.id,
            round=track.round,
            body=ask.facts["text"],
            signed_by=ask.facts["signed_by"],
            position=ask.facts["position"],
            told=ask.facts["told"],
            admitted_at=ask.now,
            admitted_by=ask.actor.id,
        ),
    )


@TRACK.effect("S51")
def note_taking_back(ask: Ask) -> None:
    """Take the admission back: as if nothing had been admitted."""
    found = _of(ask)
    found.withdrawn_at, found.withdrawn_came_on = ask.now, ask.day


@TRACK.effect("S52")
def note_finality(ask: Ask) -> None:
    """Make the admission final: it can no longer be taken back."""
    _of(ask).final_at = ask.now


@TRACK.effect("S53")
def note_refusal(ask: Ask) -> None:
    """Keep why it is refused: the facts go to a panel."""
    found = _of(ask)
    found.refused_at, found.refused_because = ask.now, ask.facts["reasons"]


@TRACK.effect("S54")
def note_decision(ask: Ask) -> None:
    """Keep what was decided without a panel, within what was announced."""
    track: CaseTrack = ask.it
    measures: list[int] = ask.facts["measures"]
    proposal = rounds.proposal(ask.session, track)
    decision = Decision(
        track_id=track.id,
        round=track.round,
        level=heaviest(measures),
        measures=measures,
        terms=terms.plain(proposal.terms if proposal else {}, measures),
        reasons=ask.facts["reasons"],
        statement_dealt=ask.facts["statement_dealt"],
        votes_for=0,
        votes_against=0,
        abstained=0,
        decided_on=ask.on,
    )
    ask.session.add(decision)
    track.decided_level = decision.level
    ask.facts["decision"], ask.facts["admission"] = decision, _of(ask)
    ask.facts["journal"] = {"measures": measures}
