"""Clocks of complaints and forwardings: through the sweep, with time passed in."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin import restoring
from casework import complaints, forwardings, held_clocks, intake, messages, policies, tasks, triage
from casework.intake import EvidenceFile
from casework.models import Complaint, Forwarding, LedgerEntry, Task
from core.clock import day_of
from core.db import transaction
from filestore import files
from notices import queries_serving, serving
from notices.models import Document, Service
from notices.queries import last_document
from portal import queries_portal, queries_waiting
from registry import clock_sweep, clocks, successions
from registry.models_clocks import Clock
from registry.models_lineage import PartySuccession, SuccessionKind
from tests.builders import MASKED, Desk, party, person_of, rendered

START = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
"""A Tuesday; nothing of what follows passes a day that is not official yet."""


Scene = Callable[[Callable[[Desk], Complaint | Forwarding]], tuple[Desk, int]]


@pytest.fixture
def scene(app: Flask) -> Iterator[Scene]:
    """Brings something about in a transaction of its own, and gives its number."""

    def bring(about: Callable[[Desk], Complaint | Forwarding]) -> tuple[Desk, int]:
        with transaction() as session:
            desk = Desk(session, START)
            return desk, about(desk).id

    with app.app_context():
        yield bring


def sweep(day: date) -> list[tuple[str, bool]]:
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
    return [(one.key, one.done) for one in clock_sweep.sweep(now) if one.key != "K19"]  # of letters nobody served here


def end_of(key: str, subject: str, number: int) -> date:
    with transaction() as session:
        found = clocks.live(session, key, (subject, number))
        assert found is not None
        assert found.due_on is not None, key
        assert not found.provisional
        return found.due_on


def stands(model: type[Any], number: int) -> Any:
    with transaction() as session:
        found = session.get_one(model, number, populate_existing=True)
        session.expunge_all()
        return found


def of_kind(kind: str) -> list[str]:
    with transaction() as session:
        return [task.subject_ref for task in session.scalars(select(Task).where(Task.kind == kind))]


def after(day: date, days: int = 1) -> date:
    return day + timedelta(days=days)


def conducted(**changed: Any) -> dict[str, Any]:
    return {"conduct_from": date(2026, 8, 20), "conduct_to": date(2026, 8, 25)} | changed


def test_k01_over_alerts_the_head_once_and_nothing_else_happens(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.received(**conducted()))
    last = end_of("K01", "complaint", number)
    assert last == date(2026, 9, 8)
    assert sweep(last) == []
    assert sweep(after(last)) == [("K01", True)]
    assert sweep(after(last, 2)) == []
    complaint = stands(Complaint, number)
    assert complaint.state == "RECEIVED"
    assert of_kind("clock_ended:K01") == [complaint.ref]


def test_what_was_late_and_is_done_is_nobodys_task_any_more(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.received(**conducted()))
    over = after(end_of("K01", "complaint", number))
    sweep(over)
    now = datetime.combine(over, time(2, 0), UTC)
    with transaction() as session:
        found = session.get_one(Complaint, number)
        wanted = {"respondents": [desk.lender.id], "masked_facts": MASKED}
        triage.accept(session, found, **wanted, actor=desk.intake, now=now)
        task = session.scalars(select(Task).where(Task.kind == "clock_ended:K01")).one()
        assert (task.done_at, task.done_by) == (now, desk.intake.id)


def test_what_had_no_date_and_is_done_is_nobodys_task_either(scene: Scene) -> None:
    def in_a_year_without_a_calendar(desk: Desk) -> Complaint:
        desk.now = datetime(2060, 11, 25, 2, 0, tzinfo=UTC)
        complaint = desk.received()
        assert [task.kind for task in tasks.open_of(desk.session, ("complaint", complaint.id))] == ["clock_undated:K01"]
        complaints.withdraw(desk.session, complaint, pressure=False, actor=person_of(complaint), now=desk.now)
        return complaint

    _desk, number = scene(in_a_year_without_a_calendar)
    with transaction() as session:
        assert "clock_undated:K01" not in {task.kind for task in tasks.open_of(session, ("complaint", number))}


def test_c04_nothing_added_in_time_is_rejected_on_the_last_day(scene: Scene) -> None:
    def asked(desk: Desk) -> Complaint:
        complaint = desk.received(**conducted())
        triage.ask_info(desk.session, complaint, missing=["录音"], actor=desk.intake, now=START)
        desk.serve("complaint", complaint.id, "D02", START)
        return complaint

    _desk, number = scene(asked)
    last = end_of("K02", "complaint", number)
    assert last == date(2026, 9, 15)
    sweep(last)
    assert stands(Complaint, number).state == "NEED_INFO"
    sweep(after(last, 4))
    complaint = stands(Complaint, number)
    assert (complaint.state, complaint.reason) == ("REJECTED", "K02")


def asked_with_a_file(desk: Desk) -> Complaint:
    """More was asked for; what came instead lies among the evidence."""
    complaint = desk.received(**conducted())
    triage.ask_info(desk.session, complaint, missing=["授权书"], actor=desk.intake, now=START)
    desk.serve("complaint", complaint.id, "D02", START)
    kept = files.keep_made(desk.session, b"%PDF-1.4 x", "授权书.pdf", "application/pdf")
    file = EvidenceFile(kept.sha256, "授权书.pdf", kept.media_type, kept.size)
    intake.bring_evidence(desk.session, complaint, [file], actor=person_of(complaint), now=START)
    return complaint


def held_by(number: int) -> Task:
    with transaction() as session:
        found = session.scalars(select(Task).where(Task.kind == "clock_came:K02", Task.subject_id == number)).one()
        session.expunge_all()
        return found


def test_c04_whoever_sent_something_by_another_way_is_not_rejected_unseen(scene: Scene) -> None:
    desk, number = scene(asked_with_a_file)
    assert of_kind("evidence") == [stands(Complaint, number).ref]
    with transaction() as session:
        assert session.scalars(select(Task.role).where(Task.kind == "evidence")).all() == ["intake"]
    last = end_of("K02", "complaint", number)
    for days in (1, 2):
        assert sweep(after(last, days)) == []
    assert stands(Complaint, number).state == "NEED_INFO"
    task = held_by(number)
    assert (task.role, task.urgent, task.done_at) == ("intake", True, None)
    with transaction() as session:  # it was what had been asked for
        now = datetime.combine(after(last, 2), time(2), UTC)
        found = session.get_one(Complaint, number)
        intake.give_info(session, found, text="授权书已收到。", actor=desk.intake, now=now)
    assert stands(Complaint, number).state == "RECEIVED"
    assert held_by(number).done_at is not None


def test_c04_what_came_is_looked_at_and_was_something_else(scene: Scene) -> None:
    desk, number = scene(asked_with_a_file)
    last = end_of("K02", "complaint", number)
    sweep(after(last))
    now, seen = datetime.combine(after(last), time(2), UTC), held_by(number).id
    with transaction() as session:
        tasks.done(session, session.get_one(Task, seen), actor=desk.intake, now=now)
        found = session.get_one(Complaint, number)
        messages.write(session, found, "授权书明天寄出。", actor=person_of(found), now=now)
    assert sweep(after(last, 2)) == []  # that was not seen yet
    with transaction() as session:
        waiting = select(Task).where(Task.kind == "clock_came:K02", Task.done_at.is_(None))
        tasks.done(session, session.scalars(waiting).one(), actor=desk.intake, now=now)
    assert sweep(after(last, 5)) == [("K02", True)]
    complaint = stands(Complaint, number)
    assert (complaint.state, complaint.reason) == ("REJECTED", "K02")


def test_f08_f11_c18_no_answer_is_reminded_noted_and_escalated(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    assert last == date(2026, 9, 16)
    sweep(after(last))
    forwarding = stands(Forwarding, number)
    assert forwarding.state == "OVERDUE"
    with transaction() as session:
        [entry] = session.scalars(select(LedgerEntry))
        assert (entry.code, entry.forwarding_id, entry.on) == ("V-P01", number, after(last))
        letter = session.scalar(select(Document).where(Document.kind == "D07a"))
        assert "2026年9月16日" in str(letter.paper)
        assert "自上述期限届满之日起5个工作日内" in str(letter.paper)
        assert "上述补交期限至2026年9月22日届满" in str(letter.paper)
        [shown] = queries_waiting.forwardings(session, forwarding.party_id)
        assert shown.due == last  # the reminder that runs makes it no less late
        assert [group.key for group in queries_waiting.grouped([shown], after(last))] == ["over"]
        looked = queries_portal.asked(session, session.get_one(Forwarding, number))
        assert [clock.key for clock in looked.clocks] == ["K03", "K04"]
        assert queries_serving.days_over(session, letter.services) == set()
    reminder = end_of("K04", "forwarding", number)
    assert reminder == date(2026, 9, 22)  # 17, 18, 20 (a make-up workday), 21, 22
    sweep(after(reminder))
    with transaction() as session:
        late = session.scalars(select(Service).join(Service.document).where(Document.kind == "D07a")).all()
        assert queries_serving.days_over(session, late) == {each.id for each in late} != set()
    forwarding = stands(Forwarding, number)
    complaint = stands(Complaint, forwarding.complaint_id)
    assert (forwarding.state, forwarding.gave_up, complaint.state) == ("OVERDUE", True, "ESCALATED")
    assert end_of("K07", "complaint", complaint.id) >= after(reminder, 29)


@pytest.mark.parametrize(("days", "state"), [(0, "SENT"), (1, "OVERDUE")])
def test_f08_of_a_company_that_was_gone_by_the_last_day_no_answer_is_missed(
    scene: Scene, days: int, state: str
) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    with transaction() as session:
        gone = session.get_one(Forwarding, number).party
        said = {"evidence": "注销登记", "actor": desk.head, "version": None, "now": START + timedelta(days=60)}
        successions.cease(session, gone, on=after(last, days), **said)
    sweep(after(last, 2))
    with transaction() as session:
        missed = len(session.scalars(select(LedgerEntry)).all())
        reminded = session.scalar(select(Document).where(Document.kind == "D07a")) is not None
    assert (stands(Forwarding, number).state, missed, reminded) == (state, days, bool(days))


def ended_late(desk: Desk, number: int, on: date, told: datetime) -> int:
    """A company went on as another on a day that is entered only now; the succession's number."""
    with transaction() as session:
        gone, heir = session.get_one(Forwarding, number).party, party(session, "远岬消费金融有限公司", basis=None)
        said = {"kind": SuccessionKind.ABSORBED, "evidence": "吸收合并协议", "matters": [], "version": None}
        return successions.record(session, gone, heir, from_on=on, actor=desk.head, now=told, **said).id


