"""How entries of the register hang together: two that are one company, a company that goes on as another."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, BigId, Instant, Versioned
from registry.models import Party, by_value


class SuccessionKind(StrEnum):
    """How a company went on: taken in by another, divided up and gone, or a part of it split off."""

    ABSORBED = "ABSORBED"
    DIVIDED = "DIVIDED"
    SPLIT_OFF = "SPLIT_OFF"


ENDING = frozenset({SuccessionKind.ABSORBED, SuccessionKind.DIVIDED})
"""After these the predecessor exists no more."""


class PartyMerge(Versioned, Base):
    """That two entries are one company: which of them stands, why, and whether it was taken back."""

    __tablename__ = "party_merge"
    __table_args__ = (
        CheckConstraint("gone_id <> kept_id", name="two_entries"),
        CheckConstraint("(undone_at IS NULL) = (undo_reason = '')", name="undone_with_a_reason"),
        Index("uq_party_merge_standing", "gone_id", unique=True, postgresql_where=text("undone_at IS NULL")),
        Index("ix_party_merge_kept", "kept_id"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": "true", "admin": "true"}
    id: Mapped[BigId]
    gone_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party.id"))
    kept_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party.id"))
    reason: Mapped[str]
    marks: Mapped[dict[str, int]] = mapped_column(JSONB)
    """By column, the last row there was: what came later stays with the entry that stands."""
    member_no: Mapped[str | None]
    """The member number that the standing entry took over; it had none."""
    merged_at: Mapped[Instant]
    undone_at: Mapped[Instant | None]
    undo_reason: Mapped[str] = mapped_column(default="", server_default="")
    gone: Mapped[Party] = relationship(foreign_keys=[gone_id])
    kept: Mapped[Party] = relationship(foreign_keys=[kept_id])


class PartySuccession(Versioned, Base):
    """That a company goes on as another from a day, by which paper; or that this was entered by mistake."""

    __tablename__ = "party_succession"
    __table_args__ = (
        CheckConstraint("predecessor_id <> successor_id", name="two_companies"),
        CheckConstraint("evidence <> ''", name="with_evidence"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_because = '')", name="withdrawn_with_a_reason"),
        Index(
            "uq_party_succession_standing",
            "predecessor_id",
            "successor_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_party_succession_successor", "successor_id"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "true",
        "admin": "true",
        "panel": "true",
        "party": "predecessor_id = zilu_party() OR successor_id = zilu_party()",
    }
    id: Mapped[BigId]
    predecessor_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party.id"))
    successor_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party.id"))
    kind: Mapped[SuccessionKind] = mapped_column(by_value(SuccessionKind, "kind"))
    from_on: Mapped[date]
    evidence: Mapped[str]
    """The paper it rests on: entry in the business register, merger agreement, announcement."""
    withdrawn_at: Mapped[Instant | None]
    withdrawn_because: Mapped[str] = mapped_column(default="", server_default="")
    predecessor: Mapped[Party] = relationship(foreign_keys=[predecessor_id])
    successor: Mapped[Party] = relationship(foreign_keys=[successor_id])


class PartyMove(Base):
    """One row that was pointed at another entry, so that taking it back is exact."""

    __tablename__ = "party_move"
    __table_args__ = (
        CheckConstraint("num_nonnulls(merge_id, succession_id) = 1", name="of_one_reason"),
        Index("ix_party_move_merge", "merge_id"),
        Index("ix_party_move_succession", "succession_id"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "true",
        "admin": "true",
        "party": "EXISTS (SELECT 1 FROM party_succession s WHERE s.id = succession_id)",
        "panel": "EXISTS (SELECT 1 FROM party_succession s WHERE s.id = succession_id)",
    }
    id: Mapped[BigId]
    merge_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("party_merge.id"))
    succession_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("party_succession.id"))
    place: Mapped[str]
    """Table and column."""
    row_id: Mapped[int] = mapped_column(BigInteger)
