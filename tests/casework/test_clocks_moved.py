"""Days by an estimate and corrected calendars: what ended stays so, what moves is told."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from casework import expiries, tasks
from casework.models import Complaint, Forwarding, LedgerEntry, Task
from core.actors import SYSTEM
from core.db import transaction
from core.machine import Ask
from core.mail import Mail
from registry import calendar, clock_moves, clocks
from registry.models_clocks import ClockEnd, ClockState
from tests.builders import MAIL, Desk, told_of
from tests.casework.test_clocks import START, Scene, after, conducted, end_of, of_kind, scene, stands, sweep

__all__ = ["scene"]


def test_i19_a_provisional_clock_expires_nothing_and_staff_are_told(scene: Scene) -> None:
    def late(desk: Desk) -> Forwarding:
        desk.now = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)
        return desk.forwarded()

    _desk, number = scene(late)
    with transaction() as session:
        clock = clocks.live(session, "K03", ("forwarding", number))
        assert clock.provisional
        day = clock.due_on
    assert day.year == 2027, "of which no notice is out: no sweep makes it certain"
    for days in (20, 21):
        sweep(after(day, days))
    forwarding = stands(Forwarding, number)
    assert forwarding.state == "SENT"
    assert of_kind("clock_estimate:K03") == [forwarding.ref]
    assert of_kind("clock_ended:K03") == []
    with transaction() as session:
        assert clocks.live(session, "K03", ("forwarding", number)).state is ClockState.RUNNING
        assert not session.scalars(select(LedgerEntry)).all()
    with transaction() as session:
        calendar.load_year(session, day.year, {day.replace(day=1): False}, "示例〔2026〕1号", SYSTEM, START)
        assert not tasks.open_of(session, ("forwarding", number)), "what acts by itself now is nobody's task"


def test_what_expired_before_the_day_of_a_corrected_calendar_stays_so_and_is_an_urgent_task_of_the_head(
    scene: Scene,
) -> None:
    _desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    sweep(after(last))
    assert stands(Forwarding, number).state == "OVERDUE"
    with transaction() as session:
        before = calendar.exceptions_of(session, last.year)
        changes = calendar.diff(session, last.year, before | {last: False})
        assert [(one.day, one.becomes) for one in changes] == [(last, False)]
        found = clocks.expired_early(session, changes)
        assert [(clock.key, then) for clock, then in found] == [("K03", after(last))]
        for notice in ("补充通知", "再次录入"):
            loaded = calendar.load_year(session, last.year, before | {last: False}, notice, SYSTEM, START)
            assert len(loaded.early) == (notice == "补充通知")
    forwarding = stands(Forwarding, number)
    assert forwarding.state == "OVERDUE"
    with transaction() as session:
        (task,) = session.scalars(select(Task).where(Task.kind == "clock_early:K03"))
        assert (task.role, task.urgent, task.subject_ref) == ("head", True, forwarding.ref)
        assert "按更正后的日历" in tasks.sentence(task)


def test_a_later_correction_that_moves_the_last_day_once_more_is_another_task_of_the_head(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    sweep(after(last))
    with transaction() as session:
        off = calendar.exceptions_of(session, last.year) | {last: False}
        calendar.load_year(session, last.year, off, "补充通知", SYSTEM, START)
        for day, told in ((after(last, 20), []), (after(last), [("K03", after(last, 2))])):
            found = clocks.expired_early(session, calendar.diff(session, last.year, off | {day: False}))
            assert [(clock.key, then) for clock, then in found] == told


def test_of_a_period_whose_end_only_alerted_somebody_nothing_has_to_be_made_good(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.received(**conducted()))
    last = end_of("K01", "complaint", number)
    assert ("K01", True) in sweep(after(last))
    with transaction() as session:
        off = calendar.exceptions_of(session, last.year) | {last: False}
        assert clocks.expired_early(session, calendar.diff(session, last.year, off)) == []


def test_a_notice_that_left_the_page_on_its_last_day_left_it_no_day_too_early(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.received(**conducted()))
    with transaction() as session:
        ask = Ask(session, session.get_one(Complaint, number), SYSTEM, {}, START + timedelta(days=14))
        clocks.keeper.start(ask, "K33", ("publication", 7))
        clock = clocks.live(session, "K33", ("publication", 7))
        last = clock.due_on
        clock_moves.end(session, clock, ClockEnd.EXPIRED, START)
        off = calendar.exceptions_of(session, last.year) | {last: False}
        assert clocks.expired_early(session, calendar.diff(session, last.year, off)) == []


def test_a_date_that_moves_is_told_to_whom_it_concerns(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted(contact=MAIL)))
    with transaction() as session:
        clock = clocks.live(session, "K03", ("forwarding", number))
        expiries.moved(session, clock, clock.due_on)
        assert not session.scalars(select(Mail).where(Mail.key.startswith("moved:"))).all()
        expiries.moved(session, clock, clock.due_on - timedelta(days=1))
        assert {mail.to for mail in session.scalars(select(Mail).where(Mail.key.startswith("moved:")))} == {MAIL}
        assert told_of(session, "moved:") == {desk.lead.id}
