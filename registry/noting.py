"""What happened to an account, in the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.actors import Actor
from core.journal import Subject, note


def of_account(
    session: Session,
    account_id: int,
    what: str,
    actor: Actor,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    *,
    states: tuple[str, str] = ("OPEN", "OPEN"),
) -> None:
    """Write it, without an address; most of what happens to one leaves it open."""
    note(session, Subject("account", account_id, f"account:{account_id}"), what, actor, now, states, changes)
