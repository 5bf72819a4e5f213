"""The procedure as diagrams and lists of steps, drawn from the running tables themselves, so that they cannot drift."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.labels import Label, state_label
from core.machine import Machine, Row
from notices.kinds import KINDS as DOCUMENTS
from publishing.procedure_words import EVENTS, OTHERS, TITLES

WIDE, HIGH, STEP = 232, 34, 58
LANE, FIRST_LANE = 14, 26
TOP = 10


@dataclass(frozen=True)
class Box:
    """A state: where it stands in the drawing, and whether nothing need follow it."""

    key: str
    label: Label
    y: int
    end: bool
    on: tuple[str, ...]
    """The states to which it leads, in words; on a small screen they are read instead of the drawing."""

    @property
    def middle(self) -> int:
        """Where arrows meet it."""
        return self.y + HIGH // 2


@dataclass(frozen=True)
class Arrow:
    """All ways into one state from one side: a line of its own beside the boxes."""

    path: str
    steps: tuple[str, ...]
    """The numbers of the rows it stands for."""
    forward: bool


@dataclass(frozen=True)
class Step:
    """One row of a table, in words."""

    number: str
    what: str
    sources: tuple[Label, ...]
    target: Label
    roles: tuple[str, ...]
    limits: tuple[str, ...]
    """The keys of those it starts."""
    documents: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """One machine: its boxes and arrows with the size of the whole, and its steps in words."""

    name: str
    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    steps: tuple[Step, ...]
    left: int
    width: int
    height: int


def drawings(lang: str) -> list[Drawing]:
    """Every machine that people outside meet, in the order of their telling."""
    return [_drawn(Machine.all[name], lang) for name in TITLES if name in Machine.all]


def said(pair: tuple[str, str], lang: str) -> str:
    """The Chinese or the English of a pair."""
    return pair[1] if lang.startswith("en") else pair[0]


def _drawn(machine: Machine, lang: str) -> Drawing:
    rows = machine.rows
    order = {state: place for place, state in enumerate(_states(rows.values()))}
    ways = _ways(rows, order)
    lanes = {side: _lanes([way for way in ways if way[2] is side], order) for side in (False, True)}
    left = _room(lanes[False])
    ends = set(machine.ends)
    boxes = tuple(
        Box(
            state,
            state_label(machine.name, state),
            TOP + place * STEP,
            end=state in ends,
            on=tuple(state_label(machine.name, to).text for to, sources, _on, _rows in ways if state in sources),
        )
        for state, place in order.items()
    )
    arrows = tuple(
        _arrow(sources, target, numbers, lanes[forward].get(target, -1), boxes, order, left, forward=forward)
        for target, sources, forward, numbers in ways
    )
    return Drawing(
        name=machine.name,
        title=said(TITLES[machine.name], lang),
        boxes=boxes,
        arrows=arrows,
        steps=tuple(_step(machine.name, row, lang) for row in rows.values()),
        left=left,
        width=left + WIDE + _room(lanes[True]),
        height=TOP + len(order) * STEP,
    )


def _states(rows: Iterable[Row]) -> list[str]:
    """The states in the order in which the table reaches them."""
    return list(dict.fromkeys(row.target for row in rows if row.target != "SAME"))


Way = tuple[str, list[str], bool, tuple[str, ...]]
"""Target, sources, whether it leads on, numbers of the rows."""


def _ways(rows: dict[str, Row], order: dict[str, int]) -> list[Way]:
    found: dict[tuple[str, bool], tuple[list[str], list[str]]] = {}
    for number, row in rows.items():
        for source in row.sources:
            if row.target in {"SAME", source} or source not in order:
                continue
            sources, numbers = found.setdefault((row.target, order[source] < order[row.target]), ([], []))
            sources.append(source)
            numbers.append(number)
    return [
        (target, list(dict.fromkeys(sources)), forward, tuple(dict.fromkeys(numbers)))
        for (target, forward), (sources, numbers) in found.items()
    ]


def _span(way: Way, order: dict[str, int]) -> tuple[int, int]:
    places = [order[way[0]], *(order[source] for source in way[1])]
    return min(places), max(places)


def _next_door(way: Way, order: dict[str, int]) -> bool:
    """Only from the box just above: an arrow straight down."""
    return way[2] and [order[source] for source in way[1]] == [order[way[0]] - 1]


def _lanes(ways: list[Way], order: dict[str, int]) -> dict[str, int]:
    """A lane for each target, short ways nearest to the boxes, so that no two lines lie on each other."""
    taken: list[list[tuple[int, int]]] = []
    lanes = {}
    for way in sorted(ways, key=lambda way: _span(way, order)[1] - _span(way, order)[0]):
        if _next_door(way, order):
            continue
        first, last = _span(way, order)
        free = (lane for lane, used in enumerate(taken) if all(last <= a or b <= first for a, b in used))
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((first, last))
        lanes[way[0]] = lane
    return lanes


def _room(lanes: dict[str, int]) -> int:
    return FIRST_LANE + LANE * (max(lanes.values(), default=0) + 1)


def _arrow(
    sources: list[str],
    target: str,
    numbers: tuple[str, ...],
    lane: int,
    boxes: tuple[Box, ...],
    order: dict[str, int],
    left: int,
    *,
    forward: bool,
) -> Arrow:
    to = boxes[order[target]]
    if lane < 0:
        above = boxes[order[sources[0]]]
        middle = left + WIDE // 2
        return Arrow(f"M{middle} {above.y + HIGH}V{to.y - 1}", numbers, forward=True)
    edge = left + WIDE if forward else left
    x = edge + (FIRST_LANE + LANE * lane) * (1 if forward else -1)
    shift = -6 if forward else 6  # arrows come in above the middle and go out below it, and the other way round
    from_far, *nearer = sorted((boxes[order[source]].middle - shift for source in sources), reverse=not forward)
    stubs = "".join(f"M{edge} {y}H{x}" for y in nearer)
    bus = f"M{edge} {from_far}H{x}V{to.middle + shift}H{edge + (1 if forward else -1)}"
    return Arrow(stubs + bus, numbers, forward=forward)


def _step(machine: str, row: Row, lang: str) -> Step:
    stays = row.target == "SAME" or row.sources == (row.target,)
    return Step(
        number=row.id,
        what=said(EVENTS[f"{machine}.{row.event}"], lang),
        sources=tuple(state_label(machine, source) for source in row.sources if source != "NEW"),
        target=Label("", "") if stays else state_label(machine, row.target),
        roles=tuple(_who(role, lang) for role in row.roles),
        limits=(*row.clocks("start"), *row.clocks("arm")),
        documents=tuple(DOCUMENTS[kind].en if lang.startswith("en") else DOCUMENTS[kind].zh for kind in row.documents),
    )


def _who(role: str, lang: str) -> str:
    return said(OTHERS[role], lang) if role in OTHERS else str(state_label("role", role).text)
