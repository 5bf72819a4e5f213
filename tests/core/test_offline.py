"""What the scripts of forms do where the browser believes that there is no network: one form, and a draft beside it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from core.settings import ROOT
from tests import browser

PAGE = """<!DOCTYPE html><html><head><link rel="icon" href="/icon.svg">
<script src="/forms.js" defer></script><script src="/drafts.js" defer></script></head>
<body data-yes="Yes" data-no="No" data-offline="Nothing was sent">
<form method="post" action="/sent"><button id="go">Go</button><button id="send" formaction="/all">Send</button></form>
<form method="post" data-draft-url="/draft" data-draft="p" data-once="o"><textarea name="text"></textarea></form>
</body></html>"""
OFFLINE = "Object.defineProperty(Navigator.prototype, 'onLine', {get: () => false})"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Gone with this module."""
    with browser.chromium() as begun:
        yield begun


def opened(chromium: Browser, *, reached: bool) -> tuple[Page, list[str]]:
    """The page in a browser that says it is offline, and what it sends; no draft can be saved."""
    page, sent = chromium.new_page(), []

    def answer(route: Route) -> None:
        asked, path = route.request, route.request.url.removeprefix("http://localhost")
        if asked.method != "GET":
            sent.append(f"{asked.method} {path}")
        if path.endswith(".js"):
            route.fulfill(path=ROOT / "static" / "js" / path[1:], content_type="text/javascript")
        elif path == "/icon.svg" and not reached:
            route.abort("internetdisconnected")
        else:
            status = 500 if path == "/draft" else 200
            route.fulfill(status=status, body=PAGE if path == "/" else "", content_type="text/html")

    page.add_init_script(OFFLINE)
    page.route("**/*", answer)
    page.goto("http://localhost/")
    return page, sent


def test_a_server_that_is_reached_all_the_same_is_asked_once_also_where_a_draft_cannot_be_saved(
    chromium: Browser,
) -> None:
    page, sent = opened(chromium, reached=True)
    page.fill("textarea", "写到一半")
    page.click("#go", no_wait_after=True)
    page.wait_for_url("**/sent", timeout=5_000)
    assert sent == ["HEAD /icon.svg", "POST /draft", "POST /sent"]


def test_pressed_twice_without_a_network_a_form_is_tried_once_and_says_so_once(chromium: Browser) -> None:
    page, sent = opened(chromium, reached=False)
    page.evaluate("const go = document.querySelector('#go'); go.click(); go.click();")
    page.locator("dialog").first.wait_for()
    page.wait_for_timeout(200)
    assert page.locator("dialog").count() == 1
    page.get_by_role("button", name="Yes").click()
    page.locator("dialog").wait_for()
    assert sent == ["HEAD /icon.svg"] * 2


def test_of_two_buttons_pressed_while_the_server_is_looked_for_the_last_counts(chromium: Browser) -> None:
    page, sent = opened(chromium, reached=True)
    page.evaluate("document.querySelector('#go').click(); document.querySelector('#send').click();")
    page.wait_for_url("**/all", timeout=5_000)
    assert sent == ["HEAD /icon.svg", "POST /all"]
