"""The record of an interview: read, corrected and signed page by page by those who came, or the refusal noted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from casework import recusals, tasks
from casework.models_cases import CaseTrack
from core.clock import day_of
from core.db import attempt
from core.errors import BadInput, Changed, NotAllowed, NotNow
from notices import queries as notices
from notices.papers import day_text, whole_text
from registry.models_accounts import Account
from registry.models_notifications import Notification
from sanctions import documents_results, interview_times, interviews, measures, record_pages, records, rounds
from sanctions.models_measures import Interview
from sanctions.plans import InterviewPlan
from tests.builders import told_of
from tests.builders_cases import actor
from tests.sanctions.chain import Chain

MANY = tuple({"question": f"第{no}问", "answer": "是。"} for no in range(1, 7))


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _held(chain: Chain, track: CaseTrack) -> Interview:
    measure = rounds.measure(chain.session, track, 2)
    assert measure is not None
    assert measure.interview is not None
    return measure.interview


def _close(chain: Chain, track: CaseTrack, now: datetime, why: str = "", second: Account | None = None) -> None:
    interviews.hold_interview(
        chain.session, track, refused_because=why, second=second, actor=actor(chain.officer), version=None, now=now
    )


def _sign(chain: Chain, track: CaseTrack, now: datetime, page: int, **changed: object) -> None:
    said = {"page": page, "name": "周岚", "actor": actor(chain.lead), "now": now}
    records.sign(chain.session, track, **{**said, **changed})  # type: ignore[arg-type]


def test_nobody_is_summoned_to_a_time_proposed_that_has_passed(chain: Chain) -> None:
    track = chain.executing([2])
    at = _held(chain, track).at - timedelta(hours=1)
    said = {"at": at, "why": "出差", "actor": actor(chain.lead), "now": chain.later(10)}
    interview_times.propose(chain.session, track, **said)  # type: ignore[arg-type]
    with pytest.raises(NotNow, match="已过"):
        interview_times.accept(chain.session, track, actor=actor(chain.officer), version=None, now=at)


def test_of_a_time_that_is_set_anew_another_can_be_proposed_once_more(chain: Chain) -> None:
    track, hour = chain.executing([2]), timedelta(hours=1)
    held, by = _held(chain, track), {"actor": actor(chain.officer), "version": None}
    asks: dict[str, Any] = {"why": "出差", "actor": actor(chain.lead)}
    interview_times.propose(chain.session, track, at=held.at + hour, now=chain.later(10), **asks)
    interview_times.accept(chain.session, track, now=chain.later(10), **by)  # type: ignore[arg-type]
    now = held.at + hour
    absent: dict[str, Any] = {"second": chain.second, "situation": "无人到场。", "again": chain.plan(now), **by}
    interviews.miss(chain.session, track, now=now, **absent)
    chain.serve(track, "D23b", now)
    interview_times.propose(chain.session, track, at=held.at + hour, now=now, **asks)
    assert held.proposed_for == held.at + hour


def test_papers_tell_an_interview_by_its_own_day_whenever_its_record_is_closed(chain: Chain) -> None:
    track = chain.executing([2])
    now = chain.recorded(track)
    chain.signed(track, now)
    _close(chain, track, now + timedelta(days=3))
    measure = rounds.measure(chain.session, track, 2)
    assert measure is not None
    assert measure.done_on == day_of(now)
    assert documents_results.verified(chain.session, [measure], "zh")[0][2] == f"{day_text(day_of(now), 'zh')}履行完毕"


def test_an_interview_that_took_place_gets_no_other_time(chain: Chain) -> None:
    """Whoever had proposed one came all the same; the portal then told of a day to come."""
    track = chain.executing([2])
    held, mine = _held(chain, track), ("track", track.id)
    was = held.at
    said = {"at": was + timedelta(days=1), "why": "出差", "actor": actor(chain.lead), "now": chain.later(10)}
    interview_times.propose(chain.session, track, **said)  # type: ignore[arg-type]
    now = chain.recorded(track)
    with pytest.raises(NotNow, match="时间不再变更"):
        interview_times.accept(chain.session, track, actor=actor(chain.officer), version=None, now=now)
    chain.signed(track, now)
    _close(chain, track, now)
    assert (held.at, held.proposed_at) == (was, None)
    assert "interview_time" not in {each.kind for each in tasks.open_of(chain.session, mine)}


def test_whoever_leads_a_company_is_told_each_time_that_a_record_is_put_before_it(chain: Chain) -> None:
    track = chain.executing([2])
    chain.recorded(track)
    assert told_of(chain.session, "to_sign:interview") == {chain.lead.id}
    chain.session.execute(delete(Notification))
    chain.recorded(track, rights_told=True)
    assert told_of(chain.session, "to_sign:interview") == {chain.lead.id}


def test_every_page_is_signed_before_the_record_is_closed(chain: Chain) -> None:
    track = chain.executing([2])
    now = chain.recorded(track, entries=MANY)
    held = _held(chain, track)
    assert record_pages.unsigned(held) == [1, 2, 3, 4]
    for page in (1, 2, 3):
        _sign(chain, track, now, page)
    with pytest.raises(BadInput) as refused:
        _close(chain, track, now)
    assert refused.value.field == "refused_because"
    _sign(chain, track, now, 4)
    _close(chain, track, now)
    assert (track.state, held.signed_by) == ("VERIFYING", "周岚")
    made = notices.last_document(chain.session, ["D23c"], "track", track.id)
    assert made is not None
    assert "第4页：周岚" in str(made.paper["paper"])
    paper = made.frozen
    assert paper.signatures == ("被约谈人签名：已逐页在线签名", "约谈人签名", "记录人签名"), "no line to sign once more"


def test_the_record_says_what_was_answered_about_recusal_and_is_closed_once_one_asked_is_decided(chain: Chain) -> None:
    track = chain.executing([2])
    now = chain.recorded(track, recusal_answer="申请约谈人回避，理由另行提交")
    held = _held(chain, track)
    read = record_pages.pages(held)[0].sha256
    held.recusal_answer = "不申请回避"
    assert record_pages.pages(held)[0].sha256 != read, "who signs the page signs the answer"
    held.recusal_answer = "申请约谈人回避，理由另行提交"
    chain.signed(track, now)
    said = {"ground": "EMPLOYED", "facts": "曾任职于本单位", "actor": actor(chain.lead), "now": now}
    asked = recusals.ask(chain.session, track.case, chain.second.id, **said)
    with pytest.raises(NotNow, match="回避"), attempt(chain.session):
        _close(chain, track, now)
    recusals.refuse(chain.session, asked, reasons="无事实依据", actor=actor(chain.head), version=None, now=now)
    _close(chain, track, now)
    made = notices.last_document(chain.session, ["D23c"], "track", track.id)
    assert made is not None
    assert "申请约谈人回避，理由另行提交" in str(made.paper["paper"])


def test_a_correction_is_part_of_the_page_and_undoes_an_earlier_signature(chain: Chain) -> None:
    track = chain.executing([2])
    now = chain.recorded(track)
    held = _held(chain, track)
    chain.signed(track, now)
    held.corrections = [{"page": "2", "name": "周岚", "text": "答：部分清楚。"}]
    chain.session.flush()
    assert record_pages.unsigned(held) == [2]
    _sign(chain, track, now, 2, correction="答：均已清楚。")
    assert record_pages.unsigned(held) == []
    _close(chain, track, now)
    made = notices.last_document(chain.session, ["D23c"], "track", track.id)
    assert made is not None
    assert "均已清楚" in str(made.paper["paper"])


def test_a_refusal_is_noted_with_its_reason_and_a_second_officer(chain: Chain) -> None:
    track = chain.executing([2])
    now = chain.recorded(track)
    for why, second in (("不同意措辞", None), ("不同意措辞", chain.officer), ("", chain.second)):
        with pytest.raises(BadInput):
            _close(chain, track, now, why, second)
    _close(chain, track, now, "不同意措辞", chain.second)
    held = _held(chain, track)
    assert (held.refused_because, held.second_officer_id, held.signed_by) == ("不同意措辞", chain.second.id, None)
    assert _closing(chain, track) == ""


def test_the_record_says_it_was_found_right_only_as_far_as_it_was(chain: Chain) -> None:
    whole, corrected, refused = (chain.executing([2]) for _ in range(3))
    for track in (whole, corrected, refused):
        now = chain.recorded(track, entries=MANY)
        for page in (1, 2, 3, 4)[: 2 if track is refused else 4]:
            _sign(chain, track, now, page, correction="" if track is whole else "答：均已清楚。")
        _close(chain, track, now, *(("不同意措辞", chain.second) if track is refused else ()))
    assert _closing(chain, whole) == "以上记录经本人核对无误。"
    assert "除所列更正意见外" in _closing(chain, corrected)
    assert "未签名的各页未经核对确认" in _closing(chain, refused)


def _closing(chain: Chain, track: CaseTrack) -> str:
    made = notices.last_document(chain.session, ["D23c"], "track", track.id)
    assert made is not None
    return str(made.paper["paper"]["closing"])


def test_a_page_is_signed_as_it_was_read_or_not_at_all(chain: Chain) -> None:
    track = chain.executing([2])
    now = chain.recorded(track)
    read = {each.no: each.sha256 for each in record_pages.pages(_held(chain, track))}
    chain.recorded(track, entries=MANY)
    with pytest.raises(Changed):
        _sign(chain, track, now, 2, seen=read[2])
    assert _held(chain, track).signatures == []
    _sign(chain, track, now, 1, seen=read[1])
    assert record_pages.unsigned(_held(chain, track)) == [2, 3, 4]


def test_no_record_is_written_over_another_or_over_a_correction_that_its_author_has_not_read(chain: Chain) -> None:
    track = chain.executing([2])
    empty = track.version
    now = chain.recorded(track, version=empty)
    with pytest.raises(Changed):
        chain.recorded(track, version=empty, entries=MANY)
    written = track.version
    _sign(chain, track, now, 2, correction="答：部分清楚。")
    with pytest.raises(Changed):
        chain.recorded(track, version=written, entries=MANY)
    assert [each["text"] for each in _held(chain, track).corrections] == ["答：部分清楚。"]
    chain.recorded(track, version=track.version, entries=MANY)
    assert len(_held(chain, track).entries) == len(MANY)


def test_an_officer_is_to_close_the_record_once_its_last_page_is_signed(chain: Chain) -> None:
    track = chain.executing([2])

    def waits() -> int:
        return [each.kind for each in tasks.open_of(chain.session, ("track", track.id))].count(records.SIGNED)

    now = chain.recorded(track)
    _sign(chain, track, now, 1)
    assert waits() == 0
    chain.signed(track, now)
    _sign(chain, track, now, 2, correction="答：部分清楚。")
    assert waits() == 1
    now = chain.recorded(track, entries=MANY) + timedelta(minutes=1)
    assert waits() == 0, "it is signed anew"
    chain.signed(track, now)
    assert waits() == 1
    _close(chain, track, now)
    assert waits() == 0


def test_only_the_lead_signs_and_only_for_somebody_who_came(chain: Chain) -> None:
    track = chain.executing([2])
    now = chain.recorded(track)
    with pytest.raises(NotAllowed):
        _sign(chain, track, now, 1, actor=actor(chain.firm_lead))
    with pytest.raises(BadInput):
        _sign(chain, track, now, 1, name="别人")
    with pytest.raises(NotNow):
        _sign(chain, track, now, 9)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"rights_told": False}, "rights_told"),
        ({"recusal_answer": " "}, "recusal_answer"),
        ({"entries": ()}, "entries"),
        ({"attendees": ()}, "entries"),
        ({"ended_at": datetime(2030, 1, 2, 2, tzinfo=UTC)}, "ended_at"),
    ],
)
def test_a_record_says_who_came_what_was_told_and_what_was_said(
    chain: Chain, changed: dict[str, object], field: str
) -> None:
    track = chain.executing([2])
    with pytest.raises(BadInput) as refused:
        chain.recorded(track, **changed)
    assert refused.value.field == field


def test_without_a_record_nothing_is_closed(chain: Chain) -> None:
    track = chain.executing([2])
    with pytest.raises(NotNow):
        _close(chain, track, _held(chain, track).at + timedelta(hours=1))


def test_another_interview_begins_with_an_empty_record(chain: Chain) -> None:
    track = chain.executing([2])
    after = _held(chain, track).at + timedelta(hours=1)
    interviews.miss(
        chain.session,
        track,
        second=chain.second,
        situation="无人到场。",
        again=chain.plan(after),
        actor=actor(chain.officer),
        version=None,
        now=after,
    )
    held = _held(chain, track)
    assert (held.recorded_at, held.signatures, held.missed) == (None, [], 1)
    summons = notices.last_document(chain.session, ["D23b"], "track", track.id)
    assert summons is not None
    told = whole_text(summons.frozen)
    assert ("不再另行通知" in told, "将另行通知" in told) == (True, False)


def test_a_summons_served_too_late_gives_the_interview_another_day(chain: Chain) -> None:
    track = chain.effective([2])
    first = chain.plan(chain.later(9))
    measures.execute(
        chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9), interview=first
    )
    late = first.at - timedelta(days=1)
    chain.serve(track, "D23b", late)
    said = {"second": chain.second, "situation": "无人到场。", "actor": actor(chain.officer), "version": None}
    with pytest.raises(NotNow):
        interviews.miss(chain.session, track, now=first.at + timedelta(hours=1), again=chain.plan(first.at), **said)
    interviews.confirm_attendance(chain.session, track, actor=actor(chain.lead), now=late)
    later = chain.plan(late)
    plan = InterviewPlan(later.at, "第三会议室", later.interviewers)
    interviews.move(chain.session, track, plan=plan, actor=actor(chain.officer), version=None, now=late)
    assert (_held(chain, track).at, _held(chain, track).confirmed_at) == (later.at, None), "it confirmed the other day"
    with pytest.raises(NotNow):
        interviews.move(chain.session, track, plan=plan, actor=actor(chain.officer), version=None, now=late)
    after = later.at + timedelta(hours=1)
    interviews.miss(chain.session, track, now=after, again=chain.plan(after), **said)
    assert _held(chain, track).missed == 1


def test_a_colleague_who_has_left_is_no_second_officer(chain: Chain) -> None:
    track = chain.executing([2])
    after = _held(chain, track).at + timedelta(hours=1)
    said = {"second": chain.second, "situation": "无人到场。", "actor": actor(chain.officer), "version": None}
    chain.second.locked_at, chain.second.lock_reason = chain.later(9), "离任"
    chain.session.flush()
    again = chain.plan(after)
    with pytest.raises(BadInput) as refused:
        interviews.miss(chain.session, track, now=after, again=again, **said)
    assert refused.value.field == "second"


def test_a_summons_leaves_three_whole_working_days(chain: Chain) -> None:
    track, issued = chain.effective([2]), chain.later(9)
    said = {"actor": actor(chain.officer), "version": None, "now": issued}
    for days, taken in ((3, False), (4, True)):
        plan = InterviewPlan(_working(chain, issued, days), "协会会议室", (chain.officer.id, chain.second.id))
        if taken:
            measures.execute(chain.session, track, interview=plan, **said)  # type: ignore[arg-type]
            continue
        with pytest.raises(BadInput) as refused:
            measures.execute(chain.session, track, interview=plan, **said)  # type: ignore[arg-type]
        assert refused.value.field == "at"
    assert _held(chain, track).at == plan.at


def test_an_interview_on_the_third_working_day_after_its_service_is_moved_and_on_the_fourth_held(chain: Chain) -> None:
    early, right = chain.effective([2]), chain.effective([2])
    issued, served = chain.later(9), _working(chain, chain.later(9), 1)
    said = {"actor": actor(chain.officer), "version": None}
    for track, days in ((early, 3), (right, 4)):
        plan = InterviewPlan(_working(chain, served, days), "协会会议室", (chain.officer.id, chain.second.id))
        measures.execute(chain.session, track, interview=plan, now=issued, **said)  # type: ignore[arg-type]
        chain.serve(track, "D23b", served)
    with pytest.raises(NotNow):
        chain.recorded(early)
    later = chain.plan(served)
    interviews.move(chain.session, early, plan=later, now=served, **said)  # type: ignore[arg-type]
    assert _held(chain, early).at == later.at
    with pytest.raises(NotNow):
        interviews.move(chain.session, right, plan=later, now=served, **said)  # type: ignore[arg-type]
    chain.recorded(right)
    assert _held(chain, right).recorded_at is not None


def _working(chain: Chain, day: datetime, many: int) -> datetime:
    found = rounds.working_day_after(chain.session, day.date(), many)
    assert found is not None
    return day + (found - day.date())
