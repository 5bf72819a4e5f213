"""What the documents of a hearing say: the notice that sets it, and its minutes."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from casework import clauses
from casework.documents import portal_url
from casework.models_cases import CaseTrack
from core import clock
from core.machine import Ask
from notices import queries as notices
from notices.making import Draft, makes
from notices.models import Document
from notices.papers import Lang, day_text, moment_text, period_text, time_text
from notices.sentences import Pair, say, written_in
from registry import calendar, settings
from sanctions import queries_hearings, replacing, rounds
from sanctions.documents_reviews import joined
from sanctions.models_hearings import Hearing
from sanctions.sittings import Absence, HearingRecord

WHO: Pair = (
    "法定代表人、负责催收工作的高级管理人员或者持有授权委托书的代理人，不超过{persons}人",
    (
        "the legal representative, the senior executive responsible for collection, or an agent with a written "
        "authorisation; not more than {persons} persons"
    ),
)
HINDERED: dict[bool, Pair] = {
    False: (
        "有正当理由不能按期到场的，请在听证举行前书面说明，并附证明材料；审议小组可以决定延期一次。",
        (
            "If there is a good reason not to attend, it must be stated in writing, with proof, before the hearing; "
            "the panel may adjourn it once."
        ),
    ),
    True: (
        (
            "有正当理由不能按期到场的，请在听证举行前书面说明，并附证明材料。本次听证已经延期一次，不再延期；障碍消除后，"
            "你单位可以申请恢复陈述申辩和申请听证的期限。"
        ),
        (
            "If there is a good reason not to attend, it must be stated in writing, with proof, before the hearing. "
            "The hearing has been adjourned once and is not adjourned again; once the obstacle has ceased, you may ask "
            "for the time for your statement and for a hearing to run again."
        ),
    ),
}
"""By whether the only adjournment (S24) is used up."""
MISSED = "当事单位经合法通知，无正当理由未到场。本协会不因此采取更重的措施。"
EXCUSED = (
    "当事单位经合法通知，因正当理由未能到场；本次听证此前已延期一次，不再延期。当事单位可以在障碍消除后{within}内申请"
    "恢复陈述申辩和申请听证的期限，此前审议小组不进行表决。本协会不因此采取更重的措施。"
)
MATERIALS: tuple[Pair, ...] = (
    ("身份证件；代理人另带授权委托书", "proof of identity; of an agent, the written authorisation as well"),
    ("拟在听证中提出的证据材料及其目录", "the evidence to be submitted at the hearing, with a list of it"),
)
CHAIR: Pair = ("（主持人）", " (chair)")
NOTICE: Pair = ("事先告知书", "advance notice")
IN_PLACE: Pair = (
    "此前发出的听证通知书{number}未能按期送达或者已经作废，以本通知书所载时间、地点为准。",
    "An earlier notice of hearing{number} was not served in time or is void; the time and place in this one apply.",
)
ADJOURNED: Pair = (
    "此前发出的听证通知书{number}所定听证已经延期，以本通知书所载时间、地点为准。",
    "The hearing set by an earlier notice{number} is adjourned; the time and place in this one apply.",
)
CHANGED: Pair = (
    "此前的听证通知书{number}发出后，自律审议小组委员有变更，以本通知书所载为准。",
    "The panel has changed since an earlier notice of hearing{number}; what this one says applies.",
)
ON_A_DAY_OFF: Pair = (
    "按照此后公布的放假安排，此前发出的听证通知书{number}所定之日为休息日，以本通知书所载时间、地点为准。",
    (
        "By the calendar published since, the day set by an earlier notice of hearing{number} is a day off; the time "
        "and place in this one apply."
    ),
)
NUMBERED: Pair = ("（{number}）", " ({number})")
WHY_AWAY: dict[bool, Pair] = {
    True: (
        "因正当理由未能到场，其后未恢复听证",
        "could not attend for a good reason, and the hearing was not resumed afterwards",
    ),
    False: ("无正当理由未到场", "did not attend, without a good reason"),
}
AWAY: Pair = (
    "依你单位申请，本协会定于{day}举行听证，你单位{why}。本协会未因此采取更重的措施。",
    "At your request the Association set a hearing for {day}; you {why}. No heavier measure was taken because of it.",
)
HEARD: Pair = (
    "依你单位申请，本协会于{day}举行听证，听取了你单位的陈述、申辩，并核对了有关证据。{closing}",
    (
        "At your request the Association held a hearing on {day}, heard your statement and examined the evidence. "
        "{closing}"
    ),
)
CLOSING: Pair = ("你单位在听证中的最后陈述：{closing}", "Your closing statement at the hearing: {closing}")


def members(session: Session, track: CaseTrack, only: set[int] | None = None, lang: Lang = "zh") -> list[str]:
    """Who sits on the panel, the chair first."""
    panel = rounds.panel(session, track)
    sitting = sorted(rounds.sitting(panel), key=lambda each: (not each.chair, each.id)) if panel else []
    return [
        clauses.name(session, each.account_id) + (say(CHAIR, lang) if each.chair else "")
        for each in sitting
        if only is None or each.id in only
    ]


@makes("track", "D18")
def hearing_notice(ask: Ask) -> Iterator[Draft]:
    """When, where, before whom and about what; the respondent's rights, and what follows if it stays away."""
    track: CaseTrack = ask.it
    session, plan = ask.session, ask.facts["plan"]
    lang = written_in(ask, track.party)
    found: Hearing = ask.facts["hearing"]
    letter = notices.last_document(session, ["D17"], "track", track.id, track.round)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "advance_notice_number": (letter.number if letter else None) or say(NOTICE, lang),
            "asked_on": day_text(found.day, lang),
            "round_note": joined(clauses.succession(session, track, lang), _round_note(ask, found, lang), lang),
            "held_on": moment_text(clock.local(plan.at), lang),
            "place": plan.place.strip(),
            "panel_members": members(session, track, lang=lang),
            "secretary": clauses.name(session, ask.actor.id),
            "presenter": clauses.name(session, track.investigator_id),
            "attendee": say(WHO, lang, persons=settings.value(session, "HEARING_PERSONS")),
            "agenda": list(plan.agenda),
            "materials": list(plan.materials) or [say(each, lang) for each in MATERIALS],
            "if_hindered": say(HINDERED[found.adjourned_at is not None], lang),
            "hearing_notice_period": period_text(queries_hearings.notice_days(session), "WD", lang),
            "portal_url": portal_url(),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
        then=partial(replacing.earlier, ask),
    )


