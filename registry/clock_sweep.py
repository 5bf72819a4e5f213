"""The sweep after midnight: acts on every clock whose confirmed last day has passed, in order, once each."""

import heapq
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import ColumnElement, CompoundSelect, func, select, text, tuple_, union_all
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.at_hand import Brought, brought, let_go
from core.clock import day_of
from core.db import transaction
from core.faults_told import placed
from core.held_back import held_back
from core.machine import Machine
from registry import calendar, renaming
from registry import clock_moves as moves
from registry.clock_hooks import HOOKS
from registry.clock_kinds import KINDS
from registry.clock_moves import DATED, end, note
from registry.models_clocks import Clock, ClockEnd, ClockState

log = structlog.get_logger()

SWEEPING = 726013
"""The advisory lock that lets one sweep act at a time."""
EXPIRING = "expiring"
"""Under this name the session knows which clock is being acted on, and when."""
MOST = 150
"""So many clocks are acted on in one transaction."""
BRIEFLY = 0.35
"""After so many seconds a transaction begins no further clock: a person's move waits for what it holds.

Writing and committing come on top, a third of that: a person waits half a second, on a machine twice as slow one.
"""
NOT_LONG = "SET LOCAL lock_timeout = '200ms'"
"""Shorter than the server takes to see that two wait for each other: people's moves are never the ones that end so."""

Place = tuple[date, int]
Act = Callable[[Session, Clock, datetime], None]


@dataclass(frozen=True)
class Swept:
    """One clock that the sweep came to: acted on, or failed and to be tried again."""

    clock_id: int
    key: str
    done: bool


def sweep(now: datetime) -> Iterator[Swept]:
    """Let each due clock expire, ordered by last day and number: many in one transaction, or each in one of its own.

    What an expiry starts counts from the expired last day (R13) and may be over as well after days of absence: it
    follows in its turn. A clock that fails is noted and tried again next time; the others go on. One that is held
    waits without a word until what it waits for is decided. A provisional clock never expires: when its estimate has
    passed, staff are told once.
    """
    today = day_of(now)
    with transaction() as session:
        calendar.confirm_passed(session, today, now)
        renaming.bring_names(session, today, now)
        if session.scalar(ended(today)) is None:
            return
    yield from _each(now, ~Clock.provisional, _expire)
    yield from _each(now, _untold(), _alert)


def ended(today: date) -> CompoundSelect[int]:
    """One clock that waits for the sweep: the first in each of the two indexes that hold such and nothing else.

    Without their order the server reads every clock there ever was, for it takes it that the next one may be due.
    """
    waits = select(Clock.id).where(Clock.state == ClockState.RUNNING, Clock.due_on < today)
    first = waits.order_by(Clock.due_on, Clock.id).limit(1)
    return union_all(first.where(~Clock.provisional), first.where(_untold()))


def _untold() -> ColumnElement[bool]:
    return Clock.provisional & Clock.alerted_at.is_(None)


def sweep_time(session: Session) -> datetime | None:
    """The time of the sweep that is acting in this session: what handlers pass on as now."""
    found: tuple[int, datetime] | None = session.info.get(EXPIRING)
    return found[1] if found else None


def is_expiring(session: Session, clock: Clock) -> bool:
    """Whether the sweep is acting on this clock."""
    return bool(session.info.get(EXPIRING, (None,))[0] == clock.id)


def hold(session: Session, clock: Clock) -> None:
    """Lock a clock that is to expire, once its subject is held: whoever held that may have ended or moved it.

    Whether it waits is asked only now: what somebody sent while the subject was waited for counts.
    """
    _lock(session, clock)
    if any(held(session, clock) for held in HOOKS.holds):
        raise MovedMeanwhile


def _lock(session: Session, clock: Clock) -> None:
    was = clock.state, clock.due_on, clock.provisional
    session.refresh(clock, with_for_update=True)
    if was != (clock.state, clock.due_on, clock.provisional):
        raise MovedMeanwhile


class MovedMeanwhile(Exception):  # noqa: N818 - a word for the sweep
    """A person came first: it is not over, somebody ended it, or what was asked for in time waits."""


def _each(now: datetime, which: ColumnElement[bool], act: Act) -> Iterator[Swept]:
    """Some together, as long as that works; where it does not, fewer, and at last the one that fails by itself."""
    round_ = _Round(now, which, act)
    while not round_.over:
        try:
            yield from round_.together() if round_.many > 1 else round_.alone()
        except Exception as error:  # noqa: BLE001 - the clock's own runner: one that fails must not stop the rest
            if failed := round_.failed(error):
                yield failed


