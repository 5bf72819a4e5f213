"""Tables of what is kept beyond the years laid down, and of what is erased before them because its person asked."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models import OF_A_CASE_IF_ANY, OF_COMPLAINT, none_or_not_barred
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


class ErasureRequest(Base):
    """A person asks to be forgotten before the years are over (PIPL 47): one of staff proposes it, the head decides."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        CheckConstraint("num_nulls(granted, decided_at, decided_by) IN (0, 3)", name="decided_as_a_whole"),
        CheckConstraint("decided_by <> proposed_by", name="decided_by_another"),
        CheckConstraint("granted OR granted IS NULL OR over_at IS NOT NULL", name="over_if_refused"),
        CheckConstraint("granted IS NOT TRUE OR erase_on IS NOT NULL", name="granted_from_a_day"),
        Index("uq_erasure_request_live", "complaint_id", unique=True, postgresql_where=text("over_at IS NULL")),
        Index("ix_erasure_request_granted", "decided_at", "complaint_id", postgresql_where=text("over_at IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = OF_COMPLAINT
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {
        "complainant": ("id", "complaint_id", "granted", "decided_at", "erase_on", "held_at", "over_at"),
    }
    """Its person reads from when on it is erased; what was decided and why, a message says."""
    id: Mapped[BigId]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    asked_on: Mapped[date]
    """The day on which the person asked."""
    reason: Mapped[str]
    """How it was asked; emptied, as is `why`, when the complaint is erased."""
    proposed_at: Mapped[Instant]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    granted: Mapped[bool | None]
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    why: Mapped[str] = mapped_column(default="", server_default="")
    erase_on: Mapped[date | None]
    """The first day on which it is erased, after the days laid down when it was granted to take it back."""
    held_at: Mapped[Instant | None]
    """Since when it waits though it was granted: the head holds the data back."""
    over_at: Mapped[Instant | None]
    """When it was refused, carried out, taken back, or given up as the complaint was opened again; till then live."""
