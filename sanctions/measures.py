"""Measures carried out: notices and clocks, reports, interviews, trainings, and their verification by two officers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import leads
from casework.models_cases import CaseTrack
from casework.policies_tracks import has_run_out, may_submit, same
from casework.states import TRACK
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.words import _l
from notices import dossiers, services
from registry import clocks
from registry.models_accounts import Account
from sanctions import policies_execution as policies
from sanctions import rounds
from sanctions.levels import FIRST_MAJOR, INTERVIEW, RECTIFICATION, TRAINING
from sanctions.models import Interview, Measure, RectificationItem, Training, TrainingPerson
from sanctions.plans import InterviewPlan, InterviewRecord, Person, Result, TrainingPlan
from sanctions.terms import WHO

RESULTS = ("PASS", "FAIL")


def execute(
    session: Session,
    track: CaseTrack,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    interview: InterviewPlan | None = None,
    training: TrainingPlan | None = None,
) -> None:
    """Order each measure by its own notice with its own clock, and have a publication drafted (row S37)."""
    same(track, version)
    decision = rounds.decision(session, track)
    facts: dict[str, Any] = {"interview": interview, "training": training}
    if decision is not None and RECTIFICATION in decision.measures:
        facts["length"] = int(decision.terms[str(RECTIFICATION)]["days"])
    ask = Ask(session, track, actor, facts, now)
    dossiers.move(ask, TRACK, "execute")
    if decision is not None and decision.level < FIRST_MAJOR:
        clocks.keeper.stop(ask, "K25", ("track", track.id))


@TRACK.effect("S37")
def order(ask: Ask) -> None:
    """One measure for each level decided, with what it asks."""
    track: CaseTrack = ask.it
    decision = rounds.decision(ask.session, track)
    if decision is None:
        return
    for level in decision.measures:
        said = decision.terms.get(str(level), {})
        measure = Measure(
            track_id=track.id,
            decision_id=decision.id,
            level=level,
            state="ORDERED",
            terms=said,
            ordered_on=ask.on,
            attempt=1,
        )
        ask.session.add(measure)
        if level == RECTIFICATION:
            measure.items.extend(_item(no, item, said) for no, item in enumerate(said["items"], 1))
        elif level == INTERVIEW:
            measure.interview = _interview(said, ask.facts["interview"])
        elif level == TRAINING:
            measure.training = _training(said, ask.facts["training"])
    ask.session.flush()


def _item(no: int, item: Mapping[str, Any], said: Mapping[str, Any]) -> RectificationItem:
    return RectificationItem(
        no=no,
        problem=item["problem"],
        correction=item["correction"],
        days=int(item.get("days") or said["days"]),
        proof=item["proof"],
    )


def _interview(said: Mapping[str, Any], plan: InterviewPlan) -> Interview:
    return Interview(
        at=plan.at,
        place=plan.place.strip(),
        purpose=said["purpose"],
        must_attend=said.get("must_attend") or WHO,
        bring="；".join(said.get("materials") or ["身份证明和授权文件"]),
        interviewers=list(plan.interviewers),
        missed=0,
        rights_told=False,
        attendees=[],
        entries=[],
        commitments=[],
    )


def _training(said: Mapping[str, Any], plan: TrainingPlan) -> Training:
    return Training(
        who=said["who"],
        minimum=int(said["minimum"]),
        subjects="；".join(said["subjects"]),
        hours=int(said["hours"]),
        form=said.get("form") or "线上学习并考核",
        dates=plan.dates.strip(),
        place=plan.place.strip(),
        pass_mark=int(said["pass_mark"]),
    )


def report_correction(
    session: Session,
    track: CaseTrack,
    *,
    reports: Mapping[int, str],
    signed_by: str,
    actor: Actor,
    now: datetime,
) -> None:
    """The respondent reports each correction with its proof, signed by the named executive (row S61)."""
    if not may_submit(actor, track):
        raise NotAllowed(_l("Only the lead of the company concerned can submit this."))
    services.answer(session, "track", track.id, actor=actor, now=now, kinds=("D23a",))
    facts = {"reports": dict(reports), "signed_by": signed_by.strip()}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "report_correction")


@TRACK.effect("S61")
def note_report(ask: Ask) -> None:
    """What was reported; a late report is taken and marked."""
    measure = _measure(ask, RECTIFICATION)
    for item in measure.items:
        if item.result == "PASS":
            continue
        item.report, item.reported_at = str(ask.facts["reports"][item.no]).strip(), ask.now
        item.reported_by, item.signed_by = ask.actor.id, ask.facts["signed_by"]
        item.result = item.verified_by = item.second_by = item.result_note = None
    _done(ask, measure, late=measure.state == "FAILED" or has_run_out(ask.session, ask.it, "K22", ask.on))


def _measure(ask: Ask, level: int) -> Measure:
    found = rounds.measure(ask.session, ask.it, level)
    if found is None:
        raise NotNow(_l("This measure was not ordered."))
    return found


def _done(ask: Ask, measure: Measure, *, late: bool = False, state: str = "DONE") -> None:
    measure.state, measure.done_on, measure.done_late = state, ask.on, late


def hold_interview(
    session: Session,
    track: CaseTrack,
    *,
    record: InterviewRecord,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Put the interview on record: who came, what was said and promised, who signed (row S62)."""
    same(track, version)
    facts = {"record": record, "started_at": record.started_at}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "hold_interview")


