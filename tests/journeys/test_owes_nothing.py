"""Somebody who owes nothing, on a phone: has them stop, sees who learns the name, follows it, withdraws, hears news."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from casework import triage
from tests.builders import MAIL, NAME
from tests.builders_cases import actor
from tests.journeys import cast, scenes
from tests.journeys.backstage import Backstage, behind
from tests.journeys.person import Person
from tests.journeys.test_public import PHONE
from tests.site import Site

People = Callable[..., Person]
Ask = Callable[..., list[Any]]
NUMBER = "13912345678"
FACTS = "我叫沈若禾，不认识借款人。11月8日起对方每天打我的电话13912345678，要我转告他还款。"
READER = "reader@reader.example"
IF_IT_IS = "如该联系方式与投诉登记的一致，链接已发出；一小时内已发过的，不再重发。"
"""What everybody reads who asks for a new code, the stranger as well."""
AWAY = "https://www.baidu.com/"
LONG_BEFORE = timedelta(days=20)


@pytest.fixture(scope="module")
def stage(site: Site) -> Iterator[Backstage]:
    with behind(site) as made:
        yield made


@pytest.fixture
def somebody(person: People) -> Person:
    return person("zh", **PHONE)


def fits(somebody: Person) -> None:
    """Nothing is wider than the screen, and nobody is shut out."""
    assert somebody.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), somebody.page.url
    somebody.no_barrier()


def sent(stage: Backstage, site: Site, key: str) -> tuple[int, str, str]:
    """A complaint of somebody whose number is the wrong one: its key, its number and its receipt code."""
    with stage.at(site.now) as people:
        it, code = people.complained(key, role="WRONG_NUMBER")
        return it.id, it.ref, code


def test_who_owes_nothing_has_them_stop_and_sees_who_learns_the_name(somebody: Person) -> None:
    somebody.go("/complain/who").send(role="WRONG_NUMBER")
    somebody.send(how="NAME", value=cast.LENDER)
    somebody.send(codes=["V-C04"], conduct_from="2026-11-08", conduct_to="2026-11-20", facts=FACTS)
    somebody.send(holding="files")
    said = {"name": NAME, "contact": MAIL, "stop_number": NUMBER, "consent": True}
    somebody.send(**said, right=False)
    assert somebody.page.locator("#stop_own-error, #stop_number-error").count() == 1, "whose number it is"
    somebody.picture("owes-nothing-contact.zh")
    somebody.send(**said, stop_own=True, share_identity=True)
    assert "您的姓名和联系方式" in somebody.page.locator("#preview").inner_text()
    somebody.page.locator(".change a[href='/complain/contact']").first.click()
    somebody.send(share_identity=False)
    seen, answers = somebody.page.locator("#preview").inner_text(), somebody.page.locator(".answers").first.inner_text()
    assert NAME not in seen
    assert MAIL not in seen
    assert "不显示" in seen
    for what in (seen, answers):
        assert re.search(rf"要求停止联系的号码\s*{NUMBER}", what), "the company is told what it shall not call"
    fits(somebody)
    somebody.picture("owes-nothing-check.zh")
    somebody.send()
    code = somebody.page.locator("[data-receipt-code]").inner_text()
    somebody.go("/track/").send(code=code)
    assert NUMBER in somebody.page.locator("#stop-contact").inner_text()
    fits(somebody)


def test_a_wrong_code_finds_nothing_and_a_lost_one_is_replaced(somebody: Person, stage: Backstage, site: Site) -> None:
    _number, ref, code = sent(stage, site, "lost")
    somebody.go("/track/").send(code="AAAA-BBBB-CCCC-DDDD-EEEE-FFFF", right=False)
    somebody.says("查询码无效")
    somebody.follow("查询码丢失").send(ref=ref, contact="other@example.invalid")
    somebody.says(IF_IT_IS)
    somebody.go("/track/lost").send(ref=ref, contact="lost@example.invalid")
    somebody.says(IF_IT_IS)
    somebody.go(re.findall(r"http\S+", stage.mailed("lost@example.invalid", "重新取得查询码"))[0]).send()
    fits(somebody)
    fresh = somebody.page.locator("[data-receipt-code]").inner_text()
    somebody.go("/track/").send(code=code, right=False)
    somebody.send(code=fresh)
    somebody.says(ref)


def test_whoever_was_asked_for_an_authorisation_sends_the_file_where_it_is_asked_for(
    somebody: Person, stage: Backstage, site: Site, ask: Ask
) -> None:
    with stage.at(site.now) as people:
        it, code = people.complained("authorised", role="AGENT")
        by = actor(people.who(cast.mail("intake")))
        triage.ask_info(people.session, it, missing=["投诉人的书面授权书"], actor=by, now=site.now)
        number = it.id
    somebody.go("/track/").send(code=code)
    assert "投诉人的书面授权书" in somebody.page.locator("#asked").inner_text()
    fits(somebody)
    somebody.page.locator("#messages").get_by_role("link", name="到这里补充").click()
    proof = {"name": "授权书.png", "mimeType": "image/png", "buffer": scenes.picture()}
    somebody.send("/track/info", **{"i-files": proof})
    somebody.says("授权书.png")
    assert somebody.page.locator("#asked").count() == 0
    [kept] = ask("SELECT state FROM complaint WHERE id = :it", it=number)
    assert kept.state == "RECEIVED"


def test_the_next_date_stands_there_evidence_follows_and_whoever_withdraws_is_asked_about_pressure(
    somebody: Person, stage: Backstage, site: Site, ask: Ask
) -> None:
    number, _ref, code = sent(stage, site, "followed")
    somebody.go("/track/").send(code=code)
    due = ask("SELECT due_on FROM clock WHERE key = 'K01' AND subject_id = :it", it=number)[0].due_on
    assert f"最迟于{due.year}年{due.month}月{due.day}日可知下一步" in somebody.page.locator("#state").inner_text()
    fits(somebody)
    somebody.picture("owes-nothing-track.zh")
    proof = {"name": "来电截图.png", "mimeType": "image/png", "buffer": scenes.picture()}
    somebody.send("/track/files", **{"f-files": proof})
    assert re.search(r"来电截图.png.*仅协会可见", somebody.page.locator("#evidence").inner_text())
    somebody.send("/track/withdraw", right=False, holding="w-pressure")
    assert somebody.page.locator("#w-pressure-error").count() == 1, "the question is asked"
    somebody.send("/track/withdraw", **{"w-pressure": "yes"})
    somebody.says("投诉已撤回")
    assert not somebody.page.locator("form[action$='/track/files'], form[action$='/track/withdraw']").count()
    [kept] = ask("SELECT state, pressure, urgent FROM complaint WHERE id = :it", it=number)
    assert (kept.state, kept.pressure, kept.urgent) == ("WITHDRAWN", True, True)


def test_news_of_bulletins_comes_by_mail_once_confirmed_and_by_feed(
    somebody: Person, stage: Backstage, site: Site
) -> None:
    somebody.go("/bulletins").follow("邮件订阅").send(mail=READER)
    somebody.says("确认邮件已发出")
    somebody.go(re.findall(r"http\S+", stage.mailed(READER, "请确认"))[0]).send()
    somebody.says("订阅已确认")
    with stage.at(site.now - LONG_BEFORE) as people:
        slug = people.published()
        people.leave_undrawn()
    news, leave = re.findall(r"http\S+", stage.mailed(READER, "公告发布"))
    somebody.go(news)
    assert somebody.page.url.endswith(f"/bulletins/{slug}")
    fits(somebody)
    somebody.picture("owes-nothing-bulletin.zh")
    somebody.go(f"/bulletins?text={cast.LENDER}")
    feed = somebody.page.get_by_role("link", name="Atom 订阅").evaluate("it => it.href")
    assert slug in somebody.page.request.get(feed).text()
    somebody.go(leave).send()
    somebody.says("已退订公告邮件")


def test_one_touch_leaves_and_the_complaint_is_closed_behind_one(
    somebody: Person, stage: Backstage, site: Site
) -> None:
    _number, ref, code = sent(stage, site, "left")
    page = somebody.page
    page.route(f"{AWAY}**", lambda route: route.fulfill(body="<title>elsewhere</title>", content_type="text/html"))
    somebody.go("/track/").send(code=code)
    out = page.get_by_role("button", name="快速离开本页")
    box = out.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] + box["height"] < PHONE["viewport"]["height"], "in sight at once"
    with page.expect_navigation(url=AWAY):
        out.click()
    page.go_back()
    somebody.go("/track/complaint")
    assert urlsplit(page.url).path == "/track/", "the complaint was closed on leaving"
    assert not page.locator("[name=code]").input_value()
    assert ref not in page.content()


def test_rights_and_whom_to_call_in_danger_are_found_from_the_front_page(somebody: Person) -> None:
    somebody.go("/")
    somebody.says("遇到危险时")
    assert "110" in somebody.page.locator("footer").inner_text()
    fits(somebody)
    somebody.page.locator("main").get_by_role("link", name="您的权利与取证方法").click()
    somebody.says("公安机关（110）")
    assert "110" in somebody.page.locator("footer").inner_text()
    fits(somebody)
    somebody.picture("owes-nothing-rights.zh")
