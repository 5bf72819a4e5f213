"""Clerical errors are corrected as those who decided voted; what was decided stays as it was decided."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casework import clauses, recusals
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import SYSTEM, Actor
from core.db import attempt, transaction
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices import serving
from notices.models import Document
from notices.papers import whole_text
from registry import renaming, rulebook
from registry.events import EVENTS
from registry.models_accounts import Account
from registry.models_notifications import MAIL, Notification
from sanctions import corrections, queries_volumes, reissues, rounds, served
from sanctions.models_corrections import TextCorrection
from tests.builders_cases import actor
from tests.casework.test_company_told import chose
from tests.conftest import NOW
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing

PASSAGE = "事实清楚，证据充分。"
"""As the reasons of the decision say it."""


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _decision(chain: Chain, track: CaseTrack) -> Document:
    found = notices.last_document(chain.session, ["D20"], "track", track.id)
    assert found is not None
    return found


def _members(chain: Chain, track: CaseTrack) -> list[Actor]:
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    return [actor(chain.session.get_one(Account, each.account_id)) for each in panel.members]


def _put(chain: Chain, track: CaseTrack, **changed: object) -> TextCorrection:
    said = {
        "document": _decision(chain, track),
        "wrong": PASSAGE,
        "right": "事实清楚，证据确实、充分。",
        "reason": "漏字",
        "actor": actor(chain.head),
        "version": None,
        "now": chain.later(10),
    }
    return corrections.put(chain.session, track, **{**said, **changed})  # type: ignore[arg-type]


def _vote(chain: Chain, put: TextCorrection, who: Actor, choice: str = "FOR", reasons: str = "确系笔误") -> None:
    corrections.vote(chain.session, put, choice=choice, reasons=reasons, actor=who, now=chain.later(10))


def _settle(chain: Chain, put: TextCorrection) -> TextCorrection:
    return corrections.settle(chain.session, put, actor=actor(chain.head), now=chain.later(10))


def test_a_correction_is_a_notice_of_its_own_and_the_document_stays(chain: Chain) -> None:
    track = chain.effective([1])
    before = _decision(chain, track).paper_sha256
    put = chain.corrected(_put(chain, track))
    told = notices.last_document(chain.session, ["D40"], "track", track.id)
    assert told is not None
    assert "证据确实、充分" in str(told.paper["paper"])
    assert "作出决定的审议小组" in str(told.paper["paper"])
    assert told.number is not None
    assert (put.outcome, put.notice_id) == ("CARRIED", told.id)
    assert _decision(chain, track).paper_sha256 == before
    assert track.state == "EFFECTIVE"
    votes = [each for each in queries_volumes.internal(chain.session, track) if each.title.startswith("更正表决票")]
    assert len(votes) == 3


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"document": None}, "document"),
        ({"wrong": "没有这句话"}, "wrong"),
        ({"right": PASSAGE}, "right"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_correction_names_passage_and_kind(chain: Chain, changed: dict[str, object], field: str) -> None:
    track = chain.effective([1])
    with pytest.raises(BadInput) as refused:
        _put(chain, track, **changed)
    assert refused.value.field == field


def test_nothing_decided_changes(chain: Chain) -> None:
    track = chain.effective([1])
    decision = rounds.decision(chain.session, track)
    assert decision is not None
    days = decision.terms["1"]["days"]
    for wrong, right in ((f"{days}日内", "5日内"), ("责令整改", "警示约谈"), ("青屿消费金融", "海石")):
        with pytest.raises(BadInput) as refused:
            _put(chain, track, wrong=wrong, right=right)
        assert refused.value.field in {"right", "wrong"}


def test_no_other_company_takes_the_place_of_one_that_bears_another_name_since(chain: Chain) -> None:
    track = chain.effective([1])
    before = track.party.name_zh
    said = {"name_zh": "远岬消费金融有限公司", "actor": SYSTEM, "version": None, "now": chain.later(9)}
    renaming.rename(chain.session, track.party, **said)  # type: ignore[arg-type]
    with pytest.raises(BadInput) as refused:
        _put(chain, track, wrong=before, right="海石催收服务有限公司")
    assert refused.value.field == "right"
    assert _put(chain, track, wrong=before, right=track.party.name_zh).outcome is None


def test_what_was_made_void_is_not_corrected_and_what_was_issued_in_its_place_is(chain: Chain) -> None:
    track = chain.decided([1])
    void, head = _decision(chain, track), {"actor": actor(chain.head), "now": chain.later(7)}
    serving.step(chain.session, void.services[0].id, "void", reason="收件地址有误", **head)  # type: ignore[arg-type]
    reissues.reissue(chain.session, track, version=None, **head)  # type: ignore[arg-type]
    chain.serve(track, "D20", chain.later(8))
    with pytest.raises(BadInput) as refused:
        _put(chain, track, document=void)
    assert refused.value.field == "document"
    assert _put(chain, track).document_id != void.id


def test_no_time_limit_that_a_document_started_is_corrected(chain: Chain) -> None:
    track = chain.effective([1])
    with pytest.raises(BadInput) as refused:
        _put(chain, track, wrong="15个工作日内，以书面形式", right="5个工作日内，以书面形式")
    assert refused.value.field == "right"


def test_nothing_is_added_to_what_was_decided(chain: Chain) -> None:
    track = chain.effective([1])
    said = whole_text(_decision(chain, track).frozen)
    provision = next(each.cited() for each in rulebook.provisions(chain.session) if each.cited() not in said)
    for more in ("并予公开通报批评", "、警示约谈", "另有诱导或逼迫以贷养贷", f"并违反{provision}"):
        with pytest.raises(BadInput) as refused:
            _put(chain, track, right=f"{PASSAGE}{more}。")
        assert refused.value.field == "right", more


def test_only_who_decided_votes_once_with_reasons_and_only_the_head_acts_on_it(chain: Chain) -> None:
    track = chain.effective([1])
    with pytest.raises(NotAllowed):
        _put(chain, track, actor=actor(chain.officer))
    put = _put(chain, track)
    with pytest.raises(NotNow, match="先行表决"):
        _put(chain, track)
    with pytest.raises(NotAllowed):
        _vote(chain, put, actor(chain.reviewer))
    for wrong in ({"choice": "PROPOSED"}, {"reasons": " "}):
        with pytest.raises(BadInput):
            _vote(chain, put, _members(chain, track)[0], **wrong)
    _vote(chain, put, _members(chain, track)[0])
    with pytest.raises(NotNow, match="已经表决"):
        _vote(chain, put, _members(chain, track)[0])
    with pytest.raises(NotNow, match="表决人数不足"):
        _settle(chain, put)
    for member, choice in zip(_members(chain, track)[1:], ("FOR", "AGAINST"), strict=True):
        _vote(chain, put, member, choice)
    for ends in (corrections.settle, corrections.withdraw):
        for other in (_members(chain, track)[0], actor(chain.officer)):
            with pytest.raises(NotAllowed):
                ends(chain.session, put, actor=other, now=chain.later(10))
    assert _settle(chain, put).outcome == "CARRIED"
    for ends in (corrections.settle, corrections.withdraw):
        with pytest.raises(NotNow):
            ends(chain.session, put, actor=actor(chain.head), now=chain.later(10))


def test_a_correction_that_the_last_member_could_still_carry_is_not_announced_as_lost(chain: Chain) -> None:
    track = chain.effective([1, 4])
    put = _put(chain, track)
    members = _members(chain, track)
    for member, choice in zip(members[:4], ("FOR", "FOR", "AGAINST", "AGAINST"), strict=True):
        _vote(chain, put, member, choice)
    with pytest.raises(NotNow, match="仍可能使其通过"):
        _settle(chain, put)
    _vote(chain, put, members[4])
    assert _settle(chain, put).outcome == "CARRIED"


def test_whoever_wants_to_is_told_that_a_correction_waits_for_a_vote(chain: Chain) -> None:
    """Neutral words, and only to those who chose so and can vote: not the member who was recused, nor the officer."""
    track = chain.effective([1])
    members = _members(chain, track)
    for each in (*members[:2], actor(chain.officer)):
        chose(chain.session, each.id or 0, votes=MAIL)
    said = {"ground": "SHARES", "facts": "持有股权", "now": chain.later(10)}
    recusals.declare(chain.session, track.case, **said, actor=members[1])  # type: ignore[arg-type]
    put = _put(chain, track)
    told = select(Notification.account_id, Notification.event, Notification.key).where(Notification.event == "vote")
    assert [tuple(each) for each in chain.session.execute(told)] == [
        (members[0].id, "vote", f"text_correction:{put.id}")
    ]
    assert str(EVENTS["vote"].words) == "有一项事项待您表决"


def test_what_the_body_is_not_for_changes_nothing(chain: Chain) -> None:
    track = chain.effective([1])
    put = _put(chain, track)
    for member, choice in zip(_members(chain, track), ("FOR", "AGAINST", "ABSTAIN"), strict=True):
        assert put.outcome is None
        _vote(chain, put, member, choice)
    assert put.outcome == "LOST"
    with pytest.raises(NotNow):
        _settle(chain, put)
    assert chain.session.scalars(select(Task.role).where(Task.kind == "correction_lost")).all() == ["head"]
    assert notices.last_document(chain.session, ["D40"], "track", track.id) is None
    again = _put(chain, track)
    corrections.withdraw(chain.session, again, actor=actor(chain.head), now=chain.later(10))
    assert again.outcome == "WITHDRAWN"


def test_a_member_recused_since_has_no_vote_and_an_error_can_still_be_corrected(chain: Chain) -> None:
    track = chain.effective([1])
    put = _put(chain, track)
    _vote(chain, put, _members(chain, track)[2])
    said = {"ground": "SHARES", "facts": "持有股权", "now": chain.later(10)}
    recusals.declare(chain.session, track.case, **said, actor=_members(chain, track)[2])  # type: ignore[arg-type]
    assert put.cast == 0
    _vote(chain, put, _members(chain, track)[0])
    with pytest.raises(NotNow, match="表决人数不足"):
        _settle(chain, put)
    _vote(chain, put, _members(chain, track)[1])
    assert _settle(chain, put).outcome == "CARRIED"


def _leaves(chain: Chain, member: Actor) -> None:
    left = chain.session.get_one(Account, member.id)
    left.locked_at, left.lock_reason = chain.later(10), "离任"
    chain.session.flush()


def test_a_member_who_left_makes_no_error_stay_and_whoever_voted_before_counts(chain: Chain) -> None:
    track = chain.effective([1])
    put, members = _put(chain, track), _members(chain, track)
    _vote(chain, put, members[0])
    _leaves(chain, members[0])
    _leaves(chain, members[2])
    _vote(chain, put, members[1])
    assert _settle(chain, put).outcome == "CARRIED"


def test_where_all_who_decided_have_left_nothing_is_put_before_them(chain: Chain) -> None:
    track = chain.effective([1])
    for each in _members(chain, track):
        _leaves(chain, each)
    with pytest.raises(NotNow, match="均已不能表决"):
        _put(chain, track)


def test_a_vote_that_cannot_be_carried_any_more_blocks_no_other_one(chain: Chain) -> None:
    """Two were against or abstain, and the third, who could not carry it alone, is recused: the next can be put."""
    track = chain.effective([1])
    put = _put(chain, track)
    for member, choice in zip(_members(chain, track), ("AGAINST", "ABSTAIN"), strict=False):
        _vote(chain, put, member, choice)
    assert put.outcome is None
    said = {"ground": "SHARES", "facts": "持有股权", "now": chain.later(10)}
    recusals.declare(chain.session, track.case, **said, actor=_members(chain, track)[2])  # type: ignore[arg-type]
    assert (put.outcome, put.ended_at) == ("LOST", chain.later(10))
    assert _put(chain, track).outcome is None


def test_no_way_leads_past_the_vote(chain: Chain) -> None:
    """By the table without a correction, and by SQL without votes or without a correction."""
    track = chain.effective([1])
    document = _decision(chain, track)
    facts = {"document": document, "wrong": PASSAGE, "right": "事实清楚。", "reason": "漏字"}
    refused = TRACK.refusals(Ask(chain.session, track, actor(chain.head), facts, chain.later(10)), "correct_text")
    assert ["过半数" in str(each) for each in refused] == [True]
    put = _put(chain, track)
    chain.session.flush()
    names = [
        each.name for each in Document.__table__.columns if each.name not in {"kind", "id", "number", "check_code"}
    ]
    columns = ", ".join(f'"{each}"' for each in names)
    made = (
        f"INSERT INTO document (kind, number, check_code, {columns}) SELECT 'D40', NULL, 'x', {columns} FROM document"
    )
    for written, named in (
        ("UPDATE text_correction SET outcome = 'CARRIED', ended_at = now() WHERE id = :id", "carried_by_votes"),
        (f"{made} WHERE id = (SELECT document_id FROM text_correction WHERE id = :id)", "without a vote"),
    ):
        with attempt(chain.session), pytest.raises(DBAPIError, match=named):
            chain.session.execute(text(written), {"id": put.id})


def test_before_it_is_served_a_decision_is_issued_again_and_not_corrected(chain: Chain) -> None:
    track = chain.decided([1])
    with pytest.raises(NotNow):
        _put(chain, track)


DAYS = {"wrong": "10月7日至10日", "right": "10月7日至9日", "reason": "日期笔误"}


def _said(chain: Chain, track: CaseTrack, kind: str) -> str:
    found = notices.last_document(chain.session, [kind], "track", track.id)
    assert found is not None
    return whole_text(found.frozen)


def test_an_order_tells_the_facts_as_the_decision_was_corrected(chain: Chain) -> None:
    track = chain.effective([2])
    chain.corrected(_put(chain, track, **DAYS))
    chain.serve(track, "D40", chain.later(10))
    chain.execute(track, chain.later(11))
    assert (DAYS["right"] in _said(chain, track, "D23b"), DAYS["wrong"] in _said(chain, track, "D23b")) == (True, False)


def test_an_error_that_was_corrected_in_two_documents_is_put_right_once_in_what_follows(chain: Chain) -> None:
    track = chain.effective([2])
    right = f"{DAYS['wrong']}四日"
    for kind in ("D17", "D20"):
        document = notices.last_document(chain.session, [kind], "track", track.id)
        chain.corrected(_put(chain, track, document=document, wrong=DAYS["wrong"], right=right, reason="漏字"))
        chain.serve(track, "D40", chain.later(10))
    chain.execute(track, chain.later(11))
    said = _said(chain, track, "D23b")
    assert (right in said, "四日四日" in said) == (True, False)


def test_a_further_correction_is_about_what_the_last_one_left(chain: Chain) -> None:
    track = chain.effective([1])
    chain.corrected(_put(chain, track, right="事实清楚，证具确凿。"))
    chain.serve(track, "D40", chain.later(10))
    with pytest.raises(BadInput) as refused:
        _put(chain, track)
    assert refused.value.field == "wrong"
    chain.corrected(_put(chain, track, wrong="证具确凿。", right="证据确凿。"))
    chain.serve(track, "D40", chain.later(10))
    assert "事实清楚，证据确凿。" in served.texts(chain.session, _decision(chain, track))[-1][0]


def test_what_follows_a_remittal_tells_them_so_too(session: Session, now: datetime) -> None:
    chain = Reviewing(session, now).fill_pool()
    track = chain.executing([2])
    chain.corrected(_put(chain, track, **DAYS))
    chain.serve(track, "D40", chain.later(10))
    piece = clauses.evidence_lines(chain.session, track)[0]
    chain.corrected(_put(chain, track, wrong=piece, right=f"{piece}（原件）", reason="漏字"))
    chain.serve(track, "D40", chain.later(10))
    chain.reviewed(chain.asked(track, now=chain.later(9)), *["REMIT"] * 3, questions="次数如何统计？")
    chain.found(track, chain.later(12))
    chain.propose(track, [2], now=chain.later(13))
    notice = _said(chain, track, "D17")
    assert (DAYS["right"] in notice, DAYS["wrong"] in notice) == (True, False)
    assert f"{piece}（原件）" in notice


def test_whoever_verifies_the_document_is_led_to_the_notice_once_it_is_served(chain: Chain) -> None:
    track = chain.effective([1])
    chain.corrected(_put(chain, track))
    found = notices.verified(chain.session, _decision(chain, track).check_code)
    assert found is not None
    assert found.corrections == ()
    told = chain.serve(track, "D40", chain.later(10))
    found = notices.verified(chain.session, _decision(chain, track).check_code)
    assert found is not None
    assert [(each.number, each.check_code) for each in found.corrections] == [(told.number, told.check_code)]
    assert found.in_force


def test_a_notice_is_said_to_correct_something_once_it_is_served_and_while_it_counts(chain: Chain) -> None:
    track = chain.effective([1])
    chain.corrected(_put(chain, track))
    told = notices.last_document(chain.session, ["D40"], "track", track.id)
    assert told is not None

    def corrects() -> bool:
        found = notices.verified(chain.session, told.check_code)
        return found is not None and found.corrects is not None

    assert not corrects()
    chain.serve(track, "D40", chain.later(10))
    assert corrects()
    told.void_at, told.void_reason = chain.later(11), "误发"
    chain.session.flush()
    assert not corrects()


def test_the_page_of_its_check_code_names_the_notice_and_that_of_the_notice_the_document(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, NOW)
        track = chain.effective([1])
        chain.corrected(_put(chain, track))
        told = chain.serve(track, "D40", chain.later(10))
        code, named = _decision(chain, track).check_code, (told.number or "", told.check_code)
        decided = (_decision(chain, track).number or "", code)
    told_of = {"zh": "本通知书仅更正下列文书", "en": "It corrects a clerical error in another document"}
    for lang, said in (("zh", "应与下列更正通知书一并使用"), ("en", "read together with the notice that corrects")):
        page = app.test_client().get(f"/verify?code={code}&lang={lang}").get_data(as_text=True)
        assert [each for each in (said, *named) if each not in page] == []
        assert told_of[lang] not in page
        back = app.test_client().get(f"/verify?code={named[1]}&lang={lang}").get_data(as_text=True)
        assert [each for each in (told_of[lang], *decided) if each not in back] == []
