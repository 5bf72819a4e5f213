"""Trainings: attendance session by session, a test, one make-up, a certificate for whoever passed."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import tasks
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import SYSTEM
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from portal import company_archives, queries_waiting
from proceedings import queries_waiting as of_procedure
from registry import clock_sweep
from registry.models_clocks import Clock
from sanctions import attendance, company_papers, extensions, measures, rounds, trainees, trainings, verifications
from sanctions.models_measures import Training
from sanctions.plans import Person, Result, TrainingPlan, last_of
from tests.builders import known_year
from tests.builders_cases import actor
from tests.sanctions.chain import Chain


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _ordered(chain: Chain) -> CaseTrack:
    """Ordered in two sessions, with three people enrolled."""
    track = chain.effective([3])
    said = ("12月10日，催收自律规则", "12月11日，个人信息保护")
    plan = TrainingPlan(date(2026, 12, 10), "协会培训教室", date(2026, 12, 11), said)
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9), training=plan)
    chain.serve(track, "D23d", chain.later(9))
    people = [Person(f"学员{place}", "催收主管") for place in "甲乙丙"]
    measures.enrol(chain.session, track, people=people, actor=actor(chain.lead), now=chain.later(10))
    return track


def test_the_first_day_of_a_training_is_the_day_that_matters_and_afterwards_the_end_of_its_period(
    chain: Chain,
) -> None:
    track = chain.effective([3])
    plan = TrainingPlan(date(2026, 12, 10), "协会培训教室", date(2026, 12, 11))
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9), training=plan)
    chain.serve(track, "D23d", chain.later(9))

    def due() -> list[date | None]:
        found = queries_waiting.waiting(chain.session, track.party_id)
        return [each.due for each in found if each.note is not queries_waiting.A_RIGHT]

    assert due() == [plan.first]
    people = [Person(f"学员{place}", "催收主管") for place in "甲乙丙"]
    measures.enrol(chain.session, track, people=people, actor=actor(chain.lead), now=chain.later(10))
    period = chain.session.scalars(select(Clock).where(Clock.key == "K24", Clock.subject_id == track.id)).one()
    with time_machine.travel(datetime(2026, 12, 10, 3, tzinfo=UTC)):
        assert due() == [plan.first]
    with time_machine.travel(datetime(2026, 12, 11, 3, tzinfo=UTC)):
        assert due() == [period.due_on]


def test_a_company_takes_along_whom_it_named_and_how_the_training_ended_for_each(app: Flask, chain: Chain) -> None:
    track = _ordered(chain)
    training = rounds.measures(chain.session, track)[0].training
    assert training is not None
    first, second, _third = training.people
    first.attended, first.result = True, 85
    second.attended, second.makeup_on, second.makeup_result = False, date(2026, 12, 15), 88
    chain.session.flush()
    with app.test_request_context():
        asked = company_archives.Asked(track.party_id, None, "zh")
        (kept,) = company_papers.trainees(chain.session, asked)
    assert kept.text.splitlines() == [
        "学员甲 · 催收主管 · 已参加 · 85 · 合格",
        "学员乙 · 催收主管 · 缺席 · 2026-12-15补考：88分 · 合格",
        "学员丙 · 催收主管",
    ]


def _swept(chain: Chain, track: CaseTrack, days: int) -> datetime:
    """So many days after the last day of the period, which is certain."""
    period = chain.session.scalars(select(Clock).where(Clock.key == "K24", Clock.subject_id == track.id)).one()
    assert period.due_on is not None
    return chain.now + (period.due_on - chain.now.date()) + timedelta(days=days)


def _enrolled_and_over(at: Session) -> tuple[Chain, CaseTrack, datetime]:
    """A training for which three people were named, and the time after its last day."""
    chain = Chain(at, datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    track = chain.executing([3])
    people = [Person(f"学员{place}", "催收主管") for place in "甲乙丙"]
    measures.enrol(at, track, people=people, actor=actor(chain.lead), now=chain.later(10))
    return chain, track, _swept(chain, track, 1)


@pytest.mark.parametrize("entered", [True, False])
def test_nobody_fails_because_results_of_a_training_are_entered_late(app: Flask, entered: bool) -> None:
    with app.app_context():
        with transaction() as at:
            chain, track, after = _enrolled_and_over(at)
            number = track.id
        assert "K24" not in [each.key for each in clock_sweep.sweep(after) if each.done]
        waiting = select(Task).where(Task.kind == "clock_results:K24", Task.subject_id == number)
        with transaction() as at:
            track, asked = at.get_one(CaseTrack, number), at.scalars(waiting).one()
            assert (track.state, asked.role, asked.urgent) == ("EXECUTING", "officer", True)
            assert "录入培训结果" in tasks.sentence(asked)
            with time_machine.travel(after):
                [waits] = of_procedure.trainings(at, track.party_id)
            assert (waits.due, "由协会录入培训结果" in str(waits.note)) == (None, True)
            chain.session = at
            if entered:
                results = {each.id: Result(True, 90) for each in _training(chain, track).people}
                said = {"results": results, "actor": actor(chain.officer), "version": None, "now": after}
                measures.confirm_training(at, track, **said)  # type: ignore[arg-type]
            else:
                tasks.done(at, asked, actor=actor(chain.officer), now=after)
        list(clock_sweep.sweep(after + timedelta(days=1)))
        with transaction() as at:
            measure = rounds.measure(at, at.get_one(CaseTrack, number), 3)
            assert measure is not None
            assert (measure.state, measure.done_late) == (("DONE", False) if entered else ("FAILED", False))
            assert at.scalars(waiting).one().done_at is not None


def test_a_training_that_got_more_time_by_a_letter_of_the_last_day_fails_by_no_task_of_its_first_end(
    app: Flask,
) -> None:
    with app.app_context():
        with transaction() as at:
            chain, track, after = _enrolled_and_over(at)
            number = track.id
        list(clock_sweep.sweep(after))
        waiting = select(Task).where(
            Task.kind == "clock_results:K24", Task.subject_id == number, Task.done_at.is_(None)
        )
        with transaction() as at:
            track, day = at.get_one(CaseTrack, number), day_of(after) - timedelta(days=1)
            assert at.scalars(waiting).all()
            said = {"level": 3, "why": "部分人员补训", "asked_on": day, "actor": actor(chain.head), "version": None}
            extensions.extend(at, track, **said, now=after)  # type: ignore[arg-type]
            assert not at.scalars(waiting).all()
            chain.session = at
            late = _swept(chain, track, 1)
        list(clock_sweep.sweep(late))
        with transaction() as at:
            measure = rounds.measure(at, at.get_one(CaseTrack, number), 3)
            assert measure is not None
            assert measure.state == "ORDERED"
            assert at.scalars(waiting).all(), "its results are asked for once more"


def test_a_training_without_a_rectification_beside_it_fails_only_once_its_own_time_is_over(chain: Chain) -> None:
    ask = Ask(chain.session, _ordered(chain), SYSTEM, {}, chain.later(12))
    assert TRACK.refusals(ask, "K24_expired")


def test_who_named_nobody_for_a_training_has_no_results_to_wait_for(chain: Chain) -> None:
    track = chain.executing([3])
    period = chain.session.scalars(select(Clock).where(Clock.key == "K24", Clock.subject_id == track.id)).one()
    assert not trainings.waits_for_results(chain.session, period)


def test_nobody_is_enrolled_twice(chain: Chain) -> None:
    track = _ordered(chain)
    given = {"actor": actor(chain.lead), "now": chain.later(10)}
    new, there = Person("学员丁", "催收主管"), Person(" 学员甲 ", "催收主管")
    for people in ([new, there], [new, new], [new, Person("学员丁")], [Person("学员甲")]):
        with pytest.raises(BadInput, match="已在名单上"):
            measures.enrol(chain.session, track, people=people, **given)  # type: ignore[arg-type]
    measures.enrol(chain.session, track, people=[new, Person("学员甲", "质检主管")], **given)  # type: ignore[arg-type]
    assert len(_training(chain, track).people) == 5


def test_nobody_is_enrolled_once_the_training_is_over(chain: Chain) -> None:
    """An old page of the company named people for a track that was closed."""
    track = chain.executing([3])
    chain.trained(track)
    said = {"actor": actor(chain.officer), "version": None, "second": chain.second, "now": chain.later(30)}
    verifications.pass_(chain.session, track, **said)  # type: ignore[arg-type]
    for by in (chain.lead, chain.officer):
        with pytest.raises(NotNow, match="没有需要贵单位参加的培训"):
            measures.enrol(chain.session, track, people=[Person("学员丁")], actor=actor(by), now=chain.later(31))


def _training(chain: Chain, track: CaseTrack) -> Training:
    measure = rounds.measure(chain.session, track, 3)
    assert measure is not None
    assert measure.training is not None
    return measure.training


def _confirm(chain: Chain, track: CaseTrack, *results: Result) -> None:
    people = _training(chain, track).people
    said = {person.id: result for person, result in zip(people, results, strict=True)}
    measures.confirm_training(
        chain.session, track, results=said, actor=actor(chain.officer), version=None, now=chain.later(25)
    )


def test_the_order_names_its_sessions_and_attendance_is_taken_at_each(chain: Chain) -> None:
    track = _ordered(chain)
    order = notices.last_document(chain.session, ["D23d"], "track", track.id)
    assert order is not None
    assert "12月11日，个人信息保护" in str(order.paper["paper"])
    held = _training(chain, track)
    first, second, third = held.people
    came = {first.id: [1, 2], second.id: [2], third.id: []}
    trainings.attend(chain.session, track, came=came, actor=actor(chain.officer), version=None, now=chain.later(17))
    assert [each.attended for each in (first, second, third)] == [True, False, False]
    assert second.sessions == [2]


def test_nobody_has_a_certificate_who_missed_a_session_by_the_attendance_kept(chain: Chain) -> None:
    track = _ordered(chain)
    first, second, third = (each.id for each in _training(chain, track).people)
    came = {first: [1, 2], second: [1, 2], third: [1]}
    trainings.attend(chain.session, track, came=came, actor=actor(chain.officer), version=None, now=chain.later(17))
    with pytest.raises(BadInput, match="缺席") as refused:
        _confirm(chain, track, Result(True, 90), Result(True, 90), Result(True, 90))
    assert refused.value.field == f"came_{third}"
    _confirm(chain, track, Result(True, 90), Result(True, 90), Result(False, None, chain.later(24).date(), 85))
    assert track.state == "VERIFYING"


def test_marks_are_kept_before_enough_have_passed_and_tell_who_has_to_make_up_for_the_test(chain: Chain) -> None:
    track = _ordered(chain)
    training = _training(chain, track)
    numbers = [each.id for each in training.people]
    said: dict[str, Any] = {"actor": actor(chain.officer), "version": None, "came": {each: [1, 2] for each in numbers}}
    marks = dict(zip(numbers, (90, 50, None), strict=True))
    early = {**said, "came": {each: [1] for each in numbers}}
    with pytest.raises(BadInput, match="结束"):
        trainings.attend(chain.session, track, **early, marks=marks, now=datetime(2026, 12, 10, 9, tzinfo=UTC))
    chain.session.refresh(track)
    trainings.attend(chain.session, track, **said, marks=marks, now=chain.later(17))
    assert [each.result for each in training.people] == [90, 50, None]
    assert (training.to_make_up, [each.fell_short for each in training.people]) == (1, [False, True, False])
    period = chain.session.scalars(select(Clock).where(Clock.key == "K24", Clock.subject_id == track.id)).one()
    assert not trainings.waits_for_results(chain.session, period), "too few have passed, so its end acts"


def test_whoever_came_to_no_session_has_no_mark(chain: Chain) -> None:
    track = _ordered(chain)
    first, second, third = (each.id for each in _training(chain, track).people)
    said: dict[str, Any] = {"actor": actor(chain.officer), "version": None, "now": chain.later(17)}
    came: dict[int, list[int]] = {first: [1, 2], second: [2], third: []}
    with pytest.raises(BadInput, match="学员丙未参加任何一场培训") as refused:
        trainings.attend(chain.session, track, came=came, marks={first: 90, second: 85, third: 95}, **said)
    assert refused.value.field == f"mark_{third}"
    chain.session.expire_all()
    trainings.attend(chain.session, track, came=came, marks={first: 90, second: 85, third: None}, **said)
    away, day = Result(False, 95), chain.later(24).date()
    with pytest.raises(BadInput, match="请先更正签到"):
        _confirm(chain, track, Result(True, 90), Result(False, 85, day, 85), away)


def test_attendance_is_said_alike_to_staff_and_company_and_some_sessions_are_no_absence(
    app: Flask, chain: Chain
) -> None:
    people = _training(chain, _ordered(chain)).people
    for each, (came, whole, mark) in zip(
        people, (([1, 2], True, 85), ([1], False, 95), ([], False, None)), strict=True
    ):
        each.sessions, each.attended, each.result = came, whole, mark
    with app.test_request_context():
        told = [(str(attendance.came_to(each)), str(attendance.outcome(each))) for each in people]
    assert told == [("已参加", "合格"), ("1/2场", "不合格（有缺席场次）"), ("缺席", "")]


def test_attendance_writes_over_no_colleagues_and_says_nothing_of_who_was_enrolled_meanwhile(chain: Chain) -> None:
    track = _ordered(chain)
    first, second, third = _training(chain, track).people
    said: dict[str, Any] = {"actor": actor(chain.officer), "version": track.version, "now": chain.later(17)}
    trainings.attend(chain.session, track, came={first.id: [1, 2], second.id: []}, **said)
    with pytest.raises(Changed):
        trainings.attend(chain.session, track, came={first.id: [], second.id: [1]}, **said)
    assert [(each.sessions, each.attended) for each in (first, second)] == [([1, 2], True), ([], False)]
    assert third.attended is None


def test_nobody_attended_a_session_or_has_a_certificate_before_its_day(chain: Chain) -> None:
    track = _ordered(chain)
    held = _training(chain, track)
    assert held.last_on == date(2026, 12, 11)
    said = {"actor": actor(chain.officer), "version": None}
    on_the_first = datetime(2026, 12, 10, 9, tzinfo=UTC)
    person = held.people[0].id
    trainings.attend(chain.session, track, came={person: [1]}, now=on_the_first, **said)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="第2场培训尚未举行"):
        trainings.attend(chain.session, track, came={person: [1, 2]}, now=on_the_first, **said)  # type: ignore[arg-type]
    results = {each.id: Result(True, 90) for each in held.people}
    with pytest.raises(NotNow, match="培训于2026-12-11结束"):
        measures.confirm_training(chain.session, track, results=results, now=on_the_first, **said)  # type: ignore[arg-type]


def test_nobody_is_absent_from_a_session_that_is_still_to_come(chain: Chain) -> None:
    track = _ordered(chain)
    first, second, third = _training(chain, track).people
    said: dict[str, Any] = {"actor": actor(chain.officer), "version": None}
    before, between = datetime(2026, 12, 9, 9, tzinfo=UTC), datetime(2026, 12, 10, 9, tzinfo=UTC)
    trainings.attend(chain.session, track, came={each.id: [] for each in (first, second, third)}, now=before, **said)
    assert {each.attended for each in (first, second, third)} == {None}
    assert not list(trainees.refusals(third)), "nothing is recorded of anybody yet"
    trainings.attend(chain.session, track, came={first.id: [1], second.id: []}, now=between, **said)
    assert [each.attended for each in (first, second)] == [None, False]


def test_the_last_day_of_a_training_is_read_in_both_languages() -> None:
    plan = TrainingPlan(date(2026, 12, 31), "线上", date(2027, 1, 1))
    assert [last_of(plan.days(lang)) for lang in ("zh", "en")] == [date(2027, 1, 1)] * 2  # type: ignore[arg-type]
    assert last_of("12月中旬") is None


def test_a_session_that_does_not_exist_and_somebody_else_than_an_officer_are_refused(chain: Chain) -> None:
    track = _ordered(chain)
    person = _training(chain, track).people[0]
    with pytest.raises(BadInput):
        trainings.attend(
            chain.session,
            track,
            came={person.id: [3]},
            actor=actor(chain.officer),
            version=None,
            now=chain.later(17),
        )
    with pytest.raises(NotAllowed):
        trainings.attend(chain.session, track, came={}, actor=actor(chain.reviewer), version=None, now=chain.later(17))


def test_who_missed_or_failed_makes_up_once_and_gets_a_certificate(chain: Chain) -> None:
    track = _ordered(chain)
    day = chain.later(24).date()
    _confirm(chain, track, Result(True, 90), Result(False, None, day, 85), Result(True, 50, day, 80))
    assert getattr(rounds.measure(chain.session, track, 3), "done_on", None) == day, "not when it was entered"
    certificates = [each for each in notices.documents_of(chain.session, [("track", track.id)]) if each.kind == "D38"]
    assert len(certificates) == 3
    assert sum("补考" in str(each.paper["paper"]) for each in certificates) == 2
    assert track.state == "VERIFYING"


@pytest.mark.parametrize("days", [0, 1])
def test_a_make_up_after_the_period_is_taken_and_marked_as_late(chain: Chain, days: int) -> None:
    known_year(chain.session)
    track = _ordered(chain)
    after = _swept(chain, track, days)
    people = [each.id for each in _training(chain, track).people]
    results = dict(
        zip(people, (Result(True, 90), Result(True, 90), Result(False, None, after.date(), 85)), strict=True)
    )
    said = {"results": results, "actor": actor(chain.officer), "version": None, "now": after}
    measures.confirm_training(chain.session, track, **said)  # type: ignore[arg-type]
    measure = rounds.measure(chain.session, track, 3)
    assert measure is not None
    assert (measure.state, measure.done_late) == ("DONE", bool(days))


@pytest.mark.parametrize("wrong", ["passed", "no_day", "no_mark", "not_yet", "before"])
def test_a_make_up_has_its_day_and_its_reason(chain: Chain, wrong: str) -> None:
    track = _ordered(chain)
    results = {
        "passed": Result(True, 90, chain.later(24).date(), 95),
        "no_day": Result(False, None, None, 85),
        "no_mark": Result(False, None, chain.later(24).date(), None),
        "not_yet": Result(False, None, chain.later(40).date(), 85),
        "before": Result(False, None, date(2026, 12, 9), 85),
    }
    with pytest.raises(BadInput) as refused:
        _confirm(chain, track, results[wrong], Result(True, 90), Result(True, 90))
    row = {f"{name}_{_training(chain, track).people[0].id}" for name in ("again", "remark")}
    assert refused.value.field in row, "said at the line of whom it is about"


def test_a_failed_make_up_is_no_pass(chain: Chain) -> None:
    track = _ordered(chain)
    with pytest.raises(NotNow):
        _confirm(chain, track, Result(False, None, chain.later(24).date(), 60), Result(True, 90), Result(True, 90))


def _refused(chain: Chain, track: CaseTrack, **said: object) -> str:
    return _refusal(chain, track, **said).field


def _refusal(chain: Chain, track: CaseTrack, **said: object) -> BadInput:
    plan = TrainingPlan(**{"first": date(2026, 12, 10), "place": "协会培训教室", **said})  # type: ignore[arg-type]
    with pytest.raises(BadInput) as refused:
        measures.execute(
            chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9), training=plan
        )
    return refused.value


def test_a_training_is_on_days_that_lie_ahead_within_its_period_and_every_session_is_on_one_of_them(
    chain: Chain,
) -> None:
    track = chain.effective([3])
    assert _refused(chain, track, first=None) == "training"
    assert _refused(chain, track, first=date(2026, 11, 2)) == "first_on"
    assert _refused(chain, track, first=date(2027, 12, 10)) == "first_on"
    assert _refused(chain, track, last=date(2026, 12, 9)) == "last_on"
    late = _refusal(chain, track, last=date(2027, 12, 10))
    with force_locale("en"):
        assert (late.field, bool(re.search(r"by \d{1,2} [A-Z][a-z]+ 20\d\d", str(late)))) == ("last_on", True)
    for line in ("下周三，催收自律规则", "12月11日，催收自律规则", "2025-12-10，催收自律规则", "13月40日"):
        assert _refused(chain, track, sessions=("12月10日，个人信息保护", line)) == "sessions", line


def test_sessions_that_name_their_hours_come_to_the_hours_ordered(chain: Chain) -> None:
    track = chain.effective([3])
    assert _refused(chain, track, sessions=("12月10日，4学时，自律规则", "12月10日，2 hours, 个人信息")) == "sessions"
    plans = (
        ("12月10日 6.5小时", "12月10日 1.5小时"),
        ("12月10日，4学时", "12月10日，个人信息"),
        ("12月10日，8个学时",),
    )
    for sessions in plans:
        plan = TrainingPlan(date(2026, 12, 10), "协会培训教室", sessions=sessions)
        said = {"actor": actor(chain.officer), "now": chain.later(9), "training": plan}
        assert not list(measures.refusals(chain.session, track, **said))  # type: ignore[arg-type]


def test_a_notice_names_the_days_of_a_training_in_its_own_language() -> None:
    two = TrainingPlan(date(2026, 12, 31), "x", date(2027, 1, 1), ("12月31日，规则", "1月1日，规则", "2027/1/1 考核"))
    assert two.days("zh") == "2026年12月31日至2027年1月1日"
    assert two.days("en") == "31 December 2026 to 1 January 2027"
    assert two.strays() is None
    typed = TrainingPlan(date(2026, 12, 8), "x", None, ("20261208，2学时，规则", "2026-12-08，2学时", "12月8日，考核"))
    assert typed.held("zh") == ["2026年12月8日，2学时，规则", "2026年12月8日，2学时", "12月8日，考核"]
    assert typed.held("en") == ["2026-12-08，2学时，规则", "2026-12-08，2学时", "12月8日，考核"]
    timed = TrainingPlan(date(2026, 12, 8), "x", None, ("2026-12-08 9:00-12:00, rules",))
    assert timed.held("en") == ["2026-12-08 9:00-12:00, rules"], "the hour is not run into the day"
    assert TrainingPlan(date(2026, 12, 31), "x").days("zh") == "2026年12月31日"
