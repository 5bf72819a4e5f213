"""Records of XLSX files, as if each were a line of CSV: dates in the form of the mapping, formulas told apart."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from filestore import sheets
from imports import lines
from imports.lines import BOOK, Look, Record


def records(path: Path, seen: Look, column: str, begins: Callable[[str], bool], date_form: str) -> Iterator[Record]:
    """Every record of a CSV or XLSX file, the header first; blank lines are none."""
    if seen.encoding == BOOK:
        return _of_book(path, date_form)
    return lines.records(path, seen.encoding, column, begins)


def _of_book(path: Path, date_form: str) -> Iterator[Record]:
    with path.open("rb") as file:
        table = sheets.read(file, path.name)
    width = len(table.lines[0].cells)
    for line in table.lines:
        cells = [_text(cell, date_form) for cell in line.cells]
        yield Record(line.number, cells + [""] * (width - len(cells)))


def _text(cell: sheets.Cell, date_form: str) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime | date):
        return cell.strftime(date_form)
    return str(cell) if isinstance(cell, time | timedelta) else ""
