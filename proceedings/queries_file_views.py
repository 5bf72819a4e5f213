"""Reads of what respondents were shown of their files, as far as the reader may see it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from notices.models_bundles import Bundle
from sanctions.models_file_views import FileView

MOST = 50


def views(session: Session, track: CaseTrack) -> Sequence[FileView]:
    """The views of a track, the latest first."""
    mine = select(FileView).where(FileView.track_id == track.id)
    return session.scalars(mine.order_by(FileView.id.desc()).limit(MOST)).all()


def view(session: Session, track: CaseTrack, number: int) -> FileView | None:
    """The view of the file with this number."""
    return session.scalar(select(FileView).where(FileView.track_id == track.id, FileView.id == number))


def bundle(session: Session, track: CaseTrack, number: int) -> Bundle | None:
    """A bundle of what the respondent may see of this track, once it is made."""
    mine = select(Bundle).where(Bundle.id == number, Bundle.subject_kind == "track", Bundle.subject_id == track.id)
    return session.scalar(mine.where(Bundle.sha256.is_not(None)))
