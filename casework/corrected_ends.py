"""A period for an answer that ends later by a corrected calendar than it was acted on: the head puts its day right."""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import holds, posted_in_time, tasks
from casework.models import Answer, Forwarding, LedgerEntry
from casework.policies_impartial import no_part_in_complaint
from casework.states import ANSWERING, FORWARDING, REMINDER
from core.actors import Actor
from core.clock import day_of
from core.errors import NotAllowed, NotNow, Refused, raise_first
from core.machine import Ask
from core.words import _l
from registry import clock_moves, clocks
from registry.counting import ONE_DAY
from registry.models_clocks import Clock, ClockEnd


def later(session: Session, it: Forwarding, today: date) -> date | None:
    """The last day by the corrected calendar, where it changes something: it is still to come, or was answered by."""
    period = _period(session, it) if it.state == "OVERDUE" or _answered_by(it, date.max) is not None else None
    last = clocks.last_day(session, period) if period is not None else None
    if period is None or last is None or period.due_on is None or last <= period.due_on:
        return None
    waits = it.state == "OVERDUE" and today <= last
    return last if waits or _answered_by(it, last) is not None else None  # else it was missed by either day


def still(session: Session, it: Forwarding, today: date) -> date | None:
    """The day until which an answer is in time, by the calendar of today, though the end of its period was acted on."""
    period = _period(session, it) if it.state == "OVERDUE" else None
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


def _period(session: Session, it: Forwarding) -> Clock | None:
    period = clock_moves.newest(session, ANSWERING[bool(it.round)], ("forwarding", it.id))
    return period if period is not None and period.how is ClockEnd.EXPIRED else None


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
    period, last = _period(session, it), later(session, it, day_of(now))
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
