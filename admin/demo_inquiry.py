"""The inquiry of a track of the demonstration: screened, filed, explained, suspended or referred, reported."""

import io

from sqlalchemy import select

from admin import demo_arguments, demo_counts, demo_defence
from admin.demo_complaints import FILES, KINDS
from admin.demo_texts import FACTS, IN_THE_APP, LENDER, proof
from casework import cases, evidence, inquiries, tracks
from casework.models_cases import Evidence
from core.clock import day_of
from registry.models import VIA_PRINCIPAL

FIRST, OBTAINED = KINDS, 2 * KINDS
"""What shows a breach is another drawing than what the complaint brought, and on each track another one."""


def screened(stage, track, course):
    """The officer lists what is alleged, and the first evidence comes in."""
    officer, watched = stage.people["officer"], track.role != "PRINCIPAL"
    for code in [each.code for complaint in track.case.complaints for each in complaint.codes][:2]:
        if all(each.code != code for each in track.allegations):
            ends = "。" if watched or code in IN_THE_APP else LENDER
            watched = watched or ends == LENDER
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
    for each in _proofs(track):
        _add(stage, track, each.first, officer, FIRST + track.id % KINDS)


def _proofs(track):
    """What shows the breaches that are alleged, each once."""
    return list(dict.fromkeys(proof(each.code) for each in track.allegations))


def _add(stage, track, piece, who, seed):
    kind, name, shows = piece
    content = io.BytesIO(FILES[kind][1](seed))
    return evidence.add(stage.at, track.case, content, name, actor=who, now=stage.now, shows=shows, track=track)


def _both(stage, track, shown, obtained):
    """What the association had, and what it got: the finding says that each bears the other out."""
    mine = select(Evidence).where(Evidence.track_id == track.id, Evidence.shows == shown.first[2])
    return [*stage.at.scalars(mine), obtained[shown]]


def filed(stage, track, course):
    """The head opens the case, or not; a firm outside the rules is asked."""
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


def investigated(stage, track, course):
    """The respondent reads the notice, and explains itself or stays silent."""
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
            signed_by="经理顾某",
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
        tracks.explain(
            stage.at, track, text=demo_arguments.about(track).explained[track.role], actor=lead, now=stage.now
        )
    if course.recusal == "REFUSED":
        yield stage.working(1)
        yield from demo_defence.challenged(stage, track)
    return None


def waiting(stage, track, course):
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


def reported(stage, track, course):
    """The investigator finds, and reports."""
    if course.end == "INVESTIGATING":
        return False
    yield stage.working(5)
    who = stage.person_of(track.investigator_id)
    every = _proofs(track)
    obtained = {each: _add(stage, track, each.obtained, who, OBTAINED + track.id % KINDS) for each in every}
    nothing = course.end == "NO_MEASURE" and not course.measures
    demo_counts.counted(stage, track, who)
    for allegation in track.allegations:
        cases.find(
            stage.at,
            allegation,
            finding="UNPROVEN" if nothing else "ESTABLISHED",
            reason="录音不完整，无法确认来电主体。" if nothing else proof(allegation.code).reason,
            evidence=[] if nothing else _both(stage, track, proof(allegation.code), obtained),
            actor=who,
            now=stage.now,
        )
    yield stage.near_end(course.late + 8) if course.late else course.last("REVIEWING", stage, 3)
    tracks.report(
        stage.at,
        track,
        course=f"调取{'、'.join(each.looked_at for each in every)}，核对委托合同与评估记录，询问经办坐席并制作笔录。",
        conclusion="现有证据不足以认定违规事实。" if nothing else "违规事实清楚，证据确实。",
        proposal="建议不作处理。" if nothing else "建议按照自律规则采取自律措施。",
        handling="",
        actor=who,
        version=None,
        now=stage.now,
    )
    return None


STEPS = (screened, filed, investigated, waiting, reported)
"""In their order; each says False where the track goes no further."""
