"""Tables that people hand in, CSV or XLSX, as rows of cells: nothing in them is ever computed or run."""

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, BinaryIO, Final

from core import plainly
from core.errors import BadInput
from core.words import LazyString, _l
from filestore import confined
from filestore.confined import Bounds, Stopped
from filestore.file_checks import FIELD, MIB, damaged

ROWS = 20_000
"""The most rows that are read of one table."""
FARTHEST = 1_100_000
"""The most rows that are gone through, empty ones among them: a spreadsheet has no more, and may end with many."""
COLUMNS = 60
"""The most columns that a table may have: one that has more is refused, never cut."""
CELL = 32_767
LIMIT = 20 * MIB
"""The most that a table may hold."""
NARROW = 2
"""Columns that a table has at least."""
_DIGIT = re.compile(r"\d")
_SAMPLE = 50
_DELIMITERS = ",\t;|"
_OLD = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of the old XLS kind begin, and those under a password."""
_ZIP = b"PK\x03\x04"
_BOOK: Final = "from filestore.sheets_books import main; main()"
_BOUNDS: Final = Bounds(file=64 << 20, cpu=60, wall=90.0)


csv.field_size_limit(LIMIT)
"""A cell may be as long as the table, for whoever reads one: it is cut afterwards."""


class Formula(str):
    """What stands in a cell that computes something: kept as text, never computed."""

    __slots__ = ()


Cell = str | datetime | date | time | timedelta | Formula


@dataclass(frozen=True)
class Line:
    """One row and its number in the file, as a spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A table that was read: its rows without the empty ones, and how the file was written."""

    lines: list[Line]
    written: str
    """The encoding of a CSV file, or the name of the sheet."""

    @property
    def width(self) -> int:
        """The cells of the longest row."""
        return max((len(each.cells) for each in self.lines), default=0)


class Unread(Exception):  # noqa: N818 - it names what happened
    """Why a table is not taken, by a word of `_why`, and in which of its rows."""

    def __init__(self, why: str, row: int = 0) -> None:
        super().__init__(why)
        self.why, self.row = why, row


def read(stream: BinaryIO, name: str) -> Sheet:
    """Read the rows of a CSV or XLSX file; raises BadInput with what is wrong with the file."""
    stream.seek(0)
    content = stream.read(LIMIT + 1)
    if not content:
        raise _refused(_l("“%(name)s” is empty.", name=name))
    if len(content) > LIMIT:
        raise _refused(_l("“%(name)s” is larger than %(limit)s MB.", name=name, limit=LIMIT // MIB))
    if content.startswith(_OLD):
        raise _refused(
            _l("“%(name)s” is under a password, or of the old XLS kind. Save it as XLSX or CSV, without.", name=name),
        )
    try:
        sheet = _workbook(content, name) if content.startswith(_ZIP) else _text(content)
    except Unread as unread:
        raise _why(unread, name) from None
    if not sheet.lines:
        raise _refused(_l("“%(name)s” has no rows.", name=name))
    return sheet


def _refused(message: LazyString) -> BadInput:
    return BadInput(FIELD, message)


def _why(unread: Unread, name: str) -> BadInput:
    known = {
        "rows": _l(
            "“%(name)s” has more than %(most)s rows. Split it, for example by month.",
            name=name,
            most=plainly.number(ROWS),
        ),
        "columns": _l(
            "Row %(row)s of “%(name)s” has more than %(most)s columns. Leave out those that are not needed.",
            row=unread.row,
            name=name,
            most=COLUMNS,
        ),
        "quotes": _l(
            "In row %(row)s of “%(name)s” a quotation mark is open or stands alone.", row=unread.row, name=name
        ),
        "locked": _l("“%(name)s” is protected by a password. Save it without, so that it can be read.", name=name),
        "unpacks": _l("“%(name)s” unpacks to far more than a document of its size holds.", name=name),
    }
    return _refused(known[unread.why]) if unread.why in known else damaged(name)


def _text(content: bytes) -> Sheet:
    encoding = encoding_of(content)
    if encoding is None:
        raise Unread("damaged")
    text = content.decode(encoding).removeprefix("\ufeff")
    if "\0" in text:
        raise Unread("damaged")
    first, _, rest = text.partition("\n")
    told = first.strip().lower()
    lines: list[Line] = []
    if told.startswith("sep=") and len(told) == len("sep=,"):
        text, delimiter = rest, told[-1]
    else:
        delimiter = delimiter_of(text)
    for number, cells in _reader(text, delimiter):
        take(lines, number, cells)
    return Sheet(lines, encoding)


def _reader(text: str, delimiter: str) -> Iterator[tuple[int, Iterable[Cell]]]:
    found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin, width = 1, NARROW
    known: set[tuple[int, str]] = set()
    try:
        for cells in found:
            if found.line_num > FARTHEST:
                raise Unread("rows")
            if not any(cells):
                begin = found.line_num + 1
                continue
            inside = [line for each in cells if "\n" in each for line in each.splitlines()]
            if inside or width == NARROW:
                known |= _forms(delimiter.join(cells).partition("\n")[0].split(delimiter))
            if any(_is_row(line.split(delimiter), width, known) for line in inside):
                raise Unread("quotes", begin)
            width = max(width, len(cells))
            yield begin, (_plain(each) for each in cells)
            begin = found.line_num + 1
    except csv.Error:
        raise Unread("quotes", begin) from None


def _is_row(cells: list[str], width: int, known: set[tuple[int, str]]) -> bool:
    """Whether a line within a cell is a row that was swallowed.

    Any sentence may hold the one delimiter of a narrow table: there a row has a number in the form of those before it.
    """
    return len(cells) >= width and (width > NARROW or not known.isdisjoint(_forms(cells)))


def _forms(cells: Iterable[str]) -> set[tuple[int, str]]:
    """How numbers and days are written in each column."""
    forms = ((place, _DIGIT.sub("0", each.strip())) for place, each in enumerate(cells))
    return {(place, form) for place, form in forms if "0" in form}


def _plain(cell: str) -> Cell:
    """The text of a CSV cell; ="0138…" only keeps a spreadsheet from cutting zeros, all else behind = is a formula."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and '"' not in text[2:-1]:
        return text[2:-1].strip()
    return Formula(text) if text.startswith("=") else text


