"""One-time links by mail: invitations, and what a second person confirms: another password, factor or address."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core.actors import Actor
from core.crypto import derived
from core.errors import BadInput, NotAllowed, NotNow
from core.outbox import later
from core.registered import Registered
from core.words import _l
from registry import addresses, credentials, noting, policies, sessions
from registry.models_accounts import Account, AccountLink, AccountSecret, LinkPurpose

GOOD_FOR = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.PASSWORD: timedelta(hours=4),
    LinkPurpose.SECOND_FACTOR: timedelta(hours=4),
    LinkPurpose.MAIL: timedelta(days=3),
}
AGAIN_AFTER = timedelta(hours=1)
"""So long after an invitation another one is sent: a mail each, to an address that anybody may have typed."""
MAIL_JOB = "registry.mail_link"
OPEN_FOR = timedelta(days=30)
"""So long a request for another address waits for the second administrator."""
_told_of_coming = Registered[Callable[[Session, Account, datetime], None]]()
on_came = _told_of_coming.add
"""Register who is told that somebody has accepted the invitation: until then nobody counts on that person."""


def token_of(link: AccountLink) -> str:
    """Derive the token of a link; the table holds its digest only."""
    sealed = derived(
        "link", f"{link.id}:{link.purpose.value}:{link.expires_at and int(link.expires_at.timestamp())}", 24
    )
    return base64.urlsafe_b64encode(sealed).decode()


def invite(session: Session, account: Account, *, actor: Actor, now: datetime) -> AccountLink:
    """Send an account its first link, or ask a second person to; one sent before stops working."""
    _drop_open(session, account, LinkPurpose.INVITATION, now)
    link = AccountLink(
        account_id=account.id,
        purpose=LinkPurpose.INVITATION,
        asked_by=actor.id,
        asked_at=now,
        of_two=not policies.may_seat(actor, account),
    )
    session.add(link)
    account.invited = not _came(session, account)
    session.flush()
    if not link.of_two:
        _send(session, link, now)
    return link


def _came(session: Session, account: Account) -> bool:
    """Whether its person ever came in; who only proved another address did not."""
    used = select(AccountLink.id).where(AccountLink.account_id == account.id, AccountLink.used_at.is_not(None))
    return session.scalar(used.where(AccountLink.purpose != LinkPurpose.MAIL).limit(1)) is not None


def invited_lately(session: Session, account: Account, now: datetime) -> bool:
    """Whether a mail with an invitation went to this account within the hour."""
    sent = AccountLink.expires_at > now + GOOD_FOR[LinkPurpose.INVITATION] - AGAIN_AFTER
    mine = (AccountLink.account_id == account.id) & (AccountLink.purpose == LinkPurpose.INVITATION)
    return session.scalar(select(AccountLink.id).where(mine, sent).limit(1)) is not None


def end_open(session: Session, account: Account, *, now: datetime) -> None:
    """No link that was asked for or sent opens anything any more."""
    for purpose in LinkPurpose:
        _drop_open(session, account, purpose, now)


def find(session: Session, token: str, now: datetime) -> AccountLink | None:
    """Find the link of a token while it is good, and hold it: first the account's address, and the one it leads to.

    So whoever sends anew, withdraws or accepts an invitation comes before or after whoever opens another address.
    """
    good = and_(AccountLink.digest == sessions.digest(token), _is_good(now))
    leads_to = select(Account.mail, AccountLink.new_mail).join(AccountLink, AccountLink.account_id == Account.id)
    for mail, new_mail in session.execute(leads_to.where(good)):
        addresses.hold(session, mail, new_mail or mail)
    return session.scalar(select(AccountLink).where(good).with_for_update())


def _is_good(now: datetime) -> ColumnElement[bool]:
    return and_(AccountLink.used_at.is_(None), AccountLink.refused_at.is_(None), AccountLink.expires_at > now)


def gets_in(now: datetime) -> ColumnElement[bool]:
    """The open accounts whose person gets in: by a password, or by an invitation that is still good."""
    password = exists().where(AccountSecret.account_id == Account.id, AccountSecret.password_hash.is_not(None))
    invited = exists().where(AccountLink.account_id == Account.id, AccountLink.purpose == LinkPurpose.INVITATION)
    return and_(Account.locked_at.is_(None), or_(password, invited.where(_is_good(now))))


def accept(session: Session, token: str, *, password: str, now: datetime) -> Account:
    """Use an invitation or a renewal: set the password, or (for the second factor) prove it and enrol anew."""
    link = find(session, token, now)
    if link is None or link.purpose is LinkPurpose.MAIL:
        raise NotNow(policies.LINK_USED)
    account = session.get_one(Account, link.account_id)
    if account.locked_at is not None:
        raise NotNow(policies.LOCKED)
    if not addresses.claim(session, account):
        raise NotNow(_l("There is already an account with this address. Ask for an invitation to another one."))
    person = Actor(account.id)
    if link.purpose is LinkPurpose.SECOND_FACTOR:
        if not credentials.check_password(password, credentials.secret_of(session, account.id).password_hash):
            raise BadInput("password", _l("This is not the password of this account."))
        credentials.forget_factor(session, account, actor=person, now=now)
    else:
        credentials.set_password(session, account, password=password, actor=person, now=now)
    came, link.used_at, account.invited = account.invited, now, False
    if came:
        session.flush()
        for told in _told_of_coming:
            told(session, account, now)
    return account


def ask_renewal(session: Session, account: Account, purpose: LinkPurpose, *, now: datetime) -> None:
    """Note that somebody who gave this account's mail forgot something; a second person looks at it."""
    open_one = select(AccountLink.id).where(
        AccountLink.account_id == account.id,
        AccountLink.purpose == purpose,
        AccountLink.used_at.is_(None),
        AccountLink.refused_at.is_(None),
        (AccountLink.expires_at.is_(None)) | (AccountLink.expires_at > now),
    )
    if session.scalar(open_one) is not None or _never_sent(session, account):
        return
    _drop_open(session, account, purpose, now)
    session.add(AccountLink(account_id=account.id, purpose=purpose, asked_at=now))
    noting.of_account(session, account.id, "ask_renewal", Actor(None), now, {"purpose": purpose.value})


