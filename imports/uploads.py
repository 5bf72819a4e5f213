"""Imports by the page: a file is brought in, its columns are told, it is tried, brought in row by row, taken back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from json import dumps, loads
from pathlib import Path
from shutil import copyfileobj
from typing import Any, Final

from sqlalchemy import false, func, select, update
from sqlalchemy.orm import Session

from core import journal
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.forgetting import forget_later
from core.words import _l
from filestore import files, scratch
from filestore.file_checks import MIB
from imports import company_rows, mapping
from imports.columns import columns_of, fits
from imports.company_rows import CompanyRow
from imports.lines import look
from imports.mapping import COMPANIES, COMPLAINTS, Mapping, of_told
from imports.models import ImportFile, ImportMapping
from imports.rows import FIELD, Reject, Rejected, Row, parse
from registry import batches, policies, settings
from registry.batches import Chosen
from registry.models_batches import Batch, BatchItem

LOOK: Final = "import.look"
ROWS: Final = "import.rows"
COMPANY_ROWS: Final = "import.companies"
BACK: Final = "import.back"
DAYS: Final = "IMPORT_FILE_DAYS"
MEGABYTES: Final = 20
TABLES: Final = "CSV, XLSX"
"""Their endings, as people read them."""
QUOTES: Final = ("firsts", "products", "reasons")
"""What a dry run found in words of the file: they go with it."""
Found = Row | CompanyRow
SOURCE: Final = re.compile(r"(?!ts\d)[a-z][a-z0-9-]{1,19}")
"""Form of a source's short name; our own complaints begin with TS and a year."""


def may_confirm(actor: Actor) -> bool:
    """A list of companies is entered by whoever keeps the register, on the word of a head."""
    return policies.may_keep_parties(actor)


def may(actor: Actor) -> bool:
    """Heads of department: what an import brings is found and counted from then on."""
    return actor.has("head")


def _allowed(actor: Actor) -> None:
    if not may(actor):
        raise NotAllowed


def bring(
    session: Session, stream: files.Readable, name: str | None, *, holds: str = COMPLAINTS, actor: Actor, now: datetime
) -> ImportFile:
    """Keep a file and look at its columns; what is no table is refused with a sentence."""
    _allowed(actor)
    if actor.id is None:
        raise NotAllowed
    kept = files.keep(session, stream, name, limit=MEGABYTES * MIB, kinds=TABLES, by_row=True)
    with opened(kept.sha256, kept.name) as path:
        try:
            columns = columns_of(path, holds)
        except BadInput as bad:
            raise BadInput("files", bad.message) from bad
    it = ImportFile(
        sha256=kept.sha256,
        digest=kept.sha256,
        keep_until=day_of(now) + timedelta(days=int(settings.value(session, DAYS))),
        name=kept.name,
        size=kept.size,
        brought_by=actor.id,
        brought_at=now,
        columns=columns,
        mapping="",
        holds=holds,
    )
    session.add(it)
    session.flush()
    return it


@contextmanager
def opened(sha256: str, name: str) -> Iterator[Path]:
    """A kept file under a path, for as long as it is read."""
    with scratch.folder() as folder:
        path = folder / files.clean_name(name)
        with files.open_file(sha256) as kept, path.open("wb") as copy:
            copyfileobj(kept, copy)
        yield path


def read_as(session: Session, it: ImportFile, *, holds: str, actor: Actor) -> None:
    """It was brought as what it is not: complaints are companies, or the other way round; its columns are told anew."""
    _allowed(actor)
    _not_begun(session, it)
    if it.holds == holds:
        return
    _start_over(session, it)
    it.holds = holds
    with opened(kept_file(it), it.name) as path:
        it.columns = columns_of(path, it.holds)
    it.told, it.mapping, it.look_id = None, "", None
    session.flush()


