"""Mails about bulletins: asked for, confirmed by the holder of the address, ended with one click, and sent."""

from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.receipts import LINK_OVER
from core import mail
from core.clock import day_of
from core.crypto import keyed_hash
from core.errors import BadInput, NotNow
from core.keyset import number_of
from core.machine import Ask
from core.outbox import later
from core.words import LOCALES, _l
from publishing.models_subscriptions import BulletinSubscription
from sanctions.states import PUBLICATION

CONFIRM_WITHIN = timedelta(days=7)
"""An address that is not confirmed by then is forgotten."""
AGAIN_AFTER = (timedelta(hours=1), timedelta(days=1))
"""Sooner, no second and no third mail goes to an address, whoever asks for it; a fourth only once it was forgotten."""
MAILS = "bulletin"
"""How the keys of these mails begin."""


def ask(session: Session, address: str, *, lang: str, now: datetime) -> None:
    """Send a link to the address; whoever asks learns nothing of whether it is known here."""
    address = address.strip()
    known = keyed_hash("subscription", address.casefold())
    session.execute(
        insert(BulletinSubscription)
        .values(address=address, address_hash=known, lang=lang, asked_at=now, sent=0)
        .on_conflict_do_nothing(index_elements=["address_hash"])
    )
    found = session.scalars(
        select(BulletinSubscription).where(BulletinSubscription.address_hash == known).with_for_update()
    ).one()
    if found.confirmed_at is not None or not _may_be_sent(found, now):
        return
    found.asked_at, found.lang, found.sent = now, lang, found.sent + 1
    later(session, "sanctions.mail_confirmation", key=f"subscribe:{found.id}:{now:%Y%m%d%H%M}", number=found.id)


def _may_be_sent(it: BulletinSubscription, now: datetime) -> bool:
    """Whether its holder, who may not be who asks, is sent the link once more."""
    if it.sent == 0:
        return True
    return it.sent <= len(AGAIN_AFTER) and now - it.asked_at >= AGAIN_AFTER[it.sent - 1]


def confirm(session: Session, token: str, *, now: datetime) -> None:
    """The holder of the address wants the mails."""
    found = of_token(session, token, "confirm")
    if found is None:
        raise NotNow(LINK_OVER)
    found.confirmed_at = found.confirmed_at or now


def is_confirmed(session: Session, token: str) -> bool:
    """Whether the holder of the address has opened this link before."""
    found = of_token(session, token, "confirm")
    return found is not None and found.confirmed_at is not None


def end(session: Session, token: str) -> None:
    """No more mails, and the address is forgotten; a second time nothing is left to do."""
    found = of_token(session, token, "end")
    if found is not None:
        _forget(session, BulletinSubscription.id == found.id)


def language_of(session: Session, token: str) -> str | None:
    """The language in which the holder of a link is written to; none where the link is about nobody."""
    found = of_token(session, token, "end")
    return found.lang if found is not None else None


def speak(session: Session, token: str, lang: str) -> None:
    """Write further mails in the language that their reader chose."""
    found = of_token(session, token, "end")
    if found is None:
        raise NotNow(LINK_OVER)
    if lang not in LOCALES:
        raise BadInput("language", _l("Choose one of the languages shown."))
    mine = update(BulletinSubscription).where(BulletinSubscription.id == found.id)
    session.execute(mine.values(lang=lang))  # it may be ended at this moment


def forget_unconfirmed(session: Session, now: datetime) -> None:
    """Addresses whose holder did not confirm them."""
    old = BulletinSubscription.asked_at <= now - CONFIRM_WITHIN
    _forget(session, BulletinSubscription.confirmed_at.is_(None), old)


def _forget(session: Session, *which: ColumnElement[bool]) -> None:
    """Addresses of which this is so, also once a click meanwhile is done, go from here and from the mails to them."""
    for number in session.scalars(delete(BulletinSubscription).where(*which).returning(BulletinSubscription.id)).all():
        mail.forget(session, f"{MAILS}:%:{number}", f"subscribe:%:{number}")


def token_of(subscription: BulletinSubscription, purpose: str) -> str:
    """What stands in a link: for one subscription, and one purpose."""
    return f"{subscription.id}.{_mac(subscription, purpose)}"


def of_token(session: Session, token: str, purpose: str) -> BulletinSubscription | None:
    """The subscription that a link is about; a link made up by somebody is about none."""
    said, _dot, mac = token.partition(".")
    number = number_of(said)
    found = session.get(BulletinSubscription, number) if number is not None else None
    return found if found is not None and compare_digest(_mac(found, purpose).encode(), mac.encode()) else None


def _mac(subscription: BulletinSubscription, purpose: str) -> str:
    return keyed_hash(f"subscription.{purpose}", f"{subscription.id}:{subscription.address_hash.hex()}").hex()[:32]


@PUBLICATION.effect("B05", "B10")
def tell_of_it(request: Ask) -> None:
    """Whoever subscribed is told of a new bulletin."""
    _tell(request, "published")


@PUBLICATION.effect("B06")
def tell_of_correction(request: Ask) -> None:
    """Whoever subscribed is told of a corrected bulletin."""
    _tell(request, "corrected")


@PUBLICATION.effect("B07")
def tell_of_withdrawal(request: Ask) -> None:
    """Whoever subscribed is told of a bulletin that was withdrawn."""
    _tell(request, "withdrawn")


def _tell(request: Ask, what: str) -> None:
    it = request.it
    if it.scope == "PUBLIC":
        with request.session.no_autoflush:  # its facts are written together with its state
            turn = len(it.texts)
        key = f"subscribers:{it.id}:{what}:{turn}"
        later(request.session, "sanctions.tell_subscribers", key=key, number=it.id, what=what, after=0, turn=turn)


def _never_arrives(session: Session, bounced: mail.Mail) -> None:
    """An address that takes no mail is forgotten: at once where nobody confirmed it, else at the second bulletin.

    What a server refuses on one day it may refuse of everybody; mails to one address that it takes in between count.
    """
    kind, _colon, rest = bounced.key.partition(":")
    number = rest.rpartition(":")[2]
    if kind not in {MAILS, "subscribe"} or not number.isdecimal():
        return
    found = session.get(BulletinSubscription, int(number))
    if found is not None and (found.confirmed_at is None or _bounced_before(session, number, bounced)):
        _forget(session, BulletinSubscription.id == found.id)


def _bounced_before(session: Session, number: str, now: mail.Mail) -> bool:
    """Whether another mail to this address came back on an earlier day, and none was taken since."""
    it = mail.Mail
    mine = select(it.sent_at, it.bounced_at).where(it.key.like(f"{MAILS}:%:{number}"), it.id != now.id)
    rows = session.execute(mine).all()
    taken = max((row.sent_at for row in rows if row.sent_at), default=None)
    came_back = [row.bounced_at for row in rows if row.bounced_at and (taken is None or row.bounced_at > taken)]
    return now.bounced_at is not None and any(day_of(at) < day_of(now.bounced_at) for at in came_back)


mail.on_bounced(_never_arrives)
