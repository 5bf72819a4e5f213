"""Complaints in a simulation: who complains about whom, and what becomes of it between people and staff."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from admin import demo_texts
from bench.simulation.season import Life, Season
from casework import complaints, copies, intake, messages, policies, rechecks, settlements, stop_contacts, triage
from casework.escalations import leads_somewhere
from casework.intake import Company, Submission
from casework.models import Complaint, Forwarding, Settlement
from casework.policies import reach
from casework.triage import Referral
from core.actors import NOBODY
from core.clock import day_of
from core.machine import Ask
from desk import queries_complaint

WAYS = ["向金融监管部门投诉", "依法提起诉讼"]
REFERRAL = Referral(
    "蓝湾市地方金融管理局",
    "被投诉单位未加入本协会，亦未签署自律公约或者作出承诺。",
    "蓝湾市海望区政务大道6号",
    suspected="涉嫌违规催收",
)
TERMS = "费用全额退还；剩余欠款分六期偿还，期间不再另收费用。"
REASONS = ("OUT_OF_SCOPE", "COURT_OR_AUTHORITY", "NO_FACTS", "ABUSIVE")
SEVERE, GRAVE = 3, 4
OVER = ("REJECTED", "REFERRED_OUT", "CLOSED", "WITHDRAWN")


def turn(season: Season, life: Life) -> datetime | None:
    """What happens next with a complaint, by the state it is in."""
    if not life.number:
        return _sent(season, life)
    it = season.at.get_one(Complaint, life.number, populate_existing=True)
    if it.state in OVER:
        return _over(season, life, it)
    if it.state not in {"RECEIVED", "MERGED"} and not life.said["breach"] and life.chance(0.006):
        pressed = life.chance(0.3)
        complaints.withdraw(season.at, it, pressure=pressed, why="已与机构达成还款安排。", **season.speaking(it))
        return season.later(3)
    return STATES[it.state](season, life, it)


# It comes in


def _sent(season: Season, life: Life) -> datetime:
    """Somebody complains, on the page, by telephone, letter or at the counter."""
    dice, said = life.dice, life.said
    english = life.chance(0.12)
    matter = dice.choice(demo_texts.EN if english else demo_texts.ZH)
    named = _companies(season, life)
    place = int(said["place"])
    name = dice.choice(demo_texts.NAMES_EN if english else demo_texts.NAMES_ZH)
    contact = f"p{place}@mail.example" if english or life.chance(0.5) else f"139{place:08d}"
    words = {"company": named[0].name_zh, "app": named[0].name_zh[:2] + "借", "name": name, "phone": contact}
    last = day_of(season.now) - timedelta(days=dice.randint(1, 9))
    channel = dice.choice(("WEB", "WEB", "WEB", "PHONE", "LETTER", "COUNTER"))
    submission = Submission(
        channel=channel, lang=matter.lang, role=matter.role, name=name if life.chance(0.85) else None, contact=contact,
        share_identity=False, codes=list(matter.codes), product=matter.product, request=matter.request,
        facts=f"{matter.facts.format(**words)}{_more(life, place)}",
        companies=[Company("INSTITUTION" if each.kind == "INSTITUTION" else "FIRM", "NAME", each.name_zh, each.id)
                   for each in named],
        conduct_from=last - timedelta(days=dice.randint(2, 20)), conduct_to=last,
    )  # fmt: skip
    by = NOBODY if channel == "WEB" else season.people["intake"]
    made, _code = intake.submit(season.at, submission, key=f"sim:{season.seed}:{place}", actor=by, now=season.now)
    life.number, said["named"] = made.id, [each.id for each in named]
    season.begun.append(made.id)
    if submission.role not in {"DEBTOR", "GUARANTOR"} and life.chance(0.25):
        number = f"136{place:08d}"
        stop_contacts.request(season.at, made, number=number, own=True, **season.speaking(made))
    return season.in_working_days(life, 1, 4)


def _more(life: Life, place: int) -> str:
    """What makes the account somebody's own."""
    dice = life.dice
    return f"最近一次在{dice.randint(8, 21)}点{dice.randint(0, 59)}分，共{dice.randint(2, 40)}次，材料编号{place}。"


