"""Who complains, and what people wrote: masked on every page, revealed on a click that the journal notes."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from casework import noting, policies, policies_pages
from casework.models import Complainant, Complaint
from casework.models_cases import CaseFile
from core.actors import Actor
from core.errors import NotAllowed, NotNow
from core.words import _l

REVEALED: Final = "identity.revealed"
"""How the journal calls it that somebody looked at who complains, wherever it was shown."""


def reveal(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> Complainant:
    """Name, contact and identity number in the clear; who looked, and when, is noted."""
    if not policies.may_reveal(actor):
        raise NotAllowed
    if complaint.complainant is None:
        raise NotNow(_l("Nothing is known of who complained."))
    noting.of_complaint(session, complaint, REVEALED, actor, now)
    return complaint.complainant


def reveal_texts(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """What people wrote, without masking; who looked, and when, is noted."""
    if not policies.may_read(actor, complaint) or actor.id is None:
        raise NotAllowed
    noting.of_complaint(session, complaint, "facts.revealed", actor, now)


def reveal_case(session: Session, case: CaseFile, *, actor: Actor, now: datetime) -> None:
    """What people wrote in a case, without masking; who looked, and when, is noted."""
    if not policies_pages.may_see_originals(actor):
        raise NotAllowed
    noting.of_case(session, case, "revealed", actor, now)
