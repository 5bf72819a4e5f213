"""What a review does later reaches whatever rests on its decision, and costs the company no right of its own."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework import cases, evidence, tracks
from casework.models import Task
from casework.models_cases import Allegation, CaseTrack, Evidence
from casework.states import TRACK
from core.actors import SYSTEM, Actor
from core.clock import day_of, midnight
from core.db import attempt
from core.errors import BadInput, NotNow
from core.machine import Ask
from notices import queries as notices
from notices.papers import day_text, text_of
from registry import clocks
from registry.models_accounts import AccountRole
from sanctions import (
    decisions,
    documents_reviews,
    endings,
    ladder_history,
    ladder_sheets,
    letters,
    measures,
    motions,
    panels,
    policies,
    reviews,
    rounds,
    statements,
)
from sanctions.models_reviews import Review
from tests.builders import known_year
from tests.builders_cases import DAY, actor
from tests.filestore import making_files as made
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_reviews import chain

__all__ = ["chain"]


def own_motion(chain: Reviewing, track: CaseTrack, days: int) -> Review:
    """The association reviews it of its own motion."""
    said = {"basis": "ERROR", "grounds": "人数统计有误", "favour": True, "actor": actor(chain.head)}
    return reviews.own_motion(chain.session, track, **said, now=chain.later(days))  # type: ignore[arg-type]


def printed(chain: Reviewing, track: CaseTrack, kind: str) -> str:
    document = notices.last_document(chain.session, [kind], "track", track.id)
    assert document is not None
    return text_of(document.frozen.blocks)


def to_look_at(chain: Reviewing) -> Iterator[str]:
    asked = (
        select(Task)
        .where(Task.kind == "rested_on_set_aside", Task.role == "head", Task.done_at.is_(None))
        .order_by(Task.id)
    )
    yield from (each.subject_ref for each in chain.session.scalars(asked))


def test_a_decision_names_no_earlier_measure_that_was_set_aside_since_its_notice(chain: Reviewing) -> None:
    before = chain.effective([1])
    decision = rounds.decision(chain.session, before)
    assert decision is not None
    decision.effective_on = DAY - timedelta(days=60)
    chain.session.flush()
    track = chain.deliberating([1])
    assert before.ref in printed(chain, track, "D17")
    chain.reviewed(own_motion(chain, before, 9), *["QUASH"] * 3)
    assert list(to_look_at(chain)) == [track.ref]
    members = chain.vote(track, *["PROPOSED"] * 3, now=chain.later(11))
    said = {"reasons": "事实清楚。", "statement_dealt": "", "now": chain.later(11)}
    decisions.decide(chain.session, track, actor=members[0], **said)  # type: ignore[arg-type]
    assert before.ref not in printed(chain, track, "D20")
    assert "受影响人数" in printed(chain, track, "D20"), "what else was weighed still stands"


def test_a_decision_tells_what_is_left_of_an_earlier_measure_that_a_review_made_lighter(chain: Reviewing) -> None:
    before = chain.effective([1, 2])
    decision = rounds.decision(chain.session, before)
    assert decision is not None
    decision.effective_on = DAY - timedelta(days=60)
    chain.session.flush()
    track = chain.deliberating([1])
    chain.reviewed(own_motion(chain, before, 9), *["VARY"] * 3, lighter=(1,))
    by = {"actor": chain.vote(track, *["PROPOSED"] * 3, now=chain.later(11))[0], "now": chain.later(11)}
    decisions.decide(chain.session, track, reasons="事实清楚。", statement_dealt="", **by)  # type: ignore[arg-type]
    told = "号案件决定，2026年8月11日生效，经复核变更后采取责令整改）"
    assert f"{before.ref}{told}" in printed(chain, track, "D20")
    proposal = rounds.proposal(chain.session, track)
    counted = ladder_sheets.kept(proposal)
    assert counted is not None
    left_out = ladder_sheets.told_before(ladder_history.as_told(chain.session, counted.history))
    assert any(each in told for _whole, each in left_out), "no bulletin repeats it"


def test_nobody_is_disciplined_for_not_carrying_out_what_a_review_quashed(chain: Reviewing) -> None:
    track = chain.executing([1])
    review = chain.asked(track, now=chain.later(9))
    known_year(chain.session)
    late = chain.later(60)
    TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, late), "K22_expired")
    follows = chain.session.scalars(select(CaseTrack).where(CaseTrack.earlier_id == track.id)).one()
    chain.reviewed(review, *["QUASH"] * 3)
    assert list(to_look_at(chain)) == [follows.ref]
    said = {"investigator": chain.investigator, "opinion": "同意", "actor": actor(chain.head), "version": None}
    with pytest.raises(NotNow, match="已被复核撤销"), attempt(chain.session):
        tracks.file(chain.session, follows, **said, now=late)  # type: ignore[arg-type]
    found = {"facts": "致电无关人员", "actor": actor(chain.officer), "now": late}
    cases.allege(chain.session, follows, code="V-C04", **found)  # type: ignore[arg-type]
    tracks.file(chain.session, follows, **said, now=late)  # type: ignore[arg-type]
    assert follows.state == "FILED", "what else is alleged is looked into"
    ended = {"ground": "MISTAKE", "reasons": "立案有误。", "actor": actor(chain.head), "version": None, "now": late}
    endings.terminate(chain.session, follows, **ended)  # type: ignore[arg-type]
    assert list(to_look_at(chain)) == []


def test_what_else_a_company_did_is_decided_though_its_earlier_decision_was_quashed(chain: Reviewing) -> None:
    track = chain.reported()
    chain.quashed_before(track)
    with pytest.raises(NotNow, match="已被复核撤销"), attempt(chain.session):
        chain.propose(track, [1])
    track.returned_on = day_of(chain.later(5))  # sent back once before, for something else
    gaps = {"gaps": ["未履行的决定已被撤销"], "actor": actor(chain.reviewer), "version": None, "now": chain.later(6)}
    letters.return_report(chain.session, track, **gaps)  # type: ignore[arg-type]
    with pytest.raises(NotNow, match="认定为未能查实"), attempt(chain.session):
        chain.found(track, chain.later(7))
    chain.found(track, chain.later(7), "UNPROVEN")
    track.allegations.append(Allegation(code="V-C04", facts="致电", finding="ESTABLISHED", reason="录音为证"))
    chain.session.flush()
    chain.propose(track, [1])
    assert track.state == "NOTICE_ISSUED"


def again(chain: Reviewing, track: CaseTrack) -> list[Actor]:
    """The case was sent back, reported anew, and a panel sits on the new notice of the same."""
    chain.found(track, chain.later(20))
    chain.propose(track, [1], now=chain.later(21))
    chain.serve(track, "D17", chain.later(21))
    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=chain.later(22))
    return chain.vote(track, now=chain.later(23))


def sent_back(chain: Reviewing, track: CaseTrack, members: list[Actor], days: int) -> None:
    """The panel returns it."""
    by = {"reasons": "事实未查清", "now": chain.later(days)}
    motions.put_return(chain.session, track, questions=["次数？"], actor=members[0], version=None, **by)  # type: ignore[arg-type]
    for member in members:
        motions.vote(chain.session, track, choice="FOR", actor=member, **by)  # type: ignore[arg-type]
    motions.settle(chain.session, track, actor=members[0], now=chain.later(days))


def test_a_case_goes_back_again_where_no_measure_can_be_decided_as_it_stands(chain: Reviewing) -> None:
    track = chain.deliberating([1])
    sent_back(chain, track, chain.vote(track), 7)
    members, said = again(chain, track), {"reasons": "理由充分", "now": chain.later(23)}
    for each in members:
        panels.vote(chain.session, track, choice="PROPOSED", actor=each, **said)  # type: ignore[arg-type]
    with pytest.raises(NotNow, match="退回补充调查一次"), attempt(chain.session):
        sent_back(chain, track, members, 23)
    chain.quashed_before(track)
    with pytest.raises(NotNow, match="请将案件退回"), attempt(chain.session):
        decisions.decide(chain.session, track, actor=members[0], statement_dealt="", **said)  # type: ignore[arg-type]
    more = TRACK.refusals(Ask(chain.session, track, members[0], {}, chain.later(23)), "harsher_minor")
    assert [each for each in more if "请将案件退回" in str(each)], "no notice goes out on which nothing can be decided"
    sent_back(chain, track, members, 23)
    assert track.state == "INVESTIGATING"


@pytest.mark.parametrize("by_panel", [False, True])
def test_once_sent_back_no_panel_announces_more_on_what_was_in_the_file_before(
    chain: Reviewing, *, by_panel: bool
) -> None:
    track = chain.deliberating([1]) if by_panel else chain.effective([1])

    def found(days: int) -> Evidence:
        by = {"actor": actor(chain.officer), "now": chain.later(days)}
        return evidence.add(chain.session, track.case, io.BytesIO(made.picture()), "记录.png", **by)  # type: ignore[arg-type]

    known = found(1)
    if by_panel:
        sent_back(chain, track, chain.vote(track), 7)
    else:
        chain.reviewed(chain.asked(track, now=chain.later(9)), *["REMIT"] * 3, questions="补充查明")
    member = again(chain, track)[0]
    said = {"measures": [1, 2], "allegation": track.allegations[0], "new_facts": "另有三人被致电。", "reasons": "更重"}
    by_member = {"actor": member, "version": None, "now": chain.later(23)}
    with pytest.raises(BadInput, match="退回"), attempt(chain.session):
        motions.put_harsher(chain.session, track, **said, evidence=[known], **by_member)  # type: ignore[arg-type]
    motions.put_harsher(chain.session, track, **said, evidence=[found(22)], **by_member)  # type: ignore[arg-type]


def test_nothing_is_ordered_before_a_review_is_served_though_another_was_opened_since(chain: Reviewing) -> None:
    track = chain.effective([1, 2])
    chain.reviewed(chain.asked(track, now=chain.later(9)), *["VARY"] * 3, lighter=(1,))
    own_motion(chain, track, 10)
    with pytest.raises(NotNow, match="复核决定书尚未送达"):
        measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(11))


@pytest.mark.parametrize(("choice", "lighter"), [("UPHOLD", ()), ("VARY", (1,))])
def test_a_companys_time_to_ask_for_a_review_stands_still_while_the_association_reviews(
    chain: Reviewing, choice: str, lighter: tuple[int, ...]
) -> None:
    track = chain.effective([1, 2])
    known_year(chain.session)
    due = clocks.live(chain.session, "K20", ("track", track.id))
    assert due is not None
    assert due.due_on is not None
    last = due.due_on
    own = own_motion(chain, track, 8)
    with pytest.raises(NotNow, match="已有复核"), attempt(chain.session):
        chain.asked(track, now=chain.later(9))
    member = chain.voted(own, *[choice] * 3, lighter=lighter)[0]
    over = chain.now + (last - day_of(chain.now)) + timedelta(days=1)
    said = {"reasons": "复核查明如下。", "version": None, "actor": member, "now": over}
    reviews.decide(chain.session, own, **said)  # type: ignore[arg-type]
    goes_on = clocks.live(chain.session, "K20", ("track", track.id))
    assert goes_on is not None
    assert goes_on.due_on is not None
    told = text_of(chain.paper(own).frozen.blocks)
    assert f"继续计算，至{day_text(goes_on.due_on, 'zh')}止" in told
    asked = Ask(chain.session, track, actor(chain.officer), {}, over)
    assert documents_reviews.review_period(asked, "en").startswith("15 working days (not counting")
    assert chain.asked(track, now=over + timedelta(days=1)).basis == "MINOR"


def last_second(chain: Reviewing, track: CaseTrack, key: str) -> datetime:
    """The last second of a time limit, in Shanghai."""
    time = clocks.live(chain.session, key, ("track", track.id))
    assert time is not None
    assert time.due_on is not None
    return midnight(time.due_on + timedelta(days=1)) - timedelta(seconds=1)


def test_a_statement_and_a_request_for_a_review_are_in_time_to_the_last_second_and_no_longer(chain: Reviewing) -> None:
    known_year(chain.session)
    track = chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    end, second = last_second(chain, track, "K14"), timedelta(seconds=1)
    for at in (end, end + second):
        statements.state(chain.session, track, text="意见", actor=actor(chain.lead), now=at)
    assert [each.late for each in rounds.statements(chain.session, track)] == [False, True]
    other = chain.served_decision([1, 4], "V-I02")
    end = last_second(chain, other, "K20")
    with pytest.raises(NotNow, match="期限已经届满"), attempt(chain.session):
        chain.asked(other, now=end + second)
    chain.asked(other, now=end)
    assert other.state == "IN_REVIEW"


def test_who_decided_in_any_round_reviews_none_and_who_sent_it_back_decides_it_not_anew(chain: Reviewing) -> None:
    track = chain.effective([1])
    first = rounds.panel(chain.session, track)
    review = chain.asked(track, now=chain.later(9))
    chain.reviewed(review, *["REMIT"] * 3, questions="补充查明")
    both = [AccountRole(account_id=each.id, role="review body") for each in chain.panel]
    both += [AccountRole(account_id=each.id, role="panel") for each in chain.pool]
    chain.session.add_all(both)
    chain.session.flush()
    chain.found(track, chain.later(20))
    chain.propose(track, [1], now=chain.later(21))
    assert first is not None
    for role, sat in (("review body", first.members), ("panel", review.members)):
        free = {each.id for each, _work in policies.eligible(chain.session, track, role)}
        assert free
        assert not free & {each.account_id for each in sat}
