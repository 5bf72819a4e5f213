"""Open work goes to somebody else: looked at first, what is kept apart stays, and it can be taken back."""

import re
from dataclasses import replace
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework import cases, complaints, forwardings
from casework.models import Complaint
from casework.models_recusals import Interest
from core import clock
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, NotAllowed
from core.words import in_both
from desk import deeds_hand_over
from registry import absences, accounts, batches, jobs_batches
from registry.models_accounts import Account, AccountRole
from tests.builders import Desk, account, actor_of, person_of
from tests.conftest import NOW
from tests.sanctions.chain import Chain
from tests.signed_in import signed_in


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def test_work_is_handed_over_but_for_what_is_kept_apart_and_taken_back_but_for_what_was_given_on(app: Flask) -> None:
    with time_machine.travel(NOW, tick=True):
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            mine, apart = desk.accepted(), desk.accepted(desk.firm, contact="13812340001")
            for each in (mine, apart):
                complaints.assign(at, each, desk.officer.id, actor=desk.head, now=NOW)
            taker = account(at, "接手戊", "officer").id
            other, third = (account(at, name, "officer").id for name in ("接手己", "接手庚"))
            account(at, "只审议", "panel")
            tie = {"account_id": other, "party_id": desk.firm.id, "kind": "SHARES"}
            at.add(Interest(**tie, from_on=day_of(NOW), declared_at=NOW))
            numbers, giver, head = (mine.id, apart.id), desk.officer.id, desk.head
        client = signed_in(app, head.id)
        address = f"/staff/workload/hand-over/{giver}"
        assert address in client.get("/staff/workload").text
        offered = client.get(address).text
        assert "2 open complaints, 0 cases and 0 investigations" in offered
        assert "接手戊" in offered
        assert "只审议" not in offered, "who was only drawn for a panel takes nothing over"
        assert "只审议" not in client.get("/staff/workload/absence").text

        def officers() -> list[int | None]:
            with app.app_context(), transaction() as at:
                return [at.get_one(Complaint, each).officer_id for each in numbers]

        barred = client.post(address, data={"taker": other, "key": "h1"}).location
        assert "an interest was declared, or a recusal asked" in client.get(barred).text
        job = client.post(address, data={"taker": taker, "key": "h2"}).location
        assert officers() == [giver, giver]
        assert client.post(f"{job}/start", data={"key": "h3"}).status_code == 303
        with app.app_context():
            jobs_batches.carry_on(int(job.rpartition("/")[2]))
        assert officers() == [taker, taker]
        with app.app_context(), transaction() as at:
            complaints.assign(at, at.get_one(Complaint, numbers[0]), third, actor=head, now=clock.now())
        back = client.post(f"{job}/undo", data={"key": "h4"}).location
        assert client.post(f"{back}/start", data={"key": "h5"}).status_code == 303
        with app.app_context():
            jobs_batches.carry_on(int(back.rpartition("/")[2]))
        assert officers() == [third, giver]
        assert "Somebody gave it to somebody else in the meantime." in client.get(back).text
        late = client.post(address, data={"taker": taker, "key": "h6"}).location
        with app.app_context(), transaction() as at:
            at.get_one(Account, taker).locked_at = NOW
        assert client.post(f"{late}/start", data={"key": "h7"}).status_code == 303
        with app.app_context():
            jobs_batches.carry_on(int(late.rpartition("/")[2]))
        assert officers() == [third, giver], "who was locked meanwhile gets nothing"
        assert "does not work on complaints" in client.get(late).text


def test_whoever_is_head_no_more_does_not_start_what_he_prepared(session: Session) -> None:
    desk, taker = Desk(session, NOW), account(session, "接手戊", "officer")
    it = desk.accepted()
    complaints.assign(session, it, desk.officer.id, actor=desk.head, now=NOW)
    chosen = deeds_hand_over.choose(session, {"complaint": [it.id]}, taker, NOW)
    said = {"giver": desk.officer.id, "taker": taker.id}
    job = batches.prepare(session, deeds_hand_over.NAME, chosen, params=said, actor=desk.head, now=NOW)
    with pytest.raises(NotAllowed):
        batches.start(session, job, actor=replace(desk.head, roles=frozenset({"officer"})), now=NOW)
    batches.start(session, job, actor=desk.head, now=NOW)


