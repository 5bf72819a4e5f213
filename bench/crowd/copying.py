"""Rows into tables by COPY: buffered table by table, written in an order in which every reference holds."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

from core.db import Base

Server = psycopg.Connection[tuple[Any, ...]]
LARGE = 20_000
"""From so many complaints on, constraints and indexes are made after the rows."""
FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid) FROM pg_constraint c
WHERE c.contype = 'f' AND c.conrelid::regclass::text = ANY(%s)
"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisprimary
AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def _text(said: str) -> str:
    if "\\" in said or "\n" in said or "\t" in said:
        return said.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return said


class Numbers(tuple[int, ...]):
    """An array of whole numbers or days, as against a JSON list."""

    __slots__ = ()


_SAID: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: str,
    bool: lambda value: "t" if value else "f",
    type(None): lambda _value: "\\N",
    bytes: lambda value: "\\\\x" + value.hex(),
    date: date.isoformat,
    datetime: datetime.isoformat,
    dict: lambda value: _text(json.dumps(value, ensure_ascii=False)),
    list: lambda value: _text(json.dumps(value, ensure_ascii=False)),
    Numbers: lambda value: "{" + ",".join(map(str, value)) + "}",
}


def said(value: object) -> str:
    """A value as COPY reads it."""
    return _SAID[type(value)](value)


class Copied:
    """One table to be filled: the columns given with each row; every other takes the model's plain default."""

    def __init__(self, table: str, columns: str, **same: object) -> None:
        self.name, self.columns = table, columns.split()
        model = Base.metadata.tables[table]
        for column in model.columns:
            if column.name in self.columns or column.name in same or column.default is None:
                continue
            if column.default.is_scalar and type(column.default.arg) in _SAID:
                same[column.name] = column.default.arg
            elif column.default.is_callable and column.server_default is None:
                same[column.name] = Numbers() if "ARRAY" in str(column.type) else column.type.python_type()
        self._same = "".join(f"\t{said(value)}" for value in same.values()) + "\n"
        every = sql.SQL(", ").join(sql.Identifier(name) for name in (*self.columns, *same))
        self._copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), every)
        self._lines: list[str] = []

    def add(self, *row: object) -> None:
        """One row, in the order of the columns."""
        self._lines.append("\t".join([_SAID[type(value)](value) for value in row]) + self._same)

    def take(self) -> list[str]:
        """Everything that was added so far; from now on others are added."""
        taken, self._lines = self._lines, []
        return taken

    def write(self, server: Server, lines: list[str]) -> None:
        """Lines that were taken go into the database."""
        if lines:
            with server.cursor() as cursor, cursor.copy(self._copy) as copy:
                copy.write("".join(lines))


@contextmanager
def quickly(server: Server, tables: Iterable[str], *, large: bool) -> Iterator[None]:
    """While much is loaded, no trigger looks at single rows; constraints and indexes are made at the end."""
    if not large:
        yield
        return
    names = sorted(set(tables))
    keys = server.execute(FOREIGN_KEYS, [names]).fetchall()
    indexes = server.execute(INDEXES, [names]).fetchall()
    server.execute("SET LOCAL maintenance_work_mem = '512MB'")
    server.execute("SET LOCAL work_mem = '256MB'")
    for table, name, _definition in keys:
        server.execute(trusted(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    for name, _definition in indexes:
        server.execute(trusted(f"DROP INDEX {name}"))
    for table in names:
        server.execute(trusted(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    yield
    for _name, definition in indexes:
        server.execute(trusted(definition))
    for table, name, definition in keys:
        server.execute(trusted(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))
    for table in names:
        server.execute(trusted(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def trusted(statement: str) -> LiteralString:
    """What the catalogue itself says of its own objects."""
    return cast("LiteralString", statement)


def go_on(server: Server, tables: Iterable[str]) -> None:
    """Identity columns continue after the numbers that were given."""
    for table in sorted({name for name in tables if "id" in Base.metadata.tables[name].columns}):
        again = sql.SQL("SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest((SELECT max(id) FROM {}), 1))")
        server.execute(again.format(sql.Identifier(table)), [table])


def last(server: Server, table: str) -> int:
    """The highest number there is."""
    found = server.execute(sql.SQL("SELECT coalesce(max(id), 0) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(found[0]) if found else 0
