"""The rulebook: instruments, their provisions in our own words, and the violation codes that cite them."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, BigId, Instant, Versioned


class Instrument(Versioned, Base):
    """A convention, standard or law that provisions stand in."""

    __tablename__ = "instrument"
    __held__: ClassVar[bool] = True
    __open__: ClassVar[str] = "the rulebook is public"
    id: Mapped[BigId]
    key: Mapped[str] = mapped_column(unique=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    issuer: Mapped[str] = mapped_column(server_default="")
    issued_on: Mapped[date | None]
    in_force_on: Mapped[date | None]
    replaced_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(server_default="")


class Provision(Versioned, Base):
    """One clause, summarised in our words; only a verified one may carry a decision in production (I-09)."""

    __tablename__ = "provision"
    __held__: ClassVar[bool] = True
    __table_args__ = (
        Index("uq_provision_clause", "instrument_id", "clause", "effective_from", unique=True),
        CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="to_after_from"),
        CheckConstraint("(verified_by IS NULL) = (verified_at IS NULL)", name="verified_by_somebody"),
    )
    __open__: ClassVar[str] = "the rulebook is public"
    id: Mapped[BigId]
    instrument_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("instrument.id"))
    clause: Mapped[str] = mapped_column(server_default="")
    """As it is cited, e.g. 5.3; empty for the instrument as a whole while its articles are not checked."""
    title_zh: Mapped[str]
    title_en: Mapped[str]
    summary_zh: Mapped[str] = mapped_column(server_default="")
    summary_en: Mapped[str] = mapped_column(server_default="")
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    verified_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"))
    verified_at: Mapped[Instant | None]
    instrument: Mapped[Instrument] = relationship()

    def cited(self, lang: str = "zh") -> str:
        """How a document names it."""
        if lang.startswith("en"):
            part = "clause" if "." in self.clause else "article"
            return f"{self.instrument.title_en}, {part} {self.clause}" if self.clause else self.instrument.title_en
        return f"《{self.instrument.title_zh}》" + (f"第{self.clause}条" if self.clause else "")


class Violation(Versioned, Base):
    """A code of the taxonomy; its family is the letter after V-."""

    __tablename__ = "violation"
    __held__: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("code ~ '^V-[A-Z][0-9]{2}$'", name="code_form"),
        CheckConstraint("severity BETWEEN 1 AND 5", name="severity"),
        CheckConstraint("family = substr(code, 3, 1)", name="family"),
    )
    __open__: ClassVar[str] = "the rulebook is public"
    code: Mapped[str] = mapped_column(primary_key=True)
    zh: Mapped[str]
    en: Mapped[str]
    severity: Mapped[int]
    family: Mapped[str]
    retired: Mapped[bool] = mapped_column(server_default=text("false"))

    def name(self, lang: str = "zh") -> str:
        """Say what it is called in the reader's language."""
        return self.en if lang.startswith("en") else self.zh


class ViolationCite(Base):
    """A provision that a violation code breaches."""

    __tablename__ = "violation_cite"
    __open__: ClassVar[str] = "the rulebook is public"
    violation_code: Mapped[str] = mapped_column(ForeignKey("violation.code"), primary_key=True)
    provision_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("provision.id"), primary_key=True)
    provision: Mapped[Provision] = relationship()
