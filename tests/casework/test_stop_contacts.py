"""Stop contact: every row of the table, the letter that holds a number alone, and the pages of all three sides."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pdfplumber
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from casework import cases, complaints, policies, policies_tracks, queries_portal, stop_contacts, tracks
from casework.documents import evidence_of
from casework.intake import EvidenceFile
from casework.models import Message, Task
from casework.models_cases import CaseTrack, Evidence
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from casework.states import STOP_CONTACT
from core import files
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import Reader, read_as, transaction
from core.db import session as current
from core.errors import BadInput, Changed, NotAllowed, NotNow, Refused
from core.machine import Ask
from notices import queries as papers_sent
from notices import rendering
from notices.papers import Head, Paper
from registry import clocks, sessions
from registry.models_accounts import Account
from registry.models_clocks import ClockState
from tests.builders import FACTS, MAIL, NAME, PHONE, Desk, person_of, rendered, submission
from tests.conftest import NOW
from tests.core import making_files as made

NUMBER = "13900005678"
"""Not the number at which the association reaches the person."""


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def requested(desk: Desk, **changed: Any) -> StopContact:
    """An unrelated person asked (P01)."""
    complaint = desk.received(**{"role": "UNRELATED", **changed})
    own = person_of(complaint)
    return stop_contacts.request(desk.session, complaint, number=NUMBER, own=True, actor=own, now=desk.now)[0]


def relayed(desk: Desk, *, served: bool = True, **changed: Any) -> StopContact:
    """The letter went to the lender (P02), and reached it."""
    it = requested(desk, **changed)
    stop_contacts.relay(desk.session, it, actor=desk.intake, now=desk.now)
    if served:
        desk.serve("stop_contact", it.id, "D33")
    return it


def runs(desk: Desk, key: str, it: StopContact) -> ClockState | None:
    found = clocks.live(desk.session, key, ("stop_contact", it.id))
    return None if found is None else found.state


def tasks(desk: Desk, kind: str) -> list[Task]:
    return list(desk.session.scalars(select(Task).where(Task.kind == kind, Task.done_at.is_(None))))


def report(desk: Desk, it: StopContact, days: int = 1, **changed: Any) -> ContactEvent:
    """The person says that somebody called so many days after the letter arrived."""
    at = desk.on(days)
    said = {"at": at, "kind": "CALL_INTERACTIVE", "actor": person_of(it.complaint), "now": at + timedelta(hours=1)}
    return stop_contacts.breach(desk.session, it, **{**said, **changed})


# Asked for


def test_p01_the_person_asks_and_it_is_passed_on_within_a_working_day(desk: Desk) -> None:
    it = requested(desk)
    assert (it.state, it.party_id, it.number) == ("REQUESTED", desk.lender.id, NUMBER)
    clock = clocks.live(desk.session, "K08", ("stop_contact", it.id))
    assert (clock.state, clock.length, clock.unit.value) == (ClockState.RUNNING, 1, "WD")
    assert (clock.visible_party, clock.visible_complaint) == (None, it.complaint_id)
    assert [task.role for task in tasks(desk, "stop_contact")] == ["intake"]
    assert it.complaint.ref[7:] not in it.ref


def test_p01_each_company_named_is_asked_and_an_unknown_one_is_found_out(desk: Desk) -> None:
    both = [
        complaints.Company("INSTITUTION", "NAME", desk.lender.name_zh),
        complaints.Company("FIRM", "NAME", desk.firm.name_zh),
    ]
    complaint = desk.received(role="UNRELATED", companies=both)
    made = stop_contacts.request(
        desk.session, complaint, number=NUMBER, own=True, actor=person_of(complaint), now=desk.now
    )
    assert [each.party_id for each in made] == [desk.lender.id, desk.firm.id]
    unknown = requested(desk, contact=MAIL, companies=[complaints.Company("INSTITUTION", "APP", "无名借款")])
    assert unknown.party_id is None
    with pytest.raises(BadInput) as refused:
        stop_contacts.relay(desk.session, unknown, actor=desk.intake, now=desk.now)
    assert refused.value.field == "party"
    stop_contacts.relay(desk.session, unknown, party=desk.firm, actor=desk.officer, now=desk.now)
    assert (unknown.state, unknown.party_id) == ("RELAYED", desk.firm.id)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "沈若禾 13900005678"}, "number"),
        ({"number": "1234"}, "number"),
        ({"own": False}, "own"),
    ],
)
def test_p01_the_number_alone_is_given_and_confirmed_by_its_holder(
    desk: Desk, changed: dict[str, Any], field: str
) -> None:
    complaint = desk.received(role="UNRELATED")
    said = {"number": NUMBER, "own": True, "actor": person_of(complaint), "now": desk.now}
    with pytest.raises(BadInput) as refused:
        stop_contacts.request(desk.session, complaint, **{**said, **changed})
    assert refused.value.field == field


def test_p01_nobody_asks_for_another_person_and_nobody_twice(desk: Desk) -> None:
    it = requested(desk)
    other = desk.received(contact=MAIL)
    said = {"number": NUMBER, "own": True, "now": desk.now}
    with pytest.raises(NotAllowed):
        stop_contacts.request(desk.session, it.complaint, **said, actor=person_of(other))
    with pytest.raises(BadInput):
        stop_contacts.request(desk.session, it.complaint, **said, actor=person_of(it.complaint))


def test_p01_intake_notes_it_for_somebody_on_the_telephone(desk: Desk) -> None:
    complaint, _code = complaints.submit(
        desk.session, submission(channel="PHONE", role="WRONG_NUMBER"), key="p", actor=desk.intake, now=desk.now
    )
    said = {"number": "010-5550 1234", "own": True, "now": desk.now}
    [it] = stop_contacts.request(desk.session, complaint, **said, actor=desk.intake)
    assert (it.number, it.requested_by) == ("010-55501234", desk.intake.id)
    with pytest.raises(NotAllowed):
        stop_contacts.request(desk.session, complaint, **said, actor=desk.lead)


# Passed on


def test_p02_the_letter_starts_the_time_to_confirm_and_is_not_of_the_case_file(desk: Desk) -> None:
    it = relayed(desk, served=False)
    assert (it.state, runs(desk, "K08", it), runs(desk, "K09", it)) == ("RELAYED", None, ClockState.ARMED)
    assert not tasks(desk, "stop_contact")
    letter = desk.serve("stop_contact", it.id, "D33")
    clock = clocks.live(desk.session, "K09", ("stop_contact", it.id))
    assert (clock.state, clock.visible_party, clock.visible_complaint) == (ClockState.RUNNING, desk.lender.id, None)
    assert (letter.party_id, letter.complaint_id, letter.volume) == (desk.lender.id, None, "complainant")
    assert letter.number.startswith("蓝互金协转")


def test_i20_the_letters_pdf_holds_the_number_and_nothing_about_the_person(desk: Desk) -> None:
    it = relayed(desk, served=False, id_no="110101199003074258", contact=MAIL, request="不要再打给我母亲")
    letter = papers_sent.last_document(desk.session, ["D33"], "stop_contact", it.id)
    paper, head = Paper.from_json(letter.paper["paper"]), Head.from_json(letter.paper["head"])
    with pdfplumber.open(io.BytesIO(rendering.pdf_of(paper, head))) as document:
        shown = re.sub(r"\s", "", "".join(each.extract_text() for each in document.pages))
    assert NUMBER in shown
    known = (
        NAME,
        PHONE,
        MAIL,
        "110101199003074258",
        it.complaint.ref,
        it.complaint.ref[7:],
        "母亲",
        "同事",
        FACTS[:6],
    )
    assert not [each for each in known if re.sub(r"\s", "", each) in shown]
    assert not re.search(r"\d{15}", shown.replace(NUMBER, ""))


def test_i20_what_is_stored_beside_the_letter_holds_nothing_else_either(desk: Desk) -> None:
    it = relayed(desk)
    letter = papers_sent.last_document(desk.session, ["D33"], "stop_contact", it.id)
    for secret in (NAME, PHONE, it.complaint.ref):
        assert secret not in str(letter.paper)


def test_p02_a_company_found_out_later_is_not_asked_for_the_same_number_twice(desk: Desk) -> None:
    first = requested(desk)
    known, first.party_id = first.party_id, None
    desk.session.flush()
    desk.session.add(
        StopContact(
            ref="TL-second", complaint_id=first.complaint_id, party_id=known, number=NUMBER,
            number_hash=first.number_hash, confirmed_own=True, state="REQUESTED", requested_at=desk.now,
        )
    )  # fmt: skip
    desk.session.flush()
    with pytest.raises(BadInput, match="已提出过"):
        stop_contacts.relay(desk.session, first, party=desk.lender, actor=desk.intake, now=desk.now)
    stop_contacts.relay(desk.session, first, party=desk.firm, actor=desk.intake, now=desk.now)
    assert first.state == "RELAYED"


def test_p03_a_request_for_a_number_that_was_passed_on_before_ends_in_words(desk: Desk) -> None:
    first = requested(desk)
    second = StopContact(
        ref="TL-second", complaint_id=first.complaint_id, party_id=None, number=NUMBER,
        number_hash=first.number_hash, confirmed_own=True, state="REQUESTED", requested_at=desk.now,
    )  # fmt: skip
    desk.session.add(second)
    desk.session.flush()
    said = {"holder": "TWICE", "why": "同一号码已于今日转告该机构。", "actor": desk.intake, "now": desk.now}
    with pytest.raises(BadInput, match="未曾"):
        stop_contacts.decline(desk.session, second, **said)
    stop_contacts.relay(desk.session, first, actor=desk.intake, now=desk.now)
    with pytest.raises(BadInput, match="已提出过"):
        stop_contacts.relay(desk.session, second, party=first.party, actor=desk.intake, now=desk.now)
    stop_contacts.decline(desk.session, second, **said)
    assert second.state == "DECLINED"
    assert clocks.live(desk.session, "K08", ("stop_contact", second.id)) is None


def test_p02_refuses_what_is_more_than_a_number_and_whom_nothing_can_be_sent(desk: Desk) -> None:
    it = requested(desk)
    it.number = f"{NAME}{NUMBER}"
    with pytest.raises(NotNow):
        stop_contacts.relay(desk.session, it, actor=desk.intake, now=desk.now)
    it.number = NUMBER
    desk.lender.suspended_at = desk.now
    with pytest.raises(BadInput):
        stop_contacts.relay(desk.session, it, actor=desk.intake, now=desk.now)


def test_p03_only_a_debtors_or_guarantors_own_number_is_declined_and_the_person_told(desk: Desk) -> None:
    it = requested(desk, role="DEBTOR")
    said = {"actor": desk.intake, "now": desk.now}
    with pytest.raises(BadInput):
        stop_contacts.decline(desk.session, it, holder="UNRELATED", why="不便", **said)
    with pytest.raises(BadInput):
        stop_contacts.decline(desk.session, it, holder="DEBTOR", why=" ", **said)
    stop_contacts.decline(desk.session, it, holder="DEBTOR", why="该号码系债务人本人号码。", **said)
    assert (it.state, it.declined_why, runs(desk, "K08", it)) == ("DECLINED", "该号码系债务人本人号码。", None)
    told = desk.session.scalars(select(Message).where(Message.complaint_id == it.complaint_id)).one()
    assert told.body == it.declined_why


def test_p09_a_voided_letter_is_issued_again(desk: Desk) -> None:
    it = relayed(desk, served=False)
    with pytest.raises(NotNow):
        stop_contacts.reissue(desk.session, it, actor=desk.intake, now=desk.now)
    first = desk.void("stop_contact", it.id, "D33")
    stop_contacts.reissue(desk.session, it, actor=desk.intake, now=desk.now)
    clock = clocks.live(desk.session, "K09", ("stop_contact", it.id))
    assert (it.state, clock.state, first.id in clock.awaits) == ("RELAYED", ClockState.ARMED, False)
    assert desk.letters("stop_contact", it.id) == ["D33", "D33"]


# Confirmed


def test_p04_only_the_companys_own_lead_confirms_and_has_then_received_the_letter(desk: Desk) -> None:
    it = relayed(desk, served=False)
    letter = papers_sent.last_document(desk.session, ["D33"], "stop_contact", it.id)
    rendered(desk.session, letter, desk.now)
    for stranger in (desk.firm_lead, desk.member, desk.intake):
        with pytest.raises(NotAllowed):
            stop_contacts.confirm(desk.session, it, actor=stranger, now=desk.now)
    stop_contacts.confirm(desk.session, it, actor=desk.lead, now=desk.now)
    assert (it.state, it.confirmed_by, runs(desk, "K09", it)) == ("CONFIRMED", desk.lead.id, None)
    assert [service.state for service in letter.services] == ["SERVED"]


def test_p06_a_late_confirmation_is_taken(desk: Desk) -> None:
    it = relayed(desk)
    it.state = "UNCONFIRMED"
    stop_contacts.confirm(desk.session, it, actor=desk.lead, now=desk.now)
    assert it.state == "CONFIRMED"


def test_the_second_of_two_people_is_told(desk: Desk) -> None:
    it = relayed(desk)
    seen = it.version
    stop_contacts.confirm(desk.session, it, actor=desk.lead, now=desk.now)
    with pytest.raises(Changed):
        stop_contacts.confirm(desk.session, it, actor=desk.lead, version=seen, now=desk.now)


START = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


def sweep(day: date) -> list[str]:
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
    return [one.key for one in clocks.sweep(now) if one.done]


def test_k08_and_p05_the_sweep_tells_the_head_and_then_makes_a_task(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            days = {"conduct_from": date(2026, 8, 20), "conduct_to": date(2026, 8, 21)}
            number = requested(Desk(at, START), **days).id
        assert sweep(date(2026, 9, 3)) == ["K08"]
        with transaction() as at:
            late = at.scalars(select(Task).where(Task.kind == "clock_ended:K08")).one()
            assert (late.role, late.subject_kind, late.subject_id) == ("head", "stop_contact", number)
            desk, it = Desk(at, START), at.get_one(StopContact, number)
            stop_contacts.relay(at, it, actor=desk.intake, now=START)
            desk.serve("stop_contact", number, "D33", START)
            with pytest.raises(NotNow):
                STOP_CONTACT.carry_out(Ask(at, it, SYSTEM, {}, START), "K09_expired")
        assert "K09" in sweep(date(2026, 9, 5))
        with transaction() as at:
            assert at.get_one(StopContact, number).state == "UNCONFIRMED"
            assert at.scalars(select(Task.role).where(Task.kind == "stop_unconfirmed")).all() == ["officer"]


# Contacted all the same


def test_p07_a_later_call_is_evidence_and_a_lead_on_the_company(desk: Desk) -> None:
    it = relayed(desk)
    noted = report(desk, it, from_number="0592 5550 0123", said="催还借款")
    assert (it.state, runs(desk, "K09", it)) == ("BREACHED", None)
    assert (noted.party_id, noted.kind, noted.connected, noted.number) == (
        desk.lender.id, "CALL_INTERACTIVE", True, NUMBER,
    )  # fmt: skip
    found = policies.tracks_of(desk.session, it.complaint)
    lender = next(each for each in found if each.party_id == desk.lender.id)
    assert lender.state == "SCREENING"
    assert [each.code for each in lender.allegations] == ["V-C03"]
    assert it.ref in lender.lead
    assert NUMBER not in lender.lead
    assert tasks(desk, "stop_breached")


def test_i20_a_breach_never_stands_in_the_case_of_the_complaint(desk: Desk) -> None:
    it = relayed(desk)
    complaints.accept(
        desk.session,
        it.complaint,
        respondents=[desk.lender.id],
        masked_facts="打错电话",
        actor=desk.intake,
        now=desk.now,
    )
    desk.answer(it.complaint.forwardings[0])
    desk.release(it.complaint.forwardings[0])
    complaints.escalate(desk.session, it.complaint, why="多次", actor=desk.officer, now=desk.now)
    before = {each.id for each in policies.tracks_of(desk.session, it.complaint)}
    report(desk, it)
    found = policies.tracks_of(desk.session, it.complaint)
    assert before
    assert all("V-C03" not in [one.code for one in each.allegations] for each in found if each.id in before)
    own = [each for each in found if each.id not in before]
    assert own
    assert {each.lead_code for each in own} == {"V-C03"}
    day = day_of(desk.on(1))
    assert {(each.case.conduct_from, each.case.conduct_to) for each in own} == {(day, day)}


def test_i20_a_complaint_with_a_breach_still_gets_a_case_of_its_own(desk: Desk) -> None:
    it = relayed(desk)
    report(desk, it)
    before = {each.id for each in policies.tracks_of(desk.session, it.complaint)}
    complaints.accept(
        desk.session,
        it.complaint,
        respondents=[desk.lender.id],
        masked_facts="打错电话",
        actor=desk.intake,
        now=desk.now,
    )
    desk.answer(it.complaint.forwardings[0])
    desk.release(it.complaint.forwardings[0])
    complaints.escalate(desk.session, it.complaint, why="多次", actor=desk.officer, now=desk.now)
    found = {each.id for each in policies.tracks_of(desk.session, it.complaint)}
    assert found > before


def test_i20_contact_after_the_letter_is_not_alleged_in_the_case_of_the_complaint(desk: Desk) -> None:
    it = relayed(desk)
    complaints.accept(
        desk.session,
        it.complaint,
        respondents=[desk.lender.id],
        masked_facts="打错电话",
        actor=desk.intake,
        now=desk.now,
    )
    desk.answer(it.complaint.forwardings[0])
    desk.release(it.complaint.forwardings[0])
    complaints.escalate(desk.session, it.complaint, why="多次", actor=desk.officer, now=desk.now)
    track = next(each for each in policies.tracks_of(desk.session, it.complaint) if each.party_id == desk.lender.id)
    said = {"code": "V-C03", "facts": "停止联系后仍致电", "actor": desk.officer, "now": desk.now}
    with pytest.raises(BadInput, match="另立案件"):
        cases.allege(desk.session, track, **said)
    it.state = "REQUESTED"
    desk.session.flush()
    assert cases.allege(desk.session, track, **said).code == "V-C03"


def test_i13_proof_of_a_later_call_is_shown_only_with_consent_and_only_in_its_own_case(desk: Desk) -> None:
    it = relayed(desk)
    kept = files.keep(desk.session, io.BytesIO(made.picture()), "来电.png")
    shown = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=True)
    noted = [report(desk, it, files=[shown]), report(desk, it, days=2, files=[replace(shown, shared=False)])]
    proof, kept_back = (desk.session.get_one(Evidence, each.evidence_id) for each in noted)
    tracks_there = policies.tracks_of(desk.session, it.complaint)
    track = next(each for each in tracks_there if each.party_id == desk.lender.id)
    assert (proof.case_id, proof.shared, proof.stripped_sha256 is not None) == (track.case_id, True, True)
    assert [policies_tracks.is_showable(each, track) for each in (proof, kept_back)] == [True, False]
    assert evidence_of(desk.session, it.complaint, shared=True) == []
    complaints.accept(
        desk.session,
        it.complaint,
        respondents=[desk.lender.id],
        masked_facts="打错电话",
        actor=desk.intake,
        now=desk.now,
    )
    assert queries_portal.consented(desk.session, it.complaint.forwardings[0]) == []
    assert queries_portal.file(desk.session, proof.id, desk.lender.id) is None


def test_p07_after_the_end_of_its_case_a_breach_opens_another(desk: Desk) -> None:
    it = relayed(desk)
    report(desk, it)
    for track in policies.tracks_of(desk.session, it.complaint):
        tracks.decline(desk.session, track, reasons="证据不足", actor=desk.head, version=None, now=desk.on(2))
    before = len(policies.tracks_of(desk.session, it.complaint))
    it.state = "CONFIRMED"
    it.confirmed_at = desk.now
    report(desk, it, 3)
    assert len(policies.tracks_of(desk.session, it.complaint)) > before


def test_p07_only_dated_contacts_after_the_letter_count(desk: Desk) -> None:
    it = relayed(desk, served=False)
    with pytest.raises(NotNow):
        report(desk, it)
    desk.serve("stop_contact", it.id, "D33")
    for changed in ({"at": None}, {"at": desk.now}, {"at": desk.on(9)}, {"kind": "SMOKE"}):
        with pytest.raises(BadInput):
            report(desk, it, **changed)
    with pytest.raises(NotAllowed):
        report(desk, it, actor=person_of(desk.received(contact=MAIL)))


def test_p08_another_contact_is_noted_and_the_same_one_is_not(desk: Desk) -> None:
    it = relayed(desk)
    report(desk, it)
    with pytest.raises(BadInput):
        report(desk, it)
    report(desk, it, 2, kind="SMS", actor=desk.officer)
    mine = select(ContactEvent.kind).where(ContactEvent.stop_contact_id == it.id).order_by(ContactEvent.id)
    assert desk.session.scalars(mine).all() == ["CALL_INTERACTIVE", "SMS"]
    assert len(tasks(desk, "stop_breached")) == 2


def test_a_breach_is_reported_after_the_complaint_has_ended(desk: Desk) -> None:
    it = relayed(desk)
    complaints.withdraw(desk.session, it.complaint, pressure=False, actor=person_of(it.complaint), now=desk.now)
    report(desk, it)
    assert it.state == "BREACHED"


# In the reader's language


Asked = tuple[StopContact, str, dict[str, Any], Actor]
CASES: dict[str, Callable[[Desk], Asked]] = {
    "P01": lambda d: (_unasked(d), "request", {}, d.intake),
    "P02": lambda d: (_nobody(d), "relay", {}, d.intake),
    "P03": lambda d: (requested(d), "decline", {"why": "x"}, d.intake),
    "P04": lambda d: (relayed(d), "confirm", {}, d.firm_lead),
    "P05": lambda d: (relayed(d), "K09_expired", {}, SYSTEM),
    "P07": lambda d: (relayed(d), "breach", {"kind": "SMS"}, d.officer),
    "P09": lambda d: (relayed(d), "reissue", {}, d.intake),
}
SENTENCES = {
    "P01": "The holder of the number must confirm that it is theirs.",
    "P02": "Say which company is asked to stop.",
    "P03": "Only a request of the debtor or a guarantor is declined.",
    "P04": "Only the lead of the company concerned can confirm this.",
    "P05": "This time limit has not ended.",
    "P07": "Say on which day and at what time it was.",
    "P09": "The document was not made void.",
}


def _unasked(desk: Desk) -> StopContact:
    complaint = desk.received(role="UNRELATED")
    return StopContact(complaint_id=complaint.id, number=NUMBER, number_hash=b"x", state="NEW", requested_at=desk.now)


def _nobody(desk: Desk) -> StopContact:
    return requested(desk, companies=[complaints.Company("INSTITUTION", "APP", "无名借款")])


@pytest.mark.parametrize("row", CASES)
def test_a_guard_says_why_in_both_languages(desk: Desk, app: Flask, row: str) -> None:
    it, event, facts, actor = CASES[row](desk)
    refused: list[Refused] = STOP_CONTACT.refusals(Ask(desk.session, it, actor, facts, desk.now), event)
    with app.test_request_context(), force_locale("en"):
        assert SENTENCES[row] in [str(each) for each in refused]
        spoken = [str(each) for each in refused]
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert all(re.search(r"[\u4e00-\u9fff]", str(each)) for each in refused)
        assert not set(spoken) & {str(each) for each in refused}


# Who reads what


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

    def entered(number: int) -> FlaskClient:
        client = app.test_client()
        with app.app_context(), transaction() as at:
            token = sessions.begin(at, at.get_one(Account, number), passed=True, client="test", now=NOW)
        with client.session_transaction() as cookie:
            cookie["sid"] = token
        client.set_cookie("lang", "en")
        return client

    return entered


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """The pages happen on 25 November 2026, and later where a test travels."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


