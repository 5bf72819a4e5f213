"""Reads of corrections: one of them, one's own vote, and those that wait for this person's vote."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import Actor
from sanctions import policies_corrections
from sanctions.models_corrections import TextCorrection, TextCorrectionVote


def one(session: Session, number: int) -> TextCorrection | None:
    """A correction, if this reader may see it."""
    return session.scalar(select(TextCorrection).where(TextCorrection.id == number))


def own_vote(session: Session, correction: TextCorrection, actor: Actor) -> TextCorrectionVote | None:
    """How this person voted."""
    mine = select(TextCorrectionVote).where(TextCorrectionVote.correction_id == correction.id)
    return session.scalar(mine.where(TextCorrectionVote.account_id == actor.id))


def waiting(session: Session, actor: Actor) -> list[TextCorrection]:
    """Those on which this person can vote and has not yet."""
    cast = select(TextCorrectionVote.correction_id).where(TextCorrectionVote.account_id == actor.id)
    asked = select(TextCorrection).where(TextCorrection.ended_at.is_(None), TextCorrection.id.not_in(cast))
    found = session.scalars(asked.order_by(TextCorrection.id)).all()
    return [each for each in found if actor.id in policies_corrections.body_now(session, each).people]
