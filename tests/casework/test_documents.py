"""Documents of complaints and forwardings: their values, in the recipient's language, and nothing that must not be."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, copies, forwardings, intake, passing_on, triage
from casework.intake import Company
from casework.states import FORWARDING
from core.actors import NOBODY, SYSTEM
from core.machine import Ask
from notices.models import Document
from notices.papers import Items, Para
from tests.builders import Desk, person_of, submission


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def last(desk: Desk, kind: str) -> Document:
    found = desk.session.scalar(select(Document).where(Document.kind == kind).order_by(Document.id.desc()).limit(1))
    assert found is not None, kind
    return found


def said(document: Document) -> str:
    return str(document.frozen.to_json())


def test_every_letter_to_a_complainant_reaches_that_complainant_alone(desk: Desk) -> None:
    complaint = desk.disputed()
    complaints.close(desk.session, complaint, why="无违规", actor=desk.officer, now=desk.now)
    for kind in ("D01", "D05a", "D39", "D08"):
        document = last(desk, kind)
        assert (document.complaint_id, document.party_id, document.volume) == (complaint.id, None, "complainant")
        assert [service.complaint_id for service in document.services] == [complaint.id]


def test_a_letter_to_a_respondent_says_what_it_may_read(desk: Desk) -> None:
    forwarding = desk.accepted().forwardings[0]
    document = last(desk, "D05b")
    text = said(document)
    assert document.party_id == desk.lender.id
    assert "该公司每天多次致电投诉人的同事" in text
    assert "向联系人催收" in text
    assert "15日" in text
    assert "2026年11月8日至2026年11月10日" in text
    assert "沈若禾" not in text
    assert "13912345678" not in text
    assert forwarding.complaint.ref in text


def test_a_request_to_complete_explains_its_own_limit_alone_and_numbers_no_single_point(desk: Desk) -> None:
    triage.ask_info(desk.session, desk.received(), missing=["通话录音"], actor=desk.intake, now=desk.now)
    letter = last(desk, "D02")
    assert Para("通话录音。") in letter.frozen.blocks
    assert "非工作日不计入" in said(letter)
    assert "顺延" not in said(letter)


def test_points_that_were_typed_with_numbers_are_numbered_once(desk: Desk) -> None:
    desk.accepted(masked="1、多次致电同事。\n2、冒充公检法。")
    items = next(each for each in last(desk, "D05b").frozen.blocks if isinstance(each, Items))
    assert items.items[:2] == ("多次致电同事；", "冒充公检法；")
    assert items.items[2].startswith("投诉人指称")


def test_kinds_of_conduct_are_told_apart_though_a_name_is_a_list_itself(desk: Desk) -> None:
    desk.accepted(codes=["V-B01", "V-B03"])
    assert "行为类型：辱骂、恐吓、威胁；冒充司法、公安等机关" in said(last(desk, "D05b"))


def test_the_acknowledgement_never_holds_the_receipt_code(desk: Desk) -> None:
    complaint, code = intake.submit(desk.session, submission(), key="k", actor=NOBODY, now=desk.now)
    text = said(last(desk, "D01"))
    assert complaint.ref in text
    assert code not in text
    assert code.replace("-", "") not in text


def test_letters_speak_the_complainants_language(desk: Desk) -> None:
    complaint = desk.released(lang="en")
    complaints.accept_reply(desk.session, complaint, actor=person_of(complaint), now=desk.now)
    for kind, words in (("D01", "working days"), ("D05a", "15 days"), ("D39", "10 days"), ("D08", "You accepted")):
        document = last(desk, kind)
        assert document.lang == "en"
        assert words in said(document), kind
    assert last(desk, "D05b").lang == "zh"


def test_one_respondent_that_has_not_answered_is_no_plural(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm, lang="en")
    desk.answer(complaint.forwardings[0])
    desk.release(complaint.forwardings[0])
    assert "Another respondent has not answered yet" in said(last(desk, "D39"))


def test_acceptance_names_whom_the_association_cannot_reach_and_where_to_turn(desk: Desk) -> None:
    companies = [
        Company("INSTITUTION", "NAME", "青屿消费金融有限公司"),
        Company("FIRM", "NAME", "远山信息咨询有限公司"),
        Company("FIRM", "APP", "无名贷"),
        Company("FIRM", "NUMBER", "0592 5550 0123"),
    ]
    desk.accepted(companies=companies)
    text = said(last(desk, "D05a"))
    assert "远山信息咨询有限公司：在行为发生之日不受本协会自律规则约束" in text
    assert "“无名贷”：本协会登记信息中未能查明该主体" in text
    assert "0592 5550 0123" not in text
    assert "号码0592 5550 0123" in said(last(desk, "D01")), "a number is no name"


def test_a_name_that_nobody_matched_is_of_the_company_before_which_the_complaint_is_put(desk: Desk) -> None:
    companies = [Company("FIRM", "NAME", "海石"), Company("FIRM", "NAME", "无名催收")]
    complaint = desk.accepted(desk.lender, desk.firm, companies=companies)
    text = said(last(desk, "D05a"))
    assert desk.firm.name_zh in text
    assert "“海石”" not in text
    assert "“无名催收”：本协会登记信息中未能查明该主体" in text
    assert [each.party_id for each in complaint.companies] == [desk.firm.id, None]


def test_a_released_answer_tells_who_else_is_awaited(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    first, second = complaint.forwardings
    desk.release(desk.answer(first))
    assert "另有1家被投诉单位尚未答复" in said(last(desk, "D39"))
    assert "全部答复告知您之后，您可以按照下列方式一并回应" in said(last(desk, "D39"))
    desk.release(desk.answer(second))
    assert "尚未答复" not in said(last(desk, "D39"))


def test_an_extension_tells_both_sides_the_new_last_day_where_it_is_certain(session: Session, now: datetime) -> None:
    desk = Desk(session, now - timedelta(days=60))
    conduct = {"conduct_from": None, "conduct_to": desk.now.date() - timedelta(days=3)}
    forwarding = desk.forwarded(**conduct)
    forwardings.extend(session, forwarding, why="情况复杂", actor=desk.head, now=desk.now)
    for kind in ("D06a", "D06b"):
        text = said(last(desk, kind))
        assert "30日" in text
        assert "2026年10月26日" in text
    forwardings.extend(session, forwarding, why="情况特殊", actor=desk.head, now=desk.now)
    assert "60日" in said(last(desk, "D06a"))


def test_a_provisional_last_day_is_not_printed(desk: Desk) -> None:
    forwardings.extend(desk.session, desk.forwarded(), why="情况复杂", actor=desk.head, now=desk.now)
    assert "届满日期" not in said(last(desk, "D06a"))


def test_a_closing_letter_quotes_released_texts_only(desk: Desk) -> None:
    complaint = desk.released()
    complaints.accept_reply(desk.session, complaint, actor=person_of(complaint), now=desk.now)
    text = said(last(desk, "D08"))
    assert "我司已停止联系您的同事" in text
    assert "经核查通话记录" not in text


def test_a_request_for_more_names_the_gaps_or_the_disputed_points(desk: Desk) -> None:
    forwarding = desk.answer(desk.forwarded())
    forwardings.send_back(desk.session, forwarding, gaps=["共致电几次"], actor=desk.intake, now=desk.now)
    text = said(last(desk, "D07b"))
    assert "共致电几次" in text
    assert last(desk, "D05b").number in text
    complaint = desk.disputed(contact="13900001111")
    again = complaint.forwardings[0]
    complaints.ask_again(desk.session, complaint, points={again.id: ["是否停止"]}, actor=desk.officer, now=desk.now)
    assert "投诉人对该答复提出异议" in said(last(desk, "D07b"))


def test_the_complainant_disputes_an_answer_only_where_it_did(desk: Desk) -> None:
    complaint = desk.disputed()
    first = complaint.forwardings[0]
    complaints.ask_again(desk.session, complaint, points={first.id: ["是否停止"]}, actor=desk.officer, now=desk.now)
    desk.void("forwarding", first.id, "D07b")
    forwardings.reissue(desk.session, first, actor=desk.intake, now=desk.now)
    assert "投诉人对该答复提出异议" in said(last(desk, "D07b")), "issued again as it was"
    desk.serve("forwarding", first.id, "D07b")
    desk.answer(first)
    forwardings.send_back(desk.session, first, gaps=["共致电几次"], actor=desk.intake, now=desk.now)
    text = said(last(desk, "D07b"))
    assert "投诉人对该答复提出异议" not in text
    assert "尚不足以说明" in text


def test_a_letter_issued_again_still_says_why_the_return_is_not_accepted(desk: Desk) -> None:
    forwarding = desk.forwarded()
    forwardings.not_ours(desk.session, forwarding, why="与我司无关", actor=desk.lead, now=desk.now)
    forwardings.insist(desk.session, forwarding, why="债权由你单位持有。", actor=desk.intake, now=desk.now)
    insisted = "不予采纳：债权由你单位持有。请按本函要求核查答复"
    assert insisted in said(last(desk, "D05b"))
    for _time in range(2):
        void = desk.void("forwarding", forwarding.id, "D05b")
        forwardings.reissue(desk.session, forwarding, actor=desk.intake, now=desk.now)
        assert last(desk, "D05b").id != void.id
        assert insisted in said(last(desk, "D05b"))


def test_a_reminder_says_what_is_missing_and_by_which_letter_it_was_asked_for(desk: Desk) -> None:
    forwarding = desk.forwarded()
    desk.serve("forwarding", forwarding.id, "D05b")
    FORWARDING.carry_out(Ask(desk.session, forwarding, SYSTEM, {}, desk.on(20)), "K03_expired")
    text = said(last(desk, "D07a"))
    assert f"{last(desk, 'D05b').number}转办函" in text
    assert "补充" not in text
    desk.answer(forwarding)
    forwardings.send_back(desk.session, forwarding, gaps=["共致电几次"], actor=desk.intake, now=desk.now)
    desk.serve("forwarding", forwarding.id, "D07b")
    FORWARDING.carry_out(Ask(desk.session, forwarding, SYSTEM, {}, desk.on(20)), "K30_expired")
    text = said(last(desk, "D07a"))
    assert f"{last(desk, 'D07b').number}要求补充答复函" in text
    assert "尚未收到你单位的补充答复" in text


@pytest.mark.parametrize(("urgent", "words"), [(True, "加急"), (False, "平件")])
def test_the_dispatch_sheet_says_whether_the_matter_is_urgent(desk: Desk, urgent: bool, words: str) -> None:
    complaint = desk.accepted()
    complaint.urgent = urgent
    desk.session.flush()
    desk.answer(complaint.forwardings[0])
    forwardings.send_back(desk.session, complaint.forwardings[0], gaps=["次数"], actor=desk.intake, now=desk.now)
    assert str(["紧急程度", words]) in said(last(desk, "D34"))


def test_documents_are_numbered_in_their_series_without_gaps(desk: Desk) -> None:
    desk.released()
    found = desk.session.execute(
        select(Document.series, Document.serial).where(Document.serial.is_not(None)).order_by(Document.serial)
    )
    by_series: dict[str, list[int]] = {}
    for series, serial in found:
        by_series.setdefault(series, []).append(serial)
    assert set(by_series) == {"受", "转"}
    assert all(serials == list(range(1, len(serials) + 1)) for serials in by_series.values())


@pytest.mark.parametrize(("lang", "left"), [("zh", "（号码略）"), ("en", "[number left out]")])
def test_nothing_of_the_complainants_own_numbers_reaches_the_respondent(desk: Desk, lang: str, left: str) -> None:
    told = "A friend (13700000001) and I (139 1234 5678, shen@example.invalid) are called."
    complaint = desk.received(facts=told, request=None, lang=lang, contact="13912345678")
    copy = copies.draft(complaint)
    assert copy == f"A friend (137****0001) and I ({left}, s***@example.invalid) are called."


@pytest.mark.parametrize(
    ("lang", "facts", "number", "copy"),
    [
        (
            "zh",
            "059255500199打来，朋友13700000001也接到",
            "0592 5550 0199",
            "0592 5550 0199打来，朋友137****0001也接到",
        ),
        ("zh", "每天来电", "0592-5550199", "每天来电\n\n来电或者来信号码：0592-5550199"),
        ("en", "They call.", "13800138000", "They call.\n\nNumber that called or wrote: 13800138000"),
        ("zh", "95188来电", "95188", "95188来电"),
        ("zh", "13800095188来电", "95188", "138****5188来电\n\n来电或者来信号码：95188"),
        ("zh", "每天来电", "138", "每天来电"),
        (
            "zh",
            "+86 13800000000来电，也用13800000000",
            "+86 13800000000",
            "+86 13800000000来电，也用+86 13800000000",
        ),
        ("zh", "每天来电", "王小明13800138000", "每天来电"),
        ("zh", "每天来电", "12345678", "每天来电"),
        ("en", "They call 139 1234 5678.", "13912345678", "They call [number left out]."),
    ],
)
def test_the_number_that_called_stays_whole_unless_it_is_the_complainants_own(
    desk: Desk, lang: str, facts: str, number: str, copy: str
) -> None:
    named = [Company("INSTITUTION", "NAME", "青屿消费金融有限公司"), Company("FIRM", "NUMBER", number)]
    complaint = desk.received(facts=facts, request=None, lang=lang, contact="13912345678", companies=named)
    assert copies.draft(complaint) == copies.preview(facts, "", ["13912345678"], [number], lang) == copy
    assert not passing_on.to_company(copy, passing_on.people_in(complaint), passing_on.shown_in(complaint))
    other = passing_on.to_company("13800095188", (), passing_on.shown_in(complaint))
    assert [each.text for each in other] == ["13800095188"], "a number that holds another one is found as ever"


@pytest.mark.parametrize(
    ("facts", "name", "lang", "copy"),
    [
        ("我叫梁一舟，很害怕。联系人：顾长宁。", "梁一舟", "zh", "我叫（姓名略），很害怕。联系人：顾某。"),
        ("我叫梁一舟，他们打给我的同事。", None, "zh", "我叫（姓名略），他们打给我的同事。"),
        ("I, Mira Lindqvist, am called.", "Mira Lindqvist", "en", "I, [name left out], am called."),
    ],
)  # fmt: skip
def test_not_even_the_family_name_of_whoever_complains_reaches_the_respondent(
    desk: Desk, facts: str, name: str | None, lang: str, copy: str
) -> None:
    complaint = desk.received(facts=facts, request=None, name=name, lang=lang)
    assert copies.draft(complaint) == copy


def test_an_agent_or_anonymous_person_is_addressed_all_the_same(desk: Desk) -> None:
    desk.received(name=None, contact=None)
    assert last(desk, "D01").paper["head"]["recipient_name"] == "投诉人"


def test_what_the_complainant_asks_for_reaches_the_respondent_masked(desk: Desk) -> None:
    facts = "每天多次致电我的同事。联系人：顾长宁，已经不堪其扰。"
    complaint = desk.received(facts=facts, request="请沈若禾的号码13912345678不再被拨打\n向顾长宁道歉")
    copy = copies.draft(complaint)
    assert copy.endswith("\n\n诉求：请（姓名略）的号码（号码略）不再被拨打\n向顾某道歉")
    assert "联系人：顾某，" in copy
    said_to = [desk.lender.id]
    triage.accept(desk.session, complaint, respondents=said_to, masked_facts=copy, actor=desk.intake, now=desk.now)
    text = said(last(desk, "D05b"))
    assert "投诉人诉求" in text
    assert "向顾某道歉" in text
    assert "顾长宁" not in text
    assert complaint.forwardings[0].masked_facts == copy
