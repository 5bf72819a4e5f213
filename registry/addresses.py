"""Whose a mail address is: of one account, and for good only once its person has accepted the invitation.

Several companies may invite one address; the last one has it until somebody accepts. The others keep a key beside it,
by which nobody is found, and their links stay good: so no invitation takes an address away from anybody.
"""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.crypto import keyed_hash
from core.errors import BadInput
from core.words import _l
from registry import queries
from registry.models import Party
from registry.models_accounts import Account

TAKEN = _l("There is already an account with this address.")


def mail_key(mail: str) -> bytes:
    """Hash a mail address so that it is found without being readable."""
    return keyed_hash("account.mail", mail.strip().casefold())


def beside_key(mail: str, party_id: int | None) -> bytes:
    """The same for whom a company has invited, while another account has the address: one for each company."""
    return keyed_hash("account.mail.beside", f"{party_id}:{mail.strip().casefold()}")


def by_mail(session: Session, mail: str) -> Account | None:
    """Find an account by its mail address."""
    return session.scalar(select(Account).where(Account.mail_hash == mail_key(mail)))


def whole(mail: str) -> str:
    """Read a mail address."""
    address = mail.strip()
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", address):
        raise BadInput("mail", _l("Write a whole e-mail address, such as name@example.com."))
    return address


def free(session: Session, mail: str) -> str:
    """Read an address that is nobody's for good."""
    address = whole(mail)
    if is_taken(session, address):
        raise BadInput("mail", TAKEN)
    return address


def new_to(session: Session, party: Party, mail: str) -> str:
    """Read an address that nobody of this company has; whether somebody else has it is not the company's to know."""
    address = whole(mail)
    holder, beside = by_mail(session, address), Account.mail_hash == beside_key(address, party.id)
    if (holder is not None and holder.party_id == party.id) or session.scalar(select(Account.id).where(beside)):
        raise BadInput("mail", TAKEN)
    return address


def is_taken(session: Session, mail: str, *, but: Account | None = None) -> bool:
    """Whether somebody else has this address for good."""
    holder = by_mail(session, mail)
    return holder is not None and holder is not but and not _gives_way(session, holder)


def claim(session: Session, account: Account) -> bool:
    """The account gets its address; False where somebody else has it for good."""
    if is_taken(session, account.mail, but=account):
        return False
    holder = by_mail(session, account.mail)
    if holder is not None and holder is not account:
        holder.mail_hash = beside_key(holder.mail, holder.party_id)
        session.flush()
    account.mail_hash = mail_key(account.mail)
    session.flush()
    return True


def _gives_way(session: Session, account: Account) -> bool:
    return account.party_id is not None and account.id in queries.not_accepted(session, account.party_id)
