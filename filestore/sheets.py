"""Tables that people hand in, CSV or XLSX, as rows of cells: nothing in them is ever computed or run."""

import codecs
import csv
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import BadInput
from core.words import LazyString, _l
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
UNPACKED = 60 * MIB
"""The most that an XLSX file may hold once it is unpacked."""
EXACT = 10**15
"""From here on a number in a spreadsheet has lost digits."""
NARROW = 2
"""Columns that a table has at least."""
_DIGIT = re.compile(r"\d")
_ZEROS = re.compile("0{2,}")
"""A format by which a spreadsheet shows numbers with the zeros before them."""
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_RETURN = "_x000D_"
"""How workbooks write the first half of a line end of Windows."""
_SAMPLE = 50
_DELIMITERS = ",\t;|"
_OLD = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of the old XLS kind begin, and those under a password."""
_ZIP = b"PK\x03\x04"
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    SyntaxError,  # what both readers of XML raise
    ArithmeticError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    NotImplementedError,
    zlib.error,
    struct.error,
)


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
    sheet = _workbook(content, name) if content.startswith(_ZIP) else _text(content, name)
    if not sheet.lines:
        raise _refused(_l("“%(name)s” has no rows.", name=name))
    return sheet


def _refused(message: LazyString) -> BadInput:
    return BadInput(FIELD, message)


def _too_many(name: str) -> BadInput:
    return _refused(_l("“%(name)s” has more than %(most)s rows. Split it, for example by month.", name=name, most=ROWS))


def _text(content: bytes, name: str) -> Sheet:
    encoding = encoding_of(content)
    if encoding is None:
        raise damaged(name)
    text = content.decode(encoding).removeprefix("\ufeff")
    if "\0" in text:
        raise damaged(name)
    first, _, rest = text.partition("\n")
    told = first.strip().lower()
    lines: list[Line] = []
    try:
        if told.startswith("sep=") and len(told) == len("sep=,"):
            text, delimiter = rest, told[-1]
        else:
            delimiter = delimiter_of(text)
        for cells in _reader(text, delimiter):
            _take(lines, cells, name)
    except _QuotesError as broken:
        said = _l("In row %(row)s of “%(name)s” a quotation mark is open or stands alone.", row=broken.row, name=name)
        raise _refused(said) from None
    return Sheet(lines, encoding)


class _QuotesError(Exception):
    """A quotation mark that swallows what stands behind it."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def _reader(text: str, delimiter: str) -> Iterator[tuple[int, Iterable[Cell]]]:
    found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin, width = 1, NARROW
    known: set[tuple[int, str]] = set()
    try:
        for cells in found:
            inside = [line for each in cells if "\n" in each for line in each.splitlines()]
            if inside or width == NARROW:
                known |= _forms(delimiter.join(cells).partition("\n")[0].split(delimiter))
            if any(_is_row(line.split(delimiter), width, known) for line in inside):
                raise _QuotesError(begin)
            width = max(width, len(cells))
            yield begin, (_plain(each) for each in cells)
            begin = found.line_num + 1
    except csv.Error:
        raise _QuotesError(begin) from None


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

    def score(sign: str) -> tuple[int, int]:
        counts = [len(each) for each in csv.reader(text.splitlines()[:_SAMPLE], delimiter=sign)]
        usual = max(set(counts), key=lambda number: (counts.count(number), number), default=0)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=score)


def _workbook(content: bytes, name: str) -> Sheet:
    try:
        _whole(content, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            found: list[Sheet] = []
            left = FARTHEST
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    continue
                sheet.reset_dimensions()
                lines: list[Line] = []
                for number, row in enumerate(sheet.iter_rows(max_row=FARTHEST, max_col=COLUMNS + 1), 1):
                    left -= 1
                    if left < 0:
                        raise _too_many(name)
                    if not all(isinstance(each, EmptyCell) for each in row):
                        _take(lines, (number, (_value(each) for each in row)), name)
                found.append(Sheet(_spread(sheet, lines), sheet.title))
            book.close()
    except BadInput:
        raise
    except _BROKEN:
        raise damaged(name) from None
    tables = [each.written for each in found if _is_table(each)]
    if len(tables) > 1:
        said = " · ".join(tables)
        raise _refused(_l("“%(name)s” has several tables: %(sheets)s. Bring each as a file.", name=name, sheets=said))
    return max(found, key=lambda each: (_is_table(each), len(each.lines)), default=Sheet([], ""))


def _spread(sheet: Any, lines: list[Line]) -> list[Line]:  # noqa: ANN401 - a sheet as openpyxl reads it
    """What stands in a cell that was merged over several rows is said of each of them, as their author sees it."""
    with sheet._get_source() as part:  # noqa: SLF001 - a sheet that is read row by row tells of no merged cells
        merged = _MERGED.findall(part.read())
    places, left = {each.number: place for place, each in enumerate(lines)}, ROWS * COLUMNS
    rows: dict[int, list[Cell]] = {}
    for letters, first, last in merged:
        column, top = column_index_from_string(letters.decode()) - 1, places.get(int(first))
        if top is None or column >= len(lines[top].cells):
            continue
        for place in range(top + 1, len(lines)):
            left -= 1
            if left < 0:
                raise ValueError  # cells of which each lies in many ranges: no spreadsheet writes that
            if lines[place].number > int(last):
                break
            cells = rows.setdefault(place, list(lines[place].cells))
            cells += [""] * (column + 1 - len(cells))
            cells[column] = cells[column] or lines[top].cells[column]
    return [Line(each.number, tuple(rows.get(place, each.cells))) for place, each in enumerate(lines)]


def _is_table(sheet: Sheet) -> bool:
    """Whether it has rows of several cells below its heads; notes beside a table have not, and are not read."""
    return sum(len(each.cells) > 1 for each in sheet.lines) > 1


def _whole(content: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    if any(each.flag_bits & 1 for each in entries):
        raise _refused(_l("“%(name)s” is protected by a password. Save it without, so that it can be read.", name=name))
    if sum(each.file_size for each in entries) > UNPACKED:
        raise _refused(_l("“%(name)s” unpacks to far more than a document of its size holds.", name=name))


def _value(cell: Any) -> Cell:  # noqa: ANN401 - a cell as openpyxl reads it
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(str(value))
    if isinstance(value, datetime | date | time | timedelta):
        return value
    if isinstance(value, int | float) and abs(value) >= EXACT:
        return f"{value:.14E}"  # as the spreadsheet shows it: the digits behind are lost already
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is int and value >= 0 and _ZEROS.fullmatch(cell.number_format):
        return str(value).zfill(len(cell.number_format))  # as whoever wrote it sees it
    return str(value).replace(_RETURN, "\r").strip()


def _take(lines: list[Line], found: tuple[int, Iterable[Cell]], name: str) -> None:
    number, given = found
    cells = [each[:CELL] if type(each) is str else each for each in given]
    while cells and cells[-1] == "":
        cells.pop()
    if not cells:
        return
    if len(cells) > COLUMNS:
        raise _refused(
            _l(
                "Row %(row)s of “%(name)s” has more than %(most)s columns. Leave out those that are not needed.",
                row=number,
                name=name,
                most=COLUMNS,
            )
        )
    if len(lines) >= ROWS:
        raise _too_many(name)
    lines.append(Line(number, tuple(cells)))
