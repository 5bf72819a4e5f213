"""Text messages: one row per event, handed to a gateway when its hour has come.

Without a gateway they stay here in a demonstration; elsewhere they wait for one as for a gateway that is away.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.characters import levelled
from core.crypto import Encrypted, keyed_hash
from core.db import Base, BigId, Instant, transaction
from core.db import session as current_session
from core.errors import BadInput
from core.left_alone import Server
from core.mail import may_be_mailed
from core.outbox import job, later
from core.registered import Registered
from core.settings import Settings
from core.texts_gateway import Gateway, JsonGateway, Text
from core.words import _l

NEWS, CODE = "news", "code"
MOST = 200
"""Characters: three parts of a Chinese message."""
AT_ONCE = 500
AWAY = timedelta(days=1)
"""So long a message waits for its gateway before it is given up."""
SENDING = "core.text"
"""The job that hands one message over."""
_FIELD = "number"
_MAINLAND = re.compile(r"1[3-9]\d{9}")
_ABROAD = re.compile(r"[1-9]\d{6,14}")


class TextMessage(Base):
    """One text message: to which number, what it says, and what became of it. Number and words are encrypted."""

    __tablename__ = "text_message"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR refused_at IS NULL", name="sent_or_refused"),
        CheckConstraint("kind IN ('news', 'code')", name="kind_known"),
        Index("ix_text_message_waiting", "due_at", "id", postgresql_where=text("handed_at IS NULL")),
        Index("ix_text_message_key_begins", "key", postgresql_ops={"key": "text_pattern_ops"}),
    )
    __readers__: ClassVar[dict[str, str]] = {"admin": "true"}
    id: Mapped[BigId]
    key: Mapped[str] = mapped_column(unique=True)
    """The event it tells of: the same event is told once."""
    to: Mapped[str] = mapped_column("recipient", Encrypted, key="to")
    kind: Mapped[str]
    words: Mapped[str] = mapped_column(Encrypted)
    language: Mapped[str]
    queued_at: Mapped[Instant]
    due_at: Mapped[Instant]
    """Not sooner: nobody's telephone rings at night."""
    handed_at: Mapped[Instant | None]
    """When the outbox got it."""
    sent_at: Mapped[Instant | None]
    refused_at: Mapped[Instant | None]
    until: Mapped[Instant | None]
    """When what it holds (a code, a link) is good for nothing any more, so that it is not sent."""


class NoGateway(Exception):  # noqa: N818 - it names what happened
    """No gateway is set outside a demonstration."""


class Overnight(Exception):  # noqa: N818 - it names what happened
    """It has waited a day for its gateway, and no telephone may ring now."""

    final = True


@dataclass
class _Office:
    gateway: Gateway | None = None
    offered: bool = False
    server: Server = field(default_factory=Server)


_office = _Office()
_told_of_refusals = Registered[Callable[[Session, TextMessage], None]]()
on_refused = _told_of_refusals.add
"""Register who is told, in the same transaction, that a number will never get its message."""

_hours = Registered[Callable[[Session, datetime], datetime]]()
on_hours = _hours.add
"""Register when news may go out: at this instant, or at the end of the hours in which no telephone rings."""


def init(settings: Settings) -> None:
    """Set the gateway; without one, messages stay here and only the demonstration offers them."""
    _office.gateway = JsonGateway.read(settings.texts_file) if settings.texts_file else None
    _office.offered = _office.gateway is not None or settings.demonstration
    _office.server = Server()


def leave_the_house() -> bool:
    """Whether text messages are sent at all, or only stand here."""
    return _office.gateway is not None


def stays() -> bool:
    """Whether a message stands here for good, as in a demonstration; what only waits for a gateway may hold a code."""
    return _office.gateway is None and _office.offered


def offered() -> bool:
    """Whether people are asked if they want text messages."""
    return _office.offered


def number_of(typed: str) -> str:
    """A mobile number as gateways want it (+8613800138000); refused where it is none."""
    plain = levelled(typed).strip()
    digits = re.sub(r"\D", "", plain)
    abroad = plain.startswith(("+", "00"))
    digits = digits.removeprefix("00") if abroad else digits
    local = digits.removeprefix("86") if abroad or not _MAINLAND.fullmatch(digits) else digits
    if _MAINLAND.fullmatch(local) and not re.search(r"[A-Za-z@]", plain):
        return f"+86{local}"
    if abroad and not digits.startswith("86") and _ABROAD.fullmatch(digits) and not re.search(r"[A-Za-z@]", plain):
        return f"+{digits}"
    raise BadInput(_FIELD, _l("Write a mobile number, such as 13800138000; one from abroad with + and its country."))


def is_mobile(typed: str) -> bool:
    """Whether a text message can go there."""
    try:
        number_of(typed)
    except BadInput:
        return False
    return True


def masked(number: str) -> str:
    """A number masked, with enough left to recognise it."""
    shown = number.removeprefix("+86")
    return f"{shown[:-8]}****{shown[-4:]}"


