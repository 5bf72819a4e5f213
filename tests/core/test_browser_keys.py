"""The keys of the queue in Chromium: they move, choose and rest, and can be switched off."""

from playwright.sync_api import Page

from tests.core.test_browser import address, chromium, page

__all__ = ["address", "chromium", "page"]


def rows_here(page: Page) -> list[int]:
    found: list[int] = page.evaluate(
        """Array.from(document.querySelectorAll('tbody tr:not(.group)'))
        .map((row, at) => row.classList.contains('row-here') ? at : -1).filter(at => at >= 0)""",
    )
    return found


def test_the_queue_answers_to_keys(page: Page) -> None:
    page.goto("/staff/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert rows_here(page) == [1]
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert rows_here(page) == [0]
    assert page.locator("[data-selected]").inner_text() == "1"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("jk")
    assert rows_here(page) == [0]
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/case")


def test_the_keys_work_on_the_row_that_has_the_focus(page: Page) -> None:
    page.goto("/staff/")
    page.keyboard.press("j")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('tbody tr:not(.group):nth-child(3) .queue-link')")
    page.keyboard.press("x")
    boxes = page.locator("tbody tr:not(.group) input[type=checkbox]")
    assert [boxes.nth(place).is_checked() for place in range(3)] == [False, True, False]
    boxes.nth(3).click()
    assert rows_here(page) == [3]
    page.keyboard.press("k")
    assert rows_here(page) == [2]
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/case")
    page.evaluate("window.location = '/staff/'")
    page.wait_for_url("**/staff/")
    assert rows_here(page) == [0], "the first row that leads to the page one comes from"
    page.keyboard.press("j")
    assert rows_here(page) == [1]


def test_beyond_the_last_row_the_keys_go_on_to_the_next_page(page: Page) -> None:
    page.goto("/staff/")
    pager = '<nav class="pager"><a rel="prev" href="#prev">x</a><a rel="next" href="#next">x</a></nav>'
    page.evaluate(
        f"document.querySelectorAll('.pager').forEach(it => it.remove()); "
        f"document.querySelector('main').insertAdjacentHTML('beforeend', '{pager}')"
    )
    for _row in range(page.locator("tbody tr:not(.group)").count()):
        page.keyboard.press("j")
        assert not page.url.endswith("#next")
    page.keyboard.press("j")
    page.wait_for_url("**#next")


def test_keys_wait_while_a_word_is_composed(page: Page) -> None:
    page.goto("/staff/")
    composing = (
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true}))"
    )
    page.evaluate(composing)
    assert rows_here(page) == []


def test_keys_rest_while_a_question_is_asked(page: Page) -> None:
    page.goto("/staff/")
    page.keyboard.press("j")
    button = '<button type="button" id="ask" data-confirm="?">x</button><a href="/staff/case" data-key="n">n</a>'
    page.evaluate(f"document.querySelector('main').insertAdjacentHTML('beforeend', '{button}')")
    page.click("#ask")
    page.click("#ask-text")
    for key in ("j", "x", "/", "?", "n", "Enter"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert (rows_here(page), page.url.endswith("/staff/"), page.locator("dialog[open]").count()) == ([0], True, 1)
    assert page.locator("[data-selected]").inner_text() == "0"


def test_keys_can_be_switched_off_for_good(page: Page) -> None:
    page.goto("/staff/")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="关闭快捷键").click()
    page.reload()
    page.keyboard.press("j")
    assert rows_here(page) == []


def test_the_sheet_of_keys_opens_and_closes(page: Page) -> None:
    page.goto("/staff/")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
