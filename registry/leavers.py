"""What is forgotten of people who left long ago: address, telephone and secrets; name and deeds stay.

Who decided, voted, signed and answered stays provable: the journal, the documents and the votes name an account.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from registry import addresses, noting, text_numbers
from registry.models_accounts import Account, AccountSecret

FORMER: Final = "@former.invalid"
"""How the address of such an account ends: no mail ever goes there (RFC 2606), and it is read as any other."""


def left_before(session: Session, before: datetime) -> Sequence[int]:
    """The accounts that were locked before this moment, and not opened again, of which an address is still kept."""
    locked = session.scalars(select(Account).where(Account.locked_at < before).order_by(Account.id))
    return [each.id for each in locked if not each.mail.endswith(FORMER)]


def forget(session: Session, number: int, before: datetime, now: datetime) -> bool:
    """Forget how to reach somebody who left; returns whether there was something to forget.

    Whoever is opened again afterwards gets an address as any other change of one, from two administrators.
    """
    addresses.hold(session, session.get_one(Account, number).mail)
    account = session.get_one(Account, number, with_for_update=True, populate_existing=True)
    if account.locked_at is None or account.locked_at >= before or account.mail.endswith(FORMER):
        return False
    account.mail = f"{account.id}{FORMER}"
    account.mail_hash = addresses.mail_key(account.mail)
    bare = {"password_hash": None, "totp_secret": None, "totp_at": None}
    session.execute(update(AccountSecret).where(AccountSecret.account_id == number).values(bare))
    text_numbers.erase(session, ("account", number), None)
    session.flush()
    noting.of_account(session, number, "forgotten", SYSTEM, now, states=("LOCKED", "LOCKED"))
    return True
