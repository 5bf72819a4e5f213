"""Holds back what a transaction writes, and writes it together: new rows of all tables in one statement.

    with transaction() as session, held_back(session):
        …

Verbs know nothing of it. A new thing gets its number at once, and the session finds it; changes stay in their things.
Before a statement runs, everything that it asks for is written, and the rest at the end: so no answer is out of date.
What cannot be done this way raises NotTogether. Models say by `__numbered__` that their new rows may wait; models with
insert listeners of their own may not.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from functools import cache
from itertools import chain
from typing import Any, Final

from flask_sqlalchemy.session import Session as PlainSession
from sqlalchemy import Column, Result, Table, event, text
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import MANYTOONE, Mapper, ORMExecuteState, RelationshipProperty, Session, SessionTransaction
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.base import PassiveFlag
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import ClauseElement, visitors
from sqlalchemy.types import TypeDecorator

from core.planned import PLANNED

BACK: Final = "held back"
"""Under this name a session holds what is held back in it."""
BROUGHT: Final = "brought"
"""Under this name it holds what was brought for many moves (core.at_hand)."""
NUMBERS: Final = 200
"""So many numbers are fetched at once for a table whose numbers were not fetched before."""
DIALECT: Final = psycopg.dialect()  # type: ignore[no-untyped-call]
PLAIN: Final = frozenset({int, bool, float})
"""Types that JSON takes as they are; so is text, unless its column converts it (an enumeration, encryption)."""
Told = Callable[[Session, Sequence[Any]], None]
Turn = Callable[[Any, Any], Any] | None
Writer = Callable[[Session, list[dict[str, Any]]], None]
Part = tuple[str, str]
"""SQL with one parameter that writes rows of one table, and the JSON for that parameter."""
Beside = Callable[[Session], Iterable[Part]]
Answer = Callable[[Session, Any], Result[Any] | None]
_answers: list[Answer] = []
_told: list[Told] = []
_told_of_changes: list[Told] = []
_beside: list[Beside] = []
_writers: dict[str, Writer] = {}


class NotTogether(Exception):  # noqa: N818 - a word for whoever runs the moves
    """This move cannot share a transaction with others."""


def on_new(tell: Told) -> Told:
    """Register what is told of new things when a flush would insert them; their rows come later."""
    _told.append(tell)
    return tell


def on_changed(tell: Told) -> Told:
    """Register what is told of things before their changes are written, while the session still knows the changes."""
    _told_of_changes.append(tell)
    return tell


def beside_new(say: Beside) -> Beside:
    """Register what adds rows about new things to the statement that writes them, at the end."""
    _beside.append(say)
    return say


def asked_first(answer: Answer) -> Answer:
    """Register what may know the answer to a statement without the database."""
    _answers.append(answer)
    return answer


def _at_hand(session: Session, statement: Any) -> Result[Any] | None:  # noqa: ANN401 - of whatever is asked
    return next((found for each in _answers if (found := each(session, statement)) is not None), None)


def writes(table: str) -> Callable[[Writer], Writer]:
    """Register what writes the rows of a table that were put off, because they may be there already."""

    def register(writer: Writer) -> Writer:
        _writers[table] = writer
        return writer

    return register


def fetched(many: Mapping[str, int]) -> list[str]:
    """Columns of a SELECT that fetch so many numbers for each table: one array for each."""
    return [
        "ARRAY[" + ", ".join([f"nextval('{table}_id_seq')"] * number) + "]::bigint[]" for table, number in many.items()
    ]


def part(table: Any, rows: Sequence[Mapping[str, Any]]) -> Part:  # noqa: ANN401 - as SQLAlchemy says what a table is
    """What writes these rows of a table, which have the same columns."""
    return _words(table, tuple(rows[0])), json.dumps(rows, ensure_ascii=False, default=str)


class HeldBack:
    """What a transaction has not written yet."""

    def __init__(self, session: "HoldingSession", numbers: Mapping[str, Iterable[int]]) -> None:
        self.session = session
        self.numbers = {table: sorted(some, reverse=True) for table, some in numbers.items()}
        self.new: list[Any] = []
        """New things that have numbers, but no rows yet."""
        self.rows: dict[str, list[dict[str, Any]]] = {}
        """Rows put off, by table."""
        self.known: dict[object, Any] = {}
        """What was looked up once, and holds until everything is written."""
        self.writing = False

    def put_off(self, table: str, row: dict[str, Any]) -> None:
        """Put off a row that nobody needs yet."""
        self.rows.setdefault(table, []).append(row)

    def take(self) -> None:
        """Give new things their numbers and their place in the session, as if they had been written."""
        new = sorted(self.session.new, key=lambda thing: instance_state(thing).insert_order or 0)
        for thing in new:
            key = thing.__table__.autoincrement_column
            if key is not None and getattr(thing, key.name) is None:
                setattr(thing, key.name, self._number(thing.__tablename__))
        for thing in new:
            _point(thing)
        for thing in new:
            _fill(thing)
        self.session._register_persistent(set(map(instance_state, new)))  # noqa: SLF001 - as a flush
        self.new += new
        for tell in _told:
            tell(self.session, new)

    def _number(self, table: str) -> int:
        if not (mine := self.numbers.setdefault(table, [])):
            asked = text(f"SELECT nextval('{table}_id_seq') FROM generate_series(1, :many)")  # noqa: S608 - our own name
            mine.extend(sorted(self.session.connection().scalars(asked, {"many": NUMBERS}), reverse=True))
        return mine.pop()

    def finish(self) -> None:
        """Write all that is held back, and what others add about it."""
        self.session.flush()
        self.write(beside=[part for say in _beside for part in say(self.session)])

    def write(self, tables: Collection[str] = (), beside: Iterable[Part] = ()) -> None:
        """Write everything that is held back; or only what a statement on these tables has to find.

        If nothing in these tables was changed, that is their new rows and the rows they point at. Otherwise everything
        is written: first the rows others point at, then changes, then the rest, since what has ended makes room for
        what begins.
        """
        new = {type(thing).__table__ for thing in self.new}
        every = not tables or any(thing.__tablename__ in tables for thing in self._changed())
        asked = {table for table in new if table.name in tables}
        self.writing = True
        try:
            rows = self._taken(new if every else asked.union(*(_pointed_at_by(table) for table in asked)))
            if every and any(self._changed()):
                self._insert([row for row in rows if _is_pointed_at(row[0])])
                self._update()
                self.session.flush()
                rows = [row for row in rows if not _is_pointed_at(row[0])]
            self._insert(rows, beside)
            while wanted := [table for table in self.rows if not tables or table in tables]:
                _writers[wanted[0]](self.session, self.rows.pop(wanted[0]))
        finally:
            self.writing = False

    def _changed(self) -> Iterator[Any]:
        """Things whose rows differ from them by now, or that cannot wait."""
        session, new = self.session, {id(thing) for thing in self.new}
        return (thing for thing in (*session.new, *session.dirty, *session.deleted) if id(thing) not in new)

    def _taken(self, tables: Collection[Table]) -> list[tuple[Table, dict[str, Any]]]:
        """The rows of new things, which from here on count as written."""
        taken = [thing for thing in self.new if type(thing).__table__ in tables]
        self.new = [thing for thing in self.new if type(thing).__table__ not in tables]
        rows = [(type(thing).__table__, _row(thing)) for thing in taken]
        for thing in taken:
            state = instance_state(thing)
            state._commit_all(state.dict, self.session.identity_map)  # noqa: SLF001 - as a flush
        return rows

    def _update(self) -> None:
        """Write all things in which the same columns changed in one statement, which checks the version of each.

        Whatever is more than a change of columns is left to the session, which writes one thing at a time.
        """
        alike: dict[tuple[Mapper[Any], tuple[str, ...]], list[Any]] = {}
        for thing in self.session.dirty:
            if names := _changes(thing):
                alike.setdefault((thing.__mapper__, names), []).append(thing)
        for (mapper, names), things in alike.items():
            for tell in _told_of_changes:
                tell(self.session, things)
            key, version = mapper.primary_key[0], mapper.version_id_col
            known = (key.key, *(() if version is None else (version.key,)), *names)
            rows = json.dumps([_row(each, known) for each in things], ensure_ascii=False, default=str)
            words = _words_of_change(mapper, names)
            if self.session.connection().exec_driver_sql(words, (rows,), PLANNED).rowcount != len(things):
                message = f"of {len(things)} rows of {mapper.local_table} some were changed by others"
                raise StaleDataError(message)
            for thing in things:
                state: Any = instance_state(thing)
                if version is not None:
                    state.dict[version.key] += 1
                state._commit_all(state.dict, self.session.identity_map)  # noqa: SLF001 - as a flush

    def _insert(self, rows: Iterable[tuple[Table, dict[str, Any]]], beside: Iterable[Part] = ()) -> None:
        """Insert all of them by one statement: foreign keys are checked when it ends."""
        alike: dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]] = {}
        for table, row in rows:
            alike.setdefault((table, tuple(row)), []).append(row)
        if parts := [*(part(table, some) for (table, _columns), some in alike.items()), *beside]:
            words, values = zip(*parts, strict=True)
            self.session.connection().exec_driver_sql(_together(words), values, PLANNED)


class HoldingSession(PlainSession):
    """The session of all rooms: it first asks what is held back or was brought."""

    def execute(self, statement: Any, params: Any = None, **said: Any) -> Any:  # noqa: ANN401 - as SQLAlchemy has it
        """Answer from what is at hand, unless the call says more than a statement, as those of SQLAlchemy itself do."""
        found = None if params or said else _at_hand(self, statement)
        return super().execute(statement, params, **said) if found is None else found

    def scalars(self, statement: Any, params: Any = None, **said: Any) -> Any:  # noqa: ANN401
        """As `execute`."""
        found = None if params or said else _at_hand(self, statement)
        return super().scalars(statement, params, **said) if found is None else found.scalars()

    def scalar(self, statement: Any, params: Any = None, **said: Any) -> Any:  # noqa: ANN401
        """As `execute`."""
        found = None if params or said else _at_hand(self, statement)
        return super().scalar(statement, params, **said) if found is None else found.scalar()

    def flush(self, objects: Any = None) -> None:  # noqa: ANN401 - as SQLAlchemy has it
        """Give new things their numbers; what has to be written waits."""
        back = held_back_of(self)
        if back is None or back.writing:
            super().flush(objects)
        elif self.deleted:
            raise NotTogether
        elif new := self.new:
            if all(thing.__numbered__ for thing in new):
                back.take()
            else:
                back.write()

    def get(self, entity: Any, ident: Any, **said: Any) -> Any:  # noqa: ANN401 - as SQLAlchemy has it
        """A locked thing is not asked for again."""
        brought = self.info.get(BROUGHT)
        found = brought.things.get((entity, ident)) if brought is not None else None
        return super().get(entity, ident, **said) if found is None else found

    def refresh(self, instance: Any, attribute_names: Any = None, with_for_update: Any = None) -> None:  # noqa: ANN401
        """A locked thing is up to date; only what hangs on it is read anew."""
        brought, back = self.info.get(BROUGHT), held_back_of(self)
        if brought is not None and brought.looked_at_anew(instance, attribute_names):
            return
        if back is not None:
            back.write()
        super().refresh(instance, attribute_names, with_for_update)

    def expire_all(self) -> None:
        """Write first what waits: the statements so far wrote only what they asked for."""
        if (back := held_back_of(self)) is not None:
            back.write()
        super().expire_all()

    def begin_nested(self) -> SessionTransaction:
        """What may be rolled back by itself cannot be held back together with others."""
        if BACK in self.info:
            raise NotTogether
        return super().begin_nested()


@contextmanager
def held_back(session: Any, numbers: Mapping[str, Iterable[int]] | None = None) -> Iterator[HeldBack]:  # noqa: ANN401
    """Within this, writing waits until the end; `numbers` are numbers of new rows fetched before, by table."""
    back = session.info[BACK] = HeldBack(session, numbers or {})
    try:
        with session.no_autoflush:
            yield back
            back.finish()
    finally:
        session.info.pop(BACK, None)


def held_back_of(session: Session) -> HeldBack | None:
    """What this session holds back, if it does."""
    return session.info.get(BACK)


@event.listens_for(Session, "do_orm_execute")
def _before_a_question(asked: ORMExecuteState) -> Result[Any] | None:
    """Write what the statement asks for before it runs; textual SQL names no tables, so before that everything."""
    back = held_back_of(asked.session)
    if back is None or back.writing:
        return None
    if asked.is_relationship_load and (found := _hanging(asked, back)) is not None:
        return IteratorResult(SimpleResultMetaData(["it"]), iter([(row,) for row in found]))
    back.write(_tables(asked.statement))
    return None


def _hanging(asked: ORMExecuteState, back: HeldBack) -> list[Any] | None:
    """What hangs on a thing that has no row yet: it can only be held back as well."""
    path, above = asked.loader_strategy_path, asked.lazy_loaded_from
    bond: Any = path[-1] if path is not None else None
    thing = above.obj() if above is not None else None
    if bond is None or bond.direction is MANYTOONE or not any(each is thing for each in back.new):
        return None
    hanging = bond.mapper.local_table if bond.secondary is None else bond.secondary
    if any(type(each).__table__ is hanging for each in asked.session.new):
        return None  # it was only just added: it is written, and found there
    mine, theirs = bond.local_remote_pairs[0]
    key = getattr(thing, _name(thing, mine))
    if bond.secondary is None:
        rows = {id(row): row for row in (*back.new, *asked.session.dirty) if isinstance(row, bond.mapper.class_)}
        found = [row for row in rows.values() if getattr(row, _name(row, theirs)) == key]
    else:
        ((_other, far),) = bond.secondary_synchronize_pairs
        links = [each for each in back.new if type(each).__table__ is bond.secondary]
        numbers = [getattr(link, far.key) for link in links if getattr(link, theirs.key) == key]
        found = [asked.session.get_one(bond.mapper.class_, number) for number in numbers]
    return sorted(found, key=lambda row: [getattr(row, column.key) for column in bond.order_by or ()])


def _tables(statement: Any) -> Collection[str]:  # noqa: ANN401 - a statement
    """The names of the tables it reads: named in it, by a relationship, and loaded along with its things."""
    found = set()
    for each in visitors.iterate(statement):
        table = getattr(each.table, "element", each.table) if isinstance(each, Column) else each
        if isinstance(table, Table):
            found.add(str(table.name))
    said = chain.from_iterable(getattr(option, "context", ()) for option in getattr(statement, "_with_options", ()))
    steps = chain.from_iterable(getattr(each.path, "path", ()) for each in said)
    return found.union(str(step.local_table.name) for step in steps if isinstance(step, Mapper))  # type: ignore[attr-defined]


def _point(thing: Any) -> None:  # noqa: ANN401 - a row of any table
    """Fill the foreign keys of its relationships, in both directions, as a flush would."""
    known = instance_state(thing).dict
    for bond in _bonds(thing.__mapper__):
        others = known.get(bond.key)
        if not others:
            continue
        if bond.secondary is not None:
            raise NotTogether
        for other in others if bond.uselist else (others,):
            above, below = (other, thing) if bond.direction is MANYTOONE else (thing, other)
            for of_above, of_below in bond.synchronize_pairs:
                setattr(below, _name(below, of_below), getattr(above, _name(above, of_above)))


def _name(thing: Any, column: Any) -> str:  # noqa: ANN401
    return str(thing.__mapper__.get_property_by_column(column).key)


def _fill(thing: Any) -> None:  # noqa: ANN401
    """Fill in the defaults of columns that were not set."""
    known = instance_state(thing).dict
    for name, _column, _turn, standard, is_left in _columns(thing.__mapper__):
        if name not in known:
            if is_left:
                raise NotTogether
            known[name] = standard(None) if callable(standard) else standard


def _changes(thing: Any) -> tuple[str, ...]:  # noqa: ANN401
    """The attributes that changed; none if anything but columns with plain values changed."""
    state = instance_state(thing)
    names = tuple(each[0] for each in _columns(state.mapper) if each[0] in state.committed_state)
    is_plain = len(names) == len(state.committed_state) and len(state.mapper.primary_key) == 1
    if not is_plain or any(isinstance(state.dict[name], ClauseElement) for name in names):
        return ()
    return tuple(name for name in names if state.get_history(name, PassiveFlag.PASSIVE_NO_INITIALIZE).has_changes())


def _row(thing: Any, names: Collection[str] = ()) -> dict[str, Any]:  # noqa: ANN401
    """The values by column, as JSON takes them."""
    known, row = instance_state(thing).dict, {}
    for name, column, turn, _standard, _is_left in _columns(thing.__mapper__):
        if name in known and (not names or name in names):
            value = known[name]
            is_plain = value is None or type(value) in PLAIN or (turn is None and type(value) is str)
            row[column] = value if is_plain else _plain(value, turn)
    return row


@cache
def _bonds(mapper: Mapper[Any]) -> list[RelationshipProperty[Any]]:
    return list(mapper.relationships)


@cache
def _columns(mapper: Mapper[Any]) -> list[tuple[str, str, Turn, Any, bool]]:
    """Attribute, column, how its value is written, its default, and whether only the database knows the default."""
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
def _words(table: Table, columns: tuple[str, ...]) -> str:
    named = ", ".join(f'"{each}"' for each in columns)
    into, what = ("", "*") if len(columns) == len(table.columns) else (f" ({named})", named)
    rows = f"json_populate_recordset(NULL::{table.name}, CAST(%s AS json))"
    return f"INSERT INTO {table.name}{into} SELECT {what} FROM {rows}"  # noqa: S608 - our own words


@cache
def _together(parts: tuple[str, ...]) -> str:
    *before, last = parts
    return (f"WITH {', '.join(f'w{place} AS ({each})' for place, each in enumerate(before))} " if before else "") + last


@cache
def _words_of_change(mapper: Mapper[Any], names: tuple[str, ...]) -> str:
    table, key, version = mapper.local_table.name, mapper.primary_key[0], mapper.version_id_col  # type: ignore[attr-defined]
    put = [f'"{column}" = said."{column}"' for name, column, *_more in _columns(mapper) if name in names]
    same = [f'it."{key.name}" = said."{key.name}"']
    if version is not None:
        put.append(f'"{version.name}" = it."{version.name}" + 1')
        same.append(f'it."{version.name}" = said."{version.name}"')
    rows = f"json_populate_recordset(NULL::{table}, CAST(%s AS json))"
    return f"UPDATE {table} it SET {', '.join(put)} FROM {rows} said WHERE {' AND '.join(same)}"  # noqa: S608


@cache
def _pointed_at_by(table: Table) -> frozenset[Table]:
    """The tables whose rows must be there before its own, directly or not."""
    above = {key.column.table for key in table.foreign_keys} - {table}
    return frozenset(above.union(*(_pointed_at_by(each) for each in above)))


@cache
def _is_pointed_at(table: Table) -> bool:
    """Whether any table has a foreign key to it."""
    keys = chain.from_iterable(other.foreign_keys for other in table.metadata.tables.values())
    return any(key.column.table is table for key in keys)
