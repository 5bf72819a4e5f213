"""Tables of what a panel resolves besides its decision, and of rights that a respondent asks to have restored."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.models_cases import OF_TRACK
from core.clock import day_of
from core.db import Base, BigId, Instant
from sanctions.models_ballots import Ballot

INSIDE = {role: rule for role, rule in OF_TRACK.items() if role != "party"}


class Resolution(Base):
    """A panel announces something harsher on new facts, or returns the case with questions; it holds counts only."""

    __tablename__ = "resolution"
    __table_args__ = (
        CheckConstraint("kind IN ('HARSHER', 'RETURN')", name="kind_known"),
        CheckConstraint("yes > no + abstained", name="majority"),
    )
    __readers__: ClassVar[dict[str, str]] = INSIDE
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    round: Mapped[int]
    """The round in which it was resolved."""
    kind: Mapped[str]
    body: Mapped[str]
    """The new facts, or the questions."""
    reasons: Mapped[str]
    evidence: Mapped[list[int]] = mapped_column(JSONB, default=list)
    """What was not in the earlier advance notice."""
    yes: Mapped[int]
    no: Mapped[int]
    abstained: Mapped[int]
    resolved_at: Mapped[Instant]


class Motion(Base):
    """What a member puts to the panel besides its decision; each member votes, and it is carried or lost."""

    __tablename__ = "motion"
    __table_args__ = (
        CheckConstraint("kind IN ('HARSHER', 'RETURN')", name="kind_known"),
        CheckConstraint("outcome IN ('CARRIED', 'LOST', 'WITHDRAWN')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="outcome_if_ended"),
        Index("uq_motion_open", "track_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = INSIDE
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    kind: Mapped[str]
    body: Mapped[str]
    """The new facts, or the questions, one a line."""
    reasons: Mapped[str]
    allegation_id: Mapped[int | None] = mapped_column(ForeignKey("allegation.id"))
    """The violation that the new facts belong to."""
    evidence: Mapped[list[int]] = mapped_column(JSONB, default=list)
    measures: Mapped[list[int]] = mapped_column(JSONB, default=list)
    moved_by: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    moved_at: Mapped[Instant]
    tally: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    """How many voted, and how: counts only, for members may not read others' votes."""
    ended_at: Mapped[Instant | None]
    outcome: Mapped[str | None]


class MotionVote(Ballot, Base):
    """One member's secret vote on a motion, with its reasons."""

    __tablename__ = "motion_vote"
    __table_args__ = (
        UniqueConstraint("motion_id", "member_id"),
        CheckConstraint("choice IN ('FOR', 'AGAINST', 'ABSTAIN')", name="choice_known"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM motion m WHERE m.id = motion_id)",
        "panel": "EXISTS (SELECT 1 FROM panel_member m WHERE m.id = member_id)",
    }
    id: Mapped[BigId]
    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))


class Restoration(Base):
    """A respondent's request to have its windows opened again, after an obstacle not of its making."""

    __tablename__ = "restoration"
    __table_args__ = (
        CheckConstraint("granted_at IS NULL OR refused_at IS NULL", name="one_answer"),
        CheckConstraint("(refused_at IS NULL) = (refused_because IS NULL)", name="refused_with_reason"),
        CheckConstraint("ended_on <= asked_on", name="ended_before_asked"),
        Index(
            "uq_restoration_waiting",
            "track_id",
            "round",
            unique=True,
            postgresql_where=text("granted_at IS NULL AND refused_at IS NULL"),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = OF_TRACK
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    round: Mapped[int]
    obstacle: Mapped[str]
    ended_on: Mapped[date]
    """When the obstacle ended."""
    asked_on: Mapped[date]
    asked_at: Mapped[Instant]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    granted_at: Mapped[Instant | None]
    refused_at: Mapped[Instant | None]
    refused_because: Mapped[str | None]

    @property
    def came_on(self) -> date | None:
        """The day of a request on paper, unless it was entered on that day: then there is nothing to tell apart."""
        return self.asked_on if self.asked_on != day_of(self.asked_at) else None

    @property
    def waits(self) -> bool:
        """Whether it has not been answered yet."""
        return self.granted_at is None and self.refused_at is None
