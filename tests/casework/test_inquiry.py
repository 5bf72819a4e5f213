"""The investigation: a firm outside the rules is asked, more time, suspension, referral, questioning."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, complaints, inquiries, policies, policies_inquiry, recusals, tracks
from casework.inquiries import Referral
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.models_recusals import Interest
from casework.states import TRACK
from core.actors import SYSTEM
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.journal import JournalEntry, settle
from core.machine import Ask
from notices import queries as notices
from notices.models import Document
from notices.papers import text_of
from portal import policies_materials
from registry import clocks, parties
from registry.models import Basis, BasisKind, Engagement, PartyKind
from registry.models_clocks import Clock, ClockState
from tests.builders import rendered
from tests.builders_cases import World, actor, party

REFERRAL = Referral("蓝湾市公安局", "10月7日有人持械上门威胁。", "涉嫌违反治安管理规定", scope="上门威胁")


@pytest.fixture
def world(session: Session, now: Any) -> World:
    return World(session, now)


def outsider(world: World) -> CaseTrack:
    """The firm's track; nothing bound the firm on the day of the conduct."""
    basis = world.session.scalars(select(Basis).where(Basis.party_id == world.firm.id)).one()
    basis.from_on = date(2026, 11, 1)
    world.session.flush()
    track = world.case().tracks[1]
    allege(world, track)
    return track


def allege(world: World, track: CaseTrack, code: str = "V-C04") -> None:
    facts = "10月7日至10日致电无关人员共六次"
    cases.allege(world.session, track, code=code, facts=facts, actor=actor(world.officer), now=world.now)


def ask_outsider(world: World, track: CaseTrack, **changed: Any) -> CaseTrack:
    said = {
        "investigator": world.investigator,
        "asked": ["受谁委托", "号码从何而来"],
        "opinion": "",
        "actor": actor(world.head),
        "version": None,
        "now": world.now,
    }
    inquiries.ask_outsider(world.session, track, **{**said, **changed})
    return track


def asked(world: World) -> CaseTrack:
    """A firm outside the rules has received the question."""
    track = ask_outsider(world, outsider(world))
    world.serve(track, "D41")
    return track


def investigated(world: World) -> CaseTrack:
    """The lender's track, its filing notice served."""
    track = world.filed()
    world.serve(track, "D11b")
    return track


def live(world: World, track: CaseTrack, key: str) -> Clock:
    found = clocks.live(world.session, key, ("track", track.id))
    assert found is not None, key
    return found


def letter(world: World, track: CaseTrack, kind: str) -> Document:
    found = notices.last_document(world.session, [kind], "track", track.id)
    assert found is not None, kind
    return found


def text(document: Document) -> str:
    return text_of(document.frozen.blocks)


def refused(world: World, track: CaseTrack, event: str, person: Any, **facts: Any) -> list[Refused]:
    return TRACK.refusals(Ask(world.session, track, actor(person), facts, world.now), event)


def rows(world: World, track: CaseTrack) -> list[str]:
    settle(world.session)
    mine = (JournalEntry.subject_kind == "track") & (JournalEntry.subject_id == track.id)
    return list(world.session.scalars(select(JournalEntry.row).where(mine).order_by(JournalEntry.id)))


def test_a_firm_outside_the_rules_is_asked_and_told_that_it_owes_no_answer(world: World) -> None:
    track = ask_outsider(world, outsider(world))
    assert (track.state, track.basis, track.investigator_id) == ("FILED", "VIA_PRINCIPAL", world.investigator.id)
    question = letter(world, track, "D41")
    assert question.party_id == world.firm.id
    assert "没有答复本函的义务" in text(question)
    assert "号码从何而来" in text(question)
    assert "不对其采取自律措施" in text(letter(world, track, "D11a"))
    assert live(world, track, "K12").state is ClockState.ARMED
    assert rows(world, track)[-1] == "S04"
    world.serve(track, "D41")
    assert track.state == "INVESTIGATING"
    assert live(world, track, "K12").state is ClockState.RUNNING


def test_a_company_that_the_rules_bind_is_filed_against_and_never_only_asked(world: World) -> None:
    track = world.case().tracks[0]
    allege(world, track)
    with pytest.raises(NotNow, match=r"立案|file the case"):
        ask_outsider(world, track)


def test_a_firm_outside_the_rules_is_asked_by_nobody_who_takes_no_part_in_the_case(world: World) -> None:
    track = outsider(world)
    said = {"ground": "RELATIVE", "facts": "亲属", "actor": actor(world.investigator), "now": world.now}
    recusals.declare(world.session, track.case, **said)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed, match="不参与本案"):
        ask_outsider(world, track)


