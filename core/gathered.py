"""Reads the rows of many tables that hang on one thing by one statement; later statements are answered from them.

    CASE = Gathering("case", Rows(CaseFile, "id"), Rows(CaseTrack, "case_id", (CaseFile, "id"), into="tracks"), …)
    CASE.read(session, number)

A page asks the same tables again and again, in many places: a guard, a card, a list. After `read`, such statements are
answered from the rows at hand (`core.at_hand`). Rows are read as the session's reader, so row-level security decides
what is among them, as it always does.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Connection,
    Date,
    DateTime,
    Enum,
    LargeBinary,
    Uuid,
)
from sqlalchemy import inspect as looked_into
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_dict, instance_state, set_committed_value
from sqlalchemy.sql.schema import Column
from sqlalchemy.types import TypeDecorator

from core.at_hand import Held, Place, Source
from core.db import GATHERED

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
From = tuple["Source | Rows", str]
"""Rows gathered earlier (all of a table, or those gathered in one way), and their column that gives the values."""


@dataclass(frozen=True)
class Rows:
    """All rows of a table whose column has a value of rows gathered earlier; the first are of the thing itself."""

    what: Source
    column: str
    of: From | tuple[From, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    """Columns that must hold a word, such as the kind of subject that a number belongs to."""
    also: tuple[tuple[str, From], ...] = ()
    """Further columns by which these rows are asked for: all rows that have one of those values are among them."""
    into: str = ""
    """The relationship of the earlier rows that they fill, in its own order."""

    @property
    def sources(self) -> tuple[From, ...]:
        """The columns from which the values come."""
        return self.of if not self.of or isinstance(self.of[0], tuple) else (self.of,)


class Gathering:
    """What is read together in one statement, beginning with one thing."""

    def __init__(self, name: str, *rows: Rows) -> None:
        """The thing itself comes first, and everything after what it hangs on."""
        self.name, self.rows = name, list(rows)

    def add(self, *rows: Rows) -> None:
        """Add what hangs on the thing in rooms above."""
        self.rows += [each for each in rows if each not in self.rows]

    def read(self, session: Session, number: int) -> Any:  # noqa: ANN401 - the thing, or nothing
        """Read all of it; the thing itself, or None if this reader does not see it."""
        if session.info.get("open"):
            message = "verbs read what they change, and nothing at once"
            raise RuntimeError(message)
        found: list[list[Any]] = [[] for _each in self.rows]
        connection = session.connection()
        said = connection.exec_driver_sql(f"EXECUTE {self._prepared(connection)}({number:d})").all()
        rows = json.loads(f"[{','.join(text for _place, text in said)}]")  # all at once: one by one takes twice as long
        for (place, _text), row in zip(said, rows, strict=True):
            found[place].append(row)
        held = session.info.setdefault(GATHERED, Held())
        known: dict[Source | Rows, list[Any]] = {}
        for each, raw in zip(self.rows, found, strict=True):
            mapper = looked_into(each.what)
            known[each] = [_thing(session, mapper, row) for row in raw]
            known.setdefault(each.what, []).extend(known[each])
            values = _values(known, each.sources) if each.sources else {number}
            held.put(Place(each.what, each.column, each.where), values, known[each])
            for column, source in each.also:
                held.put(Place(each.what, column, each.where), _values(known, [source]), known[each])
            if each.into:
                _fill([row for source, _column in each.sources for row in known[source]], each, known[each])
        return next(iter(known[self.rows[0].what]), None)

    def _prepared(self, connection: Connection) -> str:
        """The name of the statement, prepared once for a connection: planning it takes longer than running it."""
        name, here = f"{self.name}_{len(self.rows)}", connection.info
        if name not in here.setdefault("gatherings", set()):
            connection.exec_driver_sql(f"PREPARE {name} (bigint) AS {self._sql()}")
            here["gatherings"].add(name)
        return name

    def _sql(self) -> str:
        parts, names = [], dict[Source | Rows, list[str]]()
        for place, each in enumerate(self.rows):
            before = [(column, name) for source, column in each.sources for name in names[source]]
            values = " UNION ALL ".join(f"SELECT {column} FROM {name}" for column, name in before)  # noqa: S608 - our own names
            wanted = [f"{each.column} = ANY(ARRAY({values}))" if values else f"{each.column} = $1"]
            wanted += [f"{column} = '{word}'" for column, word in each.where]
            table = each.what.__table__
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            parts.append(f'g{place} AS (SELECT {columns} FROM "{table.name}" WHERE {" AND ".join(wanted)})')  # noqa: S608 - our own names
            names.setdefault(each.what, []).append(f"g{place}")
            names[each] = [f"g{place}"]
        rows = [f"SELECT {place}, to_json(g{place})::text FROM g{place}" for place in range(len(self.rows))]  # noqa: S608
        return f"WITH {', '.join(parts)} {' UNION ALL '.join(rows)}"


def _values(known: Mapping[Source | Rows, list[Any]], sources: Iterable[From]) -> set[Any]:
    found = {getattr(row, column) for source, column in sources for row in known[source]}
    return found - {None}


def _fill(before: Iterable[Any], rows: Rows, made: Iterable[Any]) -> None:
    """Fill the relationship of the earlier rows, in its own order."""
    column = rows.sources[0][1]
    mine: dict[Any, list[Any]] = {}
    for row in made:
        mine.setdefault(getattr(row, rows.column), []).append(row)
    for each in before:
        kept, filled = mine.get(getattr(each, column), []), looked_into(type(each)).relationships[rows.into]
        if filled.uselist:
            kept.sort(key=lambda row: [getattr(row, by.key) for by in filled.order_by])
        set_committed_value(each, rows.into, kept if filled.uselist else next(iter(kept), None))


def _thing(session: Session, mapper: Mapper[Any], row: dict[str, Any]) -> Any:  # noqa: ANN401
    """The object of a row: the session's own if it has one."""
    said = _said(mapper, row)
    key = mapper.identity_key_from_primary_key(tuple(said[each] for each in _keys(mapper)))
    it = session.identity_map.get(key)
    if it is not None:
        if instance_state(it).expired:
            for name, value in said.items():
                set_committed_value(it, name, value)
        return it
    it = mapper.class_manager.new_instance()
    instance_dict(it).update(said)
    _read(session, instance_state(it), key)
    return it


