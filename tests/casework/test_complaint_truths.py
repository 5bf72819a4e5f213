"""What is said at the end of a complaint is so, and what was begun is decided: letters, disputes, terms, requests."""

import pytest
from sqlalchemy import select

from casework import (
    complaints,
    expiries,
    forwardings,
    intake,
    party_requests,
    policies,
    putting_right,
    rechecks,
    settlements,
    taking_back,
    triage,
)
from casework.models import Complaint, Task
from core.errors import BadInput, NotNow
from core.journal import settle
from notices import queries
from registry import clocks
from registry.clock_sweep import EXPIRING
from registry.models_clocks import Clock
from tests.builders import NAME, PHONE, Desk, account, actor_of, known_year, person_of
from tests.casework.test_complaints import desk

__all__ = ["desk"]
EXAMINED, OBJECTED, NO_OBJECTION, SILENT = "对答复进行了审核", "您提出异议后", "未提出异议", "至今未作答复"


def told(desk: Desk, complaint: Complaint) -> str:
    """What the last notice of an end says."""
    letter = queries.last_document(desk.session, ["D08"], "complaint", complaint.id)
    assert letter is not None
    return str(letter.paper)


def end(desk: Desk, key: str, subject: tuple[str, int]) -> None:
    """Let a time limit end, as the sweep does."""
    settle(desk.session)
    clock: Clock | None = clocks.live(desk.session, key, subject)
    assert clock is not None
    assert clock.due_on is not None
    desk.session.info[EXPIRING] = (clock.id, desk.now)
    expiries.act(desk.session, clock)
    del desk.session.info[EXPIRING]


def again(desk: Desk, complaint: Complaint) -> None:
    """Somebody new looks at it once more."""
    new = actor_of(account(desk.session, "新来的负责人", "head"))
    rechecks.recheck(desk.session, complaint, why="漏看材料", own_error=True, actor=new, now=desk.now)


def open_tasks(desk: Desk, kind: str) -> int:
    """How many of these nobody has done."""
    return len(desk.session.scalars(select(Task).where(Task.kind == kind, Task.done_at.is_(None))).all())


def answered_by(desk: Desk, complaint: Complaint) -> None:
    """The respondent that was added last answers, and the person may read it."""
    last = complaint.forwardings[-1]
    desk.serve("forwarding", last.id, "D05b")
    desk.answer(last)
    desk.release(last)
    desk.serve("forwarding", last.id, "D39")


def test_no_letter_says_that_answers_were_examined_where_none_came(desk: Desk) -> None:
    without, with_one = desk.forwarded().complaint, desk.released()
    for each in (without, with_one):
        complaints.withdraw(desk.session, each, pressure=False, actor=person_of(each), now=desk.now)
    assert EXAMINED not in told(desk, without)
    assert desk.lender.name_zh in told(desk, without)
    assert EXAMINED in told(desk, with_one)


def test_a_letter_speaks_of_an_objection_only_where_there_was_one(desk: Desk) -> None:
    known_year(desk.session)
    disputed, silent = desk.disputed(), desk.released()
    complaints.close(desk.session, disputed, why="通话记录相符。", actor=desk.officer, now=desk.now)
    desk.now = desk.on(40)
    end(desk, "K05", ("complaint", silent.id))
    again(desk, silent)
    complaints.close(desk.session, silent, why="通话记录相符。", actor=desk.officer, now=desk.now)
    assert OBJECTED in told(desk, disputed)
    assert OBJECTED not in told(desk, silent)
    assert "通话记录相符" in told(desk, silent)


def test_whoever_never_answered_is_named_also_after_another_look(desk: Desk) -> None:
    known_year(desk.session)
    complaint = desk.accepted(desk.lender, desk.firm)
    first, silent = complaint.forwardings
    for each in (first, silent):
        desk.serve("forwarding", each.id, "D05b")
    desk.release(desk.answer(first))
    desk.now = desk.on(60)
    silent.state, silent.gave_up = "CLOSED", True
    complaint.state, complaint.outcome = "CLOSED", "ESCALATED"
    desk.session.flush()
    again(desk, complaint)
    complaints.close(desk.session, complaint, why="已核查。", actor=desk.officer, now=desk.now)
    assert SILENT in told(desk, complaint)


