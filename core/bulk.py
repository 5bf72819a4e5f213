"""Many moves in one transaction: their things are locked and brought beforehand, and what they write waits.

    with transaction() as session, in_bulk(session) as bulk:
        bulk.bring(Complaint, numbers)
        …

Verbs know nothing of it. What they hold again is held already; a thing that is here is not asked for again; a change is
written when a statement asks for its table, and at the end with all others of its kind. Whoever cannot work so raises
NotTogether, and does it in a transaction of its own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from flask_sqlalchemy.session import Session as PlainSession
from sqlalchemy import Select, Table, event, insert, inspect, select, text
from sqlalchemy.orm import MANYTOONE, ORMExecuteState, Session, SessionTransaction, make_transient_to_detached
from sqlalchemy.sql import visitors
from sqlalchemy.sql.schema import Column, ScalarElementColumnDefault

BULK: Final = "bulk"
"""Under this name a session holds what is done in bulk in it."""
APART: Final = {"apart": True}
"""Options of a statement in words of SQL that asks for nothing that moves write."""
AT_ONCE: Final = 200
"""So many things are asked for at once: what follows from a plan for many is not what follows from one for all."""
Writer = Callable[[Session, list[dict[str, Any]]], None]
WRITERS: dict[str, Writer] = {}
"""By table: who writes the rows that were put off."""


Told = Callable[[Session, Sequence[Any]], None]
_told: list[Told] = []
NUMBERS: Final = 50
"""So many are taken at once."""


class NotTogether(Exception):  # noqa: N818 - a word for whoever runs the moves
    """This cannot be done among others in one transaction."""


def writes(table: str) -> Callable[[Writer], Writer]:
    """Register who writes many rows of a table that were put off."""

    def register(writer: Writer) -> Writer:
        WRITERS[table] = writer
        return writer

    return register


def on_born(tell: Told) -> Told:
    """Register who is told of new things that are there before their rows."""
    _told.append(tell)
    return tell


class Bulk:
    """What a transaction of many moves holds."""

    def __init__(self, session: "BulkSession") -> None:
        self.session = session
        self.things: dict[tuple[type[Any], Any], Any] = {}
        """Locked, by table and number: nobody else changes them, so they are as they stand here."""
        self.seen: list[Any] = []
        """What was read: a session forgets what nobody holds."""
        self.new: dict[type[Any], list[Any]] = {}
        """What was made, by table."""
        self.held: Any = None
        """What was brought to answer questions from (core.at_hand)."""
        self.hangs: dict[tuple[type[Any], str], Callable[[Any], None]] = {}
        """Relationships that are filled from it."""
        self.rows: dict[str, list[dict[str, Any]]] = {}
        """Put off, by table."""
        self.born: list[Any] = []
        """New things, with numbers: not written yet."""
        self.numbers: dict[str, list[int]] = {}
        """Taken beforehand, by table."""
        self.known: dict[Any, Any] = {}
        """What was found out once for all of them."""
        self.writing = False

    def bring(self, what: type[Any], numbers: Iterable[int]) -> None:
        """Lock these, in the order of their numbers, as they are now."""
        wanted = sorted({number for number in numbers if (what, number) not in self.things})
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            found = select(what).where(what.id.in_(some)).order_by(what.id).with_for_update()
            self.hold(found.execution_options(populate_existing=True))

    def see(self, what: type[Any], numbers: Iterable[Any]) -> None:
        """Read these, so that whoever asks the session for one of them has it."""
        (key,) = inspect(what).primary_key
        wanted = sorted(set(numbers) - {None})
        for start in range(0, len(wanted), AT_ONCE):
            self.session.scalars(select(what).where(key.in_(wanted[start : start + AT_ONCE]))).all()

    def hold(self, locking: Select[Any]) -> Sequence[Any]:
        """Lock what a statement finds, as it is now."""
        found = self.session.scalars(locking).all()
        self.things.update({(type(thing), thing.id): thing for thing in found})
        return found

    def put_off(self, table: str, row: dict[str, Any]) -> None:
        """A row that nobody asks for yet."""
        self.rows.setdefault(table, []).append(row)

    def bear(self, new: Sequence[Any]) -> None:
        """New things get their numbers and are there for whoever asks the session; their rows are written later."""
        for thing in new:
            mapper, known = inspect(type(thing)), inspect(thing).dict
            for tie in mapper.relationships:
                if tie.direction is MANYTOONE and (other := known.get(tie.key)) is not None:
                    for mine, theirs in tie.local_remote_pairs:
                        known.setdefault(mapper.get_property_by_column(mine).key, getattr(other, theirs.key))
            for each in mapper.column_attrs:
                if each.key not in known:
                    setattr(thing, each.key, _at_first(each.columns[0]))
            if (key := mapper.local_table.autoincrement_column) is not None and getattr(thing, key.name) is None:
                setattr(thing, key.name, self._number(thing.__tablename__))
            self.session.expunge(thing)
            make_transient_to_detached(thing)
            self.session.add(thing)
            self.born.append(thing)
            self.new.setdefault(type(thing), []).append(thing)
            self.things[type(thing), getattr(thing, "id", None)] = thing
        for tell in _told:
            tell(self.session, new)

    def _number(self, table: str) -> int:
        if not (mine := self.numbers.setdefault(table, [])):
            asked = text(f"SELECT nextval('{table}_id_seq') FROM generate_series(1, :many)")  # noqa: S608 - our own name
            mine.extend(self.session.connection().scalars(asked, {"many": NUMBERS}))
        return mine.pop(0)

    def _taken(self, tables: Collection[Table]) -> dict[Table, list[dict[str, Any]]]:
        """The rows of new things, as they stand, in an order in which they can be written; they count as written."""
        rows: dict[Table, list[dict[str, Any]]] = {table: [] for table in sorted(tables, key=_place)}
        for thing in [thing for thing in self.born if type(thing).__table__ in tables]:
            state = inspect(thing)
            row = {each.columns[0].name: state.dict[each.key] for each in state.mapper.column_attrs}
            rows[type(thing).__table__].append(row)
            state._commit_all(state.dict, self.session.identity_map)  # noqa: SLF001 - as after a flush
        self.born = [thing for thing in self.born if type(thing).__table__ not in tables]
        return rows

    def _insert(self, rows: dict[Table, list[dict[str, Any]]]) -> None:
        for table, some in rows.items():
            self.session.connection().execute(insert(table), some)

    def write(self, tables: Collection[str] = ()) -> None:
        """Write what waits: of these tables; without them, everything.

        New rows that others point at come before changes, the rest after: what has ended makes room for what begins.
        """
        session, born = self.session, {type(thing).__table__ for thing in self.born}
        self.writing = True
        try:
            if not tables or any(row.__tablename__ in tables for row in self._changed()):
                rows = self._taken(born)
                self._insert({table: some for table, some in rows.items() if _is_pointed_at(table)})
                session.write()
                self._insert({table: some for table, some in rows.items() if not _is_pointed_at(table)})
            elif asked := {table for table in born if table.name in tables}:
                above = {table for table in born if any(table in _pointed_at_by(each) for each in asked)}
                self._insert(self._taken(above | asked))
            while wanted := [table for table in self.rows if not tables or table in tables]:
                WRITERS[wanted[0]](session, self.rows.pop(wanted[0]))
        finally:
            self.writing = False

    def _changed(self) -> Iterator[Any]:
        """What was written before, and is otherwise now."""
        session = self.session
        born = {id(thing) for thing in self.born}
        return (row for row in (*session.new, *session.dirty, *session.deleted) if id(row) not in born)


class BulkSession(PlainSession):
    """The session of the house: where something is done in bulk, it is asked first."""

    def write(self) -> None:
        """Write what changed, now."""
        super().flush()

    def flush(self, objects: Any = None) -> None:  # noqa: ANN401 - as SQLAlchemy has it
        """New things want their numbers; what is written waits."""
        bulk: Bulk | None = self.info.get(BULK)
        if bulk is None or bulk.writing:
            super().flush(objects)
        elif self.deleted:
            raise NotTogether
        elif not all(thing.__numbered__ for thing in self.new):
            bulk.write()
        elif self.new:
            bulk.bear(sorted(self.new, key=lambda thing: inspect(thing).insert_order))

    def get(self, entity: Any, ident: Any, **said: Any) -> Any:  # noqa: ANN401 - as SQLAlchemy has it
        """What is held here is not asked for again."""
        bulk: Bulk | None = self.info.get(BULK)
        if bulk is not None and (found := bulk.things.get((entity, ident))) is not None:
            return found
        return super().get(entity, ident, **said)

    def refresh(self, instance: Any, attribute_names: Any = None, with_for_update: Any = None) -> None:  # noqa: ANN401
        """What is held here is as it stands here; only what hangs on it is looked at anew."""
        bulk: Bulk | None = self.info.get(BULK)
        if bulk is not None:
            mapper, known = inspect(type(instance)), inspect(instance).dict
            names = attribute_names or [each.key for each in mapper.relationships if each.key in known]
            here = bulk.things.get((type(instance), getattr(instance, "id", None))) is instance
            if here and all(name in mapper.relationships for name in names):
                for name in names:
                    if fill := bulk.hangs.get((type(instance), name)):
                        fill(instance)
                    else:
                        self.expire(instance, [name])
                return
            bulk.write()
        super().refresh(instance, attribute_names, with_for_update)

    def begin_nested(self) -> SessionTransaction:
        """What may be taken back by itself is not done among others."""
        if BULK in self.info:
            raise NotTogether
        return super().begin_nested()


def _at_first(column: Column[Any]) -> Any:  # noqa: ANN401 - of the column's type
    """What a row has in a column of which nothing was said."""
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None


@cache
def _place(table: Table) -> int:
    """After all to whose rows its own point."""
    return table.metadata.sorted_tables.index(table)


@cache
def _pointed_at_by(table: Table) -> frozenset[Table]:
    """The tables of rows that must be there before its own."""
    above = {key.column.table for key in table.foreign_keys} - {table}
    return frozenset(above.union(*(_pointed_at_by(each) for each in above)))


@cache
def _is_pointed_at(table: Table) -> bool:
    """Whether rows of other tables need the row to be there."""
    return any(key.column.table is table for other in table.metadata.tables.values() for key in other.foreign_keys)


@contextmanager
def in_bulk(session: Any) -> Iterator[Bulk]:  # noqa: ANN401 - the session of an open transaction
    """From here on moves are done together, until all of it is written."""
    bulk = session.info[BULK] = Bulk(session)
    try:
        with session.no_autoflush:
            yield bulk
            bulk.write()
    finally:
        session.info.pop(BULK, None)


def bulk_of(session: Session) -> Bulk | None:
    """What is done in bulk in this session, if anything is."""
    return session.info.get(BULK)


@event.listens_for(Session, "pending_to_persistent")
def _made_here(session: Session, thing: Any) -> None:  # noqa: ANN401 - a row of some table
    """What is new here nobody else can hold."""
    if (bulk := session.info.get(BULK)) is not None:
        bulk.new.setdefault(type(thing), []).append(thing)
        if (number := getattr(thing, "id", None)) is not None:
            bulk.things[type(thing), number] = thing


@event.listens_for(Session, "loaded_as_persistent")
def _seen(session: Session, thing: Any) -> None:  # noqa: ANN401
    if (bulk := session.info.get(BULK)) is not None:
        bulk.seen.append(thing)


@event.listens_for(Session, "do_orm_execute")
def _before_a_question(asked: ORMExecuteState) -> None:
    """Whatever asks for a table finds in it what was written so far; words of SQL may ask for any."""
    bulk: Bulk | None = asked.session.info.get(BULK)
    if bulk is not None and not bulk.writing and not asked.execution_options.get("apart"):
        bulk.write(_tables(asked.statement))


def _tables(statement: Any) -> Collection[str]:  # noqa: ANN401 - a statement
    return {str(each.name) for each in visitors.iterate(statement) if isinstance(each, Table)}
