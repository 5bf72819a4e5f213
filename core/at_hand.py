"""SELECT statements answered from rows that a page has read already.

Once `core.gathered` has read what hangs on a thing, a statement is answered from those rows if it asks for rows of one
table by the column by which they were gathered. Its other conditions, its order and its limit are applied to them row
by row; a statement that this module does not understand goes to the database. Verbs see none of this:
`core.db.transaction()` forgets what was gathered. Only when many moves are done in one transaction are rows brought for
them as well (`Brought`): things are locked beforehand and not locked again, and the answers include what is made
meanwhile. What such moves write is held back (`core.held_back`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Result, Select, event, inspect, select
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    False_,
    Grouping,
    Null,
    True_,
    UnaryExpression,
)
from sqlalchemy.sql.schema import Column

from core.db import GATHERED, one_of
from core.held_back import BROUGHT, asked_first, held_back_of
from core.planned import PLANNED

Source = type[Any]
Found = TypeVar("Found")
AT_ONCE = 200
"""So many things are asked for at once: for thousands the server would choose another plan."""


class Place(NamedTuple):
    """Rows of a table were gathered by this column, and by these words in others."""

    what: Source
    column: str
    where: tuple[tuple[str, str], ...]


@dataclass
class Held:
    """What a session has at hand: rows by place and value; a value that has no rows is there with an empty list."""

    places: dict[Place, dict[Any, list[Any]]] = field(default_factory=dict)
    of: dict[Source, list[Place]] = field(default_factory=dict)
    found: dict[Any, Any] = field(default_factory=dict)
    """What was worked out from these rows (`once`)."""
    new: dict[Source, list[Any]] = field(default_factory=dict)
    """Rows made since then, by table."""
    locked: set[Place] = field(default_factory=set)
    _by: dict[tuple[Source, str], dict[Any, list[Any]]] = field(default_factory=dict)

    def make(self, thing: Any) -> None:  # noqa: ANN401 - a row of some table
        """Count this among the rows made."""
        self.new.setdefault(type(thing), []).append(thing)
        for (what, column), rows in self._by.items():
            if what is type(thing):
                rows.setdefault(getattr(thing, column), []).append(thing)

    def made(self, what: Source, column: str, value: Any) -> Sequence[Any]:  # noqa: ANN401
        """Rows made that have this value in a column that does not change: the foreign key by which they hang."""
        if what not in self.new:
            return ()
        if (what, column) not in self._by:
            rows = self._by[what, column] = {}
            for thing in self.new[what]:
                rows.setdefault(getattr(thing, column), []).append(thing)
        return self._by[what, column].get(value, ())

    def put(self, place: Place, values: Iterable[Any], rows: Iterable[Any]) -> None:
        """Know these values, with these rows and no others."""
        found = self.places.setdefault(place, {})
        found.update({value: [] for value in values if value not in found})
        for row in rows:
            mine = found.get(getattr(row, place.column))
            if mine is not None and row not in mine:
                mine.append(row)
        if place not in self.of.setdefault(place.what, []):
            self.of[place.what].append(place)


class Brought:
    """What was locked and read ahead for many moves of one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.things: dict[tuple[type[Any], Any], Any] = {}
        """Locked things by table and number: nobody else can change them, so they stay as they were read."""
        self.seen: list[Any] = []
        """What was read; held here, since a session forgets whatever nobody else refers to."""
        self.held = Held()
        self.noted: dict[str, Any] = {}
        """What rooms note for themselves, for as long as this lasts."""
        self._hangs: dict[tuple[type[Any], str], Callable[[Any], None]] = {}

    def lock(self, what: Source, numbers: Iterable[int]) -> None:
        """Lock these things in the order of their numbers, and read them anew."""
        wanted = sorted({number for number in numbers if (what, number) not in self.things})
        for some in _some(wanted):
            found = select(what).where(one_of(what.id, some)).order_by(what.id).with_for_update()
            self.hold(found.execution_options(populate_existing=True, **PLANNED))

    def see(self, what: Source, numbers: Iterable[Any]) -> None:
        """Read these things, so that the session has them when one is asked for."""
        (key,) = inspect(what).primary_key
        for some in _some(sorted(set(numbers) - {None})):
            self.session.scalars(select(what).where(one_of(key, some)).execution_options(**PLANNED)).all()

    def hold(self, locking: Select[Any]) -> Sequence[Any]:
        """Lock what a statement finds."""
        found = self.session.scalars(locking).all()
        self.things.update({(type(thing), thing.id): thing for thing in found})
        return found

    def rows(self, what: Source, column: str, values: Iterable[Any], *, lock: bool = False, **where: str) -> list[Any]:
        """All rows of a table whose column has one of these values; locked, or only read."""
        place = Place(what, column, tuple(where.items()))
        known = self.held.places.get(place, {})
        if wanted := {value for value in values if value is not None and value not in known}:
            found = select(what).where(one_of(getattr(what, column), sorted(wanted)))
            found = found.where(*(getattr(what, name) == word for name, word in where.items()))
            found = found.order_by(*inspect(what).primary_key).execution_options(**PLANNED)
            locking = found.with_for_update().execution_options(populate_existing=True)
            rows = self.hold(locking) if lock else self.session.scalars(found).all()
            self.held.put(place, wanted, rows)
            if lock:
                self.held.locked.add(place)
        self.held.put(place, (), ())  # also without values: what is made here may hang on what is made here
        return [row for rows in self.held.places.get(place, {}).values() for row in rows]

    def hang(self, on: Source, name: str, order: Callable[[Any], Any]) -> None:
        """Fill a relationship of what is locked with rows that were brought, now and whenever it is refreshed."""
        bond = inspect(on).relationships[name]
        ((mine, theirs),) = bond.local_remote_pairs

        def fill(thing: Any) -> None:  # noqa: ANN401 - a row of some table
            rows = at_hand(self.session, bond.mapper.class_, theirs.key, getattr(thing, mine.key))
            if rows is not None:
                set_committed_value(thing, name, sorted(rows, key=order))

        self._hangs[on, name] = fill
        for (what, _number), thing in self.things.items():
            if what is on:
                fill(thing)

    def looked_at_anew(self, thing: Any, names: Sequence[str] | None) -> bool:  # noqa: ANN401
        """Whether a refresh needs no database: the thing is locked, so only its relationships are filled again."""
        bonds, known = inspect(type(thing)).relationships, inspect(thing).dict
        names = names or [each.key for each in bonds if each.key in known]
        here = self.things.get((type(thing), getattr(thing, "id", None))) is thing
        if not here or any(name not in bonds for name in names):
            return False
        for name in names:
            if fill := self._hangs.get((type(thing), name)):
                fill(thing)
            else:
                self.session.expire(thing, [name])
        return True


