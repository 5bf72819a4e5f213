"""Charts drawn by the server: bars, stacked bars and lines as shapes for a template; data and geometry only.

What tells the series of a chart apart is never the colour alone: each has a pattern or a kind of line of its own, and
every shape says in words what it shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

WIDE, HIGH = 480, 224
LEFT, TOP, RIGHT, BOTTOM = 44, 22, 8, 32
BASE = HIGH - BOTTOM
ROOM = 0.72
"""How much of its place a group of bars fills."""
WIDEST = 46
MOST_LABELS = 13
TICKS = 4
STEPS = (10, 20, 25, 50)
"""Tenths of a power of ten between which the lines of a scale stand, where they come out whole."""
PATTERNS = ("plain", "lines", "dots", "cross", "flat")
"""In the order of the series; a sixth begins again."""
SHAPES = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True)
class Series:
    """One row of numbers with its word and colour; a number that is not known is None."""

    word: str
    values: Sequence[float | None]
    tone: str = "blue"


@dataclass(frozen=True)
class Bar:
    """One bar, or a part of a stacked one."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    pattern: str
    title: str


@dataclass(frozen=True)
class Point:
    """One point of a line; `path` draws its shape."""

    x: float
    y: float
    tone: str
    path: str
    title: str


@dataclass(frozen=True)
class Line:
    """One line, broken where a number is not known."""

    path: str
    tone: str
    dash: str


@dataclass(frozen=True)
class Key:
    """What stands for a series in the legend."""

    word: str
    tone: str
    pattern: str
    path: str = ""


@dataclass(frozen=True)
class Chart:
    """Everything a template draws."""

    key: str
    title: str
    said: str
    """What it shows, in a sentence for whoever hears it."""
    ticks: list[tuple[float, str]]
    labels: list[tuple[float, str]]
    legend: list[Key]
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    width: int = WIDE
    height: int = HIGH
    left: int = LEFT
    base: int = BASE
    right: int = WIDE - RIGHT
    top: int = TOP
    unit: str = ""
    """What its numbers count, where its title does not say it."""
    shaded: float | None = None
    """From where on the ground is shaded: the latest part of a long time."""

    @property
    def patterns(self) -> list[Key]:
        """The patterns that are drawn over a colour, each once."""
        return [each for each in self.legend if each.pattern not in {"", "plain"}]


