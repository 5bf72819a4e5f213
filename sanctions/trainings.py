"""Trainings held session by session: an officer takes down who came to which."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.holds import same
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.plainly import in_words
from core.words import _l
from registry.clock_hooks import on_hold
from registry.clock_sweep import sweep_time
from registry.models_clocks import Clock
from sanctions import measures, rounds
from sanctions.levels import TRAINING
from sanctions.models_measures import Training, TrainingPerson
from sanctions.plans import Result
from sanctions.policies_execution import STILL_TAKEN, may_hold, too_few_passed
from sanctions.policies_extensions import KEYS

RESULTS = "clock_results"
tasks.KINDS[RESULTS] = _l(
    "“%(clock)s” of %(ref)s is over and the training was held before: enter its results. Done without them lets it "
    "end: the measure counts as failed."
)


def held(session: Session, track: CaseTrack) -> Training:
    """The training that is being carried out."""
    measure = rounds.measure(session, track, TRAINING)
    if measure is None or measure.training is None or measure.state not in STILL_TAKEN:
        raise NotNow(_l("No training is being carried out."))
    return measure.training


def attend(
    session: Session,
    track: CaseTrack,
    *,
    came: Mapping[int, Sequence[int]],
    marks: Mapping[int, int | None] = MappingProxyType({}),
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Take down who came to which session; whoever came to all has attended, whoever missed one has not.

    Of a session that is still to come nobody is absent. The marks of the test are taken down as well, whether or not
    enough people have passed it: the company reads who has to make up for it.
    """
    same(track, version)
    if not may_hold(actor):
        raise NotAllowed
    training = held(session, track)
    known = set(range(1, len(training.sessions) + 1))
    held_so_far = {number for number in known if (training.day_of(number) or date.min) <= clock.day_of(now)}
    for person in training.people:
        if person.id not in came:  # enrolled since the form was opened: nobody was asked about him
            continue
        sessions, row = sorted(set(came[person.id])), f"sessions_{person.id}"
        if not set(sessions) <= known:
            raise BadInput(row, _l("The training has no such session."))
        for number in sessions:
            day = training.day_of(number)
            if day is not None and day > clock.day_of(now):
                raise BadInput(row, _l("Session %(no)s has not taken place yet.", no=number))
        missed, to_come = held_so_far - set(sessions), known - held_so_far
        person.sessions, person.attended = sessions, None if to_come and not missed else not missed
        _marked(training, person, marks.get(person.id, person.result), clock.day_of(now))
    track.version += 1  # who has the form open as it was before writes over nothing unseen
    session.flush()
    noting.of_case(session, track.case, "attend", actor, now, track=track.ref, people=len(training.people))


def _marked(training: Training, person: TrainingPerson, mark: int | None, today: date) -> None:
    if mark is not None and training.last_on is not None and today < training.last_on:
        row, day = f"mark_{person.id}", in_words(training.last_on)
        raise BadInput(row, _l("The training ends on %(day)s: marks are kept from then on.", day=day))
    if mark is not None and training.sessions and not person.sessions:
        row = f"mark_{person.id}"
        raise BadInput(
            row,
            _l(
                "%(name)s came to no session, and so has no mark: tick the sessions, or take the mark out.",
                name=person.name,
            ),
        )
    person.result = mark


def enter(
    session: Session,
    track: CaseTrack,
    *,
    results: Mapping[int, Result],
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Attendance and results of everybody: they confirm the training (row S63), or are kept while too few have passed.

    Whatever else is wrong with them is refused, and nothing is kept.
    """
    same(track, version)
    measure = rounds.measure(session, track, TRAINING)
    training = measure.training if measure is not None else None
    given = {"actor": actor, "version": version, "now": now}
    refused = TRACK.refusals(Ask(session, track, actor, {"results": results}, now), "confirm_training")
    asked = training is not None and {person.id for person in training.people} <= results.keys()
    if training is None or not asked or len(refused) != 1 or not too_few_passed(training, results):
        measures.confirm_training(session, track, results=results, **given)  # type: ignore[arg-type]
        return
    came = {person.id: _sessions(training, person, results[person.id]) for person in training.people}
    marks = {number: each.mark for number, each in results.items()}
    attend(session, track, came=came, marks=marks, **given)  # type: ignore[arg-type]
    for person in training.people:
        said = results[person.id]
        person.attended, person.makeup_on, person.makeup_result = said.attended, said.makeup_on, said.makeup_mark
    session.flush()


def _sessions(training: Training, person: TrainingPerson, said: Result) -> list[int]:
    """Which sessions somebody came to, of whom the results say only whether it was all of them."""
    every = list(range(1, len(training.sessions) + 1))
    if not said.attended and every and person.sessions == every:
        row = f"came_{person.id}"
        raise BadInput(
            row,
            _l(
                "By the attendance kept, %(name)s came to every session: put that right, or tick it here.",
                name=person.name,
            ),
        )
    return every if said.attended else person.sessions


@on_hold
def waits_for_results(session: Session, it: Clock) -> bool:
    """Whether a training that was held in time waits for an officer to enter its results: nobody fails by that.

    An urgent task asks for them, once for each end; if it is done without them, the time limit ends.
    """
    track = session.get_one(CaseTrack, it.subject_id) if (it.key, it.subject_type) == ("K24", "track") else None
    measure = rounds.measure(session, track, TRAINING) if track is not None else None
    if track is None or measure is None or measure.state != "ORDERED" or not _was_held(measure.training, it.due_on):
        return False
    key = ":".join((RESULTS, str(it.id), *map(str, it.steps)))
    known = session.execute(select(Task.done_at).where(Task.key == key)).one_or_none()
    if known is None:
        now = sweep_time(session) or clock.now()
        it.alerted_at = now  # a move that stops the clock closes the task
        kind, subject = f"{RESULTS}:{it.key}", ("track", track.id, track.ref)
        tasks.put(session, kind, subject, role="officer", now=now, key=key, urgent=True)
    return known is None or known.done_at is None


@TRACK.effect("S73")
def asks_for_no_results_yet(ask: Ask) -> None:
    """More time was given by a letter of the last day: nothing is over, and the new end asks for itself."""
    if ask.facts["level"] == TRAINING:
        kinds = (f"{RESULTS}:{KEYS[TRAINING]}",)
        tasks.settle(ask.session, ("track", ask.it.id), kinds, actor=ask.actor, now=ask.now)


def _was_held(training: Training | None, until: date | None) -> bool:
    """Its days are within the period, enough people were named, and not too few of them may have passed it."""
    if training is None or training.last_on is None or until is None or training.last_on > until:
        return False
    return sum(not each.fell_short for each in training.people) >= training.minimum
