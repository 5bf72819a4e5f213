"""The square of a letter, found on its drawn page as a camera finds it, and held against the address it must say."""

import io
import re
from collections.abc import Iterator
from itertools import permutations

import pdfplumber
import pypdfium2
import segno
from PIL import Image

CODE = re.compile(r"(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}")
RUNS = re.compile(rb"\x00+|\xff+")
SCALE = 4
"""Points of the picture for one of the page."""
EYE = (1, 1, 3, 1, 1)
"""Black and white through the middle of a corner of a square, in modules."""
ACROSS = 7
"""Modules from edge to edge of a corner."""


def read(pdf: bytes, site: str) -> str:
    """The address behind the square of a letter of this site: that of its printed check code, module by module."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        printed = re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))
    address = f"{site}/verify?code={CODE.findall(printed)[0]}"
    wanted = [[bool(module) for module in row] for row in segno.make(address, error="m", micro=False).matrix]
    drawn = [modules(page.render(scale=SCALE).to_pil()) for page in pypdfium2.PdfDocument(pdf)]
    assert wanted in drawn, "no square of the letter says the address of its check code"
    return address


def says(picture: bytes, address: str) -> bool:
    """Whether the square of a picture says this address, in whichever of its eight patterns."""
    drawn = modules(Image.open(io.BytesIO(picture)))
    patterns = (segno.make(address, error="m", micro=False, mask=mask).matrix for mask in range(8))
    return any([[bool(module) for module in row] for row in pattern] == drawn for pattern in patterns)


def modules(page: Image.Image) -> list[list[bool]]:
    """Black and white of the square on a page, row by row; nothing where there is none."""
    picture = page.convert("L").point(lambda grey: 0 if grey < 128 else 255)
    for (x, y, one), (right, level, _), (below, down, _) in permutations(_eyes(picture), 3):
        wide, high = right - x, down - y
        if abs(level - y) < one and abs(below - x) < one and wide > 0 and abs(wide - high) < one:
            many = round(wide / one) + ACROSS
            step = wide / (many - ACROSS)
            left, top = x - step * (ACROSS // 2), y - step * (ACROSS // 2)
            at = range(many)
            return [
                [picture.getpixel((round(left + step * column), round(top + step * row))) == 0 for column in at]
                for row in at
            ]
    return []


def _eyes(picture: Image.Image) -> Iterator[tuple[float, float, float]]:
    """The middles of what looks like a corner of a square, across and down, and how large a module is there."""
    lines, turned = _lines(picture), _lines(picture.transpose(Image.Transpose.TRANSPOSE))
    found = [
        (x, float(y), one)
        for y, line in enumerate(lines)
        for x, one in _middles(line)
        if any(abs(middle - y) <= one / 2 for middle, _ in _middles(turned[round(x)]))
    ]
    while found:
        x, y, one = found[0]
        same = [each for each in found if abs(each[0] - x) < one * 2 and abs(each[1] - y) < one * 2]
        found = [each for each in found if each not in same]
        yield tuple(sum(each[part] for each in same) / len(same) for part in range(3))  # type: ignore[misc]


def _lines(picture: Image.Image) -> list[bytes]:
    whole, wide = picture.tobytes(), picture.width
    return [whole[at : at + wide] for at in range(0, len(whole), wide)]


def _middles(line: bytes) -> Iterator[tuple[float, float]]:
    """Where a line goes through the middle of a corner, and how large a module is."""
    runs = [(each.start(), each.end() - each.start()) for each in RUNS.finditer(line)]
    for place in range(len(runs) - 4):
        five = runs[place : place + 5]
        one = sum(long for _, long in five) / ACROSS
        fits = all(abs(long - one * share) <= one / 2 for (_, long), share in zip(five, EYE, strict=True))
        if one > 1 and fits and line[five[0][0]] == 0:
            yield five[2][0] + (five[2][1] - 1) / 2, one
