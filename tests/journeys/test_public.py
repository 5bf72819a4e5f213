"""The public's journey: complaining on a phone, and following the complaint."""

import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Route

from tests.journeys import scenes, squares
from tests.journeys.person import PHONE, Person

WORDS = {
    "zh": ("11月3日起，对方每天多次打电话给我的同事，告诉他们我欠款。我的电话是13912345678。", "单位同事都知道了"),
    "en": (
        "Since 3 November they have called my colleagues every day and told them. My number is 13912345678.",
        "My colleagues know now",
    ),
}


def answered(somebody: Person, lang: str = "zh", *, closely: bool = False) -> None:
    """The form as far as its last page; looked at closely by one trial."""
    page = somebody.page
    somebody.go("/")
    somebody.picture(f"home.{lang}")
    somebody.go("/complain")
    page.click("main .button-primary")
    page.check("input[name=role][value=DEBTOR]")
    page.click("main button[type=submit]")
    page.check("input[name=how][value=APP]")
    page.fill("input[name=value]", "云栖借")
    page.fill("input[name=firm]", "衡泰商务咨询有限公司")
    somebody.picture(f"company.{lang}")
    page.click("main button[type=submit]")
    page.check("input[name=codes][value='V-I01']")
    page.fill("input[name=conduct_from]", "2026-11-03")
    page.fill("input[name=conduct_to]", "2026-11-20")
    page.fill("textarea[name=facts]", WORDS[lang][0])
    somebody.picture(f"conduct.{lang}")
    page.click("main button[type=submit]")
    page.click("main button[type=submit]")
    page.fill("input[name=name]", "沈若禾")
    page.check("input[name=consent]")
    if closely:
        somebody.no_barrier()
    page.click("main button[type=submit]")
    page.locator(".preview").wait_for()


def complain(somebody: Person, lang: str = "zh", *, closely: bool = False) -> str:
    """The six pages of the form; the receipt code."""
    answered(somebody, lang, closely=closely)
    page = somebody.page
    assert "139****5678" in page.locator(".preview").inner_text()
    assert "13912345678" not in page.locator(".preview").inner_text()
    if closely:
        somebody.no_barrier()
    somebody.picture(f"check.{lang}")
    page.click("main button[type=submit]")
    code = page.locator("[data-receipt-code]").inner_text()
    somebody.picture(f"receipt.{lang}")
    if closely:
        somebody.no_barrier()
    return code


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_person_complains_and_follows_the_complaint(person: Callable[..., Person], lang: str) -> None:
    somebody = person(lang, **PHONE)
    code = complain(somebody, lang, closely=True)
    assert len(re.sub(r"[^0-9A-Z]", "", code)) == 24
    _copied_and_printed(somebody, code)
    _scanned(somebody, code)
    somebody.go("/track")
    somebody.page.fill("input[name=code]", "AAAA BBBB CCCC DDDD EEEE FFFF")
    somebody.page.click("main button[type=submit]")
    somebody.page.locator(".field-error, .error").first.wait_for()
    somebody.page.fill("input[name=code]", code.lower().replace("-", " "))
    somebody.page.click("main button[type=submit]")
    somebody.page.wait_for_url("**/track/complaint")
    somebody.page.fill("textarea[name=m-body]", WORDS[lang][1])
    somebody.page.locator("form[action$='/track/message'] button[type=submit]").click()
    somebody.says(WORDS[lang][1])
    somebody.no_barrier()
    somebody.picture(f"track.{lang}")
    _scanned_while_another_is_open(somebody)


def test_who_goes_offline_on_the_last_page_sends_one_complaint_and_loses_nothing(
    person: Callable[..., Person], ask: Callable[..., list[Any]]
) -> None:
    somebody = person("zh", **PHONE)
    page, sent = somebody.page, "SELECT count(*) AS many FROM complaint"
    before = ask(sent)[0].many
    answered(somebody)
    page.context.set_offline(True)
    page.click("main button[type=submit]")
    page.locator("dialog", has_text="网络已断开，尚未提交").wait_for()
    somebody.no_barrier()
    somebody.picture("offline.zh")
    page.click("dialog .button-primary")
    page.locator("dialog", has_text="网络已断开，尚未提交").wait_for()
    assert ask(sent)[0].many == before
    assert WORDS["zh"][0].partition("我的电话")[0] in page.locator("main").inner_text()
    page.context.set_offline(False)
    page.route("**/complain/send", _answer_is_lost, times=1)
    page.click("dialog .button-primary")
    page.wait_for_url("chrome-error://**", wait_until="commit")
    page.goto(f"{somebody.site.address}/complain/send")
    assert len(re.sub(r"[^0-9A-Z]", "", page.locator("[data-receipt-code]").inner_text())) == 24
    assert ask(sent)[0].many == before + 1


