"""The worked examples (a) to (g) of domain 6.4, and what they score by the settings of now and by changed ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from core.words import LazyString, _l
from registry import settings
from sanctions.ladder import KEYS
from sanctions.ladder_factors import BEFORE_FILING, YES
from sanctions.ladder_history import Earlier
from sanctions.ladder_scores import Facts, Judged, Scored, score_of

LAST = date(2026, 10, 10)
_BEFORE = date(2025, 12, 10)
_SAID = Judged(YES, "有书面材料证明", "E1")
_REMEDIED = Judged(BEFORE_FILING, "已停止并补救")


@dataclass(frozen=True)
class Example:
    """One example: in words, and as the facts that the ladder reads."""

    words: LazyString
    facts: Facts


EXAMPLES: Final = {
    "a": Example(
        _l("One violation of severity 3, one person; full and early cooperation"),
        Facts((("V-C04", 3),), LAST, (LAST, LAST), judged={"M4": _SAID}),
    ),
    "b": Example(
        _l("One of severity 4 and two of severity 2, 12 persons, 4 months; one earlier measure of the same family"),
        Facts(
            (("V-I01", 4), ("V-F01", 2), ("V-T01", 2)),
            LAST,
            (date(2026, 6, 10), LAST),
            persons=(12, ""),
            earlier=[Earlier("(b)", _BEFORE, ("V-I03",), (1,), same_code=False)],
        ),
    ),
    "c": Example(
        _l("One of severity 2; reported by the company itself, remedied before the case was filed"),
        Facts((("V-T01", 2),), LAST, (LAST, LAST), judged={"M1": _SAID, "M2": _REMEDIED}),
    ),
    "d": Example(
        _l("One of severity 5; remedied before the case was filed"),
        Facts((("V-I02", 5),), LAST, (LAST, LAST), judged={"M2": _REMEDIED}),
    ),
    "e": Example(
        _l("Three of severity 1, two persons"),
        Facts((("V-B06", 1), ("V-F03", 1), ("V-O02", 1)), LAST, (LAST, LAST), persons=(2, "")),
    ),
    "f": Example(
        _l("One of severity 5; reported by the company itself, remedied before filing, full and early cooperation"),
        Facts((("V-I02", 5),), LAST, (LAST, LAST), judged={"M1": _SAID, "M2": _REMEDIED, "M4": _SAID}),
    ),
    "g": Example(
        _l("One of severity 3 by a principal whose firm, outside the rules, committed one of severity 5"),
        Facts((("V-O04", 3),), LAST, (LAST, LAST), firm=("V-B02", 5)),
    ),
}


@dataclass(frozen=True)
class Compared:
    """One example, scored by the settings of now and by changed ones."""

    name: str
    words: LazyString
    now: Scored
    then: Scored

    @property
    def differs(self) -> bool:
        """Whether the score or the measures change."""
        return (self.now.score, self.now.band) != (self.then.score, self.then.band)


def compared(session: Session, changes: Mapping[str, Any]) -> list[Compared]:
    """Every example, before and after a setting of the ladder changes."""
    now = {key: settings.value(session, key) for key in KEYS}
    then = {**now, **changes}
    return [
        Compared(name, each.words, score_of(each.facts, now), score_of(each.facts, then))
        for name, each in EXAMPLES.items()
    ]
