"""What should have gone on by itself but did not: looked for every night, told the head of department, not changed."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import any_, select
from sqlalchemy.orm import Session, aliased

from casework import expiries, tasks
from casework.models import Complaint, Forwarding, Task
from casework.models_cases import CaseComplaint, CaseTrack
from casework.states import CARRYING_OUT, COMPLAINT, FORWARDING
from core.actors import SYSTEM
from core.clock import day_of
from core.machine import Ask
from core.words import _l
from notices.models import Service
from registry.models import Party
from registry.models_clocks import Clock, ClockState

tasks.KINDS["follows_ended"] = _l("The complaint that %(ref)s follows has ended and %(ref)s has not: part the two.")
tasks.KINDS["cases_over"] = _l("All cases of %(ref)s have ended and the complaint is still open: look why.")
tasks.KINDS["nobody_waits"] = _l("No company has to answer %(ref)s any more and it has not gone on: look why.")
tasks.KINDS["clock_stuck"] = _l("The time limit “%(clock)s” of %(ref)s has not begun though all was served: look why.")
tasks.KINDS["answer_gone"] = _l(
    "The company that was to answer is gone: pass the forwarding on to whoever goes on as it, or take it back, %(ref)s."
)
tasks.KINDS["order_gone"] = _l(
    "The company that was to carry out what was ordered is gone: pass the track on to whoever goes on as it, or close "
    "it because the measures can't be carried out, %(ref)s."
)
GONE = ("answer_gone", "order_gone")
"""What stands still because nobody is there to act."""
BY_ITSELF = ("follows_ended", "cases_over", "nobody_waits", "clock_stuck")
KINDS = (*BY_ITSELF, *GONE)
Found = tuple[str, tasks.Subject]
"""Kind of task, and what it is about."""


def look(session: Session, now: datetime) -> int:
    """Raise a task for each thing found, and close those of what has gone on since; once a day. Returns how many.

    What was ticked off but still stands is told again the next day.
    """
    found = [*_followers(session), *_escalated(session, now), *_forwarded(session), *_clocks(session), *_gone(session)]
    asked = select(Task).where(Task.key.regexp_match(f"^({'|'.join(KINDS)}):"), Task.done_at.is_(None))
    told = {(each.kind, each.subject_kind, each.subject_id): each.key for each in session.scalars(asked)}
    for kind, subject in found:
        if told.pop((kind, *subject[:2]), None) is None:
            key = f"{kind}:{subject[0]}:{subject[1]}:{day_of(now)}"
            tasks.put(session, kind, subject, role="head", now=now, key=key, urgent=True)
    for key in told.values():
        tasks.settle_one(session, key, actor=SYSTEM, now=now)
    return len(found)


def _followers(session: Session) -> Iterator[Found]:
    """Complaints merged into one that has ended: they should have ended with it (row C25)."""
    lead = aliased(Complaint)
    asked = select(Complaint.id, Complaint.ref).join(lead, Complaint.lead_id == lead.id)
    asked = asked.where(Complaint.state == "MERGED", lead.state.in_(COMPLAINT.ends))
    for number, ref in session.execute(asked.order_by(Complaint.id)):
        yield "follows_ended", ("complaint", number, ref)


def _escalated(session: Session, now: datetime) -> Iterator[Found]:
    """Escalated complaints whose last track has ended: they should have, unless an answer is awaited (row C22)."""
    tracks = select(CaseTrack.id).join(CaseComplaint, CaseComplaint.case_id == CaseTrack.case_id)
    mine = tracks.where(CaseComplaint.complaint_id == Complaint.id)
    asked = select(Complaint).where(Complaint.state == "ESCALATED", mine.exists())
    asked = asked.where(~mine.where(CaseTrack.ended_on.is_(None)).exists())
    for it in session.scalars(asked.order_by(Complaint.id)).all():
        if not COMPLAINT.refusals(Ask(session, it, SYSTEM, {}, now), "case_ended"):
            yield "cases_over", ("complaint", it.id, it.ref)


def _forwarded(session: Session) -> Iterator[Found]:
    """Forwarded complaints whose last forwarding has ended: they should have gone on (rows C08, C09)."""
    mine = select(Forwarding.id).where(Forwarding.complaint_id == Complaint.id)
    asked = select(Complaint.id, Complaint.ref).where(Complaint.state == "FORWARDED", mine.exists())
    asked = asked.where(~mine.where(Forwarding.state.not_in(FORWARDING.ends)).exists())
    for number, ref in session.execute(asked.order_by(Complaint.id)):
        yield "nobody_waits", ("complaint", number, ref)


def _gone(session: Session) -> Iterator[Found]:
    """Forwardings and orders of companies that are gone: their clock acts no more (`expiries.asks_nobody`)."""
    asked = select(Forwarding.id, Forwarding.ref).join(Forwarding.party)
    asked = asked.where(Forwarding.state.in_(("SENT", "OVERDUE")), Party.ceased_on.is_not(None))
    for number, ref in session.execute(asked.order_by(Forwarding.id)):
        yield "answer_gone", ("forwarding", number, ref)
    runs = select(Clock.id).where(Clock.subject_type == "track", Clock.subject_id == CaseTrack.id)
    runs = runs.where(Clock.key.in_(CARRYING_OUT), Clock.state != ClockState.ENDED)
    ordered = select(CaseTrack.id, CaseTrack.ref).join(CaseTrack.party).where(CaseTrack.state == "EXECUTING")
    for number, ref in session.execute(
        ordered.where(runs.exists(), Party.ceased_on.is_not(None)).order_by(CaseTrack.id)
    ):
        yield "order_gone", ("track", number, ref)


def _clocks(session: Session) -> Iterator[Found]:
    """Armed clocks, though every document they wait for has been served."""
    to_come = select(Service.id).where(Service.document_id == any_(Clock.awaits), Service.state != "SERVED")
    asked = select(Clock).where(Clock.state == ClockState.ARMED, ~to_come.exists())
    for clock in session.scalars(asked.order_by(Clock.id)).all():
        yield f"clock_stuck:{clock.key}", (clock.subject_type, clock.subject_id, expiries.ref_of(session, clock))