def _answer_is_lost(route: Route) -> None:
    """The complaint arrives, and the network goes before its receipt comes back."""
    route.fetch()
    route.abort("internetdisconnected")


def _scanned_while_another_is_open(somebody: Person) -> None:
    """Another receipt leads to where its code is entered, and leaves it in no address; the first is still there."""
    somebody.go("/track/#AAAA-BBBB-CCCC-DDDD-EEEE-FFFF")
    somebody.page.wait_for_url("**/track/?other=1")
    assert somebody.page.locator("input[name=code]").input_value() == "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"
    assert "#" not in somebody.page.url
    somebody.no_barrier()
    somebody.page.locator("main a[href$='/track/complaint']").click()
    somebody.page.wait_for_url("**/track/complaint")


def _copied_and_printed(somebody: Person, code: str) -> None:
    """The buttons do what they say; on paper stands the receipt, and nothing that only a screen can do."""
    page, typed = somebody.page, re.sub(r"\s+", "-", code.strip())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=somebody.site.address)
    button = page.locator("[data-copy]")
    button.click()
    page.locator("[data-copy-status]", has_text=str(button.get_attribute("data-copied"))).wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == typed
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert page.locator("[data-receipt-code]").is_visible()
    assert page.locator(".receipt-picture img").is_visible()
    assert not page.locator("main button:visible, nav:visible").count()
    page.emulate_media(media="screen")


def _scanned(somebody: Person, code: str) -> None:
    """The square of the receipt leads to the tracking page with the code filled in, and out of the address bar."""
    picture = somebody.page.locator(".receipt-picture img")
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 640
    assert str(somebody.page.locator("[data-picture-link]").get_attribute("href")).startswith("data:image/png")
    typed = re.sub(r"\s+", "-", code.strip())
    address = f"/track/#{typed}"
    assert squares.says(b64decode(str(picture.get_attribute("src")).partition(",")[2]), somebody.site.address + address)
    somebody.go(address)
    assert somebody.page.locator("input[name=code]").input_value() == typed
    assert "#" not in somebody.page.url


def test_a_draft_goes_on_in_another_browser(person: Callable[..., Person]) -> None:
    first = person("zh", **PHONE)
    first.go("/complain/who")
    first.page.check("input[name=role][value=UNRELATED]")
    first.page.click("main form button[type=submit]")
    first.page.fill("input[name=value]", "云栖借")
    first.page.locator("[data-draft-line]", has_text=":").wait_for()
    first.page.click(".resume summary")
    first.no_barrier()
    first.picture("resume.zh")
    code = first.page.locator("[data-resume-code]").inner_text()
    second = person("en", **PHONE)
    second.go("/complain")
    second.page.click("main a[href$='/complain/resume']")
    second.page.fill("input[name=code]", code)
    second.no_barrier()
    second.page.click("main form button[type=submit]")
    second.page.wait_for_url("**/complain/company")
    assert second.page.input_value("input[name=value]") == "云栖借"
    second.go("/complain/who")
    assert second.page.is_checked("input[name=role][value=UNRELATED]")
    second.page.click(".resume summary")
    second.page.click(".resume a.button")
    second.no_barrier()
    second.picture("discard.en")
    second.page.click(".interruption form button")
    second.page.wait_for_url("**/complain")
    second.go("/complain/who")
    assert not second.page.is_checked("input[name=role][value=UNRELATED]")


def test_what_was_typed_stays_when_something_is_wrong(person: Callable[..., Person]) -> None:
    somebody = person("zh")
    page = somebody.page
    somebody.go("/complain/who")
    page.check("input[name=role][value=UNRELATED]")
    page.click("main button[type=submit]")
    page.check("input[name=how][value=NAME]")
    page.fill("input[name=value]", "没听说过的公司")
    page.click("main button[type=submit]")
    page.check("input[name=codes][value='V-C04']")
    page.fill("input[name=conduct_from]", "2026-11-03")
    page.fill("input[name=conduct_to]", "2099-01-01")
    page.fill("textarea[name=facts]", "他们不停地打电话给我，我根本不认识借款人。")
    page.click("main button[type=submit]")
    assert page.input_value("textarea[name=facts]").startswith("他们不停地打电话")
    assert "2026" in page.locator(".error-summary, .errors").first.inner_text()


