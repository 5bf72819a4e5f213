"""Which rows name a company, and pointing them at another entry of the register, each noted so that it can go back."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg.errors import CheckViolation, UniqueViolation
from sqlalchemy import Column, ColumnElement, Table, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import Base
from core.machine import Machine
from core.registered import Registered
from registry.models import Party
from registry.models_clocks import Clock
from registry.models_lineage import PartyMerge, PartyMove

Numbers = Mapping[str, list[int]]
"""By place (table and column), keys of rows."""
Pointed = Callable[[Session, str, list[int], int, int], None]
SUBJECTS = (("subject_kind", "subject_id"), ("subject_type", "subject_id"))
"""How opaque subjects are named: a machine's word, and the key of its thing."""


@dataclass(frozen=True)
class Matter:
    """Something that concerns a company as a whole and moves with all that hangs on it."""

    table: str
    number: int
    text: str
    open: bool = False
    by_kind: bool = False
    """Whether it rests on the company's being a lender, or a collection firm."""

    @property
    def key(self) -> str:
        """As a form sends it."""
        return f"{self.table}:{self.number}"


Listing = Callable[[Session, list[int]], Iterable[Matter]]


@dataclass
class Known:
    """What rooms that hold such rows registered."""

    matters: Registered[Listing] = field(default_factory=Registered)
    tables: set[str] = field(default_factory=set)
    """Of matters on which other rows hang."""
    facts: set[str] = field(default_factory=set)
    """Of rows that say who did something: it stays whose it was, whoever answers for it by now."""
    given: dict[str, ColumnElement[bool]] = field(default_factory=dict)
    """By table, which rows say who gave something: it stays whose it was where its matter goes to another company."""
    pointed: Registered[Pointed] = field(default_factory=Registered)


KNOWN = Known()


def matters_from(*bearing: str) -> Callable[[Listing], Listing]:
    """Register who lists matters of companies, and in which tables those stand on which other rows hang."""

    def register(function: Listing) -> Listing:
        KNOWN.tables.update(bearing)
        return KNOWN.matters.add(function)

    return register


def facts_in(*names: str) -> None:
    """Register tables of which no row goes with a matter to a successor."""
    KNOWN.facts.update(names)


def given_in(name: str, which: ColumnElement[bool]) -> None:
    """Register rows of a table that go with their matter only to an entry that is the same company."""
    KNOWN.given[name] = which


on_pointed = KNOWN.pointed.add
"""Register what else names the company of rows that were pointed elsewhere."""


def tables() -> list[Table]:
    """All tables, in an order that stays the same."""
    return [Base.metadata.tables[name] for name in sorted(Base.metadata.tables)]


def columns() -> list[Column[Any]]:
    """Every column that names a company; the record of merges itself stays as it was written."""
    found: list[Column[Any]] = [_table(Clock).c.visible_party]
    for table in tables():
        if table.name not in {Party.__tablename__, PartyMerge.__tablename__}:
            found += [column for column in table.columns if any(_names_party(each) for each in column.foreign_keys)]
    return [*found, _table(Party).c.merged_into_id]


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _names_party(key: Any) -> bool:  # noqa: ANN401 - a foreign key
    return bool(key.target_fullname == "party.id")


def place(column: Column[Any]) -> str:
    """How a column is noted."""
    return f"{column.table.name}.{column.name}"


def _key(table: Any) -> Column[Any]:  # noqa: ANN401 - a table
    return next(iter(table.primary_key.columns))


def marks(session: Session) -> dict[str, int]:
    """The last row of every table that names a company."""
    return {place(each): session.scalar(select(func.max(_key(each.table)))) or 0 for each in columns()}


def of(session: Session, party_id: int) -> dict[str, list[int]]:
    """Every row that names this company."""
    found = {}
    for column in columns():
        key = _key(column.table)
        found[place(column)] = list(session.scalars(select(key).where(column == party_id).order_by(key)))
    return {where: numbers for where, numbers in found.items() if numbers}


def point(session: Session, rows: Numbers, old: int, new: int) -> dict[str, list[int]]:
    """Point rows from one entry at another; one that the other has already, as the database counts, stays."""
    session.flush()
    moved: dict[str, list[int]] = {}
    for column in columns():
        done = _point(session, column, rows.get(place(column), []), old, new)
        if done:
            moved[place(column)] = done
            for follow in KNOWN.pointed:
                follow(session, place(column), done, old, new)
    session.expire_all()
    return moved


