"""Time limits that ended in days which a restore lost: each waits until the head of department lets it go."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import expiries, tasks
from casework.models import Task
from core.at_hand import noted
from core.clock import day_of
from core.words import _l
from registry.clock_kinds import KINDS
from registry.models_clocks import Clock, ClockState

KIND = "clock_held"
tasks.KINDS[KIND] = _l(
    "“%(clock)s” of %(ref)s ended in days that a restore lost: ask whether something came in. Done lets it end."
)
NEVER_KEPT = "clocks that were never kept"
"""The name under which they are noted, by subject and key, while many are acted on."""
OUTSIDE = ("respondent", "complainant")
"""Whose deeds of the last day may be lost, though they hold a receipt."""
HELD = frozenset(kind.id for kind in KINDS.values() if kind.owner in OUTSIDE and not kind.alerts)


def hold(session: Session, now: datetime) -> int:
    """Hold the clocks whose last day is over or is today, each by a task; returns how many there are.

    A clock that ended before the dump was ended by its sweep.
    """
    asked = select(Clock).where(Clock.state == ClockState.RUNNING, ~Clock.provisional, Clock.key.in_(HELD))
    found = session.scalars(asked.where(Clock.due_on <= day_of(now)).order_by(Clock.id).with_for_update()).all()
    for clock in found:
        clock.alerted_at = now  # a move that stops the clock closes the task
        subject = (clock.subject_type, clock.subject_id, expiries.ref_of(session, clock))
        key = f"{KIND}:{clock.id}:{day_of(now)}"
        tasks.put(session, f"{KIND}:{clock.key}", subject, role="head", now=now, key=key, urgent=True)
    session.flush()
    return len(found)


def let_go_at(session: Session, subject: tuple[str, int], key: str) -> datetime | None:
    """When the head last let such a clock go on; None if none was held."""
    if (*subject, key) in noted(session, NEVER_KEPT, set()):
        return None
    mine = select(Task.done_at).where(Task.subject_kind == subject[0], Task.subject_id == subject[1])
    return session.scalar(mine.where(Task.kind == f"{KIND}:{key}").order_by(Task.done_at.desc().nulls_last()).limit(1))


def see_never_kept(session: Session, clocks: Iterable[Clock]) -> None:
    """Note those of these clocks for which no task was ever raised, so that none is looked for one by one."""
    known: set[tuple[str, int, str]] = noted(session, NEVER_KEPT, set())
    known.update((clock.subject_type, clock.subject_id, clock.key) for clock in clocks if clock.alerted_at is None)


def waits_for_the_head(session: Session, clock: Clock) -> bool:
    """Whether the task that holds the clock is still open."""
    if clock.alerted_at is None or clock.key not in HELD:
        return False
    mine = select(Task.id).where(Task.subject_kind == clock.subject_type, Task.subject_id == clock.subject_id)
    mine = mine.where(Task.kind == f"{KIND}:{clock.key}", Task.done_at.is_(None))
    return session.scalar(mine.limit(1)) is not None