def _never_sent(session: Session, account: Account) -> bool:
    """Whether no invitation of an account was confirmed so far: nobody gets into it another way."""
    sent = func.bool_or(AccountLink.digest.is_not(None))
    mine = (AccountLink.account_id == account.id) & (AccountLink.purpose == LinkPurpose.INVITATION)
    return session.scalar(select(sent).where(mine)) is False


def ask_mail(session: Session, account: Account, address: str, *, actor: Actor, now: datetime) -> AccountLink:
    """Note that an administrator wants another address for an account; a second one looks at it."""
    _drop_open(session, account, LinkPurpose.MAIL, now)
    link = AccountLink(
        account_id=account.id, purpose=LinkPurpose.MAIL, asked_by=actor.id, asked_at=now, new_mail=address
    )
    session.add(link)
    session.flush()
    noting.of_account(session, account.id, "ask_mail", actor, now, {"purpose": link.purpose.value})
    return link


def confirm_renewal(session: Session, link: AccountLink, *, actor: Actor, now: datetime) -> None:
    """The second person has made sure who asked; the link goes to the account's mail."""
    _waiting(session, link, actor)
    link.confirmed_by, link.confirmed_at = actor.id, now
    _send(session, link, now)
    noting.of_account(session, link.account_id, f"confirm_{_kind(link)}", actor, now, {"purpose": link.purpose.value})


def refuse_renewal(session: Session, link: AccountLink, *, actor: Actor, now: datetime) -> None:
    """The second person could not make sure; nothing is sent."""
    _waiting(session, link, actor)
    link.refused_at, link.new_mail = now, None
    noting.of_account(session, link.account_id, f"refuse_{_kind(link)}", actor, now, {"purpose": link.purpose.value})


def _kind(link: AccountLink) -> str:
    kinds = {LinkPurpose.MAIL: "mail", LinkPurpose.INVITATION: "invitation"}
    return kinds.get(link.purpose, "renewal")


def _waiting(session: Session, link: AccountLink, actor: Actor) -> None:
    """Refuse what this person does not settle, or what somebody has settled; held, so that of two at once one does."""
    session.refresh(link, with_for_update=True)
    if not policies.may_settle(actor, link):
        raise NotAllowed(_l("Somebody else has to confirm this: never the person of the account, nor whoever asked."))
    if link.digest is not None or link.refused_at is not None:
        raise NotNow(_l("This request was already settled."))


def _send(session: Session, link: AccountLink, now: datetime) -> None:
    link.expires_at = now + GOOD_FOR[link.purpose]
    link.digest = sessions.digest(token_of(link))
    session.flush()
    later(session, MAIL_JOB, key=f"link:{link.id}", link_id=link.id)


def _drop_open(session: Session, account: Account, purpose: LinkPurpose, now: datetime) -> None:
    session.execute(
        update(AccountLink)
        .where(AccountLink.account_id == account.id, AccountLink.purpose == purpose)
        .where(AccountLink.used_at.is_(None), AccountLink.refused_at.is_(None))
        .values(refused_at=now, new_mail=None),
    )


def forget_unproved(session: Session, now: datetime) -> None:
    """A new address whose link has ended, or that nobody confirmed, is kept no longer: it may be a stranger's."""
    left = AccountLink.confirmed_at.is_(None) & (AccountLink.asked_at < now - OPEN_FOR)
    ended = or_(AccountLink.expires_at < now, left)
    gone = update(AccountLink).where(AccountLink.new_mail.is_not(None), ended)
    session.execute(gone.values(new_mail=None, refused_at=func.coalesce(AccountLink.refused_at, now)))
