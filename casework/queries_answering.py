"""Until when an answer to a forwarding is in time by the calendar of today, whatever its period was acted on as."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Forwarding
from casework.states import ANSWERING, FORWARDING
from registry import clock_moves, clocks
from registry.models_clocks import Clock, ClockEnd


def still(session: Session, it: Forwarding, today: date) -> date | None:
    """The day until which an answer is in time, by the calendar of today, though the end of its period was acted on."""
    period = period_of(session, it) if it.state == "OVERDUE" else None
    last = clocks.last_day(session, period) if period is not None else None
    return last if last is not None and today <= last else None


def in_time(session: Session, complaints: Collection[int], today: date) -> dict[int, dict[int, date]]:
    """By complaint, that day of its forwardings which have one: none is without an answer in time yet."""
    if not complaints:
        return {}
    asked = select(Forwarding.complaint_id, Clock).join(Clock, Clock.subject_id == Forwarding.id)
    asked = asked.where(Forwarding.complaint_id.in_(complaints), Forwarding.state == "OVERDUE")
    asked = asked.where(Clock.subject_type == FORWARDING.name, Clock.key.in_(ANSWERING)).order_by(Clock.id)
    newest = {period.subject_id: (number, period) for number, period in session.execute(asked)}
    found: dict[int, dict[int, date]] = {}
    for forwarding, (number, period) in newest.items():
        last = clocks.last_day(session, period) if period.how is ClockEnd.EXPIRED else None
        if last is not None and today <= last:
            found.setdefault(number, {})[forwarding] = last
    return found


def period_of(session: Session, it: Forwarding) -> Clock | None:
    """The period for an answer of this round, where its end was acted on."""
    period = clock_moves.newest(session, ANSWERING[bool(it.round)], ("forwarding", it.id))
    return period if period is not None and period.how is ClockEnd.EXPIRED else None
