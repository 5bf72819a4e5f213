"""A rejected or closed complaint is looked at once more: asked for by the person, decided by somebody new."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import erasure_requests, holds, messages, noting, policies, tasks
from casework.complaints import speaking
from casework.documents import lang_of
from casework.models import Complaint, Settlement
from casework.phrases import phrase
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


def may_refuse(session: Session, complaint: Complaint, actor: Actor) -> bool:
    """Whether somebody may refuse it: a head who took no part in it, as whoever grants it."""
    return actor.has("head") and actor.id not in policies.took_part(session, complaint)


def refuse(
    session: Session, complaint: Complaint, *, why: str, actor: Actor, version: int | None = None, now: datetime
) -> None:
    """It stays as it was decided; whoever asked reads why. An error of ours found later is still put right (C29)."""
    holds.hold(session, complaint, version)
    if not actor.has("head"):
        raise NotAllowed
    if not policies.recheck_waits(complaint):
        raise NotNow(_l("Nobody asks any more that it is looked at again, or that was decided."))
    if not may_refuse(session, complaint, actor):
        raise NotAllowed(_l("Somebody who took no part in it must decide."))
    if not why.strip():
        raise BadInput("why", _l("Give the reason."))
    complaint.recheck_decided_at, complaint.recheck_refused_why = now, why.strip()
    session.flush()
    tasks.settle(session, ("complaint", complaint.id), ("recheck",), actor=actor, now=now)
    noting.of_complaint(session, complaint, "recheck.refused", actor, now)
    _tell(session, complaint, "refused", actor, now, why=why.strip())


def _tell(session: Session, complaint: Complaint, what: str, actor: Actor, now: datetime, **said: str) -> None:
    """A message to its person, who reads it where the complaint is followed."""
    if complaint.can_be_written_to:
        messages.write(session, complaint, phrase(f"recheck.{what}", lang_of(complaint), **said), actor=actor, now=now)


@COMPLAINT.effect("C29", "C30")
def open_again(ask: Ask) -> None:
    """Open it again: nobody who ended it decides it anew, and there is no third look."""
    it: Complaint = ask.it
    erasure_requests.give_up(ask.session, it, actor=ask.actor, now=ask.now)
    tasks.settle(ask.session, ("complaint", it.id), ("recheck",), actor=ask.actor, now=ask.now)
    _tell(ask.session, it, "granted", ask.actor, ask.now)
    it.rechecked, it.recheck_decided_at, it.decided_before_by = True, ask.now, it.ended_by
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
