"""Whoever was drawn or has to vote is told so only while that is so."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import recusals
from core.actors import Actor
from registry import notifications
from registry.models_accounts import Account
from registry.models_notifications import DAILY, Notification
from sanctions import motions, panels
from tests.builders_cases import actor
from tests.casework.test_company_told import chose
from tests.sanctions.reviewing import Reviewing


@pytest.fixture
def chain(session: Session, now: datetime) -> Reviewing:
    found = Reviewing(session, now).fill_pool()
    for person in session.scalars(select(Account)):
        chose(session, person.id, votes=DAILY)
    return found


def told(chain: Reviewing, who: Actor) -> list[str]:
    """What the mail of the day says to somebody."""
    person = chain.session.get_one(Account, who.id)
    asked = select(Notification).where(Notification.account_id == person.id).order_by(Notification.id)
    waiting = list(chain.session.scalars(asked))
    return [each.key.split(":")[0] for each in notifications.still_so(chain.session, person, waiting, chain.later(7))]


def test_who_has_voted_or_sits_no_more_is_called_to_no_panel(chain: Reviewing) -> None:
    track = chain.deliberating([1])
    voted, waits, leaves = chain.vote(track, "PROPOSED")
    assert [told(chain, each) for each in (voted, waits, leaves)] == [[], ["panel"], ["panel"]]
    panels.vote(chain.session, track, choice="NONE", reasons="理由", actor=waits, now=chain.later(6))
    recusals.declare(chain.session, track.case, ground="SHARES", facts="持有股权", actor=leaves, now=chain.later(6))
    assert [told(chain, each) for each in (voted, waits, leaves)] == [[], [], []]


def test_nobody_is_called_to_a_motion_that_was_taken_back(chain: Reviewing) -> None:
    track = chain.deliberating([1])
    moved, other, _third = chain.vote(track)
    said = {"questions": ["次数？"], "reasons": "未查清", "version": None}
    motions.put_return(chain.session, track, **said, actor=moved, now=chain.later(6))
    assert told(chain, other) == ["panel", "motion"]
    motions.withdraw(chain.session, track, actor=moved, now=chain.later(6))
    assert told(chain, other) == ["panel"]


def test_members_of_a_review_are_called_until_they_have_voted_or_it_has_ended(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4])
    review = chain.asked(track)
    voted = chain.voted(review, "UPHOLD")
    seated = [actor(chain.session.get_one(Account, each.account_id)) for each in review.members]
    waiting = [each for each in seated if told(chain, each) == ["review"]]
    assert len(waiting) == len(seated) - 1
    assert voted[0].id not in {each.id for each in waiting}
