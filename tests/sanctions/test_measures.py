"""Execution: a notice and a clock for each measure and none else; failure is marked, and nothing is left hanging."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import SYSTEM
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices.papers import Table, text_of, whole_text
from registry import clocks
from registry.models_clocks import Clock
from registry.models_settings import Setting
from sanctions import decisions, interviews, measures, rounds, statements, trainees, trainings, verifications
from sanctions.models_measures import Measure
from sanctions.plans import InterviewPlan, Person, Result, TrainingPlan
from sanctions.policies_execution import is_reported_on
from tests.builders_cases import actor
from tests.sanctions.chain import Chain


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _in_force(chain: Chain, track: CaseTrack, kind: str) -> list[bool]:
    """Of each paper of a kind, whether whoever verifies it reads that it is in force; the others name the newest."""
    found = [each for each in notices.documents_of(chain.session, [("track", track.id)]) if each.kind == kind]
    assert {each.replaced_by_id for each in found if each.set_aside_on} <= {found[-1].id}
    return [each.set_aside_on is None for each in found]


def _letters(chain: Chain, track: CaseTrack, kind: str) -> int:
    made = notices.documents_of(chain.session, [("track", track.id)])
    return sum(1 for document in made if document.kind == kind)


def _last(chain: Chain, track: CaseTrack, kind: str) -> str:
    found = notices.last_document(chain.session, [kind], "track", track.id)
    assert found is not None
    return text_of(found.frozen.blocks)


def _measure(chain: Chain, track: CaseTrack, level: int) -> Measure:
    found = rounds.measure(chain.session, track, level)
    assert found is not None
    return found


def _clock(chain: Chain, track: CaseTrack, key: str) -> Clock | None:
    return clocks.live(chain.session, key, ("track", track.id))


def _expire(chain: Chain, track: CaseTrack, key: str) -> datetime:
    clock = _clock(chain, track, key)
    assert clock is not None
    assert clock.due_on is not None
    clock.provisional = False
    chain.session.flush()
    after = chain.now + (clock.due_on - chain.now.date()) + timedelta(days=1)
    TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, after, day=clock.due_on), f"{key}_expired")
    return after


def test_only_the_measures_ordered_get_a_notice_and_a_clock(chain: Chain) -> None:
    track = chain.executing([2])
    assert [_letters(chain, track, kind) for kind in ("D23a", "D23b", "D23d")] == [0, 1, 0]
    assert [bool(_clock(chain, track, key)) for key in ("K22", "K23", "K24", "K25")] == [False, True, False, False]


@pytest.mark.parametrize(("ordered", "code", "offered"), [([1], "V-C04", True), ([1, 4], "V-I02", False)])
def test_an_order_offers_a_review_only_where_one_can_still_be_asked_for(
    chain: Chain, ordered: list[int], code: str, offered: bool
) -> None:
    track = chain.executing(ordered, code)
    order = notices.last_document(chain.session, ["D23a"], "track", track.id)
    assert order is not None
    said = text_of(order.frozen.blocks)
    assert ("申请复核" in said, "15个工作日" in said) == (offered, offered)
    assert "整改期限为自本通知书送达之日起30日。" in said
    assert "整改报告由负责催收工作的高级管理人员周岚签名" in said


def test_a_circular_alone_is_ordered_without_any_letter(chain: Chain) -> None:
    track = chain.effective([4], code="V-I02")
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    assert track.state == "EXECUTING"
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    assert publication.scope == "MEMBERS"
    chain.publish(publication, chain.later(10))
    assert track.state == "VERIFYING"
    assert _measure(chain, track, 4).state == "DONE"
    said = {"second": chain.second, "actor": actor(chain.officer), "version": None, "now": chain.later(11)}
    verifications.pass_(chain.session, track, **said)  # type: ignore[arg-type]
    told = notices.last_document(chain.session, ["D24"], "track", track.id)
    assert told is not None
    rows = [each.rows for each in told.frozen.blocks if isinstance(each, Table)]
    assert rows == [(("1", "行业内通报批评", "由本协会依照决定公布", "2026年12月5日公布", "合格"),)]


def test_an_order_sets_its_own_length(chain: Chain) -> None:
    track = chain.reported()
    item = {"problem": "甲", "correction": "乙", "proof": "丙"}
    said = {"1": {"days": 45, "items": [item, {**item, "days": 30}]}}
    chain.propose(track, [1], terms=said)
    chain.serve(track, "D17", chain.later(4))

    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=chain.later(5))
    members = chain.vote(track, *["PROPOSED"] * 3)
    decisions.decide(chain.session, track, actor=members[0], reasons="事实清楚", statement_dealt="", now=chain.later(7))
    chain.serve(track, "D20", chain.later(7))
    chain.execute(track, chain.later(9))
    clock = _clock(chain, track, "K22")
    assert clock is not None
    assert clock.length == 45
    assert [each.days for each in _measure(chain, track, 1).items] == [45, 30]


def test_what_was_decided_within_the_bounds_of_its_day_is_ordered_whatever_they_are_now(chain: Chain) -> None:
    bound = update(Setting).where(Setting.key == "K22.most")
    chain.session.execute(bound.values(value=120))
    track = chain.reported()
    said = {"1": {"days": 100, "items": [{"problem": "甲", "correction": "乙", "proof": "丙"}]}}
    chain.propose(track, [1], terms=said)
    chain.serve(track, "D17", chain.later(4))
    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=chain.later(5))
    members = chain.vote(track, *["PROPOSED"] * 3)
    decisions.decide(chain.session, track, actor=members[0], reasons="事实清楚", statement_dealt="", now=chain.later(7))
    chain.serve(track, "D20", chain.later(7))
    chain.session.execute(bound.values(value=60))
    chain.execute(track, chain.later(9))
    clock = _clock(chain, track, "K22")
    assert clock is not None
    assert clock.length == 100


def test_an_interview_too_soon_or_by_one_person_is_refused(chain: Chain) -> None:
    track = chain.effective([2])
    plan = chain.plan(chain.later(9))
    soon = InterviewPlan(chain.later(10), plan.place, plan.interviewers)
    alone = InterviewPlan(plan.at, plan.place, (chain.officer.id,))
    for wrong in (soon, alone, None):
        with pytest.raises(BadInput):
            measures.execute(
                chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9), interview=wrong
            )


def test_a_report_needs_proof_of_every_item_and_the_named_signature(chain: Chain) -> None:
    track = chain.executing([1])
    item = _measure(chain, track, 1).items[0]
    lead = actor(chain.lead)
    with pytest.raises(BadInput):
        measures.report_correction(
            chain.session, track, reports={item.no: "已整改"}, signed_by="周岚", actor=lead, now=chain.later(12)
        )
    chain.report(track)
    assert item.report == "已整改"
    assert track.state == "VERIFYING"


def test_only_the_company_reports(chain: Chain) -> None:
    track = chain.executing([1])
    with pytest.raises(NotAllowed):
        measures.report_correction(
            chain.session,
            track,
            reports={1: "已整改"},
            signed_by="周岚",
            actor=actor(chain.firm_lead),
            now=chain.later(12),
        )


def test_no_report_in_time_fails_the_measure_opens_a_lead_and_goes_on_to_the_verification(chain: Chain) -> None:
    track = chain.executing([1])
    _expire(chain, track, "K22")
    assert _measure(chain, track, 1).state == "FAILED"
    assert _letters(chain, track, "D07c") == 1
    assert track.state == "VERIFYING"
    lead = chain.session.scalars(select(CaseTrack).where(CaseTrack.earlier_id == track.id)).one()
    assert (lead.lead_code, lead.state) == ("V-P03", "SCREENING")
    assert lead.allegations[0].code == "V-P03"
    assert lead.case_id != track.case_id


def test_a_late_report_is_taken_and_marked(chain: Chain) -> None:
    track = chain.executing([1])
    after = _expire(chain, track, "K22")
    chain.report(track, after)
    measure = _measure(chain, track, 1)
    assert measure.state == "DONE"
    assert measure.done_late
    chain.verify(track, now=after)
    verifications.pass_(chain.session, track, actor=actor(chain.officer), version=None, now=after)
    assert track.state == "CLOSED"


def test_a_late_report_is_taken_while_another_measure_is_still_carried_out(chain: Chain) -> None:
    track = chain.executing([1, 3])
    after = _expire(chain, track, "K22")
    assert track.state == "EXECUTING"
    measure = _measure(chain, track, 1)
    assert is_reported_on(track, measure)
    chain.report(track, after)
    assert (measure.state, measure.done_late, track.state) == ("DONE", True, "EXECUTING")
    assert not is_reported_on(track, measure)


def test_a_late_training_is_confirmed_while_the_corrections_are_still_open(chain: Chain) -> None:
    track = chain.executing([1, 3])
    _clock(chain, track, "K22").length = 90  # type: ignore[union-attr]
    after = _expire(chain, track, "K24")
    assert (_measure(chain, track, 3).state, track.state) == ("FAILED", "EXECUTING")
    chain.trained(track, now=after)
    measure = _measure(chain, track, 3)
    assert (measure.state, measure.done_late, track.state) == ("DONE", True, "EXECUTING")


def test_a_second_failure_is_closed_by_the_head_with_a_new_lead(chain: Chain) -> None:
    track = chain.executing([1, 3])
    chain.report(track)
    chain.trained(track)
    chain.verify(track, "FAIL")
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    chain.serve(track, "D23a", chain.later(22))
    chain.report(track, chain.later(23))
    chain.verify(track, "FAIL", chain.later(24))
    with pytest.raises(NotAllowed):
        verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(24))
    verifications.fail(chain.session, track, actor=actor(chain.head), version=None, now=chain.later(24))
    assert track.state == "CLOSED"
    assert [_measure(chain, track, level).state for level in (1, 3)] == ["FAILED", "PASSED"]
    assert _letters(chain, track, "D24") == 1
    told = notices.last_document(chain.session, ["D24"], "track", track.id)
    assert told is not None
    assert "成效" not in whole_text(told.frozen), "nobody is told to preserve what he failed"
    leads = chain.session.scalars(select(CaseTrack).where(CaseTrack.earlier_id == track.id)).all()
    assert [lead.lead_code for lead in leads] == ["V-P03"]


def test_a_missed_interview_is_summoned_again_once_and_then_fails(chain: Chain) -> None:
    track = chain.executing([2])
    held = _measure(chain, track, 2).interview
    assert held is not None
    after = held.at + timedelta(hours=1)
    again = chain.plan(after)
    said = {"second": chain.second, "situation": "无人到场。", "actor": actor(chain.officer), "version": None}
    interviews.miss(chain.session, track, now=after, again=again, **said)
    assert (track.state, held.missed) == ("EXECUTING", 1)
    assert [_letters(chain, track, kind) for kind in ("D07c", "D23b")] == [1, 2]
    assert "按照另行发出的约谈通知书参加约谈" in _last(chain, track, "D07c")
    assert _in_force(chain, track, "D23b") == [False, True]
    lead = chain.session.scalars(select(CaseTrack).where(CaseTrack.earlier_id == track.id)).one()
    assert lead.lead_code == "V-P02"
    chain.serve(track, "D23b", after)
    interviews.miss(chain.session, track, now=held.at + timedelta(hours=1), **said)
    assert _measure(chain, track, 2).state == "FAILED"
    assert track.state == "VERIFYING"
    told = _last(chain, track, "D07c")
    assert ("书面说明两次未参加约谈的原因" in told, "要求履行警示约谈" in told) == (True, False)


def test_a_first_absence_at_the_second_try_is_followed_by_a_new_summons_as_at_the_first(chain: Chain) -> None:
    track, hour = chain.executing([2]), timedelta(hours=1)
    held, by = _measure(chain, track, 2).interview, {"actor": actor(chain.officer), "version": None}
    assert held is not None
    said: dict[str, Any] = {"second": chain.second, "situation": "无人到场。", **by}
    for _absence in range(2):
        now = held.at + hour
        interviews.miss(chain.session, track, now=now, again=chain.plan(now), **said)
        if track.state == "EXECUTING":
            chain.serve(track, "D23b", now)
    verifications.fail(chain.session, track, interview=chain.plan(now), now=now, **by)  # type: ignore[arg-type]
    chain.serve(track, "D23b", now)
    now = held.at + hour
    interviews.miss(chain.session, track, now=now, again=chain.plan(now), **said)
    assert (track.state, _measure(chain, track, 2).state, held.missed) == ("EXECUTING", "ORDERED", 1)


def test_absence_is_noted_by_two(chain: Chain) -> None:
    track = chain.executing([2])
    held = _measure(chain, track, 2).interview
    assert held is not None
    with pytest.raises(BadInput):
        interviews.miss(
            chain.session,
            track,
            second=chain.officer,
            situation="无人到场。",
            again=chain.plan(held.at),
            actor=actor(chain.officer),
            version=None,
            now=held.at + timedelta(hours=1),
        )


def test_a_training_needs_enough_people_who_passed_and_gives_each_a_certificate(chain: Chain) -> None:
    track = chain.executing([3])
    people = [Person("学员甲"), Person("学员乙"), Person("学员丙"), Person("学员丁")]
    enrolled = measures.enrol(chain.session, track, people=people, actor=actor(chain.lead), now=chain.later(10))
    few = {person.id: (True, 90 if place < 2 else 50) for place, person in enumerate(enrolled)}
    with pytest.raises(NotNow):
        measures.confirm_training(
            chain.session, track, results=few, actor=actor(chain.officer), version=None, now=chain.later(20)
        )
    enough = {person.id: (True, 90 if place < 3 else 50) for place, person in enumerate(enrolled)}
    measures.confirm_training(
        chain.session, track, results=enough, actor=actor(chain.officer), version=None, now=chain.later(20)
    )
    assert _letters(chain, track, "D38") == 3
    assert track.state == "VERIFYING"


def test_results_that_lack_somebody_are_refused_for_the_true_reason(chain: Chain) -> None:
    track = chain.executing([3])
    people = [Person(f"学员{name}") for name in "甲乙丙"]
    enrolled = measures.enrol(chain.session, track, people=people, actor=actor(chain.lead), now=chain.later(10))
    lacking = {enrolled[0].id: Result(attended=True, mark=50)}
    for who, refused in ((chain.lead, NotAllowed), (chain.officer, BadInput)):
        said = {"results": lacking, "actor": actor(who), "version": None, "now": chain.later(20)}
        with pytest.raises(refused):
            trainings.enter(chain.session, track, **said)
    assert [each.result for each in enrolled] == [None, None, None]


def test_no_training_in_time_fails_and_is_ordered_again(chain: Chain) -> None:
    track = chain.executing([3])
    after = _expire(chain, track, "K24")
    assert track.state == "VERIFYING"
    verifications.fail(
        chain.session,
        track,
        actor=actor(chain.officer),
        version=None,
        now=after,
        training=TrainingPlan(day_of(after) + timedelta(days=10), "线上"),
    )
    assert _measure(chain, track, 3).state == "ORDERED"
    assert _letters(chain, track, "D23d") == 2


def test_a_second_training_takes_place_within_its_own_shorter_period(chain: Chain) -> None:
    track = chain.executing([3])
    after = _expire(chain, track, "K24")
    plan = TrainingPlan(day_of(after) + timedelta(days=31), "线上")
    with pytest.raises(BadInput) as refused:
        verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=after, training=plan)
    assert refused.value.field == "first_on"


def test_a_trainee_is_taken_off_the_list_until_something_was_recorded(chain: Chain) -> None:
    track = chain.executing([3])
    one, two = measures.enrol(
        chain.session,
        track,
        people=[Person("学员甲", "主管"), Person("学员乙", "主管")],
        actor=actor(chain.lead),
        now=chain.later(10),
    )
    with pytest.raises(NotAllowed):
        trainees.remove(chain.session, track, one, actor=actor(chain.firm_lead), now=chain.later(10))
    trainees.remove(chain.session, track, one, actor=actor(chain.lead), now=chain.later(10))
    assert [each.id for each in two.training.people] == [two.id]
    two.attended = True
    with pytest.raises(NotNow, match="签到"):
        trainees.remove(chain.session, track, two, actor=actor(chain.lead), now=chain.later(11))
