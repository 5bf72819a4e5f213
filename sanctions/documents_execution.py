"""What the documents of execution say: orders, summons, records, demands, certificates, verification."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import clauses
from casework.documents import portal_url
from casework.models_cases import CaseTrack
from core import clock
from core.machine import Ask
from notices.making import Draft, makes
from notices.papers import day_text, moment_text, period_text, time_text
from sanctions import documents_reviews, record_pages, rounds, served
from sanctions.levels import INTERVIEW, LEVELS, RECTIFICATION, TRAINING
from sanctions.models import Interview, Measure, RectificationItem, Training

AT_ONCE = "S80"
SIGNATORY = "负责催收工作的高级管理人员"


def decision_number(session: Session, track: CaseTrack) -> str:
    """The number of the decision that a measure rests on."""
    found = served.decision_document(session, track)
    return (found.number if found else None) or "自律措施决定书"


def order_number(session: Session, track: CaseTrack, kind: str) -> str:
    """The number of the notice that ordered a measure."""
    found = rounds.document(session, track, kind)
    return (found.number if found else None) or "执行通知书"


def _ordered(ask: Ask, level: int) -> Measure | None:
    """The measure that this row orders or orders again; none where the row leaves it alone."""
    found = rounds.measure(ask.session, ask.it, level)
    return found if found is not None and found.state == "ORDERED" else None


def _round_note(measure: Measure) -> str:
    if measure.attempt == 1:
        return ""
    return "经验收，你单位此前的执行情况不合格，本通知为第二次通知，逾期仍不合格的，本协会将作为新的违规线索处理。"


def _facts(session: Session, track: CaseTrack) -> str:
    return "\n".join(clauses.allegations(session, clauses.established(track)))


@makes("track", "D23a")
def rectification_order(ask: Ask) -> Iterator[Draft]:
    """Numbered problems with their correction, time and proof."""
    track: CaseTrack = ask.it
    if ask.row is not None and ask.row.id == AT_ONCE:
        yield from documents_reviews.order_at_once(ask)
        return
    measure = _ordered(ask, RECTIFICATION)
    if measure is None:
        return
    said = measure.terms
    days = clauses.again(ask.session, "K22") if measure.attempt > 1 else int(said["days"])
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track),
            "round_note": _round_note(measure),
            "facts": _facts(ask.session, track),
            "provisions": clauses.provisions(ask.session, track),
            "problems": [_problem(item, days) for item in measure.items if item.result != "PASS"],
            "overall_period": period_text(days, "CD", "zh"),
            "named_executive": track.party.named_executive or SIGNATORY,
            "remedies": said.get("remedies") or ["停止有关行为"],
            "firm_duty": said.get("firm_duty") or "",
            "review_period": clauses.length(ask.session, "K20"),
            "portal_url": portal_url(),
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )


def _problem(item: RectificationItem, most: int) -> tuple[str, str, str, str]:
    return item.problem, item.correction, f"{min(item.days, most)}日内", item.proof


@makes("track", "D23b")
def summons(ask: Ask) -> Iterator[Draft]:
    """When and where, who must come, about what, and what to bring."""
    track: CaseTrack = ask.it
    measure = _ordered(ask, INTERVIEW)
    if measure is None or measure.interview is None:
        return
    held = measure.interview
    note = _round_note(measure)
    if held.missed:
        note = "你单位未按前次通知参加约谈，本通知为再次通知。"
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track),
            "round_note": note,
            "reason": _facts(ask.session, track),
            "held_on": moment_text(clock.local(held.at)),
            "place": held.place,
            "interviewers": clauses.names(ask.session, held.interviewers),
            "purpose": held.purpose,
            "attendee": held.must_attend,
            "topics": measure.terms.get("topics") or ["违规问题及整改要求"],
            "materials": held.bring.split("；"),
            "portal_url": portal_url(),
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )


@makes("track", "D23c")
def interview_record(ask: Ask) -> Iterator[Draft]:
    """The record of the interview: questions, answers, commitments, signatures or their refusal."""
    track: CaseTrack = ask.it
    measure = rounds.measure(ask.session, track, INTERVIEW)
    held = measure.interview if measure else None
    if held is None or held.started_at is None or held.ended_at is None:
        return
    yield Draft(
        values={
            "case_no": track.case.ref,
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
            "recusal_answer": "不申请回避",
            "questions": [(each["question"], each["answer"]) for each in held.entries],
            "commitments": [(each["commitment"], each.get("due") or "—") for each in held.commitments] or [("无", "—")],
            "corrections": record_pages.corrections_text(held),
            "recording": f"SHA-256 {held.recording_sha256}" if held.recording_sha256 else "",
            "signed": record_pages.signed_lines(held),
            "refusal": _refusal(ask, held),
            "checked": _checked(held),
        },
        to="案卷",
    )


def _checked(held: Interview) -> str:
    """What those who signed say of the pages they signed; nothing is said of a page whose signature was refused."""
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
    return f"第{pages}页未签名：{held.refused_because}（在场见证：{seen_by}）"


@makes("track", "D23d")
def training_order(ask: Ask) -> Iterator[Draft]:
    """Who must be trained, in what, how long, until when, and how it is shown."""
    track: CaseTrack = ask.it
    measure = _ordered(ask, TRAINING)
    if measure is None or measure.training is None:
        return
    training = measure.training
    period = clauses.length(ask.session, "K24")
    if measure.attempt > 1:
        period = period_text(clauses.again(ask.session, "K24"), "CD", "zh")
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track),
            "round_note": _round_note(measure),
            "reason": _facts(ask.session, track),
            "participants": f"{training.who}，不少于{training.minimum}人",
            "subjects": training.subjects.split("；"),
            "hours": f"{training.hours}学时",
            "form": training.form,
            "dates": _when(training),
            "place": training.place,
            "pass_mark": f"{training.pass_mark}分",
            "makeup": "未参加或者考核不合格的，应当在完成期限内补训补考一次",
            "proof": "签到记录、考核结果",
            "training_period": period,
            "portal_url": portal_url(),
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )


def _when(training: Training) -> str:
    """The dates, and each session where there are several."""
    if training.sessions in ([], [training.dates]):
        return training.dates
    return f"{training.dates}（{'；'.join(training.sessions)}）"


@makes("track", "D38")
def certificate(ask: Ask) -> Iterator[Draft]:
    """One certificate for each person who passed."""
    track: CaseTrack = ask.it
    measure = rounds.measure(ask.session, track, TRAINING)
    training = measure.training if measure else None
    for person in training.people if training else []:
        if training is None or not person.passed:
            continue
        mark = person.makeup_result if person.makeup_on else person.result
        yield Draft(
            values={
                "order_number": order_number(ask.session, track, "D23d"),
                "person_name": person.name,
                "party_name": track.party.name_zh,
                "subjects": training.subjects.split("；"),
                "hours": f"{training.hours}学时",
                "dates": training.dates,
                "result": f"{'补考' if person.makeup_on else '考核'}{mark}分，合格",
            },
            to=track.party.name_zh,
            party_id=track.party_id,
            round=track.round,
        )


SITUATIONS = {
    "S39": (RECTIFICATION, "你单位未在规定期限内提交整改报告。"),
    "S44": (TRAINING, "你单位未在规定期限内完成强制培训。"),
    "S43": (INTERVIEW, "你单位无正当理由未参加约谈。"),
    "S79": (INTERVIEW, "你单位再次无正当理由未参加约谈。"),
}
CONSEQUENCES = {
    "S43": "本协会已另行通知约谈一次，并将上述情况作为不配合自律管理的线索登记。"
    "再次无正当理由不参加的，认定本项措施执行不合格。",
    "S79": "本项措施认定为执行不合格，本协会将在验收后依据自律规则处理。",
}
FAILED = "本项措施认定为执行不合格，作为新的违规线索登记，并在后续处理中作为从重情节。"


@makes("track", "D07c")
def demand(ask: Ask) -> Iterator[Draft]:
    """What was not done, what is to be done, and what follows."""
    track: CaseTrack = ask.it
    row = ask.row.id if ask.row else ""
    level, happened = SITUATIONS[row]
    kind = LEVELS[level].document
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track),
            "order_number": order_number(ask.session, track, kind),
            "measure": LEVELS[level].zh,
            "situation": ask.facts.get("situation") or happened,
            "required": f"按照执行通知书的要求履行{LEVELS[level].zh}，并书面说明未履行的原因。",
            "consequence": CONSEQUENCES.get(row, FAILED),
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )


OUTCOMES = {"PASSED": "合格", "DONE": "合格", "FAILED": "不合格", "ORDERED": "未执行"}


def verified(measures: list[Measure]) -> list[tuple[str, str, str, str]]:
    """Each item of the measures and what the verification found."""
    rows = []
    for each in measures:
        word = OUTCOMES[each.state]
        if not each.items:
            rows.append((LEVELS[each.level].zh, "按照执行通知书履行", _done_text(each), word))
        for item in each.items:
            passed = item.result == "PASS"
            rows.append(
                (item.problem, item.correction, item.result_note or "未报告整改情况", "合格" if passed else "不合格")
            )
    return rows


def _done_text(measure: Measure) -> str:
    if measure.state == "FAILED" or measure.done_on is None:
        return "未按要求履行"
    return f"{day_text(measure.done_on, 'zh')}履行完毕" + ("（逾期）" if measure.done_late else "")


@makes("track", "D24")
def result_of_verification(ask: Ask) -> Iterator[Draft]:
    """What two officers found, item by item, and what follows."""
    track: CaseTrack = ask.it
    passed = ask.row is not None and ask.row.id == "S40"
    follows = "本案予以结案。" if passed else "本案予以结案；未合格的事项作为新的违规线索另行处理。"
    yield Draft(
        values={
            "case_no": track.case.ref,
            "decision_number": decision_number(ask.session, track),
            "verified": verified(list(rounds.measures(ask.session, track))),
            "result": "各项措施均已履行，验收合格。" if passed else "经两次验收，仍有措施未履行或者不合格。",
            "next_step": follows,
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )
