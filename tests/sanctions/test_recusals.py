"""Recusals: asked, declared or found; from the asking on nothing is done, once granted nothing is read."""

from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from casework import cases, queries_recusals, recusals, tracks
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.models_recusals import Interest, Recusal
from casework.states_recusals import RECUSAL
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from notices import alerts, serving
from notices import queries as notices
from notices.models import Document, Service
from notices.papers import day_text, text_of
from registry import accounts, clocks, links
from registry.clock_sweep import sweep
from registry.models_accounts import Account, AccountRole
from sanctions import decisions, panels, policies_execution, policies_letters, rounds
from sanctions.policies_recusals import checked_by_somebody_new
from tests.builders import account, rendered
from tests.builders_cases import actor, at_work
from tests.conftest import NOW
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _ask(chain: Chain, track: CaseTrack, about: int, by: Actor | None = None, **changed: str) -> Recusal:
    said = {"ground": "EMPLOYED", "facts": "2025年曾任职于当事单位。", **changed}
    who = by or actor(chain.lead)
    return recusals.ask(chain.session, track.case, about, **said, actor=who, now=chain.now)


def _complainant(chain: Chain, track: CaseTrack) -> Actor:
    return Actor(None, frozenset({"complainant"}), subject_id=track.case.complaints[0].id)


def test_a_respondent_asks_on_a_ground_of_the_list_about_somebody_in_the_case(chain: Chain) -> None:
    track = chain.reported()
    with pytest.raises(BadInput, match="列明的回避事由"):
        _ask(chain, track, chain.investigator.id, ground="DISLIKE")
    with pytest.raises(BadInput, match="所依据的事实"):
        _ask(chain, track, chain.investigator.id, facts=" ")
    with pytest.raises(BadInput, match="参与本案的人员"):
        _ask(chain, track, chain.second.id)
    with pytest.raises(NotAllowed, match="只有当事单位"):
        _ask(chain, track, chain.investigator.id, by=actor(chain.firm_lead))
    asked = _ask(chain, track, chain.investigator.id)
    assert asked.state == "ASKED"
    assert asked.part == "investigator"
    with pytest.raises(NotNow, match="已申请该人员回避"):
        _ask(chain, track, chain.investigator.id, by=_complainant(chain, track))


def test_before_a_case_is_filed_its_company_asks_for_nobodys_recusal(chain: Chain) -> None:
    track = chain.case().tracks[0]
    assert track.state == "SCREENING"
    with pytest.raises(NotAllowed, match="只有当事单位"):
        _ask(chain, track, chain.officer.id)


def test_a_complainant_asks_only_in_the_case_of_its_own_complaint(chain: Chain) -> None:
    track = chain.reported()
    stranger = Actor(None, frozenset({"complainant"}), subject_id=chain.complaint().id)
    with pytest.raises(NotAllowed, match="没有以您的投诉"):
        _ask(chain, track, chain.investigator.id, by=stranger)
    asked = _ask(chain, track, chain.investigator.id, by=_complainant(chain, track))
    assert asked.complaint_id == track.case.complaints[0].id


def test_an_officer_asks_but_about_himself_declares(chain: Chain) -> None:
    track = chain.reported()
    with pytest.raises(NotNow, match="主动申报回避"):
        _ask(chain, track, chain.officer.id, by=actor(chain.officer))
    with pytest.raises(NotAllowed):
        _ask(chain, track, chain.investigator.id, by=actor(chain.publisher))
    _ask(chain, track, chain.reviewer.id if track.reviewer_id else chain.head.id, by=actor(chain.second))


def test_from_the_asking_on_the_person_does_nothing_in_the_case(chain: Chain) -> None:
    track = chain.filed()
    chain.serve(track, "D11b")
    _ask(chain, track, chain.investigator.id)
    with pytest.raises(NotNow, match="在作出决定之前，您不得参与"):
        cases.find(
            chain.session,
            track.allegations[0],
            finding="UNPROVEN",
            reason="不足",
            evidence=[],
            actor=actor(chain.investigator),
            now=chain.now,
        )
    with pytest.raises(NotNow, match="在作出决定之前，您不得参与"):
        chain.found(track, chain.later(2))


