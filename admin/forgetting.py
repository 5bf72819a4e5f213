"""What the clock forgets once a day: unsent texts, unconfirmed addresses, which forms were carried out long ago."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework import receipts
from complainants import resume_codes
from core import drafts
from core.db import forget_done, transaction
from publishing import subscriptions

POSTED_FOR = timedelta(days=1)
"""The cookie that leads to such text lives for an hour."""
LEFT_FOR = {"account": timedelta(days=30), "party": timedelta(days=180)}
"""After so long nobody goes on with a text that was never handed in; what a company shares outlasts every period."""

DONE_FOR, LOT = timedelta(days=60), 10_000
"""No page waits so long to be sent again: the session to which it belongs is over, or its draft."""


def forget_forms() -> None:
    """Keys of forms go in lots, each in a transaction of its own, so that nobody waits for the first time."""
    while True:
        with transaction() as at:
            if forget_done(at, DONE_FOR, LOT) < LOT:
                return


def forget_old(session: Session, now: datetime) -> None:
    """Drafts that nobody can bring back any more are deleted, with their files."""
    resume_codes.forget_old(session, now)
    receipts.forget_shown(session, now)
    drafts.forget_old(session, drafts.POSTED, now - POSTED_FOR)
    for whose, long in LEFT_FOR.items():
        drafts.forget_left(session, whose, now - long)
    subscriptions.forget_unconfirmed(session, now)
