"""Encrypted fields written anew with the newest key: lot by lot, beside a running site, and from where it was left."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.errors import LockNotAvailable

from core.crypto import Encrypted, EncryptedJson, newest, seal, unseal
from core.db import Base

AT_ONCE: Final = 200
PATIENCE: Final = "2s"
"""So long a lot waits for its table; those who write to it wait behind it."""
TRIES, BETWEEN = 30, 1.0
"""So often, and after so many seconds, rows are tried again that somebody holds."""
GUARDS: Final = {"document": "issued_for_good"}
"""What keeps a row as it is: its words stay as they are, and only the owner can have the guard rest for one lot."""
Row = tuple[Any, ...]


class Held(Exception):  # noqa: N818
    """Some rows were locked by others; the command, run again, goes on from there."""


@dataclass(frozen=True)
class Table:
    """A table with encrypted columns."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def stale(self) -> sql.Composable:
        """Whether any of the columns is encrypted with another key than the newest."""
        mark = f"{newest()}:".encode()
        each = (
            sql.SQL("substring({} FROM 1 FOR {}) <> {}").format(sql.Identifier(name), len(mark), mark)
            for name in self.columns
        )
        return sql.SQL("({})").format(sql.SQL(" OR ").join(each))


def tables() -> list[Table]:
    """All tables that have encrypted columns."""
    found = []
    for table in Base.metadata.sorted_tables:
        columns = tuple(each.name for each in table.columns if isinstance(each.type, Encrypted | EncryptedJson))
        if columns:
            found.append(Table(table.name, tuple(each.name for each in table.primary_key), columns))
    return found


def rewrite(owner: str) -> Iterator[tuple[str, int]]:
    """Yield each table with the number of rows written anew; raises KeyError for a missing key, and Held.

    Rows that somebody holds are left to the next round, so that this never waits while it holds any itself.
    """
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(sql.SQL("SET lock_timeout = {}").format(PATIENCE))
        for table in tables():
            yield table.name, sum(_rounds(connection, table))
        for table in tables():  # a process that does not know the newest key may have gone on writing to the first ones
            if _left(connection, table):
                raise Held(table.name)


def _rounds(connection: "psycopg.Connection[Row]", table: Table) -> Iterator[int]:
    tries = 0
    while _left(connection, table):
        if tries == TRIES:
            raise Held(table.name)
        after: Row | None = None
        while True:
            try:
                after, done = _lot(connection, table, after)
            except LockNotAvailable:
                break
            if after is None:
                break
            tries = 0
            yield done
        tries += 1
        time.sleep(BETWEEN if tries > 1 else 0)


def _lot(connection: "psycopg.Connection[Row]", table: Table, after: Row | None) -> tuple[Row | None, int]:
    """Rewrite one lot of rows after this key; the last one's key, or None at the end."""
    keys = sql.SQL(", ").join(map(sql.Identifier, table.keys))
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    wanted = [table.stale]
    if after is not None:
        wanted.append(sql.SQL("({}) > ({})").format(keys, sql.SQL(", ").join(map(sql.Literal, after))))
    asked = sql.SQL("SELECT {}, {} FROM {} WHERE {} ORDER BY {} LIMIT {} FOR NO KEY UPDATE SKIP LOCKED").format(
        keys, columns, sql.Identifier(table.name), sql.SQL(" AND ").join(wanted), keys, AT_ONCE
    )
    put = sql.SQL("UPDATE {} SET {} WHERE {}").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in table.columns),
        sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in table.keys),
    )
    many = len(table.keys)
    with connection.transaction(), _unguarded(connection, table):
        rows = connection.execute(asked).fetchall()
        for row in rows:
            connection.execute(put, (*_anew(row[many:]), *row[:many]))
    return (rows[-1][:many] if rows else None), len(rows)


def _anew(sealed: Sequence[bytes | None]) -> list[bytes | None]:
    return [None if each is None else seal(unseal(bytes(each))) for each in sealed]


@contextmanager
def _unguarded(connection: "psycopg.Connection[Row]", table: Table) -> Iterator[None]:
    """Until the lot ends nobody else writes to a guarded table, and the guard is back before anybody does."""
    if table.name not in GUARDS:
        yield
        return
    names = sql.Identifier(table.name), sql.Identifier(GUARDS[table.name])
    connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}").format(*names))
    yield
    connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER {}").format(*names))


def _left(connection: "psycopg.Connection[Row]", table: Table) -> bool:
    asked = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {})").format(sql.Identifier(table.name), table.stale)
    found = connection.execute(asked).fetchone()
    return bool(found and found[0])
