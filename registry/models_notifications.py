"""What people are told and how: confirmed mobile numbers, choices by person and event, and what waits to be told."""

from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Encrypted
from core.db import Base, BigId, Instant

NONE, MAIL, DAILY, TEXT = "NONE", "MAIL", "DAILY", "TEXT"


class TextNumber(Base):
    """The mobile number of one account or complaint; text messages go there once its code was entered."""

    __tablename__ = "text_number"
    __table_args__ = (
        CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name="code_ends"),
        CheckConstraint("subject_kind IN ('account', 'complaint')", name="subject_known"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "complainant": "subject_kind = 'complaint' AND subject_id = zilu_complaint()",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {
        "complainant": ("subject_kind", "subject_id", "code_until", "confirmed_at"),
    }
    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(Encrypted)
    language: Mapped[str]
    asked_at: Mapped[Instant]
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_until: Mapped[Instant | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    codes: Mapped[int] = mapped_column(server_default=text("0"))
    """How many codes went there since the day it was first asked for, or since the last was entered."""
    confirmed_at: Mapped[Instant | None]


class NotificationChoice(Base):
    """How one person wants to be told of one kind of event; without a row its default holds."""

    __tablename__ = "notification_choice"
    __table_args__ = (CheckConstraint("way IN ('NONE', 'MAIL', 'DAILY', 'TEXT')", name="way_known"),)
    __readers__: ClassVar[dict[str, str]] = {}
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id"), primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)
    """A word of registry.events.CHOICES."""
    way: Mapped[str]


class Notification(Base):
    """One event that one person is to be told of: never what, only of which kind it is."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        CheckConstraint("way IN ('MAIL', 'DAILY', 'TEXT')", name="way_known"),
        Index("ix_notification_waiting", "due_at", "account_id", postgresql_where=text("told_at IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {}
    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id"))
    key: Mapped[str]
    """The event it tells of: the same event is told once."""
    event: Mapped[str]
    """A word of registry.events.EVENTS."""
    way: Mapped[str]
    asked_at: Mapped[Instant]
    due_at: Mapped[Instant]
    told_at: Mapped[Instant | None]
