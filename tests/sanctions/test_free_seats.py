"""While a seat of a body is free its votes wait, and so do those of motions, and nobody is called to vote."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import recusals
from casework.models import Task
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.db import attempt
from core.errors import NotNow
from proceedings import queries_tracks, waited_for
from registry import accounts, notifications, settings
from registry.models_accounts import Account
from registry.models_notifications import DAILY, Notification
from sanctions import bodies, decisions, introductions, motions, panels, reviews, rounds
from sanctions.ballots import VOTE
from tests.builders import account
from tests.builders_cases import actor, from_outside
from tests.casework.test_company_told import chose
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_resolutions import Bench

FREE, WAITED_FOR, TOLD = "席位有空缺", "可能改变结果", "可以申请回避"


@pytest.fixture
def bench(session: Session, now: datetime) -> Bench:
    return Bench(session, now)


def _leaves(bench: Bench | Reviewing, track: CaseTrack, who: Actor, day: int = 6) -> None:
    said: dict[str, Any] = {"ground": "RELATIVE", "facts": "亲属", "actor": who, "now": bench.later(day)}
    recusals.declare(bench.session, track.case, **said)


def _called(bench: Bench, who: Actor, day: int) -> bool:
    """Whether something is still told to somebody about a vote on that day."""
    asked = select(Notification).where(Notification.account_id == who.id, Notification.event == VOTE)
    waiting = list(bench.session.scalars(asked))
    person = bench.session.get_one(Account, who.id)
    return bool(notifications.still_so(bench.session, person, waiting, bench.later(day)))


def test_a_decision_waits_for_the_vote_of_whoever_is_drawn_for_a_free_seat(bench: Bench) -> None:
    track = bench.deliberating([1, 4], "V-I02")
    members = bench.vote(track, "PROPOSED", "PROPOSED", "PROPOSED", "NONE")
    _leaves(bench, track, members[4])
    said: dict[str, Any] = {"reasons": "事实清楚", "statement_dealt": "", "actor": members[0], "now": bench.later(7)}
    with pytest.raises(NotNow, match=WAITED_FOR), attempt(bench.session):
        decisions.decide(bench.session, track, **said)


def test_so_does_the_result_of_a_review(session: Session, now: datetime) -> None:
    chain = Reviewing(session, now).fill_pool()
    review = chain.asked(chain.served_decision([1, 4], "V-I02"))
    members = chain.voted(review, "UPHOLD", "UPHOLD", "UPHOLD", "QUASH")
    _leaves(chain, review.track, members[4], 9)
    said: dict[str, Any] = {"reasons": "事实清楚", "questions": "", "version": None}
    with pytest.raises(NotNow, match=WAITED_FOR):
        reviews.decide(session, review, actor=members[0], now=chain.later(10), **said)


def test_nobody_votes_on_a_motion_while_a_seat_is_free_or_who_was_drawn_is_not_told(bench: Bench) -> None:
    track, members = bench.sitting()
    said: dict[str, Any] = {"questions": ["次数？"], "reasons": "未查清", "version": None}
    motions.put_return(bench.session, track, **said, actor=members[0], now=bench.later(7))
    _leaves(bench, track, members[2], 7)
    ballot: dict[str, Any] = {"choice": "FOR", "reasons": "理由充分", "actor": members[0], "now": bench.later(7)}
    with pytest.raises(NotNow, match=FREE), attempt(bench.session):
        motions.vote(bench.session, track, **ballot)
    settings.setting(bench.session, introductions.KEY).value = 3
    panels.fill(bench.session, track, actor=actor(bench.secretary), now=bench.later(7))
    with pytest.raises(NotNow, match=TOLD), attempt(bench.session):
        motions.vote(bench.session, track, **ballot)
    with pytest.raises(NotNow, match=TOLD), attempt(bench.session):
        motions.settle(bench.session, track, actor=members[0], now=bench.later(7))
    track.recusal_until = None
    motions.vote(bench.session, track, **ballot)


def test_a_motion_is_not_lost_before_whoever_is_drawn_for_a_free_seat_could_vote(bench: Bench) -> None:
    track = bench.deliberating([1, 4], "V-I02")
    members = bench.vote(track)
    said: dict[str, Any] = {"questions": ["次数？"], "reasons": "未查清", "version": None}
    motions.put_return(bench.session, track, **said, actor=members[0], now=bench.later(7))
    for each, choice in zip(members[:4], ("FOR", "FOR", "AGAINST", "AGAINST"), strict=True):
        ballot: dict[str, Any] = {"choice": choice, "reasons": "理由充分", "actor": each, "now": bench.later(7)}
        motions.vote(bench.session, track, **ballot)
    _leaves(bench, track, members[4], 7)
    with pytest.raises(NotNow, match=WAITED_FOR):
        motions.settle(bench.session, track, actor=members[0], now=bench.later(7))


@pytest.mark.parametrize("days", [0, 3])
def test_nobody_is_called_to_vote_while_a_seat_is_free_and_all_are_once_it_is_filled(bench: Bench, days: int) -> None:
    for person in bench.session.scalars(select(Account)):
        chose(bench.session, person.id, votes=DAILY)
    track = bench.deliberating([1])
    panel = bench.drawn(track, bench.later(6))
    introductions.call(bench.session, track, introductions.body_of(bench.session, track), bench.later(6))  # type: ignore[arg-type]
    assert _called(bench, panel[0], 7)
    _leaves(bench, track, panel[2])
    assert not _called(bench, panel[0], 7)
    waiting = bench.session.scalars(select(Notification).where(Notification.account_id == panel[0].id))
    for each in waiting:
        bench.session.delete(each)  # told, or dropped, by then
    settings.setting(bench.session, introductions.KEY).value = days
    bench.session.flush()
    panels.fill(bench.session, track, actor=actor(bench.secretary), now=bench.later(7))
    assert _called(bench, panel[0], 20)


def test_whoever_comes_back_completes_the_panel_and_the_others_are_called_again(bench: Bench) -> None:
    for person in bench.session.scalars(select(Account)):
        chose(bench.session, person.id, votes=DAILY)
    track = bench.deliberating([1])
    panel = bench.drawn(track, bench.later(6))
    gone = bench.session.get_one(Account, panel[2].id)
    said: dict[str, Any] = {
        "actor": actor(account(bench.session, "安全管理员", "security_admin")),
        "now": bench.later(6),
    }
    accounts.take_role(bench.session, gone, "panel", **said)
    for each in bench.session.scalars(select(Notification).where(Notification.account_id == panel[0].id)):
        bench.session.delete(each)
    accounts.give_role(bench.session, gone, "panel", **said)
    assert _called(bench, panel[0], 7)


def test_who_has_voted_on_the_case_is_called_to_a_motion_once_the_seat_is_filled(bench: Bench) -> None:
    for person in bench.session.scalars(select(Account)):
        chose(bench.session, person.id, votes=DAILY)
    track = bench.deliberating([1])
    members = bench.vote(track, "PROPOSED", "PROPOSED")
    said: dict[str, Any] = {"questions": ["次数？"], "reasons": "未查清", "version": None}
    motions.put_return(bench.session, track, **said, actor=members[0], now=bench.later(7))
    assert _called(bench, members[1], 7)
    _leaves(bench, track, members[2], 7)
    assert not _called(bench, members[1], 7)
    for each in bench.session.scalars(select(Notification).where(Notification.account_id == members[1].id)):
        bench.session.delete(each)
    panels.fill(bench.session, track, actor=actor(bench.secretary), now=bench.later(7))
    assert _called(bench, members[1], 7)


def _open_tasks(session: Session) -> list[tuple[str, str]]:
    kinds = (bodies.SEAT_FREE, bodies.SEAT_LEFT, bodies.POOL_EMPTY)
    asked = select(Task.kind, Task.role).where(Task.kind.in_(kinds), Task.done_at.is_(None)).order_by(Task.id)
    return [(kind, role) for kind, role in session.execute(asked)]


@pytest.mark.parametrize("recused", [True, False])
def test_where_nobody_is_left_to_be_drawn_the_head_is_asked_for_more_members(bench: Bench, recused: bool) -> None:
    session, track = bench.session, bench.deliberating([1])
    members = bench.drawn(track, bench.later(6))
    for person in bench.panel:
        if person.id not in {each.id for each in members}:
            person.locked_at = bench.now
    session.flush()
    keeper = actor(account(session, "安全管理员", "security_admin"))
    if recused:
        _leaves(bench, track, members[2])
    else:
        accounts.lock(session, session.get_one(Account, members[2].id), why="离任", actor=keeper, now=bench.later(6))
    assert _open_tasks(session) == [("seat_free" if recused else "seat_left", "secretary"), ("pool_empty", "head")]
    panel = rounds.panel(session, track)
    assert "可供抽选的委员不足" in waited_for.said(session, track, queries_tracks.members(session, panel))
    from_outside(session, account(session, "新委员", "panel"))
    assert "由审议小组秘书补抽" in waited_for.said(session, track, queries_tracks.members(session, panel))
    panels.fill(session, track, actor=actor(bench.secretary), now=bench.later(6))
    assert _open_tasks(session) == []


def test_so_is_the_head_where_the_last_who_could_be_drawn_leaves_the_pool(bench: Bench) -> None:
    session, track = bench.session, bench.deliberating([1])
    members = bench.drawn(track, bench.later(6))
    others = [person for person in bench.panel if person.id not in {each.id for each in members}]
    for person in others[1:]:
        person.locked_at = bench.now
    session.flush()
    _leaves(bench, track, members[2])
    assert _open_tasks(session) == [("seat_free", "secretary")]
    keeper = actor(account(session, "安全管理员", "security_admin"))
    accounts.lock(session, others[0], why="离任", actor=keeper, now=bench.later(6))
    assert _open_tasks(session) == [("seat_free", "secretary"), ("pool_empty", "head")]
