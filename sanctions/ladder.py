"""The scoring aid of domain 6.4: a recommendation with each part, its points and its source; never a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import Allegation, CaseTrack
from casework.policies_tracks import answers_until, basis_of, bound_until, whose
from registry import golive, settings
from registry.models import VIA_PRINCIPAL
from sanctions import ladder_history as history
from sanctions.ladder_departures import Departure
from sanctions.ladder_history import Earlier, Similar
from sanctions.ladder_scores import Facts, Judged, Part, score_of

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
"""The association's settings, copied onto the proposal when it is made."""
golive.rests_on(KEYS, "track.S15", "track.S16", "track.S28", "track.S47", "track.S57")


@dataclass(frozen=True)
class Suggestion:
    """What the ladder recommends: the score, the levels of its band, the parts, earlier measures, what others got."""

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
        """The suggestion as it is kept with the proposal."""
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
        """The suggestion, read from what a proposal kept."""
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
        """What was said about the factors that are judged, and about corrected numbers."""
        return {each.name: Judged(each.answer, each.reason, each.source) for each in self.parts if each.judged}


def suggest(session: Session, track: CaseTrack, judged: Mapping[str, Judged] | None = None) -> Suggestion:
    """Score what was established on a track: the unproven scores nothing, and what is missing never counts."""
    found = clauses.established(track)
    if not found:
        return Suggestion(0, [], [])
    copied = settings.snapshot(session, *KEYS)
    facts = _facts(session, track, found, judged or {})
    scored = score_of(facts, {key: row["value"] for key, row in copied.items()})
    return Suggestion(scored.score, scored.band, scored.parts, list(facts.earlier), laid_down=copied)


def with_similar(session: Session, track: CaseTrack, found: Suggestion) -> Suggestion:
    """The suggestion with what others got for the same breach and a close score."""
    return replace(found, similar=history.similar(session, track, found.score)) if found.parts else found


def _facts(session: Session, track: CaseTrack, found: Sequence[Allegation], judged: Mapping[str, Judged]) -> Facts:
    violations = history.kinds(session, [each.code for each in found])
    most = max(found, key=lambda each: each.persons)
    return Facts(
        tuple((each.code, each.severity) for each in violations),
        answers_until(session, track),
        conduct=(track.case.conduct_from, bound_until(session, track) or track.case.conduct_to),
        persons=(most.persons, f"{most.code}: {most.persons}"),
        acts=_acts(found),
        judged=judged,
        earlier=history.earlier(session, track, violations),
        firm=_of_its_firm(session, track),
        outside=basis_of(session, track) == VIA_PRINCIPAL,
    )


def _acts(found: Sequence[Allegation]) -> tuple[int, str]:
    """How many acts, and where that was read: none counts twice for coming under two codes.

    Findings that rest on one piece of evidence may be of the same acts: of these the largest number counts, and whoever
    knows that they are of different ones corrects it with reasons.
    """
    groups: list[list[Allegation]] = []
    for each in found:
        same = [group for group in groups if any(it in each.evidence for other in group for it in other.evidence)]
        groups = [*(group for group in groups if group not in same), [*(it for group in same for it in group), each]]
    most = [max(each.acts for each in group) for group in groups]
    told = ("/".join(each.code for each in group) for group in groups)
    return sum(most), "、".join(f"{codes}: {acts}" for codes, acts in zip(told, most, strict=True))


def _of_its_firm(session: Session, track: CaseTrack) -> tuple[str, int] | None:
    """The track and the most serious code established on a firm outside the rules, for its principal, with severity."""
    if track.role != "PRINCIPAL":
        return None
    principal = {track.party_id, whose(session, track)}
    firms = [
        each
        for each in track.case.tracks
        if each.role == "COLLECTOR"
        and (each.engagement is None or each.engagement.institution_id in principal)
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
