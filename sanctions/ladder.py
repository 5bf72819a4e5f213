"""The scoring aid of domain 6.4: a recommendation with each part, its points and its source; never a decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import Allegation, CaseTrack
from casework.policies_tracks import conduct_day
from core.words import LazyString, _l
from registry import settings
from registry.counting import same_day_later
from registry.models_rulebook import Violation
from sanctions.levels import CIRCULAR
from sanctions.models import Decision

MOST_OTHER = 5
OTHER = 3
GRAVEST = 5


PARTS: Final = {
    "worst": _l("Most serious violation established"),
    "others": _l("Other violations established"),
    "A1": _l("A1 Persons affected"),
    "A2": _l("A2 Duration in months"),
    "A3": _l("A3 Earlier measures for the same"),
    "A10": _l("A10 Number of acts"),
    "floor": _l("Floor: the gravest kind of breach is at least a circular"),
}
"""What a score is made of."""


@dataclass(frozen=True)
class Part:
    """One part of a score: what it is, how many points, and where it was read."""

    name: str
    points: int
    source: str

    @property
    def label(self) -> LazyString:
        """What it is, in the reader's language."""
        return PARTS[self.name]


@dataclass(frozen=True)
class Suggestion:
    """What the ladder recommends: the score, the levels of its band, and the parts it is made of."""

    score: int
    band: list[int]
    parts: list[Part]

    def to_json(self) -> dict[str, Any]:
        """What is kept with the proposal."""
        parts = [{"name": part.name, "points": part.points, "source": part.source} for part in self.parts]
        return {"score": self.score, "band": self.band, "parts": parts}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Suggestion":
        """As it was kept with a proposal."""
        return cls(kept["score"], list(kept["band"]), [Part(**part) for part in kept["parts"]])


def suggest(session: Session, track: CaseTrack) -> Suggestion:
    """Score what was established on a track, with the factors that the file itself shows."""
    found = clauses.established(track)
    if not found:
        return Suggestion(0, [], [])
    known = {
        each.code: each
        for each in session.scalars(select(Violation).where(Violation.code.in_([a.code for a in found])))
    }
    violations = [known[each.code] for each in found]
    parts = [*_base(session, violations), *_factors(session, track, found, violations)]
    score = max(0, sum(part.points for part in parts))
    band = band_of(score, settings.value(session, "LADDER_BANDS"))
    if any(each.severity == GRAVEST for each in violations) and max(band, default=0) < CIRCULAR:
        parts.append(Part("floor", 0, "S5"))
        band = sorted({*band, CIRCULAR})
    return Suggestion(score, band, parts)


def band_of(score: int, bands: Iterable[Sequence[Any]]) -> list[int]:
    """The levels of the highest band that a score reaches; L0 is no measure."""
    reached = [levels for least, levels in sorted(bands, key=lambda each: each[0]) if score >= int(least)]
    levels = reached[-1] if reached else []
    return sorted(int(level.removeprefix("L")) for level in levels if level != "L0")


def _base(session: Session, violations: Sequence[Violation]) -> list[Part]:
    base: Mapping[str, int] = settings.value(session, "LADDER_BASE")
    worst = max(violations, key=lambda each: each.severity)
    parts = [Part("worst", int(base[str(worst.severity)]), f"{worst.code} S{worst.severity}")]
    others = min(len(violations) - 1, MOST_OTHER)
    if others:
        codes = "、".join(each.code for each in violations if each is not worst)
        parts.append(Part("others", OTHER * others, codes))
    return parts


def _factors(
    session: Session,
    track: CaseTrack,
    found: Sequence[Allegation],
    violations: Sequence[Violation],
) -> list[Part]:
    factors: Mapping[str, Any] = settings.value(session, "LADDER_FACTORS")
    persons, acts = max(each.persons for each in found), sum(each.acts for each in found)
    months = _months(track)
    earlier = len(previous(session, track, violations))
    first, more = factors["A3"]
    parts = [
        Part("A1", _step(persons, factors["A1"]), str(persons)),
        Part("A2", _step(months, factors["A2"]), str(months)),
        Part("A3", more if earlier > 1 else first if earlier else 0, str(earlier)),
        Part("A10", _step(acts, factors["A10"]), str(acts)),
    ]
    return [part for part in parts if part.points]


def _step(value: int, steps: Iterable[Sequence[int]]) -> int:
    """The points of the highest step reached."""
    reached = [int(points) for least, points in steps if value >= int(least)]
    return reached[-1] if reached else 0


def _months(track: CaseTrack) -> int:
    """How many whole months the conduct went on."""
    first, last = track.case.conduct_from, track.case.conduct_to
    if first is None or last is None:
        return 0
    months = 0
    while same_day_later(first, months + 1) <= last:
        months += 1
    return months


def previous(session: Session, track: CaseTrack, violations: Sequence[Violation]) -> list[Decision]:
    """Earlier decisions on the party that count: in force within REPEAT_MONTHS before the conduct ended, for the same.

    The same is the same code, or the same family within one severity step; pending cases are no history.
    """
    ended: date = conduct_day(track.case)
    since = same_day_later(ended, -int(settings.value(session, "REPEAT_MONTHS")))
    mine = (
        select(Decision)
        .join(CaseTrack, CaseTrack.id == Decision.track_id)
        .where(CaseTrack.party_id == track.party_id, CaseTrack.id != track.id, Decision.level > 0)
        .where(CaseTrack.state.not_in(["NO_MEASURE"]))
        .where(Decision.effective_on.is_not(None), Decision.effective_on >= since, Decision.effective_on <= ended)
        .order_by(Decision.id)
    )
    return [each for each in session.scalars(mine) if _same(session, each.track, violations)]


def _same(session: Session, before: CaseTrack, violations: Sequence[Violation]) -> bool:
    codes = [each.code for each in clauses.established(before)]
    earlier = session.scalars(select(Violation).where(Violation.code.in_(codes))).all()
    return any(
        now.code == then.code or (now.family == then.family and abs(now.severity - then.severity) <= 1)
        for now in violations
        for then in earlier
    )
