"""Execution in a simulation: measures ordered, reported, held, trained, verified or failed; circulars and bulletins."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from admin import demo_arguments, demo_execution, demo_files
from bench.simulation.deciding import ASKED, is_one_of
from bench.simulation.season import Life, Season
from casework import evidence, tasks
from casework.models_cases import CaseTrack
from casework.policies_tracks import has_run_out
from core.clock import day_of
from proceedings import bulletin_redrafts
from registry import accounts
from sanctions import (
    bulletin_corrections,
    bulletins,
    corrections,
    extensions,
    interviews,
    measures,
    policies_corrections,
    policies_execution,
    policies_interview_times,
    policies_publications,
    record_pages,
    records,
    reviews,
    rounds,
    served,
    verifications,
)
from sanctions.levels import INTERVIEW, RECTIFICATION, TRAINING
from sanctions.models_measures import Measure
from sanctions.models_publications import Publication
from sanctions.plans import InterviewPlan, InterviewRecord, Person, TrainingPlan
from sanctions.policies_reviews import open_review

ENDED = ("NOT_FILED", "NO_MEASURE", "REFERRED", "CLOSED", "ARCHIVED")
MAJOR = 4


def effective(season: Season, life: Life, it: CaseTrack) -> datetime:
    """A review of a minor decision may be asked for; the officer orders what was decided."""
    at = season.at
    if is_one_of(life, ASKED) and not it.major and life.said.get("asked review") != it.round:
        life.said["asked review"] = it.round
        if not has_run_out(at, it, "K20", day_of(season.now)) and open_review(at, it.id) is None:
            reviews.ask_review(at, it, grounds="抽查比例超出违规范围。", **season.leading(it))
            return season.in_working_days(life, 2, 4)
    if life.once("slip", 0.02) and not life.said.get("corrected"):
        life.said["corrected"] = True
        _correct(season, it)
    levels = rounds.to_order(at, it)
    measures.execute(at, it, version=None, **season.by("officer"), **_plans(season, levels))
    return season.in_working_days(life, 2, 5)


def _correct(season: Season, it: CaseTrack) -> None:
    """A clerical error in the decision."""
    at = season.at
    found = next((each for each in policies_corrections.correctable(at, it) if each.kind == "D20"), None)
    wrong = "已听取当事单位的陈述申辩并予考虑"
    if found is None or wrong not in served.text_of_document(found):
        return
    said = {"document": found, "wrong": wrong, "right": "已听取当事单位的陈述、申辩，并予考虑", "reason": "漏写标点。"}
    put = corrections.put(at, it, **said, version=None, **season.by("head"))
    for number in sorted(policies_corrections.body_now(at, put).people):
        if (member := accounts.actor_of(at, number)) is not None:
            corrections.vote(at, put, choice="FOR", reasons="确系笔误。", actor=member, now=season.now)
    corrections.settle(at, put, **season.by("head"))


def _plans(season: Season, levels: list[int]) -> dict[str, Any]:
    officers = (season.people["officer"].id, season.people["officer2"].id)
    interview = InterviewPlan(season.working(11, 14), demo_execution.PLACE, officers)
    day = season.working(15).date()
    training = TrainingPlan(day, "线上培训平台")
    return {
        "interview": interview if INTERVIEW in levels else None,
        "training": training if TRAINING in levels else None,
    }


def executing(season: Season, life: Life, it: CaseTrack) -> datetime:
    """Whoever owes something does it, late, or never."""
    for each in rounds.measures(season.at, it):
        if each.state == "ORDERED" and each.level < MAJOR:
            MEASURES[each.level](season, life, it, each)
            season.at.flush()
            if it.state != "EXECUTING":
                break
    return season.in_working_days(life, 2, 5)


def _rectify(season: Season, life: Life, it: CaseTrack, measure: Measure) -> None:
    at, lead = season.at, season.leads[it.party_id]
    try_no = f"rectifies {it.round} {measure.attempt}"
    if life.once(try_no, 0.88) and not has_run_out(at, it, "K22", day_of(season.now)):
        if measure.extended_on is None and life.once("more time", 0.06):
            life.said["more time"] = False
            if measure.more_time_asked_at is None:
                extensions.ask_for_time(
                    at, it, level=RECTIFICATION, why="系统改造尚未完成。", actor=lead, now=season.now
                )
                life.said["deciding"] = True
                return
        if life.said.pop("deciding", False):
            extensions.extend(at, it, level=RECTIFICATION, why="同意。", version=None, **season.by("head"))
            return
        if life.chance(0.4):
            return  # not yet
        _report(season, it, measure)


def _report(season: Season, it: CaseTrack, measure: Measure) -> None:
    at, by = season.at, season.leading(it)
    items = [each for each in measure.items if each.result != "PASS"]
    for item in items:
        paper = BytesIO(demo_files.paper("RECTIFICATION", demo_execution.PROOF))
        evidence.hand_in(at, it, paper, "整改报告.pdf", purpose="PROOF", item_id=item.id, **by)
    said = {item.no: demo_arguments.about(it).done for item in items}
    measures.report_correction(at, it, reports=said, signed_by=it.party.named_executive or "负责人", **by)


def _interview(season: Season, life: Life, it: CaseTrack, measure: Measure) -> None:
    at, held, by = season.at, measure.interview, season.by("officer")
    on = rounds.served_on(at, it, "D23b")
    if held is None or on is None:
        return
    notice = rounds.working_day_after(at, on, 3)
    if notice is not None and (day_of(held.at) <= notice or policies_execution.is_off(at, held)):
        interviews.move(at, it, plan=_plans(season, [INTERVIEW])["interview"], version=None, **by)
        tasks.settle(at, ("track", it.id), (policies_interview_times.TELL,), **by)  # a letter tells it
        return
    if held.at + timedelta(hours=1) > season.now:
        return
    if life.once(f"misses {it.round} {measure.attempt} {held.missed}", 0.1):
        again = None if held.missed else _plans(season, [INTERVIEW])["interview"]
        interviews.miss(
            at, it, second=season.account("officer2"), situation="无人到会。", again=again, version=None, **by
        )
        return
    name = it.party.named_executive or "负责人"
    record = InterviewRecord(
        started_at=held.at, ended_at=held.at + timedelta(hours=1), rights_told=True,
        recusal_answer="不申请回避",
        attendees=({"name": name, "position": "副总经理", "identity_checked": "1234", "authority": "本人"},),
        entries=({"question": "采取了哪些措施？", "answer": "外呼前增加身份核验。"},),
        commitments=({"commitment": "每月报送自查情况", "due": "每月5日前"},),
    )  # fmt: skip
    records.put(at, it, record=record, version=None, **by)
    if life.once("refuses to sign", 0.06):
        interviews.hold_interview(at, it, refused_because="对记录无异议但拒绝签字。", second=season.account("officer2"),
                                  version=None, **by)  # fmt: skip
        return
    for page in record_pages.unsigned(held):
        records.sign(at, it, page=page, name=name, **season.leading(it))
    interviews.hold_interview(at, it, version=None, **by)


def _train(season: Season, life: Life, it: CaseTrack, measure: Measure) -> None:
    at, training = season.at, measure.training
    if training is None or not life.once(f"trains {it.round} {measure.attempt}", 0.9):
        return
    if not training.people:
        if life.chance(0.5):
            people = [Person(name, position) for name, position in demo_execution.TRAINEES]
            measures.enrol(at, it, people=people, **season.leading(it))
        return
    if life.chance(0.4):
        results = {each.id: (True, life.dice.choice((82, 90, 95))) for each in training.people}
        measures.confirm_training(at, it, results=results, version=None, **season.by("officer"))


MEASURES = {RECTIFICATION: _rectify, INTERVIEW: _interview, TRAINING: _train}


def verifying(season: Season, life: Life, it: CaseTrack) -> datetime:
    """Two officers look at each correction; it passes, is ordered again, or fails for good."""
    at, found = season.at, list(rounds.measures(season.at, it))
    by = season.by("officer")
    left = [item for each in found if each.state != "FAILED" for item in each.items if item.second_by is None]
    if left:  # also what was reported again after it was checked
        share = 0.1 if not it.failures else 0.25
        for item in left:
            result = "FAIL" if life.chance(share) else "PASS"
            for key in ("officer", "officer2"):
                verifications.verify_item(at, item, result=result, note="抽查录音和名单。", **season.by(key))
        return season.in_working_days(life, 1, 3)
    wrong = policies_execution.failed(found)
    if not wrong:
        verifications.pass_(at, it, second=season.account("officer2"), lessons="名单应逐日同步。", version=None, **by)
    elif it.failures:
        verifications.fail(at, it, lessons="整改不力。", version=None, **season.by("head"))
    else:
        verifications.fail(at, it, version=None, **by, **_plans(season, [each.level for each in wrong]))
    return season.in_working_days(life, 2, 5)


def publication_turn(season: Season, life: Life) -> datetime | None:
    """What happens next with a circular or bulletin."""
    it = season.at.get_one(Publication, life.number, populate_existing=True)
    if it.state not in PUBLISHING:
        return None
    if policies_publications.behind(season.at, it):
        life.number = bulletin_redrafts.follow(season.at, it, version=None, **season.by("publisher")).id
        return season.in_working_days(life, 1, 2)
    return PUBLISHING[it.state](season, life, it)


def _draft(season: Season, life: Life, it: Publication) -> datetime | None:
    if it.track.state in ENDED:
        _drop(season, it)
        return None
    by = season.by("publisher")
    for found in policies_publications.found_in(season.at, it):
        said = {"passage": found.text, "instead": "〔略〕", "reason": "可以据此推知个人身份"}
        if found.text in it.texts[-1].body:
            bulletins.redact(season.at, it, **said, version=None, **by)
    for passage, instead, reason in demo_execution.LEFT_OUT:
        if passage in it.texts[-1].body:
            bulletins.redact(season.at, it, passage=passage, instead=instead, reason=reason, version=None, **by)
    bulletins.submit(season.at, it, version=None, **by)
    return season.in_working_days(life, 1, 2)


def _redacted(season: Season, life: Life, it: Publication) -> datetime | None:
    if it.track.state in ENDED:
        _drop(season, it)
        return None
    by = season.by("publisher2")
    if life.once("returned", 0.06) and not life.said.get("once"):
        life.said["once"] = True
        bulletins.return_(season.at, it, comments="标题再核对一次。", version=None, **by)
    else:
        bulletins.approve(season.at, it, version=None, **by)
    return season.in_working_days(life, 1, 2)


def _approved(season: Season, life: Life, it: Publication) -> datetime:
    if open_review(season.at, it.track_id) is not None:
        return season.in_working_days(life, 3, 6)
    bulletins.publish(season.at, it, version=None, **season.by("publisher"))
    return season.in_working_days(life, 5, 30)


def _drop(season: Season, it: Publication) -> None:
    bulletins.drop(season.at, it, reason="复核已改变决定。", version=None, **season.by("head"))


def _published(season: Season, life: Life, it: Publication) -> datetime | None:
    passage = "审议小组"
    if life.once("slip", 0.05) and not life.said.get("corrected"):
        if policies_publications.proposed_correction(it) is None:
            if passage not in it.texts[-1].body:
                return None
            bulletin_corrections.leave_out(
                season.at,
                it,
                passage=passage,
                instead="某小组",
                reason="可以据此推知个人身份。",
                version=None,
                **season.by("publisher"),
            )
            return season.in_working_days(life, 1, 2)
        life.said["corrected"] = True
        bulletin_corrections.correct(season.at, it, version=None, **season.by("publisher2"))
        return None
    if life.once("withdrawn", 0.04):
        bulletins.withdraw(
            season.at, it, reason="新证据表明部分来电由他人冒用号码拨出。", version=None, **season.by("head")
        )
    return None


PUBLISHING = {"DRAFT": _draft, "REDACTED": _redacted, "APPROVED": _approved, "PUBLISHED": _published}
