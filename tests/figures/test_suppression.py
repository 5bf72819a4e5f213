"""What is published gives no small cell away: whoever subtracts, or tries every possibility, finds no number."""

import random
from collections import Counter
from itertools import combinations, product

import pytest

from figures import opening, suppression
from figures.suppression import Cell, Name, Sum, fixed, given_away, hidden, solved

LEAST = 3
TRIES = 20_000
ALL = opening.ALL
COMPANIES, CODES, RESULTS = ("INSTITUTION", "FIRM"), ("V-C01", "V-C02", "V-I01"), ("ACCEPTED", "CHECKED", "WITHDRAWN")


def _published(things: list[tuple[str, str, str, int]]) -> dict[Name, Cell]:
    """The cells that opening.ENDED makes of single complaints: company, code, result, person."""
    many: Counter[Name] = Counter()
    people: dict[Name, set[str]] = {}
    for company, code, result, person in things:
        names = [(ALL, code, result), (company, ALL, result), (ALL, code, ALL), (company, ALL, ALL)]
        for name in [*names, (ALL, ALL, result), (ALL, ALL, ALL)]:
            many[name] += 1
            people.setdefault(name, set()).add(str(person))
    return {name: Cell(name, many[name], frozenset(people[name])) for name in many}


def _possible(cells: dict[Name, Cell], sums: list[Sum], unseen: set[Name], top: int) -> dict[Name, set[int]]:
    """Every number that each hidden cell may have, by trying all of them: a reader with all the time in the world."""
    inner = [name for name in unseen if not any(each.whole == name for each in sums)]
    outer = [name for name in unseen if name not in inner]
    found: dict[Name, set[int]] = {name: set() for name in unseen}
    for numbers in product(range(1, top + 1), repeat=len(inner)):
        said = {name: cell.many for name, cell in cells.items() if name not in unseen} | dict(
            zip(inner, numbers, strict=True)
        )
        for name in sorted(outer, key=lambda each: each.count(ALL)):
            for each in sums:
                if each.whole == name and all(part in said for part in each.parts):
                    said[name] = sum(said[part] for part in each.parts)
                    break
        if all(said[each.whole] == sum(said[part] for part in each.parts) for each in sums):
            for name in unseen:
                found[name].add(said[name])
    return found


