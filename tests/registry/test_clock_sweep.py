"""The sweep: what is over after midnight in Shanghai expires, in order, once, whatever else fails."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.db import db, transaction
from core.journal import JournalEntry
from core.machine import Ask
from registry import calendar, clock_hooks, clock_sweep, clocks
from registry.clock_hooks import Hooks
from registry.models_clocks import Clock, ClockState
from tests.registry.clock_things import MONDAY, NOW, ON, Thing, at, states
from tests.statements import counted

Sweep = Callable[..., list[tuple[str, bool]]]
keeper = clocks.keeper


@pytest.fixture(autouse=True)
def hooks(monkeypatch: pytest.MonkeyPatch) -> Hooks:
    """No room has registered anything."""
    fresh = Hooks()
    for module in ("clocks", "clock_hooks", "clock_moves", "clock_sweep"):
        monkeypatch.setattr(f"registry.{module}.HOOKS", fresh)
    return fresh


@pytest.fixture
def swept(app: Flask) -> Iterator[Sweep]:
    """Sweep at half past an hour of a day in Shanghai; gives what was acted on."""

    def sweep(day: date, hour: int = 0) -> list[tuple[str, bool]]:
        now = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC) - timedelta(hours=8)
        return [(one.key, one.done) for one in clock_sweep.sweep(now)]

    with app.app_context():
        with transaction() as session:
            calendar.seed(session, NOW)
        yield sweep


def begun(*keys: str, on: date = MONDAY) -> None:
    """Start these clocks and commit."""
    with transaction() as session:
        for key in keys:
            keeper.start(at(session, on), key, ON)


def stand() -> list[tuple[str, str, str | None]]:
    """Read how the clocks stand."""
    with transaction() as session:
        return states(session)


def test_r4_a_clock_expires_after_midnight_in_shanghai_and_once(swept: Sweep) -> None:
    acted = []
    clock_hooks.on_expiry(lambda _session, clock: acted.append((clock.key, clock.due_on)))
    begun("K01")
    assert swept(date(2026, 3, 9), hour=23) == []
    assert swept(date(2026, 3, 10)) == [("K01", True)]
    assert swept(date(2026, 3, 11)) == []
    assert acted == [("K01", date(2026, 3, 9))]
    assert stand() == [("K01", "ENDED", "expired")]


def test_an_expiry_is_journalled_on_the_subject(swept: Sweep) -> None:
    clock_hooks.on_expiry(lambda _session, _clock: None)
    begun("K01")
    swept(date(2026, 3, 10))
    with transaction() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.row == "K01.expired")).one()
        assert (entry.subject_kind, entry.subject_id, entry.after) == ("thing", 1, "ENDED")


def test_r13_expiries_missed_for_weeks_are_caught_up_in_order_with_what_they_start(swept: Sweep) -> None:
    def act(session: Session, clock: Clock) -> None:
        if clock.key == "K03":
            ask = Ask(session, Thing(), SYSTEM, {}, clock_sweep.sweep_time(session), clock.due_on)
            keeper.stop(ask, "K03", clock.subject)
            keeper.start(ask, "K04", clock.subject)

    clock_hooks.on_expiry(act)
    begun("K10", "K03", "K06", "K14")
    assert [key for key, _ in swept(date(2026, 6, 1))] == ["K14", "K10", "K06", "K03", "K04"]
    with transaction() as session:
        [k04] = [clock for clock in clocks.of(session, ON) if clock.key == "K04"]
        assert (k04.day0, k04.due_on) == (date(2026, 3, 17), date(2026, 3, 24))
    assert ("K03", "ENDED", "expired") in stand()


def test_what_an_expiry_starts_comes_among_the_others_in_its_turn(swept: Sweep) -> None:
    def act(session: Session, clock: Clock) -> None:
        if clock.key == "K03":
            ask = Ask(session, Thing(), SYSTEM, {}, clock_sweep.sweep_time(session), clock.due_on)
            keeper.stop(ask, "K03", clock.subject)
            keeper.start(ask, "K04", clock.subject)

    clock_hooks.on_expiry(act)
    begun("K03", "K17", "K11")
    assert [key for key, _ in swept(date(2026, 7, 1))] == ["K03", "K04", "K17", "K11"]
    assert swept(date(2026, 7, 1)) == []


def test_what_comes_first_may_end_or_move_what_comes_after(swept: Sweep) -> None:
    def act(session: Session, clock: Clock) -> None:
        if clock.key == "K14":
            keeper.stop(at(session), "K01", clock.subject)
            [longer] = [each for each in clocks.of(session, ON) if each.key == "K11"]
            ask = at(session, date(2026, 3, 10))
            keeper.pause(ask, "K11", longer.subject)
            keeper.resume(at(session, date(2026, 6, 1)), "K11", longer.subject)

    clock_hooks.on_expiry(act)
    begun("K14", "K01", "K11", "K17")
    assert [key for key, _ in swept(date(2026, 6, 15))] == ["K14", "K17"]
    assert ("K11", "RUNNING", None) in stand()


def test_clocks_that_are_due_together_cost_few_statements_each_however_many_they_are(app: Flask, swept: Sweep) -> None:
    clock_hooks.on_expiry(lambda _session, _clock: None)
    many: dict[int, tuple[int, int]] = {}
    for number, day in ((3, MONDAY), (10, date(2027, 3, 1))):
        begun(*("K14", "K01", "K10", "K06", "K13", "K15", "K16", "K17", "K18", "K19")[:number], on=day)
        with counted(app) as said:
            assert len(swept(day + timedelta(days=60))) == number
        many[number] = len([each for each in said if "set_config(" in each]), len(said)
    (transactions_of_few, few), (transactions_of_many, more) = many[3], many[10]
    assert transactions_of_few == transactions_of_many
    assert more - few <= 5  # another year of the calendar is read, and what was set for days of it


def test_a_sweep_that_is_killed_has_done_nothing_by_halves_and_the_next_does_each_clock_once(swept: Sweep) -> None:
    acted = []

    def act(session: Session, clock: Clock) -> None:
        acted.append(clock.key)
        if clock.key == "K10" and acted.count("K10") == 1:
            session.flush()
            os.write(end, b"!")
            signal.pause()

    clock_hooks.on_expiry(act)
    begun("K14", "K01", "K10", "K06")
    start, end = os.pipe()
    db.engine.dispose()
    if not (child := os.fork()):
        try:
            swept(date(2026, 6, 1))
        finally:
            os._exit(1)
    assert os.read(start, 1) == b"!"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    db.engine.dispose()
    assert {state for _key, state, _how in stand()} == {"RUNNING"}
    acted.append("K10")
    assert [key for key, _ in swept(date(2026, 6, 1))] == ["K14", "K01", "K10", "K06"]
    with transaction() as session:
        rows = select(JournalEntry.row).where(JournalEntry.row.like("%expired")).order_by(JournalEntry.id)
        assert session.scalars(rows).all() == ["K14.expired", "K01.expired", "K10.expired", "K06.expired"]


def test_however_slow_the_machine_is_every_clock_comes_in_its_turn(
    swept: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.clock_sweep.BRIEFLY", 0)
    clock_hooks.on_expiry(lambda _session, _clock: None)
    begun("K14", "K01", "K10", "K06", "K11")
    assert [key for key, _ in swept(date(2026, 7, 1))] == ["K14", "K01", "K10", "K06", "K11"]


def test_what_a_person_holds_is_not_waited_for_while_other_clocks_are_held(swept: Sweep) -> None:
    begun("K14", "K01")
    with db.engine.connect() as person:
        person.execute(text("SET ROLE zilu_system"))
        person.execute(text("SELECT id FROM clock WHERE key = 'K01' FOR UPDATE"))
        clock_hooks.on_expiry(lambda _session, clock: person.rollback() if clock.key == "K14" else None)
        assert swept(date(2026, 3, 10)) == [("K14", True), ("K01", True)]


def test_a_clock_that_fails_does_not_hold_up_the_others_and_is_tried_again(swept: Sweep) -> None:
    broken = [True]

    def act(_session: Session, clock: Clock) -> None:
        if clock.key == "K14" and broken:
            raise RuntimeError

    clock_hooks.on_expiry(act)
    begun("K14", "K01")
    assert swept(date(2026, 3, 10)) == [("K14", False), ("K01", True)]
    broken.clear()
    assert swept(date(2026, 3, 10)) == [("K14", True)]


def test_one_that_always_fails_keeps_none_of_many_from_being_acted_on_once(swept: Sweep) -> None:
    def act(session: Session, clock: Clock) -> None:
        if clock.key in {"K10", "K13"}:
            keeper.start(at(session), "K04", clock.subject)
            raise RuntimeError

    clock_hooks.on_expiry(act)
    begun("K14", "K15", "K01", "K10", "K06", "K13", "K17")
    done = ["K14", "K15", "K01", "K06", "K17"]
    assert sorted(swept(date(2026, 6, 1))) == sorted([("K10", False), ("K13", False), *((key, True) for key in done)])
    assert [key for key, state, _ in stand() if state == "ENDED"] == done
    with transaction() as session:
        rows = session.scalars(select(JournalEntry.row).where(JournalEntry.row.like("%expired"))).all()
        assert sorted(rows) == sorted(f"{key}.expired" for key in done)


def test_what_a_failed_expiry_did_is_undone(swept: Sweep) -> None:
    def act(session: Session, clock: Clock) -> None:
        keeper.start(at(session), "K04", clock.subject)
        raise RuntimeError

    clock_hooks.on_expiry(act)
    begun("K01")
    swept(date(2026, 3, 10))
    assert stand() == [("K01", "RUNNING", None)]


def test_an_expiry_that_nobody_acts_on_has_not_been_acted_on(swept: Sweep) -> None:
    clock_hooks.on_expiry(lambda _session, _clock: None, "another")
    begun("K01")
    assert swept(date(2026, 3, 10)) == [("K01", False)]


def test_a_provisional_clock_never_expires_and_staff_are_told_once(swept: Sweep, hooks: Hooks) -> None:
    acted, told = [], []
    clock_hooks.on_expiry(lambda _session, clock: acted.append(clock.key))
    hooks.alerts.add(lambda _session, clock, why: told.append((clock.key, why)))
    begun("K18", on=date(2026, 12, 20))
    swept(date(2027, 6, 1))
    swept(date(2027, 6, 2))
    assert (acted, told) == ([], [("K18", "estimate")])


def test_december_days_that_went_by_let_a_clock_of_an_official_year_expire(swept: Sweep) -> None:
    clock_hooks.on_expiry(lambda _session, _clock: None)
    begun("K01", on=date(2026, 12, 21))
    assert swept(date(2026, 12, 28)) == []
    assert swept(date(2026, 12, 29)) == [("K01", True)]


def test_armed_and_paused_clocks_do_not_expire(swept: Sweep) -> None:
    clock_hooks.on_expiry(lambda _session, _clock: None)
    begun("K11")
    with transaction() as session:
        keeper.arm(at(session), "K03", ON, [5])
        keeper.pause(at(session), "K11", ON)
    assert swept(date(2026, 12, 1)) == []


def test_the_sweep_finds_what_is_due_by_an_index_that_holds_nothing_else(session: Session) -> None:
    for way in ("seqscan", "sort"):  # whatever is known of the size of the table
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    due = select(Clock.key, Clock.due_on, Clock.id).where(Clock.state == ClockState.RUNNING, ~Clock.provisional)
    due = due.where(Clock.due_on < date(2026, 3, 9)).order_by(Clock.due_on, Clock.id).limit(1)
    said = str(due.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    assert "ix_clock_due" in "".join(session.scalars(text(f"EXPLAIN {said}")))


def test_a_sweep_with_nothing_to_do_learns_that_from_the_same_indexes(session: Session) -> None:
    """A table of millions would be read at each round: the server takes it that one of the next may be due."""
    for way in ("bitmapscan", "sort"):
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    asked = clock_sweep.ended(date(2026, 3, 9))
    said = str(asked.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    plan = "".join(session.scalars(text(f"EXPLAIN {said}")))
    assert "Seq Scan" not in plan
    assert "ix_clock_due" in plan
    assert "ix_clock_estimated" in plan
