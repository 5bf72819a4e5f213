"""Files that people hand in: checked, named by their content, kept in a folder or a bucket."""

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import PurePath
from typing import IO, BinaryIO, ClassVar, Final, Protocol, cast

from sqlalchemy import BigInteger, CheckConstraint, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import FileStorage

from core import clock
from core.characters import levelled
from core.db import FILE_NOT_BARRED, Base, Instant
from core.errors import BadInput, Unavailable
from core.forgetting import forget_later
from core.outbox import later
from core.settings import Settings
from core.words import _l
from filestore.file_checks import FIELD, MIB, too_slow
from filestore.file_kinds import ALLOWED, BY_MEDIA_TYPE, kind_of
from filestore.file_stripping_apart import NoCopy, NoCopyYet, copied
from filestore.stores import Folder, Store

LIMIT = 50 * MIB
"""The most that one file may hold."""
AT_ONCE = 20
"""The most files that one form may bring."""
LONGEST_NAME = 255
KEEPING = 726014
"""The family of advisory locks by which a file is kept and forgotten in turn."""
PUT = "put"
"""Under this name a session holds which bytes it brought into the store."""
STRIPPER: Final = 3
"""Which stripper makes copies; a later number for one that takes out more, and older copies are made anew."""
_CHUNK = MIB
_IN_MEMORY = 2 * MIB
SCAN: Final = "filestore.scan"
WAITING, FOUND = "WAITING", "FOUND"
"""Why a file goes to nobody: no scanner has looked through it yet, or one found malicious software in it."""
_HIDDEN = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}


