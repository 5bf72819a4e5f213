"""Decisions of panels: what the votes come to, announced by a member; in force on service or after the review time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from casework.holds import same
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from core.machine import Ask
from notices import dossiers
from sanctions import policies, rounds, terms
from sanctions.models_decisions import Decision
from sanctions.tallies import Outcome


def decide(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    actor: Actor,
    reasons: str,
    statement_dealt: str,
    now: datetime,
    version: int | None = None,
    immediate: Sequence[str] = (),
    immediate_reasons: str = "",
) -> Decision:
    """Announce what the votes come to (rows S25, S26, S27); the terms are those of the advance notice, never more."""
    rounds.hold(session, track)
    same(track, version)
    found = policies.outcome(session, track)
    facts: dict[str, Any] = {"outcome": found, "reasons": reasons.strip(), "statement_dealt": statement_dealt.strip()}
    if immediate:
        facts |= {"immediate": sorted(set(immediate)), "immediate_reasons": immediate_reasons.strip()}
    ask = Ask(session, track, actor, facts, now)
    dossiers.move(ask, TRACK, policies.event_of(found.level if found else 0))
    decided: Decision = ask.facts["decision"]
    return decided


@TRACK.effect("S25", "S26", "S27")
def note_decision(ask: Ask) -> None:
    """Keep what was decided, by how many, and why."""
    track: CaseTrack = ask.it
    found: Outcome = ask.facts["outcome"]
    proposal = rounds.proposal(ask.session, track)
    announced = proposal.terms if proposal else {}
    decision = Decision(
        track_id=track.id,
        round=track.round,
        level=found.level,
        measures=list(found.measures),
        terms=terms.lasting(ask.session, terms.plain(announced, found.measures), announced),
        reasons=ask.facts["reasons"],
        statement_dealt=ask.facts["statement_dealt"],
        votes_for=found.last.yes,
        votes_against=found.last.no,
        abstained=found.last.abstained,
        decided_on=ask.on,
        immediate=ask.facts.get("immediate", []),
        immediate_reasons=ask.facts.get("immediate_reasons", ""),
    )
    ask.session.add(decision)
    track.decided_level = found.level
    ask.facts["decision"] = decision
    ask.facts["journal"] = {"measures": list(found.measures)}


@TRACK.effect("S27", last=True)
def note_end(ask: Ask) -> None:
    """End the track, since no measure was decided."""
    ask.it.reasons, ask.it.ended_on = ask.facts["reasons"], ask.on


@TRACK.effect("S29", "S59")
def note_effect(ask: Ask) -> None:
    """Put the decision in force from this day; it counts as history now."""
    _in_force(ask, ask.on)


@TRACK.effect("S32")
def note_effect_by_time(ask: Ask) -> None:
    """Put the decision in force from the day after the last on which, until 24:00, a review could be asked for (R4)."""
    _in_force(ask, ask.on + timedelta(days=1))


def _in_force(ask: Ask, since: date) -> None:
    decision = rounds.decision(ask.session, ask.it)
    if decision is not None:
        decision.effective_on = since
