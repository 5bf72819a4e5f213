"""Tables of what is published: circulars and bulletins, their texts, what is left out, and corrections."""

from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models_cases import CaseTrack
from core.db import Base, BigId, Instant, Versioned, not_barred

SHOWN = (
    "id", "party_id", "scope", "state", "slug", "codes", "level", "published_at", "document_id", "withdrawn_at",
    "withdrawn_because", "in_review", "ended_at", "version",
)  # fmt: skip
"""What readers outside may know of a publication: not who made and checked it, nor what they said about it."""


MEMBER_TODAY = (
    "EXISTS (SELECT 1 FROM basis b JOIN party p ON p.id = b.party_id WHERE b.party_id = zilu_party() "
    "AND b.kind = 'MEMBERSHIP' "
    "AND (now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN b.from_on AND coalesce(b.to_on, 'infinity') "
    "AND coalesce(p.ceased_on > (now() AT TIME ZONE 'Asia/Shanghai')::date, true))"
)
"""The same as `may_read_circulars`: whoever is a member no longer, or is gone, reads none, also none of its time."""


class Publication(Versioned, Base):
    """A members' circular or a public bulletin, from its draft to its expiry."""

    __tablename__ = "publication"
    __table_args__ = (
        Index(
            "uq_publication_standing",
            "decision_id",
            unique=True,
            postgresql_where=text("state NOT IN ('WITHDRAWN', 'DROPPED')"),
        ),
        CheckConstraint("scope IN ('MEMBERS', 'PUBLIC')", name="scope_known"),
        CheckConstraint(
            "(state IN ('PUBLISHED', 'WITHDRAWN', 'EXPIRED')) = (published_at IS NOT NULL)",
            name="published_at_if_published",
        ),
        CheckConstraint("approved_by IS NULL OR approved_by <> redacted_by", name="two_persons"),
        CheckConstraint("approved_by IS NULL OR approved_by <> ALL (authors)", name="no_author_approves"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("publication"),
        "public": "scope = 'PUBLIC' AND published_at IS NOT NULL",
        "party": f"published_at IS NOT NULL AND (scope = 'PUBLIC' OR {MEMBER_TODAY})",
        "complainant": "scope = 'PUBLIC' AND published_at IS NOT NULL",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = dict.fromkeys(("public", "party", "complainant"), SHOWN)
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    scope: Mapped[str]
    state: Mapped[str] = mapped_column(default="NEW")
    slug: Mapped[str] = mapped_column(unique=True)
    """The permanent part of its address."""
    codes: Mapped[list[str]] = mapped_column(JSONB, default=list)
    level: Mapped[int]
    redacted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The last person who had a hand in the draft."""
    authors: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    """Everybody who left something out of it, put something back, took a correction over or handed it in."""
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    comments: Mapped[str | None]
    published_at: Mapped[Instant | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    withdrawn_at: Mapped[Instant | None]
    withdrawn_because: Mapped[str | None]
    in_review: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """A review of the decision is open: whoever reads it is told (I-05)."""
    ended_at: Mapped[Instant | None]
    track: Mapped[CaseTrack] = relationship()
    texts: Mapped[list["PublicationText"]] = relationship(back_populates="publication", order_by="PublicationText.no")
    redactions: Mapped[list["Redaction"]] = relationship(back_populates="publication", order_by="Redaction.id")
    corrections: Mapped[list["BulletinCorrection"]] = relationship(
        back_populates="publication", order_by="BulletinCorrection.id"
    )

    @property
    def ref(self) -> str:
        """The permanent part of its address."""
        return self.slug

    def note_author(self, account_id: int | None) -> None:
        """Note that somebody had a hand in the draft, and so answers for what it leaves out."""
        self.redacted_by = account_id
        if account_id is not None and account_id not in self.authors:
            self.authors = [*self.authors, account_id]


class PublicationText(Base):
    """One version of a publication's text; the last one is shown, earlier ones are kept."""

    __tablename__ = "publication_text"
    __table_args__ = (UniqueConstraint("publication_id", "no"),)
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("publication", "publication_id"),
        "public": "shown AND EXISTS (SELECT 1 FROM publication p WHERE p.id = publication_id "
        "AND p.state IN ('PUBLISHED', 'WITHDRAWN'))",
        "party": "shown AND EXISTS (SELECT 1 FROM publication p WHERE p.id = publication_id "
        "AND p.state IN ('PUBLISHED', 'WITHDRAWN'))",
        "complainant": "shown AND EXISTS (SELECT 1 FROM publication p WHERE p.id = publication_id "
        "AND p.state IN ('PUBLISHED', 'WITHDRAWN'))",
    }
    id: Mapped[BigId]
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    no: Mapped[int]
    title: Mapped[str]
    summary: Mapped[dict[str, str]] = mapped_column(JSONB)
    """The table on top: number, party, kind of breach, measure, issuer, date."""
    body: Mapped[str]
    note: Mapped[str | None]
    """Why it was corrected, shown with its time."""
    shown: Mapped[bool] = mapped_column(default=False)
    at: Mapped[Instant]
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("text_correction.id"))
    """The last correction of the decision that this text follows, if there was one."""
    redaction_id: Mapped[int | None] = mapped_column(ForeignKey("redaction.id"))
    """What was left out besides, after it was published."""
    publication: Mapped[Publication] = relationship(back_populates="texts")


class Redaction(Base):
    """One passage of the served text that a publication leaves out, with the reason."""

    __tablename__ = "redaction"
    __readers__: ClassVar[dict[str, str]] = {"staff": not_barred("publication", "publication_id")}
    id: Mapped[BigId]
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    passage: Mapped[str]
    instead: Mapped[str]
    reason: Mapped[str]
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("text_correction.id"))
    """The last correction of the decision that the draft followed when this was left out of it, if there was one."""
    publication: Mapped[Publication] = relationship(back_populates="redactions")


class BulletinCorrection(Base):
    """A corrected text that somebody proposed, and what became of it: one at a time waits, another person decides."""

    __tablename__ = "bulletin_correction"
    __table_args__ = (
        CheckConstraint("outcome IN ('PLACED', 'REFUSED', 'TAKEN_BACK', 'LAPSED')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="outcome_if_ended"),
        CheckConstraint(
            "outcome NOT IN ('PLACED', 'REFUSED') OR (ended_by IS NOT NULL AND ended_by <> proposed_by)",
            name="decided_by_another",
        ),
        CheckConstraint(
            "outcome <> 'TAKEN_BACK' OR (ended_by IS NOT NULL AND ended_by = proposed_by)",
            name="taken_back_by_its_author",
        ),
        CheckConstraint("outcome <> 'REFUSED' OR btrim(reasons) <> ''", name="refused_with_reasons"),
        Index(
            "uq_bulletin_correction_waiting",
            "publication_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": not_barred("publication", "publication_id")}
    id: Mapped[BigId]
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("publication_text.id"), unique=True)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[Instant]
    outcome: Mapped[str | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[Instant | None]
    reasons: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was refused; never shown outside."""
    publication: Mapped[Publication] = relationship(back_populates="corrections")
    text: Mapped[PublicationText] = relationship()
