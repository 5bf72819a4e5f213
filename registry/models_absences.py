"""The table of absences: from when to when somebody of the staff is away, and who stands in."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Instant

STANDS = text("ended_at IS NULL")


class Absence(Base):
    """Somebody is away, both days counted; the work comes back by itself on the day after."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="days_in_order"),
        CheckConstraint("account_id <> substitute_id", name="somebody_else"),
        Index("ix_absence_account", "account_id", "to_on", postgresql_where=STANDS),
        Index("ix_absence_substitute", "substitute_id", "to_on", postgresql_where=STANDS),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": "true"}
    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    ended_at: Mapped[Instant | None]
    """When it was taken back, or ended early."""
