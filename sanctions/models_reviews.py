"""Tables of reviews: what was asked, the members drawn, their votes, and the result."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models_cases import OWN_TRACK, CaseTrack
from core.clock import day_of
from core.db import Base, BigId, Instant, Versioned
from sanctions.models_ballots import Ballot
from sanctions.models_decisions import Decision

STAYED = "STAYED"
"""The state of a review that stays a major decision: it lives by the rows of its track, not by its own."""


OWN_REVIEW = (
    "id", "track_id", "decision_id", "new_decision_id", "state", "own_motion", "basis", "grounds", "revoked",
    "revoked_on", "asked_at", "came_on", "asked_by", "ended_at", "outcome", "decided_on", "version",
)  # fmt: skip
"""What a respondent may know of a review: its outcome, not the draw, the count and the drafts of its reasons."""


class Review(Versioned, Base):
    """A review of one decision: asked by the respondent, or on the association's own motion."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("state NOT IN ('DECIDED', 'WITHDRAWN') OR ended_at IS NOT NULL", name="ended_at_if_ended"),
        CheckConstraint(
            "basis IN ('MINOR', 'RESTORED', 'REVOKED', 'MAJOR', 'ERROR', 'NEW_EVIDENCE')", name="basis_known"
        ),
        CheckConstraint("outcome IN ('UPHOLD', 'VARY', 'QUASH', 'REMIT', 'WITHDRAWN')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="outcome_if_ended"),
        Index("uq_review_open", "track_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": OWN_TRACK, "party": OWN_TRACK, "panel": OWN_TRACK}
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {"party": OWN_REVIEW}
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    """The decision reviewed."""
    new_decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    """What took its place, where it was varied."""
    state: Mapped[str] = mapped_column(default="NEW")
    own_motion: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str]
    grounds: Mapped[str]
    revoked: Mapped[str] = mapped_column(default="", server_default="")
    """Which document the decision rests on was revoked since, and by whom: to the letter."""
    revoked_on: Mapped[date | None]
    asked_at: Mapped[Instant]
    came_on: Mapped[date | None]
    """The day on which a request on paper was handed over or posted; `asked_at` is when it was entered then."""
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    size: Mapped[int | None]
    seed: Mapped[str | None]
    """The seed of the draw, so that it can be repeated."""
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Quorum and majorities by the settings of the draw."""
    drawn_at: Mapped[Instant | None]
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    redraws: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    tally: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """How many voted, and what it comes to once enough did: counts only."""
    ended_at: Mapped[Instant | None]
    outcome: Mapped[str | None]
    measures: Mapped[list[int] | None] = mapped_column(JSONB)
    """What a varied decision orders."""
    reasons: Mapped[str | None]
    questions: Mapped[str | None]
    """What is to be found out where the case is remitted."""
    decided_on: Mapped[date | None]
    track: Mapped[CaseTrack] = relationship()
    decision: Mapped[Decision] = relationship(foreign_keys=[decision_id])
    members: Mapped[list["ReviewMember"]] = relationship(back_populates="review", order_by="ReviewMember.id")

    @property
    def day(self) -> date:
        """The day that counts: of what came on paper its own."""
        return self.came_on or day_of(self.asked_at)

    @property
    def ref(self) -> str:
        """The track it is about."""
        return self.track.ref

    @property
    def standing(self) -> str:
        """Its state for readers: the row of a review that stays a decision keeps one state, so its outcome tells."""
        if self.state != STAYED or self.ended_at is None:
            return self.state
        return "WITHDRAWN" if self.outcome == "WITHDRAWN" else "DECIDED"

    @property
    def stayed(self) -> bool:
        """Whether it stays a major decision, so that this has no effect meanwhile."""
        return self.state == STAYED


class ReviewMember(Base):
    """One member drawn for a review; never one of those who decided, investigated or checked the case."""

    __tablename__ = "review_member"
    __table_args__ = (UniqueConstraint("review_id", "account_id"),)
    __readers__: ClassVar[dict[str, str]] = {"staff": OWN_TRACK, "panel": "account_id = zilu_account()"}
    id: Mapped[BigId]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    chair: Mapped[bool] = mapped_column(default=False)
    outside: Mapped[bool] = mapped_column(default=False)
    recused_at: Mapped[Instant | None]
    review: Mapped[Review] = relationship(back_populates="members")


class ReviewVote(Ballot, Base):
    """One member's secret vote in a review, with its reasons."""

    __tablename__ = "review_vote"
    __table_args__ = (
        UniqueConstraint("member_id"),
        CheckConstraint("choice IN ('UPHOLD', 'VARY', 'REMIT', 'QUASH', 'ABSTAIN')", name="choice_known"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM review r WHERE r.id = review_id)",
        "panel": "EXISTS (SELECT 1 FROM review_member m WHERE m.id = member_id)",
    }
    id: Mapped[BigId]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("review_member.id"))
    measures: Mapped[list[int]] = mapped_column(JSONB, default=list)
