"""A company that is not served online defends itself on paper: staff enter it, and it counts on the day it came."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest

from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import SYSTEM
from core.clock import day_of
from core.db import attempt
from core.errors import BadInput, NotAllowed
from core.machine import Ask
from notices import queries as notices
from notices.papers import Paper as Printed
from notices.papers import day_text, text_of
from proceedings import queries_reviews
from registry import clocks
from registry.queries import service_address
from sanctions import decisions, on_paper, policies_reviews, queries_hearings, rounds
from tests.builders import known_year
from tests.builders_cases import actor
from tests.filestore import making_files as made
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
    printed = text_of(Printed.from_json(paper.paper["paper"]).blocks)
    assert f"你单位于{day_text(last, 'zh')}提出：“人数认定有误。" in printed
    assert printed.count("（书面提交，周岚签署）") == 2
    assert printed.count("（逾期提交）") == 1


def test_a_hearing_is_asked_for_on_paper(chain: Reviewing) -> None:
    track = noticed(chain, [1, 4], "V-I02")
    enter(chain, track, "ask_hearing", 6, came=day_of(chain.later(5)))
    heard = queries_hearings.hearing(chain.session, track)
    assert heard is not None
    assert (track.state, day_of(heard.asked_at)) == ("HEARING_ASKED", day_of(chain.later(5)))


@pytest.mark.parametrize(("measures", "code", "state"), [([1, 4], "V-I02", "IN_REVIEW"), ([1], "V-C04", "EFFECTIVE")])
def test_a_review_is_asked_for_on_paper_with_what_came_along(
    chain: Reviewing, measures: list[int], code: str, state: str
) -> None:
    track = chain.served_decision(measures, code)
    offline(chain)
    enter(chain, track, "ask_review", 9, came=day_of(chain.later(8)), scans=[(BytesIO(made.picture()), "申请.png")])
    review = policies_reviews.open_review(chain.session, track.id)
    assert review is not None
    assert (track.state, day_of(review.asked_at), review.own_motion) == (state, day_of(chain.later(8)), False)
    assert [each.name for each in queries_reviews.files_of(chain.session, review)] == ["申请.png"]
    time = clocks.live(chain.session, "K21", ("track", track.id) if review.stayed else ("review", review.id))
    assert time is not None
    assert time.day0 == day_of(chain.later(8))


def test_corrections_are_reported_on_paper_with_their_proof(chain: Reviewing) -> None:
    track = chain.executing([1])
    offline(chain)
    scans = [(BytesIO(made.picture()), "证明.png")]
    with pytest.raises(BadInput, match="高级管理人员"), attempt(chain.session):
        enter(chain, track, "report_correction", 12, signed_by="他人", scans=scans)
    enter(chain, track, "report_correction", 12, scans=scans)
    measure = rounds.measure(chain.session, track, 1)
    assert measure is not None
    assert (track.state, measure.state, measure.done_late) == ("VERIFYING", "DONE", False)


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
