"""Where bytes lie, named by their digest: what a store does, and the folder that is one."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, Protocol

HALF: Final = ".new-"
"""How a file is called until it is whole."""


class Store(Protocol):
    """Each raises OSError where bytes cannot be written, read or removed."""

    def put(self, sha256: str, stream: BinaryIO, size: int) -> None:
        """Keep these bytes under their digest; the same digest again changes nothing."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open the bytes as a seekable stream."""
        ...

    def remove(self, sha256: str) -> None:
        """Take the bytes away; where there are none, nothing happens."""
        ...

    def clear(self, before: float) -> None:
        """Take away what a crash before this second left half written."""
        ...


class Folder:
    """A folder of the machine: ab/cdef…, written above its place, made durable, then moved there."""

    def __init__(self, root: Path) -> None:
        """Use this folder; it is made when the first file comes."""
        self.root = root

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:]

    def put(self, sha256: str, stream: BinaryIO, size: int) -> None:
        """Keep the bytes so that after a crash there are all of them or none."""
        path = self._path(sha256)
        if path.exists() and path.stat().st_size == size:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=self.root, prefix=HALF)
        try:
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(stream, file)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(0o440)
            Path(beside).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(beside).unlink()
            raise
        _sync(path.parent)

    def open(self, sha256: str) -> BinaryIO:
        """Open the file itself."""
        return self._path(sha256).open("rb")

    def remove(self, sha256: str) -> None:
        """Delete the file."""
        self._path(sha256).unlink(missing_ok=True)

    def clear(self, before: float) -> None:
        """Whoever wrote it was killed: nothing names it, so nothing else would ever erase it."""
        for path in self.root.glob(f"{HALF}*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
