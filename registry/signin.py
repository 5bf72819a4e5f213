"""Signing in: one password check whatever was typed, the second factor, waiting times that grow with wrong tries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.crypto import keyed_hash
from core.errors import BadInput, NotNow, Refused
from core.words import _l
from registry import accounts, addresses, credentials, links, noting, sessions, settings
from registry.models_accounts import (
    Account,
    AccountSecret,
    LinkPurpose,
    SignInTry,
    TryKind,
    WebSession,
)
from registry.policies import LOCKED

WRONG = _l(
    "This code is wrong, or was used already. Type in the one that is shown now; if you have just used it, wait for "
    "the next."
)
MEMORY = timedelta(hours=24)
"""How long wrong tries are held against an account and an address."""
KNOWN_FOR = timedelta(days=90)
"""How long an address from which somebody signed in is that person's own."""
FREE_TRIES = 5
FREE_FROM_ADDRESS = 20
LONGEST_ELSEWHERE = 30
"""Seconds: all that tries from elsewhere can cost the person of an account, so that outsiders lock nobody out."""
LONGEST = 15 * 60
RENEWALS_A_DAY = 5
"""So many requests of one mail are passed on a day: further ones are left alone, and say no more than any other."""
RENEWALS_FROM_ADDRESS = 50
"""So many come from one address, which a whole office may share; then it is told so."""
DEMONSTRATION_AHEAD = 20
"""How many codes ahead a demonstration account may be, so that several people can try it at once."""


