"""How many pages a PDF from outside has: opened in a child with limits, for a small file may unpack to anything."""

import io
from typing import Final

import pikepdf

from core.pdf_failures import RenderFailed
from core.press import Limits, Named, Press

LIMITS: Final = Limits(memory=512 << 20, cpu=10, wall=20.0)
OPENS: Final = Named("core.pdf_counting", "opens")
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


def pages_in(content: bytes) -> int:
    """How many pages; none where it can't be opened, or not within the limits. Raises Locked."""
    press = Press()  # its own: requests run side by side
    try:
        found = press.make(OPENS, content, limits=LIMITS)
    except RenderFailed:
        return 0
    finally:
        press.end()
    if found == LOCKED:
        raise Locked
    return int(found)
