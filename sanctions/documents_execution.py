"""What the documents of execution say: orders, summons, records, demands, certificates, verification."""

from collections.abc import Iterable, Iterator
from functools import partial

from sqlalchemy.orm import Session

from casework import clauses
from casework.documents import portal_url
from casework.models_cases import CaseTrack
from core import clock
from core.machine import Ask
from notices import queries as notices
from notices.making import Draft, makes
from notices.models import Document
from notices.papers import Lang, day_text, moment_text, period_text, time_text, whole_text
from notices.sentences import Pair, counted, joined_up, listed, say, written_in
from sanctions import documents_reviews, record_pages, replacing, rounds, served, terms
from sanctions.levels import INTERVIEW, RECTIFICATION, TRAINING
from sanctions.models_measures import Interview, Measure, RectificationItem, Training
from sanctions.policies_execution import interview_notice

ORDER: Pair = ("执行通知书", "the order")
SECOND: Pair = (
    "经验收，本项措施此前的执行情况不合格，本通知为第二次通知，逾期仍不合格的，本协会将作为新的违规线索处理。",
    (
        "On verification this measure was found not to be carried out. This is the second notice; if it is not carried "
        "out in time, the Association will treat that as a new lead."
    ),
)
RIGHT: Pair = (
    "问题{numbers}验收合格，不再要求整改。",
    "No longer ordered, since it is in order on verification: No. {numbers}.",
)
WRONG: Pair = (
    (
        "经验收，问题{numbers}不合格，验收情况见下表；表中的序号为{order}中的序号。本通知为第二次通知，"
        "只要求整改不合格的问题，逾期仍不合格的，本协会将作为新的违规线索处理。"
    ),
    (
        "Not in order on verification, for the reasons in the table, which keeps the numbers of {order}: "
        "No. {numbers}. This is the second notice, and orders only what is not in order; if it is not carried out in "
        "time, the Association will treat that as a new lead."
    ),
)
THE_FIRST: Pair = ("首次通知", "the first notice")
FOUND: Pair = ("{problem}（{day}验收不合格：{note}）", "{problem} (not in order on {day}: {note})")
UNREPORTED: Pair = (
    "{problem}（未在规定期限内报告整改情况）",
    "{problem} (nothing was reported in time)",
)
UNKNOWN: Pair = ("{problem}（验收不合格）", "{problem} (not in order)")
NUMBERED: Pair = ("本协会{number}通知", "notice {number}")
SAME: Pair = ("违规事实与{order}所载相同，不再重述", "The facts are those set out in {order}")
WITHIN: Pair = ("{days}日内", "within {days} days")
MISSED: Pair = (
    "你单位未按前次通知参加约谈，本通知为再次通知。",
    "You did not attend the interview of the earlier summons; this is a further summons.",
)
LAPSED: Pair = (
    "本协会{numbers}通知已经失效，以本通知为准。",
    "What counts is this notice; no longer in force: {numbers}.",
)
ABSENT: dict[bool, Pair] = {
    False: (
        (
            "无正当理由不参加约谈的，本协会将另行通知约谈一次；再次无正当理由不参加的，认定本项措施执行不合格，"
            "并依据自律规则处理。"
        ),
        (
            "If nobody attends without good reason, the Association summons you once more; if nobody attends again, "
            "the measure is marked as failed and the self-discipline rules are applied."
        ),
    ),
    True: (
        "再次无正当理由不参加约谈的，本协会不再另行通知，认定本项措施执行不合格，并依据自律规则处理。",
        (
            "If again nobody attends without good reason, there is no further summons: the measure is marked as failed "
            "and the self-discipline rules are applied."
        ),
    ),
}
"""By whether a first interview was missed, since it is summoned again only once (S43, S79)."""
LEAST: Pair = ("{who}，不少于{minimum}人", "{who}, at least {persons}")
HOURS: Pair = ("{hours}学时", "{hours}")
MARKS: Pair = ("{mark}分", "{marks}")
MAKEUP: Pair = (
    "未参加或者考核不合格的，应当在完成期限内补训补考一次",
    "whoever did not attend or pass is trained and tested once more within the period",
)
PROOF: Pair = ("签到记录、考核结果", "records of attendance, and results of the test")
PASSED: dict[bool, Pair] = {
    False: ("考核{mark}分，合格", "passed with {marks}"),
    True: ("补考{mark}分，合格", "passed the second test with {marks}"),
}


