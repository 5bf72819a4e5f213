"""A company that is written to in English: every kind of document to it, with no Chinese but names and quotations."""

import ast
import calendar
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import BadInput, NotAllowed
from core.machine import Ask
from notices import queries as notices
from notices.kinds import KINDS
from notices.models import Document
from notices.papers import ENCLOSED, PREVAILS, Paper, moment_text, text_of, whole_text
from notices.rendering import html_of
from notices.samples import TO_A_COMPANY
from notices.states import SERVICE
from registry import parties, settings
from registry.models import Party
from registry.models_accounts import Account
from sanctions import (
    measures,
    reissues,
    rounds,
    served,
    terms,
)
from tests import builders, builders_cases
from tests.builders_cases import World, actor
from tests.kept_states import keeping
from tests.notices.sample_shapes import drifts
from tests.sanctions import chain as chains
from tests.sanctions import hearing_room, reviewing
from tests.sanctions.chain import Chain
from tests.sanctions.english_scenes import SCENES
from tests.sanctions.operative_words import operative

NAMES = {
    "青屿消费金融有限公司": "Qingyu Consumer Finance Co., Ltd.",
    "海石催收服务有限公司": "Haishi Collection Services Co., Ltd.",
}
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff〇-〿、。；：，（）“”]+")
ENGLISH_DAY = re.compile(rf"\d+ (?:{'|'.join(calendar.month_name[1:])}) \d{{4}}")
NUMBER = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号")
TYPED = (
    *("涉嫌犯罪，公安机关已立案侦查", "公安机关已撤销案件", "情况复杂", "何时停止联系", "核对外呼名单", "情节轻微"),
    *("不受规则约束", "督促纠正", "核查结果", "立案对象有误", "系统改造尚需时间", "理由正当", "漏字", "无人到场"),
    *(
        "学员甲",
        "学员乙",
        "学员丙",
        "事实清楚，证据确实、充分",
        "受谁委托",
        "证据不支持",
        "系受托催收",
        "需要核实的问题",
    ),
)
"""What people write in these scenes, besides what the builders let them write."""


def literals() -> set[str]:
    """Every text that the people of the builders write: what a document may quote."""
    found = set(TYPED)
    for module in (builders, builders_cases, chains, hearing_room, reviewing):
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        found |= {
            each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        }
    return {each.strip("。 ") for each in found if HAN.search(each)}


def quotable(session: Session) -> list[str]:
    """Names of people and of the association, and what it rests on; the longest first."""
    names = set(session.scalars(select(Account.name)))
    said = {str(each) for each in settings.association(session).values()}
    said |= {str(settings.value(session, f"MEASURE_BASIS.L{level}") or "") for level in range(1, 6)}
    return sorted((each for each in {*literals(), *names, *said} if each), key=len, reverse=True)


def chinese_left(text: str, allowed: list[str]) -> list[str]:
    """The Chinese of a text that is neither a number of a document nor quoted."""
    text = NUMBER.sub("", text)
    for each in allowed:
        text = text.replace(each, "")
    return [each for each in HAN.findall(text) if re.search(r"[\u4e00-\u9fff]", each)]


def own_text(paper: Paper) -> str:
    """All that the English version itself says."""
    parts = (paper.title, paper.addressee, text_of(paper.blocks), paper.closing, paper.note)
    return "\n".join((*parts, *paper.attachments, *paper.signatures, *paper.copies_to))


@pytest.fixture(autouse=True)
def all_in_english() -> Iterator[None]:
    """Every company that is entered corresponds in English."""

    def choose(_party: Party, _args: object, given: dict[str, Any]) -> None:
        given.update(language="en", name_en=NAMES.get(given["name_zh"], "Another Company Ltd."))

    event.listen(Party, "init", choose)
    with keeping(None):
        yield
    event.remove(Party, "init", choose)


def test_every_outward_kind_to_a_company_has_its_scene() -> None:
    wanted = {kind.id for kind in KINDS.values() if kind.outward and kind.to in TO_A_COMPANY}
    assert set().union(*(kinds for _scene, kinds in SCENES.values())) >= wanted


@pytest.mark.parametrize("name", SCENES)
def test_nothing_but_names_and_quotations_is_chinese_in_it(session: Session, now: datetime, name: str) -> None:
    scene, kinds = SCENES[name]
    scene(session, now)
    found = session.scalars(select(Document).where(Document.party_id.is_not(None), Document.outward)).all()
    assert {each.kind for each in found} >= kinds
    allowed = quotable(session)
    left = {}
    for each in found:
        paper = each.frozen
        assert (each.lang, paper.attachments[-1], PREVAILS in paper.note) == ("en", ENCLOSED, True), each.kind
        left[each.kind] = chinese_left(own_text(paper), allowed)
        assert paper.authentic is not None
        assert chinese_left(own_text(paper.authentic), allowed), f"{each.kind}: this would find no Chinese anywhere"
        assert ENGLISH_DAY.findall(own_text(paper.authentic)) == [], each.kind
    assert {kind: words for kind, words in left.items() if words} == {}
    assert list(drifts((each.kind, "en", each.frozen) for each in found)) == []


