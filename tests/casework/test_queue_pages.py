"""The queue of the staff: grouped by urgency, filtered, found, paged, given to somebody."""

import re
from datetime import timedelta
from typing import Any

import pytest

from casework import queries_queue
from casework.models import Complaint
from casework.queries_queue_lines import title_of
from core import clock
from core.actors import SYSTEM
from tests.builders import PHONE, Desk
from tests.casework.test_staff_pages import BEGUN, House, fill, house, received, today

__all__ = ["house", "received", "today"]


def test_my_work_comes_first_grouped_by_the_earliest_clock(received: House) -> None:
    page = received.enter("intake").get("/staff")
    assert "My work" in page
    assert received.made["ref"] in page
    assert 'class="group group-soon"' in page  # received on Friday the 20th, 5 working days: the 27th
    assert received.made["ref"] not in received.enter("officer").get("/staff")


def test_staff_land_on_the_queue_after_signing_in(received: House) -> None:
    assert received.enter("intake").where("/account/home") == "/staff"


def test_filters_stand_in_the_address_as_chips_that_can_be_taken_away(received: House) -> None:
    browser = received.enter("intake")
    page = browser.get("/staff?view=open&state=RECEIVED&channel=WEB&code=V-C01")
    assert received.made["ref"] in page
    assert page.count('class="chips"') == 1
    assert "/staff?view=open&amp;sort=due&amp;state=RECEIVED&amp;channel=WEB" in page  # without the code
    assert "No complaint fits these filters." in browser.get("/staff?view=open&code=V-B02")
    browser.get("/staff?view=nonsense&sort=nonsense&officer=x&after=x~y&before=2026-13-01~1")
    assert browser.where("/staff?view=nonsense&party=x") == "/staff?view=mine&sort=due&text=x"


def test_a_chip_has_the_colon_of_its_language(received: House) -> None:
    said = [received.enter("intake", lang).get("/staff?view=open&text=x") for lang in ("en", "zh")]
    assert ["Words or number: x" in said[0], "关键词或编号：x" in said[1]] == [True, True]


@pytest.mark.parametrize("text", ["青屿", PHONE, "同事"])
def test_a_complaint_is_found_by_company_contact_and_words(received: House, text: str) -> None:
    page = received.enter("intake").client.get("/staff", query_string={"view": "open", "text": text}).text
    assert received.made["ref"] in page


def test_a_number_in_the_search_leads_straight_to_its_page(received: House) -> None:
    browser = received.enter("intake")
    ref = received.made["ref"]
    assert browser.where(f"/staff/search?q={ref.lower()}") == f"/staff/complaints/{ref}"


def test_pages_of_the_queue_go_on_by_key_without_overlap(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        for place in range(120):
            desk.session.add(
                Complaint(
                    ref=f"TS2025-P{place:05d}", state="RECEIVED", channel="WEB", facts="多次致电。",
                    received_at=BEGUN - timedelta(minutes=place // 3),
                )
            )  # fmt: skip
        return {}

    browser = fill(house, make).enter("intake")
    for sort in ("due", "-due", "received", "-received"):
        seen, url = [], f"/staff?view=open&sort={sort}"
        pages = []
        while url:
            page = browser.get(url)
            pages.append(re.findall(r"TS2025-P\d{5}</a>|TS2025-P\d{5}(?=</small>)", page))
            seen += re.findall(r'value="(TS2025-P\d{5})"', page)
            after = re.search(r'href="([^"]+)" rel="next"', page)
            url = after[1].replace("&amp;", "&") if after else ""
        assert len(pages) == 3
        assert len(seen) == len(set(seen)) == 120
        back = re.search(r'href="([^"]+)" rel="prev"', page)
        assert back is not None
        assert re.findall(r'value="(TS2025-P\d{5})"', browser.get(back[1].replace("&amp;", "&"))) == seen[50:100]


def test_a_view_or_group_that_holds_more_than_is_counted_is_not_counted_anew_for_a_minute(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        two = [desk.received(), desk.received()]
        two[1].urgent = True
        return {"two": [each.id for each in two]}

    def counted(view: str) -> int:
        return int(house.read(lambda at: queries_queue.counts(at, SYSTEM)[view]))

    def grouped() -> int:
        open_ones = queries_queue.Asked(view="open")
        return int(house.read(lambda at: queries_queue.page(at, open_ones, SYSTEM, clock.today(), "zh").total))

    monkeypatch.setattr(queries_queue, "MOST", 1)
    monkeypatch.setattr(queries_queue, "_full", {})
    fill(house, make)
    assert (counted("open"), counted("urgent"), grouped()) == (2, 1, 2)
    for number in house.made["two"]:
        house.read(lambda at, number=number: setattr(at.get_one(Complaint, number), "state", "WITHDRAWN"))
    assert counted("urgent") == 0, "what holds few is always counted"
    assert counted("open") == grouped() == 2
    monkeypatch.setattr(queries_queue, "_full", dict.fromkeys(queries_queue._full, 0.0))  # a minute later
    assert counted("open") == grouped() == 0


def test_what_a_complaint_is_called_breaks_off_between_words() -> None:
    told = "They say “星槎优享” has my number and call my office every single morning before ten"
    assert title_of(told) == "They say “星槎优享” has my number and call my office every…"
    assert title_of("催" * 70) == "催" * 60 + "…"
