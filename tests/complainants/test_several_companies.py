"""What whoever complained of several companies reads of a letter that is about one of them."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from casework import complaints, tracks
from casework.models import Release
from casework.models_cases import CaseTrack
from core.db import transaction
from tests.builders import Desk
from tests.codes import opened
from tests.complainants.test_tracking_page import part
from tests.conftest import NOW
from tests.signed_in import signed_in


@pytest.mark.parametrize("several", [True, False])
def test_a_letter_that_no_case_is_filed_says_that_it_is_about_one_of_several_companies(
    app: Flask, several: bool
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.forwarded(*([desk.lender, desk.firm] if several else [desk.lender])).complaint
        complaint.severity, number = 4, complaint.id
        complaints.escalate(at, complaint, why="有违反规则的迹象", actor=desk.officer, now=NOW)
        track = at.scalars(select(CaseTrack).where(CaseTrack.party_id == desk.lender.id)).one()
        tracks.decline(at, track, reasons="证据不足。", actor=desk.head, version=None, now=NOW)
    person = app.test_client()
    person.set_cookie("lang", "en")
    with time_machine.travel(NOW):
        with person.session_transaction() as cookie:
            cookie.update(opened(app, number))
        page = person.get("/track/complaint").text
    assert "Decision not to file" in page
    assert ("It is about one of the companies only" in page) == several


def test_two_letters_of_one_kind_say_which_of_the_companies_each_is_about(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.accepted(desk.lender, desk.firm)
        for each in complaint.forwardings:
            desk.serve("forwarding", each.id, "D05b")
            desk.release(desk.answer(each))
        number, ref, officer = complaint.id, complaint.ref, desk.intake.id
        names = [desk.lender.name_zh, desk.firm.name_zh]
    person = app.test_client()
    with time_machine.travel(NOW):
        with person.session_transaction() as cookie:
            cookie.update(opened(app, number))
        theirs = person.get("/track/complaint?lang=zh").text.partition('id="letters"')[2].partition("</section>")[0]
        ours = signed_in(app, officer, lang="zh").get(f"/staff/complaints/{ref}").text
    ours = ours.partition('id="letters"')[2].partition("</section>")[0]
    assert theirs.count("答复告知书") == ours.count("答复告知书") == 2
    for name in names:
        assert f"涉及{name}" in theirs
        assert f"涉及{name}" in ours


def test_companies_that_did_not_answer_have_not_answered_once_the_association_looks_itself(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.forwarded().complaint
        complaint.severity, number = 4, complaint.id
        complaints.escalate(at, complaint, why="有违反规则的迹象", actor=desk.officer, now=NOW)
    person = app.test_client()
    person.set_cookie("lang", "en")
    with time_machine.travel(NOW):
        with person.session_transaction() as cookie:
            cookie.update(opened(app, number))
        state = part(person.get("/track/complaint").text, "state")
    assert "The association looks into the matter itself" in state
    assert "The companies answer" not in state


def test_whoever_disputes_another_answer_from_a_second_window_reads_that_they_are_being_checked(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.accepted(desk.lender, desk.firm)
        for each in complaint.forwardings:
            desk.serve("forwarding", each.id, "D05b")
            desk.release(desk.answer(each))
        number = complaint.id
        one, other = at.scalars(select(Release.id).where(Release.complaint_id == number).order_by(Release.id))
    person = app.test_client()
    person.set_cookie("lang", "en")
    with time_machine.travel(NOW):
        with person.session_transaction() as cookie:
            cookie.update(opened(app, number))
        said = {"d-releases": str(one), "d-why": "仍在给我打电话。"}
        assert person.post("/track/dispute", data=said).status_code == 303
        second = person.post("/track/dispute", data={"d-releases": str(other), "d-why": "答复也不属实。"})
        assert second.status_code == 409
        assert "The association is checking the answers already" in second.text
        assert "答复也不属实。</textarea>" in part(second.text, "messages")
        assert person.post("/track/withdraw", data={"w-pressure": "no"}).status_code == 303
        third = person.post("/track/dispute", data={"d-releases": str(other), "d-why": "答复也不属实。"}).text
        assert "The complaint has ended, so no answer of it can be disputed any more." in third


def test_a_time_limit_that_waits_to_be_opened_names_its_letter_where_there_are_several(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.accepted(desk.lender, desk.firm)
        for each in complaint.forwardings:
            desk.serve("forwarding", each.id, "D05b")
            desk.release(desk.answer(each))
        number, last = complaint.id, desk.firm.name_zh
    person = app.test_client()
    with time_machine.travel(NOW):
        with person.session_transaction() as cookie:
            cookie.update(opened(app, number))
        page = person.get("/track/complaint?lang=zh").text
    for place in ("state", "time"):
        assert f"答复告知书（{last}）" in part(page, place), place
