"""Whoever is recused reads nothing of the case; companies know whom they may challenge, and no more."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, policies_recusals, queries_recusals, recusals, tracks
from casework.models_cases import Allegation, CaseFile, CaseTrack, Evidence
from casework.models_recusals import Recusal
from core import drafts
from core.actors import Actor
from core.db import Reader, read_as, transaction
from core.db import session as reading
from core.drafts import Draft
from core.errors import BadInput
from notices.models import Document
from portal import queries_portal
from registry.models_accounts import Account, AccountRole
from sanctions import rounds
from sanctions.models_decisions import Proposal, Vote
from tests.builders import account
from tests.builders_cases import actor, party
from tests.conftest import NOW
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing


@pytest.fixture
def world(app: Flask) -> Iterator[Chain]:
    with app.app_context():
        with transaction() as at:
            everybody = Chain(at, NOW)
            everybody.stranger = party(at, "远山消费金融有限公司").id  # type: ignore[attr-defined]
            everybody.track = everybody.deliberating([1])
            everybody.members = everybody.vote(everybody.track, "PROPOSED")
        yield everybody


def _as(reader: Reader) -> Session:
    at = reading()
    at.rollback()
    at.expunge_all()
    read_as(at, reader)
    return at


def _staff(number: int | None) -> Reader:
    return Reader("zilu_staff", (("zilu.account", str(number)),))


def _declare(world: Chain, who: Actor) -> None:
    with transaction() as at:
        case = at.get_one(CaseFile, world.track.case_id)
        recusals.declare(at, case, ground="RELATIVE", facts="亲属", actor=who, now=world.later(7))


def test_a_recused_officer_reads_nothing_of_the_case_and_all_of_the_others(world: Chain) -> None:
    at = _as(_staff(world.officer.id))
    for table in (CaseFile, CaseTrack, Allegation, Evidence, Proposal, Vote):
        assert at.scalars(select(table)).first() is not None, table
    _declare(world, actor(world.officer))
    at = _as(_staff(world.officer.id))
    for table in (CaseFile, CaseTrack, Allegation, Proposal, Vote):
        assert at.scalars(select(table)).all() == [], table
    assert all(each.subject_kind != "track" for each in at.scalars(select(Document)))
    at = _as(_staff(world.second.id))
    assert len(at.scalars(select(CaseFile)).all()) == 1


def test_an_unsent_text_is_read_by_its_author_and_by_whoever_may_see_its_case(world: Chain) -> None:
    officer, track, lender = actor(world.officer), world.track.id, world.lender.id
    _as(_staff(officer.id))
    with transaction() as at:
        for owner, kind, number in ((1, "track", track), (2, None, None), (officer.id, None, None)):
            about = drafts.About(owner or 0, "某人", "/staff", "/staff", kind, number)
            drafts.save(at, f"account:{owner}", f"/staff#{owner}", {"text": ["写到一半"]}, world.now, about)
    mine = {f"/staff#{officer.id}"}
    panel = Reader("zilu_panel", (("zilu.account", str(officer.id)),))
    assert set(_as(_staff(officer.id)).scalars(select(Draft.place))) == mine | {"/staff#1"}
    assert set(_as(panel).scalars(select(Draft.place))) == mine
    _declare(world, officer)
    assert set(_as(_staff(officer.id)).scalars(select(Draft.place))) == mine
    party = Reader("zilu_party", (("zilu.party", str(lender)), ("zilu.account", "0")))
    assert _as(party).scalars(select(Draft)).all() == []


def test_a_recused_member_reads_nothing_of_the_case(world: Chain) -> None:
    member = world.members[1]
    reader = Reader("zilu_panel", (("zilu.account", str(member.id)),))
    assert len(_as(reader).scalars(select(CaseTrack)).all()) == 1
    _declare(world, member)
    at = _as(reader)
    assert at.scalars(select(CaseTrack)).all() == []
    assert at.scalars(select(CaseFile)).all() == []


def test_a_company_knows_who_takes_part_and_another_one_nobody(world: Chain) -> None:
    at = _as(Reader("zilu_party", (("zilu.party", str(world.lender.id)),)))
    names = {each.name for each in queries_recusals.people(at)}
    assert {"调查员", "审理员", "部门负责人", "秘书"} <= names
    at = _as(Reader("zilu_party", (("zilu.party", str(world.stranger)),)))
    assert queries_recusals.people(at) == []


def test_a_company_reads_its_own_requests_for_a_recusal_and_nobody_elses(world: Chain) -> None:
    said = {"ground": "RELATIVE", "facts": "亲属", "now": world.later(7)}
    with transaction() as at:
        case = at.get_one(CaseFile, world.track.case_id)
        person = Actor(None, frozenset({"complainant"}), subject_id=case.complaints[0].id)
        recusals.ask(at, case, world.reviewer.id, **said, actor=person)
        own = recusals.ask(at, case, world.investigator.id, **said, actor=actor(world.lead)).id
        known, number = {world.lender.id: {own: "调查员"}, world.firm.id: {}}, case.id
    for company, asked in known.items():
        at = _as(Reader("zilu_party", (("zilu.party", str(company)),)))
        assert set(at.scalars(select(Recusal.id))) == set(asked)
        assert queries_portal.asked_about(at, number) == asked


def test_a_company_may_choose_everybody_whom_it_may_challenge(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, NOW)
            track = chain.executing([1, 2])
            case, lender = track.case_id, chain.lender.id
            gone = rounds.sitting(rounds.panel(at, track))[1].account_id
            verifiers = [account(at, name, "officer").id for name in ("核查甲", "核查乙")]
            item = rounds.ordered(at, track)[0].items[0]
            item.result, item.verified_by, item.second_by = "PASS", *verifiers
            at.flush()
            said = {"ground": "RELATIVE", "facts": "亲属", "actor": actor(at.get_one(Account, gone))}
            recusals.declare(at, track.case, **said, now=chain.now)
            known = policies_recusals.taking_part(at, case, lender)
        shown = queries_recusals.people(_as(Reader("zilu_party", (("zilu.party", str(lender)),))))
    assert {each.account_id: set(each.parts) for each in shown} == {
        number: set(parts) - ({"panel"} if "chair" in parts else set()) for number, parts in known.items()
    }
    assert known[chain.second.id] == ["officer"]  # who interviews, and is nothing else
    assert [known[each] for each in verifiers] == [["officer"]] * 2
    assert gone not in known


def test_a_company_is_told_nobody_of_the_other_respondents_track(world: Chain) -> None:
    readers = [Reader("zilu_party", (("zilu.party", str(each.id)),)) for each in (world.firm, world.lender)]
    with transaction() as at:
        firm = next(each for each in at.get_one(CaseFile, world.track.case_id).tracks if each.party_id == world.firm.id)
        said = {"code": "V-C04", "facts": "致电无关人员", "persons": 1, "acts": 2}
        cases.allege(at, firm, **said, actor=actor(world.officer), now=world.now)
        at.add(AccountRole(account_id=world.second.id, role="investigator"))
        at.flush()
        chosen = {"investigator": at.get_one(Account, world.second.id), "opinion": "同意", "version": None}
        tracks.file(at, firm, **chosen, actor=actor(world.head), now=world.now)
        about = world.members[1].id
        with pytest.raises(BadInput, match="参与本案的人员"):
            recusals.ask(
                at, firm.case, about, ground="RELATIVE", facts="亲属", actor=actor(world.firm_lead), now=world.later(7)
            )
    own = {each.name for each in queries_recusals.people(_as(readers[0]))}
    assert own == {"经办甲", "经办乙", "部门负责人"}
    lenders = queries_recusals.people(_as(readers[1]))
    assert "经办乙" not in {each.name for each in lenders}
    assert len([each for each in lenders if {"panel", "chair"} & set(each.parts)]) == 3


def test_a_recused_officer_reads_no_decision_of_a_review_either(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            world = Reviewing(at, NOW).fill_pool()
            world.track = world.executing([1])
            world.reviewed(world.asked(world.track, now=world.later(9)), *["UPHOLD"] * 3)
        papers = select(Document).where(Document.subject_kind == "review")
        assert _as(_staff(world.officer.id)).scalars(papers).all()
        _declare(world, actor(world.officer))
        assert _as(_staff(world.officer.id)).scalars(papers).all() == []
