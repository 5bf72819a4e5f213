"""The receipt as a picture that a long press saves: number, code, and a square to scan; it needs no font of ours."""

import base64
import io
import zlib
from functools import cache
from math import ceil
from urllib.parse import urlsplit

import segno
from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN, SCALE = 640, 40, 9
GREYS = 4
"""Enough for smooth letters of this size, in two bits each; they are known beforehand and not looked for."""
INK, WHITE, BAR, QUIET = 0, GREYS - 1, 1, 20
PALETTE = [part for step in range(GREYS) for part in [step * 255 // WHITE] * 3]
DEEP = 26
GROUPS_A_LINE = 3
MASK = 2
"""One pattern for all: every reader takes any of them, and trying all eight takes as long as the whole complaint."""


RUNS = zlib.Z_RLE
"""Runs of one grey alone are packed: as small as with looking for all that repeats, in two thirds of the time."""


def data_address(ref: str, code: str, page: str) -> str:
    """The picture as an address that holds it whole: no request asks for a code, and no cache keeps one."""
    out = io.BytesIO()
    _drawn(ref, code, page).save(out, "PNG", bits=2, compress_type=RUNS)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def scanned_address(code: str, page: str) -> str:
    """The tracking page with the code behind the number sign: browsers do not send that to anybody."""
    return f"{page}#{code}"


def _drawn(ref: str, code: str, page: str) -> Image.Image:
    square = _square(scanned_address(code, page))
    groups = code.split("-")
    lines = [" - ".join(groups[at : at + GROUPS_A_LINE]) for at in range(0, len(groups), GROUPS_A_LINE)]
    rows = [(str(ref), 34), *((line, 52) for line in lines), (_short(page), 26)]
    height = 2 * MARGIN + square.height + 2 * QUIET + sum(size + DEEP for _text, size in rows)
    picture, top = Image.new("P", (WIDTH, height), WHITE), MARGIN
    picture.paste(BAR, (0, 0, WIDTH, 11))
    for line, size in rows[:-1]:
        top = _write(picture, top, line, size)
    picture.paste(square, ((WIDTH - square.width) // 2, top + QUIET))
    _write(picture, top + square.height + 2 * QUIET, *rows[-1])
    picture.putpalette(PALETTE)
    return picture


def _write(picture: Image.Image, top: int, line: str, size: int) -> int:
    """One line in the middle; where the next begins."""
    letters = [_letter(sign, size) for sign in line]
    left = (WIDTH - sum(wide for _drawn, wide in letters)) / 2
    for drawn, wide in letters:
        picture.paste(drawn, (round(left), top))
        left += wide
    return top + size + DEEP


@cache
def _letter(sign: str, size: int) -> tuple[Image.Image, float]:
    """One letter, and how far the next one stands from it: drawn once for the process, as they are few."""
    font = ImageFont.load_default(size)
    wide = font.getlength(sign)
    drawn = Image.new("L", (max(1, ceil(wide)), size + DEEP), 255)
    ImageDraw.Draw(drawn).text((0, 0), sign, fill=0, font=font, anchor="la")
    return _few(drawn.point([round(grey * WHITE / 255) for grey in range(256)])), wide


def _square(text: str) -> Image.Image:
    made = segno.make(text, error="m", micro=False, mask=MASK)
    rows = [bytes(INK if dark else WHITE for dark in row) for row in made.matrix]
    side = len(rows)
    small = Image.frombytes("P", (side, side), b"".join(rows))
    return small.resize((side * SCALE, side * SCALE), Image.Resampling.NEAREST)


def _few(greys: Image.Image) -> Image.Image:
    """What already holds numbers of the palette, as a part of the picture."""
    return Image.frombytes("P", greys.size, greys.tobytes())


def _short(page: str) -> str:
    parts = urlsplit(page)
    return f"{parts.netloc}{parts.path}"
