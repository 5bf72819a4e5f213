"""Tables of material that an institution asks its own firm for: the request with its answer, and the firm's files."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.crypto import Encrypted
from core.db import Base, BigId, BigRef, Instant, Versioned
from registry.models import Party


class MaterialRequest(Versioned, Base):
    """One question of an institution to its firm; nobody else reads it until parts are handed in."""

    __tablename__ = "material_request"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'ANSWERED', 'WITHDRAWN')", name="state_known"),
        CheckConstraint("subject_kind IN ('forwarding', 'track')", name="subject_known"),
        CheckConstraint("institution_id <> firm_id", name="two_parties"),
        CheckConstraint("(state = 'ANSWERED') = (answered_at IS NOT NULL)", name="answered_at_if_answered"),
        CheckConstraint("(state = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)", name="withdrawn_at_if_withdrawn"),
        Index("ix_material_request_subject", "subject_kind", "subject_id"),
        Index("ix_material_request_institution", "institution_id", "id"),
        Index("ix_material_request_firm", "firm_id", "id"),
        Index("ix_material_request_open", "due_on", postgresql_where=text("state = 'OPEN'")),
    )
    __readers__: ClassVar[dict[str, str]] = {"party": "institution_id = zilu_party() OR firm_id = zilu_party()"}
    id: Mapped[BigId]
    ref: Mapped[str] = mapped_column(unique=True)
    """ZL2026- and six random characters: nothing leads from it to the matter."""
    subject_kind: Mapped[str]
    subject_id: Mapped[BigRef]
    """The institution's own matter, whose number says nothing to the firm."""
    institution_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    asked: Mapped[str] = mapped_column(Encrypted)
    due_on: Mapped[date]
    """Earlier than the day on which the institution itself must answer."""
    state: Mapped[str] = mapped_column(default="OPEN")
    asked_at: Mapped[Instant]
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str | None] = mapped_column(Encrypted)
    answered_at: Mapped[Instant | None]
    taken_at: Mapped[Instant | None]
    """When the institution first took something of it over into its own draft."""
    put_aside_at: Mapped[Instant | None]
    """When the institution said that it needs nothing of the answer."""
    withdrawn_at: Mapped[Instant | None]
    withdrawn_because: Mapped[str | None]
    institution: Mapped[Party] = relationship(foreign_keys=[institution_id])
    firm: Mapped[Party] = relationship(foreign_keys=[firm_id])
    files: Mapped[list["MaterialFile"]] = relationship(back_populates="request", order_by="MaterialFile.id")
    lapsed = False
    """Said of what a page shows: it is open, and nobody needs an answer any more."""


class MaterialFile(Base):
    """A file of a firm's answer."""

    __tablename__ = "material_file"
    __readers__: ClassVar[dict[str, str]] = {
        "party": "EXISTS (SELECT 1 FROM material_request r WHERE r.id = request_id)"
    }
    id: Mapped[BigId]
    request_id: Mapped[int] = mapped_column(ForeignKey("material_request.id"), index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    request: Mapped[MaterialRequest] = relationship(back_populates="files")
