"""What a panel decides needs approval of its form: a member drafts it, the secretary changes words, the head signs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import cases
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.models_recusals import Interest
from core.clock import day_of, local
from core.db import transaction
from core.planned import ME
from notices import queries_approval
from notices.models import Document, Dossier
from notices.papers import moment_text
from registry.models_accounts import AccountRole
from registry.settings import setting
from sanctions import policies
from sanctions.models_decisions import Decision, PanelMember, Vote
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.proceedings.test_pages import House
from tests.sanctions.chain import Chain
from tests.signed_in import Browser

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
    with time_machine.travel(NOW + timedelta(days=1)):
        _step(house.enter("head"), number, "sign")
    assert house.state == "DECIDED"
    record = house.read(lambda at: at.scalars(select(Document).where(Document.kind == "D31")).one().paper)
    last = house.read(lambda at: at.scalar(select(func.max(Vote.voted_at))))
    assert last is not None
    assert moment_text(local(last)) in str(record), "the panel did not meet on the day of the signature"

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


def test_a_secretary_who_declared_an_interest_rewords_no_decision(house: House) -> None:
    number = _announced(house)
    _step(house.enter("reviewer"), number, "back", comment="太短")

    def tie(at: Session) -> None:
        since = {"from_on": day_of(NOW - timedelta(days=90)), "declared_at": NOW}
        whom = at.get_one(CaseTrack, house.track).party_id
        at.add(Interest(account_id=house.people["secretary"], party_id=whom, kind="SHARES", **since))

    house.read(tie)
    said = {"reasons": "违规事实有通话记录为证。"}
    house.enter("secretary").post(f"/staff/approvals/{number}/revise", 403, prefix="decision", **said)


def test_no_hand_that_wrote_any_version_of_a_draft_approves_it(house: House) -> None:
    """Its words go on into the next version, whoever sends that."""

    def in_three(at: Session) -> None:
        setting(at, "APPROVAL_CHAIN").value = ["check:reviewer", "countersign:secretary", "sign:head"]

    house.read(in_three)
    number = _announced(house)
    drafter, reviewer, secretary = (house.enter(who) for who in (house.drawn(), "reviewer", "secretary"))
    for writer, reasons in ((secretary, "违规事实有通话记录为证。"), (drafter, "违规事实有通话记录为证，予以认定。")):
        _step(reviewer, number, "back", comment="请再核对")
        writer.post(f"/staff/approvals/{number}/revise", prefix="decision", reasons=reasons)
    _step(reviewer, number, "approve")
    page = secretary.get("/staff/approvals")
    assert f"/staff/approvals/{number}" not in page
    assert "Whoever drafted these documents does not approve them." in _step(secretary, number, "approve", 403)
    with house.app.app_context(), transaction() as at:
        counted = select(queries_approval.many_waiting(frozenset({"secretary"})))
        assert at.scalar(counted, {ME.key: house.people["secretary"]}) == 0
        other = house.people["other"]
        assert at.scalar(counted, {ME.key: other}) == 1, "another secretary is waited for"


def test_whoever_investigated_checks_no_decision_by_a_chain_either(house: House) -> None:
    number = _announced(house)

    def as_reviewer(at: Session) -> None:
        house.people["investigator"] = at.get_one(CaseTrack, house.track).investigator_id or 0
        at.add(AccountRole(account_id=house.people["investigator"], role="reviewer"))

    house.read(as_reviewer)
    investigator = house.enter("investigator")
    said = "Whoever investigated the case approves nothing that checks or decides it."
    assert said in _step(investigator, number, "approve", 403)
    assert said in investigator.get(f"/staff/approvals/{number}")
    _step(house.enter("reviewer"), number, "approve")


def test_whoever_approved_a_paper_of_the_case_decides_nothing_in_it(house: House) -> None:
    """Also where the version went back after that step."""
    number = _announced(house)

    def signing(at: Session) -> None:
        at.add_all(AccountRole(account_id=house.people["other"], role=role) for role in ("head", "review body"))

    house.read(signing)
    _step(house.enter("reviewer"), number, "approve")

    def in_pool(at: Session) -> bool:
        track = at.get_one(CaseTrack, house.track)
        pool = policies.eligible(at, track, "review body")
        return house.people["other"] in {person.id for person, _background in pool}

    assert house.read(in_pool)
    _step(house.enter("other"), number, "back", comment="请再核对")
    assert not house.read(in_pool)


def test_a_filing_is_approved_by_nobody_who_is_to_investigate(app: Flask) -> None:
    """Whoever is named may hold the role of a step: that is seen when the last of the chain signs."""

    def screening(chain: Chain) -> CaseTrack:
        track = chain.case().tracks[0]
        said = {"code": "V-C04", "facts": "多次致电无关人员", "actor": actor(chain.officer), "now": chain.now}
        cases.allege(chain.session, track, **said)  # type: ignore[arg-type]
        setting(chain.session, "APPROVAL_CHAIN").value = CHAIN
        given = (chain.investigator, "reviewer"), (chain.other_publisher, "head")
        chain.session.add_all(AccountRole(account_id=person.id, role=role) for person, role in given)
        named.append(chain.investigator.id)
        return track

    named: list[int] = []
    house = House(app).fill(screening)
    house.people["investigator"] = named[0]
    case = house.read(lambda at: at.get_one(CaseTrack, house.track).case_id)
    house.enter("head").post(f"/staff/cases/{case}/tracks/{house.track}/file", investigator=named[0])
    number = house.read(lambda at: at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one())
    _step(house.enter("investigator"), number, "approve")
    refused = _step(house.enter("other"), number, "sign", 409)
    assert "Whoever approves the filing does not investigate." in refused
    assert house.state == "SCREENING"
