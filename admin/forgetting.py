"""What the clock forgets once a day: unsent complaints, text that waited for a sign-in, unconfirmed addresses."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework import complaining, resume_codes
from core import drafting, drafts
from sanctions import subscriptions

POSTED_FOR = timedelta(days=1)
"""The cookie that leads to such text lives for an hour."""
LEFT_FOR = {"account": timedelta(days=30), "party": timedelta(days=180)}
"""After so long nobody goes on with a text that was never handed in; what a company shares outlasts every period."""


def forget_old(session: Session, now: datetime) -> None:
    """Drafts that nobody can bring back any more are deleted, with their files."""
    resume_codes.forget_old(session, complaining.PLACE, now)
    drafts.forget_old(session, drafting.PLACE, now - POSTED_FOR)
    for whose, long in LEFT_FOR.items():
        drafts.forget_left(session, whose, now - long)
    subscriptions.forget_unconfirmed(session, now)
