"""Tables that are given out, as CSV or XLSX: no cell of them can be taken for a formula by a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Cell = str | int | float | date | None
CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STARTS: Final = "=+-@\t\r\n＝＋－＠"
"""A text that begins so is computed by some spreadsheet."""
LONGEST_NAME: Final = 31
WIDEST: Final = 48
_NO_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True)
class Table:
    """One table: its name, its heads, its rows."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def harmless(cell: Cell) -> Cell:
    """The cell as it may stand in a spreadsheet: a text that would be computed gets an apostrophe before it."""
    if not isinstance(cell, str):
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", cell).encode("utf-8", "backslashreplace").decode()
    return f"'{text}" if text.lstrip(" \u3000\ufeff").startswith(tuple(STARTS)) else text


def as_it_stood(cell: str) -> str:
    """What stood in a cell before it was made `harmless`; any other is as it was."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def csv_line(cells: Iterable[Cell]) -> str:
    """One line of CSV, for tables that are too long to be held whole."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([harmless(each) for each in cells])
    return out.getvalue()


def csv_of(table: Table) -> bytes:
    """One table as CSV, with the mark by which old spreadsheets know UTF-8."""
    return "".join(map(csv_line, [table.heads, *table.rows])).encode("utf-8-sig")


def xlsx_of(tables: Iterable[Table]) -> bytes:
    """Tables as sheets of one workbook, the heads bold and standing still."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for table in tables:
        sheet = book.create_sheet(_name(table.name, taken))
        sheet.freeze_panes = "A2"
        for place, head in enumerate(table.heads):
            longest = max(map(_width, [head, *(row[place] for row in table.rows[:200])]))
            sheet.column_dimensions[get_column_letter(place + 1)].width = min(longest + 3, WIDEST)
        heads = []
        for head in table.heads:
            cell = WriteOnlyCell(sheet, value=str(harmless(head)))
            cell.font = Font(bold=True)
            heads.append(cell)
        sheet.append(heads)
        for row in table.rows:
            sheet.append([_folded(sheet, harmless(each)) for each in row])
    if not taken:
        book.create_sheet("-")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _width(cell: Cell) -> int:
    """How many signs wide a cell is; a Chinese sign is as wide as two others."""
    text = "" if cell is None else str(cell)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _folded(sheet: Any, cell: Cell) -> Any:  # noqa: ANN401 - openpyxl has no types
    """A cell that is wider than its column can be, which breaks its lines: the next one would hide its end."""
    if not isinstance(cell, str) or ("\n" not in cell and _width(cell) <= WIDEST):
        return cell
    folded = WriteOnlyCell(sheet, value=cell)
    folded.alignment = Alignment(wrap_text=True, vertical="top")
    return folded


def _name(wanted: str, taken: set[str]) -> str:
    """A name no sheet has yet, without the signs that a sheet's name may not hold."""
    plain = str(harmless(wanted)).translate(_NO_NAME).strip("' ") or "-"
    if len(plain) > LONGEST_NAME:
        cut = plain[: LONGEST_NAME - 1]
        words = cut if plain[LONGEST_NAME - 1] == " " else cut.rpartition(" ")[0]
        plain = f"{words if len(words) > LONGEST_NAME // 2 else cut}…"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name
