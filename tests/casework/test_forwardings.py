"""Forwardings: every row of the table, and every guard that refuses."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from casework import complaints, forwardings, policies, rechecks, tasks
from casework.intake import EvidenceFile
from casework.models import Answer, Forwarding, LedgerEntry, Task
from casework.models_cases import Evidence
from core.db import KEPT
from core.errors import BadInput, Changed, NotAllowed, NotNow, Refused
from core.machine import Ask
from desk import deeds_complaints, deeds_escalation
from figures import counted
from filestore import files
from notices.models import Document
from registry import clocks
from registry.models import Basis
from registry.models_clocks import ClockState
from registry.models_settings import Setting
from tests.builders import CONDUCT, MASKED, Desk, known_year, person_of, rendered
from tests.conftest import NOW


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def clock(desk: Desk, key: str, forwarding: Forwarding) -> Any:
    return clocks.live(desk.session, key, ("forwarding", forwarding.id))


def last(desk: Desk, kind: str) -> Any:
    return desk.session.scalar(select(Document).where(Document.kind == kind).order_by(Document.id.desc()).limit(1))


def test_f01_the_letter_waits_for_its_service_and_then_the_answer_period_runs(desk: Desk) -> None:
    forwarding = desk.accepted().forwardings[0]
    assert desk.letters("forwarding", forwarding.id) == ["D05b"]
    assert clock(desk, "K03", forwarding).state is ClockState.ARMED
    desk.serve("forwarding", forwarding.id, "D05b")
    running = clock(desk, "K03", forwarding)
    assert running.state is ClockState.RUNNING
    assert (running.visible_party, running.visible_complaint) == (desk.lender.id, forwarding.complaint_id)


def test_f01_identity_goes_only_with_a_stored_consent(desk: Desk) -> None:
    kept = desk.accepted().forwardings[0]
    assert kept.identity is None
    assert "沈若禾" not in str(last(desk, "D05b").paper)
    told = desk.accepted(share_identity=True, contact="13900001111", facts="他们每天来电").forwardings[0]
    assert told.identity == "沈若禾，13900001111"
    assert "沈若禾" in str(last(desk, "D05b").paper)


def test_f01_refuses_whom_the_rules_do_not_reach_and_copies_that_name_somebody(desk: Desk) -> None:
    complaint = desk.accepted()

    def refused(**changed: Any) -> list[Refused]:
        said = {"party_id": desk.firm.id, "masked_facts": MASKED} | changed
        one = Forwarding(complaint_id=complaint.id, ref="x", role="COLLECTOR", state="NEW", sent_at=desk.now, **said)
        ask = Ask(desk.session, one, desk.intake, {}, desk.now)
        return forwardings.FORWARDING.refusals(ask, "forward")

    assert not refused()
    assert refused(party_id=desk.outside.id)
    assert refused(masked_facts="沈若禾说")
    assert refused(masked_facts=" ")
    assert refused(identity="沈若禾")


def test_f04_an_answer_in_time_stops_the_period_and_starts_its_check(desk: Desk) -> None:
    forwarding = desk.answer(desk.forwarded())
    assert forwarding.state == "ANSWERED"
    assert clock(desk, "K03", forwarding) is None
    checked = clock(desk, "K35", forwarding)
    assert checked.state is ClockState.RUNNING
    assert (checked.visible_party, checked.visible_complaint) == (None, forwarding.complaint_id), "whom it concerns"
    [answer] = forwarding.answers
    assert answer.timely
    assert answer.submitted_by == desk.lead.id


def test_f04_answering_acknowledges_a_letter_not_yet_served(desk: Desk) -> None:
    forwarding = desk.accepted().forwardings[0]
    letter = last(desk, "D05b")
    rendered(desk.session, letter, desk.now)
    desk.answer(forwarding)
    assert [service.state for service in letter.services] == ["SERVED"]
    proof = str(last(desk, "D21").paper["paper"])
    assert proof.count("协会在线平台") == 2, "it was answered in the portal: neither place nor server is another one"


@pytest.mark.parametrize("missing", [{"outcome": "NOT_OURS"}, {"to_association": " "}, {"to_complainant": ""}])
def test_f04_an_answer_has_an_outcome_and_two_texts(desk: Desk, missing: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        desk.answer(desk.forwarded(), **missing)


def test_f04_only_the_respondents_lead_answers(desk: Desk) -> None:
    forwarding = desk.forwarded()
    for stranger in (desk.firm_lead, desk.member, desk.intake):
        with pytest.raises(NotAllowed):
            desk.answer(forwarding, actor=stranger)


def test_f04_after_the_last_day_but_before_the_sweep_the_answer_is_late(desk: Desk) -> None:
    forwarding = desk.forwarded()
    last_day = clock(desk, "K03", forwarding).due_on
    desk.answer(forwarding, now=desk.on(18))
    assert forwarding.state == "ANSWERED"
    assert not forwarding.answers[0].timely
    [missed] = desk.session.scalars(select(LedgerEntry))
    assert (missed.code, missed.forwarding_id) == (forwardings.LATE_ANSWER, forwarding.id), "as the sweep would note it"
    assert missed.on == last_day + timedelta(days=1)


def test_f04_a_further_answer_after_its_own_last_day_but_before_the_sweep_is_late(desk: Desk) -> None:
    known_year(desk.session)
    forwarding = desk.answer(desk.forwarded())
    forwardings.send_back(desk.session, forwarding, gaps=["何时停止联系"], actor=desk.intake, now=desk.now)
    desk.serve("forwarding", forwarding.id, "D07b")
    last_day = clock(desk, "K30", forwarding).due_on
    desk.answer(forwarding, now=desk.on((last_day - desk.now.date()).days + 1))
    assert [each.timely for each in forwarding.answers] == [True, False]
    assert desk.session.scalars(select(LedgerEntry.on)).all() == [last_day + timedelta(days=1)]


def test_files_of_an_answer_belong_to_the_respondent(desk: Desk, session: Session) -> None:
    kept = files.keep_made(session, b"%PDF-1.4 x", "a.pdf", "application/pdf")
    file = EvidenceFile(kept.sha256, "通话记录.pdf", kept.media_type, kept.size)
    forwarding = desk.answer(desk.forwarded(), files=[file])
    [evidence] = session.scalars(select(Evidence).where(Evidence.forwarding_id == forwarding.id))
    assert (evidence.given_by, evidence.party_id, evidence.complaint_id) == ("RESPONDENT", desk.lender.id, None)


def test_f05_f06_a_return_is_upheld_once_and_then_it_must_be_answered(desk: Desk) -> None:
    forwarding = desk.forwarded()
    with pytest.raises(BadInput):
        forwardings.not_ours(desk.session, forwarding, why=" ", actor=desk.lead, now=desk.now)
    forwardings.not_ours(desk.session, forwarding, why="非我司客户", actor=desk.lead, now=desk.now)
    assert forwarding.state == "RETURNED"
    assert clock(desk, "K35", forwarding)
    assert "说明理由退回" in str(last(desk, "D05b").paper)
    with pytest.raises(BadInput):
        forwardings.insist(desk.session, forwarding, why="", actor=desk.intake, now=desk.now)
    forwardings.insist(desk.session, forwarding, why="短信签名为贵司", actor=desk.intake, now=desk.now)
    assert forwarding.state == "SENT"
    assert clock(desk, "K03", forwarding).state is ClockState.ARMED
    assert desk.letters("forwarding", forwarding.id) == ["D05b", "D05b"]
    assert "短信签名为贵司" in str(last(desk, "D05b").paper)
    assert "说明理由退回" not in str(last(desk, "D05b").paper)
    with pytest.raises(NotNow):
        forwardings.not_ours(desk.session, forwarding, why="还是不是", actor=desk.lead, now=desk.now)
    forwarding.state = "RETURNED"
    with pytest.raises(NotNow):
        forwardings.insist(desk.session, forwarding, why="x", actor=desk.intake, now=desk.now)


def test_f06_whoever_has_to_answer_all_the_same_can_be_given_all_the_time_there_was_at_first(desk: Desk) -> None:
    forwarding = desk.forwarded()
    for why in ("情况复杂", "情况特殊"):
        forwardings.extend(desk.session, forwarding, why=why, actor=desk.head, now=desk.now)
    forwardings.not_ours(desk.session, forwarding, why="非我司客户", actor=desk.lead, now=desk.now)
    forwardings.insist(desk.session, forwarding, why="短信签名为贵司", actor=desk.intake, now=desk.now)
    desk.serve("forwarding", forwarding.id, "D05b")
    forwardings.ask_time(desk.session, forwarding, why="需调取录音", actor=desk.lead, now=desk.now)
    forwardings.extend(desk.session, forwarding, why="情况复杂", actor=desk.head, now=desk.now)
    assert clock(desk, "K03", forwarding).length == 30


def test_who_sent_it_back_and_had_to_answer_all_the_same_is_a_respondent_of_the_lead(desk: Desk) -> None:
    forwarding = desk.forwarded(codes=["V-I02"])
    forwardings.not_ours(desk.session, forwarding, why="非我司客户", actor=desk.lead, now=desk.now)
    forwardings.insist(desk.session, forwarding, why="短信签名为贵司", actor=desk.intake, now=desk.now)
    complaints.escalate(desk.session, forwarding.complaint, why="公开曝光", actor=desk.officer, now=desk.now)
    assert forwarding.party_id in {each.party_id for each in policies.tracks_of(desk.session, forwarding.complaint)}


def test_f05_what_was_answered_is_not_returned(desk: Desk) -> None:
    forwarding = desk.answer(desk.forwarded())
    forwardings.send_back(desk.session, forwarding, gaps=["何时停止"], actor=desk.intake, now=desk.now)
    with pytest.raises(NotNow):
        forwardings.not_ours(desk.session, forwarding, why="x", actor=desk.lead, now=desk.now)


def test_f07_an_accepted_return_closes_it(desk: Desk) -> None:
    forwarding = desk.forwarded(desk.lender, desk.firm)
    forwardings.not_ours(desk.session, forwarding, why="非我司客户", actor=desk.lead, now=desk.now)
    forwardings.accept_return(desk.session, forwarding, actor=desk.intake, now=desk.now)
    assert forwarding.state == "CLOSED"
    assert clock(desk, "K35", forwarding) is None
    assert forwarding.complaint.state == "FORWARDED"


def test_only_whose_return_was_accepted_or_whose_letter_was_taken_back_was_let_off(desk: Desk) -> None:
    undecided, taken_back = desk.accepted(desk.lender, desk.firm).forwardings
    complaint = undecided.complaint
    forwardings.not_ours(desk.session, undecided, why="非我司客户", actor=desk.lead, now=desk.now)
    forwardings.retract(desk.session, taken_back, why="当时未受托", actor=desk.intake, now=desk.now)
    complaints.withdraw(desk.session, complaint, pressure=False, actor=person_of(complaint), now=desk.now)
    assert (undecided.state, taken_back.state) == ("CLOSED", "CLOSED")
    assert (undecided.let_off, taken_back.let_off) == (False, True)
    told = counted.of(date(2026, 11, 1))
    rows = desk.session.execute(text(counted.OF_COMPLAINTS), told).all()
    assert {row.party_id for row in rows if row.what == "ENDED" and row.party_id} == {desk.lender.id}


def test_a_lead_is_offered_on_whoever_had_to_answer_all_the_same_and_not_on_whoever_was_let_off(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    insisted, taken_back = complaint.forwardings
    forwardings.not_ours(desk.session, insisted, why="非我司客户", actor=desk.lead, now=desk.now)
    forwardings.insist(desk.session, insisted, why="短信签名为贵司", actor=desk.intake, now=desk.now)
    forwardings.retract(desk.session, taken_back, why="当时未受托", actor=desk.intake, now=desk.now)
    desk.release(desk.answer(insisted))
    desk.serve("forwarding", insisted.id, "D39")
    said = {"releases": [desk.releases(complaint)[0].id], "why": "不符", "actor": person_of(complaint)}
    complaints.dispute(desk.session, complaint, **said, now=desk.now)
    complaints.close(desk.session, complaint, why="无违规", actor=desk.officer, now=desk.now)
    rechecks.recheck(desk.session, complaint, why="漏看材料", own_error=True, actor=desk.head, now=desk.on(9))
    form = SimpleNamespace(parties=SimpleNamespace(flags=SimpleNamespace()), untouched=True)
    deeds_escalation.offer_parties(desk.session, complaint, form)
    assert form.parties.data == [str(desk.lender.id)]


def test_f07_the_last_return_lets_the_released_answers_through(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    first, second = complaint.forwardings
    desk.release(desk.answer(first))
    forwardings.not_ours(desk.session, second, why="未受托", actor=desk.firm_lead, now=desk.now)
    forwardings.accept_return(desk.session, second, actor=desk.intake, now=desk.now)
    assert complaint.state == "RELEASED"


def test_f02_f03_more_time_is_asked_for_and_given_twice_at_most(desk: Desk) -> None:
    forwarding = desk.forwarded()
    session, now = desk.session, desk.now
    with pytest.raises(BadInput):
        forwardings.ask_time(session, forwarding, why="", actor=desk.lead, now=now)
    forwardings.ask_time(session, forwarding, why="需调取录音", actor=desk.lead, now=now)
    with pytest.raises(NotNow):
        forwardings.ask_time(session, forwarding, why="再问", actor=desk.lead, now=now)
    with pytest.raises(BadInput):
        forwardings.extend(session, forwarding, why="", actor=desk.head, now=now)
    forwardings.extend(session, forwarding, why="情况复杂", actor=desk.head, now=now)
    assert (clock(desk, "K03", forwarding).length, forwarding.time_asked_at) == (30, None)
    assert desk.letters("forwarding", forwarding.id)[-2:] == ["D06a", "D06b"]
    forwardings.extend(session, forwarding, why="情况特殊", actor=desk.head, now=now)
    assert clock(desk, "K03", forwarding).length == 60
    with pytest.raises(NotNow):
        forwardings.extend(session, forwarding, why="x", actor=desk.head, now=now)
    with pytest.raises(NotNow):
        forwardings.ask_time(session, forwarding, why="x", actor=desk.lead, now=now)


def test_f03_time_is_given_as_often_as_was_laid_down_when_the_period_began(desk: Desk) -> None:
    forwarding = desk.forwarded()
    desk.session.execute(update(Setting).where(Setting.key == "K03.extend").values(value=[]))
    desk.session.info.pop(KEPT, None)
    forwardings.extend(desk.session, forwarding, why="情况复杂", actor=desk.head, now=desk.now)
    assert clock(desk, "K03", forwarding).length == 30


def test_f02_not_after_the_period(desk: Desk) -> None:
    with pytest.raises(NotNow):
        forwardings.ask_time(desk.session, desk.forwarded(), why="x", actor=desk.lead, now=desk.on(20))


def test_f03_a_request_made_in_time_may_be_granted_after_the_last_day(desk: Desk) -> None:
    forwarding = desk.forwarded()
    with pytest.raises(NotNow):
        forwardings.extend(desk.session, forwarding, why="x", actor=desk.head, now=desk.on(20))
    forwardings.ask_time(desk.session, forwarding, why="需调取录音", actor=desk.lead, now=desk.on(10))
    forwardings.extend(desk.session, forwarding, why="情况复杂", actor=desk.head, now=desk.on(20))
    running = clock(desk, "K03", forwarding)
    assert running.due_on >= running.day0 + timedelta(days=30)


def test_f03_no_time_is_given_that_is_over_already(session: Session) -> None:
    desk = Desk(session, NOW - timedelta(days=60))
    conduct = desk.now.date() - timedelta(days=9)
    forwarding = desk.forwarded(conduct_from=conduct, conduct_to=conduct)
    forwardings.ask_time(session, forwarding, why="需调取录音", actor=desk.lead, now=desk.on(10))
    said = {"why": "情况复杂", "actor": desk.head}
    with pytest.raises(BadInput):
        forwardings.extend(session, forwarding, to=16, now=desk.on(25), **said)  # type: ignore[arg-type]
    with pytest.raises(NotNow):
        forwardings.extend(session, forwarding, now=desk.on(45), **said)  # type: ignore[arg-type]
    forwardings.extend(session, forwarding, to=28, now=desk.on(25), **said)  # type: ignore[arg-type]
    assert forwarding.time_asked_at is None
    assert clock(desk, "K03", forwarding).length == 28


def test_f03_time_is_given_on_the_day_on_which_it_ends(session: Session) -> None:
    desk = Desk(session, NOW - timedelta(days=60))
    conduct = desk.now.date() - timedelta(days=9)
    forwarding = desk.forwarded(conduct_from=conduct, conduct_to=conduct)
    forwardings.ask_time(session, forwarding, why="需调取录音", actor=desk.lead, now=desk.on(10))
    forwardings.extend(session, forwarding, why="情况复杂", actor=desk.head, now=desk.on(30))
    assert clock(desk, "K03", forwarding).due_on == desk.on(30).date()


def test_f02_an_answer_is_in_time_while_a_request_for_more_time_waits_and_late_once_it_is_refused(desk: Desk) -> None:
    waits, refused = desk.forwarded(), desk.forwarded(contact="shen@example.invalid")
    for each in (waits, refused):
        forwardings.ask_time(desk.session, each, why="需调取录音", actor=desk.lead, now=desk.on(10))
    forwardings.refuse_time(desk.session, refused, why="理由不足", actor=desk.head, now=desk.on(20))
    for each in (waits, refused):
        desk.answer(each, desk.on(20))
    assert [each.answers[-1].timely for each in (waits, refused)] == [True, False]


def test_f02_the_head_hears_of_every_request_for_more_time(desk: Desk) -> None:
    forwarding = desk.forwarded()
    open_ = select(Task).where(Task.kind == "time_asked", Task.subject_id == forwarding.id, Task.done_at.is_(None))
    for days in (1, 3):
        forwardings.ask_time(desk.session, forwarding, why="需调取录音", actor=desk.lead, now=desk.on(days))
        assert len(desk.session.scalars(open_).all()) == 1
        later = desk.on(days + 1)
        forwardings.refuse_time(desk.session, forwarding, why="理由不足", actor=desk.head, now=later)
        assert len(desk.session.scalars(open_).all()) == 0


def test_f16_no_more_time_with_reasons_and_the_period_goes_on(desk: Desk) -> None:
    forwarding = desk.forwarded()
    with pytest.raises(NotNow):
        forwardings.refuse_time(desk.session, forwarding, why="x", actor=desk.head, now=desk.now)
    forwardings.ask_time(desk.session, forwarding, why="需调取录音", actor=desk.lead, now=desk.now)
    with pytest.raises(BadInput):
        forwardings.refuse_time(desk.session, forwarding, why="", actor=desk.head, now=desk.now)
    forwardings.refuse_time(desk.session, forwarding, why="理由不足", actor=desk.head, now=desk.now)
    assert forwarding.time_refused_reason == "理由不足"
    assert clock(desk, "K03", forwarding).state is ClockState.RUNNING


def test_f12_gaps_are_named_and_asked_for_once(desk: Desk) -> None:
    forwarding = desk.answer(desk.forwarded())
    with pytest.raises(BadInput):
        forwardings.send_back(desk.session, forwarding, gaps=[" "], actor=desk.intake, now=desk.now)
    forwardings.send_back(desk.session, forwarding, gaps=["何时停止联系"], actor=desk.intake, now=desk.now)
    assert (forwarding.state, forwarding.round) == ("SENT", 1)
    assert clock(desk, "K30", forwarding).state is ClockState.ARMED
    assert "何时停止联系" in str(last(desk, "D07b").paper)
    desk.answer(forwarding)
    assert [answer.round for answer in forwarding.answers] == [0, 1]
    with pytest.raises(NotNow):
        forwardings.send_back(desk.session, forwarding, gaps=["再问"], actor=desk.intake, now=desk.now)


def test_f13_a_release_was_read_and_where_needed_warned_of_the_debt(desk: Desk) -> None:
    forwarding = desk.answer(desk.forwarded(role="UNRELATED"))
    said = {"actor": desk.intake, "now": desk.now}
    with pytest.raises(BadInput):
        forwardings.release(desk.session, forwarding, read=False, warned=True, **said)
    with pytest.raises(BadInput) as refused:
        forwardings.release(desk.session, forwarding, read=True, **said)
    assert refused.value.field == "warned"
    forwardings.release(desk.session, forwarding, read=True, warned=True, **said)
    assert forwarding.answers[0].warned
    own = desk.answer(desk.forwarded(contact="13900001111"))
    forwardings.release(desk.session, own, read=True, **said)


def test_a_release_holds_the_complainants_text_and_nothing_else(desk: Desk) -> None:
    forwarding = desk.answer(desk.forwarded())
    release = desk.release(forwarding)
    assert release.body == forwarding.answers[0].to_complainant
    paper = str(last(desk, "D39").paper)
    assert release.body in paper
    assert forwarding.answers[0].to_association not in paper


def test_f14_only_a_disputed_answer_is_asked_about_again(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    first, second = complaint.forwardings
    for each in (first, second):
        desk.release(desk.answer(each))
    complaints.dispute(
        desk.session,
        complaint,
        releases=[desk.releases(complaint)[0].id],
        why="不对",
        actor=person_of(complaint),
        now=desk.now,
    )
    ask = Ask(desk.session, second, desk.officer, {"points": {second.id: ["x"]}}, desk.now)
    assert forwardings.FORWARDING.refusals(ask, "ask_again")
    complaints.ask_again(desk.session, complaint, points={first.id: ["次数"]}, actor=desk.officer, now=desk.now)
    assert (first.state, second.state) == ("SENT", "RELEASED")


def test_f17_the_wrong_respondent_is_let_go_and_its_letter_void(desk: Desk) -> None:
    forwarding = desk.accepted(desk.lender, desk.firm).forwardings[1]
    with pytest.raises(BadInput):
        forwardings.retract(desk.session, forwarding, why="", actor=desk.intake, now=desk.now)
    forwardings.retract(desk.session, forwarding, why="当时未受托", actor=desk.intake, now=desk.now)
    assert (forwarding.state, forwarding.retract_reason) == ("CLOSED", "当时未受托")
    assert last(desk, "D05b").void_reason == "当时未受托"
    assert clock(desk, "K03", forwarding) is None


def test_f17_an_answered_one_is_not_taken_back(desk: Desk) -> None:
    forwarding = desk.answer(desk.forwarded())
    forwardings.send_back(desk.session, forwarding, gaps=["x"], actor=desk.intake, now=desk.now)
    with pytest.raises(NotNow):
        forwardings.retract(desk.session, forwarding, why="x", actor=desk.intake, now=desk.now)


def test_f18_a_voided_letter_is_issued_again_and_the_period_waits_for_the_new_one(desk: Desk) -> None:
    forwarding = desk.accepted().forwardings[0]
    with pytest.raises(NotNow):
        forwardings.reissue(desk.session, forwarding, actor=desk.intake, now=desk.now)
    first = desk.void("forwarding", forwarding.id, "D05b")
    (task,) = tasks.open_of(desk.session, ("forwarding", forwarding.id))
    assert (task.kind, task.role, task.urgent) == ("void_waits", "intake", True)
    forwardings.reissue(desk.session, forwarding, actor=desk.intake, now=desk.now)
    assert desk.letters("forwarding", forwarding.id) == ["D05b", "D05b"]
    armed = clock(desk, "K03", forwarding)
    assert armed.state is ClockState.ARMED
    assert first.id not in armed.awaits
    assert first.replaced_by_id == last(desk, "D05b").id, "whoever verifies the void one is led to the new one"
    assert not tasks.open_of(desk.session, ("forwarding", forwarding.id))


def test_what_no_time_limit_waits_for_or_ends_with_its_matter_is_nobodys_task(desk: Desk) -> None:
    forwarding = desk.accepted().forwardings[0]
    desk.void("complaint", forwarding.complaint_id, "D05a")
    forwardings.retract(desk.session, forwarding, why="误列", actor=desk.intake, now=desk.now)
    assert desk.session.scalars(select(Task)).all() == []


def test_a_voided_letter_that_is_not_issued_any_more_is_nobodys_task(desk: Desk) -> None:
    answered, ended = desk.accepted(desk.lender, desk.firm).forwardings
    for forwarding in (answered, ended):
        desk.void("forwarding", forwarding.id, "D05b")
        assert [task.kind for task in tasks.open_of(desk.session, ("forwarding", forwarding.id))] == ["void_waits"]
    desk.answer(answered)
    forwardings.retract(desk.session, ended, why="误列", actor=desk.intake, now=desk.now)
    assert not any(tasks.open_of(desk.session, ("forwarding", forwarding.id)) for forwarding in (answered, ended))


def test_f18_a_voided_request_for_more_is_issued_again(desk: Desk) -> None:
    forwarding = desk.answer(desk.forwarded())
    forwardings.send_back(desk.session, forwarding, gaps=["x"], actor=desk.intake, now=desk.now)
    desk.void("forwarding", forwarding.id, "D07b")
    forwardings.reissue(desk.session, forwarding, actor=desk.intake, now=desk.now)
    assert desk.letters("forwarding", forwarding.id)[-2:] == ["D07b", "D07b"]
    assert clock(desk, "K30", forwarding).state is ClockState.ARMED
    desk.serve("forwarding", forwarding.id, "D07b")
    assert clock(desk, "K30", forwarding).state is ClockState.RUNNING


def test_the_second_of_two_people_is_told(desk: Desk) -> None:
    forwarding = desk.forwarded()
    seen = forwarding.version
    forwardings.ask_time(desk.session, forwarding, why="需调取录音", actor=desk.lead, now=desk.now)
    with pytest.raises(Changed):
        desk.answer(forwarding, version=seen)


def test_jurisdiction_is_that_of_the_day_of_the_conduct(desk: Desk) -> None:
    basis = desk.session.scalar(select(Basis).where(Basis.party_id == desk.lender.id))
    basis.to_on = CONDUCT
    desk.session.flush()
    assert desk.accepted().state == "FORWARDED"
    basis.to_on = CONDUCT - timedelta(days=3)
    desk.session.flush()
    with pytest.raises(BadInput):
        desk.accepted(contact="13900001111")
    assert desk.session.scalar(select(Answer.id)) is None


def test_nothing_more_is_asked_of_a_company_that_is_gone_and_its_answer_is_released(desk: Desk) -> None:
    gone = desk.answer(desk.forwarded())
    desk.lender.ceased_on, desk.lender.ceased_evidence = CONDUCT, "注销登记"
    with pytest.raises(NotNow, match="现有答复告知投诉人"):
        forwardings.send_back(desk.session, gone, gaps=["何时停止"], actor=desk.intake, now=desk.now)
    desk.release(gone)
    assert gone.state == "RELEASED"


def test_of_two_disputed_answers_only_that_of_a_company_that_is_still_there_is_asked_about(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    for forwarding in complaint.forwardings:
        desk.serve("forwarding", forwarding.id, "D05b")
        desk.release(desk.answer(forwarding))
    releases = [each.id for each in policies.disputable(desk.session, complaint)]
    said = {"releases": releases, "why": "未停止", "actor": person_of(complaint)}
    complaints.dispute(desk.session, complaint, **said, now=desk.now)
    gone, there = complaint.forwardings
    gone.party.ceased_on, gone.party.ceased_evidence = CONDUCT, "注销登记"
    assert deeds_complaints.DEEDS["ask_again"].facts(desk.session, complaint) == {"points": {there.id: ["…"]}}
    ask = {"points": {there.id: ["何时停止"]}, "actor": desk.officer, "now": desk.now}
    complaints.ask_again(desk.session, complaint, **ask)
    assert (gone.state, there.state) == ("RELEASED", "SENT")
