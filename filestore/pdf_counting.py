"""How many pages a PDF from outside has: a process that holds nothing opens it, as it may unpack to anything."""

import io
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

import pikepdf

from filestore import confined
from filestore.confined import TOO_LONG, Bounds, Stopped

BOUNDS: Final = Bounds(memory=512 << 20, file=1 << 20, cpu=10, wall=20.0, alone=True)
"""Of one file."""
LOCKED: Final = "locked"
CALL: Final = "from filestore.pdf_counting import main; main()"


class Locked(Exception):  # noqa: N818 - it names what was found
    """The file wants a password."""


def pages_in(content: bytes) -> int:
    """How many pages; none where it can't be opened, or takes too much memory.

    Raises Locked, and Stopped where it takes too long, or Late on a busy machine.
    """
    try:
        said = _words([content], BOUNDS)
    except Stopped as stopped:
        if stopped.why == TOO_LONG:
            raise
        said = []
    if said == [LOCKED]:
        raise Locked
    return int(said[0]) if said else 0


def pages_of_each(many: Sequence[Callable[[], bytes]]) -> list[int]:
    """The same of several, counted one after the other in one process; a locked one has none that anybody could tell.

    Where one of them ends that process each gets its own.
    """
    bounds = replace(BOUNDS, cpu=BOUNDS.cpu * len(many), wall=BOUNDS.wall * len(many))
    said = _said((each() for each in many), bounds) if many else []
    if len(said) != len(many):
        said = [(_said([each()], BOUNDS) or ["0"])[0] for each in many]
    return [0 if each == LOCKED else int(each) for each in said]


def _said(contents: Iterable[bytes], bounds: Bounds) -> list[str]:
    try:
        return _words(contents, bounds)
    except Stopped:
        return []


def _words(contents: Iterable[bytes], bounds: Bounds) -> list[str]:
    said = confined.run(confined.ours(CALL), given=confined.framed(contents), bounds=bounds)
    return said.decode("ascii", "replace").split()


def main() -> None:
    """Files from the input, each behind its length; on the output a word for each."""
    for content in confined.unframed():
        sys.stdout.write(f"{_opened(content)}\n")


def _opened(content: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(content)) as opened:
            return str(len(opened.pages))
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return "0"
