"""Tables of seals: certificates one after another, what was signed, what was stamped by hand."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, BigId, Instant
from core.forgetting import PROOF
from notices.models import Document


class SealCertificate(Base):
    """A certificate of the seal, and when it was in use; its key is kept elsewhere, under a name."""

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
        """The name in the journal."""
        return f"seal certificate {self.fingerprint[:16]}"


class DocumentSeal(Base):
    """The only signature of a document: noted before it is made, so that asking again makes the same one (I-18)."""

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
    unsigned_sha256: Mapped[str] = mapped_column(index=True, info=PROOF)
    unsigned_size: Mapped[int] = mapped_column(BigInteger)
    signed_sha256: Mapped[str | None] = mapped_column(unique=True, info=PROOF)
    level: Mapped[str | None]
    """PAdES: B-B, B-T or B-LT."""
    done_at: Mapped[Instant | None]
    document: Mapped[Document] = relationship()
    certificate: Mapped[SealCertificate] = relationship()


OF_DOCUMENT = {"staff": "EXISTS (SELECT 1 FROM document d WHERE d.id = document_id)"}


class DocumentPrint(Base):
    """The unsealed file of a document to be printed, stamped and scanned; it is kept, and never served."""

    __tablename__ = "document_print"
    __table_args__ = (CheckConstraint("pages > 0", name="not_empty"),)
    __readers__: ClassVar[dict[str, str]] = OF_DOCUMENT
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    pages: Mapped[int]
    made_at: Mapped[Instant]
    document: Mapped[Document] = relationship()


class SealLine(Base):
    """One line of the seal log: written once, with the scan of what was stamped, and never changed."""

    __tablename__ = "seal_line"
    __table_args__ = (
        CheckConstraint("copies BETWEEN 1 AND 999", name="some_copies"),
        Index("ix_seal_line_newest", text("day DESC"), text("id DESC")),
    )
    __readers__: ClassVar[dict[str, str]] = OF_DOCUMENT
    id: Mapped[BigId]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    number: Mapped[str]
    day: Mapped[date]
    """The day on which it was stamped."""
    copies: Mapped[int]
    keeper_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who signed for issue; empty if the system issued it."""
    scan_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    """Empty once the document was erased."""
    scan_pages: Mapped[int]
    noted_at: Mapped[Instant]
    document: Mapped[Document] = relationship()
