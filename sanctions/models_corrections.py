"""Tables of clerical errors: what is to be corrected in which document, and the votes of those who decided."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models_cases import OWN_TRACK, CaseTrack
from core.db import Base, BigId, Instant
from sanctions.models_ballots import Cast

NOUGHT = text("0")


class TextCorrection(Base):
    """One correction that the head put before the deciding body; it holds counts, never who voted how."""

    __tablename__ = "text_correction"
    __table_args__ = (
        CheckConstraint("body IN ('PANEL', 'REVIEW', 'SIGNERS')", name="body_known"),
        CheckConstraint(
            "(body = 'PANEL') = (panel_id IS NOT NULL) AND (body = 'REVIEW') = (review_id IS NOT NULL)",
            name="body_named",
        ),
        CheckConstraint("outcome IN ('CARRIED', 'LOST', 'WITHDRAWN')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="outcome_if_ended"),
        CheckConstraint("outcome IS DISTINCT FROM 'CARRIED' OR yes * 2 > size", name="carried_by_votes"),
        CheckConstraint("notice_id IS NULL OR outcome = 'CARRIED'", name="notice_if_carried"),
        Index("uq_text_correction_open", "track_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": OWN_TRACK, "panel": OWN_TRACK}
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    """The document that holds the error."""
    called: Mapped[str]
    """Its number: not every member may read the document itself."""
    wrong: Mapped[str]
    corrected: Mapped[str]
    reason: Mapped[str]
    body: Mapped[str]
    """Who decided: a panel, a review body, or those who signed an admitted case."""
    panel_id: Mapped[int | None] = mapped_column(ForeignKey("panel.id"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"))
    size: Mapped[int]
    """How many it had."""
    put_at: Mapped[Instant]
    yes: Mapped[int] = mapped_column(default=0, server_default=NOUGHT)
    no: Mapped[int] = mapped_column(default=0, server_default=NOUGHT)
    abstained: Mapped[int] = mapped_column(default=0, server_default=NOUGHT)
    ended_at: Mapped[Instant | None]
    outcome: Mapped[str | None]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    """The notice of correction (D40), once it was carried."""
    track: Mapped[CaseTrack] = relationship()

    @property
    def ref(self) -> str:
        """The track it is about."""
        return self.track.ref

    @property
    def cast(self) -> int:
        """How many have voted."""
        return self.yes + self.no + self.abstained


class TextCorrectionVote(Cast, Base):
    """One person's secret vote on a correction, with its reasons."""

    __tablename__ = "text_correction_vote"
    __table_args__ = (
        UniqueConstraint("correction_id", "account_id"),
        CheckConstraint("choice IN ('FOR', 'AGAINST', 'ABSTAIN')", name="choice_known"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM text_correction c WHERE c.id = correction_id)",
        "panel": "account_id = zilu_account()",
    }
    id: Mapped[BigId]
    correction_id: Mapped[int] = mapped_column(ForeignKey("text_correction.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
