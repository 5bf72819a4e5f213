"""Each guard of a complaint refuses, with the sentence that the person reads, in both languages."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, intake, receipts, rechecks, triage
from casework.intake import Company
from casework.models import Complaint
from casework.models_cases import CaseTrack
from casework.models_recusals import Interest, Recusal
from casework.states import COMPLAINT
from core.actors import SYSTEM, Actor
from core.machine import Ask
from notices import queries as notices
from notices.models import Service
from notices.states import SERVICE
from registry.settings import setting
from tests.builders import CONDUCT, MAIL, MASKED, Desk, known_year, person_of, submission
from tests.refusals import Asked, all_asked, guarded

WHO = Actor(None, frozenset({"complainant"}), audience="public")
FAR = [Company("FIRM", "NAME", "远山信息咨询有限公司")]
BEFORE_IT_CAME = {"identity": True, "agreed_how": "TELEPHONE", "agreed_on": "2026-01-05"}


def new(desk: Desk, **changed: Any) -> Complaint:
    """A complaint that has not come in yet."""
    said = submission(**changed)
    before = intake._looked_up(desk.session, said, receipts.held("code"), desk.now, numbered=False)
    return intake._new(said, before, desk.now)


def asked(desk: Desk) -> Complaint:
    it = desk.received()
    triage.ask_info(desk.session, it, missing=["录音"], actor=desk.intake, now=desk.now)
    return it


def informed(desk: Desk) -> Complaint:
    it = asked(desk)
    intake.give_info(desk.session, it, text="没有录音。", actor=person_of(it), now=desk.now)
    return it


def fourth(desk: Desk) -> Complaint:
    for _ in range(3):
        desk.received().complainant.contact_verified_at = desk.now
    desk.session.flush()
    return new(desk)


def real_name(desk: Desk) -> Complaint:
    setting(desk.session, "REAL_NAME_REQUIRED").value = True
    desk.session.flush()
    return new(desk, name=None)


def escalated(desk: Desk) -> Complaint:
    it = desk.disputed()
    complaints.escalate(desk.session, it, why="多人佐证", actor=desk.officer, now=desk.now)
    return it


def asked_of_nobody(desk: Desk, it: Complaint) -> tuple[Complaint, str, Actor, dict[str, Any]]:
    """The company of the disputed answer has ceased to exist since."""
    [sent] = it.forwardings
    sent.party.ceased_on, sent.party.ceased_evidence = CONDUCT, "注销登记"
    return it, "ask_again", desk.officer, {"points": {sent.id: ["x"]}}


def merged(desk: Desk) -> Complaint:
    lead, it = desk.received(), desk.received()
    triage.merge(desk.session, it, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)
    return it


def rejected(desk: Desk) -> Complaint:
    it = desk.received()
    said = {"reason": "NO_FACTS", "ways": ["x"], "now": desk.now}
    triage.reject(desk.session, it, **said, actor=desk.intake)
    desk.serve("complaint", it.id, "D03")
    return it


def rejected_by_a_known_year(desk: Desk) -> Complaint:
    """The calendar has the next year, so that nothing of its time is an estimate."""
    known_year(desk.session)
    return rejected(desk)


def rechecked(desk: Desk) -> Complaint:
    it = rejected(desk)
    rechecks.recheck(desk.session, it, why="有新材料", actor=desk.head, now=desk.now)
    return it


def accepted_reply(desk: Desk) -> Complaint:
    it = desk.released()
    complaints.accept_reply(desk.session, it, actor=person_of(it), now=desk.now)
    return it


def stranger(desk: Desk) -> Actor:
    return replace(WHO, subject_id=desk.received(contact=MAIL).id)


def said_nothing(desk: Desk, **changed: Any) -> Complaint:
    """A new one whose person says so little of himself."""
    it = new(desk)
    for name, value in changed.items():
        setattr(it.complainant, name, value)
    return it


def closed_case(desk: Desk) -> Complaint:
    """Disputed once more, after the case on its facts ended."""
    it = escalated(desk)
    for track in desk.session.scalars(select(CaseTrack)):
        track.state, track.ended_on = "CLOSED", desk.now.date()
    return set_to(it, "DISPUTED")


def set_to(it: Complaint, state: str, **changed: Any) -> Complaint:
    it.state = state
    for name, value in changed.items():
        setattr(it, name, value)
    return it


def tied(desk: Desk, person: Actor) -> Actor:
    """Somebody who declared that he holds shares of the lender."""
    of = {"account_id": person.id, "party_id": desk.lender.id}
    desk.session.add(Interest(**of, kind="SHARES", from_on=date(2025, 1, 1), declared_at=desk.now))
    desk.session.flush()
    return person


def copied(desk: Desk, text: str, **told: Any) -> tuple[Complaint, str, Actor, dict[str, Any]]:
    """A complaint that is to be accepted with this copy."""
    return desk.received(**told), "accept", desk.intake, {"respondents": [desk.lender.id], "masked_facts": text}


def to_recuse(desk: Desk) -> tuple[Complaint, str, Actor, dict[str, Any]]:
    """That the officer takes no part in the case about it was asked for."""
    it = escalated(desk)
    case_id = desk.session.scalars(select(CaseTrack.case_id).distinct()).one()
    said = {"part": "officer", "how": "ASKED", "ground": "SHARES", "facts": "x", "asked_at": desk.now}
    desk.session.add(Recusal(case_id=case_id, account_id=desk.officer.id, state="ASKED", **said))
    desk.session.flush()
    return it, "refer_part", desk.officer, MORE


MORE = {"why": "x"}
NOT_YOURS = "This is not your complaint."
AWAITED = "Another answer is still awaited."
CASE_OPEN = "A case of this complaint has not ended."
NOBODY_BOUND = "Choose at least one respondent that the rules reach on that day."
NOT_AGREED = "Say how and on which day the person agreed that this authority learns name and contact."
NOT_ENDED = "This time limit has not ended."
NO_REASON = "Give the reason."
ALL = [
    Asked("C01", "Tell what happened.", lambda d: (new(d, facts=" "), "submit", WHO, {})),
    Asked("C01", "Name the company that you complain about.", lambda d: (new(d, companies=[]), "submit", WHO, {})),
    Asked(
        "C01",
        "This could not be sent. Leave the last field empty.",
        lambda d: (new(d), "submit", WHO, {"honeypot": "x"}),
    ),
    Asked(
        "C01",
        "One person can send at most 3 complaints a day. Add this to a complaint that is open, with its receipt code.",
        lambda d: (fourth(d), "submit", WHO, {}),
    ),
    Asked("C01", "The association takes complaints only with a name.", lambda d: (real_name(d), "submit", WHO, {})),
    Asked(
        "C02",
        "This person was already asked for more once.",
        lambda d: (informed(d), "ask_info", d.intake, {"missing": ["x"]}),
    ),
    Asked("C01", "Say what you have to do with the debt.", lambda d: (said_nothing(d, role=""), "submit", WHO, {})),
    Asked(
        "C01",
        "There is no name and no contact that could be passed on.",
        lambda d: (said_nothing(d, name=None, contact=None, share_identity=True), "submit", WHO, {}),
    ),
    Asked(
        "C01",
        "This day lies in the future.",
        lambda d: (set_to(new(d), "NEW", conduct_to=d.on(2).date()), "submit", WHO, {}),
    ),
    Asked(
        "C01",
        "What it tells of happened after this day.",
        lambda d: (set_to(new(d), "NEW", came_on=CONDUCT - timedelta(days=1)), "submit", WHO, {}),
    ),
    Asked(
        "C01",
        "The last day lies before the first.",
        lambda d: (
            set_to(it := new(d), "NEW", conduct_from=it.conduct_to, conduct_to=it.conduct_from),
            "submit",
            WHO,
            {},
        ),
    ),
    Asked("C02", "Say what is missing.", lambda d: (d.received(), "ask_info", d.intake, {"missing": [" "]})),
    Asked(
        "C03",
        "The period for adding to the complaint has ended.",
        lambda d: (_served(d, asked(d)), "give_info", d.intake, {"text": "x"}),
        days=30,
    ),
    Asked(
        "C03",
        "Add what was asked for, or say why you can't.",
        lambda d: (it := asked(d), "give_info", person_of(it), {"text": " "}),
    ),
    Asked("C03", NOT_YOURS, lambda d: (asked(d), "give_info", stranger(d), {"text": "x"})),
    Asked("C05", "Choose a reason.", lambda d: (d.received(), "reject", d.intake, {"ways": ["x"]})),
    Asked(
        "C05",
        "Tell the person what can still be done.",
        lambda d: (d.received(), "reject", d.intake, {"reason": "NO_FACTS"}),
    ),
    Asked(
        "C05",
        "You ended this complaint before: somebody new to it decides now.",
        lambda d: (rechecked(d), "reject", d.intake, {"reason": "NO_FACTS", "ways": ["x"]}),
    ),
    Asked(
        "C06",
        "青屿消费金融有限公司 is bound by the association's rules: forward the complaint.",
        lambda d: (d.received(), "refer_out", d.intake, {"authority": "甲", **MORE}),
    ),
    Asked(
        "C06",
        "Name the authority that is competent.",
        lambda d: (d.received(companies=FAR), "refer_out", d.intake, MORE),
    ),
    Asked(
        "C06",
        NOT_AGREED,
        lambda d: (d.received(companies=FAR), "refer_out", d.intake, {"authority": "甲", "identity": True, **MORE}),
    ),
    Asked(
        "C06",
        "Asked by telephone or in person, nobody agreed before the complaint came: check the day.",
        lambda d: (d.received(companies=FAR), "refer_out", d.intake, {"authority": "甲", **BEFORE_IT_CAME, **MORE}),
    ),
    Asked(
        "C07",
        "You declared an interest in a company that this complaint is about: you take no part in it.",
        lambda d: (d.received(companies=FAR), "accept", tied(d, d.intake), {"respondents": [d.firm.id]}),
    ),
    Asked(
        "C26",
        "You take no part in a case about this complaint: nor do you in the complaint itself.",
        to_recuse,
    ),
    Asked(
        "C07",
        NOBODY_BOUND,
        lambda d: (d.received(), "accept", d.intake, {"respondents": [d.outside.id], "masked_facts": MASKED}),
    ),
    Asked(
        "C07",
        "The agent has not shown a written authorisation.",
        lambda d: (d.received(role="AGENT"), "accept", d.intake, {"respondents": [d.lender.id]}),
    ),
    Asked(
        "C07",
        "This copy still holds the person's name, in paragraph 2.",
        lambda d: copied(d, "催收公司\n\n致电沈 若禾"),
    ),
    Asked(
        "C07",
        "This copy still holds the person's telephone or mail address, in paragraph 1.",
        lambda d: copied(d, "请回复Shen@example.COM。", contact="shen@example.com"),
    ),
    Asked(
        "C07",
        "This copy still holds the person's identity number, in paragraph 3.",
        lambda d: copied(d, "甲\n乙\n证号350203199001017890", id_no="350203199001017890"),
    ),
    Asked(
        "C07",
        "Check the copy that the respondent may read.",
        lambda d: (d.received(), "accept", d.intake, {"respondents": [d.lender.id], "masked_facts": " "}),
    ),
    Asked("C08", "Another respondent still has this complaint.", lambda d: (d.accepted(), "all_returned", SYSTEM, {})),
    Asked("C09", AWAITED, lambda d: (d.accepted(), "all_released", SYSTEM, {})),
    Asked("C09", "No answer was released.", lambda d: (d.accepted(), "all_released", SYSTEM, {})),
    Asked("C10", NOT_YOURS, lambda d: (d.released(), "accept_reply", stranger(d), {})),
    Asked("C11", "The period for feedback has ended.", lambda d: (*_release(d), {"why": "x", "releases": []}), days=40),
    Asked("C11", "Say what is not right, or not answered.", lambda d: (*_release(d), {"releases": []})),
    Asked("C11", "Choose the answer that you do not accept.", lambda d: (*_release(d), {"why": "x"})),
    Asked("C12", NOT_ENDED, lambda d: (d.released(), "K05_expired", SYSTEM, {})),
    Asked("C13", NO_REASON, lambda d: (d.disputed(), "close", d.officer, {"why": " "})),
    Asked(
        "C14",
        "The respondents were already asked again once.",
        lambda d: (set_to(d.disputed(), "DISPUTED", asked_again=True), "ask_again", d.officer, {}),
    ),
    Asked("C14", "No answer is disputed.", lambda d: (set_to(d.released(), "DISPUTED"), "ask_again", d.officer, {})),
    Asked("C14", "Name the open points of a disputed answer.", lambda d: (d.disputed(), "ask_again", d.officer, {})),
    Asked(
        "C14",
        "The company has ceased to exist and has no successor: close the complaint, or escalate it.",
        lambda d: asked_of_nobody(d, d.disputed()),
    ),
    Asked(
        "C15",
        "No company is known yet: name the one that the case is about.",
        lambda d: (d.disputed(), "escalate", d.officer, {**MORE, "parties": []}),
    ),
    Asked(
        "C15",
        "The case on these facts has ended: there is nothing to escalate it to.",
        lambda d: (closed_case(d), "escalate", d.officer, MORE),
    ),
    Asked("C15", NO_REASON, lambda d: (d.disputed(), "escalate", d.officer, {})),
    Asked(
        "C16",
        "Only severe allegations, or several similar complaints, are escalated before feedback.",
        lambda d: (d.released(codes=["V-T01"]), "escalate", d.officer, MORE),
    ),
    Asked(
        "C17",
        "Only grave allegations are escalated while answers are awaited.",
        lambda d: (d.accepted(), "escalate", d.officer, MORE),
    ),
    Asked("C18", "No reminder period has ended.", lambda d: (d.accepted(), "unanswered", SYSTEM, {})),
    Asked("C19", "The complainant has not confirmed the terms.", lambda d: (d.accepted(), "settle", d.lead, {})),
    Asked(
        "C19",
        "青屿消费金融有限公司 has not confirmed the terms.",
        lambda d: (d.accepted(), "settle", replace(d.lead, roles=d.lead.roles | {"respondent"}), {}),
    ),
    Asked("C19", "No company has confirmed the terms.", lambda d: (d.accepted(), "settle", d.lead, {})),
    Asked("C19", "The person was not asked about pressure.", lambda d: (d.accepted(), "settle", d.lead, {})),
    Asked("C20", "Answer whether anybody pressed you.", lambda d: (it := d.received(), "withdraw", person_of(it), {})),
    Asked("C20", NOT_YOURS, lambda d: (d.received(), "withdraw", stranger(d), {"pressure": False})),
    Asked("C21", NOT_ENDED, lambda d: (escalated(d), "K07_expired", SYSTEM, {})),
    Asked("C22", CASE_OPEN, lambda d: (escalated(d), "case_ended", SYSTEM, {})),
    Asked("C22", AWAITED, lambda d: (set_to(d.accepted(), "ESCALATED"), "case_ended", SYSTEM, {})),
    Asked("C27", CASE_OPEN, lambda d: (escalated(d), "all_released", SYSTEM, {})),
    Asked("C27", AWAITED, lambda d: (set_to(d.accepted(), "ESCALATED"), "all_released", SYSTEM, {})),
    Asked(
        "C23",
        "The leading complaint must be another one that is open.",
        lambda d: (d.received(), "merge", d.intake, {"lead": rejected(d), "same_facts": True}),
    ),
    Asked(
        "C23",
        "The two complaints do not come from the same person.",
        lambda d: (d.received(contact=MAIL), "merge", d.intake, {"lead": d.received(), "same_facts": True}),
    ),
    Asked(
        "C23",
        "The leading complaint does not concern the same companies.",
        lambda d: (d.received(companies=FAR), "merge", d.intake, {"lead": d.received(), "same_facts": True}),
    ),
    Asked(
        "C23",
        "Confirm that both tell the same facts.",
        lambda d: (d.received(), "merge", d.intake, {"lead": d.received()}),
    ),
    Asked("C24", NO_REASON, lambda d: (merged(d), "unmerge", d.intake, {"messages": []})),
    Asked(
        "C24", "Say which later messages belong to this complaint.", lambda d: (merged(d), "unmerge", d.intake, MORE)
    ),
    Asked("C25", "The leading complaint is still open.", lambda d: (merged(d), "lead_ended", SYSTEM, {})),
    Asked(
        "C26",
        "Say which part is referred.",
        lambda d: (d.received(), "refer_part", d.intake, {"authority": "甲", **MORE}),
    ),
    Asked(
        "C26",
        NOT_AGREED,
        lambda d: (d.received(), "refer_part", d.intake, {"authority": "甲", "scope": "乙", "identity": True, **MORE}),
    ),
    Asked("C28", "The document was not made void.", lambda d: (asked(d), "reissue", d.intake, {})),
    Asked(
        "C29",
        "More than 30 days have passed since the notice was received.",
        lambda d: (rejected_by_a_known_year(d), "recheck", d.head, MORE),
        days=31,
    ),
    Asked(
        "C29",
        "This complaint was already looked at again once.",
        lambda d: (set_to(rejected(d), "REJECTED", rechecked=True), "recheck", d.head, MORE),
    ),
    Asked(
        "C29",
        "Somebody who took no part in it must decide.",
        lambda d: (set_to(rejected(d), "REJECTED", ended_by=d.head.id), "recheck", d.head, MORE),
    ),
    Asked(
        "C30",
        "The person accepted the answer, agreed on terms or withdrew: a new complaint is possible.",
        lambda d: (accepted_reply(d), "recheck", d.head, MORE),
    ),
    Asked("C31", NOBODY_BOUND, lambda d: (d.accepted(), "add_respondent", d.intake, {"respondents": [d.outside.id]})),
    Asked(
        "C32",
        "This complaint was already forwarded to 青屿消费金融有限公司.",
        lambda d: (d.released(), "add_respondent", d.officer, {"respondents": [d.lender.id]}),
    ),
]


def _served(desk: Desk, it: Complaint) -> Complaint:
    desk.serve("complaint", it.id, "D02")
    return it


def _release(desk: Desk) -> tuple[Complaint, str, Actor]:
    it = desk.released()
    return it, "dispute", person_of(it)


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


@pytest.mark.parametrize("row", sorted({each.row for each in ALL}))
def test_a_guard_refuses_with_its_sentence_in_both_languages(desk: Desk, row: str) -> None:
    all_asked(COMPLAINT, desk, [each for each in ALL if each.row == row])


def test_what_tells_of_an_end_is_not_made_void_in_words(desk: Desk) -> None:
    sentence = (
        "What tells a person that the complaint has ended is not made void: time counts from it. "
        "Where it is wrong, have the complaint looked at again."
    )
    all_asked(SERVICE, desk, [Asked("V17", sentence, lambda d: (_told(d), "void", d.head, {"reason": "内容有误"}))])


def _told(desk: Desk) -> Service:
    """The letter that tells that the complaint ended, on its way."""
    it = accepted_reply(desk)
    letter = notices.last_document(desk.session, ["D08"], "complaint", it.id)
    assert letter is not None
    return letter.services[0]


def test_what_told_of_an_end_is_made_void_once_somebody_new_looks_at_it(desk: Desk) -> None:
    it = desk.received()
    triage.reject(desk.session, it, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=desk.now)
    rechecks.recheck(desk.session, it, why="有新材料", own_error=True, actor=desk.head, now=desk.now)
    letter = notices.last_document(desk.session, ["D03"], "complaint", it.id)
    assert letter is not None
    SERVICE.carry_out(Ask(desk.session, letter.services[0], desk.head, {"reason": "有误"}, desk.now), "void")
    assert letter.void_at is not None


def test_no_guard_of_the_model_is_left_out() -> None:
    assert {each.row for each in ALL} == guarded("complaint")