@pytest.mark.parametrize("of", ["track", "review"])
def test_from_the_asking_on_the_person_notes_nothing_of_how_papers_of_the_case_are_served(
    session: Session, now: datetime, of: str
) -> None:
    chain = Reviewing(session, now).fill_pool()
    if of == "track":
        track, kind = chain.filed(), "D11b"
    else:
        track, kind = chain.served_decision([1]), "D22"
        chain.reviewed(chain.asked(track), "UPHOLD", "UPHOLD", "UPHOLD")
    document = session.scalars(select(Document).where(Document.kind == kind)).one()
    assert document.subject_kind == of
    service = rendered(session, document, chain.later(11))[0]
    _ask(chain, track, chain.officer.id)
    said: dict[str, Any] = {"actor": actor(chain.officer), "now": chain.later(11)}
    for note in (
        lambda: serving.step(session, service.id, "post", slip_no="EX1", **said),
        lambda: serving.step(session, service.id, "acknowledge", **said),
        lambda: alerts.attempted(session, service, "已搬离", **said),
        lambda: alerts.bounced(session, service, said["now"], noted_by=said["actor"]),
        lambda: alerts.paper_sent(session, service.id, **said),
    ):
        with pytest.raises(NotNow, match="在作出决定之前，您不得参与"):
            note()
    alerts.attempted(session, service, "已搬离", actor=actor(chain.second), now=said["now"])


def test_who_declared_an_interest_makes_no_paper_of_the_case_void_and_draws_nobody_for_it(chain: Chain) -> None:
    track = chain.proposed([1])
    service = chain.session.scalars(select(Service).join(Document).where(Document.kind == "D17")).one()
    tie = {"party_id": track.party_id, "kind": "SHARES", "from_on": date(2020, 1, 1), "declared_at": NOW}
    for each in (chain.head, chain.secretary):
        chain.session.add(Interest(account_id=each.id, **tie))
    with pytest.raises(NotAllowed, match="申报"):
        serving.step(chain.session, service.id, "void", reason="有误", actor=actor(chain.head), now=chain.now)
    with pytest.raises(NotAllowed, match="申报"):
        panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(4))


def test_who_declared_an_interest_approves_no_end_without_a_measure_and_is_no_second_officer(chain: Chain) -> None:
    track, today = chain.reported(), day_of(chain.now)
    newcomer = account(chain.session, "新负责人", "head")
    ask = Ask(chain.session, track, actor(chain.officer), {"second": newcomer}, chain.now)

    def may() -> tuple[bool, bool]:
        approves = policies_letters.may_approve(chain.session, newcomer, track, actor(chain.reviewer), today)
        return approves, not list(policies_execution.second_officer(ask))

    assert may() == (True, True)
    tie = {"party_id": track.party_id, "kind": "SHARES", "from_on": date(2020, 1, 1), "declared_at": NOW}
    chain.session.add(Interest(account_id=newcomer.id, **tie))
    chain.session.flush()
    assert may() == (False, False)
    chain.session.add(AccountRole(account_id=chain.investigator.id, role="head"))
    chain.session.flush()
    chain.session.expire(chain.investigator, ["roles"])
    by = actor(chain.reviewer)
    assert not policies_letters.may_approve(chain.session, chain.investigator, track, by, today), "he investigated"


def test_the_request_runs_for_five_working_days_and_then_alerts_the_head(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, NOW)
            track = chain.reported()
            asked = _ask(chain, track, chain.investigator.id).id
            clock = clocks.live(at, "K34", ("recusal", asked))
            assert clock is not None
            assert clock.due_on == date(2026, 12, 2)
        assert all(each.done for each in sweep(chain.later(9)))
        with transaction() as at:
            told = select(Task).where(
                Task.subject_kind == "recusal", Task.kind == "clock_ended:K34", Task.role == "head"
            )
            assert at.scalar(told) is not None
            assert at.get_one(Recusal, asked).state == "ASKED"


def test_staff_are_decided_by_the_head_and_the_head_by_the_council(chain: Chain) -> None:
    track = chain.reported()
    asked = _ask(chain, track, chain.investigator.id)
    council = actor(account(chain.session, "理事", "council"))
    with pytest.raises(NotAllowed, match="由部门负责人决定"):
        recusals.grant(chain.session, asked, actor=council, version=None, now=chain.now)
    recusals.grant(chain.session, asked, actor=actor(chain.head), version=None, now=chain.now)
    assert (asked.state, asked.decided_by) == ("GRANTED", chain.head.id)
    assert clocks.live(chain.session, "K34", ("recusal", asked.id)) is None
    about_head = _ask(chain, track, chain.head.id)
    with pytest.raises(NotAllowed, match="对本人的回避"):
        recusals.refuse(chain.session, about_head, reasons="无", actor=actor(chain.head), version=None, now=chain.now)
    with pytest.raises(BadInput, match="请说明理由"):
        recusals.refuse(chain.session, about_head, reasons=" ", actor=council, version=None, now=chain.now)
    recusals.refuse(chain.session, about_head, reasons="无事实依据", actor=council, version=None, now=chain.now)
    assert about_head.state == "REFUSED"


