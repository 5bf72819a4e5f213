"""Every page of the story, looked at closely: languages, colours, widths, by keyboard, its HTML, without scripts."""

from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from tests import vnu
from tests.browser import chromium
from tests.journeys import places, unlooked
from tests.journeys.conftest import open_window
from tests.journeys.finding import Finder
from tests.journeys.look import Looker
from tests.journeys.person import Person
from tests.journeys.story import Story

LEAST_PAGES = 100
AT_ONCE = 2
"""How many browsers look at pages at the same time."""


Cookies = dict[str, Any]


class Plain(HTMLParser):
    """What a browser without scripts has of a page: its headings, and forms of its body that nothing sends."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.headings = 0
        self.unsent: list[str] = []
        self._inside = 0
        self._form: str | None = None

    @classmethod
    def of(cls, written: str) -> "Plain":
        """A page that was read."""
        page = cls()
        page.feed(written)
        page.close()
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A heading, a form, or what sends it."""
        said = dict(attrs)
        self.headings += tag == "h1"
        self._inside += tag == "main"
        if tag == "form" and self._inside:
            self._form = said.get("action") or "its own page"
        is_button = tag == "button" and said.get("type", "submit") == "submit"
        if is_button or (tag == "input" and said.get("type") == "submit"):
            self._form = None

    def handle_endtag(self, tag: str) -> None:
        """The end of a form that nothing sent."""
        self._inside -= tag == "main"
        if tag == "form" and self._form is not None:
            self.unsent.append(self._form)
            self._form = None


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


def test_every_page_is_there_without_scripts(story: Story, seen: Looker) -> None:
    """As the server gives it: it says what it is, and every form of it has a button that sends it."""
    wrong = []
    for _who, name, _path in places.every(story):
        page = Plain.of(seen.written[name])
        if page.headings != 1 or page.unsent:
            wrong.append((name, page.headings, page.unsent))
    assert not wrong


def test_a_page_that_needs_a_script_is_found_out() -> None:
    sent = "<main><h1>a</h1><form id=f><button>go</button></form><form><input type=submit></form></main><form></form>"
    assert (Plain.of(sent).headings, Plain.of(sent).unsent) == (1, [])
    pressed = "<h1>a</h1><h1>b</h1><main><form action=/x><button type=button>go</button></form></main>"
    assert (Plain.of(pressed).headings, Plain.of(pressed).unsent) == (2, ["/x"])
