"""How votes of a review become a result: put from the harshest down, until something finds its share."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from sanctions.levels import FIRST_MAJOR, heaviest
from sanctions.models_reviews import ReviewVote
from sanctions.tallies import MAJORITY, TWO_THIRDS

ORDER = {"QUASH": 0, "REMIT": 1, "VARY": 2, "UPHOLD": 3}
"""Who wants the decision to stand would rather have it varied, and that rather remitted, than quashed."""


@dataclass(frozen=True)
class Put:
    """One question that was put, and how the members stood to it."""

    what: str
    measures: tuple[int, ...]
    yes: int
    no: int
    abstained: int

    @property
    def found_its_share(self) -> bool:
        """Two thirds of those present where a major measure would stand, else more than half."""
        share = Fraction(self.yes, self.yes + self.no + self.abstained)
        return share >= TWO_THIRDS if heaviest(list(self.measures)) >= FIRST_MAJOR else share > MAJORITY


@dataclass(frozen=True)
class Result:
    """What the review body decided, and every question that was put on the way."""

    what: str
    measures: tuple[int, ...]
    puts: tuple[Put, ...]

    def to_json(self) -> dict[str, Any]:
        """Counts only, as members and staff may see them."""
        return {"what": self.what, "measures": list(self.measures), "puts": [asdict(put) for put in self.puts]}


Wanted = tuple[int, int, int]


def _weight(what: str, measures: Sequence[int]) -> Wanted:
    return ORDER[what], heaviest(list(measures)), len(measures)


def tally(decided: Sequence[int], votes: Iterable[ReviewVote]) -> Result:
    """What the votes come to; where nothing harsher finds its share, the decision is quashed."""
    cast = list(votes)
    wanted = [(vote.choice, _measures(decided, vote)) for vote in cast if vote.choice != "ABSTAIN"]
    abstained = len(cast) - len(wanted)
    puts: list[Put] = []
    questions = {each for each in wanted if each[0] != "QUASH"}
    for what, measures in sorted(questions, key=lambda each: _weight(*each), reverse=True):
        yes = sum(1 for each in wanted if _weight(*each) >= _weight(what, measures))
        put = Put(what, measures, yes, len(wanted) - yes, abstained)
        puts.append(put)
        if put.found_its_share:
            return Result(what, measures, tuple(puts))
    none = sum(1 for each in wanted if each[0] == "QUASH")
    return Result("QUASH", (), (*puts, Put("QUASH", (), none, len(wanted) - none, abstained)))


def _measures(decided: Sequence[int], vote: ReviewVote) -> tuple[int, ...]:
    if vote.choice == "UPHOLD":
        return tuple(sorted(decided))
    return tuple(sorted(vote.measures)) if vote.choice == "VARY" else ()
