"""What the association has laid down: settings with their basis, and the installation's mode."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Instant, Versioned


class Setting(Versioned, Base):
    """One value that counts days, points, majorities or months, or stands on documents; with why it is so."""

    __tablename__ = "setting"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_at IS NOT NULL", name="confirmed_at_a_time"),
        CheckConstraint("in_force IS NULL OR confirmed_at IS NULL", name="in_force_until_confirmed"),
    )
    __open__: ClassVar[str] = "settings hold no secret and govern every reader's pages"
    id: Mapped[BigId]
    key: Mapped[str] = mapped_column(unique=True)
    value: Mapped[Any] = mapped_column(JSONB)
    unit: Mapped[str] = mapped_column(server_default="")
    meaning: Mapped[str] = mapped_column(server_default="")
    meaning_zh: Mapped[str] = mapped_column(server_default="")
    basis: Mapped[str] = mapped_column(server_default="")
    """Charter article or rule, meeting, date."""
    laid_down_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"))
    """Who entered the value; of how documents are sealed and approved, somebody else confirms it."""
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"))
    confirmed_at: Mapped[Instant | None]
    in_force: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What counts until the value is confirmed, with its basis; empty: the general one, of a kind that had no own."""


class Installation(Base):
    """The single row that fixes the mode at first set-up."""

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("mode IN ('demonstration', 'production')", name="mode"),
    )
    __open__: ClassVar[str] = "every page says whether it is a demonstration"
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, server_default=text("1"))
    mode: Mapped[str]
    first_run_at: Mapped[Instant | None]
    """When the association's own data were entered."""
