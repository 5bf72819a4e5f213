"""Tables that are given out, as CSV or XLSX: no cell of them can be taken for a formula by a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

Cell = str | int | float | None
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
            longest = max([len(str(head)), *(len(str(row[place] or "")) for row in table.rows[:200])])
            sheet.column_dimensions[chr(65 + place) if place < 26 else "Z"].width = min(longest * 1.8 + 2, WIDEST)  # noqa: PLR2004 - letters
        heads = []
        for head in table.heads:
            cell = WriteOnlyCell(sheet, value=harmless(head))
            cell.font = Font(bold=True)
            heads.append(cell)
        sheet.append(heads)
        for row in table.rows:
            sheet.append([harmless(each) for each in row])
    if not taken:
        book.create_sheet("-")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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
