"""Accounts, their roles and secrets, open sessions, one-time links, and the tries that throttle signing in."""

from enum import StrEnum
from typing import Any, ClassVar, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    and_,
    func,
    literal_column,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.crypto import Encrypted
from core.db import Base, BigId, Instant, Versioned
from registry.models import Party, by_value


class Audience(StrEnum):
    """Which part of the house an account opens."""

    STAFF = "staff"
    PARTY = "party"
    ADMIN = "admin"


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    INVITATION = "INVITATION"
    PASSWORD = "PASSWORD"  # noqa: S105 - a purpose, not a password
    SECOND_FACTOR = "SECOND_FACTOR"
    MAIL = "MAIL"


class TryKind(StrEnum):
    """What was tried."""

    PASSWORD = "PASSWORD"  # noqa: S105 - a kind of try
    CODE = "CODE"
    MAIL = "MAIL"


ROLES: dict[Audience, tuple[str, ...]] = {
    Audience.STAFF: (
        "intake",
        "officer",
        "investigator",
        "head",
        "reviewer",
        "secretary",
        "panel",
        "review body",
        "council",
        "publisher",
        "seal keeper",
    ),
    Audience.PARTY: ("respondent", "lead", "member"),
    Audience.ADMIN: ("system_admin", "security_admin", "audit_admin"),
}
"""The words of the state tables, so that a row's `who` can be compared with an actor's roles."""

WITHDRAWN = "invitation withdrawn"
"""Why an account is locked whose invitation was taken back; sending it again opens it."""
REPLACED = "another administrator was named instead"
"""Why the account of one of the first administrators is locked in whose place the operator named somebody."""
_ALL_ROLES = ", ".join(f"'{role}'" for roles in ROLES.values() for role in roles)


class Account(Versioned, Base):
    """A person who signs in."""

    __tablename__ = "account"
    __held__: ClassVar[bool] = True
    __table_args__ = (CheckConstraint("(audience = 'party') = (party_id IS NOT NULL)", name="party_if_of_a_party"),)
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "true",
        "admin": "true",
        "panel": "audience = 'staff'",
        "party": "party_id = zilu_party()",
    }
    id: Mapped[BigId]
    mail: Mapped[str] = mapped_column(Encrypted)
    mail_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str]
    audience: Mapped[Audience] = mapped_column(by_value(Audience, "audience"))
    party_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("party.id"))
    language: Mapped[str] = mapped_column(default="zh", server_default="zh")
    locked_at: Mapped[Instant | None]
    lock_reason: Mapped[str] = mapped_column(server_default="")
    locked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"))
    """A lead opens again what a lead of the company locked, and nothing that the association locked."""
    invited_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"))
    """Who brought this person in, and to nobody but a company's people gives a role; none where the operator did."""
    invited: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Invited, and has not come in yet: told of nothing, and signs for nobody."""
    demonstration: Mapped[bool] = mapped_column(server_default=text("false"))
    """Made by the demonstration: its password and code may be shown, in demonstration mode only."""
    created_at: Mapped[Instant] = mapped_column(server_default=text("now()"))
    party: Mapped[Party | None] = relationship()
    roles: Mapped[list["AccountRole"]] = relationship(
        primaryjoin="Account.id == AccountRole.account_id",
        order_by="AccountRole.role",
        viewonly=True,
    )

    @hybrid_property
    def works(self) -> bool:
        """Whether somebody can be given work: has come in, and is not locked out."""
        return self.locked_at is None and not self.invited

    @works.inplace.expression
    @classmethod
    def _works(cls) -> ColumnElement[bool]:
        return and_(cls.locked_at.is_(None), ~cls.invited)

    @property
    def role_words(self) -> frozenset[str]:
        """Its roles as plain words."""
        return frozenset(given.role for given in self.roles)


BY_NAME: Final[tuple[Any, ...]] = (func.convert_to(Account.name, literal_column("'GB18030'")), Account.id)
"""The order of people in lists: this encoding has the 3,755 commoner characters by pinyin, and every other after them.
Code points put 王 before 白; a key as of companies would cost each web process the library for it.
"""


class AccountSecret(Base):
    """What proves that somebody is the person of an account; no reader but the system ever selects it."""

    __tablename__ = "account_secret"
    __readers__: ClassVar[dict[str, str]] = {}
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id"), primary_key=True)
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None] = mapped_column(Encrypted)
    totp_at: Mapped[Instant | None]
    """When the second factor was enrolled: only after a code proved it."""
    totp_last_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """The newest time step whose code was used; no code counts twice."""


class AccountRole(Base):
    """A role given to an account."""

    __tablename__ = "account_role"
    __table_args__ = (CheckConstraint(f"role IN ({_ALL_ROLES})", name="role"),)
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "true",
        "admin": "true",
        "panel": "true",
        "party": "account_id IN (SELECT id FROM account WHERE party_id = zilu_party())",
    }
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    given_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"))


class WebSession(Base):
    """One signed-in browser; the cookie holds a token, the table its digest, and ending a row is immediate."""

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_open", "account_id", postgresql_where=text("ended_at IS NULL")),)
    __readers__: ClassVar[dict[str, str]] = {}
    id: Mapped[BigId]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id"))
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    passed_at: Mapped[Instant | None]
    """When the second factor was passed (or none was needed); before that the session opens nothing."""
    ended_at: Mapped[Instant | None]
    client: Mapped[str] = mapped_column(server_default="")
    """The browser's own description of itself, shortened, for the list of one's sessions."""


class AccountLink(Base):
    """A one-time link by mail; a renewal, or an invitation of two, goes out after a second person has confirmed it."""

    __tablename__ = "account_link"
    __table_args__ = (
        CheckConstraint(
            "purpose = 'INVITATION' AND NOT of_two OR digest IS NULL OR confirmed_at IS NOT NULL", name="second_person"
        ),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> account_id", name="not_oneself"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="not_who_asked"),
        CheckConstraint("(digest IS NULL) = (expires_at IS NULL)", name="expires_once_sent"),
        Index(
            "uq_account_link_asked",
            "account_id",
            "purpose",
            unique=True,
            postgresql_where=text("used_at IS NULL AND refused_at IS NULL"),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "admin": "true",
        "party": "account_id IN (SELECT id FROM account WHERE party_id = zilu_party())",
    }
    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id"))
    purpose: Mapped[LinkPurpose] = mapped_column(by_value(LinkPurpose, "purpose"))
    asked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"))
    """Who asked; none where somebody asked from outside by mail address."""
    asked_at: Mapped[Instant]
    of_two: Mapped[bool] = mapped_column(server_default=text("false"))
    """An invitation into a company by somebody who is not its lead."""
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("account.id"))
    """The second person; none where the operator of the machine confirmed on the command line."""
    confirmed_at: Mapped[Instant | None]
    refused_at: Mapped[Instant | None]
    digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[Instant | None]
    used_at: Mapped[Instant | None]
    new_mail: Mapped[str | None] = mapped_column(Encrypted)
    """The address that the account gets, until it is proved or refused."""
    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class SignInTry(Base):
    """One try to prove who one is; mail and network address only as keyed hashes."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("ix_sign_in_try_account", "account_hash", "at"),
        Index("ix_sign_in_try_address", "address_hash", "at"),
    )
    __readers__: ClassVar[dict[str, str]] = {"admin": "true"}
    id: Mapped[BigId]
    kind: Mapped[TryKind] = mapped_column(by_value(TryKind, "kind"))
    account_hash: Mapped[bytes] = mapped_column(LargeBinary)
    address_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Instant]
    ok: Mapped[bool]
