"""Tries to count what was quashed, and to make it harsher for who defends himself."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import evidence
from casework.models_cases import CaseFile
from core.db import transaction
from core.errors import BadInput, Refused
from sanctions import ladder_history, motions, review_bodies
from sanctions.models_decisions import Decision, Proposal
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.invariants.house import House, house
from tests.sanctions.chain import Chain
from tests.sanctions.hearing_room import HearingRoom
from tests.sanctions.reviewing import Reviewing

__all__ = ["house"]
BEGUN = NOW - timedelta(days=30)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def chain(session: Session) -> Chain:
    return Chain(session, BEGUN)


# --- I-14 ---


@pytest.mark.invariant("I-14", "verb")
def test_a_quashed_measure_never_counts_again(session: Session) -> None:
    """I-14: a decision quashed by a review is asked for by the ladder of a later case of the same company."""
    chain = Reviewing(session, BEGUN).fill_pool()
    track = chain.served_decision([1])
    review = chain.asked(track)
    chain.reviewed(review, *["QUASH"] * 3)
    chain.serve_paper(review)
    case = session.get_one(CaseFile, track.case_id)
    case.conduct_to = date(2026, 12, 31)
    again = chain.reported()
    again.case.conduct_to = date(2026, 12, 31)
    session.flush()
    assert session.scalars(select(Decision.set_aside_on)).one() is not None
    assert [each.ref for each in ladder_history.earlier(session, again, [])] == []
    assert track.id not in session.scalars(ladder_history.standing().with_only_columns(Decision.track_id)).all()


@pytest.mark.invariant("I-14", "web")
def test_no_circumstance_of_the_form_brings_a_quashed_measure_back(house: House) -> None:
    """I-14: the proposal's form is sent with the quashed decision as history and as source."""
    with house.app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN).fill_pool()
        track = chain.served_decision([1])
        ref = track.ref
        review = chain.asked(track)
        chain.reviewed(review, *["QUASH"] * 3)
        chain.serve_paper(review)
        again = chain.reported()
        again.case.conduct_to = date(2026, 12, 31)
        house.fill(chain, number=again.id)
    page = house.get("reviewer", "/staff/tracks/{number}/do/propose_minor")[1]
    assert ref not in page
    said = {"A3": "yes", "A3_reason": ref, "A3_source": ref, "history": ref, "more": "score", "measures": ["1"]}
    client = house.client("reviewer")
    answer = client.post(f"/staff/tracks/{again.id}/do/propose_minor", data={**said, "key": "i14"})
    assert f"{ref}</" not in answer.text
    kept = house.read(lambda at: at.scalars(select(Proposal).where(Proposal.track_id == again.id)).all())
    assert kept == []


# --- I-23 ---


@pytest.mark.invariant("I-23", "verb")
def test_nothing_harsher_rests_on_the_defence(session: Session) -> None:
    """I-23: on a statement's enclosure; after a review of one's own the remitted case tries heavier measures."""
    room = HearingRoom(session, BEGUN)
    track = room.deliberating([1])
    member = room.drawn(track, room.later(6))[0]
    by = {"actor": actor(room.lead), "now": room.later(6)}
    handed = evidence.hand_in(session, track, BytesIO(made.picture()), "a.png", purpose="STATEMENT", **by)
    said = {
        "measures": [1, 2], "allegation": track.allegations[0], "new_facts": "陈述中自认", "evidence": [handed],
        "reasons": "加重", "actor": member, "version": None, "now": room.later(7),
    }  # fmt: skip
    with pytest.raises(BadInput):
        motions.put_harsher(session, track, **said)
    assert (track.state, track.round) == ("DELIBERATION", 1)


@pytest.mark.invariant("I-23", "verb")
def test_a_review_of_ones_own_never_becomes_harsher(session: Session) -> None:
    """I-23: members of the review body vote for more than the decision ordered."""
    chain = Reviewing(session, BEGUN).fill_pool()
    track = chain.served_decision([1])
    review = chain.asked(track)
    with pytest.raises(BadInput):
        chain.voted(review, *["VARY"] * 3, lighter=(1, 2))
    with pytest.raises(Refused):
        chain.announce(review, actor(chain.pool[0]))
    assert session.scalars(select(Decision.measures)).one() == [1]


@pytest.mark.invariant("I-23", "web")
def test_no_form_of_a_reviewer_makes_it_harsher(house: House) -> None:
    """I-23: the vote's form with heavier measures than were decided, offered or not."""
    with house.app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        track = chain.served_decision([1])
        review = chain.asked(track)
        review_bodies.draw(at, review, actor=actor(chain.secretary), now=chain.later(9), seed="一")
        house.fill(chain, number=review.id)
        drawn = {each.account_id for each in review.members}
        house.people |= {f"r{place}": each.id for place, each in enumerate(chain.pool) if each.id in drawn}
    for name in [each for each in house.people if each.startswith("r") and each[1:].isdigit()]:
        for more in (["1", "2"], ["5"], ["3"]):
            said = {"choice": "VARY", "measures": more, "reasons": "加重"}
            assert house.post(name, "/staff/reviews/{number}/vote", "vote", **said) == 422
    assert not house.broken()


@pytest.mark.invariant("I-23", "database")
def test_a_panel_reads_nothing_of_an_admission(house: House) -> None:
    """I-23: whoever decides after an admission was taken back selects none of it."""
    assert house.sees("zilu_panel", {"zilu.account": 1}, "SELECT body FROM admission") == "denied"
