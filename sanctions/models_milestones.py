"""Table of the steps by which a respondent carries out a rectification order, each with its day and its proof."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from core.db import Base, BigId, Instant
from sanctions.models_measures import RectificationItem

OF_ITEM = "EXISTS (SELECT 1 FROM rectification_item i WHERE i.id = item_id)"


class Milestone(Base):
    """One step of the plan for a numbered problem: the company's own, in addition to what the order asks."""

    __tablename__ = "milestone"
    __table_args__ = (CheckConstraint("num_nulls(done_on, done_at, note) IN (0, 3)", name="done_whole"),)
    __readers__: ClassVar[dict[str, str]] = {"staff": OF_ITEM, "party": OF_ITEM, "panel": OF_ITEM}
    id: Mapped[BigId]
    item_id: Mapped[int] = mapped_column(ForeignKey("rectification_item.id"), index=True)
    attempt: Mapped[int]
    """Whether of the first order or the second: what failed is planned anew."""
    text: Mapped[str]
    due_on: Mapped[date]
    set_at: Mapped[Instant]
    set_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    done_on: Mapped[date | None]
    done_at: Mapped[Instant | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str | None]
    files: Mapped[list[int]] = mapped_column(JSONB, default=list, server_default="[]")
    """Numbers of the evidence handed in with it; it counts as proof of its problem."""
    item: Mapped[RectificationItem] = relationship(
        backref=backref("milestones", order_by="Milestone.due_on, Milestone.id", viewonly=True)
    )
