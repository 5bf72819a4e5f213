"""Table of requests to stop contacting a number: by whose complaint, to which company, and what became of each."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models import Complaint
from core.crypto import Encrypted
from core.db import Base, BigId, Instant, Versioned, not_barred
from registry.models import Party


class StopContact(Versioned, Base):
    """One number that one company is asked not to contact any more; it learns the number and nothing else."""

    __tablename__ = "stop_contact"
    __table_args__ = (
        CheckConstraint("state IN ('NEW', 'REQUESTED', 'DECLINED') OR party_id IS NOT NULL", name="relayed_has_party"),
        CheckConstraint("(state = 'DECLINED') <= (declined_why IS NOT NULL)", name="declined_says_why"),
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
        "party": ("id", "ref", "party_id", "number", "state", "relayed_on", "confirmed_at", "version"),
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
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    complaint: Mapped[Complaint] = relationship()
    party: Mapped[Party | None] = relationship()