def test_only_the_head_asks_something_and_names_who_investigates(world: World) -> None:
    track = outsider(world)
    with pytest.raises(NotAllowed):
        ask_outsider(world, track, actor=actor(world.officer))
    with pytest.raises(BadInput):
        ask_outsider(world, track, asked=[" "])
    with pytest.raises(NotNow):
        ask_outsider(world, track, investigator=world.second)


def test_a_firm_can_be_asked_as_long_as_an_explanation_of_its_principal_is_taken(world: World) -> None:
    def why_not(track: CaseTrack) -> list[str]:
        found = policies_materials.asking(world.session, track, actor(world.lead), day_of(world.now))
        return [str(each) for each in found]

    track = world.filed()
    world.serve(track, "D11b")
    assert why_not(track) == []
    tracks.explain(world.session, track, text="已责令整改。", actor=actor(world.lead), now=world.now)
    assert why_not(track) == [], "it may be supplemented"
    track.state = "REVIEWING"
    assert "不再等待" in why_not(track)[0]


def test_silence_of_a_firm_outside_the_rules_is_never_a_breach(world: World) -> None:
    track = asked(world)
    with pytest.raises(BadInput, match=r"没有答复义务|no duty"):
        allege(world, track, "V-P02")
    allege(world, track.case.tracks[0], "V-P02")


def test_a_firm_outside_the_rules_answers_in_the_portal_or_on_paper(world: World) -> None:
    track = ask_outsider(world, outsider(world))
    question = letter(world, track, "D41")
    rendered(world.session, question, world.now)
    tracks.explain(world.session, track, text="系受托催收", actor=actor(world.firm_lead), now=world.now)
    assert track.explanation == "系受托催收"
    assert question.services[0].state == "SERVED"
    enter(world, track)
    assert (track.explanation or "").endswith("名单由委托方提供。\n（书面提交，李经理签署）")
    assert not track.explained_late


def enter(world: World, track: CaseTrack, **changed: Any) -> None:
    said = {
        "text": "名单由委托方提供。",
        "signed_by": "李经理",
        "received_on": day_of(world.now),
        "scans": (),
        "actor": actor(world.officer),
        "version": None,
        "now": world.now,
    }
    inquiries.enter_answer(world.session, track, **{**said, **changed})


@pytest.mark.parametrize(("after", "late"), [(0, False), (1, True)])
def test_an_answer_on_paper_is_late_by_the_day_it_was_received_whenever_it_is_entered(
    world: World, after: int, *, late: bool
) -> None:
    track = asked(world)
    due = live(world, track, "K12").due_on
    assert due is not None
    over = world.later((due - day_of(world.now)).days + 2)
    TRACK.carry_out(Ask(world.session, track, SYSTEM, {}, over), "K12_expired")
    enter(world, track, received_on=due + timedelta(days=after), now=over)
    assert track.explained_late is late
    assert (track.explained[0].day, track.explained[0].at) == (due + timedelta(days=after), over)


def test_what_answers_a_filing_notice_on_paper_shows_that_it_had_arrived(world: World) -> None:
    track = ask_outsider(world, outsider(world))
    question, came = letter(world, track, "D41"), day_of(world.later(2))
    assert not policies_inquiry.may_enter_answer(world.session, actor(world.officer), track), "it is not out yet"
    rendered(world.session, question, world.now)
    enter(world, track, received_on=came, now=world.later(9))
    assert (track.state, question.services[0].served_on, track.explained_late) == ("INVESTIGATING", came, False)


def test_an_answer_on_paper_is_entered_whole_and_only_for_whom_it_is_the_way(world: World) -> None:
    track = asked(world)
    for wrong in ({"text": " "}, {"signed_by": ""}, {"received_on": day_of(world.later(1))}):
        with pytest.raises(BadInput):
            enter(world, track, **wrong)
    with pytest.raises(NotAllowed):
        enter(world, track, actor=actor(world.firm_lead))


def test_nobody_who_is_tied_to_the_company_enters_its_answer(world: World) -> None:
    track, officer = asked(world), actor(world.officer)
    assert policies_inquiry.may_enter_answer(world.session, officer, track)
    tie = {"account_id": officer.id, "party_id": world.firm.id, "kind": "SHARES"}
    world.session.add(Interest(**tie, from_on=date(2020, 1, 1), declared_at=world.now))
    world.session.flush()
    with pytest.raises(NotAllowed, match="已申报与有关单位"):
        enter(world, track)
    assert not policies_inquiry.may_enter_answer(world.session, officer, track), "nor is the form offered"


