"""Files from outside go to nobody before the scanner has looked through them, where one is set up; found ones never."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.db import session, transaction
from core.errors import Refused, Unavailable
from core.left_alone import Server
from core.outbox import job, later
from core.registered import Registered
from core.settings import Settings
from core.words import _l
from filestore import files
from filestore.files import StoredFile
from filestore.scanner import Scanner

log = structlog.get_logger()
AWAY: Final = timedelta(days=7)
"""So long the scanner may be away before an administrator has to have it tried again."""
AT_ONCE: Final = 500
FOUND = Registered[Callable[[Session, str], None]]()
"""Told, in the transaction that notes it, of a file in which malicious software was found."""


class Waits(Unavailable):
    """Nobody has looked through the file yet."""


class Harmful(Refused):
    """Malicious software was found in the file."""


@dataclass
class _Set:
    scanner: Scanner | None = None


_set = _Set()


def init(settings: Settings) -> None:
    """Say where the scanner is; without one files go out as they came in."""
    _set.scanner = Scanner(settings.scanner, Server()) if settings.scanner else None
    files.looked_through(wanted=_set.scanner is not None)


def require_clean(sha256: str) -> None:
    """Raises Waits or Harmful where nobody gets a file, nor a copy or a picture of it that was made to be looked at."""
    held = session().scalar(select(func.zilu_file_held(sha256)))
    if held == files.WAITING and _set.scanner is not None:
        raise Waits(_l("This file is still being looked through for malicious software. Try again in a minute."))
    if held == files.FOUND:
        raise Harmful(_l("Malicious software was found in this file: nobody gets it. Ask for it in another form."))


def given_out(sha256: str) -> BinaryIO:
    """Open a file for whoever gets its bytes; raises as require_clean and open_file do."""
    require_clean(sha256)
    return files.open_file(sha256)


def held_among(at: Session, digests: Collection[str]) -> dict[str, str]:
    """Which of these files wait or were found; what is not among them may go out."""
    asked = select(StoredFile.sha256, StoredFile.held).where(
        StoredFile.sha256.in_(digests), StoredFile.held.is_not(None)
    )
    waits = _set.scanner is not None
    return {sha256: held for sha256, held in at.execute(asked) if held and (waits or held == files.FOUND)}


@job(files.SCAN, patience=AWAY)
def look_through(sha256: str) -> None:
    """Ask the scanner, and note what it said; the file is only read. Where there is none any more it goes out."""
    at = session()
    row = at.get(StoredFile, sha256)
    there, found = row is not None and row.scanned_at is None, ""
    at.rollback()
    if not there:
        return
    if _set.scanner is not None:
        with files.open_file(sha256) as stream:
            found = _set.scanner.look_through(stream)
    with transaction() as inside:
        kept = inside.get(StoredFile, sha256, with_for_update=True, populate_existing=True)
        if kept is None:
            return
        kept.scanned_at = clock.now() if _set.scanner is not None else None
        kept.held, kept.found = (files.FOUND, found) if found else (None, None)
        if found:
            log.warning("malicious software found", sha256=sha256, found=found)
            inside.flush()
            for tell in FOUND:
                tell(inside, sha256)


def ask_for_earlier(at: Session, after: str = "") -> tuple[int, str]:
    """Have some that nobody looked through looked through, in the order of their digests: how many, and the last one.

    They go out meanwhile, as before there was a scanner.
    """
    unseen = select(StoredFile.sha256).where(StoredFile.scanned_at.is_(None), StoredFile.sha256 > after)
    numbers = at.scalars(unseen.order_by(StoredFile.sha256).limit(AT_ONCE)).all()
    for sha256 in numbers:
        later(at, files.SCAN, f"scan:{sha256}:{clock.now():%Y%m%d%H%M}", sha256=sha256)
    return len(numbers), numbers[-1] if numbers else ""
