"""One entry of a bundle, whatever it is in the system: a document, a file, what somebody wrote or voted."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses, headings
from casework.models import Answer, Complaint
from casework.models_cases import CaseTrack, Evidence
from core.clock import day_of, local
from filestore.files import StoredFile
from notices.archives import Sheet
from notices.bundle_papers import PDF, Piece
from notices.models import Document, ServiceStep
from notices.papers import day_text, moment_text, whole_text
from notices.states import ENDED
from registry import queries as register
from sanctions.models_admissions import Admission
from sanctions.models_ballots import Cast
from sanctions.models_corrections import TextCorrectionVote
from sanctions.models_decisions import Statement, Vote
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Finding, Measure, RectificationItem, Reported
from sanctions.models_resolutions import MotionVote, Restoration
from sanctions.models_reviews import Review, ReviewVote

CHOICES = {
    "PROPOSED": "同意拟议措施",
    "LIGHTER": "同意较轻的措施",
    "NONE": "不采取措施",
    "ABSTAIN": "弃权",
    "UPHOLD": "维持",
    "VARY": "变更",
    "REMIT": "退回",
    "QUASH": "撤销",
    "FOR": "赞成",
    "AGAINST": "反对",
}
RESULTS = {"PASS": "合格", "FAIL": "不合格"}
UNKNOWN = "（验收意见当时未留存。）"
CHANNELS = {"WEB": "网上", "PHONE": "电话", "LETTER": "信函", "COUNTER": "来访", "IMPORT": "转入"}
STAMPED = "physical"
"""A document sealed on paper is a scan: its pages are drawn."""
BY_ITSELF = "送达之前，有关事项已经终结或者变更。"
SECRET = "表决在案件终结之前保密，未印入本册。"  # noqa: S105 - what the page says


def at_hand(session: Session, sheets: Iterable[Sheet]) -> list[object]:
    """The documents of sheets and their files, loaded together; the caller keeps them while the entries are filled."""
    numbers = [int(number) for kind, _, number in (each.mark.partition(":") for each in sheets) if kind == "document"]
    documents = session.scalars(select(Document).where(Document.id.in_(numbers))).all()
    stored = select(StoredFile).where(StoredFile.sha256.in_({each.pdf_sha256 for each in documents}))
    return [*documents, *session.scalars(stored)]


def piece(session: Session, sheet: Sheet, section: str, *, ended: bool) -> Piece:
    """A sheet of a volume with everything it holds; how somebody voted only once the track has ended."""
    kind, _, number = sheet.mark.partition(":")
    bare = Piece(sheet.mark, section, sheet.title, sheet.day, number=sheet.number)
    if kind in VOTES and not ended:
        return replace(bare, text=SECRET)
    return FILLED[kind](session, bare, int(number))


def document(session: Session, bare: Piece, number: int) -> Piece:
    """An official document: its file; or its words, while there is no file yet, or if it was void before."""
    it = session.get_one(Document, number)
    if it.pdf_sha256 is None:
        status = "文件尚在制作" if it.void_at is None else "本件在文件制成前已作废"
        return replace(bare, text=whole_text(it.frozen), facts=(("状态", f"{status}，以下为其文字"),))
    size = session.get(StoredFile, it.pdf_sha256)
    facts = (("状态", f"本件已于{day_text(day_of(it.void_at), 'zh')}作废"),) if it.void_at is not None else ()
    filed = replace(bare, sha256=it.pdf_sha256, size=size.size if size else 0, media_type=PDF, facts=facts)
    return replace(filed, official=it.seal_mode != STAMPED)


def _document(session: Session, bare: Piece, number: int) -> Piece:
    """An official document in a volume, which also tells why it is void."""
    found, why = document(session, bare, number), session.get_one(Document, number).void_reason
    return replace(found, facts=(*found.facts, ("作废理由", BY_ITSELF if why == ENDED else why))) if why else found


def _evidence(session: Session, bare: Piece, number: int) -> Piece:
    it = session.get_one(Evidence, number)
    facts = (("提供方", clauses.GIVERS[it.given_by]), ("文件名", it.name), ("证明内容", it.shows or "—"))
    return replace(bare, facts=facts, sha256=it.sha256, size=it.size, media_type=it.media_type)


def _service_step(session: Session, bare: Piece, number: int) -> Piece:
    """What proves a step of service: its file, with place and reason."""
    it = session.get_one(ServiceStep, number)
    stored = session.get(StoredFile, it.sha256)
    told = (("文件名", "file_name"), ("地点", "place"), ("原因", "reason"))
    facts = tuple((name, it.said[key]) for name, key in told if it.said.get(key))
    size, media_type = (stored.size, stored.media_type) if stored else (0, it.said.get("file_type", ""))
    return replace(bare, facts=facts, sha256=it.sha256 or "", size=size, media_type=media_type)


def _answer(session: Session, bare: Piece, number: int) -> Piece:
    it = session.get_one(Answer, number)
    to_us = headings.read(session, it.to_association, "zh")
    by = register.companies_of(session, [it.submitted_by]).get(it.submitted_by or 0)
    given = (("答复单位", by.name_zh),) if by is not None and by.id != it.forwarding.party_id else ()
    return replace(bare, facts=given, text=f"致本协会：\n{to_us}\n\n致投诉人：\n{it.to_complainant}")


def _explanation(session: Session, bare: Piece, number: int) -> Piece:
    said = session.get_one(CaseTrack, number).explanation or ""
    return replace(bare, text=headings.read(session, said, "zh"))


def _statement(session: Session, bare: Piece, number: int) -> Piece:
    return replace(bare, text=session.get_one(Statement, number).body)


def _admission(session: Session, bare: Piece, number: int) -> Piece:
    it = session.get_one(Admission, number)
    ends = (("撤回", it.withdrawn_on), ("不予采用", day_of(it.refused_at) if it.refused_at else None))
    facts = [("签署人", f"{it.signed_by} · {it.position}")]
    facts += [(name, day_text(day, "zh")) for name, day in ends if day is not None]
    return replace(bare, facts=tuple(facts), text=it.body)


def _hearing(session: Session, bare: Piece, number: int) -> Piece:
    return replace(bare, text=session.get_one(Hearing, number).wishes)


def _restoration(session: Session, bare: Piece, number: int) -> Piece:
    it = session.get_one(Restoration, number)
    return replace(bare, facts=(("障碍消除之日", day_text(it.ended_on, "zh")),), text=it.obstacle)


def _review(session: Session, bare: Piece, number: int) -> Piece:
    it = session.get_one(Review, number)
    day = f"（{day_text(it.revoked_on, 'zh')}）" if it.revoked_on else ""
    return replace(bare, facts=(("被撤销的文件", f"{it.revoked}{day}"),) if it.revoked else (), text=it.grounds)


def _report(session: Session, bare: Piece, number: int) -> Piece:
    """What was reported on a problem, each time that it was ordered, with what was found of what did not pass."""
    it = session.get_one(RectificationItem, number)
    told = it.reports
    facts = (("问题", it.problem), ("整改要求", it.correction), ("签署人", told[-1].signed_by or "—"))
    return replace(bare, facts=facts, text="\n\n".join([*map(_not_passed, told[:-1]), told[-1].text]))


def _not_passed(it: Reported) -> str:
    head = f"{day_text(it.day, 'zh')}的报告（签署人：{it.signed_by or '—'}；验收未通过：{it.note or '—'}）"
    return f"{head}\n{it.text}"


def _verification(session: Session, bare: Piece, number: int) -> Piece:
    """What each officer found of each problem, each time that somebody looked, and what it came to."""
    it = session.get_one(Measure, number)
    looked = [each for each in it.items if each.findings]
    return replace(bare, text="\n\n".join(_looked(session, each) for each in looked))


def _looked(session: Session, it: RectificationItem) -> str:
    lines = [f"问题{it.no}：{it.problem}", *(_found(session, each) for each in it.found_so_far)]
    both = clauses.names(session, filter(None, (it.verified_by, it.second_by)))
    came_to = f"{RESULTS[it.result]}（{'、'.join(both)}）" if it.result and it.second_by else "尚未由两名工作人员验收"
    return "\n".join([*lines, f"验收结果：{came_to}"])


def _found(session: Session, it: Finding) -> str:
    who, when = clauses.name(session, it.by), moment_text(local(it.at))
    if it.result is None:
        return f"{when}，{who}回避，此前提出的验收意见不再采用。"
    order = "再次通知后，" if it.attempt > 1 else ""
    return f"{when}，{order}{who}：{RESULTS[it.result]}。{UNKNOWN if it.note is None else it.note}"


def _complaint(session: Session, bare: Piece, number: int) -> Piece:
    """The complaint; its complainant is in the letters, and nowhere else in print."""
    it = session.get_one(Complaint, number)
    facts = (("收到方式", CHANNELS.get(it.channel, it.channel)), ("诉求", it.request or "—"))
    return replace(bare, facts=facts, text=it.facts)


def _vote(model: type[Cast]) -> Callable[[Session, Piece, int], Piece]:
    def filled(session: Session, bare: Piece, number: int) -> Piece:
        it: Cast = session.get_one(model, number)
        return replace(bare, facts=(("表决", CHOICES[it.choice]),), text=it.reasons)

    return filled


VOTES = ("vote", "review_vote", "motion_vote", "correction_vote")
FILLED: dict[str, Callable[[Session, Piece, int], Piece]] = {
    "document": _document,
    "evidence": _evidence,
    "service_step": _service_step,
    "answer": _answer,
    "explanation": _explanation,
    "statement": _statement,
    "admission": _admission,
    "hearing": _hearing,
    "restoration": _restoration,
    "review": _review,
    "report": _report,
    "verification": _verification,
    "complaint": _complaint,
    "vote": _vote(Vote),
    "review_vote": _vote(ReviewVote),
    "motion_vote": _vote(MotionVote),
    "correction_vote": _vote(TextCorrectionVote),
}
"""By the beginning of a mark."""
