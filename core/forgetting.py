"""Bytes that nothing names any more are taken out of the store; what any row still names stays."""

import json
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import ARRAY, Column, ColumnElement, func, literal, or_, select, text
from sqlalchemy.orm import Session

from core.db import Base, db, transaction
from core.outbox import job, later
from filestore import files

PROOF: Final = {"proof": True}
"""Marks a column that says what a file was and does not need it: its bytes go when nothing else names them."""
DIGEST: Final = re.compile(r'"([0-9a-f]{64})"')


def named_in(value: Any) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    """The digests that stand in JSON: a table keeps them in a column beside it, or the files would be forgotten."""
    return sorted(set(DIGEST.findall(json.dumps(value))))


def forget_later(session: Session, digests: Iterable[str]) -> None:
    """Let these files go after this transaction, where by then nothing else needs them."""
    for digest in sorted(digests):
        later(session, "core.forget_file", key=f"forget:{digest}:{secrets.token_hex(8)}", sha256=digest)


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


@job("core.forget_file")
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
