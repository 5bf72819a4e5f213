"""What was in time though its end was acted on: posted before it (domain 4.3), or sent before a corrected last day."""

from dataclasses import replace

from sqlalchemy import select

from casework import tasks
from casework.models import Forwarding, LedgerEntry
from casework.states import ANSWERING
from core.actors import SYSTEM
from core.machine import Ask
from notices import queries as notices
from notices.states import SERVICE
from registry import clocks
from registry.clock_moves import newest

LATE_ANSWER = "V-P01"
TO_DECIDE = tuple(f"clock_early:{key}" for key in ANSWERING)
"""What the head is asked about the end of such a period, which a corrected calendar puts later."""


def after_all(ask: Ask) -> bool:
    """Whether an answer was sent in time, though the sweep has noted that none came."""
    it: Forwarding = ask.it
    if it.state != "OVERDUE":
        return False
    period = newest(ask.session, "K30" if it.round else "K03", ("forwarding", it.id))
    last = clocks.last_day(ask.session, period) if period is not None else None
    return last is not None and ask.on <= last


def strike(ask: Ask, code: str) -> None:
    """No breach stays noted, a reminder on its way ends, and officers are asked about a lead that came of it.

    Nothing is left for the head to put right.
    """
    it: Forwarding = ask.it
    noted = select(LedgerEntry).where(LedgerEntry.forwarding_id == it.id, LedgerEntry.code == code)
    if (entry := ask.session.scalar(noted.order_by(LedgerEntry.id.desc()).limit(1))) is not None:
        ask.facts.setdefault("journal", {})["struck"] = [entry.code, entry.on.isoformat()]
        ask.session.delete(entry)
    call_back(ask, "D07a")
    tasks.settle(ask.session, ("forwarding", it.id), TO_DECIDE, actor=ask.actor, now=ask.now)
    if it.gave_up and it.complaint.state == "ESCALATED":
        ask_officers(ask, ("complaint", it.complaint_id, it.complaint.ref))


def call_back(ask: Ask, kind: str, row: str = "") -> None:
    """What says that nothing came is made void if it is still on its way; of that kind, and made by that row only."""
    for service in notices.unserved(ask.session, ask.machine, ask.it.id, (kind,)):
        if row in {"", service.document.row}:
            follow = replace(ask, it=service, actor=SYSTEM, fired_by=ask, papers={}, row=None, facts={})
            SERVICE.try_out(follow, "void")


def ask_officers(ask: Ask, subject: tasks.Subject) -> None:
    """A lead was opened because it was missing: whether that goes on, people decide."""
    key = f"in_time_after_all:{subject[0]}:{subject[1]}:{ask.now.isoformat()}"
    tasks.put(ask.session, "in_time_after_all", subject, role="officer", now=ask.now, key=key)
