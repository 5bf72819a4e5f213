"""Has a PDF from outside looked into by a process that holds nothing: no key, no database, no secret around it."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

from core.errors import Unavailable
from core.words import _l
from filestore import confined
from filestore.confined import Bounds, Stopped

LOOK: Final = "from printing.signing_checks import main; main(sys.stdin.buffer)"
BOUNDS: Final = Bounds(memory=1 << 30, file=1 << 20, cpu=15, wall=30.0, alone=True)
_places: Final = BoundedSemaphore(2)
"""So many are looked into at once in one process of the web; who comes then is asked to come again."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the file says of itself; hints, and never proof."""

    readable: bool
    signature: str
    """``none``, ``broken``, ``partial`` (good, but of less than the whole file), ``good``, ``foreign``."""
    codes: tuple[str, ...]
    picture: bool = False
    """Its pages are pictures, as of a scan: no text is in them."""


UNREADABLE: Final = Found(readable=False, signature="none", codes=())


def look_into(content: bytes, certificates: Sequence[bytes]) -> Found:
    """What a file shows; one that ends its reader, or takes too long, shows nothing."""
    if not _places.acquire(blocking=False):
        raise Unavailable(_l("Other files are being checked. Try again in a moment."))
    try:
        return _looked(content, certificates)
    finally:
        _places.release()


def _looked(content: bytes, certificates: Sequence[bytes]) -> Found:
    head = json.dumps([base64.b64encode(each).decode() for each in certificates]).encode()
    try:
        said = json.loads(confined.run(confined.ours(LOOK), given=head + b"\n" + content, bounds=BOUNDS))
    except (Stopped, ValueError):
        return UNREADABLE
    return Found(bool(said["readable"]), str(said["signature"]), tuple(said["codes"]), bool(said["picture"]))
