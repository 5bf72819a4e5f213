"""Terms of a settlement: proposed, agreed to and refused by each side, and entered by staff for the person."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from casework import intake, jobs, rechecks, settlements, triage
from casework.models import Complaint, Settlement
from casework.settlements import Said
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.journal import JournalEntry, settle
from core.mail import Mail
from registry.models_accounts import Account
from registry.models_notifications import Notification
from tests.builders import MAIL, Desk, account, actor_of, person_of, submission
from tests.complainants.test_people_in_trouble import desk, today, tracked
from tests.complainants.test_tracking_page import part
from tests.conftest import NOW
from tests.signed_in import signed_in

__all__ = ["desk", "today"]

CALLED = Said(day_of(NOW), "TELEPHONE")


def test_staff_note_what_the_person_agrees_to_and_never_agree_for_a_company(desk: Desk) -> None:
    complaint = desk.accepted()
    settlements.propose(desk.session, complaint, "停止联系", actor=desk.lead, now=desk.now)
    found = desk.session.scalars(select(Settlement)).one()
    settlements.propose(desk.session, complaint, "停止联系并致歉", said=CALLED, actor=desk.intake, now=desk.now)
    assert (found.confirmed, found.complainant_at) == ({}, desk.now)
    said = {"terms": "停止联系并致歉", "now": desk.now}
    assert not settlements.confirm(desk.session, complaint, **said, pressure=False, said=CALLED, actor=desk.intake)
    assert complaint.state == "FORWARDED"
    with pytest.raises(NotAllowed):
        settlements.confirm(desk.session, complaint, **said, actor=Actor(1, frozenset({"reviewer"})))
    assert settlements.confirm(desk.session, complaint, **said, actor=desk.lead)
    assert (complaint.state, complaint.outcome) == ("CLOSED", "SETTLED")
    settle(desk.session)
    noted = desk.session.scalars(select(JournalEntry.actor).where(JournalEntry.row == "settlement.proposed"))
    assert f"account:{desk.intake.id}" in noted.all()


def test_staff_enter_a_no_that_was_told_them_with_its_day_and_way_and_it_is_the_persons(desk: Desk) -> None:
    complaint = desk.accepted()
    settlements.propose(desk.session, complaint, "停止联系", warned=True, actor=desk.lead, now=desk.now)
    found = desk.session.scalars(select(Settlement)).one()
    later, before = desk.now + timedelta(days=2), day_of(desk.now) - timedelta(days=1)
    told = {"read": found.turn, "now": later}
    never = (None, Said(before, "TELEPHONE"), Said(day_of(later) + timedelta(days=1), "WRITING"), Said(before, "FAX"))
    for said in never:
        with pytest.raises(BadInput):
            settlements.refuse(desk.session, complaint, **told, said=said, actor=desk.intake)
    for nobody in (desk.lead, Actor(1, frozenset({"reviewer"}))):
        with pytest.raises(NotAllowed):
            settlements.refuse(desk.session, complaint, **told, said=CALLED, actor=nobody)
    with pytest.raises(Changed):
        settlements.refuse(desk.session, complaint, **(told | {"read": 0}), said=CALLED, actor=desk.intake)
    settlements.refuse(desk.session, complaint, **told, said=CALLED, actor=desk.intake)
    assert (found.refused_at, found.said_on, found.said_how) == (later, day_of(desk.now), "TELEPHONE")
    events = desk.session.scalars(select(Notification.event).where(Notification.key.startswith("terms_refused")))
    assert set(events) == {"answered"}, "the company that agreed hears of it as of the person's own no"
    settle(desk.session)
    noted = select(JournalEntry.actor, JournalEntry.changes).where(JournalEntry.row == "settlement.refused")
    [(who, changes)] = desk.session.execute(noted)
    assert who == f"account:{desk.intake.id}"
    assert changes == {"said_on": f"{day_of(desk.now)}", "said_how": "TELEPHONE"}
    own = person_of(complaint)
    assert settlements.confirm(desk.session, complaint, terms="停止联系", pressure=False, actor=own, now=later)
    assert (found.refused_at, found.said_on, found.said_how) == (None, None, None)
    with pytest.raises(NotNow):
        settlements.refuse(desk.session, complaint, **told, said=CALLED, actor=desk.intake)


def test_a_no_on_the_telephone_is_entered_beside_the_terms_and_read_by_everybody_as_said(
    app: Flask, today: None
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        to = {"respondents": [desk.lender.id], "masked_facts": "每天致电"}
        triage.accept(at, complaint, **to, actor=desk.intake, now=NOW)
        officer, ref, number, lead = desk.officer.id, complaint.ref, complaint.id, desk.lead
    staff, path = signed_in(app, officer, now=NOW), f"/staff/complaints/{ref}/note/terms-refused"
    title = "Note that the person says no to the terms"
    assert title not in staff.get(f"/staff/complaints/{ref}").text, "there are none"
    with app.app_context(), transaction() as at:
        settlements.propose(at, at.get_one(Complaint, number), "停止联系", actor=lead, now=NOW)
    assert title in staff.get(f"/staff/complaints/{ref}").text
    form = staff.get(path).text
    assert "停止联系" in form, "nobody enters an answer to terms that do not stand beside"
    read = re.search(r'name="read"[^>]*value="([^"]+)"', form)
    assert read is not None
    said = {"read": read[1], "said_on": f"{NOW:%Y-%m-%d}", "said_how": "TELEPHONE"}
    assert staff.post(path, data=said | {"said_on": "", "key": "n1"}).status_code == 422
    assert staff.post(path, data=said | {"said_on": "2026-11-01", "key": "n2"}).status_code == 422
    assert staff.post(path, data=said | {"read": "1", "key": "n3"}).status_code == 409
    assert staff.post(path, data=said | {"key": "n4"}).status_code == 303
    page = staff.get(f"/staff/complaints/{ref}").text
    assert "entered for the complainant: said no to the terms of a settlement" in page
    assert page.count("By telephone, said on") == 2, "beside the terms and in the history"
    assert title not in page
    person = tracked(app, code).get("/track/complaint").text
    assert "that you say no to these terms. You may still agree to them." in person


def test_new_terms_ask_anew_about_pressure(desk: Desk) -> None:
    complaint = desk.accepted()
    own = person_of(complaint)
    settlements.propose(desk.session, complaint, "甲", actor=own, now=desk.now)
    settlements.confirm(desk.session, complaint, terms="甲", pressure=False, actor=own, now=desk.now)
    settlements.propose(desk.session, complaint, "乙", actor=desk.lead, now=desk.now)
    assert complaint.pressure is None
    with pytest.raises(BadInput):
        settlements.confirm(desk.session, complaint, terms="乙", actor=own, now=desk.now)


def test_who_was_pressed_to_agree_reads_what_comes_of_it_and_new_terms_leave_it_said(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        to = {"respondents": [desk.lender.id], "masked_facts": "每天致电"}
        triage.accept(at, complaint, **to, actor=desk.intake, now=NOW)
        number, ref, lead, officer = complaint.id, complaint.ref, desk.lead, desk.officer.id
    person, sent = tracked(app, code), {"s-terms": "停止联系本人", "s-read": "0", "s-pressure": "yes", "s-key": "p1"}
    said = unescape(person.post("/track/settle", data=sent, follow_redirects=True).text)
    assert "You said that somebody pressed you: an officer looks at that as something urgent." in said
    with app.app_context(), transaction() as at:
        settlements.propose(at, at.get_one(Complaint, number), "停止联系并致歉", warned=True, actor=lead, now=NOW)
        assert at.get_one(Complaint, number).pressure is None, "new terms ask anew"
    still = f"On {day_of(NOW):%-d %B %Y} you said that somebody pressed you."
    assert still in unescape(person.get("/track/complaint").text)
    staff = signed_in(app, officer, now=NOW)
    assert "yes, somebody pressed" in part(staff.get(f"/staff/complaints/{ref}").text, "details")
    person.post("/track/withdraw", data={"w-pressure": "no", "w-key": "p2"})
    page = part(unescape(person.get("/track/complaint").text), "state")
    assert still in page, "and neither does a later no unsay it"


def test_with_two_companies_nobody_reads_of_two_sides(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        to = {"respondents": [desk.lender.id, desk.firm.id], "masked_facts": "每天致电"}
        triage.accept(at, complaint, **to, actor=desk.intake, now=NOW)
        number, leads = complaint.id, (desk.lead, desk.firm_lead)
    person, sent = tracked(app, code), {"s-terms": "停止联系本人", "s-read": "0", "s-pressure": "no", "s-key": "p1"}
    said = person.post("/track/settle", data=sent, follow_redirects=True).text
    assert "once every company that reads these terms has agreed" in said
    assert "other side" not in said
    with app.app_context(), transaction() as at:
        it, yes = at.get_one(Complaint, number), {"terms": "停止联系本人", "now": NOW}
        done = [settlements.confirm(at, it, actor=each, **yes) for each in leads]
    assert done == [False, True], "each of them has to agree"


def test_whoever_has_not_agreed_is_told_in_neutral_words(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            complaint = desk.accepted(contact=MAIL)
            settlements.propose(at, complaint, "停止联系", actor=desk.lead, now=NOW)
            number, ref = at.scalars(select(Settlement.id)).one(), complaint.ref
        jobs.tell_of_terms(number)
        jobs.tell_of_terms(number)
        with transaction() as at:
            [mail] = at.scalars(select(Mail).where(Mail.key.startswith("terms:")))
            assert mail.to == MAIL
            assert "停止联系" not in mail.body
            assert ref not in mail.body


def test_terms_of_two_lines_are_agreed_to_also_from_a_page_that_refused_something_else(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        to = {"respondents": [desk.lender.id], "masked_facts": "每天致电"}
        triage.accept(at, complaint, **to, actor=desk.intake, now=NOW)
        settlements.propose(at, complaint, "停止联系\n书面致歉", actor=desk.lead, now=NOW)
        number, lead = complaint.id, desk.lead
    person = tracked(app, code)

    def terms(page: str) -> str:
        found = re.search(r'name="g-terms"[^>]*value="([^"]*)"', page)
        assert found is not None
        return unescape(found[1]).replace("\n", "\r\n")  # as browsers send it

    refused = person.post("/track/message", data={"m-body": "", "m-key": "m"})
    assert refused.status_code == 422
    assert "The company reads this as you write it" in refused.text
    read = terms(refused.text)
    with app.app_context(), transaction() as at:
        later = NOW + timedelta(minutes=1)
        settlements.propose(at, at.get_one(Complaint, number), "停止联系\n致歉", actor=lead, now=later)
    late = person.post("/track/agree", data={"g-terms": read, "g-pressure": "no", "g-key": "k1"})
    assert late.status_code == 409
    beside = re.search(r'name="s-read"[^>]*value="([^"]*)"', refused.text)
    own = {"s-terms": "停止联系并赔偿", "s-pressure": "no", "s-read": beside and beside[1], "s-key": "k3"}
    over = person.post("/track/settle", data=own)
    assert over.status_code == 409, "the company's newer terms are read before others are put in their place"
    assert "yours stand below" in over.text
    agreed = {"g-terms": terms(late.text), "g-pressure": "no", "g-key": "k2"}
    assert person.post("/track/agree", data=agreed).status_code == 303
    with app.app_context(), transaction() as at:
        assert at.get_one(Complaint, number).outcome == "SETTLED"


def test_a_form_that_comes_back_with_other_terms_says_so(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        to = {"respondents": [desk.lender.id], "masked_facts": "每天致电"}
        triage.accept(at, complaint, **to, actor=desk.intake, now=NOW)
        turn = settlements.propose(at, complaint, "停止联系", actor=desk.lead, now=NOW).turn
        settlements.propose(at, complaint, "致歉", actor=desk.lead, now=NOW + timedelta(minutes=1))
    person = tracked(app, code)
    unanswered = person.post("/track/agree", data={"g-terms": "停止联系", "g-key": "a"})
    assert (unanswered.status_code, "The terms were changed in the meantime." in unanswered.text) == (422, True)
    own = {"s-terms": "赔偿道歉并停止", "s-read": f"{turn}", "s-key": "b"}
    assert "Other terms were proposed since you opened" in person.post("/track/settle", data=own).text
    same = person.post("/track/agree", data={"g-terms": "致歉", "g-key": "c"})
    assert "changed in the meantime" not in same.text


def test_a_proposal_answered_with_another_can_still_be_read_and_made_anew(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        to = {"respondents": [desk.lender.id], "masked_facts": "每天致电"}
        triage.accept(at, complaint, **to, actor=desk.intake, now=NOW)
        settlements.propose(at, complaint, "停止联系\n致歉", actor=desk.lead, now=NOW)
    person = tracked(app, code)
    page = person.get("/track/complaint").text
    assert "What do you propose instead?" in page
    beside = re.search(r'name="s-read"[^>]*value="([^"]*)"', page)
    own = {"s-terms": "停止联系并赔偿", "s-pressure": "no", "s-read": beside and beside[1], "s-key": "k"}
    assert person.post("/track/settle", data=own).status_code == 303
    assert "停止联系\n致歉" in part(person.get("/track/complaint").text, "settle")
    typed = re.search(r'<textarea[^>]*name="s-terms"[^>]*>([^<]*)', person.get("/track/complaint?again=1").text)
    assert typed is not None
    assert typed[1].strip() == "停止联系\n致歉"


def test_staff_note_terms_and_pressure_for_somebody_on_the_telephone(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.accepted()
        officer, reviewer = desk.officer.id, account(at, "审理", "reviewer").id
        ref, number = complaint.ref, complaint.id
    page = signed_in(app, officer, now=NOW)
    assert "Note terms that the person agrees to" in page.get(f"/staff/complaints/{ref}").text
    told = {"said_on": f"{NOW:%Y-%m-%d}", "said_how": "TELEPHONE"}
    said = {"terms": "停止联系", "pressure": "no", "key": "a", **told}
    assert page.post(f"/staff/complaints/{ref}/note/settlement", data=said).status_code == 303
    over = said | {"terms": "停止联系并致歉", "read": "0", "key": "c"}
    assert page.post(f"/staff/complaints/{ref}/note/settlement", data=over).status_code == 409, "others came meanwhile"
    assert page.post(f"/staff/complaints/{ref}/note/worse", data={"said": "又来电", "key": "b"}).status_code == 303
    assert signed_in(app, reviewer, now=NOW).get(f"/staff/complaints/{ref}/note/worse").status_code == 404
    with app.app_context(), transaction() as at:
        assert at.scalars(select(Settlement.terms)).one() == "停止联系"
        assert at.get_one(Complaint, number).urgent


def test_terms_are_agreed_to_on_the_page_and_a_wrong_end_is_questioned(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        to = {"respondents": [desk.lender.id], "masked_facts": "每天致电"}
        triage.accept(at, complaint, **to, actor=desk.intake, now=NOW)
        settlements.propose(at, complaint, "停止联系并致歉", actor=desk.lead, now=NOW)
        other, second = intake.submit(at, submission(contact=MAIL), key="v", actor=SYSTEM, now=NOW)
        triage.reject(at, other, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=NOW)
        number, rejected_id, head = complaint.id, other.id, desk.head.id
        ref = other.ref
    person = tracked(app, code)
    shown = person.get("/track/complaint").text
    assert "Terms of a settlement are proposed to you" in part(shown, "state")
    assert shown.index('id="settle"') < shown.index('id="time"'), "what waits for the person stands before the rest"
    terms = re.search(r'name="g-terms"[^>]*value="([^"]+)"', shown)
    assert terms is not None
    assert person.post("/track/agree", data={"g-terms": terms[1], "g-key": "k1"}).status_code == 422
    assert person.post("/track/refuse", data={"n-terms": terms[1], "n-key": "k0"}).status_code == 303
    with app.app_context(), transaction() as at:
        assert at.get_one(Complaint, number).state == "FORWARDED"
    shown = person.get("/track/complaint").text
    assert "You said no to these terms" in shown
    assert "Terms of a settlement are proposed to you" not in shown
    agreed = {"g-terms": terms[1], "g-pressure": "no", "g-key": "k2"}
    assert person.post("/track/agree", data=agreed).status_code == 303
    assert "The companies answer" not in part(person.get("/track/complaint").text, "state"), "none of them did"
    another = tracked(app, second)
    assert another.post("/track/recheck", data={"r-why": "我有录音", "r-key": "k3"}).status_code == 303
    assert "You asked on" in another.get("/track/complaint").text
    assert "我有录音" in signed_in(app, head, now=NOW).get(f"/staff/complaints/{ref}").text
    with app.app_context(), transaction() as at:
        assert at.get_one(Complaint, number).outcome == "SETTLED"
        again = at.get_one(Complaint, rejected_id)
        assert again.recheck_asked_at is not None
        rechecks.recheck(at, again, why="有录音", actor=actor_of(at.get_one(Account, head)), now=NOW)
        somebody_new = actor_of(account(at, "受理丙", "intake"))
        triage.reject(at, again, reason="NO_FACTS", ways=["x"], actor=somebody_new, now=NOW)
    shown = another.get("/track/complaint").text
    assert ("You asked on" in shown, "Was this decided wrongly?" in shown) == (False, False)
