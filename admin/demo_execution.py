"""How measures of the demonstration are carried out, verified and published."""

import io
from datetime import datetime, time, timedelta

from admin import demo_arguments, demo_files, demo_reviews
from casework import evidence
from core.clock import ZONE, day_of
from notices import circulars, serving
from proceedings import queries_tracks
from sanctions import (
    bulletin_corrections,
    bulletins,
    interviews,
    measures,
    record_pages,
    records,
    rounds,
    trainings,
    verifications,
)
from sanctions.levels import INTERVIEW, RECTIFICATION, TRAINING
from sanctions.plans import InterviewPlan, InterviewRecord, Person, TrainingPlan

PLACE = "蓝湾互联网金融自律协会三层会议室"
PROOF = ("New rules for contacts, in force.", "Training record attached.")
LEFT_OUT = (
    ("海望区第三小学", "某学校", "可以据此推知投诉人的工作单位"),
    ("潮汐花园2号楼", "某住宅楼", "可以据此推知投诉人的住址"),
)
REVIEWING = 16
"""Working days in which a decision is executed, reviewed and varied."""
TRAINEES = (("蔺晨", "催收主管"), ("宗悫", "质检专员"), ("庾信", "坐席组长"), ("鲜于可", "坐席"))
SESSIONS = (
    (0, "9:00–12:00 自律规则和典型案例，3学时"),
    (0, "14:00–17:00 联系对象和时段，3学时"),
    (1, "9:00–11:00 测试和讲评，2学时"),
)
"""On the first or second day, from when to when, about what."""


def carry_out(stage, track, course):
    """Order each measure, then carry it out as far as the course goes."""
    if course.publication == "DROPPED":
        yield from _varied(stage, track, course)
    yield course.last(course.end if course.end in {"EXECUTING", "VERIFYING"} else "", stage, 2)
    officers = (stage.people["officer"].id, stage.people["officer2"].id)
    levels = rounds.decision(stage.at, track).measures
    at = stage.working(8, 14).replace(minute=30, second=0)
    interview = InterviewPlan(at, PLACE, officers) if INTERVIEW in levels else None
    training = _training(stage, 11 if course.end == "EXECUTING" else 15) if TRAINING in levels else None
    measures.execute(stage.at, track, version=None, **stage.by("officer"), interview=interview, training=training)
    if course.publication and rounds.publication(stage.at, track):
        stage.plan(stage.working(2), publish(stage, track, course))
    yield stage.working(1)
    stage.receive("track", track, "D23a", "D23b", "D23d")
    if INTERVIEW in levels:
        yield from _interviewed(stage, track, interview)
    if RECTIFICATION in levels and course.end != "EXECUTING":
        yield stage.working(8)
        _reported(stage, track)
    if TRAINING in levels:
        yield from _trained(stage, track, finished=course.end != "EXECUTING")
    if course.end == "EXECUTING":
        return
    while track.state == "EXECUTING":
        yield stage.working(2)
    if course.end != "VERIFYING":
        yield from _verified(stage, track, course)


def _training(stage, days):
    """Two days after so many working days, with what is taught when."""
    begins = stage.working(days).date()
    both = (begins, begins + timedelta(days=1))
    sessions = tuple(f"{both[day]:%Y-%m-%d} {said}" for day, said in SESSIONS)
    return TrainingPlan(begins, "协会培训教室", both[1], sessions)


def _varied(stage, track, course):
    """What is ordered at first is varied by a review before the circular is out: its draft is dropped with it."""
    yield stage.near_end(course.rest + REVIEWING)
    measures.execute(stage.at, track, version=None, **stage.by("officer"))
    yield stage.working(1)
    stage.receive("track", track, "D23a")
    yield from demo_reviews.varied(stage, track)