def passed_on(desk: Desk, number: int, succession: int, now: datetime) -> None:
    with transaction() as session:
        found = session.get_one(PartySuccession, succession)
        successions.pass_on(session, found, matters=[f"forwarding:{number}"], actor=desk.head, now=now)


def test_the_heir_of_a_company_that_was_gone_by_the_last_day_has_the_whole_period(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    told = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=5)
    succession = ended_late(desk, number, after(last, -1), told)
    sweep(after(last, 2))
    passed_on(desk, number, succession, told)
    ends = end_of("K03", "forwarding", number)
    assert ends >= after(day_of(told), 15)
    sweep(ends)
    assert stands(Forwarding, number).state == "SENT"
    sweep(after(ends))
    assert stands(Forwarding, number).state == "OVERDUE"


@pytest.mark.parametrize(("days", "whole"), [(0, True), (1, False)])
def test_the_heir_of_a_company_that_was_gone_before_it_was_reminded_has_the_whole_reminder(
    scene: Scene, days: int, *, whole: bool
) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    sweep(after(last))
    reminder = end_of("K04", "forwarding", number)
    told = datetime(reminder.year, reminder.month, reminder.day, tzinfo=UTC)
    passed_on(desk, number, ended_late(desk, number, after(last, days), told), told)
    assert (end_of("K04", "forwarding", number) > reminder) is whole
    sweep(after(reminder))
    assert stands(Forwarding, number).gave_up is not whole


