"""Latin letters for English documents, taken once out of the big Chinese fonts: a tenth of the file."""

import io
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import IO, Final

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from printing import fonts

SOURCES: Final = {
    "latin:Serif": "NotoSerifCJK-Regular.ttc",
    "latin:SerifBold": "NotoSerifCJK-Bold.ttc",
    "latin:Sans": "NotoSansCJK-Regular.ttc",
    "latin:SansBold": "NotoSansCJK-Bold.ttc",
}
SIMPLIFIED: Final = 2
"""Place of the face for simplified Chinese in the collection."""

LETTERS: Final = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2028),
    *(0x2030, 0x20AC, 0x2116, 0x2122),
)


@cache
def latin(address: str) -> bytes:
    """The font behind an address of SOURCES; it is kept beside the fetched fonts for the next process."""
    fonts.require()
    source = fonts.installed(SOURCES[address]) or Path()
    kept = fonts.folder() / f"{source.stem}-Letters-{source.stat().st_size}.otf"
    if kept.is_file():
        return kept.read_bytes()
    content = _taken_out(source)
    if os.access(kept.parent, os.W_OK):
        half = kept.with_suffix(f".{os.getpid()}")
        half.write_bytes(content)
        half.replace(kept)
    return content


def _taken_out(source: Path) -> bytes:
    options = subset.Options()
    options.layout_features = ["kern", "liga", "pwid"]
    options.notdef_outline = options.desubroutinize = True
    options.hinting = False
    with TTCollection(source, lazy=True) as faces, tempfile.TemporaryFile() as file:
        face = faces.fonts[SIMPLIFIED]
        face.recalcTimestamp = False  # the same letters are the same bytes, whenever they are taken out
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=LETTERS)
        cutter.subset(face)
        face.save(file)
        return _counted_anew(file)


def _counted_anew(taken_out: IO[bytes]) -> bytes:
    """The same font with the name of each glyph as its place: a PDF finds glyphs by place, the big font by name.

    Only the table with the outlines is read, so that all others keep what they say by place.
    """
    with TTFont(taken_out, recalcTimestamp=False, recalcBBoxes=False) as face, io.BytesIO() as made:
        outlines = face["CFF "].cff.topDictIndex[0]
        names = [".notdef", *(f"cid{place:05d}" for place in range(1, len(outlines.charset)))]
        held = outlines.CharStrings.charStrings
        outlines.CharStrings.charStrings = {new: held[old] for new, old in zip(names, outlines.charset, strict=True)}
        outlines.charset = names
        face.save(made)
        return made.getvalue()