def _interviewed(stage, track, plan):
    yield stage.working(2)
    interviews.confirm_attendance(stage.at, track, **stage.leading(track))
    yield plan.at + timedelta(hours=2)
    record = InterviewRecord(
        started_at=plan.at,
        ended_at=plan.at + timedelta(minutes=85),
        attendees=(
            {
                "name": track.party.named_executive or "负责人",
                "position": "分管催收工作的高级管理人员",
                "identity_checked": "已核对证件末四位",
                "authority": "授权委托书",
            },
        ),
        rights_told=True,
        recusal_answer="不申请回避。",
        entries=tuple({"question": asked, "answer": said} for asked, said in demo_arguments.about(track).talked),
        commitments=({"commitment": "每月向协会报送外呼合规自查情况，为期半年", "due": "每月5日前"},),
    )
    records.put(stage.at, track, record=record, version=None, **stage.by("officer"))
    held = rounds.measure(stage.at, track, INTERVIEW).interview
    for page in record_pages.unsigned(held):
        records.sign(stage.at, track, page=page, name=record.attendees[0]["name"], **stage.leading(track))
    interviews.hold_interview(stage.at, track, version=None, **stage.by("officer"))


def _reported(stage, track):
    at, lead = stage.at, stage.leads[track.party_id]
    measure = rounds.measure(at, track, RECTIFICATION)
    waiting = [item for item in measure.items if item.result != "PASS"]
    for item in waiting:
        proof = demo_files.paper(f"RECTIFICATION {track.id}-{item.no} ({measure.attempt})", PROOF)
        evidence.hand_in(
            at,
            track,
            io.BytesIO(proof),
            "整改报告及制度.pdf",
            purpose="PROOF",
            item_id=item.id,
            actor=lead,
            now=stage.now,
        )
    measures.report_correction(
        at,
        track,
        reports=dict.fromkeys((item.no for item in waiting), demo_arguments.about(track).done),
        signed_by=track.party.named_executive or "负责人",
        actor=lead,
        now=stage.now,
    )


def _trained(stage, track, *, finished):
    lead = stage.leads[track.party_id]
    yield stage.working(1)
    people = measures.enrol(
        stage.at, track, people=[Person(name, position) for name, position in TRAINEES], actor=lead, now=stage.now
    )
    training = rounds.measure(stage.at, track, TRAINING).training
    yield datetime.combine(training.last_on, time(17, 30), ZONE)
    missed = {} if finished else {people[-1].id: len(SESSIONS)}
    came = {each.id: [no + 1 for no in range(len(SESSIONS)) if no + 1 != missed.get(each.id)] for each in people}
    trainings.attend(stage.at, track, came=came, version=None, **stage.by("officer"))
    if not finished:
        return
    yield stage.working(3)
    results = {person.id: (True, 84 + 3 * place) for place, person in enumerate(people)}
    measures.confirm_training(stage.at, track, results=results, version=None, **stage.by("officer"))


def _verified(stage, track, course):
    first, second = stage.people["officer"], stage.people["investigator2"]
    items = [item for each in rounds.measures(stage.at, track) for item in each.items]
    yield stage.working(4)
    if course.fails and items:
        for actor in (first, second):
            verifications.verify_item(
                stage.at,
                items[0],
                result="FAIL",
                note="抽查三十通录音，仍有两通拨打无关人员。",
                actor=actor,
                now=stage.now,
            )
            for item in items[1:]:
                verifications.verify_item(
                    stage.at, item, result="PASS", note="制度和记录齐全。", actor=actor, now=stage.now
                )
        verifications.fail(stage.at, track, actor=first, version=None, now=stage.now)
        yield stage.working(1)
        stage.receive("track", track, "D23a")
        yield stage.working(6)
        _reported(stage, track)
        while track.state == "EXECUTING":
            yield stage.working(1)
        yield stage.working(3)
    for item in items:
        for actor in (first, second):
            if item.second_by is None:
                verifications.verify_item(
                    stage.at, item, result="PASS", note="抽查录音和名单，未再发现问题。", actor=actor, now=stage.now
                )
    yield stage.working(2)
    verifications.pass_(
        stage.at,
        track,
        actor=first,
        version=None,
        now=stage.now,
        second=stage.account("officer2"),
        lessons="对受托机构的名单、话术和文书应逐日抽查；投诉一经转办，应当即核查全部坐席。",
    )