def tell(
    session: Session, it: ImportFile, told: dict[str, Any], *, name: str, save: bool, actor: Actor, now: datetime
) -> None:
    """Say how the file is read; under a name it is offered wherever the columns are the same."""
    _allowed(actor)
    _not_begun(session, it)
    if not SOURCE.fullmatch(str(told.get("source", ""))):
        raise BadInput("source", _l("Small letters, digits and hyphens, beginning with a letter; not like our own."))
    if not fits(told, it):
        raise BadInput("mapping", _l("This mapping is for other columns."))
    _start_over(session, it)
    it.told, it.mapping = told, name
    if save:
        _save(session, name, told, actor, now)
    session.flush()


def _save(session: Session, name: str, told: dict[str, Any], actor: Actor, now: datetime) -> None:
    if name in mapping.names():
        raise BadInput("save_as", _l("A mapping of this name came with the product; take another name."))
    mine = session.scalar(select(ImportMapping).where(ImportMapping.name == name).with_for_update())
    if mine is None:
        mine = ImportMapping(name=name)
        session.add(mine)
    mine.told, mine.saved_by, mine.saved_at = told, actor.id or 0, now


def forget_mapping(session: Session, it: ImportMapping, *, actor: Actor) -> None:
    """Take a saved mapping away; imports that were read with it stay."""
    _allowed(actor)
    session.delete(it)
    session.flush()


def kept_file(it: ImportFile) -> str:
    """The file by its digest; refused once its last day has passed."""
    if it.sha256 is None:
        raise NotNow(_l("The file is not kept any more: its last day has passed."))
    return it.sha256


def forget_old(session: Session, now: datetime) -> None:
    """Files whose last day has passed go, with what was copied out of them; who brought what and its digest stay."""
    old = select(ImportFile).where(ImportFile.keep_until < day_of(now), ImportFile.sha256.is_not(None))
    under_way = select(Batch.id).where(Batch.state.in_(batches.GOING))
    free = (
        ~func.coalesce(ImportFile.batch_id.in_(under_way), false()),
        ~func.coalesce(ImportFile.look_id.in_(under_way), false()),
    )
    for it in session.scalars(old.where(*free).order_by(ImportFile.id).with_for_update()):
        forget_later(session, {each for each in (it.sha256, it.rejects_sha256) if each})
        it.sha256 = it.rejects_sha256 = it.rejects_name = it.rejects_size = None
        it.columns = [{"name": each["name"]} for each in it.columns]
        it.found = {name: said for name, said in (it.found or {}).items() if name not in QUOTES} or None
        _forget_quoted(session, it)
        ref = f"{(it.told or {}).get('source', '-')}:{it.digest[:16]}"
        about = journal.Subject("import", int(it.digest[:15], 16), ref)
        said = {"sha256": it.digest, "kept_until": it.keep_until.isoformat()}
        journal.note(session, about, "file_gone", SYSTEM, now, ("-", "-"), said)


def _forget_quoted(session: Session, it: ImportFile) -> None:
    """Why a row was rejected quotes its cell: that it was rejected stays."""
    mine = (BatchItem.batch_id == it.batch_id, BatchItem.subject_kind == "import_row")
    said = _l("Rejected: the reason quoted what stood in the row, which is not kept any more.")
    gone = batches.reason_of(Rejected(FIELD, said))
    session.execute(update(BatchItem).where(*mine, BatchItem.reason["en"].astext.contains("“")).values(reason=gone))


def _import_of(session: Session, it: ImportFile) -> Batch | None:
    """The import that a dry run laid down, held: whoever starts it at this moment has started it, or waits."""
    held = select(Batch).where(Batch.id == it.batch_id).with_for_update()
    return session.scalar(held.execution_options(populate_existing=True))


def _not_begun(session: Session, it: ImportFile) -> None:
    kept_file(it)
    begun = _import_of(session, it)
    if begun is not None and begun.state != "PREPARED":
        raise NotNow(_l("This file is being imported already, or was."))
    under_way = session.get(Batch, it.look_id) if it.look_id else None
    if under_way is not None and under_way.state in batches.GOING:
        raise NotNow(_l("The dry run is still under way."))


