"""Pictures from outside that papers show: a process that holds nothing draws each anew."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from filestore import confined
from filestore.confined import Bounds, Stopped

ONE: Final = Bounds(memory=1024 << 20, file=200 << 20, cpu=20, wall=40.0, alone=True)


class Unreadable(Exception):  # noqa: N818 - it names what was found
    """No picture, or none that is drawn within the bounds."""


def character(content: bytes) -> str:
    """The picture of a character of a name, small and grey: base64 of a PNG. Raises Unreadable."""
    return _drawn("character", [content], ONE).decode("ascii")


def scan(pages: Sequence[Callable[[], bytes]]) -> bytes:
    """One PDF of the pictures of pages, in their order; of no more than one is the picture in memory at once."""
    most = len(pages)
    bounds = Bounds(ONE.memory, ONE.file, ONE.cpu * most, ONE.wall * most, ONE.alone)
    return _drawn("scan", confined.framed(each() for each in pages), bounds)


def _drawn(what: str, given: Iterable[bytes], bounds: Bounds) -> bytes:
    try:
        return confined.run(
            confined.ours(f"from filestore.drawing import {what}; {what}()"), given=given, bounds=bounds
        )
    except Stopped as stopped:
        raise Unreadable from stopped
