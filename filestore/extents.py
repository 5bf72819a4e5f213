"""How much a kept file is, where that is known: pages of a PDF or picture, seconds of a recording."""

import io
from collections.abc import Iterable, Iterator
from functools import partial
from math import ceil
from typing import BinaryIO, Final, NamedTuple

from core.errors import Unavailable
from filestore import files
from filestore.boxes import boxes, length
from filestore.pdf_counting import pages_of_each

_PDF: Final = "application/pdf"
FILMS: Final = ("audio/mp4", "video/mp4", "video/3gpp")
_AMR: Final = {
    b"#!AMR\n": (12, 13, 15, 17, 19, 20, 26, 31, 5),
    b"#!AMR-WB\n": (17, 23, 32, 36, 40, 46, 50, 58, 60, 5),
}
"""Bytes of a frame of each mode, after its head; a frame is a fiftieth of a second, also of a mode without any."""
_FRAMES: Final = 50
_KBITS: Final = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates of MPEG layer III by their number, of version 1 and of the later ones."""
_HERTZ: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_LAYER_III: Final = 1
_AFTER: Final = 65_536
"""What may follow the last frame, as tags do; where more follows there may be sound in it."""
_TOO_MANY: Final = 5_000_000
"""More frames than a day of anything."""


class Extent(NamedTuple):
    """Pages or seconds; neither where nobody can tell."""

    pages: int = 0
    seconds: int = 0


def each(kept: Iterable[tuple[str, str]]) -> Iterator[Extent]:
    """Of each file, by its digest and media type; what can't be read now is not known."""
    listed = list(kept)
    pages = iter(pages_of_each([partial(_content, sha256) for sha256, media_type in listed if media_type == _PDF]))
    for sha256, media_type in listed:
        if media_type == _PDF:
            yield Extent(pages=next(pages))
            continue
        try:
            with files.open_file(sha256) as stream:
                yield _of(stream, media_type)
        except Unavailable:
            yield Extent()


def _content(sha256: str) -> bytes:
    """All of it; nothing, which has no pages, where it is not there."""
    try:
        with files.open_file(sha256) as stream:
            return stream.read()
    except Unavailable:
        return b""


def _of(stream: BinaryIO, media_type: str) -> Extent:
    if media_type.startswith("image/"):
        return Extent(pages=1)
    return Extent(seconds=round_up(seconds(stream, media_type)))


def ends_at(sha256: str, media_type: str) -> int | None:
    """The second in which a recording ends; nothing where nobody can tell for certain, as of one that is not there."""
    try:
        with files.open_file(sha256) as stream:
            if media_type == "audio/mpeg":
                content = stream.read()
                told, end = _mp3(content)
                return ceil(told) or None if len(content) - end <= _AFTER else None
            return ceil(seconds(stream, media_type)) or None
    except Unavailable:
        return None


def round_up(told: float) -> int:
    """To whole seconds; what is shorter than one is one."""
    return max(1, round(told)) if told > 0 else 0


def seconds(stream: BinaryIO, media_type: str) -> float:
    """How long a recording is, as its own head or its frames say; nothing where they do not."""
    if media_type == "audio/wav":
        return _wav(stream)
    if media_type in FILMS:
        return _film(stream)
    if media_type in {"audio/amr", "audio/mpeg"}:
        content = stream.read()
        return _amr(content) if media_type == "audio/amr" else _mp3(content)[0]
    return 0


def _wav(stream: BinaryIO) -> float:
    """Bytes of sound by bytes a second."""
    a_second, end, at = 0, length(stream), 12
    while at + 8 <= end:
        stream.seek(at)
        name, size = stream.read(4), int.from_bytes(stream.read(4), "little")
        if name == b"fmt ":
            a_second = int.from_bytes(stream.read(16)[8:12], "little")
        elif name == b"data":
            return min(size, end - at - 8) / a_second if a_second else 0
        at += 8 + size + size % 2
    return 0


def _film(stream: BinaryIO) -> float:
    """As its head says (box mvhd, versions 0 and 1)."""
    for moov in (box for box in boxes(stream, 0, length(stream)) if box.name == b"moov"):
        for head in (box for box in boxes(stream, moov.content, moov.end) if box.name == b"mvhd"):
            stream.seek(head.content)
            said = io.BytesIO(stream.read(32))
            wide = 8 if said.read(4)[:1] == b"\1" else 4
            said.seek(4 + 2 * wide)
            scale, many = (int.from_bytes(said.read(size), "big") for size in (4, wide))
            return many / scale if scale else 0
    return 0


def _amr(content: bytes) -> float:
    head = next((each for each in _AMR if content.startswith(each)), b"")
    at, many = len(head), 0
    while head and at < len(content) and many < _TOO_MANY:
        mode = content[at] >> 3 & 15
        at += 1 + (_AMR[head][mode] if mode < len(_AMR[head]) else 0)
        many += 1
    return many / _FRAMES


def _mp3(content: bytes) -> tuple[float, int]:
    """Frame by frame, as rates may change; and where the last one that was understood ends."""
    at, told = 0, 0.0
    if content.startswith(b"ID3"):
        at = 10 + sum((each & 0x7F) << shift for each, shift in zip(content[6:10], (21, 14, 7, 0), strict=False))
    for _ in range(_TOO_MANY):
        head = int.from_bytes(content[at : at + 4], "big")
        version, layer = head >> 19 & 3, head >> 17 & 3
        rate, hertz = head >> 12 & 15, head >> 10 & 3
        if head >> 21 != 0x7FF or layer != _LAYER_III or version not in _HERTZ or not 0 < rate < 15 or hertz > 2:  # noqa: PLR2004 - numbers of the format
            break
        first = version == 3  # noqa: PLR2004 - MPEG 1
        samples, a_second = 1152 if first else 576, _HERTZ[version][hertz]
        at += samples // 8 * _KBITS[first][rate] * 1000 // a_second + (head >> 9 & 1)
        told += samples / a_second
    return told, at
