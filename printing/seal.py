"""The association's round seal, drawn from its text: a star in the middle, the name in an arc above it."""

import io
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Final
from xml.sax.saxutils import quoteattr

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTCollection, TTFont

from core.errors import Unavailable
from core.words import _l
from printing import fonts
from printing.pdf_failures import CharactersMissing

RED: Final = "#d7000f"
RADIUS: Final = 100
RIM: Final = 5
FEET: Final = {True: 62.0, False: 73.0}
"""Radius on which the characters stand: Chinese, and other scripts, which are lower."""

WIDEST_ARC: Final = 264
"""Degrees the name may take; the lower part of the ring stays free."""

HANZI: Final = 25.5
LATIN: Final = 18.0

STAR: Final = 30


@dataclass
class _Desk:
    """For one who draws; another one waits."""

    lock: Lock = field(default_factory=Lock)


_desk = _Desk()


class NoSeal(Unavailable):
    """The association's seal has no text yet."""


def seal_svg(text: str, below: str = "") -> str:
    """The seal as SVG with outlines only: it needs no font where it is shown. ``below`` stands under the star.

    One thread at a time: a font that is read as it is needed is not for two.
    """
    with _desk.lock:
        return _drawn(text, below)


@cache
def _drawn(text: str, below: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise NoSeal(_l("The text of the seal is not set. Enter it in the settings of the association."))
    fonts.require()
    arc = _arc(text)
    star = _polygon(STAR)
    under = _line(below, 13.0, 50) if below else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -100 200 200" role="img" aria-label={quoteattr(text)}>'
        f'<circle r="{RADIUS - RIM / 2 - 0.5:g}" fill="none" stroke="{RED}" stroke-width="{RIM}"/>'
        f'<g fill="{RED}"><path d="{star}"/>{arc}{under}</g></svg>'
    )


def _begin_anew() -> None:
    """In a fork made while another thread was drawing, nobody will finish that drawing."""
    if _desk.lock.locked():
        _desk.lock = Lock()
        _song.cache_clear()
        _fallback.cache_clear()
        _letters.cache_clear()


os.register_at_fork(after_in_child=_begin_anew)


def _polygon(radius: float) -> str:
    """A five-pointed star with one point up."""
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * math.sin(math.radians(18)) / math.cos(math.radians(36))
        angle = math.radians(36 * corner - 90)
        points.append(f"{reach * math.cos(angle):.2f} {reach * math.sin(angle):.2f}")
    return "M" + "L".join(points) + "Z"


def _arc(text: str) -> str:
    """Each character turned by its own angle, evenly for Chinese, by its width for other scripts."""
    chinese = all(character >= "\u2e80" for character in text)
    size = HANZI if chinese else LATIN
    radius = FEET[chinese]
    widths = [1.0 if chinese else _advance(character) for character in text]
    gap = 0.22 if chinese else 0.08
    total = (sum(widths) + gap * (len(text) - 1)) * size
    degrees = math.degrees(total / radius)
    squeeze = min(1.0, WIDEST_ARC / degrees)
    if chinese and squeeze == 1.0 and len(text) > 1:  # a short name opens up to a half circle and more
        wish = min(WIDEST_ARC, 24.0 * len(text))
        gap += max(0.0, math.radians(wish - degrees) * radius / size / (len(text) - 1))
        degrees = max(degrees, wish)
    turn = -degrees * squeeze / 2
    drawn = []
    for character, width in zip(text, widths, strict=True):
        half = math.degrees(width * size / radius) * squeeze / 2
        path = _outline(character, size, squeeze)
        drawn.append(f'<path transform="rotate({turn + half:.2f}) translate(0 {-radius:g})" d="{path}"/>')
        turn += 2 * half + math.degrees(gap * size / radius) * squeeze
    return "".join(drawn)


def _line(text: str, size: float, down: float) -> str:
    widths: Sequence[float] = [_advance(character) * size for character in text]
    left = -sum(widths) / 2
    drawn = []
    for character, width in zip(text, widths, strict=True):
        path = _outline(character, size, 1.0)
        drawn.append(f'<path transform="translate({left + width / 2:.2f} {down:g})" d="{path}"/>')
        left += width
    return "".join(drawn)


def _outline(character: str, size: float, squeeze: float) -> str:
    """The character's outline, centred on zero, its feet on zero; narrowed where the name is long."""
    face, name = _glyph(character)
    scale = size / face["head"].unitsPerEm
    pen = SVGPathPen(None, ntos=lambda number: f"{number:.2f}".rstrip("0").rstrip("."))
    narrow = scale * min(1.0, squeeze * 1.12)
    shift = -face["hmtx"][name][0] * narrow / 2
    face.getGlyphSet()[name].draw(TransformPen(pen, (narrow, 0, 0, -scale, shift, -0.12 * size)))
    return str(pen.getCommands())


def _advance(character: str) -> float:
    face, name = _glyph(character)
    return float(face["hmtx"][name][0]) / float(face["head"].unitsPerEm)


def _glyph(character: str) -> tuple[TTFont, str]:
    """Its face and its name there: 小标宋, or for a rare character the fallback."""
    for load in (_song, _fallback, _letters):
        if name := load().getBestCmap().get(ord(character)):
            return load(), name
    raise CharactersMissing((character,))


@cache
def _song() -> TTFont:
    return TTFont(io.BytesIO((fonts.folder() / "FandolSong-Bold.otf").read_bytes()), lazy=True)


@cache
def _fallback() -> TTFont:
    """Read only when a name needs it."""
    found = fonts.installed("NotoSerifCJK-Regular.ttc")
    return TTCollection(io.BytesIO(found.read_bytes() if found else b""), lazy=True).fonts[2]


@cache
def _letters() -> TTFont:
    return TTFont(io.BytesIO((fonts.folder() / fonts.LETTERS[1]).read_bytes()), lazy=True)
