"""Another time for an interview: proposed by the respondent, accepted or refused by an officer, and both are told."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework import noting, party_requests, tasks
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.policies_tracks import by_its_lead
from casework.states import TRACK
from core.actors import SYSTEM, Actor
from core.errors import BadInput, NotAllowed, NotNow, raise_first
from core.machine import Ask
from core.words import _l
from notices import serving
from registry import notifications
from registry import queries as register
from sanctions import days_off, marking
from sanctions import policies_interview_times as policies
from sanctions.levels import INTERVIEW
from sanctions.models_measures import Interview
from sanctions.policies_execution import may_hold

TASK = "interview_time"
tasks.KINDS[TASK] = _l("A respondent proposes another time for its interview: %(ref)s.")
tasks.KINDS[policies.TELL] = _l(
    "The portal does not reach the company, without electronic service or somebody who signs there: tell it by letter "
    "which time of its interview counts, %(ref)s."
)


def propose(
    session: Session, track: CaseTrack, *, at: datetime, why: str, actor: Actor, now: datetime, day: date | None = None
) -> None:
    """The respondent proposes another time; until an officer answers, the first one counts, even if confirmed.

    `day` is that of what came on paper.
    """
    raise_first(by_its_lead(actor, track))
    serving.answer(session, "track", track.id, actor=actor, now=now, day=day, kinds=("D23b",))
    held = marking.held(session, track)
    raise_first(policies.proposing(held, now))
    raise_first(policies.times(session, track, held, at, now))
    if not why.strip():
        raise BadInput("why", _l("Say why you need another time."))
    held.proposed_for, held.proposed_why, held.proposed_at = at, why.strip(), now
    held.proposal_refused_because = None
    held.proposals = party_requests.begun(held.proposals, why=why.strip(), at=now, wanted=at, came_on=day)
    session.flush()
    key = f"{TASK}:{held.id}:{now.isoformat()}"
    tasks.put(session, TASK, ("track", track.id, track.ref), role="officer", now=now, key=key)
    on_paper = {} if day is None else {"on_paper": day.isoformat()}
    noting.of_case(session, track.case, "propose_time", actor, now, track=track.ref, at=at.isoformat(), **on_paper)


def accept(
    session: Session, track: CaseTrack, *, actor: Actor, version: int | None, now: datetime, why: str = ""
) -> None:
    """Move the interview to the proposed time, which counts as confirmed; the respondent gets a note as well."""
    held = _answering(session, track, actor, version)
    if held.recorded_at is not None:
        raise NotNow(_l("The interview took place and is on record: its time stays."))
    if held.proposed_for is None or held.proposed_for <= now:
        raise NotNow(_l("The time proposed has passed: refuse it, and summon again if nobody comes."))
    raise_first(policies.times(session, track, held, held.proposed_for, now, estimated=True))
    held.proposals = party_requests.ended(held.proposals, party_requests.GIVEN, at=now, answer=why.strip())
    held.at, held.confirmed_at, held.moves = held.proposed_for, now, held.moves + 1
    _answered(session, track, held, actor, now)
    days_off.settle(session, track, days_off.INTERVIEW_OFF, actor=actor, now=now)
    noting.of_case(session, track.case, "accept_time", actor, now, track=track.ref, at=held.at.isoformat())


def refuse(session: Session, track: CaseTrack, *, why: str, actor: Actor, version: int | None, now: datetime) -> None:
    """Keep the time as it is, with reasons that the respondent reads."""
    held = _answering(session, track, actor, version)
    if not why.strip():
        raise BadInput("why", _l("Give the reasons."))
    held.proposal_refused_because = why.strip()
    held.proposals = party_requests.ended(held.proposals, party_requests.REFUSED, at=now, answer=why.strip())
    _answered(session, track, held, actor, now)
    noting.of_case(session, track.case, "refuse_time_of_interview", actor, now, track=track.ref)


def forget(held: Interview, now: datetime) -> None:
    """Forget what was proposed: there is another summons, or a day that the association set."""
    held.proposals = party_requests.ended(held.proposals, party_requests.LAPSED, at=now)
    held.proposed_for = held.proposed_why = held.proposed_at = held.proposal_refused_because = None
    held.moves += 1


@TRACK.effect("S62")
def it_took_place(ask: Ask) -> None:
    """End a proposal that was overtaken: the respondent came all the same."""
    held = marking.ordered(ask.session, ask.it, INTERVIEW).interview
    if held is not None and held.proposed_at is not None:
        forget(held, ask.now)
    nobody_is_to_answer(ask)


@TRACK.effect("S65", "S66", "S72", "S75", "S78")
def nobody_is_to_answer(ask: Ask) -> None:
    """Close the tasks: a review, or an end out of turn, took the interview away."""
    tasks.settle(ask.session, ("track", ask.it.id), (TASK, policies.TELL), actor=ask.actor, now=ask.now)


def _answering(session: Session, track: CaseTrack, actor: Actor, version: int | None) -> Interview:
    if not may_hold(actor):
        raise NotAllowed
    same(track, version)
    held = marking.held(session, track)
    if held.proposed_at is None:
        raise NotNow(_l("No other time is proposed."))
    return held


def _answered(session: Session, track: CaseTrack, held: Interview, actor: Actor, now: datetime) -> None:
    held.proposed_for = held.proposed_why = held.proposed_at = None
    session.flush()
    tasks.settle(session, ("track", track.id), (TASK,), actor=actor, now=now)
    tell(session, track, "answered", key=f"interview_time:{held.id}:{now.isoformat()}", now=now)


def tell(session: Session, track: CaseTrack, event: str, *, key: str, now: datetime) -> None:
    """Tell the company which time counts; whom the portal does not reach, an officer tells by letter.

    One task is open, that of the latest time: a letter on one before it does not tell this one.
    """
    notifications.tell_party(session, track.party_id, event, key=key, now=now)
    if register.sends_on_paper(session, track.party_id):
        about = ("track", track.id, track.ref)
        tasks.settle(session, about[:2], (policies.TELL,), actor=SYSTEM, now=now)
        tasks.put(session, policies.TELL, about, role="officer", now=now, key=f"{policies.TELL}:{key}", urgent=True)
