"""Every page of the story, looked at closely in both languages, on a desk and a phone, and without scripts."""

import pytest
from playwright.sync_api import Browser

from tests.journeys import places
from tests.journeys.conftest import open_window
from tests.journeys.person import Person
from tests.journeys.story import Story

LEAST_PAGES = 100


@pytest.fixture(scope="module")
def flaws(story: Story) -> list[str]:
    """What is wrong with the pages that were open while the story went on, and with those it leaves behind."""
    story.follow_up()
    for who, name, path in places.every(story):
        story.looker.at(story.who(who), name, path)
    return story.looker.flaws


def test_no_page_has_a_flaw(story: Story, flaws: list[str]) -> None:
    assert not flaws, "\n".join(flaws)
    assert len(story.looker.seen) > LEAST_PAGES


def test_every_page_is_there_without_scripts(story: Story, browser_: Browser) -> None:
    """Loads, says what it has to say, and every button is one that a form sends."""
    story.follow_up()
    plain: dict[str, Person] = {}
    wrong = []
    for who, name, path in places.every(story):
        if who not in plain:
            window = open_window(browser_, story.site, java_script_enabled=False)
            window.add_cookies(story.who(who).page.context.cookies())
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
