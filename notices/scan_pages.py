"""Pictures of stamped pages as one PDF: each upright and without what cameras write into it, one after another."""

import io
from collections.abc import Sequence
from typing import Final

import pikepdf
from PIL import Image, ImageOps

from core.errors import BadInput
from core.words import _l
from printing.pdf_failures import RenderFailed
from printing.press import Limits, Named, Press

LONGEST_SIDE: Final = 3508
"""Pixels of A4 at 300 to the inch: no stamp needs more."""
A4_HEIGHT: Final = 11.69
"""Inches."""
QUALITY: Final = 88
LIMITS: Final = Limits(memory=1024 << 20, cpu=20, wall=40.0)
PAGE: Final = Named("notices.scan_pages", "page")


def bound(pictures: Sequence[bytes]) -> bytes:
    """The pages in their order; of no more than one is the picture itself in memory, and not in this process."""
    press = Press()
    try:
        with pikepdf.new() as made:
            for each in pictures:
                with pikepdf.open(io.BytesIO(press.make(PAGE, each, limits=LIMITS))) as single:
                    made.pages.extend(single.pages)
            out = io.BytesIO()
            made.save(out, deterministic_id=True)
            return out.getvalue()
    except RenderFailed as broken:
        raise BadInput("scan", _l("A picture can't be opened. Scan the page once more.")) from broken
    finally:
        press.end()


def page(content: bytes) -> bytes:
    """One picture as a page as high as A4."""
    with Image.open(io.BytesIO(content)) as opened:
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    made = io.BytesIO()
    bare.save(made, "PDF", resolution=bare.height / A4_HEIGHT, quality=QUALITY)
    return made.getvalue()
