"""Tables of contact events: each call, message or visit that somebody reported or a list shows; how many a day."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.crypto import Encrypted
from core.db import Base, BigId, Instant, not_barred
from registry.models import Party

KINDS = ("CALL_INTERACTIVE", "CALL_NOTICE", "CALL_ATTEMPT", "SMS", "IM", "LETTER", "VISIT")
"""Ways in which somebody can be contacted (domain 6.1)."""


class ContactEvent(Base):
    """One contact: when, in which way, by whom, to whom; evidence of a complaint."""

    __tablename__ = "contact_event"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind_known"),
        CheckConstraint("direction IN ('IN', 'OUT')", name="direction_known"),
        CheckConstraint("num_nonnulls(complaint_id, case_id) >= 1", name="of_something"),
        CheckConstraint("(out_at IS NULL) = (out_because IS NULL)", name="out_has_reason"),
        CheckConstraint("effective IS NOT TRUE OR connected", name="effective_was_connected"),
        Index("ix_contact_event_day", "complaint_id", "at", "id"),
        Index("ix_contact_event_case", "case_id", "at", "id"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("contact_event"),
        "complainant": "complaint_id = zilu_complaint() AND stop_contact_id IS NOT NULL",
    }
    id: Mapped[BigId]
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    stop_contact_id: Mapped[int | None] = mapped_column(ForeignKey("stop_contact.id"), index=True)
    """The request to stop that it went against."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    """The case for which it was entered."""
    debtor: Mapped[str | None]
    """Which debtor it is about, as a running number, where no complaint of the case is that person's."""
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    """By whom."""
    principal_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    """For which institution a firm acted, where it is known."""
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
    """Whether the person was really spoken to; nothing where it is not known."""
    seconds: Mapped[int | None]
    """How long it lasted."""
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), index=True)
    """The recording or picture, or the call list."""
    line: Mapped[int | None]
    """The row of the call list."""
    said: Mapped[str | None]
    """What was said, in the words of whoever reported it."""
    added_at: Mapped[Instant]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    out_at: Mapped[Instant | None]
    """When it was taken out: since then it counts for nothing."""
    out_because: Mapped[str | None]
    party: Mapped[Party | None] = relationship(foreign_keys=party_id)


OF_ALLEGATION = "EXISTS (SELECT 1 FROM allegation a WHERE a.id = allegation_id)"


class ContactTable(Base):
    """How often a debtor or a number was called each day, as counted when the table was attached to a finding."""

    __tablename__ = "contact_table"
    __table_args__ = (
        CheckConstraint("counter IN ('INTERACTIVE', 'NOTICE', 'ATTEMPT')", name="counter_known"),
        CheckConstraint("most > 0", name="most_is_a_number"),
        Index(
            "ix_contact_table_current",
            "allegation_id",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": OF_ALLEGATION, "panel": OF_ALLEGATION}
    id: Mapped[BigId]
    allegation_id: Mapped[int] = mapped_column(ForeignKey("allegation.id"), index=True)
    counter: Mapped[str]
    institution_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    """Over whose firms it was summed; of unanswered calls the company itself."""
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    """On the track of a firm, and of unanswered calls: the only company whose calls it shows."""
    most: Mapped[int]
    """How many a day were allowed by the setting when it was attached."""
    basis: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Companies by name, and day by day how often each called whom; no number and no name of a person."""
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    """The same as a file, which the finding cites."""
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    replaced_at: Mapped[Instant | None]
    """When a newer one took its place."""
