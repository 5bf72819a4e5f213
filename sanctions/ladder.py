"""The scoring aid of domain 6.4: a recommendation with each part, its points and its source; never a decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import CaseTrack
from casework.policies_tracks import basis_of
from core.words import LazyString
from registry import settings
from registry.models import VIA_PRINCIPAL
from registry.models_rulebook import Violation
from sanctions import ladder_history as history
from sanctions.ladder_departures import Departure
from sanctions.ladder_factors import BEFORE_FILING, BEFORE_NOTICE, FACTORS, JUDGED, NO, YES
from sanctions.ladder_history import Earlier, Similar

GRAVEST = 5
KEYS: Final = (
    "LADDER_BASE",
    "LADDER_OTHERS",
    "LADDER_FACTORS",
    "LADDER_BANDS",
    "LADDER_FLOORS",
    "LADDER_REPEAT",
    "LADDER_CLOSE",
    "REPEAT_MONTHS",
    "SUCCESSOR_PRIORS",
)
"""What the association laid down; copied onto the proposal when it is made."""


@dataclass(frozen=True)
class Judged:
    """What the adjudication unit says of one factor, why, and where it was read."""

    answer: str = NO
    reason: str = ""
    source: str = ""
    """A code established, a piece of evidence (E3), an earlier track; empty: its own reasoned entry."""


@dataclass(frozen=True)
class Part:
    """One part of a score: what it is, how many points, where it was read, and what was said of it."""

    name: str
    points: int
    source: str
    reason: str = ""
    answer: str = ""

    @property
    def label(self) -> LazyString:
        """What it is, in the reader's language."""
        return FACTORS[self.name].word

    @property
    def judged(self) -> bool:
        """Whether somebody said so, and it was not read off the file."""
        return FACTORS[self.name].judged or bool(self.reason)


