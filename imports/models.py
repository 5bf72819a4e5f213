"""Tables of imports by the page: each file with how it is read and what came of it, and mappings under a name."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Instant

HEADS = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = zilu_account() AND r.role = 'head')"


class ImportFile(Base):
    """A file somebody brought in: its columns, the mapping it is read with, its dry run and its import."""

    __tablename__ = "import_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("look_id IS NULL OR told IS NOT NULL", name="looked_at_with_a_mapping"),
        CheckConstraint("num_nulls(rejects_sha256, rejects_name, rejects_size) IN (0, 3)", name="rejects_whole"),
        CheckConstraint("holds IN ('complaints', 'companies')", name="holds_known"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": HEADS, "admin": "holds = 'companies'"}
    id: Mapped[BigId]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    """The file itself, until its last day."""
    digest: Mapped[str]
    """What the journal names the import by; it stays."""
    keep_until: Mapped[date]
    """The last day on which the file is kept."""
    name: Mapped[str]
    size: Mapped[int]
    brought_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    brought_at: Mapped[Instant]
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Each with its name and its first values."""
    told: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The mapping, as a mapping file would tell it."""
    mapping: Mapped[str] = mapped_column(default="")
    """The name of the mapping, where it has one."""
    look_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id", ondelete="SET NULL"))
    """The dry run."""
    found: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What the dry run found: counts, and each reason with its first row."""
    rejects_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    rejects_name: Mapped[str | None]
    rejects_size: Mapped[int | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id", ondelete="SET NULL"))
    """The import: prepared by the dry run, and done once somebody starts it."""
    holds: Mapped[str] = mapped_column(default="complaints", server_default="complaints")
    """Complaints of another register, or companies for ours."""
    sent_back: Mapped[str] = mapped_column(default="", server_default="")
    """Why whoever keeps the register did not confirm it."""


class ImportMapping(Base):
    """How one kind of file is read, under a name that heads gave it."""

    __tablename__ = "import_mapping"
    __table_args__ = (CheckConstraint("name <> ''", name="named"),)
    __readers__: ClassVar[dict[str, str]] = {"staff": HEADS}
    id: Mapped[BigId]
    name: Mapped[str] = mapped_column(unique=True)
    told: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[Instant]
