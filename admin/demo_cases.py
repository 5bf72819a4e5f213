"""The cases of the demonstration: from the complaint that opened them to the measure, the circular and the bulletin."""

from dataclasses import dataclass, field

from sqlalchemy import select

from admin import demo_complaints, demo_defence, demo_inquiry, demo_reviews, demo_texts
from admin.demo_complaints import Life
from admin.demo_execution import carry_out
from admin.demo_texts import DEALT, DECIDED, STATED, VOTED, stands_for
from casework import cases, complaints, receipts
from casework.models import Complaint
from casework.models_cases import CaseComplaint, CaseFile, CaseTrack
from registry.models import VIA_PRINCIPAL
from sanctions import decisions, letters, panels, proposals, statements, terms
from sanctions.ladder_scores import Judged

COOPERATED = {"M4": Judged("yes", "立案后及时提交系统日志、通话录音和自查情况，全程配合调查")}
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
            why="答复与投诉人提供的材料明显不符，有违反自律规则的迹象。",
            **stage.by("officer"),
        )
        case = _case_of(stage, first)
    stage.at.expire(case, ["tracks"])
    for track in case.tracks:
        key = next(key for key, party in stage.parties.items() if party.id == track.party_id)
        stage.plan(stage.working(1 + (track.role != "PRINCIPAL")), _track(stage, track.id, matter.courses[key]))
    yield stage.working(2)
    cases.note(stage.at, case, text=demo_texts.note(first.matter, first.no), **stage.by("officer"))


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
    for go in (*demo_inquiry.STEPS, _stated, _deliberated, _served, _executed):
        again = yield from go(stage, track, course)
        if again is False:
            return


def _stated(stage, track, course):
    if course.end == "REVIEWING":
        return False
    yield stage.near_end(course.late) if course.late else course.last("NOTICE_ISSUED", stage, 4)
    if track.basis == VIA_PRINCIPAL:
        lender = track.engagement.institution
        letter = letters.ToPrincipal(lender, letters.DUTIES, letters.REPORTS)
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
    reasons = "违规行为影响较大，受托管理责任突出，已结合整改态度综合考虑。"
    proposals.propose(
        stage.at,
        track,
        measures=levels,
        terms=said,
        reasons=reasons if levels else "证据不足，不予处理。",
        judged=COOPERATED if levels and course.state else {},
        departure="评分未能完全反映受托管理责任和整改态度，综合全案予以调整。" if levels else "",
        approved_by=stage.account("head"),
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
        statements.state(stage.at, track, text=STATED[stands_for(track)], actor=lead, now=stage.now)
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
    yield from demo_defence.introduced(stage, track)
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
        statement_dealt=DEALT[stands_for(track)],
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
