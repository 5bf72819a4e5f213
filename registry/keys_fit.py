"""Whether the two strings that nothing replaces are those this database was written with: a start asks it."""

from cryptography.exceptions import InvalidTag
from sqlalchemy import LargeBinary, cast, func, select, union_all
from sqlalchemy.orm import Session

from core.crypto import unseal
from core.settings import Misconfigured
from registry.addresses import beside_key, mail_key
from registry.models import Party
from registry.models_accounts import Account


def check_keys(session: Session) -> None:
    """Refuse keys by which the oldest and the newest account can't be read or found; raises Misconfigured.

    Every installation has accounts before it has anything to lose, and an account's address is kept both ways.
    """
    ends = union_all(select(func.min(Account.id)), select(func.max(Account.id)))
    asked = select(cast(Account.mail, LargeBinary), Account.mail_hash).where(Account.id.in_(ends))
    for sealed, digest in session.execute(asked):
        try:
            mail = unseal(bytes(sealed)).decode()
        except KeyError as lacking:
            message = f"ZILU_KEY_FILE lacks key {lacking}, by which this database was encrypted: bring it back."
            raise Misconfigured(message) from None
        except InvalidTag:
            message = "ZILU_KEY_FILE holds another key than the one this database was encrypted with."
            raise Misconfigured(message) from None
        if bytes(digest) != mail_key(mail) and bytes(digest) not in _beside(session, mail):
            message = "ZILU_HASH_KEY is another string than the one this database was written with: it never changes."
            raise Misconfigured(message)


def _beside(session: Session, mail: str) -> set[bytes]:
    """Every key that an address may have beside its own: a company's people may have moved to another entry since."""
    return {beside_key(mail, each) for each in session.scalars(select(Party.id))}
