"""What this room hangs on tracks: reviews, which belong to their file, and publications, which have their own."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.hanging import hangs
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review


@hangs("review", in_file=True)
def reviews(session: Session, tracks: Sequence[int]) -> Iterable[int]:
    """Reviews of these tracks; their decisions are filed with the track."""
    return session.scalars(select(Review.id).where(Review.track_id.in_(tracks)).order_by(Review.id))


@hangs("publication", in_file=False)
def publications(session: Session, tracks: Sequence[int]) -> Iterable[int]:
    """Circulars and bulletins of these tracks."""
    return session.scalars(select(Publication.id).where(Publication.track_id.in_(tracks)).order_by(Publication.id))
