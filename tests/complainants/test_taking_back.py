"""What a person takes back on the tracking page, or sends once nobody waits for it: consents, files, words."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, evidence_looks, intake, taking_back, tasks, triage
from casework.intake import EvidenceFile
from casework.models import Complaint
from casework.models_cases import CaseFile, Evidence
from casework.models_contacts import ContactEvent
from casework.models_evidence import EvidenceNote
from casework.queries_evidence import Place
from core.db import transaction
from core.errors import NotAllowed, NotNow
from filestore import files
from filestore.models_uploads import MadeCopy
from search.models import EvidenceText
from tests.builders import NAME, Desk, person_of
from tests.complainants.test_tracking_page import Tracks, asked, part, today, tracks
from tests.conftest import NOW
from tests.filestore import making_files as made

__all__ = ["today", "tracks"]


def with_file(desk: Desk, complaint: Complaint, size: tuple[int, int] = (8, 8)) -> Evidence:
    """A picture that the company may see."""
    kept = files.keep(desk.session, BytesIO(made.picture(size=size)), "截图.png")
    picture = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=True)
    (added,) = intake.bring_evidence(desk.session, complaint, [picture], actor=person_of(complaint), now=NOW)
    return added


def key_of(page: str) -> dict[str, str]:
    return {"key": page.partition('name="key" value="')[2].partition('"')[0]}


def test_before_a_company_was_told_each_consent_and_a_wrong_file_is_taken_back(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.received(share_identity=True)
        file, number = with_file(desk, complaint).id, complaint.id
        at.add(EvidenceText(evidence_id=file, body="欠款", trouble=None))
    browser = tracks(number)
    page = part(browser.get("/track/complaint").text, "evidence")
    assert "You agreed that the company learns your name and contact." in page
    assert "the company may see it" in page
    for place in ("name", f"files/{file}/showing"):
        assert browser.post(f"/track/{place}", data=key_of(browser.get("/track/complaint").text)).status_code == 303
    page = part(browser.get("/track/complaint").text, "evidence")
    assert "The company does not learn your name and contact." in page
    assert "only the association sees it" in page
    assert "Do not" not in page
    answer = browser.post(f"/track/files/{file}/file", data={f"e{file}-confirmed": ""})
    assert answer.status_code == 422, "one press deletes nothing"
    assert "Tick the box to delete the file." in answer.text
    assert browser.post(f"/track/files/{file}/file", data={f"e{file}-confirmed": "y"}).status_code == 303
    assert "截图.png" not in browser.get("/track/complaint").text


def test_nobody_is_asked_to_look_through_a_copy_of_a_file_that_was_taken_back(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            complaint = desk.received()
            number, mine = with_file(desk, complaint).id, ("complaint", complaint.id)
            by, person = {"actor": desk.officer, "now": NOW}, person_of(complaint)
            evidence_looks.open_it(at, Place(None, complaint), at.get_one(Evidence, number), why="", **by)
        with transaction() as at:
            file, place = at.get_one(Evidence, number), Place(None, at.get_one(Complaint, mine[1]))
            evidence_looks.cover(at, place, file, copy=None, nothing=True, **by)
            assert "cover_waits" in {each.kind for each in tasks.open_of(at, mine)}
        with transaction() as at:
            taking_back.file(at, at.get_one(Complaint, mine[1]), number, actor=person, now=NOW)
            assert "cover_waits" not in {each.kind for each in tasks.open_of(at, mine)}


def test_what_was_written_for_something_that_is_waited_for_no_longer_goes_as_a_message(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        number = asked(desk).id
    browser = tracks(number)
    begun = browser.post("/uploads", data={"name": "录音.png", "size": len(made.picture())}).json
    browser.put(f"/uploads/{begun['id']}", data=made.picture(), headers={"Upload-Offset": "0"})
    with app.app_context(), transaction() as at:
        complaint = at.get_one(Complaint, number)
        intake.give_info(at, complaint, text="电话补充。", files=[], actor=desk.intake, now=NOW)
    file = f"upload:{begun['id']}"
    answer = browser.post("/track/info", data={"i-facts": "他们在10日又打来。", "i-files": file, "i-shared": "y"})
    assert (answer.status_code, "We are no longer waiting for this" in answer.text) == (409, True)
    messages, evidence = part(answer.text, "messages"), part(answer.text, "evidence")
    assert "他们在10日又打来。</textarea>" in messages
    assert f'name="f-files" value="{file}"' in evidence
    assert browser.post("/track/files", data={"f-files": file, "f-shared": "y"}).status_code == 303
    assert "录音.png" in browser.get("/track/complaint").text
    empty = browser.post("/track/info", data={"i-facts": ""}).text
    assert "We are no longer waiting for this" in empty
    assert not re.search(r"<p>\s*</p>", part(empty, "messages"))


def test_what_comes_for_a_complaint_that_ended_meanwhile_is_a_message_and_its_files_are_named(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        number = asked(Desk(at, NOW)).id
    browser = tracks(number)
    begun = browser.post("/uploads", data={"name": "录音.png", "size": len(made.picture())}).json
    browser.put(f"/uploads/{begun['id']}", data=made.picture(), headers={"Upload-Offset": "0"})
    with app.app_context(), transaction() as at:
        complaint = at.get_one(Complaint, number)
        complaints.withdraw(at, complaint, pressure=False, actor=person_of(complaint), now=NOW)
    long = "他们又打来了。" * 1000
    answer = browser.post("/track/info", data={"i-facts": long, "i-files": f"upload:{begun['id']}", "i-shared": "y"})
    assert answer.status_code == 409
    assert "were not sent, because the complaint has ended: 录音.png." in answer.text
    wordless = browser.post("/track/info", data={"i-facts": "", "i-files": f"upload:{begun['id']}", "i-shared": "y"})
    assert "录音.png" in wordless.text
    assert "What you wrote stands here" not in wordless.text
    assert browser.post("/track/message", data={"m-body": long}).status_code == 303


def test_what_was_written_against_an_answer_that_was_accepted_meanwhile_goes_as_a_message(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        it = Desk(at, NOW).released()
        number = it.id
    browser = tracks(number)
    browser.post("/track/accept", data={"a-confirmed": "y"})
    answer = browser.post("/track/dispute", data={"d-why": "并未停止致电。"})
    assert "并未停止致电。</textarea>" in part(answer.text, "messages")
    assert "We are no longer waiting for this" in answer.text


@pytest.mark.parametrize("ticked", [{"confirmed": "y"}, {}], ids=["ticked", "not ticked"])
def test_whoever_deletes_a_file_in_two_tabs_is_told_by_the_second_that_it_is_gone(
    app: Flask, tracks: Tracks, ticked: dict[str, str]
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.received()
        file, number = with_file(desk, complaint).id, complaint.id
    browser = tracks(number)
    for key, status, said in (("a", 303, {"confirmed": "y"}), ("b", 409, ticked)):
        sent = {f"e{file}-{name}": value for name, value in {"key": key, **said}.items()}
        answer = browser.post(f"/track/files/{file}/file", data=sent)
        assert answer.status_code == status
    assert "This file is no longer there." in answer.text.partition('class="error-summary"')[2].partition("</div>")[0]


def test_what_was_forwarded_is_not_taken_back_and_the_page_says_so(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.forwarded(share_identity=True).complaint
        file, number = with_file(desk, complaint).id, complaint.id
        for deed in (taking_back.showing, taking_back.file):
            with pytest.raises(NotNow):
                deed(at, complaint, file, actor=person_of(complaint), now=NOW)
    page = part(tracks(number).get("/track/complaint").text, "evidence")
    assert "A company may have read this already" in page
    assert "Delete this file" not in page


def test_the_consent_to_be_named_is_taken_back_at_any_time_for_whatever_company_comes_later(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.forwarded(share_identity=True).complaint
        assert NAME in complaint.forwardings[0].identity
        number, firm, officer = complaint.id, desk.firm.id, desk.officer
    browser = tracks(number)
    assert "Do not pass them on" in part(browser.get("/track/complaint").text, "evidence")
    assert browser.post("/track/name", data={"key": "k"}).status_code == 303
    page = part(browser.get("/track/complaint").text, "evidence")
    assert "You withdrew your consent" in page
    assert "Do not pass them on" not in page
    with app.app_context(), transaction() as at:
        again = at.get_one(Complaint, number)
        triage.add_respondent(at, again, respondents=[firm], actor=officer, now=NOW)
        assert again.forwardings[-1].identity is None


def test_nobody_takes_back_what_another_person_gave_or_what_the_association_works_with(session: Session) -> None:
    desk = Desk(session, NOW)
    complaint, other = desk.received(), desk.received(contact="shen@example.invalid")
    file = with_file(desk, complaint)
    for deed in (taking_back.showing, taking_back.file):
        with pytest.raises(NotAllowed):
            deed(session, complaint, file.id, actor=person_of(other), now=NOW)
        with pytest.raises(NotNow):
            deed(session, other, file.id, actor=person_of(other), now=NOW)
    session.add(EvidenceNote(evidence_id=file.id, body="第三秒", author_id=desk.intake.id, written_at=NOW))
    session.flush()
    with pytest.raises(NotNow):
        taking_back.file(session, complaint, file.id, actor=person_of(complaint), now=NOW)


def test_what_a_company_read_before_it_handed_it_back_is_not_taken_back(session: Session) -> None:
    desk = Desk(session, NOW)
    complaint = desk.forwarded().complaint
    file = with_file(desk, complaint)
    complaint.state = "RECEIVED"  # as after an answer that it is not theirs (C08)
    session.flush()
    for deed in (taking_back.showing, taking_back.file):
        with pytest.raises(NotNow):
            deed(session, complaint, file.id, actor=person_of(complaint), now=NOW)


def test_nobody_takes_back_for_another_nor_what_staff_gave_or_a_call_or_case_rests_on(session: Session) -> None:
    desk = Desk(session, NOW)
    complaint, other = desk.received(share_identity=True), desk.received(contact="shen@example.invalid")
    with pytest.raises(NotAllowed):
        taking_back.name(session, complaint, actor=person_of(other), now=NOW)
    case = CaseFile(year=2026, serial=99, ref="AJ99", title="另案", source="COMPLAINT", opened_on=NOW.date())
    session.add(case)
    session.flush()
    own, called = (with_file(desk, complaint, (9, width)) for width in (6, 7))
    session.add(ContactEvent(complaint_id=complaint.id, at=NOW, kind="SMS", added_at=NOW, evidence_id=called.id))
    by, mine = {"actor": person_of(complaint), "now": NOW}, {"given_by": "COMPLAINANT", "case_id": None}
    for file, changed in ((called, {}), (own, {"given_by": "STAFF"}), (own, {"case_id": case.id})):
        for name, value in {**mine, **changed}.items():
            setattr(file, name, value)
        session.flush()
        with pytest.raises(NotNow):
            taking_back.file(session, complaint, file.id, **by)


def test_staff_are_asked_to_look_at_new_evidence_until_all_that_came_at_once_was_taken_back(session: Session) -> None:
    desk = Desk(session, NOW)
    complaint = desk.received()
    first = with_file(desk, complaint)
    kept = EvidenceFile(first.sha256, first.name, first.media_type, first.size, shared=False)
    brought = intake.bring_evidence(session, complaint, [kept] * 2, actor=person_of(complaint), now=desk.on(1))
    said: dict[str, Any] = {"actor": person_of(complaint), "now": desk.on(1)}
    left = []
    for each in (first, *brought):
        taking_back.file(session, complaint, each.id, **said)
        left.append([task.kind for task in tasks.open_of(session, ("complaint", complaint.id))].count("evidence"))
    assert left == [1, 1, 0]


def test_copies_of_a_file_that_another_complaint_has_as_well_stay_when_it_is_taken_back(session: Session) -> None:
    desk = Desk(session, NOW)
    complaint, other = desk.received(), desk.received(contact="shen@example.invalid")
    file, same = with_file(desk, complaint), with_file(desk, other)
    same.sha256 = file.sha256
    session.add(MadeCopy(sha256=file.sha256, asked_at=NOW))
    session.flush()
    taking_back.file(session, complaint, file.id, actor=person_of(complaint), now=NOW)
    assert session.scalars(select(MadeCopy.sha256)).all() == [same.sha256]
