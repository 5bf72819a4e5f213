"""What rests on an earlier decision that a review set aside: what was said not to be carried out, what was counted."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.policies_tracks import FOLLOW_UPS
from casework.states import TRACK
from core.errors import NotNow, Refused
from core.machine import Ask
from core.words import LazyString, _l
from sanctions.models_decisions import Decision, Proposal

WITHOUT_MEASURE = ("NOT_FILED", "NO_MEASURE", "REFERRED")
"""Ends at which nothing is left that could rest on anything."""
LEFT_UNPROVEN: Final[dict[str, Callable[[str], LazyString]]] = {
    "INVESTIGATING": lambda code: _l(
        "The decision that was not carried out was set aside by a review: find %(code)s unproven.", code=code
    ),
    "REVIEWING": lambda code: _l(
        "The decision that was not carried out was set aside by a review: send the report back, so that %(code)s is "
        "left unproven.",
        code=code,
    ),
    "DELIBERATION": lambda code: _l(
        "The decision that was not carried out was set aside by a review: return the case, so that %(code)s is left "
        "unproven.",
        code=code,
    ),
    "ADMITTED": lambda code: _l(
        "The decision that was not carried out was set aside by a review: refuse the admission, so that the panel "
        "returns the case and %(code)s is left unproven.",
        code=code,
    ),
}
"""What is done about it, by where the track is."""


def _rests_on_nothing(session: Session, track: CaseTrack) -> bool:
    if track.earlier_id is None or track.lead_code not in FOLLOW_UPS:
        return False
    mine = select(Decision).where(Decision.track_id == track.earlier_id, Decision.round == track.earlier_round)
    made = session.scalars(mine).all()
    return bool(made) and all(each.set_aside_on is not None for each in made)


@TRACK.guard("S02")
def something_else_is_alleged(ask: Ask) -> Iterator[Refused]:
    """Nobody is looked into for that alone which a review set aside; what else the company did is."""
    alone = all(each.code in FOLLOW_UPS for each in ask.it.allegations)
    if alone and _rests_on_nothing(ask.session, ask.it):
        yield NotNow(
            _l(
                "The decision that was not carried out was set aside by a review: this case can only be ended without "
                "a measure."
            )
        )


def not_ordered_any_more(session: Session, track: CaseTrack) -> Iterator[Refused]:
    """What is established of not carrying out what a review set aside, with the way to have it found anew."""
    found = [each for each in track.allegations if each.code in FOLLOW_UPS and each.finding == "ESTABLISHED"]
    if found and _rests_on_nothing(session, track):
        yield from (NotNow(LEFT_UNPROVEN[track.state](each.code)) for each in found)


@TRACK.guard("S12", "S15", "S16", "S25", "S26", "S28", "S54", "S57")
def what_was_ordered_stands(ask: Ask) -> Iterator[Refused]:
    """Nobody is disciplined for not carrying out what a review set aside: its measures never count again (I-14)."""
    yield from not_ordered_any_more(ask.session, ask.it)


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
