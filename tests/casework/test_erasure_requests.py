"""Erasing before its years are over, as a person asked: proposed, granted by the head, and what still keeps it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select, text
from sqlalchemy.orm import Session

from casework import cases, erasure_requests, erasures, messages, queries_erasures, rechecks, tasks
from casework.models import Complaint, Task
from casework.models_cases import CaseComplaint, CaseFile
from casework.models_erasures import ErasureRequest
from casework.recusals import declare_interest
from complainants import queries_tracking
from core import journal
from core.actors import Actor
from core.db import SYSTEM_READER, read_as, transaction
from core.errors import Changed, NotAllowed, Unavailable
from registry import settings
from registry.counting import Unit
from registry.models_clocks import Clock, ClockState
from tests.builders import MAIL, Desk, account, actor_of, known_year, person_of
from tests.canary import holding
from tests.casework.house import House, fill
from tests.casework.test_erasing import WORD, all_done, close_all, ended, erase, make, refused
from tests.casework.test_erasing_kept import other_case, withdrawn
from tests.casework.test_guard_sentences_complaint import rejected
from tests.casework.test_historic_complaints import from_before
from tests.conftest import NOW
from tests.registry.test_settings import as_production

TOMORROW, DUE = NOW + timedelta(days=1), NOW + timedelta(days=8)
LONG = "已不需要保存。" * 400


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, NOW)


def propose(desk: Desk, it: Complaint, **changed: Any) -> ErasureRequest:
    said = {"asked_on": NOW.date(), "reason": f"{WORD}来电", "actor": desk.officer, "now": NOW}
    return erasure_requests.propose(desk.session, it, **{**said, **changed})


def grant(desk: Desk, it: Complaint, **changed: Any) -> None:
    said = {"why": f"{WORD}已不需要", "actor": desk.head, "now": NOW}
    erasure_requests.grant(desk.session, it, **{**said, **changed})


def take_back(desk: Desk, it: Complaint, by: Actor) -> None:
    erasure_requests.take_back(desk.session, it, actor=by, now=TOMORROW)


def refuse(desk: Desk, it: Complaint, **changed: Any) -> None:
    said = {"why": "诉讼未了", "actor": desk.head, "now": NOW}
    erasure_requests.refuse(desk.session, it, **{**said, **changed})


def test_whoever_proposes_it_is_not_who_grants_it_and_each_says_why(desk: Desk) -> None:
    at, it = desk.session, withdrawn(desk, 1)
    both = replace(desk.head, roles=frozenset({"head", "intake"}))
    for actor in (desk.head, desk.lead):
        with pytest.raises(NotAllowed):
            propose(desk, it, actor=actor)
    refused(lambda: propose(desk, it, asked_on=TOMORROW.date()), "Give the day on which", "不晚于今天")
    refused(lambda: propose(desk, it, reason=" "), "Say how the person asked", "如何提出要求")
    refused(lambda: grant(desk, it), "Nobody has proposed", "无人提议")
    propose(desk, it, actor=both)
    refused(lambda: propose(desk, it), "proposed or granted already", "已经同意")
    asked = select(Task.but).where(Task.done_at.is_(None), Task.kind == erasure_requests.KIND)
    assert at.scalars(asked).all() == [both.id], "of whoever proposed it nobody wants a decision"
    (task,) = (each for each in tasks.open_of(at, ("complaint", it.id)) if each.kind == erasure_requests.KIND)
    refused(lambda: tasks.done(at, task, actor=desk.head, now=NOW), "granted or refused", "同意或者不同意")
    for actor in (desk.officer, both):
        for decide in (grant, refuse):
            with pytest.raises(NotAllowed):
                decide(desk, it, actor=actor)
    second = actor_of(account(at, "负责人乙", "head"))
    refused(lambda: grant(desk, it, actor=second, why=" "), "Give the reason", "请填写理由")
    with pytest.raises(Changed):
        grant(desk, it, actor=second, version=it.version - 1)
    grant(desk, it, actor=second, why=LONG)
    refused(lambda: grant(desk, it, actor=second), "granted already", "已经同意")
    assert not at.scalars(select(Task).where(Task.done_at.is_(None))).all()
    told = desk.thread(it)[-1].body
    assert "自2026年12月3日起，查询码不再能打开" in told
    assert LONG in told, "the reason is told to its end"
    assert queries_tracking.erased_from(at, it) == DUE.date()
    refuse(desk, it, actor=second)
    assert "不予删除。理由：诉讼未了" in desk.thread(it)[-1].body, "also after it was granted"
    propose(desk, it)


def test_in_the_days_laid_down_the_person_takes_it_back_and_staff_note_it(desk: Desk) -> None:
    it, company = withdrawn(desk, 1), desk.lead
    for by in (person_of(it), desk.officer):
        refused(lambda by=by: take_back(desk, it, by), "No deletion", "没有待办或者已经同意的")
        propose(desk, it)
        grant(desk, it)
        with pytest.raises(NotAllowed):
            take_back(desk, it, company)
        take_back(desk, it, by)
        told = "您撤回了删除个人信息的要求" in desk.thread(it)[-1].body
        assert told == (by is desk.officer), "who did not take it back reads that staff noted it"
        assert queries_erasures.request_of(desk.session, it) is None
        assert queries_erasures.due_early(desk.session, DUE, None, 9) == []
        assert queries_erasures.erased_on(desk.session, it).year == 2031
    propose(desk, it)
    take_back(desk, it, desk.officer)
    assert not desk.session.scalars(select(Task).where(Task.done_at.is_(None))).all(), "nor does the head decide"


def test_in_production_nobody_is_told_a_day_by_a_setting_that_nobody_confirmed(desk: Desk) -> None:
    it, row = withdrawn(desk, 1), settings.setting(desk.session, queries_erasures.GRACE)
    as_production(desk.session)
    propose(desk, it)
    with pytest.raises(Unavailable, match="ERASE_EARLY_DAYS"):
        grant(desk, it)
    row.confirmed_by, row.confirmed_at = desk.head.id, NOW
    desk.session.flush()
    grant(desk, it)


def test_whoever_is_tied_to_a_company_concerned_neither_proposes_nor_decides(desk: Desk) -> None:
    one, other = withdrawn(desk, 1), withdrawn(desk, 2)
    propose(desk, one)
    said: dict[str, Any] = {"kind": "SHARES", "note": "", "from_on": NOW.date(), "to_on": None}
    for actor in (desk.head, desk.officer):
        declare_interest(desk.session, desk.lender, **said, today=NOW.date(), actor=actor, now=NOW)
    for tried in (lambda: grant(desk, one), lambda: refuse(desk, one), lambda: propose(desk, other)):
        with pytest.raises(NotAllowed, match="申报"):
            tried()


def one_case(at: Session) -> CaseFile:
    return at.scalar(select(CaseFile)) or other_case(at)


KEEPS: dict[str, tuple[Callable[[Desk, Complaint], object], str, str]] = {
    "hold": (
        lambda desk, it: erasures.hold(desk.session, it, reason="法院", actor=desk.head, now=NOW),
        "The head holds it back",
        "负责人已决定保留",
    ),
    "case": (
        lambda desk, it: desk.session.add(CaseComplaint(case_id=one_case(desk.session).id, complaint_id=it.id)),
        "A case rests on it",
        "有案件以该投诉为依据",
    ),
    "task": (
        lambda desk, it: messages.write(desk.session, it, "请删除", actor=person_of(it), now=NOW),
        "still waits to be done",
        "仍有事项待办",
    ),
}


@pytest.mark.parametrize("what", KEEPS)
def test_what_keeps_it_is_said_to_whoever_proposes_or_grants_and_keeps_it_also_once_granted(
    app: Flask, what: str
) -> None:
    keep, english, chinese = KEEPS[what]

    def build(desk: Desk) -> int:
        kept, proposed, granted = (withdrawn(desk, number) for number in (1, 2, 3))
        for it in (proposed, granted):
            propose(desk, it)
        grant(desk, granted)
        for it in (kept, proposed, granted):
            keep(desk, it)
            desk.session.flush()
        refused(lambda: propose(desk, kept), english, chinese)
        refused(lambda: grant(desk, proposed), english, chinese)
        return granted.id

    make(app, build)
    assert erase(app, DUE) == 0


def test_what_runs_is_named_with_its_letter_and_deleting_is_offered_only_once_it_is_over(app: Flask) -> None:
    def build(desk: Desk) -> dict[str, Any]:
        it, at = ended(desk, MAIL), desk.session
        letter = next(each for each in queries_erasures.papers(at, [("complaint", it.id)]) if each.services)
        clock = Clock(key="K19", subject_type="service", subject_id=letter.services[0].id, length=5, unit=Unit.WD)
        clock.basis, clock.state, clock.day0 = "[D]", ClockState.RUNNING, desk.now.date()
        clock.started_at, clock.created_at, clock.due_on = desk.now, desk.now, NOW.date() + timedelta(days=7)
        at.execute(delete(Clock).where(Clock.subject_type == "service", Clock.subject_id == clock.subject_id))
        at.add(clock)
        at.flush()
        refused(lambda: propose(desk, it), f"service · {letter.ref} · until", f"送达 · {letter.ref} · 至")
        return {"ref": it.ref, "letter": letter.ref}

    house = fill(House(app), build)
    page, officer = f"/staff/complaints/{house.made['ref']}", house.enter("officer")
    shown = officer.get(page)
    assert f"still runs: service · {house.made['letter']} · until 2 December 2026" in shown
    assert "Propose to delete the data early" not in shown
    house.read(lambda at: at.execute(delete(Clock).where(Clock.subject_type == "service")))
    assert "Propose to delete the data early" in officer.get(page)
    assert "Propose the deletion" in officer.get(f"{page}/note/ask-erasing")


def test_deleting_early_is_not_offered_to_the_head_while_a_time_limit_runs(app: Flask) -> None:
    def build(desk: Desk) -> dict[str, Any]:
        it, at = ended(desk, MAIL), desk.session
        propose(desk, it)
        letter = next(each for each in queries_erasures.papers(at, [("complaint", it.id)]) if each.services)
        clock = Clock(key="K19", subject_type="service", subject_id=letter.services[0].id, length=5, unit=Unit.WD)
        clock.basis, clock.state, clock.day0 = "[D]", ClockState.RUNNING, desk.now.date()
        clock.started_at, clock.created_at, clock.due_on = desk.now, desk.now, NOW.date() + timedelta(days=7)
        at.execute(delete(Clock).where(Clock.subject_type == "service", Clock.subject_id == clock.subject_id))
        at.add(clock)
        return {"ref": it.ref}

    house = fill(House(app), build)
    page, head = f"/staff/complaints/{house.made['ref']}", house.enter("head")
    shown = head.get(page)
    assert "still runs: service" in shown
    assert "/note/keep-years" in shown
    assert "/note/erase-early" not in shown
    house.read(lambda at: at.execute(delete(Clock).where(Clock.subject_type == "service")))
    assert "/note/erase-early" in head.get(page)


def test_no_case_is_built_on_what_its_person_was_told_is_deleted_until_the_head_takes_that_back(desk: Desk) -> None:
    at, it = desk.session, withdrawn(desk, 1)
    propose(desk, it)
    grant(desk, it)
    said: dict[str, Any] = {"actor": desk.officer, "now": NOW}
    for tried in (
        lambda: cases.open(at, [it], title="", **said),
        lambda: cases.attach(at, one_case(at), it, **said),
    ):
        refused(tried, "was told that the data are deleted", "须先由负责人改为不予删除")
    refuse(desk, it)
    assert it in cases.open(at, [it], title="", **said).complaints


@pytest.mark.parametrize("granted", [True, False])
def test_what_has_not_ended_is_not_erased_early_and_what_is_opened_again_no_more(desk: Desk, *, granted: bool) -> None:
    refused(lambda: propose(desk, desk.received()), "has not ended", "尚未办结")
    known_year(desk.session)
    it = rejected(desk)
    all_done(desk, it)
    propose(desk, it)
    if granted:
        grant(desk, it)
    rechecks.recheck(desk.session, it, why="遗漏事实", actor=actor_of(account(desk.session, "丙", "head")), now=NOW)
    assert it.state == "RECEIVED"
    assert any("不再进行" in each.body for each in desk.thread(it)) is granted, (
        "who was told of a day reads that it is off"
    )
    desk.session.expire_all()
    assert queries_erasures.request_of(desk.session, it) is None
    assert queries_tracking.erased_from(desk.session, it) is None
    assert queries_erasures.due_early(desk.session, DUE, None, 9) == []
    asked = select(Task.id).where(Task.done_at.is_(None), Task.kind == erasure_requests.KIND)
    assert not desk.session.scalars(asked).all(), "nobody is asked to decide on it any more"
    with desk.session.no_autoflush:
        it.erased_at = DUE
        assert queries_erasures.carried_out(desk.session, it) is None, "once its years are over it was not asked for"
        it.erased_at = None


def test_of_an_earlier_register_it_is_granted_and_nobody_is_written_to(desk: Desk) -> None:
    it = from_before(desk)
    propose(desk, it)
    grant(desk, it)
    assert desk.thread(it) == []
    assert queries_erasures.due_early(desk.session, DUE, None, 9) == [(NOW, it.id)]
    assert queries_erasures.due_early(desk.session, DUE, (NOW, it.id), 9) == [], "what stays is passed over"


def test_it_is_erased_after_the_days_to_take_it_back_whatever_the_years_are(app: Flask) -> None:
    def build(desk: Desk) -> int:
        it, _other = ended(desk, MAIL), withdrawn(desk, 1)
        propose(desk, it)
        assert queries_erasures.erased_on(desk.session, it).year == 2031
        grant(desk, it)
        assert queries_erasures.erased_on(desk.session, it) == DUE.date()
        close_all(desk.session)
        as_production(desk.session)
        return it.id

    number = make(app, build)
    assert [erase(app, each) for each in (TOMORROW, DUE - timedelta(days=1), DUE, DUE)] == [0, 0, 1, 0]
    with app.app_context(), transaction() as at:
        it = at.get_one(Complaint, number)
        assert it.erased_at == DUE
        assert {"retention.proposed", "retention.granted"} <= set(at.scalars(select(journal.JournalEntry.row)))
        assert "erasure_request.reason" not in holding(at, WORD)
        assert "erasure_request.why" not in holding(at, WORD)
        request = queries_erasures.carried_out(at, it)
        assert request is not None
        assert request.asked_on == NOW.date(), "that the person asked stays"


def test_what_is_erased_early_is_found_by_an_index_of_just_that(session: Session) -> None:
    asked: list[Any] = []
    read_as(session, SYSTEM_READER)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    here = session.connection()
    event.listen(here, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
    queries_erasures.due_early(session, NOW, (NOW, 1), 100)
    ((words, values), *_more) = list(asked)
    plan = "\n".join(line for (line,) in here.exec_driver_sql(f"EXPLAIN {words}", values))
    assert "ix_erasure_request_granted" in plan, plan
    assert "Seq Scan" not in plan.split("SubPlan")[0], plan
