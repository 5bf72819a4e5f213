"""Table of requests to stop contacting a number: by whose complaint, to which company, and what became of each."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models import Complaint
from core.clock import day_of
from core.crypto import Encrypted
from core.db import Base, BigId, Instant, Versioned, not_barred
from registry.models import Party


class StopContact(Versioned, Base):
    """One number that one company is asked not to contact any more; it learns the number and nothing else."""

    __tablename__ = "stop_contact"
    __table_args__ = (
        CheckConstraint("state IN ('NEW', 'REQUESTED', 'DECLINED') OR party_id IS NOT NULL", name="relayed_has_party"),
        CheckConstraint("(state = 'DECLINED') <= (declined_why IS NOT NULL)", name="declined_says_why"),
        CheckConstraint("num_nulls(scan_sha256, scan_name, scan_type) IN (0, 3)", name="scan_whole"),
        CheckConstraint("(state = 'CONFIRMED') <= (confirmed_at IS NOT NULL)", name="confirmed_at_if_confirmed"),
        Index(
            "uq_stop_contact_asked",
            "complaint_id",
            "party_id",
            "number_hash",
            unique=True,
            postgresql_where=text("state <> 'DECLINED'"),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("complaint", "complaint_id"),
        "party": "party_id = zilu_party() AND state NOT IN ('NEW', 'REQUESTED', 'DECLINED')",
        "complainant": "complaint_id = zilu_complaint()",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {
        "party": (
            *("id", "ref", "party_id", "number", "state", "relayed_on", "confirmed_at", "confirmed_came_on"),
            "version",
        ),
    }
    """A company never reads of which complaint a number is."""
    id: Mapped[BigId]
    ref: Mapped[str] = mapped_column(unique=True)
    """TL2026- and six random characters: nothing leads from it to the complaint."""
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    """Who is asked; staff say it where the register did not know the company by its name."""
    number: Mapped[str] = mapped_column(Encrypted)
    number_hash: Mapped[bytes]
    confirmed_own: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The holder of the number confirmed it."""
    state: Mapped[str] = mapped_column(default="NEW", index=True)
    requested_at: Mapped[Instant]
    relayed_on: Mapped[date | None]
    declined_why: Mapped[str | None]
    confirmed_at: Mapped[Instant | None]
    confirmed_came_on: Mapped[date | None]
    """The day on which a confirmation on paper was handed over or posted; `confirmed_at` is its entry then."""
    scan_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    """What the company wrote on paper that it has stopped, scanned; read by staff who see originals."""
    scan_name: Mapped[str | None]
    scan_type: Mapped[str | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    complaint: Mapped[Complaint] = relationship()
    party: Mapped[Party | None] = relationship()

    @property
    def confirmed_on(self) -> date | None:
        """The day of its confirmation; of what came on paper its own."""
        return self.confirmed_came_on or (day_of(self.confirmed_at) if self.confirmed_at else None)
