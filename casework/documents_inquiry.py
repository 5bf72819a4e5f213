"""What the documents of an investigation say: question, suspension, resumption, referral, record of a questioning."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from casework import clauses
from casework.documents import portal_url
from casework.models_cases import CaseTrack, Evidence
from casework.questioning import Questioning
from casework.states import FILED_BY
from core import clock
from core.machine import Ask
from notices import queries as notices
from notices.making import Draft, makes
from notices.papers import day_text, moment_text, period_text, time_text
from notices.sentences import Pair, say, written_in
from registry import clocks
from registry.clock_moves import live
from registry.models import VIA_PRINCIPAL
from registry.models_clocks import ClockState

CAUSES: dict[str, Pair] = {
    "CRIMINAL": ("有关事实已由司法机关作为刑事案件办理", "the facts are the subject of criminal proceedings"),
    "ADMINISTRATIVE": ("有关事实已由行政机关立案办理", "an authority has opened a case about the facts"),
    "FORCE_MAJEURE": ("发生不可抗力", "of an event of force majeure"),
}
INVESTIGATION: Pair = ("调查期限", "the time limit of the investigation")
EXPLANATION: Pair = ("书面说明期限", "the time limit of your written explanation")
KEEP: Pair = (
    "中止期间，请妥善保存与本案有关的通话录音、短信、系统日志、外访音像和委托合同等材料，不得隐匿、伪造、销毁。",
    (
        "Please keep all call recordings, messages, system logs, recordings of visits and outsourcing contracts that "
        "concern the case; nothing may be concealed, forged or destroyed."
    ),
)
"""A company that the rules did not bind has none of the duties they lay down (domain 6.1)."""
ON_ITS_LAST_DAY: Pair = (
    "（该期限中止当日即为其最后一日）",
    " (it was suspended on its last day)",
)
GOES_ON = "本协会对其余事项继续办理。"
ENDS_HERE = "本协会对本案不再另行办理。"
NO_EVIDENCE = "有关线索材料由本协会留存，可以依法调取"


@makes("track", "D41")
def question_to_a_firm(ask: Ask) -> Iterator[Draft]:
    """What is reported about a firm outside the rules, and what it is asked; it owes no answer."""
    track: CaseTrack = ask.it
    session, lang = ask.session, written_in(ask, track.party)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "source": clauses.occasion(track.case, lang),
            "standing": clauses.standing(session, track, lang),
            "principal": track.engagement.institution.name(lang) if track.engagement else "",
            "conduct_period": clauses.conduct_period(track.case, lang),
            "allegations": clauses.allegations(session, track.allegations, lang),
            "asked": list(ask.facts["asked"]),
            "explanation_period": clauses.length(session, "K12", lang),
            "portal_url": portal_url(),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
    )


def first_letter(ask: Ask) -> str:
    """The number of the letter by which the company first heard of the matter."""
    found = notices.last_document(ask.session, FILED_BY, "track", ask.it.id)
    return (found.number if found else None) or ask.it.case.ref


@makes("track", "D13a")
def suspension(ask: Ask) -> Iterator[Draft]:
    """From when the investigation waits, for what, and which time limits stand still."""
    track: CaseTrack = ask.it
    lang = written_in(ask, track.party)
    stopped = [say(INVESTIGATION, lang)]
    if (explains := live(ask.session, "K12", ("track", track.id))) and explains.state is ClockState.RUNNING:
        stopped.append(say(EXPLANATION, lang))
    yield Draft(
        values={
            "case_no": track.case.ref,
            "basis_number": first_letter(ask),
            "cause": say(CAUSES[ask.facts["cause"]], lang),
            "reason": clauses.quoted(ask.facts["reasons"], lang),
            "suspended_on": day_text(ask.on, lang),
            "periods": stopped,
            "duty": "" if track.basis == VIA_PRINCIPAL else say(KEEP, lang),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
    )


@makes("track", "D13b")
def resumption(ask: Ask) -> Iterator[Draft]:
    """That the investigation goes on, and how much time is left to explain; the date only where it is certain."""
    track: CaseTrack = ask.it
    lang = written_in(ask, track.party)
    explains = live(ask.session, "K12", ("track", track.id))
    left, due = "", ""
    if explains is not None and explains.state is ClockState.PAUSED and explains.days_left is not None:
        counted = clocks.if_resumed(ask.session, explains, ask.on)
        due = day_text(counted.due_on, lang) if counted.due_on and not counted.provisional else ""
        if explains.days_left or not due:
            left = period_text(explains.days_left, explains.unit.value, lang)
        else:  # nothing is left to be counted from the day after
            due += say(ON_ITS_LAST_DAY, lang)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "basis_number": first_letter(ask),
            "reason": clauses.quoted(ask.facts["reasons"], lang),
            "resumed_on": day_text(ask.on, lang),
            "remaining": left,
            "new_due": due,
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
    )


@makes("track", "D14")
def referral(ask: Ask) -> Iterator[Draft]:
    """The facts that another authority is competent for, with the evidence and what the association goes on with."""
    track: CaseTrack = ask.it
    whole = ask.row is not None and ask.row.id == "S11"
    yield Draft(
        values={
            "case_no": track.case.ref,
            "respondent": track.party.name_zh,
            "uscc": track.party.uscc,
            "facts": ask.facts["facts"].strip(),
            "suspected": ask.facts["suspected"].strip(),
            "evidence": _chosen(ask) or [NO_EVIDENCE],
            "own_handling": ask.facts.get("own_handling", "").strip() or (ENDS_HERE if whole else GOES_ON),
        },
        to=ask.facts["authority"].strip(),
    )


def _chosen(ask: Ask) -> list[str]:
    """The evidence that is passed on, as a letter lists it: what it is and shows, never its file name."""
    wanted = list(ask.facts.get("evidence") or ())
    found = ask.session.scalars(select(Evidence).where(Evidence.id.in_(wanted)).order_by(Evidence.id)).all()
    return clauses.listed_evidence(ask.session, ask.it, found)


@makes("track", "D29")
def record_of_questioning(ask: Ask) -> Iterator[Draft]:
    """Who was questioned by whom, under which rights, what was asked and answered, and who signed."""
    track: CaseTrack = ask.it
    record: Questioning = ask.facts["record"]
    session = ask.session
    yield Draft(
        values={
            "case_no": track.case.ref,
            "respondent": track.party.name_zh,
            "uscc": track.party.uscc,
            "held_on": day_text(clock.day_of(record.started_at), "zh"),
            "started_at": _time(record.started_at, record.started_at),
            "ended_at": _time(record.ended_at, record.started_at),
            "place": record.place.strip(),
            "interviewers": clauses.names(session, record.officers),
            "recorder": clauses.name(session, ask.actor.id),
            "person_name": record.person.strip(),
            "position": record.position.strip(),
            "identity_checked": record.identity_checked.strip(),
            "rights_told": "已告知如实陈述、核对和更正笔录、申请调查人员回避的权利和义务",
            "recusal_answer": "经询问，不申请回避",
            "questions": [(each["question"], each["answer"]) for each in record.entries],
            "corrections": record.corrections.strip(),
            "recording": f"SHA-256 {record.recording}" if record.recording else "",
            "checked": clauses.checked(
                corrected=bool(record.corrections.strip()), refused=not record.signed_by.strip()
            ),
            "refusal": _refusal(ask, record),
        },
        to="案卷",
        people=(record.person.strip(),),
    )


def _time(at: datetime, begun: datetime) -> str:
    """The time of day, with its date if that is another day."""
    said = time_text if clock.day_of(at) == clock.day_of(begun) else moment_text
    return said(clock.local(at))


def _refusal(ask: Ask, record: Questioning) -> str:
    if record.signed_by.strip() or not record.refused_because.strip():
        return ""
    seen_by = clauses.name(ask.session, record.witness_id)
    return f"{clauses.UNSIGNED}{record.refused_because.strip()}（在场见证：{seen_by}）"
