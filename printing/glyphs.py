"""Characters that show only on their owner's device: documents print each from a picture that its owner gave."""

import base64
import io
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from PIL import Image, ImageOps

from printing.fonts import GETA

SIDE: Final = 96
"""Pixels of a picture: sharp at 16 pt on 300 dpi, and small enough to stand in the document's own record."""
EDGE: Final = 8
LARGEST: Final = 1_600
"""So large a side it is worked on: of a whole photograph, colour by colour, there would be many copies in memory."""
PAPER_WHITE: Final = 255
_TAGS: Final = re.compile(r"(<title>.*?</title>|<[^>]*>)", re.DOTALL)


def private(text: str) -> list[str]:
    """The private characters of a text, each once, in order."""
    return list(dict.fromkeys(each for each in text if unicodedata.category(each) == "Co"))


def redrawn(content: bytes) -> str:
    """The picture alone, cut to its ink, in grey on a white square; base64 of a PNG. The image was checked before."""
    with Image.open(io.BytesIO(content)) as opened:
        fine = _in_shades(opened)
        fine.thumbnail((LARGEST, LARGEST))
        upright = ImageOps.exif_transpose(fine).convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    grey = Image.alpha_composite(white, upright).convert("L")
    ink = ImageOps.invert(ImageOps.autocontrast(grey)).point(lambda level: level if level > PAPER_WHITE // 4 else 0)
    cut = grey.crop(ink.getbbox() or (0, 0, *grey.size))
    square = Image.new("L", (SIDE, SIDE), PAPER_WHITE)
    small = ImageOps.contain(cut, (SIDE - EDGE, SIDE - EDGE))
    square.paste(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    out = io.BytesIO()
    square.save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def _in_shades(opened: Image.Image) -> Image.Image:
    """Of black or white alone, or of few colours, thin lines would be lost where it is made smaller."""
    if opened.mode == "P":
        return opened.convert("RGBA" if "transparency" in opened.info else "RGB")
    return opened.convert("L") if opened.mode == "1" else opened


def _address(character: str) -> str:
    return f"part:character-{ord(character):x}"


def resources(pictures: Mapping[str, str]) -> dict[str, tuple[bytes, str]]:
    """What the page may name: each picture under the address of its character."""
    return {_address(each): (base64.b64decode(picture), "image/png") for each, picture in pictures.items()}


def pictured(html: str, pictures: Mapping[str, str], said: str) -> str:
    """The page with the pictures in place; in titles and attributes, where none can stand, a printer's mark."""
    for character in pictures:
        image = f'<img class="character" src="{_address(character)}" alt="{said}">'
        parts = _TAGS.split(html)
        html = "".join(part.replace(character, GETA if place % 2 else image) for place, part in enumerate(parts))
    return html
