"""Tracks up to the report: what the head, the respondent and the investigator may do, and when."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, tracks
from casework.models_cases import REFUSED_CONTACT, Evidence
from casework.showable import is_showable
from casework.states import TRACK
from core.actors import SYSTEM
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices.papers import whole_text
from registry import clocks
from registry.models import Basis
from registry.models_clocks import Clock, ClockState
from tests.builders import account, party, rendered
from tests.builders_cases import World, actor


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


def _clock(world: World, track_id: int, key: str) -> clocks.Clock | None:
    return clocks.live(world.session, key, ("track", track_id))


def test_filing_tells_the_respondent_and_the_investigation_begins_with_service(world: World) -> None:
    track = world.filed()
    assert track.state == "FILED"
    assert track.investigator_id == world.investigator.id
    assert track.filed_by == world.head.id
    explains = _clock(world, track.id, "K12")
    assert explains is not None
    assert explains.state is ClockState.ARMED
    letter = world.serve(track, "D11b")
    assert letter.number
    assert letter.party_id == world.lender.id
    assert track.state == "INVESTIGATING"
    assert explains.state is ClockState.RUNNING
    assert explains.day0 == day_of(world.now)


def test_the_head_alone_files(world: World) -> None:
    track = world.case().tracks[0]
    cases.allege(world.session, track, code="V-C04", facts="致电", actor=actor(world.officer), now=world.now)
    with pytest.raises(NotAllowed):
        tracks.file(
            world.session,
            track,
            investigator=world.investigator,
            opinion="",
            actor=actor(world.officer),
            version=None,
            now=world.now,
        )


def test_a_firm_outside_the_rules_on_the_day_of_the_conduct_cannot_be_filed_against(world: World) -> None:
    basis = world.session.scalars(select(Basis).where(Basis.party_id == world.firm.id)).one()
    basis.from_on = date(2026, 11, 1)
    track = world.case().tracks[1]
    assert track.basis == "VIA_PRINCIPAL"
    cases.allege(world.session, track, code="V-C04", facts="致电", actor=actor(world.officer), now=world.now)
    with pytest.raises(NotNow, match=r"会员|membership"):
        tracks.file(
            world.session,
            track,
            investigator=world.investigator,
            opinion="",
            actor=actor(world.head),
            version=None,
            now=world.now,
        )


def test_conduct_that_ended_too_long_ago_is_not_filed(world: World) -> None:
    case = world.case()
    track = case.tracks[0]
    cases.allege(world.session, track, code="V-C04", facts="致电", actor=actor(world.officer), now=world.now)
    case.conduct_from, case.conduct_to = date(2024, 11, 1), date(2024, 11, 24)
    assert TRACK.refusals(Ask(world.session, track, actor(world.head), {}, world.now), "file")
    case.conduct_to = date(2024, 11, 25)
    assert not TRACK.refusals(Ask(world.session, track, actor(world.head), {}, world.now), "file")


def test_without_a_named_violation_nothing_is_filed(world: World) -> None:
    track = world.case().tracks[0]
    assert TRACK.refusals(Ask(world.session, track, actor(world.head), {}, world.now), "file")


def test_declining_tells_every_complainant_why(world: World) -> None:
    complaint = world.complaint()
    track = world.case(complaint).tracks[0]
    with pytest.raises(BadInput, match="请说明理由"):
        tracks.decline(world.session, track, reasons=" ", actor=actor(world.head), version=None, now=world.now)
    tracks.decline(
        world.session, track, reasons="不属于违规行为。", actor=actor(world.head), version=None, now=world.now
    )
    assert track.state == "NOT_FILED"
    assert track.ended_on == day_of(world.now)
    letter = notices.last_document(world.session, ["D12"], "complaint", complaint.id)
    assert letter is not None
    assert letter.complaint_id == complaint.id
    assert _clock(world, track.id, "K27")


def test_nobody_learns_from_the_reasons_who_else_complained(world: World) -> None:
    two = [world.complaint(), world.complaint(name="赵明远")]
    track = world.case(*two).tracks[0]
    by = {"actor": actor(world.head), "version": None, "now": world.now}
    tracks.decline(world.session, track, reasons="赵明远提供的录音不足以证明有关行为。", **by)  # type: ignore[arg-type]
    letters = [notices.last_document(world.session, ["D12"], "complaint", each.id) for each in two]
    said = [whole_text(each.frozen) for each in letters if each is not None]
    assert ["赵明远提供的录音" in each for each in said] == [False, True]
    assert "其他投诉人提供的录音" in said[0]


def test_whoever_complained_of_another_company_learns_nothing_of_one_that_was_looked_at(world: World) -> None:
    two = [world.complaint(), world.complaint(name="赵明远")]
    track = world.case(*two).tracks[0]
    two[1].companies[0].party_id = party(world.session, "雪浪小额贷款有限公司").id
    world.session.flush()
    by = {"actor": actor(world.head), "version": None, "now": world.now}
    tracks.decline(world.session, track, reasons="录音不足以证明有关行为。", **by)  # type: ignore[arg-type]
    letters = [notices.last_document(world.session, ["D12"], "complaint", each.id) for each in two]
    assert [each is not None for each in letters] == [True, False]


def test_an_explanation_serves_the_notice_it_answers_and_is_only_the_leads_to_give(world: World) -> None:
    track = world.filed()

    letter = notices.last_document(world.session, ["D11b"], "track", track.id)
    assert letter is not None
    rendered(world.session, letter, world.now)
    with pytest.raises(NotAllowed):
        tracks.explain(world.session, track, text="说明", actor=actor(world.firm_lead), now=world.later(1))
    tracks.explain(world.session, track, text="说明", actor=actor(world.lead), now=world.later(1))
    assert track.state == "INVESTIGATING"
    assert track.explanation == "说明"
    assert not track.explained_late
    assert letter.services[0].state == "SERVED"


def test_what_is_added_to_an_explanation_has_its_own_time_and_may_be_late_by_itself(world: World) -> None:
    track = world.filed()
    world.serve(track, "D11b")
    tracks.explain(world.session, track, text="情况属实。", actor=actor(world.lead), now=world.later(1))
    clock = world.session.scalars(select(Clock).where(Clock.key == "K12", Clock.subject_id == track.id)).one()
    assert clock.due_on is not None
    after = world.later((clock.due_on - day_of(world.now)).days + 3)
    tracks.explain(world.session, track, text="补充：\n\n另有三人。", actor=actor(world.lead), now=after)
    world.session.refresh(track)
    assert [(each.no, each.at, each.late, each.text) for each in track.explained] == [
        (1, world.later(1), False, "情况属实。"),
        (2, after, True, "补充：\n\n另有三人。"),
    ]
    assert not track.explained_late, "the explanation itself came in time"


def test_silence_is_marked_only_after_the_time_has_ended(world: World) -> None:
    track = world.filed()
    world.serve(track, "D11b")
    early = Ask(world.session, track, SYSTEM, {}, world.later(1))
    assert TRACK.refusals(early, "K12_expired")
    clock = _clock(world, track.id, "K12")
    assert clock is not None
    assert clock.due_on is not None
    late = Ask(world.session, track, SYSTEM, {}, world.later((clock.due_on - day_of(world.now)).days + 1))
    TRACK.carry_out(late, "K12_expired")
    assert track.no_answer
    tracks.explain(world.session, track, text="迟到的说明", actor=actor(world.lead), now=late.now + timedelta(days=1))
    assert track.explained_late
    assert not track.no_answer


def test_where_nobody_explained_the_list_of_evidence_says_that_no_challenge_is_recorded(world: World) -> None:
    track = world.filed()
    world.serve(track, "D11b")
    clock = _clock(world, track.id, "K12")
    assert clock is not None
    assert clock.due_on is not None
    after = (clock.due_on - day_of(world.now)).days + 1
    TRACK.carry_out(Ask(world.session, track, SYSTEM, {}, world.later(after)), "K12_expired")
    world.found(track, world.later(after))
    listed = notices.last_document(world.session, ["D30"], "track", track.id)
    assert listed is not None
    assert "'编制时无异议记录'" in str(listed.paper["paper"])


def test_a_finding_rests_on_nothing_of_others_and_nothing_that_was_not_consented_to(world: World) -> None:
    track = world.filed()
    own, other = track.case_id, track.case_id + 1
    told = {"given_by": "COMPLAINANT", "shared": True}
    said: list[tuple[dict[str, object], bool]] = [
        (told, True),
        (told | {"case_id": own}, True),
        (told | {"case_id": other}, False),
        (told | {"shared": False}, False),
        ({"given_by": "RESPONDENT", "party_id": track.party_id}, True),
        ({"given_by": "RESPONDENT", "party_id": world.firm.id}, False),
        ({"given_by": "STAFF"}, True),
        ({"given_by": "STAFF", "track_id": track.id}, True),
        ({"given_by": "STAFF", "track_id": track.id + 1}, False),
    ]
    assert [is_showable(Evidence(**each), track) for each, _may in said] == [may for _each, may in said]
    track.lead_code = REFUSED_CONTACT
    number = [is_showable(Evidence(**told, case_id=each), track) for each in (own, other, None)]
    assert number == [True, False, False], "a number that was not to be called stays with its case"


def test_a_report_waits_for_findings_and_for_the_explanation_or_its_end(world: World) -> None:
    track = world.filed()
    world.serve(track, "D11b")
    asked = Ask(world.session, track, actor(world.investigator), {}, world.now)
    sentences = {str(refusal) for refusal in TRACK.refusals(asked, "report")}
    assert len(sentences) == 2
    assert TRACK.refusals(Ask(world.session, track, actor(world.second), {}, world.now), "report")


def test_a_report_stands_in_the_file_with_the_list_of_evidence(world: World) -> None:
    track = world.reported()
    assert track.state == "REVIEWING"
    for kind in ("D15", "D30"):
        document = notices.last_document(world.session, [kind], "track", track.id)
        assert document is not None
        assert not document.outward
        assert document.number is None
    assert "'1页'" in str(document.paper["paper"])
    assert "'未逐项记录，见书面说明'" in str(document.paper["paper"])
    assert "字节" not in str(document.paper["paper"])
    assert _clock(world, track.id, "K13")
    assert not _clock(world, track.id, "K11")


def test_an_investigation_whose_report_is_made_is_given_to_nobody_else(world: World) -> None:
    track = world.reported()
    second = account(world.session, "调查乙", "investigator")
    with pytest.raises(NotNow, match="报告"):
        tracks.reassign(world.session, track, second, actor=actor(world.head), version=None, now=world.later(1))
    assert track.investigator_id == world.investigator.id
