"""Lists that people type: the marks that they put before the points, and the points without them."""

import re
from collections.abc import Iterable
from typing import Final

DASHED, DOTTED = "-", "*"
"""As the wordings of documents mark the items of a numbered list, and of a plain one."""
_MARK: Final = re.compile(r"(?P<sign>[-–－]|[*•·])(?:\s+|(?=[\u3400-\u9fff《“]))(?=\S)")

_NUMBER: Final = re.compile(
    r"(?:[（(](?P<within>\d{1,2}|[一二三四五六七八九十]{1,2})[)）]|(?P<before>\d{1,2})(?:[)）、．]|\.(?!\d))"
    r"|(?P<chinese>[一二三四五六七八九十]{1,2})、|(?P<ringed>[①-⑳]))\s*(?=\S)"
)
_UNITS: Final = "一二三四五六七八九十"


def mark(line: str) -> str:
    """What a line is marked with as a point of a list; nothing where it is none."""
    found = _MARK.match(line)
    if found is None:
        return ""
    return DOTTED if found["sign"] in "*•·" else DASHED


def unmarked(line: str) -> str:
    """A point without the mark that was typed before it: where it stands in a list it gets one anyway."""
    return _MARK.sub("", line, count=1) if mark(line) else line


def bare(points: Iterable[str]) -> list[str]:
    """Points without what was typed before them: marks, or the numbers that a list of them gives them anyway."""
    every = list(points)
    found = [_NUMBER.match(each) for each in every]
    if all(each is not None and each[each.lastgroup or 0] in _numbers(no) for no, each in enumerate(found, 1)):
        return [each[number.end() :] for each, number in zip(every, found, strict=True) if number is not None]
    return [unmarked(each) for each in every]


def _numbers(place: int) -> set[str]:
    """How people write the number of a place in a list."""
    tens, ones = divmod(place, 10)
    chinese = ("" if not tens else "十" if tens == 1 else _UNITS[tens - 1] + "十") + (_UNITS[ones - 1] if ones else "")
    return {str(place), chinese, chr(ord("①") + place - 1)}


def lines(text: str | None) -> list[str]:
    """Points, one a line, without the marks or numbers that were typed before them."""
    return bare(line.strip() for line in (text or "").splitlines() if line.strip())
