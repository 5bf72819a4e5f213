"""Terms of a settlement between a person and several companies: who waits for whom stands on every page."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from casework import complaints, jobs, policies, rechecks, settlements
from core.db import transaction
from core.mail import Mail
from registry.models_notifications import Notification
from tests.builders import Desk, person_of
from tests.codes import opened
from tests.conftest import NOW
from tests.portal.house import Enter, enter, today

__all__ = ["enter", "today"]
WAITS = "Terms of a settlement wait for your agreement"
OTHERS = "It is settled only once every other company has agreed as well."
TERMS = "停止联系并致歉"


def test_terms_of_a_company_wait_for_the_others_and_whoever_agreed_is_told(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.forwarded(desk.lender, desk.firm).complaint
        first, second = complaint.forwardings
        desk.serve("forwarding", second.id, "D05b")
        settlements.propose(at, complaint, TERMS, warned=True, actor=desk.lead, now=NOW)
        own, numbers = person_of(complaint), (first.id, second.id)
        number, names = complaint.id, [each.party.name("en") for each in complaint.forwardings]
        lead, firm = desk.lead.id or 0, desk.firm_lead.id or 0
    person = app.test_client()
    person.set_cookie("lang", "en")
    with person.session_transaction() as cookie:
        cookie.update(opened(app, number))
    assert WAITS in enter(firm).get("/portal/"), "also where the person has not agreed yet"
    assert "1 other company has agreed to them." in enter(firm).get(f"/portal/forwardings/{numbers[1]}")
    assert OTHERS not in enter(lead).get(f"/portal/forwardings/{numbers[0]}"), "the person is waited for as well"
    page = person.get("/track/complaint").text
    assert f"Have agreed: {names[0]}. Not yet: {names[1]}." in page
    with app.app_context(), transaction() as at:
        found = at.get_one(complaints.Complaint, number)
        settlements.confirm(at, found, terms=TERMS, pressure=False, actor=own, now=NOW)
    assert OTHERS in enter(lead).get(f"/portal/forwardings/{numbers[0]}")
    with app.app_context(), transaction() as at:
        found, later = at.get_one(complaints.Complaint, number), NOW + timedelta(minutes=1)
        settlements.propose(at, found, f"{TERMS}。", warned=True, actor=desk.lead, now=later)
        settlements.refuse(at, found, terms=f"{TERMS}。", actor=own, now=later)
    assert WAITS not in enter(firm).get("/portal/"), "the person said no"
    assert "The complainant said no to these terms on" in enter(lead).get(f"/portal/forwardings/{numbers[0]}")


def test_terms_to_which_nobody_agrees_any_more_wait_for_nobody(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.disputed()
        settlements.propose(at, complaint, TERMS, actor=person_of(complaint), now=NOW)
        complaints.close(at, complaint, why="无违规", actor=desk.officer, now=NOW)
        rechecks.recheck(at, complaint, why="漏看材料", own_error=True, actor=desk.head, now=NOW)
        number, lead = complaint.id, desk.lead.id or 0
    person = app.test_client()
    with person.session_transaction() as cookie:
        cookie.update(opened(app, number))
    page = person.get("/track/complaint?lang=en").text
    assert TERMS in page
    assert "Terms of a settlement are proposed to you" not in page, "they were the person's own"
    assert WAITS not in enter(lead).get("/portal/")


def test_of_terms_that_were_refused_before_anybody_was_told_nobody_is_told(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.forwarded(desk.lender, desk.firm).complaint
        found = settlements.propose(at, complaint, TERMS, warned=True, actor=desk.lead, now=NOW)
        settlements.refuse(at, complaint, terms=TERMS, actor=person_of(complaint), now=NOW)
        number, waited = found.id, policies.waited_for(complaint, found)
    assert waited
    with app.app_context():
        jobs.tell_of_terms(number)
        with transaction() as at:
            asked = (select(each.id).where(each.key.startswith(f"terms:{number}:")) for each in (Notification, Mail))
            assert [at.scalars(each).all() for each in asked] == [[], []]
