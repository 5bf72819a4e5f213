"""Trainings held session by session: who came to which, taken down by an officer as they happen."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from casework import noting
from casework.models_cases import CaseTrack
from casework.policies_tracks import same
from core import clock
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l
from sanctions import rounds
from sanctions.levels import TRAINING
from sanctions.models_measures import Training
from sanctions.policies_execution import STILL_TAKEN, may_hold


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
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Take down who came to which session; whoever came to all of them has attended."""
    same(track, version)
    if not may_hold(actor):
        raise NotAllowed
    training = held(session, track)
    known = set(range(1, len(training.sessions) + 1))
    for person in training.people:
        sessions = sorted(set(came.get(person.id, ())))
        if not set(sessions) <= known:
            raise BadInput("came", _l("The training has no such session."))
        for number in sessions:
            day = training.day_of(number)
            if day is not None and day > clock.day_of(now):
                raise BadInput("came", _l("Session %(no)s has not taken place yet.", no=number))
        person.sessions, person.attended = sessions, set(sessions) == known
    session.flush()
    noting.of_case(session, track.case, "attend", actor, now, track=track.ref, people=len(training.people))
