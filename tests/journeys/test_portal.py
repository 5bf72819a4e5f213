"""The respondents' journeys: answers written together, more time, warnings, what is not theirs, late answers."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys import cast, scenes
from tests.journeys.person import PHONE, Person

People = Callable[..., Person]
Ask = Callable[..., list[Any]]
TO_US = "经核查，作业人员于11月10日三次拨打投诉人单位座机，违反我司作业规范，已停岗。"
TERMS = "自即日起不再拨打投诉人单位的电话。"
OTHER_TERMS = "自即日起不再拨打投诉人单位的电话，并书面致歉。"
TO_PERSON = "我们已停止拨打您单位的电话，并向您致歉。"


@pytest.fixture
def intake(person: People) -> Person:
    return person().sign_in(cast.mail("intake"))


@pytest.fixture
def lead(person: People) -> Person:
    return scenes.confirmed(person().sign_in("lead@yunqi.example"))


def forwarding(ask: Ask, ref: str) -> int:
    asked = "SELECT f.id FROM forwarding f JOIN complaint c ON c.id = f.complaint_id WHERE c.ref = :ref"
    return int(ask(asked, ref=ref)[0].id)


def opened(lead: Person, number: int) -> None:
    """Open the letter on the page of its matter, as soon as it is there."""
    lead.until("form[action$='/open']", f"/portal/forwardings/{number}")
    lead.send("/open")


def test_colleagues_write_and_the_lead_sends(person: People, intake: Person, lead: Person, ask: Ask) -> None:
    ref, code = scenes.forwarded(intake, drawn=True)
    number = forwarding(ask, ref)
    opened(lead, number)
    member = person().sign_in("member@yunqi.example")
    member.go(f"/portal/forwardings/{number}/answer")
    member.send(press="look", outcome="EXPLAINED", to_association=TO_US, to_complainant=TO_PERSON)
    assert member.page.locator("#send [data-off]").count(), "a member drafts, the lead sends"
    lead.go(f"/portal/forwardings/{number}/answer").says("吴桐")
    assert lead.page.locator("[name=to_association]").input_value() == TO_US
    log = {"name": "通话清单.pdf", "mimeType": "application/pdf", "buffer": scenes.pdf()}
    lead.send(press="look", outcome="REMEDY_NONMONEY", files=log)
    lead.go(f"/portal/forwardings/{number}/answer")
    box, words = (lead.page.locator(f".choice:has([name=gone]) {each}").bounding_box() for each in ("input", "label"))
    assert box is not None
    assert words is not None
    assert box["x"] + box["width"] <= words["x"], "a box never lies on its words"
    lead.send(press="look", holding="outcome")
    lead.send(holding="seen")
    lead.says("已答复")
    intake.go(f"/staff/forwardings/{number}").says(TO_US)
    intake.says("通话清单.pdf")
    intake.send("/do/release", right=False, holding="release-read")
    intake.send("/do/release", **{"release-read": True})
    caller = person()
    caller.go("/track/").send(code=code)
    caller.says(TO_PERSON)
    assert TO_US not in caller.reads()
    caller.send("/accept", **{"a-confirmed": True})
    caller.says("已结案")


def test_both_sides_agree_to_the_same_terms_and_the_complaint_ends(person: People, intake: Person, ask: Ask) -> None:
    ref, code = scenes.forwarded(intake, drawn=True)
    place = f"/portal/forwardings/{forwarding(ask, ref)}"
    phone = scenes.confirmed(person("en", **PHONE).sign_in("lead@yunqi.example"))
    phone.until("form[action$='/open']", place)
    phone.send("/open").go(place).send("/terms", **{"terms-terms": TERMS})
    phone.says("The complainant has not agreed to these terms yet.")
    caller = person(**PHONE).go("/track/").send(code=code)
    caller.says(TERMS)
    caller.send("/settle", **{"s-terms": OTHER_TERMS, "s-pressure": "yes"}).says("您已同意")
    caller.says("工作人员将作为紧急事项查看")
    caller.picture("pressed-to-agree.zh.phone")
    caller.no_barrier()
    phone.go(place).says(OTHER_TERMS)
    assert "You have agreed to them." not in phone.reads(), "other words undo what was agreed to"
    phone.no_barrier()
    phone.picture("terms-to-agree.en.phone")
    phone.send("/agree", **{"agree-confirmed": True}).says("Everybody concerned has agreed. The complaint is settled.")
    caller.go("/track/complaint").says(OTHER_TERMS)
    caller.picture("terms-agreed.zh.phone")
    assert ask("SELECT state FROM complaint WHERE ref = :ref", ref=ref) == [("CLOSED",)]


def test_a_letter_on_paper_is_received_with_its_day_and_the_answer_is_still_open(
    person: People, intake: Person, ask: Ask
) -> None:
    ref, _code = scenes.forwarded(intake, cast.ON_PAPER, drawn=True)
    number, lead = forwarding(ask, ref), person().sign_in(cast.LEAD_ON_PAPER)
    lead.until("form[action$='/received']", f"/portal/forwardings/{number}")
    assert not lead.page.locator("a[href$='/answer']").count()
    lead.send("/received").says("签收已记录")
    asked = (
        "SELECT s.state, s.served_on FROM service s JOIN document d ON d.id = s.document_id WHERE d.subject_id = :it"
    )
    [(state, day)] = ask(f"{asked} AND d.subject_kind = 'forwarding'", it=number)
    assert state == "SERVED"
    assert f"{day.year}年{day.month}月{day.day}日送达" in lead.page.locator("#notices").inner_text()
    lead.says("待贵单位答复")
    assert lead.page.locator("a[href$='/answer']").count()
    assert not lead.page.locator("form[action$='/received']").count()
    assert ask("SELECT state FROM forwarding WHERE id = :it", it=number)[0].state == "SENT"


def test_two_colleagues_write_at_once_and_nothing_is_lost(
    person: People, intake: Person, lead: Person, ask: Ask
) -> None:
    ref, _code = scenes.forwarded(intake)
    number = forwarding(ask, ref)
    member = person().sign_in("member@yunqi.example")
    member.go(f"/portal/forwardings/{number}/answer")
    lead.go(f"/portal/forwardings/{number}/answer")
    lead.send(press="save", to_association="第一稿：负责人写的说明。")
    member.send(press="save", right=False, to_association="第二稿：经办人写的说明。")
    member.says("陈立")
    member.no_barrier()
    assert member.page.locator("[name=to_association]").input_value().startswith("第二稿")
    assert member.page.locator("[data-theirs='to_association']").inner_text() == "第一稿：负责人写的说明。"


def test_who_is_not_the_debtor_learns_nothing_of_the_debt(intake: Person, lead: Person, ask: Ask) -> None:
    ref, _code = scenes.forwarded(intake, role="UNRELATED")
    number = forwarding(ask, ref)
    lead.go(f"/portal/forwardings/{number}/answer").says("投诉人不是借款人")
    lead.send(press="look", outcome="EXPLAINED", to_association=TO_US, to_complainant=TO_PERSON)
    lead.send(holding="seen", right=False)
    assert lead.page.locator("#warned-error").count() == 1
    lead.send(warned=True)
    intake.go(f"/staff/forwardings/{number}").says("投诉人不是借款人")
    intake.send("/do/release", right=False, **{"release-read": True})
    intake.send("/do/release", **{"release-read": True, "release-warned": True})


def test_more_time_is_asked_for_and_given(person: People, intake: Person, lead: Person, ask: Ask) -> None:
    ref, _code = scenes.forwarded(intake, drawn=True)
    number = forwarding(ask, ref)
    opened(lead, number)
    lead.go(f"/portal/forwardings/{number}/more-time").send(right=False, why="")
    lead.send(why="合作方尚在调取通话录音，预计12月8日提供。")
    head = person().sign_in(cast.mail("head"))
    head.go(f"/staff/forwardings/{number}/do/extend").send(why="录音调取需要时间")
    lead.go(f"/portal/forwardings/{number}").says("期限已延长1次")
    lead.says("放假安排尚未公布")


def test_what_is_returned_is_accepted_or_not(intake: Person, lead: Person, ask: Ask) -> None:
    ref, _code = scenes.forwarded(intake)
    number = forwarding(ask, ref)
    lead.go(f"/portal/forwardings/{number}/not-ours").send(why="该客户不是我司客户，号码亦非我司所有。", confirmed=True)
    intake.go(f"/staff/complaints/{ref}").says("该客户不是我司客户")
    intake.go(f"/staff/forwardings/{number}/do/insist").send(why="合同编号显示放贷机构为贵司。")
    lead.go(f"/portal/forwardings/{number}").says("待贵单位答复")
    lead.go(f"/portal/forwardings/{number}/not-ours")
    assert lead.page.locator("#return [data-off]").count(), "a forwarding is returned once"


def test_a_signed_out_author_finds_the_text_again(person: People, intake: Person, lead: Person, ask: Ask) -> None:
    ref, _code = scenes.forwarded(intake)
    number = forwarding(ask, ref)
    lead.go(f"/portal/forwardings/{number}/not-ours")
    lead.fill(lead.form(holding="why"), why="该号码不是我司使用的号码。")
    person().sign_in("lead@yunqi.example", fresh=True).go("/account/").send("/account/sessions/end")
    lead.press(lead.form(holding="why"))
    lead.type_in()
    assert lead.page.url.endswith("/not-ours")
    assert lead.page.locator("[name=why]").input_value() == "该号码不是我司使用的号码。"


def test_the_end_of_the_session_is_said_before_it_comes_and_put_off(lead: Person) -> None:
    lead.page.clock.install()
    page = lead.go("/portal/").page
    warning = page.locator("[data-session-end]")
    assert warning.is_hidden()
    page.route("**/account/still", lambda route: route.fulfill(json={"idle": 300, "left": 9000}))
    page.clock.fast_forward(int(str(warning.get_attribute("data-session-end"))) * 1000)
    warning.wait_for(state="visible")
    assert "已填写的内容不会丢失" in warning.inner_text()
    with page.expect_response("**/account/stay"):
        warning.get_by_role("button").click()
    warning.wait_for(state="hidden")


def test_wrong_files_are_named_beside_their_field(intake: Person, lead: Person, ask: Ask) -> None:
    ref, _code = scenes.forwarded(intake)
    number = forwarding(ask, ref)
    lead.go(f"/portal/forwardings/{number}/answer")
    trap = {"name": "清单.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + b"\0" * 4000}
    said = {"outcome": "EXPLAINED", "to_association": TO_US, "to_complainant": TO_PERSON}
    lead.send(press="look", right=False, files=trap, **said)
    assert "清单.pdf" in lead.page.locator(".error-summary").inner_text()
    assert lead.page.locator("[name=to_association]").input_value() == TO_US


def test_a_firm_sees_nothing_of_the_lenders(person: People, intake: Person, lead: Person, ask: Ask) -> None:
    ref, _code = scenes.forwarded(intake, drawn=True)
    number = forwarding(ask, ref)
    opened(lead, number)
    letter = re.findall(r"/portal/notices/\d+", lead.page.content())[0]
    firm = person().sign_in("lead@hengtai.example")
    for place in (f"/portal/forwardings/{number}", f"/portal/forwardings/{number}/answer", letter, f"{letter}.pdf"):
        firm.page.goto(firm.site.address + place)
        assert firm.status == 404, place
    firm.no_barrier()
    firm.go("/portal/forwardings/")
    assert ref not in firm.reads()


def test_the_lead_keeps_the_people_of_the_company(lead: Person, ask: Ask) -> None:
    lead.go("/portal/people").send(name="李想", mail="lixiang@yunqi.example", role="member")
    lead.says("lixiang@yunqi.example")
    lead.go("/portal/people").send(right=False, name="李想", mail="not an address", role="member")
    assert lead.page.locator("#mail-error").count() == 1
    assert lead.page.locator("[name=name]").input_value() == "李想"


def test_a_second_factor_is_set_up_asked_for_and_switched_off(person: People) -> None:
    member, code = person().sign_in("member@yunqi.example", fresh=True), "#demonstration-code"
    member.go("/account/").follow("设置", where="#second-factor")
    member.no_barrier()
    own = {"on-password": cast.PASSWORD}
    member.send("/second-factor", right=False, **own, **{"on-code": "000000"})
    assert member.page.locator("#on-code-error").count() == 1
    member.send("/second-factor", **own, **{"on-code": member.page.locator(code).inner_text()})
    member.says("二次验证已设置")
    again = person().sign_in("member@yunqi.example", fresh=True)
    again.go("/account/second-factor").no_barrier()
    shown = again.page.locator(code).text_content()
    again.send("/off", **{"off-password": cast.PASSWORD, "off-code": shown})
    again.says("二次验证已关闭")
    member.page.goto(f"{member.site.address}/account/")
    assert "/sign-in" in member.page.url, "other sessions end"


def test_the_language_is_switched_and_stays(lead: Person) -> None:
    lead.go("/portal/").follow("English", where="header")
    lead.go("/portal/notices/").says("Notices")
    assert lead.page.locator("html").get_attribute("lang") == "en"


CUT = """() => [...document.querySelectorAll("main *:not(.hidden)")].filter((it) => {
  const look = getComputedStyle(it), cuts = (way) => way !== "visible";
  return it.checkVisibility() && (
    (cuts(look.overflowX) && it.scrollWidth > it.clientWidth + 1) ||
    (cuts(look.overflowY) && it.scrollHeight > it.clientHeight + 1));
}).map((it) => it.outerHTML.slice(0, 100))"""
"""What of a page shows less than it holds."""


def test_a_page_is_printed_without_what_only_a_screen_can_do(intake: Person, lead: Person, ask: Ask) -> None:
    page = lead.go("/portal/notices/").page
    page.emulate_media(media="print")
    assert page.locator("main h1").is_visible()
    assert not page.locator("nav:visible, main button:visible").count()
    assert page.get_by_text("Asia/Shanghai").is_visible(), "times on paper say whose they are"
    page.emulate_media(media="screen")
    number = forwarding(ask, scenes.forwarded(intake, drawn=True)[0])
    opened(lead, number)
    lead.go(f"/portal/forwardings/{number}").says("撰写答复")
    page.emulate_media(media="print")
    assert not page.locator("main .button:visible, #actions:visible").count()
    page.set_viewport_size({"width": 700, "height": 1000})  # as wide as its paper
    page.locator("main textarea").first.evaluate("it => { it.value = '一行\\n'.repeat(40); }")
    assert not page.evaluate(CUT), "paper does not scroll"
    page.emulate_media(media="screen")
    ref = ask("SELECT ref FROM complaint ORDER BY id DESC LIMIT 1")[0].ref
    staff = intake.go(f"/staff/complaints/{ref}").page
    staff.emulate_media(media="print")
    staff.set_viewport_size({"width": 700, "height": 1000})
    folded = staff.evaluate(
        "() => [...document.querySelectorAll('main details.more:not([open])')].filter((it) => it.checkVisibility())"
        ".map((it) => it.lastElementChild).filter((it) => !it.checkVisibility() && !it.matches('form'))"
        ".map((it) => it.outerHTML.slice(0, 100))"
    )
    assert not folded, "what is folded away is unfolded on paper"
    assert not staff.evaluate(CUT), "nor do pages of staff"
    assert not staff.locator("main textarea:visible, main select:visible, .beside:visible").count(), "no empty boxes"
    page.emulate_media(media="print")
    breaks = page.locator("main h2:visible").first.evaluate("it => getComputedStyle(it).breakAfter")
    assert breaks == "avoid", "no heading stands alone at the foot of a page"
    foot = "getComputedStyle(document.body.appendChild(document.createElement('table')).createTFoot()).display"
    assert page.evaluate(foot) == "table-row-group", "a total stands once, and not on every page"