def try_out(session: Session, it: ImportFile, *, lang: str, actor: Actor, now: datetime) -> Batch:
    """Begin the dry run, whose rejected rows are told in this language; nothing of the file comes in by it."""
    _allowed(actor)
    _not_begun(session, it)
    if it.told is None:
        raise NotNow(_l("Say first what the columns are."))
    _start_over(session, it)
    made = batches.prepare(
        session, LOOK, [Chosen("import", it.id, it.name)], params={"file": it.id, "lang": lang}, actor=actor, now=now
    )
    it.look_id, it.sent_back = made.id, ""
    batches.start(session, made, actor=actor, now=now)
    session.flush()
    return made


def _start_over(session: Session, it: ImportFile) -> None:
    """What an earlier dry run found and prepared holds no more."""
    before = session.get(Batch, it.batch_id) if it.batch_id else None
    forget_later(session, [it.rejects_sha256] if it.rejects_sha256 else [])
    it.batch_id = it.found = it.rejects_sha256 = it.rejects_name = it.rejects_size = None
    session.flush()
    if before is not None:
        session.delete(before)
        session.flush()


def remove(session: Session, it: ImportFile, *, actor: Actor) -> None:
    """Forget a file of which nothing came in."""
    _allowed(actor)
    _not_begun(session, it)
    _start_over(session, it)
    forget_later(session, [kept_file(it)])
    session.delete(it)
    session.flush()


def confirm(session: Session, it: ImportFile, *, seen: int | None, actor: Actor, now: datetime) -> Batch:
    """Whoever keeps the register has what was looked at entered, under their name: that dry run, and no later one."""
    batch = _waiting(session, it, actor)
    if batch.id != seen:
        raise Changed
    if not batch.left:
        raise NotNow(_l("Nothing can be done to any of them; the reasons stand beside each."))
    batch.params = {**batch.params, "confirmed_by": actor.id}
    batches.begin(session, batch, actor=actor, now=now)
    return batch


def send_back(session: Session, it: ImportFile, *, why: str, actor: Actor) -> None:
    """Nothing of the list is entered; whoever brought it reads why, and may try it again."""
    _waiting(session, it, actor)
    if not why.strip():
        raise BadInput("why", _l("Say why."))
    _start_over(session, it)
    it.sent_back = why.strip()
    session.flush()


def _waiting(session: Session, it: ImportFile, actor: Actor) -> Batch:
    if not may_confirm(actor):
        raise NotAllowed
    batch = _import_of(session, it)
    if it.holds != COMPANIES or batch is None or batch.state != "PREPARED":
        raise NotNow(_l("This list doesn't wait to be confirmed."))
    return batch


def mapping_of(it: ImportFile) -> Mapping:
    """How the file is read."""
    return of_told(it.told or {}, it.name)


class Walk:
    """The good rows of one file in their order: whoever asks for the next line walks on, and never back."""

    def __init__(self, sha256: str, name: str, kind: Mapping) -> None:
        """Open the file; it stays open while its copy is gone already."""
        with opened(sha256, name) as path:
            seen = look(path, kind.encodings)
            self._rows: Iterator[Found | Reject] = (
                company_rows.parse(path, kind, seen) if kind.holds == COMPANIES else parse(path, kind, seen)
            )
            self._here = next(self._rows, None)
        self.passed = 0

    def row(self, line: int) -> Found | None:
        """The good row that begins on this line."""
        self.passed = line
        while self._here is not None and self._here.line < line:
            self._here = next(self._rows, None)
        found = self._here
        return found if isinstance(found, Row | CompanyRow) and found.line == line else None


@lru_cache(maxsize=1)
def _walk(sha256: str, name: str, told: str) -> Walk:
    return Walk(sha256, name, of_told(loads(told), name))


def leave_off(_error: BaseException | None = None) -> None:
    """No file stays open once a leg has ended; the next one begins anew."""
    _walk.cache_clear()


def row_of(it: ImportFile, line: int) -> Found:
    """One row of the file; rows asked for in their order are read once."""
    key = kept_file(it), it.name, dumps(it.told, sort_keys=True)
    walk = _walk(*key)
    if line <= walk.passed:
        _walk.cache_clear()
        walk = _walk(*key)
    found = walk.row(line)
    if found is None:
        raise BadInput(FIELD, _l("This row can't be read any more."))
    return found