def test_c18_only_whoever_was_reminded_in_vain_is_a_respondent_of_the_lead(scene: Scene) -> None:
    def before_two(desk: Desk) -> Complaint:
        other = party(desk.session, "白帆小额贷款有限公司")
        complaint = desk.accepted(desk.lender, other, **conducted())
        for each, days in zip(complaint.forwardings, (0, 5), strict=True):
            desk.serve("forwarding", each.id, "D05b", START + timedelta(days=days))
        return complaint

    _desk, number = scene(before_two)
    sweep(date(2026, 9, 23))
    with transaction() as session:
        complaint = session.get_one(Complaint, number)
        assert (complaint.state, {each.state for each in complaint.forwardings}) == ("ESCALATED", {"OVERDUE"})
        named = {track.party.name_zh for track in policies.tracks_of(session, complaint)}
    assert named == {"青屿消费金融有限公司", "海石催收服务有限公司"}


def test_r13_after_days_of_absence_each_period_counts_from_the_end_of_the_one_before(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    assert sweep(date(2026, 10, 12))[:2] == [("K03", True), ("K04", True)]
    with transaction() as session:
        k04 = session.scalar(select(Clock).where(Clock.key == "K04", Clock.subject_id == number))
        assert (k04.day0, k04.due_on) == (date(2026, 9, 16), date(2026, 9, 22))
        reminder = last_document(session, ["D07a"], "forwarding", number)
        assert reminder is not None
        k19 = session.scalar(select(Clock).where(Clock.key == "K19", Clock.subject_id == reminder.services[0].id))
        assert k19.day0 == reminder.issued_on == date(2026, 10, 12), "a letter is served from the day of its issue on"


def test_f16_after_a_refusal_that_came_late_the_reminder_runs_from_it(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)

    def do(verb: Callable[..., None], day: date, **said: Any) -> None:
        with transaction() as session:
            at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
            verb(session, session.get_one(Forwarding, number), now=at, **said)

    do(forwardings.ask_time, last, why="需调取录音", actor=desk.lead)
    sweep(date(2026, 9, 28))
    do(forwardings.refuse_time, date(2026, 9, 28), why="理由不足", actor=desk.head)
    sweep(date(2026, 9, 29))
    forwarding = stands(Forwarding, number)
    assert (forwarding.state, forwarding.gave_up) == ("OVERDUE", False)
    assert end_of("K04", "forwarding", number) == date(2026, 10, 10)  # 29 and 30 September, 8, 9 and 10 October
    with transaction() as session:
        [entry] = session.scalars(select(LedgerEntry))
        assert entry.on == after(last)
        letter = session.scalar(select(Document).where(Document.kind == "D07a"))
        assert "自本协会答复你单位延期申请之日（2026年9月28日）起" in str(letter.paper)


def test_where_a_slip_comes_back_late_the_reminder_runs_from_the_day_on_which_it_is_noted(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.accepted(**conducted()).forwardings[0])
    with transaction() as session:
        letter = last_document(session, ["D05b"], "forwarding", number)
        assert letter is not None
        [service] = rendered(session, letter, START)
        note = {"actor": desk.officer, "slip_no": "EX1"}
        serving.step(session, service.id, "post", now=START, **note)  # type: ignore[arg-type]
        noted = datetime(2026, 9, 28, 3, tzinfo=UTC)
        on = {"served_on": date(2026, 9, 2), "receiver": "收发室", "now": noted}
        serving.step(session, service.id, "slip_signed", actor=desk.officer, **on)  # type: ignore[arg-type]
    last = end_of("K03", "forwarding", number)
    sweep(date(2026, 9, 29))
    forwarding = stands(Forwarding, number)
    assert (forwarding.state, forwarding.gave_up) == ("OVERDUE", False)
    assert end_of("K04", "forwarding", number) == date(2026, 10, 10)
    with transaction() as session:
        assert session.scalars(select(LedgerEntry.on)).all() == [after(last)]
        told = last_document(session, ["D07a"], "forwarding", number)
        assert told is not None
        assert "自本协会获知该函送达之日（2026年9月28日）起5个工作日内" in str(told.paper)


def test_f10_a_late_answer_is_taken_and_marked(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    sweep(date(2026, 9, 25))
    now = datetime(2026, 9, 25, 3, tzinfo=UTC)
    with transaction() as session:
        desk.session = session
        forwarding = desk.answer(session.get_one(Forwarding, number), now=now)
        assert (forwarding.state, forwarding.answers[0].timely) == ("ANSWERED", False)
        assert forwarding.complaint.state == "ESCALATED"
        desk.release(forwarding, now)
        assert forwarding.complaint.state == "ESCALATED"  # its case runs


def test_f12_whoever_answered_after_all_and_is_asked_once_more_is_waited_for_again(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    sweep(date(2026, 9, 25))
    now = datetime(2026, 9, 25, 3, tzinfo=UTC)
    with transaction() as session:
        desk.session = session
        forwarding = desk.answer(session.get_one(Forwarding, number), now=now)
        forwardings.send_back(session, forwarding, gaps=["次数"], actor=desk.intake, now=now)
        desk.serve("forwarding", number, "D07b", now)
    sweep(after(end_of("K30", "forwarding", number)))
    forwarding = stands(Forwarding, number)
    assert (forwarding.state, forwarding.waits) == ("OVERDUE", True), "it has a reminder of its own"


def test_f09_no_further_answer_is_noted_as_well(scene: Scene) -> None:
    def sent_back(desk: Desk) -> Forwarding:
        forwarding = desk.answer(desk.forwarded(**conducted()))
        forwardings.send_back(desk.session, forwarding, gaps=["次数"], actor=desk.intake, now=START)
        desk.serve("forwarding", forwarding.id, "D07b", START)
        return forwarding

    _desk, number = scene(sent_back)
    last = end_of("K30", "forwarding", number)
    sweep(after(last))
    assert stands(Forwarding, number).state == "OVERDUE"
    with transaction() as session:
        assert session.scalar(select(LedgerEntry.code)) == "V-P01"


def test_what_ended_in_the_days_a_restore_lost_acts_only_once_the_head_has_let_it_go(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    with transaction() as session:
        done = restoring.go_on(session, {}, now=datetime.combine(after(last), time(1), UTC))
        kept = session.scalars(held := select(Task).where(Task.kind == "clock_held:K03")).one()
        assert (done.held, kept.role, kept.urgent, kept.subject_id) == (1, "head", True, number)
        assert "答复" in tasks.sentence(kept)
    for days in (1, 2):
        assert "K03" not in dict(sweep(after(last, days)))
    assert stands(Forwarding, number).state == "SENT"
    with transaction() as session:
        looked = datetime.combine(after(last, 15), time(1), UTC)
        tasks.done(session, session.scalars(held).one(), actor=desk.head, now=looked)
    assert ("K03", True) in sweep(after(last, 16))
    assert stands(Forwarding, number).state == "OVERDUE"
    with transaction() as session:
        reminder = clocks.live(session, "K04", ("forwarding", number))
        assert reminder is not None
        assert reminder.day0 == after(last, 15), "the reminder has all its days"
        letter = last_document(session, ["D07a"], "forwarding", number)
        assert letter is not None
        assert "本协会核对该期限之日" in str(letter.paper)


def test_what_ends_on_the_very_day_of_a_restore_waits_for_the_head_as_well(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    with transaction() as session:
        assert restoring.go_on(session, {}, now=datetime.combine(last, time(1), UTC)).held == 1


def test_f08_of_several_things_that_were_known_late_the_last_begins_the_reminder(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    answered, looked = (datetime.combine(after(last, days), time(3), UTC) for days in (12, 30))
    with transaction() as session:
        forwarding = session.get_one(Forwarding, number)
        asked = datetime.combine(last, time(3), UTC)
        forwardings.ask_time(session, forwarding, why="需调取录音", actor=desk.lead, now=asked)
        forwardings.refuse_time(session, forwarding, why="理由不足", actor=desk.head, now=answered)
        restoring.go_on(session, {}, now=answered)
        held = session.scalars(select(Task).where(Task.kind == "clock_held:K03")).one()
        tasks.done(session, held, actor=desk.head, now=looked)
    sweep(after(last, 31))
    with transaction() as session:
        reminder = clocks.live(session, "K04", ("forwarding", number))
        assert reminder is not None
        assert reminder.day0 == looked.date()


def test_an_answer_that_is_put_in_after_a_restore_does_the_task_of_its_time_limit(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.forwarded(**conducted()))
    last = end_of("K03", "forwarding", number)
    with transaction() as session:
        assert held_clocks.hold(session, datetime.combine(last, time(1), UTC)) == 1, "the last day itself as well"
        desk.session = session
        desk.answer(session.get_one(Forwarding, number), now=datetime.combine(last, time(2), UTC))
        assert not session.scalars(select(Task).where(Task.kind == "clock_held:K03", Task.done_at.is_(None))).all()


def test_while_a_request_for_time_waits_k03_does_not_act_and_the_head_is_told_daily(scene: Scene) -> None:
    def asked(desk: Desk) -> Forwarding:
        forwarding = desk.forwarded(**conducted())
        forwardings.ask_time(desk.session, forwarding, why="需调取录音", actor=desk.lead, now=START)
        return forwarding

    desk, number = scene(asked)
    last = end_of("K03", "forwarding", number)
    for days in (1, 2):
        assert sweep(after(last, days)) == []
        sweep(after(last, days))
    assert stands(Forwarding, number).state == "SENT"
    assert len(of_kind("time_waits")) == 2
    with transaction() as session:
        assert session.scalars(select(Task.key).where(Task.kind == "time_waits", Task.done_at.is_(None))).one()
    with transaction() as session:
        forwarding = session.get_one(Forwarding, number)
        now = START + timedelta(days=20)
        forwardings.refuse_time(session, forwarding, why="理由不足", actor=desk.head, now=now)
        assert not session.scalar(select(Task).where(Task.kind == "time_waits", Task.done_at.is_(None)))
    sweep(after(last, 6))
    assert stands(Forwarding, number).state == "OVERDUE"
