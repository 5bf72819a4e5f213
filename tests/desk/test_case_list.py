"""The list of cases: forwards and back by place, sorted on the server, as the queue of complaints is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from casework.models_cases import Allegation, CaseFile, CaseTrack
from core.clock import day_of
from desk import queries_cases_pages, queries_queue
from registry.models_accounts import Account
from registry.models_clocks import Clock
from tests.builders import Desk, actor_of
from tests.casework.house import House, fill, house, today
from tests.conftest import NOW

__all__ = ["house", "today"]
MANY = 5


@pytest.fixture
def cases(house: House) -> Iterator[House]:
    """Five cases opened on five days, the first the newest; two on a page."""
    house.stand(_on_five_days)
    with patch.object(queries_cases_pages, "SIZE", 2):
        yield house


def _on_five_days(house: House) -> None:
    def make(desk: Desk) -> dict[str, object]:
        return {"refs": [desk.accepted(contact=f"1381234{number:04d}").ref for number in range(MANY)]}

    fill(house, make)
    officer = house.enter("officer")
    for place, ref in enumerate(house.made["refs"]):
        officer.post("/staff/cases/new", complaints=ref, source="COMPLAINT", title=f"case {place}")

    def on_their_days(at: Session) -> None:
        for place, it in enumerate(at.scalars(select(CaseFile).order_by(CaseFile.id))):
            it.opened_on = day_of(NOW) - timedelta(days=place)

    house.read(on_their_days)


def titles(page: str) -> list[str]:
    return re.findall(r'class="queue-link"[^>]*>(case \d)<', page)


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'<a href="([^"]+)" rel="{rel}"', page)
    return found[1].replace("&amp;", "&") if found else None


@pytest.mark.parametrize(("sort", "order"), [("-opened", "01234"), ("opened", "43210"), ("due", ""), ("-due", "")])
def test_pages_go_forward_and_back_in_every_order_and_hold_each_case_once(cases: House, sort: str, order: str) -> None:
    reader, url = cases.enter("head"), f"/staff/cases?view=open&sort={sort}"
    seen, pages = [], []
    while url:
        page = reader.get(url)
        pages.append(titles(page))
        seen += titles(page)
        url = link(page, "next")
    assert [len(each) for each in pages] == [2, 2, 1]
    assert sorted(seen) == [f"case {number}" for number in range(MANY)]
    if order:
        assert seen == [f"case {number}" for number in order]
    back = [pages[-1]]
    while url := link(page, "prev"):
        page = reader.get(url)
        back.insert(0, titles(page))
    assert back == pages
    assert link(page, "next") is not None


def test_a_group_says_how_many_there_are_on_every_page_and_the_list_how_many_in_all(
    cases: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, last = cases.enter("head"), day_of(NOW)

    def on_these_days(at: Session) -> None:
        tracks = {it.case_id: it.id for it in at.scalars(select(CaseTrack))}
        for place, number in enumerate(sorted(tracks)):
            due_on = last + timedelta(days={MANY - 1: 9, MANY - 2: 0}.get(place, -1))
            where = (Clock.subject_type == "track", Clock.subject_id == tracks[number])
            at.execute(update(Clock).where(*where).values(day0=last - timedelta(days=9), due_on=due_on))

    cases.read(on_these_days)

    def told(url: str) -> list[tuple[list[str], str]]:
        found = []
        while url:
            page = reader.get(url)
            groups = re.findall(r'scope="rowgroup">([^<]+) <span class="amount">([^<]+)<', page)
            found.append(([f"{words} {many}" for words, many in groups], re.findall(r"<span>(.+) in all<", page)[0]))
            url = link(page, "next") or ""
        return found

    filtered = f"/staff/cases?view=open&officer={cases.people['officer']}&sort="
    over, today, later = "Overdue 3", "Due today 1", "Later, or no time limit 1"
    assert told(f"{filtered}due") == [([over], "5"), ([over, today], "5"), ([later], "5")]
    assert told(f"{filtered}-due") == [([later, today], "5"), ([over], "5"), ([over], "5")]
    assert told(f"{filtered}-opened") == [([], "5")] * 3
    monkeypatch.setattr(queries_cases_pages, "SIZE", MANY)
    assert told(f"{filtered}due") == [([over, today, later], "5")]


@pytest.mark.parametrize("sort", ["due", "-opened"])
def test_what_has_time_is_counted_no_further_than_is_shown_and_not_again_for_a_while(
    cases: House, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    for place in (queries_cases_pages, queries_queue):
        monkeypatch.setattr(place, "MOST", 2)
    asked = queries_cases_pages.Asked(view="open", sort=sort)
    name = "_in_groups" if sort == "due" else "_in_all"
    counts, asks = [], getattr(queries_cases_pages, name)
    monkeypatch.setattr(queries_cases_pages, name, lambda *of: counts.append(of[3:]) or asks(*of))

    def counted(at: Session) -> int:
        who = actor_of(at.get_one(Account, cases.people["head"]))
        return queries_cases_pages.page(at, asked, who, day_of(NOW)).groups["ok"]

    cases.read(lambda at: at.execute(delete(Clock).where(Clock.subject_type == "track")))
    assert [cases.read(counted) for _look in range(3)] == [3, 3, 3]
    pressing = [(("over", "today", "soon"),)] * 2 if sort == "due" else []
    assert counts[1:] == pressing, "of what has time it is known for a while that there is more"


def test_what_presses_is_counted_no_further_than_is_shown(cases: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (queries_cases_pages, queries_queue):
        monkeypatch.setattr(place, "MOST", 2)

    def counted(at: Session) -> dict[str, int]:
        late = {"day0": day_of(NOW) - timedelta(days=9), "due_on": day_of(NOW) - timedelta(days=1)}
        at.execute(update(Clock).where(Clock.subject_type == "track").values(**late))
        at.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # the list is written at the end of a transaction
        who, asked = (
            actor_of(at.get_one(Account, cases.people["head"])),
            queries_cases_pages.Asked(view="open", sort="-due"),
        )
        return queries_cases_pages.page(at, asked, who, day_of(NOW)).groups

    assert cases.read(counted) == {"over": 3, "today": 0, "soon": 0, "ok": 0}


def test_the_order_is_said_and_stays_with_filters(cases: House) -> None:
    reader = cases.enter("head")
    page = reader.get("/staff/cases?view=open&sort=-opened")
    assert page.count('aria-sort="descending"') == 1
    assert "sort=opened" in page
    assert '<input type="hidden" name="sort" value="-opened">' in page
    assert 'aria-sort="ascending"' in reader.get("/staff/cases?view=open")
    assert "/staff/views/new?page=cases&amp;query=view%3Dopen%26sort%3D-opened" in page
    for nonsense in ("after=x~1", "before=2026-01-01~", "after=2026-01-01~99999999999999999999", "sort=title"):
        assert len(titles(reader.get(f"/staff/cases?view=open&{nonsense}"))) == 2


@pytest.mark.parametrize("sort", ["-opened", "opened", "due", "-due"])
def test_a_case_knows_its_neighbours_in_the_list_it_was_opened_from(cases: House, sort: str) -> None:
    reader, url, hrefs = (
        cases.enter("head"),
        f"/staff/cases?view=open&sort={sort}&officer={cases.people['officer']}",
        [],
    )
    choice = url.partition("?")[2]
    while url:
        page = reader.get(url)
        hrefs += [each.replace("&amp;", "&") for each in re.findall(r'class="queue-link" href="([^"]+)"', page)]
        url = link(page, "next") or ""
    seen, at = [], hrefs[0]
    while at:
        seen.append(at)
        page = reader.get(at)
        assert link(page, "prev") == (seen[-2] if len(seen) > 1 else None)
        at = link(page, "next") or ""
    assert [each.partition("?")[0] for each in seen] == [each.partition("?")[0] for each in hrefs]
    assert f'href="/staff/cases?{choice.replace("&", "&amp;")}" data-key="u"' in page


def test_a_case_leads_back_to_the_page_it_was_opened_from_and_to_the_first_once_all_of_that_is_done(
    cases: House,
) -> None:
    reader = cases.enter("head")
    address = link(reader.get("/staff/cases?view=open&sort=opened"), "next") or ""
    opened = re.findall(r'class="queue-link" href="([^"]+)"', reader.get(address))[0].replace("&amp;", "&")
    for url in (opened, opened.partition("?")[0]):
        assert f'href="{address.replace("&", "&amp;")}" data-key="u"' in reader.get(url)
    beyond = "view=open&sort=opened&after=2099-01-01~1"
    assert reader.where(f"/staff/cases?{beyond}") == "/staff/cases?view=open&sort=opened"


def test_it_is_remembered_for_the_case_one_works_on_and_for_no_other(cases: House) -> None:
    reader = cases.enter("officer")
    listed = re.findall(r'class="queue-link" href="([^"?]+)', reader.get("/staff/cases"))
    first, second = listed[:2]
    assert link(reader.get(f"{first}?in=view%3Dopen%26sort%3D-opened"), "next") is not None
    assert 'data-key="j"' in reader.get(first), "after something was done, the address says no more from where"
    assert 'class="beside"' not in reader.get(second)
    most_urgent = reader.where("/staff/views/next-case")
    number = most_urgent.partition("?")[0].rpartition("/")[2]
    assert reader.where(f"/staff/views/next-case?but={number}") not in {"", most_urgent}


def test_the_next_most_urgent_goes_through_all_of_my_cases_and_then_begins_again(cases: House) -> None:
    reader, seen = cases.enter("officer"), list[str]()
    at = reader.where("/staff/views/next-case")
    while at not in seen:
        seen.append(at)
        found = re.search(r'href="([^"]+)" data-key="n"', reader.get(at))
        assert found is not None
        at = reader.where(found[1])
    assert len(seen) == MANY
    assert at == seen[0]


def test_a_case_that_left_its_list_still_leads_to_the_ones_beside_it(cases: House) -> None:
    def neighbours(at: Session) -> tuple[int | None, int | None]:
        by_day = list(at.scalars(select(CaseFile).order_by(CaseFile.opened_on.desc())))
        asked = queries_cases_pages.Asked(view="open", text="case", sort="-opened")
        by_day[2].title = "another name"
        at.flush()
        found = queries_cases_pages.beside(at, asked, actor_of(at.get_one(Account, cases.people["head"])), by_day[2].id)
        return tuple({each.id: place for place, each in enumerate(by_day)}.get(number) for number in found[:2])

    assert cases.read(neighbours) == (1, 3)


def test_the_next_case_still_follows_after_a_deed_moved_this_one_in_its_list(cases: House) -> None:
    reader = cases.enter("officer")
    hrefs = [each.id for each in cases.read(lambda at: list(at.scalars(select(CaseFile).order_by(CaseFile.id))))]
    here = f"/staff/cases/{hrefs[2]}"
    assert f"No. 3 of {MANY}" in reader.get(f"{here}?in=view%3Dopen%26sort%3D-opened")

    def moved(at: Session) -> None:
        at.get_one(CaseFile, hrefs[2]).opened_on = day_of(NOW) - timedelta(days=MANY)

    cases.read(moved)
    page = reader.get(here)
    assert "No. " not in page[page.index('class="beside"') :][:600], "it does not stand there any more"
    for rel, number in (("prev", hrefs[1]), ("next", hrefs[3])):
        assert (link(page, rel) or "").startswith(f"/staff/cases/{number}?")


def test_a_case_has_the_same_last_day_in_every_order_and_all_of_them_begin_with_the_newest(
    cases: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_cases_pages, "SIZE", 50)

    def days(at: Session) -> list[dict[int, date | None]]:
        who, found = actor_of(at.get_one(Account, cases.people["officer"])), []
        for view, sort in (("all", "due"), ("all", "-opened"), ("mine", "due"), ("mine", "opened")):
            asked = queries_cases_pages.Asked(view=view, sort=sort)
            lines = queries_cases_pages.page(at, asked, who, day_of(NOW)).lines
            found.append({line.id: line.due_on for line in lines})
        return found

    first, *others = cases.read(days)
    assert len(first) == MANY
    assert all(first.values())
    assert all(each == first for each in others)
    assert titles(cases.enter("officer").get("/staff/cases?view=all")) == [f"case {place}" for place in range(MANY)]


def test_cases_are_found_by_what_is_alleged_their_complaints_and_companies_and_are_work_of_whose_turn_it_is(
    cases: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_queue, "_full", {})  # what another trial found too much is not counted for a while

    def changed(at: Session) -> None:
        first, second = at.scalars(select(CaseFile).order_by(CaseFile.id).limit(2))
        for each in first.tracks:
            each.state, each.ended_on = "NOT_FILED", day_of(NOW)
        at.add(Allegation(track_id=second.tracks[0].id, code="V-C04", facts="无"))

    def many(at: Session, who: str, *covers: str, **asked: str) -> int:
        actor = replace(
            actor_of(at.get_one(Account, cases.people[who])), covers=frozenset(cases.people[each] for each in covers)
        )
        return queries_cases_pages.page(at, queries_cases_pages.Asked(**asked), actor, day_of(NOW)).total

    cases.read(changed)
    told = {
        MANY - 1: [("officer",), ("reviewer", "officer"), ("head",)],
        0: [("reviewer",), ("intake",)],
    }
    assert {number: [who for who in whose if cases.read(lambda at, who=who: many(at, *who)) == number]
            for number, whose in told.items()} == told  # fmt: skip
    found = [
        ({"code": "V-C04"}, 1), ({"code": "V-F04"}, 0), ({"text": cases.made["refs"][3]}, 1), ({"text": "青屿"}, MANY),
        ({"text": "汀洲"}, 0), ({"view": "ended"}, 1), ({"view": "open"}, MANY - 1), ({"view": "screening"}, MANY - 1),
    ]  # fmt: skip
    for asked, number in found:
        assert cases.read(lambda at, asked=asked: many(at, "head", **{"view": "all"} | asked)) == number, asked


def test_words_are_looked_for_in_cases_no_longer_than_in_the_queue(
    cases: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_queue, "SECONDS", 0.05)
    monkeypatch.setattr(queries_cases_pages, "_told", lambda _words: text("pg_sleep(2) IS NOT NULL"))
    reader = cases.enter("head")
    page = reader.get("/staff/cases?view=all&text=case")
    assert "Looking for these words took too long and was stopped." in page
    here = re.findall(r'class="queue-link" href="([^"?]+)', reader.get("/staff/cases?view=all"))[0]
    assert 'class="beside"' in reader.get(f"{here}?in=view%3Dall%26text%3Dcase")
