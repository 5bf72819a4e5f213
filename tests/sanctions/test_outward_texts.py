"""What is proposed and decided is looked through before a company reads it: numbers go out by a tick, with a reason."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from casework.models_cases import CaseTrack
from core.journal import JournalEntry
from notices.models import Document
from tests.proceedings.test_pages import House, _proposal, today
from tests.sanctions.chain import Chain

__all__ = ["today"]
NUMBER, NAME = "13911112222", "林晓芸"
"""Somebody's number, and the name of who complained."""
PASSED = {"pass_on": "y", "pass_on_why": "来电号码，认定所必需"}


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def _noted(house: House) -> dict[str, str] | None:
    asked = select(JournalEntry.changes).where(JournalEntry.row == "case.personal_sent")
    found = house.read(lambda at: at.scalar(asked))
    return dict(found) if found is not None else None


def test_a_proposal_names_nobody_and_no_number_unless_it_must(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where, reviewer = f"/staff/tracks/{house.track}/do/propose_minor", house.enter("reviewer")
    said = _proposal(reasons=f"其使用{NUMBER}致电。", item_1_problem=f"向{NAME}的同事泄露债务")
    page = reviewer.post(where, 422, **said)
    assert f"{NUMBER} (Mobile number)" in page
    assert f"{NAME} (Something a complainant of the case told us about himself)" in page
    assert house.state == "REVIEWING"
    reviewer.post(where, **said, **PASSED, pass_on_seen=f"{NAME}|{NUMBER}")
    assert _noted(house) == {"kinds": "MOBILE, PERSON", "why": PASSED["pass_on_why"]}


def test_what_is_written_of_a_circumstance_is_read_by_the_company_and_looked_through_for_people(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where, reviewer = f"/staff/tracks/{house.track}/do/propose_minor", house.enter("reviewer")
    assert "The company reads it" in reviewer.get(where).split('id="A7_reason-hint"')[1].split("</p>")[0]
    page = reviewer.post(where, 422, **_proposal(A7="yes", A7_reason=f"{NAME}病重"))
    assert f"{NAME} (Something a complainant of the case told us about himself)" in page
    reviewer.post(where, **_proposal(A7="no", A7_reason=f"{NAME}病重"))


def test_reasons_for_a_departure_are_given_against_the_suggestion_that_their_author_saw(house: House) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    where, reviewer = f"/staff/tracks/{house.track}/do/propose_minor", house.enter("reviewer")

    def shown(page: str) -> str:
        return str(re.findall(r'name="suggested" type="hidden" value="([^"]*)"', page)[0])

    said = _proposal(measures=["2"], purpose="约谈", topics="整改", must_attend="总经理", departure="约谈即可。")
    said |= {"A4": "yes", "A4_reason": "删除录音。", "suggested": shown(reviewer.get(where))}
    page = reviewer.post(where, 422, **said)
    assert "With these answers the ladder suggests L1+L3+L5" in page
    assert house.state == "REVIEWING"
    reviewer.post(where, **{**said, "suggested": shown(page)})
    assert house.state == "NOTICE_ISSUED"


def test_a_decision_says_a_number_only_by_a_tick(house: House) -> None:
    def voted(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1])
        chain.vote(track, *["PROPOSED"] * 3)
        return track

    house.fill(voted)
    member, seat = house.enter(house.drawn()), f"/staff/panel/{house.track}"
    said = {"reasons": f"其使用{NUMBER}致电，事实清楚。", "statement_dealt": "已予考虑。"}
    assert f"{NUMBER} (Mobile number)" in member.post(f"{seat}/decision", 422, prefix="decision", **said)
    member.post(f"{seat}/decision", prefix="decision", **said, **PASSED, pass_on_seen=NUMBER)
    assert house.read(lambda at: at.scalar(select(Document.id).where(Document.kind == "D20"))) is not None
    assert _noted(house) == {"kinds": "MOBILE", "why": PASSED["pass_on_why"]}
