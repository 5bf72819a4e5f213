"""Warning interviews: attendance confirmed; held and put on record, or missed and summoned again."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.policies_tracks import by_its_lead
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, Changed, NotNow, raise_first
from core.machine import Ask
from core.words import _l
from notices import dossiers, serving
from registry.models_accounts import Account
from sanctions import days_off, interview_times, marking, policies_interview_times, record_pages, rounds
from sanctions import policies_execution as policies
from sanctions.levels import INTERVIEW
from sanctions.marking import done, ordered
from sanctions.plans import InterviewPlan


def confirm_attendance(
    session: Session, track: CaseTrack, *, actor: Actor, now: datetime, moves: int | None = None
) -> None:
    """The respondent confirms in the portal that it comes to the interview.

    `moves` is how often the time had changed when the page was shown: only the time that was read is confirmed.
    """
    raise_first(by_its_lead(actor, track))
    held = marking.interview(session, track)
    serving.answer(session, "track", track.id, actor=actor, now=now, kinds=("D23b",))
    session.refresh(held, with_for_update=True)
    if moves is not None and moves != held.moves:
        raise Changed
    for refusal in policies_interview_times.confirming(held, now):
        raise refusal
    held.confirmed_at = now
    session.flush()
    noting.of_case(session, track.case, "confirm_attendance", actor, now, track=track.ref)


def hold_interview(
    session: Session,
    track: CaseTrack,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    refused_because: str = "",
    second: Account | None = None,
) -> None:
    """Close the record: each page is signed, or the refusal is noted together with a second officer (row S62)."""
    same(track, version)
    facts = {"refused_because": refused_because.strip(), "second": second}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "hold_interview")


@TRACK.effect("S62")
def note_interview(ask: Ask) -> None:
    """Keep the record with the measure, with who signed it or why nobody did."""
    measure = ordered(ask.session, ask.it, INTERVIEW)
    held = measure.interview
    if held is None:
        raise NotNow(rounds.NOT_ORDERED)
    if record_pages.unsigned(held):
        held.refused_because, held.second_officer_id = ask.facts["refused_because"], ask.facts["second"].id
    else:
        held.signed_by = "、".join(dict.fromkeys(each["name"] for each in held.signatures))
    done(ask, measure, on=day_of(held.started_at) if held.started_at is not None else None)


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
    """Nobody came: the first time there is a new summons (S43), the second time the measure has failed (S79)."""
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
    """Count the absence, and set another day."""
    held = ordered(ask.session, ask.it, INTERVIEW).interview
    if held is not None:
        plan: InterviewPlan = ask.facts["interview"]
        ask.facts["missed_at"] = held.at
        held.missed += 1
        held.at, held.place, held.interviewers = plan.at, plan.place.strip(), list(plan.interviewers)
        held.confirmed_at = None
        interview_times.forget(held, ask.now)
        record_pages.clear(held)


def move(
    session: Session, track: CaseTrack, *, plan: InterviewPlan | None, actor: Actor, version: int | None, now: datetime
) -> None:
    """Move an interview whose summons was served too late, or whose day has become a day off; the company is told."""
    same(track, version)
    ask = Ask(session, track, actor, {"interview": plan}, now)
    for refusal in policies.move_refusals(ask):
        raise refusal
    measure = ordered(ask.session, ask.it, INTERVIEW)
    held = measure.interview
    if held is None or plan is None:
        raise NotNow(rounds.NOT_ORDERED)
    held.at, held.place, held.interviewers = plan.at, plan.place.strip(), list(plan.interviewers)
    held.confirmed_at = None
    interview_times.forget(held, now)
    session.flush()
    tasks.settle(session, ("track", track.id), (interview_times.TASK, days_off.INTERVIEW_OFF), actor=actor, now=now)
    noting.of_case(session, track.case, "move_interview", actor, now, track=track.ref, at=plan.at.isoformat())
    key = f"interview:{held.id}:{plan.at.isoformat()}"
    interview_times.tell(session, track, "moved", key=key, now=now)
