"""A call after a number was passed on: evidence, a lead, a case of its own (I-20)."""

import io
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from casework import (
    cases,
    complaints,
    policies,
    policies_contacts,
    stop_contacts,
    timelines,
    tracks,
    triage,
)
from casework.documents import evidence_of
from casework.intake import EvidenceFile
from casework.models_cases import Evidence
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from casework.showable import is_showable
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.journal import settle
from filestore import files
from portal import queries_portal
from registry import successions
from registry.models import Engagement, Party
from registry.models_lineage import SuccessionKind
from tests.builders import CONDUCT, MAIL, Desk, party, person_of
from tests.casework.test_stop_contacts import NUMBER, desk, relayed, report, runs, tasks
from tests.filestore import making_files as made

__all__ = ["desk"]


def accepted(desk: Desk, it: StopContact) -> None:
    """The complaint behind the request is put before the lender."""
    triage.accept(
        desk.session,
        it.complaint,
        respondents=[desk.lender.id],
        masked_facts="打错电话",
        actor=desk.intake,
        now=desk.now,
    )


def replied(desk: Desk, it: StopContact) -> None:
    """The lender's answer is released."""
    desk.release(desk.answer(it.complaint.forwardings[0]))


def escalated(desk: Desk, it: StopContact) -> None:
    """The complaint behind the request is answered by the lender, and becomes a case all the same."""
    accepted(desk, it)
    replied(desk, it)
    complaints.escalate(desk.session, it.complaint, why="多次", actor=desk.officer, now=desk.now)


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
    subjects = [("track", lender.id, lender.ref), ("case", lender.case_id, lender.case.ref)]
    settle(desk.session)
    told = timelines.entries(desk.session, subjects, "zh")
    assert {each["tone"] for each in told} == {"system"}, "a complainant opens no case"


def test_i20_a_breach_never_stands_in_the_case_of_the_complaint(desk: Desk) -> None:
    it = relayed(desk)
    escalated(desk, it)
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
    escalated(desk, it)
    found = {each.id for each in policies.tracks_of(desk.session, it.complaint)}
    assert found > before


def test_i20_contact_after_the_letter_is_not_alleged_in_the_case_of_the_complaint(desk: Desk) -> None:
    it = relayed(desk)
    escalated(desk, it)
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
    assert [is_showable(each, track) for each in (proof, kept_back)] == [True, False]
    assert evidence_of(desk.session, it.complaint, shared=True) == []
    accepted(desk, it)
    assert queries_portal.consented(desk.session, it.complaint.forwardings[0]) == []
    assert queries_portal.file(desk.session, proof.id, desk.lender.id) is None


def parties_of(desk: Desk, it: StopContact) -> set[int]:
    return {each.party_id for each in policies.tracks_of(desk.session, it.complaint)}


def test_p07_the_engagement_of_the_day_of_the_call_decides_who_answers_with_the_company(desk: Desk) -> None:
    it = relayed(desk)
    engagement = desk.session.scalars(select(Engagement)).one()
    engagement.to_on = day_of(desk.now)
    report(desk, it)
    assert parties_of(desk, it) == {desk.lender.id}
    assert [task.subject_kind for task in tasks(desk, "white_list")] == ["case"]


def test_p07_who_worked_with_the_company_on_the_day_of_the_call_answers_also_where_it_is_reported_later(
    desk: Desk,
) -> None:
    it = relayed(desk)
    desk.session.scalars(select(Engagement)).one().to_on = day_of(desk.on(1))
    report(desk, it, now=desk.on(5))
    assert parties_of(desk, it) == {desk.lender.id, desk.firm.id}


def test_p07_a_firm_that_was_asked_answers_with_the_lender_that_the_complaint_names(desk: Desk) -> None:
    complaint = desk.received(role="UNRELATED")
    said = {"number": NUMBER, "own": True, "parties": [desk.firm.id], "actor": person_of(complaint), "now": desk.now}
    it = stop_contacts.request(desk.session, complaint, **said)[0]
    other = party(desk.session, "白帆小额贷款有限公司")
    desk.session.add(Engagement(institution_id=other.id, firm_id=desk.firm.id, from_on=CONDUCT))
    stop_contacts.relay(desk.session, it, actor=desk.intake, now=desk.now)
    desk.serve("stop_contact", it.id, "D33")
    report(desk, it)
    assert parties_of(desk, it) == {desk.firm.id, desk.lender.id}
    assert not tasks(desk, "white_list")