def decision_number(session: Session, track: CaseTrack, lang: Lang = "zh") -> str:
    """The number of the decision that a measure rests on."""
    found = served.decision_document(session, track)
    return (found.number if found else None) or say(documents_reviews.DECISION, lang)


def order_number(session: Session, track: CaseTrack, kind: str, lang: Lang = "zh") -> str:
    """The number of the notice that ordered a measure."""
    found = rounds.document(session, track, kind)
    return (found.number if found else None) or say(ORDER, lang)


def _ordered(ask: Ask, level: int) -> Measure | None:
    """The measure that this row orders, perhaps again; None if the row leaves it alone."""
    found = rounds.measure(ask.session, ask.it, level)
    return found if found is not None and found.state == "ORDERED" else None


def _round_note(session: Session, measure: Measure, kind: str, lang: Lang, missed: int = 0) -> str:
    """That the decision names a predecessor; that this is a second order, a further summons, or one after a review."""
    again = say(MISSED, lang) if missed else _second(session, measure, lang) if measure.attempt > 1 else ""
    again = again or _lapsed(session, measure.track, kind, lang)
    return documents_reviews.joined(clauses.succession(session, measure.track, lang), again, lang)


def _lapsed(session: Session, track: CaseTrack, kind: str, lang: Lang) -> str:
    """Which notices of this kind are out of force, by a review or taken back: their company may hold two alike."""
    found = [each for each in notices.documents_of(session, [("track", track.id)]) if each.kind == kind]
    known = {each.id for each in found}
    over = [each for each in found if each.set_aside_on and not each.void_at and each.replaced_by_id not in known]
    numbers = [each.number or "" for each in over]
    return say(LAPSED, lang, numbers=listed(numbers, lang)) if over else ""


def _facts(session: Session, track: CaseTrack, lang: Lang) -> str:
    """The facts, each on a line of its own."""
    return clauses.lines(served.allegations(session, track, clauses.established(track), lang), lang)


def _spoken(session: Session, texts: Iterable[str], lang: Lang) -> list[str]:
    return [terms.spoken(session, each, lang) for each in texts]


@makes("track", "D23a")
def rectification_order(ask: Ask) -> Iterator[Draft]:
    """Numbered problems with their correction, time limit and proof."""
    track: CaseTrack = ask.it
    if ask.row is not None and ask.row.id == replacing.AT_ONCE:
        yield from documents_reviews.order_at_once(ask)
        return
    measure = _ordered(ask, RECTIFICATION)
    if measure is None:
        return
    said, session, lang = measure.terms, ask.session, written_in(ask, track.party)
    days = clauses.again(ask.session, "K22") if measure.attempt > 1 else int(said["days"])
    before = _order_before(session, measure)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track, lang),
            "round_note": _round_note(session, measure, "D23a", lang),
            "facts": _same(before, _facts(session, track, lang), lang),
            "provisions": served.provisions(session, track, lang),
            "problems": [_problem(session, item, days, lang) for item in measure.items if item.result != "PASS"],
            "overall_period": period_text(days, "CD", lang),
            "named_executive": documents_reviews.executive(track, lang),
            "remedies": _spoken(session, said.get("remedies") or [terms.STOP[0]], lang),
            "firm_duty": terms.spoken(session, said.get("firm_duty") or "", lang),
            "review_period": documents_reviews.review_period(ask, lang),
            "portal_url": portal_url(),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
        then=partial(replacing.earlier, ask),
    )


def _problem(session: Session, item: RectificationItem, most: int, lang: Lang) -> tuple[str, ...]:
    """A row of the order, under the number that the problem has for good."""
    correction, proof = _spoken(session, (item.correction, item.proof), lang)
    return str(item.no), _wrong(item, lang), correction, say(WITHIN, lang, days=min(item.days, most)), proof


