"""Tries to publish too early, while a review is open, and something else than was served; to lose that it happened."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, settlements
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseTrack
from core.actors import SYSTEM
from core.db import attempt, transaction
from core.errors import Refused
from core.machine import Ask
from registry import clocks
from sanctions import bulletin_corrections, bulletins, measures, reviews, rounds
from sanctions.models_publications import Publication, PublicationText
from sanctions.policies_reviews import open_review
from tests.builders import person_of
from tests.builders_cases import actor
from tests.codes import opened
from tests.conftest import NOW
from tests.invariants.house import House, all_refused, database_refuses, house
from tests.sanctions.reviewing import Reviewing

__all__ = ["house"]
BEGUN = NOW - timedelta(days=30)
LETTERS = {
    "withdraw": "w", "settle": "s", "accept": "a", "dispute": "d", "message": "m", "agree": "g", "worse": "x",
    "recheck": "r", "refuse": "n",
}  # fmt: skip
"""With which letter the names of each form of the tracking page begin."""
TERMS = "双方和解，停止联系。"
EVENTS = ("submit", "approve", "publish_public", "publish_members", "propose_correction", "correct", "withdraw", "drop")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def _drafted(at: Session) -> tuple[Reviewing, Publication]:
    """A bulletin that was drafted from a decision in force."""
    chain = Reviewing(at, BEGUN).fill_pool()
    track = chain.effective([5], "V-I02")
    measures.execute(at, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(at, track)
    assert publication is not None
    return chain, publication


def _checked(chain: Reviewing, publication: Publication) -> None:
    day = chain.later(10)
    bulletins.submit(chain.session, publication, actor=actor(chain.publisher), version=None, now=day)
    bulletins.approve(chain.session, publication, actor=actor(chain.other_publisher), version=None, now=day)


def _reviewed(chain: Reviewing, publication: Publication) -> None:
    said = {"basis": "ERROR", "grounds": "人数统计有误", "favour": True}
    reviews.own_motion(
        chain.session,
        publication.track,
        **said,
        actor=actor(chain.head),
        now=chain.later(11),  # type: ignore[arg-type]
    )


# --- I-05 ---


@pytest.mark.invariant("I-05", "verb")
def test_nothing_is_published_while_a_review_is_open(session: Session) -> None:
    """I-05: a bulletin checked and ready, published by everybody once a review is open; what is out says so."""
    chain, publication = _drafted(session)
    _checked(chain, publication)
    _reviewed(chain, publication)
    said = {"version": None, "now": chain.later(12)}
    people = (chain.publisher, chain.other_publisher, chain.head, chain.officer, chain.secretary)
    all_refused(lambda who=who: bulletins.publish(session, publication, actor=actor(who), **said) for who in people)
    assert publication.published_at is None


@pytest.mark.invariant("I-05", "web")
def test_no_form_publishes_while_a_review_is_open(house: House) -> None:
    """I-05: every deed of a publication by everybody, and its public address, while a review is open."""
    with house.app.app_context(), transaction() as at:
        chain, publication = _drafted(at)
        _checked(chain, publication)
        _reviewed(chain, publication)
        house.fill(chain, slug=publication.slug)
    for who in ("publisher", "other_publisher", "head", "officer", "lead"):
        for event in ("publish_public", "publish_members", "correct"):
            house.post(who, f"/staff/publications/{{slug}}/do/{event}", reason="x", wrong="x", right="y")
    for address in ("/bulletins/{slug}", "/bulletins/{slug}.pdf"):
        assert house.get("", address)[0] == 404
    assert house.read(lambda at: at.scalars(select(Publication.published_at)).all()) == [None]


@pytest.mark.invariant("I-05", "database")
def test_the_database_publishes_nothing_while_a_review_is_open(session: Session) -> None:
    """I-05: the state written by SQL."""
    chain, publication = _drafted(session)
    _checked(chain, publication)
    _reviewed(chain, publication)
    session.flush()
    written = "UPDATE publication SET state = 'PUBLISHED', published_at = now() WHERE id = :id"
    assert "review is open" in database_refuses(session, written, id=publication.id)


@pytest.mark.invariant("I-05", "database")
def test_the_database_publishes_nothing_while_the_time_for_a_review_runs(session: Session) -> None:
    """I-05: the state written by SQL once K20 runs again, and before the decision of a review is served."""
    chain, publication = _drafted(session)
    _checked(chain, publication)
    written = "UPDATE publication SET state = 'PUBLISHED', published_at = now() WHERE id = :id"
    with attempt(session):
        again = Ask(session, publication, SYSTEM, {}, chain.later(10))
        clocks.keeper.start(again, "K20", ("track", publication.track_id))
        session.flush()
        assert "time for a review runs" in database_refuses(session, written, id=publication.id)
    _reviewed(chain, publication)
    review = open_review(session, publication.track_id)
    assert review is not None
    chain.reviewed(review, *["UPHOLD"] * 5)
    session.flush()
    assert "before the decision of its review is served" in database_refuses(session, written, id=publication.id)


# --- I-06 ---


def _text(at: Session) -> str:
    return str(at.scalars(select(PublicationText.body).order_by(PublicationText.no.desc())).first())


@pytest.mark.invariant("I-06", "verb")
def test_a_bulletin_says_nothing_but_the_decision_without_what_was_left_out(session: Session) -> None:
    """I-06: a passage replaced by other words, one that stands nowhere, and a text rewritten before the approval."""
    chain, publication = _drafted(session)
    day, editor = chain.later(10), actor(chain.publisher)
    said = {"actor": editor, "now": day, "version": None, "reason": "涉及个人信息"}
    with pytest.raises(Refused):
        bulletins.redact(session, publication, passage="没有这段话", instead="", **said)
    _checked(chain, publication)
    publication.texts[-1].body += "另有未经送达的一句话。"
    session.flush()
    for who in (chain.publisher, chain.other_publisher, chain.head):
        with pytest.raises(Refused):
            bulletins.publish(session, publication, actor=actor(who), version=None, now=chain.later(30))
    assert publication.published_at is None


@pytest.mark.invariant("I-06", "verb")
def test_a_correction_brings_in_no_words_of_its_own(session: Session) -> None:
    """I-06: after B06, following what nobody served, other facts in place of a passage, and a proposal rewritten."""
    chain, publication = _drafted(session)
    _checked(chain, publication)
    bulletins.publish(session, publication, actor=actor(chain.publisher), version=None, now=chain.later(30))
    before = publication.texts[-1].body
    by = {"actor": actor(chain.publisher), "version": None, "now": chain.later(31)}
    with pytest.raises(Refused):
        bulletin_corrections.follow(session, publication, reason="笔误", **by)
    with pytest.raises(Refused):
        bulletin_corrections.leave_out(session, publication, passage="共六次", instead="共九次", reason="笔误", **by)
    proposed = bulletin_corrections.leave_out(session, publication, passage="共六次", reason="商业秘密", **by)
    proposed.body = before.replace("共六次", "共九次")
    session.flush()
    for who in (chain.publisher, chain.other_publisher, chain.head):
        with pytest.raises(Refused):
            bulletin_corrections.correct(session, publication, actor=actor(who), version=None, now=chain.later(31))
    assert [each.body for each in publication.texts if each.shown] == [before]


@pytest.mark.invariant("I-06", "database")
def test_the_database_shows_no_corrected_text_that_rests_on_nothing(session: Session) -> None:
    """I-06: a text put in place by SQL, without a served notice of correction and without a redaction."""
    chain, publication = _drafted(session)
    _checked(chain, publication)
    bulletins.publish(session, publication, actor=actor(chain.publisher), version=None, now=chain.later(30))
    session.flush()
    written = (
        "INSERT INTO publication_text (publication_id, no, title, summary, body, note, shown, at) "
        "SELECT publication_id, 9, title, summary, 'other words', 'x', true, now() "
        "FROM publication_text WHERE publication_id = :id LIMIT 1"
    )
    assert "rests on a notice" in database_refuses(session, written, id=publication.id)


@pytest.mark.invariant("I-06", "web")
def test_no_form_writes_other_words_into_a_bulletin(house: House) -> None:
    """I-06: the form of a redaction with other words instead, and deeds that carry a text of their own."""
    with house.app.app_context(), transaction() as at:
        chain, publication = _drafted(at)
        house.fill(chain, slug=publication.slug)
    before = house.read(_text)
    other = {"instead": "该公司被吊销执照", "body": "别的话", "text": "别的话", "title": "别的题目", "summary": "别的"}
    for who in ("publisher", "other_publisher", "head"):
        house.post(who, "/staff/publications/{slug}/redactions", passage="没有这段话", reason="涉及商业秘密", **other)
        for event in EVENTS[:4]:
            house.post(who, f"/staff/publications/{{slug}}/do/{event}", comments="x", **other)
    assert house.read(_text) == before
    assert "别的" not in house.get("", "/bulletins/{slug}")[1]


# --- I-17 ---


@pytest.mark.invariant("I-17", "verb")
def test_a_withdrawal_ends_no_case(session: Session) -> None:
    """I-17: the complaint behind one case is withdrawn, that behind another settled; both cases go on."""
    from_ = Reviewing(session, BEGUN)
    left, agreed = _answered(from_), _answered(from_)
    before, said = left.state, {"now": from_.later(3)}
    complaint = left.case.complaints[0]
    complaints.withdraw(session, complaint, pressure=True, actor=person_of(complaint), **said)
    other = agreed.case.complaints[0]
    settlements.propose(session, other, "和解", warned=True, actor=actor(from_.lead), **said)
    settlements.confirm(session, other, terms="和解", pressure=False, actor=person_of(other), **said)
    session.flush()
    assert [_ended(each) for each in (complaint, other)] == ["WITHDRAWN", "SETTLED"]
    for track in (left, agreed):
        session.refresh(track)
        assert (track.state, track.ended_on) == (before, None)


def _answered(chain: Reviewing) -> CaseTrack:
    """A reported track whose complaint the lender has answered."""
    track = chain.reported()
    complaint = track.case.complaints[0]
    about = {"ref": f"{complaint.ref}-1", "party_id": chain.lender.id, "role": "PRINCIPAL", "masked_facts": "x"}
    complaint.forwardings.append(Forwarding(**about, state="ANSWERED", sent_at=chain.now))
    chain.session.flush()
    return track


def _ended(it: Complaint) -> str:
    """How a complaint ended."""
    return it.outcome if it.state == "CLOSED" and it.outcome else it.state


@pytest.mark.invariant("I-17", "web")
def test_no_form_of_the_tracking_page_ends_a_case(house: House) -> None:
    """I-17: every form behind the receipt code, one after the other, withdrawals and settlements among them."""
    with house.app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN)
        tracks = [_answered(chain) for _each in range(2)]
        house.fill(chain, number=tracks[0].id)
        of = [each.case.complaints[0].id for each in tracks]
        settlements.propose(
            at, tracks[1].case.complaints[0], TERMS, warned=True, actor=actor(chain.lead), now=chain.later(3)
        )
    before = house.state
    for complaint, ends in zip(of, ("withdraw", "agree"), strict=True):
        client = house.client()
        with client.session_transaction() as cookie:
            cookie.update(opened(house.app, complaint))
        for place, name in enumerate(("dispute", "accept", "message", "worse", ends, "settle", "recheck", "worse")):
            said = {"pressure": "yes", "terms": TERMS, "why": "x", "body": "x", "key": f"i17-{complaint}-{place}"}
            sent = {f"{LETTERS[name]}-{key}": value for key, value in said.items()}
            code = client.post(f"/track/{name}", data=sent).status_code
            assert code in ({303} if name in {"message", "worse", ends} else {303, 409, 422}), name
    found = house.read(lambda at: [_ended(at.get_one(Complaint, each)) for each in of])
    assert found == ["WITHDRAWN", "SETTLED"]
    states = house.read(lambda at: at.scalars(select(CaseTrack.state).where(CaseTrack.ended_on.is_(None))).all())
    assert states.count(before) == len(tracks)
