"""A company that is written to in English: every kind of document to it, with no Chinese but names and quotations."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from casework import cases, forwardings, inquiries, stop_contacts, tracks
from casework.models_cases import CaseTrack
from casework.states import FORWARDING, TRACK
from core.actors import SYSTEM
from core.errors import BadInput, NotAllowed
from core.machine import Ask
from notices import queries as notices
from notices.kinds import KINDS
from notices.models import Document
from notices.papers import ENCLOSED, PREVAILS, Head, Paper, text_of
from notices.rendering import html_of
from notices.samples import TO_A_COMPANY
from registry import clocks, parties, settings
from registry.models import Basis, Party
from registry.models_accounts import Account
from sanctions import (
    corrections,
    decisions,
    endings,
    extensions,
    letters,
    measures,
    panels,
    policies_corrections,
    rounds,
    served,
)
from sanctions.letters import ToPrincipal
from tests import builders, builders_cases
from tests.builders import Desk, person_of
from tests.builders_cases import World, actor
from tests.sanctions import chain as chains
from tests.sanctions import hearing_room, reviewing
from tests.sanctions.chain import Chain
from tests.sanctions.hearing_room import HearingRoom
from tests.sanctions.reviewing import Reviewing

NAMES = {
    "青屿消费金融有限公司": "Qingyu Consumer Finance Co., Ltd.",
    "海石催收服务有限公司": "Haishi Collection Services Co., Ltd.",
}
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff〇-〿、。；：，（）“”]+")
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
    yield
    event.remove(Party, "init", choose)


def expire(chain: World, track: CaseTrack, key: str) -> None:
    clock = clocks.live(chain.session, key, ("track", track.id))
    assert clock is not None
    assert clock.due_on is not None
    clock.provisional = False
    chain.session.flush()
    after = chain.now + (clock.due_on - chain.now.date()) + timedelta(days=1)
    TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, after, day=clock.due_on), f"{key}_expired")


def forwarded(session: Session, now: datetime) -> None:
    desk = Desk(session, now)
    forwarding = desk.forwarded(share_identity=True, contact="13900001111", codes=["V-C04"])
    forwardings.extend(session, forwarding, why="情况复杂", actor=desk.head, now=now)
    desk.answer(forwarding)
    forwardings.send_back(session, forwarding, gaps=["何时停止联系"], actor=desk.intake, now=now)
    late = desk.forwarded()
    clock = clocks.live(session, "K03", ("forwarding", late.id))
    assert clock is not None
    assert clock.due_on is not None
    clock.provisional = False
    session.flush()
    after = now + timedelta(days=(clock.due_on - now.date()).days + 1)
    FORWARDING.carry_out(Ask(session, late, SYSTEM, {}, after, day=clock.due_on), "K03_expired")
    complaint = desk.received(role="UNRELATED")
    asked = stop_contacts.request(
        session, complaint, number="13900005678", own=True, actor=person_of(complaint), now=now
    )[0]
    stop_contacts.relay(session, asked, actor=desk.intake, now=now)
    address = parties.NewAddress(
        electronic=True, postal_address="1 Haiwang Road", contact_name="Lin", contact_phone="1", signed_name="Lin"
    )
    parties.confirm_address(session, actor=desk.lead, address=address, now=now)


def investigated(session: Session, now: datetime) -> None:
    world = World(session, now)
    track = world.filed()
    world.serve(track, "D11b")
    by = {"actor": actor(world.head), "version": None}
    why = "涉嫌犯罪，公安机关已立案侦查。"
    inquiries.suspend(session, track, cause="CRIMINAL", reasons=why, now=now, **by)  # type: ignore[arg-type]
    back = {"reasons": "公安机关已撤销案件。", "now": world.later(7), "ended": True}
    inquiries.resume(session, track, **back, **by)  # type: ignore[arg-type]
    endings.terminate(session, track, ground="MISTAKE", reasons="立案对象有误。", now=world.later(8), **by)  # type: ignore[arg-type]


def outside(session: Session, now: datetime, end: str) -> None:
    world = World(session, now)
    basis = session.scalars(select(Basis).where(Basis.party_id == world.firm.id)).one()
    basis.from_on = date(2026, 11, 1)
    track = world.case().tracks[1]
    facts = "10月7日至10日致电无关人员共六次"
    cases.allege(session, track, code="V-C04", facts=facts, actor=actor(world.officer), now=now)
    asked = {"investigator": world.investigator, "asked": ["受谁委托"], "opinion": ""}
    inquiries.ask_outsider(session, track, **asked, version=None, now=now, actor=actor(world.head))  # type: ignore[arg-type]
    world.serve(track, "D41")
    if end == "remind":
        tracks.explain(session, track, text="系受托催收。", actor=actor(world.firm_lead), now=now)
    else:
        expire(world, track, "K12")
    world.found(track, world.later(40), "UNPROVEN" if end == "remind" else "ESTABLISHED")
    by = {"version": None, "now": world.later(41), "actor": actor(world.reviewer), "approved_by": world.head}
    if end == "remind":
        letters.remind(session, track, attention=["核对外呼名单"], reasons="情节轻微", **by)  # type: ignore[arg-type]
        return
    letter = ToPrincipal(world.lender, ["督促纠正"], ["核查结果"], date(2026, 12, 31))
    letters.write_to_principal(session, track, letter, reasons="不受规则约束", **by)  # type: ignore[arg-type]


def nothing_established(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    chain.propose(chain.reported(finding="NOT_ESTABLISHED"), [], reasons="证据不支持。")


def no_measure(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.deliberating([1])
    members = chain.vote(track, *["NONE"] * 5)
    said = {"reasons": "理由充分", "statement_dealt": "", "actor": members[0], "now": chain.later(7)}
    decisions.decide(session, track, **said)  # type: ignore[arg-type]


def heard(session: Session, now: datetime) -> None:
    room = HearingRoom(session, now)
    track, members = room.ready()
    room.hold(track, members[0])
    for each, choice in zip(members, ["PROPOSED"] * 5, strict=False):
        by = {"actor": each, "now": room.after(track)}
        panels.vote(session, track, choice=choice, reasons="理由充分", measures=(), **by)  # type: ignore[arg-type]
    said = {"reasons": "理由充分", "statement_dealt": "", "actor": members[0], "now": room.after(track)}
    decisions.decide(session, track, **said)  # type: ignore[arg-type]


def carried_out(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.executing([1, 2, 3])
    said = {"document": notices.last_document(session, ["D20"], "track", track.id), "reason": "漏字"}
    by = {"actor": actor(chain.head), "version": None, "now": chain.later(10)}
    agreed = policies_corrections.deciders(session, track)[0]
    words = {"wrong": "事实清楚，证据充分。", "right": "事实清楚，证据确实、充分。", "agreed_by": agreed}
    corrections.correct(session, track, **said, **words, **by)  # type: ignore[arg-type]
    more = {"actor": actor(chain.lead), "now": chain.later(12)}
    extensions.ask_for_time(session, track, level=1, why="系统改造尚需时间", **more)  # type: ignore[arg-type]
    extensions.extend(session, track, level=1, why="理由正当", **{**by, "now": chain.later(13)})  # type: ignore[arg-type]
    chain.trained(track)
    chain.report(track, chain.later(14))
    chain.interviewed(track)
    chain.verify(track, now=chain.later(60))
    measures.pass_(session, track, actor=actor(chain.officer), version=None, now=chain.later(60))


def late(session: Session, now: datetime, level: int, key: str) -> None:
    chain = Chain(session, now)
    expire(chain, chain.executing([level]), key)


def missed(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.executing([2])
    measure = rounds.measure(session, track, 2)
    assert measure is not None
    assert measure.interview is not None
    after = measure.interview.at + timedelta(hours=1)
    said = {"second": chain.second, "situation": "无人到场。", "actor": actor(chain.officer), "version": None}
    measures.miss(session, track, now=after, again=chain.plan(after), **said)  # type: ignore[arg-type]


def reviewed(session: Session, now: datetime, choice: str, **more: Any) -> None:
    chain = Reviewing(session, now).fill_pool()
    found = chain.asked(chain.served_decision([1, 4], "V-I02"))
    chain.reviewed(found, *[choice] * 5, **more)


Scene = Callable[[Session, datetime], None]
SCENES: dict[str, tuple[Scene, set[str]]] = {
    "forwarded": (forwarded, {"D05b", "D06a", "D07a", "D07b", "D28", "D33"}),
    "investigated": (investigated, {"D11b", "D13a", "D13b", "D16c"}),
    "reminded": (partial(outside, end="remind"), {"D25", "D41"}),
    "principal": (partial(outside, end="write"), {"D26", "D27"}),
    "nothing_established": (nothing_established, {"D16a"}),
    "no_measure": (no_measure, {"D16b"}),
    "heard": (heard, {"D17", "D18", "D20"}),
    "carried_out": (carried_out, {"D06a", "D20", "D23a", "D23b", "D23d", "D24", "D38", "D40"}),
    "no_report": (partial(late, level=1, key="K22"), {"D07c"}),
    "no_training": (partial(late, level=3, key="K24"), {"D07c"}),
    "missed": (missed, {"D07c"}),
    "upheld": (partial(reviewed, choice="UPHOLD"), {"D22"}),
    "varied": (partial(reviewed, choice="VARY", lighter=(1,)), {"D22"}),
    "quashed": (partial(reviewed, choice="QUASH"), {"D22"}),
    "remitted": (partial(reviewed, choice="REMIT", questions="需要核实的问题"), {"D22"}),
}


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
        paper = Paper.from_json(each.paper["paper"])
        assert (each.lang, paper.attachments[-1], PREVAILS in paper.note) == ("en", ENCLOSED, True), each.kind
        left[each.kind] = chinese_left(own_text(paper), allowed)
        assert paper.authentic is not None
        assert chinese_left(own_text(paper.authentic), allowed), f"{each.kind}: this would find no Chinese anywhere"
    assert {kind: words for kind, words in left.items() if words} == {}


def decision(session: Session) -> tuple[Document, Paper]:
    document = session.scalars(select(Document).where(Document.kind == "D20")).one()
    return document, Paper.from_json(document.paper["paper"])


def test_the_chinese_text_is_enclosed_and_marked_as_chinese(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    chain.decided([1])
    document, paper = decision(session)
    assert paper.authentic is not None
    assert paper.authentic.addressee == "青屿消费金融有限公司："
    assert paper.authentic.title == "关于对青屿消费金融有限公司采取自律措施的决定"
    assert paper.authentic.authentic is None
    page = html_of(paper, Head.from_json(document.paper["head"]))
    assert '<div class="chinese" lang="zh-CN">' in page
    assert page.count("当事单位") >= 1


def test_what_is_published_and_quoted_is_the_authentic_text(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    chain.decided([1, 4])
    document, paper = decision(session)
    assert paper.authentic is not None
    assert served.text_of_document(document) == text_of(paper.authentic.blocks)
    publication_text = served.text_of_document(document)
    assert "统一社会信用代码" in publication_text
    assert "Unified social credit code" not in publication_text
    assert "Unified social credit code" in served.whole_text_of(document)


def test_a_frozen_paper_comes_back_with_its_chinese_text(session: Session, now: datetime) -> None:
    Chain(session, now).decided([1])
    _document, paper = decision(session)
    assert Paper.from_json(paper.to_json()) == paper
    assert "authentic" not in replace(paper, authentic=None).to_json()


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
    assert (told.lang, Paper.from_json(told.paper["paper"]).authentic) == ("zh", None)
    keeper = builders_cases.account(session, "登记员", "system_admin")
    parties.write_in(session, world.lender, "en", actor=actor(keeper), now=now)
    assert world.lender.lang == "en"
    assert told.lang == "zh"
