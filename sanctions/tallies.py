"""How votes become a result: what was voted for is put from the harshest down, until something has its share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from typing import Any, Final

from sanctions.levels import FIRST_MAJOR, heaviest
from sanctions.models_decisions import Vote

NONE = "NONE"
"""No measure."""
KEYS: Final = ("QUORUM_LEAST", "QUORUM_ABSENT", "MAJORITY_MINOR", "MAJORITY_MAJOR")
"""What the association lays down about votes; copied onto a body when it is drawn."""


@dataclass(frozen=True)
class Rules:
    """By which rules a body votes; a body without its own has those that held before rules were kept."""

    least: int = 3
    """The least number of members who may decide."""
    absent: int = 1
    """How many of those drawn may be missing."""
    minor: Fraction = Fraction(1, 2)
    """More than this share of those present for anything but a major measure."""
    major: Fraction = Fraction(2, 3)
    """The least share of those present for a major measure."""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Rules":
        """The rules as they were copied onto a body."""
        if not kept:
            return cls()
        least, absent, minor, major = (kept[key] for key in KEYS)
        return cls(int(least), int(absent), Fraction(minor), Fraction(major))

    def quorum(self, drawn: int) -> int:
        """How many must have voted: all drawn but one, at least three, unless the settings said otherwise."""
        return max(self.least, drawn - self.absent)

    def carry(self, put: "Put") -> bool:
        """Whether a question got its share."""
        share = Fraction(put.yes, put.present)
        return share >= self.major if heaviest(list(put.measures)) >= FIRST_MAJOR else share > self.minor


@dataclass(frozen=True)
class Put:
    """One question that was put, measures or something else, and how the members voted on it."""

    measures: tuple[int, ...]
    yes: int
    no: int
    abstained: int
    what: str = ""

    @property
    def present(self) -> int:
        """How many took part: whoever abstains is present, but does not say yes."""
        return self.yes + self.no + self.abstained


@dataclass(frozen=True)
class Outcome:
    """What the panel decided, and each question put on the way."""

    measures: tuple[int, ...]
    puts: tuple[Put, ...]

    @property
    def level(self) -> int:
        """The heaviest measure decided; 0 for none."""
        return heaviest(list(self.measures))

    @property
    def last(self) -> Put:
        """The question that was decided."""
        return self.puts[-1]


def last_put(puts: Sequence[Mapping[str, Any]]) -> Put:
    """The decided question, as it is kept with a body."""
    kept = puts[-1]
    return Put(**{**kept, "measures": tuple(kept["measures"])})


Wanted = tuple[str, tuple[int, ...]]
"""What a member voted for, and the measures that go with it."""


def put_in_turn(
    wanted: Sequence[Wanted], abstained: int, weight: Callable[[Wanted], Any], last: str, rules: Rules
) -> tuple[Put, ...]:
    """Put what members voted for from the harshest down, until something has its share; otherwise `last`.

    Whoever wants more also wants this much.
    """
    puts: list[Put] = []
    for each in sorted({one for one in wanted if one[0] != last}, key=weight, reverse=True):
        yes = sum(1 for one in wanted if weight(one) >= weight(each))
        puts.append(Put(each[1], yes, len(wanted) - yes, abstained, each[0]))
        if rules.carry(puts[-1]):
            return tuple(puts)
    yes = sum(1 for one in wanted if one[0] == last)
    return (*puts, Put((), yes, len(wanted) - yes, abstained, last))


def harshness(measures: Sequence[int]) -> tuple[int, int, list[int]]:
    """The order in which measures are put: the heaviest, how many, then level by level from the heaviest.

    No two sets are equal: otherwise chance would decide which is put first and wins by the votes for both.
    """
    return heaviest(list(measures)), len(measures), sorted(measures, reverse=True)


def _weight(wanted: Wanted) -> Any:  # noqa: ANN401 - what can be ordered
    return harshness(wanted[1])


def tally(proposed: Sequence[int], votes: Iterable[Vote], rules: Rules) -> Outcome:
    """What the votes of a panel come to."""
    cast = list(votes)
    wanted = [_wanted(proposed, vote) for vote in cast if vote.choice != "ABSTAIN"]
    puts = put_in_turn(wanted, len(cast) - len(wanted), _weight, NONE, rules)
    return Outcome(puts[-1].measures, puts)


def is_behind(proposed: Sequence[int], vote: Vote, put: Put) -> bool:
    """Whether a vote is for exactly what was decided: one for more counts as a yes, but wants something else."""
    return vote.choice != "ABSTAIN" and _wanted(proposed, vote) == (put.what, put.measures)


def may_change(proposed: Sequence[int], votes: Iterable[Vote], missing: int, rules: Rules) -> bool:
    """Whether votes still to come could change the result."""
    cast = list(votes)
    now = tally(proposed, cast, rules).measures
    possible = [("ABSTAIN", ()), (NONE, ()), ("PROPOSED", ()), *(("LIGHTER", each) for each in lighter(proposed))]
    return any(
        tally(
            proposed, [*cast, *(Vote(choice=choice, measures=list(measures)) for choice, measures in late)], rules
        ).measures
        != now
        for late in combinations_with_replacement(possible, missing)
    )


def lighter(proposed: Sequence[int]) -> list[tuple[int, ...]]:
    """Every selection of measures that a member could name in place of what is before the body."""
    return [each for each in _parts(proposed) if is_lighter(each, proposed)]


def _parts(proposed: Sequence[int]) -> set[tuple[int, ...]]:
    """Every selection of what is proposed, with a circular also in place of what is heavier."""
    levels = sorted({*proposed, FIRST_MAJOR})
    return {part for many in range(1, len(levels) + 1) for part in combinations(levels, many)}


def _wanted(proposed: Sequence[int], vote: Vote) -> Wanted:
    if vote.choice == NONE:
        return NONE, ()
    return "MEASURES", tuple(sorted(proposed if vote.choice == "PROPOSED" else vote.measures))


def is_lighter(measures: Sequence[int], proposed: Sequence[int]) -> bool:
    """Nothing beyond the proposal; a circular may replace public criticism."""
    allowed = {*proposed, *([FIRST_MAJOR] if heaviest(list(proposed)) > FIRST_MAJOR else [])}
    several_major = sum(1 for level in measures if level >= FIRST_MAJOR) > 1
    return bool(measures) and set(measures) <= allowed and not several_major and sorted(measures) != sorted(proposed)


def is_harsher(measures: Sequence[int], before: Sequence[int]) -> bool:
    """Something heavier than before, or something in addition."""
    return heaviest(list(measures)) > heaviest(list(before)) or not set(measures) <= set(before)
