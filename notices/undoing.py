"""Deeds that their person may take back for a short while: they wait as a dossier, then they are carried out."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.db import attempt
from core.errors import NotAllowed, NotNow, Refused
from core.machine import Ask
from core.outbox import later
from core.words import _l
from notices import approval_steps, doers, queries_approval, trials
from notices.doers import Sent
from notices.models import Dossier
from notices.states import APPROVAL
from registry import accounts, settings

MINUTES: Final = "UNDO_MINUTES"
JOB: Final = "notices.do_it_now"
AT_ONCE: Final = 500
"""How many are handed over in one round of the clock."""
DRAFTED: Final = Dossier.state == "DRAFTED"


def time_for(session: Session) -> timedelta:
    """How long a deed can be taken back (association setting, in minutes); no time at all if it cannot be."""
    return timedelta(minutes=max(0, int(settings.value(session, MINUTES) or 0)))


def until(session: Session, now: datetime) -> datetime | None:
    """Until when a deed done now can be taken back; None if it cannot be."""
    allowed = time_for(session)
    return now + allowed if allowed else None


def take_back(session: Session, dossier: Dossier, *, actor: Actor, now: datetime) -> None:
    """Take it back before it is carried out: nothing was numbered, and nobody outside was told."""
    if actor.id is None or actor.id != dossier.drafted_by:
        raise NotAllowed
    if dossier.undo_until is None or dossier.state != "DRAFTED":
        raise NotNow(_l("This is done already and cannot be taken back any more."))
    reason = str(_l("Taken back in time by whoever had done it."))
    approval_steps.drop(session, dossier, actor=actor, version=None, now=now, reason=reason)


def hand_over(session: Session, now: datetime) -> None:
    """Ask for what is due to be carried out."""
    _ask(session, select(Dossier.id).where(DRAFTED, Dossier.undo_until <= now).limit(AT_ONCE))


def hand_over_all(session: Session) -> None:
    """After a restore: ask at once for all that waits, so that it is parked with other later work."""
    _ask(session, select(Dossier.id).where(DRAFTED, Dossier.undo_until.is_not(None)))


def _ask(session: Session, which: Select[int]) -> None:
    for number in session.scalars(which.order_by(Dossier.undo_until, Dossier.id)):
        later(session, JOB, f"undo:{number}", dossier_id=number)


def do_now(session: Session, number: int, now: datetime) -> bool:
    """Carry it out in its person's name; if it has become impossible, drop it and tell the person: returns whether.

    The clock process asks for it when it is due: a worker whose own clock is slow does it all the same.
    """
    dossier = session.get_one(Dossier, number, with_for_update=True, populate_existing=True)
    if dossier.state != "DRAFTED" or dossier.undo_until is None:
        return False
    try:
        _again(session, dossier, now)
    except Refused as refused:
        session.refresh(dossier)
        APPROVAL.carry_out(Ask(session, dossier, SYSTEM, {"reason": str(refused)}, now), "drop")
        doers.tell(session, dossier, "dropped", "", now)
        return True
    return False


def _again(session: Session, dossier: Dossier, now: datetime) -> None:
    newest = queries_approval.version_of(session, dossier.id)
    person = accounts.actor_of(session, dossier.drafted_by)
    if newest is None or person is None:
        raise NotNow(_l("Whoever drafted this has no account any more: drop it, and let somebody draft it anew."))
    with attempt(session) as tried:
        trials.again(session, dossier, Sent.from_json(newest.sent), person, now)
        tried.keep()
