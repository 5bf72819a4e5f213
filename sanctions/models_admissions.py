"""Tables of admitted facts: what a respondent admitted, whether it was taken back or is final, and the signatures."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models_cases import OF_TRACK, CaseTrack
from core.clock import day_of
from core.db import Base, BigId, Instant


class Admission(Base):
    """A respondent's admission of the facts in one advance notice; at most one for each notice."""

    __tablename__ = "admission"
    __table_args__ = (
        UniqueConstraint("track_id", "round"),
        CheckConstraint("told", name="consequences_told"),
        CheckConstraint("(refused_at IS NULL) = (refused_because IS NULL)", name="refused_with_reason"),
        CheckConstraint("withdrawn_at IS NULL OR refused_at IS NULL", name="one_end"),
    )
    __readers__: ClassVar[dict[str, str]] = {role: rule for role, rule in OF_TRACK.items() if role != "panel"}
    """A panel that decides after an admission was taken back or refused reads nothing of it (I-23)."""
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"))
    round: Mapped[int]
    body: Mapped[str]
    """What the respondent says to it; may be empty."""
    signed_by: Mapped[str]
    position: Mapped[str]
    told: Mapped[bool]
    """The consequences were read: no panel, a decision on the facts of the notice, the right to a review stays."""
    admitted_at: Mapped[Instant]
    admitted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[Instant | None]
    withdrawal_came_on: Mapped[date | None]
    """The day on which a letter that takes it back was handed over or posted; `withdrawn_at` is when it was entered."""
    final_at: Mapped[Instant | None]
    """When the time to take it back had ended."""
    refused_at: Mapped[Instant | None]
    refused_because: Mapped[str | None]
    track: Mapped[CaseTrack] = relationship()

    @property
    def stands(self) -> bool:
        """Whether it was neither taken back nor refused."""
        return self.withdrawn_at is None and self.refused_at is None

    @property
    def withdrawn_on(self) -> date | None:
        """The day that counts: of a letter its own."""
        return self.withdrawal_came_on or (day_of(self.withdrawn_at) if self.withdrawn_at else None)


class AdmissionSignature(Base):
    """A signature that an admitted case needs beside the head's: an officer's, or a legal reviewer's."""

    __tablename__ = "admission_signature"
    __table_args__ = (
        UniqueConstraint("admission_id", "role"),
        UniqueConstraint("admission_id", "account_id"),
        CheckConstraint("role IN ('officer', 'legal')", name="role_known"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": "EXISTS (SELECT 1 FROM admission a WHERE a.id = admission_id)"}
    id: Mapped[BigId]
    admission_id: Mapped[int] = mapped_column(ForeignKey("admission.id"))
    role: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    opinion: Mapped[str]
    signed_at: Mapped[Instant]
