"""Hearings: for major measures, in time, before a drawn panel, with notice, on signed minutes; nothing gets harsher."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import policies_recusals, recusals
from casework.models import Task
from casework.states import TRACK
from core.clock import day_of
from core.db import Reader, read_as, transaction
from core.db import session as current
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices import serving
from notices.papers import text_of
from portal import company_archives
from registry import clocks
from registry.clock_sweep import sweep
from registry.models_accounts import Account
from sanctions import decisions, documents, hearings, panels, rounds, statements
from tests.builders import rendered, told_of
from tests.builders_cases import actor
from tests.sanctions.hearing_room import HearingRoom

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def room(session: Session, now: datetime) -> HearingRoom:
    return HearingRoom(session, now)


@pytest.fixture
def world(app: Flask) -> Iterator[HearingRoom]:
    """Everybody, committed: the sweep works in transactions of its own."""
    with app.app_context():
        with transaction() as at:
            everybody = HearingRoom(at, START)
        yield everybody


def test_asking_serves_the_notice_stops_its_own_time_and_leaves_that_for_statements(room: HearingRoom) -> None:
    track = room.proposed([1, 4], "V-I02")
    notice = notices.last_document(room.session, ["D17"], "track", track.id)
    assert notice is not None
    rendered(room.session, notice, room.later(4))
    hearings.ask_for(room.session, track, wishes="对次数有异议", actor=actor(room.lead), now=room.later(5))
    assert notices.served_on(room.session, notice.id)
    assert track.state == "HEARING_ASKED"
    assert [room.live(track, key) for key in ("K15", "K16", "K17")] == [True, False, True]
    statements.state(room.session, track, text="书面意见", actor=actor(room.lead), now=room.later(6))
    assert not rounds.statements(room.session, track)[0].late


def test_only_the_lead_asks_and_says_on_what(room: HearingRoom) -> None:
    track = room.noticed()
    for person in (room.firm_lead, room.officer):
        with pytest.raises(NotAllowed):
            hearings.ask_for(room.session, track, wishes="听证", actor=actor(person), now=room.later(5))
    with pytest.raises(BadInput):
        hearings.ask_for(room.session, track, wishes=" ", actor=actor(room.lead), now=room.later(5))


def test_a_minor_measure_is_not_heard_and_nothing_after_the_time(room: HearingRoom) -> None:
    minor = room.noticed([1], "V-C04")
    with pytest.raises(NotNow, match=r"重类措施"):
        hearings.ask_for(room.session, minor, wishes="听证", actor=actor(room.lead), now=room.later(5))
    major = room.noticed()
    with pytest.raises(NotNow, match=r"届满"):
        hearings.ask_for(room.session, major, wishes="听证", actor=actor(room.lead), now=room.later(20))
    assert major.state == "PRE_NOTICE"


def test_a_hearing_is_set_by_the_secretary_before_a_drawn_panel_with_notice(room: HearingRoom) -> None:
    track = room.asked()
    with pytest.raises(NotNow, match=r"审议小组"):
        room.set(track)
    room.drawn(track)
    with pytest.raises(NotAllowed):
        room.set(track, actor=actor(room.officer))
    for plan in (room.plan(room.later(6), 7), room.plan(room.later(6), 3)):
        with pytest.raises(BadInput, match=r"7"):
            room.set(track, plan=plan)
    with pytest.raises(Changed):
        room.set(track, version=track.version + 1)
    room.set(track, plan=room.plan(room.later(6), 8))
    assert track.state == "HEARING_SET"
    letter = notices.last_document(room.session, ["D18"], "track", track.id)
    assert letter is not None
    assert "听〔2026〕" in (letter.number or "")
    text = text_of(letter.frozen.blocks)
    for said in ("协会会议室", "最后陈述", "秘书", "调查员", "7个工作日"):
        assert said in text
    assert room.live(track, "K17")


def test_who_investigated_serves_no_panel(room: HearingRoom) -> None:
    track = room.asked()
    room.drawn(track)
    track.investigator_id = room.secretary.id
    room.session.flush()
    with pytest.raises(NotAllowed):
        room.set(track)


def test_a_hearing_is_set_anew_only_where_its_notice_failed(room: HearingRoom) -> None:
    track = room.asked()
    room.drawn(track)
    room.set(track)
    with pytest.raises(NotNow, match=r"延期"):
        room.set(track, now=room.later(7))
    late = room.later(16)
    first = notices.last_document(room.session, ["D18"], "track", track.id)
    room.set(track, now=late)
    assert track.state == "HEARING_SET"
    assert first is not None
    assert first.set_aside_on == day_of(late)
    letter = room.serve(track, "D18", late)
    assert "此前发出的听证通知书" in text_of(letter.frozen.blocks)
    with pytest.raises(NotNow):
        room.set(track, now=late)
    assert room.hearing(track).adjourned_at is None


def test_a_voided_notice_lets_the_hearing_be_set_anew(room: HearingRoom) -> None:
    track = room.asked()
    room.drawn(track)
    room.set(track)
    letter = notices.last_document(room.session, ["D18"], "track", track.id)
    assert letter is not None
    room.session.refresh(letter, ["services"])
    serving.step(
        room.session, letter.services[0].id, "void", actor=actor(room.head), now=room.later(6), reason="地点有误"
    )
    room.set(track, now=room.later(7))
    assert track.state == "HEARING_SET"


def test_who_is_drawn_after_the_notice_is_named_in_a_new_one_before_anybody_is_absent(room: HearingRoom) -> None:
    """Whoever was told of other members had no way to ask for the recusal of the new one."""
    track, members = room.ready()
    session, secretary = room.session, actor(room.secretary)
    recusals.declare(session, track.case, ground="RELATIVE", facts="亲属", actor=members[0], now=room.later(7))
    panel = panels.fill(session, track, actor=secretary, now=room.later(7), seed="补")
    asked = select(Task.role).where(Task.kind == "named_anew", Task.done_at.is_(None))
    assert session.scalars(asked).all() == ["secretary"]
    with pytest.raises(NotNow, match="当事单位未被告知"):
        room.miss(track, members[1])
    room.set(track, now=room.later(8))
    letter = room.serve(track, "D18", room.later(8))
    said = text_of(letter.frozen.blocks)
    assert session.get_one(Account, panel.redraws[0]["drawn"][0]).name in said
    assert "委员有变更" in said
    assert session.scalars(asked).all() == []
    room.miss(track, members[1])
    assert track.state == "DELIBERATION"


def test_a_hearing_is_given_up_in_writing_and_the_time_for_statements_runs_on(room: HearingRoom) -> None:
    track = room.asked()
    with pytest.raises(NotAllowed):
        hearings.waive(room.session, track, confirmed=True, actor=actor(room.firm_lead), now=room.later(5))
    with pytest.raises(BadInput):
        hearings.waive(room.session, track, confirmed=False, actor=actor(room.lead), now=room.later(5))
    asked = Ask(room.session, track, actor(room.lead), {"confirmed": False}, room.later(5))
    assert TRACK.refusals(asked, "waive_hearing")
    hearings.waive(room.session, track, confirmed=True, actor=actor(room.lead), now=room.later(5))
    assert track.state == "PRE_NOTICE"
    assert [room.live(track, key) for key in ("K15", "K16", "K17")] == [True, False, False]
    with pytest.raises(NotNow):
        hearings.ask_for(room.session, track, wishes="再听证", actor=actor(room.lead), now=room.later(5))
    statements.waive(room.session, track, confirmed=True, actor=actor(room.lead), now=room.later(5))
    assert "书面表示不再提交陈述、申辩意见" in documents.statement_summary(room.session, track, "zh")


def test_a_hearing_given_up_after_the_statement_time_leads_to_deliberation(world: HearingRoom) -> None:
    with transaction():
        track = world.asked()
        due = clocks.live(world.session, "K15", ("track", track.id))
        assert due is not None
        assert due.due_on is not None
        over = datetime.combine(due.due_on, time(2, 0), UTC) + timedelta(days=1)
    assert all(swept.done for swept in sweep(over))
    with transaction():
        assert track.state == "HEARING_ASKED"
        assert not world.live(track, "K15")
        hearings.waive(world.session, track, confirmed=True, actor=actor(world.lead), now=over)
        assert track.state == "DELIBERATION"
        assert world.live(track, "K18")


def test_the_end_of_the_time_to_hold_it_alerts_the_head(world: HearingRoom) -> None:
    with transaction():
        track = world.asked()
    assert all(swept.done for swept in sweep(START + timedelta(days=60)))
    with transaction() as at:
        assert track.state == "HEARING_ASKED"
        assert at.query(Task).filter_by(kind="clock_ended:K17", role="head").count() == 1


def test_a_panel_adjourns_once_with_reasons(room: HearingRoom) -> None:
    track, members = room.ready()
    said = {"version": None, "now": room.later(8)}
    with pytest.raises(BadInput):
        hearings.adjourn(room.session, track, reasons=" ", actor=members[0], **said)  # type: ignore[arg-type]
    stranger = next(actor(each) for each in room.panel if each.id not in {one.id for one in members})
    with pytest.raises(NotAllowed):
        hearings.adjourn(room.session, track, reasons="延期", actor=stranger, **said)  # type: ignore[arg-type]
    hearings.adjourn(room.session, track, reasons="对方负责人住院", actor=members[0], **said)  # type: ignore[arg-type]
    assert track.state == "HEARING_ASKED"
    assert room.live(track, "K17")
    off = room.hearing(track)
    assert (off.at, off.place, off.adjourned_because) == (None, None, "对方负责人住院")
    room.set(track, now=room.later(8))
    letter = room.serve(track, "D18", room.later(8))
    said_in_it = text_of(letter.frozen.blocks)
    assert ("已经延期一次，不再延期" in said_in_it, "可以决定延期" in said_in_it) == (True, False)
    with pytest.raises(NotNow, match=r"一次"):
        hearings.adjourn(room.session, track, reasons="再延", actor=members[0], **said)  # type: ignore[arg-type]


def test_a_notice_of_a_hearing_put_off_is_in_force_no_more_and_its_company_can_still_read_it(
    world: HearingRoom,
) -> None:
    with transaction():
        track, members = world.ready()
        old = notices.last_document(world.session, ["D18"], "track", track.id)
        assert old is not None
        assert old.set_aside_on is None
        said = {"reasons": "对方负责人住院", "actor": members[0], "version": None, "now": world.later(8)}
        hearings.adjourn(world.session, track, **said)  # type: ignore[arg-type]
        assert (old.set_aside_on, old.replaced_by_id) == (day_of(world.later(8)), None)
        world.set(track, now=world.later(9))
        new = notices.last_document(world.session, ["D18"], "track", track.id)
        assert new is not None
        assert (old.set_aside_on, old.replaced_by_id) == (day_of(world.later(8)), new.id)
        assert (new.set_aside_on, new.replaced_by_id) == (None, None)
        number, party = old.id, track.party_id
    at = current()
    read_as(at, Reader("zilu_party", (("zilu.party", str(party)),)))
    assert notices.document(at, number) is not None
    at.rollback()


def test_a_hearing_is_held_before_three_with_notice_and_put_on_minutes(room: HearingRoom) -> None:
    track, members = room.ready()
    with pytest.raises(NotNow, match=r"尚未举行"):
        room.hold(track, members[0], now=room.later(7))
    for two in (room.sat(track)[:2], [*room.sat(track)[:2], 0]):
        with pytest.raises(NotNow, match=r"三名"):
            room.hold(track, members[0], present=two)
    for wrong in ({"entries": ()}, {"rights_told": False}, {"recusal_answer": ""}, {"refused_because": "不同意"}):
        with pytest.raises(BadInput):
            room.hold(track, members[0], **wrong)
    room.hold(track, members[0])
    assert track.state == "DELIBERATION"
    assert [room.live(track, key) for key in ("K15", "K17", "K18")] == [False, False, True]
    minutes = notices.last_document(room.session, ["D19"], "track", track.id)
    assert minutes is not None
    assert (minutes.outward, minutes.volume) == (False, "main")
    text = text_of(minutes.frozen.blocks)
    for said in ("次数有误", "请求从轻处理", "不申请回避", "副总经理"):
        assert said in text


def test_members_and_nobody_else_hold_a_hearing_and_a_recused_one_not_either(room: HearingRoom) -> None:
    track, members = room.ready()
    for person in (room.secretary, room.head):
        with pytest.raises(NotAllowed):
            room.hold(track, actor(person))
    panel = rounds.panel(room.session, track)
    assert panel is not None
    panel.members[0].recused_at = room.later(7)
    room.session.flush()
    with pytest.raises(NotAllowed):
        room.hold(track, members[0])


def test_whoever_takes_no_part_in_the_case_witnesses_no_refusal_at_its_hearing(room: HearingRoom) -> None:
    track, members = room.ready()
    said = {"ground": "RELATIVE", "facts": "亲属", "actor": actor(room.second), "now": room.later(6)}
    recusals.declare(room.session, track.case, **said)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=r"不参与本案"):
        room.hold(track, members[0], refused_because="不同意", second_id=room.second.id)
    room.hold(track, members[0], refused_because="不同意", second_id=room.officer.id)
    assert track.state == "DELIBERATION"


def test_an_open_recusal_is_decided_before_the_hearing(room: HearingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    track, members = room.ready()
    monkeypatch.setattr(policies_recusals, "is_open", lambda _session, _case_id: True)
    with pytest.raises(NotNow, match=r"回避"):
        room.hold(track, members[0])


def test_a_late_notice_needs_the_written_consent_of_who_is_present(room: HearingRoom) -> None:
    track = room.asked()
    members = room.drawn(track)
    plan = room.set(track)
    room.serve(track, "D18", plan.at - timedelta(days=2))
    with pytest.raises(NotNow, match=r"缩短通知期"):
        room.hold(track, members[0])
    with pytest.raises(NotNow, match=r"缺席"):
        room.miss(track, members[0])
    room.hold(track, members[0], shorter_notice="周岚，当日书面同意")
    assert track.state == "DELIBERATION"


def test_nobody_is_heard_on_another_day_than_the_notice_named_without_written_consent(room: HearingRoom) -> None:
    """Minutes of a day that the respondent was never told were taken, though an absence of such a day was not."""
    track, members = room.ready()
    named = room.hearing(track).at
    assert named is not None
    later = {"started_at": named + timedelta(days=1), "ended_at": named + timedelta(days=1, hours=2)}
    with pytest.raises(BadInput, match="通知载明的听证时间"):
        room.hold(track, members[0], now=named + timedelta(days=2), **later)
    room.hold(track, members[0], now=named + timedelta(days=2), **later, shorter_notice="周岚，当日书面同意")
    assert track.state == "DELIBERATION"


def test_who_stays_away_without_good_reason_is_noted_and_nothing_gets_harsher(room: HearingRoom) -> None:
    track, members = room.ready()
    with pytest.raises(BadInput):
        room.miss(track, members[0], good_reason=True)
    with pytest.raises(BadInput):
        room.miss(track, members[0], situation=" ")
    room.miss(track, members[0])
    assert track.state == "DELIBERATION"
    minutes = notices.last_document(room.session, ["D19"], "track", track.id)
    assert minutes is not None
    assert "不因此采取更重的措施" in text_of(minutes.frozen.blocks)
    with pytest.raises(NotNow):
        hearings.sign(
            room.session, track, signed_by="周岚", corrections="", actor=actor(room.lead), now=room.after(track)
        )


def test_nobody_is_absent_before_the_hour_that_the_notice_named_nor_on_another_day(room: HearingRoom) -> None:
    track, members = room.ready()
    at = room.hearing(track).at
    assert at is not None
    for opened in (at - timedelta(minutes=1), at - timedelta(days=1), at + timedelta(days=1)):
        with pytest.raises(BadInput) as refused:
            room.miss(track, members[0], now=at + timedelta(days=2), started_at=opened)
        assert refused.value.field == "started_at"
    room.miss(track, members[0], started_at=at + timedelta(minutes=30))
    assert track.state == "DELIBERATION"


@pytest.mark.parametrize("there", ["", "周岚"])
def test_whoever_leads_a_company_is_told_that_minutes_wait_unless_they_were_signed_there(
    room: HearingRoom, there: str
) -> None:
    track, members = room.ready()
    room.hold(track, members[0], signed_by=there)
    assert told_of(room.session, "to_sign:hearing") == (set() if there else {room.lead.id})


def test_minutes_are_signed_once_by_the_respondent_as_they_stand(room: HearingRoom) -> None:
    track, members = room.ready()
    room.hold(track, members[0])
    now = room.after(track)
    with pytest.raises(NotAllowed):
        hearings.sign(room.session, track, signed_by="陈", corrections="", actor=actor(room.firm_lead), now=now)
    with pytest.raises(BadInput):
        hearings.sign(room.session, track, signed_by=" ", corrections="", actor=actor(room.lead), now=now)
    hearings.sign(room.session, track, signed_by="周岚", corrections="“六次”应为五次", actor=actor(room.lead), now=now)
    found = room.hearing(track)
    minutes = notices.last_document(room.session, ["D19"], "track", track.id)
    assert minutes is not None
    assert found.signed_sha256 == minutes.paper_sha256
    with pytest.raises(NotNow):
        hearings.sign(room.session, track, signed_by="周岚", corrections="", actor=actor(room.lead), now=now)


def test_what_was_corrected_at_the_hearing_stays_where_the_minutes_are_signed_without_a_word_more(
    room: HearingRoom,
) -> None:
    track, members = room.ready()
    room.hold(track, members[0], corrections="“六次”应为五次")
    said = {"signed_by": "周岚", "corrections": "", "actor": actor(room.lead), "now": room.after(track)}
    hearings.sign(room.session, track, **said)  # type: ignore[arg-type]
    assert room.hearing(track).corrections == "“六次”应为五次"


def test_a_decision_after_a_hearing_tells_of_it_and_is_never_harsher_than_announced(room: HearingRoom) -> None:
    track, members = room.ready()
    room.hold(track, members[0])
    now = room.after(track)
    for member in members:
        with pytest.raises(BadInput):
            panels.vote(room.session, track, choice="LIGHTER", measures=[1, 5], reasons="更重", actor=member, now=now)
        panels.vote(room.session, track, choice="PROPOSED", reasons="事实清楚", actor=member, now=now)
    said: dict[str, Any] = {"actor": members[0], "reasons": "事实清楚。", "now": now}
    with pytest.raises(BadInput) as refused:
        decisions.decide(room.session, track, statement_dealt=" ", **said)
    assert refused.value.field == "statement_dealt", "what was said at the hearing is dealt with as well"
    decisions.decide(room.session, track, statement_dealt="听证中的意见不予采纳。", **said)
    proposal = rounds.proposal(room.session, track)
    assert proposal is not None
    assert (track.decided_level or 0) <= proposal.level
    letter = notices.last_document(room.session, ["D20"], "track", track.id)
    assert letter is not None
    text = text_of(letter.frozen.blocks)
    assert "请求从轻处理" in text
    assert "你单位未提交陈述、申辩意见" not in text, "it did, by word of mouth"


def test_what_a_company_wants_to_be_heard_on_is_among_all_of_its_papers_named_by_matter_and_day(
    room: HearingRoom,
) -> None:
    track = room.asked()
    asked = company_archives.Asked(room.lender.id, None, "zh")
    found = [each for part in company_archives.PARTS for each in part(room.session, asked) if each.text]
    day = day_of(room.later(5))
    assert (f"{track.ref} 听证申请 {day}.txt", "对事实有异议") in [(each.name, each.text) for each in found]
    other = company_archives.Asked(room.firm.id, None, "zh")
    assert not [each for part in company_archives.PARTS for each in part(room.session, other)]


def test_a_decision_to_take_no_measure_tells_of_the_hearing(room: HearingRoom) -> None:
    track, members = room.ready()
    room.hold(track, members[0])
    now = room.after(track)
    for each in members:
        panels.vote(room.session, track, choice="NONE", reasons="理由充分", measures=(), actor=each, now=now)
    said = {"reasons": "理由充分", "statement_dealt": "", "actor": members[0], "now": now}
    decisions.decide(room.session, track, **said)  # type: ignore[arg-type]
    made = notices.last_document(room.session, ["D16b"], "track", track.id)
    assert made is not None
    told = text_of(made.frozen.blocks)
    assert "举行听证，听取了你单位的陈述、申辩" in told
    assert "请求从轻处理" in told
