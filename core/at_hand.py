"""Answers from rows that a page has at hand, to what is asked of their tables.

After `core.gathered` has read what hangs on a thing, a question is answered from those rows where it asks for rows of
one table by the column by which they were gathered. Whatever else it says (further conditions, an order, a limit) is
looked at row by row; what this module does not understand goes to the database as before. Verbs see none of it:
`core.db.transaction()` forgets what was gathered. Only where many moves are done in bulk (`core.bulk`) are rows brought
for them as well; what is made meanwhile is among the answers, and rows that were locked need no lock again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Result, Select, event, inspect, select
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.attributes import set_committed_value
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

from core.bulk import Bulk, bulk_of
from core.db import GATHERED

Source = type[Any]
Found = TypeVar("Found")


class Place(NamedTuple):
    """By what rows were gathered."""

    what: Source
    column: str
    where: tuple[tuple[str, str], ...]


@dataclass
class Held:
    """What a session has at hand: by place and value the rows; a value that has none is there with an empty list."""

    places: dict[Place, dict[Any, list[Any]]] = field(default_factory=dict)
    of: dict[Source, list[Place]] = field(default_factory=dict)
    found: dict[Any, Any] = field(default_factory=dict)
    """What was found out from it once."""
    new: dict[Source, list[Any]] = field(default_factory=dict)
    """What was made since, by table."""
    locked: set[Place] = field(default_factory=set)

    def put(self, place: Place, values: Iterable[Any], rows: Iterable[Any]) -> None:
        """From now on these values are known, with these rows and no others."""
        found = self.places.setdefault(place, {})
        found.update({value: [] for value in values if value not in found})
        for row in rows:
            mine = found.get(getattr(row, place.column))
            if mine is not None and row not in mine:
                mine.append(row)
        if place not in self.of.setdefault(place.what, []):
            self.of[place.what].append(place)


def bring(
    bulk: Bulk, what: Source, column: str, values: Iterable[Any], *, lock: bool = False, **where: str
) -> list[Any]:
    """All rows of a table whose column has one of these values, for what is done in bulk; locked, or only seen."""
    held = bulk.held = bulk.held or Held(new=bulk.new)
    place = Place(what, column, tuple(where.items()))
    known = held.places.get(place, {})
    if wanted := {value for value in values if value is not None and value not in known}:
        found = select(what).where(getattr(what, column).in_(wanted))
        found = found.where(*(getattr(what, name) == word for name, word in where.items()))
        found = found.order_by(*inspect(what).primary_key)
        locking = found.with_for_update().execution_options(populate_existing=True)
        rows = bulk.hold(locking) if lock else bulk.session.scalars(found).all()
        held.put(place, wanted, rows)
        if lock:
            held.locked.add(place)
    return [row for rows in held.places.get(place, {}).values() for row in rows]


def hang(bulk: Bulk, on: Source, name: str, order: Callable[[Any], Any]) -> None:
    """Rows that were brought fill a relationship of the things that are held, now and whenever it is looked at anew."""
    bond = inspect(on).relationships[name]
    ((mine, theirs),) = bond.local_remote_pairs

    def fill(thing: Any) -> None:  # noqa: ANN401 - a row of some table
        rows = at_hand(bulk.session, bond.mapper.class_, theirs.key, getattr(thing, mine.key))
        if rows is not None:
            set_committed_value(thing, name, sorted(rows, key=order))

    bulk.hangs[on, name] = fill
    for (what, _number), thing in bulk.things.items():
        if what is on:
            fill(thing)


def _held(session: Session) -> Held | None:
    if (bulk := bulk_of(session)) is not None:
        return None if bulk.writing else bulk.held
    return None if session.info.get("open") else session.info.get(GATHERED)


def at_hand(session: Session, what: Source, column: str, value: Any, **where: str) -> list[Any] | None:  # noqa: ANN401
    """Rows by the value by which they were gathered; nothing where nobody gathered them."""
    held = _held(session)
    if held is None or (known := held.places.get(Place(what, column, tuple(where.items())))) is None:
        return None
    found = known.get(value, [] if _is_new(held, what, column, value) else None)
    if found is None:
        return None
    wanted = {column: value, **where}
    new = [row for row in held.new.get(what, ()) if all(getattr(row, name) == word for name, word in wanted.items())]
    return [*found, *(row for row in new if row not in found)]


def _is_new(held: Held, what: Source, column: str, value: Any) -> bool:  # noqa: ANN401
    """Whether that on which the rows would hang was made here: then nothing hung on it before."""
    above = [key.column for key in what.__table__.c[column].foreign_keys] if held.new else []
    made = [
        (row, each.key)
        for each in above
        for kind, rows in held.new.items()
        if kind.__table__ is each.table
        for row in rows
    ]
    return any(getattr(row, name) == value for row, name in made)


def once(session: Session, key: tuple[Any, ...], look: Callable[[], Found]) -> Found:
    """What several places of a page ask, found out once for it; for verbs every time anew."""
    held: Held | None = session.info.get(GATHERED)
    if held is None or session.info.get("open"):
        return look()
    if key not in held.found:
        held.found[key] = look()
    return held.found[key]  # type: ignore[no-any-return]


@event.listens_for(Session, "do_orm_execute", insert=True)
def _answered(asked: ORMExecuteState) -> Result[Any] | None:
    """What is asked of rows at hand is answered from them."""
    held = _held(asked.session)
    if held is None or not isinstance(asked.statement, Select):
        return None
    if asked.is_relationship_load:
        return _hanging(asked, held)
    if asked.is_column_load:
        return None
    try:
        return _answer(held, asked.statement)
    except _NotUnderstoodError:
        return None


def _hanging(asked: ORMExecuteState, held: Held) -> Result[Any] | None:
    """On a thing whose row is not written yet hangs only what was made since."""
    bulk, path = bulk_of(asked.session), asked.loader_strategy_path
    thing = asked.lazy_loaded_from.obj() if asked.lazy_loaded_from is not None else None
    if bulk is None or path is None or not any(thing is each for each in bulk.born):
        return None
    bond: Any = path[-1]
    key = getattr(thing, bond.local_remote_pairs[0][0].key)
    if bond.secondary is None:
        (theirs,) = bond.remote_side
        rows = [row for row in held.new.get(bond.mapper.class_, ()) if getattr(row, theirs.key) == key]
    else:
        ((_mine, of_mine),), ((theirs, of_theirs),) = bond.synchronize_pairs, bond.secondary_synchronize_pairs
        links = chain(*(made for what, made in held.new.items() if what.__table__ is bond.secondary))
        numbers = [getattr(link, of_theirs.key) for link in links if getattr(link, of_mine.key) == key]
        rows = [asked.session.get_one(bond.mapper.class_, number) for number in numbers]
    rows.sort(key=lambda row: [getattr(row, column.key) for column in bond.order_by or ()])
    return IteratorResult(SimpleResultMetaData(["it"]), iter([(row,) for row in rows]))


class _NotUnderstoodError(Exception):
    """A question for the database."""


def _answer(held: Held, asks: Any) -> Result[Any] | None:  # noqa: ANN401 - a select
    what, columns = _asked_for(asks)
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
    """The table that is asked, and which of its columns; none for the things themselves."""
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
"""How SQL compares: what is not there is neither equal nor unequal to anything. NOT is left to the database."""


def _parts(clauses: Iterable[Any]) -> Iterator[Any]:
    """Conditions that hold all of them, one by one."""
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
    """All rows that can be meant, where one of the conditions is that by which they were gathered."""
    named = [each for each in said if isinstance(each, BinaryExpression) and isinstance(each.left, Column)]
    words = {each.left.name: _value(each.right) for each in named if each.operator is operators.eq}
    lists = {each.left.name: _value(each.right) for each in named if each.operator is operators.in_op}
    for place in places:
        if not all(words.get(column) == word for column, word in place.where):
            continue
        known, wanted = held.places[place], lists.get(place.column, [words.get(place.column)])
        if all(value in known for value in wanted):
            found = [row for value in dict.fromkeys(wanted) for row in known[value]]
            return iter([*found, *(row for row in held.new.get(place.what, ()) if row not in found)])
    return None


def _sort(found: list[Any], clause: Any, what: Any) -> None:  # noqa: ANN401 - a part of ORDER BY
    """In the order of the database: nothing comes after everything, and turned round before it."""
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
        raise _NotUnderstoodError  # words are ordered by the database
    found.sort(key=lambda row: ((value := getattr(row, name)) is None, value or 0), reverse=down)
