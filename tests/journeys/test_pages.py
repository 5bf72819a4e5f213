"""Every page of the story, looked at closely: languages, colours, widths, by keyboard, its HTML, without scripts."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests import vnu
from tests.journeys import cast, places
from tests.journeys.conftest import chromium, open_window
from tests.journeys.look import Looker
from tests.journeys.person import Person
from tests.journeys.story import LEADS, Story

LEAST_PAGES = 100
AT_ONCE = 2
"""How many browsers look at pages at the same time."""
UNKNOWN = "一连三天有人打电话找我不认识的人还钱，我从未借过款。"


Cookies = dict[str, Any]


@pytest.fixture(scope="module")
def cookies(story: Story) -> Cookies:
    """Everybody is signed in, and the borrower has the tracking page open."""
    story.follow_up()
    people = {who for who, _name, _path in places.every(story)}
    return {who: story.who(who).page.context.cookies() for who in sorted(people)}


@pytest.fixture(scope="module")
def seen(story: Story, cookies: Cookies) -> Looker:
    """What is wrong with the pages that were open while the story went on, and with those it leaves behind."""
    every = list(places.every(story))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = [pool.submit(_walk, story, every[part::AT_ONCE], cookies) for part in range(AT_ONCE)]
        for part in parts:
            story.looker.take(part.result())
    return story.looker


def _walk(story: Story, part: list[places.Place], cookies: Cookies) -> Looker:
    """Look at some of the pages, in a browser of one's own."""
    site, looker, people = story.site, Looker(story.looker.whole), dict[str, Person]()
    with chromium() as browser:
        for who, name, path in part:
            if who not in people:
                window = open_window(browser, site)
                window.add_cookies(cookies[who])
                people[who] = Person(window.new_page(), site)
            looker.at(people[who], name, path)
    return looker


def test_no_page_has_a_flaw(seen: Looker) -> None:
    assert not seen.flaws, "\n".join(seen.flaws)
    assert len(seen.seen) > LEAST_PAGES


def test_every_page_is_valid_html(seen: Looker) -> None:
    assert not vnu.errors(seen.written)
    assert set(seen.written) == seen.seen


def test_every_page_is_there_without_scripts(story: Story, cookies: Cookies, browser_: Browser) -> None:
    """Loads, says what it has to say, and every button is one that a form sends."""
    plain: dict[str, Person] = {}
    wrong = []
    for who, name, path in places.every(story):
        if who not in plain:
            window = open_window(browser_, story.site, java_script_enabled=False)
            window.add_cookies(cookies[who])
            plain[who] = Person(window.new_page(), story.site)
        person = plain[who]
        person.page.goto(story.site.address + path)
        headings = person.page.locator("h1").count()
        hidden = person.page.locator("main form:not(:has(button[type=submit], input[type=submit]))").count()
        if person.status != 200 or headings != 1 or hidden:
            wrong.append((name, person.status, headings, hidden))
    for person in plain.values():
        person.page.context.close()
    assert not wrong


def test_the_main_forms_are_sent_without_scripts(story: Story, browser_: Browser) -> None:
    """A complaint is sent, checked and forwarded, and its letter is opened, with no script at all."""
    windows = [open_window(browser_, story.site, java_script_enabled=False) for _each in range(3)]
    borrower, intake, lead = (Person(window.new_page(), story.site) for window in windows)
    borrower.go("/complain/who").send(role="WRONG_NUMBER")
    borrower.send(how="NAME", value=cast.LENDER)
    borrower.send(codes=["V-C04"], conduct_from="2026-04-20", conduct_to="2026-04-22", facts=UNKNOWN)
    borrower.send(holding="files")
    borrower.send(consent=True)
    borrower.send()
    ref = re.findall(r"TS2026-\w{6}", borrower.reads())[0]
    intake.sign_in(cast.mail("intake")).go(f"/staff/complaints/{ref}").send("/do/accept", holding="accept-respondents")
    lead.sign_in(LEADS["lender"])
    lead.until("tr:has-text('转办函'):has-text('2026-04-28') a.queue-link", "/portal/notices/").click()
    lead.until("form[action$='/open']")
    lead.send("/open")
    lead.says("已送达")
    for window in windows:
        window.close()
