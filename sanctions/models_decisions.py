"""Tables of what is proposed and decided: proposals, statements, panels with their votes, decisions."""

import zlib
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models_cases import OF_TRACK, OWN_TRACK, CaseTrack
from core.clock import day_of
from core.db import Base, BigId, Instant, not_barred
from sanctions.models_ballots import Ballot

INSIDE = {"staff": OWN_TRACK, "panel": OWN_TRACK}


class Proposal(Base):
    """What the adjudication unit proposes to a panel, as the advance notice (D17) says it."""

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("track_id", "round"),)
    __readers__: ClassVar[dict[str, str]] = INSIDE
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"))
    round: Mapped[int]
    level: Mapped[int]
    """The heaviest measure: 1 to 5."""
    measures: Mapped[list[int]] = mapped_column(JSONB)
    """The levels proposed, the heaviest among them."""
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """By level, what each measure would order."""
    reasons: Mapped[str]
    scope: Mapped[str | None]
    """How far it would be published: MEMBERS or PUBLIC, for L4 and L5."""
    score: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[Instant]
    track: Mapped[CaseTrack] = relationship()


class Statement(Base):
    """What a respondent states about an advance notice, any number of times until the vote."""

    __tablename__ = "statement"
    __readers__: ClassVar[dict[str, str]] = OF_TRACK
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    round: Mapped[int]
    body: Mapped[str]
    stated_at: Mapped[Instant]
    stated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    came_on: Mapped[date | None]
    """The day on which one on paper was handed over or posted; `stated_at` is when it was entered then."""
    late: Mapped[bool]

    @property
    def day(self) -> date:
        """The day that counts: of what came on paper its own."""
        return self.came_on or day_of(self.stated_at)


class Panel(Base):
    """The members drawn to decide one track in one round."""

    __tablename__ = "panel"
    __table_args__ = (UniqueConstraint("track_id", "round"),)
    __readers__: ClassVar[dict[str, str]] = INSIDE
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"))
    round: Mapped[int]
    size: Mapped[int]
    seed: Mapped[str]
    """The seed of the draw, so that it can be repeated."""
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Quorum and majorities by the settings of the draw."""
    drawn_at: Mapped[Instant]
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    redraws: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """Draws in the place of recused members: seed, size of the pool, day, who drew, who was drawn."""
    tally: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """How many voted, and what it comes to once enough did: counts only, for members may not read others' votes."""
    members: Mapped[list["PanelMember"]] = relationship(back_populates="panel", order_by="PanelMember.id")


class PanelMember(Base):
    """One member of a panel; never the investigator or the reviewer of the track."""

    __tablename__ = "panel_member"
    __table_args__ = (UniqueConstraint("panel_id", "account_id"),)
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("track", "track_id"),
        "panel": "account_id = zilu_account()",
    }
    id: Mapped[BigId]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    chair: Mapped[bool] = mapped_column(default=False)
    outside: Mapped[bool] = mapped_column(default=False)
    recused_at: Mapped[Instant | None]
    panel: Mapped[Panel] = relationship(back_populates="members")


class Vote(Ballot, Base):
    """One member's secret vote with its reasons."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("member_id"),
        CheckConstraint("choice IN ('PROPOSED', 'LIGHTER', 'NONE', 'ABSTAIN')", name="choice_known"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM panel p WHERE p.id = panel_id)",
        "panel": "EXISTS (SELECT 1 FROM panel_member m WHERE m.id = member_id)",
    }
    id: Mapped[BigId]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    measures: Mapped[list[int]] = mapped_column(JSONB, default=list)
    """The levels voted for: never more than the proposal's."""


class Decision(Base):
    """What the panel decided on one track in one round."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("uq_decision_standing", "track_id", "round", unique=True, postgresql_where=text("set_aside_on IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = INSIDE
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    round: Mapped[int]
    level: Mapped[int]
    measures: Mapped[list[int]] = mapped_column(JSONB)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reasons: Mapped[str]
    statement_dealt: Mapped[str]
    """How the respondent's statement was dealt with."""
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    abstained: Mapped[int]
    decided_on: Mapped[date]
    effective_on: Mapped[date | None]
    set_aside_on: Mapped[date | None]
    """When a review quashed, varied or remitted it: from then on it is no history (I-14)."""
    immediate: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    """What the panel declared immediate: STOP_CONTACT, DELETE_DATA (S80)."""
    immediate_reasons: Mapped[str] = mapped_column(default="", server_default="")
    track: Mapped[CaseTrack] = relationship()


class PanelBackground(Base):
    """Where a member of the panel pool works: nobody decides about an employer, and one member comes from outside."""

    __tablename__ = "panel_background"
    __readers__: ClassVar[dict[str, str]] = {"staff": "true", "admin": "true"}
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    """The member institution or firm; none for somebody from outside."""
    organisation: Mapped[str] = mapped_column(default="", server_default="")
    """Where somebody from outside works, for the record of deliberation."""

    @property
    def version(self) -> int:
        """The version its form was opened on: the place is all that can change."""
        return zlib.crc32(f"{self.party_id}|{self.organisation}".encode())