@pytest.mark.parametrize("when", ["before", "after", "by another ground", "asked about", "left", "another role"])
def test_where_no_head_may_decide_the_council_decides_on_a_recusal(chain: Chain, when: str) -> None:
    """Else it would wait for ever, and with it whatever is to be decided in the case."""
    track, session = chain.reported(), chain.session
    decided = _ask(chain, track, chain.officer.id)
    recusals.grant(session, decided, actor=actor(chain.head), version=None, now=chain.now)
    chain.head.locked_at, chain.head.lock_reason = chain.now, "离任"
    head, other = (actor(account(session, name, "head")) for name in ("新负责人", "副负责人"))
    council = actor(account(session, "理事", "council"))
    said = {"kind": "SHARES", "from_on": date(2026, 1, 1), "to_on": None, "note": "", "now": chain.now}
    tie = {**said, "today": chain.now.date()}
    if when == "before":
        for each in (head, other):
            recusals.declare_interest(session, chain.lender, **tie, actor=each)
    asked = _ask(chain, track, chain.investigator.id)
    if when != "before":
        recusals.declare_interest(session, chain.lender, **tie, actor=head)
        assert queries_recusals.waiting(session, other) == [asked]
        assert queries_recusals.waiting(session, council) == []
    if when == "after":
        recusals.declare_interest(session, chain.lender, **tie, actor=other)
    if when == "by another ground":
        recusals.declare(session, track.case, ground="RELATIVE", facts="亲属", actor=other, now=chain.now)
    leaving = session.get_one(Account, other.id)
    if when == "left":
        accounts.lock(session, leaving, actor=SYSTEM, why="离任", now=chain.now)
    if when == "another role":
        accounts.take_role(session, leaving, "head", actor=SYSTEM, now=chain.now)
    also = []
    if when == "asked about":
        track.filed_by = other.id
        session.flush()
        also = [_ask(chain, track, other.id or 0)]
    assert [queries_recusals.waiting(session, each) for each in (head, other)] == [[], []]
    assert set(queries_recusals.waiting(session, council)) == {asked, *also}
    told = select(Task.subject_id).where(Task.subject_kind == "recusal", Task.kind == "recusal", Task.role == "council")
    assert set(session.scalars(told)) == {each.id for each in (asked, *also)}
    recusals.grant(session, asked, actor=council, version=None, now=chain.now)
    assert asked.state == "GRANTED"


def test_a_head_who_was_only_invited_decides_nothing_before_coming_in(chain: Chain) -> None:
    track, session = chain.reported(), chain.session
    link = links.invite(session, session.get_one(Account, chain.head.id), actor=SYSTEM, now=chain.now)
    asked, head = _ask(chain, track, chain.investigator.id), actor(chain.head)
    told = select(Task.role).where(Task.kind == "recusal", Task.subject_id == asked.id).order_by(Task.id)
    assert (session.scalars(told).all(), queries_recusals.waiting(session, head)) == (["council"], [])
    links.accept(session, links.token_of(link), password="long enough for anybody 1", now=chain.now)
    assert (session.scalars(told).all(), queries_recusals.waiting(session, head)) == (["council", "head"], [asked])


def test_a_members_is_decided_by_the_chair_and_the_chairs_by_the_head(chain: Chain) -> None:
    track = chain.deliberating([1])
    members = chain.vote(track, "PROPOSED", "PROPOSED")
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    chair, member = panel.members[0], panel.members[1]
    about_member = _ask(chain, track, member.account_id)
    with pytest.raises(NotAllowed, match="由审议小组组长决定"):
        recusals.grant(chain.session, about_member, actor=actor(chain.head), version=None, now=chain.now)
    recusals.grant(chain.session, about_member, actor=members[0], version=None, now=chain.later(6))
    assert member.recused_at is not None
    about_chair = _ask(chain, track, chair.account_id)
    recusals.grant(chain.session, about_chair, actor=actor(chain.head), version=None, now=chain.later(6))
    assert [each.chair for each in panel.members] == [False, False, True]
    assert not rounds.votes(chain.session, panel)


