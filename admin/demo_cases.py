"""The cases of the demonstration: from the complaint that opened them to the measure, the circular and the bulletin."""

import io
from dataclasses import dataclass, field

from sqlalchemy import select

from admin import demo_complaints, demo_defence, demo_files, demo_reviews, demo_texts
from admin.demo_complaints import Life
from admin.demo_execution import carry_out
from admin.demo_texts import DECIDED, EXPLAINED, FACTS, LENDER, STATED, VOTED
from casework import cases, complaints, evidence, inquiries, receipts, tracks
from casework.models import Complaint
from casework.models_cases import CaseComplaint, CaseFile, CaseTrack
from core.clock import day_of
from registry.models import VIA_PRINCIPAL
from sanctions import decisions, deeds_letters, letters, panels, proposals, statements, terms
from sanctions.ladder import Judged

COOPERATED = {"M4": Judged("yes", "立案后及时提交系统日志、通话录音和自查情况，全程配合调查。")}
"""What the adjudication unit says in favour of whoever made itself heard."""


@dataclass(frozen=True)
class Course:
    """How one track goes: its facts, the measures, and where it stands at the end."""

    end: str
    measures: tuple[int, ...] = ()
    persons: int = 1
    acts: int = 6
    votes: tuple[str, ...] = ()
    state: bool = True
    publication: str = ""
    """DRAFT, REDACTED, APPROVED, PUBLISHED, CORRECTED, WITHDRAWN or DROPPED."""
    fails: bool = False
    """The first verification fails."""
    defence: str = ""
    """HEARING or ADMISSION: what the respondent does with its advance notice beside stating its view."""
    recusal: str = ""
    """REFUSED, GRANTED or ASKED: what becomes of the challenge of somebody."""
    review: str = ""
    """OPEN, WITHDRAWN or UPHELD: what becomes of the review of the decision."""
    late: int = 0
    """How many working days before the end the advance notice goes out, where what follows it must not run out."""
    rest: int = 0
    """How many working days before the end the last step is taken; nothing runs out while it is waited for."""

    def last(self, step, stage, days):
        """Say when to go on: near the end where this is the last step, else after so many working days."""
        return stage.near_end(self.rest) if self.rest and step == self.end else stage.working(days)


@dataclass(frozen=True)
class Matter:
    """One case: the complaints it rests on, and the course of each party's track by the party's key."""

    lives: tuple[Life, ...]
    courses: dict[str, Course] = field(default_factory=dict)
    silent: bool = False
    """It arose because nobody answered."""


def tell(stage, matter):
    """Tell a case from its first complaint on."""
    first = matter.lives[0]
    for life in matter.lives[1:]:
        stage.plan(stage.later(9 + life.no % 4), _follow(stage, life, first))
    if matter.silent:
        yield from demo_complaints.to_forwarded(stage, first)
        case = None
        while case is None:
            yield stage.working(3)
            case = _case_of(stage, first)
    else:
        complaint = yield from demo_complaints.to_released(stage, first)
        yield stage.later(2)
        demo_complaints.dispute(stage, complaint)
        yield stage.working(3)
        complaints.escalate(
            stage.at,
            complaint,
            why="答复与投诉人提供的录音、通话记录明显不符，有违反自律规则的迹象。",
            **stage.by("officer"),
        )
        case = _case_of(stage, first)
    stage.at.expire(case, ["tracks"])
    for track in case.tracks:
        key = next(key for key, party in stage.parties.items() if party.id == track.party_id)
        stage.plan(stage.working(1 + (track.role != "PRINCIPAL")), _track(stage, track.id, matter.courses[key]))
    yield stage.working(2)
    cases.note(stage.at, case, text=demo_texts.NOTES[first.no % 4], **stage.by("officer"))


def _case_of(stage, life):
    found = select(CaseFile).join(CaseComplaint, CaseComplaint.case_id == CaseFile.id)
    found = found.join(Complaint, Complaint.id == CaseComplaint.complaint_id)
    mine = Complaint.receipt_hash == receipts.digest(receipts.code(life.key))
    return stage.at.scalar(found.where(mine).order_by(CaseFile.id).limit(1))


def _follow(stage, life, first):
    """One more complaint about the same, which joins the case once there is one."""
    complaint = yield from demo_complaints.to_released(stage, life)
    case = None
    while case is None:
        yield stage.working(2)
        case = _case_of(stage, first)
        if complaint.state != "RELEASED":
            return
    cases.attach(stage.at, case, complaint, **stage.by("officer"))
    complaints.escalate(
        stage.at, complaint, why="与在办案件反映同一受托机构的同类行为，并案调查。", **stage.by("officer")
    )