def test_one_of_a_thing_is_named_in_the_singular(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.decided([3])
    found = rounds.decision(session, track)
    assert found is not None
    one = {"minimum": 1, "hours": 1, "pass_mark": 1}
    found.terms = {"3": {**found.terms["3"], **one}}
    session.flush()
    assert "at least 1 person must attend training of 1 hour and pass its test with 1 mark" in terms.worded(
        session, 3, found.terms["3"], "en"
    )
    chain.serve(track, "D20", chain.later(7))
    chain.execute(track, chain.later(9))
    order = notices.last_document(session, ["D23d"], "track", track.id)
    assert order is not None
    said = own_text(order.frozen)
    assert ("at least 1 person\n" in said, "1 mark\n" in said, "1 marks" in said) == (True, True, False)


def decision(session: Session) -> tuple[Document, Paper]:
    document = session.scalars(select(Document).where(Document.kind == "D20")).one()
    return document, document.frozen


def test_a_training_whose_form_was_left_open_is_ordered_in_english(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.effective([3])
    decision = rounds.decision(session, track)
    assert decision is not None
    decision.terms = {"3": {**decision.terms["3"], "form": ""}}
    chain.execute(track, chain.later(9))
    order = notices.last_document(session, ["D23d"], "track", track.id)
    assert order is not None
    assert terms.FORM[1] in text_of(order.frozen.blocks)


def test_the_chinese_text_is_enclosed_and_marked_as_chinese(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    chain.decided([1])
    document, paper = decision(session)
    assert paper.authentic is not None
    assert paper.authentic.addressee == "青屿消费金融有限公司："
    assert paper.authentic.title == "关于对青屿消费金融有限公司采取自律管理措施的决定"
    assert paper.authentic.authentic is None
    page = html_of(paper, document.head)
    assert '<div class="chinese" lang="zh-CN">' in page
    assert page.count("当事单位") >= 1


def test_its_proof_of_service_names_it_in_chinese(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    chain.serve(chain.decided([1]), "D20", chain.later(7))
    proof = session.scalars(select(Document).where(Document.kind == "D21").order_by(Document.id.desc())).first()
    assert proof is not None
    assert "关于对青屿消费金融有限公司采取自律管理措施的决定" in text_of(proof.frozen.blocks)


def test_what_is_published_and_quoted_is_the_authentic_text(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    chain.decided([1, 4])
    document, paper = decision(session)
    assert paper.authentic is not None
    assert served.text_of_document(document) == text_of(paper.authentic.blocks)
    publication_text = served.text_of_document(document)
    assert "统一社会信用代码" in publication_text
    assert "Unified social credit code" not in publication_text
    assert "Unified social credit code" in whole_text(document.frozen)


def test_a_frozen_paper_comes_back_with_its_chinese_text(session: Session, now: datetime) -> None:
    Chain(session, now).decided([1])
    _document, paper = decision(session)
    assert Paper.from_json(paper.to_json()) == paper
    assert "authentic" not in replace(paper, authentic=None).to_json()


def test_a_void_summons_is_issued_again_in_both_languages_with_its_new_day(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.effective([2])
    by = {"actor": actor(chain.officer), "version": None, "now": chain.later(9)}
    measures.execute(session, track, interview=chain.plan(chain.later(9)), **by)  # type: ignore[arg-type]
    void = notices.last_document(session, ["D23b"], "track", track.id)
    assert void is not None
    for service in void.services:
        ask = Ask(session, service, actor(chain.head), {"reason": "收件地址有误"}, chain.later(9))
        SERVICE.carry_out(ask, "void")
    plan = replace(chain.plan(chain.later(20)), place="Room 9")
    again = {"actor": actor(chain.head), "version": None, "now": chain.later(10)}
    reissues.reissue(session, track, interview=plan, **again)  # type: ignore[arg-type]
    fresh = notices.last_document(session, ["D23b"], "track", track.id)
    assert fresh is not None
    before, after = (each.frozen for each in (void, fresh))
    assert (fresh.lang, fresh.number != void.number) == ("en", True)
    assert operative(before) == operative(after)
    assert after.authentic is not None
    when = clock.local(plan.at)
    assert (moment_text(when, "en") in own_text(after), moment_text(when, "zh") in own_text(after.authentic)) == (
        True,
        True,
    )
    assert (own_text(after).count("Room 9"), own_text(after.authentic).count("Room 9")) == (1, 1)


def test_the_lead_of_a_party_or_the_register_chooses_and_nobody_else(session: Session, now: datetime) -> None:
    world = World(session, now)
    for somebody in (world.firm_lead, world.officer):
        with pytest.raises(NotAllowed):
            parties.write_in(session, world.lender, "zh", actor=actor(somebody), now=now)
    with pytest.raises(BadInput):
        parties.write_in(session, world.lender, "fr", actor=actor(world.lead), now=now)
    parties.write_in(session, world.lender, "zh", actor=actor(world.lead), now=now)
    track = world.filed()
    told = notices.last_document(session, ["D11b"], "track", track.id)
    assert told is not None
    assert (told.lang, told.frozen.authentic) == ("zh", None)
    keeper = builders.account(session, "登记员", "system_admin")
    parties.write_in(session, world.lender, "en", actor=actor(keeper), now=now)
    assert world.lender.lang == "en"
    assert told.lang == "zh"
