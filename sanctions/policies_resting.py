"""What rests on an earlier decision that a review set aside: what was said not to be carried out, what was counted."""

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.policies_tracks import FOLLOW_UPS
from casework.states import TRACK
from core.errors import NotNow, Refused
from core.machine import Ask
from core.words import _l
from sanctions.models_decisions import Decision, Proposal

WITHOUT_MEASURE = ("NOT_FILED", "NO_MEASURE", "REFERRED")
"""Ends at which nothing is left that could rest on anything."""


@TRACK.guard("S02", "S15", "S16", "S25", "S26", "S54")
def what_was_ordered_stands(ask: Ask) -> Iterator[Refused]:
    """Nobody is disciplined for not carrying out what a review set aside: its measures never count again (I-14)."""
    track: CaseTrack = ask.it
    if track.earlier_id is None or track.lead_code not in FOLLOW_UPS:
        return
    mine = select(Decision).where(Decision.track_id == track.earlier_id, Decision.round == track.earlier_round)
    made = ask.session.scalars(mine).all()
    if made and all(each.set_aside_on is not None for each in made):
        yield NotNow(
            _l(
                "The decision that was not carried out was set aside by a review: this case can only be ended without "
                "a measure."
            )
        )


def resting_on(session: Session, decision: Decision) -> Sequence[CaseTrack]:
    """Tracks about its execution, and those whose proposal counts it as an earlier measure; ended without one, none."""
    counted = Proposal.score["history"].contains([{"ref": decision.track.ref}])
    proposed = select(Proposal.track_id).where(Proposal.round == CaseTrack.round, counted)
    follows = (CaseTrack.earlier_id == decision.track_id) & (CaseTrack.earlier_round == decision.round)
    found = select(CaseTrack).where(
        or_(follows & CaseTrack.lead_code.in_(FOLLOW_UPS), CaseTrack.id.in_(proposed.correlate(CaseTrack))),
        CaseTrack.id != decision.track_id,
        CaseTrack.state.not_in(WITHOUT_MEASURE),
    )
    return session.scalars(found.order_by(CaseTrack.id)).all()
