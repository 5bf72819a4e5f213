"""A company that is not served online defends itself on paper: staff enter it, and it counts on the day it came."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select

from casework import evidence, inquiries, party_requests, tasks
from casework.forms_staff import opened
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.states import TRACK
from casework.timelines import handed_over
from core import plainly
from core.actors import SYSTEM
from core.clock import day_of
from core.db import attempt
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import Ask
from desk.deeds import closed
from notices import queries as notices
from notices.models import Document, Service
from notices.papers import day_text, text_of
from portal.portal_receipts import Sent
from proceedings import (
    portal_admissions,
    portal_panels,
    portal_panels_hearings,
    portal_receipts,
    portal_restorations,
    portal_reviews,
    queries_respondents,
    queries_reviews,
)
from proceedings.deeds_on_paper import DEEDS
from registry import clock_moves, clocks
from registry.models import ServiceAddress
from registry.models_clocks import ClockEnd
from registry.queries import service_address
from sanctions import (
    admissions,
    decisions,
    documents,
    documents_closing,
    files_made,
    interview_times,
    interviews,
    on_paper,
    policies_admissions,
    policies_interview_times,
    policies_resolutions,
    policies_reviews,
    queries_hearings,
    queries_volumes,
    rounds,
)
from sanctions.models_measures import RectificationItem
from tests.builders import known_year, rendered
from tests.builders_cases import actor
from tests.filestore import making_files as made
from tests.proceedings.test_interview_times import _working as working
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_reviews import chain

__all__ = ["chain"]


def offline(chain: Reviewing) -> None:
    """From now on the lender is served on paper."""
    address = service_address(chain.session, chain.lender)
    assert address is not None
    address.electronic = False
    chain.session.flush()


def enter(chain: Reviewing, track: CaseTrack, event: str, days: int, came: date | None = None, **changed: Any) -> None:
    now = chain.later(days)
    said = {"text": "人数认定有误。", "signed_by": "周岚", "received_on": came or day_of(now)}
    paper = on_paper.Paper(**{**said, **changed})  # type: ignore[arg-type]
    on_paper.enter(chain.session, track, event, paper, actor=actor(chain.officer), version=None, now=now)


def expired(chain: Reviewing, track: CaseTrack, key: str, now: datetime) -> date:
    """The sweep ended it: its last day."""
    clock = clocks.live(chain.session, key, ("track", track.id))
    assert clock is not None
    assert clock.due_on is not None
    clock.provisional = False
    clock_moves.end(chain.session, clock, ClockEnd.EXPIRED, now)
    return clock.due_on


def as_entered(receipt: Sent | None, came: date, now: datetime, *files: str) -> None:
    """The receipt says the day on the letter, when it was entered, and what came with it."""
    assert receipt is not None
    assert (receipt.at, receipt.entered, [each.name for each in receipt.files]) == (now, True, list(files))
    assert f"{came:%Y-%m-%d}" in [said for _label, said in receipt.pairs]


def noticed(chain: Reviewing, measures: list[int], code: str) -> CaseTrack:
    """The advance notice is served."""
    known_year(chain.session)
    track = chain.proposed(measures, code)
    chain.serve(track, "D17", chain.later(4))
    offline(chain)
    return track


def test_a_statement_on_paper_is_in_time_by_its_day_and_the_decision_deals_with_it(chain: Reviewing) -> None:
    track = noticed(chain, [1], "V-C04")
    time = clocks.live(chain.session, "K14", ("track", track.id))
    assert time is not None
    assert time.due_on is not None
    last, days = time.due_on, (time.due_on - day_of(chain.now)).days
    enter(chain, track, "state", days + 1, came=last)
    enter(chain, track, "state", days + 1, text="补充意见。")
    assert [each.late for each in rounds.statements(chain.session, track)] == [False, True]
    said = rounds.statements(chain.session, track)[0]
    assert (said.came_on, said.day, said.stated_at) == (last, last, chain.later(days + 1))
    TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, chain.later(days + 1)), "window_closed")
    members = chain.vote(track, *["PROPOSED"] * 3, now=chain.later(days + 2))
    by = {"actor": members[0], "reasons": "事实清楚。", "now": chain.later(days + 2)}
    with pytest.raises(BadInput, match="陈述"), attempt(chain.session):
        decisions.decide(chain.session, track, statement_dealt="", **by)  # type: ignore[arg-type]
    decisions.decide(chain.session, track, statement_dealt="已经核对人数。", **by)  # type: ignore[arg-type]
    paper = notices.last_document(chain.session, ["D20"], "track", track.id)
    assert paper is not None
    printed = text_of(paper.frozen.blocks)
    assert f"你单位于{day_text(last, 'zh')}提出：“人数认定有误。" in printed
    assert printed.count("（书面提交，周岚签署）") == 2
    assert printed.count("（逾期提交）") == 1


def test_an_explanation_on_paper_bears_its_day_wherever_it_is_told(chain: Reviewing) -> None:
    known_year(chain.session)
    track, came = chain.filed(), day_of(chain.later(2))
    chain.serve(track, "D11b")
    offline(chain)
    said = {"text": "系受托催收。", "signed_by": "周岚", "received_on": came, "scans": ()}
    entered = {"actor": actor(chain.officer), "version": None, "now": chain.later(9)}
    inquiries.enter_answer(chain.session, track, **said, **entered)  # type: ignore[arg-type]
    day = day_text(came, "zh")
    assert f"你单位于{day}提交书面说明" in documents.statement_summary(chain.session, track, "zh")
    assert f"{day}，当事单位提交书面说明。" in documents_closing.course(chain.session, track)
    pages = [*files_made.made_for(chain.session, track).entries, *queries_volumes.main(chain.session, track)]
    assert [each.day for each in pages if each.mark == f"explanation:{track.id}"] == [came, came]


def test_of_two_letters_of_one_day_each_keeps_what_came_with_it(chain: Reviewing) -> None:
    track, posted = noticed(chain, [1], "V-C04"), day_of(chain.later(5))
    for name in ("一.png", "二.png"):
        enter(chain, track, "state", 6, came=posted, scans=[(BytesIO(made.picture()), name)])
        chain.now += timedelta(minutes=5)
    receipts = [
        portal_receipts.statement(chain.session, track, each.id) for each in rounds.statements(chain.session, track)
    ]
    assert [[file.name for file in each.files] for each in receipts if each] == [["一.png"], ["二.png"]]
    assert {each.day for each in rounds.statements(chain.session, track)} == {posted}


@pytest.mark.parametrize("acted", [False, True])
def test_a_hearing_is_asked_for_on_paper(chain: Reviewing, *, acted: bool) -> None:
    track = noticed(chain, [1, 4], "V-I02")
    if acted:
        expired(chain, track, "K16", chain.later(20))
    by = actor(chain.officer)
    assert closed(chain.session, TRACK, DEEDS["ask_hearing"], track, by, chain.later(20)) is None, "its form opens"
    with pytest.raises(BadInput), attempt(chain.session):
        enter(chain, track, "ask_hearing", 20, came=day_of(chain.later(5)), had_on=day_of(chain.later(4)))
    had = day_of(chain.later(9)) if acted else None
    came, scans = day_of(chain.later(5)), [(BytesIO(made.picture()), "申请.png")]
    enter(chain, track, "ask_hearing", 20, came=came, had_on=had, scans=scans)
    heard = queries_hearings.hearing(chain.session, track)
    assert heard is not None
    assert (track.state, heard.came_on, heard.day) == ("HEARING_ASKED", came, came)
    receipt = portal_receipts.hearing(chain.session, track, heard.id)
    as_entered(receipt, came, chain.later(20), "申请.png")
    [told] = portal_panels_hearings.heard(chain.session, track)
    assert (told.at, handed_over(came) in told.text) == (chain.later(20), True)
    time = clocks.live(chain.session, "K17", ("track", track.id))
    assert time is not None
    assert time.day0 == (had or day_of(chain.later(20))), "the association's time runs from when it had it"


def test_the_notice_was_received_by_the_day_of_what_was_written_on_it(chain: Reviewing) -> None:
    known_year(chain.session)
    track = chain.proposed([1])
    document = notices.last_document(chain.session, ["D17"], "track", track.id)
    assert document is not None
    rendered(chain.session, document, chain.later(4))
    offline(chain)
    enter(chain, track, "state", 9, came=day_of(chain.later(5)))
    time = clocks.live(chain.session, "K14", ("track", track.id))
    assert time is not None
    assert (document.services[0].served_on, time.day0) == (day_of(chain.later(5)),) * 2


@pytest.mark.parametrize(
    ("measures", "code", "state", "obstacle"),
    [
        ([1, 4], "V-I02", "IN_REVIEW", {}),
        ([1], "V-C04", "EFFECTIVE", {}),
        ([1], "V-C04", "EFFECTIVE", {"obstacle": "洪水", "obstacle_ended": date(2025, 1, 1)}),
    ],
)
def test_a_review_is_asked_for_on_paper_with_what_came_along(
    chain: Reviewing, measures: list[int], code: str, state: str, obstacle: dict[str, Any]
) -> None:
    track = chain.served_decision(measures, code)
    offline(chain)
    if not track.major:
        expired(chain, track, "K20", chain.later(9))  # acted on before the letter came
    came = day_of(chain.later(8))
    enter(chain, track, "ask_review", 9, came=came, more=obstacle, scans=[(BytesIO(made.picture()), "申请.png")])
    review = policies_reviews.open_review(chain.session, track.id)
    assert review is not None
    assert (track.state, review.came_on, review.day, review.own_motion) == (state, came, came, False)
    assert review.basis == ("MAJOR" if track.major else "MINOR"), "posted in time, it needs no obstacle"
    assert [each.name for each in queries_reviews.files_of(chain.session, review)] == ["申请.png"]
    as_entered(portal_receipts.review(chain.session, track, review.id), came, chain.later(9), "申请.png")
    [told] = portal_reviews.told(chain.session, track)
    assert (told.at, handed_over(came) in told.text) == (chain.later(9), True)
    assert not queries_reviews.given_up(chain.session, track.id), "its time ended by asking"
    time = clocks.live(chain.session, "K21", ("track", track.id) if review.stayed else ("review", review.id))
    assert time is not None
    assert time.day0 == day_of(chain.later(9)), "the association's time runs from when it has it"


@pytest.mark.parametrize("acted", [False, True])
def test_corrections_are_reported_on_paper_with_their_proof(chain: Reviewing, *, acted: bool) -> None:
    track = chain.executing([1])
    offline(chain)
    scans = [(BytesIO(made.picture()), "证明.png")]
    with pytest.raises(BadInput, match="高级管理人员"), attempt(chain.session):
        enter(chain, track, "report_correction", 12, signed_by="他人", scans=scans)
    scans[0][0].seek(0)
    if acted:
        day = expired(chain, track, "K22", chain.later(60))
        TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, chain.later(60), day=day), "K22_expired")
    enter(chain, track, "report_correction", 62, came=day_of(chain.later(12)), scans=scans)
    measure = rounds.measure(chain.session, track, 1)
    assert measure is not None
    receipt = portal_receipts.report(chain.session, track, measure.id)
    as_entered(receipt, day_of(chain.later(12)), chain.later(62), "证明.png")
    told = [
        each.at
        for each in portal_panels.stated(chain.session, track)
        if handed_over(measure.items[0].reports[-1].day) in each.text
    ]
    assert told == [chain.later(62)]
    assert (track.state, measure.state, measure.done_late) == ("VERIFYING", "DONE", False)
    check = clocks.live(chain.session, "K26", ("track", track.id))
    assert check is not None
    assert check.day0 == day_of(chain.later(62)), "the association's time runs from when it has it"
    told = select(Task.subject_ref).where(Task.kind == "in_time_after_all")
    leads = chain.session.scalars(select(CaseTrack.ref).where(CaseTrack.earlier_id == track.id)).all()
    assert (chain.session.scalars(told).all(), len(leads)) == (leads, acted), "the lead is named, not its case"
    demands = select(Service.state).join(Service.document).where(Document.kind == "D07c")
    assert chain.session.scalars(demands).all() == ["VOID"] * acted, "what is not true any more does not go out"


def test_many_scans_prove_every_problem_and_are_kept_once(chain: Reviewing) -> None:
    track = chain.executing([1])
    measure = rounds.measure(chain.session, track, 1)
    assert measure is not None
    first = measure.items[0]
    more = [{"no": no, "problem": "同上", "correction": "同上", "proof": "同上", "days": 30} for no in range(2, 16)]
    measure.items.extend(RectificationItem(**each) for each in more)
    chain.session.flush()
    offline(chain)
    scans = [(BytesIO(made.picture(size=(30 + each, 30))), f"{each}.png") for each in range(15)]
    enter(chain, track, "report_correction", 12, scans=scans)
    assert {len(rounds.proofs(chain.session, each)) for each in (first, *measure.items)} == {15}
    shown = queries_respondents.proofs(chain.session, track, measure)
    assert {each.id: len(shown[each.id]) for each in measure.items} == dict.fromkeys(shown, 15)
    receipt = portal_receipts.report(chain.session, track, measure.id)
    assert receipt is not None
    assert len(receipt.files) == 15
    again = chain.later(30)
    for each in measure.items[1:]:
        each.reported_at = again
    later = {"purpose": "PROOF", "actor": inquiries.speaking(actor(chain.officer), track), "now": again}
    evidence.hand_in(chain.session, track, BytesIO(made.picture(size=(9, 9))), "补充.png", **later)  # type: ignore[arg-type]
    shown = queries_respondents.proofs(chain.session, track, measure)
    assert {len(shown[each.id]) for each in measure.items[1:]} == {16}, "what came with the first report is there"
    assert [len(rounds.proofs(chain.session, each)) for each in measure.items[:2]] == [15, 16]
    first.order_again(10)
    assert len(rounds.proofs(chain.session, first)) == 15, "with the report that did not pass"
    assert len(queries_respondents.proofs(chain.session, track, measure)[first.id]) == 15


def test_the_time_to_run_again_is_asked_for_on_paper_by_its_day(chain: Reviewing) -> None:
    track = noticed(chain, [1], "V-C04")
    expired(chain, track, "K14", chain.later(12))
    TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, chain.later(12)), "window_closed")
    said = {"came": day_of(chain.later(15)), "more": {"ended_on": day_of(chain.later(6))}}
    with pytest.raises(BadInput, match="障碍消除"), attempt(chain.session):
        enter(chain, track, "ask_restoration", 20, **{**said, "came": day_of(chain.later(18))})
    enter(chain, track, "ask_restoration", 20, **said, scans=[(BytesIO(made.picture()), "说明.png")])
    asked = policies_resolutions.restoration(chain.session, track)
    assert asked is not None
    assert (asked.asked_on, asked.asked_at, asked.waits) == (day_of(chain.later(15)), chain.later(20), True)
    assert asked.obstacle.endswith("（书面提交，周岚签署）")
    receipt = portal_receipts.restoration(chain.session, track, asked.id)
    as_entered(receipt, day_of(chain.later(15)), chain.later(20), "说明.png")
    asked.came_on = asked.asked_on = day_of(chain.later(20))  # handed over on the day of its entry
    assert portal_receipts.restoration(chain.session, track, asked.id).entered  # type: ignore[union-attr]
    [told] = portal_restorations.told(chain.session, track)
    assert handed_over(day_of(chain.later(20))) in told.text


def test_a_hearing_that_was_asked_for_is_given_up_on_paper(app: Flask, chain: Reviewing) -> None:
    track = noticed(chain, [1, 4], "V-I02")
    enter(chain, track, "state", 6)
    time = clocks.live(chain.session, "K15", ("track", track.id))
    assert time is not None
    assert plainly.day(time.due_on, "long") in DEEDS["state"].counts(chain.session, track), "of a major one"
    enter(chain, track, "ask_hearing", 7, came=day_of(chain.later(6)))  # by its day, not by that of the entry
    with pytest.raises(BadInput), attempt(chain.session):
        enter(chain, track, "waive_hearing", 7, came=day_of(chain.later(5)))  # before it was asked for
    deed, came = DEEDS["waive_hearing"], day_of(chain.later(6))
    with app.test_request_context():
        g.me = SYSTEM
        form = opened(deed.form, track)
        deed.offer(chain.session, track, form)
        assert "送达" in form.received_on.description
        assert "届满日" not in form.received_on.description, "it can be given up until it is held"
    enter(chain, track, "waive_hearing", 8, came=came)
    heard = queries_hearings.hearing(chain.session, track)
    assert heard is not None
    assert (track.state, heard.waived_at, heard.waived_came_on) == ("PRE_NOTICE", chain.later(8), came)
    told = [each.at for each in portal_panels_hearings.heard(chain.session, track) if handed_over(came) in each.text]
    assert told == [chain.later(7), chain.later(8)], "both at the moment of their entry"


def test_an_admission_is_taken_back_on_paper_and_the_time_for_a_statement_runs_from_the_entry(chain: Reviewing) -> None:
    track = noticed(chain, [1], "V-C04")
    said = {"text": "属实。", "signed_by": "周岚", "position": "副总裁", "authorised": True, "told": True}
    admissions.admit(chain.session, track, **said, actor=actor(chain.lead), now=chain.later(6))  # type: ignore[arg-type]
    with pytest.raises(NotNow, match="撤回"), attempt(chain.session):
        enter(chain, track, "withdraw_admission", 20)
    with pytest.raises(BadInput), attempt(chain.session):
        enter(chain, track, "withdraw_admission", 20, came=day_of(chain.later(5)))  # before it was admitted
    deed, by = DEEDS["withdraw_admission"], actor(chain.officer)
    assert closed(chain.session, TRACK, deed, track, by, chain.later(20)) is None, "its form opens"
    enter(chain, track, "withdraw_admission", 20, came=day_of(chain.later(6)))
    time = clocks.live(chain.session, "K14", ("track", track.id))
    assert time is not None
    assert (track.state, time.day0) == ("PRE_NOTICE", day_of(chain.later(20)))
    admitted = policies_admissions.admission(chain.session, track)
    assert admitted is not None
    assert (admitted.withdrawn_at, admitted.withdrawn_on) == (chain.later(20), day_of(chain.later(6)))
    told = list(portal_admissions.admitted(chain.session, track))
    assert [each.at for each in told] == [chain.later(6), chain.later(20)], "nothing is taken back before it was said"
    assert handed_over(admitted.withdrawn_on) in told[-1].text


@pytest.mark.parametrize("levels", [[1, 4], [1]])
def test_a_review_of_what_rests_on_something_revoked_is_asked_for_on_paper(chain: Reviewing, levels: list[int]) -> None:
    track = chain.effective(levels, "V-I02" if 4 in levels else "V-C04")
    offline(chain)
    since = day_of(chain.later(9))
    enter(chain, track, "ask_review", 12, came=since, more={"revoked": "行政处罚决定", "revoked_on": since})
    review = policies_reviews.open_review(chain.session, track.id)
    assert review is not None
    assert (review.basis, review.revoked_on, review.day) == ("REVOKED", since, since)


def test_another_time_for_an_interview_is_proposed_on_paper(chain: Reviewing) -> None:
    track = chain.executing([2])
    offline(chain)
    measure = rounds.measure(chain.session, track, 2)
    assert measure is not None
    assert measure.interview is not None
    wanted, came = working(chain, measure.interview.at, 1), day_of(chain.later(10))
    enter(chain, track, "propose_time", 11, came=came, text="负责人出差。", more={"at": wanted})
    (asked,) = party_requests.told(measure.interview.proposals)
    assert (measure.interview.proposed_for, asked.came_on, asked.at) == (wanted, came, chain.later(11))
    assert measure.interview.proposed_why is not None
    assert measure.interview.proposed_why.endswith("（书面提交，周岚签署）")
    now, by = chain.later(12), {"actor": actor(chain.officer), "version": None}
    interview_times.accept(chain.session, track, now=now, **by)
    missed = {"second": chain.second, "situation": "无人到场", "again": chain.plan(wanted), "now": wanted, **by}
    with pytest.raises(NotNow, match="书面告知"), attempt(chain.session):
        interviews.miss(chain.session, track, **missed)
    kinds = (policies_interview_times.TELL,)
    assert [each.kind for each in tasks.open_of(chain.session, ("track", track.id))] == [*kinds]
    interview_times.tell(chain.session, track, "moved", key="moved once more", now=chain.later(13))
    (left,) = tasks.open_of(chain.session, ("track", track.id))
    assert (left.kind, left.raised_at) == (*kinds, chain.later(13)), "a letter on the time before does not tell it"


def test_what_was_posted_before_the_company_was_served_online_is_entered_afterwards(chain: Reviewing) -> None:
    track, by = noticed(chain, [1], "V-C04"), actor(chain.officer)
    address, since = service_address(chain.session, chain.lender), day_of(chain.later(6))
    assert address is not None
    address.to_on = since
    now_online = {"party_id": chain.lender.id, "account_id": chain.lead.id, "electronic": True, "from_on": since}
    kept = ("postal_address", "contact_name", "contact_phone", "signed_by", "signed_name", "signed_at")
    chain.session.add(ServiceAddress(**now_online, **{name: getattr(address, name) for name in kept}))
    chain.session.flush()
    assert on_paper.may_enter(chain.session, by, track, "state"), "its form is offered"
    enter(chain, track, "state", 8, came=day_of(chain.later(5)))
    with pytest.raises(NotAllowed), attempt(chain.session):
        enter(chain, track, "state", 8, came=day_of(chain.later(7)))


def test_of_two_who_enter_one_letter_the_second_is_told(chain: Reviewing) -> None:
    track, now = noticed(chain, [1], "V-C04"), chain.later(6)
    said: dict[str, Any] = {"actor": actor(chain.officer), "version": track.version - 1, "now": now}
    with pytest.raises(Changed):
        on_paper.enter(chain.session, track, "state", on_paper.Paper("x", "周岚", day_of(now)), **said)


def test_only_for_a_company_that_cannot_send_it_itself_and_only_what_is_whole(chain: Reviewing) -> None:
    track = chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    with pytest.raises(NotAllowed):
        enter(chain, track, "state", 5)
    chain.lead.locked_at = chain.now
    chain.session.flush()
    for wrong in (
        {"text": " "},
        {"signed_by": " "},
        {"came": day_of(chain.later(6))},
        {"came": day_of(chain.later(3))},
    ):
        with pytest.raises(BadInput), attempt(chain.session):
            enter(chain, track, "state", 5, **wrong)
    enter(chain, track, "state", 5)
    assert len(rounds.statements(chain.session, track)) == 1