def test_a_company_that_is_served_online_answers_itself(world: World) -> None:
    with pytest.raises(NotAllowed):
        enter(world, investigated(world))


def test_the_basis_is_that_of_the_day_of_the_conduct_as_known_when_it_is_filed(world: World) -> None:
    track = outsider(world)
    assert track.basis == "VIA_PRINCIPAL"
    track.case.conduct_to = date(2026, 11, 5)
    said = {"investigator": world.investigator, "opinion": "", "actor": actor(world.head), "version": None}
    tracks.file(world.session, track, **said, now=world.now)  # type: ignore[arg-type]
    assert track.basis == "UNDERTAKING"


def test_an_investigation_gets_more_time_once_and_before_its_end(world: World) -> None:
    track = investigated(world)
    said = {"reasons": "调取记录需时", "actor": actor(world.head), "version": None}
    before = live(world, track, "K11").due_on
    with pytest.raises(BadInput):
        inquiries.extend(world.session, track, **{**said, "reasons": " "}, now=world.now)  # type: ignore[arg-type]
    inquiries.extend(world.session, track, **said, now=world.now)  # type: ignore[arg-type]
    clock = live(world, track, "K11")
    assert clock.length == 90
    assert clock.due_on is None or before is None or clock.due_on > before
    assert rows(world, track)[-1] == "S08"
    with pytest.raises(NotNow, match=r"一次|once"):
        inquiries.extend(world.session, track, **said, now=world.now)  # type: ignore[arg-type]


def test_what_has_ended_is_not_extended(world: World) -> None:
    track = investigated(world)
    late = Ask(world.session, track, actor(world.head), {}, world.later(200))
    assert not TRACK.refusals(replace(late, now=world.now), "extend")
    clock = live(world, track, "K11")
    clock.provisional, clock.due_on = False, day_of(world.later(100))
    assert TRACK.refusals(late, "extend")


def suspend(world: World, track: CaseTrack, **changed: Any) -> None:
    said = {"cause": "CRIMINAL", "reasons": "公安机关已就同一事实立案侦查。", "actor": actor(world.head)}
    inquiries.suspend(world.session, track, **{**said, **changed}, version=None, now=world.now)


def test_a_suspended_investigation_stands_still_and_the_company_is_told(world: World) -> None:
    track = investigated(world)
    suspend(world, track)
    assert track.state == "SUSPENDED"
    assert live(world, track, "K11").state is live(world, track, "K12").state is ClockState.PAUSED
    told = letter(world, track, "D13a")
    assert told.party_id == world.lender.id
    assert "书面说明期限" in text(told)
    assert "公安机关已就同一事实立案侦查" in text(told)
    with pytest.raises(Refused):
        tracks.explain(world.session, track, text="说明", actor=actor(world.lead), now=world.now)


def test_only_another_case_or_force_majeure_suspends(world: World) -> None:
    track = investigated(world)
    with pytest.raises(BadInput):
        suspend(world, track, cause="BUSY")
    with pytest.raises(BadInput):
        suspend(world, track, reasons="")
    with pytest.raises(NotAllowed):
        suspend(world, track, actor=actor(world.investigator))


def test_a_resumed_investigation_counts_on_what_was_left_and_says_until_when(world: World) -> None:
    track = investigated(world)
    suspend(world, track)
    left = live(world, track, "K12").days_left
    said = {"reasons": "公安机关已撤销案件。", "actor": actor(world.head), "version": None, "now": world.later(7)}
    with pytest.raises(BadInput):
        inquiries.resume(world.session, track, ended=False, **said)  # type: ignore[arg-type]
    inquiries.resume(world.session, track, ended=True, **said)  # type: ignore[arg-type]
    assert (track.state, track.suspended_because) == ("INVESTIGATING", None)
    clock = live(world, track, "K12")
    assert clock.state is ClockState.RUNNING
    assert clock.due_on is not None
    said_in_letter = text(letter(world, track, "D13b"))
    assert f"尚余{left}个工作日" in said_in_letter
    assert f"{clock.due_on.month}月{clock.due_on.day}日" in said_in_letter
    assert rows(world, track)[-2:] == ["S09", "S10"]


