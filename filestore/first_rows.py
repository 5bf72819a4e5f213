"""What a process that holds nothing reads of a table given on its input: the first rows, as text."""

import csv
import gc
import io
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any, Final

from openpyxl import Workbook, load_workbook

from filestore.sheets import encoding_of

ROWS: Final = 200
COLUMNS: Final = 40
SHEETS: Final = 20
CELL: Final = 300
_TEXT: Final = 4 << 20
_SAMPLE: Final = 20_000


def main(kind: str, sheet: int) -> None:
    """Names of the sheets, the beginning of one, and whether there is more of it: rows, columns, or text of a cell."""
    content = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps(_of_text(content) if kind == "csv" else _of_book(content, sheet)))


def _of_text(content: bytes) -> dict[str, Any]:
    text = content[:_TEXT].decode(encoding_of(content) or "utf-8", errors="replace").removeprefix("\ufeff")
    delimiter = max(",\t;|", key=text[:_SAMPLE].count)
    found, more = _begun(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return {"sheets": [], "rows": found, "more": more or len(content) > _TEXT}


def _of_book(content: bytes, sheet: int) -> dict[str, Any]:
    names, shown, values = _values(content, sheet)
    gc.collect()  # a workbook holds itself, and two of them held every text twice
    typed = _rows(_opened(content, stored=False), shown)
    found, more = _begun(
        [_of_both(*cell) for cell in zip(*rows, strict=True)] for rows in zip(values, typed, strict=True)
    )
    while found and not any(found[-1]):
        found.pop()
    return {"sheets": names[:SHEETS], "rows": found, "more": more or len(names) > SHEETS}


def _values(content: bytes, sheet: int) -> tuple[list[str], str, list[list[str | None]]]:
    """The names of all sheets, the one shown, and its first rows as the file keeps what they come to."""
    book = _opened(content, stored=True)
    names = [each.title for each in book.worksheets]  # of sheets that are charts alone there is no table
    shown = names[min(sheet, len(names[:SHEETS]) - 1)]
    return names, shown, [[_cut(cell) for cell in row] for row in _rows(book, shown)]


def _opened(content: bytes, *, stored: bool) -> Workbook:
    return load_workbook(io.BytesIO(content), read_only=True, data_only=stored, keep_links=False)


def _rows(book: Workbook, shown: str) -> Iterable[Sequence[object]]:
    return book[shown].iter_rows(max_row=ROWS + 1, max_col=COLUMNS + 1, values_only=True)


def _cut(cell: object) -> str | None:
    return None if cell is None else _written(cell)[: CELL + 1]


def _of_both(value: str | None, typed: object) -> str:
    """A cell's value; of one that computes something and was saved without its value, what it computes."""
    return _written(getattr(typed, "text", typed)) if value is None else value


def _written(cell: object) -> str:
    """A cell as people read it: a day without the midnight that the file keeps beside it, a time without seconds."""
    if isinstance(cell, datetime):
        if cell.time() == time.min:
            return cell.date().isoformat()
        return cell.isoformat(" ", "seconds" if cell.second else "minutes")
    return "" if cell is None else str(cell)


def _begun(rows: Iterable[Sequence[str]]) -> tuple[list[list[str]], bool]:
    """The first rows, columns and characters of each cell, and whether there is more."""
    found: list[list[str]] = []
    more = False
    for row in rows:
        if len(found) == ROWS:
            return found, True
        more = more or any(row[COLUMNS:]) or any(len(cell) > CELL for cell in row)
        filled = max((place for place, cell in enumerate(row[:COLUMNS], 1) if cell.strip()), default=0)
        found.append([cell if len(cell) <= CELL else f"{cell[:CELL]}…" for cell in row[:filled]])
    return found, more
