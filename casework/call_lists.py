"""Call lists: a carrier's bill, a phone's export or a company's own record, read row by row into contacts."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, pairwise
from typing import Literal, TypeVar

from casework import call_values as values
from casework.call_values import WrongError
from casework.contacts import EARLIEST, LONGEST, By, Contact, Whose
from core.words import LazyString, _l
from filestore.sheets import Cell, Line, Sheet

T = TypeVar("T")
Side = Literal["PERSON", "COMPANY"]
"""Whose list it is: the person's own telephone's, or that of whoever called."""
COLUMNS = ("at", "time", "number", "own", "way", "seconds", "kind")
NEEDED = ("at", "number")
_HEADS: dict[str, re.Pattern[str]] = {
    "own": re.compile(r"本机|本方|我方|主机号|坐席号|外显|caller ?id|own number|my number|from number", re.IGNORECASE),
    "seconds": re.compile(r"时长|通话长度|持续|秒|duration|length|seconds|minutes", re.IGNORECASE),
    "way": re.compile(r"呼叫类型|主被叫|呼叫方向|通话方式|方向|收发|direction|call type|in/out|^type$", re.IGNORECASE),
    "kind": re.compile(r"业务类型|通信方式|类型|类别|kind|service|usage", re.IGNORECASE),
    "number": re.compile(r"对方|对端|号码|电话|被叫|联系人|number|phone|called|caller|party|contact", re.IGNORECASE),
    "time": re.compile(r"^(?:时间|时刻|通话时间|起始时刻|time|start ?time|clock)$", re.IGNORECASE),
    "at": re.compile(r"时间|日期|起始|开始|日$|time|date|start|when", re.IGNORECASE),
}  # fmt: skip
_MINUTES = re.compile(r"分钟|\(分\)|\bminutes?\b|\bmins?\b", re.IGNORECASE)
_LOOK = 20
"""The row with the heads is looked for among so many: bills begin with a title and the customer's data."""
_FEW = 2


@dataclass(frozen=True)
class Columns:
    """Which column, counted from the left, holds what, and which row of the file holds the heads."""

    header: int
    places: Mapping[str, int]
    minutes: bool = False

    def cell(self, line: Line, name: str) -> Cell:
        """The text of a cell, empty where the list has no such column."""
        place = self.places.get(name)
        return line.cells[place] if place is not None and place < len(line.cells) else ""


@dataclass(frozen=True)
class Reading:
    """How a list is to be read, and whose contacts it shows."""

    columns: Columns
    whose: Whose
    side: Side = "PERSON"
    calls: str = "CALL_INTERACTIVE"
    """What a connected call is where the list does not say that it was an announcement."""
    target_role: str = "DEBTOR"
    year: int | None = None
    order: values.Order = ""
    callers: Mapping[str, By] = field(default_factory=dict)
    """On a person's list, which company called from which number."""
    rest: By | None = None
    """Who called from every other number; on a company's own list, that company."""
    only: frozenset[str] = frozenset()
    """On a company's own list, the person's numbers; empty if the whole list is about that person."""
    own: str = ""
    """The number of the person whose list it is."""


@dataclass(frozen=True)
class Reject:
    """A row that cannot be taken: where it is, in which column the fault lies, why, and what the cell holds."""

    line: int
    column: str
    reason: LazyString
    cell: str


@dataclass
class Found:
    """What reading a list came to."""

    contacts: list[Contact] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    """Rows left out for a good reason, by reason: NOBODY, OUTGOING, DATA, OTHER, DIVERTED."""
    doubles: int = 0
    rows: int = 0
    anew: bool = False
    """Days without a year jump to its other end where a number begins: each in its own order, or over New Year."""


