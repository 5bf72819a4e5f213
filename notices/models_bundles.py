"""Tables of bundles: a matter's documents as one PDF, from the request to the file, and what it was made of."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import SUBJECT_NOT_BARRED, Base, BigId, BigRef, Instant

SHOWN, PANEL = HIDING = ("shown", "panel")
"""The variants with identities hidden: for the respondent, and for the panel."""
OF_THE_TRACK = (
    "variant = '{}' AND subject_kind = 'track' AND EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)"
)
"""True for whoever is not of the staff: only its own variant with identities hidden, of a track that is seen at all."""


class Bundle(Base):
    """One bundle of a subject: asked for, then made with so many pages, or failed; a new bundle is a new row."""

    __tablename__ = "bundle"
    __table_args__ = (
        CheckConstraint("variant IN ('main', 'internal', 'complainant', 'shown', 'panel')", name="variant_known"),
        CheckConstraint(
            "num_nulls(sha256, pages, size, made_at) IN (0, 4) AND (sha256 IS NULL OR trouble IS NULL)",
            name="made_whole",
        ),
        CheckConstraint("done BETWEEN 0 AND steps", name="progress_in_order"),
        Index("ix_bundle_subject", "subject_kind", "subject_id", "variant", "id"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": SUBJECT_NOT_BARRED,
        "party": OF_THE_TRACK.format(SHOWN),
        "panel": OF_THE_TRACK.format(PANEL),
    }
    id: Mapped[BigId]
    subject_kind: Mapped[str]
    subject_id: Mapped[BigRef]
    variant: Mapped[str]
    asked_at: Mapped[Instant]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    done: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    """Papers made ready, of how many; for the page that waits."""
    made_at: Mapped[Instant | None]
    pages: Mapped[int | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    made_of: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """Its entries with a digest of each, to tell how many have come or changed since."""
    erased_at: Mapped[Instant | None]
    """When the file was erased with its case."""
    trouble: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it could not be made, in both languages."""
