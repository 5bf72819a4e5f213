"""Lives in which a company is sent every kind of document that there is for it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, forwardings, inquiries, stop_contacts, tracks
from casework.models_cases import CaseTrack
from casework.states import FORWARDING, TRACK
from core.actors import SYSTEM
from core.machine import Ask
from notices import queries as notices
from registry import clocks, service_addresses
from registry.models import Basis
from sanctions import (
    corrections,
    decisions,
    endings,
    extensions,
    interviews,
    letters,
    panels,
    rounds,
    verifications,
)
from sanctions.letters import ToPrincipal
from tests.builders import Desk, person_of
from tests.builders_cases import World, actor
from tests.sanctions.chain import Chain
from tests.sanctions.hearing_room import HearingRoom
from tests.sanctions.reviewing import Reviewing


def expire(chain: World, track: CaseTrack, key: str) -> None:
    runs = clocks.live(chain.session, key, ("track", track.id))
    assert runs is not None
    assert runs.due_on is not None
    runs.provisional = False
    chain.session.flush()
    after = chain.now + (runs.due_on - chain.now.date()) + timedelta(days=1)
    TRACK.carry_out(Ask(chain.session, track, SYSTEM, {}, after, day=runs.due_on), f"{key}_expired")


def forwarded(session: Session, now: datetime) -> None:
    desk = Desk(session, now)
    forwarding = desk.forwarded(share_identity=True, contact="13900001111", codes=["V-C04"])
    forwardings.extend(session, forwarding, why="情况复杂", actor=desk.head, now=now)
    desk.answer(forwarding)
    forwardings.send_back(session, forwarding, gaps=["何时停止联系"], actor=desk.intake, now=now)
    late = desk.forwarded()
    runs = clocks.live(session, "K03", ("forwarding", late.id))
    assert runs is not None
    assert runs.due_on is not None
    runs.provisional = False
    session.flush()
    after = now + timedelta(days=(runs.due_on - now.date()).days + 1)
    FORWARDING.carry_out(Ask(session, late, SYSTEM, {}, after, day=runs.due_on), "K03_expired")
    complaint = desk.received(role="UNRELATED")
    asked = stop_contacts.request(
        session, complaint, number="13900005678", own=True, actor=person_of(complaint), now=now
    )[0]
    stop_contacts.relay(session, asked, actor=desk.intake, now=now)
    address = service_addresses.NewAddress(
        True, "1 Haiwang Road", contact_name="Lin", contact_phone="1", signed_name="青屿联系人"
    )
    service_addresses.confirm(session, actor=desk.lead, address=address, now=now)


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
    basis.from_on = date(2027, 6, 1)
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
    said = {"reasons": "理由充分", "statement_dealt": "理由充分", "actor": members[0], "now": room.after(track)}
    decisions.decide(session, track, **said)  # type: ignore[arg-type]


def carried_out(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.executing([1, 2, 3])
    said = {"document": notices.last_document(session, ["D20"], "track", track.id), "reason": "漏字"}
    by = {"actor": actor(chain.head), "version": None, "now": chain.later(10)}
    words = {"wrong": "事实清楚，证据充分。", "right": "事实清楚，证据确实、充分。"}
    chain.corrected(corrections.put(session, track, **said, **words, **by))  # type: ignore[arg-type]
    more = {"actor": actor(chain.lead), "now": chain.later(12)}
    extensions.ask_for_time(session, track, level=1, why="系统改造尚需时间", **more)  # type: ignore[arg-type]
    extensions.extend(session, track, level=1, why="理由正当", **{**by, "now": chain.later(13)})  # type: ignore[arg-type]
    chain.trained(track)
    chain.report(track, chain.later(14))
    chain.interviewed(track)
    chain.verify(track, now=chain.later(60))
    verifications.pass_(session, track, actor=actor(chain.officer), version=None, now=chain.later(60))


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
    interviews.miss(session, track, now=after, again=chain.plan(after), **said)  # type: ignore[arg-type]


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
