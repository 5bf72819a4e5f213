"""What of this room's journal belongs to a case: the reviews and publications of its tracks."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseFile
from desk.case_journals import Subject, hangs_on_a_case
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review


@hangs_on_a_case
def of_tracks(session: Session, case: CaseFile) -> list[Subject]:
    """By the kind that the journal knows them under."""
    tracks = [each.id for each in case.tracks]
    reviews = session.scalars(select(Review.id).where(Review.track_id.in_(tracks)))
    publications = session.scalars(select(Publication.id).where(Publication.track_id.in_(tracks)))
    return [*(("review", number) for number in reviews), *(("publication", number) for number in publications)]