def test_what_was_typed_outlives_the_change_of_language(person: Callable[..., Person]) -> None:
    somebody = person("zh")
    page = somebody.page
    somebody.go("/complain/conduct")
    page.check("input[name=codes][value='V-I01']")
    page.fill("textarea[name=facts]", WORDS["zh"][0])
    page.locator("a.language").first.click()
    page.wait_for_url("**lang=en**")
    assert page.locator("textarea[name=facts]").input_value() == WORDS["zh"][0]
    assert page.locator("input[name=codes][value='V-I01']").is_checked()
    assert page.evaluate("window.sessionStorage.length") == 0


def test_the_address_of_a_search_holds_only_what_was_asked(person: Callable[..., Person]) -> None:
    reader = person("zh").go("/bulletins")
    search = reader.page.locator("form.bulletin-search")
    reader.fill(search, text="云栖")
    reader.press(search)
    assert urlsplit(reader.page.url).query == f"text={quote('云栖')}"


def test_what_was_typed_into_one_form_outlives_the_sending_of_another_but_not_a_leaving(
    person: Callable[..., Person],
) -> None:
    somebody = person("zh")
    _ref, code = scenes.by_telephone(somebody)
    page = somebody.page
    somebody.go("/track").send(code=code)
    page.fill("textarea[name=m-body]", "我想补充一点：来电的人自称姓王。")
    worse = page.locator("form[action$='/worse']")
    somebody.open_around(worse)
    worse.locator("[name=x-said]").fill("昨晚又打来了。")
    somebody.press(worse)
    assert page.input_value("textarea[name=m-body]") == "我想补充一点：来电的人自称姓王。"
    assert page.input_value("textarea[name=x-said]") == "", "what was sent is sent"
    assert page.evaluate("window.sessionStorage.length") == 0
    somebody.press(page.locator("form[action$='/leave']"))
    somebody.go("/track").send(code=code)
    assert page.input_value("textarea[name=m-body]") == ""


def test_before_a_complaint_closes_its_page_says_so_and_is_kept_open_by_a_press(person: Callable[..., Person]) -> None:
    somebody = person("zh", **PHONE)
    _ref, code = scenes.by_telephone(somebody)
    page = somebody.page
    page.clock.install()
    somebody.go("/track").send(code=code)
    page.locator("textarea[name=m-body]").scroll_into_view_if_needed()
    warning = page.locator("[data-session-end]")
    assert warning.is_hidden()
    page.route("**/track/still", lambda route: route.fulfill(json={"idle": 300, "left": 9000}))
    page.clock.fast_forward(int(str(warning.get_attribute("data-session-end"))) * 1000)
    warning.wait_for(state="visible")
    assert "5分钟后关闭" in warning.inner_text()
    box = warning.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < PHONE["viewport"]["height"] / 2, "it is seen from wherever one writes"
    somebody.no_barrier()
    with page.expect_response("**/track/stay"):
        warning.get_by_role("button").click()
    warning.wait_for(state="hidden")


def test_what_was_typed_on_the_page_of_a_complaint_waits_there_for_whoever_follows_a_link(
    person: Callable[..., Person],
) -> None:
    somebody = person("zh")
    _ref, code = scenes.by_telephone(somebody)
    page = somebody.page
    somebody.go("/track").send(code=code)
    page.fill("textarea[name=m-body]", "我想补充一点：来电的人自称姓王。")
    page.locator("a[href*='/track/clocks/']").first.evaluate("link => link.click()")
    page.wait_for_url("**/track/clocks/**")
    page.locator("main a[href$='/track/complaint']").first.click()
    page.wait_for_url("**/track/complaint")
    assert page.input_value("textarea[name=m-body]") == "我想补充一点：来电的人自称姓王。"
    page.locator("a[href*='/track/clocks/']").first.evaluate("link => link.click()")
    page.wait_for_url("**/track/clocks/**")
    page.evaluate("window.sessionStorage.setItem('upload:王某的借条.png|9|9', 'f')")
    page.locator("[data-exit]").evaluate("exit => { exit.dataset.exit = '/track'; exit.click(); }")
    page.wait_for_url(re.compile(r"/track/?$"))  # whichever is first there, the end of the complaint or the next page
    page.locator("input[name=code]").wait_for()
    assert page.evaluate("window.sessionStorage.length") == 0
