"""What the furniture promises in a real browser: readable by everybody, on every width, and quick to the hand."""

import gzip
import re
import threading
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route
from werkzeug.serving import make_server

from core.settings import ROOT
from core.tongues import strange
from tests import browser
from tests.core.sample import build

PATHS = ["/", "/complain", "/receipt", "/bulletin", "/sign-in", "/staff/", "/staff/case", "/nowhere"]
TOUCHED = ["/", "/complain", "/receipt"]
"""Of these, those of the public."""
SMALL = """Array.from(document.querySelectorAll('main a.button, main button, main input:not([type=hidden]), nav a'))
  .map(one => (one.closest('.choice') || one).getBoundingClientRect())
  .filter(box => box.height > 0 && box.height < 44).length"""
"""How many things are too small for a thumb."""
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, build(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Gone with this module."""
    with browser.chromium() as begun:
        yield begun


def enter(browser: Browser, address: str, **wishes: Any) -> BrowserContext:
    context = browser.new_context(**{"reduced_motion": "reduce", "locale": "zh-CN", **wishes})
    context.add_cookies([{"name": "person", "value": "li", "url": address}])
    context.set_default_timeout(240_000)
    return context


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = enter(chromium, address, base_url=address, viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    yield page
    context.close()
    assert not [text for text in complaints if "422" not in text]


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("zh", "light", 1440), ("zh", "dark", 390), ("en", "dark", 1440), ("en", "light", 390)],
)
def test_no_barrier_is_found(chromium: Browser, address: str, lang: str, scheme: str, width: int) -> None:
    context = enter(chromium, address, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page, found = context.new_page(), {}
    for path in PATHS:
        page.goto(f"{address}{path}?lang={lang}")
        page.evaluate(AXE.read_text("utf-8"))
        for each in page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]:
            found[path, each["id"]] = [node["html"] for node in each["nodes"]]
    context.close()
    assert not found


def test_nothing_scrolls_sideways_at_320_pixels_and_public_targets_are_large_enough_for_a_thumb(
    chromium: Browser, address: str
) -> None:
    context = enter(chromium, address, viewport={"width": 320, "height": 700})
    page, wide, small = context.new_page(), {}, {}
    for path, lang in product(PATHS, ("zh", "en")):
        page.goto(f"{address}{path}?lang={lang}")
        wide[path, lang] = page.evaluate("document.documentElement.scrollWidth")
        if path in TOUCHED:
            page.set_viewport_size({"width": 390, "height": 844})
            small[path, lang] = page.evaluate(SMALL)
            page.set_viewport_size({"width": 320, "height": 700})
    context.close()
    assert set(wide.values()) == {320}, wide
    assert set(small.values()) == {0}, small


def test_what_is_in_english_on_a_chinese_page_has_english_marks(page: Page) -> None:
    page.goto("/staff/")
    families = page.evaluate(
        """() => ['', 'en', 'zh-CN'].map(lang => {
          const it = document.createElement('span');
          if (lang) it.lang = lang;
          document.querySelector('main').append(it);
          return getComputedStyle(it).fontFamily.split(',')[0];
        })""",
    )
    assert families[1] == "system-ui"
    assert families[0] == families[2] != "system-ui"


def test_on_a_phone_the_view_one_is_in_stands_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/staff/")
    box = page.locator(".side a[aria-current]").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize(
    ("path", "menu"),
    [("/staff/", ".top-nav"), ("/staff/", ".side nav"), ("/staff/case", ".tabs")],
)
def test_on_a_phone_a_menu_fades_where_more_follows_and_its_last_entry_comes_out_of_the_fade(
    page: Page, path: str, menu: str
) -> None:
    page.set_viewport_size({"width": 250, "height": 844})
    page.goto(path)
    mask, left, right, edge = page.evaluate(
        """menu => {
          const nav = document.querySelector(menu);
          nav.scrollLeft = 0;
          const box = () => nav.getBoundingClientRect();
          const all = nav.querySelectorAll('a');
          const left = all[0].getBoundingClientRect().left - box().left;
          nav.scrollLeft = 10000;
          const last = all[all.length - 1].getBoundingClientRect();
          return [getComputedStyle(nav).webkitMaskImage, left, box().right - last.right, box().right];
        }""",
        menu,
    )
    assert "linear-gradient" in mask
    assert left >= 12
    assert right >= 36
    assert edge <= 250


def test_on_a_phone_every_entry_of_the_public_menu_is_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 250, "height": 844})
    page.goto("/")
    ends = page.eval_on_selector_all(".public-nav a", "all => all.map(a => a.getBoundingClientRect().right)")
    assert len(ends) == 3
    assert max(ends) <= 250


def test_on_a_phone_the_parts_of_a_long_page_are_a_list_to_jump_by_without_scripts(
    chromium: Browser, address: str
) -> None:
    context = enter(
        chromium, address, base_url=address, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/staff/case")
    summary = page.locator(".contents summary")
    assert summary.bounding_box()["height"] >= 44  # type: ignore[index]
    summary.click()
    links = page.locator(".contents a")
    assert all(link.bounding_box()["height"] >= 44 for link in links.all())  # type: ignore[index]
    links.last.click()
    assert page.url.endswith("#evidence")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not page.locator(".contents").is_visible()
    context.close()


def test_on_a_phone_the_look_at_the_documents_does_not_touch_the_button_above(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/staff/case")
    gap = page.evaluate(
        """() => {
          const form = document.createElement('form');
          form.style.width = '200px';
          form.innerHTML = '<button class="button">Send the request</button>'
            + ' <button class="button" name="look">See the documents first</button>';
          document.querySelector('main').append(form);
          const [first, look] = form.children;
          return look.getBoundingClientRect().top - first.getBoundingClientRect().bottom;
        }""",
    )
    assert gap >= 8


def test_a_day_and_its_time_have_room_on_a_phone(page: Page) -> None:
    """Two fields side by side would cut off the last digit of 2026-11-26 23:33: they stand one below the other."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/staff/")
    upper, lower = page.evaluate(
        """() => {
          const row = document.createElement('div');
          row.className = 'form-row-fields';
          row.style.width = '328px';
          for (const _ of [1, 2]) row.append(document.createElement('input'));
          document.querySelector('main').append(row);
          return [...row.children].map(each => each.getBoundingClientRect().top);
        }""",
    )
    assert upper < lower