def _track(stage, number, course):
    """Tell one track as far as its course goes."""
    track = stage.at.get_one(CaseTrack, number)
    yield from _screened(stage, track, course)
    for go in (_filed, _investigated, _waiting, _reported, _stated, _deliberated, _served, _executed):
        again = yield from go(stage, track, course)
        if again is False:
            return


def _screened(stage, track, course):
    officer, ends = stage.people["officer"], LENDER if track.role == "PRINCIPAL" else "。"
    for code in [each.code for complaint in track.case.complaints for each in complaint.codes][:2]:
        if all(each.code != code for each in track.allegations):
            cases.allege(
                stage.at,
                track,
                code=code,
                facts=FACTS[code] + ends,
                persons=course.persons,
                acts=course.acts,
                actor=officer,
                now=stage.now,
            )
    yield stage.working(1)
    picture = demo_files.call_log(track.id % 5)
    evidence.add(
        stage.at,
        track.case,
        io.BytesIO(picture),
        "监测系统外呼记录.png",
        actor=officer,
        now=stage.now,
        shows="涉案号码在投诉期间的呼叫时间和次数",
        track=track,
    )


def _filed(stage, track, course):
    if course.end == "SCREENING":
        return False
    yield course.last("FILED", stage, 4)
    head = stage.people["head"]
    if course.end == "NOT_FILED":
        tracks.decline(
            stage.at,
            track,
            reasons="经核查，现有线索不足以表明该单位实施了所反映的行为。",
            actor=head,
            version=None,
            now=stage.now,
        )
        return False
    person = stage.account("investigator" if track.id % 2 else "investigator2")
    if track.basis == VIA_PRINCIPAL:
        asked = ["受托催收的委托机构、期间和范围", "有关号码的来源", "已经采取的措施"]
        inquiries.ask_outsider(
            stage.at, track, investigator=person, asked=asked, opinion="", version=None, **stage.by("head")
        )
        return None
    tracks.file(
        stage.at,
        track,
        investigator=person,
        opinion="有违规迹象，同意立案调查。",
        actor=head,
        version=None,
        now=stage.now,
    )
    return None


def _investigated(stage, track, course):
    if course.end == "FILED":
        return False
    yield stage.working(1)
    stage.receive("track", track, "D11b", "D41")
    if track.basis == VIA_PRINCIPAL:
        yield stage.working(6)
        inquiries.enter_answer(
            stage.at,
            track,
            text="我司系受委托机构委托开展催收，名单由委托机构提供，有关人员已停止联系。",
            signed_by="经理 顾某",
            received_on=day_of(stage.now),
            scans=(),
            version=None,
            **stage.by("officer"),
        )
    elif not course.state:
        yield stage.working(11)
    else:
        yield stage.working(4)
        lead = stage.leads[track.party_id]
        tracks.explain(stage.at, track, text=EXPLAINED[track.role], actor=lead, now=stage.now)
    if course.recusal == "REFUSED":
        yield stage.working(1)
        yield from demo_defence.challenged(stage, track)
    return None


def _waiting(stage, track, course):
    """Other cases on the same facts: the investigation waits, or is an authority's."""
    if course.end == "SUSPENDED":
        yield course.last("SUSPENDED", stage, 2)
        why = "公安机关已就同一事实立案侦查，有关通话记录原件已被调取。"
        inquiries.suspend(stage.at, track, cause="CRIMINAL", reasons=why, version=None, **stage.by("head"))
        return False
    if course.end == "REFERRED":
        yield course.last("REFERRED", stage, 2)
        referral = inquiries.Referral(
            authority="蓝湾市公安局",
            facts="有人员以该单位名义上门，采取威胁方式催收。",
            suspected="涉嫌违反治安管理规定",
        )
        inquiries.refer_all(stage.at, track, referral, nothing_left=True, version=None, **stage.by("head"))
        return False
    return None


def _reported(stage, track, course):
    if course.end == "INVESTIGATING":
        return False
    yield stage.working(5)
    who = stage.person_of(track.investigator_id)
    sound = demo_files.recording(track.id)
    proof = evidence.add(
        stage.at,
        track.case,
        io.BytesIO(sound),
        "调取的通话录音.wav",
        actor=who,
        now=stage.now,
        shows="催收人员通话内容",
        track=track,
    )
    nothing = course.end == "NO_MEASURE" and not course.measures
    for allegation in track.allegations:
        cases.find(
            stage.at,
            allegation,
            finding="UNPROVEN" if nothing else "ESTABLISHED",
            reason="录音不完整，无法确认来电主体。" if nothing else "通话录音、系统日志与投诉人提供的截图相互印证。",
            evidence=[] if nothing else [proof],
            actor=who,
            now=stage.now,
        )
    yield stage.near_end(course.late + 8) if course.late else course.last("REVIEWING", stage, 3)
    tracks.report(
        stage.at,
        track,
        course="调取外呼系统日志和通话录音，核对委托合同与评估记录，询问经办坐席并制作笔录。",
        conclusion="现有证据不足以认定违规事实。" if nothing else "违规事实清楚，证据确实。",
        proposal="建议不作处理。" if nothing else "建议按照自律规则采取自律措施。",
        handling="",
        actor=who,
        version=None,
        now=stage.now,
    )
    return None


