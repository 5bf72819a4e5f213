"""What a panel resolves besides its decision: something harsher on new facts, or to return the case with questions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import Allegation, CaseTrack, Evidence
from casework.states import TRACK
from core.actors import Actor
from core.errors import raise_first
from core.machine import Ask
from notices import dossiers
from sanctions import ballots, ladder_departures, ladder_history, ladder_sheets, policies, rounds
from sanctions import policies_resolutions as resolving
from sanctions import terms as wordings
from sanctions.ladder import Suggestion, suggest, with_similar
from sanctions.levels import FIRST_MAJOR, heaviest
from sanctions.models_decisions import Proposal
from sanctions.models_resolutions import Motion, Resolution
from sanctions.proposals import begin_round


def harsher(
    session: Session,
    track: CaseTrack,
    measures: Sequence[int],
    allegation: Allegation | None,
    new_facts: str,
    evidence: Sequence[Evidence],
    reasons: str,
) -> dict[str, Any]:
    """The facts of a new advance notice: measures announced before keep their terms, and more is added."""
    levels = sorted(set(measures))
    if levels:
        raise_first(policies.can_be_taken(levels))
    earlier = rounds.proposal(session, track)
    kept = earlier.terms if earlier else {}
    terms = wordings.proposed(session, track, levels)
    terms |= wordings.plain(kept, [level for level in levels if str(level) in kept])
    if allegation is not None and allegation.finding != "ESTABLISHED":
        terms = wordings.with_violation(session, terms, allegation, new_facts)
    return {
        "measures": levels,
        "terms": wordings.lasting(session, terms),
        "allegation": allegation,
        "new_facts": new_facts.strip(),
        "evidence": list(evidence),
        "reasons": reasons.strip(),
    }


def event_of(facts: dict[str, Any]) -> str:
    """The event of the row, decided by the heaviest measure."""
    return "harsher_major" if heaviest(facts["measures"]) >= FIRST_MAJOR else "harsher_minor"


def returning(questions: Sequence[str], reasons: str) -> dict[str, Any]:
    """The facts of a return with questions."""
    asked = [each.strip() for each in questions if each.strip()]
    return {"questions": asked, "reasons": reasons.strip(), "again": True}


def carry(session: Session, track: CaseTrack, motion: Motion, *, actor: Actor, now: datetime) -> None:
    """Do what the panel resolved: a new notice with new windows (rows S28, S57), or the return of the case (S58)."""
    if motion.kind == "RETURN":
        event, facts = "return_case", returning(motion.body.splitlines(), motion.reasons)
    else:
        new = session.scalars(select(Evidence).where(Evidence.id.in_(motion.evidence)).order_by(Evidence.id)).all()
        about = session.get(Allegation, motion.allegation_id)
        facts = harsher(session, track, motion.measures, about, motion.body, new, motion.reasons)
        event = event_of(facts)
    dossiers.move(Ask(session, track, actor, {**facts, "motion": motion}, now), TRACK, event)


def _note(ask: Ask, kind: str, body: str, evidence: list[int]) -> None:
    """Keep the resolution, with what its record needs from the round in which it was taken."""
    track: CaseTrack = ask.it
    motion: Motion = ask.facts["motion"]
    found = resolving.put(ask.session, motion)
    made = Resolution(
        track_id=track.id,
        round=track.round,
        kind=kind,
        body=body,
        reasons=ask.facts["reasons"],
        evidence=evidence,
        yes=found.yes,
        no=found.no,
        abstained=found.abstained,
        resolved_at=ask.now,
    )
    ask.session.add(made)
    motion.outcome, motion.ended_at = "CARRIED", ask.now
    ask.facts["resolution"] = made
    ask.facts["panel"] = rounds.panel(ask.session, track)
    cast = resolving.motion_votes(ask.session, motion)
    ask.facts["cast"] = {each.member_id for each in cast}
    ask.facts["decided_at"] = ballots.last_cast(cast)
    ask.facts["stated"] = len(rounds.statements(ask.session, track))
    ask.facts["journal"] = {"for": found.yes, "against": found.no, "abstained": found.abstained}


def _weighed(ask: Ask, announced: Proposal | None) -> Suggestion:
    """What the ladder comes to with the new facts; what was judged for the notice before stays."""
    track, measures = ask.it, ask.facts["measures"]
    before = ladder_sheets.kept(announced)
    found = with_similar(ask.session, track, suggest(ask.session, track, before.judgements() if before else {}))
    apart = ladder_departures.departure(found.band, measures, ladder_history.ordered_before(ask.session, track))
    return replace(found, departure=ask.facts["reasons"] if apart else "", apart=apart)


@TRACK.effect("S28", "S57")
def note_harsher(ask: Ask) -> None:
    """Add the new facts to their violation, and begin a round with a proposal by the panel itself."""
    facts, announced = ask.facts, rounds.proposal(ask.session, ask.it)
    _note(ask, "HARSHER", facts["new_facts"], [each.id for each in facts["evidence"]])
    about: Allegation = facts["allegation"]
    about.facts = f"{about.facts.strip().rstrip('。')}。\n{facts['new_facts']}"
    about.finding, about.reason = "ESTABLISHED", about.reason if about.finding == "ESTABLISHED" else facts["reasons"]
    about.evidence = [*about.evidence, *facts["evidence"]]
    facts["suggestion"] = _weighed(ask, announced)
    begin_round(ask)


@TRACK.effect("S58")
def note_return(ask: Ask) -> None:
    """Keep what has to be found out; the shorter time of a return runs."""
    _note(ask, "RETURN", "\n".join(ask.facts["questions"]), [])