def test_silence_on_another_answer_takes_back_no_dispute_that_nobody_checked(desk: Desk) -> None:
    known_year(desk.session)
    complaint = desk.disputed()
    said = desk.releases(complaint)[0].why_disputed
    triage.add_respondent(desk.session, complaint, respondents=[desk.firm.id], actor=desk.officer, now=desk.now)
    answered_by(desk, complaint)
    ended = clocks.live(desk.session, "K05", ("complaint", complaint.id))
    assert ended is not None
    last, desk.now = ended.due_on, desk.on(40)
    end(desk, "K05", ("complaint", complaint.id))
    assert (complaint.state, complaint.outcome) == ("DISPUTED", None)
    assert desk.releases(complaint)[0].why_disputed == said
    check = clocks.live(desk.session, "K06", ("complaint", complaint.id))
    assert check is not None
    assert check.day0 == last


def test_what_was_checked_already_ends_with_silence(desk: Desk) -> None:
    known_year(desk.session)
    complaint = desk.disputed()
    points = {complaint.forwardings[0].id: ["是否已停止联系"]}
    complaints.ask_again(desk.session, complaint, points=points, actor=desk.officer, now=desk.now)
    triage.add_respondent(desk.session, complaint, respondents=[desk.firm.id], actor=desk.officer, now=desk.now)
    desk.release(desk.answer(complaint.forwardings[0]))
    desk.serve("forwarding", complaint.forwardings[0].id, "D39")
    answered_by(desk, complaint)
    desk.now = desk.on(40)
    end(desk, "K05", ("complaint", complaint.id))
    assert (complaint.state, complaint.outcome) == ("CLOSED", "NO_FEEDBACK")
    assert NO_OBJECTION in told(desk, complaint)


def test_c30_ends_what_was_agreed_before_the_end(desk: Desk) -> None:
    known_year(desk.session)
    complaint = desk.accepted(desk.lender, desk.firm)
    own, terms = person_of(complaint), "停止联系第三人"
    for each in complaint.forwardings:
        desk.serve("forwarding", each.id, "D05b")
        desk.answer(each)
    for each in complaint.forwardings:
        desk.release(each)
        desk.serve("forwarding", each.id, "D39")
    settlements.propose(desk.session, complaint, terms, actor=desk.lead, now=desk.now)
    desk.now = desk.on(40)
    end(desk, "K05", ("complaint", complaint.id))
    again(desk, complaint)
    said = {"terms": terms, "pressure": False, "actor": own, "now": desk.now}
    assert not settlements.confirm(desk.session, complaint, **said)
    assert complaint.state == "DISPUTED"


@pytest.mark.parametrize("by", ["return", "retract"])
def test_c19_what_all_agreed_on_settles_it_once_the_one_that_had_not_is_let_off(desk: Desk, by: str) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    settlements.propose(desk.session, complaint, "甲", actor=desk.lead, now=desk.now)
    said = {"terms": "甲", "pressure": False, "actor": person_of(complaint), "now": desk.now}
    assert not settlements.confirm(desk.session, complaint, **said)
    firm = complaint.forwardings[1]
    if by == "return":
        forwardings.not_ours(desk.session, firm, why="非我司经办", actor=desk.firm_lead, now=desk.now)
        forwardings.accept_return(desk.session, firm, actor=desk.intake, now=desk.now)
    else:
        forwardings.retract(desk.session, firm, why="转错单位", actor=desk.intake, now=desk.now)
    assert (complaint.state, complaint.outcome) == ("CLOSED", "SETTLED")


