"""Each guard of a complaint and of a forwarding refuses, with the sentence that the person reads, in both languages."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from casework import complaints, forwardings, intake
from casework.complaints import Company
from casework.models import Complaint, Forwarding
from casework.states import COMPLAINT, FORWARDING
from core.actors import NOBODY, SYSTEM, Actor
from core.machine import Ask, Machine
from core.settings import ROOT
from registry import clocks
from registry.settings import setting
from tests.builders import MAIL, MASKED, Desk, person_of, submission

MODEL = json.loads((ROOT / "tests" / "data" / "model.json").read_text("utf-8"))["machines"]
WHO = Actor(None, frozenset({"complainant"}), audience="public")
FAR = [Company("FIRM", "NAME", "远山信息咨询有限公司")]


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


@dataclass(frozen=True)
class Refusal:
    """Who asks for what with which thing, and what is answered."""

    row: str
    sentence: str
    about: Callable[[Desk], tuple[Any, str, Actor, dict[str, Any]]]
    days: int = 0

    @property
    def machine(self) -> Machine:
        """By the letter of the row."""
        return COMPLAINT if self.row[0] == "C" else FORWARDING


def new(desk: Desk, **changed: Any) -> Complaint:
    """A complaint that has not come in yet."""
    return intake._new(desk.session, submission(**changed), desk.now)


def asked(desk: Desk) -> Complaint:
    it = desk.received()
    complaints.ask_info(desk.session, it, missing=["录音"], actor=desk.intake, now=desk.now)
    return it


def informed(desk: Desk) -> Complaint:
    it = asked(desk)
    complaints.give_info(desk.session, it, text="没有录音。", actor=person_of(it), now=desk.now)
    return it


def fourth(desk: Desk) -> Complaint:
    for _ in range(3):
        desk.received()
    return new(desk)


def real_name(desk: Desk) -> Complaint:
    setting(desk.session, "REAL_NAME_REQUIRED").value = True
    desk.session.flush()
    return new(desk, name=None)


def escalated(desk: Desk) -> Complaint:
    it = desk.disputed()
    complaints.escalate(desk.session, it, why="多人佐证", actor=desk.officer, now=desk.now)
    return it


def merged(desk: Desk) -> Complaint:
    lead, it = desk.received(), desk.received()
    complaints.merge(desk.session, it, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)
    return it


def rejected(desk: Desk) -> Complaint:
    it = desk.received()
    said = {"reason": "NO_FACTS", "ways": ["x"], "now": desk.now}
    complaints.reject(desk.session, it, **said, actor=desk.intake)
    desk.serve("complaint", it.id, "D03")
    return it


def rechecked(desk: Desk) -> Complaint:
    it = rejected(desk)
    complaints.recheck(desk.session, it, why="有新材料", actor=desk.head, now=desk.now)
    return it


def accepted_reply(desk: Desk) -> Complaint:
    it = desk.released()
    complaints.accept_reply(desk.session, it, actor=person_of(it), now=desk.now)
    return it


def stranger(desk: Desk) -> Actor:
    return replace(WHO, subject_id=desk.received(contact=MAIL).id)


def asked_again(desk: Desk) -> Complaint:
    it = desk.disputed()
    it.asked_again = True
    return it


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


def set_to(it: Any, state: str, **changed: Any) -> Any:
    """As if it stood there already."""
    it.state = state
    for name, value in changed.items():
        setattr(it, name, value)
    return it


def unsent(desk: Desk, **changed: Any) -> Forwarding:
    said = {"party_id": desk.lender.id, "masked_facts": MASKED, **changed}
    return Forwarding(complaint_id=desk.received().id, ref="x", role="PRINCIPAL", state="NEW", sent_at=desk.now, **said)


def running(desk: Desk, key: str, it: Any) -> Any:
    """With a clock that has just begun."""
    machine = "complaint" if isinstance(it, Complaint) else "forwarding"
    clocks.keeper.start(Ask(desk.session, it, SYSTEM, {}, desk.now), key, (machine, it.id))
    return it


MORE = {"why": "x"}
TEXTS = {"outcome": "EXPLAINED", "to_association": "甲", "to_complainant": "乙"}
ALL = [
    Refusal("C01", "Tell what happened.", lambda d: (new(d, facts=" "), "submit", WHO, {})),
    Refusal("C01", "Name the company that you complain about.", lambda d: (new(d, companies=[]), "submit", WHO, {})),
    Refusal(
        "C01",
        "This could not be sent. Leave the last field empty.",
        lambda d: (new(d), "submit", WHO, {"honeypot": "x"}),
    ),
    Refusal(
        "C01",
        "One person can send at most 3 complaints a day. Add this to a complaint that is open, with its receipt code.",
        lambda d: (fourth(d), "submit", WHO, {}),
    ),
    Refusal(
        "C01",
        "The association takes complaints only with a name.",
        lambda d: (real_name(d), "submit", WHO, {}),
    ),
    Refusal(
        "C02",
        "This person was already asked for more once.",
        lambda d: (informed(d), "ask_info", d.intake, {"missing": ["x"]}),
    ),
    Refusal("C02", "Say what is missing.", lambda d: (d.received(), "ask_info", d.intake, {"missing": [" "]})),
    Refusal(
        "C03",
        "The period for adding to the complaint has ended.",
        lambda d: (_served(d, asked(d)), "give_info", d.intake, {"text": "x"}),
        days=30,
    ),
    Refusal("C03", "This is not your complaint.", lambda d: (asked(d), "give_info", stranger(d), {"text": "x"})),
    Refusal("C05", "Choose a reason.", lambda d: (d.received(), "reject", d.intake, {"ways": ["x"]})),
    Refusal(
        "C05",
        "Tell the person what can still be done.",
        lambda d: (d.received(), "reject", d.intake, {"reason": "NO_FACTS"}),
    ),
    Refusal(
        "C05",
        "You ended this complaint before: somebody new to it decides now.",
        lambda d: (rechecked(d), "reject", d.intake, {"reason": "NO_FACTS", "ways": ["x"]}),
    ),
    Refusal(
        "C06",
        "青屿消费金融有限公司 is bound by the association's rules: forward the complaint.",
        lambda d: (d.received(), "refer_out", d.intake, {"authority": "甲", **MORE}),
    ),
    Refusal(
        "C06",
        "Name the authority that is competent.",
        lambda d: (d.received(companies=FAR), "refer_out", d.intake, MORE),
    ),
    Refusal(
        "C06",
        "The person has not consented to being named.",
        lambda d: (d.received(companies=FAR), "refer_out", d.intake, {"authority": "甲", "identity": True, **MORE}),
    ),
    Refusal(
        "C07",
        "Choose at least one respondent that the rules reach on that day.",
        lambda d: (d.received(), "accept", d.intake, {"respondents": [d.outside.id], "masked_facts": MASKED}),
    ),
    Refusal(
        "C07",
        "The agent has not shown a written authorisation.",
        lambda d: (d.received(role="AGENT"), "accept", d.intake, {"respondents": [d.lender.id]}),
    ),
    Refusal(
        "C07",
        "This copy still holds the name, contact or identity number of the person.",
        lambda d: (d.received(), "accept", d.intake, {"respondents": [d.lender.id], "masked_facts": "沈若禾"}),
    ),
    Refusal(
        "C08", "Another respondent still has this complaint.", lambda d: (d.accepted(), "all_returned", SYSTEM, {})
    ),
    Refusal("C09", "Another answer is still awaited.", lambda d: (d.accepted(), "all_released", SYSTEM, {})),
    Refusal("C09", "No answer was released.", lambda d: (d.accepted(), "all_released", SYSTEM, {})),
    Refusal("C10", "This is not your complaint.", lambda d: (d.released(), "accept_reply", stranger(d), {})),
    Refusal(
        "C11",
        "The period for feedback has ended.",
        lambda d: (*_release(d), {"why": "x", "releases": []}),
        days=40,
    ),
    Refusal("C11", "Say what is not right, or not answered.", lambda d: (*_release(d), {"releases": []})),
    Refusal("C11", "Choose the reply that you do not accept.", lambda d: (*_release(d), {"why": "x"})),
    Refusal("C12", "This time limit has not ended.", lambda d: (d.released(), "K05_expired", SYSTEM, {})),
    Refusal("C13", "Give the reason.", lambda d: (d.disputed(), "close", d.officer, {"why": " "})),
    Refusal(
        "C14",
        "The respondents were already asked again once.",
        lambda d: (asked_again(d), "ask_again", d.officer, {}),
    ),
    Refusal("C14", "No answer is disputed.", lambda d: (set_to(d.released(), "DISPUTED"), "ask_again", d.officer, {})),
    Refusal("C14", "Name the open points of a disputed answer.", lambda d: (d.disputed(), "ask_again", d.officer, {})),
    Refusal("C15", "Give the reason.", lambda d: (d.disputed(), "escalate", d.officer, {})),
    Refusal(
        "C16",
        "Only severe allegations, or several similar complaints, are escalated before feedback.",
        lambda d: (d.released(codes=["V-T01"]), "escalate", d.officer, MORE),
    ),
    Refusal(
        "C17",
        "Only grave allegations are escalated while answers are awaited.",
        lambda d: (d.accepted(), "escalate", d.officer, MORE),
    ),
    Refusal("C18", "No reminder period has ended.", lambda d: (d.accepted(), "unanswered", SYSTEM, {})),
    Refusal("C19", "The complainant has not confirmed the terms.", lambda d: (d.accepted(), "settle", d.lead, {})),
    Refusal(
        "C19",
        "青屿消费金融有限公司 has not confirmed the terms.",
        lambda d: (d.accepted(), "settle", replace(d.lead, roles=d.lead.roles | {"respondent"}), {}),
    ),
    Refusal("C19", "The person was not asked about pressure.", lambda d: (d.accepted(), "settle", d.lead, {})),
    Refusal("C20", "Answer whether anybody pressed you.", lambda d: (*_own(d, "withdraw"), {})),
    Refusal(
        "C20", "This is not your complaint.", lambda d: (d.received(), "withdraw", stranger(d), {"pressure": False})
    ),
    Refusal("C21", "This time limit has not ended.", lambda d: (escalated(d), "K07_expired", SYSTEM, {})),
    Refusal("C22", "A case of this complaint has not ended.", lambda d: (escalated(d), "case_ended", SYSTEM, {})),
    Refusal(
        "C22",
        "Another answer is still awaited.",
        lambda d: (set_to(d.accepted(), "ESCALATED"), "case_ended", SYSTEM, {}),
    ),
    Refusal("C27", "A case of this complaint has not ended.", lambda d: (escalated(d), "all_released", SYSTEM, {})),
    Refusal(
        "C27",
        "Another answer is still awaited.",
        lambda d: (set_to(d.accepted(), "ESCALATED"), "all_released", SYSTEM, {}),
    ),
    Refusal(
        "C23",
        "The leading complaint must be another one that is open.",
        lambda d: (d.received(), "merge", d.intake, {"lead": rejected(d), "same_facts": True}),
    ),
    Refusal(
        "C23",
        "The two complaints do not come from the same person.",
        lambda d: (d.received(contact=MAIL), "merge", d.intake, {"lead": d.received(), "same_facts": True}),
    ),
    Refusal(
        "C23",
        "The leading complaint does not concern the same companies.",
        lambda d: (d.received(companies=FAR), "merge", d.intake, {"lead": d.received(), "same_facts": True}),
    ),
    Refusal(
        "C23",
        "Confirm that both tell the same facts.",
        lambda d: (d.received(), "merge", d.intake, {"lead": d.received()}),
    ),
    Refusal("C24", "Give the reason.", lambda d: (merged(d), "unmerge", d.intake, {"messages": []})),
    Refusal(
        "C24", "Say which later messages belong to this complaint.", lambda d: (merged(d), "unmerge", d.intake, MORE)
    ),
    Refusal("C25", "The leading complaint is still open.", lambda d: (merged(d), "lead_ended", SYSTEM, {})),
    Refusal(
        "C26",
        "Say which part is referred.",
        lambda d: (d.received(), "refer_part", d.intake, {"authority": "甲", **MORE}),
    ),
    Refusal(
        "C26",
        "The person has not consented to being named.",
        lambda d: (d.received(), "refer_part", d.intake, {"authority": "甲", "scope": "乙", "identity": True, **MORE}),
    ),
    Refusal("C28", "The document was not made void.", lambda d: (asked(d), "reissue", d.intake, {})),
    Refusal(
        "C29",
        "More than 30 days have passed since the notice.",
        lambda d: (rejected(d), "recheck", d.head, MORE),
        days=31,
    ),
    Refusal(
        "C29",
        "This complaint was already looked at again once.",
        lambda d: (set_to(rejected(d), "REJECTED", rechecked=True), "recheck", d.head, MORE),
    ),
    Refusal(
        "C29",
        "Somebody who took no part in it must decide.",
        lambda d: (set_to(rejected(d), "REJECTED", ended_by=d.head.id), "recheck", d.head, MORE),
    ),
    Refusal(
        "C30",
        "The person accepted the reply or agreed on terms: a new complaint is possible.",
        lambda d: (accepted_reply(d), "recheck", d.head, MORE),
    ),
    Refusal(
        "C31",
        "Choose at least one respondent that the rules reach on that day.",
        lambda d: (d.accepted(), "add_respondent", d.intake, {"respondents": [d.outside.id]}),
    ),
    Refusal(
        "C32",
        "This complaint was already forwarded to 青屿消费金融有限公司.",
        lambda d: (d.released(), "add_respondent", d.officer, {"respondents": [d.lender.id]}),
    ),
    Refusal(
        "F01",
        "The rules did not bind this respondent on the day of the conduct.",
        lambda d: (unsent(d, party_id=d.outside.id), "forward", d.intake, {}),
    ),
    Refusal(
        "F01",
        "The copy for the respondent was not checked.",
        lambda d: (unsent(d, masked_facts="沈若禾说"), "forward", d.intake, {}),
    ),
    Refusal(
        "F01",
        "The person has not consented to being named.",
        lambda d: (unsent(d, identity="沈若禾"), "forward", d.intake, {}),
    ),
    Refusal(
        "F02",
        "The answer period has ended: answer at once, late answers are accepted.",
        lambda d: (d.forwarded(), "ask_time", d.lead, MORE),
        days=20,
    ),
    Refusal("F02", "Say why more time is needed.", lambda d: (d.forwarded(), "ask_time", d.lead, {})),
    Refusal("F02", "You have already asked for more time.", lambda d: (waiting(d), "ask_time", d.lead, MORE)),
    Refusal("F03", "The answer period has ended.", lambda d: (d.forwarded(), "extend", d.head, MORE), days=20),
    Refusal(
        "F03",
        "The period was extended twice; it can't be extended any further.",
        lambda d: (set_to(d.forwarded(), "SENT", extended=2), "extend", d.head, MORE),
    ),
    Refusal("F03", "Give the reason.", lambda d: (d.forwarded(), "extend", d.head, {})),
    Refusal("F16", "Nobody asked for more time.", lambda d: (d.forwarded(), "refuse_time", d.head, MORE)),
    Refusal("F16", "Give the reason.", lambda d: (waiting(d), "refuse_time", d.head, {})),
    Refusal("F04", "Choose an outcome.", lambda d: (d.forwarded(), "answer", d.lead, {**TEXTS, "outcome": ""})),
    Refusal(
        "F04", "Write what you found.", lambda d: (d.forwarded(), "answer", d.lead, {**TEXTS, "to_association": ""})
    ),
    Refusal(
        "F04",
        "Write the text for the complainant.",
        lambda d: (d.forwarded(), "answer", d.lead, {**TEXTS, "to_complainant": ""}),
    ),
    Refusal(
        "F04",
        "Only the lead of your company can submit this; your text is kept as a draft.",
        lambda d: (d.forwarded(), "answer", d.member, TEXTS),
    ),
    Refusal(
        "F05",
        "You returned this once, and the association upheld it: please answer.",
        lambda d: (upheld(d), "not_ours", d.lead, MORE),
    ),
    Refusal("F05", "You have already answered this.", lambda d: (sent_back(d), "not_ours", d.lead, MORE)),
    Refusal("F05", "Say why this does not concern you.", lambda d: (d.forwarded(), "not_ours", d.lead, {})),
    Refusal(
        "F06",
        "The forwarding was already upheld once.",
        lambda d: (set_to(upheld(d), "RETURNED"), "insist", d.intake, MORE),
    ),
    Refusal("F06", "Give the reason.", lambda d: (returned(d), "insist", d.intake, {})),
    Refusal(
        "F08",
        "A request for more time has not been decided.",
        lambda d: (waiting(d), "K03_expired", SYSTEM, {}),
        days=30,
    ),
    Refusal("F08", "This time limit has not ended.", lambda d: (d.forwarded(), "K03_expired", SYSTEM, {})),
    Refusal(
        "F09",
        "This time limit has not ended.",
        lambda d: (running(d, "K30", d.forwarded()), "K30_expired", SYSTEM, {}),
    ),
    Refusal(
        "F10",
        "This was not forwarded to your company.",
        lambda d: (set_to(d.forwarded(), "OVERDUE"), "answer", d.firm_lead, TEXTS),
    ),
    Refusal(
        "F10",
        "Choose an outcome.",
        lambda d: (set_to(d.forwarded(), "OVERDUE"), "answer", d.lead, {}),
    ),
    Refusal(
        "F11",
        "This time limit has not ended.",
        lambda d: (running(d, "K04", set_to(d.forwarded(), "OVERDUE")), "K04_expired", SYSTEM, {}),
    ),
    Refusal("F12", "Name the gaps of the answer.", lambda d: (answered(d), "send_back", d.intake, {"gaps": [" "]})),
    Refusal(
        "F12",
        "The answer was already sent back once.",
        lambda d: (d.answer(sent_back(d)), "send_back", d.intake, {"gaps": ["x"]}),
    ),
    Refusal(
        "F13",
        "Confirm that you have read the text for the complainant.",
        lambda d: (answered(d), "release", d.intake, {}),
    ),
    Refusal(
        "F13",
        "The complainant is not the debtor: confirm that the text shows nothing of the debt.",
        lambda d: (answered(d, role="UNRELATED"), "release", d.intake, {"read": True}),
    ),
    Refusal(
        "F14",
        "No answer is disputed.",
        lambda d: (d.released().forwardings[0], "ask_again", SYSTEM, {}),
    ),
    Refusal(
        "F14",
        "Name the open points of a disputed answer.",
        lambda d: (d.disputed().forwardings[0], "ask_again", SYSTEM, {}),
    ),
    Refusal("F17", "The respondent has already answered.", lambda d: (sent_back(d), "retract", d.intake, MORE)),
    Refusal("F17", "Give the reason.", lambda d: (d.forwarded(), "retract", d.intake, {})),
    Refusal("F18", "The document was not made void.", lambda d: (d.forwarded(), "reissue", d.intake, {})),
]


def _served(desk: Desk, it: Complaint) -> Complaint:
    desk.serve("complaint", it.id, "D02")
    return it


def _own(desk: Desk, event: str) -> tuple[Complaint, str, Actor]:
    it = desk.received()
    return it, event, person_of(it)


def _release(desk: Desk) -> tuple[Complaint, str, Actor]:
    it = desk.released()
    return it, "dispute", person_of(it)


@pytest.mark.parametrize("each", ALL, ids=[f"{each.row}-{place}" for place, each in enumerate(ALL)])
def test_a_guard_refuses_with_its_sentence_in_both_languages(desk: Desk, app: Flask, each: Refusal) -> None:
    it, event, actor, facts = each.about(desk)
    asking = actor if actor is not WHO else NOBODY
    asking = replace(asking, roles=asking.roles | {"complainant"}) if actor is WHO else asking
    refused = each.machine.refusals(
        Ask(desk.session, it, asking, dict(facts), desk.now + timedelta(days=each.days)), event
    )
    with app.test_request_context(), force_locale("en"):
        english = [str(one) for one in refused]
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        chinese = [str(one) for one in refused]
    assert each.sentence in english, english
    spoken = chinese[english.index(each.sentence)]
    assert spoken != each.sentence
    assert re.search(r"[\u4e00-\u9fff]", spoken)
    assert not re.search(r"[a-z]{3,}", spoken)


@pytest.mark.parametrize(("name", "letter"), [("complaint", "C"), ("forwarding", "F")])
def test_no_guard_of_the_model_is_left_out(name: str, letter: str) -> None:
    guarded = {row["id"] for row in MODEL[name]["rows"] if (row["guard"] or "-") != "-"}
    assert {each.row for each in ALL if each.row[0] == letter} == guarded
