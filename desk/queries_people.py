"""Staff who can be chosen for some work: by role, with names alone where a list of choices needs no more."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.planned import Written
from registry.models_accounts import BY_NAME, Account, AccountRole, Audience


def colleagues(session: Session, *roles: str) -> Sequence[Account]:
    """Staff who have one of these roles and have come in, by name."""
    return session.scalars(_working(select(Account), roles)).all()


def people(session: Session, *roles: str) -> list[Row[Any]]:
    """Colleagues as numbers and names only, so that no address is decrypted for a list of choices."""
    return list(people_asked(*roles).rows(session))


@lru_cache(maxsize=50)
def people_asked(*roles: str) -> Written:
    """The statement of `people`."""
    return Written(lambda: _working(select(Account).with_only_columns(Account.id, Account.name), roles))


def person(session: Session, number: int) -> Row[str, datetime | None] | None:
    """The name of one of the staff, whatever their work, and since when they cannot sign in, if so."""
    asked = select(Account.name, Account.locked_at).where(Account.id == number, Account.audience == Audience.STAFF)
    return session.execute(asked).first()


def _working(asked: Any, roles: tuple[str, ...]) -> Any:  # noqa: ANN401 - a statement over accounts or some of their columns
    held = select(AccountRole.account_id).where(AccountRole.role.in_(roles))
    asked = asked.where(Account.audience == Audience.STAFF, Account.works, Account.id.in_(held))
    return asked.order_by(*BY_NAME)
