"""The table of holds: which complaints and cases keep their personal data beyond the years laid down, and why."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models import OF_A_CASE_IF_ANY, none_or_not_barred
from core.db import Base, BigId, Instant


class ErasureHold(Base):
    """The head keeps a complaint or a case from being erased, until the hold is let go."""

    __tablename__ = "erasure_hold"
    __table_args__ = (
        CheckConstraint("num_nonnulls(complaint_id, case_id) = 1", name="of_one_thing"),
        Index("uq_erasure_hold_live", "complaint_id", unique=True, postgresql_where=text("let_go_at IS NULL")),
        Index("uq_erasure_hold_live_case", "case_id", unique=True, postgresql_where=text("let_go_at IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": " AND ".join((OF_A_CASE_IF_ANY, none_or_not_barred("complaint", "complaint_id"))),
    }
    id: Mapped[BigId]
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    reason: Mapped[str]
    """Emptied when what was held back is erased."""
    held_at: Mapped[Instant]
    held_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    let_go_at: Mapped[Instant | None]
