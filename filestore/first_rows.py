"""What a process that holds nothing reads of a table given on its input: the first rows, as text."""

import csv
import io
import json
import sys
from typing import Any, Final

from openpyxl import load_workbook

from filestore.sheets import encoding_of

ROWS: Final = 200
COLUMNS: Final = 40
SHEETS: Final = 20
CELL: Final = 300
_TEXT: Final = 4 << 20
_SAMPLE: Final = 20_000


def main(kind: str, sheet: int) -> None:
    """Names of the sheets, the rows, and whether there are more."""
    content = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps(_of_text(content) if kind == "csv" else _of_book(content, sheet)))


def _of_text(content: bytes) -> dict[str, Any]:
    text = content[:_TEXT].decode(encoding_of(content) or "utf-8", errors="replace").removeprefix("\ufeff")
    delimiter = max(",\t;|", key=text[:_SAMPLE].count)
    found: list[list[str]] = []
    more = len(content) > _TEXT
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if len(found) == ROWS:
            more = True
            break
        found.append([cell[:CELL] for cell in row[:COLUMNS]])
    return {"sheets": [], "rows": found, "more": more}


def _of_book(content: bytes, sheet: int) -> dict[str, Any]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    names = book.sheetnames[:SHEETS]
    shown = book[names[min(sheet, len(names) - 1)]]
    found: list[list[str]] = []
    more = False
    for row in shown.iter_rows(max_row=ROWS + 1, max_col=COLUMNS, values_only=True):
        if len(found) == ROWS:
            more = True
            break
        found.append(["" if cell is None else str(cell)[:CELL] for cell in row])
    while found and not any(found[-1]):
        found.pop()
    return {"sheets": names, "rows": found, "more": more}
