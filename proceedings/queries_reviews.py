"""Reads of reviews: those to be drawn, a member's seats, the review of a track."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casework.models_cases import Allegation, CaseTrack, Evidence
from core import keyset
from core.actors import Actor
from registry import clocks
from registry.models_clocks import ClockEnd
from sanctions.models_decisions import Decision
from sanctions.models_reviews import Review, ReviewMember, ReviewVote

MOST = 200


@dataclass(frozen=True)
class Seat:
    """A seat on a review body: the review, and its member's vote."""

    review: Review
    member: ReviewMember
    vote: ReviewVote | None


def files_of(session: Session, review: Review) -> Sequence[Evidence]:
    """What the respondent handed in with its request."""
    asked = select(Evidence).where(Evidence.track_id == review.track_id, Evidence.purpose == "REVIEW")
    return session.scalars(asked.where(Evidence.added_at == review.asked_at).order_by(Evidence.id)).all()


def one(session: Session, number: int) -> Review | None:
    """A review that this reader may see, with its track."""
    asked = select(Review).where(Review.id == number)
    track = selectinload(Review.track)
    return session.scalar(
        asked.options(
            track.selectinload(CaseTrack.case),
            track.selectinload(CaseTrack.party),
            track.selectinload(CaseTrack.allegations).selectinload(Allegation.evidence),
        ),
    )


def given_up(session: Session, track_id: int) -> bool:
    """Whether the company ended its time for asking by a waiver, rather than by asking."""
    ends = [each for each in clocks.of(session, ("track", track_id)) if each.key == "K20"]
    if not ends or ends[-1].how is not ClockEnd.STOPPED:
        return False
    return not any(each.asked_at == ends[-1].ended_at for each in of_track(session, track_id))


def asked_before(session: Session, track_id: int) -> bool:
    """Whether the company asked for a review that sent nothing back; it does not read the decision's row."""
    asked = [each for each in of_track(session, track_id) if not each.own_motion and each.ended_at is not None]
    return bool(asked) and max(asked, key=lambda each: each.id).outcome != "REMIT"


def track_reviewed(session: Session, number: int) -> int | None:
    """The number of the track of a review that this reader may see."""
    return session.scalar(select(Review.track_id).where(Review.id == number))


def of_track(session: Session, track_id: int) -> Sequence[Review]:
    """The reviews of a track, the newest first."""
    return session.scalars(select(Review).where(Review.track_id == track_id).order_by(Review.id.desc())).all()


def put_in_place(session: Session, review: Review) -> Decision | None:
    """The lighter decision by which a review replaced the one reviewed."""
    return session.get(Decision, review.new_decision_id) if review.new_decision_id is not None else None


def open_ones(session: Session) -> Sequence[Review]:
    """Reviews that are open, the oldest first."""
    asked = select(Review).where(Review.ended_at.is_(None)).order_by(Review.id).limit(MOST)
    return session.scalars(asked.options(selectinload(Review.track).selectinload(CaseTrack.party))).all()


def open_of(session: Session, tracks: Sequence[int]) -> Sequence[Review]:
    """The open reviews of these tracks."""
    mine = select(Review).where(Review.track_id.in_(tracks), Review.ended_at.is_(None))
    return session.scalars(mine.order_by(Review.id)).all()


def seats(session: Session, actor: Actor, place: keyset.Place = keyset.BEGINNING) -> tuple[list[Seat], keyset.Part]:
    """Reviews for which somebody was drawn, newest first, without those from which they were recused."""
    mine = (ReviewMember.account_id == _drawn_as(actor), ReviewMember.recused_at.is_(None))
    part = keyset.part(session, select(ReviewMember), mine, (ReviewMember.id,), place, down=True)
    return [seat for row in part.rows if (seat := _seat(session, row[0])) is not None], part


def _drawn_as(actor: Actor) -> int | None:
    """Who sits: nobody without the role."""
    return actor.id if actor.has("review body") else None


def seat(session: Session, number: int, actor: Actor) -> Seat | None:
    """Somebody's seat in one review."""
    mine = select(ReviewMember).where(ReviewMember.review_id == number, ReviewMember.account_id == _drawn_as(actor))
    found = session.scalar(mine.where(ReviewMember.recused_at.is_(None)))
    return _seat(session, found) if found is not None else None


def _seat(session: Session, member: ReviewMember) -> Seat | None:
    review = one(session, member.review_id)
    vote = session.scalar(select(ReviewVote).where(ReviewVote.member_id == member.id))
    return Seat(review, member, vote) if review is not None else None


def voted(session: Session, review: Review) -> set[int]:
    """Which members have voted; how they voted is read nowhere here."""
    return set(session.scalars(select(ReviewVote.member_id).where(ReviewVote.review_id == review.id)))
