"""Stop contact: every row of the table, the letter that holds a number alone, and the pages of all three sides."""

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pdfplumber
import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import intake, stop_contacts
from casework.models import Message, NamedCompany, Task
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from casework.states import STOP_CONTACT
from complainants import queries_tracking, stages
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, Changed, NotAllowed, NotNow, Refused
from core.journal import JournalEntry, settle
from core.machine import Ask
from core.plainly import day as shown
from desk import deeds_stop_contacts
from notices import queries as papers_sent
from notices import rendering
from notices.models import Document
from registry import clock_sweep, clocks, successions
from registry.models_clocks import ClockState
from registry.models_lineage import SuccessionKind
from tests.builders import FACTS, MAIL, NAME, PHONE, Desk, party, person_of, rendered, submission

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


def test_who_a_complaint_was_put_before_is_proposed_where_it_named_nobody_known(desk: Desk) -> None:
    sent = desk.forwarded(role="UNRELATED")
    assert sent.party in deeds_stop_contacts._concerned(desk.session, sent.complaint)
    for each in sent.complaint.companies:
        each.party, each.how, each.value = None, "NUMBER", "0592 5550 0123"
    desk.session.flush()
    assert deeds_stop_contacts._concerned(desk.session, sent.complaint) == [sent.party]


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
        intake.Company("INSTITUTION", "NAME", desk.lender.name_zh),
        intake.Company("FIRM", "NAME", desk.firm.name_zh),
    ]
    complaint = desk.received(role="UNRELATED", companies=both)
    made = stop_contacts.request(
        desk.session, complaint, number=NUMBER, own=True, actor=person_of(complaint), now=desk.now
    )
    assert [each.party_id for each in made] == [desk.lender.id, desk.firm.id]
    unknown = requested(desk, contact=MAIL, companies=[intake.Company("INSTITUTION", "APP", "无名借款")])
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
        ({"number": "1380013800"}, "number"),
        ({"number": "+86 138001380001"}, "number"),
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


def test_p01_of_two_companies_the_one_that_the_register_does_not_know_waits_beside_the_other(desk: Desk) -> None:
    named = [
        intake.Company("INSTITUTION", "NAME", desk.lender.name_zh),
        intake.Company("INSTITUTION", "APP", "无名借款"),
    ]
    complaint = desk.received(role="UNRELATED", companies=named)
    said = {"number": NUMBER, "own": True, "actor": person_of(complaint), "now": desk.now}
    known, unknown = stop_contacts.request(desk.session, complaint, **said)
    assert (known.party_id, unknown.party_id) == (desk.lender.id, None)
    stop_contacts.relay(desk.session, unknown, party=desk.firm, actor=desk.intake, now=desk.now)
    with pytest.raises(BadInput):
        stop_contacts.request(desk.session, complaint, **said)


def test_p01_who_does_not_know_the_firm_has_the_lender_asked_and_gives_nobody_a_company_to_find_out(
    desk: Desk,
) -> None:
    named = [intake.Company("INSTITUTION", "NAME", desk.lender.name_zh), intake.Company("FIRM", "UNKNOWN", "")]
    complaint = desk.received(role="UNRELATED", companies=named)
    said = {"number": NUMBER, "own": True, "actor": person_of(complaint), "now": desk.now}
    assert [each.party_id for each in stop_contacts.request(desk.session, complaint, **said)] == [desk.lender.id]


def test_p01_who_was_asked_before_is_not_asked_again_and_the_others_are(desk: Desk) -> None:
    complaint = desk.received(role="UNRELATED")
    said = {"number": NUMBER, "own": True, "actor": person_of(complaint), "now": desk.now}
    stop_contacts.request(desk.session, complaint, **said)
    complaint.companies.append(NamedCompany(kind="FIRM", how="NAME", value=desk.firm.name_zh, party_id=desk.firm.id))
    desk.session.flush()
    [later] = stop_contacts.request(desk.session, complaint, **said)
    assert later.party_id == desk.firm.id


def test_p01_intake_notes_it_for_somebody_on_the_telephone(desk: Desk) -> None:
    complaint, _code = intake.submit(
        desk.session, submission(channel="PHONE", role="WRONG_NUMBER"), key="p", actor=desk.intake, now=desk.now
    )
    said = {"number": "010-5550 1234", "own": True, "now": desk.now}
    [it] = stop_contacts.request(desk.session, complaint, **said, actor=desk.intake)
    assert it.number == "010-55501234"
    settle(desk.session)
    [asked] = desk.session.scalars(select(JournalEntry.actor).where(JournalEntry.row == "P01"))
    assert asked == desk.intake.who
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
    paper, head = letter.frozen, letter.head
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


@pytest.mark.parametrize("how", ["unknown", "suspended"])
def test_p03_a_request_to_a_company_that_nothing_can_be_sent_ends_with_where_to_turn(desk: Desk, how: str) -> None:
    it = requested(desk)
    said = {"holder": "UNREACHABLE", "why": "您可以向金融监管部门反映。", "actor": desk.intake, "now": desk.now}
    with pytest.raises(BadInput, match="可以收函"):
        stop_contacts.decline(desk.session, it, **said)
    if how == "unknown":
        it.party_id = None
    else:
        desk.lender.suspended_at = desk.now
    desk.session.flush()
    stop_contacts.decline(desk.session, it, **said)
    assert (it.state, it.declined_why, runs(desk, "K08", it)) == ("DECLINED", said["why"], None)
    assert tasks(desk, "stop_contact") == []


