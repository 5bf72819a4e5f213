"""Scores by the ladder of domain 6.4, from facts and the association's settings; without a database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.words import LazyString
from registry.models import VIA_PRINCIPAL
from sanctions import ladder_history as history
from sanctions.ladder_factors import BEFORE_FILING, BEFORE_NOTICE, FACTORS, JUDGED, NO, YES
from sanctions.ladder_history import Earlier

GRAVEST = 5


@dataclass(frozen=True)
class Judged:
    """What the adjudication unit says of one factor, why, and where it was read."""

    answer: str = NO
    reason: str = ""
    source: str = ""
    """A code established, a piece of evidence (E3), an earlier track; empty: its own reasoned entry."""


@dataclass(frozen=True)
class Part:
    """One part of a score: what it is, how many points, where it was read, and what was said about it."""

    name: str
    points: int
    source: str
    reason: str = ""
    answer: str = ""

    @property
    def label(self) -> LazyString:
        """The name of the part, in the reader's language."""
        return FACTORS[self.name].word

    @property
    def judged(self) -> bool:
        """Whether a person said so, rather than the file."""
        return FACTORS[self.name].judged or bool(self.reason)


@dataclass(frozen=True)
class Facts:
    """What the ladder reads of one track."""

    codes: tuple[tuple[str, int], ...]
    """What is established, each with its severity, the most serious first."""
    ended: date
    """The last day of the conduct, as history is counted."""
    conduct: tuple[date | None, date | None] = (None, None)
    persons: tuple[int, str] = (1, "")
    """How many, and where it was read."""
    acts: tuple[int, str] = (1, "")
    judged: Mapping[str, Judged] = field(default_factory=dict)
    earlier: Sequence[Earlier] = ()
    firm: tuple[str, int] | None = None
    """The most serious code established on a firm outside the rules, and its severity."""
    outside: bool = False
    """Whether it is itself outside the rules, and bound only through its principal."""


@dataclass(frozen=True)
class Scored:
    """What the ladder says about the facts: the score, the levels of its band, and each part."""

    score: int
    band: list[int]
    parts: list[Part]


@dataclass(frozen=True)
class _File:
    """The facts, with the association's settings."""

    facts: Facts
    laid_down: Mapping[str, Any]

    def points(self, name: str) -> Any:  # noqa: ANN401 - a number, steps, or a pair
        return self.laid_down["LADDER_FACTORS"][name]


def score_of(facts: Facts, laid_down: Mapping[str, Any]) -> Scored:
    """Score facts by these settings of the ladder, by key."""
    file = _File(facts, laid_down)
    parts = [*_base(file), *_persons_and_time(file), *_judgements(file)]
    score, place, of_history = _with_history(file, parts)
    band = levels_of(laid_down["LADDER_BANDS"], place)
    floors = _floors(file, band, parts)
    band = sorted({*band, *(level for _part, level in floors)})
    parts += [*of_history, *(part for part, _level in floors)]
    if facts.outside:
        parts.append(Part("cap", 0, VIA_PRINCIPAL))
        band = []
    return Scored(score, band, parts)


def place_of(score: int, bands: Sequence[Sequence[Any]]) -> int:
    """Which band a score reaches, counted from the lightest."""
    return max((place for place, (least, _levels) in enumerate(_in_order(bands)) if score >= int(least)), default=0)


def levels_of(bands: Sequence[Sequence[Any]], place: int) -> list[int]:
    """The levels of a band; L0 is no measure."""
    names = _in_order(bands)[place][1]
    return sorted(int(level.removeprefix("L")) for level in names if level != "L0")


