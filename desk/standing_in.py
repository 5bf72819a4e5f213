"""Whoever stands in for somebody has left: the head of department is told; the absence stays as it was entered."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from casework import tasks
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.words import _l
from registry import absences, accounts
from registry.models_absences import Absence
from registry.models_accounts import Account

LEFT: Final = "substitute_left"
tasks.KINDS[LEFT] = _l("Whoever stands in for %(ref)s has left: end that absence and enter it anew with somebody else.")


@accounts.on_locked
def ask_for_another(session: Session, account: Account, now: datetime) -> None:
    """Ask for another substitute for today and later; once this one is back, nobody is needed."""
    for it in absences.of_substitute(session, account.id):
        if account.locked_at is None:
            answered(session, it, SYSTEM, now)
        elif it.to_on >= day_of(now):
            name = session.get_one(Account, it.account_id).name
            key = f"{LEFT}:{it.id}:{now.isoformat()}"
            tasks.put(session, LEFT, ("absence", it.id, name), role="head", now=now, key=key)


@absences.on_ended
def answered(session: Session, absence: Absence, actor: Actor, now: datetime) -> None:
    """Close the task: nobody is away any more, or the substitute is back."""
    tasks.settle(session, ("absence", absence.id), (LEFT,), actor=actor, now=now)
