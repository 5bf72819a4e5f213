"""Decisions of reviews and motions of panels under a chain: nothing of them is done before the last signature."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from casework import evidence
from casework.models_cases import CaseTrack
from core.db import transaction
from notices.models import Document, Dossier
from registry.models_accounts import Account, AccountRole
from registry.settings import setting
from sanctions import corrections
from sanctions.models_decisions import Panel, PanelMember
from sanctions.models_resolutions import Motion
from sanctions.models_reviews import Review
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.kept_states import brought_once
from tests.proceedings.test_hearing_pages import Place
from tests.proceedings.test_pages import BEGUN, House
from tests.sanctions.hearing_room import HearingRoom
from tests.sanctions.reviewing import Reviewing
from tests.signed_in import Browser

CHAIN = ["check:publisher", "sign:head"]
TODAY = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(TODAY):
        yield


def _step(browser: Browser, number: int, step: str, status: int = 303, **said: str) -> str:
    return browser.post(f"/staff/approvals/{number}/{step}", status, prefix=step, **said)


def _waits(house: House) -> int:
    return int(house.read(lambda at: at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one()))


def _papers(house: House, kind: str) -> int:
    return int(house.read(lambda at: at.scalar(select(func.count(Document.id)).where(Document.kind == kind))))


def _reviewed(app: Flask, bring: Callable[[Reviewing], Review]) -> House:
    """A review whose members have voted to uphold; its decision is checked and signed."""
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        review = bring(chain)
        members = chain.voted(review, *["UPHOLD"] * 5)
        house.track = review.track_id
        people = {name: getattr(chain, name).id for name in ("officer", "head", "secretary", "publisher", "lead")}
        house.people = people | {"member": members[0].id, "second": members[1].id}
        setting(at, "APPROVAL_CHAIN").value = CHAIN
    return house


@pytest.mark.parametrize("stays", [True, False], ids=["a major decision", "a minor one"])
def test_the_decision_of_a_review_waits_for_its_signatures(app: Flask, stays: bool) -> None:
    levels = [1, 4] if stays else [1]
    house = _reviewed(app, lambda chain: chain.asked(chain.served_decision(levels, "V-I02" if stays else "V-C04")))
    review = house.read(lambda at: at.scalars(select(Review)).one())
    assert review.stayed is stays
    before, member, page = house.state, house.enter("member"), f"/staff/reviews/{review.id}"
    member.post(f"{page}/decision", prefix="decision", reasons="维持的理由。")
    number = _waits(house)
    assert (house.state, _papers(house, "D22")) == (before, 0)
    assert house.read(lambda at: at.get_one(Review, review.id).ended_at) is None
    assert f"/staff/approvals/{number}" in member.get(page)
    assert "维持的理由。" in house.enter("second").get(f"/staff/approvals/{number}"), (
        "every member reads what they decided"
    )
    assert "only when that body asks" in _step(house.enter("head"), number, "drop", 409, reason="不妥")
    _step(house.enter("publisher"), number, "back", comment="请写明依据")
    secretary = house.enter("secretary")
    assert "维持的理由。" in secretary.get(f"/staff/approvals/{number}/revise")
    secretary.post(f"/staff/approvals/{number}/revise", prefix="decision", reasons="维持的理由及依据。", questions="")
    _step(house.enter("publisher"), number, "approve")
    _step(house.enter("head"), number, "sign")
    assert _papers(house, "D22") == 1
    ended = house.read(lambda at: at.get_one(Review, review.id))
    assert (ended.outcome, ended.reasons) == ("UPHOLD", "维持的理由及依据。")


@pytest.fixture
@brought_once
def moved(app: Flask) -> Place:
    """A panel that deliberates, new evidence on the table, and a chain for all that leaves the house."""

    def deliberating(room: HearingRoom) -> CaseTrack:
        track = room.deliberating([1], "V-C04")
        room.drawn(track, room.later(6))
        found = made.picture()
        said = {"actor": actor(room.officer), "now": room.later(6), "shows": "later calls"}
        evidence.add(room.session, track.case, BytesIO(found), "x.png", **said)
        setting(room.session, "APPROVAL_CHAIN").value = CHAIN
        room.session.add(AccountRole(account_id=room.second.id, role="publisher"))
        return track

    return Place(app).open(deliberating)


def _carried(place: Place, event: str, **said: object) -> tuple[Browser, str]:
    """A member puts it, and all vote for it; that member and the seat's address."""
    member, seat = place.enter(place.drawn()), f"/staff/panel/{place.track}"
    member.post(f"{seat}/do/{event}", **said)
    drawn = place.read(lambda at: [each.account_id for each in at.scalars(select(Panel)).one().members])
    for name in [name for name, number in place.people.items() if number in drawn]:
        place.enter(name).post(f"{seat}/motion/vote", prefix="motion", choice="FOR", reasons="理由充分")
    return member, seat


