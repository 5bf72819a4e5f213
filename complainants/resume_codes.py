"""Resume codes: by which a complaint that is not sent yet is found again, for a week, on any device."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.receipts import GROUP, LETTERS, normal
from core import drafts
from core.crypto import keyed_hash

SIZE = 16
"""80 random bits, and shorter than a receipt code, so that nobody takes one for the other."""
KEPT_FOR = timedelta(days=7)
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


def find(session: Session, typed: str, place: str, now: datetime) -> str:
    """The code of a draft that is still kept, else nothing: one hash and one look-up, right or wrong."""
    code = normal(typed[:_LONGEST])
    return code if drafts.find(session, owner(code), place, now - KEPT_FOR) else ""


def forget_old(session: Session, place: str, now: datetime) -> int:
    """The sweep: drafts of a week ago are gone, with their files."""
    return drafts.forget_old(session, place, now - KEPT_FOR)
