"""Mail: one row per event, sent at least once under one Message-ID.

Without an SMTP server it stays here in a demonstration; elsewhere it waits for one as for a server that is away.
"""

import re
import smtplib
import ssl
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy as policies
from email.headerregistry import BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import ClassVar
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.crypto import Encrypted, keyed_hash
from core.db import Base, BigId, Instant, transaction
from core.db import session as current_session
from core.errors import BadInput
from core.left_alone import Server
from core.mail_addresses import spelled
from core.outbox import job, later
from core.registered import Registered
from core.settings import Settings
from core.under_way import application
from core.words import _l

TIMEOUT = 20
AWAY = timedelta(days=1)
"""So long a mail waits for its server before it is given up: what it tells of then goes by post."""
_FIELD = "mail"
SENDING = "core.mail"
"""The job that hands one mail over."""
PERMANENT = 500
"""SMTP replies from here on say that a second try will fare no better: of the address, or only of how we are set up."""


class Mail(Base):
    """One mail: to whom, what it says, and what became of it. Address and text are encrypted (they hold links)."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR bounced_at IS NULL", name="sent_or_bounced"),
        Index("ix_mail_recent", text("queued_at DESC"), text("id DESC")),
        Index("ix_mail_key_begins", "key", postgresql_ops={"key": "text_pattern_ops"}),
    )
    __readers__: ClassVar[dict[str, str]] = {"admin": "true"}
    id: Mapped[BigId]
    key: Mapped[str] = mapped_column(unique=True)
    """The event it tells of: the same event is told once."""
    to: Mapped[str] = mapped_column("recipient", Encrypted, key="to")
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Encrypted)
    language: Mapped[str]
    message_id: Mapped[str]
    queued_at: Mapped[Instant]
    sent_at: Mapped[Instant | None]
    bounced_at: Mapped[Instant | None]
    leave_url: Mapped[str | None] = mapped_column(Encrypted)
    """Where whoever gets it wants no more of its kind (List-Unsubscribe)."""
    until: Mapped[Instant | None]
    """When what it holds (a link) is good for nothing any more, so that it is not sent."""


class NotTaken(Exception):  # noqa: N818 - it names what happened
    """The server refused a mail, though not for its address. Its words are left out: they may repeat an address."""


class NoServer(Exception):  # noqa: N818 - it names what happened
    """No mail server is set outside a demonstration."""


@dataclass(frozen=True)
class _Post:
    """Where mail is handed over, and from whom it comes."""

    url: SplitResult
    sender: str


@dataclass
class _Office:
    post: _Post | None = None
    stays: bool = True
    """Whether a mail without a server stays here for good, as in a demonstration."""
    server: Server = field(default_factory=Server)
    sender: str = ""


_office = _Office()
_told_of_bounces = Registered[Callable[[Session, "Mail"], None]]()
on_bounced = _told_of_bounces.add
"""Register who is told, in the same transaction, that a mail will never reach its address."""
_told_of_sending = Registered[Callable[[Session, "Mail"], None]]()
on_sent = _told_of_sending.add
"""Register who is told, in the same transaction, that a mail was handed over."""

_NO_SUCH_ADDRESS = re.compile(r"5\.(?:1\.(?!7\b|8\b)|2\.)\d+")
"""Codes (RFC 3463) of an address or a mailbox; 5.1.7 and 5.1.8 are about our own address."""
_CODE = re.compile(r"[45]\.\d{1,3}\.\d{1,3}\b")
_LINK = re.compile(r"https?://\S+")
_RECEIPT = (
    re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{4}(?:[-\s]+[0-9A-Z]{4}){5}(?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z])[0-9a-z]{4}(?:-[0-9a-z]{4}){5}(?![0-9A-Za-z])"),
)
"""Six groups of four; looked for in links as well."""
_PERSONAL = (
    re.compile(r"(?<![0-9A-Za-z])(?=[A-Z]*[0-9])[0-9A-Z]{24}(?![0-9A-Za-z])"),  # a receipt code without its hyphens
    re.compile(r"(?<!\d)(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"),  # a mobile number
    re.compile(r"(?<!\d)\d{6}[\s-]?(?:19|20)\d{2}[\s-]?\d{4}[\s-]?\d{3}[\dXx](?!\d)"),  # an identity number
    re.compile(r"(?<!\d)\d{4}(?:[\s-]?\d{4}){3}(?:[\s-]?\d{1,3})?(?!\d)"),  # a bank card
)


def init(settings: Settings) -> None:
    """Set the server (smtp://user:password@host:port?tls=1, smtps://…) and the sender; none: mail stays here."""
    url = urlsplit(settings.smtp_url)
    _office.stays, _office.server, _office.sender = settings.demonstration, Server(), settings.mail_from
    _office.post = _Post(url, settings.mail_from) if url.hostname else None


def sender() -> str:
    """The address from which mail goes out, without a name: the one at which others know the association."""
    return parseaddr(_office.sender)[1]


def leaves_the_house() -> bool:
    """Whether mail is sent at all, or only stands in the outbox."""
    return _office.post is not None


def stays() -> bool:
    """Whether a mail stands here for good, as in a demonstration; what only waits for a server may hold a link."""
    return _office.post is None and _office.stays


def may_be_mailed(words: str) -> bool:
    """Whether a text is free of what looks like a receipt code, a telephone, an identity or a card number."""
    if any(pattern.search(words) for pattern in _RECEIPT):
        return False
    outside = unicodedata.normalize("NFKC", _LINK.sub(" ", words))
    return not any(pattern.search(outside) for pattern in _PERSONAL)


def written(template: str, **values: object) -> str:
    """The text of a mail from its template, in the present language; needs no request."""
    return application().jinja_env.get_template(template).render(values)


def send_later(
    session: Session,
    key: str,
    to: str,
    subject: str,
    body: str,
    *,
    language: str = "zh",
    leave_url: str | None = None,
    until: datetime | None = None,
) -> None:
    """Ask for a mail after this transaction, once per key. It says what to look at, never what stands there.

    An address to which no mail gets stops nothing here: its mail comes back when it is sent. `leave_url` takes one POST
    by which no more of its kind come (RFC 8058); after `until` it is not sent any more.
    """
    if not (may_be_mailed(subject) and may_be_mailed(body)):
        raise BadInput(
            _FIELD,
            _l("An email must not hold a receipt code, a telephone, identity or card number. Nothing was sent."),
        )
    number = session.execute(
        insert(Mail)
        .values(
            key=key,
            to=to,
            subject=" ".join(subject.split()),
            body=body,
            language=language,
            message_id=keyed_hash("mail", f"{key} {to}").hex()[:32],  # anew for another address
            queued_at=clock.now(),
            leave_url=leave_url,
            until=until,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Mail.id),
    ).scalar()
    if number is not None:
        later(session, SENDING, key=f"mail:{number}", mail_id=number)


def forget(session: Session, *patterns: str) -> None:
    """Delete mails whose keys match, sent or not, and with them the address."""
    session.execute(delete(Mail).where(or_(*(Mail.key.like(pattern) for pattern in patterns))))


def that_wait() -> ColumnElement[bool]:
    """Which mails have neither left nor come back: they can still be kept from going where they should not."""
    return and_(Mail.sent_at.is_(None), Mail.bounced_at.is_(None))


def forget_before(session: Session, before: datetime, many: int) -> int:
    """Delete so many mails that were asked for before this moment, the oldest first, with address and text."""
    old = select(Mail.id).where(Mail.queued_at < before).order_by(Mail.queued_at, Mail.id).limit(many)
    return len(session.scalars(delete(Mail).where(Mail.id.in_(old)).returning(Mail.id)).all())


def count_before(session: Session, before: datetime, most: int) -> int:
    """How many mails were asked for before this moment; so many at most are counted."""
    old = select(Mail.id).where(Mail.queued_at < before).limit(most)
    return session.scalar(select(func.count()).select_from(old.subquery())) or 0


@job(SENDING, patience=AWAY)
def send(mail_id: int) -> None:
    """Hand one mail to the server; a crash between handing over and noting sends it again under the same Message-ID."""
    at = current_session()
    mail, post = at.get(Mail, mail_id), _office.post
    if mail is None or mail.sent_at is not None or mail.bounced_at is not None or out_of_date(mail):
        at.rollback()
        return
    if post is None and _office.stays:
        at.rollback()
        return
    if post is None:
        at.rollback()
        message = "SMTP_URL is not set"
        raise NoServer(message)
    letter = composed(mail, post.sender) if spelled(mail.to) is not None else None
    at.rollback()  # no transaction stays open while the server is talked to
    bounced = letter is None
    if letter is not None:
        with _office.server.asked():
            bounced = not _hand_over(post.url, letter)
    with transaction() as after:
        noted = after.get(Mail, mail_id)
        if noted is None:  # taken back while the server was talked to
            return
        if bounced:
            noted.bounced_at = clock.now()
            after.flush()
            for tell in _told_of_bounces:
                tell(after, noted)
        else:
            noted.sent_at = clock.now()
            for tell in _told_of_sending:
                tell(after, noted)


class _InOnePiece(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc] # said twice in typeshed
    """A header that is not folded or encoded: mail programs read an encoded address of a page as none."""

    def fold(self, *, policy: policies.Policy) -> str:
        """On one line, however long."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _InOnePiece)
_POLICY = policies.default.clone(header_factory=_HEADERS)


def out_of_date(mail: Mail) -> bool:
    """Whether the code or link in it expired before a server took it."""
    return mail.until is not None and mail.until < clock.now()


def composed(mail: Mail, sender: str) -> EmailMessage:
    """Write the message as it goes out."""
    message = EmailMessage(_POLICY)
    message["From"] = sender
    message["To"] = spelled(mail.to) or mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.queued_at)
    message["Message-ID"] = f"<{mail.message_id}@{sender.rpartition('@')[2].rstrip('>') or 'zilu.invalid'}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN" if mail.language.startswith("zh") else mail.language
    if mail.leave_url:
        message["List-Unsubscribe"] = f"<{mail.leave_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body, cte="base64")
    return message


def _hand_over(url: SplitResult, message: EmailMessage) -> bool:
    """Send; False where the server will never take it for this address; any other trouble is raised and tried again.

    A refusal that names no address, such as 554 5.7.1 of a server that no longer knows us, says nothing about it.
    """
    host, port = url.hostname or "", url.port
    wants_tls = parse_qs(url.query).get("tls", ["0"])[0] not in {"0", "no", "false"}
    secure = ssl.create_default_context()
    try:
        with _connection(url.scheme, host, port, secure) as server:
            if wants_tls and url.scheme != "smtps":
                server.starttls(context=secure)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
            with suppress(OSError):  # it was taken: how the server takes leave makes no second one of it
                server.quit()
    except smtplib.SMTPRecipientsRefused as refused:
        ((code, words),) = refused.recipients.values()
        _only_of_its_address(code, words)
        return False
    except smtplib.SMTPDataError as refused:
        _only_of_its_address(refused.smtp_code, refused.smtp_error)
        return False
    return True


def _only_of_its_address(code: int, words: bytes | str) -> None:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    enhanced = _CODE.match(said)
    if code < PERMANENT or enhanced is None or not _NO_SUCH_ADDRESS.match(said):
        message = f"{code} {enhanced[0] if enhanced else ''}".strip()
        raise NotTaken(message)


def _connection(scheme: str, host: str, port: int | None, secure: ssl.SSLContext) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=secure)
    return smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
