"""What a respondent gave up in writing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from notices import queries as notices
from registry.models_clocks import Clock, ClockEnd
from sanctions import queries_hearings
from sanctions.policies import STATING
from sanctions.policies_admissions import admission

TERMINATED = "D16c"


def time_given_up(session: Session, track: CaseTrack) -> Clock | None:
    """The time for a statement that the respondent ended by a waiver (S69), and not by an admission or a hearing."""
    mine = select(Clock).where(Clock.subject_type == "track", Clock.subject_id == track.id, Clock.key.in_(STATING))
    time = session.scalar(mine.order_by(Clock.id.desc()).limit(1))
    if time is None or time.how is not ClockEnd.STOPPED or time.ended_at is None:
        return None
    papers = notices.documents_of(session, [("track", track.id)])
    if any(each.kind == TERMINATED and each.issued_at <= time.ended_at for each in papers):
        return None  # it ended with the track
    admitted, heard = admission(session, track), queries_hearings.hearing(session, track)
    if (admitted is not None and admitted.stands) or (heard is not None and heard.waived_at is None):
        return None
    return time
