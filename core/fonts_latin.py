"""Latin letters for English documents, taken once out of the big Chinese fonts: a tenth of the file."""

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTCollection

from core import fonts

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
    kept = fonts.folder() / f"{source.stem}-Latin-{source.stat().st_size}.otf"
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
        file.seek(0)
        return file.read()