def test_p10_staff_note_that_the_person_takes_it_back_and_not_once_it_is_passed_on(desk: Desk) -> None:
    it = requested(desk)
    stop_contacts.take_back(desk.session, it, actor=desk.intake, now=desk.now)
    assert (it.state, it.declined_why, runs(desk, "K08", it)) == ("DECLINED", "本人已撤回该请求。", None)
    assert tasks(desk, "stop_contact") == []
    late = relayed(desk, contact=MAIL)
    with pytest.raises(NotNow):
        stop_contacts.take_back(desk.session, late, actor=person_of(late.complaint), now=desk.now)


def test_p09_a_voided_letter_is_issued_again(desk: Desk) -> None:
    it = relayed(desk, served=False)
    with pytest.raises(NotNow):
        stop_contacts.reissue(desk.session, it, actor=desk.intake, now=desk.now)
    first = desk.void("stop_contact", it.id, "D33")
    stop_contacts.reissue(desk.session, it, actor=desk.intake, now=desk.now)
    clock = clocks.live(desk.session, "K09", ("stop_contact", it.id))
    assert (it.state, clock.state, first.id in clock.awaits) == ("RELAYED", ClockState.ARMED, False)
    assert desk.letters("stop_contact", it.id) == ["D33", "D33"]
    assert [first.replaced_by_id] == clock.awaits


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
    return [one.key for one in clock_sweep.sweep(now) if one.done]


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


# The company is gone


def ceased(desk: Desk) -> dict[str, Any]:
    said: dict[str, Any] = {"actor": desk.head, "version": None, "now": desk.now}
    successions.cease(desk.session, desk.lender, on=day_of(desk.now), evidence="准予注销登记通知书", **said)
    return said


def test_p11_a_letter_to_a_company_that_is_gone_is_somebodys_task_and_given_up_with_a_word_to_the_person(
    desk: Desk,
) -> None:
    it, why = relayed(desk, served=False), "该公司已注销且无承继单位，仍被联系的请向通信管理部门申诉。"
    ceased(desk)
    assert [each.role for each in tasks(desk, "stop_gone")] == ["officer"]
    stop_contacts.give_up(desk.session, it, why=why, actor=desk.intake, now=desk.now)
    void = desk.session.scalars(select(Document.void_at).where(Document.kind == "D33")).all()
    assert (it.state, it.relayed_on, runs(desk, "K09", it), void) == ("DECLINED", None, None, [desk.now])
    assert (tasks(desk, "stop_gone"), desk.thread(it.complaint)[-1].body) == ([], why)
    said: dict[str, Any] = {"number": NUMBER, "own": True, "actor": person_of(it.complaint), "now": desk.now}
    assert stop_contacts.request(desk.session, it.complaint, **said)[0].state == "REQUESTED"


def test_whoever_was_to_tell_the_person_that_a_company_is_gone_has_no_task_where_it_exists_after_all(
    desk: Desk,
) -> None:
    relayed(desk, served=False)
    successions.exist(desk.session, desk.lender, reason="录入错误", **ceased(desk))
    assert tasks(desk, "stop_gone") == []


def test_whoever_waits_is_to_be_told_again_where_the_successor_of_a_company_that_is_gone_was_no_successor(
    desk: Desk,
) -> None:
    relayed(desk, served=False)
    said = ceased(desk)
    evidence, heir = desk.lender.ceased_evidence, party(desk.session, "远岬消费金融有限公司")
    entered = {"kind": SuccessionKind.ABSORBED, "from_on": day_of(desk.now), "evidence": "吸收合并协议", "matters": []}
    made = successions.record(desk.session, desk.lender, heir, **entered, **said)
    assert tasks(desk, "stop_gone") == []
    successions.withdraw(desk.session, made, reason="录入错误", **{**said, "now": desk.on(1)})
    assert (desk.lender.ceased_evidence, len(tasks(desk, "stop_gone"))) == (evidence, 1)


# Contacted all the same


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
    "P04": "Only an authorised person of the company concerned can confirm this.",
    "P05": "This time limit has not ended.",
    "P07": "Say on which day and at what time it was.",
    "P09": "The document was not made void.",
}


def _unasked(desk: Desk) -> StopContact:
    complaint = desk.received(role="UNRELATED")
    return StopContact(complaint_id=complaint.id, number=NUMBER, number_hash=b"x", state="NEW", requested_at=desk.now)


def _nobody(desk: Desk) -> StopContact:
    return requested(desk, companies=[intake.Company("INSTITUTION", "APP", "无名借款")])


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


@pytest.mark.parametrize(("served", "own", "other"), [(False, "K01", "K08"), (True, "K03", "K09")])
def test_a_stage_of_the_complaint_shows_its_own_date_and_not_that_of_a_stop_contact_request(
    app: Flask, desk: Desk, *, served: bool, own: str, other: str
) -> None:
    if served:
        sent = desk.forwarded(role="UNRELATED")
        complaint, subject = sent.complaint, ("forwarding", sent.id)
        desk.serve(*subject, "D05b")
    else:
        complaint = desk.received(role="UNRELATED")
        subject = ("complaint", complaint.id)
    said = {"number": NUMBER, "own": True, "actor": person_of(complaint), "now": desk.now}
    [it] = stop_contacts.request(desk.session, complaint, **said)
    if served:
        stop_contacts.relay(desk.session, it, actor=desk.intake, now=desk.now)
        desk.serve("stop_contact", it.id, "D33")
    dates = [clocks.live(desk.session, *each) for each in ((own, subject), (other, ("stop_contact", it.id)))]
    mine, theirs = [clock.due_on for clock in dates if clock is not None and clock.due_on is not None]
    assert mine != theirs
    with app.test_request_context(), force_locale("en"):
        found = queries_tracking.tracking(desk.session, complaint.id)
        assert found is not None
        [note] = [each["note"] for each in stages.of(found) if each["state"] == "now"]
        assert shown(mine, "long") in note
        assert shown(theirs, "long") not in note
