"""Tries to decide too early, too hard, without a rule, without jurisdiction, on what was quashed, or out of spite."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import SYSTEM
from core.db import transaction
from core.errors import NotNow, Refused
from core.machine import Ask
from notices.models import Document
from registry.models import Basis
from registry.models_rulebook import Provision
from registry.models_settings import Installation, Setting
from sanctions import decisions, panels, statements
from sanctions.models_decisions import Decision, Proposal
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.invariants.house import House, all_refused, database_refuses, everybody, house
from tests.sanctions.chain import Chain

__all__ = ["house"]
BEGUN = NOW - timedelta(days=30)
DECIDING = ("decide_minor", "decide_major", "decide_none", "decide_admitted")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def chain(session: Session) -> Chain:
    return Chain(session, BEGUN)


def _decides(chain: Chain, track: CaseTrack) -> list:
    """Everybody's tries to have it decided, by the machine and by the verb."""
    day = chain.later(30)
    said = {"reasons": "理由", "statement_dealt": "已回应", "now": day}
    people = [*everybody(chain), SYSTEM]
    asked = [
        lambda who=who, event=event: TRACK.carry_out(Ask(chain.session, track, who, {}, day), event)
        for who in people
        for event in DECIDING
    ]
    return asked + [lambda who=who: decisions.decide(chain.session, track, actor=who, **said) for who in people]


def _papers(at: Session, kind: str) -> int:
    return len(at.scalars(select(Document.id).where(Document.kind == kind)).all())


# --- I-01 ---


@pytest.mark.invariant("I-01", "verb")
def test_nobody_decides_before_the_notice_was_served_and_its_windows_ended(chain: Chain) -> None:
    """I-01: tried by everybody with the notice unserved, and again while its windows run."""
    track = chain.proposed([1])
    all_refused(_decides(chain, track))
    chain.serve(track, "D17", chain.later(29))
    all_refused(_decides(chain, track))
    statements.state(chain.session, track, text="不同意", actor=actor(chain.lead), now=chain.later(29))
    all_refused(_decides(chain, track))
    assert track.state == "PRE_NOTICE"
    assert not _papers(chain.session, "D20")


@pytest.mark.invariant("I-01", "web")
def test_no_form_makes_a_decision_before_the_windows_ended(house: House) -> None:
    """I-01: crafted forms of every deed and of the panel, from everybody, before and after the service of D17."""
    with house.app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        track = chain.proposed([1])
        house.fill(chain, number=track.id)
    for stage in ("unserved", "served"):
        if stage == "served":
            with house.app.app_context(), transaction() as at:
                chain.session = at
                chain.serve(at.get_one(CaseTrack, house.numbers["number"]), "D17", NOW)
        said = {"reasons": "理由", "statement_dealt": "回应", "measures": "1", "opinion": "同意", "choice": "PROPOSED"}
        for who in house.people:
            house.post(who, "/staff/panel/{number}/decision", "decision", **said)
            house.post(who, "/staff/panel/{number}/vote", "vote", **said)
            house.post(who, "/staff/tracks/{number}/do/decide_admitted", **said)
        for event in DECIDING:
            house.post("head", f"/staff/tracks/{{number}}/do/{event}", **said)
            house.post("head", f"/staff/panel/{{number}}/do/{event}", **said)
    assert house.read(lambda at: _papers(at, "D20")) == 0
    assert not house.broken()


@pytest.mark.invariant("I-01", "database")
def test_the_database_takes_no_decision_without_a_served_notice(chain: Chain) -> None:
    """I-01: a D20 written by SQL before D17 was served."""
    track = chain.proposed([1])
    copied = (
        "INSERT INTO document SELECT (jsonb_populate_record(d, jsonb_build_object('id', d.id + 900, 'kind', 'D20', "
        "'serial', d.serial + 900, 'check_code', 'x', 'number', 'x'))).* FROM document d "
        "WHERE d.kind = 'D17' AND d.subject_id = :track"
    )
    assert "advance notice" in database_refuses(chain.session, copied, track=track.id)


# --- I-02 ---