def publish(stage, track, course):
    """Take the circular or bulletin as far as the course says."""
    publication = rounds.publication(stage.at, track)
    one, two, head = stage.people["publisher"], stage.people["publisher2"], stage.people["head"]
    for passage, instead, reason in LEFT_OUT:
        if passage in _text_of(publication):
            bulletins.redact(
                stage.at,
                publication,
                passage=passage,
                instead=instead,
                reason=reason,
                actor=one,
                version=None,
                now=stage.now,
            )
    if course.publication == "DRAFT":
        return
    yield stage.working(1)
    bulletins.submit(stage.at, publication, actor=one, version=None, now=stage.now)
    if course.publication == "REDACTED":
        return
    yield stage.working(1)
    bulletins.approve(stage.at, publication, actor=two, version=None, now=stage.now)
    if course.publication == "APPROVED":
        return
    yield stage.working(1)
    bulletins.publish(stage.at, publication, actor=one, version=None, now=stage.now)
    yield from _circulated(stage, publication)
    if course.publication == "CORRECTED":
        yield stage.working(6)
        yield from _corrected(stage, publication, one, two)
    if course.publication == "WITHDRAWN":
        yield stage.later(50, 10)
        bulletins.withdraw(
            stage.at,
            publication,
            reason=f"当事单位提供的新证据表明，{demo_arguments.about(track).withdrawn}，协会决定撤回本公告。",
            actor=head,
            version=None,
            now=stage.now,
        )


def _corrected(stage, publication, one, two):
    """Somebody could be recognised after all: one proposes that it is left out, another puts it in place.

    Before that one was taken back, and one refused.
    """
    said = {"passage": "投诉人", "instead": "某人", "reason": "涉及投诉人。", "actor": one, "version": None}
    bulletin_corrections.leave_out(stage.at, publication, **said, now=stage.now)
    bulletin_corrections.take_back(stage.at, publication, actor=one, version=None, now=stage.now)
    bulletin_corrections.leave_out(stage.at, publication, **said, now=stage.now)
    yield stage.working(1)
    why = "“投诉人”三字不足以识别个人；如有可推知其身份的内容，请只就该处提出。"
    bulletin_corrections.refuse(stage.at, publication, reasons=why, actor=two, version=None, now=stage.now)
    yield stage.working(1)
    bulletin_corrections.leave_out(
        stage.at,
        publication,
        passage="投诉人通讯录中的多人",
        instead="某些无关人员",
        reason="为保护个人信息，另行隐去部分文字。",
        actor=one,
        version=None,
        now=stage.now,
    )
    yield stage.working(1)
    bulletin_corrections.correct(stage.at, publication, actor=two, version=None, now=stage.now)
    yield from _circulated(stage, publication)


def _circulated(stage, publication):
    """What is for members reaches each of them: some read it at once, some on paper, the rest are deemed served."""
    paper = queries_tracks.paper_now(stage.at, publication)
    if publication.scope != "MEMBERS" or paper is None:
        return
    while circulars.deliver(stage.at, paper, stage.now):
        pass
    yield stage.working(1)
    for place, reader in enumerate(circulars.readers(stage.at, paper.id)):
        mine, lead = reader.service, stage.leads.get(reader.party.id)
        if mine.state == "READY":
            serving.step(stage.at, mine.id, "hand_over", actor=stage.people["officer"], now=stage.now,
                         served_on=day_of(stage.now), receiver="收发室 郎女士（签收章）")  # fmt: skip
        elif lead is not None and place % 3:
            serving.open_(stage.at, mine.id, actor=lead, now=stage.now + timedelta(minutes=7 * place))


def _text_of(publication):
    """The text of a publication as it stands."""
    return publication.texts[-1].body if publication and publication.texts else ""
