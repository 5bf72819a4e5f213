"""How votes become a result."""

from collections.abc import Iterable
from itertools import permutations
from typing import Any

import pytest

from sanctions import review_tallies
from sanctions.models_decisions import Vote
from sanctions.models_reviews import ReviewVote
from sanctions.tallies import Rules, is_lighter, may_change, tally


def _votes(*said: str | tuple[int, ...]) -> list[Vote]:
    cast = []
    for each in said:
        choice, measures = ("LIGHTER", list(each)) if isinstance(each, tuple) else (each, [])
        cast.append(Vote(choice=choice, measures=measures, reasons="理由"))
    return cast


def _vary(measures: Iterable[int]) -> ReviewVote:
    return ReviewVote(choice="VARY", measures=list(measures))


P, N, A = "PROPOSED", "NONE", "ABSTAIN"


@pytest.mark.parametrize(
    ("proposed", "votes", "decided"),
    [
        ([1, 2], (P, P, N), (1, 2)),
        ([1, 2], (P, N, A), ()),
        ([1, 2], (P, (1,), N), (1,)),
        ([1, 3, 5], (P, P, P, N, N), ()),
        ([1, 3, 5], (P, P, P, P, N), (1, 3, 5)),
        ([1, 3, 5], (P, P, P, A, A), ()),
        ([1, 3, 5], (P, P, P, (1, 3), N), (1, 3)),
        ([1, 3, 5], (P, P, (1, 3, 4), (1, 3, 4), N), (1, 3, 4)),
        ([1], (N, N, P), ()),
    ],
)
def test_the_harshest_that_finds_its_share_is_decided(
    proposed: list[int],
    votes: tuple[str | tuple[int, ...], ...],
    decided: tuple[int, ...],
) -> None:
    assert tally(proposed, _votes(*votes), Rules()).measures == decided


@pytest.mark.parametrize("votes", list(permutations([(1, 3), (2, 3), "NONE"])))
def test_of_measures_as_many_and_as_heavy_it_is_not_left_to_chance_which_is_put_first(
    votes: tuple[Any, ...],
) -> None:
    """Strings in a set stand in another order in each process: the page and the decision were not of one mind."""
    found = tally([1, 2, 3], _votes(*votes), Rules())
    assert [(put.measures, put.yes) for put in found.puts] == [((2, 3), 1), ((1, 3), 2)]
    cast = [ReviewVote(choice="QUASH", measures=[]) if each == N else _vary(each) for each in votes]
    reviewed = review_tallies.tally([1, 2, 3], cast, Rules())
    assert [(put.measures, put.yes) for put in reviewed.puts] == [((2, 3), 1), ((1, 3), 2)]


@pytest.mark.parametrize(
    ("proposed", "votes", "open_"),
    [
        ([1, 5], (P, P, P, P), False),
        ([1, 5], (P, P, P, N), True),
        ([1, 5], (N, N, N, N), False),
        ([1, 5], (P, P, (1,), (1,)), False),
        ([1, 2], (P, P, N, N), True),
    ],
)
def test_a_missing_vote_is_waited_for_only_where_it_could_change_the_result(
    proposed: list[int], votes: tuple[str | tuple[int, ...], ...], *, open_: bool
) -> None:
    assert may_change(proposed, _votes(*votes), 1, Rules()) is open_


def test_a_quorum_is_all_drawn_but_one_and_never_under_three() -> None:
    assert [Rules().quorum(drawn) for drawn in (3, 5, 7)] == [3, 4, 6]


def test_other_rules_carry_otherwise() -> None:
    laid_down = {"QUORUM_LEAST": 2, "QUORUM_ABSENT": 2, "MAJORITY_MINOR": "3/5", "MAJORITY_MAJOR": "4/5"}
    rules = Rules.of(laid_down)
    assert [rules.quorum(drawn) for drawn in (3, 5)] == [2, 3]
    assert tally([1], _votes(P, P, P, N, N), rules).measures == ()
    assert tally([1], _votes(P, P, N), rules).measures == (1,)
    assert tally([1, 5], _votes(P, P, P, P, N), rules).measures == (1, 5)
    assert tally([1, 5], _votes(P, P, P, N), rules).measures == ()


def test_lighter_is_part_of_the_proposal_or_a_circular_in_place_of_public_criticism() -> None:
    assert is_lighter([1], [1, 2])
    assert is_lighter([1, 4], [1, 3, 5])
    assert not is_lighter([1, 2], [1, 2])
    assert not is_lighter([3], [1, 2])
    assert not is_lighter([4, 5], [1, 5])
    assert not is_lighter([], [1])
