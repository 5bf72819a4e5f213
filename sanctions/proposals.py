"""Proposals of the adjudication unit: the ladder's suggestion, and what is announced to the respondent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.holds import same
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from core.errors import raise_first
from core.machine import Ask
from notices import dossiers
from registry.models_accounts import Account
from sanctions import ladder_departures, ladder_history, policies
from sanctions import terms as wordings
from sanctions.ladder import suggest, with_similar
from sanctions.ladder_scores import Judged
from sanctions.levels import FIRST_MAJOR, heaviest, scope_of
from sanctions.models_decisions import Proposal


def propose(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    measures: Sequence[int],
    terms: Mapping[Any, Any],
    reasons: str,
    actor: Actor,
    version: int | None,
    now: datetime,
    judged: Mapping[str, Judged] | None = None,
    departure: str = "",
    new_facts: str = "",
    approved_by: Account | None = None,
) -> None:
    """Announce measures to the respondent (rows S15, S16), or end the track if nothing is established (S14)."""
    same(track, version)
    levels = sorted(set(measures))
    if levels:
        raise_first(policies.can_be_taken(levels))
    found = with_similar(session, track, suggest(session, track, judged))
    apart = ladder_departures.departure(found.band, levels, ladder_history.ordered_before(session, track))
    facts: dict[str, Any] = {
        "new_facts": new_facts.strip(),
        "measures": levels,
        "terms": wordings.lasting(session, wordings.plain(terms, levels)),
        "reasons": reasons.strip(),
        "suggested": found.band,
        "suggestion": replace(found, departure=departure.strip(), apart=apart),
        "judged": dict(judged or {}),
        "departure": departure,
    }
    event = "propose_none"
    if not levels:
        facts["approved_by"] = approved_by
        facts["journal"] = {"approved_by": approved_by.id if approved_by else None}
    else:
        event = "propose_major" if heaviest(levels) >= FIRST_MAJOR else "propose_minor"
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, event)


@TRACK.effect("S14", last=True)
def note_nothing(ask: Ask) -> None:
    """Keep who found that nothing is established, and that the track ended."""
    ask.it.reviewer_id, ask.it.reasons, ask.it.ended_on = ask.actor.id, ask.facts["reasons"], ask.on


@TRACK.effect("S15", "S16")
def note_proposal(ask: Ask) -> None:
    """Begin a round with what the adjudication unit proposes."""
    ask.it.reviewer_id = ask.actor.id
    begin_round(ask)
    ask.facts["journal"] = {"measures": ask.facts["measures"], "score": ask.facts["suggestion"].score}


def begin_round(ask: Ask) -> None:
    """Begin a new round with its proposal; documents of an earlier round move nothing any more."""
    track: CaseTrack = ask.it
    facts = ask.facts
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
            scope=scope_of(facts["measures"]),
            score=facts["suggestion"].to_json(),
            proposed_by=ask.actor.id,
            proposed_at=ask.now,
        ),
    )
