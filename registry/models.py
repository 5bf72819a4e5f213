"""Institutions and collection firms: names, what binds them to the rules, service addresses, engagements."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from sqlalchemy import BigInteger, CheckConstraint, Enum, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from core.crypto import Encrypted
from core.db import Base, BigId, Instant, Versioned
from core.pinyin import sort_key
from registry.names import fold, fold_number, in_language


def by_value(words: type[StrEnum], name: str) -> Enum:
    """Keep an enumeration as its words, with a CHECK of that name."""
    return Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class PartyKind(StrEnum):
    """A lender or platform, or a firm that collects for one."""

    INSTITUTION = "INSTITUTION"
    FIRM = "FIRM"


class AliasKind(StrEnum):
    """By what else people know a party."""

    SHORT = "SHORT"
    FORMER = "FORMER"
    APP = "APP"
    SMS_SIGNATURE = "SMS_SIGNATURE"
    NUMBER = "NUMBER"
    WEB = "WEB"


class BasisKind(StrEnum):
    """Why the association's rules bind a party."""

    MEMBERSHIP = "MEMBERSHIP"
    SIGNATORY = "SIGNATORY"
    UNDERTAKING = "UNDERTAKING"


VIA_PRINCIPAL = "VIA_PRINCIPAL"
"""No basis on the day of the conduct: the association reaches the party through its principal only."""


class BasisStatus(StrEnum):
    """How a basis stands; suspended rights leave the duties."""

    ACTIVE = "ACTIVE"
    RIGHTS_SUSPENDED = "RIGHTS_SUSPENDED"
    WITHDRAWN = "WITHDRAWN"
    EXPELLED = "EXPELLED"


EVERYBODY: dict[str, str] = {
    "staff": "true",
    "admin": "true",
    "panel": "true",
    "party": "true",
    "complainant": "true",
    "public": "true",
}


class Party(Versioned, Base):
    """An institution or a collection firm."""

    __tablename__ = "party"
    __held__: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'", name="uscc_form"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint("(ceased_on IS NULL) = (ceased_evidence = '')", name="ceased_with_evidence"),
        CheckConstraint("(coming_on IS NULL) = (coming_zh = '')", name="coming_name_has_a_day"),
        CheckConstraint("language IN ('zh', 'en')", name="language_known"),
        Index("ix_party_folded_zh", "folded_zh"),
        Index("ix_party_folded_en", "folded_en"),
        Index("ix_party_merged_into", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = EVERYBODY
    id: Mapped[BigId]
    kind: Mapped[PartyKind] = mapped_column(by_value(PartyKind, "kind"))
    name_zh: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="", server_default="")
    folded_zh: Mapped[str]
    folded_en: Mapped[str] = mapped_column(default="", server_default="")
    sort_zh: Mapped[str] = mapped_column(server_default="")
    """Where its Chinese name stands in a list (core.pinyin)."""
    uscc: Mapped[str] = mapped_column(unique=True)
    """Unified social credit code (GB 32100)."""
    member_no: Mapped[str | None] = mapped_column(unique=True)
    named_executive: Mapped[str] = mapped_column(server_default="")
    """The senior executive named for collection, who signs reports."""
    language: Mapped[str] = mapped_column(default="zh", server_default="zh")
    """In which it is written to: what is issued to it in English carries the Chinese text, which is authentic."""
    second_factor: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether all its people sign in with a second factor, as its lead requires."""
    suspended_at: Mapped[Instant | None]
    """Since when nothing new is sent to it: it is being wound up, or its entry was a mistake."""
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("party.id"))
    """The entry that stands for the same company; this one keeps its names, so that it is still found."""
    ceased_on: Mapped[date | None]
    """The day from which the company exists no more."""
    ceased_evidence: Mapped[str] = mapped_column(default="", server_default="")
    """The paper that shows it: the entry of its deregistration, or of the merger."""
    coming_zh: Mapped[str] = mapped_column(default="", server_default="")
    coming_en: Mapped[str] = mapped_column(default="", server_default="")
    coming_on: Mapped[date | None]
    """The first day of a new name that is known already."""
    created_at: Mapped[Instant] = mapped_column(server_default=text("now()"))
    aliases: Mapped[list["PartyAlias"]] = relationship(
        back_populates="party",
        order_by="PartyAlias.id",
        viewonly=True,
    )

    @validates("name_zh", "name_en")
    def _fold_names(self, field: str, value: str) -> str:
        setattr(self, f"folded_{field[-2:]}", fold(value))
        if field == "name_zh":
            self.sort_zh = sort_key(value)
        return value

    def name(self, lang: str = "zh") -> str:
        """Give the name in the reader's language."""
        return in_language(self.name_zh, self.name_en, lang)

    @property
    def state(self) -> str:
        """Where it stands, as register and journal say it: what ended it comes before what keeps new things from it."""
        if self.merged_into_id is not None:
            return "MERGED"
        if self.ceased_on is not None:
            return "CEASED"
        return "SUSPENDED" if self.suspended_at is not None else "ENTERED"

    @property
    def lang(self) -> Literal["zh", "en"]:
        """The language in which it is written to."""
        return "en" if self.language == "en" else "zh"