def _companies(season: Season, life: Life) -> list[Any]:
    """One institution, often with the firm that collects for it; seldom a firm that nothing binds."""
    if life.said["breach"] or not life.chance(0.04):
        if life.chance(0.45):
            return list(life.dice.choice(season.firms))[: 2 if life.chance(0.8) else 1]
        return [life.dice.choice(season.lenders)]
    return [season.parties[life.dice.choice(("yuanshan", "duosheng"))]]


# Before it is forwarded


def _received(season: Season, life: Life, it: Complaint) -> datetime:
    by = season.by("intake2" if it.rechecked else "intake")
    if it.forwardings:  # all of them came back
        triage.reject(season.at, it, reason="CANNOT_IDENTIFY", ways=WAYS, **by)
        return season.later(20)
    if not life.said["breach"]:
        if not it.asked_info and not it.rechecked and life.once("asked", 0.08):
            triage.ask_info(season.at, it, missing=["来电号码及大致时间", "借款合同编号"], **by)
            return season.later(life.dice.randint(3, 9))
        if not it.rechecked and life.once("rejected", 0.07):
            reason = life.dice.choice(REASONS)
            triage.reject(season.at, it, reason=reason, ways=WAYS, **by)
            return season.later(life.dice.randint(3, 20))
        if (first := _told_before(season, life, it)) is not None:
            triage.merge(season.at, it, lead=first, same_facts=True, **by)
            return season.later(4)
    within, _outside = reach(season.at, it, life.said["named"])
    if not within:
        triage.refer_out(season.at, it, REFERRAL, **by)
        return season.later(20)
    if life.once("verified", 0.5):
        intake.verify_contact(season.at, it, **by)
    wanted, masked = [each.id for each in within], copies.draft(it)
    triage.accept(season.at, it, respondents=wanted, masked_facts=masked, **by)
    return season.later(life.dice.randint(2, 8))


def _told_before(season: Season, life: Life, it: Complaint) -> Complaint | None:
    """Whether the same person told the same before, and that complaint is open."""
    first = life.said.get("twin")
    if first is None or not first.number:
        return None
    found = season.at.get_one(Complaint, first.number)
    return found if found.id != it.id and found.state not in {*OVER, "MERGED"} else None


def _need_info(season: Season, life: Life, it: Complaint) -> datetime:
    if life.once("gives", 0.7):
        intake.give_info(season.at, it, text=demo_texts.given(it.lang, "calls"), **season.speaking(it))
        return season.in_working_days(life, 1, 3)
    return season.later(7)


def _merged(season: Season, life: Life, it: Complaint) -> datetime:
    if life.once("unmerged", 0.1):
        triage.unmerge(season.at, it, why="两件投诉所述事实不同。", messages=[], **season.by("intake"))
        life.said.pop("twin", None)
        return season.in_working_days(life, 1, 3)
    return season.later(15)


# While answers are awaited


def _forwarded(season: Season, life: Life, it: Complaint) -> datetime:
    if it.severity >= GRAVE and _is_for_a_case(season, life, it) and life.once("grave", 0.2):
        return _escalated_now(season, it, life)
    if not life.said["breach"] and life.once("settles", 0.03):
        return _settle(season, life, it)
    if life.once("asks", 0.08) and life.said.get("asked_once") is None:
        life.said["asked_once"] = True
        messages.write(season.at, it, demo_texts.QUESTIONS[it.lang][0], **season.speaking(it))
    return season.later(life.dice.randint(4, 8))


