"""Copies of kept files under a path: gone with the work that wants them, or two days after a killed process."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "zilu-work-"


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of one's own among the machine's temporary files."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        yield Path(name)


def clear(before: float) -> None:
    """Take away what nobody has touched since this second: its process was killed, and no other knows of it."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, PermissionError):
            if left.stat().st_mtime < before:
                shutil.rmtree(left)
