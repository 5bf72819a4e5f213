"""What a complainant and a company read of their own letters: opened ones, void ones, those on paper."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework import tasks
from core.db import attempt, transaction
from core.errors import NotAllowed, NotNow
from notices import alerts, queries, queries_serving, serving
from notices.models import Document, Service
from registry import clock_moves
from registry.models_clocks import ClockEnd
from tests.builders import MAIL, Desk, rendered
from tests.codes import opened
from tests.conftest import NOW
from tests.portal.house import Enter, enter

__all__ = ["enter"]
TRACK = "/track/complaint"


def own(app: Flask, then: Callable[[Desk, Service], object] = lambda _desk, _it: None) -> tuple[FlaskClient, int]:
    """Somebody who complained, at the page of the complaint, and the receipt that waits there."""
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.received(contact=MAIL)
        document = queries.last_document(at, ["D01"], "complaint", complaint.id)
        assert document is not None
        service = rendered(at, document, NOW)[0]
        serving.onward(at, service, NOW)
        then(desk, service)
        number, letter = complaint.id, document.id
    browser = app.test_client()
    browser.set_cookie("lang", "en")
    with browser.session_transaction() as cookie:
        cookie.update(opened(app, number))
    return browser, letter


def noted(event: str, **said: object) -> Callable[[Desk, Service], object]:
    def step(desk: Desk, it: Service) -> None:
        serving.step(desk.session, it.id, event, actor=desk.head, now=NOW, **said)  # type: ignore[arg-type]

    return step


def test_nobody_reads_a_letter_without_opening_it(app: Flask) -> None:
    browser, letter = own(app)
    answer = browser.get(f"/track/letters/{letter}.pdf")
    assert (answer.status_code, answer.location) == (302, TRACK)
    assert f"/track/letters/{letter}/open" in browser.get(TRACK).text
    browser.post(f"/track/letters/{letter}/open")
    assert "letter is open" not in browser.get("/rights").text, "a page that others may read on this phone"
    page = browser.get(TRACK).text
    assert f"/track/letters/{letter}.pdf" in page
    assert "opened on 25 November 2026" in page
    with app.app_context(), transaction() as at:
        assert at.get_one(Document, letter).services[0].opened_at is not None


def test_of_a_void_letter_its_page_says_so_and_shows_it_no_more(app: Flask) -> None:
    browser, letter = own(app, noted("void", reason="内容有误"))
    page = browser.get(TRACK).text
    assert "It was declared void on" in page
    assert "being made" not in page
    assert f"/track/letters/{letter}" not in page
    assert browser.get(f"/track/letters/{letter}.pdf").status_code == 302


def test_of_a_letter_that_goes_by_post_its_page_says_so(app: Flask) -> None:
    def posted(_desk: Desk, it: Service) -> None:
        it.state = "POSTED"

    page = own(app, posted)[0].get(TRACK).text
    assert "It comes on paper" in page
    assert "being made" not in page


def test_a_company_reads_why_a_notice_comes_on_paper_and_that_one_is_void(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        document = queries.last_document(at, ["D05b"], "forwarding", desk.accepted().forwardings[0].id)
        assert document is not None
        service = rendered(at, document, NOW)[0]
        serving.onward(at, service, NOW)
        alerts.bounced(at, service, NOW)
        number, lead, head, page = service.id, desk.lead.id or 0, desk.head, f"/portal/notices/{document.id}"
    browser = enter(lead)
    assert "The message that told of it did not reach you." in browser.get(page)
    with app.app_context(), transaction() as at:
        serving.step(at, number, "void", actor=head, now=NOW, reason="内容有误")
    said = browser.get(page)
    assert "It was declared void on" in said
    assert "being made" not in said


def test_whoever_complained_asks_once_for_a_letter_on_paper_before_or_after_opening_it(app: Flask) -> None:
    for read in (False, True):
        browser, letter = own(app)
        if read:
            browser.post(f"/track/letters/{letter}/open")
        ask = f"/track/letters/{letter}/paper"
        assert ask in browser.get(TRACK).text
        assert browser.post(ask).status_code == 303
        page = browser.get(TRACK).text
        assert "A paper copy was asked for on" in page
        assert ask not in page
        with app.app_context(), transaction() as at:
            service = at.get_one(Document, letter).services[0]
            assert service.state == ("SERVED" if read else "ALERTED")
            assert [each.kind for each in tasks.open_of(at, ("service", service.id))] == ["paper_asked"]


def test_a_company_asks_for_a_paper_copy_of_what_it_has_opened(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        document = queries.last_document(at, ["D05b"], "forwarding", desk.accepted().forwardings[0].id)
        assert document is not None
        service = rendered(at, document, NOW)[0]
        serving.onward(at, service, NOW)
        serving.open_(at, service.id, actor=desk.lead, now=NOW)
        number, lead, officer, page = service.id, desk.lead.id or 0, desk.officer, f"/portal/notices/{document.id}"
        with pytest.raises(NotAllowed), attempt(at):
            alerts.ask_paper(at, number, actor=desk.firm_lead, now=NOW)
    browser = enter(lead)
    assert f"{page}/paper" in browser.get(page)
    browser.post(f"{page}/paper")
    said = browser.get(page)
    assert "A paper copy was asked for on" in said
    assert f"{page}/paper" not in said
    with app.app_context(), transaction() as at:
        assert [each.kind for each in tasks.open_of(at, ("service", number))] == ["paper_asked"]
        assert number in [each.id for each in queries_serving.to_serve(at)[0]]
        with pytest.raises(NotNow), attempt(at):
            alerts.ask_paper(at, number, actor=desk.lead, now=NOW)
        alerts.paper_sent(at, number, actor=officer, now=NOW)
        assert tasks.open_of(at, ("service", number)) == []


def test_the_page_of_a_document_says_that_it_is_no_longer_in_force_and_what_replaced_it(
    app: Flask, enter: Enter
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        old, new = (desk.serve("forwarding", desk.accepted().forwardings[0].id, "D05b") for _turn in range(2))
        old.set_aside_on, old.replaced_by_id = date(2026, 11, 25), new.id
        about = old.subject_id
        for clock in queries.clocks_of(at, old):
            clock_moves.end(at, clock, ClockEnd.STOPPED, NOW)
        number, next_one, called, people = old.id, new.id, str(new.number), (desk.lead.id, desk.officer.id)
    for area, who in zip(("portal", "staff"), people, strict=True):
        page = enter(who or 0).get(f"/{area}/notices/{number}")
        assert "Not in force since" in page
        assert "No longer in force" in page
        assert "stopped on 25 November 2026" in page
        assert f'<a href="/{area}/notices/{next_one}">{called}</a>' in page
        assert "Not in force since" not in enter(who or 0).get(f"/{area}/notices/{next_one}")
    lists = [enter(people[0] or 0).get(place) for place in ("/portal/notices/", f"/portal/forwardings/{about}")]
    assert [page.count("No longer in force") for page in lists] == [1, 1]
    with app.app_context(), transaction() as at:
        at.get_one(Document, number).set_aside_on = date(2026, 11, 26)
    page = enter(people[0] or 0).get(f"/portal/notices/{number}")
    assert "stopped on" not in page, "its time was over, or it was kept, before that"
