"""The measures L1 to L7: data only."""

from dataclasses import dataclass
from typing import Final

from core.words import LazyString, _l


@dataclass(frozen=True, slots=True)
class Level:
    """One measure of the ladder, with its kind of document and the clock by which it is carried out."""

    number: int
    zh: str
    en: str
    word: LazyString
    document: str = ""
    clock: str = ""

    def name(self, lang: str) -> str:
        """The name in documents."""
        return self.zh if lang == "zh" else self.en

    @property
    def major(self) -> bool:
        """Whether it takes two thirds of the votes, is stayed by a review and is published."""
        return self.number >= FIRST_MAJOR


FIRST_MAJOR: Final = 4
HIGHEST: Final = 5
"""L6 and L7 are refused until they have rows for the council's vote, their end and restoration."""
RECTIFICATION, INTERVIEW, TRAINING, CIRCULAR, CRITICISM = 1, 2, 3, 4, 5

LEVELS: Final = {
    level.number: level
    for level in (
        Level(1, "责令整改", "rectification order", _l("Rectification order"), "D23a", "K22"),
        Level(2, "警示约谈", "warning interview", _l("Warning interview"), "D23b", "K23"),
        Level(3, "强制培训教育", "mandatory training", _l("Mandatory training"), "D23d", "K24"),
        Level(4, "行业内通报批评", "circular to members", _l("Circular to members"), "D23e", "K32"),
        Level(5, "公开通报批评", "public criticism", _l("Public criticism"), "D23f", "K36"),
    )
}
BY_NAME: Final = {level.zh: number for number, level in LEVELS.items()}
"""By the name in a publication's Chinese text."""
SCOPES: Final = {4: "MEMBERS", 5: "PUBLIC"}
"""How far a measure is published."""


def heaviest(measures: list[int]) -> int:
    """The level that decides the tier; 0 if nothing is ordered."""
    return max(measures, default=0)


def scope_of(measures: list[int]) -> str | None:
    """To whom a set of measures is published; empty if to nobody."""
    return SCOPES.get(heaviest(measures))


def label(number: int) -> str:
    """The label that the ladder uses, L1 to L5."""
    return f"L{number}"
