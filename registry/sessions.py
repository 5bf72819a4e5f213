"""Signed-in browsers: begun with a fresh token, seen, and ended at once by sign-out, lock or a change of roles."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Date, DateTime, LargeBinary, Select, String, bindparam, func, select, type_coerce, update
from sqlalchemy.orm import Session

from core.actors import Actor
from core.clock import day_of
from core.db import Reader
from core.planned import Written
from registry import absences
from registry.models import Party
from registry.models_absences import Absence
from registry.models_accounts import Account, AccountRole, Audience, WebSession

IDLE = timedelta(minutes=60)
"""Without a click for so long, one signs in again."""
ABSOLUTE = timedelta(hours=12)
PENDING = timedelta(minutes=10)
"""How long the second factor may take."""
SEEN_EVERY = timedelta(minutes=1)

AREA = {Audience.STAFF: "staff", Audience.PARTY: "portal", Audience.ADMIN: "admin"}
_DRAWN = frozenset({"panel", "review body"})
"""Who holds only these roles sees the cases he was drawn for, and no other."""


@dataclass(frozen=True)
class Seen:
    """Who a token belongs to, as plain data."""

    session_id: int
    account_id: int
    name: str
    audience: Audience
    party_id: int | None
    roles: frozenset[str]
    language: str
    last_seen_at: datetime
    begun_at: datetime
    covers: frozenset[int] = frozenset()
    company: tuple[str, str] = ("", "")
    """The names of the company that one works for, as `in_language` takes them."""

    @property
    def ends_at(self) -> datetime:
        """When it ends, however much is done meanwhile."""
        return self.begun_at + ABSOLUTE

    @property
    def actor(self) -> Actor:
        """Who acts."""
        area = AREA[self.audience]
        return Actor(self.account_id, self.roles, self.party_id, self.name, area, covers=self.covers)

    @property
    def reader(self) -> Reader:
        """As whom rows are read."""
        own = ("zilu.account", str(self.account_id))
        if self.audience is Audience.ADMIN:
            return Reader("zilu_admin", (own,))
        if self.audience is Audience.PARTY:
            return Reader("zilu_party", (("zilu.party", str(self.party_id)), own))
        if self.roles <= _DRAWN:
            return Reader("zilu_panel", (own,))
        return Reader("zilu_staff", (own,))


def digest(token: str) -> bytes:
    """Compute what stands in the table; the token itself is only in the cookie."""
    return hashlib.sha256(token.encode()).digest()


def begin(session: Session, account: Account, *, passed: bool, client: str, now: datetime) -> str:
    """Open a session, or one that still waits for the second factor; returns its token."""
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            digest=digest(token),
            account_id=account.id,
            created_at=now,
            last_seen_at=now,
            passed_at=now if passed else None,
            client=client[:200],
        ),
    )
    session.flush()
    return token


def seen(session: Session, token: str, now: datetime) -> Seen | None:
    """Say who a token belongs to, unless the session ended, idled out, grew too old or the account is locked."""
    limits = {"idle": now - IDLE, "old": now - ABSOLUTE, "today": day_of(now)}
    row = next(iter(_SEEN.rows(session, digest=digest(token), **limits)), None)
    if row is None:
        return None
    number, account_id, name, audience, party_id, held, language, last, begun, covered, zh, en = row
    roles, covers = frozenset(held or ()), frozenset(covered or ())
    company = zh or "", en or ""
    area = Audience(audience)
    return Seen(number, account_id, name, area, party_id, roles, language, last, begun, covers, company)


def _asked() -> Select[Any]:
    held = select(func.array_agg(AccountRole.role)).where(AccountRole.account_id == Account.id)
    today, idle, old = bindparam("today", None, Date()), bindparam("idle", None, MOMENT), bindparam("old", None, MOMENT)
    away = select(func.array_agg(Absence.account_id)).where(Absence.substitute_id == Account.id, absences.on_day(today))
    return (
        select(WebSession.id, Account.id, Account.name, type_coerce(Account.audience, String()), Account.party_id)
        .add_columns(held.scalar_subquery(), Account.language, WebSession.last_seen_at, WebSession.created_at)
        .add_columns(away.scalar_subquery(), Party.name_zh, Party.name_en)
        .join_from(WebSession, Account, Account.id == WebSession.account_id)
        .outerjoin(Party, Party.id == Account.party_id)
        .where(WebSession.digest == bindparam("digest", None, LargeBinary()))
        .where(WebSession.ended_at.is_(None), WebSession.passed_at.is_not(None))
        .where(WebSession.last_seen_at > idle, WebSession.created_at > old, Account.locked_at.is_(None))
    )


MOMENT: Final = DateTime(timezone=True)
_SEEN: Final = Written(_asked)


def touch(session: Session, session_id: int, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(update(WebSession).where(WebSession.id == session_id).values(last_seen_at=now))


def pending(session: Session, token: str, now: datetime) -> WebSession | None:
    """Find the session that waits for the second factor; locked while the code is checked."""
    return session.scalar(
        select(WebSession)
        .where(WebSession.digest == digest(token), WebSession.ended_at.is_(None), WebSession.passed_at.is_(None))
        .where(WebSession.created_at > now - PENDING)
        .with_for_update(),
    )


def end(session: Session, token: str, *, now: datetime) -> None:
    """End the session of a token, whose person signs out; a replayed cookie opens nothing."""
    _end(session, WebSession.digest == digest(token), now)


def end_all(session: Session, account_id: int, *, now: datetime, but: int | None = None) -> None:
    """End every session of an account, except one where a person ends only the others."""
    which = WebSession.account_id == account_id
    _end(session, which if but is None else which & (WebSession.id != but), now)


def end_everyones(session: Session, *, now: datetime) -> int:
    """End every session there is; how many were open."""
    ended = update(WebSession).where(WebSession.ended_at.is_(None)).values(ended_at=now)
    return len(session.scalars(ended.returning(WebSession.id)).all())


def open_of(session: Session, account_id: int, now: datetime) -> Sequence[WebSession]:
    """List the sessions of a person that are open."""
    return session.scalars(
        select(WebSession)
        .where(WebSession.account_id == account_id, WebSession.ended_at.is_(None), WebSession.passed_at.is_not(None))
        .where(WebSession.last_seen_at > now - IDLE, WebSession.created_at > now - ABSOLUTE)
        .order_by(WebSession.last_seen_at.desc(), WebSession.id.desc()),
    ).all()


def _end(session: Session, which: "object", now: datetime) -> None:
    session.execute(
        update(WebSession).where(which, WebSession.ended_at.is_(None)).values(ended_at=now),  # type: ignore[arg-type]
    )