def send_later(
    session: Session,
    key: str,
    to: str,
    words: str,
    *,
    kind: str = NEWS,
    language: str = "zh",
    due_at: datetime | None = None,
    until: datetime | None = None,
) -> bool:
    """Ask for a text message after this transaction, once per key; False where it was asked for before.

    It says that something waits and where, never what; after `until` it is not sent any more.
    """
    if not may_be_mailed(words):
        raise BadInput(
            _FIELD,
            _l("A text message must not hold a receipt code, a telephone, identity or card number. Nothing was sent."),
        )
    if len(words) > MOST:
        raise BadInput(_FIELD, _l("A text message has at most %(most)s characters.", most=MOST))
    now = clock.now()
    due = due_at or now
    number = session.execute(
        insert(TextMessage)
        .values(
            key=key,
            to=number_of(to),
            kind=kind,
            words=words,
            language=language,
            queued_at=now,
            due_at=due,
            handed_at=now if due <= now else None,
            until=until,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(TextMessage.id),
    ).scalar()
    if number is not None and due <= now:
        _hand_over(session, number)
    return number is not None


def hand_over(session: Session, now: datetime) -> int:
    """Give the outbox what waited for its hour."""
    asked = select(TextMessage).where(TextMessage.handed_at.is_(None), TextMessage.due_at <= now)
    asked = asked.order_by(TextMessage.due_at, TextMessage.id).limit(AT_ONCE)
    found = session.scalars(asked.with_for_update(skip_locked=True)).all()
    for each in found:
        each.handed_at = now
        _hand_over(session, each.id, f":{each.due_at:%Y%m%d%H%M}")
    return len(found)


def forget_before(session: Session, before: datetime, many: int) -> int:
    """Delete so many text messages that were asked for before this moment, the oldest first, with their numbers."""
    old = select(TextMessage.id).where(TextMessage.queued_at < before).order_by(TextMessage.id).limit(many)
    return len(session.scalars(delete(TextMessage).where(TextMessage.id.in_(old)).returning(TextMessage.id)).all())


def count_before(session: Session, before: datetime, most: int) -> int:
    """How many text messages were asked for before this moment; so many at most are counted."""
    old = select(TextMessage.id).where(TextMessage.queued_at < before).limit(most)
    return session.scalar(select(func.count()).select_from(old.subquery())) or 0


def waiting(session: Session, begins: Sequence[str]) -> Sequence[TextMessage]:
    """What may still go out, of those whose keys begin so: in a demonstration, what waits for its hour.

    What another process notes or hands over at this moment is left to it.
    """
    mine = or_(*(TextMessage.key.startswith(each) for each in begins))
    asked = select(TextMessage).where(mine, TextMessage.sent_at.is_(None), TextMessage.refused_at.is_(None))
    asked = asked.where(TextMessage.handed_at.is_(None)) if stays() else asked  # what was given up may be tried again
    return session.scalars(asked.order_by(TextMessage.id).with_for_update(skip_locked=True)).all()


def _hand_over(session: Session, number: int, again: str = "") -> None:
    later(session, SENDING, key=f"text:{number}{again}", text_id=number)


@job(SENDING, patience=AWAY)
def send(text_id: int) -> None:
    """Hand one message to the gateway; a crash before noting hands it over again under the same id."""
    at = current_session()
    found, gateway = at.get(TextMessage, text_id), _office.gateway
    if found is None or found.sent_at is not None or found.refused_at is not None or out_of_date(found) or stays():
        at.rollback()
        return
    if gateway is None:
        at.rollback()
        missing = "ZILU_TEXTS_FILE is not set"
        raise NoGateway(missing)
    if found.kind == NEWS and _put_off(at, found, clock.now()):
        return
    message = Text(
        keyed_hash("text", found.key).hex()[:32],
        found.to,
        found.kind,
        found.words,
        "en" if found.language == "en" else "zh",
    )
    at.rollback()  # no transaction stays open while the gateway is talked to
    with _office.server.asked():
        taken = gateway.take(message)
    with transaction() as after:
        noted = after.get(TextMessage, text_id)
        if noted is None:  # its number was given up meanwhile
            return
        if taken:
            noted.sent_at = clock.now()
            return
        noted.refused_at = clock.now()
        after.flush()
        for tell in _told_of_refusals:
            tell(after, noted)


def _put_off(at: Session, found: TextMessage, now: datetime) -> bool:
    """Whether it waits for the morning, since its gateway was away until the quiet hours began."""
    due, number, since = max((each(at, now) for each in _hours), default=now), found.id, found.queued_at
    if due <= now:
        return False
    at.rollback()
    if now >= since + AWAY:
        raise Overnight
    with transaction() as after:
        waiting = after.get_one(TextMessage, number)
        waiting.due_at, waiting.handed_at = due, None
    return True


def out_of_date(found: TextMessage) -> bool:
    """Whether what it holds has ended before a gateway took it."""
    return found.until is not None and found.until < clock.now()
