"""Every page of the story, looked at closely: languages, colours, widths, by keyboard, its HTML, without scripts."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests import vnu
from tests.browser import chromium
from tests.journeys import places, unlooked
from tests.journeys.conftest import open_window
from tests.journeys.finding import Finder
from tests.journeys.look import SIGN_IN, Looker
from tests.journeys.person import Person
from tests.journeys.story import Story

LEAST_PAGES = 100
AT_ONCE = 2
"""How many browsers look at pages at the same time."""


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


@pytest.mark.full
def test_the_story_looks_at_what_is_left_to_it(seen: Looker, whole_app: Flask) -> None:
    """The demonstration's pages are not looked at a second time."""
    finder = Finder(whole_app, {})
    assert sorted(unlooked.IN_THE_STORY - {finder.key(path) for path in seen.addresses}) == []


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
        asks = SIGN_IN in person.page.url and SIGN_IN not in path
        if person.status != 200 or headings != 1 or hidden or asks:
            wrong.append((name, person.status, headings, hidden, asks))
    for person in plain.values():
        person.page.context.close()
    assert not wrong
