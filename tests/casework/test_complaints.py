"""Complaints: every row of the table, and every guard that refuses."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, complaints, forwardings, intake, naming, policies, rechecks, tracks, triage
from casework.intake import Company
from casework.models import Complaint, Task
from casework.states import COMPLAINT
from core.actors import NOBODY, SYSTEM
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import Ask
from notices.models import Document
from registry import clocks, parties
from registry.models import AliasKind, Basis
from registry.models_clocks import ClockState
from tests.builders import CONDUCT, MASKED, Desk, person_of, rendered


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def tasks(desk: Desk, kind: str) -> list[Task]:
    return list(desk.session.scalars(select(Task).where(Task.kind == kind)))


def runs(desk: Desk, key: str, complaint: Complaint) -> ClockState | None:
    found = clocks.live(desk.session, key, ("complaint", complaint.id))
    return None if found is None else found.state


# The straight path


def test_c01_a_complaint_comes_in_is_acknowledged_and_its_check_runs(desk: Desk) -> None:
    complaint = desk.received()
    assert complaint.state == "RECEIVED"
    assert complaint.ref.startswith("TS2026-")
    assert len(complaint.ref) == 13
    assert desk.letters("complaint", complaint.id) == ["D01"]
    assert runs(desk, "K01", complaint) is ClockState.RUNNING
    assert complaint.companies[0].party_id == desk.lender.id
    assert (complaint.severity, complaint.urgent) == (3, False)


def test_c07_acceptance_makes_one_forwarding_for_each_respondent_within_reach(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm, desk.outside)
    assert complaint.state == "FORWARDED"
    assert [(f.party_id, f.role, f.state) for f in complaint.forwardings] == [
        (desk.lender.id, "PRINCIPAL", "SENT"),
        (desk.firm.id, "COLLECTOR", "SENT"),
    ]
    assert [f.ref for f in complaint.forwardings] == [f"{complaint.ref}-1", f"{complaint.ref}-2"]
    letter = desk.session.scalar(select(Document).where(Document.kind == "D05a"))
    assert "远山信息咨询有限公司" in str(letter.paper)
    assert runs(desk, "K01", complaint) is None


def test_c09_the_complaint_is_released_when_nobody_is_waited_for(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    first, second = complaint.forwardings
    desk.release(desk.answer(first))
    assert complaint.state == "FORWARDED"
    desk.release(desk.answer(second))
    assert complaint.state == "RELEASED"
    assert runs(desk, "K05", complaint) is ClockState.ARMED


def test_k05_runs_from_the_service_of_the_last_release(desk: Desk) -> None:
    complaint = desk.released()
    clock = clocks.live(desk.session, "K05", ("complaint", complaint.id))
    assert clock.state is ClockState.RUNNING
    assert (clock.visible_party, clock.visible_complaint) == (None, complaint.id)


def test_c10_an_accepted_reply_closes_and_ends_the_forwardings(desk: Desk) -> None:
    complaint = desk.released(codes=["V-T01"])
    complaints.accept_reply(desk.session, complaint, actor=person_of(complaint), now=desk.now)
    assert (complaint.state, complaint.outcome) == ("CLOSED", "ACCEPTED")
    assert {f.state for f in complaint.forwardings} == {"CLOSED"}
    assert desk.letters("complaint", complaint.id)[-1] == "D08"
    assert runs(desk, "K05", complaint) is None
    assert not tasks(desk, "screen")


def test_c10_the_end_of_a_severe_complaint_makes_a_screening_task(desk: Desk) -> None:
    complaint = desk.released()
    complaints.accept_reply(desk.session, complaint, actor=person_of(complaint), now=desk.now)
    assert [task.subject_ref for task in tasks(desk, "screen")] == [complaint.ref]


def test_what_was_to_be_screened_is_nobodys_task_once_a_case_rests_on_it(desk: Desk) -> None:
    complaint = desk.released()
    complaints.accept_reply(desk.session, complaint, actor=person_of(complaint), now=desk.now)
    assert tasks(desk, "screen")
    cases.open(desk.session, [complaint], title="", actor=desk.officer, now=desk.now)
    assert not [each for each in tasks(desk, "screen") if each.done_at is None]


def test_accepting_an_unserved_reply_acknowledges_it_first(desk: Desk) -> None:
    forwarding = desk.answer(desk.forwarded())
    desk.release(forwarding)
    complaint = forwarding.complaint
    letter = desk.session.scalar(select(Document).where(Document.kind == "D39"))
    rendered(desk.session, letter, desk.now)
    complaints.accept_reply(desk.session, complaint, actor=person_of(complaint), now=desk.now)
    assert [service.state for service in letter.services] == ["SERVED"]


def test_c11_a_dispute_starts_the_check(desk: Desk) -> None:
    complaint = desk.disputed()
    assert complaint.state == "DISPUTED"
    assert runs(desk, "K06", complaint) is ClockState.RUNNING
    assert runs(desk, "K05", complaint) is None
    assert desk.releases(complaint)[0].why_disputed


# C01


def test_c05_a_rejection_names_a_reason_of_the_list_and_what_is_left(desk: Desk) -> None:
    complaint = desk.received()
    with pytest.raises(BadInput):
        triage.reject(desk.session, complaint, reason="BORING", ways=["x"], actor=desk.intake, now=desk.now)
    with pytest.raises(BadInput):
        triage.reject(desk.session, complaint, reason="NO_FACTS", actor=desk.intake, now=desk.now)
    triage.reject(desk.session, complaint, reason="NO_FACTS", ways=["可以报警"], actor=desk.intake, now=desk.now)
    assert (complaint.state, complaint.reason) == ("REJECTED", "NO_FACTS")
    assert desk.letters("complaint", complaint.id)[-1] == "D03"
    assert complaint.ended_by == desk.intake.id


# Accepting


def test_c07_somebody_must_be_within_reach_on_the_day_of_the_conduct(desk: Desk) -> None:
    complaint = desk.received()
    said = {"masked_facts": MASKED, "actor": desk.intake, "now": desk.now}
    with pytest.raises(BadInput):
        triage.accept(desk.session, complaint, respondents=[desk.outside.id], **said)
    with pytest.raises(BadInput):
        triage.accept(desk.session, complaint, respondents=[], **said)
    complaint.conduct_from = complaint.conduct_to = desk.now.date().replace(year=2023)
    with pytest.raises(BadInput):
        triage.accept(desk.session, complaint, respondents=[desk.lender.id], **said)


def test_c07_the_masked_copy_must_be_checked_and_name_nobody(desk: Desk) -> None:
    complaint = desk.received()
    for text in ("", "我是沈若禾", "电话 139 1234 5678"):
        said = {"respondents": [desk.lender.id], "masked_facts": text}
        with pytest.raises(BadInput):
            triage.accept(desk.session, complaint, **said, actor=desk.intake, now=desk.now)


def test_c07_a_suspended_party_receives_nothing_new(desk: Desk) -> None:
    desk.lender.suspended_at = desk.now
    with pytest.raises(BadInput):
        desk.accepted(desk.lender)


def test_c07_an_agent_shows_the_authorisation(desk: Desk) -> None:
    with pytest.raises(NotNow):
        desk.accepted(role="AGENT")
    with pytest.raises(NotNow):
        desk.accepted(role="AGENT", agent_authorised=True)


def test_c08_c07_returned_by_everybody_it_is_back_at_intake_and_goes_to_somebody_else(desk: Desk) -> None:
    forwarding = desk.forwarded()
    complaint = forwarding.complaint
    forwardings.not_ours(desk.session, forwarding, why="非我司客户", actor=desk.lead, now=desk.now)
    forwardings.accept_return(desk.session, forwarding, actor=desk.intake, now=desk.now)
    assert complaint.state == "RECEIVED"
    assert runs(desk, "K01", complaint) is ClockState.RUNNING
    with pytest.raises(BadInput):
        triage.accept(
            desk.session, complaint, respondents=[desk.lender.id], masked_facts=MASKED, actor=desk.intake, now=desk.now
        )
    triage.accept(
        desk.session, complaint, respondents=[desk.firm.id], masked_facts=MASKED, actor=desk.intake, now=desk.now
    )
    assert [f.state for f in complaint.forwardings] == ["CLOSED", "SENT"]


def test_c31_c32_a_respondent_is_added_later(desk: Desk) -> None:
    complaint = desk.accepted()
    triage.add_respondent(desk.session, complaint, respondents=[desk.firm.id], actor=desk.intake, now=desk.now)
    assert (complaint.state, len(complaint.forwardings)) == ("FORWARDED", 2)
    with pytest.raises(BadInput):
        triage.add_respondent(desk.session, complaint, respondents=[desk.firm.id], actor=desk.intake, now=desk.now)
    other = desk.released(contact="13900001111")
    triage.add_respondent(desk.session, other, respondents=[desk.firm.id], actor=desk.officer, now=desk.now)
    assert (other.state, runs(desk, "K05", other)) == ("FORWARDED", None)


# Dispute and what follows


def test_c11_a_dispute_says_what_and_why_in_time_and_is_ones_own(desk: Desk) -> None:
    complaint = desk.released()
    [release] = desk.releases(complaint)
    own = person_of(complaint)
    for releases, why in (([release.id], " "), ([], "不对"), ([release.id + 1000], "不对")):
        with pytest.raises(BadInput):
            complaints.dispute(desk.session, complaint, releases=releases, why=why, actor=own, now=desk.now)
    with pytest.raises(NotAllowed):
        complaints.dispute(desk.session, complaint, releases=[release.id], why="x", actor=NOBODY, now=desk.now)
    with pytest.raises(NotNow):
        complaints.dispute(desk.session, complaint, releases=[release.id], why="x", actor=own, now=desk.on(15))


def test_c13_no_sign_of_a_breach_closes_with_reasons(desk: Desk) -> None:
    complaint = desk.disputed()
    with pytest.raises(BadInput):
        complaints.close(desk.session, complaint, why="", actor=desk.officer, now=desk.now)
    complaints.close(desk.session, complaint, why="记录显示未再联系", actor=desk.officer, now=desk.now)
    assert (complaint.state, complaint.outcome) == ("CLOSED", "CHECKED")


def test_c14_whoever_answered_only_after_its_reminder_is_waited_for_when_it_is_asked_again(desk: Desk) -> None:
    complaint = desk.disputed()
    forwarding = complaint.forwardings[0]
    forwarding.gave_up = True
    points = {forwarding.id: ["11月12日之后是否仍有联系"]}
    complaints.ask_again(desk.session, complaint, points=points, actor=desk.officer, now=desk.now)
    assert not forwarding.gave_up


def test_c14_open_points_go_back_to_the_respondent_once(desk: Desk) -> None:
    complaint = desk.disputed()
    forwarding = complaint.forwardings[0]
    for points in ({}, {forwarding.id: [" "]}, {forwarding.id + 99: ["x"]}):
        with pytest.raises(BadInput):
            complaints.ask_again(desk.session, complaint, points=points, actor=desk.officer, now=desk.now)
    points = {forwarding.id: ["11月12日之后是否仍有联系"]}
    complaints.ask_again(desk.session, complaint, points=points, actor=desk.officer, now=desk.now)
    assert (complaint.state, complaint.round, forwarding.state, forwarding.round) == ("FORWARDED", 1, "SENT", 1)
    assert clocks.live(desk.session, "K30", ("forwarding", forwarding.id)).state is ClockState.ARMED
    desk.release(desk.answer(forwarding))
    assert complaint.state == "RELEASED"
    first, _second = desk.releases(complaint)
    before = {"why": "仍不对", "actor": person_of(complaint), "now": desk.now}
    with pytest.raises(BadInput):
        complaints.dispute(desk.session, complaint, releases=[first.id], **before)
    complaints.dispute(
        desk.session,
        complaint,
        releases=[desk.releases(complaint)[-1].id],
        why="仍不对",
        actor=person_of(complaint),
        now=desk.now,
    )
    with pytest.raises(NotNow):
        complaints.ask_again(desk.session, complaint, points=points, actor=desk.officer, now=desk.now)


def test_c11_an_answer_that_was_asked_about_in_vain_is_not_disputed_a_second_time(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    for each in complaint.forwardings:
        desk.serve("forwarding", each.id, "D05b")
        desk.release(desk.answer(each))
    desk.serve("forwarding", complaint.forwardings[-1].id, "D39")
    said = {"actor": person_of(complaint), "now": desk.now}
    both = [each.id for each in desk.releases(complaint)]
    complaints.dispute(desk.session, complaint, releases=both, why="都不对", **said)
    points = {each.id: ["是否仍有联系"] for each in complaint.forwardings}
    complaints.ask_again(desk.session, complaint, points=points, actor=desk.officer, now=desk.now)
    lender, firm = complaint.forwardings
    firm.state, firm.gave_up = "OVERDUE", True
    desk.release(desk.answer(lender))
    desk.serve("forwarding", lender.id, "D39")
    assert complaint.state == "RELEASED"
    with pytest.raises(BadInput):
        complaints.dispute(desk.session, complaint, releases=[both[1]], why="仍不对", **said)
    newest = desk.releases(complaint)[-1]
    assert policies.disputable(desk.session, complaint) == [newest]
    complaints.dispute(desk.session, complaint, releases=[newest.id], why="仍不对", **said)


def test_c32_a_dispute_that_was_not_checked_yet_keeps_its_day_and_its_words(desk: Desk) -> None:
    complaint = desk.disputed()
    [release] = desk.releases(complaint)
    day, why = release.disputed_at, release.why_disputed
    triage.add_respondent(desk.session, complaint, respondents=[desk.firm.id], actor=desk.officer, now=desk.now)
    firm = complaint.forwardings[-1]
    desk.release(desk.answer(firm, desk.on(1)), desk.on(1))
    desk.serve("forwarding", firm.id, "D39", desk.on(1))
    own = {"actor": person_of(complaint), "now": desk.on(2)}
    complaints.dispute(desk.session, complaint, releases=[release.id], why="仍在打电话", **own)
    assert (release.disputed_at, release.why_disputed) == (day, f"{why}\n仍在打电话")


@pytest.mark.parametrize("taken_back", [False, True])
def test_c30_c32_a_company_that_turns_out_not_concerned_gives_the_complaint_back_to_feedback(
    desk: Desk, taken_back: bool
) -> None:
    complaint = desk.disputed()
    complaints.close(desk.session, complaint, why="记录显示未再联系", actor=desk.officer, now=desk.now)
    rechecks.recheck(desk.session, complaint, why="新证据", own_error=True, actor=desk.head, now=desk.now)
    assert complaint.forwardings[0].state == "CLOSED"
    triage.add_respondent(desk.session, complaint, respondents=[desk.firm.id], actor=desk.intake, now=desk.now)
    firm = complaint.forwardings[-1]
    desk.serve("forwarding", firm.id, "D05b")
    if taken_back:
        forwardings.retract(desk.session, firm, why="误列", actor=desk.intake, now=desk.now)
    else:
        forwardings.not_ours(desk.session, firm, why="非我司业务", actor=desk.firm_lead, now=desk.now)
        forwardings.accept_return(desk.session, firm, actor=desk.intake, now=desk.now)
    assert (complaint.state, runs(desk, "K05", complaint)) == ("RELEASED", ClockState.RUNNING)


def test_c15_signs_of_a_breach_become_a_lead(desk: Desk) -> None:
    complaint = desk.disputed()
    with pytest.raises(BadInput):
        complaints.escalate(desk.session, complaint, why="", actor=desk.officer, now=desk.now)
    complaints.escalate(desk.session, complaint, why="多人佐证", actor=desk.officer, now=desk.now)
    assert complaint.state == "ESCALATED"
    assert runs(desk, "K07", complaint) is ClockState.RUNNING
    assert [track.state for track in policies.tracks_of(desk.session, complaint)]


def test_c16_only_severe_or_frequent_complaints_skip_the_feedback(desk: Desk) -> None:
    light = desk.released(codes=["V-T01"])
    with pytest.raises(NotNow):
        complaints.escalate(desk.session, light, why="x", actor=desk.officer, now=desk.now)
    for place in range(3):
        other = desk.received(codes=["V-T01"], contact=f"1390000222{place}")
        intake.verify_contact(desk.session, other, actor=desk.intake, now=desk.now)
    complaints.escalate(desk.session, light, why="三件同类", actor=desk.officer, now=desk.now)
    assert light.state == "ESCALATED"


def test_c17_only_grave_complaints_are_escalated_while_answers_are_awaited(desk: Desk) -> None:
    complaint = desk.accepted()
    with pytest.raises(NotNow):
        complaints.escalate(desk.session, complaint, why="x", actor=desk.officer, now=desk.now)
    grave = desk.accepted(codes=["V-I02"], contact="13900001111")
    complaints.escalate(desk.session, grave, why="公开曝光", actor=desk.officer, now=desk.now)
    assert (grave.state, grave.forwardings[0].state) == ("ESCALATED", "SENT")


def end_tracks(desk: Desk, complaint: Complaint) -> None:
    """Decline every lead."""
    for track in policies.tracks_of(desk.session, complaint):
        tracks.decline(desk.session, track, reasons="无违规迹象", actor=desk.head, version=None, now=desk.now)


def test_c22_the_end_of_its_cases_closes_a_complaint(desk: Desk) -> None:
    complaint = desk.disputed()
    complaints.escalate(desk.session, complaint, why="多人佐证", actor=desk.officer, now=desk.now)
    ask = Ask(desk.session, complaint, SYSTEM, {}, desk.now)
    assert COMPLAINT.refusals(ask, "case_ended")
    end_tracks(desk, complaint)
    assert (complaint.state, complaint.outcome) == ("CLOSED", "ESCALATED")
    assert runs(desk, "K07", complaint) is None


def test_c22_c27_an_answer_still_awaited_keeps_it_open_and_its_release_goes_to_the_person(desk: Desk) -> None:
    forwarding = desk.forwarded(codes=["V-I02"])
    complaint = forwarding.complaint
    complaints.escalate(desk.session, complaint, why="公开曝光", actor=desk.officer, now=desk.now)
    ask = Ask(desk.session, complaint, SYSTEM, {}, desk.now)
    assert COMPLAINT.refusals(ask, "all_released")
    end_tracks(desk, complaint)
    assert complaint.state == "ESCALATED"
    desk.release(desk.answer(forwarding))
    assert complaint.state == "RELEASED"
    assert runs(desk, "K05", complaint) is ClockState.ARMED


# Rows of the system: what others do not make true, the rows refuse


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("NEED_INFO", "K02_expired"),
        ("FORWARDED", "all_returned"),
        ("FORWARDED", "all_released"),
        ("RELEASED", "K05_expired"),
        ("FORWARDED", "unanswered"),
        ("FORWARDED", "settle"),
        ("ESCALATED", "K07_expired"),
        ("ESCALATED", "case_ended"),
        ("ESCALATED", "all_released"),
        ("MERGED", "lead_ended"),
    ],
)
def test_a_row_of_the_system_refuses_what_is_not_so(desk: Desk, state: str, event: str) -> None:
    complaint = desk.accepted()
    complaint.lead_id = desk.received(contact="13900001111").id
    complaint.state = state
    row = COMPLAINT.row(state, event)
    assert row is not None
    someone = replace(SYSTEM, roles=frozenset({"system", "complainant"}))
    if event.startswith("K"):
        clocks.keeper.start(Ask(desk.session, complaint, SYSTEM, {}, desk.now), event[:3], ("complaint", complaint.id))
    assert COMPLAINT.refusals(Ask(desk.session, complaint, someone, {}, desk.now), event)


# Settlement and withdrawal


def test_the_second_of_two_people_is_told(desk: Desk) -> None:
    complaint = desk.received()
    seen = complaint.version
    complaints.assign(desk.session, complaint, desk.intake.id, actor=desk.intake, now=desk.now)
    desk.session.flush()
    with pytest.raises(Changed):
        triage.ask_info(desk.session, complaint, missing=["x"], actor=desk.intake, version=seen, now=desk.now)


def test_roles_that_do_not_fit_are_refused(desk: Desk) -> None:
    complaint = desk.received()
    with pytest.raises(NotAllowed):
        triage.ask_info(desk.session, complaint, missing=["x"], actor=desk.officer, now=desk.now)
    with pytest.raises(NotAllowed):
        triage.ask_info(desk.session, complaint, missing=["x"], actor=person_of(complaint), now=desk.now)


def test_staff_say_what_the_register_did_not_find_and_which_conduct_it_is(desk: Desk) -> None:
    complaint = desk.received(companies=[Company("INSTITUTION", "APP", "青屿借")], codes=[])
    assert (complaint.companies[0].party_id, complaint.severity) == (None, 0)
    with pytest.raises(NotAllowed):
        naming.identify(desk.session, complaint.companies[0], desk.lender.id, actor=desk.lead, now=desk.now)
    naming.identify(desk.session, complaint.companies[0], desk.lender.id, actor=desk.intake, now=desk.now)
    assert complaint.companies[0].party is desk.lender
    intake.recode(desk.session, complaint, ["V-T01", "V-I02"], actor=desk.intake, now=desk.now)
    intake.recode(desk.session, complaint, ["V-I02"], actor=desk.intake, now=desk.now)
    assert ([alleged.code for alleged in complaint.codes], complaint.severity, complaint.urgent) == (["V-I02"], 5, True)


def test_whom_a_complaint_names_is_asked_of_the_day_of_the_conduct(desk: Desk) -> None:
    said: dict[str, Any] = {"kind": AliasKind.APP, "value": "随手借", "actor": SYSTEM, "now": desk.now}
    parties.add_alias(desk.session, desk.lender, to_on=CONDUCT, **said)
    parties.add_alias(desk.session, desk.outside, from_on=CONDUCT + timedelta(days=1), **said)
    named = [Company("INSTITUTION", "APP", "随手借")]
    days = {"conduct_from": CONDUCT, "conduct_to": CONDUCT}
    assert [each.party_id for each in desk.received(companies=named, **days).companies] == [desk.lender.id]
    today = {"conduct_from": desk.now.date(), "conduct_to": desk.now.date()}
    assert [each.party_id for each in desk.received(companies=named, **today).companies] == [desk.outside.id]


@pytest.mark.parametrize(("days_before", "reached"), [(1, True), (30, False)])
def test_a_complaint_is_put_before_whoever_left_the_association_while_the_conduct_went_on(
    desk: Desk, days_before: int, reached: bool
) -> None:
    for basis in desk.session.scalars(select(Basis).where(Basis.party_id == desk.lender.id)):
        basis.to_on = CONDUCT - timedelta(days=days_before)
    it = desk.received(conduct_from=CONDUCT - timedelta(days=7), conduct_to=CONDUCT)
    within, outside = policies.reach(desk.session, it, [desk.lender.id])
    assert [within, outside] == ([[desk.lender], []] if reached else [[], [desk.lender]])