class PartyAlias(Base):
    """Another name: people know the app, the signature in a message or the number, not the company."""

    __tablename__ = "party_alias"
    __table_args__ = (
        UniqueConstraint("party_id", "kind", "value"),
        Index("ix_party_alias_folded", "folded"),
        Index("ix_party_alias_came_with", "came_with_id", postgresql_where=text("came_with_id IS NOT NULL")),
        CheckConstraint("to_on IS NULL OR from_on IS NULL OR to_on >= from_on", name="to_after_from"),
    )
    __readers__: ClassVar[dict[str, str]] = EVERYBODY
    id: Mapped[BigId]
    party_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party.id"))
    kind: Mapped[AliasKind] = mapped_column(by_value(AliasKind, "kind"))
    value: Mapped[str]
    folded: Mapped[str]
    """The value as it is compared (registry.names)."""
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    came_with_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("party_merge.id"))
    """The merge with which it came from another entry: that one was called so, and this one never was."""
    party: Mapped[Party] = relationship(back_populates="aliases")

    @validates("kind", "value")
    def _fold_value(self, field: str, given: str) -> str:
        kind, value = (given, self.value) if field == "kind" else (self.kind, given)
        self.folded = fold_number(value or "") if kind == AliasKind.NUMBER else fold(value or "")
        return given


class Basis(Versioned, Base):
    """Membership, signature or undertaking, from a day to a day; the day of the conduct decides."""

    __tablename__ = "basis"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="to_after_from"),
        CheckConstraint("status NOT IN ('WITHDRAWN', 'EXPELLED') OR to_on IS NOT NULL", name="ended_has_a_day"),
        Index("ix_basis_party", "party_id", "from_on"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "true",
        "admin": "true",
        "panel": "true",
        "party": "party_id = zilu_party()",
    }
    id: Mapped[BigId]
    party_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party.id"))
    kind: Mapped[BasisKind] = mapped_column(by_value(BasisKind, "kind"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    """The last day it binds."""
    status: Mapped[BasisStatus] = mapped_column(by_value(BasisStatus, "status"), server_default="ACTIVE")
    document: Mapped[str] = mapped_column(server_default="")
    """The paper it rests on: certificate, signed page, minutes."""
    party: Mapped[Party] = relationship()


class ServiceAddress(Base):
    """Where a party is served: what its lead confirmed in D28; the newest without an end counts."""

    __tablename__ = "service_address"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="to_after_from"),
        CheckConstraint(
            "service_rule = 'OPENED_OR_DEEMED' OR (service_rule = 'ARRIVAL' AND electronic)", name="agreed"
        ),
        CheckConstraint(
            "num_nulls(deemed_after, deemed_unit) IN (0, 2) AND "
            "(deemed_after IS NULL OR (deemed_after > 0 AND electronic AND service_rule = 'OPENED_OR_DEEMED'))",
            name="deemed_as_agreed",
        ),
        Index("uq_service_address_current", "party_id", unique=True, postgresql_where=text("to_on IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "true",
        "admin": "true",
        "party": "party_id = zilu_party()",
    }
    id: Mapped[BigId]
    party_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party.id"))
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"))
    """The account that receives electronic notices; none where the party wants paper."""
    electronic: Mapped[bool]
    service_rule: Mapped[str] = mapped_column(server_default="OPENED_OR_DEEMED")
    """When a notice in the portal counts as served, as agreed in it: PORTAL_SERVICE of that day."""
    deemed_after: Mapped[int | None]
    """How long after the alert an unopened notice counts as served, as agreed in it; none before 0171."""
    deemed_unit: Mapped[str | None]
    postal_address: Mapped[str]
    contact_name: Mapped[str] = mapped_column(Encrypted)
    contact_phone: Mapped[str] = mapped_column(Encrypted)
    signed_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id"))
    signed_name: Mapped[str] = mapped_column(Encrypted)
    signed_at: Mapped[Instant]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    party: Mapped[Party] = relationship()


class Engagement(Versioned, Base):
    """An institution has a firm collect for it, from a day to a day."""

    __tablename__ = "engagement"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="to_after_from"),
        CheckConstraint("institution_id <> firm_id", name="two_parties"),
        Index("ix_engagement_institution", "institution_id", "from_on"),
        Index("ix_engagement_firm", "firm_id", "from_on"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "true",
        "admin": "true",
        "panel": "true",
        "party": "institution_id = zilu_party() OR firm_id = zilu_party()",
    }
    id: Mapped[BigId]
    institution_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party.id"))
    firm_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    products: Mapped[str] = mapped_column(server_default="")
    white_list_url: Mapped[str] = mapped_column(server_default="")
    subcontracting_allowed: Mapped[bool] = mapped_column(server_default=text("false"))
    contract: Mapped[str] = mapped_column(server_default="")
    last_evaluated_on: Mapped[date | None]
    institution: Mapped[Party] = relationship(foreign_keys=[institution_id])
    firm: Mapped[Party] = relationship(foreign_keys=[firm_id])
