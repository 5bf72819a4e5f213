"""Words that the face of letters is needed for, set in it as a whole: no name changes its face in the middle."""

import re
from itertools import groupby
from typing import Final

from printing import fonts

_TAGS: Final = re.compile(r"(<title>.*?</title>|<style.*?</style>|<svg.*?</svg>|<[^>]*>)", re.DOTALL)
_LETTERS: Final = r"(?:[^\W\d_\u2e80-\U000323af]|[\u0300-\u036f])+"
_WORD: Final = rf"{_LETTERS}(?:(?:['’-]|&#39;){_LETTERS})*"
_RUN: Final = re.compile(rf"{_WORD}(?: {_WORD})*")


def lettered(html: str) -> str:
    """The page with these words marked, and with them the words of the same name beside them."""
    if not fonts.needs_letters(html):
        return html
    parts = _TAGS.split(html)
    return "".join(part if place % 2 else _RUN.sub(_marked, part) for place, part in enumerate(parts))


def _marked(run: re.Match[str]) -> str:
    words = run[0].split(" ")
    chosen = [fonts.needs_letters(word) for word in words]
    for places, before in ((range(1, len(words)), -1), (range(len(words) - 2, -1, -1), 1)):
        for place in places:
            chosen[place] |= chosen[place + before] and words[place][0].isupper()
    pieces = groupby(zip(words, chosen, strict=True), key=lambda each: each[1])
    said = ((" ".join(word for word, _chosen in group), marked) for marked, group in pieces)
    return " ".join(f'<span class="letters">{text}</span>' if marked else text for text, marked in said)
