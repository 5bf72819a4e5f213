"""Copies without metadata, made by a process that holds nothing: a small file may unpack to anything."""

from threading import BoundedSemaphore
from typing import Final

from core.errors import Unavailable
from core.words import _l
from filestore import confined
from filestore.confined import Bounds, Late, Stopped
from filestore.file_stripping import tells

BOUNDS: Final = Bounds(memory=1024 << 20, cpu=40, wall=80.0)
"""Enough for a photograph of as many pixels as are taken."""
_places: Final = BoundedSemaphore(2)
"""So many are made at once in one process of the web; who comes then waits, or is asked to come again."""


class NoCopy(Exception):  # noqa: N818 - it names what happened
    """It can't be read, or not within the limits."""


class NoCopyYet(NoCopy):
    """Not in time: on a machine less busy there may be one."""


def copied(content: bytes, media_type: str) -> bytes:
    """The same file without what it tells of the person who made it. Raises NoCopy."""
    if not tells(media_type):
        return content
    if not _places.acquire(timeout=20):
        raise Unavailable(_l("Other files are being copied. Nothing you typed is lost; try again in a moment."))
    try:
        call = f"from filestore.file_stripping import main; main({media_type!r})"
        return confined.run(confined.ours(call), given=content, bounds=BOUNDS)
    except Late as late:
        raise NoCopyYet from late
    except Stopped as stopped:
        raise NoCopy from stopped
    finally:
        _places.release()