def encoding_of(content: bytes) -> str | None:
    """The encoding that a mark at the beginning names, else UTF-8, else GB 18030 (which holds GBK); else none."""
    if content.startswith(codecs.BOM_UTF8):
        tried: tuple[str, ...] = ("utf-8-sig",)
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried = ("utf-16",)
    else:
        tried = ("utf-8", "gb18030")
    for encoding in tried:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def delimiter_of(text: str) -> str:
    """The sign that parts the first lines into the most cells of one number."""
    first = list(islice(io.StringIO(text, newline=None), _SAMPLE))

    def score(sign: str) -> tuple[int, int]:
        counts = [len(each) for each in csv.reader(first, delimiter=sign)]
        usual = max(set(counts), key=lambda number: (counts.count(number), number), default=0)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=score)


def _workbook(content: bytes, name: str) -> Sheet:
    """The one table of a workbook, of which the reader tells; one that ends the reader holds more than it says."""
    try:
        said = json.loads(confined.run(confined.ours(_BOOK), given=content, bounds=_BOUNDS))
    except Stopped:
        raise Unread("unpacks") from None
    if "why" in said:
        raise Unread(said["why"], said["row"])
    found = [
        Sheet([Line(number, tuple(map(_heard, cells))) for number, cells in lines], title)
        for title, lines in said["sheets"]
    ]
    tables = [each.written for each in found if _is_table(each)]
    if len(tables) > 1:
        sheets = " · ".join(tables)
        raise _refused(_l("“%(name)s” has several tables: %(sheets)s. Bring each as a file.", name=name, sheets=sheets))
    return max(found, key=lambda each: (_is_table(each), len(each.lines)), default=Sheet([], ""))


def _is_table(sheet: Sheet) -> bool:
    """Whether it has rows of several cells below its heads; notes beside a table have not, and are not read."""
    return sum(len(each.cells) > 1 for each in sheet.lines) > 1


_KINDS: Final[dict[str, Callable[[Any], Cell]]] = {
    "Formula": Formula,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}
"""What a cell is that is no plain text, as the reader of a workbook tells it."""


def _heard(cell: Any) -> Cell:  # noqa: ANN401 - JSON
    if isinstance(cell, str):
        return cell
    kind, said = cell
    return _KINDS[kind](said)


def take(lines: list[Line], number: int, given: Iterable[Cell]) -> None:
    """Add a row, its long cells cut and without the empty ones at its end; raises Unread where there are too many."""
    cells = [each[:CELL] if type(each) is str else each for each in given]
    while cells and cells[-1] == "":
        cells.pop()
    if not cells:
        return
    if len(cells) > COLUMNS:
        raise Unread("columns", number)
    if len(lines) >= ROWS:
        raise Unread("rows")
    lines.append(Line(number, tuple(cells)))