class _Round:
    """The way through all clocks that are due, in order."""

    def __init__(self, now: datetime, which: ColumnElement[bool], act: Act) -> None:
        self.now, self.which, self.act = now, which, act
        self.place: Place | None = None
        """The place of the clock that was acted on last."""
        self.many, self.over = MOST, False
        self.tried, self.left = 0, False
        """How many of those taken together were acted on before something failed; whether time was too short."""
        self.trying: tuple[Place, str] | None = None
        """The one that is acted on: its place and key."""

    def together(self) -> list[Swept]:
        """Several in one transaction: all of them, or none; briefly, since people wait for what it holds.

        What an expiry starts, and is over as well, comes in its turn. Whatever others hold is not waited for long:
        where two wait for each other it is this one that gives way.
        """
        self.tried, self.trying, here = 0, None, None
        with transaction() as session, _expiring(session):
            session.execute(select(func.pg_advisory_xact_lock(SWEEPING)))
            until = time.monotonic() + BRIEFLY
            session.execute(text(NOT_LONG))
            clocks = self._next(session)
            if len(clocks) > 1:
                with brought(session) as here, held_back(session):
                    _bring(here, clocks)
                    swept, place = self._act_on(session, clocks, until)
            else:
                swept, place = self._act_on(session, clocks, until)
            session.info.pop(EXPIRING, None)
        if here is not None:
            let_go(here)
        self.over = not self.left and len(clocks) < self.many
        more = 0 if self.left else self.tried // 8 + 4  # what is read and not acted on was read for nothing
        self.place, self.many = place, min(MOST, max(2, self.tried + more))
        return swept

    def _act_on(self, session: Session, clocks: Sequence[Clock], until: float) -> tuple[list[Swept], Place | None]:
        swept, place = [], self.place
        waiting: list[Place] = [_place(clock) for clock in clocks]
        known = {clock.id: clock for clock in clocks}
        last = waiting[-1] if len(waiting) == self.many else None  # nothing but what begins here comes after them
        while waiting and (not self.tried or time.monotonic() < until):
            place = heapq.heappop(waiting)
            dated = session.info[DATED] = []
            at = known[place[1]]
            self.trying = place, at.key
            if self._acted(session, at, place):
                swept.append(Swept(at.id, at.key, done=True))
            self.tried += 1
            for clock in dated:
                over = clock.due_on is not None and clock.due_on < day_of(self.now)
                if over and place < _place(clock) and (last is None or _place(clock) <= last):
                    known[clock.id] = clock
                    heapq.heappush(waiting, _place(clock))
        self.left = bool(waiting)
        return swept, place

    def alone(self) -> list[Swept]:
        """One in a transaction of its own, which waits for whoever is at work on the matter."""
        self.tried, self.trying = 0, None
        with transaction() as session, _expiring(session):
            session.execute(select(func.pg_advisory_xact_lock(SWEEPING)))
            for clock in self._next(session):
                self.trying = _place(clock), clock.key
                done = self._acted(session, clock, _place(clock))
        if self.trying is None:
            self.over = True
            return []
        (self.place, key), self.many = self.trying, MOST
        return [Swept(self.place[1], key, done)] if done else []

    def failed(self, error: Exception) -> Swept | None:
        """Nothing of it was done: what stood before the one that failed comes again, then that one alone."""
        if self.many > 1:
            log.info("clocks apart", many=self.many, error=type(error).__name__)
            self.many = min(max(1, self.tried), self.many // 2)
            return None
        if self.trying is None:
            raise error
        (self.place, key), self.many = self.trying, MOST
        log.warning("clock failed", clock=self.place[1], error=placed(error))
        return Swept(self.place[1], key, done=False)

    def _next(self, session: Session) -> Sequence[Clock]:
        due = select(Clock).where(Clock.state == ClockState.RUNNING, self.which, Clock.due_on < day_of(self.now))
        if self.place is not None:
            due = due.where(tuple_(Clock.due_on, Clock.id) > self.place)
        return session.scalars(due.order_by(Clock.due_on, Clock.id).limit(self.many)).all()

    def _acted(self, session: Session, clock: Clock, place: Place) -> bool:
        """Whether it was acted on; not where it waits, or is over or moved by what came before it."""
        if clock.state is not ClockState.RUNNING or clock.due_on is None or _place(clock) != place:
            return False
        session.info[EXPIRING] = (clock.id, self.now)
        try:
            self.act(session, clock, self.now)
        except MovedMeanwhile:
            return False
        return True


def _place(clock: Clock) -> Place:
    """By what the clocks that are due are ordered."""
    assert clock.due_on is not None  # noqa: S101 - it was asked for by its last day
    return clock.due_on, clock.id


@contextmanager
def _expiring(session: Session) -> Iterator[None]:
    try:
        yield
    finally:
        session.info.pop(EXPIRING, None)
        session.info.pop(DATED, None)


def _bring(here: Brought, clocks: Sequence[Clock]) -> None:
    """Lock what they stand on, then the clocks: as in every move."""
    for bring in HOOKS.brings:
        bring(here, clocks)
    for kind in sorted({clock.subject_type for clock in clocks}):
        machine, mine = Machine.all.get(kind), [clock for clock in clocks if clock.subject_type == kind]
        if machine is not None and machine.model is not None:
            here.lock(machine.model, [clock.subject_id for clock in mine if not KINDS[clock.key].alerts])
            here.see(machine.model, [clock.subject_id for clock in mine if KINDS[clock.key].alerts])
    moves.bring(here, {clock.subject for clock in clocks})


def _expire(session: Session, clock: Clock, now: datetime) -> None:
    """Let the rooms act, then end it; the subject is locked before the clock (`hold`), as in every move."""
    if clock.provisional:
        raise MovedMeanwhile
    acting = [act for act, types in HOOKS.expiries if not types or clock.subject_type in types]
    if not acting:
        message = f"nobody acts on the expiry of clocks on a {clock.subject_type}"
        raise LookupError(message)
    for act in acting:
        act(session, clock)
    session.flush()
    session.refresh(clock, with_for_update=True)
    if clock.state is not ClockState.ENDED:
        end(session, clock, ClockEnd.EXPIRED, now)
    states = (ClockState.RUNNING.value, ClockState.ENDED.value)
    note(session, clock, "expired", SYSTEM, now, states, {"due_on": str(clock.due_on)})


def _alert(session: Session, clock: Clock, now: datetime) -> None:
    _lock(session, clock)
    for tell in HOOKS.alerts:
        tell(session, clock, "estimate")
    clock.alerted_at = now
