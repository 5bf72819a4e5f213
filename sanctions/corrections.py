"""A clerical error in a document of a track: put before those who decided, voted on, corrected by a notice (S77)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from casework.policies_recusals import takes_no_part
from casework.states import TRACK
from casework.states_recusals import RECUSAL
from core import clock
from core.actors import SYSTEM, Actor
from core.errors import NotAllowed, NotNow, Refused
from core.machine import Ask
from core.words import _l
from notices import dossiers
from notices import queries as notices
from notices.models import Document
from sanctions import policies_corrections as policies
from sanctions import rounds
from sanctions.ballots import ABSTAIN, VOTE, Question, checked, enough
from sanctions.bodies import call
from sanctions.models_corrections import TextCorrection, TextCorrectionVote
from sanctions.policies_corrections import Body
from sanctions.states import PUBLICATION

QUESTION = Question(("FOR", "AGAINST", ABSTAIN))
tasks.KINDS["correction_lost"] = _l("A correction was not carried by those who decided: %(ref)s.")
tasks.KINDS["text_corrected"] = _l("A document behind a publication was corrected: correct the publication, %(ref)s.")
NOT_BEFORE_THEM = _l("This correction is not before those who decided any more.")


def put(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    document: Document | None,
    wrong: str,
    right: str,
    reason: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> TextCorrection:
    """The head puts a correction before those who decided; each votes on it alone."""
    same(track, version)
    said = {"wrong": wrong.strip(), "right": right.strip(), "reason": reason.strip()}
    for refusal in TRACK.refusals(
        Ask(session, track, actor, {**said, "document": document, "putting": True}, now), "correct_text"
    ):
        raise refusal
    assert document is not None  # noqa: S101 - the guard has seen it
    panel, review = policies.deciding(session, track, document)
    body = policies.body_of(session, track, panel, review)
    if not body.people:
        raise NotNow(_l("Nobody of those who decided can vote any more."))
    made = TextCorrection(
        track_id=track.id,
        document_id=document.id,
        called=document.number or document.ref,
        wrong=said["wrong"],
        corrected=said["right"],
        reason=said["reason"],
        body=body.kind,
        panel_id=panel.id if panel is not None else None,
        review_id=review.id if review is not None else None,
        size=body.size,
        put_at=now,
    )
    session.add(made)
    session.flush()
    noting.of_case(session, track.case, "put_correction", actor, now, track=track.ref, document=document.ref)
    call(session, body.people - {actor.id}, VOTE, key=f"text_correction:{made.id}", now=now)
    return made


def vote_refusals(session: Session, correction: TextCorrection, body: Body, actor: Actor) -> Iterator[Refused]:
    """Why somebody can't vote on it now."""
    if actor.id not in body.people:
        yield NotAllowed(_l("Only those who decided vote on a correction."))
        return
    yield from takes_no_part(session, actor, correction.track.case_id, clock.today())
    if correction.ended_at is not None:
        yield NotNow(NOT_BEFORE_THEM)
    mine = select(TextCorrectionVote.id).where(TextCorrectionVote.correction_id == correction.id)
    if session.scalar(mine.where(TextCorrectionVote.account_id == actor.id)) is not None:
        yield NotNow(_l("You have voted already."))


def vote(
    session: Session, correction: TextCorrection, *, choice: str, reasons: str, actor: Actor, now: datetime
) -> TextCorrectionVote:
    """One of those who decided votes once, with reasons: for it, against it, or abstains."""
    session.refresh(correction, with_for_update=True)
    for refusal in vote_refusals(session, correction, policies.body_now(session, correction), actor):
        raise refusal
    checked(QUESTION, choice, reasons)
    about = {"correction_id": correction.id, "account_id": actor.id, "voted_at": now}
    cast = TextCorrectionVote(choice=choice, reasons=reasons.strip(), **about)
    session.add(cast)
    session.flush()
    _count(session, correction)
    track = correction.track
    noting.of_case(session, track.case, "vote_correction", actor, now, track=track.ref)
    _end_if_lost(session, correction, policies.body_now(session, correction), now)
    return cast


def _count(session: Session, correction: TextCorrection, without: int | None = None) -> None:
    choices = [each.choice for each in policies.votes(session, correction) if each.account_id != without]
    correction.yes, correction.no = choices.count("FOR"), choices.count("AGAINST")
    correction.abstained = choices.count(ABSTAIN)
    session.flush()