@pytest.mark.parametrize("how", ["left", "lost the role", "is recused"])
def test_a_members_is_decided_by_the_head_once_the_chair_can_not(chain: Chain, how: str) -> None:
    track = chain.deliberating([1])
    chair, *_others = chain.vote(track, "PROPOSED", "PROPOSED")
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    about_member = _ask(chain, track, panel.members[1].account_id)
    if how == "left":
        chain.session.get_one(Account, chair.id).locked_at = chain.now
        chain.session.flush()
    elif how == "lost the role":
        chain.session.execute(delete(AccountRole).where(AccountRole.account_id == chair.id))
        chain.session.expire_all()
        waiting = queries_recusals.waiting(chain.session, actor(chain.head))
        assert [each.id for each in waiting] == [about_member.id]
    else:
        recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=chair, now=chain.now)
        told = select(Task.role).where(Task.subject_kind == "recusal", Task.subject_id == about_member.id)
        assert chain.session.scalars(told).all() == ["head"]
    recusals.grant(chain.session, about_member, actor=actor(chain.head), version=None, now=chain.later(6))
    assert about_member.state == "GRANTED"


def test_nobody_decides_while_a_recusal_is_open(chain: Chain) -> None:
    track = chain.deliberating([1])
    members = chain.vote(track, "PROPOSED", "PROPOSED", "PROPOSED")
    asked = _ask(chain, track, chain.reviewer.id)
    with pytest.raises(NotNow, match="有回避申请尚未作出决定"):
        decisions.decide(
            chain.session, track, actor=members[0], reasons="事实清楚。", statement_dealt="", now=chain.later(7)
        )
    recusals.refuse(chain.session, asked, reasons="无依据", actor=actor(chain.head), version=None, now=chain.later(7))
    decisions.decide(
        chain.session, track, actor=members[0], reasons="事实清楚。", statement_dealt="", now=chain.later(7)
    )
    assert track.state == "DECIDED"


def test_a_recused_member_is_replaced_by_a_draw_with_a_seed_of_its_own(chain: Chain) -> None:
    track = chain.deliberating([1])
    members = chain.vote(track, "PROPOSED", "PROPOSED")
    recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=members[0], now=chain.later(6))
    panel = panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="补")
    assert len(rounds.sitting(panel)) == 3
    assert panel.redraws[0]["seed"] == "补"
    assert members[0].id not in panel.redraws[0]["drawn"]
    with pytest.raises(NotNow, match="没有需要补足的委员"):
        panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))


def test_the_record_of_deliberation_names_each_request_about_a_member_and_its_outcome(chain: Chain) -> None:
    track = chain.deliberating([1])
    members = chain.vote(track, "PROPOSED", "PROPOSED", "PROPOSED")
    asked = _ask(chain, track, members[1].id)
    by = {"actor": members[0], "version": None, "now": chain.later(6)}
    recusals.refuse(chain.session, asked, reasons="任职已满两年", **by)  # type: ignore[arg-type]
    recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=members[2], now=chain.later(6))
    panel = panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="补")
    new = actor(chain.session.get_one(Account, panel.redraws[0]["drawn"][0]))
    panels.vote(chain.session, track, choice="PROPOSED", reasons="理由充分", actor=new, now=chain.later(6))
    said = {"reasons": "事实清楚", "statement_dealt": "", "actor": members[0], "now": chain.later(7)}
    decisions.decide(chain.session, track, **said)  # type: ignore[arg-type]
    record = notices.last_document(chain.session, ["D31"], "track", track.id)
    assert record is not None
    text = text_of(record.frozen.blocks)
    name, gone = (chain.session.get_one(Account, members[place].id).name for place in (1, 2))
    assert f"当事单位于{day_text(day_of(chain.now), 'zh')}申请{name}回避" in text
    assert f"{day_text(day_of(chain.later(6)), 'zh')}决定不予回避（理由：任职已满两年）" in text
    assert f"{gone}自行回避" in text
    assert "补抽种子：补" in text


def _open(chain: Chain) -> list[tuple[str, str]]:
    """What is to be looked at after a recusal, and by whom."""
    asked = select(Task.kind, Task.role).where(Task.kind.in_(("recused", "seat_free")), Task.done_at.is_(None))
    return [(kind, role) for kind, role in chain.session.execute(asked)]


def test_the_secretary_is_asked_for_a_substitute_and_no_more_once_one_is_drawn(chain: Chain) -> None:
    track = chain.deliberating([1])
    members = chain.vote(track, "PROPOSED", "PROPOSED")
    recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=members[0], now=chain.later(6))
    assert _open(chain) == [("seat_free", "secretary")]
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    assert panel.tally is not None
    assert panel.tally["cast"] == 1
    panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))
    assert _open(chain) == []


