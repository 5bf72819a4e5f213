"""What a panel resolves beside its decision: something harsher on new facts, or the case returned with questions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import Allegation, CaseTrack, Evidence
from casework.policies_tracks import same
from casework.states import TRACK
from core.actors import Actor
from core.errors import BadInput
from core.machine import Ask
from core.words import _l
from notices import dossiers
from sanctions import rounds
from sanctions import terms as wordings
from sanctions.levels import FIRST_MAJOR, LEVELS, heaviest, scope_of
from sanctions.models import Proposal
from sanctions.models_resolutions import Resolution

Votes = tuple[int, int, int]
"""For, against, abstained: counts only."""


def announce_harsher(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    measures: Sequence[int],
    allegation: Allegation | None,
    new_facts: str,
    evidence: Sequence[Evidence],
    reasons: str,
    votes: Votes,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """A new advance notice with new windows, because of facts that were not in the earlier one (rows S28, S57)."""
    same(track, version)
    levels = sorted(set(measures))
    if any(level not in LEVELS for level in levels):
        raise BadInput("measures", _l("Choose measures from L1 to L5; heavier ones can't be taken yet."))
    earlier = rounds.proposal(session, track)
    kept = earlier.terms if earlier else {}
    facts: dict[str, Any] = {
        "measures": levels,
        "terms": {
            **wordings.proposed(session, track, levels),
            **wordings.plain(kept, [n for n in levels if _in(n, kept)]),
        },
        "scope": scope_of(levels),
        "allegation": allegation,
        "new_facts": new_facts.strip(),
        "evidence": list(evidence),
        "reasons": reasons.strip(),
        "votes": votes,
    }
    event = "harsher_major" if heaviest(levels) >= FIRST_MAJOR else "harsher_minor"
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, event)


def _in(level: int, kept: dict[str, Any]) -> bool:
    return str(level) in kept


def return_case(
    session: Session,
    track: CaseTrack,
    *,
    questions: Sequence[str],
    reasons: str,
    votes: Votes,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The case goes back to the investigator with questions, once (row S58)."""
    same(track, version)
    asked = [each.strip() for each in questions if each.strip()]
    facts = {"questions": asked, "reasons": reasons.strip(), "votes": votes, "again": True}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "return_case")


def _note(ask: Ask, kind: str, body: str, evidence: list[int]) -> None:
    """Keep the resolution, and what its record needs of the round in which it was taken."""
    track: CaseTrack = ask.it
    yes, no, abstained = ask.facts["votes"]
    made = Resolution(
        track_id=track.id,
        round=track.round,
        kind=kind,
        body=body,
        reasons=ask.facts["reasons"],
        evidence=evidence,
        yes=yes,
        no=no,
        abstained=abstained,
        resolved_at=ask.now,
        resolved_by=ask.actor.id,
    )
    ask.session.add(made)
    ask.facts["resolution"] = made
    ask.facts["panel"] = rounds.panel(ask.session, track)
    ask.facts["stated"] = len(rounds.statements(ask.session, track))
    ask.facts["journal"] = {"for": yes, "against": no, "abstained": abstained}


@TRACK.effect("S28", "S57")
def note_harsher(ask: Ask) -> None:
    """The new facts stand with their violation; a new round begins with a proposal of the panel's own."""
    track: CaseTrack = ask.it
    facts = ask.facts
    _note(ask, "HARSHER", facts["new_facts"], [each.id for each in facts["evidence"]])
    about: Allegation = facts["allegation"]
    about.facts = f"{about.facts.rstrip()}\n{facts['new_facts']}"
    about.finding, about.reason = "ESTABLISHED", about.reason if about.finding == "ESTABLISHED" else facts["reasons"]
    about.evidence = [*about.evidence, *facts["evidence"]]
    track.round += 1
    track.proposed_level, track.decided_level = heaviest(facts["measures"]), None
    ask.session.add(
        Proposal(
            track_id=track.id,
            round=track.round,
            level=track.proposed_level,
            measures=facts["measures"],
            terms=facts["terms"],
            reasons=facts["reasons"],
            scope=facts["scope"],
            score=None,
            proposed_by=ask.actor.id,
            proposed_at=ask.now,
        ),
    )


@TRACK.effect("S58")
def note_return(ask: Ask) -> None:
    """What is to be found out; the shorter time of a return runs."""
    _note(ask, "RETURN", "\n".join(ask.facts["questions"]), [])