def _in_order(bands: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    return sorted(bands, key=lambda each: int(each[0]))


def _base(file: _File) -> list[Part]:
    base: Mapping[str, int] = file.laid_down["LADDER_BASE"]
    (code, severity), *others = file.facts.codes
    parts = [Part("worst", int(base[str(severity)]), f"{code} S{severity}")]
    if file.facts.firm is not None and file.facts.firm[1] - 1 > severity:
        ref, theirs = file.facts.firm
        more = int(base[str(theirs - 1)]) - parts[0].points
        parts.append(Part("raised", more, f"{ref} S{theirs} → S{theirs - 1}"))
    rule = file.laid_down["LADDER_OTHERS"]
    if others:
        counted = min(len(others), int(rule["most"]))
        parts.append(Part("others", int(rule["points"]) * counted, "、".join(each for each, _severity in others)))
    return parts


def _persons_and_time(file: _File) -> list[Part]:
    """The points for what the findings count (A1, A2, A10); the adjudication unit may correct numbers, with reasons."""
    first, last = file.facts.conduct
    parts = [
        _counted(file, "A1", *file.facts.persons),
        Part("A2", _time_points(file), f"{first or '—'} – {last or '—'}"),
        _counted(file, "A10", *file.facts.acts),
    ]
    return [part for part in parts if part.points or part.judged]


def _counted(file: _File, name: str, number: int, source: str) -> Part:
    said = file.facts.judged.get(name)
    if said is not None and said.answer.isdigit():
        return Part(name, _step(int(said.answer), file.points(name)), said.source, said.reason, said.answer)
    return Part(name, _step(number, file.points(name)), source, answer=str(number))


def _step(value: int, steps: Iterable[Sequence[int]]) -> int:
    """The points of the highest step reached."""
    return max(((int(least), int(points)) for least, points in steps if value >= int(least)), default=(0, 0))[1]


def _time_points(file: _File) -> int:
    """None under one month, the first step from one month, the second over three months."""
    first, last = file.facts.conduct
    if first is None or last is None:
        return 0
    points = 0
    for place, (months, worth) in enumerate(sorted(file.points("A2"))):
        if history.length_reached(first, last, int(months), over=place > 0):
            points = int(worth)
    return points


def counts(name: str, codes: Iterable[str]) -> bool:
    """Whether a factor may count beside these codes: what is part of the breach itself is not counted again."""
    return FACTORS[name].code not in set(codes) if FACTORS[name].code else True


def _judgements(file: _File) -> list[Part]:
    parts, codes = [], [code for code, _severity in file.facts.codes]
    for name in JUDGED:
        said = file.facts.judged.get(name)
        if said is None or said.answer in {NO, ""} or not counts(name, codes):
            continue
        parts.append(Part(name, _worth(file.points(name), said.answer), said.source, said.reason, said.answer))
    return parts


def _worth(points: Any, answer: str) -> int:  # noqa: ANN401 - a number or a pair
    if isinstance(points, list):
        return int(dict(zip((BEFORE_FILING, BEFORE_NOTICE), points, strict=False)).get(answer, 0))
    return int(points) if answer == YES else 0


def _with_history(file: _File, parts: Sequence[Part]) -> tuple[int, int, list[Part]]:
    """Score, band and parts with the history: A3, or one band up instead if that gives more."""
    counted = file.facts.earlier
    bands, rule = file.laid_down["LADDER_BANDS"], file.laid_down["LADDER_REPEAT"]
    rest = sum(part.points for part in parts)
    first, more = file.points("A3")
    worth = 0 if not counted else int(first) if len(counted) == 1 else int(more)
    score = max(0, rest + worth)
    often = history.repeated(file.facts.ended, counted, rule)
    up = min(place_of(max(0, rest), bands) + int(rule["bands"]), len(bands) - 1)
    if often and up > place_of(score, bands):
        return max(0, rest), up, [Part("repeat", 0, _refs(often))]
    return score, place_of(score, bands), [Part("A3", worth, _refs(counted))] if counted else []


def _refs(counted: Iterable[Earlier]) -> str:
    return "、".join(f"{each.ref} ({each.since} {'/'.join(each.codes)}){each.of and f' {each.of}'}" for each in counted)


def _floors(file: _File, band: Sequence[int], parts: Iterable[Part]) -> list[tuple[Part, int]]:
    """Least measures that the band does not reach; the band's own stay beside them."""
    there, (worst, severity) = {part.name for part in parts}, file.facts.codes[0]
    floors: Mapping[str, int] = file.laid_down["LADDER_FLOORS"]
    grounds = {
        "S5": worst if severity >= GRAVEST else "",
        **{name: name if name in there else "" for name in ("A4", "A5")},
    }
    return [
        (Part(f"floor_{name}", 0, ground), int(floors[name]))
        for name, ground in grounds.items()
        if ground and name in floors and int(floors[name]) > max(band, default=0)
    ]
