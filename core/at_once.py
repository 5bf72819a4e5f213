"""New things of a move, written in one statement at its end.

    with at_once(session, {"complaint": [7], "clock": [12]}):
        COMPLAINT.carry_out(…)

They get their numbers as soon as the move wants to write them, from those that were fetched beforehand, and wait: what
is asked meanwhile does not see them. Whoever looks at what is written in a session (the search) is told as by a flush.
Things with listeners of their own for what is inserted are not written so.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Final

from sqlalchemy import event, inspect
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.types import TypeDecorator

from core.planned import PLANNED

WAITING: Final = "at once"
"""Under this name a session holds what waits."""
DIALECT: Final = psycopg.dialect()  # type: ignore[no-untyped-call]
Told = Callable[[Session, Sequence[Any]], None]
Turn = Callable[[Any, Any], Any] | None
PLAIN: Final = frozenset({int, bool, float})
"""What needs no look; text may be a kind of word, or be encrypted."""
_told: list[Told] = []


def on_written(tell: Told) -> Told:
    """Register who is told of new things that were written so."""
    _told.append(tell)
    return tell


class _Waiting:
    def __init__(self, numbers: dict[str, list[int]]) -> None:
        self.numbers = numbers
        self.things: list[Any] = []

    def take(self, session: Session) -> None:
        """What is new gets its number, and waits outside the session."""
        everything = list(session.new)
        new = [each for each in everything if each not in self.things]
        for thing in new:
            table: Any = inspect(type(thing)).local_table
            key = table.autoincrement_column
            if key is not None and getattr(thing, key.name) is None:
                setattr(thing, key.name, self.numbers[table.name].pop())
        for thing in new:
            _point(thing)
        for thing in everything:
            session.expunge(thing)
        self.things += new


def fetched(many: Mapping[str, int]) -> str:
    """Words of SQL that fetch so many numbers of each table: one array for each."""
    return ", ".join(
        "ARRAY[" + ", ".join([f"nextval('{table}_id_seq')"] * number) + "]::bigint[]" for table, number in many.items()
    )


@contextmanager
def at_once(session: Session, numbers: Mapping[str, list[int]]) -> Iterator[None]:
    """Meanwhile what is new waits; `numbers` are by table those that were fetched for it."""
    waiting = session.info[WAITING] = _Waiting({table: sorted(some, reverse=True) for table, some in numbers.items()})
    try:
        yield
        session.flush()
    finally:
        session.info.pop(WAITING)
    _write(session, waiting.things)


@event.listens_for(Session, "before_flush")
def _take(session: Session, *_of_the_flush: object) -> None:
    waiting: _Waiting | None = session.info.get(WAITING)
    if waiting is not None:
        waiting.take(session)


def _point(thing: Any) -> None:  # noqa: ANN401 - a row of any table
    """What hangs on it, or on what it hangs, as a flush would say it: by its number."""
    known = inspect(thing).dict
    for bond in inspect(type(thing)).relationships:
        others = known.get(bond.key)
        if others is None:
            continue
        for other in others if bond.uselist else (others,):
            above, below = (other, thing) if bond.direction.name == "MANYTOONE" else (thing, other)
            for of_above, of_below in bond.synchronize_pairs:
                setattr(below, _name(below, of_below), getattr(above, _name(above, of_above)))


def _name(thing: Any, column: Any) -> str:  # noqa: ANN401
    return str(inspect(type(thing)).get_property_by_column(column).key)


def _write(session: Session, things: Sequence[Any]) -> None:
    rows: dict[Mapper[Any], list[Any]] = {}
    for thing in things:
        rows.setdefault(inspect(type(thing)), []).append(thing)
    said = {_table(mapper): [dict(_said(mapper, each)) for each in some] for mapper, some in rows.items()}
    words = _words(tuple((table, tuple(some[0])) for table, some in said.items()))
    told = tuple(json.dumps(some, ensure_ascii=False) for some in said.values())
    session.connection().exec_driver_sql(words, told, PLANNED)
    for thing in things:
        make_transient_to_detached(thing)
    session.add_all(things)
    for tell in _told:
        tell(session, things)


def _table(mapper: Mapper[Any]) -> str:
    return str(mapper.class_.__tablename__)


def _said(mapper: Mapper[Any], thing: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Each column with its value, or the value that it has where nobody says one."""
    known = inspect(thing).dict
    for name, column, turn, standard, is_left in _columns(mapper):
        if name not in known:
            if is_left:
                continue
            known[name] = standard(None) if callable(standard) else standard
        value = known[name]
        yield column, value if value is None or type(value) in PLAIN else _plain(value, turn)


@cache
def _columns(mapper: Mapper[Any]) -> list[tuple[str, str, Turn, Any, bool]]:
    """Attribute, column, how it is written, default, and whether it is the database that knows one."""
    found: list[tuple[str, str, Turn, Any, bool]] = []
    for each in mapper.column_attrs:
        column: Any = each.columns[0]
        standard = column.default.arg if column.default is not None else None
        turn = column.type.process_bind_param if isinstance(column.type, TypeDecorator) else None
        is_left = column.default is None and column.server_default is not None
        found.append((each.key, str(column.name), turn, standard, is_left))
    return found


def _plain(value: Any, turn: Turn) -> Any:  # noqa: ANN401 - JSON
    if turn is not None:
        value = turn(value, DIALECT)
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each, None) for each in value]
    return value


@cache
def _words(tables: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """One statement for all tables: foreign keys are looked at when it ends."""
    parts = []
    for table, columns in tables:
        named = ", ".join(f'"{each}"' for each in columns)
        rows = f"json_populate_recordset(NULL::{table}, CAST(%s AS json))"
        parts.append(f"INSERT INTO {table} ({named}) SELECT {named} FROM {rows}")  # noqa: S608 - our own words
    *before, last = parts
    return (f"WITH {', '.join(f'w{place} AS ({each})' for place, each in enumerate(before))} " if before else "") + last
