"""Tables of long jobs: one piece of work over many things, and what became of each of them."""

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import SUBJECT_NOT_BARRED, Base, BigId, BigRef, Instant

OWN_OR_HEAD = (
    "started_by = zilu_account() OR EXISTS "
    "(SELECT 1 FROM account_role r WHERE r.account_id = zilu_account() AND r.role = 'head')"
)


class Batch(Base):
    """One long job: prepared with all its items and looked at, then started, until each has an end."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint(
            "state IN ('PREPARED', 'WAITING', 'RUNNING', 'CANCELLED', 'DONE', 'FAILED')", name="state_known"
        ),
        CheckConstraint("done + failed + skipped <= total AND done >= 0 AND failed >= 0", name="counts_add_up"),
        CheckConstraint("state <> 'DONE' OR done + failed + skipped = total", name="done_with_every_item"),
        CheckConstraint("(state = 'PREPARED') = (started_at IS NULL)", name="started_if_not_prepared"),
        CheckConstraint("num_nulls(sha256, file_name, size) IN (0, 3)", name="file_whole"),
        CheckConstraint("(state = 'FAILED') = (trouble IS NOT NULL)", name="trouble_if_failed"),
        Index("ix_batch_own", "started_by", "id"),
        Index("ix_batch_unstarted", "id", postgresql_where=text("state = 'PREPARED'")),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": OWN_OR_HEAD,
        "party": "started_by = zilu_account()",
        "admin": "kind = 'import.companies'",
    }
    id: Mapped[BigId]
    kind: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)
    """Of what the machine begins by itself: asking twice is asking once."""
    started_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    prepared_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    params: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What is done to each item: numbers and words of the house, nothing of a person."""
    state: Mapped[str]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    leg: Mapped[int] = mapped_column(default=0)
    """How often it was handed to the worker: a long one goes in legs, so that other work comes between.

    It moves on as well where something of it was erased: a file that was being made then is made anew.
    """
    undoes: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), unique=True)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    file_name: Mapped[str | None]
    size: Mapped[int | None]
    trouble: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it could not go on, in both languages."""

    @property
    def left(self) -> int:
        """Items that have no end yet."""
        return self.total - self.done - self.failed - self.skipped


class BatchItem(Base):
    """One thing of a long job, and what became of it."""

    __tablename__ = "batch_item"
    __table_args__ = (
        CheckConstraint("state IN ('WAITING', 'DONE', 'SKIPPED', 'FAILED')", name="state_known"),
        CheckConstraint("state NOT IN ('SKIPPED', 'FAILED') OR reason IS NOT NULL", name="reason_if_not_done"),
        CheckConstraint("(state = 'DONE') = (ended_at IS NOT NULL)", name="ended_if_done"),
        UniqueConstraint("batch_id", "subject_kind", "subject_id"),
        Index("ix_batch_item_state", "batch_id", "state", "id"),
        Index("ix_batch_item_order", "batch_id", "id"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM batch b WHERE b.id = batch_id) AND " + SUBJECT_NOT_BARRED,  # noqa: S608 - ours
        "party": "EXISTS (SELECT 1 FROM batch b WHERE b.id = batch_id)",
        "admin": "EXISTS (SELECT 1 FROM batch b WHERE b.id = batch_id)",
    }
    id: Mapped[BigId]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"))
    subject_kind: Mapped[str]
    subject_id: Mapped[BigRef]
    ref: Mapped[str]
    """What it is called."""
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    """Noted before each try, so that what ends its worker is known and left alone in the end."""
    reason: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it was left out or failed, or what else there is to say, in both languages; by its "code" it is found."""
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What was made, and what undoing needs."""
    made_sha256: Mapped[str | None] = mapped_column(Computed("result ->> 'sha256'", persisted=True), index=True)
    """The file among it."""
    ended_at: Mapped[Instant | None]
