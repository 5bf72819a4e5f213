"""Resume codes: by which a complaint that is not sent yet is found again, for a week, on any device.

Of one that was sent they keep the way to its receipt, for a little while, in the browser that sent it.
"""

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from casework.receipts import GROUP
from core import clock, drafts
from core.characters import LETTERS, signs_of
from core.crypto import keyed_hash

SIZE = 16
"""80 random bits, and shorter than a receipt code, so that nobody takes one for the other."""
PLACE, WAY = "complain", "complain:sent"
"""Where the draft is kept, and which page was sent of it: the answer may be lost on the way to the browser."""
KEPT_FOR = timedelta(days=7)
RECEIPT_STAYS = timedelta(minutes=15)
"""So long a page that was loaded anew, or thrown away by a telephone, shows the receipt again."""
_LONGEST = 60


def fresh() -> str:
    """A code that nobody has."""
    return "".join(secrets.choice(LETTERS) for _ in range(SIZE))


def grouped(code: str) -> str:
    """A code as people read it."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def owner(code: str) -> str:
    """Under which digest a draft is kept: the code itself stands nowhere."""
    return keyed_hash("draft", code).hex()


def find(session: Session, typed: str, now: datetime) -> str:
    """The code of a draft that is still kept, else nothing: one hash and one look-up, right or wrong."""
    code = signs_of(typed[:_LONGEST])
    return code if drafts.find(session, owner(code), PLACE, since(now)) else ""


def last_day(saved_at: datetime) -> date:
    """The last day of a draft, which is kept to its end."""
    return clock.day_of(saved_at) + KEPT_FOR


def since(now: datetime) -> datetime:
    """What was saved after this instant is still kept: on the first day that counts, from its beginning."""
    return clock.midnight(clock.day_of(now) - KEPT_FOR) - timedelta(microseconds=1)


def forget_old(session: Session, now: datetime) -> None:
    """The sweep: drafts of a week ago are gone, with their files; receipts that nobody can look at again as well."""
    drafts.forget_old(session, PLACE, since(now))
    drafts.forget_old(session, WAY, now - RECEIPT_STAYS)