@pytest.mark.invariant("I-02", "verb")
def test_no_vote_and_no_decision_go_beyond_the_notice(chain: Chain) -> None:
    """I-02: members vote for more, and try to announce more than was proposed."""
    track = chain.deliberating([1, 2])
    panel = panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="一")
    member = next(actor(each) for each in chain.panel if each.id == panel.members[0].account_id)
    said = {"reasons": "应当更重", "actor": member, "now": chain.later(6)}
    heavier = ((3,), (1, 2, 3), (4,), (1, 2, 5), (1, 2))
    all_refused(
        lambda more=more: panels.vote(chain.session, track, choice="LIGHTER", measures=more, **said) for more in heavier
    )
    for each in panel.members:
        person = next(actor(one) for one in chain.panel if one.id == each.account_id)
        panels.vote(chain.session, track, choice="PROPOSED", reasons="同意", actor=person, now=chain.later(6))
    all_refused(
        lambda event=event: TRACK.carry_out(Ask(chain.session, track, member, {}, chain.later(7)), event)
        for event in ("decide_major", "decide_none")
    )
    decisions.decide(chain.session, track, actor=member, reasons="属实", statement_dealt="", now=chain.later(7))
    assert chain.session.scalars(select(Decision.measures)).one() == [1, 2]


@pytest.mark.invariant("I-02", "web")
def test_no_form_of_a_member_goes_beyond_the_notice(house: House) -> None:
    """I-02: the form of a vote with measures that it does not offer; the decision with a level of its own."""
    with house.app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        track = chain.deliberating([1, 2])
        panel = panels.draw(at, track, actor=actor(chain.secretary), now=chain.later(6), seed="一")
        house.fill(chain, number=track.id)
        drawn = {each.account_id for each in panel.members}
    members = [name for name, number in house.people.items() if number in drawn]
    for more in (["3"], ["1", "2", "5"], ["4"], ["99"], ["1", "2"]):
        said = {"choice": "LIGHTER", "measures": more, "reasons": "更重"}
        assert house.post(members[0], "/staff/panel/{number}/vote", "vote", **said) == 422
    for name in members:
        house.post(name, "/staff/panel/{number}/vote", "vote", choice="PROPOSED", reasons="同意")
    said = {"reasons": "属实", "statement_dealt": "回应", "level": "5", "measures": ["1", "5"], "outcome": "5"}
    house.post(members[0], "/staff/panel/{number}/decision", "decision", **said)
    assert house.read(lambda at: at.scalars(select(Decision.measures)).one()) == [1, 2]
    assert not house.broken()


@pytest.mark.invariant("I-02", "database")
def test_the_database_takes_no_level_above_the_proposed_one(chain: Chain) -> None:
    """I-02: the level decided, raised by SQL."""
    track = chain.decided([1, 2])
    said = database_refuses(chain.session, "UPDATE case_track SET decided_level = 5 WHERE id = :id", id=track.id)
    assert "not_harsher" in said
    stays = database_refuses(
        chain.session, "UPDATE document SET paper = '{}' WHERE kind = 'D17' AND subject_id = :id", id=track.id
    )
    assert "never changes" in stays


# --- I-09 ---


def _in_production(at: Session) -> None:
    """Everything confirmed but the provisions."""
    at.execute(update(Setting).where(Setting.value.is_(None)).values(value="决议"))
    at.execute(update(Setting).values(confirmed_at=NOW))
    at.execute(update(Installation).values(mode="production"))
    at.expire_all()


@pytest.mark.invariant("I-09", "verb")
def test_nothing_is_proposed_or_decided_on_an_unverified_or_later_provision(chain: Chain) -> None:
    """I-09: in production on unverified provisions; anywhere on one that came into force after the conduct."""
    track = chain.deliberating([1, 2])
    members = chain.vote(track, *["PROPOSED"] * 5)
    said = {"reasons": "属实", "statement_dealt": "", "now": chain.later(7)}
    later = update(Provision).where(Provision.effective_to.is_(None))
    chain.session.execute(later.values(effective_from=date(2026, 10, 11)))
    chain.session.expire_all()
    all_refused(lambda who=who: decisions.decide(chain.session, track, actor=who, **said) for who in members)
    chain.session.execute(later.values(effective_from=date(2020, 1, 1)))
    _in_production(chain.session)
    all_refused(lambda who=who: decisions.decide(chain.session, track, actor=who, **said) for who in members)
    assert track.state == "DELIBERATION"


