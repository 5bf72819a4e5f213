"""What the closing report says (D32): course, findings, measures and their fate, the complaints."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from casework import clauses, documents_cases
from casework.models import Complaint
from casework.models_cases import CaseTrack
from core.clock import day_of
from core.machine import Ask
from notices import queries as notices
from notices.kinds import KINDS
from notices.making import Draft, makes
from notices.models import Document
from notices.papers import day_text
from sanctions import documents, documents_letters, rounds, served, terms
from sanctions.levels import FIRST_MAJOR, LEVELS
from sanctions.models_measures import Measure
from sanctions.models_publications import Publication

STATES = {
    "PASSED": "已履行，验收合格",
    "DONE": "已履行",
    "FAILED": "未按要求履行",
    "ORDERED": "未执行，原决定对该项措施仍有约束力",
}
OUTCOMES = {
    "S40": "措施执行完毕，验收合格，予以结案。",
    "S42": "经两次验收，仍有措施执行不合格，予以结案；未执行的事项作为新的违规线索另行登记。",
    "S47": "情节轻微，以提示函结案，不采取自律措施，不计入自律记录。",
    "S48": "当事单位于行为发生时不受本协会自律规则约束，不对其采取自律措施；已致函委托机构，予以结案。",
    "S75": "措施未能执行，予以结案；原决定继续有效，具备执行条件时仍应执行。",
}
INVITED = "已致函委托机构并邀请当事单位签署承诺，"
GROUNDS = {"CEASED": "当事单位已经终止", "UNABLE": "当事单位已不具备履行条件"}
CLOSED = {
    "CLOSED": "已办结",
    "WITHDRAWN": "投诉人已撤回",
    "REJECTED": "未予受理",
    "REFERRED_OUT": "已移送",
}


@makes("track", "D32")
def closing_report(ask: Ask) -> Iterator[Draft]:
    """The course of the case, what was found and ordered, how it was carried out, and the answers to complaints."""
    track: CaseTrack = ask.it
    session, case = ask.session, ask.it.case
    measures = list(rounds.measures(session, track))
    yield Draft(
        values={
            "case_no": case.ref,
            "respondent": track.party.name_zh,
            "uscc": track.party.uscc,
            "opened_on": day_text(documents_cases.filed_on(session, track), "zh"),
            "closed_on": day_text(ask.on, "zh"),
            "officer": clauses.name(session, case.officer_id),
            "course": course(session, track),
            "findings": clauses.lines(documents.findings(session, track, "zh", served.decided(session, track)), "zh")
            or "未作认定。",
            "measures": [terms.worded(session, each.level, each.terms) for each in measures],
            "execution": "\n".join(executed(session, track, measures)),
            "complaints": _complaints(case.complaints),
            "outcome": _outcome(ask),
            "lessons": ask.facts.get("lessons") or "",
        },
        to="案卷",
    )


def _outcome(ask: Ask) -> str:
    row = ask.row.id if ask.row else ""
    said = OUTCOMES[row]
    if row == "S48" and documents_letters.is_invited(ask):
        said = said.replace("已致函委托机构，", INVITED)
    ground = GROUNDS.get(str(ask.facts.get("ground")))
    return f"{ground}：{ask.facts['reasons'].rstrip('。')}。{said}" if ground else said


def course(session: Session, track: CaseTrack) -> str:
    """What was done, in order of time: each step of the case, and each letter with its service."""
    steps = [(track.case.opened_on, "登记线索")]
    steps += [
        (each.day, f"当事单位{'补充' if each.no > 1 else '提交'}书面说明{'（逾期）' if each.late else ''}")
        for each in track.explained
    ]
    steps += [
        (each.day, f"当事单位提交陈述、申辩意见{'（逾期）' if each.late else ''}")
        for each in rounds.statements(session, track)
    ]
    if decision := rounds.decision(session, track):
        steps.append((decision.decided_on, "审议作出决定"))
        steps += [(decision.effective_on, "决定生效")] if decision.effective_on else []
    made = notices.documents_of(session, [("track", track.id)])
    steps += [(each.issued_on, _sent(session, each)) for each in made if each.outward and each.number]
    return "\n".join(f"{day_text(day, 'zh')}，{text}。" for day, text in sorted(steps, key=_first))


def _first(step: tuple[date, str]) -> date:
    return step[0]


def _sent(session: Session, document: Document) -> str:
    name = f"发出{KINDS[document.kind].zh}（{document.number}）"
    if document.void_at is not None:
        return f"{name}，已作废"
    served = notices.served_on(session, document.id)
    return f"{name}，{day_text(served, 'zh')}送达" if served else name


def executed(session: Session, track: CaseTrack, measures: list[Measure]) -> list[str]:
    """How each measure was carried out; for a rectification, what was found about each problem."""
    lines = []
    for each in measures:
        day = f"（{day_text(each.done_on, 'zh')}{'，逾期' if each.done_late else ''}）" if each.done_on else ""
        again = "，经再次通知" if each.attempt > 1 else ""
        lines.append(f"{LEVELS[each.level].zh}：{STATES[each.state]}{day}{again}。")
        for item in each.items:
            found = {"PASS": "合格", "FAIL": "不合格"}.get(item.result or "", "未验收")
            note = f"：{item.result_note.rstrip('。')}" if item.result_note else ""
            lines.append(f"问题{item.no}（{item.problem.rstrip('。')}）验收{found}{note}。")
    publication = rounds.publication(session, track)
    if publication is not None and publication.level >= FIRST_MAJOR:
        lines.append(_published(session, publication))
    return lines


def _published(session: Session, publication: Publication) -> str:
    scope = "向会员单位" if publication.scope == "MEMBERS" else "向社会"
    if publication.published_at is None:
        return f"通报文稿未发布（{publication.ref}）。"
    paper = notices.last_document(session, ["D23e", "D23f"], "publication", publication.id, even_void=True)
    number = (paper.number if paper is not None else None) or publication.ref
    return f"{day_text(day_of(publication.published_at), 'zh')}{scope}发布通报（{number}）。"


def _complaints(complaints: list[Complaint]) -> str:
    if not complaints:
        return "本案无相关投诉。"
    lines = [f"{each.ref}：{CLOSED.get(each.state, '随本案结案答复投诉人')}" for each in complaints]
    return "；".join(lines) + "。答复文书见投诉卷。"
