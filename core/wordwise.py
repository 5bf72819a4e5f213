"""Two texts compared word by word: what stayed, what was taken out, what was added."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Final

KEPT, ADDED, TAKEN_OUT = "kept", "added", "out"
ALIKE: Final = 0.4
"""So much has to stay for words to be compared: of texts with less in common the marks would say nothing."""
LONGEST: Final = 3000
"""Of longer texts, in words, the comparison would cost more than it says."""
STEPS: Final = 5_000_000
"""So many a comparison takes, half a second: a text of one word again and again, as anybody may send, wants minutes."""
_WORD: Final = re.compile(r"\{[^{}]*\}|[A-Za-z0-9]+|\s+|.", re.DOTALL)
"""A placeholder, a word or number, or one Chinese character."""


class _TooAlike(Exception):  # noqa: N818 - it names what was found
    """Most words are equal to most others, so that comparing them takes too long."""


class _Counting(SequenceMatcher[str]):
    """Looks for what two texts share, and gives up where that takes too many steps."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__(None, before, after, autojunk=False)
        times = Counter(after)
        self._until = list(accumulate((times[word] + 1 for word in before), initial=0))
        self._left = STEPS

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """As ever: for each word of this part it looks at each place of the same word in the other text."""
        self._left -= self._until[ahi if ahi is not None else -1] - self._until[alo]
        if self._left < 0:
            raise _TooAlike
        return super().find_longest_match(alo, ahi, blo, bhi)


def compared(old: str, new: str) -> list[tuple[str, str]] | None:
    """Each passage with what became of it; None where little of the old one is left."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > LONGEST:
        return None
    matcher = _Counting(before, after)
    try:
        if matcher.ratio() < ALIKE:
            return None
    except _TooAlike:
        return None
    found: list[tuple[str, str]] = []
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            found.append((KEPT, "".join(before[i:j])))
        else:
            found += [(TAKEN_OUT, "".join(before[i:j]))] * (j > i) + [(ADDED, "".join(after[k:m]))] * (m > k)
    return found