def test_terms_of_a_company_that_was_let_off_settle_nothing(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    settlements.propose(desk.session, complaint, "甲", actor=desk.lead, now=desk.now)
    said = {"terms": "甲", "pressure": False, "actor": person_of(complaint), "now": desk.now}
    assert not settlements.confirm(desk.session, complaint, **said)
    forwardings.retract(desk.session, complaint.forwardings[0], why="转错单位", actor=desk.intake, now=desk.now)
    assert complaint.state == "FORWARDED"
    forwardings.retract(desk.session, complaint.forwardings[1], why="转错单位", actor=desk.intake, now=desk.now)
    assert complaint.state == "RECEIVED"


def test_what_followed_another_complaint_is_escalated_against_whom_the_person_named(desk: Desk) -> None:
    lead, second = desk.received(), desk.received()
    triage.merge(desk.session, second, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)
    complaints.withdraw(desk.session, lead, pressure=False, actor=person_of(lead), now=desk.now)
    again(desk, second)
    complaints.escalate(desk.session, second, why="有录音佐证", actor=desk.officer, now=desk.now)
    assert {each.party_id for each in policies.tracks_of(desk.session, second)} == {desk.lender.id, desk.firm.id}


def test_the_reasons_of_a_check_are_told_also_where_nobody_was_asked(desk: Desk) -> None:
    lead, second = desk.received(), desk.received()
    triage.merge(desk.session, second, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)
    complaints.withdraw(desk.session, lead, pressure=False, actor=person_of(lead), now=desk.now)
    again(desk, second)
    complaints.close(desk.session, second, why="录音无法辨认。", actor=desk.officer, now=desk.now)
    assert "录音无法辨认" in told(desk, second)


def test_c06_whoever_was_let_off_keeps_no_complaint_from_the_authority(desk: Desk) -> None:
    sent = desk.forwarded()
    complaint, to = sent.complaint, triage.Referral("蓝湾市金融监管局", "系个人冒名催收")
    forwardings.not_ours(desk.session, sent, why="非我司客户", actor=desk.lead, now=desk.now)
    forwardings.accept_return(desk.session, sent, actor=desk.intake, now=desk.now)
    triage.refer_out(desk.session, complaint, to, actor=desk.intake, now=desk.now)
    assert complaint.state == "REFERRED_OUT"
    with pytest.raises(NotNow):
        triage.refer_out(desk.session, desk.received(), to, actor=desk.intake, now=desk.now)


@pytest.mark.parametrize("by", ["answer", "not_ours", "retract", "withdraw"])
def test_a_request_for_time_that_nobody_needs_any_more_is_nobodys_task(desk: Desk, by: str) -> None:
    sent = desk.forwarded()
    forwardings.ask_time(desk.session, sent, why="调取录音", actor=desk.lead, now=desk.now)
    assert open_tasks(desk, "time_asked") == 1
    own = person_of(sent.complaint)
    if by == "answer":
        desk.answer(sent)
    elif by == "not_ours":
        forwardings.not_ours(desk.session, sent, why="非我司客户", actor=desk.lead, now=desk.now)
    elif by == "retract":
        forwardings.retract(desk.session, sent, why="转错单位", actor=desk.intake, now=desk.now)
    else:
        complaints.withdraw(desk.session, sent.complaint, pressure=False, actor=own, now=desk.now)
    assert open_tasks(desk, "time_asked") == 0
    assert sent.time_asked_at is None
    assert [each.how for each in party_requests.told(sent.time_requests)] == [party_requests.LAPSED]


def test_terms_that_were_agreed_to_are_nobodys_task(desk: Desk) -> None:
    complaint = desk.forwarded().complaint
    settlements.propose(desk.session, complaint, "甲", actor=desk.lead, now=desk.now)
    own = person_of(complaint)
    assert settlements.confirm(desk.session, complaint, terms="甲", pressure=False, actor=own, now=desk.now)
    assert open_tasks(desk, "settlement") == 0


def test_terms_that_were_proposed_are_nobodys_task_once_the_person_stays_silent(desk: Desk) -> None:
    known_year(desk.session)
    complaint = desk.released()
    settlements.propose(desk.session, complaint, "甲", actor=desk.lead, now=desk.now)
    assert open_tasks(desk, "settlement") == 1
    later = desk.on(40)
    desk.now = later
    end(desk, "K05", ("complaint", complaint.id))
    assert (complaint.state, complaint.outcome) == ("CLOSED", "NO_FEEDBACK")
    assert open_tasks(desk, "settlement") == 0


def test_terms_are_nobodys_task_once_what_was_returned_by_the_only_company_is_rejected(desk: Desk) -> None:
    sent = desk.forwarded()
    settlements.propose(desk.session, sent.complaint, "甲", actor=desk.lead, now=desk.now)
    forwardings.not_ours(desk.session, sent, why="非我司客户", actor=desk.lead, now=desk.now)
    forwardings.accept_return(desk.session, sent, actor=desk.intake, now=desk.now)
    said = {"reason": "CANNOT_IDENTIFY", "ways": ["x"], "actor": desk.intake, "now": desk.now}
    triage.reject(desk.session, sent.complaint, **said)
    assert (sent.complaint.state, open_tasks(desk, "settlement")) == ("REJECTED", 0)


def test_what_came_after_it_was_asked_for_is_nobodys_task_once_the_complaint_is_decided_about(desk: Desk) -> None:
    complaint = desk.received()
    triage.ask_info(desk.session, complaint, missing=["通话日期"], actor=desk.intake, now=desk.now)
    intake.give_info(desk.session, complaint, text="11月9日", actor=person_of(complaint), now=desk.now)
    assert open_tasks(desk, "information") == 1
    said = {"respondents": [desk.lender.id], "masked_facts": "11月9日多次致电。", "actor": desk.intake, "now": desk.now}
    triage.accept(desk.session, complaint, **said)
    assert open_tasks(desk, "information") == 0


def test_i13_whatever_a_person_wrote_as_the_product_tells_no_company_who_it_is(desk: Desk) -> None:
    said = f"{NAME}的车贷，电话{PHONE}"
    sent = desk.accepted(product=said).forwardings[0]
    letter = queries.last_document(desk.session, ["D05b"], "forwarding", sent.id)
    assert letter is not None
    assert "车贷" in str(sent.product)
    for each in (NAME, PHONE):
        assert each not in str(sent.product)
        assert each not in str(letter.paper)
    assert desk.accepted().forwardings[0].product == "个人消费贷款"


def test_of_whoever_is_not_the_debtor_after_all_no_text_shows_the_debt_unwarned(desk: Desk) -> None:
    sent, returned = desk.forwarded(role="DEBTOR"), desk.forwarded(role="DEBTOR")
    said = {"why": "本人来电称系同事", "role": "EMPLOYER", "actor": desk.intake, "now": desk.now}
    putting_right.person(desk.session, sent.complaint, **said)
    assert (sent.debtor, returned.debtor) == (False, True), "else the company is not asked to look at its text"
    desk.answer(sent)
    with pytest.raises(BadInput, match="债务"):
        forwardings.release(desk.session, sent, read=True, warned=False, actor=desk.intake, now=desk.now)
    putting_right.person(desk.session, sent.complaint, **{**said, "role": "AGENT"})
    assert not sent.complaint.complainant.agent_authorised


def test_what_the_company_must_not_read_is_taken_out_of_a_void_letter_before_it_is_issued_again(desk: Desk) -> None:
    sent = desk.accepted(masked="投诉人李小花称多次接到来电。", name="沈若禾").forwardings[0]
    desk.void("forwarding", sent.id, "D05b")
    said = {"actor": desk.intake, "now": desk.now}
    with pytest.raises(BadInput):
        forwardings.reissue(desk.session, sent, text=f"{NAME}称多次接到来电。", **said)
    forwardings.reissue(desk.session, sent, text="投诉人称多次接到来电。", **said)
    letter = queries.last_document(desk.session, ["D05b"], "forwarding", sent.id)
    assert letter is not None
    assert "李小花" not in f"{letter.paper}{sent.masked_facts}{sent.complaint.masked_facts}"
    desk.serve("forwarding", sent.id, "D05b")
    forwardings.send_back(desk.session, desk.answer(sent), gaps=["李小花的来电"], **said)
    desk.void("forwarding", sent.id, "D07b")
    forwardings.reissue(desk.session, sent, text="逐日来电情况", **said)
    letter = queries.last_document(desk.session, ["D07b"], "forwarding", sent.id)
    assert letter is not None
    assert "李小花" not in f"{letter.paper}{sent.gaps}"


def test_whoever_took_the_consent_back_is_named_neither_in_the_letter_issued_again_nor_beside_it(desk: Desk) -> None:
    sent = desk.accepted(share_identity=True).forwardings[0]
    taking_back.name(desk.session, sent.complaint, actor=person_of(sent.complaint), now=desk.now)
    desk.void("forwarding", sent.id, "D05b")
    forwardings.reissue(desk.session, sent, actor=desk.intake, now=desk.now)
    letter = queries.last_document(desk.session, ["D05b"], "forwarding", sent.id)
    assert letter is not None
    assert NAME not in f"{letter.paper}{sent.identity}"
