"""Files on their way: uploads in pieces, and copies that a browser can show."""

from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import FILE_NOT_BARRED, Base, Instant


class Upload(Base):
    """A file that comes in pieces: whose it is, how much of it has come, and until when the rest is waited for."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("size > 0 AND received BETWEEN 0 AND size", name="received_in_order"),
        CheckConstraint("token ~ '^[0-9a-f]{32}$'", name="token_is_random"),
        Index("ix_upload_owner", "owner"),
        Index("ix_upload_address", "address"),
        Index("ix_upload_expires_at", "expires_at"),
    )
    __readers__: ClassVar[dict[str, str]] = {}
    token: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    """`account:7`, or the digest of a secret that only one browser holds."""
    address: Mapped[str]
    """A keyed digest of where it comes from, for the quota of people without an account."""
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    begun_at: Mapped[Instant]
    expires_at: Mapped[Instant]


class MadeCopy(Base):
    """A playable or viewable copy beside a kept original: asked for, made, or why it could not be made."""

    __tablename__ = "made_copy"
    __table_args__ = (
        CheckConstraint(
            "num_nulls(copy_sha256, media_type) IN (0, 2) AND (copy_sha256 IS NULL OR trouble IS NULL) "
            "AND (ended_at IS NULL) = (copy_sha256 IS NULL AND trouble IS NULL)",
            name="made_or_failed",
        ),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": FILE_NOT_BARRED}
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), primary_key=True)
    """The original, which stays as it is."""
    copy_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    media_type: Mapped[str | None]
    asked_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    trouble: Mapped[str | None]
    """The word for what went wrong."""
