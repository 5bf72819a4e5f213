"""Tables of recusals: who takes no part in a case and why, and the interests people declared."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models_cases import CaseFile
from core.db import Base, BigId, Instant, Versioned, not_barred
from registry.models import Party
from registry.models_accounts import Account

GROUNDS = ("EMPLOYED", "SHARES", "BUSINESS", "RELATIVE", "TOOK_PART")
"""The list of domain 6.3: employed by, shareholder of, doing business with a company concerned; relative; took part."""
INTERESTS = ("EMPLOYED", "SHARES", "BUSINESS", "RELATIVE")
"""What can be declared before any case."""
LIVE = ("ASKED", "GRANTED")


class Recusal(Versioned, Base):
    """That one person takes no part in one case: asked, declared or found; granted or refused."""

    __tablename__ = "recusal"
    __table_args__ = (
        CheckConstraint("ground IN ('EMPLOYED', 'SHARES', 'BUSINESS', 'RELATIVE', 'TOOK_PART')", name="ground_known"),
        CheckConstraint("state NOT IN ('GRANTED', 'REFUSED') OR decided_at IS NOT NULL", name="decided_at_if_decided"),
        CheckConstraint("state <> 'REFUSED' OR reasons <> ''", name="refused_with_reasons"),
        Index(
            "uq_recusal_live",
            "case_id",
            "account_id",
            unique=True,
            postgresql_where=text("state IN ('ASKED', 'GRANTED')"),
        ),
        Index("ix_recusal_account", "account_id", "state"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": f"account_id = zilu_account() OR {not_barred('case', 'case_id')}",
        "party": "party_id = zilu_party()",
        "complainant": "complaint_id = zilu_complaint()",
        "panel": "account_id = zilu_account() OR EXISTS (SELECT 1 FROM case_track t WHERE t.case_id = recusal.case_id)",
    }
    id: Mapped[BigId]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    """Who takes no part."""
    part: Mapped[str]
    """What the person does in the case: officer, investigator, reviewer, head, secretary, panel, chair, review."""
    state: Mapped[str] = mapped_column(default="NEW")
    how: Mapped[str]
    """ASKED, DECLARED or FOUND."""
    ground: Mapped[str]
    facts: Mapped[str]
    asked_at: Mapped[Instant]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    """The respondent that asked."""
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    """The complaint whose complainant asked."""
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who chairs the panel on which the person sits, and so decides."""
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reasons: Mapped[str] = mapped_column(default="", server_default="")
    case: Mapped[CaseFile] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    @property
    def ref(self) -> str:
        """The case it is about."""
        return self.case.ref


class Interest(Base):
    """What ties somebody of the staff or a pool to a company: it bars from cases about it, and for a time after."""

    __tablename__ = "interest"
    __table_args__ = (
        CheckConstraint("kind IN ('EMPLOYED', 'SHARES', 'BUSINESS', 'RELATIVE')", name="kind_known"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="ends_after_its_beginning"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": "true", "panel": "account_id = zilu_account()"}
    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    declared_at: Mapped[Instant]
    party: Mapped[Party] = relationship()