def test_i20_a_call_after_the_letter_counts_in_the_case_it_led_to_and_in_no_other(desk: Desk) -> None:
    it = relayed(desk)
    escalated(desk, it)
    mine = {each.case_id for each in policies.tracks_of(desk.session, it.complaint)}
    report(desk, it, kind="CALL_ATTEMPT")
    every = {each.case_id: each.case for each in policies.tracks_of(desk.session, it.complaint)}
    counted = {number: policies_contacts.counted(desk.session, case).tables for number, case in every.items()}
    assert [counted[number] for number in mine] == [[]]
    assert [len(tables) for number, tables in counted.items() if number not in mine] == [1]


def test_who_called_a_stopped_number_stays_who_called_when_the_request_is_passed_on(desk: Desk) -> None:
    it = relayed(desk)
    report(desk, it)
    heir, of = party(desk.session, "远岬消费金融有限公司", basis=None), desk.session.get_one(Party, it.party_id)
    call = desk.session.scalars(select(ContactEvent)).one()
    call.party_id, call.principal_id = desk.firm.id, of.id
    desk.session.flush()
    said: dict[str, Any] = {"evidence": "分立协议", "matters": [f"stop_contact:{it.id}"], "version": None}
    kind, day = SuccessionKind.SPLIT_OFF, desk.now.date()
    successions.record(desk.session, of, heir, kind=kind, from_on=day, actor=desk.head, now=desk.now, **said)
    assert (it.party_id, call.party_id, call.principal_id) == (heir.id, desk.firm.id, of.id)


def test_a_case_about_a_stopped_number_screens_nothing_of_a_severe_complaint(desk: Desk) -> None:
    it = relayed(desk)
    report(desk, it)
    accepted(desk, it)
    replied(desk, it)
    complaints.accept_reply(desk.session, it.complaint, actor=person_of(it.complaint), now=desk.on(2))
    assert len(tasks(desk, "screen")) == 1


def test_a_call_to_a_stopped_number_leaves_a_severe_complaint_to_be_screened(desk: Desk) -> None:
    it = relayed(desk)
    accepted(desk, it)
    replied(desk, it)
    complaints.accept_reply(desk.session, it.complaint, actor=person_of(it.complaint), now=desk.now)
    report(desk, it)
    assert parties_of(desk, it)
    assert len(tasks(desk, "screen")) == 1


def test_p08_after_the_end_of_its_case_another_call_opens_another(desk: Desk) -> None:
    it = relayed(desk)
    report(desk, it)
    before = parties_of(desk, it)
    report(desk, it, 2)
    tracks_there = policies.tracks_of(desk.session, it.complaint)
    assert len(tracks_there) == len(before)
    for track in tracks_there:
        tracks.decline(desk.session, track, reasons="证据不足", actor=desk.head, version=None, now=desk.on(2))
    report(desk, it, 3)
    fresh = [each for each in policies.tracks_of(desk.session, it.complaint) if each not in tracks_there]
    assert {each.party_id for each in fresh} == before
    assert [[one.code for one in each.allegations] for each in fresh] == [["V-C03"]] * len(before)
    assert {each.case.conduct_to for each in fresh} == {day_of(desk.on(3))}


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
    report(desk, it, 3, kind="CALL_ATTEMPT")
    kept = select(ContactEvent.kind, ContactEvent.connected).where(ContactEvent.stop_contact_id == it.id)
    told = [tuple(row) for row in desk.session.execute(kept.order_by(ContactEvent.id))]
    assert told == [("CALL_INTERACTIVE", True), ("SMS", None), ("CALL_ATTEMPT", False)]
    assert len(tasks(desk, "stop_breached")) == 3


def test_a_breach_is_reported_after_the_complaint_has_ended(desk: Desk) -> None:
    it = relayed(desk)
    complaints.withdraw(desk.session, it.complaint, pressure=False, actor=person_of(it.complaint), now=desk.now)
    report(desk, it)
    assert it.state == "BREACHED"


# In the reader's language
