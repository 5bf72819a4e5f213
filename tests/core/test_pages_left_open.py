"""What the scripts of pages that stand open for long do with what is being written there."""

import threading
from collections.abc import Iterator
from time import sleep

import pytest
from playwright.sync_api import Browser, Page, Route
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from core.settings import ROOT
from tests import browser

HERE = "http://localhost"
WRITTEN = "写到一半"
ROOM = """<script src="/evidence.js" defer></script><body><main data-file="1"><a href="/" data-again>Again</a>
<form method="post"><textarea name="text"></textarea></form></main></body>"""
BAR = """<script src="/session.js" defer></script><body><form method="post"><textarea name="text"></textarea></form>
<div data-session-end="60" data-session-left="9000" data-stay="/stay" data-still="/still" hidden>
<div data-session-idle><button type="button">Stay</button><p data-session-away hidden>Not reached</p></div>
<div data-session-last hidden>Soon</div><div data-session-over hidden>Signed out</div></div></body>"""
SOON = {"idle": 299, "left": 9000}
FILES = """<script src="/uploads.js" defer></script><body><form method="post" action="/sent"><input name="csrf_token">
<fieldset data-files data-upload="/up" data-megabytes="50" data-most="9" data-name="files" data-remove="Remove">
<div class="file"><input type="file"></div></fieldset><button id="go">Go</button></form></body>"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Gone with this module."""
    with browser.chromium() as begun:
        yield begun


def opened(chromium: Browser, body: str, **answers: int | str | dict[str, int]) -> tuple[Page, list[str]]:
    """A page of this body, and what was asked for after it; `answers` say by path what comes of asking."""
    page, asked = chromium.new_page(), list[str]()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HERE).strip("/")
        if path.endswith(".js"):
            route.fulfill(path=ROOT / "static" / "js" / path, content_type="text/javascript")
            return
        asked.append(f"{route.request.method} /{path}")
        said = answers.get(path, 200)
        if said == 0:
            route.abort("internetdisconnected")
        elif said == 302:
            route.fulfill(status=302, headers={"Location": "/sign-in"})
        elif isinstance(said, dict):
            route.fulfill(json=said)
        elif said != "never":
            route.fulfill(status=200, body=f"<!DOCTYPE html>{body}" if not path else "{}", content_type="text/html")

    page.route("**/*", answer)
    page.clock.install()
    page.goto(f"{HERE}/")
    asked.clear()
    return page, asked


def test_a_copy_that_is_waited_for_takes_no_note_away_that_is_being_written(chromium: Browser) -> None:
    page, asked = opened(chromium, ROOM)
    with page.expect_navigation():
        page.clock.run_for(5_100)
    assert asked == ["GET /"]
    page.fill("textarea", WRITTEN)
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(11_000)
    assert asked == ["GET /"]
    assert page.input_value("textarea") == WRITTEN
    page.fill("textarea", "")
    page.evaluate("document.activeElement.blur()")
    with page.expect_navigation():
        page.clock.run_for(5_100)


@pytest.mark.parametrize(("stay", "told"), [(0, "Not reached"), (302, "Signed out")])
def test_where_staying_comes_to_nothing_the_page_stays_with_what_was_typed(
    chromium: Browser, stay: int, told: str
) -> None:
    page, asked = opened(chromium, BAR, stay=stay, still=SOON)
    page.fill("textarea", WRITTEN)
    page.clock.run_for(61_000)
    page.get_by_role("button", name="Stay").click()
    page.get_by_text(told).wait_for(timeout=5_000)
    assert page.input_value("textarea") == WRITTEN
    assert asked == ["GET /still", "GET /stay"]


def test_nobody_is_warned_in_one_tab_who_works_in_another(chromium: Browser) -> None:
    page, asked = opened(chromium, BAR, still={"idle": 350, "left": 9000})
    page.clock.run_for(61_000)
    page.wait_for_timeout(200)
    assert page.get_by_role("button", name="Stay").is_hidden()
    page.clock.run_for(51_000)
    page.wait_for_timeout(200)
    assert asked == ["GET /still", "GET /still"]


def test_a_page_does_not_go_on_saying_that_the_end_is_near_once_it_came(chromium: Browser) -> None:
    page, _asked = opened(chromium, BAR, still=SOON)
    page.clock.run_for(61_000)
    page.get_by_role("button", name="Stay").wait_for(timeout=5_000)
    page.unroute("**/*")
    page.route("**/still", lambda route: route.fulfill(status=302, headers={"Location": "/sign-in"}))
    page.clock.run_for(301_000)
    page.get_by_text("Signed out").wait_for(timeout=5_000)
    assert page.get_by_role("button", name="Stay").is_hidden()


PICKED = """<meta charset="utf-8"><script src="/forms.js" defer></script><script src="/uploads.js" defer></script><body>
<form method="post">
<fieldset id="f" data-files data-megabytes="50" data-most="9" data-remove="移除"><div class="file">
<label for="f-1"><span>选择文件</span> <span data-number>1</span></label><input type="file" id="f-1"></div>
<button type="button" data-add-file hidden>再添加一个文件</button></fieldset></form></body>"""


