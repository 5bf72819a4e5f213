"""The text of the served decision, and what is left of it after redactions: what a publication must equal (I-06)."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from notices import queries as notices
from notices.models import Document
from notices.papers import Paper, text_of
from sanctions import rounds
from sanctions.models import Redaction
from sanctions.models_reviews import Review


def decision_document(session: Session, track: CaseTrack) -> Document | None:
    """The decision (D20) of the present round; where a review varied it, the decision of the review (D22)."""
    made = rounds.decision(session, track)
    review = session.scalar(select(Review).where(Review.new_decision_id == made.id)) if made is not None else None
    if review is not None:
        subject = ("track", track.id) if review.stayed else ("review", review.id)
        return notices.last_document(session, ["D22"], *subject)
    return notices.last_document(session, ["D20"], "track", track.id, track.round)


def text_of_document(document: Document) -> str:
    """The text of a document as it was frozen."""
    return text_of(Paper.from_json(document.paper["paper"]).blocks)


def redacted(text: str, redactions: Iterable[Redaction]) -> str:
    """The text with each passage left out, in the order in which they were marked."""
    for each in redactions:
        text = text.replace(each.passage, each.instead)
    return text
