"""What the clock's rounds leave behind, when each step went well and what fails; and that a database is in use."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant


class RoundStep(Base):
    """A step of the clock's rounds, or the rounds themselves."""

    __tablename__ = "round_step"
    __table_args__ = (
        CheckConstraint("(failing_since IS NULL) = (trouble IS NULL)", name="trouble_if_failing"),
        CheckConstraint("went_at IS NOT NULL OR failing_since IS NOT NULL", name="went_or_fails"),
    )
    __readers__: ClassVar[dict[str, str]] = {"admin": "true"}
    name: Mapped[str] = mapped_column(primary_key=True)
    went_at: Mapped[Instant | None]
    failing_since: Mapped[Instant | None]
    trouble: Mapped[str | None]
    """A class and a place in the code; nothing that anybody wrote."""


class InUse(Base):
    """The single row of a database that is in use: backups leave it out, so that one brought back is known as such."""

    __tablename__ = "in_use"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    __readers__: ClassVar[dict[str, str]] = {}
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, server_default=text("1"))
    since: Mapped[Instant]