def test_the_head_is_asked_for_somebody_else_until_all_of_the_work_is_given_away(chain: Chain) -> None:
    track, by = chain.filed(), {"actor": actor(chain.head), "version": None, "now": chain.now}
    chain.session.add(AccountRole(account_id=chain.second.id, role="investigator"))
    chain.session.flush()
    chain.session.expire(chain.second, ["roles"])
    for leaving in (chain.investigator, chain.officer):
        who = actor(leaving)
        recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=who, now=chain.now)
    assert _open(chain) == [("recused", "head")] * 2
    tracks.reassign(chain.session, track, chain.second, **by)  # type: ignore[arg-type]
    assert _open(chain) == [("recused", "head")] * 2
    cases.assign(chain.session, track.case, chain.second, **by)  # type: ignore[arg-type]
    assert _open(chain) == []


def test_the_head_who_filed_a_case_is_not_given_its_investigation_afterwards(chain: Chain) -> None:
    track = chain.filed()
    chain.session.add(AccountRole(account_id=chain.head.id, role="investigator"))
    chain.session.flush()
    chain.session.expire(chain.head, ["roles"])
    other = account(chain.session, "另一负责人", "head", "investigator")
    said = {"version": None, "now": chain.later(1)}
    for by in (chain.head, other):
        with pytest.raises(NotAllowed, match="批准立案的人员"):
            tracks.reassign(chain.session, track, chain.head, actor=actor(by), **said)  # type: ignore[arg-type]
    tracks.reassign(chain.session, track, other, actor=actor(chain.head), **said)  # type: ignore[arg-type]
    assert track.investigator_id == other.id


def test_everybody_declares_only_for_himself_and_the_system_only_what_it_found(chain: Chain) -> None:
    track = chain.reported()
    for who, sentence in ((actor(chain.second), "只能申报本人"), (SYSTEM, "未发现回避情形")):
        it = Recusal(
            case_id=track.case_id, case=track.case, account_id=chain.investigator.id, part="investigator", state="NEW",
            how="DECLARED", ground="SHARES", facts="持股", asked_at=chain.now,
        )  # fmt: skip
        with pytest.raises((NotAllowed, NotNow), match=sentence):
            RECUSAL.carry_out(Ask(chain.session, it, who, {}, chain.now), "declare")


def test_investigation_check_and_decision_are_separate_in_the_whole_case(chain: Chain) -> None:
    track = chain.proposed([1])
    both = chain.reviewer
    chain.session.add(AccountRole(account_id=both.id, role="investigator"))
    chain.session.flush()
    chain.session.expire(both, ["roles"])
    with pytest.raises(NotAllowed, match="不得担任调查人员"):
        tracks.reassign(chain.session, track, both, actor=actor(chain.head), version=None, now=chain.now)
    other = next(each for each in track.case.tracks if each is not track)
    other.investigator_id = chain.second.id
    chain.session.flush()
    ask = Ask(chain.session, track, actor(chain.second), {}, chain.now)
    track.state = "REVIEWING"
    assert list(checked_by_somebody_new(ask))


def test_the_database_knows_the_separation_as_well(chain: Chain) -> None:
    track = chain.deliberating([1])
    chain.vote(track)
    member = rounds.panel(chain.session, track).members[0]  # type: ignore[union-attr]
    for statement in (
        f"UPDATE case_track SET investigator_id = {member.account_id} WHERE id = {track.id}",
        f"UPDATE panel_member SET account_id = {chain.investigator.id} WHERE id = {member.id}",
        f"UPDATE case_track SET reviewer_id = {chain.investigator.id} WHERE id = {track.id}",
    ):
        with pytest.raises(DatabaseError), chain.session.begin_nested():
            chain.session.execute(text(statement))


def test_who_works_for_a_company_concerned_is_never_drawn_to_fill(chain: Chain) -> None:
    track = chain.deliberating([1])
    members = chain.vote(track)
    rest = [person for person in chain.panel if person.id not in {each.id for each in members}]
    for person in rest:
        at_work(chain.session, person, chain.lender)
    recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=members[0], now=chain.now)
    with pytest.raises(NotNow, match="只有0名"):
        panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.now)


def test_nobody_is_given_a_part_who_has_a_conflict(chain: Chain) -> None:
    track = chain.reported()
    chain.session.add(
        Interest(
            account_id=chain.second.id,
            party_id=chain.lender.id,
            kind="SHARES",
            from_on=date(2025, 1, 1),
            declared_at=chain.now,
            note="",
        )
    )
    chain.session.flush()
    with pytest.raises(BadInput, match="被申请回避"):
        cases.assign(chain.session, track.case, chain.second, actor=actor(chain.head), version=None, now=chain.now)
