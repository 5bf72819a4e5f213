"""A document made void before service goes out again: the same words, a new number, and its time limit waits for it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from casework import tasks, tracks
from casework.models_cases import CaseTrack
from core.actors import SYSTEM
from core.db import attempt
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from notices.models import Document
from notices.papers import Lang, text_of
from notices.states import SERVICE
from registry import clocks, renaming, service_addresses, successions
from registry.models import Party
from registry.models_clocks import Clock, ClockState
from registry.models_lineage import SuccessionKind
from sanctions import endings, interviews, measures, policies_reissues, reissues, rounds, verifications
from sanctions.plans import InterviewPlan, TrainingPlan
from tests.builders_cases import actor, party
from tests.sanctions.chain import Chain
from tests.sanctions.operative_words import operative

FIRST = TrainingPlan(date(2026, 12, 7), "线上", date(2026, 12, 8))
"""When a training is to take place at first."""


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _last(chain: Chain, track: CaseTrack, kind: str) -> Document:
    found = policies_reissues.lasts_of(chain.session, track, kind)[-1]
    chain.session.refresh(found, ["services"])
    return found


def _void(chain: Chain, track: CaseTrack, kind: str) -> Document:
    document = _last(chain, track, kind)
    for service in document.services:
        ask = Ask(chain.session, service, actor(chain.head), {"reason": "收件地址有误"}, chain.now)
        SERVICE.carry_out(ask, "void")
    return document


def _again(chain: Chain, track: CaseTrack, now: datetime, plan: InterviewPlan | None = None, **other: Any) -> None:
    said = {"interview": plan, "actor": actor(chain.head), "version": None, "now": now}
    reissues.reissue(chain.session, track, **{**said, **other})


def _words(document: Document) -> list[str]:
    return operative(document.frozen)


def _live(chain: Chain, track: CaseTrack, key: str) -> Clock:
    found = clocks.live(chain.session, key, ("track", track.id))
    assert found is not None
    return found


def test_a_filing_notice_goes_out_again_and_its_service_moves_the_track(chain: Chain) -> None:
    track = chain.filed()
    void = _void(chain, track, "D11b")
    assert [task.role for task in tasks.open_of(chain.session, ("track", track.id))] == ["head"]
    _again(chain, track, chain.later(1))
    assert not tasks.open_of(chain.session, ("track", track.id))
    fresh = _last(chain, track, "D11b")
    assert fresh.id != void.id
    assert fresh.number != void.number
    assert _words(fresh) == _words(void)
    assert void.replaced_by_id == fresh.id
    assert _live(chain, track, "K12").awaits == [fresh.id]
    chain.serve(track, "D11b", chain.later(2))
    assert track.state == "INVESTIGATING"
    assert _live(chain, track, "K12").state is ClockState.RUNNING


def test_what_goes_out_again_goes_to_the_address_and_the_name_of_its_own_day(chain: Chain) -> None:
    chain.lender.language, chain.lender.name_en = "en", "Qingyu Consumer Finance Co., Ltd."
    track = chain.filed()
    void = _void(chain, track, "D11b")
    said: dict[str, Any] = {"actor": SYSTEM, "now": chain.later(1)}
    renaming.rename(
        chain.session, chain.lender, name_zh="远航数字金融有限公司", name_en="Yuanhang Co., Ltd.", version=None, **said
    )
    moved = service_addresses.NewAddress(True, "滨海市新址路99号", "联系人", "0100-5550100", "青屿联系人")
    service_addresses.confirm(chain.session, actor=actor(chain.lead), address=moved, now=chain.later(1))
    _again(chain, track, chain.later(1))
    fresh = _last(chain, track, "D11b")
    head, paper = fresh.head, fresh.frozen
    assert (head.recipient_name, head.recipient_address) == ("Yuanhang Co., Ltd.", "滨海市新址路99号")
    assert paper.authentic is not None
    assert (paper.addressee[:12], paper.authentic.addressee[:4]) == ("To: Yuanhang", "远航数字")
    assert _words(fresh) == _words(void)


def test_an_advance_notice_and_a_decision_go_out_again(chain: Chain) -> None:
    track = chain.proposed([1])
    void = _void(chain, track, "D17")
    _again(chain, track, chain.later(5))
    assert _words(_last(chain, track, "D17")) == _words(void)
    chain.serve(track, "D17", chain.later(5))
    assert track.state == "PRE_NOTICE"
    assert _live(chain, track, "K14").day0 == chain.later(5).date()


def test_a_decision_goes_out_again(chain: Chain) -> None:
    track = chain.decided([1])
    void = _void(chain, track, "D20")
    _again(chain, track, chain.later(8))
    fresh = _last(chain, track, "D20")
    assert (_words(fresh), fresh.round) == (_words(void), void.round)
    chain.serve(track, "D20", chain.later(9))
    assert track.state == "EFFECTIVE"


def _ordered(chain: Chain, levels: list[int]) -> CaseTrack:
    """Ordered, and nothing served yet."""
    track = chain.effective(levels)
    measures.execute(
        chain.session,
        track,
        actor=actor(chain.officer),
        version=None,
        now=chain.later(9),
        interview=chain.plan(chain.later(9)),
        training=FIRST,
    )
    return track


def test_an_order_keeps_the_length_it_says(chain: Chain) -> None:
    track = _ordered(chain, [1])
    before = _live(chain, track, "K22").length
    _void(chain, track, "D23a")
    _again(chain, track, chain.later(10))
    clock = _live(chain, track, "K22")
    assert (clock.length, clock.awaits) == (before, [_last(chain, track, "D23a").id])


def test_a_summons_that_comes_too_late_needs_another_day(chain: Chain) -> None:
    track = _ordered(chain, [2])
    void = _void(chain, track, "D23b")
    held = rounds.measure(chain.session, track, 2)
    assert held is not None
    assert held.interview is not None
    late = held.interview.at - timedelta(days=1)
    with pytest.raises(BadInput) as refused:
        _again(chain, track, late)
    assert refused.value.field == "at"
    plan = chain.plan(late)
    with pytest.raises(BadInput):
        _again(chain, track, late, InterviewPlan(held.interview.at, "第三会议室", plan.interviewers))
    interviews.confirm_attendance(chain.session, track, actor=actor(chain.lead), now=late)
    _again(chain, track, late, InterviewPlan(plan.at, "第三会议室", plan.interviewers))
    fresh = _last(chain, track, "D23b")
    assert _words(fresh) == _words(void)
    assert "第三会议室" in str(fresh.paper["paper"])
    assert (held.interview.at, held.interview.confirmed_at) == (plan.at, None)
    assert _live(chain, track, "K23").awaits == [fresh.id]


def test_nobody_misses_an_interview_whose_summons_was_void_though_an_earlier_one_was_served(chain: Chain) -> None:
    track = chain.executing([2])
    measure = rounds.measure(chain.session, track, 2)
    assert measure is not None
    assert measure.interview is not None
    said = {"second": chain.second, "situation": "无人到场。", "actor": actor(chain.officer), "version": None}
    after = measure.interview.at + timedelta(hours=1)
    interviews.miss(chain.session, track, now=after, again=chain.plan(after), **said)
    _void(chain, track, "D23b")
    with pytest.raises(NotNow, match="约谈通知书尚未送达"):
        interviews.miss(chain.session, track, now=measure.interview.at + timedelta(hours=1), **said)
    assert (measure.state, measure.interview.missed) == ("ORDERED", 1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_training_whose_days_have_passed_is_ordered_again_on_others(chain: Chain, language: Lang) -> None:
    chain.lender.language, chain.lender.name_en = language, "Qingyu Consumer Finance Co., Ltd."
    track = _ordered(chain, [3])
    void = _void(chain, track, "D23d")
    late = chain.later(20)
    with pytest.raises(BadInput) as refused:
        _again(chain, track, late)
    assert refused.value.field == "first_on"
    with pytest.raises(BadInput):
        _again(chain, track, late, training=TrainingPlan(chain.later(19).date(), "第三会议室", chain.later(31).date()))
    plan = TrainingPlan(chain.later(30).date(), "第三会议室", chain.later(31).date())
    _again(chain, track, late, training=plan)
    fresh, held = _last(chain, track, "D23d"), rounds.measure(chain.session, track, 3)
    assert _words(fresh) == _words(void)
    paper = fresh.frozen
    for each, lang in ((paper, language), *(((paper.authentic, "zh"),) if paper.authentic else ())):
        told = text_of(each.blocks)
        assert "第三会议室" in told
        assert plan.days(lang) in told
        assert FIRST.days(lang) not in told
    assert held is not None
    assert held.training is not None
    assert (held.training.first_on, held.training.last_on, held.training.place) == (plan.first, plan.last, plan.place)
    assert _live(chain, track, "K24").awaits == [fresh.id]


def test_a_training_still_to_come_is_ordered_again_as_it_was(chain: Chain) -> None:
    track = _ordered(chain, [3])
    void = _void(chain, track, "D23d")
    _again(chain, track, chain.later(10))
    assert _last(chain, track, "D23d").paper["paper"] == void.paper["paper"]


def test_only_what_was_made_void_before_service_goes_out_again(chain: Chain) -> None:
    track = chain.filed()
    with pytest.raises(NotNow):
        _again(chain, track, chain.later(1))
    chain.serve(track, "D11b")
    with pytest.raises(NotNow):
        _again(chain, track, chain.later(1))


def test_words_that_were_changed_do_not_go_out_again(chain: Chain) -> None:
    track = chain.filed()
    void = _void(chain, track, "D11b")
    set_committed_value(void, "paper_sha256", "0" * 64)  # as it would be read: the database lets nobody write it
    with pytest.raises(NotNow):
        _again(chain, track, chain.later(1))


def test_only_the_head_issues_again(chain: Chain) -> None:
    track = chain.filed()
    _void(chain, track, "D11b")
    with pytest.raises(NotAllowed):
        reissues.reissue(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(1))


def _terminated(chain: Chain) -> CaseTrack:
    track, said = chain.filed(), {"ground": "MISTAKE", "reasons": "误立"}
    endings.terminate(chain.session, track, **said, actor=actor(chain.head), version=None, now=chain.later(1))
    return track


def test_what_tells_of_an_end_goes_out_again(chain: Chain) -> None:
    track = _terminated(chain)
    void = _void(chain, track, "D16c")
    assert [task.kind for task in tasks.open_of(chain.session, ("track", track.id))] == ["void_end"]
    _again(chain, track, chain.later(2))
    fresh = _last(chain, track, "D16c")
    assert (_words(fresh), void.replaced_by_id, track.state) == (_words(void), fresh.id, "NO_MEASURE")
    assert not tasks.open_of(chain.session, ("track", track.id))


def _goes_on_as(chain: Chain, *heirs: Party) -> None:
    """The lender was divided among these, which take over no matter of its own."""
    said: dict[str, Any] = {"kind": SuccessionKind.DIVIDED, "from_on": chain.now.date(), "evidence": "分立协议"}
    for heir in heirs:
        by = {"actor": actor(chain.head), "version": None, "now": chain.now}
        successions.record(chain.session, chain.lender, heir, **said, matters=[], **by)


def test_what_tells_of_an_end_goes_to_the_one_successor_of_a_company_that_is_gone(chain: Chain) -> None:
    track = _terminated(chain)
    _void(chain, track, "D16c")
    first, second = (party(chain.session, f"远岬{number}消费金融有限公司") for number in "一二")
    _goes_on_as(chain, first)
    with attempt(chain.session):
        _goes_on_as(chain, second)
        with pytest.raises(NotNow, match="已无可告知"):
            _again(chain, track, chain.later(2))
    _again(chain, track, chain.later(2))
    fresh = _last(chain, track, "D16c")
    assert [each.party_id for each in (fresh, *fresh.services)] == [first.id, first.id]
    assert fresh.head.recipient_name == first.name_zh


def test_a_decision_against_a_company_that_is_gone_goes_to_no_successor_that_did_not_take_its_case(
    chain: Chain,
) -> None:
    track = chain.decided([1])
    _void(chain, track, "D20")
    _goes_on_as(chain, party(chain.session, "远岬消费金融有限公司"))
    _again(chain, track, chain.later(8))
    assert _last(chain, track, "D20").party_id == chain.lender.id


def test_a_result_of_the_verification_goes_out_again_once(chain: Chain) -> None:
    track = chain.executing([1])
    chain.report(track)
    chain.verify(track)
    verifications.pass_(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    assert track.state == "CLOSED"
    _void(chain, track, "D24")
    _again(chain, track, chain.later(22))
    with pytest.raises(NotNow):
        _again(chain, track, chain.later(22))


def test_of_two_persons_who_are_told_that_no_case_is_filed_the_one_whose_letter_was_void_is_told_again(
    chain: Chain,
) -> None:
    case = chain.case(chain.complaint("V-C04"), chain.complaint("V-C04"))
    track = case.tracks[0]
    tracks.decline(chain.session, track, reasons="证据不足", actor=actor(chain.head), version=None, now=chain.now)
    first, second = policies_reissues.lasts_of(chain.session, track, "D12")
    SERVICE.carry_out(Ask(chain.session, first.services[0], actor(chain.head), {"reason": "误发"}, chain.now), "void")
    _again(chain, track, chain.later(1))
    letters = policies_reissues.lasts_of(chain.session, track, "D12")
    assert [each.complaint_id for each in letters] == [first.complaint_id, second.complaint_id]
    assert (first.replaced_by_id, second.replaced_by_id) == (letters[0].id, None)
    assert letters[0].paper["paper"] == first.paper["paper"]
