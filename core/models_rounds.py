"""What the clock's rounds leave behind: when each step went well last, and what fails since when."""

from typing import ClassVar

from sqlalchemy import CheckConstraint
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
