"""Review bodies: drawn at random from members with no other part in the case; secret votes with reasons."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from casework.policies_recusals import not_introduced, takes_no_part
from core import clock
from core.actors import Actor
from core.errors import NotAllowed, NotNow, Refused, raise_first
from core.words import _l
from sanctions import bodies, introductions, policies
from sanctions import policies_reviews as reviewing
from sanctions.ballots import ABSTAIN, Question, checked, once, seated
from sanctions.models_reviews import Review, ReviewVote

QUESTION = Question(("UPHOLD", "VARY", "REMIT", "QUASH", ABSTAIN), lighter="VARY")


def draw_refusals(session: Session, review: Review, actor: Actor) -> Iterator[Refused]:
    """Why no members can be drawn now."""
    if out := list(policies.draws(session, review.track, actor)):
        yield from out
        return
    if review.ended_at is not None:
        yield NotNow(_l("The review has ended."))
        return
    if review.seed is None:
        yield from bodies.unconfirmed(session)
    if not bodies.missing(session, review):
        yield NotNow(_l("The members of this review have been drawn already."))
        return
    yield from bodies.too_few(session, review, actor)


def draw(session: Session, review: Review, *, actor: Actor, now: datetime, seed: str | None = None) -> Review:
    """Draw the members, or some in place of recused ones; with each seed anybody can repeat its draw."""
    session.refresh(review, with_for_update=True)
    raise_first(draw_refusals(session, review, actor))
    bodies.draw(session, review, actor=actor, now=now, seed=seed)
    introductions.introduce(session, review.track, review, now)
    return review


def vote_refusals(session: Session, review: Review, actor: Actor) -> Iterator[Refused]:
    """Why somebody cannot vote now."""
    member = seated(review.members, actor)
    if member is None:
        yield NotAllowed(_l("Only members drawn for the review vote."))
        return
    yield from takes_no_part(session, actor, review.track.case_id, clock.today())
    if review.ended_at is not None:
        yield NotNow(_l("The review has ended."))
    else:
        yield from not_introduced(review.track, clock.today())
    yield from once(member.id, reviewing.votes(session, review))


def vote(
    session: Session,
    review: Review,
    *,
    choice: str,
    reasons: str,
    actor: Actor,
    now: datetime,
    measures: Sequence[int] = (),
) -> ReviewVote:
    """Vote once, with reasons: uphold, vary to something lighter, remit, quash, or abstain."""
    session.refresh(review, with_for_update=True)
    free = bodies.vacant(session, Review, [review.id])  # as the system only: a member does not read the other seats
    raise_first([*vote_refusals(session, review, actor), *bodies.incomplete(bool(free))])
    wanted = checked(QUESTION, choice, reasons, measures, than=review.decision.measures)
    made = ReviewVote(review_id=review.id, choice=choice, measures=wanted, reasons=reasons.strip(), voted_at=now)
    return bodies.cast(session, review, made, actor=actor)
