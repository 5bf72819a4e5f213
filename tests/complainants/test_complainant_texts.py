"""Somebody who left only a mobile number: told that there is news, once confirmed, by words that betray nothing."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complainant_texts, messages, putting_right, receipts
from casework.models import Complainant, Complaint
from core.db import transaction
from core.errors import NotAllowed, NotNow
from core.journal import JournalEntry, settle
from core.texts import TextMessage
from notices import serving
from registry import text_numbers
from tests.builders import FACTS, MAIL, NAME, PHONE, Desk, person_of
from tests.complainants.test_public_form import STEPS, code_in
from tests.conftest import NOW
from tests.notices.test_serving_ways import letter
from tests.registry.test_notifications import last_code, taking  # noqa: F401 - a fixture

LOST = "https://zilu.example/track/lost"
NIGHT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, NOW)


def news(session: Session) -> list[TextMessage]:
    return list(session.scalars(select(TextMessage).where(TextMessage.kind == "news").order_by(TextMessage.id)))


def wanted(desk: Desk) -> Complaint:
    """A complaint whose person confirmed the mobile number."""
    complaint = desk.received()
    person = person_of(complaint)
    complainant_texts.ask(desk.session, complaint, actor=person, now=NOW)
    assert complainant_texts.confirm(desk.session, complaint, last_code(desk.session), actor=person, now=NOW)
    return complaint


def test_a_message_of_staff_is_told_by_a_text_that_names_nothing(desk: Desk) -> None:
    complaint = wanted(desk)
    messages.write(desk.session, complaint, "请补充录音", actor=desk.intake, now=NOW)
    (text,) = news(desk.session)
    assert text.to == f"+86{PHONE}"
    assert text.words.startswith("您有新的进展")
    assert not any(word in text.words for word in ("投诉", "录音", NAME, complaint.ref, FACTS[:6], "催收"))


def test_nothing_goes_to_a_number_before_its_code_was_entered(desk: Desk) -> None:
    complaint = desk.received()
    messages.write(desk.session, complaint, "请补充录音", actor=desk.intake, now=NOW)
    complainant_texts.ask(desk.session, complaint, actor=person_of(complaint), now=NOW)
    messages.write(desk.session, complaint, "请补充", actor=desk.intake, now=NOW)
    assert news(desk.session) == []
    assert complaint.complainant is not None
    assert complaint.complainant.contact_verified_at is None


def test_the_code_proves_the_contact(desk: Desk) -> None:
    complaint = wanted(desk)
    assert complaint.complainant is not None
    assert complaint.complainant.contact_verified_at == NOW


def test_a_code_that_is_sent_twice_is_noted_once(desk: Desk) -> None:
    complaint = wanted(desk)
    assert complainant_texts.confirm(desk.session, complaint, "000000", actor=person_of(complaint), now=NOW)
    settle(desk.session)
    rows = desk.session.scalars(select(JournalEntry.row).where(JournalEntry.row == "texts.on")).all()
    assert len(rows) == 1


def test_many_news_at_night_are_one_text_in_the_morning(desk: Desk) -> None:
    complaint = wanted(desk)
    with time_machine.travel(NIGHT):
        for words in ("甲", "乙", "丙"):
            messages.write(desk.session, complaint, words, actor=desk.intake, now=NIGHT)
    (text,) = news(desk.session)
    assert text.due_at == datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
    assert text.handed_at is None


def test_a_letter_on_the_tracking_page_is_told_once(desk: Desk) -> None:
    complaint = wanted(desk)
    service = letter(desk)
    service.complaint_id, service.party_id = complaint.id, None
    service.document.complaint_id, service.document.party_id = complaint.id, None
    desk.session.flush()
    serving.onward(desk.session, service, NOW)
    serving.onward(desk.session, service, NOW)
    assert service.state == "NOTICE_POSTED"
    assert len(news(desk.session)) == 1


def test_whoever_left_a_mail_address_or_nothing_is_offered_no_text(desk: Desk) -> None:
    for contact in (MAIL, None, "010-12345678"):
        complaint = desk.received(contact=contact)
        assert not complainant_texts.is_offered(complaint)
        with pytest.raises(NotNow):
            complainant_texts.ask(desk.session, complaint, actor=person_of(complaint), now=NOW)


def test_nobody_else_asks_for_texts_to_a_complainant_s_number(desk: Desk) -> None:
    complaint, other = desk.received(), desk.received(contact="13700137000")
    for actor in (desk.intake, person_of(other)):
        with pytest.raises(NotAllowed):
            complainant_texts.ask(desk.session, complaint, actor=actor, now=NOW)


def test_the_end_is_the_end_and_forgets_the_number(desk: Desk) -> None:
    complaint = wanted(desk)
    complainant_texts.end(desk.session, complaint, actor=person_of(complaint), now=NOW)
    messages.write(desk.session, complaint, "请补充录音", actor=desk.intake, now=NOW)
    assert news(desk.session) == []
    assert desk.session.get(text_numbers.TextNumber, ("complaint", complaint.id)) is None


@pytest.mark.parametrize("corrected", [False, True])
def test_news_that_waits_for_the_morning_does_not_come_to_a_number_given_up_in_the_night(
    desk: Desk, corrected: bool
) -> None:
    complaint = wanted(desk)
    with time_machine.travel(NIGHT):
        messages.write(desk.session, complaint, "请补充录音", actor=desk.intake, now=NIGHT)
        if corrected:
            said = {"why": "本人来电", "contact": "13700137000", "actor": desk.intake, "now": NIGHT}
            putting_right.person(desk.session, complaint, **said)  # type: ignore[arg-type]
        else:
            complainant_texts.end(desk.session, complaint, actor=person_of(complaint), now=NIGHT)
    assert news(desk.session) == []


def test_from_the_form_over_the_code_to_the_text(app: Flask, client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    for step, answers in STEPS.items():
        given = answers | ({"contact": "lee@mail.example", "texts": "y"} if step == "contact" else {})
        assert client.post(f"/complain/{step}", data=given).status_code == (422 if step == "contact" else 303)
    contact = {**STEPS["contact"], "contact": "138 0013 8000", "texts": "y"}
    assert client.post("/complain/contact", data=contact).status_code == 303
    key = re.search(r'name="key"[^>]*value="([^"]+)"', client.get("/complain/send").text)
    assert key is not None
    sent = client.post("/complain/send", data={"key": key[1]})
    assert sent.status_code == 200, sent.text
    confirms = "Text messages begin when you have entered the code"
    assert all(confirms in each for each in (sent.text, client.get("/complain/send").text)), "also where it comes again"
    receipt = code_in(sent.text)
    client.post("/track/", data={"code": receipt})
    page = client.get("/track/complaint").text
    assert "A code was sent to this number" in page
    assert "138****8000" in page.replace("+86", "")
    with app.app_context(), transaction() as session:
        code = last_code(session)
        assert news(session) == []
    wrong = "000000" if code != "000000" else "111111"
    assert client.post("/track/texts/code", data={"k-code": wrong}).status_code == 422
    assert client.post("/track/texts/code", data={"k-code": code}).status_code == 303
    assert "not confirmed yet" not in client.get("/track/complaint").text
    assert confirms not in client.get("/complain/send").text
    with app.app_context(), transaction() as session:
        person = session.scalars(select(Complainant)).one()
        assert person.contact_verified_at is not None
        complainant_texts.tell(session, person.complaint_id, key="e", now=NOW)
        complainant_texts.tell(session, person.complaint_id, key="e", now=NOW + timedelta(hours=1))
        assert len(news(session)) == 1
    assert client.post("/track/texts/end", data={}).status_code == 303
    assert "Send me a code" in client.get("/track/complaint").text


def test_a_number_that_had_its_codes_for_the_day_stops_no_complaint(desk: Desk) -> None:
    complaint = desk.received()
    for _ in range(text_numbers.MOST_CODES + 1):
        complainant_texts.ask_with(desk.session, complaint, now=NOW)
    asked = select(TextMessage).where(TextMessage.kind == "code")
    assert len(desk.session.scalars(asked).all()) == text_numbers.MOST_CODES


def test_a_lost_code_is_renewed_through_the_confirmed_number_and_through_no_other(desk: Desk) -> None:
    unconfirmed, complaint = desk.received(), wanted(desk)
    for each in (unconfirmed, complaint):
        receipts.send_links(desk.session, each.ref, receipts.contact_hash(PHONE), url=LOST, now=NOW)
    asked = select(TextMessage).where(TextMessage.key.startswith("receipt-link:"))
    (text,) = desk.session.scalars(asked).all()
    token = text.words.rpartition("/")[2]
    assert text.to == f"+86{PHONE}"
    found, code = receipts.by_link(desk.session, token, "a key", now=NOW)
    assert found.id == complaint.id
    assert receipts.find(desk.session, code) == complaint.id
    receipts.send_links(desk.session, complaint.ref, receipts.contact_hash("13700137000"), url=LOST, now=NOW)
    assert len(desk.session.scalars(asked).all()) == 1