def let_go(here: Brought) -> None:
    """Let the session forget what was read and made for moves that are over: later flushes would look at all of it."""
    session = here.session
    states = map(instance_state, chain(here.seen, *here.held.new.values()))
    session._expunge_states([each for each in states if session.identity_map.contains_state(each)])  # noqa: SLF001


def noted(session: Session, name: str, nothing: Found) -> Found:
    """What a room noted under this name while something is brought; otherwise `nothing`, which is not kept."""
    here: Brought | None = session.info.get(BROUGHT)
    return nothing if here is None else here.noted.setdefault(name, nothing)


def made(session: Session, what: type[Found]) -> Sequence[Found]:
    """Rows of a table made since things were brought; none if nothing is."""
    here: Brought | None = session.info.get(BROUGHT)
    return () if here is None else here.held.new.get(what, ())


def _some(numbers: list[Any]) -> Iterator[list[Any]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


@contextmanager
def brought(session: Session) -> Iterator[Brought]:
    """Within this, what is brought is not asked for again."""
    here = session.info[BROUGHT] = Brought(session)
    try:
        yield here
    finally:
        session.info.pop(BROUGHT, None)


@event.listens_for(Session, "pending_to_persistent")
def _made_here(session: Session, thing: Any) -> None:  # noqa: ANN401 - a row of some table
    """A new thing counts as locked: nobody else can see it yet."""
    if (here := session.info.get(BROUGHT)) is not None:
        here.held.make(thing)
        if (number := getattr(thing, "id", None)) is not None:
            here.things[type(thing), number] = thing


@event.listens_for(Session, "loaded_as_persistent")
def _seen(session: Session, thing: Any) -> None:  # noqa: ANN401
    if (here := session.info.get(BROUGHT)) is not None:
        here.seen.append(thing)


def _held(session: Session) -> Held | None:
    if (here := session.info.get(BROUGHT)) is not None:
        back = held_back_of(session)
        return None if back is not None and back.writing else here.held
    return None if session.info.get("open") else session.info.get(GATHERED)


def _with_what_was_added(session: Session, held: Held, what: Source) -> None:
    """Flush if a row of such a table was only just added: the database would find it, too."""
    if what in held.of and any(isinstance(each, what) for each in session.new):
        session.flush()


def at_hand(session: Session, what: Source, column: str, value: Any, **where: str) -> list[Any] | None:  # noqa: ANN401
    """The rows gathered by this value; None if nobody gathered them."""
    held = _held(session)
    if held is not None:
        _with_what_was_added(session, held, what)
    if held is None or (known := held.places.get(Place(what, column, tuple(where.items())))) is None:
        return None
    found = known.get(value, [] if _is_new(held, what, column, value) else None)
    if found is None:
        return None
    made = held.made(what, column, value)
    new = [row for row in made if all(getattr(row, name) == word for name, word in where.items())]
    return [*found, *(row for row in new if row not in found)]


def _is_new(held: Held, what: Source, column: str, value: Any) -> bool:  # noqa: ANN401
    """Whether the thing on which the rows would hang was made here: then nothing hung on it before."""
    above = [key.column for key in what.__table__.c[column].foreign_keys] if held.new else []
    return any(held.made(kind, each.key, value) for each in above for kind in held.new if kind.__table__ is each.table)


def once(session: Session, key: tuple[Any, ...], look: Callable[[], Found]) -> Found:
    """What several places of a page ask, worked out once for the page; for verbs, every time anew."""
    held: Held | None = session.info.get(GATHERED)
    if held is None or session.info.get("open"):
        return look()
    if key not in held.found:
        held.found[key] = look()
    return held.found[key]  # type: ignore[no-any-return]


@asked_first
def _answered(session: Session, statement: Any) -> Result[Any] | None:  # noqa: ANN401 - of whatever is asked
    """The answer from rows at hand, or None if the database has to be asked."""
    held = _held(session)
    if held is None or not isinstance(statement, Select):
        return None
    try:
        return _answer(session, held, statement)
    except _NotUnderstoodError:
        return None


class _NotUnderstoodError(Exception):
    """Only the database can answer this."""


def _answer(session: Session, held: Held, asks: Any) -> Result[Any] | None:  # noqa: ANN401 - a select
    what, columns = _asked_for(asks)
    _with_what_was_added(session, held, what)
    places = held.of.get(what)
    if not places or asks._setup_joins or asks._from_obj or asks._group_by_clauses or asks._distinct:  # noqa: SLF001
        return None
    more = (asks._offset_clause, asks._fetch_clause)  # noqa: SLF001
    if asks._for_update_arg is not None:  # noqa: SLF001
        places = [place for place in places if place in held.locked]
    if asks._having_criteria or any(each is not None for each in more):  # noqa: SLF001
        return None
    said = list(_parts(asks._where_criteria))  # noqa: SLF001
    rows = _candidates(held, places, said)
    if rows is None:
        return None
    tests = [_test(each, what) for each in said]
    found = [row for row in rows if all(test(row) for test in tests)]
    for each in reversed(asks._order_by_clauses):  # noqa: SLF001
        _sort(found, each, what)
    if asks._limit_clause is not None:  # noqa: SLF001
        found = found[: _value(asks._limit_clause)]  # noqa: SLF001
    names = columns or ["it"]
    shown = [tuple(getattr(row, name) for name in columns) if columns else (row,) for row in found]
    return IteratorResult(SimpleResultMetaData(names), iter(shown))


def _asked_for(asks: Any) -> tuple[Any, list[str]]:  # noqa: ANN401 - a select
    """The model that is asked for, and which of its columns; no columns for whole things."""
    entity, columns = None, []
    for each in asks._raw_columns:  # noqa: SLF001
        notes = getattr(each, "_annotations", {})
        mine = notes.get("parententity")
        if mine is None or not mine.is_mapper or (entity is not None and entity is not mine):
            raise _NotUnderstoodError
        entity = mine
        if isinstance(each, Column):
            columns.append(notes["proxy_key"])
        elif len(asks._raw_columns) > 1:  # noqa: SLF001
            raise _NotUnderstoodError
    if entity is None:
        raise _NotUnderstoodError
    return entity.class_, columns


KNOWN: dict[Any, Callable[[Any, Any], bool]] = {
    operators.eq: lambda have, want: have is not None and have == want,
    operators.ne: lambda have, want: have is not None and have != want,
    operators.le: lambda have, want: have is not None and have <= want,
    operators.ge: lambda have, want: have is not None and have >= want,
    operators.in_op: lambda have, want: have is not None and have in want,
    operators.not_in_op: lambda have, want: have is not None and have not in want,
    operators.is_: lambda have, want: have is want,
    operators.is_not: lambda have, want: have is not want,
}
"""How SQL compares: NULL is neither equal nor unequal to anything. NOT is left to the database."""


def _parts(clauses: Iterable[Any]) -> Iterator[Any]:
    """The conditions joined by AND, one by one."""
    for each in clauses:
        if isinstance(each, BooleanClauseList) and each.operator is operators.and_:
            yield from _parts(each.clauses)
        else:
            yield each


def _test(clause: Any, what: Any) -> Callable[[Any], bool]:  # noqa: ANN401 - a condition
    if isinstance(clause, Grouping):
        return _test(clause.element, what)
    if isinstance(clause, BooleanClauseList):
        of = all if clause.operator is operators.and_ else any
        tests = [_test(each, what) for each in clause.clauses]
        return lambda row: of(test(row) for test in tests)
    if not isinstance(clause, BinaryExpression) or clause.operator not in KNOWN:
        raise _NotUnderstoodError
    name, compare, value = _column(clause.left, what), KNOWN[clause.operator], _value(clause.right)
    return lambda row: compare(getattr(row, name), value)


def _column(clause: Any, what: Any) -> str:  # noqa: ANN401
    notes = getattr(clause, "_annotations", {})
    if not isinstance(clause, Column) or getattr(notes.get("parententity"), "class_", None) is not what:
        raise _NotUnderstoodError
    return str(notes["proxy_key"])


def _value(clause: Any) -> Any:  # noqa: ANN401 - what stands on the right
    if isinstance(clause, BindParameter) and clause.callable is None:
        return clause.value
    for kind, value in ((Null, None), (True_, True), (False_, False)):
        if isinstance(clause, kind):
            return value
    raise _NotUnderstoodError


def _candidates(held: Held, places: Iterable[Place], said: Sequence[Any]) -> Iterator[Any] | None:
    """All rows that may match, if one of the conditions is the one by which they were gathered."""
    named = [each for each in said if isinstance(each, BinaryExpression) and isinstance(each.left, Column)]
    words = {each.left.name: _value(each.right) for each in named if each.operator is operators.eq}
    lists = {each.left.name: _value(each.right) for each in named if each.operator is operators.in_op}
    for place in places:
        if not all(words.get(column) == word for column, word in place.where):
            continue
        known, wanted = held.places[place], lists.get(place.column, [words.get(place.column)])
        if all(value in known or _is_new(held, place.what, place.column, value) for value in wanted):
            found = [row for value in dict.fromkeys(wanted) for row in known.get(value, ())]
            made = [row for value in dict.fromkeys(wanted) for row in held.made(place.what, place.column, value)]
            return iter([*found, *(row for row in made if row not in found)])
    return None


def _sort(found: list[Any], clause: Any, what: Any) -> None:  # noqa: ANN401 - a part of ORDER BY
    """In the order of the database: NULL comes last, and first if the order is descending."""
    down = isinstance(clause, UnaryExpression) and clause.modifier is operators.desc_op
    if isinstance(clause, UnaryExpression):
        if clause.modifier not in {operators.desc_op, operators.asc_op}:
            raise _NotUnderstoodError
        clause = clause.element
    if isinstance(clause, BinaryExpression) and clause.operator in {operators.is_, operators.is_not}:
        found.sort(key=_test(clause, what), reverse=down)
        return
    name = _column(clause, what)
    if any(isinstance(getattr(row, name), str) for row in found):
        raise _NotUnderstoodError  # text is ordered by the collation of the database
    found.sort(key=lambda row: ((value := getattr(row, name)) is None, value or 0), reverse=down)
