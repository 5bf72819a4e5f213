"""Tables of the lists: one narrow row per open complaint and per case, kept by the database; and saved views."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Instant, not_barred

NEVER = date(9999, 12, 31)
"""Stands for no last day, so that one order holds for all."""


def _part(name: str, only: str) -> Index:
    return Index(f"ix_queue_entry_{name}", "due_on", "complaint_id", postgresql_where=text(only))


class QueueEntry(Base):
    """What the queue needs of one open complaint; triggers write it at the end of each transaction (migration 0028)."""

    __tablename__ = "queue_entry"
    __table_args__ = (
        Index("ix_queue_entry_due", "due_on", "complaint_id"),
        Index("ix_queue_entry_received", "received_at", "complaint_id"),
        Index("ix_queue_entry_officer", "officer_id", "due_on", "complaint_id"),
        Index("ix_queue_entry_state", "state", "due_on", "complaint_id"),
        _part("unassigned", "officer_id IS NULL"),
        _part("turn", "officer_id IS NULL AND (state = 'DISPUTED' OR to_check > 0)"),
        _part("relay", "officer_id IS NULL AND due_key = 'K08'"),
        _part("waits", "waits"),
        _part("answers", "to_check > 0 OR time_asked"),
        _part("time_asked", "time_asked"),
        _part("urgent", "urgent"),
        _part("estimated", "provisional"),
        Index("ix_queue_entry_parties", "parties", postgresql_using="gin"),
        Index("ix_queue_entry_codes", "codes", postgresql_using="gin"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": not_barred("complaint", "complaint_id")}
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[Instant]
    urgent: Mapped[bool]
    channel: Mapped[str]
    due_on: Mapped[date]
    """The earliest last day: of a clock that runs on it or on what hangs on it, or of one of ours that expired."""
    due_key: Mapped[str]
    provisional: Mapped[bool]
    waits: Mapped[bool]
    """A company has still to answer."""
    to_check: Mapped[int]
    """How many answers and returns wait for us."""
    time_asked: Mapped[bool]
    parties: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Companies it names or was put before."""
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text))


class CaseEntry(Base):
    """What the list needs of one case; triggers write it at the end of each transaction (migration 0162)."""

    __tablename__ = "case_entry"
    __table_args__ = (
        Index("ix_case_entry_due", "due_on", "case_id"),
        Index("ix_case_entry_opened", "opened_on", "case_id"),
        Index("ix_case_entry_going_on", "due_on", "case_id", postgresql_where=text("going_on")),
        Index("ix_case_entry_states", "states", postgresql_using="gin"),
        Index("ix_case_entry_kept_by", "kept_by", postgresql_using="gin"),
        Index("ix_case_entry_at_work", "at_work", postgresql_using="gin"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": not_barred("case", "case_id")}
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    opened_on: Mapped[date]
    going_on: Mapped[bool]
    """Some track of it has not ended."""
    states: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Of its tracks."""
    kept_by: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Its officer and whoever investigates a track of it, or did."""
    at_work: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """While it goes on: its officer and who investigates or reviews a track that has not ended."""
    due_on: Mapped[date]
    """The earliest last day: of a clock that runs on one of its tracks, or of one of ours that expired; or NEVER."""
    due_key: Mapped[str]
    provisional: Mapped[bool]


class SavedView(Base):
    """A selection of the queue under a name: somebody's own, or shared with all."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("owner_id", "page", "name"),
        CheckConstraint("page IN ('complaints', 'cases')", name="page_known"),
        CheckConstraint("name <> ''", name="named"),
        Index("ix_saved_view_shared", "page", postgresql_where=text("shared")),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": "shared OR owner_id = zilu_account()"}
    id: Mapped[BigId]
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    page: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]
    """The address's query: view, filters and order, never a place in the list."""
    shared: Mapped[bool]
    made_at: Mapped[Instant]