def test_what_was_suspended_on_the_last_day_to_explain_goes_on_again(world: World) -> None:
    track = investigated(world)
    last = live(world, track, "K12").due_on
    assert last is not None
    world.now += last - day_of(world.now)
    suspend(world, track)
    assert live(world, track, "K12").days_left == 0
    said = {"reasons": "公安机关已撤销案件。", "actor": actor(world.head), "version": None, "now": world.later(5)}
    inquiries.resume(world.session, track, ended=True, **said)  # type: ignore[arg-type]
    clock = live(world, track, "K12")
    assert clock.due_on == day_of(world.later(5))
    told = text(letter(world, track, "D13b"))
    day = f"{clock.due_on.year}年{clock.due_on.month}月{clock.due_on.day}日"
    assert f"最后一日为{day}（该期限中止当日即为其最后一日），至当日24时届满" in told
    assert "尚余" not in told, "nothing is counted from the next day on"


def test_a_date_that_is_not_certain_is_not_printed(world: World) -> None:
    world.now = world.later(20)
    track = investigated(world)
    suspend(world, track)
    said = {"reasons": "已撤销案件。", "actor": actor(world.head), "version": None, "now": world.later(3)}
    inquiries.resume(world.session, track, ended=True, **said)  # type: ignore[arg-type]
    assert live(world, track, "K12").provisional
    assert "个工作日" in text(letter(world, track, "D13b"))
    assert "最后一日" not in text(letter(world, track, "D13b"))


def test_a_referred_part_leaves_the_case_going_on(world: World) -> None:
    track = investigated(world)
    inquiries.refer_part(world.session, track, REFERRAL, actor=actor(world.head), version=None, now=world.now)
    assert track.state == "INVESTIGATING"
    document = letter(world, track, "D14")
    assert document.party_id is None
    assert document.paper["head"]["recipient_name"] == "蓝湾市公安局"
    assert "其余事项继续办理" in text(document)
    assert rows(world, track)[-1] == "S46"


@pytest.mark.parametrize("gone", ["authority", "facts", "suspected", "scope"])
def test_a_referral_says_to_whom_which_facts_and_what_is_suspected(world: World, gone: str) -> None:
    track = investigated(world)
    with pytest.raises(BadInput) as refusal:
        inquiries.refer_part(
            world.session,
            track,
            replace(REFERRAL, **{gone: " "}),
            actor=actor(world.head),
            version=None,
            now=world.now,
        )
    assert refusal.value.field == gone


@pytest.mark.parametrize("name", ["林晓芸", "韩冰洁"])
def test_a_referral_names_no_complainant_whatever_companies_may_know(world: World, name: str) -> None:
    track = investigated(world)
    lead, joined = track.case.complaints[0], world.complaint("RECEIVED", name="韩冰洁")
    joined.lead_id, joined.state = lead.id, "MERGED"
    for each in (lead, joined):
        assert each.complainant is not None
        each.complainant.share_identity, each.complainant.consented_at = True, world.now
    world.session.flush()
    told = replace(REFERRAL, facts=f"{name}反映有人上门。")
    with pytest.raises(BadInput, match="TS2026"):
        inquiries.refer_part(world.session, track, told, actor=actor(world.head), version=None, now=world.now)


def test_a_wholly_referred_track_ends_and_its_clocks_with_it(world: World) -> None:
    track = investigated(world)
    suspend(world, track)
    said = {"actor": actor(world.head), "version": None, "now": world.now}
    with pytest.raises(BadInput):
        inquiries.refer_all(world.session, track, REFERRAL, nothing_left=False, **said)  # type: ignore[arg-type]
    inquiries.refer_all(world.session, track, REFERRAL, nothing_left=True, **said)  # type: ignore[arg-type]
    assert (track.state, track.ended_on) == ("REFERRED", day_of(world.now))
    assert {clock.key for clock in clocks.of(world.session, ("track", track.id)) if clock.state != "ENDED"} == {"K27"}
    assert "不再另行办理" in text(letter(world, track, "D14"))


def test_what_may_be_a_crime_asks_the_head_for_a_decision_on_a_referral(world: World) -> None:
    track = investigated(world)
    allege(world, track, "V-B02")
    task = world.session.scalars(select(Task).where(Task.kind == "refer_authority")).one()
    assert (task.role, task.subject_id, task.done_at) == ("head", track.id, None)
    inquiries.refer_part(world.session, track, REFERRAL, actor=actor(world.head), version=None, now=world.now)
    world.session.refresh(task)
    assert task.done_by == world.head.id
    allege(world, track, "V-I05")
    again = select(Task.role).where(Task.kind == "refer_authority", Task.done_at.is_(None))
    assert world.session.scalars(again).all() == ["head"]


def white_lists(world: World) -> list[Task]:
    return list(world.session.scalars(select(Task).where(Task.kind == "white_list").order_by(Task.id)))


