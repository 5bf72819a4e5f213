"""Reviews: in time, by other members, never harsher; upheld, varied, quashed, remitted, withdrawn, restored."""

from datetime import datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from casework import recusals
from casework.models_cases import CaseTrack
from core.clock import day_of
from core.db import attempt
from core.errors import BadInput, NotAllowed, NotNow, Unavailable
from core.machine import Ask
from notices import queries as notices
from notices.papers import text_of
from notices.states import SERVICE
from registry import clocks, merging
from registry.models import Party
from registry.models_accounts import AccountRole
from registry.models_clocks import ClockState
from registry.models_settings import Setting
from sanctions import bodies, decisions, ladder_history, measures, review_bodies, reviews, rounds
from sanctions import policies_reviews as policies
from sanctions.models_reviews import Review, ReviewVote
from sanctions.review_tallies import may_change, tally
from sanctions.states import REVIEW
from sanctions.tallies import Rules
from tests.builders import account, rendered
from tests.builders_cases import actor, at_work, party
from tests.registry.test_golive import as_production, confirm_everything
from tests.sanctions.reviewing import Reviewing


@pytest.fixture
def chain(session: Session, now: datetime) -> Reviewing:
    return Reviewing(session, now).fill_pool()


def _votes(*choices: str, lighter: tuple[int, ...] = ()) -> list[ReviewVote]:
    return [ReviewVote(choice=each, measures=list(lighter) if each == "VARY" else []) for each in choices]


def _clock(chain: Reviewing, key: str, subject: tuple[str, int]) -> ClockState | None:
    found = clocks.live(chain.session, key, subject)
    return found.state if found is not None else None


def _said(chain: Reviewing, review: Review) -> str:
    return text_of(chain.paper(review).frozen.blocks)


@pytest.mark.parametrize(
    ("votes", "what"),
    [
        (_votes("UPHOLD", "UPHOLD", "QUASH"), "UPHOLD"),
        (_votes("UPHOLD", "VARY", "VARY", lighter=(1,)), "VARY"),
        (_votes("UPHOLD", "REMIT", "QUASH"), "REMIT"),
        (_votes("QUASH", "QUASH", "UPHOLD"), "QUASH"),
        (_votes("UPHOLD", "ABSTAIN", "ABSTAIN"), "QUASH"),
    ],
)
def test_votes_are_put_from_the_harshest_down(votes: list[ReviewVote], what: str) -> None:
    assert tally([1, 2], votes, Rules()).what == what


def test_a_major_decision_stands_only_by_two_thirds() -> None:
    assert tally([1, 5], _votes("UPHOLD", "UPHOLD", "UPHOLD", "REMIT", "QUASH"), Rules()).what == "REMIT"
    assert tally([1, 5], _votes("UPHOLD", "UPHOLD", "UPHOLD", "UPHOLD", "QUASH"), Rules()).what == "UPHOLD"


