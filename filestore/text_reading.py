"""Has the words of a file from outside read by a process that holds nothing and has little time and memory."""

import json
from typing import Final

from filestore import confined
from filestore.confined import Bounds, Stopped

READ: Final = "from filestore.text_readers import main; main(sys.stdin.buffer)"
BOUNDS: Final = Bounds(memory=1 << 30, file=32 << 20, cpu=20, wall=30.0, alone=True)
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
READABLE: Final = frozenset(
    {
        "application/pdf",
        "text/plain",
        "text/csv",
        f"{_OFFICE}spreadsheetml.sheet",
        f"{_OFFICE}wordprocessingml.document",
    }
)
"""Types of file that have words; pictures and recordings have none that we read."""


class Unread(Exception):  # noqa: N818
    """Nothing could be read; says why in one word."""


def words_of(content: bytes, media_type: str) -> str:
    """What a file says, in a process of its own; raises Unread ("limits" or "unreadable")."""
    try:
        said = json.loads(confined.run(confined.ours(READ), given=media_type.encode() + b"\n" + content, bounds=BOUNDS))
    except Stopped as stopped:
        raise Unread("limits" if stopped.why == "too_long" else "unreadable") from stopped
    except ValueError as broken:
        raise Unread("unreadable") from broken
    if said["trouble"]:
        raise Unread(str(said["trouble"]))
    return str(said["words"])
