"""A company's ledger: what counts on it, for whom, in which month; and who reads it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from casework import complaints, triage
from casework.intake import Company
from casework.models_cases import CaseTrack
from core import charts
from core.db import transaction
from proceedings import ledger_charts, queries_ledgers
from registry.models import Engagement, Party, PartyKind
from tests.builders import Desk, party, person_of
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing
from tests.signed_in import signed_in

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SINCE = date(2023, 12, 1)
BOTH = [Company("INSTITUTION", "NAME", "青屿消费金融有限公司"), Company("FIRM", "NAME", "海石催收服务有限公司")]


def _sums(session: Session, it: Party) -> dict[str, int]:
    """What is not nought, over thirty-six months."""
    session.flush()
    found = queries_ledgers.months(session, it.id, SINCE)
    return {what: counted.total() for what, counted in found.items() if counted.total()}


def _pairs(session: Session, it: Party) -> dict[int, dict[str, int]]:
    return {each.other.id: dict(each.whole) for each in queries_ledgers.pairs(session, it, date(2025, 12, 1), SINCE)}


def test_one_complaint_counts_on_the_ledgers_of_institution_and_firm(session: Session) -> None:
    desk = Desk(session, NOW)
    desk.accepted(companies=BOTH)
    assert _sums(session, desk.lender) == _sums(session, desk.firm) == {"COMPLAINT": 1}
    assert _pairs(session, desk.lender) == {desk.firm.id: {"COMPLAINT": 1}}
    assert _pairs(session, desk.firm) == {desk.lender.id: {"COMPLAINT": 1}}


def test_a_firm_has_a_row_for_every_principal_and_a_principal_for_every_firm(session: Session) -> None:
    desk = Desk(session, NOW)
    other = party(session, "远岸小额贷款有限公司")
    second = party(session, "岬角催收服务有限公司", PartyKind.FIRM)
    session.add(Engagement(institution_id=other.id, firm_id=desk.firm.id, from_on=date(2025, 1, 1)))
    session.add(Engagement(institution_id=desk.lender.id, firm_id=second.id, from_on=date(2025, 1, 1)))
    gone = Engagement(institution_id=desk.lender.id, firm_id=desk.outside.id, from_on=date(2020, 1, 1))
    gone.to_on = SINCE - timedelta(days=1)
    session.add(gone)
    desk.accepted(companies=BOTH)
    assert _pairs(session, desk.firm) == {desk.lender.id: {"COMPLAINT": 1}, other.id: {}}
    assert _pairs(session, desk.lender) == {desk.firm.id: {"COMPLAINT": 1}, second.id: {}}


@pytest.mark.parametrize(("minute", "month"), [(59, date(2026, 11, 1)), (60, date(2026, 12, 1))])
def test_a_month_begins_at_midnight_in_shanghai(session: Session, minute: int, month: date) -> None:
    desk = Desk(session, datetime(2026, 11, 30, 15, 0, tzinfo=UTC) + timedelta(minutes=minute))
    desk.received()
    session.flush()
    assert queries_ledgers.months(session, desk.lender.id, SINCE)["COMPLAINT"] == {month: 1}


def test_twelve_months_are_this_one_and_eleven_before_it() -> None:
    months = charts.months_until(date(2026, 1, 31), ledger_charts.WHOLE)
    assert (months[0], months[-12], months[-1]) == (date(2023, 2, 1), date(2025, 2, 1), date(2026, 1, 1))


def test_a_rejected_complaint_counts_on_no_ledger(session: Session) -> None:
    desk = Desk(session, NOW)
    made = desk.received()
    made.state, made.reason = "REJECTED", "OTHER"
    assert _sums(session, desk.lender) == {}


@pytest.mark.parametrize("withdrawn", [False, True])
def test_what_was_merged_counts_once_also_when_it_has_ended(session: Session, *, withdrawn: bool) -> None:
    desk = Desk(session, NOW)
    lead, follows = desk.received(), desk.received()
    triage.merge(session, follows, lead=lead, same_facts=True, actor=desk.intake, now=NOW)
    ends = follows if withdrawn else lead
    complaints.withdraw(session, ends, pressure=False, why="", actor=person_of(ends), now=NOW)
    assert follows.ended
    assert _sums(session, desk.lender) == {"COMPLAINT": 1}


def test_answers_count_in_time_late_or_not_at_all(session: Session) -> None:
    desk = Desk(session, NOW)
    first, second, third = (desk.forwarded() for _ in range(3))
    desk.answer(first)
    for each in (second, third):
        _overdue(session, each.id, each.party_id)
    desk.answer(second).answers[-1].timely = False
    desk.forwarded(contact="13900001234")
    assert _sums(session, desk.lender) == {"COMPLAINT": 4, "IN_TIME": 1, "LATE": 1, "NONE": 1}


def test_a_pair_tells_how_the_firm_answered_the_complaints_of_both(session: Session) -> None:
    desk = Desk(session, NOW)
    both = (desk.lender, desk.firm)
    for each in desk.accepted(*both, companies=BOTH).forwardings:
        desk.serve("forwarding", each.id, "D05b")
        desk.answer(each)
    late = desk.accepted(*both, companies=BOTH, contact="13900001234")
    for each in late.forwardings:
        _overdue(session, each.id, each.party_id)
    desk.answer(desk.forwarded(contact="13900005678"))  # the lender's alone
    told = {"COMPLAINT": 2, "IN_TIME": 1, "NONE": 1}
    assert (_pairs(session, desk.lender), _pairs(session, desk.firm)) == ({desk.firm.id: told}, {desk.lender.id: told})
    month = NOW.date().replace(day=1)
    behind = queries_ledgers.behind(session, desk.lender.id, ["NONE"], month, NOW.date(), desk.firm.id).lines
    assert [each.complaint for each in behind] == [late.ref]


def _overdue(session: Session, forwarding: int, of: int) -> None:
    entry = queries_ledgers.LedgerEntry(party_id=of, code="V-P01", forwarding_id=forwarding, on=START.date())
    session.add(entry)
    session.flush()


def test_what_is_pending_is_no_history(session: Session) -> None:
    chain = Chain(session, START)
    chain.decided([2])
    assert _sums(session, chain.lender) == {"COMPLAINT": 1}


def test_a_decision_in_force_counts_with_its_findings_and_measures(session: Session) -> None:
    chain = Chain(session, START)
    track = chain.effective([1, 2])
    assert _sums(session, chain.lender) == {"COMPLAINT": 1, "ESTABLISHED": 1, "MEASURE": 2}
    lines = queries_ledgers.behind(session, chain.lender.id, ["MEASURE"], SINCE, date(2026, 12, 1)).lines
    assert {(line.case_id, line.said) for line in lines} == {(track.case_id, "1"), (track.case_id, "2")}


def test_what_was_decided_about_a_firm_stays_with_its_principal_whoever_answers_for_it_since(session: Session) -> None:
    chain = Chain(session, START)
    track, heir = chain.effective([2]), party(session, "远岬催收服务有限公司", PartyKind.FIRM)
    track.engagement_id = track.case.tracks[1].engagement_id
    track.role, track.party_id = "COLLECTOR", heir.id  # decided against the firm, and passed on
    assert _pairs(session, chain.lender)[chain.firm.id] == {"COMPLAINT": 1, "ESTABLISHED": 1, "MEASURE": 1}


def test_a_long_list_behind_a_number_says_how_many_there_are(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(session, NOW)
    refs = [desk.received(contact=f"1391234{place:04d}").ref for place in range(3)]
    asked = desk.lender.id, ["COMPLAINT"], SINCE, NOW.date()
    for most, whole in ((4, 3), (3, 3), (2, 3)):
        monkeypatch.setattr(queries_ledgers, "MOST", most)
        found = queries_ledgers.behind(session, *asked)
        assert (found.whole, [each.complaint for each in found.lines]) == (whole, refs[::-1][:most])


def test_a_quashed_measure_leaves_the_ledger(session: Session) -> None:
    chain = Reviewing(session, START).fill_pool()
    review = chain.asked(chain.served_decision([1]))
    assert _sums(session, chain.lender) == {"COMPLAINT": 1, "ESTABLISHED": 1, "MEASURE": 1}
    chain.reviewed(review, *["QUASH"] * 5)
    assert _sums(session, chain.lender) == {"COMPLAINT": 1}


class House:
    """A decision in force, and people who look."""

    def __init__(self, app: Flask) -> None:
        """Bring it about."""
        self.app = app
        with app.app_context(), transaction() as at:
            chain = Chain(at, NOW - timedelta(days=30))
            track: CaseTrack = chain.effective([2])
            self.case, self.party, self.firm = track.case_id, chain.lender.id, chain.firm.id
            self.complaint = track.case.complaints[0].ref
            self.people = {"officer": chain.officer.id, "reviewer": chain.reviewer.id, "panel": chain.panel[0].id}
            self.people |= {"publisher": chain.publisher.id, "lead": chain.lead.id}

    def enter(self, who: str, lang: str = "en") -> FlaskClient:
        return signed_in(self.app, self.people[who], lang=lang)


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    return House(app)


def test_each_number_leads_to_what_stands_behind_it(house: House) -> None:
    with time_machine.travel(NOW):
        officer = house.enter("officer")
        page = officer.get(f"/staff/parties/{house.party}").text
        assert "Complaints in the queue that name it or were forwarded to it" in page, "another list than the number's"
        assert f"/staff/parties/{house.party}/measure?months=12" in page
        assert page.count("<svg") >= len(queries_ledgers.ANSWERS)
        for unit in ("Complaints", "Breaches", "Measures", "Answers"):
            assert re.search(rf'<text class="chart-text" [^>]*>{unit} a month</text>', page), "what its scale counts"
        measures = officer.get(f"/staff/parties/{house.party}/measure?months=12").text
        assert f"/staff/cases/{house.case}" in measures
        assert "Warning interview" in measures
        made = officer.get(f"/staff/parties/{house.party}/complaint?months=36").text
        assert f"/staff/complaints/{house.complaint}" in made
        shared = officer.get(f"/staff/parties/{house.party}/complaint?months=36&with={house.firm}").text
        assert house.complaint in shared  # the case found the firm, whom the complaint did not know
        assert officer.get(f"/staff/parties/{house.party}/nothing").status_code == 404
        assert officer.get("/staff/parties/999999").status_code == 404


def test_pages_that_name_a_company_lead_to_its_ledger(house: House) -> None:
    with time_machine.travel(NOW):
        officer = house.enter("officer")
        for page in (f"/staff/cases/{house.case}", f"/staff/complaints/{house.complaint}"):
            assert f'href="/staff/parties/{house.party}"' in officer.get(page).text, page
        found = officer.get("/staff/search?q=青屿消费金融有限公司")
        assert f'href="/staff/parties/{house.party}"' in found.text


@pytest.mark.parametrize("who", ["panel", "publisher", "lead"])
def test_nobody_reads_a_ledger_who_reads_no_complaints(house: House, who: str) -> None:
    with time_machine.travel(NOW):
        other = house.enter(who)
        for url in (f"/staff/parties/{house.party}", f"/staff/parties/{house.party}/complaint"):
            answer = other.get(url)
            assert answer.status_code in {403, 404}
            assert house.complaint not in answer.text