class TooMany(Refused):
    """Too many wrong tries; `seconds` says how long to wait."""

    status: ClassVar[int] = 429

    def __init__(self, seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(_l("Too many tries. Wait %(seconds)s seconds, then try again.", seconds=seconds))
        self.seconds = seconds


class AskedOften(Refused):
    """Too many requests for a renewal came from one address."""

    status: ClassVar[int] = 429

    def __init__(self) -> None:
        """Say who can help without a request."""
        super().__init__(
            _l(
                "Too many requests came from your network today, and this one was not passed on. Try again tomorrow, "
                "or ask for help by telephone: an authorised person of your company, or the association."
            )
        )


@dataclass(frozen=True)
class Outcome:
    """What a step of signing in led to. A refusal is kept, not raised: a wrong try must be written down."""

    refused: Refused | None = None
    token: str = ""
    step: str = ""
    """OPEN: signed in; CODE: the second factor is asked; ENROL: it is set up first."""
    account_id: int | None = None
    language: str = ""


def password(
    session: Session,
    *,
    mail: str,
    password: str,
    address: str,
    client: str,
    now: datetime,
) -> Outcome:
    """Check mail and password; the answer is the same for an unknown mail and a wrong password."""
    who, where = accounts.mail_key(mail), keyed_hash("signin.address", address)
    addresses.one_at_a_time(session, who)
    if seconds := waiting(session, who, where, now):
        return Outcome(TooMany(seconds))
    account = accounts.by_mail(session, mail)
    secret = session.get(AccountSecret, account.id) if account else None
    right = credentials.check_password(password, secret.password_hash if secret else None)
    _tried(session, TryKind.PASSWORD, who, where, now, ok=right)
    if not right or account is None or secret is None:
        return Outcome(BadInput("password", _l("The email address or the password is wrong.")))
    if account.locked_at is not None:
        return Outcome(NotNow(LOCKED))
    if account.demonstration and not settings.is_demonstration(session):
        return Outcome(NotNow(_l("Demonstration accounts exist in demonstration mode only.")))
    if secret.password_hash and credentials.outdated(secret.password_hash):
        secret.password_hash = credentials.hashed(password)
    return _after_password(session, account, secret, client, now)


def after_link(
    session: Session, account: Account, *, client: str, now: datetime, purpose: LinkPurpose | None = None
) -> Outcome:
    """Go on after a link: the second factor, or in; who renews one that was a choice sets it up as well."""
    if purpose is LinkPurpose.SECOND_FACTOR:
        token = sessions.begin(session, account, passed=False, client=client, now=now)
        return Outcome(token=token, step="ENROL", account_id=account.id)
    return _after_password(session, account, credentials.secret_of(session, account.id), client, now)


def code(session: Session, *, token: str, code: str, address: str, client: str, now: datetime) -> Outcome:
    """Check the code of the second factor, each code once; the session gets a new token."""
    waits = _pending(session, token, now)
    if waits is None:
        return Outcome(_late())
    account = session.get_one(Account, waits.account_id)
    if refused := wrong_code(session, account, code, address=address, now=now):
        return Outcome(refused)
    return _in(session, account, waits, client, now)


def offered_secret(session: Session, token: str, now: datetime) -> tuple[Account, str] | None:
    """Show the secret that this sign-in may enrol: whose, and which; none where one is enrolled."""
    waits = _pending(session, token, now)
    if waits is None:
        return None
    account = session.get_one(Account, waits.account_id)
    secret = session.get(AccountSecret, account.id)
    if secret is not None and secret.totp_at is not None:
        return None
    return account, credentials.candidate(account.id, waits.digest)


def enrol(session: Session, *, token: str, code: str, client: str, now: datetime) -> Outcome:
    """Take the second factor offered in this sign-in, once a code proves it, and go in."""
    offered = offered_secret(session, token, now)
    waits = _pending(session, token, now)
    if offered is None or waits is None:
        return Outcome(_late())
    account, secret = offered
    if refused := not_enrolled(session, account, secret, code, actor=Actor(account.id), now=now):
        return Outcome(refused)
    return _in(session, account, waits, client, now)


def wrong_password(session: Session, account: Account, password: str, *, address: str, now: datetime) -> Refused | None:
    """Why the password of somebody who is signed in does not count, if so; tries are held as at the door."""
    who, where = account.mail_hash, keyed_hash("signin.address", address)
    addresses.one_at_a_time(session, who)
    if seconds := waiting(session, who, where, now):
        return TooMany(seconds)
    right = credentials.check_password(password, credentials.secret_of(session, account.id).password_hash)
    _tried(session, TryKind.PASSWORD, who, where, now, ok=right)
    return None if right else BadInput("password", _l("This is not the password of this account."))


def wrong_code(session: Session, account: Account, code: str, *, address: str, now: datetime) -> Refused | None:
    """Why a code does not count, if so; a right one is used now."""
    addresses.one_at_a_time(session, account.mail_hash)
    if seconds := _code_wait(session, account, now):
        return TooMany(seconds)
    secret = credentials.secret_of(session, account.id)
    ahead = DEMONSTRATION_AHEAD if account.demonstration else 1
    right = account.locked_at is None and credentials.use_code(secret, code, now, ahead=ahead)
    _tried(session, TryKind.CODE, account.mail_hash, keyed_hash("signin.address", address), now, ok=right)
    return None if right else BadInput("code", WRONG)


def not_enrolled(
    session: Session, account: Account, secret: str, code: str, *, actor: Actor, now: datetime
) -> Refused | None:
    """Take a new second factor, or say why its code does not prove it."""
    addresses.one_at_a_time(session, account.mail_hash)
    if seconds := _code_wait(session, account, now):
        return TooMany(seconds)
    try:
        credentials.enrol(session, account, secret=secret, code=code, actor=actor, now=now)
    except BadInput as wrong:
        _tried(session, TryKind.CODE, account.mail_hash, b"", now, ok=False)
        return wrong
    return None


def demonstration_code(session: Session, token: str, now: datetime) -> str | None:
    """Show the next code of a demonstration account, in the demonstration only."""
    waits = _pending(session, token, now)
    if waits is None or not settings.is_demonstration(session):
        return None
    account = session.get_one(Account, waits.account_id)
    secret = session.get(AccountSecret, account.id)
    if not account.demonstration or secret is None or secret.totp_secret is None:
        return None
    return credentials.next_code(secret, now)


def forgot(session: Session, *, mail: str, purpose: LinkPurpose, address: str, now: datetime) -> None:
    """Ask for a renewal by mail address; whoever asks learns nothing about who has an account.

    What was not passed on counts for nothing: nobody is kept waiting by trying again.
    """
    who, where = accounts.mail_key(mail), keyed_hash("signin.address", address)
    addresses.one_at_a_time(session, who)
    passed_on = (SignInTry.kind == TryKind.MAIL, SignInTry.at > now - timedelta(days=1), SignInTry.ok)
    here = select(func.count()).where(*passed_on, SignInTry.address_hash == where)
    if (session.scalar(here) or 0) >= RENEWALS_FROM_ADDRESS:
        raise AskedOften
    mine = select(func.count()).where(*passed_on, SignInTry.account_hash == who)
    often = (session.scalar(mine) or 0) >= RENEWALS_A_DAY
    session.add(SignInTry(kind=TryKind.MAIL, account_hash=who, address_hash=where, at=now, ok=not often))
    session.flush()
    account = accounts.by_mail(session, mail)
    if account is not None and account.locked_at is None and not often:
        links.ask_renewal(session, account, purpose, now=now)


def waiting(session: Session, who: bytes, where: bytes, now: datetime) -> int:
    """Seconds until another password may be tried: by account, by address, and by both together.

    Whoever signed in from there before waits for nobody else's tries: colleagues share an address, and one of them
    could keep all others out. To have asked for a renewal proves nothing: anybody can, for anybody's mail.
    """
    own = SignInTry.account_hash == who
    here = SignInTry.address_hash == where
    known = session.scalar(
        select(SignInTry.id)
        .where(own, here, SignInTry.kind == TryKind.PASSWORD, SignInTry.ok, SignInTry.at > now - KNOWN_FOR)
        .limit(1),
    )
    waits = [
        _wait(session, own & here, now, free=FREE_TRIES, longest=LONGEST, forgiven=True),
    ]
    if known is None:
        waits.append(_wait(session, here, now, free=FREE_FROM_ADDRESS, longest=LONGEST, forgiven=False))
        waits.append(_wait(session, own, now, free=FREE_TRIES, longest=LONGEST_ELSEWHERE, forgiven=False))
    return max(waits)


def forget_old(session: Session, now: datetime) -> None:
    """Drop tries and sessions that no rule looks at any more, and addresses that nobody proved in time."""
    session.execute(delete(SignInTry).where(SignInTry.at < now - KNOWN_FOR))
    session.execute(delete(WebSession).where(WebSession.created_at < now - KNOWN_FOR))
    links.forget_unproved(session, now)


def _pending(session: Session, token: str, now: datetime) -> WebSession | None:
    """Find the session that waits for the second factor, held: first its person's address, as whoever locks it does."""
    mine = (WebSession.account_id == Account.id) & (WebSession.digest == sessions.digest(token))
    for who in session.scalars(select(Account.mail_hash).where(mine)):
        addresses.one_at_a_time(session, who)
    return sessions.pending(session, token, now)


def _after_password(session: Session, account: Account, secret: AccountSecret, client: str, now: datetime) -> Outcome:
    if not credentials.needs_code(account, secret):
        token = sessions.begin(session, account, passed=True, client=client, now=now)
        noting.of_account(session, account.id, "sign_in", Actor(account.id), now)
        return Outcome(token=token, step="OPEN", account_id=account.id, language=account.language)
    token = sessions.begin(session, account, passed=False, client=client, now=now)
    return Outcome(token=token, step="CODE" if secret.totp_at else "ENROL", account_id=account.id)


def _in(session: Session, account: Account, waits: WebSession, client: str, now: datetime) -> Outcome:
    if waits.ended_at is None:
        waits.ended_at = now
    token = sessions.begin(session, account, passed=True, client=client, now=now)
    noting.of_account(session, account.id, "sign_in", Actor(account.id), now)
    return Outcome(token=token, step="OPEN", account_id=account.id, language=account.language)


def _tried(session: Session, kind: TryKind, who: bytes, where: bytes, now: datetime, *, ok: bool) -> None:
    session.add(SignInTry(kind=kind, account_hash=who, address_hash=where, at=now, ok=ok))
    session.flush()


def _code_wait(session: Session, account: Account, now: datetime) -> int:
    own = (SignInTry.account_hash == account.mail_hash) & (SignInTry.kind == TryKind.CODE)
    return _wait(session, own, now, free=FREE_TRIES, longest=LONGEST, forgiven=True, kind=TryKind.CODE)


def _wait(
    session: Session,
    which: ColumnElement[bool],
    now: datetime,
    *,
    free: int,
    longest: int,
    forgiven: bool,
    kind: TryKind = TryKind.PASSWORD,
) -> int:
    """Seconds left after so many wrong tries; a right one forgives those before it where `forgiven`."""
    wrong = select(func.count(), func.max(SignInTry.at)).where(
        which,
        SignInTry.kind == kind,
        SignInTry.ok.is_(False),
        SignInTry.at > now - MEMORY,
    )
    if forgiven:
        right = select(func.max(SignInTry.at)).where(which, SignInTry.kind == kind, SignInTry.ok).scalar_subquery()
        wrong = wrong.where(SignInTry.at > func.coalesce(right, now - MEMORY))
    count, last = session.execute(wrong).one()
    if count < free or last is None:
        return 0
    delay = min(longest, 2 ** min(count - free + 1, 12))
    return max(0, -int((now - last).total_seconds() - delay))


def _late() -> NotNow:
    return NotNow(_l("Signing in took too long. Begin again with email address and password."))
