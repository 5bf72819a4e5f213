"""Review bodies: drawn at random from members who took no other part in the case; secret votes with reasons."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import noting, tasks
from casework import policies_recusals as recusals
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from casework.states_recusals import RECUSAL
from core import clock
from core.actors import Actor
from core.errors import NotAllowed, NotNow, Refused
from core.machine import Ask
from core.words import _l
from registry import golive, settings
from registry.models_accounts import Account
from sanctions import policies
from sanctions import policies_reviews as reviewing
from sanctions.ballots import ABSTAIN, DRAWN, Question, call, checked, needed, once, seat
from sanctions.levels import FIRST_MAJOR
from sanctions.models_decisions import PanelBackground
from sanctions.models_reviews import Review, ReviewMember, ReviewVote
from sanctions.panels import RESTS_ON, SEAT_FREE, chosen_by, seat_free
from sanctions.tallies import KEYS

ROLE = "review body"
QUESTION = Question(("UPHOLD", "VARY", "REMIT", "QUASH", ABSTAIN), lighter="VARY")
Pool = list[tuple[Account, PanelBackground | None]]


def size_for(session: Session, review: Review) -> int:
    """As many members as the panel had: more for a major decision."""
    major = review.decision.level >= FIRST_MAJOR
    return int(settings.value(session, "PANEL_MAJOR" if major else "PANEL_MINOR"))


def pool(session: Session, review: Review, actor: Actor) -> Pool:
    """Who may review: nobody who decided, investigated or checked the case, nobody drawn already, not whoever draws."""
    out = {actor.id, *(each.account_id for each in review.members)}
    return [each for each in policies.eligible(session, review.track, ROLE) if each[0].id not in out]


def missing(session: Session, review: Review) -> int:
    """How many members are still to be drawn."""
    return (review.size or size_for(session, review)) - len(reviewing.sitting(review))


def draw_refusals(session: Session, review: Review, actor: Actor) -> Iterator[Refused]:
    """Why no members can be drawn now."""
    if out := list(policies.draws(session, review.track, actor)):
        yield from out
        return
    if review.ended_at is not None:
        yield NotNow(_l("The review has ended."))
        return
    if review.seed is None:
        yield from golive.refused(session, *RESTS_ON)
    wanted = missing(session, review)
    if not wanted:
        yield NotNow(_l("The members of this review have been drawn already."))
        return
    candidates = pool(session, review, actor)
    found = len(candidates)
    if found < wanted:
        yield NotNow(_l("Only %(found)s members may review this case; %(size)s are needed.", found=found, size=wanted))
    stay = reviewing.sitting(review)
    yield from policies.too_few_outside(candidates, policies.wanted_from_outside(session, stay, wanted))


def draw(session: Session, review: Review, *, actor: Actor, now: datetime, seed: str | None = None) -> Review:
    """Draw the members, or some in the place of recused ones; each seed lets anybody repeat its draw."""
    session.refresh(review, with_for_update=True)
    for refusal in draw_refusals(session, review, actor):
        raise refusal
    stay, candidates = reviewing.sitting(review), pool(session, review, actor)
    seed = seed or secrets.token_hex(16)
    size = missing(session, review)
    chosen = chosen_by(seed, candidates, size, policies.wanted_from_outside(session, stay, size))
    for place, (person, background) in enumerate(chosen):
        is_outside = policies.is_outside(background)
        chair = not stay and place == 0
        review.members.append(
            ReviewMember(track_id=review.track_id, account_id=person.id, chair=chair, outside=is_outside),
        )
    if review.seed is None:
        review.size, review.seed = len(chosen), seed
        review.rules = {key: settings.value(session, key) for key in KEYS}
        review.drawn_at, review.drawn_by = now, actor.id
    else:
        drawn = [person.id for person, _background in chosen]
        about = {"seed": seed, "pool": len(candidates), "at": now.isoformat(), "by": actor.id, "drawn": drawn}
        review.redraws = [*review.redraws, about]
    session.flush()
    tasks.settle(session, ("review", review.id), (SEAT_FREE,), actor=actor, now=now)
    of = review.track
    noting.of_case(session, of.case, "draw_review", actor, now, track=of.ref, seed=seed, pool=len(candidates))
    call(session, [person.id for person, _background in chosen], DRAWN, key=f"review:{review.id}", now=now)
    return review


def vote_refusals(session: Session, review: Review, actor: Actor) -> Iterator[Refused]:
    """Why somebody can't vote now."""
    member = seat(review.members, actor.id)
    if member is None:
        yield NotAllowed(_l("Only members drawn for the review vote."))
        return
    yield from recusals.takes_no_part(session, actor, review.track.case_id, clock.today())
    if review.ended_at is not None:
        yield NotNow(_l("The review has ended."))
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
    """One member votes once, with reasons: uphold, vary to something lighter, remit, quash, or abstain."""
    session.refresh(review, with_for_update=True)
    for refusal in vote_refusals(session, review, actor):
        raise refusal
    wanted = checked(QUESTION, choice, reasons, measures, than=review.decision.measures)
    member = seat(review.members, actor.id)
    assert member is not None  # noqa: S101 - vote_refusals has seen it
    cast = ReviewVote(
        review_id=review.id,
        member_id=member.id,
        choice=choice,
        measures=wanted,
        reasons=reasons.strip(),
        voted_at=now,
    )
    session.add(cast)
    session.flush()
    count(session, review)
    noting.of_case(session, review.track.case, "vote_review", actor, now, track=review.track.ref)
    return cast


def count(session: Session, review: Review) -> None:
    """Note how many voted, and what it comes to once enough did; never who voted how."""
    found = reviewing.result(session, review)
    review.tally = {
        "cast": len(reviewing.votes(session, review)),
        "needed": needed(review),
        "result": found.to_json() if found is not None else None,
        "open": found is not None and reviewing.votes_to_come(session, review),
    }
    session.flush()


@RECUSAL.effect("A02", "A03")
def leave_the_reviews(ask: Ask) -> None:
    """A recused member of a review body is out at once: no file, no vote."""
    it: Recusal = ask.it
    session = ask.session
    tracks = select(CaseTrack.id).where(CaseTrack.case_id == it.case_id)
    mine = select(ReviewMember).where(ReviewMember.track_id.in_(tracks), ReviewMember.account_id == it.account_id)
    sits = mine.with_only_columns(ReviewMember.review_id)
    going_on = select(Review).where(Review.id.in_(sits), Review.ended_at.is_(None)).order_by(Review.id)
    for review in session.scalars(going_on).all():
        session.refresh(review, with_for_update=True)  # a vote that is cast at this moment is counted
    for each in session.scalars(mine.where(ReviewMember.recused_at.is_(None))).all():
        each.recused_at = ask.now
        if each.chair and (others := reviewing.sitting(each.review)):
            each.chair, others[0].chair = False, True
        session.flush()
        if each.review.tally is not None and each.review.ended_at is None:
            count(session, each.review)
        if each.review.ended_at is None:
            seat_free(ask, ("review", each.review_id, each.review.track.ref))
