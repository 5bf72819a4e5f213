"""Which document replaces an earlier one, as whoever verifies that is told: reviews, notices set anew."""

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.machine import Ask
from notices import queries as notices
from notices.models import Document
from sanctions.models_reviews import Review

ORDERS = ("D23a", "D23b", "D23d")
NOTICE = "D17"
"""A new advance notice begins a new round, and takes the place of that of the round before."""
ANEW = {
    **dict.fromkeys(("S15", "S16", "S28", "S57"), (NOTICE,)),
    **dict.fromkeys(("S55", "S74"), ("D18",)),
    "S43": ("D23b",),
    "S41": ORDERS,
}
"""By row, the kinds of which it may issue a further document that replaces the one before."""
AT_ONCE = "S80"
"""What it orders to be done at once is no order of the measure, and is replaced by none."""


def by_review(session: Session, review: Review, decision: Document) -> None:
    """Let documents of the reviewed decision that are out of force name the review's decision in their place."""
    for each in notices.documents_of(session, [("track", review.track_id)]):
        mine = each.kind in {"D20", *ORDERS} and each.round == review.decision.round
        if mine and each.set_aside_on is not None and each.replaced_by_id is None:
            each.replaced_by_id = decision.id
    session.flush()


def lapsing(session: Session, review: Review) -> list[Document]:
    """Orders of the reviewed decision that are out of force once the review has ended, and that nothing replaced."""
    every = notices.documents_of(session, [("track", review.track_id)])
    orders = [each for each in every if each.kind in ORDERS and each.round == review.decision.round]
    over = [each for each in orders if review.outcome != "UPHOLD" or each.set_aside_on is not None]
    return [each for each in over if each.void_at is None and each.replaced_by_id is None]


def earlier(ask: Ask, made: Document) -> None:
    """Let an earlier notice, summons or order, which its company can still read, name the new one in its place."""
    if ask.row is None or made.kind not in ANEW.get(ask.row.id, ()):
        return
    for each in _papers(ask, made.kind, of_round=made.kind != NOTICE):
        if each.id == made.id or each.row == AT_ONCE or each.replaced_by_id is not None:
            continue
        each.replaced_by_id = made.id
        if each.void_at is None and each.set_aside_on is None:
            each.set_aside_on = made.issued_on
    ask.session.flush()


def put_off(ask: Ask) -> None:
    """Set aside the notice of an adjourned hearing; the next notice replaces it."""
    for each in _papers(ask, "D18"):
        if each.void_at is None and each.set_aside_on is None:
            each.set_aside_on = ask.on
    ask.session.flush()


def _papers(ask: Ask, kind: str, *, of_round: bool = True) -> list[Document]:
    track: CaseTrack = ask.it
    found = notices.documents_of(ask.session, [("track", track.id)])
    return [each for each in found if each.kind == kind and (not of_round or each.round == track.round)]