def _wrong(item: RectificationItem, lang: Lang) -> str:
    """The problem, and of one ordered again what was found of it."""
    if item.measure.attempt == 1:
        return item.problem
    problem, found = clauses.bare(item.problem), item.found_before
    if found is None:
        return say(UNKNOWN if item.earlier else UNREPORTED, lang, problem=problem)
    if not found.note:
        return say(UNKNOWN, lang, problem=problem)
    return say(FOUND, lang, problem=problem, day=day_text(clock.day_of(found.at), lang), note=clauses.bare(found.note))


def _order_before(session: Session, measure: Measure) -> Document | None:
    """Of a second order, the first one, as long as it was not made void."""
    if measure.attempt == 1:
        return None
    every = notices.documents_of(session, [("track", measure.track_id)])
    mine = [each for each in every if each.kind == "D23a" and each.round == measure.track.round]
    first = [each for each in mine if each.number and not each.void_at and each.row != replacing.AT_ONCE]
    return first[-1] if first else None


def _same(before: Document | None, facts: str, lang: Lang) -> str:
    """The facts; of a second order only that they are those of the first one, if it says just the same."""
    if before is None or any(line not in whole_text(before.frozen) for line in map(clauses.bare, facts.split("\n"))):
        return facts
    return say(SAME, lang, order=say(NUMBERED, lang, number=before.number))


def _second(session: Session, measure: Measure, lang: Lang) -> str:
    """That this is a second order; of a rectification, what it is about, and what is in order."""
    if not measure.items:
        return say(SECOND, lang)
    passed, open_ = ([str(each.no) for each in measure.items if (each.result == "PASS") is ok] for ok in (True, False))
    first = _order_before(session, measure)
    order = say(NUMBERED, lang, number=first.number) if first else say(THE_FIRST, lang)
    told = say(WRONG, lang, numbers=listed(open_, lang), order=order)
    return documents_reviews.joined(told, say(RIGHT, lang, numbers=listed(passed, lang)) if passed else "", lang)


@makes("track", "D23b")
def summons(ask: Ask) -> Iterator[Draft]:
    """When and where, who must come, about what, and what to bring."""
    track: CaseTrack = ask.it
    measure = _ordered(ask, INTERVIEW)
    if measure is None or measure.interview is None:
        return
    held, session, lang = measure.interview, ask.session, written_in(ask, track.party)
    interview_notice(ask)  # records the setting on which it rests, though its words name only the day
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track, lang),
            "round_note": _round_note(session, measure, "D23b", lang, held.missed),
            "reason": _facts(ask.session, track, lang),
            "held_on": moment_text(clock.local(held.at), lang),
            "place": held.place,
            "interviewers": clauses.names(ask.session, held.interviewers),
            "purpose": terms.spoken(session, held.purpose, lang),
            "attendee": terms.spoken(session, held.must_attend, lang),
            "topics": _spoken(session, measure.terms.get("topics") or [terms.TOPIC[0]], lang),
            "materials": _spoken(session, held.bring.split("；"), lang),
            "if_absent": say(ABSENT[held.missed > 0], lang),
            "portal_url": portal_url(),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
        then=partial(replacing.earlier, ask),
    )


@makes("track", "D23c")
def interview_record(ask: Ask) -> Iterator[Draft]:
    """The record of the interview: questions, answers, commitments, and signatures or their refusal."""
    track: CaseTrack = ask.it
    measure = rounds.measure(ask.session, track, INTERVIEW)
    held = measure.interview if measure else None
    if held is None or held.started_at is None or held.ended_at is None:
        return
    yield Draft(
        values={
            "case_no": track.case.ref,
            "respondent": track.party.name_zh,
            "uscc": track.party.uscc,
            "notice_number": order_number(ask.session, track, "D23b"),
            "held_on": day_text(clock.day_of(held.started_at), "zh"),
            "started_at": time_text(clock.local(held.started_at)),
            "ended_at": time_text(clock.local(held.ended_at)),
            "place": held.place,
            "interviewers": clauses.names(ask.session, held.interviewers),
            "recorder": clauses.name(ask.session, held.recorded_by),
            "attendees": [
                tuple(each.get(name) or "—" for name in ("name", "position", "identity_checked", "authority"))
                for each in held.attendees
            ],
            "rights_told": "已告知陈述、更正笔录和申请回避的权利",
            "recusal_answer": held.recusal_answer or "未记录",
            "questions": [(each["question"], each["answer"]) for each in held.entries],
            "commitments": [(each["commitment"], each.get("due") or "—") for each in held.commitments] or [("无", "—")],
            "corrections": record_pages.corrections_text(held),
            "recording": f"SHA-256 {held.recording_sha256}" if held.recording_sha256 else "",
            "signed": record_pages.signed_lines(held),
            "signed_online": "" if record_pages.unsigned(held) else "：已逐页在线签名",
            "refusal": _refusal(ask, held),
            "checked": _checked(held),
        },
        to="案卷",
    )


