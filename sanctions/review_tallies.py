"""How votes of a review become a result: options are put from the harshest down, until one has its share."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations_with_replacement
from typing import Any

from sanctions.models_reviews import ReviewVote
from sanctions.tallies import Put, Rules, Wanted, harshness, lighter, put_in_turn

ORDER = {"QUASH": 0, "REMIT": 1, "VARY": 2, "UPHOLD": 3}
"""Whoever wants the decision to stand prefers varying to remitting, and remitting to quashing."""


@dataclass(frozen=True)
class Result:
    """What the review body decided, and each question put on the way."""

    what: str
    measures: tuple[int, ...]
    puts: tuple[Put, ...]

    def to_json(self) -> dict[str, Any]:
        """Counts only, as members and staff may see them."""
        return {"what": self.what, "measures": list(self.measures), "puts": [asdict(put) for put in self.puts]}


def _weight(wanted: Wanted) -> Any:  # noqa: ANN401 - what can be ordered
    what, measures = wanted
    return ORDER[what], harshness(measures)


def tally(decided: Sequence[int], votes: Iterable[ReviewVote], rules: Rules) -> Result:
    """What the votes come to; if no harsher option has its share, the decision is quashed."""
    cast = list(votes)
    wanted = [(vote.choice, _measures(decided, vote)) for vote in cast if vote.choice != "ABSTAIN"]
    puts = put_in_turn(wanted, len(cast) - len(wanted), _weight, "QUASH", rules)
    return Result(puts[-1].what, puts[-1].measures, puts)


def may_change(decided: Sequence[int], votes: Iterable[ReviewVote], missing: int, rules: Rules) -> bool:
    """Whether votes still to come could change the result."""
    cast = list(votes)
    now = tally(decided, cast, rules)
    possible: list[Wanted] = [("ABSTAIN", ()), *((what, ()) for what in ORDER if what != "VARY")]
    possible += [("VARY", each) for each in lighter(decided)]
    for late in combinations_with_replacement(possible, missing):
        more = [ReviewVote(choice=choice, measures=list(measures)) for choice, measures in late]
        found = tally(decided, [*cast, *more], rules)
        if (found.what, found.measures) != (now.what, now.measures):
            return True
    return False


def is_behind(decided: Sequence[int], vote: ReviewVote, put: Put) -> bool:
    """Whether a vote is for exactly what was decided: one for more counts as a yes, but wants something else."""
    return (vote.choice, _measures(decided, vote)) == (put.what, put.measures)


def _measures(decided: Sequence[int], vote: ReviewVote) -> tuple[int, ...]:
    if vote.choice == "UPHOLD":
        return tuple(sorted(decided))
    return tuple(sorted(vote.measures)) if vote.choice == "VARY" else ()
