"""What a page shows of a file that no browser shows by itself: pages of a PDF, first rows of a table, text."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

from core.errors import Unavailable
from core.words import _l
from filestore import confined, files, scanning
from filestore.confined import Bounds, Late, Stopped
from filestore.file_checks import encoding_of
from filestore.text_reading import Unread, words_of

PDF: Final = "application/pdf"
TEXT: Final = "text/plain"
TABLES: Final = {
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
LETTER: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT_SHOWN: Final = 200_000
_BOUNDS: Final = Bounds(memory=1536 << 20, file=64 << 20, cpu=15, wall=25)
_places: Final = BoundedSemaphore(2)
"""So many are drawn at once in one process of the web; who comes then is asked to come again."""


@dataclass(frozen=True, slots=True)
class Table:
    """The first rows of a table, and the names of its sheets."""

    sheets: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: bool


def pages(sha256: str) -> int:
    """How many pages a PDF has; none where it can't be drawn."""
    try:
        return int(_made("from filestore.drawing import pages; pages()", sha256) or 0)
    except ValueError:
        return 0


def page(sha256: str, number: int) -> bytes:
    """One page as a JPEG; nothing where it can't be drawn."""
    return _made(f"from filestore.drawing import page; page({number:d})", sha256)


def table(sha256: str, media_type: str, sheet: int = 0) -> Table | None:
    """The first rows; nothing where they can't be read."""
    said = _made(f"from filestore.first_rows import main; main({TABLES[media_type]!r}, {max(sheet, 0):d})", sha256)
    try:
        found = json.loads(said)
    except ValueError:
        return None
    width = max((len(row) for row in found["rows"]), default=0)
    rows = tuple((*row, *[""] * (width - len(row))) for row in found["rows"])
    return Table(tuple(found["sheets"]), rows, bool(found["more"]))


def text(sha256: str) -> tuple[str, bool]:
    """The beginning of a text, and whether there is more."""
    with scanning.given_out(sha256) as stream:
        content = stream.read(TEXT_SHOWN + 1)
    named = encoding_of(content[:4])
    for encoding in (named,) if named else ("utf-8", "gb18030"):
        try:
            whole = content[:TEXT_SHOWN].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < min(len(content), TEXT_SHOWN) - 4:  # not merely cut within a character
                continue
            whole = content[: error.start].decode(encoding)
        return whole, len(content) > TEXT_SHOWN
    return content[:TEXT_SHOWN].decode(errors="replace"), len(content) > TEXT_SHOWN


def letter(sha256: str) -> str:
    """The words of a document without its looks, as the search reads them; nothing where they can't be read."""
    with _place(sha256):
        try:
            return words_of(files.read(sha256), LETTER)
        except (Unread, Late):
            return ""


def _made(call: str, sha256: str) -> bytes:
    with _place(sha256):
        try:
            return confined.run(confined.ours(call), given=files.read(sha256), bounds=_BOUNDS)
        except (Stopped, Late):
            return b""


@contextmanager
def _place(sha256: str) -> Iterator[None]:
    scanning.require_clean(sha256)
    if not _places.acquire(timeout=5):
        raise Unavailable(_l("Other files are being drawn. Try again in a moment."))
    try:
        yield
    finally:
        _places.release()
