"""Tables of the archive: volumes bound from a matter's documents, each with its index."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import SUBJECT_NOT_BARRED, Base, BigId, BigRef, Instant
from core.forgetting import PROOF


class ArchiveVolume(Base):
    """One bound volume: of a track the main and the internal one, of a complaint the complainant's."""

    __tablename__ = "archive_volume"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "volume"),
        CheckConstraint("volume IN ('main', 'internal', 'complainant')", name="volume_known"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": SUBJECT_NOT_BARRED}
    id: Mapped[BigId]
    subject_kind: Mapped[str]
    subject_id: Mapped[BigRef]
    volume: Mapped[str]
    title: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date]
    pages: Mapped[int]
    retention_years: Mapped[int]
    """Copied from the setting when it was bound."""
    bound_at: Mapped[Instant]
    bound_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    pdf_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    """The volume as a PDF, once one was made of exactly these documents; its index then has the PDF's own pages."""
    erased_at: Mapped[Instant | None]
    """When its PDF was erased; its index stays, without what files were said to show."""
    erased_sha256: Mapped[str | None] = mapped_column(info=PROOF)
    """The digest of the PDF that was erased."""
    entries: Mapped[list["ArchiveEntry"]] = relationship(
        back_populates="volume_of", order_by="ArchiveEntry.place", cascade="all, delete-orphan"
    )


class ArchiveEntry(Base):
    """One line of a volume's index: what it is, its number and day, and on which pages it stands."""

    __tablename__ = "archive_entry"
    __table_args__ = (
        UniqueConstraint("volume_id", "place"),
        CheckConstraint("first_page > 0 AND pages > 0", name="pages_run_on"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM archive_volume v WHERE v.id = volume_id)",
    }
    id: Mapped[BigId]
    volume_id: Mapped[int] = mapped_column(ForeignKey("archive_volume.id"))
    place: Mapped[int]
    mark: Mapped[str]
    """What it is in the system: document:12, evidence:7, explanation:3."""
    title: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    day: Mapped[date]
    first_page: Mapped[int]
    pages: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(info=PROOF)
    volume_of: Mapped[ArchiveVolume] = relationship(back_populates="entries")
