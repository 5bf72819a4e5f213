"""Table of contact events: each call, message or visit by a collector that somebody reported or a list shows."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Encrypted
from core.db import Base, BigId, Instant

KINDS = ("CALL_INTERACTIVE", "CALL_NOTICE", "CALL_ATTEMPT", "SMS", "IM", "LETTER", "VISIT")
"""Ways in which somebody can be contacted (domain 6.1)."""


class ContactEvent(Base):
    """One contact: when, in which way, by whom, to whom; evidence of a complaint."""

    __tablename__ = "contact_event"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind_known"),
        CheckConstraint("direction IN ('IN', 'OUT')", name="direction_known"),
        Index("ix_contact_event_day", "complaint_id", "at", "id"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": "true", "complainant": "complaint_id = zilu_complaint()"}
    id: Mapped[BigId]
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    stop_contact_id: Mapped[int | None] = mapped_column(ForeignKey("stop_contact.id"), index=True)
    """The request to stop that it went against."""
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    """By whom."""
    at: Mapped[Instant]
    direction: Mapped[str] = mapped_column(default="IN")
    """IN: somebody was contacted; OUT: somebody called back."""
    kind: Mapped[str]
    number: Mapped[str | None] = mapped_column(Encrypted)
    """The number of the person."""
    from_number: Mapped[str | None]
    """The number or signature it came from."""
    target_role: Mapped[str | None]
    """What the person contacted has to do with the debt."""
    connected: Mapped[bool | None]
    effective: Mapped[bool | None]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    """The recording or picture."""
    said: Mapped[str | None]
    """What was said, in the words of whoever reported it."""
    added_at: Mapped[Instant]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
