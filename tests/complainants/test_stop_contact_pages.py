"""Stop-contact requests through the pages: of the person, of staff, of the company."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from casework import complaints, stop_contacts
from casework import intake as coming_in
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.models_stop_contacts import StopContact
from core.actors import SYSTEM
from core.db import Reader, read_as, transaction
from core.db import session as current
from desk.deeds_stop_contacts import DEEDS
from notices import queries as papers_sent
from registry import clock_sweep, clocks, successions
from registry.models import Party
from tests.builders import FACTS, MAIL, NAME, PHONE, Desk, account, person_of, rendered, submission
from tests.casework.test_stop_contacts import NUMBER, desk, relayed, requested
from tests.codes import opened
from tests.complainants.test_public_form import STEPS
from tests.conftest import NOW
from tests.signed_in import signed_in

__all__ = ["desk"]


def test_a_company_reads_the_number_and_never_of_which_complaint_it_is(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            it, waiting = relayed(desk), requested(desk, contact=MAIL)
            number, lender, firm, hidden = it.id, desk.lender.id, desk.firm.id, waiting.id
        read_as(current(), Reader("zilu_party", (("zilu.party", str(lender)),)))
        assert current().scalars(select(StopContact.id)).all() == [number]
        assert hidden not in current().scalars(select(StopContact.id)).all()
        with pytest.raises(ProgrammingError):
            current().execute(text("SELECT complaint_id FROM stop_contact"))
        current().rollback()
        read_as(current(), Reader("zilu_party", (("zilu.party", str(firm)),)))
        assert current().scalars(select(StopContact.id)).all() == []


# Through the web


Enter = Callable[[int], FlaskClient]


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Sign somebody in."""
    return partial(signed_in, app)


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """The pages happen on 25 November 2026, and later where a test travels."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


def state(app: Flask) -> tuple[int, str]:
    with app.app_context(), transaction() as at:
        it = at.scalars(select(StopContact)).one()
        return it.id, it.state


@pytest.mark.usefixtures("today")
def test_a_number_that_is_due_to_be_passed_on_stands_among_the_next_actions_until_it_is(
    app: Flask, enter: Enter
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.accepted(role="UNRELATED")
        it = stop_contacts.request(at, complaint, number=NUMBER, own=True, actor=person_of(complaint), now=NOW)[0]
        ref, number, intake = complaint.ref, it.id, desk.intake.id
    offered = f'href="/staff/stop-contacts/{number}/do/relay">Pass 139****5678 on to '
    assert offered in enter(intake).get(f"/staff/complaints/{ref}").text
    with app.app_context(), transaction() as at:
        stop_contacts.relay(at, at.get_one(StopContact, number), actor=Desk(at, NOW).intake, now=NOW)
    assert offered not in enter(intake).get(f"/staff/complaints/{ref}").text


def test_a_person_asks_staff_pass_it_on_the_company_confirms_and_a_later_call_is_reported(
    app: Flask, enter: Enter, today: Any
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = coming_in.submit(at, submission(role="UNRELATED"), key="w", actor=SYSTEM, now=NOW)
        ref, intake, lead, stranger = complaint.ref, desk.intake.id, desk.lead.id, desk.firm_lead.id
    person = app.test_client()
    assert person.post("/track/", data={"code": code}).status_code == 303
    assert person.post("/track/stop-contact", data={"t-number": NUMBER, "t-key": "k1"}).status_code == 422
    asked = {"t-number": NUMBER, "t-own": "y", "t-key": "k2"}
    assert person.post("/track/stop-contact", data=asked).status_code == 303
    number, now = state(app)
    assert now == "REQUESTED"
    staff = enter(intake)
    page = staff.get(f"/staff/complaints/{ref}").text
    assert "139****5678" in page
    assert NUMBER not in page
    assert f'<a href="#stop-contact-{number}">A number shall not be contacted' in page, "the task leads to its place"
    assert staff.get(f"/staff/stop-contacts/{number}/do/relay").status_code == 200
    with app.app_context(), transaction() as at:
        lender = at.get_one(Party, at.get_one(StopContact, number).party_id).name_zh
    assert f" · {lender}</span>" in person.get("/track/complaint").text.partition('class="clocks"')[2], (
        "whose limit it is"
    )
    relay = {"party": f"={lender}=", "key": "k3"}
    assert staff.post(f"/staff/stop-contacts/{number}/do/relay", data=relay).status_code == 303
    with app.app_context(), transaction() as at:
        letter = papers_sent.last_document(at, ["D33"], "stop_contact", number)
        rendered(at, letter, NOW)
    assert enter(stranger).get(f"/portal/stop-contacts/{number}").status_code == 404
    company = enter(lead)
    assert NUMBER in company.get("/portal/stop-contacts/").text
    shown = company.get(f"/portal/stop-contacts/{number}").text
    assert not [each for each in (NAME, PHONE, ref) if each in shown]
    assert company.post(f"/portal/stop-contacts/{number}", data={"done": "y", "key": "k4"}).status_code == 303
    assert state(app) == (number, "CONFIRMED")
    today.move_to(NOW + timedelta(days=2))
    person.post("/track/", data={"code": code})
    call = {"b-which": str(number), "b-at": "2026-11-26 14:05", "b-kind": "CALL_INTERACTIVE", "b-key": "k5"}
    assert person.post("/track/contacted", data={**call, "b-at": "2026-11-25 01:00"}).status_code == 422
    assert person.post("/track/contacted", data=call).status_code == 303
    assert state(app) == (number, "BREACHED")
    with app.app_context(), transaction() as at:
        assert at.scalars(select(CaseTrack.lead_code)).all() == ["V-C03", "V-C03"]


def test_until_when_a_number_is_left_alone_stands_there_also_when_the_complaint_is_over(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        complaint = requested(Desk(at, NOW)).complaint
        complaints.withdraw(at, complaint, pressure=False, actor=person_of(complaint), now=NOW)
        number = complaint.id
    person = app.test_client()
    with person.session_transaction() as cookie:
        cookie.update(opened(app, number))
    assert 'class="clocks"' in person.get("/track/complaint").text


def test_a_deed_opens_its_form_only_to_whoever_may_do_it_and_while_it_can_be_done(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        new, sent = requested(desk), relayed(desk, contact=MAIL)
        asked, passed, ref = new.id, sent.id, new.complaint.ref
        speaks, checks = desk.intake.id, account(at, "审核员", "reviewer").id
    intake, reviewer = enter(speaks), enter(checks)

    def opens(who: FlaskClient, number: int) -> list[str]:
        found = {event: who.get(f"/staff/stop-contacts/{number}/do/{event}").status_code for event in DEEDS}
        return [event for event, status in found.items() if status == 200]

    assert opens(intake, asked) == ["relay", "decline", "take_back"]
    assert opens(intake, passed) == ["breach"]
    assert not opens(reviewer, asked)
    assert "Your role does not allow this." in reviewer.get(f"/staff/complaints/{ref}").text


def test_a_confirmation_that_is_overdue_says_the_day_that_was_missed_in_the_inbox_and_on_its_page(
    app: Flask, enter: Enter, today: Any
) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            it = relayed(desk)
            number, lead, complaint = it.id, desk.lead.id, it.complaint_id
        person = app.test_client()
        person.set_cookie("lang", "en")
        with person.session_transaction() as cookie:
            cookie.update(opened(app, complaint))
        assert "The company has 3 working days from the arrival of our letter" in person.get("/track/complaint").text
        assert "K09" in [each.key for each in clock_sweep.sweep(NOW + timedelta(days=20))]
    today.move_to(NOW + timedelta(days=20, hours=1))
    assert state(app) == (number, "UNCONFIRMED")
    company = enter(lead)
    inbox = company.get("/portal/").text
    assert inbox.index("Overdue") < inbox.index("30 Nov") < inbox.index("Stop contacting a number, and confirm it")
    assert "No date yet" not in inbox
    assert "Your confirmation was due on 30 November 2026." in company.get(f"/portal/stop-contacts/{number}").text
    with person.session_transaction() as cookie:
        cookie.update(opened(app, complaint))
    assert "asks the company why it has not confirmed" in person.get("/track/complaint").text


def test_where_the_company_is_gone_the_person_reads_it_and_staff_can_end_the_request(
    app: Flask, enter: Enter, today: Any
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = relayed(desk, served=False)
        said: dict[str, Any] = {"evidence": "准予注销登记通知书", "actor": desk.head, "version": None, "now": NOW}
        successions.cease(at, desk.lender, on=NOW.date(), **said)
        number, complaint, ref, clerk = it.id, it.complaint_id, it.complaint.ref, desk.intake.id
    person = app.test_client()
    with person.session_transaction() as cookie:
        cookie.update(opened(app, complaint))
    person.set_cookie("lang", "en")
    assert "This company has ceased to exist" in person.get("/track/complaint").text
    staff, deed = enter(clerk), f"/staff/stop-contacts/{number}/do/give_up"
    assert deed in staff.get(f"/staff/complaints/{ref}").text
    version = re.search(r'name="version"[^>]*value="([^"]+)"', staff.get(deed).text)
    given = {"key": "g" * 32, "version": version[1] if version else ""}
    assert staff.post(deed, data=given).status_code == 422, "the person is told why"
    assert staff.post(deed, data={**given, "why": "该公司已注销，无承继单位。"}).status_code == 303
    assert state(app) == (number, "DECLINED")
    assert "该公司已注销，无承继单位。" in person.get("/track/complaint").text


def test_it_is_asked_with_the_complaint_by_whoever_is_not_the_debtor(app: Flask, client: FlaskClient) -> None:
    steps: dict[str, dict[str, Any]] = {
        "who": {"role": "WRONG_NUMBER"},
        "company": {"how": "NAME", "value": "青屿消费金融有限公司"},
        "conduct": {"codes": ["V-C04"], "conduct_from": "2026-01-03", "conduct_to": "2026-01-05", "facts": FACTS},
        "evidence": {},
    }
    for step, answers in steps.items():
        assert client.post(f"/complain/{step}", data=answers).status_code == 303, step
    refused = client.post("/complain/contact", data={"stop_number": NUMBER, "consent": "y"})
    assert (refused.status_code, "您的号码只转告有关机构及催收机构" in refused.text) == (422, True)
    given = {"stop_number": NUMBER, "stop_own": "y", "consent": "y"}
    assert client.post("/complain/contact", data=given).status_code == 303
    client.post("/complain/who", data={"role": "DEBTOR"})
    assert "要求停止联系的号码" not in client.get("/complain/send").text
    client.post("/complain/who", data={"role": "WRONG_NUMBER"})
    last_look = client.get("/complain/send").text
    assert "要求停止联系的号码" in last_look
    found = re.search(r'name="key"[^>]*value="([^"]+)"', last_look)
    assert found is not None
    assert client.post("/complain/send", data={"key": found[1]}).status_code == 200
    assert state(app)[1] == "REQUESTED"
    client.post("/complain/who", data={"role": "DEBTOR"})
    assert "stop_number" not in client.get("/complain/contact").text
    other = app.test_client()
    for step, answers in [*(steps | {"contact": given}).items(), ("who", {"role": "DEBTOR"})]:
        assert other.post(f"/complain/{step}", data=answers).status_code == 303, step
    found = re.search(r'name="key"[^>]*value="([^"]+)"', other.get("/complain/send").text)
    assert found is not None
    assert other.post("/complain/send", data={"key": found[1]}).status_code == 200, "what was asked before is left out"
    assert state(app)[1] == "REQUESTED", "that of the first"


def test_the_last_look_says_that_the_company_is_told_the_number_and_where_that_is_the_contact(
    client: FlaskClient,
) -> None:
    client.set_cookie("lang", "en")
    for step, answers in (STEPS | {"who": {"role": "WRONG_NUMBER"}}).items():
        assert client.post(f"/complain/{step}", data=answers).status_code == 303, step

    def will_see(role: str = "WRONG_NUMBER", **given: str) -> str:
        client.post("/complain/who", data={"role": role})
        client.post("/complain/contact", data={"name": NAME, "consent": "y", "stop_own": "y", **given})
        return client.get("/complain/send").text.partition('id="preview"')[2].partition("</section>")[0]

    learns = "This number is also the contact that you left"
    assert "Number not to contact" not in will_see()
    other = will_see(stop_number=NUMBER, contact=MAIL)
    assert NUMBER in other.partition("Number not to contact any more")[2]
    assert learns not in other
    same = will_see(stop_number=NUMBER, contact=f"+86 {NUMBER}")
    assert learns in same
    assert learns not in will_see(stop_number=NUMBER, contact=NUMBER, share_identity="y"), "told on purpose"
    assert NUMBER not in will_see("DEBTOR", contact=NUMBER)


def test_intake_enters_it_with_a_complaint_by_telephone(app: Flask, enter: Enter, today: Any) -> None:
    with app.app_context(), transaction() as at:
        intake = Desk(at, NOW).intake.id
    said = {
        "channel": "PHONE", "lang": "zh", "role": "UNRELATED", "how": "NAME", "value": "青屿消费金融有限公司",
        "conduct_from": "2026-11-03", "conduct_to": "2026-11-20", "facts": FACTS, "consent": "y",
        "stop_number": NUMBER, "stop_own": "y", "key": "phone",
    }  # fmt: skip
    answer = enter(intake).post("/staff/complaints/new", data=said)
    assert answer.status_code == 200, answer.text[-3000:]
    assert state(app)[1] == "REQUESTED"


def test_a_person_takes_a_request_back_before_it_is_passed_on_and_may_ask_again(
    app: Flask, enter: Enter, today: Any
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        mine, code = coming_in.submit(at, submission(role="UNRELATED"), key="w", actor=SYSTEM, now=NOW)
        _other, strange = coming_in.submit(at, submission(role="UNRELATED"), key="v", actor=SYSTEM, now=NOW)
        ref, intake = mine.ref, desk.intake.id
    person, stranger = app.test_client(), app.test_client()
    for each, own in ((person, code), (stranger, strange)):
        each.post("/track/", data={"code": own})
        each.set_cookie("lang", "en")
    person.post("/track/stop-contact", data={"t-number": NUMBER, "t-own": "y", "t-key": "k1"})
    number, _now = state(app)
    back = f"/track/stop-contact/{number}/back"
    assert back in person.get("/track/complaint").text
    assert stranger.post(back, data={"key": "k2"}).status_code == 404
    assert f"/staff/stop-contacts/{number}/do/take_back" in enter(intake).get(f"/staff/complaints/{ref}").text
    assert person.post(back, data={"key": "k3"}).status_code == 303
    assert state(app) == (number, "DECLINED")
    with app.app_context(), transaction() as at:
        assert clocks.live(at, "K08", ("stop_contact", number)) is None
        assert at.scalars(select(Task).where(Task.kind == "stop_contact", Task.done_at.is_(None))).all() == []
    with app.app_context(), transaction() as at:
        at.get_one(StopContact, number).party_id = None
    page = person.get("/track/complaint").text
    assert "You took this request back: your number was given to nobody." in page
    assert "本人已撤回该请求。" not in page, "which is for staff"
    assert "finds out which company it is" not in page, "nobody looks for it any more"
    assert back not in page
    again = {"t-number": NUMBER, "t-own": "y", "t-key": "k4"}
    assert person.post("/track/stop-contact", data=again).status_code == 303
    with app.app_context(), transaction() as at:
        assert sorted(at.scalars(select(StopContact.state))) == ["DECLINED", "REQUESTED"]


def test_the_company_of_a_number_is_named_in_the_language_of_the_page(app: Flask, today: Any) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        desk.lender.name_en = "Qingyu Finance"
        _mine, code = coming_in.submit(at, submission(role="UNRELATED"), key="w", actor=SYSTEM, now=NOW)
    person = app.test_client()
    person.post("/track/", data={"code": code})
    person.post("/track/stop-contact", data={"t-number": NUMBER, "t-own": "y", "t-key": "k1"})
    for lang, named in (("zh", False), ("en", True)):
        page = person.get(f"/track/complaint?lang={lang}").text
        assert ("Qingyu Finance" in page.partition('id="stop-contact"')[2].partition("</section>")[0]) is named


def test_a_contact_is_reported_from_the_day_after_the_letter_reached_the_company_and_the_page_says_which(
    app: Flask, today: Any
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = relayed(desk, served=False)
        number, complaint = it.id, it.complaint_id
    person = app.test_client()
    person.set_cookie("lang", "en")

    def page(days: int) -> str:
        today.move_to(NOW + timedelta(days=days))
        with person.session_transaction() as cookie:
            cookie.update(opened(app, complaint))
        return person.get("/track/complaint").text

    offered, reached = "They still contacted me", "Our letter reached the company on 26 November 2026."
    assert "Our letter has not reached the company yet." in (early := page(1))
    assert offered not in early
    with app.app_context(), transaction() as at:
        Desk(at, NOW).serve("stop_contact", number, "D33", NOW + timedelta(days=1))
    assert reached in (same_day := page(1))
    assert offered not in same_day, "no contact of this day counts"
    assert offered in (next_day := page(2))
    assert reached in next_day
    call = {"b-which": str(number), "b-kind": "SMS"}
    nothing = person.post("/track/contacted", data={"b-at": "2026-11-27 08:00"}).text
    assert "Choose the company that you asked to stop." in nothing
    assert "Say how the number was contacted." in nothing
    for said, why in {
        "2026-11-26 23:00": "The letter reached the company on 26 November 2026: only contacts after that day count.",
        "2026-12-24 10:00": "This time lies in the future.",
    }.items():
        assert why in person.post("/track/contacted", data={**call, "b-at": said}).text
    assert person.post("/track/contacted", data={**call, "b-at": "2026-11-27 08:00"}).status_code == 303
