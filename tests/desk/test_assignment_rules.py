"""Rules assign what is accepted: tried in order, absent and barred people passed over, the reason journalled."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from casework import assigning, complaints, queries_assignment, triage
from casework.models_assignment import AssignmentRule
from casework.models_recusals import Interest, Recusal
from casework.queries_assignment import Matter, Staff
from core import clock
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, NotAllowed
from registry import absences, sessions
from registry.models_accounts import Account
from registry.models_lineage import PartySuccession, SuccessionKind
from tests.builders import MASKED, Desk, account, actor_of, also, party
from tests.builders_cases import World
from tests.conftest import NOW
from tests.signed_in import signed_in
from tests.two_at_once import gone_meanwhile

TODAY = day_of(NOW)
ANY = {"party_id": None, "code": "", "lang": "", "region": "", "most_open": None}


def test_the_first_rule_that_has_somebody_decides_and_the_journal_says_why(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        one, two, three = (account(at, name, "officer") for name in ("甲一", "乙二", "丙三"))
        with pytest.raises(NotAllowed):
            assigning.lay_down(at, None, actor=desk.officer, now=NOW, name="x", **ANY, people=[one.id])
        with pytest.raises(BadInput):
            assigning.lay_down(at, None, actor=desk.head, now=NOW, name="x", **ANY, people=[])
        english = {**ANY, "lang": "en"}
        assigning.lay_down(at, None, actor=desk.head, now=NOW, name="外文", **english, people=[three.id])
        named = {**ANY, "party_id": desk.lender.id, "code": "V-C", "region": desk.lender.uscc[2:4], "most_open": 1}
        rule = assigning.lay_down(
            at, None, actor=desk.head, now=NOW, name="青屿", **named, people=[one.id, two.id, three.id]
        )
        rest = assigning.lay_down(at, None, actor=desk.head, now=NOW, name="其余", **ANY, people=[three.id])
        absences.enter(at, one, three, (TODAY, TODAY + timedelta(days=1)), actor=actor_of(one), now=NOW)
        at.add(Interest(account_id=two.id, party_id=desk.firm.id, kind="SHARES", from_on=TODAY, declared_at=NOW))
        at.flush()
        waits = desk.received(contact="13812340001")
        assigning.preview(at, TODAY)
        assert waits.officer_id is None
        made = desk.accepted()
        assert made.officer_id == three.id
        noted = next(each for each in at.info["journal"] if each["row"] == "assigned")
        assert noted["changes"] == {
            "officer": [None, three.id],
            "rule": rule.id,
            "rule_name": "青屿",
            "passed_over": {str(one.id): "AWAY", str(two.id): "BARRED"},
        }
        assigning.raise_up(at, rest, actor=desk.head, now=NOW)
        assert [each.name for each in at.scalars(select(AssignmentRule).order_by(AssignmentRule.place))] == [
            "外文",
            "其余",
            "青屿",
        ]


def test_a_rule_that_only_made_room_for_another_is_not_taken_for_changed(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        said = {**ANY, "people": [desk.officer.id]}
        rules = [assigning.lay_down(at, None, actor=desk.head, now=NOW, name=name, **said) for name in "甲乙"]
        versions = [each.version for each in rules]
        assigning.raise_up(at, rules[1], actor=desk.head, now=NOW)
        assert [each.place for each in rules] == [2, 1]
        assigning.lay_down(at, rules[0], actor=desk.head, now=NOW, version=versions[0], name="丙", **said)
        assert rules[1].version == versions[1]


def test_a_rule_that_is_removed_while_another_head_changes_it_is_gone(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        head, person = account(at, "部门负责人", "head"), account(at, "甲一", "officer")
        by, told, said = actor_of(head), [], {**ANY, "name": "全部", "people": [person.id]}
        number = assigning.lay_down(at, None, actor=by, now=clock.now(), **said).id
        token = sessions.begin(at, head, passed=True, client="test", now=clock.now())
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    fields = dict.fromkeys(("party", "code", "lang", "region"), "")
    sent = {**fields, "name": "另一名称", "people": [str(person.id)], "key": "r"}
    gone_meanwhile(
        app,
        "r",
        lambda: told.append(client.post(f"/staff/assignment/rule/{number}", data=sent)),
        lambda at: assigning.remove(at, at.get_one(AssignmentRule, number), actor=by, now=clock.now()),
    )
    assert [each.status_code for each in told] == [409]


def test_who_is_tied_to_what_a_company_was_before_or_goes_on_as_gets_nothing_about_it(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        one, two, free = (account(at, name, "officer").id for name in ("甲一", "乙二", "丙三"))
        before, after = party(at, "旧青屿小额贷款有限公司"), party(at, "新青屿小额贷款有限公司")
        for old, new in ((before, desk.lender), (desk.lender, after)):
            said = {"kind": SuccessionKind.SPLIT_OFF, "from_on": TODAY, "evidence": "登记通知书"}
            at.add(PartySuccession(predecessor_id=old.id, successor_id=new.id, **said))
        for who, company in ((one, before), (two, after)):
            tie = {"account_id": who, "party_id": company.id, "kind": "SHARES"}
            at.add(Interest(**tie, from_on=TODAY, declared_at=NOW))
        it, people = desk.accepted().id, (one, two, free)
    with app.app_context(), transaction() as at:
        assert [bool(queries_assignment.barred_from(at, [it], who, TODAY)) for who in people] == [True, True, False]
        for each in at.scalars(select(PartySuccession)):
            each.withdrawn_at, each.withdrawn_because = NOW, "录入错误"
        at.flush()
        assert not any(queries_assignment.barred_from(at, [it], who, TODAY) for who in people)


def test_a_tie_bars_for_a_time_after_its_end_and_a_recusal_in_the_complaints_case_as_well(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        world = World(at, NOW)
        lately, long_ago, recused, free = (account(at, name, "officer").id for name in "甲乙丙丁")
        tie = {"party_id": world.lender.id, "kind": "SHARES", "from_on": date(2020, 1, 1), "declared_at": NOW}
        for who, ended in ((lately, TODAY - timedelta(days=30)), (long_ago, date(2021, 1, 1))):
            at.add(Interest(**tie, account_id=who, to_on=ended))
        it = world.complaint()
        told = {"ground": "EMPLOYED", "facts": "曾任职", "part": "officer", "state": "ASKED", "how": "ASKED"}
        at.add(Recusal(case_id=world.case(it).id, account_id=recused, **told, asked_at=NOW))
        at.flush()
        matter = Matter(it.id, it.ref, "zh", frozenset({world.lender.id}), frozenset())
        people = [lately, long_ago, recused, free]
        assert queries_assignment.staff_for(at, [matter], people, TODAY).barred[it.id] == {lately, recused}


def test_what_would_go_where_shares_out_as_acceptance_does(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        people = [account(at, name, "officer").id for name in "甲乙"]
        assigning.lay_down(at, None, actor=desk.head, now=NOW, name="x", **ANY, people=people)
        for each in range(4):
            desk.received(contact=f"1390000000{each}")
        lead, follows = desk.received(), desk.received()
        also(at, desk.officer.id, "intake")
        complaints.assign(at, lead, desk.officer.id, actor=desk.head, now=NOW)
        triage.merge(at, follows, lead=lead, same_facts=True, actor=desk.intake, now=NOW)
    with app.app_context(), transaction() as at:
        assert [found.account_id for _matter, found in assigning.preview(at, TODAY)] == people * 2


def test_a_rule_that_fits_and_has_nobody_free_is_not_said_not_to_fit(app: Flask) -> None:
    with time_machine.travel(NOW, tick=True):
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            desk.received()
            nobody = [account(at, "只审议", "panel").id]
            assigning.lay_down(at, None, actor=desk.head, now=NOW, name="x", **ANY, people=nobody)
        page = signed_in(app, desk.head.id).get("/staff/assignment").text
    assert "Nobody of the rule can take it" in page
    assert "No rule fits" not in page


def test_complaints_that_follow_another_are_nobodys_open_work(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        lead, it = desk.received(), desk.received()
        also(at, desk.officer.id, "intake")
        for each in (lead, it):
            complaints.assign(at, each, desk.officer.id, actor=desk.head, now=NOW)
        triage.merge(at, it, lead=lead, same_facts=True, actor=desk.intake, now=NOW)
        officer = desk.officer.id
    with app.app_context(), transaction() as at:
        assert queries_assignment.staff_for(at, [], [officer], TODAY).loads == {officer: 1}


HERE, THERE = 7, 8
"""Two companies, one in Guangdong, one in Hubei."""
FEW, MORE, NEW, FREE = 1, 2, 3, 4
"""Four people: two open complaints, five, none, none."""


@pytest.mark.parametrize(
    ("rules", "parties", "codes", "chosen", "passed"),
    [
        ([{"people": [MORE, FEW]}], {HERE}, {"V-C01"}, FEW, {}),
        ([{"people": [MORE, FEW, NEW]}], {HERE}, {"V-C01"}, NEW, {}),
        ([{"people": [FREE, NEW]}], {HERE}, {"V-C01"}, FREE, {}),
        ([{"people": [NEW, FREE]}], {HERE}, {"V-C01"}, NEW, {}),
        ([{"people": [FEW, MORE], "most_open": 2}], {HERE}, {"V-C01"}, None, {FEW: "FULL", MORE: "FULL"}),
        ([{"people": [FEW, MORE], "most_open": 3}], {HERE}, {"V-C01"}, FEW, {MORE: "FULL"}),
        ([{"people": [FEW], "most_open": 2}, {"people": [MORE]}], {HERE}, {"V-C01"}, MORE, {FEW: "FULL"}),
        ([{"people": [FEW], "region": "44"}], {HERE}, {"V-C01"}, FEW, {}),
        ([{"people": [FEW], "region": "4401"}], {THERE}, {"V-C01"}, None, {}),
        ([{"people": [FEW], "region": "42"}], {HERE, THERE}, {"V-C01"}, FEW, {}),
        ([{"people": [FEW], "code": "V-C"}], {HERE}, {"V-A01", "V-C02"}, FEW, {}),
        ([{"people": [FEW], "code": "V-C02"}], {HERE}, {"V-C01"}, None, {}),
        ([{"people": [FEW], "code": "V-C"}], {HERE}, set(), None, {}),
        ([{"people": [FEW]}], {HERE}, set(), FEW, {}),
        ([{"people": [FEW], "party_id": THERE}], {HERE}, {"V-C01"}, None, {}),
    ],
)  # fmt: skip
def test_the_least_loaded_of_those_a_rule_names_gets_what_fits_it(
    rules: list[dict[str, Any]], parties: set[int], codes: set[str], chosen: int | None, passed: dict[int, str]
) -> None:
    laid = [AssignmentRule(**{**ANY, **each}) for each in rules]
    matter = Matter(1, "TS", "zh", frozenset(parties), frozenset(codes))
    able, loads = frozenset({FEW, MORE, NEW, FREE}), {FEW: 2, MORE: 5}
    staff = Staff(able, frozenset(), loads, {}, {HERE: "440300", THERE: "420100"})
    found = assigning.find(laid, matter, staff)
    assert (found.account_id, found.passed) == (chosen, passed)


def test_heads_keep_the_table_and_all_see_what_it_would_do(app: Flask) -> None:
    with time_machine.travel(NOW, tick=True):
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            it, other = desk.received(), account(at, "甲一", "officer").id
            tokens = [
                sessions.begin(at, at.get_one(Account, who.id), passed=True, client="test", now=clock.now())
                for who in (desk.head, desk.officer)
            ]
            ref, number = it.ref, it.id
        head, officer = app.test_client(), app.test_client()
        for client, token in zip((head, officer), tokens, strict=True):
            with client.session_transaction() as cookie:
                cookie["sid"] = token
            client.set_cookie("lang", "en")
        said = {"name": "全部", "party": "", "code": "", "lang": "", "region": "4", "people": [str(other)], "key": "r1"}
        assert "two, four or six digits" in head.post("/staff/assignment/rule", data=said).text
        assert head.post("/staff/assignment/rule", data={**said, "region": "", "key": "r2"}).status_code == 303
        assert officer.get("/staff/assignment/rule").status_code == 403
        page = officer.get("/staff/assignment").text
        assert ref in page
        assert page.count("甲一") == 2
        assert head.get("/staff/assignment/rule/1").status_code == 200
        assert officer.post("/staff/assignment/rule/1/remove", data={"key": "r3"}).status_code == 403
        with app.app_context(), transaction() as at:
            desk_it = at.get_one(type(it), number)
            respondents = [desk.lender.id]
            triage.accept(at, desk_it, respondents=respondents, masked_facts=MASKED, actor=desk.intake, now=NOW)
            assert desk_it.officer_id == other
        assert head.post("/staff/assignment/rule/1/remove", data={"key": "r4"}).status_code == 303
        assert "There is no rule" in head.get("/staff/assignment").text