def _settle(season: Season, life: Life, it: Complaint) -> datetime:
    """One company proposes terms; whoever is concerned agrees, the complainant last."""
    terms = season.at.scalar(select(Settlement).where(Settlement.complaint_id == it.id))
    open_with = [each.party_id for each in it.forwardings if each.state != "CLOSED"]
    waiting = [each for each in open_with if terms is None or str(each) not in terms.confirmed]
    if waiting:
        lead = season.leads.get(waiting[0])
        if lead is None:
            life.said["settles"] = False
        elif terms is None:
            settlements.propose(season.at, it, TERMS, warned=True, actor=lead, now=season.now)
        else:
            settlements.confirm(season.at, it, terms=terms.terms, actor=lead, now=season.now)
        return season.later(1)
    assert terms is not None  # noqa: S101 - somebody proposed them
    settlements.confirm(season.at, it, terms=terms.terms, pressure=False, **season.speaking(it))
    return season.later(9)


def _released(season: Season, life: Life, it: Complaint) -> datetime:
    if it.severity >= SEVERE and _is_for_a_case(season, life, it) and life.once("at once", 0.3):
        return _escalated_now(season, it, life)
    if life.said["breach"] or life.once("disputes", 0.25):
        mine = [each.id for each in policies.disputable(season.at, it)]
        why = demo_texts.DISPUTES[it.lang]
        complaints.dispute(season.at, it, releases=mine, why=why, **season.speaking(it))
        return season.in_working_days(life, 2, 8)
    if life.once("accepts", 0.45):
        complaints.accept_reply(season.at, it, **season.speaking(it))
        return season.later(8)
    return season.later(life.dice.randint(3, 7))


def _disputed(season: Season, life: Life, it: Complaint) -> datetime:
    if not it.asked_again and life.once("again", 0.15):
        released = {each.forwarding_id for each in queries_complaint.releases(season.at, it)}
        points = {each.id: ["号码从何处取得"] for each in it.forwardings if each.id in released}
        complaints.ask_again(season.at, it, points=points, **season.by("officer"))
        return season.later(6)
    if _is_for_a_case(season, life, it):
        return _escalated_now(season, it, life)
    why = "经核对双方提供的通话记录，未发现违反自律规则的情形。"
    by = "officer2" if it.rechecked else "officer"
    complaints.close(season.at, it, why=why, **season.by(by))
    return season.later(8)


def _is_for_a_case(season: Season, life: Life, it: Complaint) -> bool:
    """There are signs of a breach, and not only cases that have ended on these facts: who looks again closes it."""
    asking = Ask(season.at, it, season.people["officer"], {}, season.now)
    return bool(life.said["breach"]) and not any(leads_somewhere(asking))


def _escalated_now(season: Season, it: Complaint, life: Life) -> datetime:
    by = season.by(life.dice.choice(("officer", "officer2", "officer3", "officer4")))
    complaints.escalate(season.at, it, why="答复与通话记录明显不符，有违反自律规则的迹象。", **by)
    return season.later(30)


def _escalated(season: Season, life: Life, _it: Complaint) -> datetime:
    return season.later(life.dice.randint(20, 40))


def _over(season: Season, life: Life, it: Complaint) -> datetime | None:
    """Few ask for another look; the head grants it now and then."""
    final = it.outcome in {"ACCEPTED", "SETTLED", "WITHDRAWN", "ESCALATED", "DUPLICATE"} or it.state == "WITHDRAWN"
    if final or it.rechecked or not life.once("rechecked", 0.05):
        return None
    if it.recheck_asked_at is None:
        rechecks.ask_recheck(season.at, it, why="原不予受理的理由不再成立。", **season.speaking(it))
        return season.in_working_days(life, 2, 6)
    rechecks.recheck(season.at, it, why="投诉人补充了证明。", **season.by("deputy"))
    return season.in_working_days(life, 1, 3)


STATES = {
    "RECEIVED": _received,
    "NEED_INFO": _need_info,
    "MERGED": _merged,
    "FORWARDED": _forwarded,
    "RELEASED": _released,
    "DISPUTED": _disputed,
    "ESCALATED": _escalated,
}


def forwarding_of(season: Season, life: Life) -> Forwarding:
    """The forwarding of a life, as it is now."""
    return season.at.get_one(Forwarding, life.number, populate_existing=True)