def test_a_review_waits_for_the_vote_that_could_overturn_what_is_announced(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    review = chain.asked(track)
    first = chain.voted(review, "UPHOLD", "UPHOLD", "UPHOLD", "QUASH")[0]
    said = {"reasons": "事实清楚", "actor": first, "version": None}
    with pytest.raises(NotNow, match="仍可能改变结果"), attempt(chain.session):
        reviews.decide(chain.session, review, **said, now=chain.later(10))  # type: ignore[arg-type]
    time = clocks.live(chain.session, "K21", ("track", track.id))
    assert time is not None
    time.due_on, time.provisional = day_of(chain.later(9)), False
    reviews.decide(chain.session, review, **said, now=chain.later(10))  # type: ignore[arg-type]
    assert review.outcome == "UPHOLD", "after the last day the quorum decides"


def test_a_vote_to_come_is_waited_for_only_where_it_could_change_the_result() -> None:
    assert may_change([1, 4], _votes("UPHOLD", "UPHOLD", "UPHOLD", "QUASH"), 1, Rules())
    assert not may_change([1, 4], _votes("UPHOLD", "UPHOLD", "UPHOLD", "UPHOLD"), 1, Rules())
    assert not may_change([1], _votes("UPHOLD", "UPHOLD"), 1, Rules())


# --- major: stayed ---


def test_a_review_of_a_major_decision_stays_it_and_stops_the_time_for_asking(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    with pytest.raises(BadInput, match="请说明复核的理由"):
        chain.asked(track, grounds=" ")
    with pytest.raises(NotAllowed):
        reviews.ask_review(chain.session, track, grounds="有异议", actor=actor(chain.firm_lead), now=chain.later(8))
    review = chain.asked(track)
    assert (track.state, review.stayed) == ("IN_REVIEW", True)
    assert _clock(chain, "K20", ("track", track.id)) is None
    assert _clock(chain, "K21", ("track", track.id)) is ClockState.RUNNING


def test_after_its_time_no_review_is_asked(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    with pytest.raises(NotNow, match="申请复核的期限已经届满"):
        chain.asked(track, now=chain.later(60))


def test_who_asks_has_received_the_decision(chain: Reviewing) -> None:
    track = chain.decided([1, 4], "V-I02")
    letter = notices.last_document(chain.session, ["D20"], "track", track.id)
    assert letter is not None
    rendered(chain.session, letter, chain.later(7))
    chain.asked(track)
    assert track.state == "IN_REVIEW"
    assert notices.served_on(chain.session, letter.id) is not None


def test_upheld_it_takes_effect_and_is_ordered_once_the_review_is_served(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    review = chain.asked(track)
    chain.reviewed(review, *["UPHOLD"] * 5)
    decision = rounds.decision(chain.session, track)
    assert decision is not None
    assert (track.state, review.outcome) == ("EFFECTIVE", "UPHOLD")
    assert decision.effective_on is not None
    assert "维持原决定" in _said(chain, review)
    with pytest.raises(NotNow, match="复核决定书尚未送达"):
        measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(11))
    chain.serve_paper(review)
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(12))
    assert track.state == "EXECUTING"
    assert rounds.publication(chain.session, track) is not None


@pytest.mark.parametrize(("outcome", "in_force"), [("UPHOLD", True), ("QUASH", False)])
def test_whoever_verifies_a_major_decision_reads_when_it_has_no_effect(
    chain: Reviewing, outcome: str, *, in_force: bool
) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    letter = notices.last_document(chain.session, ["D20"], "track", track.id)
    assert letter is not None

    def told() -> tuple[bool, bool, bool]:
        chain.session.flush()
        found = notices.verified(chain.session, letter.check_code)
        assert found is not None
        return found.stayed, found.not_yet, found.in_force

    assert told() == (False, True, False), "its time for a review runs"
    review = chain.asked(track)
    assert told() == (True, True, False)
    chain.reviewed(review, *[outcome] * 5)
    assert told() == (False, False, in_force)


def test_the_decision_of_a_review_is_never_made_void_for_nothing_could_take_its_place(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    chain.reviewed(chain.asked(track), *["UPHOLD"] * 5)
    letter = notices.last_document(chain.session, ["D22"], "track", track.id)
    assert letter is not None
    void = Ask(chain.session, letter.services[0], actor(chain.head), {"reason": "误发"}, chain.later(11))
    with pytest.raises(NotNow, match="复核决定书不作废"):
        SERVICE.carry_out(void, "void")


def test_varied_it_is_never_harsher_and_the_bulletin_tells_the_new_decision(chain: Reviewing) -> None:
    track = chain.served_decision([1, 5], "V-I02")
    review = chain.asked(track)
    review.decision.immediate, review.decision.immediate_reasons = ["STOP_CONTACT"], "仍在骚扰"
    chain.session.flush()
    reviews.order_now(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(8))
    at_once = notices.last_document(chain.session, ["D23a"], "track", track.id)
    members = chain.voted(review)
    with pytest.raises(BadInput, match="少于或者轻于"):
        review_bodies.vote(
            chain.session,
            review,
            choice="VARY",
            measures=[1, 3, 5],
            reasons="加重",
            actor=members[0],
            now=chain.later(9),
        )
    for member in members:
        said = {"choice": "VARY", "measures": [1, 4], "reasons": "社会影响较小"}
        review_bodies.vote(chain.session, review, **said, actor=member, now=chain.later(9))  # type: ignore[arg-type]
    chain.announce(review, members[0])
    assert at_once is not None
    assert f"{at_once.number}不再有效" in _said(chain, review), "what was ordered at once lapses with its decision"
    new = rounds.decision(chain.session, track)
    assert new is not None
    assert (track.state, new.measures, track.decided_level) == ("EFFECTIVE", [1, 4], 4)
    assert review.decision.set_aside_on == new.effective_on
    chain.serve_paper(review)
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(12))
    order = notices.last_document(chain.session, ["D23a"], "track", track.id)
    assert order is not None
    assert f"本协会{at_once.number}通知已经失效" in text_of(order.frozen.blocks), "it holds one order, not two"
    assert "自律措施决定（" not in text_of(order.frozen.blocks), "a review decided"
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    assert publication.scope == "MEMBERS"
    assert "变更原决定" in publication.texts[0].body


def test_quashed_the_track_ends_and_the_measure_leaves_the_history(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    review = chain.asked(track)
    chain.reviewed(review, *["QUASH"] * 5)
    assert (track.state, review.decision.set_aside_on) == ("NO_MEASURE", track.ended_on)
    assert _clock(chain, "K27", ("track", track.id)) is ClockState.RUNNING
    assert list(chain.session.scalars(ladder_history.standing())) == []
    letter = notices.last_document(chain.session, ["D20"], "track", track.id)
    paper = notices.last_document(chain.session, ["D22"], "track", track.id)
    assert letter is not None
    assert paper is not None
    assert letter.set_aside_on is not None
    assert letter.replaced_by_id == paper.id


def test_remitted_it_is_investigated_again_for_the_shorter_time(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    review = chain.asked(track)
    members = chain.voted(review, *["REMIT"] * 5)
    with pytest.raises(BadInput, match="需要查明的事项"):
        chain.announce(review, members[0])
    chain.announce(review, members[0], questions="通话记录是否完整")
    assert track.state == "INVESTIGATING"
    clock = clocks.live(chain.session, "K11", ("track", track.id))
    assert clock is not None
    assert clock.length == 20
    assert "通话记录是否完整" in _said(chain, review)


def test_after_a_remittal_nothing_harsher_is_proposed_but_on_new_facts(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    review = chain.asked(track)
    chain.reviewed(review, *["REMIT"] * 5, questions="补充查明人数")
    chain.found(track, chain.later(20))
    with pytest.raises(BadInput, match="不得重于原决定"):
        chain.propose(track, [1, 5], now=chain.later(21))
    (about,) = track.allegations
    proofs, about.evidence = (
        list(about.evidence),
        [each for each in track.case.evidence if each.added_at < chain.later(9)],
    )
    with pytest.raises(BadInput, match="证据"):
        chain.propose(track, [1, 5], now=chain.later(21), new_facts="监管部门移交的新线索")
    about.evidence = proofs
    chain.propose(track, [1, 5], now=chain.later(21), new_facts="监管部门移交的新线索")
    assert (track.state, track.round) == ("NOTICE_ISSUED", 2)


def test_a_withdrawn_review_lets_the_decision_take_effect(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    review = chain.asked(track)
    with pytest.raises(BadInput):
        reviews.withdraw(chain.session, review, confirmed=False, actor=actor(chain.lead), now=chain.later(9))
    reviews.withdraw(chain.session, review, confirmed=True, actor=actor(chain.lead), now=chain.later(9))
    assert (track.state, review.outcome) == ("EFFECTIVE", "WITHDRAWN")
    assert review.decision.effective_on is not None
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(10))
    assert track.state == "EXECUTING"


# --- the body ---


def test_who_decided_investigated_or_checked_never_reviews(chain: Reviewing) -> None:
    track = chain.served_decision([1])
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    for number in (panel.members[0].account_id, chain.investigator.id, chain.reviewer.id, chain.head.id):
        chain.session.add(AccountRole(account_id=number, role="review body"))
    chain.session.flush()
    review = chain.asked(track)
    free = bodies.pool(chain.session, review, actor(chain.secretary))
    assert {person.id for person, _ in free} == {each.id for each in chain.pool}
    for number in (panel.members[0].account_id, chain.investigator.id):
        with pytest.raises(DatabaseError), chain.session.begin_nested():
            chain.session.execute(
                text("INSERT INTO review_member (review_id, track_id, account_id, chair, outside) "
                     f"VALUES ({review.id}, {track.id}, {number}, false, false)")
            )  # fmt: skip


def test_whoever_draws_a_review_body_is_not_drawn_for_it(chain: Reviewing) -> None:
    review = chain.asked(chain.served_decision([1]))
    both = account(chain.session, "兼任", "secretary", "review body")
    for drawer, free in ((chain.head, True), (both, False)):
        pool = bodies.pool(chain.session, review, actor(drawer))
        assert (both.id in {person.id for person, _background in pool}) is free


def test_without_one_from_outside_no_review_body_is_drawn(chain: Reviewing) -> None:
    review, elsewhere = chain.asked(chain.served_decision([1])), party(chain.session, "远山消费金融有限公司")
    for person in chain.pool:
        at_work(chain.session, person, elsewhere)
    with pytest.raises(NotNow, match="外部委员不足：需要1名，可抽选0名。"):
        review_bodies.draw(chain.session, review, actor=actor(chain.secretary), now=chain.later(9))


def test_the_body_is_drawn_once_with_a_seed_and_decides_with_a_quorum(chain: Reviewing) -> None:
    track = chain.served_decision([1])
    review = chain.asked(track)
    with pytest.raises(NotNow, match="尚未抽取复核委员"):
        chain.announce(review, actor(chain.pool[0]))
    members = chain.voted(review, "UPHOLD", "UPHOLD")
    assert (review.seed, review.size, len(members)) == ("四五六", 3, 3)
    with pytest.raises(NotNow, match="已经抽取"):
        review_bodies.draw(chain.session, review, actor=actor(chain.secretary), now=chain.later(9))
    with pytest.raises(NotNow, match="表决人数不足"):
        chain.announce(review, members[0])
    with pytest.raises(NotAllowed, match="只有抽取的复核委员"):
        chain.announce(review, actor(next(each for each in chain.pool if each.id not in {m.id for m in members})))
    review_bodies.vote(chain.session, review, choice="QUASH", reasons="证据不足", actor=members[2], now=chain.later(9))
    ask = Ask(chain.session, review, members[0], {}, chain.later(9))
    with pytest.raises(NotNow, match="表决结果"):
        REVIEW.carry_out(ask, "quash")


@pytest.mark.parametrize("key", ["PANEL_OUTSIDE", "QUORUM_LEAST"])
def test_no_review_body_is_drawn_by_what_nobody_confirmed(chain: Reviewing, key: str) -> None:
    review, by = chain.asked(chain.served_decision([1])), actor(chain.secretary)
    confirm_everything(chain.session)
    as_production(chain.session)
    assert not list(review_bodies.draw_refusals(chain.session, review, by))
    chain.session.execute(update(Setting).where(Setting.key == key).values(confirmed_at=None))
    with pytest.raises(Unavailable, match=key):
        review_bodies.draw(chain.session, review, actor=by, now=chain.later(9))


def test_too_small_a_pool_is_said(session: Session, now: datetime) -> None:
    chain = Reviewing(session, now).fill_pool(2)
    review = chain.asked(chain.served_decision([1]))
    with pytest.raises(NotNow, match="只有2名"):
        review_bodies.draw(session, review, actor=actor(chain.secretary), now=chain.later(9))


def test_nobody_decides_a_review_while_a_recusal_is_open_and_a_recused_member_is_replaced(chain: Reviewing) -> None:
    track = chain.served_decision([1])
    review = chain.asked(track)
    members = chain.voted(review, "UPHOLD", "UPHOLD", "UPHOLD")
    asked = recusals.ask(
        chain.session,
        track.case,
        members[1].id or 0,
        ground="SHARES",
        facts="持有当事单位股权",
        actor=actor(chain.lead),
        now=chain.later(9),
    )
    with pytest.raises(NotNow, match="回避申请"):
        chain.announce(review, members[0])
    recusals.grant(chain.session, asked, actor=actor(chain.head), version=None, now=chain.later(9))
    with pytest.raises(NotNow, match="表决人数不足"):
        chain.announce(review, members[0])
    review_bodies.draw(chain.session, review, actor=actor(chain.secretary), now=chain.later(9), seed="补")
    assert len(policies.sitting(review)) == 3
    assert review.redraws[0]["seed"] == "补"


# --- minor, and in force ---


def _immediate(chain: Reviewing, **changed: object) -> CaseTrack:
    track = chain.deliberating([1, 4], "V-I02")
    members = chain.vote(track, *["PROPOSED"] * 5)
    said = {"immediate": ["STOP_CONTACT"], "immediate_reasons": "每日仍在致电", **changed}
    decisions.decide(
        chain.session,
        track,
        actor=members[0],
        reasons="事实清楚，证据充分。",
        statement_dealt="",
        now=chain.later(7),
        **said,  # type: ignore[arg-type]
    )
    chain.serve(track, "D20", chain.later(7))
    return track


def test_an_order_declared_immediate_is_issued_in_spite_of_a_review_and_only_once(chain: Reviewing) -> None:
    track = _immediate(chain)
    letter = notices.last_document(chain.session, ["D20"], "track", track.id)
    assert letter is not None
    decided = text_of(letter.frozen.blocks)
    assert "除前述立即执行的要求外，复核期间本决定不予执行。" in decided
    assert "自责令整改通知书送达之日起" in decided
    chain.asked(track)
    reviews.order_now(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(8))
    order = notices.last_document(chain.session, ["D23a"], "track", track.id)
    assert order is not None
    said = text_of(order.frozen.blocks)
    assert "立即停止对受影响人员的一切联系" in said
    assert "申请复核" not in said
    assert track.state == "IN_REVIEW"
    assert _clock(chain, "K22", ("track", track.id)) is None
    with pytest.raises(NotNow, match="已经发出"):
        reviews.order_now(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(8))


def test_an_order_at_once_names_no_time_but_that_of_the_rectification_ordered_later(chain: Reviewing) -> None:
    track = _immediate(chain)
    track.party.named_executive = ""
    decision = rounds.decision(chain.session, track)
    assert decision is not None
    decision.terms = {**decision.terms, "1": {**decision.terms["1"], "days": 45}}
    chain.session.flush()
    reviews.order_now(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(8))
    order = notices.last_document(chain.session, ["D23a"], "track", track.id)
    assert order is not None
    said = text_of(order.frozen.blocks)
    assert "整改期限自决定生效并送达责令整改通知书后另行起算，为45日。" in said
    assert "30日" not in said
    assert "自本通知书送达之日起" not in said
    assert "整改报告由负责催收工作的高级管理人员签名" in said
    assert "送达之日起15个工作日内向本协会书面申请复核" in said


def test_nothing_is_ordered_at_once_that_the_panel_did_not_declare_so(chain: Reviewing) -> None:
    with pytest.raises(BadInput, match="为何"):
        _immediate(chain, immediate_reasons=" ")
    track = rounds_track(chain)
    chain.session.flush()
    assert track.state == "DELIBERATION"


def rounds_track(chain: Reviewing) -> CaseTrack:
    return chain.session.scalars(select(CaseTrack).where(CaseTrack.party_id == chain.lender.id)).one()


# --- merged entries ---


def _closed_beside(chain: Reviewing) -> tuple[CaseTrack, Party]:
    """A decision that was carried out, and another entry of its company in the same case."""
    track, twin = chain.effective([1, 2]), party(chain.session, "青屿消费金融股份公司")
    said = {"role": track.role, "basis": track.basis, "state": "CLOSED", "ended_on": chain.now.date()}
    chain.session.add(CaseTrack(ref=f"{track.ref}-x", case_id=track.case_id, party_id=twin.id, **said))
    track.state, track.ended_on = "CLOSED", chain.now.date()
    chain.session.flush()
    return track, twin


def _merge(chain: Reviewing, twin: Party) -> None:
    said = {"reason": "同一公司", "actor": actor(chain.head), "versions": (None, None), "now": chain.now}
    merging.merge(chain.session, chain.lender, twin, **said)  # type: ignore[arg-type]


def test_what_stayed_with_an_entry_that_nobody_reads_is_not_reopened_by_a_review(chain: Reviewing) -> None:
    track, twin = _closed_beside(chain)
    _merge(chain, twin)
    assert track.party is chain.lender
    said = {"basis": "ERROR", "grounds": "人数有误", "favour": True, "actor": actor(chain.head)}
    with pytest.raises(NotNow, match=f"{chain.lender.name_zh}已并入{twin.name_zh}"):
        reviews.own_motion(chain.session, track, **said, now=chain.later(9))  # type: ignore[arg-type]


def test_no_entry_is_merged_whose_track_would_stay_behind_under_review(chain: Reviewing) -> None:
    track, twin = _closed_beside(chain)
    said = {"basis": "ERROR", "grounds": "人数有误", "favour": True, "actor": actor(chain.head)}
    review = reviews.own_motion(chain.session, track, **said, now=chain.later(9))  # type: ignore[arg-type]
    with pytest.raises(NotNow, match=track.ref):
        _merge(chain, twin)
    chain.reviewed(review, *["UPHOLD"] * 3)
    _merge(chain, twin)


# --- publication ---