@dataclass(frozen=True)
class Suggestion:
    """What the ladder recommends: the score, the levels of its band, the parts, the history, what others got."""

    score: int
    band: list[int]
    parts: list[Part]
    history: list[Earlier] = field(default_factory=list)
    similar: list[Similar] = field(default_factory=list)
    laid_down: dict[str, Any] = field(default_factory=dict)
    departure: str = ""
    """Why what was proposed is something else."""
    apart: Departure = field(default_factory=Departure)
    """How far what was proposed is something else."""

    def to_json(self) -> dict[str, Any]:
        """What is kept with the proposal."""
        return {
            "score": self.score,
            "band": self.band,
            "parts": [vars(part) for part in self.parts],
            "history": [each.to_json() for each in self.history],
            "similar": [each.to_json() for each in self.similar],
            "laid_down": self.laid_down,
            "departure": self.departure,
            "apart": self.apart.to_json(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Suggestion":
        """As it was kept with a proposal."""
        return cls(
            kept["score"],
            list(kept["band"]),
            [Part(**part) for part in kept["parts"]],
            [Earlier.from_json(each) for each in kept.get("history", ())],
            [Similar.from_json(each) for each in kept.get("similar", ())],
            dict(kept.get("laid_down", {})),
            kept.get("departure", ""),
            Departure.from_json(kept.get("apart", {})),
        )

    def judgements(self) -> dict[str, Judged]:
        """What was said of the factors that are judged, and of numbers that were corrected."""
        return {each.name: Judged(each.answer, each.reason, each.source) for each in self.parts if each.judged}


@dataclass(frozen=True)
class _File:
    """What the ladder reads of one track."""

    track: CaseTrack
    found: Sequence[Any]
    violations: Sequence[Violation]
    judged: Mapping[str, Judged]
    laid_down: Mapping[str, Any]

    @property
    def codes(self) -> set[str]:
        return {each.code for each in self.found}

    def points(self, name: str) -> Any:  # noqa: ANN401 - a number, steps, or a pair
        return self.laid_down["LADDER_FACTORS"][name]


def suggest(session: Session, track: CaseTrack, judged: Mapping[str, Judged] | None = None) -> Suggestion:
    """Score what was established on a track; what is unproven scores nothing, and what is missing never counts."""
    found = clauses.established(track)
    if not found:
        return Suggestion(0, [], [])
    copied = settings.snapshot(session, *KEYS)
    laid_down = {key: row["value"] for key, row in copied.items()}
    violations = history.kinds(session, [each.code for each in found])
    file = _File(track, found, violations, judged or {}, laid_down)
    counted = history.earlier(session, track, violations)
    parts = [*_base(session, file), *_persons_and_time(file), *_judgements(file)]
    score, place, of_history = _with_history(file, parts, counted)
    band = levels_of(laid_down["LADDER_BANDS"], place)
    floors = _floors(file, band, parts)
    band = sorted({*band, *(level for _part, level in floors)})
    parts += [*of_history, *(part for part, _level in floors)]
    if basis_of(session, track) == VIA_PRINCIPAL:
        parts.append(Part("cap", 0, VIA_PRINCIPAL))
        band = []
    return Suggestion(score, band, parts, counted, laid_down=copied)


def with_similar(session: Session, track: CaseTrack, found: Suggestion) -> Suggestion:
    """The same with what others got for the same breach and a close score."""
    return replace(found, similar=history.similar(session, track, found.score)) if found.parts else found


def place_of(score: int, bands: Sequence[Sequence[Any]]) -> int:
    """Which band a score reaches, the lightest first."""
    return max((place for place, (least, _levels) in enumerate(_in_order(bands)) if score >= int(least)), default=0)


def levels_of(bands: Sequence[Sequence[Any]], place: int) -> list[int]:
    """The levels of a band; L0 is no measure."""
    names = _in_order(bands)[place][1]
    return sorted(int(level.removeprefix("L")) for level in names if level != "L0")


def _in_order(bands: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    return sorted(bands, key=lambda each: int(each[0]))


def _base(session: Session, file: _File) -> list[Part]:
    base: Mapping[str, int] = file.laid_down["LADDER_BASE"]
    worst = file.violations[0]
    parts = [Part("worst", int(base[str(worst.severity)]), f"{worst.code} S{worst.severity}")]
    raised = _of_its_firm(session, file.track)
    if raised is not None and raised[1] - 1 > worst.severity:
        ref, severity = raised
        more = int(base[str(severity - 1)]) - parts[0].points
        parts.append(Part("raised", more, f"{ref} S{severity} → S{severity - 1}"))
    rule = file.laid_down["LADDER_OTHERS"]
    others = file.violations[1:]
    if others:
        counted = min(len(others), int(rule["most"]))
        parts.append(Part("others", int(rule["points"]) * counted, "、".join(each.code for each in others)))
    return parts


def _of_its_firm(session: Session, track: CaseTrack) -> tuple[str, int] | None:
    """The most serious code established on a firm outside the rules, for its principal: track and code, severity."""
    if track.role != "PRINCIPAL":
        return None
    firms = [
        each
        for each in track.case.tracks
        if each.role == "COLLECTOR"
        and (each.engagement is None or each.engagement.institution_id == track.party_id)
        and basis_of(session, each) == VIA_PRINCIPAL
    ]
    found = [
        (each.ref, worst)
        for each in firms
        for worst in history.kinds(session, [a.code for a in clauses.established(each)])[:1]
    ]
    if not found:
        return None
    ref, worst = max(found, key=lambda each: each[1].severity)
    return f"{ref} {worst.code}", worst.severity


def _persons_and_time(file: _File) -> list[Part]:
    """What the findings count (A1, A2, A10); the adjudication unit may correct the numbers with reasons."""
    most = max(file.found, key=lambda each: each.persons)
    acts = sum(each.acts for each in file.found)
    listed = "、".join(f"{each.code}: {each.acts}" for each in file.found)
    case = file.track.case
    parts = [
        _counted(file, "A1", most.persons, f"{most.code}: {most.persons}"),
        Part("A2", _time_points(file), f"{case.conduct_from or '—'} – {case.conduct_to or '—'}"),
        _counted(file, "A10", acts, listed),
    ]
    return [part for part in parts if part.points or part.judged]


def _counted(file: _File, name: str, number: int, source: str) -> Part:
    said = file.judged.get(name)
    if said is not None and said.answer.isdigit():
        return Part(name, _step(int(said.answer), file.points(name)), said.source, said.reason, said.answer)
    return Part(name, _step(number, file.points(name)), source, answer=str(number))


def _step(value: int, steps: Iterable[Sequence[int]]) -> int:
    """The points of the highest step reached."""
    return max(((int(least), int(points)) for least, points in steps if value >= int(least)), default=(0, 0))[1]


def _time_points(file: _File) -> int:
    """Under one month nothing, from one month on the first step, over three months the second."""
    first, last = file.track.case.conduct_from, file.track.case.conduct_to
    if first is None or last is None:
        return 0
    points = 0
    for place, (months, worth) in enumerate(sorted(file.points("A2"))):
        if history.length_reached(first, last, int(months), over=place > 0):
            points = int(worth)
    return points


def counts(name: str, codes: Iterable[str]) -> bool:
    """Whether a factor may count: what makes the code is not a factor again."""
    return FACTORS[name].code not in set(codes) if FACTORS[name].code else True


def _judgements(file: _File) -> list[Part]:
    parts = []
    for name in JUDGED:
        said = file.judged.get(name)
        if said is None or said.answer in {NO, ""} or not counts(name, file.codes):
            continue
        parts.append(Part(name, _worth(file.points(name), said.answer), said.source, said.reason, said.answer))
    return parts


def _worth(points: Any, answer: str) -> int:  # noqa: ANN401 - a number or a pair
    if isinstance(points, list):
        return int(dict(zip((BEFORE_FILING, BEFORE_NOTICE), points, strict=False)).get(answer, 0))
    return int(points) if answer == YES else 0


def _with_history(file: _File, parts: Sequence[Part], counted: Sequence[Earlier]) -> tuple[int, int, list[Part]]:
    """The score and the band, with A3, or one band up in its place where that gives more."""
    bands, rule = file.laid_down["LADDER_BANDS"], file.laid_down["LADDER_REPEAT"]
    rest = sum(part.points for part in parts)
    first, more = file.points("A3")
    worth = 0 if not counted else int(first) if len(counted) == 1 else int(more)
    score = max(0, rest + worth)
    often = history.repeated(file.track, counted, rule)
    up = min(place_of(max(0, rest), bands) + int(rule["bands"]), len(bands) - 1)
    if often and up > place_of(score, bands):
        return max(0, rest), up, [Part("repeat", 0, _refs(often))]
    return score, place_of(score, bands), [Part("A3", worth, _refs(counted))] if counted else []


def _refs(counted: Iterable[Earlier]) -> str:
    return "、".join(f"{each.ref} ({each.since} {'/'.join(each.codes)}){each.of and f' {each.of}'}" for each in counted)


def _floors(file: _File, band: Sequence[int], parts: Iterable[Part]) -> list[tuple[Part, int]]:
    """The least measures where the band does not reach them; the band's own stay beside them."""
    there = {part.name for part in parts}
    floors: Mapping[str, int] = file.laid_down["LADDER_FLOORS"]
    grounds = {
        "S5": file.violations[0].code if file.violations[0].severity >= GRAVEST else "",
        **{name: name if name in there else "" for name in ("A4", "A5")},
    }
    return [
        (Part(f"floor_{name}", 0, ground), int(floors[name]))
        for name, ground in grounds.items()
        if ground and name in floors and int(floors[name]) > max(band, default=0)
    ]