HALF_A_YEAR = 6
OVER_NEW_YEAR = _l("The list goes from one year into another: write the year into each of its days.")
LEFT: dict[str, LazyString] = {
    "NOBODY": _l("from or to numbers of nobody in the case"),
    "OUTGOING": _l("calls in the other direction"),
    "DATA": _l("neither a call nor a message"),
    "OTHER": _l("to other people's numbers"),
    "DIVERTED": _l("diverted calls"),
}


def heads(sheet: Sheet, header: int) -> list[str]:
    """The names of the columns; one without a name is called by its place."""
    line = next((each for each in sheet.lines if each.number == header), None)
    names = [_shown(each) for each in line.cells] if line else []
    names += [""] * (sheet.width - len(names))
    return [name or f"#{place}" for place, name in enumerate(names, 1)]


def guess(sheet: Sheet) -> Columns:
    """The row with the heads and what its columns hold, as far as their names tell."""
    best = Columns(sheet.lines[0].number, {})
    for line in sheet.lines[:_LOOK]:
        found = _guessed(line)
        if len(found.places) > len(best.places) and len(found.places) >= _FEW:
            best = found
    return best


def _guessed(line: Line) -> Columns:
    places: dict[str, int] = {}
    names = [_shown(each).strip() for each in line.cells]
    for what, form in _HEADS.items():
        free = [place for place, name in enumerate(names) if place not in places.values() and form.search(name)]
        if free:
            places[what] = free[0]
    if "time" in places and "at" not in places:
        places["at"] = places.pop("time")
    head = names[places["seconds"]] if "seconds" in places else ""
    return Columns(line.number, places, bool(_MINUTES.search(head)))


def _shown(cell: Cell) -> str:
    try:
        return values.text(cell)
    except WrongError:
        return str(cell)


def numbers(sheet: Sheet, columns: Columns) -> list[tuple[str, int]]:
    """The telephone numbers of the list, the most frequent first; cells that hold none are passed over."""
    found: Counter[str] = Counter()
    for line in _rows(sheet, columns):
        try:
            found[values.number(columns.cell(line, "number"))] += 1
        except WrongError:
            continue
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def _rows(sheet: Sheet, columns: Columns) -> Iterable[Line]:
    return (line for line in sheet.lines if line.number > columns.header)


def read(
    sheet: Sheet, how: Reading, now: datetime, known: Iterable[tuple[datetime, str, str, int | None, str | None]] = ()
) -> Found:
    """Read every row as a contact, as left out, or as a reject with its reason; doubles of `known` are only counted."""
    found, there = Found(), set(known)
    seen: set[tuple[datetime, str, str]] = set()
    names = heads(sheet, how.columns.header)
    rows = [(line, _row_or_fault(line, how, now)) for line in _rows(sheet, how.columns)]
    over, found.anew = _over_new_year([(line, each) for line, each in rows if isinstance(each, Contact)], how)
    for line, read_row in rows:
        found.rows += 1
        if isinstance(read_row, str):
            found.left[read_row] += 1
            continue
        if isinstance(read_row, Contact) and over and _bare_month(line, how.columns) is not None:
            read_row = _CellError("at", OVER_NEW_YEAR)  # noqa: PLW2901
        if isinstance(read_row, _CellError):
            found.rejects.append(_reject(line, how.columns, names, read_row))
            continue
        exact = (read_row.at, read_row.from_number or read_row.number, read_row.kind)
        if read_row.minute in there or exact in seen:
            found.doubles += 1
            continue
        seen.add(exact)
        found.contacts.append(read_row)
    return found


def _bare_month(line: Line, columns: Columns) -> int | None:
    return values.bare_month(columns.cell(line, "at"), columns.cell(line, "time"))


