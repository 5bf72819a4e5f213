"""Whoever works on a track or edits a publication sees who else does, and which text a colleague has begun there."""

import re

import pytest
from flask import Flask

from casework.models_cases import CaseTrack
from core import presence
from tests.proceedings.test_pages import House, house, today
from tests.publishing.test_bulletin_pages import _drafted
from tests.signed_in import Browser

__all__ = ["house", "today"]


@pytest.fixture(autouse=True)
def nobody_yet(app: Flask) -> None:
    """Other tests met here under the same numbers."""
    valkey = app.extensions[presence.KEY]
    for key in valkey.scan_iter(f"{presence.KEY}:*"):
        valkey.delete(key)


def asked(page: str) -> str:
    """Where an open page asks who else is there."""
    found = re.search(r'data-presence="([^"]+)"', page)
    assert found is not None, page[:2000]
    return found[1]


def others(browser: Browser, page: str, how: str = "") -> str:
    return browser.get(asked(browser.get(page)) + how)


def test_the_page_of_a_track_and_those_below_it_name_who_is_at_its_case(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    track = f"/staff/tracks/{house.track}"
    reviewer, head = house.enter("reviewer"), house.enter("head")
    assert others(reviewer, f"{track}/do/propose_minor", "?writes=1") == ""
    assert "is writing here" in others(head, track)
    case = house.read(lambda at: at.get_one(CaseTrack, house.track).case_id)
    assert "is viewing" in others(reviewer, f"/staff/cases/{case}")


def test_an_unsent_text_of_a_colleague_is_named_on_the_page_of_the_track(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    track = f"/staff/tracks/{house.track}"
    reviewer = house.enter("reviewer")
    place = re.search(r'data-draft="([^"]+)"', reviewer.get(f"{track}/do/propose_minor"))
    assert place is not None
    reviewer.client.post("/drafts", data={"place": place[1], "reasons": "理由"}, headers={"X-Draft": "1"})
    page = house.enter("head").get(track)
    assert "has a text that is not handed in" in page
    assert f'href="{track}/do/propose_minor"' in page


def test_two_editors_of_a_publication_see_each_other_and_nobody_else_learns_of_them(house: House) -> None:
    house.fill(_drafted)
    page = f"/staff/publications/{house.slug}"
    first, second = house.enter("publisher"), house.enter("other")
    assert others(first, page) == ""
    assert "is viewing" in others(second, page)
    house.enter("lead").get(asked(first.get(page)), 404)
    house.enter(house.drawn()).get(asked(first.get(page)), 404)
