"""Copies without metadata, made in a child with limits: a small file may unpack to anything."""

from threading import BoundedSemaphore
from typing import Final

from core.errors import Unavailable
from core.words import _l
from filestore.file_stripping import tells, without_metadata
from printing.pdf_failures import RenderFailed
from printing.press import Limits, Press

LIMITS: Final = Limits(memory=1024 << 20, cpu=40, wall=80.0)
"""Enough for a photograph of as many pixels as are taken."""
_places: Final = BoundedSemaphore(2)
"""So many are made at once in one process of the web; who comes then waits, or is asked to come again."""


class NoCopy(Exception):  # noqa: N818 - it names what happened
    """It can't be read, or not within the limits."""


def copied(content: bytes, media_type: str) -> bytes:
    """The same file without what it tells of the person who made it. Raises NoCopy."""
    if not tells(media_type):
        return content
    if not _places.acquire(timeout=20):
        raise Unavailable(_l("Other files are being copied. Nothing you typed is lost; try again in a moment."))
    press = Press()
    try:
        return press.make(without_metadata, content, media_type, limits=LIMITS)
    except RenderFailed as failed:
        raise NoCopy from failed
    finally:
        press.end()
        _places.release()
