"""Small charts of a ledger: a bar for each month, drawn by a template; data and geometry only."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WIDE, HIGH, STEP, BAR = 332, 84, 9, 7
LEFT, TOP, BASE = 6, 8, 66
YEAR, WHOLE = 12, 36
TONES = {"ESTABLISHED": "red", "LATE": "orange", "NONE": "red", "IN_TIME": "green", "MEASURE": "purple"}
"""The colour of each kind; complaints are blue."""


@dataclass(frozen=True)
class Bar:
    """One month's share of one kind."""

    x: int
    y: int
    height: int
    tone: str
    title: str


@dataclass(frozen=True)
class Chart:
    """One chart with its scale and the years under it."""

    key: str
    title: str
    kinds: tuple[tuple[str, str], ...]
    """What is stacked, in words, and its colour."""
    bars: tuple[Bar, ...]
    most: int
    years: tuple[tuple[int, int], ...]
    """Where a year begins, and which."""
    year_from: int
    """Where the last twelve months begin."""


def months_until(day: date, many: int = WHOLE) -> list[date]:
    """The first days of so many months, the last that of this day."""
    last = day.year * 12 + day.month - 1
    return [date(place // 12, place % 12 + 1, 1) for place in range(last - many + 1, last + 1)]


def drawn(
    key: str, title: str, kinds: Iterable[tuple[str, str]], found: Mapping[str, Counter[date]], months: Sequence[date]
) -> Chart:
    """Stack these kinds, each with its word, month by month."""
    stacked = list(kinds)
    most = max((sum(found[kind][month] for kind, _ in stacked) for month in months), default=0)
    bars = []
    for place, month in enumerate(months):
        base, sofar = BASE, 0
        for kind, word in stacked:
            sofar += found[kind][month]
            top = BASE - round((BASE - TOP) * sofar / most) if most else BASE
            if base > top:
                title_of = f"{month:%Y-%m} · {word} {found[kind][month]}"
                bars.append(Bar(_x(place), top, base - top, _tone(kind), title_of))
            base = top
    years = tuple((_x(place), month.year) for place, month in enumerate(months) if month.month == 1)
    told = tuple((word, _tone(kind)) for kind, word in stacked)
    return Chart(key, title, told, tuple(bars), most, years, _x(len(months) - YEAR) - 1)


def _tone(kind: str) -> str:
    return TONES.get(kind, "blue")


def _x(place: int) -> int:
    return LEFT + place * STEP
