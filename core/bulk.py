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
from typing import Any, Final

from flask_sqlalchemy.session import Session as PlainSession
from sqlalchemy import Select, Table, event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction
from sqlalchemy.sql import visitors

BULK: Final = "bulk"
"""Under this name a session holds what is done in bulk in it."""
AT_ONCE: Final = 200
"""So many things are asked for at once: what follows from a plan for many is not what follows from one for all."""
Writer = Callable[[Session, list[dict[str, Any]]], None]
WRITERS: dict[str, Writer] = {}
"""By table: who writes the rows that were put off."""


class NotTogether(Exception):  # noqa: N818 - a word for whoever runs the moves
    """This cannot be done among others in one transaction."""


def writes(table: str) -> Callable[[Writer], Writer]:
    """Register who writes many rows of a table that were put off."""

    def register(writer: Writer) -> Writer:
        WRITERS[table] = writer
        return writer

    return register


class Bulk:
    """What a transaction of many moves holds."""

    def __init__(self, session: "BulkSession") -> None:
        self.session = session
        self.things: dict[tuple[type[Any], Any], Any] = {}
        """Locked, by table and number: nobody else changes them, so they are as they stand here."""
        self.rows: dict[str, list[dict[str, Any]]] = {}
        """Put off, by table."""
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

    def hold(self, locking: Select[Any]) -> Sequence[Any]:
        """Lock what a statement finds, as it is now."""
        found = self.session.scalars(locking).all()
        self.things.update({(type(thing), thing.id): thing for thing in found})
        return found

    def put_off(self, table: str, row: dict[str, Any]) -> None:
        """A row that nobody asks for yet."""
        self.rows.setdefault(table, []).append(row)

    def write(self, tables: Collection[str] = ()) -> None:
        """Write what waits: of these tables; without them, everything."""
        session = self.session
        changed = {type(row).__tablename__ for row in (*session.new, *session.dirty, *session.deleted)}
        self.writing = True
        try:
            if not tables or not changed.isdisjoint(tables):
                session.write()
            while wanted := [table for table in self.rows if not tables or table in tables]:
                WRITERS[wanted[0]](session, self.rows.pop(wanted[0]))
        finally:
            self.writing = False


class BulkSession(PlainSession):
    """The session of the house: where something is done in bulk, it is asked first."""

    def write(self) -> None:
        """Write what changed, now."""
        super().flush()

    def flush(self, objects: Any = None) -> None:  # noqa: ANN401 - as SQLAlchemy has it
        """New things want their numbers; changes wait."""
        bulk: Bulk | None = self.info.get(BULK)
        if bulk is None or bulk.writing or self.new or self.deleted:
            super().flush(objects)

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
            if attribute_names is None and bulk.things.get((type(instance), instance.id)) is instance:
                known = inspect(instance).dict
                hanging = [each.key for each in inspect(type(instance)).relationships if each.key in known]
                if hanging:
                    self.expire(instance, hanging)
                return
            bulk.write()
        super().refresh(instance, attribute_names, with_for_update)

    def begin_nested(self) -> SessionTransaction:
        """What may be taken back by itself is not done among others."""
        if BULK in self.info:
            raise NotTogether
        return super().begin_nested()


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
    if (bulk := session.info.get(BULK)) is not None and (number := getattr(thing, "id", None)) is not None:
        bulk.things[type(thing), number] = thing


@event.listens_for(Session, "do_orm_execute")
def _before_a_question(asked: ORMExecuteState) -> None:
    """Whatever asks for a table finds in it what was written so far; words of SQL may ask for any."""
    bulk: Bulk | None = asked.session.info.get(BULK)
    if bulk is not None and not bulk.writing:
        bulk.write(_tables(asked.statement))


def _tables(statement: Any) -> Collection[str]:  # noqa: ANN401 - a statement
    return {str(each.name) for each in visitors.iterate(statement) if isinstance(each, Table)}
