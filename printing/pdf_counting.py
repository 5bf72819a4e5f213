"""How many pages a PDF from outside has: opened in a child with limits, for a small file may unpack to anything."""

import io
from typing import Final, Self

import pikepdf

from printing.pdf_failures import RenderFailed
from printing.press import Limits, Named, Press

LIMITS: Final = Limits(memory=512 << 20, cpu=10, wall=20.0)
OPENS: Final = Named("printing.pdf_counting", "opens")
LOCKED: Final = b"locked"
NONE: Final = b"0"


class Locked(Exception):  # noqa: N818 - it names what was found
    """The file wants a password."""


def opens(content: bytes) -> bytes:
    """The number of pages, or that a password is wanted; on the press."""
    try:
        with pikepdf.open(io.BytesIO(content)) as opened:
            return str(len(opened.pages)).encode()
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return NONE


class Counter:
    """Counts one file after the other in the same child; its own, as requests run side by side."""

    def __init__(self) -> None:
        """Begin without one: it is started for the first file."""
        self._press: Press | None = None

    def __enter__(self) -> Self:
        """Count in it."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End the child."""
        if self._press is not None:
            self._press.end()

    def pages(self, content: bytes) -> int:
        """How many pages; none where it can't be opened, or not within the limits. Raises Locked."""
        self._press = self._press or Press()
        try:
            found = self._press.make(OPENS, content, limits=LIMITS)
        except RenderFailed:
            return 0
        if found == LOCKED:
            raise Locked
        return int(found)


def pages_in(content: bytes) -> int:
    """How many pages; none where it can't be opened, or not within the limits. Raises Locked."""
    with Counter() as counter:
        return counter.pages(content)
