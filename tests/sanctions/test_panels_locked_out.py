"""Members of a panel who can no longer sign in before they voted."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import recusals
from casework.models import Task
from core.actors import SYSTEM
from core.db import attempt
from core.errors import NotAllowed, NotNow
from notices import queries as notices
from notices.papers import text_of
from proceedings import queries_tracks
from registry import accounts, links
from registry.models_accounts import Account, AccountRole
from sanctions import bodies, decisions, panels, policies, review_bodies, rounds
from tests.builders import account
from tests.builders_cases import actor
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_panels import chain

__all__ = ["chain"]


def test_a_member_who_is_locked_out_before_he_voted_is_replaced_and_not_called_recused(chain: Chain) -> None:
    """A panel of three needs all three votes: without it nobody could ever decide."""
    track = chain.deliberating([1])
    members = chain.vote(track, "PROPOSED", "PROPOSED")
    voted, gone = (chain.session.get_one(Account, members[place].id) for place in (0, 2))
    for each in (voted, gone):
        each.locked_at, each.lock_reason = chain.later(6), "离任"
    chain.session.flush()
    panel = panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="补")
    sitting = [each.account_id for each in rounds.sitting(panel)]
    assert (len(sitting), voted.id in sitting, gone.id in sitting) == (3, True, False), "a vote that is cast stays"
    with pytest.raises(NotNow, match="没有需要补足的委员"):
        panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))
    by = actor(chain.session.get_one(Account, panel.redraws[0]["drawn"][0]))
    panels.vote(chain.session, track, choice="PROPOSED", reasons="理由充分", actor=by, now=chain.later(6))
    said = {"reasons": "事实清楚", "statement_dealt": "", "actor": members[1], "now": chain.later(7)}
    assert decisions.decide(chain.session, track, **said).measures == [1]  # type: ignore[arg-type]
    record = notices.last_document(chain.session, ["D31"], "track", track.id)
    assert record is not None
    text = text_of(record.frozen.blocks)
    assert "已离任" in text
    assert "回避" not in text.replace("回避情况", "")
    gone.locked_at = None
    chain.session.add(AccountRole(account_id=gone.id, role="review body"))
    chain.session.flush()
    drawable = {each.id for each, _background in policies.eligible(chain.session, track, "review body")}
    assert gone.id not in drawable, "let in again, he reviews no decision of the panel that he sat on"
    shown = {each.member.account_id: each.left for each in queries_tracks.members(chain.session, panel)}
    assert shown == {**dict.fromkeys(sitting, False), gone.id: True}


def _seats_left(chain: Chain) -> list[str]:
    asked = select(Task.role).where(Task.kind == "seat_left", Task.done_at.is_(None))
    return list(chain.session.scalars(asked))


def locked(at: Session, it: Account, **said: Any) -> None:
    accounts.lock(at, it, why="离任", **said)


def without_role(at: Session, it: Account, **said: Any) -> None:
    accounts.take_role(at, it, "panel", **said)


def with_role(at: Session, it: Account, **said: Any) -> None:
    accounts.give_role(at, it, "panel", **said)


@pytest.mark.parametrize(("leave", "back"), [(locked, accounts.unlock), (without_role, with_role)])
def test_the_secretary_hears_of_a_member_who_leaves_before_he_voted(
    chain: Chain, leave: Callable[..., None], back: Callable[..., None]
) -> None:
    track = chain.deliberating([1])
    voted, gone, third = (chain.session.get_one(Account, each.id) for each in chain.vote(track, "PROPOSED"))
    keeper = actor(account(chain.session, "安全管理员", "security_admin"))
    said: dict[str, Any] = {"actor": keeper, "now": chain.later(6)}
    leave(chain.session, voted, **said)
    assert _seats_left(chain) == [], "a vote that is cast stays"
    leave(chain.session, gone, **said)
    assert _seats_left(chain) == ["secretary"]
    back(chain.session, gone, **said)
    assert _seats_left(chain) == [], "he votes himself"
    leave(chain.session, gone, actor=keeper, now=chain.later(7))
    assert _seats_left(chain) == ["secretary"]
    if leave is without_role:
        ballot: dict[str, Any] = {"choice": "PROPOSED", "reasons": "理由充分", "now": chain.later(7)}
        with pytest.raises(NotAllowed), attempt(chain.session):
            panels.vote(chain.session, track, **ballot, actor=actor(gone))
        assert queries_tracks.seat(chain.session, track.id, actor(gone)) is None, "nor does he read the file"
        accounts.give_role(chain.session, third, "officer", **said)
        assert _seats_left(chain) == ["secretary"], "asked for once"
    panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(7))
    assert _seats_left(chain) == []


def test_a_seat_of_somebody_who_never_came_in_is_free_until_that_person_comes(chain: Chain) -> None:
    """Drawn before it was asked whether somebody has come in."""
    track, session = chain.deliberating([1]), chain.session
    panel = panels.draw(session, track, actor=actor(chain.secretary), now=chain.later(6), seed="一二三")
    invited = session.get_one(Account, panel.members[0].account_id)
    link = links.invite(session, invited, actor=SYSTEM, now=chain.later(6))
    assert bodies.missing(session, panel) == 1
    bodies.ask_for_who_left(session, invited, chain.later(6))
    assert _seats_left(chain) == ["secretary"]
    links.accept(session, links.token_of(link), password="long enough for anybody 1", now=chain.later(7))
    assert (bodies.missing(session, panel), _seats_left(chain)) == (0, []), "now that person votes"


def test_a_chair_who_is_locked_out_leaves_the_chair_to_who_stays(chain: Chain) -> None:
    track = chain.deliberating([1])
    panel = panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="一二三")
    gone = chain.session.get_one(Account, next(each.account_id for each in panel.members if each.chair))
    gone.locked_at, gone.lock_reason = chain.later(6), "离任"
    chain.session.flush()
    panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))
    assert [each.account_id == gone.id for each in rounds.sitting(panel) if each.chair] == [False]


def _locked_out(chain: Chain, number: int | None) -> None:
    gone = chain.session.get_one(Account, number)
    gone.locked_at, gone.lock_reason = chain.later(6), "离任"
    chain.session.flush()


def test_whoever_was_outvoted_announces_once_nobody_else_is_left_who_could(chain: Chain) -> None:
    track = chain.deliberating([1])
    *behind, outvoted = chain.vote(track, "PROPOSED", "PROPOSED", "NONE")
    said: dict[str, Any] = {"reasons": "事实清楚", "statement_dealt": "", "actor": outvoted, "now": chain.later(7)}
    for each in behind:
        with pytest.raises(NotAllowed), attempt(chain.session):
            decisions.decide(chain.session, track, **said)
        _locked_out(chain, each.id)
    assert decisions.decide(chain.session, track, **said).measures == [1]


def test_so_it_is_with_the_decision_of_a_review(session: Session, now: datetime) -> None:
    chain = Reviewing(session, now).fill_pool()
    review = chain.asked(chain.served_decision([1]))
    *behind, outvoted = chain.voted(review, "UPHOLD", "UPHOLD", "QUASH")
    for each in behind:
        with pytest.raises(NotAllowed), attempt(session):
            chain.announce(review, outvoted)
        _locked_out(chain, each.id)
    chain.announce(review, outvoted)
    assert review.state == "DECIDED"


@pytest.mark.parametrize("recused", [True, False])
def test_while_a_seat_is_free_nobody_votes_until_somebody_is_drawn_for_it(chain: Chain, recused: bool) -> None:
    track = chain.deliberating([1])
    first, gone, last = chain.vote(track)
    if recused:
        said: dict[str, Any] = {"ground": "RELATIVE", "facts": "亲属", "actor": gone, "now": chain.later(6)}
        recusals.declare(chain.session, track.case, **said)
    else:
        _locked_out(chain, gone.id)
    ballot: dict[str, Any] = {"choice": "PROPOSED", "reasons": "理由充分", "now": chain.later(6)}
    for member in (first, last):
        with pytest.raises(NotNow, match="席位有空缺"), attempt(chain.session):
            panels.vote(chain.session, track, **ballot, actor=member)
    panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))
    panels.vote(chain.session, track, **ballot, actor=first)


def test_so_it_is_with_those_who_review_a_decision(session: Session, now: datetime) -> None:
    chain = Reviewing(session, now).fill_pool()
    review = chain.asked(chain.served_decision([1]))
    first, gone, _last = chain.voted(review)
    _locked_out(chain, gone.id)
    ballot: dict[str, Any] = {"choice": "UPHOLD", "reasons": "理由充分", "now": chain.later(9)}
    with pytest.raises(NotNow, match="席位有空缺"), attempt(session):
        review_bodies.vote(session, review, **ballot, actor=first)
    review_bodies.draw(session, review, actor=actor(chain.secretary), now=chain.later(9))
    review_bodies.vote(session, review, **ballot, actor=first)


def test_a_member_who_lost_the_role_is_shown_as_unable_to_vote_until_the_seat_is_drawn_again(chain: Chain) -> None:
    track, session = chain.deliberating([1]), chain.session
    panel = panels.draw(session, track, actor=actor(chain.secretary), now=chain.later(6), seed="一二三")
    gone = session.get_one(Account, next(each.account_id for each in panel.members if each.chair))
    assert bodies.seats_at_work(session, gone.id) == [True]
    keeper = actor(account(session, "安全管理员", "security_admin"))
    without_role(session, gone, actor=keeper, now=chain.later(6))
    free = {each.member.account_id: each.free for each in queries_tracks.members(session, panel)}
    assert free == {each.account_id: each.account_id == gone.id for each in panel.members}
    panels.fill(session, track, actor=actor(chain.secretary), now=chain.later(7))
    assert not any(each.free for each in queries_tracks.members(session, panel))
    assert bodies.seats_at_work(session, gone.id) == []
