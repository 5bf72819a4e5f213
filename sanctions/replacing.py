"""Which papers the decision of a review takes the place of, as whoever verifies one of them is told."""

from sqlalchemy.orm import Session

from notices import queries as notices
from notices.models import Document
from sanctions.models_reviews import Review

ORDERS = ("D23a", "D23b", "D23d")


def by_review(session: Session, review: Review, decision: Document) -> None:
    """The papers of the decision reviewed that are no longer in force name the one that took their place."""
    for each in notices.documents_of(session, [("track", review.track_id)]):
        mine = each.kind in {"D20", *ORDERS} and each.round == review.decision.round
        if mine and each.set_aside_on is not None and each.replaced_by_id is None:
            each.replaced_by_id = decision.id
    session.flush()
