"""Which characters a font has, read off its own table (cmap) and nothing else: whole fonts in memory cost 80 MB."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

BEST: Final = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
"""Platform and encoding of the tables that map Unicode, the widest first."""
COLLECTION: Final = b"ttcf"
SEGMENTS, GROUPS = 4, 12
"""Formats of such a table: runs in the basic plane, runs anywhere."""


def covered(path: Path) -> Iterator[range]:
    """Runs of code points that the font has, or the first face of a collection."""
    with path.open("rb") as file:
        table = _cmap(file)
    for at in _subtables(table):
        read = {SEGMENTS: _segments, GROUPS: _groups}.get(_shorts(table, at, 1)[0])
        if read is not None:
            yield from read(table, at)
            return
    message = f"{path.name} has no table of characters that could be read"
    raise ValueError(message)


def _cmap(file: BinaryIO) -> bytes:
    face = 0
    if file.read(4) == COLLECTION:
        file.seek(12)
        (face,) = struct.unpack(">I", file.read(4))
    file.seek(face + 4)
    (tables,) = struct.unpack(">H6x", file.read(8))
    for _ in range(tables):
        tag, _checksum, offset, length = struct.unpack(">4s3I", file.read(16))
        if tag == b"cmap":
            file.seek(offset)
            return file.read(length)
    return bytes(4)


def _subtables(table: bytes) -> list[int]:
    count = _shorts(table, 2, 1)[0]
    found = {}
    for place in range(count):
        platform, encoding, at = struct.unpack_from(">HHI", table, 4 + 8 * place)
        found[platform, encoding] = at
    return [found[each] for each in BEST if each in found]


def _groups(table: bytes, at: int) -> Iterator[range]:
    (count,) = struct.unpack_from(">I", table, at + 12)
    for first, last, glyph in struct.iter_unpack(">3I", table[at + 16 : at + 16 + 12 * count]):
        begin = first if glyph else first + 1  # glyph 0 says that there is none
        yield range(begin, last + 1)


def _segments(table: bytes, at: int) -> Iterator[range]:
    count = _shorts(table, at + 6, 1)[0] // 2
    lasts = _shorts(table, at + 14, count)
    firsts = _shorts(table, at + 16 + 2 * count, count)
    deltas = _shorts(table, at + 16 + 4 * count, count)
    places = at + 16 + 6 * count
    offsets = _shorts(table, places, count)
    for place, (first, last, delta, offset) in enumerate(zip(firsts, lasts, deltas, offsets, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if offset:
                glyph = _shorts(table, places + 2 * place + offset + 2 * (point - first), 1)[0]
            if (glyph + delta) & 0xFFFF if glyph or not offset else 0:
                yield range(point, point + 1)


def _shorts(table: bytes, at: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f">{count}H", table, at)
