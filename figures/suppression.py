"""Small cells of what is published are hidden, and others with them, so that no subtraction gives one away.

A publication is cells and sums: a sum is a cell that is equal to its parts. Whoever reads it knows every shown number,
which cells are hidden, that a hidden one is at least 1 (what did not occur is not listed), and every sum. Nothing is
released before that reader, tried here, fails: neither exact algebra nor bounds leave a hidden cell only one value,
nor all of it together. That is certain: the two tables with their sums are a network, on which every complaint flows
from all of them through its code, its result and its kind of company back to all of them; a hidden number may be
another one exactly where numbers can be shifted round a circle of hidden cells through it, none falling below 1.
What a shown sum leaves to its hidden parts together is a number as well: behind it stand as many persons as behind any;
so it is with what all the sums at once tell of two or three hidden cells together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations

Name = tuple[str, str, str]
"""Which company, which code, which result."""
ALL = "ALL"
Node = tuple[str, str]
BEGIN, END = ("all", "begin"), ("all", "end")
PRIME = 2_147_483_647
"""Sums are solved modulo a prime: exact for numbers that are no larger, and without fractions."""
UNKNOWN = 10**9
"""As much as a reader thinks possible of a hidden sum."""
PASSES = 100


@dataclass(frozen=True)
class Cell:
    """One number that is to be published, and which persons stand behind it."""

    name: Name
    many: int
    who: frozenset[str]

    @property
    def persons(self) -> int:
        """How many of them."""
        return len(self.who)


@dataclass(frozen=True)
class Sum:
    """A cell that is the sum of others; parts that do not occur are left out."""

    whole: Name
    parts: tuple[Name, ...]

    @property
    def members(self) -> tuple[Name, ...]:
        """Everything that stands in the equation."""
        return (self.whole, *self.parts)


@dataclass
class _Work:
    cells: Mapping[Name, Cell]
    sums: Sequence[Sum]
    hidden: set[Name] = field(default_factory=set)


def hidden(cells: Iterable[Cell], sums: Sequence[Sum], least: int) -> set[Name]:
    """The cells that may not be shown: those of fewer than so many persons, and those that would give them away."""
    work = _Work({each.name: each for each in cells}, sums)
    work.hidden = {each.name for each in work.cells.values() if each.persons < least}
    while work.hidden != set(work.cells):
        if known := given_away(work.cells, sums, work.hidden):
            more = _companions(work, known)
        elif small := small_groups(work.cells, sums, work.hidden, least):
            more = _beside(work, small)
        elif together := told_together(work.cells, sums, work.hidden, least):
            more = _beside(work, _touched(work, together))
        else:
            break
        work.hidden |= more or set(work.cells)
    return work.hidden


def small_groups(
    cells: Mapping[Name, Cell], sums: Sequence[Sum], unseen: set[Name], least: int
) -> list[tuple[Sum, set[Name]]]:
    """What subtraction tells of hidden cells together, and is of too few persons; with the sum that tells it."""
    return [
        (each, group)
        for each in sums
        if each.whole not in unseen
        for group in _groups(each, sums, unseen)
        if group and len(frozenset[str]().union(*(cells[name].who for name in group))) < least
    ]


def _groups(it: Sum, sums: Sequence[Sum], unseen: set[Name]) -> Iterator[set[Name]]:
    """Its hidden parts; and those with their own hidden parts in their place, by each kind of sum that they have."""
    group = {name for name in it.parts if name in unseen}
    yield group
    ways = [[each.parts for each in sums if each.whole == name] or [(name,)] for name in group]
    for place in range(max(map(len, ways), default=0)):
        inner = [parts for found in ways for parts in found[min(place, len(found) - 1)]]
        yield {name for name in inner if name in unseen}


def told_together(cells: Mapping[Name, Cell], sums: Sequence[Sum], unseen: set[Name], least: int) -> list[set[Name]]:
    """Two or three hidden cells of too few persons, of which all the sums at once tell what they are together."""
    reduced, found = _reduced(sums, unseen), []
    few = sorted(name for name in unseen if cells[name].persons < least)
    rests = {name: {name: 1} for name in few}
    for row in rests.values():
        _reduce(row, reduced)
    bearing: dict[frozenset[tuple[Name, int]], list[Name]] = {}
    for name, row in rests.items():
        bearing.setdefault(frozenset(row.items()), []).append(name)
    for group in chain(combinations(few, 1), combinations(few, 2)):
        who, other = frozenset[str]().union(*(cells[name].who for name in group)), dict[Name, int]()
        for name in group:
            _subtract(other, rests[name], 1)
        found += [
            {*group, name}
            for name in bearing.get(frozenset(other.items()), ())
            if name > group[-1] and len(who | cells[name].who) < least
        ]
    return found


def _touched(work: _Work, groups: Iterable[set[Name]]) -> Iterator[tuple[Sum, set[Name]]]:
    """Each group with a sum that holds something of it, and something that is shown."""
    for group in groups:
        holding = (each for each in work.sums if group & set(each.members) and set(each.members) - work.hidden)
        for each in holding:
            yield each, group
            break


def _beside(work: _Work, small: Iterable[tuple[Sum, set[Name]]]) -> set[Name]:
    """For each such group the smallest shown cell of its sum, or beneath it where all of that are hidden."""
    more: set[Name] = set()
    for each, group in small:
        beneath = [name for one in work.sums if group & set(one.parts) for name in one.members]
        for members in (each.parts, beneath, each.members):
            shown = [name for name in members if name not in work.hidden]
            if shown:
                more.add(min(shown, key=lambda name: (name == each.whole, work.cells[name].many, str(name))))
                break
    return more


def _companions(work: _Work, known: set[Name]) -> set[Name]:
    """For each sum that gives something away, the smallest shown cell beside it; parts before wholes."""
    more: set[Name] = set()
    for each in work.sums:
        if not known & set(each.members) or more & set(each.members):
            continue
        shown = [name for name in each.members if name not in work.hidden]
        if shown:
            more.add(min(shown, key=lambda name: (name == each.whole, work.cells[name].many, str(name))))
    return more


def given_away(cells: Mapping[Name, Cell], sums: Sequence[Sum], unseen: set[Name]) -> set[Name]:
    """The hidden cells whose number a reader finds out."""
    return solved(sums, unseen) | bounded(cells, sums, unseen) | fixed(cells, unseen)


def fixed(cells: Mapping[Name, Cell], unseen: set[Name]) -> set[Name]:
    """By everything at once: through which no circle leads, on which numbers could be shifted."""
    ways: dict[Node, list[tuple[Node, Name]]] = {}
    for name in unseen:
        tail, head = _ends(name)
        ways.setdefault(tail, []).append((head, name))  # it may always be one more
        if cells[name].many > 1:
            ways.setdefault(head, []).append((tail, name))
    return {name for name in unseen if not _may_differ(name, cells[name].many, ways)}


def _ends(name: Name) -> tuple[Node, Node]:
    """Between which nodes of the network a number flows: at each of them a sum holds."""
    company, code, result = name
    if code != ALL:
        return (BEGIN, ("code", code)) if result == ALL else (("code", code), ("result", result))
    if company != ALL:
        return (("company", company), END) if result == ALL else (("ended", result), ("company", company))
    return (END, BEGIN) if result == ALL else (("result", result), ("ended", result))


def _may_differ(name: Name, many: int, ways: Mapping[Node, Sequence[tuple[Node, Name]]]) -> bool:
    tail, head = _ends(name)
    return _leads(head, tail, name, ways) or (many > 1 and _leads(tail, head, name, ways))


def _leads(here: Node, there: Node, but: Name, ways: Mapping[Node, Sequence[tuple[Node, Name]]]) -> bool:
    seen, todo = {here}, [here]
    while todo:
        for node, name in ways.get(todo.pop(), ()):
            if node == there and name != but:
                return True
            if name != but and node not in seen:
                seen.add(node)
                todo.append(node)
    return False


def solved(sums: Sequence[Sum], unseen: set[Name]) -> set[Name]:
    """By algebra: an unknown that stands alone once all the equations are reduced."""
    return {name for name, row in _reduced(sums, unseen).items() if len(row) == 1}


def _reduced(sums: Sequence[Sum], unseen: set[Name]) -> dict[Name, dict[Name, int]]:
    """The equations of what is hidden, each with an unknown that no other has."""
    rows = []
    for each in sums:
        row: dict[Name, int] = {}
        for name in each.members:
            if name in unseen:
                row[name] = 1 if name == each.whole else PRIME - 1
        if row:
            rows.append(row)
    reduced: dict[Name, dict[Name, int]] = {}
    for row in rows:
        _reduce(row, reduced)
        if row:
            _take_up(row, reduced)
    return reduced


def _reduce(row: dict[Name, int], reduced: Mapping[Name, Mapping[Name, int]]) -> None:
    for name in [each for each in row if each in reduced]:
        if name in row:
            _subtract(row, reduced[name], row[name])


def _subtract(row: dict[Name, int], other: Mapping[Name, int], times: int) -> None:
    for name, factor in other.items():
        left = (row.get(name, 0) - times * factor) % PRIME
        if left:
            row[name] = left
        else:
            row.pop(name, None)


def _take_up(row: dict[Name, int], reduced: dict[Name, dict[Name, int]]) -> None:
    """A new row, its first unknown made 1 and taken out of every other row."""
    pivot = next(iter(row))
    inverse = pow(row[pivot], -1, PRIME)
    new = {name: factor * inverse % PRIME for name, factor in row.items()}
    for other in reduced.values():
        if pivot in other:
            _subtract(other, new, other[pivot])
    reduced[pivot] = new


def bounded(cells: Mapping[Name, Cell], sums: Sequence[Sum], unseen: set[Name]) -> set[Name]:
    """By bounds: every hidden cell is at least 1, and each sum narrows its parts until nothing moves any more."""
    low = {name: 1 if name in unseen else cells[name].many for name in cells}
    high = {name: UNKNOWN if name in unseen else cells[name].many for name in cells}
    for _pass in range(PASSES):
        moved = False
        for each in sums:
            lows, highs = sum(low[name] for name in each.parts), sum(high[name] for name in each.parts)
            moved |= _narrow(each.whole, lows, highs, low, high)
            for name in each.parts:
                rest_low = low[each.whole] - (highs - high[name])
                rest_high = high[each.whole] - (lows - low[name])
                if _narrow(name, rest_low, rest_high, low, high):
                    moved = True
                    lows, highs = sum(low[one] for one in each.parts), sum(high[one] for one in each.parts)
        if not moved:
            break
    return {name for name in unseen if low[name] == high[name]}


def _narrow(name: Name, least: int, most: int, low: dict[Name, int], high: dict[Name, int]) -> bool:
    before = low[name], high[name]
    low[name], high[name] = max(low[name], least), min(high[name], most)
    return (low[name], high[name]) != before
