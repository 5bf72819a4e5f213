"""A review and what is published of its decision: nothing new meanwhile, and what stands says so."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from core.errors import NotNow
from sanctions import bulletins, measures, reviews, rounds
from tests.builders_cases import actor
from tests.sanctions.reviewing import Reviewing


@pytest.fixture
def chain(session: Session, now: datetime) -> Reviewing:
    return Reviewing(session, now).fill_pool()


def test_nothing_is_newly_published_while_a_review_is_open_or_its_decision_unserved(chain: Reviewing) -> None:
    track = chain.effective([4], "V-I02")
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    review = reviews.own_motion(
        chain.session,
        track,
        basis="NEW_EVIDENCE",
        grounds="新的通话记录",
        favour=True,
        actor=actor(chain.head),
        now=chain.later(9),
    )
    with pytest.raises(NotNow, match="复核"):
        chain.publish(publication, chain.later(9))
    chain.reviewed(review, *["UPHOLD"] * 5)
    with pytest.raises(NotNow, match="复核决定书尚未送达"):
        bulletins.publish(chain.session, publication, actor=actor(chain.publisher), version=None, now=chain.later(10))
    chain.serve_paper(review)
    bulletins.publish(chain.session, publication, actor=actor(chain.publisher), version=None, now=chain.later(11))
    assert publication.state == "PUBLISHED"


def test_a_published_one_shows_that_a_review_is_open_and_is_withdrawn_when_quashed(chain: Reviewing) -> None:
    track = chain.effective([5], "V-I02")
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(9))
    review = chain.asked(track, revoked="行政处罚决定已被撤销")
    assert publication.in_review
    chain.reviewed(review, *["QUASH"] * 5)
    assert (publication.state, publication.in_review, track.state) == ("WITHDRAWN", False, "NO_MEASURE")


@pytest.mark.parametrize(("by", "ends"), [("asked", "UPHOLD"), ("asked", "WITHDRAWN"), ("own motion", "UPHOLD")])
def test_a_bulletin_shows_an_open_review_of_its_own_decision_for_as_long_as_it_is_open(
    chain: Reviewing, by: str, ends: str
) -> None:
    shown = []
    for track in (chain.effective([5], "V-I02"), chain.effective([4], "V-I02")):
        measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
        publication = rounds.publication(chain.session, track)
        assert publication is not None
        chain.publish(publication, chain.later(9))
        shown.append(publication)
    if by == "asked":
        review = chain.asked(shown[0].track, revoked="行政处罚决定已被撤销", now=chain.later(9))
    else:
        said = {"basis": "ERROR", "grounds": "人数有误", "favour": True, "actor": actor(chain.head)}
        review = reviews.own_motion(chain.session, shown[0].track, **said, now=chain.later(9))  # type: ignore[arg-type]
    assert [each.in_review for each in shown] == [True, False]
    if ends == "UPHOLD":
        chain.reviewed(review, *["UPHOLD"] * 5)
    else:
        reviews.withdraw(chain.session, review, confirmed=True, actor=actor(chain.lead), now=chain.later(9))
    assert (review.outcome, [each.in_review for each in shown]) == (ends, [False, False])
