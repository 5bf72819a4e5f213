"""Rows of imports: each record of a file becomes a historic complaint to be, or a reject that says why not."""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from core import characters, clock
from core.errors import BadInput, NotNow
from core.plainly import number
from core.words import LazyString, _, _l
from filestore.sheets import Formula
from imports import likeness
from imports.lines import CELL, QUOTES, Look, Record, look
from imports.mapping import Mapping
from imports.sheets import records

FIELD = "file"
Made = TypeVar("Made")
_ROW = ""
"""The column of what concerns the whole row."""
SHORT = 500
"""The most that any cell but the narrative may hold."""
ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+|[0-9]+\.0+")
_SPOILT = re.compile(r"=|[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+$|[0-9][.,][0-9]+[eE][0-9]+$|[0-9]+\.0$")
"""A number in no source, whatever its mapping takes."""
_NARROW = {ord(sign) + 0xFEE0: sign for sign in string.ascii_letters + string.digits + "-"}
"""Letters and digits as an input method for Chinese writes them: the number is the same one."""
_NO_ADDRESS = re.compile(r"[/\\?#%]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LOST = "\ufffd"
RUN_TOGETHER, RUN_TOGETHER_LENGTH = "%Y%m%d", 8
"""The form of days in which nothing but its length tells the month from the day."""
EMPTY_CELL = _l("The cell is empty, but this column must be filled.")


@dataclass(frozen=True)
class Row:
    """A good row: what becomes a historic complaint."""

    line: int
    number: str
    """The source's own number; where it has none, one made of what is kept of the row."""
    received_at: datetime
    product: str
    issue: str
    facts: str
    company: str
    out_of_scope: bool
    also: Table[str, str] = field(default_factory=dict)
    formerly: str = ""
    """Without a number of the source: the one that this row of this file had before, of the file and the line."""
    cells: list[str] = field(default_factory=list, compare=False, repr=False)
    """As they stood, for whoever rejects the row after all."""

    @property
    def says(self) -> str:
        """What it has in common with every row that says the same."""
        texts = self.product, self.issue, self.facts, self.company
        return likeness.known_by(clock.day_of(self.received_at), *texts, self.also)


@dataclass(frozen=True)
class Reject:
    """A bad row: where, in which column (none: the whole row), why, and what stood there."""

    line: int
    column: str
    reason: LazyString
    cells: list[str]


class There(NotNow):
    """What a row says is there already."""

    code = "there"


class Rejected(BadInput):
    """Why a row doesn't come in."""

    code = "rejected"


class WrongError(Exception):
    """Something in one column that cannot be taken."""

    def __init__(self, column: str, reason: LazyString) -> None:
        super().__init__(column)
        self.column, self.reason = column, reason


def parse(path: Path, mapping: Mapping, seen: Look | None = None) -> Iterator[Row | Reject]:
    """Read a file row by row; raises BadInput("file", …) where it is not the kind of file the mapping is for."""
    seen = seen or look(path, mapping.encodings)
    numbers: dict[str, int] = {}
    times: Counter[str] = Counter()

    def made(record: Record, cells: dict[str, str]) -> Row:
        row = _row(record, cells, mapping, seen)
        if mapping.numbered:
            _only_once(row, numbers, mapping)
            return row
        said = row.says
        times[said] += 1
        return replace(row, number=likeness.number_of(said, times[said]))

    return walk(_records(path, mapping, seen), mapping, made)


def heads(path: Path, mapping: Mapping, seen: Look) -> list[str]:
    """The columns of a file in their order."""
    return _header(next(_records(path, mapping, seen)), mapping)


def _records(path: Path, mapping: Mapping, seen: Look) -> Iterator[Record]:
    begins = partial(is_day, form=mapping.date_form)
    return records(path, seen, mapping.columns["received_on"], begins, mapping.date_form, mapping.days)


def walk(
    found: Iterable[Record], mapping: Mapping, made: Callable[[Record, dict[str, str]], Made]
) -> Iterator[Made | Reject]:
    """What each record becomes by its cells, or why it becomes nothing."""
    header: list[str] = []
    for record in found:
        if not header:
            header = _header(record, mapping)
            continue
        try:
            yield made(record, _cells(record, header, mapping))
        except WrongError as wrong:
            yield Reject(record.line, wrong.column, wrong.reason, record.cells)
    if not header:
        raise BadInput(FIELD, _l("The file is empty."))


def day_of(cell: str, form: str) -> date:
    """The day that a cell of this form names; ValueError where it names none, or could name two as 2025111 does."""
    if form == RUN_TOGETHER and len(cell) != RUN_TOGETHER_LENGTH:
        raise ValueError
    return datetime.strptime(cell, form).date()  # noqa: DTZ007 - a day without a time


def is_day(cell: str, form: str) -> bool:
    """Whether it does."""
    try:
        day_of(cell, form)
    except ValueError:
        return False
    return True


def _header(record: Record, mapping: Mapping) -> list[str]:
    header = [characters.tidy(cell) for cell in record.cells]
    wanted = set(mapping.all_columns)
    missing = [column for column in mapping.all_columns if column not in header]
    unknown = [column for column in header if column not in wanted]
    if record.trouble or missing or unknown or len(set(header)) != len(header):
        raise BadInput(
            FIELD,
            _l(
                "The columns of this file are not those of the mapping. Missing: %(missing)s. Unknown: %(unknown)s.",
                missing=str(_(", ")).join(missing) or "-",
                unknown=str(_(", ")).join(column[:60] for column in unknown[:20]) or "-",
            ),
        )
    return header


def _cells(record: Record, header: list[str], mapping: Mapping) -> dict[str, str]:
    """The cells of a record by their columns, each whole and readable."""
    if record.trouble == QUOTES:
        raise WrongError(_ROW, _l("The quotation marks of this row do not fit together."))
    if len(record.cells) != len(header):
        raise WrongError(
            _ROW,
            _l("The row has %(found)s cells, not %(wanted)s.", found=len(record.cells), wanted=len(header)),
        )
    cells = dict(zip(header, record.cells, strict=True))
    narrative = mapping.columns.get("facts", "")
    for column, cell in cells.items():
        if column not in mapping.left_out:
            _whole(column, cell, CELL if column == narrative else SHORT)
    return cells


def _row(record: Record, cells: dict[str, str], mapping: Mapping, seen: Look) -> Row:
    told = {name: characters.tidy(cells[column], lines=name == "facts") for name, column in mapping.columns.items()}
    for column in (*mapping.texts, *mapping.dates):
        cells[column] = characters.tidy(cells[column])
    received = _date(mapping.columns["received_on"], told["received_on"], mapping)
    for column in mapping.dates:
        if cells[column]:
            _date(column, cells[column], mapping)
    said = _said(mapping.columns["product"], told["product"]) if "product" in told else mapping.one_product
    product = mapping.product(said)
    return Row(
        line=record.line,
        number=_number(told, mapping),
        received_at=clock.midnight(received),
        product=product,
        issue=told.get("issue", ""),
        facts=told.get("facts", ""),
        company=told.get("company", ""),
        out_of_scope=not mapping.concerns_us(product),
        also={column: cells[column] for column in (*mapping.texts, *mapping.dates) if cells[column]},
        formerly="" if mapping.numbered else f"{seen.digest[:16]}-{record.line}",
        cells=record.cells,
    )


def _whole(column: str, cell: str, most: int) -> None:
    """Refuse a cell that is longer than it may be, is computed, or has characters that were not read."""
    if isinstance(cell, Formula):
        raise WrongError(column, _l("“%(found)s” is a formula, not a value. Paste the values only.", found=cell[:40]))
    if len(cell) > most:
        raise WrongError(
            column,
            _l(
                "The cell holds %(found)s characters; at most %(most)s are taken.",
                found=number(len(cell)),
                most=number(most),
            ),
        )
    if len(cell) == CELL:
        raise WrongError(column, _l("The cell was cut off by a spreadsheet: its end is missing."))
    code, why = _unreadable(cell)
    if code:
        raise WrongError(column, _l("The cell holds what can't be kept: %(code)s, %(why)s.", code=code, why=why))


def _unreadable(cell: str) -> tuple[str, LazyString]:
    damage = _l("a byte that does not belong to the file's encoding")
    wrong = characters.wrong(characters.tidy(cell, lines=True))
    if wrong is not None:
        return wrong[0], damage if wrong[0].startswith("U+DC") else wrong[1]
    return ("U+FFFD" if _LOST in cell else ""), damage


def _said(column: str, cell: str) -> str:
    if not cell:
        raise WrongError(column, EMPTY_CELL)
    return cell


COUNTED_DAY: Final = re.compile(r"[34]\d{4}(?:\.\d+)?")
"""A number between the years 1982 and 2036, counted from 1900."""


def _date(column: str, cell: str, mapping: Mapping) -> date:
    _said(column, cell)
    try:
        day = day_of(cell, mapping.date_form)
    except ValueError:
        if COUNTED_DAY.fullmatch(cell):
            said = _l(
                "“%(found)s” is a day as a spreadsheet counts it. Format the column as a date and save the file again.",
                found=cell,
            )
            raise WrongError(column, said) from None
        like = mapping.earliest.strftime(mapping.date_form)
        raise WrongError(
            column,
            _l("“%(found)s” is no date as this source writes it (such as %(like)s).", found=cell[:40], like=like),
        ) from None
    if not mapping.earliest <= day <= clock.today():
        first = mapping.earliest
        raise WrongError(
            column,
            _l("The date “%(found)s” can't be: it lies in the future or before %(first)s.", found=cell, first=first),
        )
    return day


def _number(told: Table[str, str], mapping: Mapping) -> str:
    column = mapping.columns.get("number")
    if column is None:
        return ""
    number = _said(column, told["number"]).translate(_NARROW)
    if re.fullmatch(mapping.number_form, number) and not _SPOILT.match(number):
        return number
    if ROUNDED.fullmatch(number):
        reason = _l("“%(found)s” lost its digits in a spreadsheet. Take the number from the source.", found=number[:40])
    elif number.startswith(_FORMULA):
        reason = _l("“%(found)s” is a formula, not a number.", found=number[:40])
    else:
        reason = _l("“%(found)s” is not a number as this source writes it.", found=number[:40])
    raise WrongError(column, reason)


def addressed(number: str) -> str:
    """A number as the address of a page can hold it: 2020/12 becomes 2020-12."""
    return _NO_ADDRESS.sub("-", number)


def _only_once(row: Row, numbers: dict[str, int], mapping: Mapping) -> None:
    first = numbers.setdefault(addressed(row.number), row.line)
    if first != row.line:
        raise WrongError(
            mapping.columns["number"],
            _l("Line %(line)s has the same number.", line=first),
        )
