"""The queue of the staff: grouped by urgency, filtered, found, paged, given to somebody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, forwardings, tasks
from casework.intake import Company
from casework.models import Complaint
from core import clock
from core.actors import SYSTEM
from core.db import transaction
from core.settings import ROOT
from desk import bulk_files, queries_bulk, queries_queue, queries_queue_select, staff_queue
from desk.queries_queue_lines import title_of
from registry.models import AliasKind, Party, PartyAlias
from registry.models_rulebook import Violation
from registry.settings import setting
from tests.builders import PHONE, Desk, account
from tests.casework.house import BEGUN, House, answered, fill, house, received, today

__all__ = ["answered", "house", "received", "today"]


def test_my_work_comes_first_grouped_by_the_earliest_clock(received: House) -> None:
    page = received.enter("intake").get("/staff")
    assert "My work" in page
    assert received.made["ref"] in page
    assert 'class="group group-soon"' in page  # received on Friday the 20th, 5 working days: the 27th
    assert received.made["ref"] not in received.enter("officer").get("/staff")


def test_a_number_that_called_is_no_name_of_a_company(house: House) -> None:
    called = [Company("INSTITUTION", "APP", "青屿贷"), Company("FIRM", "NUMBER", "0592 5550 0199")]
    fill(house, lambda desk: {"ref": desk.received(companies=called).ref})
    browser = house.enter("intake")
    queue = browser.get("/staff?view=open")
    assert "“青屿贷”" in queue
    assert "number 0592 5550 0199" in queue
    assert "“0592 5550 0199”" not in queue
    with house.app.test_request_context(headers={"Accept-Language": "en"}), transaction() as at:
        [row] = queries_bulk.listed(at, at.scalars(select(Complaint.id)).all(), "en", clock.today())
        assert row.companies["FIRM"] == ["number 0592 5550 0199"], "nor in the exported table"
    page = browser.get(f"/staff/complaints/{house.made['ref']}/do/accept")
    assert "not in the register under this name: 青屿贷. " in page
    assert "No company was found in the register by the number 0592 5550 0199." in page


def test_a_table_says_how_a_complaint_stands_in_the_words_of_the_queue(answered: House) -> None:
    assert ">1 answer to check<" in line_of(answered.enter("intake").get("/staff?view=open"), answered.made["ref"])
    with answered.app.test_request_context(headers={"Accept-Language": "en"}), transaction() as at:
        [found] = queries_bulk.listed(at, at.scalars(select(Complaint.id)).all(), "en", clock.today())
        assert bulk_files._row(found)[1] == "1 answer to check"


def test_what_is_urgent_and_not_shown_above_the_queue_is_said_to_be_there(received: House) -> None:
    browser = received.enter("intake")
    for many in (staff_queue.FIRST, staff_queue.FIRST + 1):
        with received.app.app_context(), transaction() as at:
            subject = ("complaint", at.scalars(select(Complaint.id)).one(), received.made["ref"])
            for place in range(many):
                tasks.put(at, "similar", subject, role="intake", now=clock.now(), key=f"t{place}", urgent=True)
        page = browser.get("/staff")
        assert page.count('<li class="urgent">') == staff_queue.FIRST
        assert ("More is urgent" in page) is (many > staff_queue.FIRST)


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
    assert browser.where("/staff?view=nonsense&company=x") == "/staff?view=mine&sort=due&text=x"


def test_who_is_locked_or_only_investigates_is_filtered_by_under_his_name(received: House) -> None:
    with received.app.app_context(), transaction() as at:
        gone, seeks = account(at, "离任甲", "intake"), account(at, "调查乙", "investigator")
        gone.locked_at = clock.now()
        numbers = {gone.id: "离任甲 · Locked", seeks.id: "调查乙"}
    browser = received.enter("intake")
    for number, name in numbers.items():
        for page in (f"/staff?view=open&officer={number}", f"/staff/cases?view=open&officer={number}"):
            assert f'<option value="{number}" selected>{name}</option>' in browser.get(page), page
    assert "离任甲" in browser.get(f"/staff?view=open&officer={gone.id}").partition('class="chips"')[2]
    assert "No complaint fits" in browser.get("/staff?view=open&officer=9999999999999999")


def test_what_stands_under_a_retired_kind_of_breach_is_still_filtered_by_it(received: House) -> None:
    with received.app.app_context(), transaction() as at:
        at.get_one(Violation, "V-C01").retired = True
        name = at.get_one(Violation, "V-C01").en
    browser = received.enter("officer")
    for page in ("/staff?view=open", "/staff/cases?view=all"):
        assert f'<option value="V-C01">V-C01 {name} · Retired</option>' in browser.get(page)
    assert received.made["ref"] in received.enter("intake").get("/staff?view=open&code=V-C01")
    offered = re.findall(r'name="codes"[^>]* value="([^"]+)"', received.enter("intake").get("/staff/complaints/new"))
    assert "V-C04" in offered
    assert "V-C01" not in offered, "nobody alleges it any more"


def test_applying_a_filter_keeps_the_order(received: House) -> None:
    page = received.enter("intake").get("/staff?view=open&sort=-received")
    assert '<input type="hidden" name="sort" value="-received">' in page


def test_digits_typed_for_a_respondent_are_a_number_or_code_of_a_company(received: House) -> None:
    def known(at: Session) -> tuple[int, str]:
        it = at.scalars(select(Party).where(Party.name_zh == "青屿消费金融有限公司")).one()
        it.uscc = "911101050828000007"
        at.add(PartyAlias(party_id=it.id, kind=AliasKind.NUMBER, value="95188"))
        return it.id, it.uscc

    with received.app.app_context(), transaction() as at:
        number, code = known(at)
    browser = received.enter("intake")
    for typed in ("95188", code):
        found = f"/staff?view=open&sort=due&party={number}"
        assert browser.where(f"/staff?view=open&company={typed}") == found
    assert received.made["ref"] in browser.get(found)
    assert browser.where("/staff?view=open&company=95189").endswith("text=95189")


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
        open_ones = queries_queue_select.Asked(view="open")
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


def test_more_than_are_counted_are_said_as_such_above_the_queue_too(
    received: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = queries_queue.Page([], "", "", {"over": 1001, "today": 1001, "soon": 0, "ok": 0})
    monkeypatch.setattr(queries_queue, "page", lambda *_asked: many)
    page = received.enter("officer").get("/staff?view=open")
    assert "1,000+ overdue" in page
    assert "1,000+ due today" in page
    assert "1001 " not in page


def test_what_a_complaint_is_called_breaks_off_between_words() -> None:
    told = "They say “星槎优享” has my number and call my office every single morning before ten"
    assert title_of(told) == "They say “星槎优享” has my number and call my office every…"
    assert title_of("催" * 70) == "催" * 60 + "…"


def line_of(page: str, ref: str) -> str:
    """The row of one complaint."""
    return next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if ref in row)


def test_what_waits_for_approval_is_marked_in_my_work(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        asks, drafted = desk.forwarded(), desk.received(contact="13911112222").ref
        forwardings.ask_time(desk.session, asks, why="通话记录较多", actor=desk.lead, now=desk.now)
        setting(desk.session, "APPROVAL_CHAIN").value = ["sign:head"]
        return {"drafted": drafted, "asks": asks.complaint.ref}

    made = fill(house, make).made
    house.enter("intake").do(made["drafted"], "ask_info", missing="请补充通话录音")
    row = line_of(house.enter("intake").get("/staff"), made["drafted"])
    assert ">In approval<" in row
    row = line_of(house.enter("head").get("/staff"), made["asks"])
    assert "More time asked for" in row
    assert ">In approval<" not in row


def test_what_nobody_has_taken_is_marked_in_my_work_and_said_of_it(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        mine, free = desk.received(), desk.received(contact="13911112222")
        complaints.assign(desk.session, mine, desk.intake.id, actor=desk.head, now=desk.now)
        return {"mine": mine.ref, "free": free.ref}

    made = fill(house, make).made
    page = house.enter("intake").get("/staff")
    assert "what nobody has taken yet and people of your role may take" in page
    assert ">Unassigned<" in line_of(page, made["free"])
    assert ">Unassigned<" not in line_of(page, made["mine"])
    everything = house.enter("intake").get("/staff?view=open")
    assert ">Unassigned<" not in line_of(everything, made["free"])
    assert "people of your role may take" not in everything


def test_the_queue_counts_the_days_that_are_left_as_the_page_of_the_complaint_does(received: House) -> None:
    browser, ref = received.enter("intake"), received.made["ref"]
    told = re.search(r"(\d+ working days? left)", line_of(browser.get("/staff"), ref))
    assert told is not None, "the acceptance check is counted in working days"
    assert told[1] in browser.get(f"/staff/complaints/{ref}")


def test_on_a_phone_every_date_of_a_list_says_what_it_is_of() -> None:
    dated = re.compile(r"<td(?P<attributes>[^>]*)>(?:\{% if [^%]*%\})?\{\{[^}]*\|\s*(?:date|instant)\b")
    lists = [each for each in (ROOT / "templates").rglob("*.html") if "tables.queue(" in each.read_text("utf-8")]
    bare = [
        (each.name, found[0])
        for each in lists
        for found in dated.finditer(each.read_text("utf-8"))
        if "data-label" not in found["attributes"]
    ]
    assert lists
    assert not bare
