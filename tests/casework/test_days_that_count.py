"""A company reads which day counts: of what nobody opened, of what was extended, of what is late."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from casework import forwardings
from casework.models import Forwarding
from core.db import transaction
from core.planned import PARTY
from notices import queries, serving, unopened
from notices.models import Document, Service
from portal import company_archives
from registry import clock_sweep, clocks
from registry.calendar import settled_by
from registry.models import ServiceAddress
from registry.models_accounts import Account
from registry.models_clocks import Clock
from tests.builders import Desk, rendered
from tests.codes import opened
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.portal.house import Enter, enter
from tests.sanctions.chain import Chain

__all__ = ["enter"]


@pytest.fixture
@brought_once
def waiting(app: Flask) -> tuple[int, int, int]:
    """A letter that waits in the portal since Wednesday: its forwarding, its document, the lead."""
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.accepted().forwardings[0]
        letter = select(Service).join(Document).where(Document.kind == "D05b", Service.party_id == desk.lender.id)
        service = at.scalars(letter).one()
        rendered(at, service.document, NOW)
        serving.onward(at, service, NOW)
        assert service.state == "ALERTED"
        return it.id, service.document_id, desk.lead.id or 0


def test_of_an_unopened_letter_every_page_says_when_it_counts_as_served_and_from_when_the_period_runs(
    enter: Enter, waiting: tuple[int, int, int]
) -> None:
    number, document, lead = waiting
    browser = enter(lead)
    home = browser.get("/portal/")
    assert "No date yet" not in home
    assert "Not opened yet" in home
    for page in (home, browser.get("/portal/notices/")):
        assert "Counts as served on 30 Nov at the latest" in page
        assert re.search(r"then 15 days[^,<]*, until 15 Dec", page), "the inbox names the period as well"
    matter = browser.get(f"/portal/forwardings/{number}")
    assert (
        "it counts as served on 30 November 2026; the period then runs from 1 December 2026 until 15 December" in matter
    )
    notice = browser.get(f"/portal/notices/{document}")
    assert "Unless it is opened before, it counts as served on 30 November 2026." in notice
    assert "if nobody opens it: from 1 December 2026 until 15 December 2026, 24:00" in notice


def test_a_complainant_and_staff_read_the_same_days_of_a_letter_that_brings_an_answer(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        sent = desk.answer(desk.forwarded(contact="shen@example.invalid"))
        desk.release(sent)
        number, ref, clerk = sent.complaint_id, sent.complaint.ref, desk.intake.id or 0
        service = at.scalars(select(Service).join(Document).where(Document.kind == "D39")).one()
        rendered(at, service.document, NOW)
    browser = app.test_client()
    browser.set_cookie("lang", "en")
    with browser.session_transaction() as cookie:
        cookie.update(opened(app, number))
    page = browser.get("/track/complaint").text
    assert (
        "Your time begins the day after the letter is served; unopened, it counts as served after a few days." in page
    )
    with app.app_context(), transaction() as at:
        service = at.scalars(select(Service).join(Document).where(Document.kind == "D39")).one()
        serving.onward(at, service, NOW)
        assert service.state == "ALERTED"
    page = browser.get("/track/complaint").text
    said = "Unless it is opened before, it counts as served on 30 November 2026; the period then runs from 1 December"
    assert page.count(said) == 2, "in the stages and with the time limit"
    assert said in enter(clerk).get(f"/staff/complaints/{ref}")
    assert "No date is fixed for this step" not in page


def test_staff_read_the_same_day_on_their_card_of_the_period(
    app: Flask, enter: Enter, waiting: tuple[int, int, int]
) -> None:
    with app.app_context(), transaction() as at:
        clerk = at.scalars(select(Account.id).where(Account.name == "受理甲")).one()
    page = enter(clerk).get(f"/staff/forwardings/{waiting[0]}")
    assert "15 days from the day after service" in page
    assert "it counts as served on 30 November 2026; the period then runs from 1 December 2026 until 15 Decem" in page
    notice = enter(clerk).get(f"/staff/notices/{waiting[1]}")
    assert "if nobody opens it: from 1 December 2026 until 15 December 2026, 24:00" in notice


def test_of_a_letter_on_paper_staff_read_by_when_it_is_to_be_served_and_when_it_was_posted(
    app: Flask, enter: Enter
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        at.execute(update(ServiceAddress).values(electronic=False, account_id=None))
        it = desk.accepted().forwardings[0]
        number, clerk = it.id, desk.intake.id or 0
    page = enter(clerk).get(f"/staff/forwardings/{number}")
    assert "Its document is not out yet, and is to be served by 2 December 2026." in page, "while it is being made"
    with app.app_context(), transaction() as at:
        service = at.scalars(select(Service).join(Document).where(Document.kind == "D05b")).one()
        rendered(at, service.document, NOW)
        serving.onward(at, service, NOW)
        way = service.id
        by = clocks.live(at, "K19", ("service", way))
        assert (service.state, by is not None and by.due_on) == ("READY", date(2026, 12, 2))
        officer = desk.officer
    page = enter(clerk).get(f"/staff/forwardings/{number}")
    assert "Its document goes on paper, and is to be served by 2 December 2026." in page
    with app.app_context(), transaction() as at:
        serving.step(at, way, "post", actor=officer, now=NOW, slip_no="EX1")
    assert "Its document was posted on 25 November 2026." in enter(clerk).get(f"/staff/forwardings/{number}")


def test_what_was_said_of_an_unopened_letter_comes_true(
    app: Flask, enter: Enter, waiting: tuple[int, int, int]
) -> None:
    with app.app_context():
        list(clock_sweep.sweep(NOW + timedelta(days=6)))
        with transaction() as at:
            asked = select(Clock).where(Clock.key == "K03", Clock.subject_id == waiting[0])
            period = at.scalars(asked).one()
            assert (period.day0, period.due_on) == (date(2026, 11, 30), date(2026, 12, 15))


def test_opened_before_the_day_of_opening_counts(enter: Enter, waiting: tuple[int, int, int]) -> None:
    number, document, lead = waiting
    browser = enter(lead)
    browser.post(f"/portal/notices/{document}/open")
    assert "at the latest" not in browser.get("/portal/") + browser.get("/portal/notices/")
    assert "until 10 December 2026, 24:00" in browser.get(f"/portal/forwardings/{number}")


def test_no_day_is_promised_where_the_message_did_not_arrive_or_the_calendar_is_an_estimate(
    app: Flask, enter: Enter, waiting: tuple[int, int, int]
) -> None:
    with app.app_context(), transaction() as at:
        period = at.scalars(select(Clock).where(Clock.key == "K28")).one()
        period.provisional = True
    browser = enter(waiting[2])
    home = browser.get("/portal/")
    assert "No date yet" in home
    assert "15 days from the day after it is opened or served" in home
    assert "Unless it is opened" not in browser.get(f"/portal/forwardings/{waiting[0]}")


def test_of_a_period_that_waits_for_two_letters_the_later_day_counts_and_none_while_one_has_none(
    app: Flask, waiting: tuple[int, int, int]
) -> None:
    number, letter, _lead = waiting
    with app.app_context(), transaction() as at:
        period = at.scalars(select(Clock).where(Clock.key == "K03", Clock.subject_id == number)).one()
        other = at.scalars(select(Document.id).where(Document.id != letter).order_by(Document.id)).first()
        assert other is not None
        period.awaits = [letter, other]
        days = {letter: date(2026, 11, 30), other: date(2026, 12, 2)}
        begins = unopened.latest(at, [period], days)[period.id]
        assert (begins.served_on, begins.until) == (date(2026, 12, 2), date(2026, 12, 17))
        assert unopened.latest(at, [period], {letter: days[letter]}) == {}


def test_an_estimate_names_the_year_whose_notice_is_missing(
    app: Flask, enter: Enter, waiting: tuple[int, int, int]
) -> None:
    number, document, lead = waiting
    browser = enter(lead)
    browser.post(f"/portal/notices/{document}/open")
    with app.app_context(), transaction() as at:
        period = at.scalars(select(Clock).where(Clock.key == "K03", Clock.subject_id == number)).one()
        period.due_on, period.provisional, clock = date(2026, 12, 28), True, period.id
        clerk = at.scalars(select(Account.id).where(Account.name == "受理甲")).one()
    pages = (
        (browser, "/portal/"),
        (browser, f"/portal/forwardings/{number}"),
        (browser, f"/portal/notices/{document}"),
        (browser, f"/portal/clocks/{clock}"),
        (enter(clerk), f"/staff/forwardings/{number}"),
    )
    for reader, page in pages:
        shown = reader.get(page)
        assert "he official calendar of 2027" in shown, page
        asked = page.startswith(("/portal/forwardings", "/portal/clocks"))
        assert ("may begin in December" in shown) is asked, "why next year's decides about a day of this one"
    assert [settled_by(date(2026, 12, each)) for each in (24, 25)] == [2026, 2027]


def test_a_notice_that_asks_for_no_answer_says_its_day_too(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, NOW)
        track = chain.proposed([2])
        letter = select(Service).join(Document).where(Document.kind == "D17", Document.subject_id == track.id)
        service = at.scalars(letter).one()
        rendered(at, service.document, NOW)
        serving.onward(at, service, NOW)
        lead = chain.lead.id
    home = enter(lead).get("/portal/")
    assert "Counts as served on" in home


def _late(app: Flask, *, extended: bool) -> tuple[int, int]:
    """A forwarding whose period ended yesterday without an answer, and the lead."""
    with app.app_context():
        with transaction() as at:
            begun = NOW - timedelta(days=31 if extended else 16)
            desk = Desk(at, begun)
            day = begun.date()
            it = desk.forwarded(conduct_from=day, conduct_to=day)
            if extended:
                forwardings.extend(at, it, why="情况复杂", actor=desk.head, now=begun)
            found = it.id, desk.lead.id or 0
        list(clock_sweep.sweep(NOW))
    return found


@pytest.mark.parametrize(
    ("extended", "says"),
    [(False, "Your answer was due on 24 November 2026: this date counts."),
     (True, "Your answer was due on 24 November 2026, as extended: this date counts.")],
)  # fmt: skip
def test_of_two_dates_of_a_late_answer_the_page_says_which_counts(
    app: Flask, enter: Enter, extended: bool, says: str
) -> None:
    number, lead = _late(app, extended=extended)
    page = enter(lead).get(f"/portal/forwardings/{number}")
    assert says in page
    assert "only says until when the association still waits for a late answer." in page
    assert "This date counts: after it an answer is late." in page
    assert "A late answer stays late; afterwards the association goes on without it." in page


def test_an_extended_period_says_its_one_day(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW - timedelta(days=5))
        it = desk.forwarded()
        forwardings.extend(at, it, why="情况复杂", actor=desk.head, now=desk.now)
        number, lead = it.id, desk.lead.id or 0
    page = enter(lead).get(f"/portal/forwardings/{number}")
    assert "It ends on 21 December 2026, 24:00: this date counts, and no earlier one of a letter." in page


def test_staff_read_that_whoever_did_not_answer_is_late(app: Flask, enter: Enter) -> None:
    number, _lead = _late(app, extended=False)
    with app.app_context(), transaction() as at:
        ref = at.get_one(Forwarding, number).complaint.ref
        clerk = at.scalars(select(Account.id).where(Account.name == "受理甲")).one()
    queue = enter(clerk).get("/staff?view=waiting")
    assert "No answer in time" in queue[queue.index(ref) :]
    page = enter(clerk).get(f"/staff/complaints/{ref}")
    assert "The time to answer is over; the respondents were reminded" in page
    assert "have time to answer" not in page
    assert "A time limit ended · answer of the respondent" in enter(clerk).get(f"/staff/forwardings/{number}")


def test_a_notice_served_by_rule_stays_in_the_inbox_and_the_papers_until_somebody_opens_it(
    app: Flask, enter: Enter
) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, NOW - timedelta(days=8))
        track = chain.proposed([1])
        chain.serve(track, "D17", chain.later(4))
        service = at.scalars(select(Service).join(Document).where(Document.kind == "D17")).one()
        service.served_how, service.opened_at = "PORTAL", None
        number, lead, party, case = service.document_id, chain.lead.id or 0, track.party_id, track.id
    browser = enter(lead)

    def papers() -> list[str]:
        with app.test_request_context(), transaction() as at:
            asked = company_archives.Asked(party, None, "en")
            found = company_archives.notices(at, asked)
            return [each.name[-3:] for each in found if "advance notice" in each.what.lower()]

    with app.app_context(), transaction() as at:
        assert at.scalar(select(queries.unopened()), {PARTY.key: party}) == 1
    assert re.search(r"<td>Counts as served since \d+ Nov", browser.get("/portal/"))
    assert "Not opened yet" in browser.get("/portal/notices/")
    assert f"/portal/notices/{number}/open" in browser.get(f"/portal/cases/{case}")
    assert papers() == ["txt"]
    browser.post(f"/portal/notices/{number}/open")
    assert "Counts as served since" not in browser.get("/portal/")
    assert "Not opened yet" not in browser.get("/portal/notices/")
    assert papers() == ["pdf"]


def test_whoever_gives_more_time_reads_the_present_end_and_the_most_there_is(
    app: Flask, enter: Enter, waiting: tuple[int, int, int]
) -> None:
    number, document, lead = waiting
    enter(lead).post(f"/portal/notices/{document}/open")
    with app.app_context(), transaction() as at:
        head = at.scalars(select(Account.id).where(Account.name == "部门负责人")).one()
    page = enter(head).get(f"/staff/forwardings/{number}/do/extend")
    most = "left empty, it becomes 30 days, which is the most, until 25 December 2026 (provisional)."
    assert f"Now 15 days, until 10 December 2026; {most}" in page
    with app.app_context(), transaction() as at:
        at.scalars(select(Clock).where(Clock.key == "K03", Clock.subject_id == number)).one().provisional = True
    assert "until 10 December 2026 (provisional); left empty" in enter(head).get(
        f"/staff/forwardings/{number}/do/extend"
    )


def test_a_day_that_passed_without_effect_is_called_overdue_on_no_page(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.forwarded()
        forwardings.ask_time(at, it, why="资料较多", actor=desk.lead, now=NOW)
        number, complaint, lead = it.id, it.complaint_id, desk.lead.id or 0
    with time_machine.travel(later := NOW + timedelta(days=20)):
        with app.app_context():
            list(clock_sweep.sweep(later))
        person = app.test_client()
        person.set_cookie("lang", "en")
        with person.session_transaction() as cookie:
            cookie.update(opened(app, complaint))
        for page in (person.get("/track/complaint").text, enter(lead).get(f"/portal/forwardings/{number}")):
            assert "its last day, 10 December 2026, has passed" in page
            assert "It has no effect while the association looks at what came in time." in page
            assert "overdue" not in page
