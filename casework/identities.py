"""Who complains: masked on every page, revealed on a click that the journal notes."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import policies
from casework.models import Complainant, Complaint
from core import journal
from core.actors import Actor
from core.errors import NotAllowed, NotNow
from core.words import _l


def reveal(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> Complainant:
    """Name, contact and identity number in the clear; who looked, and when, is noted."""
    if not policies.may_reveal(actor):
        raise NotAllowed
    if complaint.complainant is None:
        raise NotNow(_l("Nothing is known of who complained."))
    journal.write(
        session,
        subject=("complaint", complaint.id),
        row="identity.revealed",
        ref=complaint.ref,
        actor=actor,
        now=now,
        states=(complaint.state, complaint.state),
    )
    return complaint.complainant
