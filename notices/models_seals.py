"""Tables of the electronic seal: its certificates as they follow one another, and what was signed with them."""

from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, BigId, Instant
from notices.models import Document


class SealCertificate(Base):
    """A certificate of the seal and when it was in use; its key lies elsewhere, under a name."""

    __tablename__ = "seal_certificate"
    __table_args__ = (
        CheckConstraint("kind IN ('demonstration', 'production')", name="kind_known"),
        CheckConstraint("active_to IS NULL OR active_to > active_from", name="ends_after_it_began"),
        CheckConstraint("not_after > not_before", name="valid_for_a_time"),
        Index(
            "uq_seal_certificate_active",
            "active_to",
            unique=True,
            postgresql_where=text("active_to IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    __open__: ClassVar[str] = "certificates are public: every signed document carries its own"
    id: Mapped[BigId]
    kind: Mapped[str]
    key: Mapped[str]
    """The key's name in the file of keys; never the key."""
    fingerprint: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the certificate."""
    subject: Mapped[str]
    issuer: Mapped[str]
    serial: Mapped[str]
    not_before: Mapped[Instant]
    not_after: Mapped[Instant]
    chain: Mapped[str]
    """PEM: the seal's own certificate, its issuers after it, the root last."""
    active_from: Mapped[Instant]
    active_to: Mapped[Instant | None]

    @property
    def ref(self) -> str:
        """How the journal names it."""
        return f"seal certificate {self.fingerprint[:16]}"


class DocumentSeal(Base):
    """One document's one signature: asked for before it is made, so that asking again makes the same one (I-18)."""

    __tablename__ = "document_seal"
    __table_args__ = (
        CheckConstraint("(signed_sha256 IS NULL) = (done_at IS NULL)", name="done_with_digest"),
        CheckConstraint("(signed_sha256 IS NULL) = (level IS NULL)", name="done_with_level"),
        CheckConstraint("unsigned_size > 0", name="not_empty"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": "EXISTS (SELECT 1 FROM document d WHERE d.id = document_id)"}
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True, autoincrement=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("seal_certificate.id"), index=True)
    asked_at: Mapped[Instant]
    """The time that the signature states."""
    unsigned_sha256: Mapped[str] = mapped_column(index=True)
    unsigned_size: Mapped[int] = mapped_column(BigInteger)
    signed_sha256: Mapped[str | None] = mapped_column(unique=True)
    level: Mapped[str | None]
    """PAdES: B-B, B-T or B-LT."""
    done_at: Mapped[Instant | None]
    document: Mapped[Document] = relationship()
    certificate: Mapped[SealCertificate] = relationship()