def test_a_first_look_weighs_under_60_kilobytes(page: Page) -> None:
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(gzip.compress(answer.body()))))
    page.goto("/staff/")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < 60 * 1024


def test_back_and_reload_never_ask_for_what_was_sent(page: Page) -> None:
    page.goto("/complain")
    with page.expect_navigation():
        page.click(".button-primary")
    page.goto("/companies")
    back = page.go_back()
    assert back is not None
    assert (back.status, back.request.method) == (200, "GET")
    again = page.reload()
    assert again is not None
    assert again.request.method == "GET"


def test_ticks_come_back_to_what_they_ticked_and_not_to_their_place(page: Page) -> None:
    def without_the_first(route: Route) -> None:
        answer = route.fetch()
        rest = re.sub(r'<tr><td class="check">.*?</tr>', "", answer.text(), count=1, flags=re.DOTALL)
        route.fulfill(response=answer, body=rest)

    page.goto("/staff/")
    boxes = page.locator("tbody input[type=checkbox]")
    refs = boxes.evaluate_all("all => all.map(box => box.value)")
    boxes.nth(2).check()
    page.goto("/staff/case")
    page.route("**/staff/", without_the_first)  # somebody else saw to it meanwhile
    page.go_back()
    assert boxes.evaluate_all("all => all.map(box => box.value)") == refs[1:]
    assert boxes.evaluate_all("all => all.filter(box => box.checked).map(box => box.value)") == [refs[2]]
    assert page.locator("[data-selected]").inner_text() == "1"


def test_filters_say_what_the_list_below_them_is_filtered_by_also_after_back(page: Page) -> None:
    page.goto("/staff/")
    page.select_option("#filter-state", "")
    with page.expect_navigation():
        page.get_by_role("button", name="应用").click()
    page.go_back()
    assert page.input_value("#filter-state") == "RECEIVED"


