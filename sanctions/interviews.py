"""Warning interviews: attendance confirmed, held and put on record, or missed and summoned again."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import leads
from casework.models_cases import CaseTrack
from casework.policies_tracks import may_submit, same
from casework.states import TRACK
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.words import _l
from notices import dossiers, serving
from registry.models_accounts import Account
from sanctions import rounds
from sanctions.levels import INTERVIEW
from sanctions.marking import done, ordered
from sanctions.plans import InterviewPlan, InterviewRecord


def confirm_attendance(session: Session, track: CaseTrack, *, actor: Actor, now: datetime) -> None:
    """The respondent confirms in the portal that it comes to the interview."""
    if not may_submit(actor, track):
        raise NotAllowed(_l("Only the lead of the company concerned can submit this."))
    measure = rounds.measure(session, track, INTERVIEW)
    if measure is None or measure.interview is None or measure.state != "ORDERED":
        raise NotNow(_l("No interview waits for you."))
    serving.answer(session, "track", track.id, actor=actor, now=now, kinds=("D23b",))
    measure.interview.confirmed_at = now
    session.flush()
    leads.note(session, track.case, "confirm_attendance", actor, now, track=track.ref)


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
    measure = ordered(ask, INTERVIEW)
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
    done(ask, measure)


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
    held = ordered(ask, INTERVIEW).interview
    if held is not None:
        plan: InterviewPlan = ask.facts["interview"]
        ask.facts["missed_at"] = held.at
        held.missed += 1
        held.at, held.place, held.interviewers = plan.at, plan.place.strip(), list(plan.interviewers)
