"""What proves who somebody is: passwords as argon2, and time-based codes that count once."""

import base64
import hmac
import unicodedata
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.crypto import derived
from core.errors import BadInput, NotNow
from core.words import _l
from registry import addresses, noting, sessions
from registry.models_accounts import Account, AccountSecret, Audience

SHORTEST = 12
LONGEST = 256
STEP = 30
ISSUER = "Zilü"

_hasher = PasswordHasher()
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$SiO4Ag+nCu0I6R3kC2es8w$m+/d/IRwZ5SSGv0j0Jdja4Mjhf+avRCvSNqjhD3uZQA"
"""Checked where there is no such account, so that the answer takes as long: of a word drawn and thrown away."""


def secret_of(session: Session, account_id: int) -> AccountSecret:
    """Find the secrets of an account, locked: two codes at once are checked one after the other."""
    found = session.scalar(select(AccountSecret).where(AccountSecret.account_id == account_id).with_for_update())
    if found is None:
        found = AccountSecret(account_id=account_id, totp_last_step=0)
        session.add(found)
        session.flush()
    return found


def check_password(password: str, known: str | None) -> bool:
    """Check exactly one password, whether there is one to check or not."""
    try:
        right = _hasher.verify(known or NOBODYS, _levelled(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and known is not None


def set_password(session: Session, account: Account, *, password: str, actor: Actor, now: datetime) -> None:
    """Take a new password, and end every session that the old one opened."""
    _good_enough(password, account)
    secret = secret_of(session, account.id)
    secret.password_hash = hashed(password)
    sessions.end_all(session, account.id, now=now)
    _note(session, account, "set_password", actor, now)


def change_password(
    session: Session,
    account: Account,
    *,
    old: str,
    new: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Change one's own password: whoever finds an open browser cannot.

    Whoever signs in with the old one at this moment is in before, and out with all others.
    """
    addresses.one_at_a_time(session, account.mail_hash)
    if not check_password(old, secret_of(session, account.id).password_hash):
        raise BadInput("old_password", _l("This is not your present password."))
    if _levelled(old) == _levelled(new):
        raise BadInput("password", _l("The new password is the old one."))
    set_password(session, account, password=new, actor=actor, now=now)


def hashed(password: str) -> str:
    """Hash a password."""
    return _hasher.hash(_levelled(password))


def outdated(known: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(known)


def needs_code(account: Account, secret: AccountSecret) -> bool:
    """Staff and administrators always; people of a party who chose to, or whose lead requires it of all."""
    return account.audience is not Audience.PARTY or secret.totp_at is not None or required(account)


def required(account: Account) -> bool:
    """Whether the company of somebody requires a second factor of all its people."""
    return account.party is not None and account.party.second_factor


def candidate(account_id: int, sealed: bytes) -> str:
    """Derive the secret offered for enrolment: the same for one sign-in, kept nowhere until a code proves it."""
    return base64.b32encode(derived("totp", f"{account_id}:{sealed.hex()}", 20)).decode()


def address_of(account: Account, secret: str) -> str:
    """Write the address that an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.mail, issuer_name=ISSUER)


def enrol(
    session: Session,
    account: Account,
    *,
    secret: str,
    code: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a new second factor once a code proves that its app is set up; other sessions end."""
    step = _step_of(secret, code, now, ahead=1)
    if step is None:
        raise BadInput(
            "code", _l("This code does not fit. Check the clock of your telephone, and type the newest code.")
        )
    kept = secret_of(session, account.id)
    kept.totp_secret, kept.totp_at, kept.totp_last_step = secret, now, step
    sessions.end_all(session, account.id, now=now)
    _note(session, account, "enrol_second_factor", actor, now)


def forget_factor(session: Session, account: Account, *, actor: Actor, now: datetime) -> None:
    """Drop the second factor, so that the next sign-in enrols a new one."""
    kept = secret_of(session, account.id)
    kept.totp_secret = kept.totp_at = None
    kept.totp_last_step = 0
    sessions.end_all(session, account.id, now=now)
    _note(session, account, "forget_second_factor", actor, now)


def use_code(secret: AccountSecret, code: str, now: datetime, *, ahead: int = 1) -> bool:
    """Whether a code is right and was not used before; it is used now."""
    if secret.totp_secret is None or secret.totp_at is None:
        return False
    step = _step_of(secret.totp_secret, code, now, ahead=ahead)
    if step is None or step <= secret.totp_last_step:
        return False
    secret.totp_last_step = step
    return True


def next_code(secret: AccountSecret, now: datetime) -> str:
    """Compute the next code not used yet; only the demonstration shows it."""
    if secret.totp_secret is None:
        raise NotNow(_l("This account has no second factor."))
    step = max(int(now.timestamp()) // STEP, secret.totp_last_step + 1)
    return pyotp.TOTP(secret.totp_secret).at(step * STEP)


def _step_of(secret: str, code: str, now: datetime, *, ahead: int) -> int | None:
    typed = unicodedata.normalize("NFKC", code).replace(" ", "")
    present = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    right = [
        step
        for step in range(present - 1, present + ahead + 1)
        if hmac.compare_digest(totp.at(step * STEP).encode(), typed.encode())
    ]
    return max(right, default=None)


def _levelled(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _good_enough(password: str, account: Account) -> None:
    levelled = _levelled(password)
    if len(levelled) < SHORTEST:
        raise BadInput(
            "password", _l("Use at least %(least)s characters; several words are easy to remember.", least=SHORTEST)
        )
    if len(levelled) > LONGEST:
        raise BadInput("password", _l("Use at most %(most)s characters.", most=LONGEST))
    mail = account.mail.casefold()
    if levelled.casefold() in {mail, mail.partition("@")[0]} or mail in levelled.casefold():
        raise BadInput("password", _l("Do not use your email address as a password."))
    few = 5
    if len(set(levelled)) < few:
        raise BadInput("password", _l("This password repeats too few characters."))


def _note(session: Session, account: Account, what: str, actor: Actor, now: datetime) -> None:
    by = actor if actor.id is not None or actor.roles else Actor(account.id)
    noting.of_account(session, account.id, what, by, now)
