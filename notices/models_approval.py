"""Tables of approval: steps of a dossier, versions of its draft, comments of approvers, requests to give it up."""

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from core.crypto import Encrypted, EncryptedJson
from core.db import Base, BigId, Instant
from core.forgetting import named_in
from notices.models import Dossier

READ_WITH_IT = "EXISTS (SELECT 1 FROM dossier d WHERE d.id = dossier_id)"
OF_DOSSIER = {"staff": READ_WITH_IT, "panel": READ_WITH_IT}
"""Whoever may read the dossier, which nobody may who was recused from its subject."""


class DossierStep(Base):
    """One step of the chain, as the setting stood when the dossier was first sent for approval."""

    __tablename__ = "dossier_step"
    __table_args__ = (
        UniqueConstraint("dossier_id", "position"),
        Index("ix_dossier_step_open", "role", "dossier_id", postgresql_where=text("done_at IS NULL")),
        CheckConstraint("step IN ('check', 'countersign', 'sign')", name="step"),
        CheckConstraint("(done_by IS NULL) = (done_at IS NULL)", name="done_by_somebody"),
    )
    __readers__: ClassVar[dict[str, str]] = OF_DOSSIER
    id: Mapped[BigId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    position: Mapped[int]
    step: Mapped[str]
    role: Mapped[str]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[Instant | None]
    said: Mapped[str | None] = mapped_column(Encrypted)
    of_version: Mapped[int | None]
    """The version of the draft that was approved."""
    dossier: Mapped[Dossier] = relationship()


class DossierVersion(Base):
    """One version of a draft: what was sent to make it, and the documents it would make."""

    __tablename__ = "dossier_version"
    __table_args__ = (
        UniqueConstraint("dossier_id", "number"),
        Index("ix_dossier_version_sent_sha256", "sent_sha256", postgresql_using="gin"),
    )
    __readers__: ClassVar[dict[str, str]] = OF_DOSSIER
    id: Mapped[BigId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    number: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[Instant]
    sent: Mapped[Any] = mapped_column(EncryptedJson)
    """The fields of the form and the files with it, by their hashes."""
    sent_sha256: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Those files: they stay for whoever approves it, and for doing it."""
    papers: Mapped[Any] = mapped_column(EncryptedJson)
    """Kind, language, recipient and frozen context of each outward document."""
    digest: Mapped[str]
    """The digest of the documents without what only issuing gives: what is signed must be what was approved."""

    @validates("sent")
    def _name_files(self, _field: str, sent: Any) -> Any:  # noqa: ANN401 - JSON
        self.sent_sha256 = named_in(sent["files"])
        return sent


class DossierComment(Base):
    """What an approver wrote about a version, or about one paragraph, perhaps with other words for it."""

    __tablename__ = "dossier_comment"
    __readers__: ClassVar[dict[str, str]] = OF_DOSSIER
    id: Mapped[BigId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    of_version: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[Instant]
    paper: Mapped[int | None]
    block: Mapped[int | None]
    """The paper of the version and its paragraph, counted from 0; empty where it is about the whole."""
    body: Mapped[str] = mapped_column(Encrypted)
    proposed: Mapped[str | None] = mapped_column(Encrypted)


class DossierRequest(Base):
    """A member of the body that decided asks to give the draft up; if more than half do, the body does."""

    __tablename__ = "dossier_request"
    __table_args__ = (UniqueConstraint("dossier_id", "account_id"),)
    __readers__: ClassVar[dict[str, str]] = OF_DOSSIER
    id: Mapped[BigId]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[Instant]
    reason: Mapped[str] = mapped_column(Encrypted)
