"""What a company was told of and what will not be held: it is still to be taken out of its calendars."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.clock import day_of
from notices import queries as notices
from proceedings import queries_respondents
from sanctions.levels import INTERVIEW, LEVELS, TRAINING
from sanctions.models_measures import Interview, Measure, Training


@dataclass(frozen=True)
class Off:
    """An interview or a training: how its entries are called, how often it was moved, and when it was ordered."""

    number: int
    moves: int
    ordered_on: date
    at: datetime | None = None
    last_on: date | None = None
    days: tuple[date | None, ...] = (None,)
    """The day of each session, where it is known."""

    def to_come(self, today: date) -> list[int]:
        """The numbers of the sessions that were not held: the others stay in everybody's calendar."""
        return [no for no, day in enumerate(self.days, 1) if day is None or day >= today]


def interview(session: Session, track: CaseTrack, now: datetime) -> Off | None:
    """The last such interview: called off by a review, even one with restored time, or by the end of the track."""
    asked = select(Interview).join(Interview.measure).where(Measure.track_id == track.id, Measure.state == "ORDERED")
    kept = session.scalars(asked.where(Interview.recorded_at.is_(None)).order_by(Interview.id.desc()))
    waits = _waiting(session, track)
    found = [Off(it.id, it.moves, it.measure.ordered_on, it.at) for it in kept if it.measure_id not in waits]
    gone = text("SELECT number, moves, ordered_on, at FROM zilu_interviews_taken_back(:track)")
    found += [Off(*row) for row in session.execute(gone, {"track": track.id})]
    return _told(session, track, INTERVIEW, [each for each in found if each.at is not None and each.at > now])


def training(session: Session, track: CaseTrack, now: datetime) -> Off | None:
    """The last such training of which a day was still to come, called off as an interview is."""
    asked = select(Training).join(Training.measure).where(Measure.track_id == track.id, Measure.state == "ORDERED")
    kept, waits = session.scalars(asked.order_by(Training.id.desc())), _waiting(session, track)
    found = [*_of_rows(it for it in kept if it.measure_id not in waits)]
    found += _of_journal(session, track)
    today = day_of(now)
    return _told(session, track, TRAINING, [each for each in found if each.last_on and each.last_on >= today])


def _of_rows(found: Iterator[Training]) -> Iterator[Off]:
    for it in found:
        yield Off(it.id, it.measure.attempt - 1, it.measure.ordered_on, last_on=it.last_on, days=tuple(it.session_days))


def _of_journal(session: Session, track: CaseTrack) -> Iterator[Off]:
    """Of trainings whose rows are gone; what was taken back before the journal kept their days has none."""
    gone = text("SELECT number, moves, ordered_on, last_on, sessions, days FROM zilu_trainings_taken_back(:track)")
    for it in session.execute(gone, {"track": track.id}):
        days = [date.fromisoformat(each) if each else None for each in it.days or [None] * it.sessions]
        yield Off(it.number, it.moves, it.ordered_on, last_on=it.last_on, days=tuple(days))


def _waiting(session: Session, track: CaseTrack) -> set[int]:
    """The measures that are carried out all the same."""
    return {each.measure.id for each in queries_respondents.ordered(session, track) if track.state == "EXECUTING"}


def _told(session: Session, track: CaseTrack, level: int, found: list[Off]) -> Off | None:
    """The last of these of which a notice was served."""
    if not found:
        return None
    papers = notices.documents_of(session, [("track", track.id)])
    orders = [each for each in papers if each.kind == LEVELS[level].document]
    served = [each.issued_on for each in orders if any(one.state == "SERVED" for one in each.services)]
    told = [each for each in found if any(day >= each.ordered_on for day in served)]
    return max(told, key=lambda each: each.number, default=None)