def _over_new_year(taken: Iterable[tuple[Line, Contact]], how: Reading) -> tuple[bool, bool]:
    """Whether days without their year go over half a year on or back at once: one year would be wrong for some.

    In a list that is grouped by number each number begins anew, which is no such step; but nobody can tell it from one
    in which the calls of one number ended before New Year: that it may be so is the second answer.
    """
    each = [
        (it.from_number if how.side == "PERSON" else it.number, month)
        for line, it in taken
        if (month := _bare_month(line, how.columns)) is not None
    ]
    groups = [number for number, _months in groupby(each, lambda one: one[0])]
    grouped = len(set(groups)) == len(groups) < len(each)
    jumps = [
        number == its_number or not grouped
        for (number, one), (its_number, other) in pairwise(each)
        if abs(one - other) > HALF_A_YEAR
    ]
    return any(jumps), bool(jumps) and not any(jumps)


class _CellError(Exception):
    """A cell that cannot be taken."""

    def __init__(self, column: str, reason: LazyString) -> None:
        super().__init__(column)
        self.column, self.reason = column, reason


def _reject(line: Line, columns: Columns, names: Sequence[str], wrong: _CellError) -> Reject:
    place = columns.places.get(wrong.column)
    name = names[place] if place is not None and place < len(names) else ""
    return Reject(line.number, name, wrong.reason, _shown(columns.cell(line, wrong.column))[:60])


def _row_or_fault(line: Line, how: Reading, now: datetime) -> Contact | str | _CellError:
    try:
        return _row(line, how, now)
    except _CellError as wrong:
        return wrong


def _row(line: Line, how: Reading, now: datetime) -> Contact | str:
    """One row as a contact, or a word that says why it is left out."""
    what = _read(line, how, "kind", values.what)
    if what == "DATA":
        return "DATA"
    way = _read(line, how, "way", values.way) or _read(line, how, "kind", values.way)
    if way == "DIVERTED":
        return "DIVERTED"
    if way == ("OUT" if how.side == "PERSON" else "IN"):
        return "OUTGOING"
    number = _read(line, how, "number", values.number)
    by = how.callers.get(number, how.rest)
    if how.side == "COMPANY" and how.only and number not in how.only:
        return "OTHER"
    if by is None:
        return "NOBODY"
    at = _at(line, how, now)
    length = _read(line, how, "seconds", lambda cell: values.seconds(cell, minutes=how.columns.minutes))
    if length is not None and length > LONGEST:
        raise _CellError("seconds", _l("A call lasts no longer than a day."))
    kind, connected = _kind(how, what, way, length)
    own = _own(line, how)
    return Contact(
        at=at,
        kind=kind,
        by=by,
        whose=how.whose,
        target_role=how.target_role,
        number=own if how.side == "PERSON" else number,
        from_number=number if how.side == "PERSON" else own,
        connected=connected,
        seconds=length if kind.startswith("CALL") else None,
        line=line.number,
    )


def _read(line: Line, how: Reading, name: str, parse: Callable[[Cell], T]) -> T:
    try:
        return parse(how.columns.cell(line, name))
    except WrongError as wrong:
        raise _CellError(name, wrong.reason) from None


def _at(line: Line, how: Reading, now: datetime) -> datetime:
    def parse(cell: Cell) -> datetime:
        return values.moment(cell, how.columns.cell(line, "time"), year=how.year, order=how.order)

    at = _read(line, how, "at", parse)
    if at > now:
        raise _CellError("at", _l("This time lies in the future."))
    if at < EARLIEST:
        raise _CellError("at", _l("This time is too long ago."))
    return at


def _kind(how: Reading, what: values.What, way: values.Way, length: int | None) -> tuple[str, bool | None]:
    """Which kind of contact it is, and whether it was connected; None where the list does not tell."""
    if what == "SMS":
        return "SMS", None
    if "MISSED" in (what, way) or length == 0:
        return "CALL_ATTEMPT", False
    return ("CALL_NOTICE" if what == "NOTICE" else how.calls), (True if length else None)


def _own(line: Line, how: Reading) -> str:
    if "own" not in how.columns.places:
        return how.own
    try:
        return values.number(how.columns.cell(line, "own"))
    except WrongError:
        return how.own
