"""How votes become a result: what was voted for is put from the harshest down, until something finds its share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sanctions.levels import FIRST_MAJOR, heaviest
from sanctions.models import Vote

MAJORITY = Fraction(1, 2)
TWO_THIRDS = Fraction(2, 3)
NONE = "NONE"
"""No measure."""
LEAST = 3
"""A panel never decides with fewer members present."""


@dataclass(frozen=True)
class Put:
    """One question that was put: these measures or something else, and how the members stood to it."""

    measures: tuple[int, ...]
    yes: int
    no: int
    abstained: int
    what: str = ""

    @property
    def present(self) -> int:
        """Whoever abstains is present, and does not say yes."""
        return self.yes + self.no + self.abstained

    @property
    def found_its_share(self) -> bool:
        """Two thirds of those present for a major measure, more than half for a minor one."""
        if heaviest(list(self.measures)) >= FIRST_MAJOR:
            return Fraction(self.yes, self.present) >= TWO_THIRDS
        return Fraction(self.yes, self.present) > MAJORITY


@dataclass(frozen=True)
class Outcome:
    """What the panel decided, and every question that was put on the way."""

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


def quorum(drawn: int) -> int:
    """All drawn minus at most one, never under three."""
    return max(LEAST, drawn - 1)


Wanted = tuple[str, tuple[int, ...]]
"""What a member voted for, and the measures that go with it."""


def put_in_turn(
    wanted: Sequence[Wanted], abstained: int, weight: Callable[[Wanted], tuple[int, ...]], last: str
) -> tuple[Put, ...]:
    """Put what members voted for from the harshest down, until something finds its share, else `last`.

    Who wants more also wants this much.
    """
    puts: list[Put] = []
    for each in sorted({one for one in wanted if one[0] != last}, key=weight, reverse=True):
        yes = sum(1 for one in wanted if weight(one) >= weight(each))
        puts.append(Put(each[1], yes, len(wanted) - yes, abstained, each[0]))
        if puts[-1].found_its_share:
            return tuple(puts)
    yes = sum(1 for one in wanted if one[0] == last)
    return (*puts, Put((), yes, len(wanted) - yes, abstained, last))


def _weight(wanted: Wanted) -> tuple[int, int]:
    return heaviest(list(wanted[1])), len(wanted[1])


def tally(proposed: Sequence[int], votes: Iterable[Vote]) -> Outcome:
    """What the votes of a panel come to."""
    cast = list(votes)
    wanted = [_wanted(proposed, vote) for vote in cast if vote.choice != "ABSTAIN"]
    puts = put_in_turn(wanted, len(cast) - len(wanted), _weight, NONE)
    return Outcome(puts[-1].measures, puts)


def _wanted(proposed: Sequence[int], vote: Vote) -> Wanted:
    if vote.choice == NONE:
        return NONE, ()
    return "MEASURES", tuple(sorted(proposed if vote.choice == "PROPOSED" else vote.measures))


def is_lighter(measures: Sequence[int], proposed: Sequence[int]) -> bool:
    """Nothing beyond the proposal; a circular may stand in the place of public criticism."""
    allowed = {*proposed, *([FIRST_MAJOR] if heaviest(list(proposed)) > FIRST_MAJOR else [])}
    several_major = sum(1 for level in measures if level >= FIRST_MAJOR) > 1
    return bool(measures) and set(measures) <= allowed and not several_major and sorted(measures) != sorted(proposed)


def is_harsher(measures: Sequence[int], before: Sequence[int]) -> bool:
    """Something heavier than before, or something beside it."""
    return heaviest(list(measures)) > heaviest(list(before)) or not set(measures) <= set(before)
