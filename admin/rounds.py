"""The rounds of the clock process: time limits first, then what waits, and once a day what is past; each by itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from admin import forgetting, retention, rounds_kept
from casework import recusals, standing_still, telling
from core import anchors, clock, outbox, texts
from core.db import db, session, transaction
from core.faults_told import placed
from core.under_way import application
from core.wiring import check_revision
from figures import jobs as figures
from filestore import uploads
from imports import uploads as imports
from notices import undoing
from portal import materials
from registry import batches, clock_sweep, notifications, signin

log = structlog.get_logger()

ROUND = 726016
"""The advisory lock of a round: a second clock process leaves it to the first."""
Step = Callable[[datetime], object]


def _held(step: Callable[[Session, datetime], object]) -> Step:
    def in_one(now: datetime) -> None:
        with transaction() as at:
            step(at, now)

    return in_one


def _time_limits(now: datetime) -> None:
    for swept in clock_sweep.sweep(now):
        log.info("clock", clock=swept.clock_id, key=swept.key, done=swept.done)


def _reminders(at: Session, now: datetime) -> None:
    materials.remind(at, clock.day_of(now))


def _anchor(at: Session, now: datetime) -> None:
    anchors.write(at, application().extensions["zilu"].data / "anchors", now)


EACH: dict[str, Step] = {
    "time limits": _time_limits,
    "later work": outbox.sweep,
    "uploads": uploads.sweep,
    "notifications": _held(notifications.hand_over),
    "text messages": _held(texts.hand_over),
    "undo": _held(undoing.hand_over),
}
"""In every round."""
DAILY: dict[str, Step] = {
    "forgetting": _held(forgetting.forget_old),
    "sign-ins": _held(signin.forget_old),
    "batches": _held(batches.forget_unstarted),
    "imports": _held(imports.forget_old),
    "notifications of old": _held(notifications.forget_old),
    "figures": _held(figures.nightly),
    "reminders": _held(_reminders),
    "deadlines": _held(telling.deadlines),
    "conflicts of interest": _held(recusals.look),
    "what stands still": _held(standing_still.look),
    "anchor of the journal": _held(_anchor),
    "retention": retention.erase_due,
    "forms": lambda _now: forgetting.forget_forms(),
}
"""In the first round of each day, and again in the next where one failed."""


class Rounds:
    """What a clock process has done today."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._done_on: dict[str, date] = {}
        self._failing: dict[str, bool] = {}

    def go(self, now: datetime) -> None:
        """One round; what fails is named in the log and stops nothing else, least of all the time limits.

        None where the machine's time cannot be right: what it would end, send and erase is never taken back.
        """
        try:
            with _alone() as alone:
                if alone:
                    self._go(now)
        except (OperationalError, InterfaceError) as error:
            log.warning("the database is away", error=placed(error))

    def _go(self, now: datetime) -> None:
        with transaction() as at:
            check_revision(at)  # it may have been brought up to date for other code meanwhile: then this process ends
            if wrong := rounds_kept.astray(at, now):
                rounds_kept.keep(at, {rounds_kept.TIME: wrong}, now)
        if wrong:
            log.error("no round: the machine's time may be wrong", why=wrong, now=now.isoformat())
            return
        today = clock.day_of(now)
        went = {name: _apart(name, step, now) for name, step in EACH.items()}
        _apart("what is kept of it", lambda now: self._keep(went, now), now)  # before what may take all night
        for name, step in DAILY.items():
            if self._done_on.get(name) == today:
                continue
            went[name] = _apart(name, step, now)
            if not went[name]:
                self._done_on[name] = today
        _apart("what is kept of it", lambda now: self._keep(went, now), now)

    def _keep(self, went: dict[str, str], now: datetime) -> None:
        """Of steps in every round only what changed, and the round itself."""
        changed = {name: said for name, said in went.items() if name in DAILY or said or self._failing.get(name, True)}
        with transaction() as at:
            rounds_kept.keep(at, changed | {rounds_kept.ROUND: "", rounds_kept.TIME: ""}, now)
            if changed:
                rounds_kept.tell(at, {*EACH, *DAILY}, now)
        given = application().extensions["zilu"]
        if not given.demonstration:  # whose time travels
            rounds_kept.note_beside(given.data, now)
        self._failing.update({name: bool(said) for name, said in changed.items()})


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other process is in its round."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as held:
        alone = bool(held.scalar(select(func.pg_try_advisory_lock(ROUND))))
        try:
            yield alone
        finally:
            if alone:
                held.scalar(select(func.pg_advisory_unlock(ROUND)))


def _apart(name: str, step: Step, now: datetime) -> str:
    """How it failed; nothing where it went well."""
    try:
        step(now)
    except (OperationalError, InterfaceError) as error:
        log.warning("the database is away", step=name, error=placed(error))
        failed = placed(error)
    except Exception as error:  # noqa: BLE001 - the clock's own runner: one that fails must not stop the rest
        log.warning("a step of the round failed", step=name, error=placed(error))
        failed = placed(error)
    else:
        return ""
    session().rollback()  # nor leave the next one in a transaction that is over
    return failed