class StoredFile(Base):
    """That bytes of this digest are in the store; whoever owns them points here and says how they are called."""

    __tablename__ = "stored_file"
    __held__: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_a_digest"),
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("held IN ('WAITING', 'FOUND')", name="held_known"),
        CheckConstraint("(held IS NOT DISTINCT FROM 'FOUND') = (found IS NOT NULL)", name="found_named"),
        CheckConstraint("scanned_at IS NOT NULL OR found IS NULL", name="found_by_looking"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": FILE_NOT_BARRED}
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    kept_at: Mapped[Instant]
    stripped_as: Mapped[str | None] = mapped_column(index=True)
    """The digest of the copy without metadata, once one was made; a copy with nothing left in it is its own."""
    stripped_by: Mapped[int | None]
    """By which stripper: an earlier one may have left in it what nobody knew of then."""
    scanned_at: Mapped[Instant | None]
    """When the scanner had looked through it; of what was made here, or before there was a scanner, never."""
    held: Mapped[str | None]
    found: Mapped[str | None]
    """What the scanner calls that which it found."""


@dataclass(frozen=True)
class Kept:
    """A file in the store, and the name it came with, cleaned."""

    sha256: str
    size: int
    media_type: str
    name: str


class Readable(Protocol):
    """What keep() wants of a stream: an upload, an open file, a buffer."""

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes."""
        ...


@dataclass
class _Place:
    store: Store | None = None
    scanned: bool = False


_place = _Place()


def init(settings: Settings) -> None:
    """Say where files are kept: in the bucket where one is set, else in a folder beside the other data."""
    if settings.s3_bucket:
        _place.store = import_module("filestore.stores_s3").Bucket(settings.s3_bucket, settings.s3_endpoint)
    else:
        _place.store = Folder(settings.data / "files")


def looked_through(*, wanted: bool) -> None:
    """Say whether what comes from outside is looked through before anybody gets it."""
    _place.scanned = wanted


def _store() -> Store:
    if _place.store is None:
        message = "filestore.files.init() was not called"
        raise RuntimeError(message)
    return _place.store


def clean_name(name: str | None) -> str:
    """Rid a file's name of folders and of invisible or direction-changing signs; at most 255 bytes stay."""
    last = levelled(name or "", "NFC").replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join("" if unicodedata.category(sign) in _HIDDEN else sign for sign in last)
    safe = "".join("_" if sign in '<>:"|?*' else sign for sign in seen)
    safe = " ".join(safe.split()).strip(". ")
    if not safe:
        return "file"
    ending = PurePath(safe).suffix
    if len(safe.encode()) <= LONGEST_NAME or len(ending.encode()) > LONGEST_NAME // 2:
        return _cut(safe, LONGEST_NAME)
    return _cut(safe[: -len(ending)] if ending else safe, LONGEST_NAME - len(ending.encode())) + ending


def _cut(name: str, most: int) -> str:
    return name.encode()[:most].decode(errors="ignore")


def size_of(file: FileStorage) -> int:
    """How large a file is that a form brings."""
    return _announced(file.stream)


def keep(
    session: Session,
    stream: Readable,
    name: str | None,
    *,
    limit: int = LIMIT,
    kinds: str = ALLOWED,
    passed_on: bool = False,
    by_row: bool = False,
) -> Kept:
    """Check a file that somebody hands in and keep it; raises BadInput("files", …) with what is wrong.

    What is to be passed on is refused as well where no copy for that can be made; `by_row` takes a table of which some
    rows are damaged. Call it inside the transaction that writes the row pointing to it. A refused transaction takes
    the bytes with it; killed at that moment it leaves at most bytes that nothing points to, never a row without bytes.
    """
    cleaned = clean_name(name)
    with _spooled(stream, cleaned, limit) as (spool, size, digest):
        kind = kind_of(spool, cleaned, kinds, by_row=by_row)
        kept = Kept(digest, size, kind.media_type, cleaned)
        copy = b""
        if passed_on and _copy_of(session, digest) is None:
            spool.seek(0)
            copy = _copied(spool.read(), kept)
        _put(session, spool, kept)
        _hold(session, digest)
        if copy:
            _with_copy(session, session.get_one(StoredFile, digest), copy)
        return kept


def fits(name: str, size: int) -> None:
    """Refuse a file by its size alone, before it is sent."""
    if size > LIMIT:
        raise _too_large(name, LIMIT)
    if size <= 0:
        raise _empty(name)


def _too_large(name: str, limit: int) -> BadInput:
    return BadInput(FIELD, _l("“%(name)s” is larger than %(limit)s MB.", name=name, limit=max(limit // MIB, 1)))


def _empty(name: str) -> BadInput:
    return BadInput(FIELD, _l("“%(name)s” is empty.", name=name))


def keep_made(session: Session, content: bytes, name: str, media_type: str) -> Kept:
    """Keep what the product made itself, unchecked."""
    kept = Kept(hashlib.sha256(content).hexdigest(), len(content), media_type, clean_name(name))
    return _put(session, BytesIO(content), kept)


@contextmanager
def _spooled(stream: Readable, name: str, limit: int) -> Iterator[tuple[BinaryIO, int, str]]:
    """Read into a temporary file, counting and digesting; stop at the limit."""
    too_large = _too_large(name, limit)
    if _announced(stream) > limit:
        raise too_large
    with _room_or_refusal(), tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        size, digest = 0, hashlib.sha256()
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise too_large
            digest.update(chunk)
            spool.write(chunk)
        if not size:
            raise _empty(name)
        yield cast("BinaryIO", spool), size, digest.hexdigest()


def _announced(stream: Readable) -> int:
    """How much a stream holds where it can tell without being read, else 0."""
    try:
        file = cast("IO[bytes]", stream)
        here = file.tell()
        end = file.seek(0, os.SEEK_END)
        file.seek(here)
    except (AttributeError, OSError, ValueError):
        return 0
    return (end or 0) - here


@contextmanager
def _room_or_refusal() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            _l("The file can't be kept at the moment. Nothing was lost of what you typed; try again later."),
        ) from error


def _put(session: Session, stream: BinaryIO, kept: Kept) -> Kept:
    """Bytes first, then the row: a row without bytes must not exist."""
    session.execute(select(func.pg_advisory_xact_lock(KEEPING, lock_of(kept.sha256))))  # none forgets them meanwhile
    session.info.setdefault(PUT, []).append(kept.sha256)
    stream.seek(0)
    with _room_or_refusal():
        _store().put(kept.sha256, stream, kept.size)
    session.execute(
        insert(StoredFile)
        .values(sha256=kept.sha256, size=kept.size, media_type=kept.media_type, kept_at=clock.now())
        .on_conflict_do_nothing(),
    )
    return kept


def _hold(session: Session, sha256: str) -> None:
    """It goes to nobody until it was looked through: also where the same bytes came before there was a scanner."""
    if not _place.scanned:
        return
    row = session.get_one(StoredFile, sha256)
    if row.scanned_at is None and row.held is None:
        row.held = WAITING
        later(session, SCAN, f"scan:{sha256}:{clock.now().timestamp():.0f}", sha256=sha256)


def lock_of(sha256: str) -> int:
    """The number under which one file is locked, beside KEEPING."""
    return int(sha256[:7], 16)


def remove(sha256: str) -> None:
    """Take bytes away that no row names any more; whoever calls this holds the file's lock."""
    with _room_or_refusal():
        _store().remove(sha256)


def clear(before: float) -> None:
    """Take away what a crash before this second left half written."""
    _store().clear(before)


def open_file(sha256: str) -> BinaryIO:
    """Open the bytes as a seekable stream; raises Unavailable where the store has lost them or is away."""
    try:
        return _store().open(sha256)
    except OSError as error:
        raise Unavailable(_l("The file can't be read at the moment. Try again later.")) from error


def read(sha256: str) -> bytes:
    """Read all the bytes, proven to be those that were kept."""
    with open_file(sha256) as stream:
        content = stream.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Unavailable(_l("The stored file was changed and is not shown. Tell the administrator."))
    return content


def stripped(session: Session, sha256: str, name: str = "") -> Kept:
    """Give a copy for passing on: without metadata (place, device, author), and without the name it came with.

    Of a copy that an earlier stripper made, a cleaner one; of any other copy itself. Raises BadInput("files", …), with
    that name, where none can be made.
    """
    row = session.get_one(StoredFile, sha256)
    made = _copy_of(session, sha256)
    if made is None:
        came = Kept(sha256, row.size, row.media_type, name or neutral_name(sha256, row.media_type))
        made = _with_copy(session, row, _copied(read(sha256), came))
    return Kept(made.sha256, made.size, made.media_type, neutral_name(made.sha256, made.media_type))


def passed_on(session: Session, sha256: str) -> str:
    """What is given out today in place of a copy, where that was made anew: nothing is made here."""
    made = _copy_of(session, sha256)
    return made.sha256 if made is not None else sha256


def _copy_of(session: Session, sha256: str) -> StoredFile | None:
    row = session.get(StoredFile, sha256)
    if row is None or row.stripped_as is None or row.stripped_by != STRIPPER:
        return None
    return session.get(StoredFile, row.stripped_as)


def _copied(content: bytes, kept: Kept) -> bytes:
    try:
        return copied(content, kept.media_type)
    except NoCopyYet as late:
        raise too_slow(kept.name) from late
    except NoCopy as failed:
        raise BadInput(
            FIELD,
            _l(
                "“%(name)s” can't be passed on: no copy without hidden data about its author can be made of it. "
                "Hand it in as a screenshot or as a new PDF, or do not have it passed on.",
                name=kept.name,
            ),
        ) from failed


def _with_copy(session: Session, row: StoredFile, content: bytes) -> StoredFile:
    kept, before = keep_made(session, content, "copy", row.media_type), row.stripped_as
    _hold(session, kept.sha256)  # made of what came from outside
    made = session.get_one(StoredFile, kept.sha256)
    for each in (row, made):
        each.stripped_as, each.stripped_by = kept.sha256, STRIPPER
    if before is not None and before != kept.sha256:
        forget_later(session, [before])
    return made


def neutral_name(sha256: str, media_type: str) -> str:
    """Make a name that says nothing of the person who handed the file in."""
    kind = BY_MEDIA_TYPE.get(media_type)
    ending = kind.endings[0] if kind else "bin"
    return f"file-{sha256[:8]}.{ending}"