def _stated(stage, track, course):
    if course.end == "REVIEWING":
        return False
    yield stage.near_end(course.late) if course.late else course.last("NOTICE_ISSUED", stage, 4)
    if track.basis == VIA_PRINCIPAL:
        lender = track.engagement.institution
        letter = letters.ToPrincipal(lender, deeds_letters.DUTIES, deeds_letters.REPORTS)
        letters.write_to_principal(
            stage.at,
            track,
            letter,
            reasons="该单位于行为发生时不受自律规则约束，由其委托机构履行管理责任。",
            approved_by=stage.account("head"),
            version=None,
            **stage.by("reviewer"),
        )
        yield stage.working(1)
        stage.receive("track", track, "D26", "D27")
        yield from demo_reviews.archived(stage, track)
        return False
    levels = list(course.measures)
    said = terms.proposed(stage.at, track, levels)
    for item in said.get("1", {}).get("items", []):
        item["days"] = said["1"]["days"]
    reasons = "违规行为持续时间较长，涉及多名无关人员，受托机构管理责任突出，结合整改态度提出上述措施。"
    proposals.propose(
        stage.at,
        track,
        measures=levels,
        terms=said,
        reasons=reasons if levels else "证据不足，不予处理。",
        judged=COOPERATED if levels and course.state else {},
        departure="评分未能完全反映受托管理责任和整改态度，综合全案作上述调整。" if levels else "",
        approved_by=stage.account("head"),
        scope=None,
        version=None,
        **stage.by("reviewer"),
    )
    if not levels or course.end == "NOTICE_ISSUED":
        return False
    yield course.last("PRE_NOTICE", stage, 1)
    stage.receive("track", track, "D17")
    if course.defence == "ADMISSION":
        return (yield from demo_defence.admitted(stage, track, course))
    if course.defence == "HEARING" and (yield from demo_defence.heard(stage, track, course)) is False:
        return False
    yield stage.working(1)
    lead = stage.leads[track.party_id]
    if course.state:
        statements.state(stage.at, track, text=STATED[track.role], actor=lead, now=stage.now)
    return None if course.end != "PRE_NOTICE" else False


def _deliberated(stage, track, course):
    if track.state == "DECIDED":
        return None
    if course.defence != "HEARING":
        demo_defence.draw(stage, track)
    if course.recusal == "GRANTED":
        yield stage.working(1)
        yield from demo_defence.stood_down(stage, track)
    while track.state == "PRE_NOTICE":
        yield stage.working(2)
    members = demo_defence.members(stage, track)
    choices = course.votes or ("PROPOSED",) * len(members)
    half = 1 if course.end == "DELIBERATION" else len(members)
    for member, choice in list(zip(members, choices, strict=False))[:half]:
        yield stage.working(1)
        panels.vote(stage.at, track, choice=choice, reasons=VOTED[choice], actor=member, now=stage.now)
    if course.recusal == "ASKED":
        yield stage.near_end(2)
        demo_defence.challenges_member(stage, track)
    if course.end == "DELIBERATION":
        return False
    yield course.last(course.end if course.end in {"DECIDED", "SERVED", "EFFECTIVE"} else "", stage, 1)
    decisions.decide(
        stage.at,
        track,
        actor=members[0],
        now=stage.now,
        reasons=DECIDED["NONE" in choices],
        statement_dealt="已听取当事单位的陈述申辩：其关于已主动整改的意见予以考虑，关于行为系个人所为的意见不予采纳。",
    )
    return False if track.state == "NO_MEASURE" else None


def _served(stage, track, course):
    if course.end == "DECIDED":
        return False
    yield stage.working(1)
    stage.receive("track", track, "D20")
    if course.end == "SERVED":
        return False
    if course.review:
        yield from demo_reviews.asked(stage, track, course)
        if course.end == "IN_REVIEW":
            return False
    while track.state == "SERVED":
        yield stage.working(3)
    return False if course.end == "EFFECTIVE" else None


def _executed(stage, track, course):
    yield from carry_out(stage, track, course)
    return False


__all__ = ["Course", "Matter", "tell"]
