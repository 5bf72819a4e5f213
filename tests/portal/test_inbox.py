"""What a company's inbox lists beside its duties, and how its days are written."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from casework import forwardings
from casework.models_cases import CaseTrack
from core.db import transaction
from core.plainly import day
from core.words import _l
from notices.kinds import KINDS
from notices.models import Service
from notices.unopened import Latest
from portal import queries_waiting
from registry import clock_sweep, clocks
from registry.models_accounts import Account
from registry.models_clocks import Clock
from sanctions import extensions, statements
from sanctions.models_measures import Interview, Training
from tests.builders import Desk
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.portal.house import BEGUN, Enter, Sent, address, case, enter, opened, sent, today
from tests.sanctions.chain import Chain
from tests.statements import counted

__all__ = ["enter", "sent", "today"]


def test_rights_that_one_may_use_stand_in_the_inbox_with_their_last_day(app: Flask, enter: Enter) -> None:
    def stated(chain: Chain) -> CaseTrack:
        track = chain.proposed([1, 4], "V-I02")
        chain.serve(track, "D17", NOW - timedelta(hours=1))
        statements.state(chain.session, track, text="请求从轻。", actor=actor(chain.lead), now=NOW)
        return track

    home = enter(case(app, stated).lead).get("/portal/")
    assert "You may still state your view" in home
    assert "You may ask for a hearing" in home
    assert "a right until then, not a duty" in home


def test_a_review_that_one_may_ask_for_stands_in_the_inbox_and_its_spreadsheet(app: Flask, enter: Enter) -> None:
    def decided(chain: Chain) -> CaseTrack:
        track = chain.decided([2])
        chain.serve(track, "D20", NOW - timedelta(hours=1))
        return track

    lead = enter(case(app, decided).lead)
    assert "You may ask for a review of the decision" in lead.get("/portal/")
    rows = list(load_workbook(BytesIO(lead.client.get("/portal/waiting.xlsx").data)).active.values)  # type: ignore[union-attr]
    assert any("You may ask for a review of the decision" in row for row in rows)


def test_of_very_many_things_the_inbox_shows_the_first_and_counts_the_rest(
    app: Flask, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_waiting, "SHOWN", 1)
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        first = min(desk.forwarded(contact=f"1390000000{place}").ref for place in range(3))
        lead = desk.lead.id or 0
    reader = enter(lead)
    home = reader.get("/portal/")
    assert len(re.findall(r'class="queue-link" href="/portal/forwardings/', home)) == 1
    assert first in home
    assert "2 more of these stand in the spreadsheet alone." in home
    rows = list(load_workbook(BytesIO(reader.client.get("/portal/waiting.xlsx").data)).active.values)  # type: ignore[union-attr]
    assert sum("Answer the forwarding" in row or "Open the letter and answer it" in row for row in rows) == 3


@pytest.mark.parametrize("dated", [True, False])
def test_no_right_ends_and_nothing_is_overdue_by_an_estimate(app: Flask, enter: Enter, dated: bool) -> None:
    def decided(chain: Chain) -> CaseTrack:
        track = chain.decided([2])
        chain.serve(track, "D20", NOW - timedelta(hours=1))
        return track

    it = case(app, decided)
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        desk.forwarded()
        for clock in at.scalars(select(Clock).where(Clock.key.in_(["K20", "K03"]), Clock.day0.is_not(None))):
            clock.provisional, clock.due_on = True, clock.due_on if dated else None
        leads = {it.lead: "You may ask for a review of the decision", desk.lead.id or 0: "Answer the forwarding"}
    with time_machine.travel(NOW + timedelta(days=40)):
        for lead, what in leads.items():
            browser = enter(lead)
            rows = list(load_workbook(BytesIO(browser.client.get("/portal/waiting.xlsx").data)).active.values)  # type: ignore[union-attr]
            for shown in (browser.get("/portal/"), str(rows)):
                assert what in shown
                assert "verdue" not in shown


def test_a_spreadsheet_is_read_in_another_year_and_its_days_say_theirs(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        desk.forwarded()
        lead = desk.lead.id or 0
    browser = enter(lead)
    (row,) = list(load_workbook(BytesIO(browser.client.get("/portal/waiting.xlsx").data)).active.values)[1:]  # type: ignore[union-attr]
    assert f"sent {NOW.date().isoformat()}" in row
    assert NOW.date().isoformat() not in browser.get("/portal/")


def test_nothing_is_overdue_while_a_request_for_more_time_waits(app: Flask, enter: Enter) -> None:
    def asked(chain: Chain) -> CaseTrack:
        track = chain.executing([1])
        extensions.ask_for_time(
            chain.session, track, level=1, why="系统改造尚需时间", actor=actor(chain.lead), now=chain.later(12)
        )
        return track

    it = case(app, asked)
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        sent = desk.forwarded()
        forwardings.ask_time(at, sent, why="资料较多", actor=desk.lead, now=NOW)
        for clock in at.scalars(select(Clock).where(Clock.key.in_(["K03", "K22"]))):
            clock.provisional = False
        leads = it.lead, desk.lead.id or 0
    with time_machine.travel(NOW + timedelta(days=100)):
        for lead in leads:
            browser = enter(lead)
            rows = list(load_workbook(BytesIO(browser.client.get("/portal/waiting.xlsx").data)).active.values)  # type: ignore[union-attr]
            for shown in (browser.get("/portal/"), str(rows)):
                assert "until that is decided, the end of the period has no effect" in shown
                assert "Overdue" not in shown


def test_what_became_of_a_request_about_a_measure_is_news_for_two_weeks(app: Flask, enter: Enter) -> None:
    def refused(chain: Chain) -> CaseTrack:
        track, at = chain.executing([1]), chain.later(12)
        said = {"level": 1, "why": "系统改造尚需时间", "now": at}
        extensions.ask_for_time(chain.session, track, **said, actor=actor(chain.lead))  # type: ignore[arg-type]
        extensions.refuse_time(chain.session, track, **said, actor=actor(chain.head), version=None)  # type: ignore[arg-type]
        return track

    it = case(app, refused)
    for days, told in ((13, True), (15, False)):
        with time_machine.travel(BEGUN + timedelta(days=12 + days)):
            assert ("Your request for more time is answered" in enter(it.lead).get("/portal/")) is told


def test_an_explanation_that_was_missed_stands_with_its_day_among_what_is_overdue(app: Flask, enter: Enter) -> None:
    def filed(chain: Chain) -> CaseTrack:
        track = chain.filed()
        chain.serve(track, "D11b")
        return track

    it, later = case(app, filed), NOW + timedelta(days=9)
    with app.app_context(), transaction() as at:
        clock = clocks.live(at, "K12", ("track", it.number))
        assert clock is not None
        due = clock.due_on
        assert due is not None
        assert due < later.date()
    with time_machine.travel(later):
        with app.app_context():
            list(clock_sweep.sweep(later))
        browser = enter(it.lead)
        home = browser.get("/portal/")
        assert "Explain at once: the period has ended" in home
        assert "Overdue" in home
        assert "No date yet" not in home
        sheet = load_workbook(BytesIO(browser.client.get("/portal/waiting.xlsx").data)).active
        days = [row[1] for row in list(sheet.values)[1:]]  # type: ignore[union-attr]
        assert due in [each.date() for each in days if isinstance(each, datetime)]
        for page in (browser.get(it.at()), browser.get(it.at("explanation"))):
            assert f"until {due.day} {due:%B %Y}, 24:00" in page


def _recorded(chain: Chain) -> CaseTrack:
    track = chain.executing([2])
    chain.recorded(track)
    return track


def _signed(chain: Chain) -> CaseTrack:
    track = _recorded(chain)
    chain.signed(track, chain.later(40))
    return track


@pytest.mark.parametrize(
    ("bring", "to_sign"), [(lambda chain: chain.executing([2]), False), (_recorded, True), (_signed, False)]
)
def test_of_an_interview_that_is_over_nothing_waits_but_pages_to_sign(
    app: Flask, enter: Enter, bring: Callable[[Chain], CaseTrack], to_sign: bool
) -> None:
    it = case(app, bring)
    with app.app_context(), transaction() as at:
        held = at.scalars(select(Interview.at)).one()
    with time_machine.travel(held + timedelta(days=1)):
        lead = enter(it.lead)
        home = lead.get("/portal/")
        assert ("Read and sign the record of the interview" in home) is to_sign
        for page in (home, lead.get(it.at())):
            assert "Confirm that you will come" not in page
            assert "Come to the interview" not in page
        assert "Overdue" not in home


def test_days_of_a_training_are_written_in_the_readers_language(app: Flask, enter: Enter) -> None:
    def ordered(chain: Chain) -> CaseTrack:
        track = chain.executing([1, 3])
        training = chain.session.scalars(select(Training)).one()
        training.first_on, training.dates = date(2026, 12, 15), "2026年12月15日至2026年12月16日"
        return track

    it = case(app, ordered)
    lead = enter(it.lead)
    assert "held: 15 December 2026" in lead.get("/portal/")
    page = lead.get(it.at())
    assert not re.search(r"Ordered</span>[^<]*<span[^>]*>ordered", page)


def test_the_inbox_asks_as_little_for_many_forwardings_as_for_one(app: Flask, enter: Enter) -> None:
    def asked(many: int) -> int:
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            for place in range(many):
                desk.forwarded(contact=f"1390000{many}00{place}")
            number = desk.lead.id or 0
        lead = enter(number)
        lead.get("/portal/")
        with counted(app) as said:
            shown = lead.get("/portal/")
        assert shown.count("Answer the forwarding") + shown.count("Open the letter") >= many
        return len(said)

    assert asked(1) == asked(4)


def test_lists_of_forwardings_and_cases_say_until_when_each_waits_for_the_company(app: Flask, enter: Enter) -> None:
    def decided(chain: Chain) -> CaseTrack:
        track = chain.decided([2])
        chain.serve(track, "D20", NOW - timedelta(hours=1))
        return track

    cases = enter(case(app, decided).lead).get("/portal/cases/")
    assert "You may ask for a review of the decision" in cases
    assert "working days left" in cases
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        desk.forwarded()
        (running,) = at.scalars(select(Clock).where(Clock.key == "K03", Clock.day0.is_not(None)))
        lead, due = desk.lead.id or 0, day(running.due_on, "short")
    browser = enter(lead)
    browser.client.set_cookie("lang", "zh")
    listed = browser.get("/portal/forwardings/")
    assert "答复转办事项" in listed
    assert f"<small>{due}</small>" in listed
    assert "答复转办事项" not in browser.get("/portal/forwardings/?state=ended")


def test_what_has_still_to_be_served_comes_before_what_was_served_unread_long_ago() -> None:
    def thing(ref: str, **given: Any) -> queries_waiting.Waiting:
        return queries_waiting.Waiting(_l("Open a notice"), ref, "notices_portal.show", 1, **given)

    old, older = thing("1", since=date(2026, 3, 1)), thing("2", since=date(2025, 3, 1))
    decision = thing("3", latest=Latest(date(2026, 12, 7)))
    (group,) = queries_waiting.grouped([older, old, decision], NOW.date())
    assert group.things == [decision, old, older]


def test_a_letter_that_counts_as_served_is_still_to_be_opened_in_the_inbox(
    app: Flask, enter: Enter, sent: Sent
) -> None:
    lead = opened(enter, sent)
    assert "Open the letter" not in lead.get("/portal/")
    with app.app_context(), transaction() as at:
        company = at.get_one(Account, sent.lead).party_id
        letter = at.scalars(select(Service).where(Service.party_id == company)).one()
        letter.served_how, letter.opened_at = "PORTAL", None
    assert "Open the letter and answer it" in lead.get("/portal/")
    assert "Open the notice" in lead.get(address(sent))


def test_a_company_reads_its_own_time_limit_and_letters_as_its_own(app: Flask, enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    for where in ("/portal/notices/", address(sent)):
        page = lead.get(where)
        assert "Your answer" in page, where
        assert "nswer of the respondent" not in page
    assert KINDS["D06a"].name("en") == "Notice of extension", "not to whom, on the pages of that one"
