"""How much two texts say the same, in Chinese or English: the runs of words they share, and fingerprints."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

RUN = 4
"""How many Chinese characters, or English words, make a run."""
LEAST = 8
"""Texts with fewer runs say too little to be compared."""
SCRIPT, NEAR = 0.4, 0.75
"""From this share of common runs on a text follows the same script; from the second it is nearly the same."""
BANDS, ROWS = 20, 3
PRIME = (1 << 61) - 1
_TOKEN = re.compile(r"[\u3400-\u9fff]|[a-z]+(?:'[a-z]+)?")
_FACTORS = [
    tuple(int.from_bytes(hashlib.blake2b(f"{name}{place}".encode(), digest_size=7).digest()) | 1 for name in "ab")
    for place in range(BANDS * ROWS)
]
"""The same in every process: what is stored must be found again."""


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of words; numbers, days and punctuation do not count, since they differ from person to person."""
    words = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    return set(zip(*(words[place:] for place in range(RUN)), strict=False))


def _shared(mine: set[tuple[str, ...]], theirs: set[tuple[str, ...]]) -> float:
    if min(len(mine), len(theirs)) < LEAST:
        return 0.0
    both = len(mine & theirs)
    return both / (len(mine) + len(theirs) - both)


def bands(text: str) -> list[int]:
    """A fingerprint (MinHash in bands) that similar texts are likely to share a part of; empty for short texts."""
    found = runs(text)
    if len(found) < LEAST:
        return []
    marks = [_mark(" ".join(run)) for run in found]
    least = [min([(a * mark + b) % PRIME for mark in marks]) for a, b in _FACTORS]  # the most expensive line of intake
    return [_band(place, least[place * ROWS : (place + 1) * ROWS]) for place in range(BANDS)]


def _mark(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=7).digest())


def _band(place: int, values: Sequence[int]) -> int:
    said = f"{place}:{','.join(map(str, values))}".encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), signed=True)


def closest(text: str, others: Iterable[tuple[int, str]]) -> list[tuple[int, float]]:
    """Which of these texts follow the same script, the most alike first."""
    mine = runs(text)
    found = [(number, _shared(mine, runs(other))) for number, other in others]
    return sorted((each for each in found if each[1] >= SCRIPT), key=lambda each: (-each[1], each[0]))