def _round_note(ask: Ask, found: Hearing, lang: Lang) -> str:
    earlier = queries_hearings.letter(ask.session, ask.it)
    if earlier is None:
        return ""
    number = say(NUMBERED, lang, number=earlier.number) if earlier.number else ""
    if ask.row and ask.row.id == "S74":
        return say(_why_anew(ask, earlier), lang, number=number)
    if found.adjourned_because:
        return say(ADJOURNED, lang, number=number)
    return ""


def _why_anew(ask: Ask, earlier: Document) -> Pair:
    """Why the earlier notice does not count any more."""
    before: datetime | None = ask.facts.get("before")
    if earlier.void_at is not None:
        return IN_PLACE
    if not queries_hearings.names_all(ask.session, ask.it):
        return CHANGED
    off = before is not None and calendar.is_certainly_free(ask.session, clock.day_of(before))
    return ON_A_DAY_OFF if off else IN_PLACE


@makes("track", "D19")
def hearing_minutes(ask: Ask) -> Iterator[Draft]:
    """Who sat, who came, what was asked and answered, who signed; or that nobody came."""
    track: CaseTrack = ask.it
    found: Hearing = ask.facts["hearing"]
    record: HearingRecord | None = ask.facts.get("record")
    letter = queries_hearings.letter(ask.session, track)
    said = _held(ask, record) if record else _missed(ask.session, ask.facts["absence"])
    present = record.present if record else ask.facts["absence"].present
    yield Draft(
        values={
            "case_no": track.case.ref,
            "respondent": track.party.name_zh,
            "uscc": track.party.uscc,
            "notice_number": (letter.number if letter else None) or "听证通知书",
            "place": found.place or "",
            "panel_members": members(ask.session, track, set(present)) or ["—"],
            "secretary": clauses.name(ask.session, found.set_by),
            "presenter": clauses.name(ask.session, track.investigator_id),
            "agenda": list(found.agenda),
            **said,
        },
        to="案卷",
        party_id=track.party_id,
        round=track.round,
    )


def _held(ask: Ask, record: HearingRecord) -> dict[str, Any]:
    refusal = ""
    if record.refused_because.strip():
        refusal = f"{record.refused_because.strip()}（在场见证：{clauses.name(ask.session, record.second_id)}）"
    return {
        "held_on": day_text(clock.day_of(record.started_at), "zh"),
        "started_at": time_text(clock.local(record.started_at)),
        "ended_at": time_text(clock.local(record.ended_at)),
        "shorter_notice": record.shorter_notice.strip(),
        "attendees": [
            tuple(each.get(name) or "—" for name in ("name", "position", "identity_checked", "authority"))
            for each in record.attendees
        ],
        "rights_told": "已告知陈述、申辩、举证、质证、申请回避和核对更正笔录的权利",
        "recusal_answer": record.recusal_answer.strip(),
        "questions": [(each["question"], each["answer"]) for each in record.entries],
        "closing_statement": record.closing.strip(),
        "corrections": record.corrections.strip(),
        "recording": f"SHA-256 {record.recording}" if record.recording else "",
        "refusal": refusal,
        "checked": clauses.checked(corrected=bool(record.corrections.strip()), refused=bool(refusal)),
        "absence": "",
    }


def _missed(session: Session, absence: Absence) -> dict[str, Any]:
    within = period_text(settings.days(session, "RESTORATION_DAYS"), "CD", "zh") if absence.good_reason else ""
    why = EXCUSED.format(within=within) if absence.good_reason else MISSED
    return {
        "held_on": day_text(clock.day_of(absence.started_at), "zh"),
        "started_at": time_text(clock.local(absence.started_at)),
        "ended_at": "",
        "absence": f"{absence.situation.strip()}\n{why}",
        "questions": [],
        "attendees": [],
    }


def summary(session: Session, track: CaseTrack, lang: Lang) -> str:
    """What a decision says of each hearing, also of one before a new notice; empty if there was none."""
    held = [(each, each.started_at) for each in queries_hearings.hearings(session, track)]
    return "\n".join(_told(each, began, lang) for each, began in held if began is not None)


def _told(found: Hearing, began: datetime, lang: Lang) -> str:
    day = day_text(clock.day_of(began), lang)
    if found.absent:
        why = say(WHY_AWAY[queries_hearings.excused_until(found) is not None], lang)
        return say(AWAY, lang, day=day, why=why)
    record = found.record or {}
    closing = say(CLOSING, lang, closing=record["closing"]) if record.get("closing") else ""
    return say(HEARD, lang, day=day, closing=closing).strip()
