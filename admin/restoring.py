"""Going on after a restore: what was open waits for an administrator, numbers go on, everybody signs in again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from core import journal, outbox, texts
from core.actors import SYSTEM, Actor
from core.errors import NotAllowed, NotNow
from core.outbox import Outbox
from core.restored import park
from core.words import _l
from notices import numbers_lost, undoing
from registry import sessions
from registry.models_notifications import Notification

KEEPS_RUNNING: Final = ("system_admin",)
INSTALLATION: Final = ("installation", 1)
Series = tuple[str, int]


@dataclass(frozen=True)
class Restored:
    """What was found and done."""

    parked: int
    untold: int
    sessions: int
    lost: Mapping[Series, int]


def go_on(at: Session, numbers: Mapping[Series, int], *, now: datetime) -> Restored:
    """Make a database that was brought back from a dump safe to go on with; raises ValueError for an impossible number.

    A deed that could still be taken back may have been done in the lost days: it waits for a person like other work.
    News to people that waited for its hour is not told any more: it says that something waits, which they find.
    """
    lost = {series: numbers_lost.raise_to(at, *series, number, now=now) for series, number in numbers.items()}
    while texts.hand_over(at, datetime.max.replace(tzinfo=now.tzinfo)):
        at.flush()
    undoing.hand_over_all(at)
    told = update(Notification).where(Notification.told_at.is_(None)).values(told_at=now)
    untold = len(at.scalars(told.returning(Notification.id)).all())
    done = Restored(park(at), untold, sessions.end_everyones(at, reason="restored", now=now), lost)
    journal.write(
        at,
        subject=INSTALLATION,
        row="installation.restored",
        ref="installation:1",
        actor=SYSTEM,
        now=now,
        states=("-", "-"),
        changes={
            "parked": done.parked,
            "untold": done.untold,
            "sessions": done.sessions,
            "numbers": {f"{series}/{year}": number for (series, year), number in numbers.items()},
        },
    )
    return done


def note_other_key(at: Session, key: str, *, rows: int, now: datetime) -> None:
    """That encrypted fields were written anew with a key, which is named by its id."""
    journal.write(
        at,
        subject=INSTALLATION,
        row="installation.rotate_keys",
        ref="installation:1",
        actor=SYSTEM,
        now=now,
        states=("-", "-"),
        changes={"key": key, "rows": rows},
    )


def let_go(at: Session, row: Outbox, *, actor: Actor, now: datetime) -> None:
    """It was not done in the days that are lost: it is done now."""
    _decide(at, row, "let_go", "WAITING", actor, now)
    outbox.once_more(at, row)


def drop(at: Session, row: Outbox, *, actor: Actor, now: datetime) -> None:
    """It was done in the days that are lost, or is wanted no more."""
    _decide(at, row, "drop", "DROPPED", actor, now)
    row.gave_up_at = now


def _decide(at: Session, row: Outbox, what: str, after: str, actor: Actor, now: datetime) -> None:
    if not actor.has(*KEEPS_RUNNING):
        raise NotAllowed
    if row.state != "PARKED":
        raise NotNow(_l("It was decided on already, or was not open at a restore."))
    journal.write(
        at,
        subject=("outbox", row.id),
        row=f"outbox.{what}",
        ref=f"outbox:{row.id}",
        actor=actor,
        now=now,
        states=("PARKED", after),
        changes={"job": row.job},
    )
