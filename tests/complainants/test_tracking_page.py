"""What the person of a complaint reads on the tracking page: dates, answers, and words that were written."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework import complaints, forwardings, intake, rechecks, triage
from casework.intake import Company
from casework.models import Complaint, Release
from casework.models_cases import Evidence
from casework.states import COMPLAINT, STOP_CONTACT
from complainants.track_parts import WAITED_FOR
from core.actors import SYSTEM
from core.clock import day_of
from core.db import transaction
from notices import serving
from notices.models import Document, Service
from registry import calendar, clock_sweep, clocks
from tests.builders import Desk, person_of, rendered
from tests.codes import opened
from tests.conftest import NOW
from tests.filestore import making_files as made

Tracks = Callable[[int], FlaskClient]
"""The browser of the person of this complaint."""


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def tracks(app: Flask) -> Tracks:
    def of(complaint: int) -> FlaskClient:
        browser = app.test_client()
        browser.set_cookie("lang", "en")
        with browser.session_transaction() as cookie:
            cookie.update(opened(app, complaint))
        return browser

    return of


def part(page: str, name: str) -> str:
    """One card of the page."""
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def asked(desk: Desk, **changed: str) -> Complaint:
    """A complaint in which something is missing; nobody has opened the letter that says so."""
    complaint = desk.received(**changed)
    triage.ask_info(desk.session, complaint, missing=["通话录音"], actor=desk.intake, now=NOW)
    return complaint


def test_whoever_was_asked_for_something_is_told_that_the_time_for_it_begins_with_the_letter(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        number = asked(desk).id
    state = part(tracks(number).get("/track/complaint").text, "state")
    assert (
        "Your time begins the day after the letter is served; unopened, it counts as served after a few days." in state
    )
    assert "No date is fixed" not in state


def test_a_letter_that_asks_for_something_and_nobody_opens_has_its_days_in_the_stages(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        number = asked(desk, contact="shen@example.invalid").id
        service = at.scalars(select(Service).join(Document).where(Document.kind == "D02")).one()
        rendered(at, service.document, NOW)
        serving.onward(at, service, NOW)
    state = part(tracks(number).get("/track/complaint").text, "state")
    assert "Unless it is opened before, it counts as served on 30 November 2026" in state


def test_whoever_is_waited_for_reads_what_follows_from_saying_nothing(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        incomplete, unopened = asked(desk), asked(desk, contact="13900001113")
        desk.serve("complaint", incomplete.id, "D02")
        lacking, unread, answered = incomplete.id, unopened.id, desk.released(contact="13900001112").id
    for number in (lacking, unread):
        state = part(tracks(number).get("/track/complaint").text, "state")
        assert "If nothing comes by then, the complaint is not taken." in state
    state = part(tracks(answered).get("/track/complaint").text, "state")
    assert "We wait for you, until 7 December 2026 at the latest. If you say nothing by then, the complaint is" in state


def test_the_last_day_of_the_companies_is_not_the_day_on_which_the_person_reads_an_answer(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).forwarded().complaint_id
    state = part(tracks(number).get("/track/complaint").text, "state")
    told = "They have until 10 December 2026 to answer. You read it once the association has checked it."
    assert told in state
    assert "the next step" not in state


def test_a_day_by_which_one_company_answers_is_not_told_as_that_of_all(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.accepted(desk.lender, desk.firm)
        desk.serve("forwarding", it.forwardings[0].id, "D05b")
        number = it.id
    state = part(tracks(number).get("/track/complaint").text, "state")
    told = "Some of the companies have until 10 December 2026 to answer; until when the others have is not certain yet."
    assert told in state
    assert "They have until" not in state


def test_who_waits_for_a_company_that_is_late_reads_that_it_was_reminded_and_what_follows(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context():
        with transaction() as at:
            number = Desk(at, NOW).forwarded().complaint_id
        assert "K03" in [each.key for each in clock_sweep.sweep(NOW + timedelta(days=16)) if each.done]
    with time_machine.travel(NOW + timedelta(days=16)):
        state = part(tracks(number).get("/track/complaint").text, "state")
    assert "A company did not answer in time and was reminded." in state
    assert "No date is fixed" not in state


def test_nobody_is_late_while_an_answer_is_in_time_by_the_corrected_calendar(app: Flask, tracks: Tracks) -> None:
    then = NOW + timedelta(days=16)
    with app.app_context():
        with transaction() as at:
            number = Desk(at, NOW).forwarded().complaint_id
        list(clock_sweep.sweep(then))
        with transaction() as at:
            off = calendar.exceptions_of(at, 2026) | {date(2026, 12, 10): False}
            calendar.load_year(at, 2026, off, "补充通知", SYSTEM, then)
    with time_machine.travel(then):
        state = part(tracks(number).get("/track/complaint").text, "state")
    assert "They have until 11 December 2026 to answer." in state
    assert ("No answer in time" in state, "was reminded" in state) == (False, False)


def test_a_number_that_called_is_not_called_a_company(app: Flask, tracks: Tracks) -> None:
    named = [Company("INSTITUTION", "NAME", "青屿消费金融有限公司"), Company("FIRM", "NUMBER", "0592 5550 0199")]
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).received(companies=named).id
    assert "青屿消费金融有限公司, number 0592 5550 0199" in tracks(number).get("/track/complaint").text


def test_each_stage_that_is_done_says_when(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.forwarded()
        desk.answer(it, now=NOW + timedelta(days=5))
        desk.now = NOW + timedelta(days=6)
        desk.release(it)
        number = it.complaint_id
    state = part(tracks(number).get("/track/complaint").text, "state")
    days = re.findall(r"<b>([^<]+)</b>\s*<time[^>]*>([^<]+)</time>", state)
    checked = ("The association checks whether it can take the complaint", "25 November 2026")
    assert days == [("Received", "25 November 2026"), checked, ("The companies answer", "30 November 2026")]


def test_what_was_withdrawn_before_it_was_checked_is_not_said_to_have_been(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        it = Desk(at, NOW).received()
        complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=NOW)
        number = it.id
    state = part(tracks(number).get("/track/complaint").text, "state")
    assert re.findall(r"<b>([^<]+)</b>", state) == ["Received", "Withdrawn"]


def test_whoever_disputed_an_answer_sees_until_when_it_is_checked(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).disputed().id
    page = tracks(number).get("/track/complaint").text
    assert "You can expect the next step by 9 December 2026." in part(page, "state")
    assert "Check of a disputed answer" in part(page, "time")


def test_whoever_never_disputed_an_answer_is_not_told_so_when_a_closed_complaint_is_looked_at_again(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        quiet, loud = desk.released(), desk.disputed(contact="13900001111")
        complaints.close(at, loud, why="无违规", actor=desk.officer, now=NOW)
        numbers, head = [quiet.id, loud.id], desk.head
    with app.app_context():
        assert "K05" in [each.key for each in clock_sweep.sweep(NOW + timedelta(days=90)) if each.done]
    with app.app_context(), transaction() as at:
        for number in numbers:
            it = at.get_one(Complaint, number)
            rechecks.recheck(at, it, why="漏看材料", own_error=True, actor=head, now=NOW)
    quiet_page, loud_page = (part(tracks(number).get("/track/complaint").text, "state") for number in numbers)
    assert "Somebody new looks at the complaint once more." in quiet_page
    assert "disputed" not in quiet_page
    assert "Somebody new looks at the complaint once more." in loud_page
    assert "You disputed the answer" not in loud_page, "that dispute was dealt with when it was closed"


def test_no_company_is_waited_for_once_all_have_answered(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        one = desk.answer(desk.forwarded())
        some = desk.answer(desk.forwarded(desk.lender, desk.firm, contact="13900001112"))
        numbers = [one.complaint_id, some.complaint_id]
    all_of_them, some_of_them = (part(tracks(each).get("/track/complaint").text, "state") for each in numbers)
    assert "The association checks the answers before it passes them on." in all_of_them
    assert "You can expect the next step by 2 December 2026." in all_of_them
    assert "the next step" not in some_of_them, "a company is waited for"
    assert "we wait for their answers" not in all_of_them
    assert "we wait for their answers" in some_of_them


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "The association did not check the answers in time."), ("zh", "协会逾期未审核完毕")],
)
def test_who_waits_for_a_check_that_is_late_reads_that_it_is(app: Flask, tracks: Tracks, lang: str, told: str) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        number = desk.answer(desk.forwarded()).complaint_id
    with time_machine.travel(NOW + timedelta(days=16)):
        for swept in (False, True):
            if swept:
                with app.app_context():
                    assert "K35" in [each.key for each in clock_sweep.sweep(NOW + timedelta(days=16)) if each.done]
            browser = tracks(number)
            browser.set_cookie("lang", lang)
            state = part(browser.get("/track/complaint").text, "state")
            assert told in state
            assert "No date is fixed" not in state
            assert "没有固定期限" not in state


def test_no_step_is_promised_for_a_day_that_has_passed(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        sent = desk.forwarded()
        forwardings.ask_time(at, sent, why="资料较多", actor=desk.lead, now=NOW)
        for clock in clocks.of(at, ("forwarding", sent.id)):
            clock.provisional = False
        number = sent.complaint_id
    with time_machine.travel(NOW + timedelta(days=40)):
        state = part(tracks(number).get("/track/complaint").text, "state")
    assert "The companies answer" in state
    assert "You can expect the next step by" not in state
    assert "No date is fixed for this step." in state


def test_what_was_asked_for_is_sent_as_a_file_and_the_check_goes_on(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        number = asked(Desk(at, NOW)).id
    browser = tracks(number)
    page = browser.get("/track/complaint").text
    for card in ("messages", "evidence"):
        assert "This does not answer what the association asked for." in part(page, card)
    nothing = browser.post("/track/info", data={"i-facts": ""})
    assert nothing.status_code == 422
    assert "Add what was asked for, or say why you can&#39;t." in part(nothing.text, "asked")
    files = [(BytesIO(made.picture()), "授权书.png"), (BytesIO(b"PK\x05\x06" + bytes(18)), "证据.zip")]
    answer = browser.post("/track/info", data={"i-files": files})
    assert answer.status_code == 422
    assert "The other files you chose are kept" in answer.text
    assert "证据.zip" in part(answer.text, "evidence"), "where another one can be added"
    page = browser.get("/track/complaint").text
    assert "We are checking whether the association can take the complaint." in part(page, "state")
    assert "only the association sees it" in part(page, "evidence")
    assert "This does not answer" not in page
    with app.app_context(), transaction() as at:
        [file] = at.scalars(select(Evidence).where(Evidence.complaint_id == number))
        assert (at.get_one(Complaint, number).state, file.name) == ("RECEIVED", "授权书.png")
        checks = [each.id for each in clocks.of(at, ("complaint", number)) if each.key == "K01"]
    first, second = (browser.get(f"/track/clocks/{each}").text for each in sorted(checks))
    assert "· The complaint came in" in first, "and not whatever may begin a check"
    assert "· Receipt of the complaint or of what was added" in second


def test_whoever_settles_reads_which_companies_read_the_terms(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        both = desk.forwarded(desk.lender, desk.firm).complaint
        names = [each.party.name("en") for each in both.forwardings]
        two, one = both.id, desk.forwarded().complaint_id
        left = desk.forwarded(desk.lender, desk.firm, contact="13900001112").complaint
        forwardings.retract(at, left.forwardings[1], why="并非该机构的业务", actor=desk.intake, now=NOW)
        let_off = left.id
    page = part(tracks(two).get("/track/complaint").text, "settle")
    assert "Settle it with the companies" in page
    assert f"{'; '.join(names)} all read the terms" in page, "so that no name ends in two full stops"
    assert "All the companies named above read this as you write it" in page
    for number in (one, let_off):
        page = part(tracks(number).get("/track/complaint").text, "settle")
        assert "Settle it with the company" in page
        assert "The company reads this as you write it" in page
        assert "all read the terms" not in page


def test_whoever_accepts_the_answers_of_two_companies_reads_that_it_is_for_both(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        both = desk.forwarded(desk.lender, desk.firm).complaint
        for each in both.forwardings:
            desk.serve("forwarding", each.id, "D05b")
            desk.release(desk.answer(each))
        number = both.id
    asked = part(tracks(number).get("/track/complaint").text, "feedback")
    assert "You accept the answers of all companies together." in asked
    assert "I accept all these answers, and know that the complaint ends with it" in asked


def test_of_an_answer_both_times_are_told_when_it_was_given_and_when_it_was_released(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        sent = desk.answer(desk.forwarded(), NOW - timedelta(days=2))
        desk.release(sent)
        number = sent.complaint_id
    answer = re.sub(r"<[^>]+>", "", part(tracks(number).get("/track/complaint").text, "reply-1"))
    told = r"The company answered:\s+23 November 2026 \d\d:\d\d · released to you:\s+25 November 2026"
    assert re.search(told, answer)


def test_one_press_accepts_no_answer_and_what_accepting_means_is_read_before(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).released().id
    browser = tracks(number)
    assert "I accept the answer, and know" in part(browser.get("/track/complaint").text, "feedback")
    assert "nothing can be added to it then" in part(browser.get("/track/complaint").text, "feedback")
    refused = browser.post("/track/accept", data={"a-key": "k"})
    assert refused.status_code == 422
    assert "Tick the box to accept the answer." in part(refused.text, "feedback")
    with app.app_context(), transaction() as at:
        assert at.get_one(Complaint, number).state == "RELEASED"
    assert browser.post("/track/accept", data={"a-key": "k", "a-confirmed": "y"}).status_code == 303
    with app.app_context(), transaction() as at:
        assert at.get_one(Complaint, number).state == "CLOSED"


def test_an_acceptance_that_comes_after_a_dispute_is_refused_and_the_page_says_why(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.released()
        number = complaint.id
    browser = tracks(number)
    key = browser.get("/track/complaint").text.partition('name="a-key"')[2].partition('value="')[2].partition('"')[0]
    table = "Date\tNumber\r\n2026-11-03\t3"
    with app.app_context(), transaction() as at:
        it = at.get_one(Complaint, number)
        release = at.scalars(select(Release.id).where(Release.complaint_id == number)).one()
        complaints.dispute(at, it, releases=[release], why=table, actor=person_of(it), now=NOW)
    answer = browser.post("/track/accept", data={"a-key": key, "a-confirmed": "y"})
    assert answer.status_code == 409
    assert "The answer was disputed in the meantime, so it was not accepted." in answer.text
    assert f'<p class="typed">{table}</p>'.replace("\r", "") in answer.text.replace("\r", ""), "in its own lines"


def test_an_answer_that_came_since_the_page_was_opened_is_not_accepted_unread(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).released().id
    browser = tracks(number)
    seen = re.search(r'name="a-seen"[^>]*value="(\d+)"', browser.get("/track/complaint").text)
    with app.app_context(), transaction() as at:
        desk, it = Desk(at, NOW), at.get_one(Complaint, number)
        triage.add_respondent(at, it, respondents=[desk.firm.id], actor=desk.officer, now=NOW)
        desk.release(desk.answer(it.forwardings[1]))
        assert it.state == "RELEASED"
    sent = {"a-confirmed": "y", "a-seen": seen[1] if seen else ""}
    refused = browser.post("/track/accept", data={**sent, "a-key": "old"})
    assert refused.status_code == 409
    assert "Another answer has come since you opened this page" in refused.text
    again = re.search(r'name="a-seen"[^>]*value="(\d+)"', refused.text)
    assert browser.post("/track/accept", data={**sent, "a-key": "new", "a-seen": again and again[1]}).status_code == 303


def test_what_the_page_waits_for_are_deeds_of_the_complainant_in_the_table() -> None:
    for machine, events in ((COMPLAINT, [event for event, _text in WAITED_FOR.values()]), (STOP_CONTACT, ["breach"])):
        for event in events:
            rows = [row for row in machine.rows.values() if row.event == event]
            assert rows, f"no row of {machine.name} is called {event}"
            assert all("complainant" in row.who for row in rows)


def test_what_was_ticked_stands_as_it_was_ticked_and_apart_from_how_the_association_holds_it(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        number, clerk = desk.received(codes=["V-F04", "V-C01"], ticked=["V-F04", "V-C01"]).id, desk.intake
    browser = tracks(number)
    ticked = "They demand the money from a contact of the borrower; They call again and again"
    shown = part(browser.get("/track/complaint").text, "text")
    assert (ticked in shown, "How the association holds it" in shown) == (True, False)
    both = "They call again and again; Interactive calls too often"
    for codes, held in ((["V-F01", "V-F04"], both), ([], "")):
        with app.app_context(), transaction() as at:
            intake.recode(at, at.get_one(Complaint, number), codes, actor=clerk, now=NOW)
        shown = part(browser.get("/track/complaint").text, "text")
        assert ticked in shown
        assert re.findall(r"How the association holds it</dt><dd[^>]*>([^<]*)", shown) == ([held] if held else [])


def test_of_a_complaint_that_nobody_sent_from_the_form_the_words_of_the_form_stand_where_it_has_some(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).received(codes=["V-F01", "V-F04"]).id
    shown = part(tracks(number).get("/track/complaint").text, "text")
    assert re.findall(r"<dt>(What did[^<]*|How the[^<]*)</dt><dd[^>]*>([^<]*)", shown) == [
        ("What did they do?", "They call again and again"),
        ("How the association holds it", "They call again and again; Interactive calls too often"),
    ]


def test_the_page_says_at_any_time_how_to_correct_or_delete_ones_data(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).received().id
    messages = part(tracks(number).get("/track/complaint").text, "messages")
    assert "You can also write to see, correct or delete your data." in messages
    assert 'href="/privacy"' in messages


def test_the_day_of_an_answer_on_paper_is_told_without_an_hour_and_when_it_was_entered(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        desk.release(desk.answer(desk.forwarded(), now=NOW + timedelta(days=2), day=day_of(NOW)))
        number = at.scalars(select(Complaint.id)).one()
    page = tracks(number).get("/track/complaint").text
    assert "handed over or posted on 25 November 2026, entered" in page
