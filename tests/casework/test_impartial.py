"""Whoever is tied to a company does nothing with complaints about it, as with cases: moves, notes, letters, numbers."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework import (
    complaints,
    forwardings,
    intake,
    messages,
    naming,
    notes,
    policies_impartial,
    settlements,
    stop_contacts,
    taking_back,
    triage,
)
from casework.intake import Company
from casework.models import Complaint
from casework.models_cases import CaseFile
from casework.models_recusals import Interest, Recusal
from casework.recusals import declare_interest
from casework.states import COMPLAINT, FORWARDING
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import NotAllowed
from core.machine import Ask
from notices.models import Dossier
from registry.models import Party, PartyKind
from tests.builders import MASKED, Desk, account, also, party, submission

TIED = "与本投诉涉及的单位存在利害关系"
Deed = Callable[[Desk, Complaint, Actor], object]


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def tie(desk: Desk, person: Actor, company: Party, to_on: date | None = None) -> None:
    of = {"account_id": person.id, "party_id": company.id, "from_on": date(2020, 1, 1), "to_on": to_on}
    desk.session.add(Interest(**of, kind="SHARES", declared_at=desk.now))
    desk.session.flush()


DEEDS: dict[str, Deed] = {
    "ask": lambda d, it, who: triage.ask_info(d.session, it, missing=["录音"], actor=who, now=d.now),
    "accept": lambda d, it, who: triage.accept(
        d.session, it, respondents=[d.lender.id], masked_facts=MASKED, actor=who, now=d.now
    ),
    "reject": lambda d, it, who: triage.reject(d.session, it, reason="NO_FACTS", ways=["x"], actor=who, now=d.now),
    "assign": lambda d, it, who: complaints.assign(
        d.session, it, account(d.session, "受理丁", "intake").id, actor=who, now=d.now
    ),
    "write": lambda d, it, who: messages.write(d.session, it, "请补充。", actor=who, now=d.now),
    "note": lambda d, it, who: notes.write(d.session, it, text="已核对。", actor=who, now=d.now),
    "withdraw": lambda d, it, who: complaints.withdraw(d.session, it, pressure=False, actor=who, now=d.now),
    "settle": lambda d, it, who: settlements.propose(d.session, it, "免息", actor=who, now=d.now),
    "take back": lambda d, it, who: taking_back.name(d.session, it, actor=who, now=d.now),
    "worse": lambda d, it, who: messages.worse(
        d.session, it, said="又打来", actor=complaints.speaking(who, it), now=d.now
    ),
    "name": lambda d, it, who: naming.identify(d.session, it.companies[0], d.lender.id, actor=who, now=d.now),
}


def stop(desk: Desk, it: Complaint, company: Party, *, later: bool) -> None:
    said: dict[str, Any] = {"actor": desk.intake, "now": desk.now}
    asked = {"number": "13912345678", "own": True, "parties": None if later else [company.id]}
    (made,) = stop_contacts.request(desk.session, it, **asked, **said)
    if later:
        stop_contacts.relay(desk.session, made, party=company, **said)


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_who_is_tied_to_a_company_does_anything_with_a_complaint_about_it(desk: Desk, deed: str) -> None:
    it = desk.received()
    tie(desk, desk.intake, desk.firm)
    with pytest.raises(NotAllowed, match=TIED):
        DEEDS[deed](desk, it, desk.intake)


def test_the_head_who_is_tied_to_it_gives_a_company_no_time(desk: Desk) -> None:
    it = desk.forwarded()
    forwardings.ask_time(desk.session, it, why="需调取录音", actor=desk.lead, now=desk.now)
    tie(desk, desk.head, desk.lender)
    for verb in (forwardings.extend, forwardings.refuse_time):
        with pytest.raises(NotAllowed, match=TIED):
            verb(desk.session, it, why="x", actor=desk.head, now=desk.now)


@pytest.mark.parametrize("who", ["company", "clock", "other"])
def test_it_bars_nobody_else(desk: Desk, who: str) -> None:
    it = desk.forwarded()
    tie(desk, desk.officer, desk.lender)
    actor = {"company": desk.lead, "clock": SYSTEM, "other": desk.intake}[who]
    for machine, thing in ((FORWARDING, it), (COMPLAINT, it.complaint)):
        for row in machine.rows_from(thing.state):
            said = machine.refusals(Ask(desk.session, thing, actor, {}, desk.now), row.event)
            assert not any(TIED in str(each) for each in said)


def test_what_ended_long_ago_bars_no_more(desk: Desk) -> None:
    tie(desk, desk.intake, desk.lender, to_on=date(2022, 1, 1))
    DEEDS["note"](desk, desk.received(), desk.intake)


def test_a_complaint_is_entered_by_anybody_and_given_back_by_whoever_is_tied(desk: Desk) -> None:
    tie(desk, desk.intake, desk.lender)
    said = submission(channel="PHONE", companies=[Company("INSTITUTION", "NAME", desk.lender.name_zh)])
    made, _code = intake.submit(desk.session, said, key="counter", actor=desk.intake, now=desk.now)
    stop_contacts.request(desk.session, made, number="13912345678", own=True, actor=desk.intake, now=desk.now)
    made.officer_id = desk.intake.id
    complaints.assign(desk.session, made, None, actor=desk.intake, now=desk.now)
    assert made.officer_id is None


def test_numbers_are_passed_on_and_letters_approved_by_somebody_else(desk: Desk) -> None:
    it = desk.accepted()
    tie(desk, desk.officer, desk.lender)
    asked = stop_contacts.request(desk.session, it, number="13912345678", own=True, actor=desk.intake, now=desk.now)
    said: dict[str, Any] = {"actor": desk.officer, "now": desk.now}
    with pytest.raises(NotAllowed, match=TIED):
        stop_contacts.decline(desk.session, asked[0], holder="DEBTOR", why="x", **said)
    letters = desk.session.scalars(select(Dossier)).all()
    assert {each.subject_kind for each in letters} >= {"complaint"}
    for each in letters:
        refused = list(
            policies_impartial.no_hand_in_documents(
                desk.session, (each.subject_kind, each.subject_id), desk.officer, desk.now
            )
        )
        assert TIED in str(refused[0])


def test_whoever_is_tied_to_a_company_that_was_asked_to_stop_calling_does_nothing_with_the_complaint(
    desk: Desk,
) -> None:
    it = desk.received(companies=[Company("FIRM", "NAME", "不知名公司")])
    asked = party(desk.session, "白石催收有限公司", PartyKind.FIRM, None)
    said: dict[str, Any] = {"number": "13912345678", "own": True, "actor": desk.intake, "now": desk.now}
    stop_contacts.request(desk.session, it, parties=[asked.id], **said)
    tie(desk, desk.officer, asked)
    with pytest.raises(NotAllowed, match=TIED):
        DEEDS["note"](desk, it, desk.officer)
    desk.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # the queue is written at the end of a transaction
    with pytest.raises(NotAllowed, match="已申报利害关系"):
        complaints.assign(desk.session, it, desk.officer.id, actor=desk.head, now=desk.now)


def test_nobody_passes_a_number_on_to_a_company_of_his_by_naming_it(desk: Desk) -> None:
    it = desk.received(companies=[Company("FIRM", "NAME", "不知名公司")])
    said: dict[str, Any] = {"number": "13912345678", "own": True, "actor": desk.intake, "now": desk.now}
    (asked,) = stop_contacts.request(desk.session, it, **said)
    tie(desk, desk.officer, desk.firm)
    with pytest.raises(NotAllowed, match=TIED):
        stop_contacts.relay(desk.session, asked, party=desk.firm, actor=desk.officer, now=desk.now)
    stop_contacts.relay(desk.session, asked, party=desk.firm, actor=desk.intake, now=desk.now)


@pytest.mark.parametrize(("state", "bars"), [("ASKED", True), ("GRANTED", True), ("REFUSED", False)])
def test_a_recusal_in_a_case_keeps_from_its_complaints_unless_it_was_refused(
    desk: Desk, state: str, bars: bool
) -> None:
    it = desk.disputed()
    complaints.escalate(desk.session, it, why="多人佐证", actor=desk.officer, now=desk.now)
    case = desk.session.scalars(select(CaseFile)).one()
    asked = Recusal(
        case_id=case.id, account_id=desk.intake.id, part="officer", state=state, how="ASKED", ground="RELATIVE",
        facts="亲属", asked_at=desk.now, decided_at=None if state == "ASKED" else desk.now, reasons="经查",
    )  # fmt: skip
    desk.session.add(asked)
    desk.session.flush()
    kept = policies_impartial.no_part_in_complaint(desk.session, desk.intake, it.id, day_of(desk.now))
    assert [str(each) for each in kept] == ["您不参与与本投诉有关的案件，也不得参与办理本投诉。"] * bars


def test_complaints_of_whoever_declares_an_interest_are_nobodys_from_then_on(desk: Desk) -> None:
    about, other = desk.received(), desk.received(companies=[Company("FIRM", "NAME", desk.outside.name_zh)])
    also(desk.session, desk.officer.id, "intake")
    for each in (about, other):
        complaints.assign(desk.session, each, desk.officer.id, actor=desk.head, now=desk.now)
    desk.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # the queue is written at the end of a transaction
    said = {"kind": "SHARES", "from_on": date(2025, 1, 1), "to_on": None, "note": "", "today": day_of(desk.now)}
    declare_interest(desk.session, desk.firm, **said, actor=desk.officer, now=desk.now)  # type: ignore[arg-type]
    assert (about.officer_id, other.officer_id) == (None, desk.officer.id)


@pytest.mark.parametrize("how", ["named", "put before", "asked to stop calling", "asked by name"])
def test_nobody_keeps_a_complaint_that_turns_out_to_be_about_a_company_of_his(desk: Desk, how: str) -> None:
    it = desk.received(companies=[Company("INSTITUTION", "APP", "不知名应用")])
    also(desk.session, desk.officer.id, "intake")
    complaints.assign(desk.session, it, desk.officer.id, actor=desk.head, now=desk.now)
    tie(desk, desk.officer, desk.lender)
    if how.startswith("asked"):
        stop(desk, it, desk.lender, later=how != "asked by name")
    else:
        DEEDS["name" if how == "named" else "accept"](desk, it, desk.intake)
    assert it.officer_id == (desk.intake.id if how == "put before" else None), "whoever accepts it has it"
