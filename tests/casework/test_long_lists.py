"""No list ends quietly: notices, numbers and tasks go on page by page, both ways, each once."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from casework import cases, queries_stop_contacts, tasks
from casework.models_recusals import Recusal
from core import keyset
from core.db import transaction
from notices.models import Service
from tests.builders import Desk, account, rendered
from tests.casework.test_portal import Browser, enter, today
from tests.casework.test_stop_contacts import relayed
from tests.conftest import NOW

__all__ = ["enter", "today"]
MANY = 5


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "SIZE", 2)


def walked(browser: Browser, url: str, row: str) -> list[list[str]]:
    """Every page of a list, which are the same on the way back."""

    def link(page: str, rel: str) -> str:
        found = re.search(rf'<a href="([^"]+)" rel="{rel}"', page)
        return found[1].replace("&amp;", "&") if found else ""

    pages, page = [], browser.get(url)
    pages.append(re.findall(row, page))
    assert not link(page, "prev")
    while after := link(page, "next"):
        page = browser.get(after)
        pages.append(re.findall(row, page))
    back = [pages[-1]]
    while before := link(page, "prev"):
        page = browser.get(before)
        back.insert(0, re.findall(row, page))
    assert back == pages
    for nonsense in ("after=x", "before=0", "after=99999999999999999999", "before=-1"):
        assert re.findall(row, browser.get(f"{url}?{nonsense}")) == pages[0]
    return pages


@pytest.mark.usefixtures("two_a_page")
def test_a_company_comes_to_its_oldest_notice_and_reads_until_when(app: Flask, enter: Callable[[int], Browser]) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        for place in range(MANY):
            desk.accepted(contact=f"1381234{place:04d}")
        mine = select(Service).where(Service.party_id == desk.lender.id).order_by(Service.id.desc())
        services = list(at.scalars(mine))
        for service in services:
            rendered(at, service.document, NOW)
        desk.serve("forwarding", services[0].document.subject_id, "D05b")
        numbers, lead = [str(each.document_id) for each in services], desk.lead.id or 0
    browser = enter(lead)
    pages = walked(browser, "/portal/notices/", r'queue-link" href="/portal/notices/(\d+)"')
    assert [len(each) for each in pages] == [2, 2, 1]
    assert [each for page in pages for each in page] == numbers
    first = browser.get("/portal/notices/")
    assert first.count("15 days from the day it is opened or served") == 1
    assert first.count('class="due ') == 1


@pytest.mark.usefixtures("two_a_page")
def test_a_company_comes_to_every_number_and_the_oldest_still_waits_in_its_inbox(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        numbers = [str(relayed(desk, contact=f"1391234{place:04d}").id) for place in range(3)]
        lead, lender = desk.lead.id or 0, desk.lender.id
        told = queries_stop_contacts.told_in(at, lender, ("RELAYED",))
        assert [str(each.id) for each in told] == numbers[::-1]
    browser = enter(lead)
    pages = walked(browser, "/portal/stop-contacts/", r'queue-link" href="/portal/stop-contacts/(\d+)"')
    assert pages == [numbers[:0:-1], numbers[:1]]
    assert browser.get("/portal/").count("Stop contacting a number") == len(numbers)


@pytest.mark.usefixtures("two_a_page")
def test_tasks_go_on_from_where_one_stood_also_when_that_one_is_done(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        refs = [f"TS2026-{place:06d}" for place in range(MANY)]
        for place, ref in enumerate(refs):
            urgent = place == MANY - 1
            tasks.put(at, "time_asked", ("complaint", place, ref), role="officer", now=NOW, key=ref, urgent=urgent)
        officer = desk.officer.id or 0
    browser = enter(officer)
    order = [refs[-1], *refs[:-1]]
    pages = walked(browser, "/staff/tasks", r"TS2026-\d{6}")
    assert pages == [order[:2], order[2:4], order[4:]]
    done = re.findall(r'/staff/tasks/(\d+)/done"', browser.get("/staff/tasks"))[1]
    browser.post(f"/staff/tasks/{done}/done", back=f"/staff/tasks?after={done}")
    assert re.findall(r"TS2026-\d{6}", browser.get(f"/staff/tasks?after={done}")) == order[2:4]


@pytest.mark.usefixtures("two_a_page")
def test_the_head_comes_to_every_recusal(app: Flask, enter: Callable[[int], Browser]) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        case = cases.open(at, [desk.accepted()], title="一案", source="COMPLAINT", actor=desk.officer, now=NOW)
        how = {"part": "OFFICER", "how": "ASKED", "ground": "RELATIVE", "facts": "亲属", "state": "GRANTED"}
        for place in range(3):
            who = account(at, f"承办{place}", "officer").id
            said = {"asked_by": desk.head.id, "asked_at": NOW, "decided_by": desk.head.id, "decided_at": NOW}
            at.add(Recusal(case_id=case.id, account_id=who, **how, **said))
            at.flush()
        head = desk.head.id or 0
    pages = walked(enter(head), "/staff/recusals", r"承办\d")
    assert pages == [["承办2", "承办1"], ["承办0"]]
