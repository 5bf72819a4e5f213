"""Measures ordered and carried out: a notice and a clock for each, the report on corrections, trainings."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import noting, posted_in_time, tasks
from casework.holds import same
from casework.inquiries import on_paper
from casework.models_cases import CaseTrack
from casework.policies_tracks import by_its_lead, follow_ups, has_run_out, is_late
from casework.states import TRACK
from core.actors import SYSTEM, Actor
from core.errors import BadInput, NotAllowed, NotNow, Refused, raise_first
from core.machine import SAME, Ask
from core.words import _l
from notices import dossiers, serving
from notices.papers import Lang
from notices.sentences import written_in
from registry import clocks
from sanctions import extensions, rounds
from sanctions.levels import FIRST_MAJOR, INTERVIEW, RECTIFICATION, TRAINING
from sanctions.marking import done, ordered
from sanctions.models_measures import Interview, Measure, RectificationItem, Training, TrainingPerson
from sanctions.plans import InterviewPlan, Person, Result, TrainingPlan
from sanctions.policies_execution import NO_TRAINING, is_reported_on, may_enrol
from sanctions.terms import FORM, WHO

IN_EFFECT = "EFFECTIVE"
TO_ORDER = "to_order"
tasks.KINDS[TO_ORDER] = _l("The decision is in effect: order its measures, %(ref)s.")


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
    """Order each measure by a notice and a clock of its own, and have a publication drafted if due (row S37)."""
    same(track, version)
    decision = rounds.decision(session, track)
    ask = _ordering(session, track, actor, now, interview, training)
    dossiers.move(ask, TRACK, "execute")
    if decision is not None and decision.level < FIRST_MAJOR:
        clocks.keeper.stop(ask, "K25", ("track", track.id))
    if all(each.state in rounds.DONE for each in rounds.measures(session, track)):
        done_already = Ask(session, track, SYSTEM, {}, now)
        if not TRACK.refusals(done_already, "all_done"):
            dossiers.move(done_already, TRACK, "all_done")


def refusals(
    session: Session, track: CaseTrack, *, actor: Actor, now: datetime, training: TrainingPlan | None
) -> list[Refused]:
    """Why the measures could not be ordered now with this plan."""
    return dossiers.want(_ordering(session, track, actor, now, None, training), TRACK, "execute")


def _ordering(
    session: Session,
    track: CaseTrack,
    actor: Actor,
    now: datetime,
    interview: InterviewPlan | None,
    training: TrainingPlan | None,
) -> Ask:
    decision = rounds.decision(session, track)
    facts: dict[str, Any] = {"interview": interview, "training": training}
    if decision is not None and RECTIFICATION in decision.measures:
        facts["length"] = int(decision.terms[str(RECTIFICATION)]["days"])
    return Ask(session, track, actor, facts, now)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if row.target == IN_EFFECT))
def of_a_decision_in_effect(ask: Ask) -> None:
    """Have the officer order its measures: no time limit runs until then, and often nobody did anything today."""
    no_longer_to_be_ordered(ask)
    key = f"{TO_ORDER}:{ask.it.id}:{ask.now.isoformat()}"
    tasks.put(ask.session, TO_ORDER, tasks.about(ask), role="officer", now=ask.now, key=key)


@TRACK.effect(*(row.id for row in TRACK.rows_from(IN_EFFECT) if row.target not in {IN_EFFECT, SAME}))
def no_longer_to_be_ordered(ask: Ask) -> None:
    """Close that task: they are ordered, or a review has changed the decision."""
    with ask.session.no_autoflush:  # its facts are written together with its state
        tasks.settle(ask.session, ("track", ask.it.id), (TO_ORDER,), actor=ask.actor, now=ask.now)


@TRACK.effect("S37")
def order(ask: Ask) -> None:
    """Create one measure for each level decided, with what it asks."""
    track: CaseTrack = ask.it
    decision = rounds.decision(ask.session, track)
    if decision is None:
        return
    for level in rounds.to_order(ask.session, track):
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
            measure.training = _training(said, ask.facts["training"], written_in(ask, track.party))
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
        must_attend=said.get("must_attend") or WHO[0],
        bring="；".join(said.get("materials") or ["身份证明和授权文件"]),
        interviewers=list(plan.interviewers),
        missed=0,
        rights_told=False,
        attendees=[],
        entries=[],
        commitments=[],
    )


def _training(said: Mapping[str, Any], plan: TrainingPlan, lang: Lang) -> Training:
    return Training(
        who=said["who"],
        minimum=int(said["minimum"]),
        subjects="；".join(said["subjects"]),
        hours=int(said["hours"]),
        form=said.get("form") or FORM[0],
        dates=plan.days(lang),
        first_on=plan.first,
        sessions=plan.held(lang),
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
    day: date | None = None,
    had_on: date | None = None,
) -> None:
    """The respondent reports each correction with its proof, signed by the executive it named (row S61).

    `day` is the day of what came on paper, which the association had on `had_on`.
    """
    raise_first(by_its_lead(actor, track))
    serving.answer(session, "track", track.id, actor=actor, now=now, day=day, kinds=("D23a",))
    facts = {"reports": dict(reports), "signed_by": signed_by.strip(), **on_paper(day, now, had_on)}
    dossiers.move(Ask(session, track, actor, facts, now, day=day), TRACK, "report_correction")


@TRACK.effect("S61")
def note_report(ask: Ask) -> None:
    """Keep what was reported; a late report is taken and marked."""
    measure = ordered(ask.session, ask.it, RECTIFICATION)
    for item in measure.items:
        if item.result == "PASS":
            continue
        item.report = str(ask.facts["reports"][item.no]).strip()
        item.reported_at, item.came_on = ask.now, ask.day
        item.reported_by, item.signed_by = ask.actor.id, ask.facts["signed_by"]
        item.result = item.verified_by = item.second_by = item.result_note = None
    failed = measure.state == "FAILED"
    if in_time := ask.day is not None and failed and not is_late(ask.session, ask.it, "K22", ask.on):
        _nothing_was_missed(ask)
    done(ask, measure, late=not in_time and _is_late(ask, measure, "K22"))
    extensions.needs_no_answer(ask)


def _nothing_was_missed(ask: Ask) -> None:
    """The demand ends if it is on its way, verification begins anew, and officers look at a lead that came of it."""
    track: CaseTrack = ask.it
    posted_in_time.call_back(ask, "D07c", "S39")
    if track.state == "VERIFYING":
        clocks.keeper.start(ask, "K26", ("track", track.id))
    opened = select(CaseTrack).where(CaseTrack.id.in_(follow_ups(track.id, track.round)))
    for lead in ask.session.scalars(opened.where(CaseTrack.state.not_in(TRACK.ends))):
        posted_in_time.ask_officers(ask, ("track", lead.id, lead.ref))


def _is_late(ask: Ask, measure: Measure, key: str, on: date | None = None) -> bool:
    """Whether the time of a measure was over by that day; while a request for more time waits, it has no end."""
    over = has_run_out(ask.session, ask.it, key, on or ask.on) and measure.more_time_asked_at is None
    return measure.state == "FAILED" or over


def enrol(
    session: Session, track: CaseTrack, *, people: Sequence[Person], actor: Actor, now: datetime
) -> list[TrainingPerson]:
    """Say who takes part in the training: the respondent does, or an officer for it."""
    if not may_enrol(actor, track):
        raise NotAllowed
    session.refresh(track, with_for_update=True)  # after a wait, see names entered and confirmations made meanwhile
    measure = rounds.measure(session, track, TRAINING)
    if measure is None or measure.training is None or not is_reported_on(track, measure):
        raise NotNow(NO_TRAINING)
    named = [each for each in people if each.name.strip()]
    if not named:
        raise BadInput("people", _l("Name at least one person."))
    listed = {(each.name, each.position) for each in measure.training.people}
    for each in named:
        who = each.name.strip(), each.position.strip()
        if any(name == who[0] and (position == who[1] or not position or not who[1]) for name, position in listed):
            raise BadInput(
                "people",
                _l(
                    "%(name)s is on the list already. Of two people of one name, say which is which by their "
                    "positions.",
                    name=who[0],
                ),
            )
        listed.add(who)
    fresh = [
        TrainingPerson(training_id=measure.training.id, name=each.name.strip(), position=each.position.strip())
        for each in named
    ]
    session.add_all(fresh)
    session.flush()
    session.expire(measure.training, ["people"])
    noting.of_case(session, track.case, "enrol", actor, now, track=track.ref, people=len(fresh))
    return fresh


def confirm_training(
    session: Session,
    track: CaseTrack,
    *,
    results: Mapping[int, Result | tuple[bool, int | None]],
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Enter attendance and results of everybody; who passed gets a certificate (row S63)."""
    same(track, version)
    said = {number: Result(*each) for number, each in results.items()}
    dossiers.move(Ask(session, track, actor, {"results": said}, now), TRACK, "confirm_training")


@TRACK.effect("S63")
def note_training(ask: Ask) -> None:
    """Keep attendance and marks; what counts is when the training was held, not when an officer enters it."""
    measure = ordered(ask.session, ask.it, TRAINING)
    days = [measure.training.last_on if measure.training else None]
    for person in measure.training.people if measure.training else []:
        said: Result = ask.facts["results"][person.id]
        person.attended, person.result = said.attended, said.mark
        person.makeup_on, person.makeup_result = said.makeup_on, said.makeup_mark
        days.append(said.makeup_on)
    over = max((each for each in days if each is not None), default=None)
    done(ask, measure, late=_is_late(ask, measure, "K24", over), on=over)
    extensions.needs_no_answer(ask)


@TRACK.effect("S64")
def note_published(ask: Ask) -> None:
    """Mark the measure as done: the circular or bulletin is published."""
    for each in rounds.measures(ask.session, ask.it):
        if each.level >= FIRST_MAJOR:
            done(ask, each)