def _read(session: Session, state: Any, key: tuple[Any, ...]) -> None:  # noqa: ANN401 - of SQLAlchemy
    """Let the session know the object as one that it loaded itself."""
    state.key, state.session_id = key, session.hash_key
    session.identity_map._add_unpresent(state, key)  # noqa: SLF001


@cache
def _keys(mapper: Mapper[Any]) -> tuple[str, ...]:
    return tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)


def _said(mapper: Mapper[Any], row: dict[str, Any]) -> dict[str, Any]:
    """The values by attribute; if attributes are named like columns, only values that JSON changed are put right."""
    turns = _turning(mapper)
    if turns is None:
        return {name: row[column] if turn is None else turn(row[column]) for name, column, turn in _turns(mapper)}
    for name, turn in turns:
        row[name] = turn(row[name])
    return row


@cache
def _turning(mapper: Mapper[Any]) -> tuple[tuple[str, Callable[[Any], Any]], ...] | None:
    names = {name: column for name, column, _turn in _turns(mapper)}
    same = names == {column.name: column.name for column in mapper.local_table.columns}
    return tuple((name, turn) for name, _column, turn in _turns(mapper) if turn is not None) if same else None


@cache
def _turns(mapper: Mapper[Any]) -> tuple[tuple[str, str, Callable[[Any], Any] | None], ...]:
    """Attribute, column, and how its value is read from JSON."""
    columns = [each for each in mapper.column_attrs if isinstance(each.columns[0], Column)]
    return tuple((each.key, each.columns[0].name, _turn(each.columns[0].type)) for each in columns)


def _turn(kind: Any) -> Callable[[Any], Any] | None:  # noqa: ANN401 - a type of a column
    if isinstance(kind, TypeDecorator):
        within, out = _turn(kind.impl_instance), kind.process_result_value
        return lambda said: out(within(said) if within is not None else said, DIALECT)
    if isinstance(kind, ARRAY):
        each = _turn(kind.item_type)
        return None if each is None else lambda said: None if said is None else [each(one) for one in said]
    ways: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
        (DateTime, lambda said: datetime.fromisoformat(said).astimezone(UTC)),
        (Date, date.fromisoformat),
        (LargeBinary, lambda said: bytes.fromhex(said.removeprefix("\\x"))),
        (Uuid, UUID),
        (Enum, lambda said: kind._object_value_for_elem(said)),  # noqa: PLW0108, SLF001 - only an enumeration has it
    )
    way = next((way for of, way in ways if isinstance(kind, of)), None)
    return None if way is None else lambda said: None if said is None else way(said)