def _checked(held: Interview) -> str:
    """What signers say of the pages they signed, and that the others were not confirmed; empty if none is signed."""
    if not held.refused_because:
        return clauses.checked(corrected=bool(held.corrections))
    if not record_pages.signed_lines(held):
        return ""
    but = "，除所列更正意见外，其余无误" if held.corrections else "无误"
    return f"已签名的各页经签名人核对{but}；未签名的各页未经核对确认。"


def _refusal(ask: Ask, held: Interview) -> str:
    if not held.refused_because:
        return ""
    pages = "、".join(str(no) for no in record_pages.unsigned(held))
    seen_by = clauses.name(ask.session, held.second_officer_id)
    return f"在线笔录第{pages}页未签名：{held.refused_because}（在场见证：{seen_by}）"


@makes("track", "D23d")
def training_order(ask: Ask) -> Iterator[Draft]:
    """Who must be trained, in what, how long, until when, and how it is shown."""
    track: CaseTrack = ask.it
    measure = _ordered(ask, TRAINING)
    if measure is None or measure.training is None:
        return
    training, session, lang = measure.training, ask.session, written_in(ask, track.party)
    period = clauses.length(session, "K24", lang)
    if measure.attempt > 1:
        period = period_text(clauses.again(session, "K24"), "CD", lang)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track, lang),
            "round_note": _round_note(session, measure, "D23d", lang),
            "reason": _facts(ask.session, track, lang),
            "participants": _participants(session, training, lang),
            "subjects": _spoken(session, training.subjects.split("；"), lang),
            "hours": say(HOURS, lang, hours=training.hours),
            "form": terms.spoken(session, training.form, lang),
            "dates": when(training, lang),
            "place": training.place,
            "pass_mark": _marks(MARKS, training.pass_mark, lang),
            "makeup": say(MAKEUP, lang),
            "proof": say(PROOF, lang),
            "training_period": period,
            "portal_url": portal_url(),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
        then=partial(replacing.earlier, ask),
    )


def _participants(session: Session, training: Training, lang: Lang) -> str:
    who, least = terms.spoken(session, training.who, lang), training.minimum
    return say(LEAST, lang, who=who, minimum=least, persons=counted(least, "person"))


def _marks(pair: Pair, mark: int, lang: Lang) -> str:
    return say(pair, lang, mark=mark, marks=counted(mark, "mark"))


def when(training: Training, lang: Lang) -> str:
    """The dates, and each session if there are several."""
    dates = training.dates_in(lang)
    if not training.several:
        return dates
    sessions = joined_up(training.several, lang)
    return f"{dates}（{sessions}）" if lang == "zh" else f"{dates} ({sessions})"


@makes("track", "D38")
def certificate(ask: Ask) -> Iterator[Draft]:
    """One certificate for each person who passed."""
    track: CaseTrack = ask.it
    measure = rounds.measure(ask.session, track, TRAINING)
    training = measure.training if measure else None
    session, lang = ask.session, written_in(ask, track.party)
    for person in training.people if training else []:
        if training is None or not person.passed:
            continue
        mark = person.makeup_result if person.makeup_on else person.result
        yield Draft(
            values={
                "order_number": order_number(session, track, "D23d", lang),
                "person_name": person.name,
                "party_name": track.party.name(lang),
                "uscc": track.party.uscc,
                "subjects": _spoken(session, training.subjects.split("；"), lang),
                "hours": say(HOURS, lang, hours=training.hours),
                "dates": training.dates_in(lang),
                "result": _marks(PASSED[person.makeup_on is not None], mark or 0, lang),
            },
            to=track.party.name(lang),
            lang=lang,
            party_id=track.party_id,
            round=track.round,
        )