def months_until(day: date, many: int) -> list[date]:
    """The first days of so many months, the last that of this day."""
    last = day.year * 12 + day.month - 1
    return [date(place // 12, place % 12 + 1, 1) for place in range(last - many + 1, last + 1)]


def shown(number: float) -> str:
    """A number as people write it: thousands with commas, a fraction only where there is one."""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def grouped(
    key: str,
    title: str,
    said: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    under: Sequence[str] = (),
    unit: str = "",
) -> Chart:
    """Bars side by side for each label; `under` is what stands under them, in one or two lines, where it is shorter."""
    scale, ticks = _scale(max((value or 0 for each in series for value in each.values), default=0))
    step = _step(labels)
    bar = min(step * ROOM / max(len(series), 1), WIDEST)
    bars = []
    for place, label in enumerate(labels):
        begin = LEFT + step * (place + 0.5) - bar * len(series) / 2
        for number, each in enumerate(series):
            height = (each.values[place] or 0) * scale
            if height > 0:
                x, said_of = begin + bar * number, _title(label, each, place)
                bars.append(_bar(x, BASE - height, bar * 0.92, height, each, number, said_of))
    return Chart(key, title, said, ticks, _labels(under or labels), _legend(series), bars=bars, unit=unit)


def stacked(
    key: str,
    title: str,
    said: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    under: Sequence[str] = (),
    last: int = 0,
    unit: str = "",
) -> Chart:
    """One bar for each label, made of its parts; so many of the last are shaded."""
    most = max((sum(each.values[place] or 0 for each in series) for place in range(len(labels))), default=0)
    scale, ticks = _scale(most)
    step = _step(labels)
    wide = min(step * ROOM, WIDEST)
    bars = []
    for place, label in enumerate(labels):
        base: float = BASE
        for number, each in enumerate(series):
            height = (each.values[place] or 0) * scale
            if height > 0:
                base -= height
                x = LEFT + step * (place + 0.5) - wide / 2
                bars.append(_bar(x, base, wide, height, each, number, _title(label, each, place)))
    shaded = _round(LEFT + step * (len(labels) - last)) if last else None
    said_under, keys = _labels(under or labels), _legend(series)
    return Chart(key, title, said, ticks, said_under, keys, bars=bars, shaded=shaded, unit=unit)


def lined(
    key: str,
    title: str,
    said: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    under: Sequence[str] = (),
    most: float = 0,
    unit: str = "",
) -> Chart:
    """A line for each series; `most` is where the scale ends at least, such as 100 per cent."""
    scale, ticks = _scale(max(most, max((value or 0 for each in series for value in each.values), default=0)))
    step = _step(labels)
    lines, points = [], []
    for number, each in enumerate(series):
        places = [
            None if value is None else (_round(LEFT + step * (place + 0.5)), _round(BASE - value * scale))
            for place, value in enumerate(each.values)
        ]
        pieces = [f"M{a[0]} {a[1]}L{b[0]} {b[1]}" for a, b in pairwise(places) if a and b]
        lines.append(Line("".join(pieces), each.tone, PATTERNS[number % len(PATTERNS)]))
        shape = SHAPES[number % len(SHAPES)]
        points += [
            Point(at[0], at[1], each.tone, _shape(shape, *at), _title(labels[place], each, place))
            for place, at in enumerate(places)
            if at
        ]
    legend = [
        Key(each.word, each.tone, "", _shape(SHAPES[number % len(SHAPES)], 7, 7)) for number, each in enumerate(series)
    ]
    return Chart(key, title, said, ticks, _labels(under or labels), legend, lines=lines, points=points, unit=unit)


def _bar(x: float, y: float, width: float, height: float, of: Series, number: int, title: str) -> Bar:
    pattern = PATTERNS[number % len(PATTERNS)]
    return Bar(_round(x), _round(y), _round(width), _round(height), of.tone, pattern, title)


def _round(number: float) -> float:
    return round(number, 1)


def _title(label: str, each: Series, place: int) -> str:
    return f"{label} · {each.word} {shown(each.values[place] or 0)}"


def _legend(series: Sequence[Series]) -> list[Key]:
    return [Key(each.word, each.tone, PATTERNS[number % len(PATTERNS)]) for number, each in enumerate(series)]


def _step(labels: Sequence[str]) -> float:
    return (WIDE - LEFT - RIGHT) / max(len(labels), 1)


def every_so_many(labels: int) -> int:
    """Of how many labels one has room under a chart."""
    return -(-labels // MOST_LABELS) or 1


def _labels(labels: Sequence[str]) -> list[tuple[float, str]]:
    """The words under a chart and where they stand; of too many only some."""
    said = [place for place, label in enumerate(labels) if label]
    step = _step(labels)
    return [(_round(LEFT + step * (place + 0.5)), labels[place]) for place in said[:: every_so_many(len(said))]]


def _scale(most: float) -> tuple[float, list[tuple[float, str]]]:
    """How high one is, and where the lines with their numbers stand: round numbers, four or five of them."""
    step = next(each for each in _steps() if each * TICKS >= most)
    scale = (BASE - TOP) / (step * TICKS)
    return scale, [(_round(BASE - step * place * scale), shown(step * place)) for place in range(TICKS + 1)]


def _steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (each * power // 10 for each in STEPS if each * power % 10 == 0)
        power *= 10


def _shape(shape: str, x: float, y: float) -> str:
    if shape == "circle":
        return f"M{x - 3.5} {y}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z"
    if shape == "square":
        return f"M{x - 3} {y - 3}h6v6h-6z"
    if shape == "triangle":
        return f"M{x} {y - 4}l4 7h-8z"
    return f"M{x} {y - 4.5}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"
