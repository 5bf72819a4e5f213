"""How a complaint comes in: what is refused, entered by staff, asked for, and asked for again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from casework import copies, intake, rechecks, triage
from casework.intake import Company
from casework.models import Complaint
from core.actors import NOBODY
from core.clock import ZONE
from core.errors import BadInput, NotAllowed, NotNow
from notices import queries as notices
from registry import clocks
from registry.models_clocks import ClockState
from registry.settings import setting
from tests.builders import MASKED, Desk, person_of, rendered, submission
from tests.casework.test_complaints import desk, runs, tasks

__all__ = ["desk"]


@pytest.mark.parametrize(
    "changed",
    [
        {"honeypot": "x"},
        {"facts": " "},
        {"companies": []},
        {"role": ""},
        {"codes": ["V-X99"]},
        {"channel": "PHONE"},
        {"share_identity": True, "name": None, "contact": None},
    ],
)
def test_c01_an_incomplete_form_is_refused(desk: Desk, changed: dict[str, Any]) -> None:
    with pytest.raises((BadInput, NotNow, NotAllowed)):
        desk.received(**changed)


@pytest.mark.parametrize("at_once", [True, False])
def test_c01_a_sign_that_no_letter_can_repeat_is_told_before_anything_is_sent(desk: Desk, at_once: bool) -> None:
    said = submission(companies=[Company("INSTITUTION", "NAME", "青屿\ue3c1消费金融")])
    with pytest.raises(NotNow):
        intake.submit(desk.session, said, key="k", actor=NOBODY, now=desk.now, at_once=at_once)


def test_c01_conduct_in_the_future_is_refused_beside_its_field(desk: Desk) -> None:
    with pytest.raises(BadInput) as refused:
        desk.received(conduct_to=(desk.now + timedelta(days=2)).date())
    assert refused.value.field == "conduct_to"


def test_c01_a_person_sends_at_most_three_complaints_a_day(desk: Desk) -> None:
    morning, desk.now = desk.now, datetime(2026, 11, 25, 0, 30, tzinfo=ZONE)
    sent = [desk.received() for _ in range(4)]
    desk.now = morning
    for each in sent[1:]:  # who sent the four is known once somebody answered at the contact
        each.complainant.contact_verified_at = desk.now
    with pytest.raises(NotNow):
        desk.received()
    with pytest.raises(NotNow):
        desk.received(contact="13900001111", sent_here=3)
    desk.received(contact="13900001111")
    desk.now = datetime(2026, 11, 26, tzinfo=ZONE) - timedelta(seconds=1)
    with pytest.raises(NotNow):
        desk.received()
    desk.now += timedelta(seconds=1)
    desk.received()


def test_c01_without_a_contact_nobody_is_counted(desk: Desk) -> None:
    for _ in range(4):
        desk.received(name=None, contact=None)


def test_c01_a_name_is_needed_where_the_association_requires_one(desk: Desk) -> None:
    setting(desk.session, "REAL_NAME_REQUIRED").value = True
    desk.session.flush()
    with pytest.raises(BadInput) as refused:
        desk.received(name=None)
    assert refused.value.field == "name"


def test_staff_enter_what_came_by_telephone(desk: Desk) -> None:
    complaint, _code = intake.submit(
        desk.session, submission(channel="PHONE"), key="p", actor=desk.intake, now=desk.now
    )
    assert (complaint.state, complaint.channel) == ("RECEIVED", "PHONE")


# Completing


def asked(desk: Desk) -> Complaint:
    complaint = desk.received()
    triage.ask_info(desk.session, complaint, missing=["通话录音"], actor=desk.intake, now=desk.now)
    return complaint


def test_c02_something_is_asked_for_once(desk: Desk) -> None:
    complaint = asked(desk)
    assert (complaint.state, complaint.missing) == ("NEED_INFO", "通话录音")
    assert runs(desk, "K02", complaint) is ClockState.ARMED
    assert runs(desk, "K01", complaint) is None
    intake.give_info(desk.session, complaint, text="录音已丢失。", actor=person_of(complaint), now=desk.now)
    with pytest.raises(NotNow):
        triage.ask_info(desk.session, complaint, missing=["再补"], actor=desk.intake, now=desk.now)


def test_c02_what_is_missing_is_named(desk: Desk) -> None:
    with pytest.raises(BadInput):
        triage.ask_info(desk.session, desk.received(), missing=[" "], actor=desk.intake, now=desk.now)


def test_c03_information_starts_the_check_anew_and_unchecks_the_masked_copy(desk: Desk) -> None:
    complaint = asked(desk)
    complaint.masked_facts = MASKED
    intake.give_info(desk.session, complaint, text="录音已丢失。", actor=person_of(complaint), now=desk.now)
    assert complaint.state == "RECEIVED"
    assert complaint.facts.endswith("录音已丢失。")
    assert complaint.masked_facts is None
    assert runs(desk, "K02", complaint) is None
    assert runs(desk, "K01", complaint) is ClockState.RUNNING
    assert tasks(desk, "information")


@pytest.mark.parametrize(("lang", "heading"), [("zh", "【2026年11月25日补充】"), ("en", "[Added on 25 November 2026]")])
def test_what_was_added_later_stands_below_its_day_in_the_text_and_in_the_copy(
    desk: Desk, lang: str, heading: str
) -> None:
    complaint = asked(desk)
    complaint.lang, first = lang, complaint.facts
    intake.give_info(desk.session, complaint, text="录音已丢失。", actor=person_of(complaint), now=desk.now)
    assert complaint.facts == f"{first}\n\n{heading}\n录音已丢失。"
    assert f"{heading}\n录音已丢失。" in copies.drafted(complaint), "nothing of it is masked"


def states(desk: Desk, complaint: Complaint, kind: str) -> list[str]:
    letter = notices.last_document(desk.session, [kind], "complaint", complaint.id)
    assert letter is not None
    desk.session.refresh(letter, ["services"])
    return [each.state for each in letter.services]


def test_who_adds_on_the_telephone_what_was_asked_for_has_received_the_letter(desk: Desk) -> None:
    complaint = asked(desk)
    letter = notices.last_document(desk.session, ["D02"], "complaint", complaint.id)
    assert letter is not None
    rendered(desk.session, letter, desk.now)
    intake.give_info(desk.session, complaint, text="录音已丢失。", actor=desk.intake, now=desk.now)
    assert (states(desk, complaint, "D02"), runs(desk, "K02", complaint)) == (["SERVED"], None)


def test_who_asks_for_a_second_look_has_received_the_notice_of_the_end(desk: Desk) -> None:
    complaint = desk.received()
    triage.reject(desk.session, complaint, reason="NO_FACTS", ways=["可另行投诉"], actor=desk.intake, now=desk.now)
    letter = notices.last_document(desk.session, ["D03"], "complaint", complaint.id)
    assert letter is not None
    rendered(desk.session, letter, desk.now)
    rechecks.ask_recheck(desk.session, complaint, why="有录音", actor=desk.officer, now=desk.now)
    assert states(desk, complaint, "D03") == ["SERVED"]


def test_c03_not_after_the_period_and_not_by_a_stranger(desk: Desk) -> None:
    complaint = asked(desk)
    desk.serve("complaint", complaint.id, "D02")
    other = desk.received(contact="13900001111")
    with pytest.raises(NotAllowed):
        intake.give_info(desk.session, complaint, text="x", actor=person_of(other), now=desk.now)
    with pytest.raises(BadInput):
        intake.give_info(desk.session, complaint, text="", actor=person_of(complaint), now=desk.now)
    with pytest.raises(NotNow):
        intake.give_info(desk.session, complaint, text="x", actor=person_of(complaint), now=desk.on(20))


def test_c28_a_voided_letter_is_issued_again_and_arms_anew(desk: Desk) -> None:
    complaint = asked(desk)
    with pytest.raises(NotNow):
        triage.reissue(desk.session, complaint, actor=desk.intake, now=desk.now)
    first = desk.void("complaint", complaint.id, "D02")
    triage.reissue(desk.session, complaint, actor=desk.intake, now=desk.now)
    clock = clocks.live(desk.session, "K02", ("complaint", complaint.id))
    assert clock.state is ClockState.ARMED
    assert clock.awaits == [first.replaced_by_id]


# Rejecting and referring
