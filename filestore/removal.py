"""Bytes that nothing names any more are taken out of the store; what any row still names stays."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
from sqlalchemy import ARRAY, Column, ColumnElement, event, func, literal, or_, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.db import SYSTEM_READER, Base, as_reader, db, transaction
from core.errors import Unavailable
from core.forgetting import FORGET, forget_later
from core.outbox import job
from filestore import files

log = structlog.get_logger()
TAKEN_BACK: Final = "put and taken back"
"""Under this name a session holds bytes that it brought in a part which was taken back."""


def _naming() -> list[Column[Any]]:
    """Every column that can name a file, whether the database ties it to the store or not."""
    named = [column for table in Base.metadata.tables.values() for column in table.columns]
    mark = ("sha256", "stripped_as")
    named = [each for each in named if each.name.endswith(mark) and not each.info.get("proof")]
    return [each for each in named if each.table.name != "stored_file"]


def _names(column: Column[Any], sha256: str) -> ColumnElement[bool]:
    return column.contains([sha256]) if isinstance(column.type, ARRAY) else column == sha256


def _is_needed(session: Session, sha256: str) -> bool:
    kept = files.StoredFile
    copies = select(literal(1)).where(kept.stripped_as == sha256, kept.sha256 != sha256)  # a clean file is its own copy
    rows = [select(literal(1)).where(_names(column, sha256)).exists() for column in _naming()]
    return bool(session.scalar(select(or_(copies.exists(), *rows))))


@contextmanager
def _alone_with(sha256: str) -> Iterator[None]:
    """Nobody keeps the same bytes until they are gone."""
    with db.engine.connect() as connection:
        connection.execute(select(func.pg_advisory_lock(files.KEEPING, files.lock_of(sha256))))
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(files.KEEPING, files.lock_of(sha256))))


@job(FORGET)
def forget_file(sha256: str) -> None:
    """Row first, then the bytes: a row without bytes must not exist; a second time nothing is left to do."""
    with _alone_with(sha256):
        with transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '3s'"))  # whoever holds the row may wait for our lock
            row = session.get(files.StoredFile, sha256, with_for_update=True)
            if row is not None and _is_needed(session, sha256):
                return
            if row is not None:
                session.delete(row)
                forget_later(session, [row.stripped_as] if row.stripped_as else [])  # no row names it afterwards
        files.remove(sha256)


@event.listens_for(Session, "after_rollback")
def _undone(at: Session) -> None:
    """What was handed in is not kept after all: its bytes, which no row names, go with it."""
    brought = at.info.pop(files.PUT, [])
    if at.in_nested_transaction():
        at.info.setdefault(TAKEN_BACK, []).extend(brought)
    else:
        _take_away([*brought, *at.info.pop(TAKEN_BACK, ())])


@event.listens_for(Session, "after_commit")
def _kept(at: Session) -> None:
    if not at.in_nested_transaction():
        at.info.pop(files.PUT, None)
        _take_away(at.info.pop(TAKEN_BACK, ()))


def _take_away(digests: Iterable[str]) -> None:
    """Those that no row names; where somebody else keeps the same bytes just now, they are left to that one."""
    for sha256 in sorted(set(digests)):
        try:
            with db.engine.connect() as connection:
                as_reader(connection, SYSTEM_READER)
                free = connection.scalar(select(func.pg_try_advisory_xact_lock(files.KEEPING, files.lock_of(sha256))))
                kept = select(literal(1)).where(files.StoredFile.sha256 == sha256)
                if free and connection.scalar(kept) is None:
                    files.remove(sha256)
        except (SQLAlchemyError, Unavailable) as error:
            log.warning("bytes that no row names are left", sha256=sha256, error=type(error).__name__)
