"""How the staff's page of a track shows reviews of its decision."""

from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.stages import IN_FORCE
from core.actors import Actor
from desk import panels
from proceedings import queries_reviews, showing, waited_for
from registry import queries as register
from sanctions import on_paper, policies, policies_reviews, rounds, served
from sanctions.models_reviews import Review

ASK = "ask_review"
SAID = (
    *("standing", "outcome", "basis", "asked_at", "came_on", "ended_at", "grounds"),
    *("decided_on", "tally", "size", "seed", "reasons", "questions"),
)


def facts(session: Session, it: CaseTrack, me: Actor) -> dict[str, Any]:
    """The reviews of a track, and whether this reader can have the decision reviewed."""
    found = queries_reviews.of_track(session, it.id)
    is_open = any(each.ended_at is None for each in found)
    return {
        "beside": [each for each in found if each.ended_at is None and not each.stayed],
        "reviews": [_shown(session, each) for each in found],
        "may_draw": policies.may_draw(me),
        "may_review": policies_reviews.may_reopen(me) and it.state in IN_FORCE and not is_open,
        "may_enter": not is_open and _may_enter(session, it, me),
    }


def _may_enter(session: Session, it: CaseTrack, me: Actor) -> bool:
    """Whether a request on paper can be entered.

    In time by its day, after an obstacle, or of what rests on something revoked: which is asked when it is read.
    """
    return (
        it.state in IN_FORCE and rounds.decision(session, it) is not None and on_paper.may_enter(session, me, it, ASK)
    )


@panels.hangs
def beside(session: Session, it: CaseTrack) -> list[tuple[str, Review]]:
    """Reviews beside the execution, including ended ones; one that stays the decision is shown as the track's state."""
    return [("review", each) for each in queries_reviews.of_track(session, it.id) if not each.stayed]


def under_way(session: Session, it: CaseTrack) -> bool:
    """Whether a review is open besides what happens on the track."""
    return any(each.ended_at is None for _machine, each in beside(session, it))


def _shown(session: Session, review: Review) -> dict[str, Any]:
    new = queries_reviews.put_in_place(session, review)
    return {
        **{name: getattr(review, name) for name in SAID},
        "names": [register.account_name(session, each.account_id) for each in policies_reviews.sitting(review)],
        "free": waited_for.free_seats(session, review) if review.ended_at is None else "",
        "new": new,
        "decided": showing.worded(session, new.measures, new.terms) if new is not None else [],
        "paper": served.review_paper(session, review),
    }
