"""Records of CSV files, also of damaged ones: a broken quote costs its own row, never the rows behind it."""

import codecs
import csv
import hashlib
import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

CELL = 32_767
"""The most that one cell may hold: spreadsheets cut longer ones off, so longer ones came from somewhere else."""
LONGEST_LINE = 1024 * 1024
MOST_LINES = 2_000
_SAMPLE = 1024 * 1024
NARROW = 2
"""Columns that a table has at least."""
QUOTES = "quotes"
BOOK = "xlsx"
"""Stands for an encoding where the file is a workbook."""
_ZIP = b"PK\x03\x04"


class BrokenQuotesError(Exception):
    """A record whose quotes do not fit together."""


@dataclass(frozen=True)
class Look:
    """What the first look at a file tells: its digest, its encoding, and whether that was only a guess."""

    digest: str
    encoding: str
    guessed: bool = False


@dataclass(frozen=True)
class Record:
    """The cells of one record and the line on which it begins; broken ones hold the raw text as their only cell."""

    line: int
    cells: list[str]
    trouble: str = ""


def look(path: Path, encodings: tuple[str, ...]) -> Look:
    """Read the file once: digest, and the first of the encodings that fits.

    A file that is mostly UTF-8 stays UTF-8: only its damaged lines are rejected.
    """
    digest, start = hashlib.sha256(), b""
    good = bad = 0
    with path.open("rb") as file:
        while line := file.readline(_SAMPLE):
            digest.update(line)
            start = start or line[:4]
            if not line.isascii():
                good, bad = (good + 1, bad) if _decodes(line, "utf-8") else (good, bad + 1)
    found = digest.hexdigest()
    if start == _ZIP:
        return Look(found, BOOK)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Look(found, "utf-16")
    if start.startswith(codecs.BOM_UTF8):
        return Look(found, "utf-8-sig")
    if good >= bad:
        return Look(found, "utf-8")
    for encoding in encodings:
        if encoding != "utf-8" and _file_decodes(path, encoding):
            return Look(found, encoding, guessed=True)
    return Look(found, "utf-8", guessed=True)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _file_decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_SAMPLE):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class _Lines:
    """Gives lines to the CSV reader and remembers those of the record under way, so that they can be read again."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.next_line = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES or sum(map(len, self.taken)) > LONGEST_LINE:
            raise BrokenQuotesError
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self.taken.append(line)
        return line

    def _read(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        rest = line
        while len(rest) == LONGEST_LINE and rest[-1] not in "\r\n":  # the rest of a monstrous line is not kept
            rest = self._text.readline(LONGEST_LINE)
        return line

    def done(self) -> None:
        """Forget the lines of a record that was read."""
        self.next_line += len(self.taken)
        self.taken = []

    def only_first(self) -> str:
        """Give up on the first line taken; the others are read again."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        self.next_line += 1
        self.taken = []
        return first


class _Shape:
    """What the header tells of every record: how many cells, and in which of them a record shows its beginning."""

    def __init__(self, column: str, begins: Callable[[str], bool]) -> None:
        self._column, self._begins = column, begins
        self._place = 0
        self.width = 0

    def learn(self, header: list[str]) -> None:
        """Take the header's measure."""
        self.width = len(header)
        names = [cell.strip() for cell in header]
        self._place = names.index(self._column) if self._column in names else 0

    def cut(self, cells: list[str]) -> list[str]:
        """These cells without the empty ones beyond the last column; none where all are empty.

        Spreadsheets and exports end rows with commas, and tables with rows of them, where something was formatted once.
        """
        if not any(cell.strip() for cell in cells):
            return []
        end = len(cells)
        while end > self.width > 0 and not cells[end - 1].strip():
            end -= 1
        return cells[:end]

    def begins(self, cells: list[str]) -> bool:
        """Whether these cells look like the start of a record, and not like a sentence with commas."""
        return len(cells) >= self.width and self._begins(cells[self._place].strip())

    def swallowed(self, lines: list[str]) -> bool:
        """Whether an open quotation mark swallowed the record behind it."""
        return any(self.begins(line.split(",")) for line in lines[1:])


def records(path: Path, encoding: str, column: str, begins: Callable[[str], bool]) -> Iterator[Record]:
    """Give every record, the header first; blank lines are none, nor are lines of commas.

    `begins` says of the cell in `column` whether a record can begin with it.
    """
    csv.field_size_limit(LONGEST_LINE)
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    shape = _Shape(column, begins)
    with path.open("rb") as file:
        lines = _Lines(io.TextIOWrapper(file, encoding=encoding, errors=errors, newline=""))
        damaged: Record | None = None
        while (record := _next(lines, shape)) is not None:
            if damaged is not None and _left_over(record, shape):
                damaged.cells[0] = (damaged.cells[0] + "\n" + ",".join(record.cells))[:CELL]
                continue
            if damaged is not None:
                yield damaged
            damaged = record if record.trouble == QUOTES and shape.width else None
            if damaged is None and record.cells:
                if not shape.width and _is_title(record.cells):
                    continue
                if not shape.width:
                    shape.learn(record.cells)
                yield record
        if damaged is not None:
            yield damaged


def _is_title(cells: list[str]) -> bool:
    """Whether a line above the names of the columns only says what the table is: one filled cell, and commas."""
    return len(cells) > NARROW and sum(bool(cell.strip()) for cell in cells) == 1


def _left_over(record: Record, shape: _Shape) -> bool:
    """Whether this belongs to the record with broken quotes before it, and is none of its own."""
    if record.trouble == QUOTES:
        return not shape.begins(record.cells[0].split(","))
    return len(record.cells) != shape.width and not shape.begins(record.cells)


def _next(lines: _Lines, shape: _Shape) -> Record | None:
    at = lines.next_line
    try:
        cells = next(csv.reader(lines, strict=True))
    except StopIteration:
        return None
    except (csv.Error, BrokenQuotesError):
        return _broken(lines, at) if lines.taken else None
    cells = shape.cut(cells)
    if shape.width and cells and len(lines.taken) > 1 and (len(cells) != shape.width or shape.swallowed(lines.taken)):
        return _broken(lines, at)
    lines.done()
    return Record(at, cells)


def _broken(lines: _Lines, at: int) -> Record:
    return Record(at, [lines.only_first().rstrip("\r\n")], QUOTES)
