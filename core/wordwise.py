"""Two texts compared word by word: what stayed, what was taken out, what was added."""

import re
from difflib import SequenceMatcher
from typing import Final

KEPT, ADDED, TAKEN_OUT = "kept", "added", "out"
ALIKE: Final = 0.4
"""So much has to stay for words to be compared: of texts with less in common the marks would say nothing."""
LONGEST: Final = 3000
"""Of longer texts, in words, the comparison would cost more than it says."""
_WORD: Final = re.compile(r"\{[^{}]*\}|[A-Za-z0-9]+|\s+|.", re.DOTALL)
"""A placeholder, a word or number, or one Chinese character."""


def compared(old: str, new: str) -> list[tuple[str, str]] | None:
    """Each passage with what became of it; None where little of the old one is left."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > LONGEST:
        return None
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < ALIKE:
        return None
    found: list[tuple[str, str]] = []
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            found.append((KEPT, "".join(before[i:j])))
        else:
            found += [(TAKEN_OUT, "".join(before[i:j]))] * (j > i) + [(ADDED, "".join(after[k:m]))] * (m > k)
    return found
