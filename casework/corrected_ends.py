"""A period for an answer that ends later by a corrected calendar than it was acted on: the head puts its day right."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import holds, posted_in_time, tasks
from casework.models import Answer, Forwarding, LedgerEntry
from casework.policies_impartial import no_part_in_complaint
from casework.queries_answering import period_of
from casework.states import FORWARDING, REMINDER
from core.actors import Actor
from core.clock import day_of
from core.errors import NotAllowed, NotNow, Refused, raise_first
from core.machine import Ask
from core.words import _l
from registry import clock_moves, clocks
from registry.counting import ONE_DAY


def later(session: Session, it: Forwarding, today: date) -> date | None:
    """The last day by the corrected calendar, where it changes something: it is still to come, or was answered by."""
    period = period_of(session, it) if it.state == "OVERDUE" or _answered_by(it, date.max) is not None else None
    last = clocks.last_day(session, period) if period is not None else None
    if period is None or last is None or period.due_on is None or last <= period.due_on:
        return None
    waits = it.state == "OVERDUE" and today <= last
    return last if waits or _answered_by(it, last) is not None else None  # else it was missed by either day


def _answered_by(it: Forwarding, last: date) -> Answer | None:
    """The answer of this round that was marked late and was given by that day."""
    given = [each for each in it.answers if each.round == it.round and not each.timely]
    return next((each for each in given if (each.came_on or day_of(each.submitted_at)) <= last), None)


def refusals(session: Session, it: Forwarding, actor: Actor, today: date) -> Iterator[Refused]:
    """Why this person does not put the last day right."""
    if not actor.has("head"):
        yield NotAllowed()
    yield from no_part_in_complaint(session, actor, it.complaint_id, today)
    if later(session, it, today) is None:
        yield NotNow(_l("By the calendar of today this period ends no later than it was acted on."))


def put_right(session: Session, it: Forwarding, *, actor: Actor, version: int | None, now: datetime) -> date:
    """Let the period end on the day of the corrected calendar: what was given by then is in time, and no breach.

    The reminder runs from that day (R13); where nothing came yet, the breach is noted for the day after it.
    """
    holds.hold_forwarding(session, it, version)
    raise_first(refusals(session, it, actor, day_of(now)))
    period, last = period_of(session, it), later(session, it, day_of(now))
    assert period is not None  # noqa: S101 - asked by the refusals
    assert last is not None  # noqa: S101
    ask = Ask(session, it, actor, {}, now, machine=FORWARDING.name)
    if (given := _answered_by(it, last)) is not None:
        given.timely = True
        posted_in_time.strike(ask, posted_in_time.LATE_ANSWER)
    else:
        noted = select(LedgerEntry).where(LedgerEntry.forwarding_id == it.id)
        noted = noted.where(LedgerEntry.code == posted_in_time.LATE_ANSWER).order_by(LedgerEntry.id.desc()).limit(1)
        if (entry := session.scalar(noted)) is not None:
            entry.on = last + ONE_DAY
        posted_in_time.call_back(ask, "D07a")
    reminder = clock_moves.live(session, REMINDER, ("forwarding", it.id), lock=True)
    clocks.count_from(session, reminder, last, actor, now)
    clocks.put_right(session, period, last, actor, now, ask.facts.get("journal", {}))
    tasks.settle(session, ("forwarding", it.id), posted_in_time.TO_DECIDE, actor=actor, now=now)
    return last