def test_a_field_for_a_file_speaks_the_language_of_the_page_and_says_what_was_chosen(chromium: Browser) -> None:
    page, _asked = opened(chromium, PICKED)
    page.add_style_tag(path=ROOT / "static" / "css" / "forms.css")
    first = page.locator("#f-1")
    assert first.evaluate("it => getComputedStyle(it).color") == "rgba(0, 0, 0, 0)", "the browser's own words"
    page.set_input_files("#f-1", {"name": "录音.mp3", "mimeType": "audio/mpeg", "buffer": b"0"})
    assert page.locator(".file-name").inner_text() == "录音.mp3"
    page.get_by_role("button", name="再添加一个文件").click()
    assert page.locator(".file-name").all_inner_texts() == ["录音.mp3", ""]
    assert page.get_by_label("选择文件 2").count() == 1


def test_a_form_that_waits_for_a_file_goes_at_the_next_press_where_the_file_is_taken_out(chromium: Browser) -> None:
    page, asked = opened(chromium, FILES, up="never")
    large = {"name": "a.bin", "mimeType": "application/octet-stream", "buffer": b"0" * (1024 * 1024 + 1)}
    page.set_input_files("input[type=file]", large)
    page.click("#go", no_wait_after=True)
    page.get_by_role("button", name="Remove").click()
    done = "document.querySelector('fieldset').dispatchEvent(new CustomEvent('sent', {bubbles: true, detail: false}))"
    page.evaluate(done)
    page.wait_for_timeout(200)
    assert "POST /sent" not in asked
    page.click("#go", no_wait_after=True)
    page.wait_for_url("**/sent", timeout=5_000)


LANGUAGE = """<script src="/forms.js" defer></script><body data-unkept="It is not kept" data-yes="Yes" data-no="No">
<a class="language" href="/?lang=en">English</a><form method="post"><textarea name="text"></textarea></form></body>"""


def test_before_the_language_changes_it_is_asked_where_nothing_keeps_what_was_filled_in(chromium: Browser) -> None:
    page, asked = opened(chromium, LANGUAGE)
    page.fill("textarea", WRITTEN)
    page.click("a.language")
    page.get_by_text("It is not kept").wait_for(timeout=5_000)
    page.get_by_role("button", name="No").click()
    assert (page.input_value("textarea"), asked) == (WRITTEN, [])
    page.click("a.language")
    page.get_by_role("button", name="Yes").click()
    page.wait_for_url("**/?lang=en", timeout=5_000)
    page.goto(f"{HERE}/")
    page.click("a.language")
    page.wait_for_url("**/?lang=en", timeout=5_000)


DRAFT = """<script src="/drafts.js" defer></script><body><a href="/next">Next</a>
<a class="language" href="/?lang=en">English</a>
<form method="post" data-draft-url="/draft" data-draft="p" data-once="o"><textarea name="text"></textarea></form>
</body>"""


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[str]]]:
    """A server of a page with a draft, and the texts that it was sent; it takes its time over each."""
    got, body = list[str](), getattr(request, "param", DRAFT)

    @Request.application
    def serve(asked: Request) -> Response:
        if asked.path.endswith(".js"):
            return Response((ROOT / "static" / "js" / asked.path[1:]).read_text("utf-8"), mimetype="text/javascript")
        if asked.method == "POST":
            got.append(" ".join(asked.form[name][:9] for name in ("text", "more", "part") if name in asked.form))
            sleep(1)
        if "lang" in asked.args:
            got.append("English")
        return Response("12:00" if asked.method == "POST" else f"<!DOCTYPE html>{body}", mimetype="text/html")

    server = make_server("127.0.0.1", 0, serve, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()


@pytest.mark.parametrize("rest", [0, 2_300])
def test_the_last_words_before_a_link_is_followed_are_kept(
    chromium: Browser, site: tuple[str, list[str]], rest: int
) -> None:
    address, got = site
    page = chromium.new_page()
    page.goto(address)
    page.locator("textarea").press_sequentially("一")
    page.wait_for_timeout(rest)  # what was typed first is on its way meanwhile
    page.locator("textarea").press_sequentially(WRITTEN)
    page.click("a[href='/next']")
    page.wait_for_url("**/next")
    page.wait_for_timeout(300)
    assert got[-1:] == [f"一{WRITTEN}"]


def test_the_other_language_is_asked_for_once_the_last_words_are_saved(
    chromium: Browser, site: tuple[str, list[str]]
) -> None:
    address, got = site
    page = chromium.new_page()
    page.goto(address)
    page.fill("textarea", WRITTEN)
    page.click("a.language")
    page.wait_for_url("**/?lang=en")
    assert got == [WRITTEN, "English"]


LARGE = DRAFT.replace("data-once", "data-parts data-once")
LARGE = LARGE.replace("</form>", '<textarea name="more"></textarea></form>')


@pytest.mark.parametrize("site", [LARGE], indirect=True)
def test_the_last_words_on_a_page_too_large_to_be_sent_while_it_goes_are_sent_without_the_rest(
    chromium: Browser, site: tuple[str, list[str]]
) -> None:
    address, got = site
    page = chromium.new_page()
    page.goto(address)
    page.fill("[name=more]", "字" * 20_000)
    page.wait_for_timeout(4_000)
    page.locator("[name=text]").press_sequentially(WRITTEN)
    page.click("a[href='/next']")
    page.wait_for_url("**/next")
    page.wait_for_timeout(500)
    assert got == [f" {'字' * 9}", f"{WRITTEN} 1"]
