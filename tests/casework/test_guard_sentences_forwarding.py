"""Each guard of a forwarding refuses, with the sentence that the person reads, in both languages."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework import forwardings
from casework.models import Forwarding
from casework.states import FORWARDING
from core.actors import SYSTEM
from core.machine import Ask
from notices import queries as notices
from notices.models import Service
from notices.states import SERVICE
from registry import calendar, clocks, successions
from registry.models_lineage import SuccessionKind
from tests.builders import CONDUCT, MASKED, Desk
from tests.refusals import Asked, all_asked, guarded


def returned(desk: Desk) -> Forwarding:
    it = desk.forwarded()
    forwardings.not_ours(desk.session, it, why="非我司客户", actor=desk.lead, now=desk.now)
    return it


def upheld(desk: Desk) -> Forwarding:
    it = returned(desk)
    forwardings.insist(desk.session, it, why="短信签名为贵司", actor=desk.intake, now=desk.now)
    return it


def answered(desk: Desk, **changed: Any) -> Forwarding:
    return desk.answer(desk.forwarded(**changed))


def sent_back(desk: Desk) -> Forwarding:
    it = answered(desk)
    forwardings.send_back(desk.session, it, gaps=["何时停止"], actor=desk.intake, now=desk.now)
    return it


def waiting(desk: Desk) -> Forwarding:
    it = desk.forwarded()
    forwardings.ask_time(desk.session, it, why="需调取录音", actor=desk.lead, now=desk.now)
    return it


def long_waiting(desk: Desk) -> Forwarding:
    """Nobody decided, and every day since is certain."""
    calendar.load_year(desk.session, 2027, {date(2027, 1, 1): False}, "示例〔2026〕1号", SYSTEM, desk.now)
    return waiting(desk)


def set_to(it: Forwarding, state: str, **changed: Any) -> Forwarding:
    """As if it stood there already."""
    it.state = state
    for name, value in changed.items():
        setattr(it, name, value)
    return it


def gone(it: Forwarding) -> Forwarding:
    """Its company has ceased to exist since, and nobody succeeds it."""
    it.party.ceased_on, it.party.ceased_evidence = CONDUCT, "注销登记"
    return it


def succeeded(desk: Desk, it: Forwarding) -> Forwarding:
    said = {"kind": SuccessionKind.ABSORBED, "from_on": CONDUCT, "evidence": "登记", "matters": ()}
    successions.record(desk.session, it.party, desk.firm, **said, actor=desk.head, version=None, now=desk.now)
    return it


def merged(desk: Desk, it: Forwarding) -> Forwarding:
    it.party.merged_into_id = desk.firm.id
    return it


def voided(desk: Desk) -> Forwarding:
    it = desk.accepted().forwardings[0]
    desk.void("forwarding", it.id, "D05b")
    return it


def unsent(desk: Desk, **changed: Any) -> Forwarding:
    said = {"party_id": desk.lender.id, "masked_facts": MASKED, **changed}
    return Forwarding(complaint_id=desk.received().id, ref="x", role="PRINCIPAL", state="NEW", sent_at=desk.now, **said)


def running(desk: Desk, key: str, it: Forwarding) -> Forwarding:
    """With a clock that has just begun."""
    clocks.keeper.start(Ask(desk.session, it, SYSTEM, {}, desk.now), key, ("forwarding", it.id))
    return it


MORE = {"why": "x"}
NOBODY = "The company has ceased to exist and has no successor: close the complaint, or escalate it."
TEXTS = {"outcome": "EXPLAINED", "to_association": "甲", "to_complainant": "乙"}
ALL = [
    Asked(
        "F01",
        "The rules did not bind this respondent on the day of the conduct.",
        lambda d: (unsent(d, party_id=d.outside.id), "forward", d.intake, {}),
    ),
    Asked(
        "F01",
        "The copy for the respondent was not checked.",
        lambda d: (unsent(d, masked_facts="沈若禾说"), "forward", d.intake, {}),
    ),
    Asked(
        "F01",
        "The person has not consented to being named.",
        lambda d: (unsent(d, identity="沈若禾"), "forward", d.intake, {}),
    ),
    Asked(
        "F02",
        "The answer period has ended: answer at once, late answers are accepted.",
        lambda d: (d.forwarded(), "ask_time", d.lead, MORE),
        days=20,
    ),
    Asked("F02", "Say why more time is needed.", lambda d: (d.forwarded(), "ask_time", d.lead, {})),
    Asked("F02", "You have already asked for more time.", lambda d: (waiting(d), "ask_time", d.lead, MORE)),
    Asked("F03", "The answer period has ended.", lambda d: (d.forwarded(), "extend", d.head, MORE), days=20),
    Asked(
        "F03",
        "The period was extended as often as it can be.",
        lambda d: (set_to(d.forwarded(), "SENT", extended=2), "extend", d.head, MORE),
    ),
    Asked(
        "F03",
        "The answer period is not running.",
        lambda d: (set_to(d.accepted().forwardings[0], d.forwarded().state), "extend", d.head, MORE),
    ),
    Asked(
        "F03",
        "Even the longest time that can be given would have ended on *: refuse it.",
        lambda d: (long_waiting(d), "extend", d.head, MORE),
        days=40,
    ),
    Asked(
        "F03",
        "So much time in total would have ended on *.",
        lambda d: (long_waiting(d), "extend", d.head, {**MORE, "to": 20}),
        days=25,
    ),
    Asked("F03", "Give the reason.", lambda d: (d.forwarded(), "extend", d.head, {})),
    Asked("F16", "Nobody asked for more time.", lambda d: (d.forwarded(), "refuse_time", d.head, MORE)),
    Asked("F16", "Give the reason.", lambda d: (waiting(d), "refuse_time", d.head, {})),
    Asked("F04", "Choose an outcome.", lambda d: (d.forwarded(), "answer", d.lead, {**TEXTS, "outcome": ""})),
    Asked("F04", "Write what you found.", lambda d: (d.forwarded(), "answer", d.lead, {**TEXTS, "to_association": ""})),
    Asked(
        "F04",
        "Write the text for the complainant.",
        lambda d: (d.forwarded(), "answer", d.lead, {**TEXTS, "to_complainant": ""}),
    ),
    Asked(
        "F04",
        "A stamped answer is a PDF, or pictures of its pages.",
        lambda d: (d.forwarded(), "answer", d.lead, {**TEXTS, "stamped": ["image/png", "text/csv"]}),
    ),
    Asked(
        "F04",
        "Only an authorised person of your company can submit this; prepare it and save it as a draft.",
        lambda d: (d.forwarded(), "answer", d.member, TEXTS),
    ),
    Asked(
        "F05",
        "Only an authorised person of your company can do this.",
        lambda d: (d.forwarded(), "not_ours", d.member, MORE),
    ),
    Asked(
        "F05",
        "You returned this once, and the association upheld it: please answer.",
        lambda d: (upheld(d), "not_ours", d.lead, MORE),
    ),
    Asked("F05", "You have already answered this.", lambda d: (sent_back(d), "not_ours", d.lead, MORE)),
    Asked("F05", "Say why this does not concern you.", lambda d: (d.forwarded(), "not_ours", d.lead, {})),
    Asked(
        "F06",
        "The forwarding was already upheld once.",
        lambda d: (set_to(upheld(d), "RETURNED"), "insist", d.intake, MORE),
    ),
    Asked("F06", "Give the reason.", lambda d: (returned(d), "insist", d.intake, {})),
    Asked(
        "F06",
        "The company has ceased to exist and has no successor: accept the return. The complaint can then be put "
        "before another respondent.",
        lambda d: (gone(returned(d)), "insist", d.intake, MORE),
    ),
    Asked(
        "F06",
        "青屿消费金融有限公司 went on as 海石催收服务有限公司: pass the forwarding on to it on the company's page.",
        lambda d: (succeeded(d, returned(d)), "insist", d.intake, MORE),
    ),
    Asked(
        "F08",
        "A request for more time has not been decided.",
        lambda d: (waiting(d), "K03_expired", SYSTEM, {}),
        days=30,
    ),
    Asked("F08", "This time limit has not ended.", lambda d: (d.forwarded(), "K03_expired", SYSTEM, {})),
    Asked(
        "F09",
        "This time limit has not ended.",
        lambda d: (running(d, "K30", d.forwarded()), "K30_expired", SYSTEM, {}),
    ),
    Asked(
        "F10",
        "This was not forwarded to your company.",
        lambda d: (set_to(d.forwarded(), "OVERDUE"), "answer", d.firm_lead, TEXTS),
    ),
    Asked(
        "F10",
        "Choose an outcome.",
        lambda d: (set_to(d.forwarded(), "OVERDUE"), "answer", d.lead, {}),
    ),
    Asked(
        "F11",
        "This time limit has not ended.",
        lambda d: (running(d, "K04", set_to(d.forwarded(), "OVERDUE")), "K04_expired", SYSTEM, {}),
    ),
    Asked("F12", "Name the gaps of the answer.", lambda d: (answered(d), "send_back", d.intake, {"gaps": [" "]})),
    Asked(
        "F12",
        "The answer was already sent back once.",
        lambda d: (d.answer(sent_back(d)), "send_back", d.intake, {"gaps": ["x"]}),
    ),
    Asked(
        "F12",
        "The company has ceased to exist and has no successor: release its answer as it stands.",
        lambda d: (gone(answered(d)), "send_back", d.intake, {"gaps": ["x"]}),
    ),
    Asked(
        "F13",
        "Confirm that you have read the text for the complainant.",
        lambda d: (answered(d), "release", d.intake, {}),
    ),
    Asked(
        "F13",
        "The complainant is not the debtor: confirm that the text shows nothing of the debt.",
        lambda d: (answered(d, role="UNRELATED"), "release", d.intake, {"read": True}),
    ),
    Asked(
        "F14",
        "No answer is disputed.",
        lambda d: (d.released().forwardings[0], "ask_again", SYSTEM, {}),
    ),
    Asked(
        "F14",
        "Name the open points of a disputed answer.",
        lambda d: (d.disputed().forwardings[0], "ask_again", SYSTEM, {}),
    ),
    Asked(
        "F14",
        "青屿消费金融有限公司 went on as 海石催收服务有限公司: put the complaint before it instead.",
        lambda d: (set_to(succeeded(d, d.disputed().forwardings[0]), "CLOSED"), "ask_again", SYSTEM, {}),
    ),
    Asked("F14", NOBODY, lambda d: (gone(d.disputed().forwardings[0]), "ask_again", SYSTEM, {})),
    Asked(
        "F14",
        "青屿消费金融有限公司 was merged into 海石催收服务有限公司: ask that one, close the complaint, or escalate it.",
        lambda d: (merged(d, d.disputed().forwardings[0]), "ask_again", SYSTEM, {}),
    ),
    Asked("F17", "The respondent has already answered.", lambda d: (sent_back(d), "retract", d.intake, MORE)),
    Asked("F17", "Give the reason.", lambda d: (d.forwarded(), "retract", d.intake, {})),
    Asked(
        "F18",
        "The company has ceased to exist and has no successor: take the letter back instead.",
        lambda d: (gone(voided(d)), "reissue", d.intake, {}),
    ),
    Asked("F18", "The document was not made void.", lambda d: (d.forwarded(), "reissue", d.intake, {})),
]


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


@pytest.mark.parametrize("row", sorted({each.row for each in ALL}))
def test_a_guard_refuses_with_its_sentence_in_both_languages(desk: Desk, row: str) -> None:
    all_asked(FORWARDING, desk, [each for each in ALL if each.row == row])


def test_no_guard_of_the_model_is_left_out() -> None:
    assert {each.row for each in ALL} == guarded("forwarding")


def test_a_released_answer_is_not_made_void_in_words(desk: Desk) -> None:
    sentence = "A released answer is not made void: the complainant reads it, and has time for feedback."
    void = Asked("V17", sentence, lambda d: (_told(d), "void", d.head, {"reason": "内容有误"}))
    all_asked(SERVICE, desk, [void])


def _told(desk: Desk) -> Service:
    """How the complainant is told, before that was done."""
    it = answered(desk)
    desk.release(it)
    letter = notices.last_document(desk.session, ["D39"], "forwarding", it.id)
    assert letter is not None
    return letter.services[0]
