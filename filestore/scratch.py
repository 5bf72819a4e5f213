"""Copies of kept files under a path: gone with the work that wants them, or two days after nobody touched them."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

PREFIX: Final = "zilu-work-"


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of one's own among the machine's temporary files."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        yield Path(name)


def kept(name: str) -> Path:
    """A folder that work in several legs finds again under its name, until one leg says that all is done (`drop`).

    It holds what can be made again: on another machine it is empty. Raises PermissionError where somebody else's lies
    under the name.
    """
    path = Path(tempfile.gettempdir(), f"{PREFIX}{name}")
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        message = f"{path} is not this program's own"
        raise PermissionError(message)
    os.utime(path)
    return path


def drop(name: str) -> None:
    """Take away what work in legs had kept under this name."""
    shutil.rmtree(Path(tempfile.gettempdir(), f"{PREFIX}{name}"), ignore_errors=True)


def clear(age: timedelta) -> None:
    """Take away what nobody has touched for so long: its process was killed, and no other knows of it.

    By the time of the place itself, which wrote when it was touched: installations share the place, and one of them
    may live in another time than this one.
    """
    with tempfile.TemporaryFile() as just_made:
        before = os.fstat(just_made.fileno()).st_mtime - age.total_seconds()
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, PermissionError):
            if left.stat().st_mtime < before:
                shutil.rmtree(left)
