"""The boxes of which HEIC, MP4, M4A and 3GP files are made (ISO/IEC 14496-12)."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_HEADER = 8
_LONG = 16
_FULL = 4
"""Version and flags, which stand before the content of some boxes."""
MOST = 10_000
"""More boxes than this on one level are no recording, but an attempt to keep the reader busy."""


@dataclass(frozen=True)
class Box:
    """One box: its name, where it and its content begin, and where it ends."""

    name: bytes
    start: int
    content: int
    end: int


def boxes(stream: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Give the boxes between two places; end quietly where no box follows (a recording that was cut off)."""
    for _ in range(MOST):
        if start + _HEADER > end:
            return
        stream.seek(start)
        head = stream.read(_HEADER)
        size, name, content = int.from_bytes(head[:4], "big"), head[4:8], start + _HEADER
        if size == 1:
            size, content = int.from_bytes(stream.read(_HEADER), "big"), start + _LONG
        elif size == 0:
            size = end - start
        if size < content - start or start + size > end:
            return
        yield Box(name, start, content, start + size)
        start += size


def length(stream: BinaryIO) -> int:
    """How many bytes a seekable stream holds."""
    return stream.seek(0, 2)


class _Numbers:
    """Reads big-endian numbers one after the other."""

    def __init__(self, content: bytes) -> None:
        """Begin at the start of these bytes."""
        self._content = content
        self._at = 0

    def take(self, size: int) -> int:
        """Read the next number of so many bytes; nothing left counts as 0."""
        piece = self._content[self._at : self._at + size]
        self._at += size
        return int.from_bytes(piece, "big")


def _inside(content: bytes, box: Box, *names: bytes) -> Box | None:
    """A box within boxes, by their names from the outermost one on."""
    found: Box | None = box
    for name in names:
        if found is None:
            return None
        within = boxes(io.BytesIO(content), found.content, found.end)
        found = next((each for each in within if each.name == name), None)
    return found


def track_kind(content: bytes, track: Box) -> bytes:
    """What a track of a recording is for: "vide", "soun", "meta" (box hdlr)."""
    handler = _inside(content, track, b"mdia", b"hdlr")
    return content[handler.content + 8 : handler.content + 12] if handler is not None else b""


def track_samples(content: bytes, track: Box) -> list[tuple[int, int]]:
    """Where in a recording the samples of a track lie (boxes stsz, stsc, and stco or co64)."""
    table = _inside(content, track, b"mdia", b"minf", b"stbl")
    if table is None:
        return []
    parts = {box.name: content[box.content : box.end] for box in boxes(io.BytesIO(content), table.content, table.end)}
    sized, placed = parts.get(b"stsz", b""), parts.get(b"stco", parts.get(b"co64", b""))
    sizes, runs, chunks = _Numbers(sized[_FULL:]), _Numbers(parts.get(b"stsc", b"")[_FULL:]), _Numbers(placed[_FULL:])
    size, left, wide = sizes.take(4), min(sizes.take(4), len(sized) // 4), 4 if b"stco" in parts else 8
    begins = {}
    for _ in range(min(runs.take(4), MOST)):
        first, many, _of = runs.take(4), runs.take(4), runs.take(4)
        begins[first] = many
    found: list[tuple[int, int]] = []
    many = 0
    for chunk in range(1, min(chunks.take(4), len(placed) // wide) + 1):
        start, many = chunks.take(wide), begins.get(chunk, many)
        here = min(many, left)
        end = start + (size * many or sum(sizes.take(4) for _ in range(here)))
        left -= 0 if size else here
        found.append((min(start, len(content)), min(end, len(content))))
    return found


def heic_items(content: bytes, kinds: set[bytes]) -> list[tuple[int, int]]:
    """Where in a HEIC file the items of these kinds lie."""
    stream = io.BytesIO(content)
    found: list[tuple[int, int]] = []
    for meta in boxes(stream, 0, len(content)):
        if meta.name != b"meta":
            continue
        parts = {box.name: box for box in boxes(stream, meta.content + _FULL, meta.end)}
        if b"iinf" in parts and b"iloc" in parts:
            wanted = _items_of(content, parts[b"iinf"], kinds)
            data = parts[b"idat"].content if b"idat" in parts else 0
            places = _places(content[parts[b"iloc"].content : parts[b"iloc"].end], data)
            found += [(max(start, 0), min(end, len(content))) for item, start, end in places if item in wanted]
    return found


def _items_of(content: bytes, info: Box, kinds: set[bytes]) -> set[int]:
    """List the numbers of the items of these kinds (box infe, versions 2 and 3)."""
    first = info.content + _FULL + (2 if content[info.content] == 0 else 4)
    wanted = set()
    for entry in boxes(io.BytesIO(content), first, info.end):
        wide = 4 if content[entry.content] > 2 else 2  # noqa: PLR2004 - version 3 has wide numbers
        at = entry.content + _FULL
        if content[at + wide + 2 : at + wide + 6] in kinds:
            wanted.add(int.from_bytes(content[at : at + wide], "big"))
    return wanted


def _places(table: bytes, data: int) -> Iterator[tuple[int, int, int]]:
    """Item, start and end of each piece (box iloc, versions 0 to 2)."""
    numbers = _Numbers(table)
    version = numbers.take(1)
    numbers.take(3)
    sizes = numbers.take(2)
    of_offset, of_length, of_base = sizes >> 12 & 15, sizes >> 8 & 15, sizes >> 4 & 15
    of_index = sizes & 15 if version else 0
    wide = 4 if version > 1 else 2
    for _ in range(min(numbers.take(wide), MOST)):
        item = numbers.take(wide)
        method = numbers.take(2) & 15 if version else 0
        numbers.take(2)
        base = numbers.take(of_base) + (data if method == 1 else 0)
        for _ in range(min(numbers.take(2), MOST)):
            numbers.take(of_index)
            start = base + numbers.take(of_offset)
            yield item, start, start + numbers.take(of_length)
