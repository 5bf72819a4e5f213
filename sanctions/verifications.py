"""Verification: two officers look at each correction; what failed is ordered again once, then the track is closed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses, noting, recusals
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.states import TRACK
from casework.states_recusals import RECUSAL
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.words import _l
from notices import dossiers
from notices.sentences import written_in
from registry.models_accounts import Account
from sanctions import interview_times, record_pages, rounds
from sanctions import policies_execution as policies
from sanctions.levels import INTERVIEW, RECTIFICATION, TRAINING
from sanctions.marking import done, ordered
from sanctions.models_measures import RectificationItem
from sanctions.plans import InterviewPlan, TrainingPlan

RESULTS = ("PASS", "FAIL")


@TRACK.effect("S79", "S39", "S44")
def note_failure(ask: Ask) -> None:
    """Count the measure as failed from this day."""
    levels = {"S79": INTERVIEW, "S39": RECTIFICATION, "S44": TRAINING}
    done(ask, ordered(ask.session, ask.it, levels[ask.row.id if ask.row else ""]), state="FAILED")


def verify_item(
    session: Session,
    item: RectificationItem,
    *,
    result: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Look at one correction; a second officer confirms the result, and one who finds otherwise begins anew.

    Whoever comes round to what the others hold confirms it with them: none of them need look again.
    The track is locked: nobody lets it pass while a correction is being found wanting.
    """
    track = item.measure.track
    session.refresh(track, with_for_update=True)
    session.refresh(item, with_for_update=True)
    if not policies.may_verify(actor) or actor.id is None:
        raise NotAllowed
    if track.state != "VERIFYING":
        raise NotNow(_l("Corrections are verified once all measures are reported."))
    if result not in RESULTS:
        raise BadInput("result", _l("Choose: passed or failed."))
    if not note.strip():
        raise BadInput("note", _l("Say what you found."))
    if item.report is None and result == "PASS":
        raise NotNow(_l("Nothing was reported about this problem."))
    others = {by: held for by, held in item.opinions.items() if by != actor.id}
    if others and set(others.values()) == {result}:
        item.verified_by, item.second_by = next(iter(others)), actor.id
    elif item.verified_by is None or item.result != result:
        item.verified_by, item.second_by = actor.id, None
    elif item.verified_by == actor.id:
        raise NotAllowed(_l("A second officer confirms what you found."))
    else:
        item.second_by = actor.id
    item.result, item.result_note = result, note.strip()
    item.found(actor.id, now, result, note.strip())
    session.flush()
    recusals.replaced(session, track.case, actor=actor, now=now)
    noting.of_case(session, track.case, "verify", actor, now, track=track.ref, item=item.no, result=result)


@RECUSAL.effect("A02", "A03")
def to_be_looked_at_again(ask: Ask) -> None:
    """Drop what somebody recused found about corrections, as long as nothing is decided on it."""
    session, gone = ask.session, ask.it.account_id
    verifying = select(CaseTrack).where(CaseTrack.case_id == ask.it.case_id, CaseTrack.state == "VERIFYING")
    held = session.scalars(verifying.order_by(CaseTrack.id).with_for_update()).all()
    mine = [each.id for track in held for each in rounds.measures(session, track)]
    asked = select(RectificationItem).where(RectificationItem.measure_id.in_(mine)).order_by(RectificationItem.id)
    for item in session.scalars(asked.execution_options(populate_existing=True)).all():
        both = [item.verified_by, item.second_by]
        if gone in both or gone in item.opinions:
            item.found(gone, ask.now, None, None)
        if gone in both:
            item.verified_by, item.second_by = next((each for each in both if each not in {None, gone}), None), None
            if item.verified_by is None:
                item.result = item.result_note = None
    session.flush()


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
    """Close the track, since all was carried out (row S40); without items a second officer is named."""
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


@TRACK.effect("S40", last=True)
def note_pass(ask: Ask) -> None:
    """Mark every measure as passed, and the track as ended today."""
    for each in rounds.measures(ask.session, ask.it):
        each.state = "PASSED"
    ask.it.ended_on = ask.on


@TRACK.effect("S41")
def order_again(ask: Ask) -> None:
    """Order only what failed again, with its own shorter time; an extension belonged to the first time."""
    ask.it.failures += 1
    for measure in policies.failed(list(rounds.measures(ask.session, ask.it))):
        most = clauses.again(ask.session, "K22") if measure.items else 0
        for item in measure.items:
            if item.result != "PASS":
                item.order_again(most)
        measure.state, measure.done_on, measure.done_late, measure.attempt = "ORDERED", None, False, measure.attempt + 1
        measure.extended_on = None
        if measure.interview is not None:
            plan: InterviewPlan = ask.facts["interview"]
            measure.interview.missed, measure.interview.confirmed_at = 0, None
            measure.interview.at, measure.interview.place = plan.at, plan.place.strip()
            measure.interview.interviewers = list(plan.interviewers)
            interview_times.forget(measure.interview, ask.now)
            record_pages.clear(measure.interview)
        if measure.training is not None:
            measure.training.take(ask.facts["training"], written_in(ask, ask.it.party))
            for person in measure.training.people:
                person.sessions, person.attended, person.result = [], None, None
                person.makeup_on = person.makeup_result = None
    ask.session.flush()


@TRACK.effect("S42", last=True)
def note_second_failure(ask: Ask) -> None:
    """Keep what failed as failed, and the track as ended today."""
    wrong = policies.failed(list(rounds.measures(ask.session, ask.it)))
    for each in rounds.measures(ask.session, ask.it):
        each.state = "FAILED" if each in wrong else "PASSED"
        each.done_on = each.done_on or ask.on
    ask.it.ended_on = ask.on
