"""How far measures depart from what the ladder suggests: heavier, lighter, or skipping steps."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Any

from sanctions.levels import LEVELS, heaviest


@dataclass(frozen=True)
class Departure:
    """What is beyond the suggestion, what was left out of it, and which steps of the ladder were skipped."""

    beyond: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything departs."""
        return bool(self.beyond or self.left_out or self.skipped)

    @property
    def heavier(self) -> bool:
        """Whether all of it together is heavier: the heaviest of what only one of the two has is beyond."""
        return heaviest(list(self.beyond)) > heaviest(list(self.left_out))

    def to_json(self) -> dict[str, Any]:
        """The departure as it is kept with a proposal."""
        return {name: list(levels) for name, levels in asdict(self).items()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Departure":
        """The departure, read from what was kept."""
        return cls(**{name: tuple(kept.get(name, ())) for name in ("beyond", "left_out", "skipped")})


def departure(band: Iterable[int], measures: Iterable[int], before: AbstractSet[int] = frozenset()) -> Departure:
    """Compare measures with the band; a step between the two that the company never had counts as skipped."""
    suggested, chosen = set(band), set(measures)
    low, high = heaviest(sorted(suggested)), heaviest(sorted(chosen))
    between = {level for level in LEVELS if low < level < high}
    return Departure(
        tuple(sorted(chosen - suggested)),
        tuple(sorted(suggested - chosen)),
        tuple(sorted(between - chosen - suggested - before)),
    )
