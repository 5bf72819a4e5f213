"""What a process that holds nothing reads of a workbook given on its input: all rows of each sheet that is shown."""

import io
import json
import re
import struct
import sys
import warnings
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from filestore.file_checks import MIB
from filestore.sheets import COLUMNS, FARTHEST, ROWS, Cell, Formula, Line, Unread, take

UNPACKED: Final = 60 * MIB
"""The most that an XLSX file may hold once it is unpacked."""
EXACT: Final = 10**15
"""From here on a number in a spreadsheet has lost digits."""
_ZEROS: Final = re.compile("0{2,}")
"""A format by which a spreadsheet shows numbers with the zeros before them."""
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_RETURN: Final = "_x000D_"
"""How workbooks write the first half of a line end of Windows."""
_BROKEN: Final = (
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


def main() -> None:
    """Title and rows of each sheet, or the word for why there are none, as JSON."""
    try:
        said: dict[str, Any] = {"sheets": _sheets(sys.stdin.buffer.read())}
    except Unread as unread:
        said = {"why": unread.why, "row": unread.row}
    except _BROKEN:
        said = {"why": "damaged", "row": 0}
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False).encode())


def _sheets(content: bytes) -> list[tuple[str, list[tuple[int, list[Any]]]]]:
    _whole(content)
    warnings.simplefilter("ignore")
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    found, left = [], FARTHEST
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()
        lines: list[Line] = []
        for number, row in enumerate(sheet.iter_rows(max_row=FARTHEST, max_col=COLUMNS + 1), 1):
            left -= 1
            if left < 0:
                raise Unread("rows")
            if not all(isinstance(each, EmptyCell) for each in row):
                take(lines, number, (_value(each) for each in row))
        spread = _spread(sheet, lines)
        found.append((sheet.title, [(each.number, [_told(cell) for cell in each.cells]) for each in spread]))
    return found


def _whole(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    if any(each.flag_bits & 1 for each in entries):
        raise Unread("locked")
    if sum(each.file_size for each in entries) > UNPACKED:
        raise Unread("unpacks")


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


def _told(cell: Cell) -> str | tuple[str, str | float]:
    """As JSON takes it: what it is, and its value, where it is no plain text."""
    if isinstance(cell, str):
        return ("Formula", str(cell)) if isinstance(cell, Formula) else cell
    if isinstance(cell, timedelta):
        return "timedelta", cell.total_seconds()
    return type(cell).__name__, cell.isoformat()
