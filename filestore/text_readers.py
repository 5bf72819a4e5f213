"""Reads the words out of one file from outside; runs in a process of its own (`filestore.text_reading` starts it)."""

import csv
import io
import json
import logging
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO, BinaryIO, Final
from xml.etree import ElementTree as ET

import openpyxl
import pypdfium2

from filestore.sheets import encoding_of
from filestore.text_reading import Unread

MOST: Final = 20_000
"""So many characters are read."""
PAGES: Final = 200
SHEETS: Final = 20
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DECLARED: Final = 64 << 20
"""A part of an office file that says it is larger than this is not unpacked."""
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."


def _pdf(content: bytes) -> Iterator[str]:
    with pypdfium2.PdfDocument(content) as document:
        for number in range(min(len(document), PAGES)):
            page = document[number]
            words = page.get_textpage()
            yield words.get_text_bounded()
            words.close()
            page.close()


def _plain(content: bytes) -> Iterator[str]:
    yield content.decode(encoding_of(content) or "utf-8", errors="replace").removeprefix("\ufeff")


def _csv(content: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO("".join(_plain(content)))):
        yield " ".join(cell for cell in row if cell)


def _sheets(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for sheet in book.worksheets[:SHEETS]:
        yield sheet.title
        for row in sheet.iter_rows(values_only=True):
            yield " ".join(str(cell) for cell in row if cell is not None)


def _letters(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if packed.getinfo("word/document.xml").file_size > _DECLARED:
            raise Unread("limits")
        with packed.open("word/document.xml") as part:
            yield from _paragraphs(part)


def _paragraphs(part: IO[bytes]) -> Iterator[str]:
    """Expat loads nothing from elsewhere and stops where entities grow; what else it costs ends with this process."""
    for _event, node in ET.iterparse(part):  # noqa: S314
        if node.tag == f"{_WORD}p":
            yield "".join(text.text or "" for text in node.iter(f"{_WORD}t"))
            node.clear()


READERS: Final[dict[str, Callable[[bytes], Iterator[str]]]] = {
    "application/pdf": _pdf,
    "text/plain": _plain,
    "text/csv": _csv,
    f"{_OFFICE}spreadsheetml.sheet": _sheets,
    f"{_OFFICE}wordprocessingml.document": _letters,
}


def read(content: bytes, media_type: str) -> str:
    """The first words of a file, as many as are wanted."""
    found: list[str] = []
    left = MOST
    for line in chain(READERS[media_type](content)):
        piece = line.replace("\0", "")[:left]
        found.append(piece)
        left -= len(piece) + 1
        if left <= 0:
            break
    return "\n".join(found).strip()


def main(given: BinaryIO) -> None:
    """First line: the type of file; the rest: the file. Answers with one JSON object."""
    logging.disable()
    media_type = given.readline().decode().strip()
    try:
        words, trouble = read(given.read(), media_type), ""
    except MemoryError:
        words, trouble = "", "limits"
    except Unread as why:
        words, trouble = "", str(why)
    except Exception:  # noqa: BLE001 - whatever a library says of a file from outside, the file is not readable
        words, trouble = "", "unreadable"
    sys.stdout.write(json.dumps({"words": words, "trouble": trouble}))
