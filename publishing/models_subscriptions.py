"""Who is told by mail of new bulletins, and by what the public's pages are known to have changed."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, SmallInteger, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Encrypted
from core.db import Base, BigId, Instant


class BulletinSubscription(Base):
    """An address that asked for mails about bulletins; only after it confirmed it gets any."""

    __tablename__ = "bulletin_subscription"
    __table_args__ = (
        Index(
            "ix_bulletin_subscription_unconfirmed",
            "asked_at",
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = {}
    id: Mapped[BigId]
    address: Mapped[str] = mapped_column(Encrypted)
    address_hash: Mapped[bytes] = mapped_column(unique=True)
    """The keyed hash by which the same address is known again."""
    lang: Mapped[str]
    asked_at: Mapped[Instant]
    confirmed_at: Mapped[Instant | None]
    sent: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    """How many links went to it."""


class PublicVersion(Base):
    """One row whose token changes with everything the public's pages of bulletins show.

    Triggers change it at the end of each transaction that touches a bulletin, its paper, a name or the rulebook.
    """

    __tablename__ = "public_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    __readers__: ClassVar[dict[str, str]] = {}
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(Uuid(as_uuid=False), server_default=text("gen_random_uuid()"))
