"""Another mail address of an account: asked for by one administrator, confirmed by another, proved by its mailbox."""

from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from core import mail
from core.actors import SYSTEM, Actor
from core.errors import NotAllowed, NotNow
from core.words import LOCALES, _
from registry import addresses, credentials, links, noting, policies, sessions
from registry.models_accounts import Account, AccountLink, LinkPurpose


def ask(session: Session, account: Account, address: str, *, actor: Actor, now: datetime) -> AccountLink:
    """Ask for another address; a request that was open gives way to it."""
    if not policies.may_change_mail(actor):
        raise NotAllowed
    wanted = addresses.free(session, address, account.party_id, but=account)
    return links.ask_mail(session, account, wanted, actor=actor, now=now)


def accept(session: Session, token: str, *, now: datetime) -> Account:
    """The new mailbox was opened: from now on it is the account's, and whatever went to the old one opens nothing."""
    link = links.find(session, token, now)
    if link is None or link.purpose is not LinkPurpose.MAIL or link.new_mail is None:
        raise NotNow(policies.LINK_USED)
    account = session.get_one(Account, link.account_id)
    if account.locked_at is not None:
        raise NotNow(policies.LOCKED)
    new = addresses.free(session, link.new_mail, account.party_id, but=account)
    old, account.mail = account.mail, new
    addresses.claim(session, account)
    link.used_at, link.new_mail = now, None
    session.flush()
    links.end_open(session, account, now=now)
    sessions.end_all(session, account.id, now=now)
    noting.of_account(session, account.id, "change_mail", Actor(account.id), now, {"purpose": LinkPurpose.MAIL.value})
    _tell_old(session, link, account, old)
    if credentials.secret_of(session, account.id).password_hash is None:
        links.invite(session, account, actor=SYSTEM, now=now)
    return account


def _tell_old(session: Session, link: AccountLink, account: Account, old: str) -> None:
    """Whoever holds the old mailbox hears of it, should it have been taken from its person."""
    with force_locale(LOCALES.get(account.language, LOCALES["zh"])):
        subject = str(_("Your account has another email address"))
        body = str(
            _(
                "From now on another email address is used to sign in to your account. If you did not want this, tell "
                "the person who manages accounts at once."
            )
        )
    mail.send_later(session, f"mail-changed:{link.id}", old, subject, body, language=account.language)
