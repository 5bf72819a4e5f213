"""Trainees enrolled by mistake, or who left the company, are taken off the list before anything was recorded."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from casework import noting
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.errors import Changed, NotAllowed, NotNow, Refused
from core.words import _l
from sanctions import rounds
from sanctions.levels import TRAINING
from sanctions.models_measures import TrainingPerson
from sanctions.policies_execution import NO_TRAINING, is_reported_on, may_enrol


def refusals(person: TrainingPerson) -> Iterator[Refused]:
    """Why somebody stays on the list: nothing recorded about a training is erased."""
    measure = person.training.measure
    if measure.state == "DONE":
        yield NotNow(_l("The training has been confirmed."))
    elif not is_reported_on(measure.track, measure):
        yield NotNow(NO_TRAINING)
    elif person.attended is not None or person.result is not None or person.sessions:
        yield NotNow(_l("Attendance or a result of this person has been recorded."))


def remove(session: Session, track: CaseTrack, person: TrainingPerson, *, actor: Actor, now: datetime) -> None:
    """The respondent, or an officer for it, takes somebody off the list."""
    session.refresh(track, with_for_update=True)
    if session.get(TrainingPerson, person.id, with_for_update=True, populate_existing=True) is None:
        raise Changed  # a colleague did it first
    session.refresh(person.training.measure)
    measure = rounds.measure(session, track, TRAINING)
    mine = measure is not None and person.training.measure_id == measure.id
    if not mine or not may_enrol(actor, track):
        raise NotAllowed
    for refusal in refusals(person):
        raise refusal
    training = person.training
    session.delete(person)
    session.flush()
    session.expire(training, ["people"])
    noting.of_case(session, track.case, "unenrol", actor, now, track=track.ref, people=len(training.people))