def test_where_no_engagement_is_found_somebody_checks_the_published_list(world: World) -> None:
    world.case()
    assert not white_lists(world)
    engagement = world.session.scalars(select(Engagement)).one()
    engagement.to_on = date(2026, 9, 30)
    case = world.case(world.complaint(codes=("V-B01",)))
    assert [track.party_id for track in case.tracks] == [world.lender.id]
    assert [task.subject_id for task in white_lists(world)] == [case.id]


def test_a_firm_without_a_known_principal_is_looked_for_as_well(world: World) -> None:
    said = {"title": "", "source": "PEER", "lead": "同业举报", "conduct": (date(2026, 10, 1), date(2026, 10, 2))}
    stranger = party(world.session, "远山信息咨询有限公司", PartyKind.FIRM, None)
    case = cases.open(world.session, [], parties=[stranger], actor=actor(world.officer), now=world.now, **said)
    assert case.tracks[0].basis == "VIA_PRINCIPAL"
    assert [task.subject_id for task in white_lists(world)] == [case.id]


def test_nobody_looks_for_an_engagement_whose_other_side_another_case_looks_at(world: World) -> None:
    said: dict[str, Any] = {"actor": actor(world.officer), "now": world.now}
    lender, firm = world.case().tracks
    cases.allege(world.session, firm, code="V-C04", facts="多次致电", **said)
    tracks.decline(world.session, lender, reasons="证据不足", actor=actor(world.head), version=None, now=world.now)
    again = world.complaint("DISPUTED", name="陆知远")
    complaints.escalate(world.session, again, why="有录音", **said)
    assert {each.party_id for each in policies.tracks_of(world.session, again)} == {world.lender.id, world.firm.id}
    assert not white_lists(world)


def test_a_case_from_another_source_brings_in_both_sides_of_an_engagement(world: World) -> None:
    said = {"title": "", "source": "INSPECTION", "lead": "巡查发现", "conduct": (date(2026, 10, 1), date(2026, 10, 2))}
    case = cases.open(world.session, [], parties=[world.firm], actor=actor(world.officer), now=world.now, **said)
    assert [(each.party_id, each.role) for each in case.tracks] == [
        (world.lender.id, "PRINCIPAL"), (world.firm.id, "COLLECTOR"),
    ]  # fmt: skip
    assert not white_lists(world)


def test_a_company_named_beside_a_complaint_answers_together_with_the_one_it_worked_for(world: World) -> None:
    other = party(world.session, "远礁信用管理有限公司", PartyKind.FIRM, BasisKind.UNDERTAKING)
    engaged = Engagement(institution_id=world.lender.id, firm_id=other.id, from_on=date(2025, 1, 1))
    world.session.add(engaged)
    world.session.flush()
    said = {"title": "", "parties": [other], "actor": actor(world.officer), "now": world.now}
    case = cases.open(world.session, [world.complaint()], **said)
    assert {each.party_id: each.engagement_id for each in case.tracks} == {
        world.lender.id: engaged.id, other.id: engaged.id,
    }  # fmt: skip


def test_a_firm_found_on_the_list_answers_together_with_its_principal(world: World) -> None:
    engagement = world.session.scalars(select(Engagement)).one()
    engagement.to_on = date(2026, 9, 30)
    case = world.case()
    engagement.to_on = None
    cases.add_track(world.session, case, world.firm, lead="", actor=actor(world.officer), now=world.now)
    assert [track.engagement_id for track in case.tracks] == [engagement.id, engagement.id]
    task = white_lists(world)[0]
    world.session.refresh(task)
    assert task.done_by == world.officer.id


def test_a_company_that_joins_a_case_is_looked_for_on_the_list_until_its_engagement_is_known(world: World) -> None:
    case, joining = world.case(), party(world.session, "远山信息咨询有限公司", PartyKind.FIRM, None)
    joined = cases.add_track(world.session, case, joining, lead="", actor=actor(world.officer), now=world.now)
    since: dict[str, Any] = {"firm": joining, "from_on": date(2025, 1, 1), "actor": SYSTEM, "now": world.now}
    other = party(world.session, "青岬消费金融有限公司", PartyKind.INSTITUTION, BasisKind.MEMBERSHIP)
    parties.engage(world.session, institution=other, **since)
    assert joined.engagement_id is None, "that one is for whoever has no part in the case"
    assert [(each.subject_id, each.done_at) for each in white_lists(world)] == [(case.id, None)]
    made = parties.engage(world.session, institution=world.lender, **since)
    task = white_lists(world)[0]
    world.session.refresh(task)
    assert (joined.engagement_id, task.done_at) == (made.id, world.now)
