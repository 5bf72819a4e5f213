"""Days by an estimate and corrected calendars: what ended stays so, what moves is told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, corrected_ends, expiries, forwardings, tasks
from casework.models import Answer, Complaint, Forwarding, LedgerEntry, Task
from core.actors import SYSTEM
from core.db import attempt, transaction
from core.errors import NotAllowed, NotNow
from core.machine import Ask
from core.mail import Mail
from core.plainly import day
from desk import queries_queue_lines, showing_paper_days
from notices import serving
from notices.queries import last_document
from portal import queries_waiting
from registry import calendar, clock_moves, clocks, sessions
from registry.models_accounts import Account
from registry.models_clocks import Clock, ClockEnd, ClockState
from tests.builders import MAIL, Desk, person_of, rendered, told_of
from tests.casework.test_clocks import START, Scene, after, conducted, end_of, of_kind, scene, stands, sweep
from tests.portal.house import Enter, enter

__all__ = ["enter", "scene"]


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


def _off(day: date, now: datetime) -> list[str]:
    """A notice makes this day one of rest; what the head is asked to do about it."""
    with transaction() as session:
        off = calendar.exceptions_of(session, day.year) | {day: False}
        calendar.load_year(session, day.year, off, "补充通知", SYSTEM, now)
    return of_kind("clock_early:K03")


def _told_at_an_end(session: Session, complaint: Complaint, now: datetime) -> str:
    """What the notice of its end would say, were the complaint withdrawn now."""
    with attempt(session):
        complaints.withdraw(session, complaint, pressure=False, actor=person_of(complaint), now=now)
        letter = last_document(session, ["D08"], "complaint", complaint.id)
        return str(letter and letter.paper)


@pytest.mark.parametrize("answered", ["late", "in time", "not at all"])
def test_an_answer_by_the_corrected_last_day_is_in_time_and_the_head_puts_that_day_right(
    scene: Scene, enter: Enter, answered: str
) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    then = after(last)
    sweep(then)
    now = datetime.combine(then, time(2), UTC)
    head, said = desk.head, {"outcome": "EXPLAINED", "to_association": "已核实", "to_complainant": "已核实"}

    def answer(at: datetime) -> bool:
        with transaction() as session:
            return forwardings.answer(
                session, session.get_one(Forwarding, number), **said, actor=desk.lead, now=at
            ).timely

    if answered == "late":
        assert not answer(now)
    assert len(_off(last, now)) == 1
    if answered == "in time":
        assert answer(now)
        with transaction() as session:
            left = {each.kind for each in tasks.open_of(session, ("forwarding", number))}
            assert "clock_early:K03" not in left, "it needs nobody's deed"
            told = showing_paper_days.counted(session, ("forwarding", number), "K03", late=False)
            assert (day(then, "long") in told, day(last, "long") in told) == (True, False)
        return
    with time_machine.travel(now), transaction() as session:
        it = session.get_one(Forwarding, number)
        due = [(each.due, str(each.what)) for each in queries_waiting.forwardings(session, it.party_id)]
        assert due == ([(then, "答复转办事项")] if answered == "not at all" else [])
        ref, waits = it.complaint.ref, answered == "not at all"
        [line] = queries_queue_lines.lines_of(session, [it.complaint_id], then, "en")
        assert not line.late, "nobody has answered late while the corrected day is still to come"
        assert "未作答复" not in _told_at_an_end(session, it.complaint, now), "an answer would be in time"
        with pytest.raises(NotAllowed):
            corrected_ends.put_right(session, it, actor=desk.officer, version=it.version, now=now)
    with time_machine.travel(now):
        clerk = enter(desk.intake.id or 0)
        for page in (f"/staff/complaints/{ref}", f"/staff/forwardings/{number}"):
            shown = clerk.get(page)
            assert ('data-state="SENT"' in shown) >= waits
            assert 'data-state="OVERDUE"' not in shown
            assert "答复期限已过，已发催办" not in shown
    with transaction() as session:
        it = session.get_one(Forwarding, number)
        assert corrected_ends.put_right(session, it, actor=head, version=it.version, now=now) == then
        assert clock_moves.newest(session, "K03", ("forwarding", number)).due_on == then
        noted = session.scalars(select(LedgerEntry.on)).all()
        assert noted == ([] if answered == "late" else [after(then)])
        if answered == "late":
            assert session.scalars(select(Answer.timely)).all() == [True]
        else:
            assert clocks.live(session, "K04", ("forwarding", number)).day0 == then
        assert not session.scalars(select(Task).where(Task.kind == "clock_early:K03", Task.done_at.is_(None))).all()
        with pytest.raises(NotNow):
            corrected_ends.put_right(session, it, actor=head, version=None, now=now)
    if answered == "not at all":
        assert not answer(now + timedelta(days=1))


def test_the_head_finds_the_deed_on_the_page_and_the_company_its_day(app: Flask, scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    then = after(last)
    sweep(then)
    now = datetime.combine(then, time(2), UTC)
    _off(last, now)
    with time_machine.travel(now, tick=True):
        clients = {}
        for who in (desk.head, desk.officer, desk.lead):
            clients[who.id] = app.test_client()
            with transaction() as session:
                token = sessions.begin(session, session.get_one(Account, who.id), passed=True, client="t", now=now)
            with clients[who.id].session_transaction() as cookie:
                cookie["sid"] = token
        where, sent = f"/staff/forwardings/{number}", {"key": "k1", "version": stands(Forwarding, number).version}
        assert "改为该日届满" not in clients[desk.officer.id].get(where).text
        assert clients[desk.officer.id].post(f"{where}/last-day", data=sent).status_code == 403
        assert f'action="{where}/last-day"' in clients[desk.head.id].get(where).text
        answer = clients[desk.head.id].post(f"{where}/last-day", data=sent)
        assert answer.status_code == 303, answer.text[answer.text.find("<main") :][:900]
        page = clients[desk.head.id].get(where).text
        assert "答复期限于2026年9月17日届满" not in page
        assert "2026年9月17日（含）以前的答复为按期" in page
        assert "待贵单位答复" in clients[desk.lead.id].get("/portal/forwardings/").text
        for theirs in (f"/portal/forwardings/{number}", f"/portal/forwardings/{number}/answer"):
            page = clients[desk.lead.id].get(theirs).text
            assert "贵单位应于2026年9月17日（含）以前答复" in page
            assert "记为逾期" not in page


def test_what_was_missed_by_either_day_is_no_task_of_the_head(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    sweep(after(last))
    assert _off(last, datetime.combine(after(last, 2), time(2), UTC)) == []


def test_what_began_with_a_service_that_the_calendar_puts_later_begins_later(scene: Scene) -> None:
    def unopened(desk: Desk) -> Forwarding:
        it = desk.accepted(**conducted()).forwardings[0]
        letter = last_document(desk.session, ["D05b"], "forwarding", it.id)
        assert letter is not None
        [service] = rendered(desk.session, letter, START)
        serving.onward(desk.session, service, START)
        return it

    desk, number = scene(unopened)
    with transaction() as session:
        last = session.scalars(select(Clock.due_on).where(Clock.key == "K28")).one()
    assert last == date(2026, 9, 4), "a Friday"
    sweep(after(last))
    was = end_of("K03", "forwarding", number)
    assert _off(last, datetime.combine(after(last, 3), time(2), UTC)) == []
    with transaction() as session:
        clock = clocks.live(session, "K03", ("forwarding", number))
        assert (clock.day0, clock.moved_from) == (date(2026, 9, 7), was)
        assert clock.due_on > was
        assert told_of(session, f"moved:{clock.id}:") == {desk.lead.id}
        assert not session.scalars(select(Task).where(Task.kind.startswith("clock_early"))).all()


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