def test_a_form_is_sent_once(page: Page) -> None:
    page.goto("/complain")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.fill("#story", "一天内接到 37 次电话。")
    with page.expect_navigation():
        page.evaluate("const b = document.querySelector('.button-primary'); b.click(); b.click(); b.click();")
    assert len(sent) == 1


def test_what_is_wrong_takes_the_focus(page: Page) -> None:
    page.goto("/complain")
    with page.expect_navigation():
        page.click(".button-primary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a[href='#day']")
    assert page.evaluate("document.activeElement.id") == "day"


def test_a_move_that_cannot_be_undone_is_asked_for_again_once_nothing_is_missing(page: Page) -> None:
    page.goto("/complain")
    with page.expect_navigation():
        page.click(".button-danger")
    assert page.locator(".error-summary").count() == 1, "the errors come before the question"
    page.locator("[data-needed]").evaluate_all("all => all.forEach(each => { each.value = '8'; })")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.click(".button-danger")
    page.get_by_role("button", name="取消").click()
    page.locator("dialog").wait_for(state="detached")
    assert not sent
    page.click(".button-danger")
    with page.expect_navigation():
        page.get_by_role("button", name="确认").click()
    assert len(sent) == 1


def test_another_file_gets_an_input_of_its_own(page: Page) -> None:
    page.goto("/complain")
    page.set_input_files("#files-1", {"name": "a.png", "mimeType": "image/png", "buffer": b"x"})
    page.get_by_role("button", name="再添加一个文件").click()
    assert page.locator("input[type=file]:visible").count() == 2
    assert page.locator("label[for=files-2]").inner_text() == "选择文件 2"
    assert page.evaluate("document.querySelector('#files-2').files.length") == 0
    assert not page.locator("input[type=file][accept]").count()
    three = [{"name": f"{each}.png", "mimeType": "image/png", "buffer": b"x"} for each in "bcd"]
    page.set_input_files("#files-2", three)
    assert page.locator(".file-name:visible").all_inner_texts() == ["a.png", "b.png", "c.png", "d.png"]
    held = "all => all.map(each => each.files.length)"
    assert page.locator("input[type=file]:visible").evaluate_all(held) == [1, 1, 1, 1], "each by itself"


def test_a_form_with_a_file_that_is_too_large_is_not_sent(page: Page) -> None:
    page.route(
        "**/complain",
        lambda route: route.fulfill(
            response=(there := route.fetch()),
            body=there.text().replace('data-megabytes="50"', 'data-megabytes="0.00001"'),
        ),
    )
    page.goto("/complain")
    page.set_input_files("#files-1", {"name": "a.png", "mimeType": "image/png", "buffer": b"x" * 99})
    page.get_by_role("button", name="保存并继续").click()
    assert page.evaluate("document.activeElement.id") == "files-1"
    assert not page.locator("form[data-sent]").count()
    page.locator(".file-large .error button").click()
    assert not page.locator(".file-large").count()
    assert page.evaluate("document.querySelector('#files-1').files.length") == 0


def test_characters_are_counted_down(page: Page) -> None:
    page.goto("/complain")
    page.fill("#story", "长" * 203)
    assert page.locator("#story-count").inner_text() == "超出 3 个字"


def test_what_is_not_in_its_reader_s_language_is_named_while_one_types(page: Page) -> None:
    page.goto("/complain?reader=en")
    assert "收件人使用英文" in page.locator("#story-written").inner_text()
    said = page.locator("[data-strange=story]")
    assert not said.is_visible()
    page.fill("#story", "The recording is missing. 请补充通话录音。")
    said.wait_for(state="visible")
    assert said.inner_text() == "以下内容不是英文，将照此发出：请补充通话录音。"
    page.fill("#story", "Please add the recording with 滨海信达催收服务有限公司.")
    said.wait_for(state="hidden")


