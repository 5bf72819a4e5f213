"""Terms of a settlement in the portal: who proposes and agrees, and that nobody agrees to what was not read."""

import re
from datetime import timedelta

from flask import Flask

from casework import settlements
from casework.models import Forwarding
from core.db import transaction
from tests.builders import Desk, person_of
from tests.conftest import NOW
from tests.portal.house import Enter, Sent, address, enter, opened, sent, today
from tests.portal.test_portal import WAITING_TERMS

__all__ = ["enter", "sent", "today"]


def test_terms_are_proposed_by_the_lead_alone(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    said = {"terms-terms": "停止联系并致歉", "terms-warned": "y"}
    enter(sent.member).post(address(sent, "terms"), 403, **said)
    assert "each of them reads the terms as written, and it is settled once all have agreed" in lead.get(address(sent))
    debt = {"terms-terms": "免除您同事欠款3000元的罚息"}
    assert "Confirm that the text shows nothing of the debt" in lead.post(address(sent, "terms"), 422, **debt)
    lead.post(address(sent, "terms"), **said)
    assert "停止联系并致歉" in lead.get(address(sent))
    same = lead.post(address(sent, "terms"), 422, **said)
    assert "These terms stand there already" in same, "nobody's agreement to them is undone by them"
    assert WAITING_TERMS not in lead.get("/portal/"), "its own terms wait for the others"


def test_a_company_reads_in_which_language_the_complainant_reads_answer_and_terms(
    app: Flask, enter: Enter, sent: Sent
) -> None:
    lead, pages = opened(enter, sent), (address(sent), address(sent, "answer"))
    for page in pages:
        assert "write what the complainant is to read in Chinese" in lead.get(page), "the pages are in English"
        assert "以中文写成" not in lead.get(f"{page}?lang=zh"), "nobody is told what goes without saying"
        lead.get(f"{page}?lang=en")
    with app.app_context(), transaction() as at:
        it = at.get_one(Forwarding, sent.number)
        it.masked_facts = "They call every day, also at night."
    for page in pages:
        assert "write what the complainant is to read in English" in lead.get(page)
        assert "给投诉人看的内容请用英文填写" in lead.get(f"{page}?lang=zh")
        lead.get(f"{page}?lang=en")


def test_name_and_contact_of_the_complainant_stand_apart_as_the_page_is_written(
    app: Flask, enter: Enter, today: None
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.forwarded(share_identity=True, name="Jane Roe", contact="roe@example.invalid")
        number, lead = it.id, desk.lead.id or 0
    page = f"/portal/forwardings/{number}"
    assert "Jane Roe, roe@example.invalid" in enter(lead).get(page)
    assert "Jane Roe，roe@example.invalid" in enter(lead).get(f"{page}?lang=zh")


def test_terms_of_two_lines_are_agreed_to_also_from_a_page_that_refused_something_else(
    app: Flask, enter: Enter, sent: Sent
) -> None:
    with app.app_context(), transaction() as at:
        complaint = at.get_one(Forwarding, sent.number).complaint
        settlements.propose(at, complaint, "停止联系\n致歉", actor=person_of(complaint), now=NOW)
    assert WAITING_TERMS not in enter(sent.lead).get("/portal/"), "nobody has opened the letter"
    lead = opened(enter, sent)
    assert WAITING_TERMS in lead.get("/portal/")
    refused = lead.post(address(sent, "terms"), 422, **{"terms-terms": ""})
    read = re.search(r'name="agree-terms"[^>]*value="([^"]*)"', refused)
    assert read is not None
    terms = {"agree-terms": read[1].replace("\n", "\r\n")}
    assert "Tick the box to agree" in lead.post(address(sent, "agree"), 422, **terms)
    assert "You have agreed to them." not in lead.get(address(sent))
    lead.post(address(sent, "agree"), **terms, **{"agree-confirmed": "y"})
    assert "You have agreed to them." in lead.get(address(sent))
    assert WAITING_TERMS not in lead.get("/portal/")


def test_a_form_that_comes_back_with_other_terms_says_that_they_changed(app: Flask, enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    with app.app_context(), transaction() as at:
        complaint = at.get_one(Forwarding, sent.number).complaint
        turn = settlements.propose(at, complaint, "停止联系", actor=person_of(complaint), now=NOW).turn
        later = NOW + timedelta(minutes=1)
        settlements.propose(at, complaint, "赔偿", actor=person_of(complaint), now=later)
    unticked = lead.post(address(sent, "agree"), 422, **{"agree-terms": "停止联系"})
    assert "The terms were changed in the meantime." in unticked
    unwritten = {"terms-terms": "", "terms-read": f"{turn}"}
    assert "Other terms were proposed since you opened" in lead.post(address(sent, "terms"), 422, **unwritten)
    assert "changed in the meantime" not in lead.post(address(sent, "agree"), 422, **{"agree-terms": "赔偿"})


def test_nobody_proposes_terms_over_others_that_came_while_the_page_was_open(
    app: Flask, enter: Enter, sent: Sent
) -> None:
    lead = opened(enter, sent)
    seen = re.search(r'name="terms-read"[^>]*value="([^"]*)"', lead.get(address(sent)))
    assert seen is not None, "the page says beside which terms others are written"
    with app.app_context(), transaction() as at:
        complaint = at.get_one(Forwarding, sent.number).complaint
        settlements.propose(at, complaint, "停止联系我的同事", actor=person_of(complaint), now=NOW)
    said = {"terms-terms": "我们将停止联系", "terms-warned": "y"}
    late = lead.post(address(sent, "terms"), 409, **said, **{"terms-read": seen[1]})
    assert "Other terms were proposed since you opened this page. Read them first; yours stand below." in late
    assert "停止联系我的同事" in late
    assert "我们将停止联系" in late
    again = re.search(r'name="terms-read"[^>]*value="([^"]*)"', late)
    assert again is not None
    lead.post(address(sent, "terms"), **said, **{"terms-read": again[1]})
    assert "我们将停止联系" in lead.get(address(sent))
