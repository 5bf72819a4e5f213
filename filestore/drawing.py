"""What a process that holds nothing draws of a file given on its input: a HEIC picture, a page of a PDF."""

import io
import sys
from typing import Final

import pi_heif
import pypdfium2
from PIL import Image, ImageOps

PIXELS: Final = 50_000_000
LONGEST: Final = 2_400
PAGE_WIDTH: Final = 1_100


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
