"""Reviews of decisions being carried out: beside the execution, late, on own motion; the time for them restored."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import tasks
from casework.states import TRACK
from core.actors import SYSTEM
from core.clock import day_of
from core.db import attempt
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices.papers import text_of
from portal import queries_waiting
from registry import clocks
from registry.models_clocks import ClockState
from sanctions import (
    endings,
    extensions,
    interview_times,
    ladder_history,
    measures,
    milestones,
    reviews,
    rounds,
    verifications,
)
from sanctions.models_milestones import Milestone
from tests.builders import known_year
from tests.builders_cases import actor
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_reviews import _clock, chain

__all__ = ["chain"]
SUNDAY = 7


def test_a_minor_decision_is_reviewed_beside_its_execution(chain: Reviewing) -> None:
    track = chain.executing([1, 2])
    review = chain.asked(track, now=chain.later(9))
    assert (track.state, review.state, review.basis) == ("EXECUTING", "OPEN", "MINOR")
    assert _clock(chain, "K20", ("track", track.id)) is None
    assert _clock(chain, "K21", ("review", review.id)) is ClockState.RUNNING
    assert _clock(chain, "K22", ("track", track.id)) is ClockState.RUNNING
    with pytest.raises(NotNow, match="已有复核"):
        chain.asked(track, now=chain.later(9))
    chain.reviewed(review, *["UPHOLD"] * 3)
    assert (track.state, review.state) == ("EXECUTING", "DECIDED")


def test_a_minor_decision_is_reviewed_late_only_after_an_obstacle(chain: Reviewing) -> None:
    track = chain.effective([1])
    known_year(chain.session)
    late = chain.later(60)
    with pytest.raises(NotNow, match="申请复核的期限已经届满"):
        chain.asked(track, now=late)
    day = late.date()
    assert day.isoweekday() == SUNDAY  # a tenth day that was the Saturday rolls to the Monday
    for ended_on in (day - timedelta(days=12), day + timedelta(days=1), None):
        with pytest.raises(BadInput):
            chain.asked(track, now=late, obstacle="台风导致停业", obstacle_ended=ended_on)
    review = chain.asked(track, now=late, obstacle="台风导致停业", obstacle_ended=day - timedelta(days=11))
    assert review.basis == "RESTORED"


def test_whoever_asks_in_time_is_heard_whatever_it_says_of_an_obstacle(chain: Reviewing) -> None:
    review = chain.asked(chain.effective([1]), obstacle="台风导致停业", obstacle_ended=None)
    assert review.basis == "MINOR"


def test_a_review_of_the_associations_own_uses_up_no_review_of_the_company(chain: Reviewing) -> None:
    track = chain.effective([1])
    said = {"basis": "ERROR", "grounds": "人数统计有误", "favour": True, "actor": actor(chain.head)}
    own = reviews.own_motion(chain.session, track, **said, now=chain.later(8))  # type: ignore[arg-type]
    chain.reviewed(own, *["UPHOLD"] * 3)
    assert chain.asked(track, now=chain.later(11)).basis == "MINOR"


def test_a_major_decision_in_force_is_reviewed_only_where_its_ground_was_revoked(chain: Reviewing) -> None:
    track = chain.effective([4], "V-I02")
    with pytest.raises(NotNow, match="所依据的文件"):
        chain.asked(track)
    said = {"revoked": "某行政处罚决定已于2026年11月被撤销"}
    decided = rounds.decision(chain.session, track)
    assert decided is not None
    for wrong in (decided.decided_on - timedelta(days=1), day_of(chain.later(9)), None):
        with pytest.raises(BadInput, match="撤销"):
            chain.asked(track, **said, revoked_on=wrong)
    review = chain.asked(track, **said, revoked_on=decided.decided_on)
    assert (review.basis, track.state) == ("REVOKED", "EFFECTIVE")


def test_a_review_of_what_is_in_force_waits_for_the_vote_that_could_overturn_it(chain: Reviewing) -> None:
    review = chain.asked(chain.effective([4], "V-I02"), revoked="某行政处罚决定已被撤销")
    first = chain.voted(review, "UPHOLD", "UPHOLD", "UPHOLD", "QUASH")[0]
    said = {"reasons": "事实清楚", "actor": first, "version": None, "now": chain.later(10)}
    with pytest.raises(NotNow, match="仍可能改变结果"), attempt(chain.session):
        reviews.decide(chain.session, review, **said)  # type: ignore[arg-type]
    time = clocks.live(chain.session, "K21", ("review", review.id))
    assert time is not None
    time.due_on, time.provisional = day_of(chain.later(9)), False
    reviews.decide(chain.session, review, **said)  # type: ignore[arg-type]
    assert review.outcome == "UPHOLD"


def test_the_head_reviews_on_own_motion_only_in_favour_and_on_an_error_or_new_evidence(chain: Reviewing) -> None:
    track = chain.effective([1])
    said = {"basis": "ERROR", "grounds": "人数统计有误", "favour": True, "now": chain.later(9)}
    with pytest.raises(NotAllowed):
        reviews.own_motion(chain.session, track, **said, actor=actor(chain.officer))  # type: ignore[arg-type]
    for wrong in ({"basis": "MINOR"}, {"favour": False}, {"grounds": " "}):
        with pytest.raises(BadInput):
            reviews.own_motion(chain.session, track, **{**said, **wrong}, actor=actor(chain.head))  # type: ignore[arg-type]
    review = reviews.own_motion(chain.session, track, **said, actor=actor(chain.head))  # type: ignore[arg-type]
    assert review.state == "OPEN"
    with pytest.raises(NotAllowed, match="不是贵单位申请"):
        reviews.withdraw(chain.session, review, confirmed=True, actor=actor(chain.lead), now=chain.later(9))


def test_no_review_of_a_track_without_a_decision_in_force(chain: Reviewing) -> None:
    track = chain.decided([1, 4], "V-I02")
    with pytest.raises(NotNow):
        reviews.own_motion(
            chain.session, track, basis="ERROR", grounds="有误", favour=True, actor=actor(chain.head), now=chain.now
        )


def test_quashed_beside_its_execution_the_track_ends_and_every_time_limit_with_it(chain: Reviewing) -> None:
    track = chain.executing([1, 2])
    review = chain.asked(track, now=chain.later(9))
    chain.reviewed(review, *["QUASH"] * 3)
    assert (track.state, track.ended_on is not None, track.decided_level) == ("NO_MEASURE", True, 0)
    for key in ("K20", "K22", "K23", "K24", "K25"):
        assert _clock(chain, key, ("track", track.id)) is None
    assert list(chain.session.scalars(ladder_history.standing())) == []


def test_varied_beside_its_execution_what_is_done_counts(chain: Reviewing) -> None:
    track = chain.executing([1, 2])
    review = chain.asked(track, now=chain.later(9))
    chain.report(track, chain.later(10))
    chain.reviewed(review, *["VARY"] * 3, lighter=(1,))
    assert track.state == "EFFECTIVE"
    assert rounds.to_order(chain.session, track) == []
    chain.serve_paper(review)
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(12))
    assert track.state == "VERIFYING"


def test_varied_after_its_end_a_track_goes_on_and_ends_once_more_with_what_is_done(chain: Reviewing) -> None:
    track = chain.executing([1, 2])
    chain.report(track)
    chain.interviewed(track)
    chain.verify(track)
    by = {"actor": actor(chain.officer), "version": None}
    verifications.pass_(chain.session, track, **by, now=chain.later(22))  # type: ignore[arg-type]
    said = {"basis": "ERROR", "grounds": "认定人数有误", "favour": True, "actor": actor(chain.head)}
    review = reviews.own_motion(chain.session, track, **said, now=chain.later(23))  # type: ignore[arg-type]
    chain.reviewed(review, *["VARY"] * 3, lighter=(1,))
    assert (track.state, track.ended_on, track.decided_level) == ("EFFECTIVE", None, 1)
    chain.serve_paper(review)
    measures.execute(chain.session, track, **by, now=chain.later(24))  # type: ignore[arg-type]
    verifications.pass_(chain.session, track, **by, now=chain.later(25))  # type: ignore[arg-type]
    assert (track.state, [each.state for each in rounds.measures(chain.session, track)]) == ("CLOSED", ["PASSED"])


def test_after_a_varied_decision_the_inbox_asks_only_for_what_the_new_one_orders(chain: Reviewing) -> None:
    track = chain.executing([1, 2])
    review = chain.asked(track, now=chain.later(9))
    chain.reviewed(review, *["VARY"] * 3, lighter=(1,))
    chain.serve_paper(review)
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(12))
    asked = [str(each.what) for each in queries_waiting.waiting(chain.session, track.party_id) if each.ref == track.ref]
    assert asked.count("报告整改情况") == 1
    assert not [words for words in asked if "约谈" in words]


def test_remitted_beside_its_execution_it_is_investigated_again(chain: Reviewing) -> None:
    track = chain.executing([1])
    review = chain.asked(track, now=chain.later(9))
    chain.reviewed(review, *["REMIT"] * 3, questions="补充查明")
    assert (track.state, track.decided_level) == ("INVESTIGATING", None)
    assert review.decision.set_aside_on is not None


def test_after_a_review_of_the_associations_own_that_sent_it_back_nothing_harsher_is_proposed(chain: Reviewing) -> None:
    track = chain.effective([1])
    said = {"basis": "ERROR", "grounds": "人数统计有误", "favour": True, "now": chain.later(9)}
    review = reviews.own_motion(chain.session, track, **said, actor=actor(chain.head))  # type: ignore[arg-type]
    chain.reviewed(review, *["REMIT"] * 3, questions="重新统计人数")
    chain.found(track, chain.later(20))
    with pytest.raises(BadInput, match="不得重于原决定"):
        chain.propose(track, [1, 2], now=chain.later(21))


@pytest.mark.parametrize(("choice", "lighter"), [("VARY", (1,)), ("REMIT", ())])
def test_a_review_that_changes_the_decision_gives_a_second_try_again(
    chain: Reviewing, choice: str, lighter: tuple[int, ...]
) -> None:
    track = chain.executing([1, 2])
    review = chain.asked(track, now=chain.later(9))
    track.failures = 1
    chain.reviewed(review, *[choice] * 3, lighter=lighter, questions="补充查明" if choice == "REMIT" else "")
    assert track.failures == 0


def test_what_was_done_at_the_second_try_stays_so_after_a_review(chain: Reviewing) -> None:
    track = chain.executing([1, 2])
    review = chain.asked(track, now=chain.later(9))
    chain.report(track, chain.later(10))
    track.failures, rounds.measures(chain.session, track)[0].attempt = 1, 2
    chain.reviewed(review, *["VARY"] * 3, lighter=(1,))
    assert track.failures == 1


def test_the_system_follows_a_review_only_to_what_it_came_to(chain: Reviewing) -> None:
    track = chain.executing([1])
    for event in ("set_aside", "sent_back", "varied"):
        with pytest.raises(NotNow, match="没有相应的复核决定"):
            TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, chain.now), event)


@pytest.mark.parametrize("how", ["UPHOLD", "VARY", "withdrawn"])
def test_who_asked_for_a_review_once_is_given_no_second_one_by_an_obstacle(chain: Reviewing, how: str) -> None:
    """A minor decision by its own request (R01); who asked has not missed the time for it."""
    track = chain.effective([1, 2])
    review = chain.asked(track, now=chain.later(9))
    if how == "withdrawn":
        reviews.withdraw(chain.session, review, confirmed=True, actor=actor(chain.lead), now=chain.later(9))
    else:
        chain.reviewed(review, *[how] * 3, lighter=(1,))
    with pytest.raises(NotNow, match="不再应申请进行第二次复核"):
        chain.asked(track, now=chain.later(11), obstacle="台风停业", obstacle_ended=day_of(chain.later(10)))
    chain.asked(track, now=chain.later(11), revoked="某行政处罚决定已被撤销")


def test_no_head_restores_the_time_of_who_had_the_review_of_a_major_decision(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    chain.reviewed(chain.asked(track), *["UPHOLD"] * 5)
    said = {"obstacle": "台风停业", "obstacle_ended": day_of(chain.later(9)), "asked_on": day_of(chain.later(10))}
    with pytest.raises(NotNow, match="复核申请期限不再恢复"):
        reviews.restore(chain.session, track, **said, actor=actor(chain.head), version=None, now=chain.later(11))  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", ["VARY", "QUASH", "REMIT", "ceased"])
def test_what_a_company_asked_about_a_measure_waits_for_nobody_once_the_measure_is_gone(
    chain: Reviewing, outcome: str
) -> None:
    """The head and the officers had tasks that nobody could do any more, and the new time limit seemed to wait."""
    track = chain.executing([1, 2])
    extensions.ask_for_time(chain.session, track, level=1, why="需要", actor=actor(chain.lead), now=chain.later(9))
    asked, held = rounds.measure(chain.session, track, 1), rounds.measure(chain.session, track, 2)
    assert asked is not None
    assert held is not None
    assert held.interview is not None
    at = held.interview.at + timedelta(days=1)
    interview_times.propose(chain.session, track, at=at, why="冲突", actor=actor(chain.lead), now=chain.later(9))
    mine = ("track", track.id)
    assert {each.kind for each in tasks.open_of(chain.session, mine)} == {"time_asked:K22", "interview_time"}
    if outcome == "ceased":
        said = {"ground": "UNABLE", "reasons": "已停业", "binding": True, "version": None, "now": chain.later(10)}
        endings.close_unexecuted(chain.session, track, **said, actor=actor(chain.head))  # type: ignore[arg-type]
    else:
        review = chain.asked(track, now=chain.later(9))
        chain.reviewed(review, *[outcome] * 3, lighter=(1,), questions="补充查明")
    left = {measures.TO_ORDER} if outcome == "VARY" else set()
    assert {each.kind for each in tasks.open_of(chain.session, mine)} == left
    assert asked.more_time_asked_at is None


@pytest.mark.parametrize("how", ["ordered", "QUASH", "REMIT", "restored"])
def test_what_is_in_effect_is_the_officers_task_until_its_measures_are_ordered_or_it_is_in_effect_no_more(
    chain: Reviewing, how: str
) -> None:
    track = chain.effective([1, 4], "V-I02") if how == "restored" else chain.effective([1])
    [task] = tasks.open_of(chain.session, ("track", track.id))
    assert (task.kind, task.role) == (measures.TO_ORDER, "officer")
    if how == "ordered":
        chain.execute(track, chain.later(9))
    elif how == "restored":
        said = {"obstacle": "台风导致停业", "obstacle_ended": date(2026, 12, 1), "asked_on": date(2026, 12, 4)}
        by = {"actor": actor(chain.head), "version": None, "now": chain.later(9)}
        reviews.restore(chain.session, track, **said, **by)  # type: ignore[arg-type]
    else:
        review = chain.asked(track, now=chain.later(9))
        chain.reviewed(review, *[how] * 3, questions="补充查明" if how == "REMIT" else "")
    assert not tasks.open_of(chain.session, ("track", track.id))


# --- restoration and orders at once ---


def test_the_time_for_a_review_of_a_major_decision_is_restored_after_an_obstacle(chain: Reviewing) -> None:
    track = chain.effective([1, 4], "V-I02")
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    said = {"obstacle": "台风导致停业", "asked_on": date(2026, 12, 4), "version": None, "now": chain.later(9)}
    with pytest.raises(BadInput, match="10"):
        reviews.restore(
            chain.session,
            track,
            **said,
            obstacle_ended=date(2026, 11, 20),
            actor=actor(chain.head),  # type: ignore[arg-type]
        )
    reviews.restore(
        chain.session,
        track,
        **said,
        obstacle_ended=date(2026, 12, 1),
        actor=actor(chain.head),  # type: ignore[arg-type]
    )
    decision = rounds.decision(chain.session, track)
    assert decision is not None
    assert (track.state, decision.effective_on, publication.state) == ("SERVED", None, "DROPPED")
    assert _clock(chain, "K20", ("track", track.id)) is ClockState.RUNNING
    assert _clock(chain, "K22", ("track", track.id)) is None
    review = chain.asked(track, now=chain.later(10))
    chain.reviewed(review, *["UPHOLD"] * 5)
    chain.serve_paper(review)
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(12))
    again = rounds.publication(chain.session, track)
    assert again is not None
    assert (again.id != publication.id, again.state) == (True, "DRAFT")


def test_what_a_company_planned_and_asked_for_goes_with_an_order_where_the_time_for_a_review_is_restored(
    chain: Reviewing,
) -> None:
    track = chain.effective([1, 2, 4], "V-I02")
    chain.execute(track, chain.later(9))
    asks: dict[str, Any] = {"actor": actor(chain.lead), "now": chain.later(9)}
    milestones.add(chain.session, track, no=1, text="开展专项培训", due_on=date(2026, 12, 10), **asks)
    extensions.ask_for_time(chain.session, track, level=1, why="需要", **asks)
    held = rounds.measure(chain.session, track, 2)
    assert held is not None
    assert held.interview is not None
    another = held.interview.at + timedelta(days=1)
    interview_times.propose(chain.session, track, at=another, why="冲突", **asks)
    said = {"obstacle": "台风导致停业", "obstacle_ended": date(2026, 12, 1), "asked_on": date(2026, 12, 4)}
    by = {"actor": actor(chain.head), "version": None, "now": chain.later(9)}
    reviews.restore(chain.session, track, **said, **by)  # type: ignore[arg-type]
    assert (track.state, chain.session.scalars(select(Milestone)).all()) == ("SERVED", [])
    assert not tasks.open_of(chain.session, ("track", track.id))
    order = notices.last_document(chain.session, ["D23a"], "track", track.id)
    assert order is not None
    assert order.set_aside_on == chain.later(9).date(), "whoever verifies it reads that it is in force no more"


def test_a_circular_whose_time_is_over_is_not_ordered_again_where_the_time_for_a_review_is_restored(
    chain: Reviewing,
) -> None:
    track = chain.effective([1, 4], "V-I02")
    chain.execute(track, chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(9))
    publication.state, publication.ended_at = "EXPIRED", chain.later(9)
    said = {"obstacle": "台风导致停业", "obstacle_ended": date(2026, 12, 1), "asked_on": date(2026, 12, 4)}
    by = {"actor": actor(chain.head), "version": None, "now": chain.later(9)}
    reviews.restore(chain.session, track, **said, **by)  # type: ignore[arg-type]
    assert (publication.state, rounds.to_order(chain.session, track)) == ("EXPIRED", [1])


def test_a_circular_that_was_withdrawn_is_ordered_again_with_the_decision_that_stands(chain: Reviewing) -> None:
    track = chain.effective([1, 4], "V-I02")
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(9))
    said = {"obstacle": "台风导致停业", "obstacle_ended": date(2026, 12, 1), "asked_on": date(2026, 12, 4)}
    reviews.restore(
        chain.session,
        track,
        **said,
        actor=actor(chain.head),
        version=None,
        now=chain.later(9),  # type: ignore[arg-type]
    )
    assert publication.state == "WITHDRAWN"
    review = chain.asked(track, now=chain.later(10))
    chain.reviewed(review, *["UPHOLD"] * 5)
    chain.serve_paper(review)
    assert rounds.to_order(chain.session, track) == [1, 4]
    chain.execute(track, chain.later(12))
    chain.report(track, chain.later(13))
    assert track.state == "EXECUTING"
    assert _clock(chain, "K25", ("track", track.id)) is ClockState.RUNNING
    again = rounds.publication(chain.session, track)
    assert again is not None
    chain.publish(again, chain.later(13))
    assert track.state == "VERIFYING"


def test_a_varied_decision_has_its_own_circular_after_that_of_the_old_one(chain: Reviewing) -> None:
    track = chain.effective([1, 5], "V-I02")
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(9))
    review = chain.asked(track, now=chain.later(9), revoked="行政处罚决定已被撤销")
    chain.reviewed(review, *["VARY"] * 5, lighter=(5,))
    assert publication.state == "WITHDRAWN"
    assert rounds.to_order(chain.session, track) == [5]


def test_what_is_withdrawn_because_the_time_was_restored_says_so_in_both_languages(
    chain: Reviewing,
) -> None:
    track = chain.executing([1, 4], "V-I02")
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(10))
    said = {"obstacle": "台风导致停业", "obstacle_ended": date(2026, 12, 4), "asked_on": date(2026, 12, 4)}
    reviews.restore(chain.session, track, **said, version=None, now=chain.later(10), actor=actor(chain.head))  # type: ignore[arg-type]
    notice = notices.last_document(chain.session, ["D36b"], "publication", publication.id)
    assert notice is not None
    paper = notice.frozen
    assert paper.translation is not None
    assert "决定暂不生效" in text_of(paper.blocks)
    assert "not in effect yet" in text_of(paper.translation.blocks)
    assert "in Chinese)" not in text_of(paper.translation.blocks)


def test_a_minor_decision_is_not_restored_by_the_head(chain: Reviewing) -> None:
    track = chain.effective([1])
    with pytest.raises(NotNow, match="轻"):
        reviews.restore(
            chain.session,
            track,
            obstacle="台风",
            obstacle_ended=chain.now.date(),
            asked_on=chain.now.date(),
            actor=actor(chain.head),
            version=None,
            now=chain.later(9),
        )
