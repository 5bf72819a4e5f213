"""The pages of a case, and of complaints for those who do not triage."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import select

from casework import stop_contacts
from casework.models import Forwarding
from casework.models_cases import Allegation, CaseFile, CaseTrack, Evidence
from core.db import transaction
from desk import case_page, deeds_cases, deeds_complaints, deeds_forwardings, deeds_triage, panels
from filestore import files
from tests.builders import PHONE, Desk, account
from tests.casework.house import BEGUN, House, case, fill, house, received, today
from tests.filestore import making_files as made

__all__ = ["case", "house", "received", "today"]


def test_a_track_is_filed_only_when_a_violation_is_named_and_the_page_says_so(case: House) -> None:
    head = case.enter("head")
    base = f"/staff/cases/{case.made['case']}"
    track = f"{base}/tracks/{case.made['track']}"
    assert "Name at least one kind of violation first." in head.get(base)
    assert "V-C01" in head.get(f"{track}/allege")  # what the complaint alleges is offered first
    head.post(f"{track}/allege", code="V-C01", facts="致电同事六次", persons="2", acts="6")
    page = head.post(f"{track}/file", 422, opinion="同意")
    assert "Name an investigator." in page
    assert "致电同事六次" in page, "who files reads what is alleged"
    head.post(f"{track}/file", investigator=str(case.people["investigator"]), opinion="同意")
    assert "Filed, notice on its way" in head.get(base)
    number = case.read(lambda at: at.scalar(select(Allegation.id)))
    refused = head.post(f"{base}/allegations/{number}/find", 409, finding="UNPROVEN", reason="证据不足")
    assert "Findings are made while the track is investigated." in refused


def test_what_a_role_may_not_do_is_not_offered_and_its_form_does_not_open(case: House) -> None:
    head, officer, intake = case.enter("head"), case.enter("officer"), case.enter("intake")
    offer = f"/staff/cases/new?complaint={case.made['other']}"
    assert offer in officer.get(f"/staff/complaints/{case.made['other']}")
    assert offer not in head.get(f"/staff/complaints/{case.made['other']}")
    head.where("/staff/cases/new")
    assert "Officers open cases; your role does not allow it." in head.get("/staff/cases")
    base = f"/staff/cases/{case.made['case']}"
    track = f"{base}/tracks/{case.made['track']}"
    for who in (intake, officer):
        who.where(f"{track}/file")
        assert "Your role does not allow this." in who.get("/staff")
    head.where(f"{track}/file")
    assert "Name at least one kind of violation first." in head.get("/staff")
    officer.post(f"{track}/allege", code="V-C01", facts="致电同事六次", persons="2", acts="6")
    head.get(f"{track}/file")
    head.post(f"{track}/file", investigator=str(case.people["investigator"]), opinion="同意")
    head.where(f"{track}/file")
    assert "This cannot be done as it stands now" in head.get("/staff")


def test_days_typed_beside_a_complaint_are_not_dropped_without_a_word(case: House) -> None:
    officer, ref = case.enter("officer"), case.made["other"]
    said = {"complaints": ref, "source": "COMPLAINT", "conduct_from": "2026-11-01", "conduct_to": "2026-11-02"}
    page = officer.post(f"/staff/cases/new?complaint={ref}", 422, **said)
    assert page.count("Leave this empty: the days of the complaints are taken.") >= 2
    officer.post(f"/staff/cases/new?complaint={ref}", **{**said, "conduct_from": "", "conduct_to": ""})


def test_nothing_is_to_be_brought_to_a_case_that_has_ended(case: House) -> None:
    officer, base = case.enter("officer"), f"/staff/cases/{case.made['case']}"
    coming = [f"{base}/do/{event}" for event in ("attach", "add_track")]
    page = officer.get(base)
    assert all(f'href="{each}"' in page for each in coming)
    for track in case.read(lambda at: list(at.scalars(select(CaseTrack.id)))):
        case.enter("head").post(f"{base}/tracks/{track}/decline", reasons="线索不足，不予立案。")
    page = officer.get(base)
    for each in coming:
        assert f'href="{each}"' not in page
        officer.where(each)
        assert "This case has ended." in officer.get(base)


def test_who_keeps_a_case_is_said_by_the_head_and_officers_and_offered_to_nobody_else(case: House) -> None:
    case.people["only"] = case.read(lambda at: account(at, "调查员己", "investigator").id)
    base = f"/staff/cases/{case.made['case']}"
    assign, investigator = f"{base}/do/assign", case.enter("only")
    assert f"{base}/do/rename" in investigator.get(base)
    assert assign not in investigator.get(base)
    investigator.where(assign)
    assert "Your role does not allow this." in investigator.get(base)
    for who in ("officer", "head"):
        assert assign in case.enter(who).get(base)
        case.enter(who).get(assign)
    with case.app.app_context(), transaction() as at:
        at.get_one(CaseFile, case.made["case"]).officer_id = case.people["only"]
    assert re.search("selected value=.*>调查员己 · no case officer any more<", case.enter("head").get(assign))


def test_nobody_fills_in_a_form_that_his_role_does_not_send(case: House) -> None:
    for who, status in (("intake", 200), ("officer", 403)):
        case.enter(who).get("/staff/complaints/new", status)
        case.enter(who).get(f"/staff/stop-contacts/new/{case.made['ref']}", status)
    case.enter("officer").get(f"/staff/recusals/case/{case.made['case']}/ask")
    case.enter("head").get(f"/staff/recusals/case/{case.made['case']}/ask", 403)


def test_the_list_of_what_stands_on_a_case_leads_to_each_part(case: House) -> None:
    page = case.enter("officer").get(f"/staff/cases/{case.made['case']}")
    contents = page.partition('class="contents"')[2].partition("</details>")[0]
    parts = re.findall(r'href="#([^"]+)"', contents)
    assert {"evidence", "notes", "timeline", "parties", "complaints", "letters"} < set(parts)
    assert f"track-{case.made['track']}" in parts
    assert not [part for part in parts if f'id="{part}"' not in page]


def test_a_track_says_who_acts_next_and_what_is_waited_for(case: House) -> None:
    officer, head = case.enter("officer"), case.enter("head")
    base = f"/staff/cases/{case.made['case']}"
    track = f"{base}/tracks/{case.made['track']}"
    main = f'class="button button-primary" href="{track}/allege"'
    assert main in officer.get(base), "where nothing is alleged, that is the next act"
    officer.post(f"{track}/allege", code="V-C01", facts="致电同事六次", persons="2", acts="6")
    page = officer.get(base)
    assert main not in page
    assert "then the head files it or does not." in page
    head.post(f"{track}/file", investigator=str(case.people["investigator"]), opinion="同意")
    assert "The filing notice is on its way to the company" in head.get(base)


def test_an_escalation_says_which_case_it_joins(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        return {"ref": desk.disputed().ref}

    ref = fill(house, make).made["ref"]
    officer = house.enter("officer")
    url = f"/staff/complaints/{ref}/do/escalate"
    assert "No new case is opened" not in officer.get(url)
    officer.post("/staff/cases/new", complaints=ref, source="COMPLAINT")
    case = house.read(lambda at: at.scalar(select(CaseFile.ref)))
    assert f"No new case is opened: it joins the case {case}, which looks at these facts." in officer.get(url)


def test_the_scan_of_a_confirmation_on_paper_is_read_by_who_sees_originals_alone(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        at, it = desk.session, desk.received()
        stop, without = (
            stop_contacts.request_with(at, it, number=each, own=True, now=BEGUN)[0] for each in (PHONE, "13712345678")
        )
        kept = files.keep(at, BytesIO(made.picture()), "函.png")
        stop.scan_sha256, stop.scan_name, stop.scan_type = kept.sha256, kept.name, kept.media_type
        return {"ref": it.ref, "scan": stop.id, "none": without.id}

    told = fill(house, make).made
    url, page = f"/staff/stop-contacts/{told['scan']}/scan", f"/staff/complaints/{told['ref']}"
    answer = house.enter("intake").client.get(url)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert url in house.enter("intake").get(page)
    house.enter("intake").get(f"/staff/stop-contacts/{told['none']}/scan", 404)
    assert house.enter("lead").client.get(url).status_code in {302, 403, 404}


def test_a_case_is_called_in_the_readers_language_until_somebody_calls_it_otherwise(case: House) -> None:
    officer, base = case.enter("officer"), f"/staff/cases/{case.made['case']}"
    for page in (base, "/staff/cases?view=all"):
        assert ": suspected " in officer.get(page)
        assert "涉嫌" in case.enter("officer", "zh").get(page)
    version = case.read(lambda at: at.scalar(select(CaseFile.version)))
    officer.post(f"{base}/do/rename", title="致电同事一案", version=str(version))
    assert "致电同事一案" in officer.get(base)
    assert ": suspected " not in officer.get(base)


def test_what_belongs_to_another_case_is_not_found_under_this_one(case: House) -> None:
    head = case.enter("head")
    head.get(f"/staff/cases/{case.made['case'] + 1}/tracks/{case.made['track']}/file", 404)
    head.get(f"/staff/cases/{case.made['case']}/tracks/9999/file", 404)
    head.get(f"/staff/cases/{case.made['case']}/do/nonsense", 404)


def test_a_higher_room_adds_a_panel_to_the_card_of_each_track(case: House) -> None:
    def added(_session: Any, track: Any, _actor: Any) -> Markup:
        return Markup("<p>panel of {}</p>").format(track.ref)

    panels.panel(added)
    try:
        page = case.enter("head").get(f"/staff/cases/{case.made['case']}")
    finally:
        panels.PANELS.remove(added)
    assert page.count("<p>panel of AJ〔2026〕1-") == 2


def test_documents_of_a_track_say_which_company_they_concern_where_a_case_has_several(case: House) -> None:
    page = case.enter("officer").get(f"/staff/cases/{case.made['case']}").split('id="letters"')[1]
    said = case.read(lambda at: [each.party.name("en") for each in at.scalars(select(CaseTrack))])
    assert len(said) == 2
    for name in said:
        assert page.count(f"concerns {name}") == 1


def test_notes_and_evidence_of_a_case(case: House) -> None:
    officer, base = case.enter("officer"), f"/staff/cases/{case.made['case']}"
    officer.post(f"{base}/notes", prefix="note", text="等待录音。")
    picture = (BytesIO(made.picture()), "通话记录.png")
    officer.post(f"{base}/do/evidence", files=picture, shows="通话记录")
    number = case.read(lambda at: at.scalar(select(Evidence.id).where(Evidence.case_id.is_not(None))))
    officer.post(f"{base}/evidence/{number}", shows="三次通话")
    page = officer.get(base)
    assert "等待录音。" in page
    assert "三次通话" in page


def test_others_than_intake_see_a_complaint_without_its_triage(received: House) -> None:
    ref = received.made["ref"]
    page = received.enter("reviewer").get(f"/staff/complaints/{ref}")
    assert 'id="triage"' not in page
    assert "Reveal identity" not in page
    received.enter("officer").do(ref, "reject", 403, reason="NO_FACTS", ways=["new"], version="1")
    assert received.state(ref) == "RECEIVED"


def test_people_of_a_company_get_nowhere_on_pages_of_staff(received: House) -> None:
    lead = received.enter("lead")
    assert "/account/home" in lead.get("/staff", 302)
    for url in (
        "/staff?view=open",
        f"/staff/complaints/{received.made['ref']}",
        "/staff/cases",
        "/staff/tasks",
        "/staff/evidence/1",
    ):
        lead.get(url, 403)


def test_whoever_was_only_drawn_for_a_panel_opens_no_file(case: House) -> None:
    case.people["panel"] = case.read(lambda at: account(at, "欧阳衡", "panel").id)
    member = case.enter("panel")
    for url in ("/staff/cases", f"/staff/cases/{case.made['case']}", "/staff/tasks", "/staff/search?q=x"):
        member.get(url, 403)
    assert "/account/home" in member.get("/staff", 302)
    member.get(f"/staff/complaints/{case.made['ref']}", 404)


@pytest.mark.parametrize(
    ("ended", "steps"),
    [
        ({"state": "ARCHIVED"}, ["Lead", "Archived"]),
        ({"state": "CLOSED", "filed_by": 1}, ["Lead", "Filing", "Investigation", "Review of the report", "Closed"]),
    ],
)
def test_the_way_of_what_ended_without_a_decision_shows_no_decision(
    app: Flask, ended: dict[str, Any], steps: list[str]
) -> None:
    with app.test_request_context("/?lang=en"):
        way = case_page.rungs(CaseTrack(**ended))
        assert [str(step["text"]) for step in way] == steps


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_there_in_both_languages(case: House, lang: str) -> None:
    browser = case.enter("head", lang)
    base, ref = f"/staff/cases/{case.made['case']}", case.made["ref"]
    number = case.read(lambda at: at.scalar(select(Forwarding.id)))
    track, it, answer = (
        f"{base}/tracks/{case.made['track']}",
        f"/staff/complaints/{ref}",
        f"/staff/forwardings/{number}",
    )
    pages = [
        *(
            "/staff",
            "/staff/tasks",
            "/staff/cases",
            "/staff/cases?view=all",
            "/staff/cases/new",
            "/staff/complaints/new",
        ),
        *(f"{base}/do/{deed}" for deed in deeds_cases.CASES),
        *(f"{track}/{deed}" for deed in deeds_cases.TRACKS),
        *(f"{it}/do/{deed}" for deed in deeds_complaints.DEEDS if deed not in deeds_triage.TRIAGE),
        *(f"{answer}/do/{deed}" for deed in deeds_forwardings.DEEDS),
        *(base, it, f"{it}/code", answer),
    ]
    for url in pages:
        page = browser.client.get(url, follow_redirects=True).text
        assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}"' in page
