"""Records of XLSX files, as if each were a line of CSV: dates in the form of the mapping, formulas told apart."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import dropwhile
from pathlib import Path

from core import characters
from filestore import sheets
from filestore.sheets_made import as_it_stood
from imports import lines
from imports.lines import BOOK, Look, Record

LEAST = 2
"""So many columns a table has at least."""


def records(
    path: Path,
    seen: Look,
    column: str,
    begins: Callable[[str], bool],
    date_form: str,
    days: Collection[str] | None = None,
) -> Iterator[Record]:
    """Every record of a CSV or XLSX file, the header first; blank lines are none.

    A time that stands beside its day is left out in the columns that hold days: in all of them where it is not said.
    """
    if seen.encoding == BOOK:
        return _of_book(path, date_form, days)
    found = lines.records(path, seen.encoding, column, begins)
    return (each if each.trouble else replace(each, cells=[*map(as_it_stood, each.cells)]) for each in found)


def _of_book(path: Path, date_form: str, days: Collection[str] | None) -> Iterator[Record]:
    with path.open("rb") as file:
        table = sheets.read(file, path.name)
    rows = list(dropwhile(_is_title, table.lines)) or table.lines
    heads = rows[0].cells
    whole = {place for place, head in enumerate(heads) if days is not None and characters.tidy(str(head)) not in days}
    for line in rows:
        cells = [_text(cell, date_form, whole=place in whole) for place, cell in enumerate(line.cells)]
        yield Record(line.number, cells + [""] * (len(heads) - len(cells)))


def _is_title(line: sheets.Line) -> bool:
    """Whether a line above the names of the columns only says what the table is: one cell of it is filled."""
    return sum(bool(str(cell or "").strip()) for cell in line.cells) < LEAST


def _text(cell: sheets.Cell, date_form: str, *, whole: bool) -> str:
    if isinstance(cell, str):
        plain = as_it_stood(cell)
        return sheets.Formula(plain) if plain != cell and plain.startswith("=") else plain
    if whole and isinstance(cell, datetime) and cell.time() != time():
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, datetime | date):
        return cell.strftime(date_form)
    return str(cell) if isinstance(cell, time | timedelta) else ""
