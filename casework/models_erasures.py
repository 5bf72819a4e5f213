"""Table of holds: which complaints keep their personal data beyond the years laid down, and why."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models import NOT_OF_A_CLOSED_ONE
from core.db import Base, BigId, Instant


class ErasureHold(Base):
    """That the head keeps a complaint from being erased, until it is let go."""

    __tablename__ = "erasure_hold"
    __table_args__ = (
        CheckConstraint("(let_go_at IS NULL) = (let_go_by IS NULL)", name="let_go_by_somebody"),
        Index("uq_erasure_hold_live", "complaint_id", unique=True, postgresql_where=text("let_go_at IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": NOT_OF_A_CLOSED_ONE}
    id: Mapped[BigId]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    reason: Mapped[str]
    """Emptied when the complaint is erased."""
    held_at: Mapped[Instant]
    held_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    let_go_at: Mapped[Instant | None]
    let_go_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
