"""People in trouble: worse than before, terms of both sides, withdrawal from everywhere, a new look by somebody new."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import (
    complaints,
    intake,
    messages,
    policies,
    putting_right,
    receipts,
    rechecks,
    triage,
)
from casework import tasks as casework_tasks
from casework.models import Complaint, Task
from casework.states import COMPLAINT
from core.actors import SYSTEM, Actor
from core.db import transaction
from core.errors import BadInput, NotAllowed, NotNow
from core.journal import JournalEntry, settle
from notices.models import Document
from registry import clocks, door
from registry.settings import setting
from tests.builders import MAIL, Desk, account, actor_of, known_year, person_of, submission
from tests.conftest import NOW
from tests.signed_in import signed_in


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def urgent(desk: Desk) -> list[Task]:
    found = select(Task).where(Task.kind == "retaliation", Task.done_at.is_(None))
    return list(desk.session.scalars(found))


# Worse since


def test_worse_is_urgent_also_without_a_word_and_after_the_end(desk: Desk) -> None:
    complaint = desk.received()
    messages.worse(desk.session, complaint, actor=person_of(complaint), now=desk.now)
    assert [(task.role, task.urgent) for task in urgent(desk)] == [("officer", True)]
    assert complaint.urgent
    casework_tasks.done(desk.session, urgent(desk)[0], actor=desk.officer, now=desk.now)
    complaints.withdraw(desk.session, complaint, pressure=False, actor=person_of(complaint), now=desk.now)
    later = desk.now + timedelta(hours=1)
    messages.worse(desk.session, complaint, said="他们又来了", actor=person_of(complaint), now=later)
    messages.worse(desk.session, complaint, actor=person_of(complaint), now=later)
    assert len(urgent(desk)) == 1
    assert desk.thread(complaint)[0].body == "他们又来了"


def test_worse_is_said_by_the_person_or_noted_by_staff_and_by_nobody_else(desk: Desk) -> None:
    complaint = desk.received()
    for stranger in (desk.lead, person_of(desk.received(contact=MAIL))):
        with pytest.raises(NotAllowed):
            messages.worse(desk.session, complaint, actor=stranger, now=desk.now)
    messages.worse(desk.session, complaint, actor=desk.intake, now=desk.now)
    assert urgent(desk)


def test_what_is_urgent_stays_urgent_when_the_alleged_is_corrected(desk: Desk) -> None:
    complaint = desk.received()
    messages.worse(desk.session, complaint, actor=person_of(complaint), now=desk.now)
    intake.recode(desk.session, complaint, ["V-T01"], actor=desk.intake, now=desk.now)
    assert complaint.urgent


# Withdrawal


FROM = ("RECEIVED", "NEED_INFO", "FORWARDED", "RELEASED", "DISPUTED", "ESCALATED", "MERGED")


def in_state(desk: Desk, state: str) -> Complaint:
    """A complaint brought there by its own verbs."""
    if state in {"RELEASED", "DISPUTED", "FORWARDED"}:
        return {"RELEASED": desk.released, "DISPUTED": desk.disputed, "FORWARDED": desk.accepted}[state]()
    if state == "ESCALATED":
        found = desk.disputed()
        complaints.escalate(desk.session, found, why="佐证", actor=desk.officer, now=desk.now)
        return found
    found = desk.received()
    if state == "NEED_INFO":
        triage.ask_info(desk.session, found, missing=["录音"], actor=desk.intake, now=desk.now)
    if state == "MERGED":
        triage.merge(desk.session, found, lead=desk.received(), same_facts=True, actor=desk.intake, now=desk.now)
    return found


@pytest.mark.parametrize("state", FROM)
def test_c20_one_withdraws_from_everywhere_after_the_question_and_a_yes_is_urgent(desk: Desk, state: str) -> None:
    complaint = in_state(desk, state)
    assert complaint.state == state
    own = person_of(complaint)
    with pytest.raises(BadInput) as refused:
        complaints.withdraw(desk.session, complaint, pressure=None, actor=own, now=desk.now)
    assert refused.value.field == "pressure"
    complaints.withdraw(desk.session, complaint, pressure=True, actor=own, now=desk.now)
    assert (complaint.state, complaint.pressure) == ("WITHDRAWN", True)
    assert [task.subject_ref for task in urgent(desk)] == [complaint.ref]
    for key in ("K01", "K02", "K05", "K06", "K07"):
        assert clocks.live(desk.session, key, ("complaint", complaint.id)) is None


# A new look


def rejected(desk: Desk, **changed: Any) -> Complaint:
    complaint = desk.received(**changed)
    said = {"reason": "NO_FACTS", "ways": ["可以报警"], "now": desk.now}
    triage.reject(desk.session, complaint, **said, actor=desk.intake)
    return complaint


def test_c29_the_person_asks_for_a_new_look_and_the_head_is_told(desk: Desk) -> None:
    complaint = rejected(desk)
    with pytest.raises(BadInput):
        rechecks.ask_recheck(desk.session, complaint, why=" ", actor=person_of(complaint), now=desk.now)
    with pytest.raises(NotAllowed):
        rechecks.ask_recheck(desk.session, complaint, why="有录音", actor=desk.lead, now=desk.now)
    rechecks.ask_recheck(desk.session, complaint, why="有录音", actor=person_of(complaint), now=desk.now)
    with pytest.raises(NotNow):
        rechecks.ask_recheck(desk.session, complaint, why="再问", actor=person_of(complaint), now=desk.now)
    [task] = casework_tasks.open_of(desk.session, ("complaint", complaint.id))
    assert (task.kind, task.role) == ("recheck", "head")
    desk.serve("complaint", complaint.id, "D03")
    rechecks.recheck(desk.session, complaint, why="有录音", actor=desk.head, now=desk.on(60))
    assert complaint.state == "RECEIVED"
    assert not casework_tasks.open_of(desk.session, ("complaint", complaint.id))


def test_c29_the_days_are_a_setting_told_in_the_letter_and_kept_with_the_complaint(desk: Desk) -> None:
    known_year(desk.session)
    setting(desk.session, "RECHECK_DAYS").value = 45
    complaint = rejected(desk)
    letter = desk.session.scalars(select(Document).where(Document.kind == "D03")).one()
    assert "45日" in str(letter.paper)
    setting(desk.session, "RECHECK_DAYS").value = 5
    desk.serve("complaint", complaint.id, "D03")
    assert policies.may_ask_recheck(desk.session, complaint, desk.on(47).date())  # 45 days end on a Saturday
    assert not policies.may_ask_recheck(desk.session, complaint, desk.on(48).date())
    with pytest.raises(NotNow):
        rechecks.recheck(desk.session, complaint, why="补充", actor=desk.head, now=desk.on(48))
    rechecks.recheck(desk.session, complaint, why="我们的错", own_error=True, actor=desk.head, now=desk.on(48))
    assert complaint.recheck_days is None


def test_c29_the_days_end_on_a_working_day_and_never_by_an_estimate(session: Session) -> None:
    desk = Desk(session, datetime(2026, 9, 2, 2, tzinfo=UTC))
    complaint = rejected(desk, conduct_from=date(2026, 8, 30), conduct_to=date(2026, 8, 30))
    desk.serve("complaint", complaint.id, "D03")
    assert policies.may_ask_recheck(session, complaint, date(2026, 10, 8))  # 2 October and six days more are rest
    assert not policies.may_ask_recheck(session, complaint, date(2026, 10, 9))
    late = rejected(Desk(session, NOW))
    desk.serve("complaint", late.id, "D03", NOW)
    assert policies.may_ask_recheck(session, late, date(2027, 1, 15))
    known_year(session)
    assert not policies.may_ask_recheck(session, late, date(2027, 1, 15))


def test_c29_the_days_count_from_the_notices_receipt(desk: Desk) -> None:
    known_year(desk.session)
    complaint = rejected(desk)
    desk.serve("complaint", complaint.id, "D03", desk.on(20))
    assert policies.may_ask_recheck(desk.session, complaint, desk.on(50).date())
    assert not policies.may_ask_recheck(desk.session, complaint, desk.on(51).date())


def test_c29_nobody_who_decided_anything_about_it_reopens_it(desk: Desk) -> None:
    complaint = desk.received()
    both = actor_of(account(desk.session, "兼任", "intake", "head"))
    triage.ask_info(desk.session, complaint, missing=["录音"], actor=both, now=desk.now)
    intake.give_info(desk.session, complaint, text="没有录音。", actor=person_of(complaint), now=desk.now)
    triage.reject(desk.session, complaint, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=desk.now)
    settle(desk.session)
    with pytest.raises(NotAllowed):
        rechecks.recheck(desk.session, complaint, why="补充", actor=both, now=desk.now)
    rechecks.recheck(desk.session, complaint, why="补充", actor=desk.head, now=desk.now)


def test_c29_c05_what_was_reopened_is_not_rejected_again_by_the_same_person(desk: Desk) -> None:
    complaint = rejected(desk)
    rechecks.recheck(desk.session, complaint, why="有新材料", actor=desk.head, now=desk.now)
    said = {"reason": "NO_FACTS", "ways": ["x"], "now": desk.now}
    with pytest.raises(NotAllowed):
        triage.reject(desk.session, complaint, **said, actor=desk.intake)
    triage.reject(desk.session, complaint, **said, actor=actor_of(account(desk.session, "受理丙", "intake")))


def test_c30_c13_a_closing_is_checked_again_by_another_officer(desk: Desk) -> None:
    complaint = desk.disputed()
    complaints.assign(desk.session, complaint, desk.officer.id, actor=desk.head, now=desk.now)
    complaints.close(desk.session, complaint, why="无违规", actor=desk.officer, now=desk.now)
    rechecks.recheck(desk.session, complaint, why="漏看材料", actor=desk.head, now=desk.now)
    assert (complaint.state, complaint.officer_id) == ("DISPUTED", None)
    with pytest.raises(NotAllowed):
        complaints.close(desk.session, complaint, why="仍无违规", actor=desk.officer, now=desk.now)
    complaints.close(desk.session, complaint, why="仍无违规", actor=desk.intake, now=desk.now)
    assert not policies.may_ask_recheck(desk.session, complaint, desk.now.date())


def test_every_row_that_ends_a_complaint_keeps_the_days(desk: Desk) -> None:
    ending = {row.id for row in COMPLAINT.rows.values() if row.target in COMPLAINT.ends}
    assert set(rechecks.ENDS) == ending


# An agent


def test_an_agents_authorisation_is_noted_when_it_is_shown(desk: Desk) -> None:
    complaint = desk.received(role="AGENT")
    with pytest.raises(NotAllowed):
        intake.authorise(desk.session, complaint, actor=desk.lead, now=desk.now)
    intake.authorise(desk.session, complaint, actor=desk.intake, now=desk.now)
    to = {"respondents": [desk.lender.id], "masked_facts": "每天致电"}
    triage.accept(desk.session, complaint, **to, actor=desk.intake, now=desk.now)
    assert complaint.state == "FORWARDED"
    with pytest.raises(NotNow):
        intake.authorise(desk.session, desk.received(contact=MAIL), actor=desk.intake, now=desk.now)


def test_an_agent_who_says_so_of_himself_has_not_shown_the_authorisation(desk: Desk) -> None:
    said = submission(role="AGENT", agent_authorised=True)
    ways = {"key": "agent-by-himself", "now": desk.now}
    mine, _code = intake.submit(desk.session, said, actor=Actor(None, frozenset(), name="visitor"), **ways)
    assert mine.complainant is not None
    assert not mine.complainant.agent_authorised
    to = {"respondents": [desk.lender.id], "masked_facts": "每天致电"}
    with pytest.raises(NotNow):
        triage.accept(desk.session, mine, **to, actor=desk.intake, now=desk.now)
    noted, _code = intake.submit(desk.session, said, actor=desk.intake, **(ways | {"key": "agent-at-the-desk"}))
    assert noted.complainant is not None
    assert noted.complainant.agent_authorised


# Through the web


@pytest.fixture
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def tracked(app: Flask, code: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("lang", "en")
    assert client.post("/track/", data={"code": code}).status_code == 303
    return client


def test_worse_on_the_tracking_page_stands_on_top_of_the_staffs_queue(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        officer, ref = desk.officer.id, complaint.ref
    person = tracked(app, code)
    assert "Has it become worse since you complained?" in person.get("/track/complaint").text
    assert person.post("/track/worse", data={"x-said": "他们来我家了", "x-key": "k"}).status_code == 303
    page = signed_in(app, officer, now=NOW).get("/staff").text
    sentence = f"Pressure or retaliation is reported (V-P04): {ref}."
    assert sentence in page
    assert page.index(sentence) < page.index('class="filters')


def test_after_the_end_a_person_can_still_write_as_the_privacy_page_promises(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        triage.reject(at, complaint, reason="NO_FACTS", ways=["x"], actor=Desk(at, NOW).intake, now=NOW)
    person = tracked(app, code)
    assert "You can still write" in person.get("/track/complaint").text
    assert person.post("/track/message", data={"m-body": "请删除我的电话号码", "m-key": "m"}).status_code == 303
    assert "请删除我的电话号码" in person.get("/track/complaint").text


def test_what_was_sent_after_the_complaint_had_closed_by_itself_is_not_lost(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        _, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
    person = tracked(app, code)
    words = "他们昨天又来了，<b>带着两个人</b>。"
    with time_machine.travel(NOW + timedelta(seconds=door.COMPLAINT_IDLE + 600)):
        asked = person.post("/track/message", data={"m-body": words, "m-key": "m"})
        assert asked.status_code == 403
        assert "your text is not lost" in asked.text
        hidden = re.findall(r'<input type="hidden" name="(m-\w+)" value="([^"]*)">', asked.text)
        carried = {name: unescape(value) for name, value in hidden}
        wrong = person.post("/track/", data=carried | {"code": "X"})
        assert "your text is not lost" in wrong.text, "not by a code that opens nothing either"
        back = person.post("/track/", data=carried | {"code": code})
        assert words in unescape(back.text), "it stands in its form"
        assert "No messages yet." in back.text, "and is not sent before it was looked at"
        assert "It has not been sent." in back.text, "which the page says where it begins"
        assert person.post("/track/message", data={"m-body": words, "m-key": "m"}).status_code == 303


def test_a_new_code_shuts_out_browsers_that_the_old_one_opened_and_none_stays_in_for_ever(
    app: Flask, today: None
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = intake.submit(at, submission(), key="w", actor=SYSTEM, now=NOW)
        clerk, number = desk.intake, complaint.id
    person = tracked(app, code)
    for hours in range(1, 25):
        with time_machine.travel(NOW + timedelta(minutes=30 * hours)):
            assert person.get("/track/complaint").status_code == 200, "as long as something is done"
    with time_machine.travel(NOW + timedelta(hours=12, minutes=10)):
        assert person.get("/track/complaint").status_code == 302
    person = tracked(app, code)
    assert person.get("/track/complaint").status_code == 200
    with app.app_context(), transaction() as at:
        fresh = receipts.renew(at, at.get_one(Complaint, number), "k", actor=clerk, now=NOW)
    assert person.get("/track/complaint").status_code == 302
    assert tracked(app, fresh).get("/track/complaint").status_code == 200


def test_what_was_misheard_of_a_person_is_put_right_with_a_reason_and_no_value_in_the_journal(
    app: Flask, today: None
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint = desk.accepted()
        intake.verify_contact(at, complaint, actor=desk.intake, now=NOW)
        officer, ref, number = desk.officer.id, complaint.ref, complaint.id
        with pytest.raises(NotAllowed):
            putting_right.person(at, complaint, name="甲", why="x", actor=desk.lead, now=NOW)
        for wrong in ({"name": "甲", "why": " "}, {"why": "来电更正"}):
            with pytest.raises(BadInput):
                putting_right.person(at, complaint, **wrong, actor=desk.intake, now=NOW)
    page, path = signed_in(app, officer, now=NOW), f"/staff/complaints/{ref}/note/person"
    form = page.get(path).text
    version = re.search(r'name="version"[^>]*value="([^"]+)"', form)
    sent = {"contact": "13900007777", "why": "本人来电更正", "key": "p", "version": version[1] if version else ""}
    assert page.post(path, data={**sent, "contact": "1390"}).status_code == 422
    assert page.post(path, data=sent).status_code == 303
    with app.app_context(), transaction() as at:
        person = at.get_one(Complaint, number).complainant
        assert (person.contact, person.contact_verified_at) == ("13900007777", None)
        assert person.contact_hash == receipts.contact_hash("13900007777")
        told = at.scalars(select(JournalEntry.changes).where(JournalEntry.row == "person.corrected")).one()
        assert told == {"fields": ["contact"], "why": "本人来电更正"}


@pytest.mark.parametrize("pressed", ["yes", "no"])
def test_whoever_was_pressed_to_withdraw_reads_what_follows_from_having_said_so(app: Flask, pressed: str) -> None:
    with app.app_context(), transaction() as at:
        _it, code = intake.submit(at, submission(), key="p", actor=SYSTEM, now=NOW)
    browser = tracked(app, code)
    done = browser.post("/track/withdraw", data={"w-pressure": pressed}, follow_redirects=True).text
    assert "The complaint is withdrawn." in done
    told = "You said that somebody pressed you: an officer looks at that as something urgent."
    assert (told in done) == (pressed == "yes")
    later = browser.get("/track/complaint").text
    assert ("If you can, write who pressed you and how" in later) == (pressed == "yes")