def _end_if_lost(session: Session, correction: TextCorrection, body: policies.Body, now: datetime) -> None:
    """Refuse the correction, if the quorum has voted and the votes to come cannot carry it; another can be put then."""
    to_come = len(body.people) - correction.cast
    if correction.cast >= body.needed and (correction.yes + to_come) * 2 <= correction.size:
        _end(session, correction, "LOST", SYSTEM, now)
        track = correction.track
        subject = ("track", track.id, track.ref)
        tasks.put(session, "correction_lost", subject, role="head", now=now, key=f"correction_lost:{correction.id}")


def settle_refusals(session: Session, correction: TextCorrection, body: Body, actor: Actor) -> Iterator[Refused]:
    """Why its result cannot be announced now."""
    if not policies.may_settle(actor):
        yield NotAllowed()
        return
    yield from takes_no_part(session, actor, correction.track.case_id, clock.today())
    if correction.ended_at is not None:
        yield NotNow(NOT_BEFORE_THEM)
    else:
        yield from enough(correction.cast, body.needed)
        to_come = len(body.people) - correction.cast
        if correction.cast >= body.needed and not policies.agreed(session, correction, body) and to_come > 0:
            yield NotNow(_l("A member who has not voted yet could still carry it: wait for the vote, or take it back."))


def settle(session: Session, correction: TextCorrection, *, actor: Actor, now: datetime) -> TextCorrection:
    """The head acts on the result: a carried correction goes out as a notice (row S77), any other ends here."""
    session.refresh(correction, with_for_update=True)
    body = policies.body_now(session, correction)
    for refusal in settle_refusals(session, correction, body, actor):
        raise refusal
    track = correction.track
    if not policies.agreed(session, correction, body):
        _end(session, correction, "LOST", actor, now)
        return correction
    facts: dict[str, Any] = {
        "document": notices.document(session, correction.document_id),
        "wrong": correction.wrong,
        "right": correction.corrected,
        "reason": correction.reason,
        "correction": correction,
        "journal": {"document": correction.called, "for": correction.yes, "against": correction.no},
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "correct_text")
    return correction


def withdraw(session: Session, correction: TextCorrection, *, actor: Actor, now: datetime) -> None:
    """The head takes it back before the result is announced."""
    session.refresh(correction, with_for_update=True)
    if not policies.may_settle(actor):
        raise NotAllowed
    if correction.ended_at is not None:
        raise NotNow(NOT_BEFORE_THEM)
    _end(session, correction, "WITHDRAWN", actor, now)


def _end(session: Session, correction: TextCorrection, outcome: str, actor: Actor, now: datetime) -> None:
    correction.outcome, correction.ended_at = outcome, now
    session.flush()
    track = correction.track
    noting.of_case(session, track.case, "end_correction", actor, now, track=track.ref, outcome=outcome)


@TRACK.effect("S77")
def carried(ask: Ask) -> None:
    """Mark it as carried, and have publishers look whether a publication of the decision holds the error too."""
    correction: TextCorrection = ask.facts["correction"]
    correction.outcome, correction.ended_at = "CARRIED", ask.now
    ask.session.flush()
    publication = rounds.publication(ask.session, ask.it)
    document: Document = ask.facts["document"]
    if document.kind in {"D20", "D22"} and publication is not None and publication.state not in PUBLICATION.ends:
        key = f"text_corrected:{document.id}:{ask.now.isoformat()}"
        subject = ("track", ask.it.id, ask.it.ref)
        tasks.put(ask.session, "text_corrected", subject, role="publisher", now=ask.now, key=key)


@RECUSAL.effect("A02", "A03")
def count_without(ask: Ask) -> None:
    """Count no more a vote by somebody recused since."""
    it: Recusal = ask.it
    tracks = select(CaseTrack.id).where(CaseTrack.case_id == it.case_id)
    ask.session.flush()
    mine = select(TextCorrection).where(TextCorrection.track_id.in_(tracks), TextCorrection.ended_at.is_(None))
    locking = mine.order_by(TextCorrection.id).with_for_update().execution_options(populate_existing=True)
    for each in ask.session.scalars(locking).all():
        _count(ask.session, each, without=it.account_id)
        body = policies.body_now(ask.session, each)
        _end_if_lost(ask.session, each, replace(body, people=body.people - {it.account_id}), ask.now)
