"""The receipt as a picture that a long press saves: number, code, and a square to scan; it needs no font of ours."""

import base64
import io
from urllib.parse import urlsplit

import segno
from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN, SCALE = 640, 40, 9
INK, WHITE, BAR, QUIET = 16, 255, 96, 20
GROUPS_A_LINE = 3
MASK = 2
"""One pattern for all: every reader takes any of them, and trying all eight takes as long as the whole complaint."""


def data_address(ref: str, code: str, page: str) -> str:
    """The picture as an address that holds it whole: no request asks for a code, and no cache keeps one."""
    out = io.BytesIO()
    _drawn(ref, code, page).save(out, "PNG", bits=4, compress_level=4)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def scanned_address(code: str, page: str) -> str:
    """The tracking page with the code behind the number sign: browsers do not send that to anybody."""
    return f"{page}#{code}"


def _drawn(ref: str, code: str, page: str) -> Image.Image:
    square = _square(scanned_address(code, page))
    groups = code.split("-")
    lines = [" - ".join(groups[at : at + GROUPS_A_LINE]) for at in range(0, len(groups), GROUPS_A_LINE)]
    rows = [(str(ref), 34), *((line, 52) for line in lines), (_short(page), 26)]
    height = 2 * MARGIN + square.height + 2 * QUIET + sum(size + 26 for _text, size in rows)
    picture = Image.new("L", (WIDTH, height), WHITE)
    pen, top = ImageDraw.Draw(picture), MARGIN
    pen.rectangle((0, 0, WIDTH, 10), fill=BAR)
    for line, size in rows[:-1]:
        top = _write(pen, top, line, size)
    picture.paste(square, ((WIDTH - square.width) // 2, top + QUIET))
    _write(pen, top + square.height + 2 * QUIET, *rows[-1])
    return _of_few_greys(picture)


def _of_few_greys(picture: Image.Image) -> Image.Image:
    """Sixteen greys, which are known beforehand: looking for the best ones takes ten times as long as the rest."""
    few = Image.frombytes("P", picture.size, picture.point([grey >> 4 for grey in range(256)]).tobytes())
    few.putpalette([part for step in range(16) for part in [step * 17] * 3])
    return few


def _write(pen: ImageDraw.ImageDraw, top: int, line: str, size: int) -> int:
    """One line in the middle; where the next begins."""
    pen.text((WIDTH // 2, top), line, fill=INK, font=ImageFont.load_default(size), anchor="ma")
    return top + size + 26


def _square(text: str) -> Image.Image:
    made = segno.make(text, error="m", micro=False, mask=MASK)
    rows = [bytes(0 if dark else WHITE for dark in row) for row in made.matrix]
    side = len(rows)
    small = Image.frombytes("L", (side, side), b"".join(rows))
    return small.resize((side * SCALE, side * SCALE), Image.Resampling.NEAREST)


def _short(page: str) -> str:
    parts = urlsplit(page)
    return f"{parts.netloc}{parts.path}"
