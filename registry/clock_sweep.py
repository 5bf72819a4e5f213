"""The sweep after midnight: acts on every clock whose confirmed last day has passed, in order, once each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import ColumnElement, Row, func, select, tuple_
from sqlalchemy.orm import Session

from core import db
from core.actors import SYSTEM
from core.clock import day_of
from core.db import transaction
from registry import calendar, renaming
from registry.clock_hooks import HOOKS
from registry.clock_moves import end, locked, note
from registry.models_clocks import Clock, ClockEnd, ClockState

log = structlog.get_logger()

SWEEPING = 726013
"""The advisory lock that lets one sweep act at a time."""
EXPIRING = "expiring"
"""Under this name the session knows which clock is being acted on, and when."""

Place = tuple[date | None, int]
Found = Row[str, date | None, int]
Act = Callable[[Session, Clock, datetime], None]


@dataclass(frozen=True)
class Swept:
    """One clock that the sweep came to: acted on, or failed and to be tried again."""

    clock_id: int
    key: str
    done: bool


def sweep(now: datetime) -> Iterator[Swept]:
    """Let each due clock expire, in a transaction of its own, ordered by last day and number.

    What an expiry starts counts from the expired last day (R13) and may be over as well after days of absence: it
    follows in its turn. A clock that fails is noted and tried again next time; the others go on. One that is held
    waits without a word until what it waits for is decided. A provisional clock never expires: when its estimate has
    passed, staff are told once.
    """
    today = day_of(now)
    with transaction() as session:
        calendar.confirm_passed(session, today, now)
        renaming.bring_names(session, today, now)
    yield from _each(now, ~Clock.provisional, _expire)
    yield from _each(now, Clock.provisional & Clock.alerted_at.is_(None), _alert)


def sweep_time(session: Session) -> datetime | None:
    """The time of the sweep that is acting in this session: what handlers pass on as now."""
    found: tuple[int, datetime] | None = session.info.get(EXPIRING)
    return found[1] if found else None


def is_expiring(session: Session, clock: Clock) -> bool:
    """Whether the sweep is acting on this clock."""
    return bool(session.info.get(EXPIRING, (None,))[0] == clock.id)


def _each(now: datetime, which: ColumnElement[bool], act: Act) -> Iterator[Swept]:
    with transaction() as session:
        found = _next(session, None, now, which)
    while found is not None:
        (clock_id, key), place = (found.id, found.key), (found.due_on, found.id)
        try:
            done, found = _done(place, now, act, which)
        except Exception as error:  # noqa: BLE001 - the clock's own runner: one that fails must not stop the rest
            log.warning("clock failed", clock=clock_id, error=type(error).__name__)
            with transaction() as session:
                done, found = False, _next(session, place, now, which)
        if done is not None:
            yield Swept(clock_id, key, done)


def _next(session: Session, after: Place | None, now: datetime, which: ColumnElement[bool]) -> Found | None:
    due = select(Clock.key, Clock.due_on, Clock.id)
    due = due.where(Clock.state == ClockState.RUNNING, which, Clock.due_on < day_of(now))
    if after is not None:
        due = due.where(tuple_(Clock.due_on, Clock.id) > after)
    return session.execute(due.order_by(Clock.due_on, Clock.id).limit(1)).first()


def _done(place: Place, now: datetime, act: Act, which: ColumnElement[bool]) -> tuple[bool | None, Found | None]:
    """Act on one clock in a transaction of its own, and see there which one follows, be it one that this one started.

    Another sweep waits, and then finds it done. None where it is held.
    """
    try:
        with transaction() as session:
            session.execute(select(func.pg_advisory_xact_lock(SWEEPING)))
            done = _acted(session, place[1], now, act)
            return done, _next(session, place, now, which)
    finally:
        db.session().info.pop(EXPIRING, None)


def _acted(session: Session, clock_id: int, now: datetime, act: Act) -> bool | None:
    clock = session.get_one(Clock, clock_id, populate_existing=True)
    if clock.state is ClockState.RUNNING and clock.due_on is not None and clock.due_on < day_of(now):
        session.info[EXPIRING] = (clock.id, now)
        if act is _expire and any(held(session, clock) for held in HOOKS.holds):
            return None
        act(session, clock, now)
    return True


def _expire(session: Session, clock: Clock, now: datetime) -> None:
    """Let the rooms act, then end it; the subject is locked before the clock, as in every move."""
    if clock.provisional:
        return
    acting = [act for act, types in HOOKS.expiries if not types or clock.subject_type in types]
    if not acting:
        message = f"nobody acts on the expiry of clocks on a {clock.subject_type}"
        raise LookupError(message)
    for act in acting:
        act(session, clock)
    session.flush()
    over = session.scalars(locked(select(Clock).where(Clock.id == clock.id))).one()
    if over.state is not ClockState.ENDED:
        end(session, over, ClockEnd.EXPIRED, now)
    states = (ClockState.RUNNING.value, ClockState.ENDED.value)
    note(session, over, "expired", SYSTEM, now, states, {"due_on": str(over.due_on)})


def _alert(session: Session, clock: Clock, now: datetime) -> None:
    for tell in HOOKS.alerts:
        tell(session, clock, "estimate")
    clock.alerted_at = now