def test_an_investigation_that_was_reported_stays_with_who_investigated(chain: Chain) -> None:
    track, going = chain.reported(), chain.filed(case=chain.case())
    chain.session.add(AccountRole(account_id=chain.second.id, role="investigator"))
    chain.session.flush()
    chain.session.expire(chain.second, ["roles"])
    found = deeds_hand_over.numbers(chain.session, chain.investigator.id)
    assert found["track"] == [track.id, going.id]
    looked = deeds_hand_over.choose(chain.session, found, chain.second, chain.later(5))
    told = {each.id: str(each.skip or "") for each in looked if each.kind == "track"}
    assert "调查报告已提交" in told[track.id]
    assert told[going.id] == ""


def test_whoever_decides_on_a_case_is_not_given_it_to_keep(chain: Chain) -> None:
    track = chain.deliberating([5])
    drawn = chain.vote(track)[0].id
    at, now, member = chain.session, chain.later(7), next(each for each in chain.panel if each.id == drawn)
    at.add(AccountRole(account_id=member.id, role="officer"))
    at.flush()
    at.expire(member, ["roles"])
    with pytest.raises(BadInput) as refused:
        cases.assign(at, track.case, member, actor=actor_of(chain.head), version=None, now=now)
    assert "does not keep it" in in_both(refused.value)["en"]
    found = deeds_hand_over.numbers(at, chain.officer.id)
    looked = deeds_hand_over.choose(at, found, member, now)
    assert ["does not keep it" in in_both(each.skip)["en"] for each in looked if each.kind == "case"] == [True]
    cases.assign(at, track.case, chain.second, actor=actor_of(chain.head), version=None, now=now)
    assert track.case.officer_id == chain.second.id


def test_what_is_not_accepted_yet_goes_to_nobody_who_cannot_accept_it(app: Flask) -> None:
    with time_machine.travel(NOW, tick=True):
        with app.app_context(), transaction() as at:
            desk, clerk = Desk(at, NOW), account(at, "受理丁", "intake", "officer")
            it, head = desk.received(), desk.head
            complaints.assign(at, it, clerk.id, actor=head, now=NOW)
            with pytest.raises(NotAllowed):
                complaints.assign(at, it, desk.officer.id, actor=head, now=NOW)
            number, giver, taker = it.id, clerk.id, desk.officer.id or 0
            away = at.get_one(Account, taker)
            absences.enter(at, away, account(at, "代办丁", "officer"), (day_of(NOW), day_of(NOW)), actor=head, now=NOW)
            admin = account(at, "管理员", "security_admin").id
        client, address = signed_in(app, head.id), f"/staff/workload/hand-over/{giver}"
        assert "经办乙 · away until" in client.get(address).text
        job = client.post(address, data={"taker": taker, "key": "h1"}).location
        assert "this person does not check what is accepted" in client.get(job).text
        with app.app_context(), transaction() as at:
            who = actor_of(at.get_one(Account, admin))
            accounts.take_role(at, at.get_one(Account, giver), "intake", actor=who, now=clock.now())
        with app.app_context(), transaction() as at:
            it = at.get_one(Complaint, number)
            assert it.officer_id is None, "whoever lost the role keeps it from nobody"
            it.officer_id, ref = taker, it.ref
        page = client.get(f"/staff/complaints/{ref}").text
        assert re.search(r"<option selected[^>]*>经办乙", page), "who has it now stands there, fit for it or not"
        with app.app_context(), transaction() as at:
            who = actor_of(at.get_one(Account, admin))
            accounts.lock(at, at.get_one(Account, taker), actor=who, why="离职", now=clock.now())
        with app.app_context(), transaction() as at:
            assert at.get_one(Complaint, number).officer_id is None, "nor does whoever was locked out"


def test_what_comes_back_is_left_to_those_who_go_on_with_it(session: Session) -> None:
    desk = Desk(session, NOW)
    told, returned = desk.released(), desk.forwarded(contact="13812340001")
    clerk = account(session, "受理丁", "intake").id
    complaints.assign(session, told, clerk, actor=desk.head, now=NOW)
    complaints.assign(session, returned.complaint, desk.officer.id, actor=desk.head, now=NOW)
    answers = [each.id for each in desk.releases(told)]
    complaints.dispute(session, told, releases=answers, why="与事实不符", actor=person_of(told), now=NOW)
    forwardings.not_ours(session, returned, why="并非我单位", actor=desk.lead, now=NOW)
    forwardings.accept_return(session, returned, actor=desk.intake, now=NOW)
    found = [(each.state, each.officer_id) for each in (told, returned.complaint)]
    assert found == [("DISPUTED", None), ("RECEIVED", None)]
    told.officer_id, returned.complaint.officer_id = desk.officer.id, desk.officer.id
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # the queue is written at the end of a transaction
    complaints.leave_to_others(session, NOW)
    assert (told.officer_id, returned.complaint.officer_id) == (desk.officer.id, None), "given before it was asked"
