"""Natural persons named in documents about a case's measures: no publication names them."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import personal_strings
from casework.models_cases import CaseTrack
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Interview, Measure, Training, TrainingPerson


@personal_strings.names_from
def in_measures(session: Session, case_id: int) -> Iterator[str | None]:
    """Who came to hearings and interviews, signed there, or was enrolled in trainings."""
    tracks = select(CaseTrack.id).where(CaseTrack.case_id == case_id)
    for hearing in session.scalars(select(Hearing).where(Hearing.track_id.in_(tracks))):
        yield from (each.get("name") for each in (hearing.record or {}).get("attendees", ()))
        yield hearing.signed_by
    ordered = select(Measure.id).where(Measure.track_id.in_(tracks))
    for interview in session.scalars(select(Interview).where(Interview.measure_id.in_(ordered))):
        yield from (each.get("name") for each in interview.attendees)
        yield interview.signed_by
    trainings = select(Training.id).where(Training.measure_id.in_(ordered))
    yield from session.scalars(select(TrainingPerson.name).where(TrainingPerson.training_id.in_(trainings)))
