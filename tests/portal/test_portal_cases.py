"""The portal of a company with a case: explanation, statement, corrections, interview and training."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from casework.models_cases import CaseTrack
from core import clock
from core.clock import day_of
from core.db import transaction
from notices.models import Document
from notices.papers import day_text
from portal.models_materials import MaterialRequest
from registry.models import PartyKind
from registry.models_clocks import Clock
from sanctions import extensions, measures, verifications
from sanctions.models_decisions import Statement
from sanctions.models_measures import Interview, TrainingPerson
from sanctions.plans import Person
from tests.builders import party
from tests.builders_cases import actor
from tests.casework.receipts import digest, receipt
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.portal.house import Enter, case, enter, today
from tests.sanctions.chain import Chain

__all__ = ["enter", "today"]


def test_an_explanation_is_drafted_together_and_sent_by_the_lead(app: Flask, enter: Enter) -> None:
    def investigated(chain: Chain) -> CaseTrack:
        track = chain.filed()
        chain.serve(track, "D11b")
        return track

    it = case(app, investigated)
    enter(it.member).post(it.at("explanation"), text="经核查，情况如下。", seen="0", act="save")
    lead = enter(it.lead)
    assert "still awaited" not in lead.get(it.at("explanation", "check"))
    with app.app_context(), transaction() as at:
        firm = party(at, "受托催收有限公司", PartyKind.FIRM)
        asked = {"subject_kind": "track", "subject_id": it.number, "firm_id": firm.id, "asked_by": it.lead}
        days = {"due_on": day_of(NOW), "asked_at": NOW}
        lender = at.get_one(CaseTrack, it.number).party_id
        at.add(MaterialRequest(ref="ZL2026-ABCDEF", institution_id=lender, asked="录音", state="OPEN", **asked, **days))
    page = lead.get(it.at("explanation", "check"))
    assert "经核查，情况如下。" in page
    assert "Material that you asked of your firm is still awaited" in page
    lead.post(it.at("explanation", "check"), seen="1")
    page = lead.get(it.at())
    told = receipt(lead.client, page, "explanation")
    assert digest("经核查，情况如下。") in told
    assert "Sentby—" not in told
    assert "经核查，情况如下。" in page
    assert "explained what happened" in page
    happened = page.partition('id="happened"')[2]
    assert f">{day_of(NOW):%-d %B %Y} " in happened, "with its year: a case runs over New Year"
    lead.post(
        it.at("explanation"), text="补充说明。", seen="0", act="look", files=(BytesIO(made.picture()), "补充🙏.png")
    )
    with time_machine.travel(NOW + timedelta(days=90)):
        lead = enter(it.lead)
        lead.post(it.at("explanation", "check"), 409, seen="1")
        lead.post(it.at("explanation", "check"), seen="2")
        page = lead.get(it.at())
        assert digest("经核查，情况如下。") in receipt(lead.client, page, "explanation/1")
        told = receipt(lead.client, page, "explanation/2")
    assert digest("补充说明。") in told
    assert "补充〓.png" in told, "a sign that no font has stops no receipt"
    assert "No,late" in told
    assert "explained what happened, late" in page


def proposed(chain: Chain) -> CaseTrack:
    track = chain.proposed([1, 2, 3])
    chain.serve(track, "D17", NOW - timedelta(hours=1))
    return track


def test_a_statement_comes_with_files_and_rights_are_given_up_in_writing(app: Flask, enter: Enter) -> None:
    it = case(app, proposed)
    lead = enter(it.lead)
    assert "State your view on the measures proposed" in lead.get("/portal/")
    lead.post(it.at("statement"), text="请求从轻。", seen="0", act="look", files=(BytesIO(made.picture()), "材料.png"))
    lead.post(it.at("statement", "check"), seen="1")
    page = lead.get(it.at())
    told = receipt(lead.client, page, "statement")
    assert digest("请求从轻。") in told
    assert "材料.png" in told
    enter(it.stranger).get(it.at("receipts", "statement", "1.pdf"), 404)
    assert "请求从轻。" in page
    assert "材料.png" in page
    assert "Confirm that nothing more will follow." in lead.post(it.at("waive"), 422)
    enter(it.member).post(it.at("waive"), 403, confirmed="y")
    lead.post(it.at("waive"), confirmed="y")
    late = lead.post(it.at("waive"), 409, confirmed="y", right="windows")
    assert "Nothing was given up" in late
    assert "Say that no statement will follow" not in late
    assert "Deliberation" in lead.get(it.at())
    with app.app_context(), transaction() as at:
        assert at.scalars(select(Statement.late)).all() == [False]


def test_whoever_gave_up_its_time_reads_so_and_is_not_asked_what_kept_it(app: Flask, enter: Enter) -> None:
    it = case(app, lambda chain: chain.deliberating([1, 2]))
    page = enter(it.lead).get(it.at())
    assert "you declared that no statement would follow" in page
    assert "gave up its time for a statement" in page
    assert "Something kept you from speaking in time" not in page


@pytest.mark.parametrize("begun", [True, False])
def test_no_statement_is_invited_once_it_would_be_refused(app: Flask, enter: Enter, begun: bool) -> None:
    def deliberating(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1, 2])
        chain.vote(track, *["PROPOSED"] * begun)
        return track

    it = case(app, deliberating)
    lead = enter(it.lead)
    page = lead.get(it.at())
    assert ("State your view on the measures proposed" in page) != begun
    assert ("until its vote you can still add one" in page) != begun
    assert ("Voting has begun, and statements are no longer taken." in page) == begun
    lead.post(it.at("statement"), text="补充意见。", seen="0", act="save")
    for page in (it.at("statement"), it.at("statement", "check")):
        shown = lead.get(page)
        assert "补充意见。" in shown
        assert ("Statements are no longer taken in this case." in shown) == begun


@pytest.mark.parametrize("begun", [True, False])
def test_page_and_list_say_from_when_the_panel_votes_while_a_recusal_can_still_be_asked_for(
    app: Flask, enter: Enter, begun: bool
) -> None:
    def deliberating(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1, 2])
        chain.vote(track, *["PROPOSED"] * begun)
        track.recusal_until = clock.today() + timedelta(days=3)
        return track

    it = case(app, deliberating)
    lead = enter(it.lead)
    until = day_text(clock.today() + timedelta(days=3), "en")
    said = f"until {until}; the vote goes on after that day" if begun else f"it votes after {until} at the earliest"
    assert said in lead.get("/portal/cases/")
    assert (said in lead.get(it.at())) == begun, "who gave up its time reads that instead"
    with app.app_context(), transaction() as at:
        at.execute(update(CaseTrack).values(recusal_until=None))
    assert ("Voting has begun" in lead.get("/portal/cases/")) == begun


def test_a_draft_in_which_nothing_stands_is_kept_for_nobody(app: Flask, enter: Enter) -> None:
    it = case(app, proposed)
    lead = enter(it.lead)
    lead.post(it.at("statement"), text=" ", seen="0", act="save")
    page = lead.get(it.at())
    assert "Nothing is written yet" in page
    assert "Go on with the draft" not in page
    refused = (BytesIO(b"MZ"), "材料.exe")
    page = lead.post(it.at("statement"), 422, text="", seen="0", act="save", files=refused)
    assert "材料.exe" in page, "what was wrong with a file is told all the same"
    assert "Go on with the draft" not in lead.get(it.at())
    lead.post(it.at("statement"), text="请求从轻。", seen="0", act="save")
    assert "Go on with the draft" in lead.get(it.at())
    lead.post(it.at("statement"), text="", seen="1", act="save")
    assert "Go on with the draft" not in lead.get(it.at())
    lead.post(it.at("statement"), text="请求从轻。", seen="0", act="look")
    lead.post(it.at("statement", "check"), seen="2")
    assert "请求从轻。" in lead.get(it.at()), "and the numbering goes on"


def test_corrections_are_reported_problem_by_problem_and_signed(app: Flask, enter: Enter) -> None:
    it = case(app, lambda chain: chain.executing([1, 2, 3]))
    lead = enter(it.lead)
    assert "Report the corrections" in lead.get("/portal/")
    page = lead.get(it.at("report"))
    assert not re.search(r'Proof for problem 1\s*<span class="optional"', page), "it is asked for"
    begun = re.search(r'name="signed_by"[^>]* value="([^"]*)"', page)
    lead.post(it.at("report"), report_1="", signed_by=begun[1] if begun else "", seen="0", act="save")
    assert "Go on with the draft" not in lead.get(it.at()), "what stands there from the beginning is no text of theirs"
    lead.post(it.at("report"), report_1="已停止并培训。", signed_by="周岚", seen="0", act="look")
    page = lead.get(it.at("report", "check"))
    assert "No proof yet" in page
    assert "Problem 1 has no proof yet." in page, "before the last press"
    assert "has no proof yet" in lead.post(it.at("report", "check"), 422, seen="1", signed="y")
    proof = (BytesIO(made.picture()), "证明.png")
    lead.post(it.at("report"), report_1="已停止并培训。", signed_by="周岚", seen="1", act="look", files_1=proof)
    lead.post(it.at("report", "check"), seen="2", signed="y")
    page = lead.get(it.at())
    told = receipt(lead.client, page, "report")
    assert digest("已停止并培训。") in told
    assert "周岚" in told
    assert "证明.png" in told
    lead.get(it.at("receipts", "report", "9.pdf"), 404)
    lead.get(it.at("receipts", "nothing", "1.pdf"), 404)
    assert "已停止并培训。" in page
    assert "证明.png" in page


def test_who_signs_with_another_name_reads_whose_is_registered_and_how_to_change_it(app: Flask, enter: Enter) -> None:
    it = case(app, lambda chain: chain.executing([1, 2, 3]))
    lead = enter(it.lead)
    assert "Registered for your company: 周岚." in lead.get(it.at("report"))
    proof = (BytesIO(made.picture()), "证明.png")
    lead.post(it.at("report"), report_1="已停止。", signed_by="别人", seen="0", act="look", files_1=proof)
    for page in (lead.get(it.at("report", "check")), lead.post(it.at("report", "check"), 422, seen="1", signed="y")):
        assert "register names 周岚 as your senior executive" in page
        assert "Write to the association" in page


def test_a_second_order_tells_its_own_days_and_no_time_given_on_the_first(app: Flask, enter: Enter) -> None:
    def again(chain: Chain) -> CaseTrack:
        track, head = chain.executing([1]), actor(chain.head)
        said = {"level": 1, "why": "系统改造", "now": chain.later(10)}
        extensions.ask_for_time(chain.session, track, actor=actor(chain.lead), **said)  # type: ignore[arg-type]
        extensions.extend(chain.session, track, actor=head, version=None, **said)  # type: ignore[arg-type]
        chain.report(track, chain.later(11))
        chain.verify(track, "FAIL", chain.later(12))
        verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(12))
        chain.serve(track, "D23a", chain.later(12))
        return track

    it = case(app, again)
    page = enter(it.lead).get(it.at())
    assert "second order" in page
    assert "first ordered" in page, "the second order bears its own day"
    assert "More time was given" not in page
    assert "15 days" in page
    assert "30 days" not in page


def test_the_day_to_which_a_measure_was_extended_is_told_where_it_is_certain(app: Flask, enter: Enter) -> None:
    def extended(chain: Chain) -> CaseTrack:
        track = chain.executing([1])
        said = {"level": 1, "why": "系统改造", "now": chain.later(10)}
        extensions.ask_for_time(chain.session, track, actor=actor(chain.lead), **said)  # type: ignore[arg-type]
        extensions.extend(chain.session, track, actor=actor(chain.head), version=None, **said)  # type: ignore[arg-type]
        return track

    it = case(app, extended)
    with app.app_context(), transaction() as at:
        clock = at.scalars(select(Clock).where(Clock.key == "K22", Clock.subject_id == it.number)).one()
        assert clock.provisional
    page = enter(it.lead).get(it.at())
    assert "More time was given" in page
    assert "provisionally until" in page
    assert "It now ends on" not in page


def test_an_interview_is_confirmed_and_a_training_gets_its_people(app: Flask, enter: Enter) -> None:
    it = case(app, lambda chain: chain.executing([1, 2, 3]))
    lead = enter(it.lead)
    enter(it.member).post(it.at("interview"), 403)
    lead.post(it.at("interview"))
    assert "BEGIN:VEVENT" in lead.get(it.at("interview.ics"))
    assert "Name at least one person." in lead.post(it.at("training"), 422, name_1="")
    nameless = lead.post(it.at("training"), 422, name_1="学员甲", position_2="主管")
    assert "Give the name as well, or empty the position." in nameless
    lead.post(it.at("training"), name_2="学员甲", position_2="主管", name_3="学员乙")
    assert "学员甲" in lead.get(it.at("training"))
    with app.app_context(), transaction() as at:
        assert at.scalars(select(Interview.confirmed_at)).one() is not None
        one, two = at.scalars(select(TrainingPerson.id).order_by(TrainingPerson.id)).all()
    assert "Take off the list" not in enter(it.member).get(it.at("training"))
    enter(it.member).post(it.at("training", str(one), "remove"), 403)
    lead.post(it.at("training", str(one), "remove"))
    lead.post(it.at("training", str(one), "remove"), 404)
    page = lead.get(it.at("training"))
    assert "学员甲" not in page
    assert f"/training/{two}/remove" in page
    assert "The sessions are over" not in page


@pytest.mark.parametrize("absent", [False, True])
def test_after_the_last_session_nobody_is_told_to_have_people_trained(app: Flask, enter: Enter, absent: bool) -> None:
    def attended(chain: Chain) -> CaseTrack:
        track = chain.executing([3])
        people = [Person(f"学员{place}", "主管") for place in "甲乙丙"]
        enrolled = measures.enrol(chain.session, track, people=people, actor=actor(chain.lead), now=NOW)
        training = enrolled[0].training
        training.first_on, training.dates = day_of(NOW) - timedelta(days=3), f"{day_of(NOW) - timedelta(days=1)}"
        training.minimum = len(people)
        for each in enrolled:
            each.attended = not absent
        return track

    it = case(app, attended)
    lead = enter(it.lead)
    inbox = lead.get("/portal/")
    assert "Send your people" not in inbox
    assert ("Ask for a make-up" in inbox) is absent
    assert ("only where somebody has to make up for them is there more to do" in inbox) is not absent
    assert ("Only where somebody has still to make up" in lead.get(it.at())) is not absent, "the case page agrees"
    page = lead.get(it.at("training"))
    assert "The sessions are over" in page
    assert "make-up" in page


def test_the_list_of_cases_says_since_when_the_company_knows_of_each(app: Flask, enter: Enter) -> None:
    def investigated(chain: Chain) -> CaseTrack:
        track = chain.filed()
        chain.serve(track, "D11b")
        return track

    it = case(app, investigated)
    page = enter(it.lead).get("/portal/cases/")
    with app.app_context(), transaction() as at:
        issued = at.scalars(select(Document.issued_on).where(Document.kind == "D11b")).one()
    assert f'data-label="First notice">{issued.day} {issued:%b}<' in page
