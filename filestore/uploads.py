"""Files that come in pieces: begun, carried on from where they stopped, whole, and swept away where nobody goes on."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from core.db import transaction
from core.drafts import DraftFile
from core.errors import NotNow, Unavailable
from core.settings import Settings
from core.words import _l
from filestore import files, scratch
from filestore.file_checks import MIB
from filestore.file_kinds import expected, kind_of
from filestore.files import StoredFile
from filestore.models_uploads import Upload

PIECE: Final = 4 * MIB
"""So much comes in one piece, and no more."""
WAITS: Final = timedelta(hours=24)
"""How long the rest is waited for, counted from the last piece."""
GB: Final = 1024 * MIB


@dataclass(frozen=True)
class Quota:
    """How much may be under way at once: files and bytes of one person, bytes of one address, bytes of all."""

    files: int
    own: int
    address: int
    every: int


OF_STRANGERS: Final = Quota(files=40, own=400 * MIB, address=2 * GB, every=20 * GB)
OF_ACCOUNTS: Final = Quota(files=100, own=2 * GB, address=0, every=0)
STRANGER: Final = "browser:"
"""How the owners begin that have no account."""


class Misplaced(NotNow):
    """A piece that does not begin where the last one ended: the true end is told."""

    def __init__(self, received: int) -> None:
        """Say where the next piece begins."""
        super().__init__(_l("The next piece begins at %(offset)s.", offset=received))
        self.received = received


@dataclass
class _Place:
    folder: Path | None = None


_place = _Place()


def init(settings: Settings) -> None:
    """Say where pieces wait: beside the other data, also where whole files go to a bucket."""
    _place.folder = settings.data / "uploads"


def path_of(token: str) -> Path:
    """Where the bytes of an upload lie."""
    if _place.folder is None:
        message = "filestore.uploads.init() was not called"
        raise RuntimeError(message)
    return _place.folder / token


def begin(
    session: Session, name: str | None, size: int, *, owner: str, address: str, now: datetime, token: str = ""
) -> Upload:
    """Begin an upload: its kind by its name and its size are judged before a byte has come.

    One with this `token` is waited for no longer.
    """
    if token:
        drop(session, [token], owner=owner)
    cleaned = files.clean_name(name)
    expected(cleaned)
    files.fits(cleaned, size)
    _within(session, size, owner, address)
    made = Upload(
        token=token or secrets.token_hex(16),
        owner=owner,
        address=address,
        name=cleaned,
        size=size,
        received=0,
        begun_at=now,
        expires_at=now + WAITS,
    )
    session.add(made)
    session.flush()
    return made


def _within(session: Session, size: int, owner: str, address: str) -> None:
    quota = OF_STRANGERS if owner.startswith(STRANGER) else OF_ACCOUNTS
    own = select(func.count(), func.coalesce(func.sum(Upload.size), 0)).where(Upload.owner == owner)
    many, held = session.execute(own).one()
    too_much = many >= quota.files or held + size > quota.own
    if quota.address and not too_much:
        too_much = _held(session, size, quota.address, Upload.address == address)
    if too_much:
        raise NotNow(_l("You have very many files under way. Send the form with those that are there, then go on."))
    if quota.every:
        room_for_strangers(session, size)


def room_for_strangers(session: Session, size: int) -> None:
    """Refuse more files of people without an account where all of theirs, under way or kept unsent, are too much."""
    unsent = select(func.coalesce(func.sum(StoredFile.size), 0))
    unsent = unsent.join(DraftFile, DraftFile.sha256 == StoredFile.sha256).where(DraftFile.owner.not_like("%:%"))
    kept: int = session.scalar(unsent) or 0
    if _held(session, size + kept, OF_STRANGERS.every, Upload.owner.startswith(STRANGER)):
        raise Unavailable(_l("Very many files are being sent at the moment. Try again later."))


def _held(session: Session, size: int, most: int, whose: ColumnElement[bool]) -> bool:
    held: int = session.scalar(select(func.coalesce(func.sum(Upload.size), 0)).where(whose)) or 0
    return held + size > most


def alone(session: Session, token: str) -> None:
    """Let whoever brings the same at the same moment wait: the second finds what the first has set aside."""
    session.execute(select(func.pg_advisory_xact_lock(int(token[:15], 16))))


def find(session: Session, token: str, *, owner: str, now: datetime, lock: bool = False) -> Upload | None:
    """An upload of this owner that is still waited for."""
    asked = select(Upload).where(Upload.token == token, Upload.owner == owner, Upload.expires_at > now)
    return session.scalar(asked.with_for_update() if lock else asked)


def go_on(session: Session, token: str, offset: int, piece: bytes, *, owner: str, now: datetime) -> Upload | None:
    """Add a piece where the last one ended; a second one for the same place is told where it is now."""
    it = find(session, token, owner=owner, now=now, lock=True)
    if it is None:
        return None
    if offset != it.received or len(piece) > it.size - it.received:
        raise Misplaced(it.received)
    if (there := _there(token)) < it.received:  # a machine that fell over lost what was noted: it comes again
        it.received = there
        session.flush()
        return it
    with _writable(path_of(token)) as file:
        file.seek(offset)
        file.write(piece)
        file.truncate()  # what a crash left behind the last noted end
        file.flush()
        os.fsync(file.fileno())
    it.received += len(piece)
    it.expires_at = now + WAITS
    session.flush()
    return it


def _there(token: str) -> int:
    try:
        return path_of(token).stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _writable(path: Path) -> Iterator[BinaryIO]:
    with _room_or_refusal():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            yield file


@contextmanager
def _room_or_refusal() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(_l("The file can't be kept at the moment. Try again later.")) from error


def judge(it: Upload) -> None:
    """Look into a file that has come as a whole, as into every other; raises BadInput with what is wrong.

    Whether single rows of a table may be damaged is said where it is kept, which looks again.
    """
    with _room_or_refusal(), path_of(it.token).open("rb") as stream:
        kind_of(stream, it.name, by_row=True)


def is_whole(it: Upload) -> bool:
    """Whether all of it has come, and lies there."""
    return it.received == it.size == _there(it.token)


def drop(session: Session, tokens: Iterable[str], *, owner: str) -> list[str]:
    """Forget uploads; their bytes are cleared away by clear() once that is certain."""
    gone = delete(Upload).where(Upload.token.in_(list(tokens)), Upload.owner == owner).returning(Upload.token)
    return list(session.scalars(gone))


def drop_all(session: Session, *, owner: str) -> list[str]:
    """Forget all uploads that an owner has under way."""
    return list(session.scalars(delete(Upload).where(Upload.owner == owner).returning(Upload.token)))


def clear(tokens: Iterable[str]) -> None:
    """Remove the bytes of uploads that are forgotten."""
    for token in tokens:
        with suppress(OSError):
            path_of(token).unlink()


def sweep(now: datetime) -> int:
    """Forget what nobody carried on, and bytes that nobody knows: what a crash left between the two."""
    with transaction() as at:
        gone = list(at.scalars(delete(Upload).where(Upload.expires_at <= now).returning(Upload.token)))
        gone += _strays(at, now)
    clear(gone)
    files.clear((now - 2 * WAITS).timestamp())
    scratch.clear(2 * WAITS)
    return len(gone)


def _strays(session: Session, now: datetime) -> list[str]:
    folder = path_of("")
    if not folder.is_dir():
        return []
    old = (now - 2 * WAITS).timestamp()
    lying = [each.name for each in folder.iterdir() if _changed_at(each) < old]
    known = set(session.scalars(select(Upload.token).where(Upload.token.in_(lying)))) if lying else set()
    return [name for name in lying if name not in known]


def _changed_at(path: Path) -> float:
    """When it was written last; what somebody else has just removed is no stray any more."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return inf
