"""Panels and decisions: drawn by chance from who took no part, votes of those who sit, never harsher than announced."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, former_parts, inquiries, noting, policies_recusals, recusals
from casework.models_cases import CaseTrack
from casework.models_recusals import Interest
from core import clock, journal
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices.papers import day_text, moment_text, text_of
from registry import clocks
from registry.models_accounts import Account, AccountRole
from registry.models_clocks import ClockState
from sanctions import bodies, decisions, hearings, panels, policies, pools, review_bodies, rounds, statements
from sanctions.models_decisions import Decision, PanelBackground, Vote
from sanctions.policies_recusals import checked_by_somebody_new
from tests.builders import account
from tests.builders_cases import actor, at_work, from_outside, party
from tests.casework.test_questionings import record
from tests.sanctions.chain import Chain
from tests.sanctions.hearing_room import HearingRoom
from tests.sanctions.reviewing import Reviewing
from tests.statements import counted


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _decide(chain: Chain, track: CaseTrack, by: int = 0, dealt: str = "不予采纳，理由同上。", **said: Any) -> Decision:
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    people = {person.id: person for person in chain.panel}
    member = actor(people[rounds.sitting(panel)[by].account_id])
    return decisions.decide(
        chain.session,
        track,
        actor=member,
        reasons="事实清楚。",
        statement_dealt=dealt,
        now=chain.later(7),
        **said,
    )


def test_a_seed_draws_the_same_panel_again(chain: Chain) -> None:
    pool = [(person, PanelBackground(account_id=person.id, organisation="大学")) for person in chain.panel]
    first = bodies.chosen_by("seed", pool, 5, 1)
    assert first == bodies.chosen_by("seed", pool, 5, 1)
    assert len({person.id for person, _ in first}) == 5
    assert first != bodies.chosen_by("other", pool, 5, 1)


def test_a_panel_has_one_from_outside(chain: Chain) -> None:
    inside = [PanelBackground(account_id=person.id, party_id=chain.firm.id) for person in chain.panel[:-1]]
    outside = PanelBackground(account_id=chain.panel[-1].id, organisation="大学")
    pool = [*zip(chain.panel, inside, strict=False), (chain.panel[-1], outside)]
    for number in range(20):
        assert chain.panel[-1] in [person for person, _ in bodies.chosen_by(str(number), pool, 3, 1)]


def test_without_one_from_outside_no_panel_is_drawn_and_what_is_missing_is_said(chain: Chain) -> None:
    track, elsewhere = chain.deliberating([1]), party(chain.session, "远山消费金融有限公司")
    keeper, by = Actor(1, frozenset({"system_admin"}), audience="admin"), actor(chain.secretary)
    *insiders, unplaced = chain.panel
    for person in insiders:
        at_work(chain.session, person, elsewhere)
    found = chain.session.get_one(PanelBackground, unplaced.id)
    pools.end(chain.session, found, actor=keeper, now=chain.later(5))
    with pytest.raises(NotNow, match="可抽选0名；另有1名备选委员未登记任职单位"):
        panels.draw(chain.session, track, actor=by, now=chain.later(6))
    said = {"organisation": "蓝湾大学", "actor": keeper, "now": chain.later(6)}
    pools.place(chain.session, unplaced, **said)
    panel = panels.draw(chain.session, track, actor=by, now=chain.later(6))
    assert [each.account_id for each in panel.members if each.outside] == [unplaced.id]
    recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=actor(unplaced), now=chain.now)
    with pytest.raises(NotNow, match=r"需要1名，可抽选0名。$"):
        panels.fill(chain.session, track, actor=by, now=chain.later(7))
    inside = {each.account_id for each in panel.members}
    pools.place(chain.session, next(each for each in insiders if each.id not in inside), **said)
    panels.fill(chain.session, track, actor=by, now=chain.later(7))
    assert sum(1 for each in rounds.sitting(panel) if each.outside) == 1


def test_who_took_part_or_works_for_a_company_concerned_or_never_came_in_is_never_drawn(chain: Chain) -> None:
    track = chain.proposed([1])
    for person in (chain.investigator, chain.reviewer, chain.head):
        chain.session.add(AccountRole(account_id=person.id, role="panel"))
    chain.session.flush()
    at_work(chain.session, chain.panel[0], chain.lender)
    at_work(chain.session, chain.panel[1], chain.firm)
    chain.panel[2].invited = True
    drawn = {person.id for person, _ in policies.eligible(chain.session, track)}
    assert drawn == {person.id for person in chain.panel[3:]}


def test_only_the_system_administrator_says_where_members_of_the_pool_work(chain: Chain) -> None:
    keeper = Actor(1, frozenset({"system_admin"}), audience="admin")
    said = {"party": chain.lender, "now": chain.now}
    for other in (chain.secretary, chain.head, chain.panel[0]):
        with pytest.raises(NotAllowed):
            pools.place(chain.session, chain.panel[0], actor=actor(other), **said)
    with pytest.raises(BadInput):
        pools.place(chain.session, chain.officer, actor=keeper, **said)
    with pytest.raises(BadInput):
        pools.place(chain.session, chain.panel[0], actor=keeper, now=chain.now)
    found = pools.place(chain.session, chain.panel[0], actor=keeper, **said)
    track = chain.deliberating([1])
    assert chain.panel[0].id not in {person.id for person, _ in policies.eligible(chain.session, track)}
    pools.end(chain.session, found, actor=keeper, now=chain.later(1))
    assert chain.session.get(PanelBackground, chain.panel[0].id) is None


def test_of_two_who_say_where_a_member_works_the_second_is_told(chain: Chain) -> None:
    keeper = Actor(1, frozenset({"system_admin"}), audience="admin")
    person, elsewhere = chain.panel[0], {"organisation": "滨海大学", "actor": keeper, "now": chain.now}
    read = chain.session.get_one(PanelBackground, person.id).version
    found = pools.place(chain.session, person, party=chain.lender, actor=keeper, version=read, now=chain.now)
    for stale in (read, pools.NOTHING):
        with pytest.raises(Changed):
            pools.place(chain.session, person, version=stale, **elsewhere)
    with pytest.raises(Changed):
        pools.end(chain.session, found, actor=keeper, version=read, now=chain.now)
    assert found.party_id == chain.lender.id
    pools.place(chain.session, person, version=found.version, **elsewhere)


def test_a_former_employer_bars_for_two_years(chain: Chain) -> None:
    keeper = Actor(1, frozenset({"system_admin"}), audience="admin")
    person, elsewhere = chain.panel[0], {"organisation": "蓝湾大学", "actor": keeper}
    long_ago = chain.now - timedelta(days=3 * 365)
    pools.place(chain.session, person, party=chain.lender, actor=keeper, now=long_ago)
    pools.place(chain.session, person, **elsewhere, now=chain.now - timedelta(days=600))
    track = chain.deliberating([1])
    assert person.id not in {each.id for each, _ in policies.eligible(chain.session, track)}
    tie = chain.session.scalars(select(Interest).where(Interest.account_id == person.id)).one()
    tie.to_on = day_of(chain.now - timedelta(days=800))
    chain.session.flush()
    assert person.id in {each.id for each, _ in policies.eligible(chain.session, track)}


def test_a_member_who_turns_out_to_work_for_the_company_concerned_is_recused_at_once(chain: Chain) -> None:
    keeper = Actor(1, frozenset({"system_admin"}), audience="admin")
    track = chain.deliberating([1])
    panel = panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))
    person = chain.session.get_one(Account, panel.members[1].account_id)
    pools.place(chain.session, person, party=chain.lender, actor=keeper, now=chain.later(6))
    chain.session.refresh(panel, ["members"])
    assert person.id not in {each.account_id for each in rounds.sitting(panel)}


@pytest.mark.parametrize("drawn", ["panel", "review body"])
def test_a_recused_member_takes_part_no_more_and_asks_for_nobody_s_recusal(
    session: Session, now: datetime, drawn: str
) -> None:
    chain = Reviewing(session, now).fill_pool()
    if drawn == "panel":
        track = chain.deliberating([1])
        gone = chain.vote(track, "PROPOSED", "PROPOSED")[2]
    else:
        track = chain.served_decision([1])
        body = review_bodies.draw(session, chain.asked(track), actor=actor(chain.secretary), now=chain.later(9))
        gone = actor(session.get_one(Account, body.members[1].account_id))
    assert set(policies_recusals.taking_part(session, track.case_id)[gone.id or 0]) <= policies_recusals.DRAWN
    said = {"ground": "RELATIVE", "facts": "亲属", "actor": gone, "now": chain.later(9)}
    recusals.declare(session, track.case, **said)
    assert gone.id not in policies_recusals.taking_part(session, track.case_id)
    with pytest.raises(NotAllowed, match="您已回避"):
        recusals.ask(session, track.case, chain.investigator.id, **said)


def test_who_takes_part_is_asked_once_whatever_the_part(app: Flask, chain: Chain) -> None:
    track = chain.deliberating([1])
    panel = panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))
    chain.session.flush()
    with counted(app) as said:
        found = policies_recusals.taking_part(chain.session, track.case_id)
    assert len(said) == 1
    chair = next(each for each in panel.members if each.chair)
    assert found[chair.account_id] == ["panel", "chair"]
    assert found[chain.secretary.id] == ["secretary"]
    assert set(found[chain.investigator.id]) >= {"investigator"}


def test_too_small_a_pool_is_said(chain: Chain) -> None:
    track = chain.deliberating([1, 5], code="V-I02")
    for person in chain.panel[:3]:
        person.locked_at = chain.now
    chain.session.flush()
    with pytest.raises(NotNow, match="5"):
        panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))


def test_a_panel_is_drawn_once_by_the_secretary(chain: Chain) -> None:
    track = chain.deliberating([1])
    with pytest.raises(NotAllowed):
        panels.draw(chain.session, track, actor=actor(chain.officer), now=chain.later(6))
    panel = panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))
    assert len(panel.members) == 3
    assert [member.chair for member in panel.members] == [True, False, False]
    with pytest.raises(NotNow):
        panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))


def test_who_cannot_vote_yet_or_any_more_reads_the_true_reason(session: Session, now: datetime) -> None:
    room = HearingRoom(session, now)
    track, members = room.ready()

    def refused(until: date | None = None) -> str:
        return str(next(iter(panels.vote_refusals(session, track, members[0], until))))

    held = room.hearing(track).at
    assert held is not None
    assert f"听证定于{day_of(held)}举行" in refused()
    hearings.waive(session, track, confirmed=True, actor=actor(room.lead), now=room.later(6))
    assert track.state == "PRE_NOTICE"
    assert "陈述申辩期限结束后才能表决" in refused()
    assert "至2026-12-20届满" in refused(date(2026, 12, 20))
    statements.waive(session, track, confirmed=True, actor=actor(room.lead), now=room.later(6))
    for each in members:
        panels.vote(session, track, choice="PROPOSED", reasons="理由", actor=each, now=room.later(6))
    said: dict[str, Any] = {"reasons": "事实清楚", "statement_dealt": "", "now": room.later(7)}
    decisions.decide(session, track, actor=members[0], **said)
    assert refused() == "审议小组已经作出决定。"


def test_a_member_votes_once_with_reasons_and_a_stranger_never(chain: Chain) -> None:
    track = chain.deliberating([1, 2])
    members = chain.vote(track, "PROPOSED")
    with pytest.raises(NotNow):
        panels.vote(chain.session, track, choice="NONE", reasons="再想", actor=members[0], now=chain.later(6))
    with pytest.raises(BadInput):
        panels.vote(chain.session, track, choice="NONE", reasons=" ", actor=members[1], now=chain.later(6))
    with pytest.raises(BadInput):
        panels.vote(
            chain.session, track, choice="LIGHTER", measures=[3], reasons="较轻", actor=members[1], now=chain.later(6)
        )
    with pytest.raises(BadInput, match="请勾选应当保留的措施"):
        panels.vote(chain.session, track, choice="LIGHTER", reasons="较轻", actor=members[1], now=chain.later(6))
    with pytest.raises(NotAllowed):
        panels.vote(chain.session, track, choice="NONE", reasons="反对", actor=actor(chain.head), now=chain.later(6))


def test_a_recused_member_has_no_vote(chain: Chain) -> None:
    track = chain.deliberating([1])
    members = chain.vote(track, "PROPOSED", "PROPOSED", "PROPOSED")
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    facts = "曾任职于当事单位"
    recusals.declare(chain.session, track.case, ground="EMPLOYED", facts=facts, actor=members[0], now=chain.later(7))
    assert len(rounds.votes(chain.session, panel)) == 2
    with pytest.raises(NotNow):
        _decide(chain, track)


@pytest.mark.parametrize(
    "more", [{}, {"immediate": ["STOP_CONTACT"], "immediate_reasons": "仍在骚扰"}], ids=["plain", "immediate"]
)
def test_without_a_quorum_nothing_is_decided(chain: Chain, more: dict[str, Any]) -> None:
    track = chain.deliberating([1])
    chain.vote(track, "PROPOSED", "PROPOSED")
    with pytest.raises(NotNow):
        _decide(chain, track, **more)


def test_a_statement_must_be_dealt_with(chain: Chain) -> None:
    track = chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    statements.state(chain.session, track, text="请求从轻", actor=actor(chain.lead), now=chain.later(5))
    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=chain.later(5))
    chain.vote(track, *["PROPOSED"] * 3)
    with pytest.raises(BadInput):
        _decide(chain, track, dealt=" ")
    _decide(chain, track)
    letter = notices.last_document(chain.session, ["D20"], "track", track.id)
    assert letter is not None
    text = text_of(letter.frozen.blocks)
    assert "请求从轻" in text
    assert "不予采纳" in text


def test_a_lighter_decision_drops_measures_and_may_change_the_tier(chain: Chain) -> None:
    track = chain.deliberating([1, 3, 5], code="V-I02")
    chain.vote(track, "PROPOSED", "LIGHTER", "LIGHTER", "LIGHTER", "NONE", lighter=(1, 3))
    decision = _decide(chain, track)
    assert decision.measures == [1, 3]
    assert set(decision.terms) == {"1", "3"}
    assert track.decided_level == 3
    assert not track.major
    chain.serve(track, "D20", chain.later(7))
    assert track.state == "EFFECTIVE"


def test_a_panel_that_wants_none_ends_the_track(chain: Chain) -> None:
    complaint = chain.complaint()
    assert complaint
    track = chain.deliberating([1])
    chain.vote(track, "NONE", "NONE", "ABSTAIN")
    decision = _decide(chain, track)
    assert decision.measures == []
    assert track.state == "NO_MEASURE"
    assert notices.last_document(chain.session, ["D16b"], "track", track.id)


def test_the_record_of_deliberation_says_how_many_and_never_who(chain: Chain) -> None:
    track = chain.decided([1])
    record = notices.last_document(chain.session, ["D31"], "track", track.id)
    assert record is not None
    assert not record.outward
    assert record.volume == "internal"
    text = text_of(record.frozen.blocks)
    assert "一二三" in text
    assert chain.session.scalars(select(Vote)).first() is not None
    assert "理由充分" not in text


@pytest.mark.parametrize(("choice", "kind"), [("PROPOSED", "D20"), ("NONE", "D16b")])
def test_papers_tell_when_the_panel_decided_and_not_when_they_were_signed(chain: Chain, choice: str, kind: str) -> None:
    track = chain.deliberating([1])
    chain.vote(track, *[choice] * 3)
    _decide(chain, track)
    when = clock.local(chain.later(6))
    said = {each: notices.last_document(chain.session, [each], "track", track.id) for each in ("D31", kind)}
    record, letter = (text_of(each.frozen.blocks) for each in said.values() if each)
    assert f"审议时间 | {moment_text(when)}" in record
    assert f"审议小组（由三名委员组成）于{day_text(when.date(), 'zh')}" in letter


def test_a_major_decision_waits_for_the_review_time(chain: Chain) -> None:
    track = chain.decided([1, 4], code="V-I02")
    chain.serve(track, "D20", chain.later(7))
    assert track.state == "SERVED"
    clock = clocks.live(chain.session, "K20", ("track", track.id))
    assert clock is not None
    assert clock.state is ClockState.RUNNING
    decision = rounds.decision(chain.session, track)
    assert decision is not None
    assert decision.effective_on is None
    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=chain.later(8))
    assert track.state == "EFFECTIVE"
    assert decision.effective_on is not None


def test_who_gives_up_a_statement_from_an_old_page_gives_up_no_review(chain: Chain) -> None:
    track = chain.decided([1, 4], code="V-I02")
    said = {"confirmed": True, "actor": actor(chain.lead), "now": chain.later(8)}
    with pytest.raises(Changed):
        statements.waive(chain.session, track, right="windows", **said)  # type: ignore[arg-type]
    assert track.state == "DECIDED", "the decision is not taken as opened either"
    chain.serve(track, "D20", chain.later(8))
    statements.waive(chain.session, track, right="review", **said)  # type: ignore[arg-type]
    assert track.state == "EFFECTIVE"


def test_nobody_draws_himself(chain: Chain) -> None:
    track, secretary = chain.deliberating([1]), chain.panel[0]
    assert secretary.id in {person.id for person, _background in policies.eligible(chain.session, track)}
    pool = bodies.pool(chain.session, panels.new(chain.session, track), actor(secretary))
    assert secretary.id not in {person.id for person, _background in pool}


@pytest.mark.parametrize("verb", ["draw", "fill"])
def test_whoever_investigated_once_neither_draws_the_panel_nor_fills_it(chain: Chain, verb: str) -> None:
    track = chain.deliberating([1])
    former = account(chain.session, "前任", "secretary")
    said = {"track": track.ref, "former": former.id, "investigator": track.investigator_id}
    noting.of_case(chain.session, track.case, "reassign", actor(chain.head), chain.later(5), **said)
    journal.settle(chain.session)
    if verb == "fill":
        panel = panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))
        panel.members[1].recused_at = chain.later(6)
        chain.session.flush()
    with pytest.raises(NotAllowed, match="调查"):
        getattr(panels, verb)(chain.session, track, actor=actor(former), now=chain.later(6))
    getattr(panels, verb)(chain.session, track, actor=actor(chain.secretary), now=chain.later(6))


def test_whoever_investigated_before_and_whoever_checked_before_is_not_drawn_and_does_not_check(chain: Chain) -> None:
    track = chain.deliberating([1])
    former = account(chain.session, "前任", "investigator", "panel")
    checker = account(chain.session, "审", "reviewer", "panel")
    said = {"track": track.ref, "former": former.id, "investigator": track.investigator_id}
    noting.of_case(chain.session, track.case, "reassign", actor(chain.head), chain.later(5), **said)
    journal.write(
        chain.session, subject=("track", track.id), row="S13", ref=track.ref, actor=actor(checker), now=chain.later(5),
        states=("REVIEWING", "INVESTIGATING"),
    )  # fmt: skip
    journal.settle(chain.session)
    eligible = {person.id for person, _background in policies.eligible(chain.session, track)}
    assert eligible
    assert not eligible & {former.id, checker.id}
    assert former.id in former_parts.investigated(chain.session, track)


def _of_pool(chain: Chain, *people: Account) -> None:
    chain.session.add_all(AccountRole(account_id=each.id, role="panel") for each in people)
    from_outside(chain.session, *people)
    for each in people:
        chain.session.expire(each, ["roles"])


def _eligible(chain: Chain, track: CaseTrack) -> set[int]:
    journal.settle(chain.session)
    return {person.id for person, _background in policies.eligible(chain.session, track)}


def test_whoever_kept_the_case_once_does_not_decide_it_after_handing_it_over(chain: Chain) -> None:
    track, last = chain.deliberating([1]), account(chain.session, "经办丙", "officer")
    _of_pool(chain, chain.officer, chain.second, last)
    assert _eligible(chain, track) >= {chain.second.id, last.id}
    by = {"actor": actor(chain.head), "version": None, "now": chain.later(5)}
    for keeper in (chain.second, last):
        cases.assign(chain.session, track.case, keeper, **by)  # type: ignore[arg-type]
    assert not _eligible(chain, track) & {chain.officer.id, chain.second.id, last.id}


@pytest.mark.parametrize("row", ["S55", "S74", "case.draw", "case.draw_review"])
def test_whoever_served_the_panel_once_is_drawn_in_no_free_seat_of_it(chain: Chain, row: str) -> None:
    track, secretary = chain.deliberating([1]), account(chain.session, "另一秘书", "secretary")
    _of_pool(chain, secretary)
    assert secretary.id in _eligible(chain, track)
    if row.startswith("case."):
        what, said = row.partition(".")[2], {"track": track.ref}
        noting.of_case(chain.session, track.case, what, actor(secretary), chain.later(5), **said)
    else:
        states = "HEARING_ASKED", "HEARING_SET"
        said = {"ref": track.ref, "actor": actor(secretary), "now": chain.later(5), "states": states}
        journal.write(chain.session, subject=("track", track.id), row=row, **said)  # type: ignore[arg-type]
    assert secretary.id not in _eligible(chain, track)


def test_the_second_officer_at_a_questioning_took_part_in_the_investigation(chain: Chain) -> None:
    track = chain.filed()
    chain.serve(track, "D11b")
    _of_pool(chain, chain.second)
    assert chain.second.id in _eligible(chain, track)
    said = {"actor": actor(chain.investigator), "version": None, "now": chain.now}
    inquiries.question(chain.session, track, record=record(chain), **said)  # type: ignore[arg-type]
    assert chain.second.id not in _eligible(chain, track)


def test_whoever_gave_up_a_seat_neither_keeps_the_case_nor_checks_it(chain: Chain) -> None:
    """Locked out before voting, replaced, and back again."""
    track = chain.deliberating([1])
    gone = chain.session.get_one(Account, chain.vote(track, "PROPOSED", "PROPOSED")[2].id)
    gone.locked_at, gone.lock_reason = chain.later(6), "离任"
    chain.session.flush()
    panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="补")
    gone.locked_at, gone.lock_reason = None, ""
    chain.session.add_all(AccountRole(account_id=gone.id, role=role) for role in ("officer", "reviewer"))
    chain.session.flush()
    chain.session.expire(gone, ["roles"])
    by = {"actor": actor(chain.head), "version": None, "now": chain.later(7)}
    with pytest.raises(BadInput, match="审议、决定或者复核"):
        cases.assign(chain.session, track.case, gone, **by)  # type: ignore[arg-type]
    asked = Ask(chain.session, track, actor(gone), {}, chain.later(7))
    assert [str(each) for each in checked_by_somebody_new(asked)]
