"""What staff note while they look at a file: at a second of a recording, or about the whole."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Instant, Versioned


class EvidenceNote(Versioned, Base):
    """A note of the staff's on a file, never shown outside."""

    __tablename__ = "evidence_note"
    __table_args__ = (CheckConstraint("at_second BETWEEN 0 AND 86400", name="within_a_day"),)
    __readers__: ClassVar[dict[str, str]] = {"staff": "EXISTS (SELECT 1 FROM evidence e WHERE e.id = evidence_id)"}
    id: Mapped[BigId]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    at_second: Mapped[int | None]
    """The second of the recording that it speaks of."""
    body: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[Instant]
    corrected_at: Mapped[Instant | None]
    """When its author last said it otherwise."""
