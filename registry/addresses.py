"""Whose a mail address is: of one account, and for good only once its person has accepted the invitation.

Several companies may invite one address; the last one has it until somebody accepts. The others keep a key beside it,
by which nobody is found, and their links stay good: so no invitation takes an address away from anybody. Within a
company an address is one person's. Whose it is, one after the other settles: who does holds it, before any link.
"""

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from core.crypto import keyed_hash
from core.errors import BadInput
from core.mail_addresses import spelled
from core.words import _l
from registry import lineage
from registry.models import Party
from registry.models_accounts import Account, AccountLink, LinkPurpose

TAKEN = _l("There is already an account with this address.")


def mail_key(mail: str) -> bytes:
    """Hash a mail address so that it is found without being readable."""
    return keyed_hash("account.mail", mail.strip().casefold())


def beside_key(mail: str, party_id: int | None) -> bytes:
    """Hash it for an account that a company invited beside the one that has the address: one for each company.

    It stays that of the entry that invited, whichever other entry this company is merged into.
    """
    return keyed_hash("account.mail.beside", f"{party_id}:{mail.strip().casefold()}")


def by_mail(session: Session, mail: str) -> Account | None:
    """Find an account by its mail address."""
    return session.scalar(select(Account).where(Account.mail_hash == mail_key(mail)))


def whole(mail: str) -> str:
    """Read a mail address."""
    address = mail.strip()
    if spelled(address) is None:
        raise BadInput("mail", _l("Write a whole email address, such as name@example.com."))
    return address


def one_at_a_time(session: Session, who: bytes) -> None:
    """Make others who sign in by this address, or settle whose it is, wait until this transaction ends.

    So a hundred tries at once are counted like a hundred in a row.
    """
    number = int.from_bytes(who[:4], "big", signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(726013, :number)"), {"number": number})


def hold(session: Session, *mails: str) -> None:
    """Lock these addresses until this transaction ends; always in one order, so that no two wait for each other."""
    for who in sorted({mail_key(each) for each in mails}):
        one_at_a_time(session, who)


def free(
    session: Session, mail: str, party_id: int | None = None, *, own: bool = False, but: Account | None = None
) -> str:
    """Lock an address that somebody may get: nobody of the same company has it, and nobody has it for good.

    Whether it is somebody's elsewhere is not for a company's `own` people to know.
    """
    address = whole(mail)
    hold(session, address)
    entries = [None] if party_id is None else lineage.entries(session, party_id)
    keys = (mail_key(address), *(beside_key(address, each) for each in entries))
    here = session.scalars(select(Account).where(Account.party_id == party_id, Account.mail_hash.in_(keys)))
    if any(each is not but for each in here) or (not own and is_taken(session, address)):
        raise BadInput("mail", TAKEN)
    return address


def of_mail(session: Session, mail: str) -> ColumnElement[bool]:
    """The accounts of an address: whose it is, and those that companies invited beside."""
    invited = select(Account.party_id).join(AccountLink, AccountLink.account_id == Account.id).distinct()
    invited = invited.where(AccountLink.purpose == LinkPurpose.INVITATION, AccountLink.used_at.is_(None))
    entries = session.scalars(select(Party.id).where(lineage.standing().in_(invited)))
    beside = (beside_key(mail, each) for each in entries)
    return Account.mail_hash.in_([mail_key(mail), *beside])


def is_taken(session: Session, mail: str, *, but: Account | None = None) -> bool:
    """Whether somebody else has this address for good."""
    holder = by_mail(session, mail)
    return holder is not None and holder is not but and not _gives_way(holder)


def claim(session: Session, account: Account) -> bool:
    """The account gets its address, which is held; False where somebody else has it for good."""
    hold(session, account.mail)
    if is_taken(session, account.mail, but=account):
        return False
    holder = by_mail(session, account.mail)
    if holder is not None and holder is not account:
        holder.mail_hash = beside_key(holder.mail, holder.party_id)
        session.flush()
    account.mail_hash = mail_key(account.mail)
    session.flush()
    return True


def _gives_way(account: Account) -> bool:
    return account.party_id is not None and account.invited
