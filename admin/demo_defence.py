"""How respondents of the demonstration defend themselves: a hearing, facts admitted, somebody challenged."""

from datetime import timedelta

from admin import demo_arguments
from casework import recusals
from core.clock import day_of
from sanctions import admissions, file_views, hearings, introductions, panels, rounds
from sanctions.sittings import HearingPlan, HearingRecord

PLACE = "蓝湾互联网金融自律协会二层听证室"
AGENDA = ("调查人员陈述事实和证据", "当事单位陈述、申辩并出示证据", "双方就证据发表意见", "当事单位最后陈述")
ADMITTED = "我司认可事先告知书所列事实及拟采取的措施，已停止有关外呼并完成名单清理，不要求进一步审议。"
POSITION = "分管贷后管理的副总经理"


def heard(stage, track, course):
    """The respondent asks to be heard; the hearing is set, held and its minutes signed, as far as the course goes."""
    at, lead = stage.at, stage.leads[track.party_id]
    yield stage.working(1)
    file_views.view(at, track, actor=lead, now=stage.now - timedelta(minutes=25))
    hearings.ask_for(at, track, wishes=demo_arguments.about(track).wishes, actor=lead, now=stage.now)
    if course.end == "HEARING_ASKED":
        return False
    yield stage.working(1)
    draw(stage, track)
    plan = HearingPlan(stage.working(12, 9).replace(minute=30, second=0), PLACE, AGENDA)
    hearings.schedule(at, track, plan=plan, version=None, **stage.by("secretary"))
    yield stage.working(1)
    stage.receive("track", track, "D18")
    if course.end == "HEARING_SET":
        return False
    yield plan.at + timedelta(hours=3)
    hearings.hold(at, track, record=_record(stage, track, plan), actor=members(stage, track)[0], version=None,
                  now=stage.now)  # fmt: skip
    yield stage.working(1)
    name = track.party.named_executive or "负责人"
    hearings.sign(at, track, signed_by=name, corrections="", actor=lead, now=stage.now)
    return None


def _record(stage, track, plan):
    return HearingRecord(
        started_at=plan.at + timedelta(minutes=4),
        ended_at=plan.at + timedelta(minutes=112),
        present=tuple(member.id for member in rounds.sitting(rounds.panel(stage.at, track))),
        attendees=(
            {
                "name": track.party.named_executive or "负责人",
                "position": POSITION,
                "identity_checked": "3047",
                "authority": "授权委托书",
            },
        ),
        rights_told=True,
        recusal_answer="不申请回避。",
        entries=tuple({"question": asked, "answer": said} for asked, said in demo_arguments.about(track).asked),
        closing="我司愿意承担管理责任，恳请考虑已经主动整改的情况，从轻处理。",
    )


def admitted(stage, track, course):
    """The respondent admits the facts; three people sign once that can't be taken back any more."""
    yield stage.working(1)
    admissions.admit(
        stage.at,
        track,
        text=ADMITTED,
        signed_by=track.party.named_executive or "负责人",
        position=POSITION,
        authorised=True,
        told=True,
        **stage.leading(track),
    )
    yield stage.working(4)
    said = "认可出于自愿，事实与证据一致，同意按告知的措施办理。"
    admissions.sign(stage.at, track, role="officer", opinion=said, **stage.by("officer"))
    if course.end == "ADMITTED":
        return False
    yield stage.working(1)
    said = "定性准确，措施与事先告知一致，程序合规。"
    admissions.sign(stage.at, track, role="legal", opinion=said, **stage.by("reviewer"))
    yield course.last("DECIDED", stage, 1)
    admissions.decide(
        stage.at,
        track,
        measures=list(course.measures),
        reasons="当事单位自愿认可违规事实，认可经三方核签，措施不重于事先告知。",
        statement_dealt="",
        opinion="同意。",
        version=None,
        **stage.by("head"),
    )
    return None


def draw(stage, track):
    """The secretary draws the panel."""
    panels.draw(stage.at, track, **stage.by("secretary"), seed=f"lanwan-{track.ref}")
    if track.drawn_untold:
        introductions.note_told(stage.at, track, told_on=day_of(stage.now), version=None, **stage.by("secretary"))


def introduced(stage, track):
    """The respondent hears who was drawn, and has its days to ask for a recusal."""
    if track.drawn_untold:
        introductions.note_told(stage.at, track, told_on=day_of(stage.now), version=None, **stage.by("secretary"))
    while track.recusal_until is not None and day_of(stage.now) <= track.recusal_until:
        yield stage.working(1)


def members(stage, track):
    """Who sits on the panel, the chair first."""
    panel = rounds.panel(stage.at, track)
    seats = sorted(rounds.sitting(panel), key=lambda each: (not each.chair, each.id))
    return [stage.person_of(seat.account_id) for seat in seats]


def challenged(stage, track):
    """The company challenges the investigator; the head finds no ground."""
    it = recusals.ask(
        stage.at,
        track.case,
        track.investigator_id,
        ground="TOOK_PART",
        facts="该调查人员此前办理过本单位的另一件投诉，本单位担心其先入为主。",
        **stage.leading(track),
    )
    yield stage.working(2)
    why = "曾依职责办理当事单位的其他投诉，不属于参与过本案，不影响公正办理，驳回申请。"
    recusals.refuse(stage.at, it, reasons=why, version=None, **stage.by("head"))


def stood_down(stage, track):
    """A member declares an interest; somebody else is drawn in that place."""
    person = members(stage, track)[-1]
    facts = "本人的胞弟自今年起在当事单位的外包服务商任职。"
    recusals.declare(stage.at, track.case, ground="RELATIVE", facts=facts, actor=person, now=stage.now)
    yield stage.working(1)
    panels.fill(stage.at, track, **stage.by("secretary"), seed=f"lanwan-{track.ref}-2")


def challenges_member(stage, track):
    """The company challenges a member who has not voted; the chair has not decided yet."""
    recusals.ask(
        stage.at,
        track.case,
        members(stage, track)[-1].id,
        ground="BUSINESS",
        facts="据了解，该成员所在机构去年与本单位的竞争对手签有顾问协议。",
        **stage.leading(track),
    )
