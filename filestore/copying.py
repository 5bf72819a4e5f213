"""Copies beside originals: asked for once, made by a job, and told plainly where there can be none."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core import clock
from core.db import transaction
from core.errors import NotNow
from core.outbox import Outbox, job, later
from core.words import LazyString, _l
from filestore import converting, files
from filestore.confined import Stopped
from filestore.files import StoredFile
from filestore.models_uploads import MadeCopy

HARD: Final = frozenset({*converting.READS, "image/heic"})
"""The kinds that browsers neither play nor show."""
MAKING: Final = "core.copy"
WHY: Final[dict[str, LazyString]] = {
    "absent": _l("The program that makes playable copies (ffmpeg) is not installed on this system."),
    "too_long": _l("Making the copy takes longer than it may."),
    "broken": _l("The file could not be read: it may be damaged, or of a kind that only its phone understands."),
    "given_up": _l("The copy could not be made at several attempts."),
}


def want(session: Session, sha256: str, now: datetime) -> None:
    """Ask for the copy of an original; asking twice is as asking once."""
    if session.get(StoredFile, sha256) is None:
        return
    asked = insert(MadeCopy).values(sha256=sha256, asked_at=now).on_conflict_do_nothing().returning(MadeCopy.sha256)
    if session.scalar(asked) is not None:
        later(session, MAKING, f"copy:{sha256}:{now.timestamp():.0f}", sha256=sha256)


def want_again(session: Session, sha256: str, now: datetime) -> None:
    """Ask once more after a failure: the program may be there now."""
    it = session.get(MadeCopy, sha256, with_for_update=True)
    if it is None:
        want(session, sha256, now)
        return
    if it.trouble is None:
        raise NotNow(_l("The copy is there, or being made."))
    it.trouble, it.ended_at, it.asked_at = None, None, now
    session.flush()
    later(session, MAKING, f"copy:{sha256}:{now.timestamp():.0f}", sha256=sha256)


def known(session: Session, originals: Iterable[str]) -> dict[str, MadeCopy]:
    """What is known of the copies of some originals."""
    asked = select(MadeCopy).where(MadeCopy.sha256.in_(list(originals)))
    return {each.sha256: each for each in session.scalars(asked)}


@job(MAKING)
def make(sha256: str) -> None:
    """Make the copy; the original is only read."""
    with transaction() as at:
        it = at.get(MadeCopy, sha256)
        original = at.get(StoredFile, sha256)
        if it is None or original is None or it.ended_at is not None:
            return
        media_type = original.media_type
    try:
        with files.open_file(sha256) as stream:
            content, made_type = converting.copy_of(stream, media_type)
    except Stopped as stopped:
        _note(sha256, trouble=stopped.why)
        return
    _note(sha256, content=content, media_type=made_type)


def _note(sha256: str, *, content: bytes = b"", media_type: str = "", trouble: str = "") -> None:
    with transaction() as at:
        it = at.get_one(MadeCopy, sha256, with_for_update=True)
        if it.ended_at is not None:
            return
        if not trouble:
            kept = files.keep_made(at, content, "copy", media_type)
            it.copy_sha256, it.media_type = kept.sha256, media_type
        it.trouble, it.ended_at = trouble or None, clock.now()


def gave_up(session: Session, row: Outbox) -> None:
    """The job failed for the last time: the page says so, and lets somebody try once more."""
    if row.job != MAKING:
        return
    it = session.get(MadeCopy, row.args["sha256"], with_for_update=True, populate_existing=True)
    if it is not None and it.ended_at is None:
        it.trouble, it.ended_at = "given_up", clock.now()
