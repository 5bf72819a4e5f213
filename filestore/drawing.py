"""What a process that holds nothing draws of a file given on its input: pictures, scans, a page of a PDF."""

import base64
import io
import sys
from typing import Final

import pi_heif
import pikepdf
import pypdfium2
from PIL import Image, ImageOps

from filestore import confined

PIXELS: Final = 50_000_000
LONGEST: Final = 2_400
PAGE_WIDTH: Final = 1_100
SIDE: Final = 96
"""Pixels of a picture: sharp at 16 pt on 300 dpi, and small enough to stand in the document's own record."""
EDGE: Final = 8
LARGEST: Final = 1_600
"""So large a side it is worked on: of a whole photograph, colour by colour, there would be many copies in memory."""
PAPER_WHITE: Final = 255
FORMS: Final = ("PNG", "JPEG", "WEBP", "GIF")
SCANNED_SIDE: Final = 3_508
"""Pixels of A4 at 300 to the inch: no stamp needs more."""
A4_HEIGHT: Final = 11.69
"""Inches."""
QUALITY: Final = 88


def heic() -> None:
    """A HEIC picture as JPEG, upright, without what it says of place and device."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    pi_heif.register_heif_opener(thumbnails=False)
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("HEIF",)) as opened:
        if opened.width * opened.height > PIXELS:
            sys.exit(1)
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((LONGEST, LONGEST))
    upright.save(sys.stdout.buffer, "JPEG", quality=88)


def page(number: int) -> None:
    """One page of a PDF as JPEG, scripts and forms left as they are."""
    with pypdfium2.PdfDocument(sys.stdin.buffer.read()) as opened:
        drawn = opened[number - 1]
        width, height = drawn.get_size()
        scale = min(PAGE_WIDTH / max(width, 1), 2 * PAGE_WIDTH / max(height, 1), 4)
        picture = drawn.render(scale=scale).to_pil().convert("RGB")
    picture.save(sys.stdout.buffer, "JPEG", quality=80)


def pages() -> None:
    """How many pages a PDF has."""
    with pypdfium2.PdfDocument(sys.stdin.buffer.read()) as opened:
        sys.stdout.write(str(len(opened)))


def character() -> None:
    """The picture of a character alone, cut to its ink, in grey on a white square; base64 of a PNG."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=FORMS) as opened:
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
    sys.stdout.write(base64.b64encode(out.getvalue()).decode())


def _in_shades(opened: Image.Image) -> Image.Image:
    """Of black or white alone, or of few colours, thin lines would be lost where it is made smaller."""
    if opened.mode == "P":
        return opened.convert("RGBA" if "transparency" in opened.info else "RGB")
    return opened.convert("L") if opened.mode == "1" else opened


def scan() -> None:
    """Pictures of stamped pages as one PDF: each upright and without what cameras write into it, one after another."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    out = io.BytesIO()
    with pikepdf.new() as made:
        for content in confined.unframed():
            with pikepdf.open(io.BytesIO(_as_page(content))) as opened:
                made.pages.extend(opened.pages)
        made.save(out, deterministic_id=True)
    sys.stdout.buffer.write(out.getvalue())


def _as_page(content: bytes) -> bytes:
    """One picture as a page as high as A4."""
    with Image.open(io.BytesIO(content), formats=FORMS) as opened:
        opened.draft("RGB", (SCANNED_SIDE, SCANNED_SIDE))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((SCANNED_SIDE, SCANNED_SIDE))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    made = io.BytesIO()
    bare.save(made, "PDF", resolution=bare.height / A4_HEIGHT, quality=QUALITY)
    return made.getvalue()
