"""Clocks on the real database: armed, started, held, extended, shown, explained, and moved by the calendar."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.db import Reader, read_as, transaction
from core.errors import BadInput, NotNow, Unavailable
from registry import calendar, clock_hooks, clock_moves, clocks, remaining
from registry.clock_hooks import Hooks
from registry.clock_kinds import KINDS
from registry.clock_starts import STARTS
from registry.counting import StepKind, Unit
from registry.models_clocks import Clock, ClockEnd, ClockState
from registry.models_settings import Installation, Setting
from tests.registry.clock_things import NOW, ON, at, states

keeper = clocks.keeper


@pytest.fixture(autouse=True)
def hooks(monkeypatch: pytest.MonkeyPatch) -> Hooks:
    """No room has registered anything."""
    fresh = Hooks()
    for module in ("clocks", "clock_hooks", "clock_moves", "clock_sweep"):
        monkeypatch.setattr(f"registry.{module}.HOOKS", fresh)
    return fresh


@pytest.fixture
def session(session: Session) -> Session:
    """A session with the calendar filled."""
    calendar.seed(session, NOW)
    return session


# Start, arm, stop


def test_r13_a_started_clock_counts_from_the_day_of_the_event(session: Session) -> None:
    clock = keeper.start(at(session, date(2026, 4, 29)), "K01", ON)
    assert (clock.state, clock.day0, clock.due_on) == (ClockState.RUNNING, date(2026, 4, 29), date(2026, 5, 9))


def test_r10_length_unit_and_basis_are_copied_from_the_settings_at_the_start(session: Session) -> None:
    setting = session.scalars(select(Setting).where(Setting.key == "K01")).one()
    setting.value, setting.basis = 3, "章程第九条"
    clock = keeper.start(at(session), "K01", ON)
    setting.value = 8
    session.flush()
    assert (clock.length, clock.basis, clock.due_on) == (3, "章程第九条", date(2026, 3, 5))


def test_production_starts_no_clock_whose_length_nobody_confirmed(session: Session) -> None:
    session.get_one(Installation, 1).mode = "production"
    with pytest.raises(Unavailable, match="K01"):
        keeper.start(at(session), "K01", ON)


def test_r12_an_armed_clock_has_no_dates_until_its_document_is_served(session: Session) -> None:
    clock = keeper.arm(at(session), "K03", ON, [5])
    assert (clock.state, clock.day0, clock.due_on) == (ClockState.ARMED, None, None)
    assert clocks.document_served(session, 6, date(2026, 3, 4), NOW) == []
    assert clocks.document_served(session, 5, date(2026, 3, 4), NOW) == [clock]
    assert (clock.state, clock.day0, clock.due_on) == (ClockState.RUNNING, date(2026, 3, 4), date(2026, 3, 19))


def test_r12_a_clock_armed_on_several_documents_starts_with_the_last_service(session: Session) -> None:
    clock = keeper.arm(at(session), "K05", ON, [5, 6])
    assert clocks.document_served(session, 6, date(2026, 3, 6), NOW) == []
    assert clocks.document_served(session, 5, date(2026, 3, 4), NOW) == [clock]
    assert clock.day0 == date(2026, 3, 6)


def test_the_proof_of_one_of_several_services_names_no_period_but_the_last_which_counts_from_the_latest_day(
    session: Session,
) -> None:
    keeper.arm(at(session), "K05", ON, [5, 6])
    assert clocks.starting(session, 6, date(2026, 3, 12)) == []
    clocks.document_served(session, 6, date(2026, 3, 12), NOW)
    [(clock, counted)] = clocks.starting(session, 5, date(2026, 3, 4))
    clocks.document_served(session, 5, date(2026, 3, 4), NOW)
    assert (clock.day0, clock.due_on) == (date(2026, 3, 12), counted.due_on)


def test_the_same_document_served_twice_starts_once(session: Session) -> None:
    clock = keeper.arm(at(session), "K03", ON, [5])
    clocks.document_served(session, 5, date(2026, 3, 4), NOW)
    assert clocks.document_served(session, 5, date(2026, 3, 9), NOW) == []
    assert clock.day0 == date(2026, 3, 4)


def test_r12_arming_on_a_document_already_served_starts_the_clock_today(session: Session) -> None:
    clock_hooks.served_from(lambda _session, number: date(2026, 2, 26) if number == 5 else None)
    assert keeper.arm(at(session), "K03", ON, [5]).day0 == date(2026, 3, 2)
    clock = keeper.arm(at(session), "K05", ON, [5, 6])
    clocks.document_served(session, 6, date(2026, 2, 25), NOW)
    assert clock.day0 == date(2026, 2, 26), "the latest of all, also of one that was served before"


def test_r12_a_document_issued_again_arms_anew(session: Session) -> None:
    first = keeper.arm(at(session), "K03", ON, [5])
    keeper.arm(at(session), "K03", ON, [6])
    assert (first.state, first.how) == (ClockState.ENDED, ClockEnd.REPLACED)
    clocks.document_served(session, 5, date(2026, 3, 4), NOW)
    assert clocks.live(session, "K03", ON).state is ClockState.ARMED


def test_a_clock_is_not_armed_without_its_document(session: Session) -> None:
    with pytest.raises(LookupError, match="K03"):
        keeper.arm(at(session), "K03", ON, [])


def test_a_move_may_name_the_only_clocks_it_concerns(session: Session) -> None:
    keeper.start(at(session, clocks={"K01"}), "K25", ON)
    keeper.arm(at(session, clocks={"K01"}), "K22", ON, [5])
    assert clocks.of(session, ON) == []


def test_only_the_clock_of_a_measure_that_was_ordered_is_extended(session: Session) -> None:
    clock = keeper.start(at(session), "K22", ON)
    keeper.extend(at(session), "K22", ON)
    keeper.extend(at(session), "K24", ON)
    assert clock.length == 90


@pytest.mark.parametrize("reached", ["armed", "running", "paused"])
def test_stopping_ends_a_clock_wherever_it_stands(session: Session, reached: str) -> None:
    if reached == "armed":
        keeper.arm(at(session), "K11", ON, [5])
    else:
        keeper.start(at(session), "K11", ON)
    if reached == "paused":
        keeper.pause(at(session), "K11", ON)
    keeper.stop(at(session), "K11", ON)
    assert states(session) == [("K11", "ENDED", "stopped")]


def test_stopping_what_does_not_exist_does_nothing(session: Session) -> None:
    keeper.stop(at(session), "K11", ON)
    assert clocks.of(session, ON) == []


def test_only_one_clock_of_a_key_lives_on_a_subject(session: Session) -> None:
    clock = keeper.start(at(session), "K11", ON)
    twin = {name: getattr(clock, name) for name in set(Clock.__table__.columns.keys()) - {"id"}}
    session.add(Clock(**twin))
    with pytest.raises(IntegrityError, match="uq_clock_live"):
        session.flush()
    session.rollback()


# Lengths


def test_an_order_may_set_its_own_days(session: Session) -> None:
    assert keeper.arm(at(session, length=45), "K22", ON, [5]).length == 45
    assert keeper.arm(at(session, length=120), "K22", ON, [6]).length == 120, "as decided: bounds hold for proposals"


def test_r5_what_is_held_on_its_last_day_ends_with_the_day_on_which_it_is_resumed(session: Session) -> None:
    clock = keeper.start(at(session), "K01", ON)
    keeper.pause(at(session, date(2026, 3, 9)), "K01", ON)
    assert clock.days_left == 0
    told = clocks.if_resumed(session, clock, date(2026, 3, 18))
    keeper.resume(at(session, date(2026, 3, 18)), "K01", ON)
    assert told.due_on == clock.due_on == date(2026, 3, 18)


def test_a_length_of_an_order_touches_no_other_clock(session: Session) -> None:
    assert keeper.start(at(session, length=45), "K01", ON).length == 5


@pytest.mark.parametrize(("key", "length"), [("K11", 20), ("K22", 15), ("K24", 30), ("K01", 5)])
def test_a_clock_that_starts_anew_after_a_failure_is_as_short_as_the_model_says(
    session: Session, key: str, length: int
) -> None:
    assert keeper.start(at(session, again=True), key, ON).length == length


# Pause, resume, extend


def test_r5_a_pause_stores_the_days_left_and_resuming_counts_them_from_the_next_day(session: Session) -> None:
    clock = keeper.start(at(session), "K01", ON)
    keeper.pause(at(session, date(2026, 3, 4)), "K01", ON)
    assert (clock.state, clock.days_left, clock.due_on) == (ClockState.PAUSED, 3, None)
    keeper.resume(at(session, date(2026, 3, 18)), "K01", ON)
    assert (clock.state, clock.due_on) == (ClockState.RUNNING, date(2026, 3, 23))


def test_what_is_not_running_is_neither_paused_nor_resumed(session: Session) -> None:
    keeper.arm(at(session), "K12", ON, [5])
    keeper.pause(at(session), "K12", ON)
    keeper.resume(at(session), "K12", ON)
    assert states(session) == [("K12", "ARMED", None)]


def test_what_is_already_over_is_not_held_anymore(session: Session) -> None:
    clock = keeper.start(at(session), "K01", ON)
    keeper.pause(at(session, date(2026, 3, 10)), "K01", ON)
    assert clock.state is ClockState.RUNNING


def test_r6_an_extension_counts_the_new_total_from_the_original_start(session: Session) -> None:
    clock = keeper.start(at(session, date(2026, 3, 3)), "K03", ON)
    keeper.extend(at(session, date(2026, 3, 10)), "K03", ON)
    assert (clock.length, clock.steps, clock.due_on) == (30, [30], date(2026, 4, 2))
    keeper.extend(at(session, date(2026, 3, 30)), "K03", ON)
    assert (clock.length, clock.steps, clock.due_on) == (60, [30, 60], date(2026, 5, 6))
    with pytest.raises(NotNow):
        keeper.extend(at(session, date(2026, 3, 30)), "K03", ON)


def test_r6_an_extension_may_grant_less_than_the_step_but_never_more(session: Session) -> None:
    clock = keeper.start(at(session), "K03", ON)
    for to in (clock.length, 31):
        with pytest.raises(BadInput):
            keeper.extend(at(session, to=to), "K03", ON)
    keeper.extend(at(session, to=20), "K03", ON)
    assert clock.length == 20
    keeper.extend(at(session, to=40), "K03", ON)
    with pytest.raises(NotNow):  # as often as there are steps, and not until the last of them is reached
        keeper.extend(at(session, to=50), "K03", ON)
    assert clock.length == 40


def test_r6_a_clock_is_extended_on_its_last_day_but_not_after_it(session: Session) -> None:
    keeper.start(at(session), "K03", ON)
    with pytest.raises(NotNow):
        keeper.extend(at(session, date(2026, 3, 18)), "K03", ON)
    keeper.extend(at(session, date(2026, 3, 17)), "K03", ON)


def test_r6_what_was_asked_for_in_time_is_granted_also_after_the_last_day(session: Session) -> None:
    clock = keeper.start(at(session), "K03", ON)
    keeper.extend(at(session, date(2026, 3, 18), in_time=True), "K03", ON)
    assert clock.length == KINDS["K03"].extend_to[0]


def test_a_count_that_begins_anew_never_begins_earlier_nor_once_it_has_ended(session: Session) -> None:
    clock = keeper.start(at(session), "K03", ON)
    day0, due_on = clock.day0, clock.due_on
    assert day0 is not None
    for days in (-1, 0):
        clocks.count_from(session, clock, day0 + timedelta(days=days), SYSTEM, NOW)
        assert (clock.day0, clock.due_on) == (day0, due_on)
    clocks.count_from(session, clock, day0 + timedelta(days=2), SYSTEM, NOW)
    assert (clock.day0, clock.due_on) > (day0, due_on)
    day0, due_on = clock.day0, clock.due_on
    keeper.stop(at(session), "K03", ON)
    clocks.count_from(session, clock, day0 + timedelta(days=2), SYSTEM, NOW)
    assert (clock.day0, clock.due_on) == (day0, due_on), "what has ended keeps its last day"
    assert [entry["row"] for entry in session.info["journal"]].count("K03.counted") == 1


def test_what_does_not_run_cannot_be_extended(session: Session) -> None:
    with pytest.raises(NotNow):
        keeper.extend(at(session), "K03", ON)
    keeper.arm(at(session), "K03", ON, [5])
    with pytest.raises(NotNow):
        keeper.extend(at(session), "K03", ON)


def test_a_paused_clock_that_is_extended_has_more_days_left(session: Session) -> None:
    clock = keeper.start(at(session), "K11", ON)
    keeper.pause(at(session, date(2026, 3, 6)), "K11", ON)
    keeper.extend(at(session, date(2026, 3, 9)), "K11", ON)
    assert (clock.state, clock.length, clock.days_left) == (ClockState.PAUSED, 90, 86)


# Ended, and what the calendar does not know


def test_a_clock_has_ended_after_its_confirmed_last_day_and_never_while_provisional(session: Session) -> None:
    certain = keeper.start(at(session), "K01", ON)
    assert [clock_moves.has_ended(certain, date(2026, 3, n)) for n in (9, 10)] == [False, True]
    open_end = keeper.start(at(session, date(2026, 12, 20)), "K18", ON)
    assert open_end.provisional
    assert not clock_moves.has_ended(open_end, date(2027, 12, 1))


def test_r11_a_count_that_leaves_the_calendar_starts_without_a_date_and_staff_are_told(
    session: Session, hooks: Hooks
) -> None:
    told = []
    hooks.alerts.add(lambda _session, clock, why: told.append((clock.key, why)))
    clock = keeper.start(at(session, date(2028, 12, 1)), "K11", ON)
    assert (clock.state, clock.due_on, clock.provisional) == (ClockState.RUNNING, None, True)
    assert told == [("K11", "undated")]


# The calendar moves a clock


def load(session: Session, days: Mapping[date, bool], year: int = 2027) -> None:
    calendar.load_year(session, year, days, "国办发明电〔2026〕9号", Actor(7, frozenset({"system_admin"})), NOW)


def test_a_clock_without_a_date_gets_one_as_soon_as_the_calendar_reaches_so_far(session: Session) -> None:
    clock = keeper.start(at(session, date(2028, 12, 20)), "K02", ON)
    assert clock.due_on is None
    load(session, {date(2029, 1, 1): False}, 2029)
    assert clock.due_on == date(2029, 1, 4)


def test_loading_a_year_counts_its_clocks_again_journals_and_tells(session: Session, hooks: Hooks) -> None:
    moved = []
    hooks.moves.add(lambda _session, clock, was: moved.append((was, clock.due_on)))
    clock = keeper.start(at(session, date(2026, 12, 25)), "K02", ON)
    assert (clock.due_on, clock.provisional) == (date(2027, 1, 11), True)
    load(session, {date(2027, 1, 1): False, date(2027, 1, 4): False})
    assert (clock.due_on, clock.provisional) == (date(2027, 1, 12), False)
    assert moved == [(date(2027, 1, 11), date(2027, 1, 12))]
    assert (clock.moved_from, clock.moved_at) == (date(2027, 1, 11), NOW)
    [entry] = [entry for entry in session.info["journal"] if entry["row"] == "K02.counted"]
    assert entry["changes"]["due_on"] == ["2027-01-11", "2027-01-12"]
    assert not clocks.recompute(session, clock, SYSTEM, NOW)
    assert len(moved) == 1, "a date that stays and was certain is told to nobody"


def test_an_estimate_that_moves_and_stays_one_is_told_and_what_only_becomes_certain_has_not_moved(
    session: Session, hooks: Hooks
) -> None:
    told = []
    hooks.moves.add(lambda _session, clock, was: told.append((clock.key, was, clock.provisional)))
    stays = keeper.start(at(session, date(2026, 12, 25)), "K02", ON)
    moves = keeper.start(at(session, date(2027, 12, 24)), "K01", ON)
    load(session, {date(2027, 1, 1): False, date(2027, 12, 28): False})
    assert told == [("K02", date(2027, 1, 11), False), ("K01", date(2027, 12, 31), True)]
    assert (stays.moved_from, moves.moved_from) == (None, date(2027, 12, 31))


def test_an_estimate_is_certain_once_its_last_day_itself_has_passed(session: Session) -> None:
    clock = keeper.start(at(session, date(2026, 12, 18)), "K01", ON)
    assert (clock.due_on, clock.provisional) == (date(2026, 12, 25), True)
    for today, provisional in ((25, True), (26, False)):
        calendar.confirm_passed(session, date(2026, 12, today), NOW)
        assert clock.provisional is provisional


def test_a_date_that_was_notified_never_moves_earlier(session: Session) -> None:
    clock = keeper.start(at(session, date(2026, 12, 25)), "K01", ON)
    assert clock.due_on == date(2027, 1, 4)
    clock.notified_due_on = clock.due_on
    load(session, {date(2027, 1, 1): False, date(2027, 1, 2): True})
    assert (clock.due_on, clock.provisional) == (date(2027, 1, 4), False)
    assert clocks.explain(session, clock)[-1].kind is StepKind.KEPT


def test_a_limit_that_is_over_keeps_its_last_day_in_its_count_whatever_the_calendar_says_since(
    session: Session, hooks: Hooks
) -> None:
    early = []
    hooks.earlies.add(lambda _session, clock, _then, _now: early.append(clock.key))
    _answered, clock = (keeper.start(at(session, date(2026, 12, 25)), key, ON) for key in ("K02", "K01"))
    for key in ("K02", "K01"):
        keeper.stop(at(session, date(2026, 12, 29)), key, ON)
    load(session, {date(2027, 1, 1): False, date(2027, 1, 4): False})
    *_counted, before, last = clocks.explain(session, clock)
    assert (clock.due_on, before.day) == (date(2027, 1, 4), date(2027, 1, 5))
    assert (last.day, last.kind) == (date(2027, 1, 4), StepKind.ENDED)
    assert not early, "what was done in time has not ended too early"


def test_a_date_nobody_was_told_moves_either_way(session: Session) -> None:
    clock = keeper.start(at(session, date(2026, 12, 25)), "K01", ON)
    load(session, {date(2027, 1, 1): False, date(2027, 1, 2): True})
    assert clock.due_on == date(2027, 1, 2)


def test_the_database_refuses_to_move_a_notified_date_earlier(session: Session) -> None:
    clock = keeper.start(at(session), "K02", ON)
    clock.notified_due_on = clock.due_on
    session.flush()
    clock.due_on -= timedelta(days=1)
    with pytest.raises(IntegrityError, match="never_earlier_than_notified"):
        session.flush()
    session.rollback()


def test_a_party_that_sees_a_date_has_been_told_it_an_estimated_one_as_well(session: Session) -> None:
    certain = keeper.start(at(session), "K12", ON)
    assert (certain.visible_party, certain.notified_due_on) == (11, certain.due_on)
    open_end = keeper.start(at(session, date(2026, 12, 20)), "K12", ON)
    assert open_end.provisional
    assert open_end.notified_due_on == open_end.due_on
    undated = keeper.start(at(session, date(2028, 12, 20)), "K12", ON)
    assert (undated.due_on, undated.notified_due_on) == (None, None)
    feedback = keeper.start(at(session), "K05", ON)
    assert (feedback.visible_complaint, feedback.notified_due_on) == (12, feedback.due_on), "so has a complainant"


def test_an_estimate_that_a_party_saw_moves_later_but_not_earlier(session: Session) -> None:
    clock = keeper.start(at(session, date(2026, 12, 20)), "K12", ON)
    estimate = clock.due_on
    assert estimate == date(2027, 1, 4)
    load(session, {date(2027, 1, 1): False, date(2027, 1, 2): True, date(2027, 1, 3): True})
    assert (clock.due_on, clock.provisional) == (estimate, False)
    load(session, {date(2027, 1, n): False for n in (1, 4, 5)})
    assert clock.due_on == date(2027, 1, 6)


def test_a_told_day_that_becomes_a_day_of_rest_rolls_on(session: Session) -> None:
    clock = keeper.start(at(session, date(2026, 12, 21)), "K12", ON)
    assert clock.due_on == date(2027, 1, 5)
    works = {date(2027, 1, n): True for n in (2, 3)}
    load(session, works | {date(2027, 1, n): False for n in (1, 5, 6)})
    assert (clock.due_on, clock.provisional) == (date(2027, 1, 7), False)
    assert clocks.explain(session, clock)[-1].kind is StepKind.KEPT
    assert clock.moved_from == date(2027, 1, 5)


def test_a_told_day_that_rolls_on_to_days_that_are_still_open_is_an_estimate(session: Session) -> None:
    clock = keeper.start(at(session, date(2027, 12, 9)), "K12", ON)
    assert clock.due_on == date(2027, 12, 23)
    load(session, {date(2027, 12, n): n < 20 for n in (11, 12, 23, 24)})
    assert (clock.due_on, clock.provisional) == (date(2027, 12, 27), True)


def test_the_database_does_not_let_a_told_day_be_forgotten_together_with_the_last_day(session: Session) -> None:
    clock = keeper.start(at(session), "K12", ON)
    number, earlier = clock.id, clock.due_on - timedelta(days=1)
    for told in (earlier, None):
        change = update(Clock).where(Clock.id == number).values(due_on=earlier, notified_due_on=told)
        with pytest.raises(IntegrityError, match="only moves later"), session.begin_nested():
            session.execute(change)


# Who may see one


def test_a_clock_is_shown_to_whoever_owes_the_act(session: Session) -> None:
    for key in ("K03", "K05", "K13"):
        keeper.start(at(session), key, ON)
    seen = {clock.key: (clock.visible_party, clock.visible_complaint) for clock in clocks.of(session, ON)}
    assert seen == {"K03": (11, None), "K05": (None, 12), "K13": (None, None)}


def test_a_room_can_say_who_sees_the_clocks_of_its_things(session: Session) -> None:
    clock_hooks.seen_by("thing", lambda _session, _number, _key: (21, 22))
    clock = keeper.start(at(session), "K03", ON)
    assert (clock.visible_party, clock.visible_complaint) == (21, 22)


@pytest.mark.parametrize(("key", "who", "own"), [("K03", "party", "11"), ("K05", "complaint", "12")])
def test_another_party_or_complainant_never_reads_a_clock(app: Flask, key: str, who: str, own: str) -> None:
    role = "zilu_party" if who == "party" else "zilu_complainant"
    with app.app_context():
        with transaction() as session:
            calendar.seed(session, NOW)
            keeper.start(at(session), key, ON)
        for number, count in ((own, 1), ("13", 0)):
            with transaction() as session:
                pass
            read_as(session, Reader(role, ((f"zilu.{who}", number),)))
            assert len(clocks.of(session, ON)) == count
            session.rollback()


# The explanation


def test_each_day_of_a_clock_is_explained(session: Session) -> None:
    clock = keeper.start(at(session, date(2026, 4, 29)), "K01", ON)
    rows = clocks.explain(session, clock)
    assert [(row.day.day, row.n) for row in rows if row.counted] == [(30, 1), (6, 2), (7, 3), (8, 4), (9, 5)]
    assert rows[0].kind is StepKind.START
    assert str(rows[2].holiday) in {"Labour Day", "劳动节"}
    assert rows[-1].kind is StepKind.MAKE_UP


def test_a_pause_is_explained_and_a_held_clock_as_far_as_it_ran(session: Session) -> None:
    clock = keeper.start(at(session), "K01", ON)
    keeper.pause(at(session, date(2026, 3, 4)), "K01", ON)
    assert [row.n for row in clocks.explain(session, clock)] == [0, 1, 2]
    keeper.resume(at(session, date(2026, 3, 10)), "K01", ON)
    assert [row.kind for row in clocks.explain(session, clock)].count(StepKind.PAUSED) == 6


def test_a_clock_that_ended_while_held_is_explained_as_far_as_it_ran(session: Session) -> None:
    clock = keeper.start(at(session), "K01", ON)
    keeper.pause(at(session, date(2026, 3, 4)), "K01", ON)
    keeper.stop(at(session, date(2026, 3, 5)), "K01", ON)
    assert [row.n for row in clocks.explain(session, clock)] == [0, 1, 2]


def test_of_each_kind_of_clock_the_event_is_named_from_which_it_counts() -> None:
    assert STARTS.keys() == KINDS.keys()


def test_an_armed_clock_has_nothing_to_explain(session: Session) -> None:
    assert clocks.explain(session, keeper.arm(at(session), "K03", ON, [5])) == []


@pytest.mark.parametrize(
    ("today", "unit", "said"),
    [
        (date(2026, 9, 28), Unit.WD, "剩余2个工作日"),
        (date(2026, 10, 5), Unit.WD, "已逾期"),
        (date(2026, 10, 9), Unit.WD, "逾期2个工作日"),
        (date(2026, 10, 9), Unit.CD, "逾期9天"),
    ],
)
def test_how_late_it_is_is_told_in_the_days_in_which_it_is_counted(
    session: Session, today: date, unit: Unit, said: str
) -> None:
    with time_machine.travel(datetime.combine(today, NOW.timetz())):
        assert remaining.in_words(session, date(2026, 9, 30), unit) == said