@pytest.mark.invariant("I-09", "web")
def test_no_page_decides_on_an_unverified_provision(house: House) -> None:
    """I-09: in production the panel's form announces nothing while a cited provision is unverified."""
    with house.app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        track = chain.deliberating([1, 2])
        members = {each.id for each in chain.vote(track, *["PROPOSED"] * 5)}
        house.fill(chain, number=track.id)
        _in_production(at)
    for name in [name for name, number in house.people.items() if number in members]:
        client = house.client(name)
        sent = {"decision-reasons": "属实", "decision-key": f"i09{name}"}
        answer = client.post(
            "/staff/panel/{number}/decision".format(**house.numbers), data=sent, content_type="multipart/form-data"
        )
        assert answer.status_code == 503
    assert house.state == "DELIBERATION"


# --- I-11 ---


@pytest.mark.invariant("I-11", "verb")
def test_a_party_that_was_not_bound_on_the_day_gets_no_measure(chain: Chain) -> None:
    """I-11: membership that began after the conduct, on the day it would be proposed a member."""
    track = chain.reported()
    for basis in chain.session.scalars(select(Basis).where(Basis.party_id == chain.lender.id)):
        basis.from_on = date(2026, 10, 20)
    track.basis = "VIA_PRINCIPAL"
    chain.session.flush()
    for who in (chain.reviewer, chain.head, chain.officer):
        with pytest.raises(Refused):
            chain.propose(track, [1], actor=actor(who))
    all_refused(_decides(chain, track))
    assert track.state == "REVIEWING"


@pytest.mark.invariant("I-11", "verb")
def test_no_panel_decides_against_a_party_that_the_register_knows_as_unbound_by_now(chain: Chain) -> None:
    """I-11: its membership was put right after the advance notice, with all votes cast."""
    track = chain.deliberating([1])
    members = chain.vote(track, *["PROPOSED"] * 3)
    chain.session.execute(update(Basis).where(Basis.party_id == chain.lender.id).values(from_on=date(2026, 10, 20)))
    chain.session.expire_all()
    said = {"reasons": "事实清楚。", "statement_dealt": "", "now": chain.later(7)}
    with pytest.raises(NotNow):
        decisions.decide(chain.session, track, actor=members[0], **said)  # type: ignore[arg-type]
    assert track.state == "DELIBERATION"


@pytest.mark.invariant("I-11", "web")
def test_no_form_proposes_measures_for_a_party_that_was_not_bound(house: House) -> None:
    """I-11: the form of a proposal, complete, for a track whose party was reached through its principal only."""
    with house.app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        track = chain.reported()
        at.execute(update(Basis).where(Basis.party_id == chain.lender.id).values(from_on=date(2026, 10, 20)))
        track.basis = "VIA_PRINCIPAL"
        house.fill(chain, number=track.id)
    said = {
        "measures": ["1"], "days": "30", "item_1_problem": "致电", "item_1_correction": "停止", "item_1_proof": "录音",
        "item_1_days": "20", "reasons": "偏离", "departure": "偏离", "basis": "MEMBERSHIP",
    }  # fmt: skip
    for who in ("reviewer", "head", "officer", "panel0"):
        assert house.post(who, "/staff/tracks/{number}/do/propose_minor", **said) in {403, 404, 409, 422}
    assert house.read(lambda at: at.scalars(select(Proposal)).all()) == []
    assert house.state == "REVIEWING"


@pytest.mark.invariant("I-11", "database")
def test_the_database_takes_no_measure_for_a_party_that_was_not_bound(chain: Chain) -> None:
    """I-11: a measure written by SQL."""
    track = chain.decided([1])
    track.basis = "VIA_PRINCIPAL"
    chain.session.flush()
    written = (
        "INSERT INTO measure (track_id, decision_id, level, state, terms, ordered_on, done_late, attempt) "
        "SELECT track_id, id, 1, 'ORDERED', '{}', decided_on, false, 1 FROM decision WHERE track_id = :id"
    )
    assert "not bound" in database_refuses(chain.session, written, id=track.id)