def test_what_is_told_of_the_language_takes_no_button_from_under_the_pointer(page: Page) -> None:
    page.goto("/complain?reader=en")
    page.fill("#story", "请补充通话录音。")
    page.evaluate(
        """() => { const button = document.createElement('button'); button.type = 'button'; button.id = 'below';
          button.textContent = 'OK'; button.onclick = () => { button.textContent = 'done'; };
          const line = document.querySelector('[data-strange=story]'); line.after(button); }"""
    )
    box = page.locator("#below").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.up()
    assert page.locator("#below").inner_text() == "done"
    page.locator("[data-strange=story]").wait_for(state="visible")


def test_the_browser_tells_languages_apart_as_the_house_does(page: Page) -> None:
    page.goto("/complain?reader=en")
    for text in (
        "请补充",
        "《个人借款合同》 is missing",
        "蓝金协决〔2026〕7号",
        "请于2026年11月30日前补充。 Thanks a lot.",
    ):
        page.evaluate(
            "text => { const f = document.querySelector('#story'); f.value = text;"
            " f.dispatchEvent(new Event('change')); }",
            text,
        )
        assert page.locator("[data-strange=story]").is_visible() == bool(strange(text, "en")), text


def test_names_are_suggested_while_one_types(page: Page) -> None:
    page.goto("/complain")
    with page.expect_response("**/companies?q=*"):
        page.locator("#company").press_sequentially("云杉")
    page.locator("#company-list option").nth(1).wait_for(state="attached")
    assert page.locator("#company-list option").first.get_attribute("value") == "云杉消费金融"


LINES = """<fieldset id="c" data-fields="5"><div class="line"><label for="c-1">公司 <span data-number>1</span></label>
<input type="text" id="c-1" name="c" value="青屿" list="c-list" data-suggest="/companies" aria-invalid="true"></div>
<button type="button" data-add-line hidden>再添加一家单位</button><datalist id="c-list"></datalist></fieldset></main>"""


def test_a_line_for_the_next_company_is_empty_and_not_wrong(page: Page) -> None:
    page.route(
        "**/complain",
        lambda route: route.fulfill(response=(there := route.fetch()), body=there.text().replace("</main>", LINES)),
    )
    page.goto("/complain")
    page.get_by_role("button", name="再添加一家单位").click()
    line = page.locator("#c-2")
    assert (line.get_attribute("value"), line.input_value(), line.get_attribute("aria-invalid")) == (None, "", None)


@pytest.mark.parametrize("narrow", [240, 290, 600])
def test_buttons_leave_room_for_what_they_are_about(page: Page, narrow: int) -> None:
    page.goto("/staff/case")
    sizes = page.evaluate(
        """narrow => { const list = document.querySelector('.todo'); list.style.width = `${narrow}px`;
          const form = list.querySelector('form'), button = form.querySelector('button').cloneNode();
          button.textContent = 'See the documents first'; form.append(button);
          const inside = list.getBoundingClientRect();
          return [...list.children].map(line => [line.querySelector('div').getBoundingClientRect().width,
            line.lastElementChild.getBoundingClientRect().right - inside.right]); }""",
        narrow,
    )
    assert all(words >= 90 and over <= 0.5 for words, over in sizes), sizes


def test_colours_and_density_are_remembered(page: Page) -> None:
    page.goto("/staff/")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="深色界面").click()
    page.get_by_role("button", name="紧凑行距").click()
    page.reload()
    assert page.locator("html[data-theme=dark] body.compact").count() == 1


def test_paper_is_light_whatever_colours_its_reader_chose(page: Page, address: str) -> None:
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": address}])
    page.goto("/staff/")
    style = "getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
    colours = f"['color-scheme', '--action', '--red', '--green'].map(name => {style})"
    assert page.evaluate(colours)[0] == "dark"
    page.emulate_media(media="print")
    assert page.evaluate(colours) == ["light", "#17508f", "#a61b1b", "#146037"]


def test_public_pages_work_without_scripts(chromium: Browser, address: str) -> None:
    context = enter(chromium, address, java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("/complain")
    assert page.locator("input[type=file]").count() == 3
    page.check("#who-1")
    page.fill("#day", "2026年11月3日")
    page.fill("#story", "一天内接到 37 次电话。")
    page.click(".button-primary")
    page.wait_for_url("**/receipt")
    assert not page.locator("button:visible").count()
    context.close()