def _point(session: Session, column: Column[Any], numbers: list[int], old: int, new: int) -> list[int]:
    if not numbers:
        return []
    done = _updated(session, column, numbers, old, new)
    if done is not None:
        return done
    one_by_one = [_updated(session, column, [number], old, new) for number in numbers]
    return [number for found in one_by_one for number in found or []]


def _updated(session: Session, column: Column[Any], numbers: list[int], old: int, new: int) -> list[int] | None:
    """None where one of them is there already, or where nobody can stand on both sides of it."""
    key = _key(column.table)
    change = update(column.table).where(key.in_(numbers), column == old).values({column.name: new}).returning(key)
    try:
        with session.begin_nested():
            return sorted(session.scalars(change))
    except IntegrityError as broken:
        if isinstance(broken.orig, UniqueViolation | CheckViolation):
            return None
        raise


def note(session: Session, moved: Numbers, *, merge_id: int | None = None, succession_id: int | None = None) -> None:
    """Keep which rows moved, and why."""
    session.add_all(
        PartyMove(merge_id=merge_id, succession_id=succession_id, place=where, row_id=number)
        for where, numbers in moved.items()
        for number in numbers
    )
    session.flush()


def noted(session: Session, *reason: ColumnElement[bool]) -> dict[str, list[int]]:
    """The rows that were moved for that reason."""
    found: dict[str, list[int]] = {}
    for where, number in session.execute(select(PartyMove.place, PartyMove.row_id).where(*reason)):
        found.setdefault(where, []).append(number)
    return found


def matters(session: Session, parties: list[int]) -> list[Matter]:
    """What concerns these companies, by table."""
    return [each for function in KNOWN.matters for each in function(session, parties)]


def later(session: Session, merge: PartyMerge) -> list[Matter]:
    """What came to the standing entry after a merge: when that is undone, somebody says whose it is."""
    since = {where.split(".")[0]: last for where, last in merge.marks.items()}
    return [each for each in matters(session, [merge.kept_id]) if each.number > since.get(each.table, 0)]


def together(chosen: Iterable[Matter]) -> dict[str, list[int]]:
    """Matters by table."""
    found: dict[str, list[int]] = {}
    for each in chosen:
        found.setdefault(each.table, []).append(each.number)
    return found


def bearing(rows: Numbers) -> dict[str, list[int]]:
    """Those of the rows on which others hang, by table."""
    return {where.split(".")[0]: numbers for where, numbers in rows.items() if where.split(".")[0] in KNOWN.tables}


def rows_of(session: Session, parents: Numbers, party_id: int, *, given: bool = True) -> dict[str, list[int]]:
    """The rows of matters that name the company: themselves, and what hangs on them; on request not what it gave."""
    found = {table: set(numbers) for table, numbers in parents.items()}
    todo = dict(found)
    while todo:
        fresh: dict[str, set[int]] = {}
        for table, numbers in _hanging(session, todo, party_id, {} if given else KNOWN.given):
            if new := numbers - found.get(table, set()):
                found.setdefault(table, set()).update(new)
                fresh.setdefault(table, set()).update(new)
        todo = fresh
    return {place(column): sorted(found[column.table.name]) for column in columns() if column.table.name in found}


def _hanging(
    session: Session, parents: Mapping[str, set[int]], party_id: int, stays: Mapping[str, ColumnElement[bool]]
) -> Iterator[tuple[str, set[int]]]:
    names: dict[str, list[Column[Any]]] = {}
    for column in columns():
        names.setdefault(column.table.name, []).append(column)
    for table in tables():
        if table.name in KNOWN.facts:
            continue
        mine = [column == party_id for column in names.get(table.name, ())]
        goes = [~stays[table.name]] if table.name in stays else []
        for clause in _ties(table, parents):
            key = _key(table)
            asked = select(key).where(clause, *goes)
            asked = asked.where(or_(*mine)) if mine else asked
            if numbers := {each for each in session.scalars(asked) if isinstance(each, int)}:
                yield table.name, numbers


def _ties(table: Table, parents: Mapping[str, set[int]]) -> Iterator[ColumnElement[bool]]:
    """How rows of a table refer to these; a row of the same table is a matter of its own."""
    for key in table.foreign_keys:
        parent = key.column.table.name
        if parent in parents and parent != table.name and parent not in {"party", "account"}:
            yield key.parent.in_(parents[parent])
    words = {machine.model.__tablename__: word for word, machine in Machine.all.items() if machine.model is not None}
    for kind, number in SUBJECTS:
        if kind in table.columns and number in table.columns and table.name not in {"journal", "journal_head"}:
            for name in parents.keys() & words.keys():
                yield (table.c[kind] == words[name]) & table.c[number].in_(parents[name])
