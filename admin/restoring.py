"""Going on after a restore: what was open waits for an administrator, numbers go on, everybody signs in again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from admin import policies, rounds_kept
from casework import held_clocks
from core import outbox, texts
from core.actors import Actor
from core.errors import NotAllowed, NotNow
from core.journal import Subject, note
from core.outbox import Outbox
from core.restored import park, put_in_use
from core.words import _l
from notices import numbers_lost, undoing
from registry import sessions
from registry.models_notifications import Notification

AFTER: Final = {"let_go": "WAITING", "drop": "DROPPED"}
AT_ONCE: Final = 500
"""So many of a kind are decided on together, each with an entry of its own in the journal."""
Series = tuple[str, int]


class Decide(Protocol):
    """What is decided of one: `let_go` or `drop`."""

    def __call__(self, at: Session, row: Outbox, /, *, actor: Actor, now: datetime) -> None:
        """Decide it."""


@dataclass(frozen=True)
class Restored:
    """What was found and done."""

    parked: int
    untold: int
    sessions: int
    held: int
    lost: Mapping[Series, int]


def go_on(at: Session, numbers: Mapping[Series, int], *, now: datetime) -> Restored:
    """Make a database that was brought back from a dump safe to go on with; raises ValueError for an impossible number.

    A deed that could still be taken back may have been done in the lost days: it waits for a person like other work.
    News to people that waited for its hour is not told any more: it says that something waits, which they find.
    A time limit that ended in the lost days may have been kept: the head is asked before it acts.
    """
    rounds_kept.keep(at, {rounds_kept.ROUND: "", rounds_kept.TIME: ""}, now)
    lost = {series: numbers_lost.raise_to(at, *series, number, now=now) for series, number in numbers.items()}
    while texts.hand_over(at, datetime.max.replace(tzinfo=now.tzinfo)):
        at.flush()
    undoing.hand_over_all(at)
    told = update(Notification).where(Notification.told_at.is_(None)).values(told_at=now)
    untold = len(at.scalars(told.returning(Notification.id)).all())
    parked, ended = park(at), sessions.end_everyones(at, now=now)
    done = Restored(parked, untold, ended, held_clocks.hold(at, now), lost)
    put_in_use(at, now)
    rounds_kept.note(
        at,
        "installation.restored",
        now,
        parked=done.parked,
        untold=done.untold,
        sessions=done.sessions,
        held=done.held,
        numbers={f"{series}/{year}": number for (series, year), number in numbers.items()},
    )
    return done


def of_a_kind(at: Session, job: str, decide: Decide, *, actor: Actor, now: datetime) -> int:
    """Decide alike of all parked work of one kind, the oldest first and AT_ONCE at most; gives how many that were."""
    if not policies.may_keep_running(actor):
        raise NotAllowed
    mine = select(Outbox).where(Outbox.job == job, Outbox.parked_at.is_not(None), Outbox.gave_up_at.is_(None))
    found = at.scalars(mine.order_by(Outbox.id).limit(AT_ONCE).with_for_update()).all()
    for row in found:
        decide(at, row, actor=actor, now=now)
    return len(found)


def note_other_key(at: Session, key: str, *, rows: int, now: datetime) -> None:
    """That encrypted fields were written anew with a key, which is named by its id."""
    rounds_kept.note(at, "installation.rotate_keys", now, key=key, rows=rows)


def let_go(at: Session, row: Outbox, *, actor: Actor, now: datetime) -> None:
    """It was not done in the days that are lost: the worker does it."""
    _decide(at, row, "let_go", ("PARKED",), actor, now)
    outbox.once_more(at, row)


def drop(at: Session, row: Outbox, *, actor: Actor, now: datetime) -> None:
    """It was done in the days that are lost, or is wanted no more; also where it was given up."""
    _decide(at, row, "drop", ("PARKED", "GAVE_UP"), actor, now)
    row.gave_up_at, row.parked_at = row.gave_up_at or now, row.parked_at or now


def _decide(at: Session, row: Outbox, what: str, before: Collection[str], actor: Actor, now: datetime) -> None:
    if not policies.may_keep_running(actor):
        raise NotAllowed
    if row.state not in before:
        raise NotNow(_l("It was decided on already, or does not wait for a decision."))
    about, states = Subject("outbox", row.id, f"outbox:{row.id}"), (row.state, AFTER[what])
    note(at, about, what, actor, now, states, {"job": row.job})
