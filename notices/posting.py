"""Service by public notice: what is posted for everybody, and from which day it counts."""

from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.clock import day_of
from notices import queries
from notices.models import Document, Service
from registry import clocks
from registry.clock_hooks import on_hold
from registry.models_clocks import Clock

NOTICE = "D37"
PERIOD = "K29"


def posted(session: Session, document: Document) -> None:
    """Count its period from the day on which everybody can read the notice, if that is after its issue."""
    if document.kind != NOTICE or document.pdf_at is None or day_of(document.pdf_at) == document.issued_on:
        return
    session.get_one(Service, document.subject_id, with_for_update=True)
    period = clocks.live(session, PERIOD, ("service", document.subject_id), lock=True)
    clocks.count_from(session, period, day_of(document.pdf_at), SYSTEM, document.pdf_at)


@on_hold
def waits_for_its_notice(session: Session, it: Clock) -> bool:
    """Nobody is served by a notice that nobody could read: until its file exists, the period is not over."""
    if it.key != PERIOD or session.get_one(Service, it.subject_id).party_id is None:
        return False
    notice = queries.last_document(session, [NOTICE], "service", it.subject_id)
    return notice is not None and notice.pdf_sha256 is None
