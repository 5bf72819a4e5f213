"""How votes become a result: what was voted for is put from the harshest down, until something finds its share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sanctions.levels import FIRST_MAJOR, heaviest
from sanctions.models import Vote

MAJORITY = Fraction(1, 2)
TWO_THIRDS = Fraction(2, 3)
LEAST = 3
"""A panel never decides with fewer members present."""


@dataclass(frozen=True)
class Put:
    """One question that was put: these measures, and how the members stood to it."""

    measures: tuple[int, ...]
    yes: int
    no: int
    abstained: int

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


def _weight(measures: Sequence[int]) -> tuple[int, int]:
    return heaviest(list(measures)), len(measures)


def tally(proposed: Sequence[int], votes: Iterable[Vote]) -> Outcome:
    """Put each set of measures that somebody voted for; who wants more also wants this much."""
    cast = list(votes)
    wanted = [_wanted(proposed, vote) for vote in cast if vote.choice != "ABSTAIN"]
    abstained = len(cast) - len(wanted)
    puts: list[Put] = []
    for measures in sorted({each for each in wanted if each}, key=_weight, reverse=True):
        yes = sum(1 for each in wanted if _weight(each) >= _weight(measures))
        put = Put(measures, yes, len(wanted) - yes, abstained)
        puts.append(put)
        if put.found_its_share:
            return Outcome(measures, tuple(puts))
    none = sum(1 for each in wanted if not each)
    return Outcome((), (*puts, Put((), none, len(wanted) - none, abstained)))


def _wanted(proposed: Sequence[int], vote: Vote) -> tuple[int, ...]:
    if vote.choice == "PROPOSED":
        return tuple(sorted(proposed))
    return tuple(sorted(vote.measures)) if vote.choice == "LIGHTER" else ()


def is_lighter(measures: Sequence[int], proposed: Sequence[int]) -> bool:
    """Nothing beyond the proposal; a circular may stand in the place of public criticism."""
    allowed = {*proposed, *([FIRST_MAJOR] if heaviest(list(proposed)) > FIRST_MAJOR else [])}
    several_major = sum(1 for level in measures if level >= FIRST_MAJOR) > 1
    return bool(measures) and set(measures) <= allowed and not several_major and sorted(measures) != sorted(proposed)


def is_harsher(measures: Sequence[int], before: Sequence[int]) -> bool:
    """Something heavier than before, or something beside it."""
    return heaviest(list(measures)) > heaviest(list(before)) or not set(measures) <= set(before)