@TRACK.effect("S62")
def note_interview(ask: Ask) -> None:
    """The record becomes part of the measure."""
    measure = _measure(ask, INTERVIEW)
    record: InterviewRecord = ask.facts["record"]
    held = measure.interview
    if held is None:
        raise NotNow(_l("This measure was not ordered."))
    held.started_at, held.ended_at = record.started_at, record.ended_at
    held.attendees = [dict(each) for each in record.attendees]
    held.entries = [dict(each) for each in record.entries]
    held.commitments = [dict(each) for each in record.commitments]
    held.rights_told, held.signed_by = record.rights_told, record.signed_by.strip() or None
    held.refused_because, held.second_officer_id = record.refused_because.strip() or None, record.second_officer_id
    _done(ask, measure)


def miss(
    session: Session,
    track: CaseTrack,
    *,
    second: Account,
    situation: str,
    actor: Actor,
    version: int | None,
    now: datetime,
    again: InterviewPlan | None = None,
) -> None:
    """Nobody came: the first time with a new summons (S43), the second time the measure has failed (S79)."""
    same(track, version)
    measure = rounds.measure(session, track, INTERVIEW)
    first = measure is None or measure.interview is None or not measure.interview.missed
    if not situation.strip():
        raise BadInput("situation", _l("Say what happened."))
    facts: dict[str, Any] = {"second": second, "situation": situation.strip()}
    if first:
        facts["interview"] = again
    event = "interview_missed" if first else "interview_refused"
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, event)


@TRACK.effect("S43")
def summon_again(ask: Ask) -> None:
    """The absence is counted, and the interview gets another day."""
    held = _measure(ask, INTERVIEW).interview
    if held is not None:
        plan: InterviewPlan = ask.facts["interview"]
        ask.facts["missed_at"] = held.at
        held.missed += 1
        held.at, held.place, held.interviewers = plan.at, plan.place.strip(), list(plan.interviewers)


@TRACK.effect("S79", "S39", "S44")
def note_failure(ask: Ask) -> None:
    """The measure counts as failed from this day."""
    levels = {"S79": INTERVIEW, "S39": RECTIFICATION, "S44": TRAINING}
    _done(ask, _measure(ask, levels[ask.row.id if ask.row else ""]), state="FAILED")


def confirm_attendance(session: Session, track: CaseTrack, *, actor: Actor, now: datetime) -> None:
    """The respondent confirms in the portal that it comes to the interview."""
    if not may_submit(actor, track):
        raise NotAllowed(_l("Only the lead of the company concerned can submit this."))
    measure = rounds.measure(session, track, INTERVIEW)
    if measure is None or measure.interview is None or measure.state != "ORDERED":
        raise NotNow(_l("No interview waits for you."))
    services.answer(session, "track", track.id, actor=actor, now=now, kinds=("D23b",))
    measure.interview.confirmed_at = now
    session.flush()
    leads.note(session, track.case, "confirm_attendance", actor, now, track=track.ref)


def enrol(
    session: Session, track: CaseTrack, *, people: Sequence[Person], actor: Actor, now: datetime
) -> list[TrainingPerson]:
    """The respondent, or an officer for it, says who takes part in the training."""
    staff = actor.audience == "staff" and actor.has("officer", "investigator", "head")
    if not (staff or may_submit(actor, track)):
        raise NotAllowed
    measure = rounds.measure(session, track, TRAINING)
    if measure is None or measure.training is None or measure.state == "DONE":
        raise NotNow(_l("No training waits for you."))
    named = [each for each in people if each.name.strip()]
    if not named:
        raise BadInput("people", _l("Name at least one person."))
    fresh = [
        TrainingPerson(training_id=measure.training.id, name=each.name.strip(), position=each.position.strip())
        for each in named
    ]
    session.add_all(fresh)
    session.flush()
    session.expire(measure.training, ["people"])
    leads.note(session, track.case, "enrol", actor, now, track=track.ref, people=len(fresh))
    return fresh


