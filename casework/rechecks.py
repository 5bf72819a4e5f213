"""A rejected or closed complaint is looked at once more: asked for by the person, decided by somebody new."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import erasure_requests, holds, noting, policies, tasks
from casework.complaints import speaking
from casework.models import Complaint, Settlement
from casework.states import COMPLAINT
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.words import _l
from notices import dossiers, serving
from registry import settings

ENDS = ("C04", "C05", "C06", "C10", "C12", "C13", "C19", "C20", "C22", "C25")


def ask_recheck(session: Session, complaint: Complaint, *, why: str, actor: Actor, now: datetime) -> None:
    """The person thinks that it was wrongly rejected or closed; the head has somebody new look at it."""
    holds.hold(session, complaint)
    if not (policies.is_own(actor, complaint) or policies.may_work(actor)):
        raise NotAllowed
    if not policies.may_ask_recheck(session, complaint, day_of(now)):
        raise NotNow(_l("This complaint can't be looked at again: a new complaint is possible."))
    if not why.strip():
        raise BadInput("why", _l("Say what was overlooked or decided wrongly."))
    person = speaking(actor, complaint)  # who asks for it has received the notice of the end (domain 6.2, 3)
    serving.answer(session, "complaint", complaint.id, actor=person, now=now, kinds=policies.NOTICES)
    complaint.recheck_asked_at, complaint.recheck_why = now, why.strip()
    session.flush()
    noting.of_complaint(session, complaint, "recheck.asked", actor, now)
    subject = ("complaint", complaint.id, complaint.ref)
    tasks.put(session, "recheck", subject, role="head", now=now)


def recheck(
    session: Session,
    complaint: Complaint,
    *,
    why: str,
    asked_on: object = None,
    own_error: bool = False,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Somebody new looks once more at what was rejected or closed (rows C29, C30)."""
    holds.hold(session, complaint, version)
    facts = {"why": why.strip(), "asked_on": asked_on, "own_error": own_error, "journal": {"why": why.strip()}}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "recheck")


@COMPLAINT.effect("C29", "C30")
def open_again(ask: Ask) -> None:
    """Open it again: nobody who ended it decides it anew, and there is no third look."""
    it: Complaint = ask.it
    erasure_requests.give_up(ask.session, it, actor=ask.actor, now=ask.now)
    tasks.settle(ask.session, ("complaint", it.id), ("recheck",), actor=ask.actor, now=ask.now)
    it.rechecked, it.decided_before_by = True, it.ended_by
    if it.officer_id is not None and it.officer_id == it.ended_by:
        it.officer_id = None
    for terms in ask.session.scalars(select(Settlement).where(Settlement.complaint_id == it.id)):
        if terms.complainant_at is not None:
            terms.complainant_at = terms.said_on = terms.said_how = None
        terms.confirmed = {}  # agreements ended with the complaint
    it.outcome = it.reason = it.reason_text = it.ended_at = it.ended_by = it.authority = it.recheck_days = None


@COMPLAINT.effect(*ENDS)
def copy_the_period(ask: Ask) -> None:
    """Keep how long the notice allows for asking again; a later change of the setting changes nothing."""
    ask.it.recheck_days = settings.days(ask.session, policies.RECHECK)
