"""Has the words of a file from outside read by a process that holds nothing and has little time and memory."""

import json
import subprocess
import sys
from typing import Final

from core.settings import ROOT

WALL: Final = 30.0
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
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {ENTER}"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            input=media_type.encode() + b"\n" + content,
            capture_output=True,
            timeout=WALL,
            check=False,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as slow:
        raise Unread("limits") from slow
    if done.returncode < 0:
        raise Unread("limits")
    try:
        said = json.loads(done.stdout)
    except ValueError as broken:
        raise Unread("unreadable") from broken
    if said["trouble"]:
        raise Unread(str(said["trouble"]))
    return str(said["words"])


ENTER: Final = "from core.text_readers import main; main(sys.stdin.buffer)"
