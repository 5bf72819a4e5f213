"""What is said of measures not carried out and of those that were: demands, and the result of the verification."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import CaseTrack
from core.machine import Ask
from notices.making import Draft, makes
from notices.papers import Lang, day_text
from notices.sentences import Pair, say, written_in
from sanctions import rounds, terms
from sanctions.documents_execution import decision_number, order_number
from sanctions.levels import FIRST_MAJOR, INTERVIEW, LEVELS, RECTIFICATION, TRAINING
from sanctions.models_measures import Measure

SITUATIONS: dict[str, tuple[int, Pair]] = {
    "S39": (
        RECTIFICATION,
        ("你单位未在规定期限内提交整改报告。", "You did not file the report of rectification in time."),
    ),
    "S44": (TRAINING, ("你单位未在规定期限内完成强制培训。", "You did not complete the mandatory training in time.")),
    "S43": (
        INTERVIEW,
        ("你单位无正当理由未参加约谈。", "You did not attend the interview, without a good reason."),
    ),
    "S79": (
        INTERVIEW,
        ("你单位再次无正当理由未参加约谈。", "Again you did not attend the interview, without a good reason."),
    ),
}
CONSEQUENCES: dict[str, Pair] = {
    "S43": (
        (
            "本协会已另行通知约谈一次，并将上述情况作为不配合自律管理的线索登记。"
            "再次无正当理由不参加的，认定本项措施执行不合格。"
        ),
        (
            "The Association has summoned you once more and registered this as a lead of a failure to cooperate. If "
            "you stay away again without a good reason, the measure is marked as failed."
        ),
    ),
    "S79": (
        "本项措施认定为执行不合格，本协会将在验收后依据自律规则处理。",
        "The measure is marked as failed; after the verification the Association acts under the self-discipline rules.",
    ),
}
FAILED: Pair = (
    "本项措施认定为执行不合格，作为新的违规线索登记，并在后续处理中作为从重情节。",
    "The measure is marked as failed, registered as a new lead, and counts as aggravating in what follows.",
)
REQUIRED: Pair = (
    "按照执行通知书的要求履行{measure}，并书面说明未履行的原因。",
    "Carry out the measure “{measure}” as the order requires, and explain in writing why it was not carried out.",
)

OF_INTERVIEWS: dict[str, Pair] = {
    "S43": (
        "按照另行发出的约谈通知书参加约谈，并书面说明此次未参加的原因。",
        "Attend the interview of the further summons, and explain in writing why nobody attended this one.",
    ),
    "S79": (
        "书面说明两次未参加约谈的原因。",
        "Explain in writing why nobody attended either interview.",
    ),
}
"""An interview that was missed is not held later: another one is set, or none."""


@makes("track", "D07c")
def demand(ask: Ask) -> Iterator[Draft]:
    """What was not done, what is to be done, and what follows."""
    track: CaseTrack = ask.it
    lang = written_in(ask, track.party)
    row = ask.row.id if ask.row else ""
    level, happened = SITUATIONS[row]
    measure = LEVELS[level]
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track, lang),
            "succession": clauses.succession(ask.session, track, lang),
            "order_number": order_number(ask.session, track, measure.document, lang),
            "measure": measure.name(lang),
            "situation": ask.facts.get("situation") or say(happened, lang),
            "required": say(OF_INTERVIEWS.get(row, REQUIRED), lang, measure=measure.name(lang)),
            "consequence": say(CONSEQUENCES.get(row, FAILED), lang),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
    )


GOOD: Pair = ("合格", "in order")
BAD: Pair = ("不合格", "not in order")
OUTCOMES: dict[str, Pair] = {"PASSED": GOOD, "DONE": GOOD, "FAILED": BAD, "ORDERED": ("未执行", "not carried out")}
AS_ORDERED: Pair = ("按照执行通知书履行", "to be carried out as ordered")
BY_US: Pair = ("由本协会依照决定公布", "made known by the Association as decided")
MADE_KNOWN: Pair = ("{day}公布", "made known on {day}")
NO_REPORT: Pair = ("未报告整改情况", "no report on it")
NOT_DONE: Pair = ("未按要求履行", "not carried out as required")
DONE: Pair = ("{day}履行完毕", "carried out on {day}")
TOO_LATE: Pair = ("（逾期）", " (late)")
RESULT: dict[bool, Pair] = {
    True: ("各项措施均已履行，验收合格。", "Every measure was carried out and is in order."),
    False: (
        "经两次验收，仍有措施未履行或者不合格。",
        "After two verifications there is still a measure that was not carried out or is not in order.",
    ),
}
FOLLOWS: dict[bool, Pair] = {
    True: (
        "本案予以结案。你单位应当巩固成效。",
        "The case is closed. You must preserve what was achieved.",
    ),
    False: (
        "本案予以结案；未合格的事项作为新的违规线索另行处理。",
        "The case is closed; what is not in order is treated as a new lead.",
    ),
}


def verified(session: Session, measures: list[Measure], lang: Lang) -> list[tuple[str, str, str, str]]:
    """Each item of the measures, and what the verification found."""
    rows = []
    for each in measures:
        if not each.items:
            name, word = LEVELS[each.level].name(lang), say(OUTCOMES[each.state], lang)
            required = say(BY_US if each.level >= FIRST_MAJOR else AS_ORDERED, lang)
            rows.append((name, required, _done_text(each, lang), word))
        for item in each.items:
            word = say(GOOD if item.result == "PASS" else BAD, lang)
            correction = terms.spoken(session, item.correction, lang)
            rows.append((item.problem, correction, item.result_note or say(NO_REPORT, lang), word))
    return rows


def _done_text(measure: Measure, lang: Lang) -> str:
    if measure.state == "FAILED" or measure.done_on is None:
        return say(NOT_DONE, lang)
    if measure.level >= FIRST_MAJOR:
        return say(MADE_KNOWN, lang, day=day_text(measure.done_on, lang))
    late = say(TOO_LATE, lang) if measure.done_late else ""
    return say(DONE, lang, day=day_text(measure.done_on, lang)) + late


@makes("track", "D24")
def result_of_verification(ask: Ask) -> Iterator[Draft]:
    """What two officers found, item by item, and what follows."""
    track: CaseTrack = ask.it
    lang = written_in(ask, track.party)
    passed = ask.row is not None and ask.row.id == "S40"
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track, lang),
            "succession": clauses.succession(ask.session, track, lang),
            "verified": verified(ask.session, list(rounds.measures(ask.session, track)), lang),
            "result": say(RESULT[passed], lang),
            "next_step": say(FOLLOWS[passed], lang),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
    )