@pytest.mark.parametrize("seed", range(40))
def test_no_hidden_cell_is_recovered_by_subtraction(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's own numbers
    things = [
        (chance.choice(COMPANIES), chance.choice(CODES), chance.choice(RESULTS), chance.randrange(60))
        for _ in range(chance.choice([4, 12, 40, 120]))
    ]
    cells = _published(things)
    sums = opening.sums_of(list(cells))
    assert all(cells[each.whole].many == sum(cells[part].many for part in each.parts) for each in sums)
    unseen = hidden(cells.values(), sums, LEAST)
    assert {cell.name for cell in cells.values() if cell.persons < LEAST} <= unseen
    assert not given_away(cells, sums, unseen)
    for each in sums:
        left = [name for name in each.members if name in unseen]
        assert len(left) != 1, "one cell alone is the difference"
    top = max((cells[name].many for name in unseen), default=0) + 2
    inner = [name for name in unseen if not any(each.whole == name for each in sums)]
    if top ** len(inner) <= TRIES:
        possible = _possible(cells, sums, unseen, top)
        assert all(len(numbers) > 1 for numbers in possible.values())


@pytest.mark.parametrize("least", [3, 5, 8])
@pytest.mark.parametrize("seed", range(20))
def test_what_subtraction_leaves_to_hidden_cells_together_is_of_enough_persons(least: int, seed: int) -> None:
    chance = random.Random(f"group {seed}")  # noqa: S311 - a test's own numbers
    things = [
        (chance.choice(COMPANIES), chance.choice(CODES), chance.choice(RESULTS), chance.randrange(60))
        for _ in range(chance.choice([12, 25, 40, 80]))
    ]
    cells = _published(things)
    sums = opening.sums_of(list(cells))
    unseen = hidden(cells.values(), sums, least)
    assert not given_away(cells, sums, unseen)
    for each in sums:
        together = [cells[name].who for name in each.parts if name in unseen]
        if each.whole not in unseen and together:
            assert len(frozenset[str]().union(*together)) >= least


@pytest.mark.parametrize(("people", "enough"), [((1, 1, 1, 1, 1), False), ((1, 1, 2, 2, 3), True)])
def test_what_four_small_cells_are_together_is_told_only_with_enough_persons_behind_it(
    people: tuple[int, ...], *, enough: bool
) -> None:
    codes = ("V-C01", "V-C01", "V-C02", "V-C03", "V-C04")
    things = [("FIRM", code, "CHECKED", person) for code, person in zip(codes, people, strict=True)]
    things += [("FIRM", "V-I01", result, 10 + person) for result in RESULTS[:2] for person in range(9)]
    cells = _published(things)
    unseen = hidden(cells.values(), opening.sums_of(list(cells)), LEAST)
    assert ((ALL, "V-I01", "CHECKED") not in unseen) is enough


def test_a_sum_that_leaves_one_to_each_hidden_part_gives_them_away() -> None:
    names: list[Name] = [(ALL, ALL, "A"), (ALL, ALL, "B"), (ALL, ALL, "C"), (ALL, ALL, ALL)]
    cells = {
        name: Cell(name, many, frozenset(f"{name}{one}" for one in range(many)))
        for name, many in zip(names, (1, 1, 9, 11), strict=True)
    }
    sums = [Sum(names[3], tuple(names[:3]))]
    assert given_away(cells, sums, set(names[:2])) == set(names[:2])
    unseen = hidden(cells.values(), sums, LEAST)
    assert names[2] in unseen or names[3] in unseen


def test_what_only_all_the_sums_together_give_away_is_hidden_as_well() -> None:
    """Fifteen complaints whose two small results of one code no single sum and no elimination told, and both did."""
    counted = {
        ("V-C01", "CHECKED"): 1,
        ("V-C02", "CHECKED"): 4,
        ("V-C02", "ACCEPTED"): 1,
        ("V-C02", "WITHDRAWN"): 1,
        ("V-I01", "CHECKED"): 4,
        ("V-I01", "ACCEPTED"): 3,
        ("V-I01", "WITHDRAWN"): 1,
    }
    people = iter(range(100))
    cells = _published([("FIRM", *it, next(people)) for it, many in counted.items() for _each in range(many)])
    sums = opening.sums_of(list(cells))
    by_steps = _by_steps(cells, sums)
    found = {(ALL, "V-C02", "ACCEPTED"), (ALL, "V-C02", "WITHDRAWN")}
    assert fixed(cells, by_steps) == found
    unseen = hidden(cells.values(), sums, LEAST)
    assert unseen > by_steps
    assert fixed(cells, unseen) == set()


def _by_steps(cells: dict[Name, Cell], sums: list[Sum]) -> set[Name]:
    """What was hidden as long as the reader took one sum after the other."""
    with pytest.MonkeyPatch.context() as meanwhile:
        meanwhile.setattr(suppression, "fixed", lambda _cells, _unseen: set())
        meanwhile.setattr(suppression, "told_together", lambda *_asked: [])
        return hidden(cells.values(), sums, LEAST)


@pytest.mark.parametrize("seed", [899, 1529, 1611, 1819, 1830])
def test_of_few_persons_all_the_sums_at_once_tell_not_even_what_two_or_three_hidden_cells_are_together(
    seed: int,
) -> None:
    """Months in which no single sum told it."""
    chance = random.Random(f"together {seed}")  # noqa: S311 - a test's own numbers
    companies = (*COMPANIES, "BOTH")
    things = [
        (chance.choice(companies), chance.choice(CODES), chance.choice(RESULTS), chance.randrange(20))
        for _ in range(14)
    ]
    cells = _published(things)
    sums = opening.sums_of(list(cells))
    unseen = hidden(cells.values(), sums, LEAST)
    whole = ("TOGETHER", ALL, ALL)
    for group in [*combinations(unseen, 2), *combinations(unseen, 3)]:
        if len(frozenset[str]().union(*(cells[name].who for name in group))) < LEAST:
            assert whole not in solved([*sums, Sum(whole, group)], unseen | {whole}), group


def test_large_cells_are_all_shown() -> None:
    cells = _published(
        [
            (company, code, result, number)
            for company in COMPANIES
            for code in CODES
            for result in RESULTS
            for number in range(5)
        ]
    )
    assert hidden(cells.values(), opening.sums_of(list(cells)), LEAST) == set()


def test_a_person_who_complains_five_times_is_one_person() -> None:
    cells = _published([("FIRM", "V-C01", "ACCEPTED", 7)] * 5)
    assert hidden(cells.values(), opening.sums_of(list(cells)), LEAST) == set(cells)


@pytest.mark.parametrize("seed", range(4))
def test_the_circles_of_the_network_find_just_what_trying_everything_finds(seed: int) -> None:
    chance, tried = random.Random(f"network {seed}"), 0  # noqa: S311 - a test's own numbers
    while tried < 5:
        size = chance.randrange(3, 9)
        drawn = [
            (chance.choice(COMPANIES), chance.choice(CODES[:2]), chance.choice(RESULTS[:2]), number)
            for number in range(size)
        ]
        cells = _published(drawn)
        sums = opening.sums_of(list(cells))
        unseen = {name for name in cells if chance.random() < 0.6}
        inner = [name for name in unseen if not any(each.whole == name for each in sums)]
        if (size + 1) ** len(inner) > TRIES // 10:
            continue
        tried += 1
        possible = _possible(cells, sums, unseen, size + 1)
        assert fixed(cells, unseen) == {name for name, numbers in possible.items() if len(numbers) == 1}
