"""What the clock forgets once a day: unsent complaints, text that waited for a sign-in, unconfirmed addresses."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework import complaining, resume_codes
from core import drafting, drafts
from sanctions import subscriptions

POSTED_FOR = timedelta(days=1)
"""The cookie that leads to such text lives for an hour."""
LEFT_FOR = timedelta(days=30)
"""After so long nobody goes on with a text that was never handed in."""


def forget_old(session: Session, now: datetime) -> None:
    """Drafts that nobody can bring back any more are deleted, with their files."""
    resume_codes.forget_old(session, complaining.PLACE, now)
    drafts.forget_old(session, drafting.PLACE, now - POSTED_FOR)
    drafts.forget_left(session, now - LEFT_FOR)
    subscriptions.forget_unconfirmed(session, now)