def state(app: Flask) -> tuple[int, str]:
    with app.app_context(), transaction() as at:
        it = at.scalars(select(StopContact)).one()
        return it.id, it.state


def test_a_person_asks_staff_pass_it_on_the_company_confirms_and_a_later_call_is_reported(
    app: Flask, enter: Enter, today: Any
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        complaint, code = complaints.submit(at, submission(role="UNRELATED"), key="w", actor=SYSTEM, now=NOW)
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
    assert staff.get(f"/staff/stop-contacts/{number}/do/relay").status_code == 200
    with app.app_context(), transaction() as at:
        lender = at.get_one(StopContact, number).party_id
    relay = {"party": str(lender), "key": "k3"}
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


def test_it_is_asked_with_the_complaint_by_whoever_is_not_the_debtor(app: Flask, client: FlaskClient) -> None:
    steps: dict[str, dict[str, Any]] = {
        "who": {"role": "WRONG_NUMBER"},
        "company": {"how": "NAME", "value": "青屿消费金融有限公司"},
        "conduct": {"codes": ["V-C04"], "conduct_from": "2026-01-03", "conduct_to": "2026-01-05", "facts": FACTS},
        "evidence": {},
    }
    for step, answers in steps.items():
        assert client.post(f"/complain/{step}", data=answers).status_code == 303, step
    assert client.post("/complain/contact", data={"stop_number": NUMBER, "consent": "y"}).status_code == 422
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