def test_something_harsher_is_announced_when_the_new_notice_is_signed(moved: Place) -> None:
    track = moved.read(lambda at: at.get_one(CaseTrack, moved.track).allegations[0].id)
    number = moved.read(lambda at: max(each.id for each in at.get_one(CaseTrack, moved.track).case.evidence))
    said = {"allegation": track, "new_facts": "另有三人接到电话。", "evidence": [number], "measures": ["1", "2"]}
    member, seat = _carried(moved, "harsher_minor", **said, reasons="人数更多。")
    before = _papers(moved, "D17")
    member.post(f"{seat}/motion/settle")
    waits = _waits(moved)
    assert (moved.state, _papers(moved, "D17")) == ("DELIBERATION", before)
    assert moved.read(lambda at: at.scalars(select(Motion.outcome)).one()) is None
    assert moved.read(lambda at: at.scalars(select(Document.set_aside_on).where(Document.kind == "D17")).one()) is None
    assert "另有三人接到电话。" in member.get(f"/staff/approvals/{waits}")
    refused = member.post(f"{seat}/motion/settle", 409)
    assert "wait for approval" in refused
    _step(moved.enter("second"), waits, "approve")
    _step(moved.enter("head"), waits, "sign")
    assert (moved.state, _papers(moved, "D17")) == ("NOTICE_ISSUED", before + 1)
    aside = select(Document.set_aside_on.is_not(None)).where(Document.kind == "D17").order_by(Document.id)
    assert moved.read(lambda at: at.scalars(aside).all()) == [True] * before + [False]
    assert moved.read(lambda at: at.scalars(select(Motion.outcome)).one()) == "CARRIED"


def test_a_return_sends_nothing_out_and_needs_no_signature(moved: Place) -> None:
    member, seat = _carried(moved, "return_case", questions="如何统计？", reasons="不清楚。")
    member.post(f"{seat}/motion/settle")
    assert moved.state == "INVESTIGATING"
    assert moved.read(lambda at: at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).all()) == []


def test_a_correction_that_was_carried_goes_out_when_it_is_signed(app: Flask) -> None:
    house = House(app).fill(lambda chain: chain.effective([1]))
    drawn = house.read(lambda at: at.scalars(select(PanelMember.account_id)).all())
    with app.app_context(), transaction() as at:
        document = at.scalars(select(Document).where(Document.kind == "D20")).one()
        said = {"document": document, "wrong": "事实清楚，证据充分。", "right": "事实清楚。", "reason": "漏字"}
        by = {"actor": actor(at.get_one(Account, house.people["head"])), "version": None, "now": TODAY}
        put = corrections.put(at, at.get_one(CaseTrack, house.track), **said, **by)  # type: ignore[arg-type]
        for number in drawn:
            member = actor(at.get_one(Account, number))
            corrections.vote(at, put, choice="FOR", reasons="确系笔误", actor=member, now=TODAY)
        setting(at, "APPROVAL_CHAIN").value = ["check:publisher", "sign:reviewer"]
        page = f"/staff/panel/corrections/{put.id}"
    head = house.enter("head")
    head.post(f"{page}/settle")
    number = _waits(house)
    assert _papers(house, "D40") == 0
    assert f"/staff/approvals/{number}" in head.get(page)
    assert "Correction of a clerical error" in house.enter("publisher").get(f"/staff/approvals/{number}")
    _step(house.enter("publisher"), number, "approve")
    _step(house.enter("reviewer"), number, "sign")
    assert _papers(house, "D40") == 1
    assert "Carried" in head.get(page)
