"""Files that were evidence are erased: with their rows, or so that what cites them still says that there was one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from casework.models_cases import Evidence
from casework.models_evidence import EvidenceNote
from filestore.models_uploads import MadeCopy

_NAMED = (Evidence.sha256, Evidence.stripped_sha256, Evidence.covered_sha256)


def drop(session: Session, numbers: Sequence[int]) -> set[str]:
    """Delete files that no case rests on; returns the digests of the files and of copies made of them."""
    _forget_notes(session, numbers)
    rows = session.execute(delete(Evidence).where(Evidence.id.in_(numbers)).returning(*_NAMED)).all()
    return _with_copies(session, {digest for row in rows for digest in row if digest})


def empty(session: Session, numbers: Sequence[int], now: datetime) -> set[str]:
    """Empty files of a case: who gave them, their kind, day and digest stay. Returns the digests to be removed."""
    _forget_notes(session, numbers)
    gone: set[str] = set()
    for it in session.scalars(select(Evidence).where(Evidence.id.in_(numbers), Evidence.erased_at.is_(None))):
        gone |= {each for each in (it.sha256, it.stripped_sha256, it.covered_sha256) if each}
        it.erased_at, it.erased_sha256 = now, it.sha256
        it.sha256 = None  # type: ignore[assignment]
        it.stripped_sha256 = it.covered_sha256 = it.covered_type = it.covered_size = None
        it.covered_by = it.covered_at = it.cover_checked_by = it.cover_checked_at = None
        it.name, it.shows = "", None
    session.flush()
    return _with_copies(session, gone)


def _forget_notes(session: Session, numbers: Sequence[int]) -> None:
    session.execute(delete(EvidenceNote).where(EvidenceNote.evidence_id.in_(numbers)))


def _with_copies(session: Session, gone: Iterable[str]) -> set[str]:
    """Drop copies that the browser got of bytes no other file has; returns these digests and those of the copies."""
    others = or_(*(column == MadeCopy.sha256 for column in _NAMED))
    made = delete(MadeCopy).where(MadeCopy.sha256.in_(gone), ~select(Evidence.id).where(others).exists())
    return {*gone, *(copy for copy in session.scalars(made.returning(MadeCopy.copy_sha256)) if copy)}
