"""Lists that people type: the marks that they put before the points, and the points without them."""

import re
from typing import Final

DASHED, DOTTED = "-", "*"
"""As the wordings of documents mark the items of a numbered list, and of a plain one."""
_MARK: Final = re.compile(r"(?P<sign>[-–－]|[*•·])(?:\s+|(?=[\u3400-\u9fff《“]))(?=\S)")


def mark(line: str) -> str:
    """What a line is marked with as a point of a list; nothing where it is none."""
    found = _MARK.match(line)
    if found is None:
        return ""
    return DOTTED if found["sign"] in "*•·" else DASHED


def unmarked(line: str) -> str:
    """A point without the mark that was typed before it: where it stands in a list it gets one anyway."""
    return _MARK.sub("", line, count=1) if mark(line) else line


def lines(text: str | None) -> list[str]:
    """Points, one a line, without the marks that were typed before them."""
    return [unmarked(line.strip()) for line in (text or "").splitlines() if line.strip()]
