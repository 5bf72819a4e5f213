"""What a panel or a review body announces, from the form that its member sent."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import passing_on
from casework.models_cases import CaseTrack
from core.actors import Actor
from sanctions import corrections, decisions, motions, reviews
from sanctions.models_corrections import TextCorrection
from sanctions.models_reviews import Review


def announce(session: Session, track: CaseTrack, form: Any, actor: Actor, now: datetime) -> None:  # noqa: ANN401 - a form
    """Announce the decision of a panel, by its votes."""
    decisions.decide(
        session,
        track,
        actor=actor,
        reasons=form.reasons.data,
        statement_dealt=form.statement_dealt.data or "",
        immediate=form.immediate.data or (),
        immediate_reasons=form.immediate_reasons.data or "",
        now=now,
        version=form.version.data,
    )
    passing_on.remember(session, track, form.passed_on, actor, now)


def announce_motion(session: Session, track: CaseTrack, _form: object, actor: Actor, now: datetime) -> None:
    """Announce the votes on a motion; what was carried is done, which may be a new advance notice."""
    motions.settle(session, track, actor=actor, now=now)


def announce_correction(session: Session, it: TextCorrection, _form: object, actor: Actor, now: datetime) -> None:
    """Announce the votes on a correction; a carried one goes out."""
    corrections.settle(session, it, actor=actor, now=now)


def announce_review(session: Session, review: Review, form: Any, actor: Actor, now: datetime) -> None:  # noqa: ANN401
    """Announce the decision on a review, by its votes."""
    said = {"reasons": form.reasons.data, "questions": form.questions.data or "", "version": form.version.data}
    reviews.decide(session, review, **said, actor=actor, now=now)
    passing_on.remember(session, review.track, form.passed_on, actor, now)