def confirm_training(
    session: Session,
    track: CaseTrack,
    *,
    results: Mapping[int, Result],
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Enter attendance and result of everybody; who passed gets a certificate (row S63)."""
    same(track, version)
    dossiers.move(Ask(session, track, actor, {"results": dict(results)}, now), TRACK, "confirm_training")


@TRACK.effect("S63")
def note_training(ask: Ask) -> None:
    """Attendance and marks; a late one is marked."""
    measure = _measure(ask, TRAINING)
    for person in measure.training.people if measure.training else []:
        person.attended, person.result = ask.facts["results"][person.id]
    _done(ask, measure, late=measure.state == "FAILED" or has_run_out(ask.session, ask.it, "K24", ask.on))


@TRACK.effect("S64")
def note_published(ask: Ask) -> None:
    """The circular or bulletin is out: that measure is done."""
    for each in rounds.measures(ask.session, ask.it):
        if each.level >= FIRST_MAJOR:
            _done(ask, each)


def verify_item(
    session: Session,
    item: RectificationItem,
    *,
    result: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """An officer looks at one correction, and a second one confirms it; who finds otherwise begins anew."""
    track = item.measure.track
    if not actor.has("officer", "investigator", "head") or actor.audience != "staff" or actor.id is None:
        raise NotAllowed
    if track.state != "VERIFYING":
        raise NotNow(_l("Corrections are verified once all measures are reported."))
    if result not in RESULTS:
        raise BadInput("result", _l("Choose: passed or failed."))
    if not note.strip():
        raise BadInput("note", _l("Say what you found."))
    if item.report is None and result == "PASS":
        raise NotNow(_l("Nothing was reported about this problem."))
    if item.verified_by is None or item.result != result:
        item.verified_by, item.second_by = actor.id, None
    elif item.verified_by == actor.id:
        raise NotAllowed(_l("A second officer confirms what you found."))
    else:
        item.second_by = actor.id
    item.result, item.result_note = result, note.strip()
    session.flush()
    leads.note(session, track.case, "verify", actor, now, track=track.ref, item=item.no, result=result)


def pass_(
    session: Session,
    track: CaseTrack,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    second: Account | None = None,
    lessons: str = "",
) -> None:
    """All was carried out: the track is closed (row S40); without items a second officer is named."""
    same(track, version)
    facts = {"second": second, "lessons": lessons.strip()}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "pass")


def fail(
    session: Session,
    track: CaseTrack,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    interview: InterviewPlan | None = None,
    training: TrainingPlan | None = None,
    lessons: str = "",
) -> None:
    """Something failed: the first time it is ordered again (S41), the second time the head closes the track (S42)."""
    same(track, version)
    if track.failures:
        dossiers.move(Ask(session, track, actor, {"lessons": lessons.strip()}, now), TRACK, "fail_second")
        return
    facts = {"interview": interview, "training": training, "again": True}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "fail_first")


@TRACK.effect("S40")
def note_pass(ask: Ask) -> None:
    """Every measure passed, and the track ended today."""
    for each in rounds.measures(ask.session, ask.it):
        each.state = "PASSED"
    ask.it.ended_on = ask.on


@TRACK.effect("S41")
def order_again(ask: Ask) -> None:
    """Only what failed is ordered again, with its own shorter time."""
    ask.it.failures += 1
    for measure in policies.failed(list(rounds.measures(ask.session, ask.it))):
        measure.state, measure.done_on, measure.done_late, measure.attempt = "ORDERED", None, False, measure.attempt + 1
        for item in measure.items:
            if item.result != "PASS":
                item.result = item.verified_by = item.second_by = item.report = item.reported_at = None
        if measure.interview is not None:
            plan: InterviewPlan = ask.facts["interview"]
            measure.interview.missed, measure.interview.confirmed_at = 0, None
            measure.interview.at, measure.interview.place = plan.at, plan.place.strip()
            measure.interview.interviewers = list(plan.interviewers)
        if measure.training is not None:
            dates: TrainingPlan = ask.facts["training"]
            measure.training.dates, measure.training.place = dates.dates.strip(), dates.place.strip()
    ask.session.flush()


@TRACK.effect("S42")
def note_second_failure(ask: Ask) -> None:
    """What failed stays failed; the track ended today."""
    wrong = policies.failed(list(rounds.measures(ask.session, ask.it)))
    for each in rounds.measures(ask.session, ask.it):
        each.state = "FAILED" if each in wrong else "PASSED"
        each.done_on = each.done_on or ask.on
    ask.it.ended_on = ask.on


__all__ = [
    "InterviewPlan",
    "InterviewRecord",
    "Person",
    "TrainingPlan",
    "confirm_attendance",
    "confirm_training",
    "enrol",
    "execute",
    "fail",
    "hold_interview",
    "miss",
    "pass_",
    "report_correction",
    "verify_item",
]
