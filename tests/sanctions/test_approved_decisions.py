"""What a panel decides needs approval of its form: a member drafts it, the secretary changes words, the head signs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Task
from casework.models_cases import CaseTrack
from casework.models_recusals import Interest
from core.clock import day_of
from notices.models import Dossier
from registry.settings import setting
from sanctions.models_decisions import Decision, PanelMember
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.proceedings.test_pages import Browser, House
from tests.sanctions.chain import Chain

CHAIN = ["check:reviewer", "sign:head"]
REASONS = "事实清楚，证据充分。"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    """A panel that has voted; what it decides is checked and signed."""

    def voted(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1])
        chain.vote(track, *["PROPOSED"] * 5)
        setting(chain.session, "APPROVAL_CHAIN").value = CHAIN
        return track

    return House(app).fill(voted)


def _announced(house: House) -> int:
    member = house.enter(house.drawn())
    member.post(f"/staff/panel/{house.track}/decision", prefix="decision", reasons=REASONS)
    return int(house.read(lambda at: at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one()))


def _step(browser: Browser, number: int, step: str, status: int = 303, **said: str) -> str:
    return browser.post(f"/staff/approvals/{number}/{step}", status, prefix=step, **said)


def test_a_members_decision_is_reworded_by_the_secretary_and_signed_by_the_head(house: House) -> None:
    number = _announced(house)
    assert house.state == "DELIBERATION"
    _step(house.enter("reviewer"), number, "back", comment="太短")
    told = house.read(lambda at: at.scalars(select(Task.role).where(Task.kind == "dossier_sent_back")).one())
    assert told == "secretary"
    secretary = house.enter("secretary")
    assert REASONS in secretary.get(f"/staff/approvals/{number}/revise")
    said = {"reasons": "违规事实有通话记录为证。", "immediate": "STOP_CONTACT", "immediate_reasons": "立即停止。"}
    secretary.post(f"/staff/approvals/{number}/revise", prefix="decision", **said)
    _step(house.enter("reviewer"), number, "approve")
    _step(house.enter("head"), number, "sign")
    assert house.state == "DECIDED"

    decision = house.read(lambda at: at.scalars(select(Decision)).one())
    assert decision.reasons == said["reasons"]
    assert not decision.immediate, "what the panel did not declare nobody else declares"


def test_a_member_reads_the_own_draft_and_nobody_else_of_the_pool_does(house: House) -> None:
    number = _announced(house)
    drafter = house.enter(house.drawn())
    assert REASONS in drafter.get(f"/staff/approvals/{number}")
    assert f"/staff/approvals/{number}" in drafter.get("/staff/approvals?mine=1")
    assert f"/staff/approvals/{number}" in drafter.get(f"/staff/panel/{house.track}")
    house.enter(house.drawn(sits=False)).get(f"/staff/approvals/{number}", 404)


def test_what_a_panel_decided_is_given_up_only_when_more_than_half_of_it_ask(house: House) -> None:
    number = _announced(house)
    sat = house.read(lambda at: {each.account_id for each in at.scalars(select(PanelMember))})
    members = [name for name, account in house.people.items() if account in sat]
    outsider = house.enter("reviewer")
    assert "Only members of the body" in _step(outsider, number, "ask", 403, reason="不妥")
    given_up = "it is given up only when that body asks for it"
    half = len(members) // 2
    for name in members[:half]:
        _step(house.enter(name), number, "ask", reason="发现新的证据")
    assert "already" in _step(house.enter(members[0]), number, "ask", 409, reason="再次请求")
    assert given_up in _step(house.enter("head"), number, "drop", 409, reason="不妥")
    assert given_up in _step(house.enter(house.drawn()), number, "drop", 409, reason="不妥")
    _step(house.enter(members[half]), number, "ask", reason="同上")
    told = house.read(lambda at: at.scalars(select(Task.role).where(Task.kind == "dossier_drop_asked")).one())
    assert told == "secretary"
    assert "发现新的证据" in house.enter("head").get(f"/staff/approvals/{number}")
    _step(house.enter("head"), number, "drop", reason="合议庭请求撤回")
    assert house.read(lambda at: at.get_one(Dossier, number).state) == "DROPPED"
    assert house.state == "DELIBERATION"
    left = select(Task.id).where(Task.kind.startswith("dossier_"), Task.done_at.is_(None))
    assert len(house.read(lambda at: at.scalars(left.where(Task.kind != "dossier_dropped")).all())) == 0


def test_who_declared_an_interest_has_no_hand_in_the_documents(house: House) -> None:
    number = _announced(house)

    def tie(at: Session) -> None:
        track = at.get_one(CaseTrack, house.track)
        since = day_of(NOW - timedelta(days=90))
        for name in ("reviewer", "head"):
            at.add(
                Interest(
                    account_id=house.people[name],
                    party_id=track.party_id,
                    kind="SHARES",
                    from_on=since,
                    declared_at=NOW,
                )
            )

    _step(house.enter("reviewer"), number, "approve")
    house.read(tie)
    refused = "You declared an interest in a company concerned"
    head = house.enter("head")
    assert refused in _step(head, number, "sign", 403)
    assert refused in _step(head, number, "back", 403, comment="不妥")
    assert refused in _step(head, number, "drop", 403, reason="不妥")
    assert refused in head.post(f"/staff/approvals/{number}/comment", 403, body="不妥")
    assert house.state == "DELIBERATION"
