"""Clocks: armed, started, stopped, paused, resumed and extended by moves; each explained. `clock_sweep` ends them."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotNow
from core.machine import Ask, on_clocks
from core.words import LazyString, _l
from registry import calendar
from registry.clock_hooks import (
    HOOKS,
)
from registry.clock_kinds import KINDS
from registry.clock_moves import (
    Subject,
    add,
    at_hand,
    begin,
    date_again,
    due_of,
    end,
    has_ended,
    live,
    locked,
    made,
    next_step,
    note,
)
from registry.clock_starts import STARTS
from registry.clock_sweep import is_expiring
from registry.counting import ONE_DAY, Days, Due, Step, StepKind, Unit, due, left
from registry.models_clocks import Clock, ClockEnd, ClockState

TO_OTHERS = frozenset({"K07", "K28", "K29"})
"""Their ends are services, and progress letters: what they begin counts from there, and may be over as well."""
MADE_LATER = timedelta(days=31)
"""Earlier corrections made a last day later by no more than this."""
WORDS: dict[StepKind, LazyString] = {
    StepKind.START: _l("Day of the event: not counted"),
    StepKind.COUNTED: _l("Counted"),
    StepKind.MAKE_UP: _l("Make-up workday: counted"),
    StepKind.WEEKEND: _l("Weekend: not counted"),
    StepKind.HOLIDAY: _l("Public holiday: not counted"),
    StepKind.PAUSED: _l("Paused: not counted"),
    StepKind.ROLL: _l("Moved on: the last day was no working day"),
    StepKind.MONTH: _l("Month counted"),
    StepKind.KEPT: _l("This date was notified: it does not move earlier"),
    StepKind.ENDED: _l("This was the last day when it ended: the calendar was changed only afterwards"),
    StepKind.UNKNOWN: _l("The calendar does not have this year yet"),
}
HOLIDAYS: dict[str, LazyString] = {
    "New Year's Day": _l("New Year's Day"),
    "Spring Festival": _l("Spring Festival"),
    "Tomb-sweeping Day": _l("Tomb-sweeping Day"),
    "Labour Day": _l("Labour Day"),
    "Dragon Boat Festival": _l("Dragon Boat Festival"),
    "Mid-autumn Festival": _l("Mid-autumn Festival"),
    "National Day": _l("National Day"),
    "Anti-Fascist 70th Day": _l("Victory Day, 70th anniversary"),
}


@dataclass(frozen=True)
class Row:
    """One line that answers how a date was computed."""

    day: date
    kind: StepKind
    counted: bool
    n: int
    words: LazyString
    holiday: LazyString | None
    confirmed: bool


def _alerted(key: str, clock: Clock | None) -> bool:
    """Whether staff may have been told: that it ended, that it has no date, or that its estimate has passed."""
    if clock is None:
        return KINDS[key].alerts is not None
    return clock.alerted_at is not None or clock.due_on is None


class Keeper:
    """What the tables of states ask of the clocks.

    A fact of the move may say more: `length` (an order's own), `lengths` (by key, as they were announced), `agreed` (by
    key, the length and unit to which whoever is concerned agreed), `again` (it starts anew after a failure), `to` (the
    total after an extension), `in_time` (the extension was asked before the end, which waited for it), `from_day`
    (another day 0 than the day of the event), `clocks` (the only keys to start, arm or extend).
    """

    def at_hand(self, ask: Ask, keys: Collection[str], subject: Subject) -> AbstractContextManager[None]:
        """Look once, with a lock, for all clocks that a row is about to move."""
        return at_hand(ask.session, keys, subject, fresh=ask.fresh)

    def start(self, ask: Ask, key: str, subject: Subject) -> Clock | None:
        """Count from the day of the event (R13)."""
        if not _concerned(ask, key):
            return None
        clock = made(ask, key, subject)
        begin(ask.session, clock, ask.facts.get("from_day") or ask.on, ask.now)
        return clock

    def arm(self, ask: Ask, key: str, subject: Subject, document_ids: Collection[int]) -> Clock | None:
        """Wait for the service of the documents, the last of them; if all are served already, start today (R12)."""
        if not _concerned(ask, key):
            return None
        if not document_ids:
            message = f"{key} on {subject[0]} {subject[1]} is armed without a document"
            raise LookupError(message)
        served = {number: HOOKS.served(ask.session, number) for number in document_ids}
        clock = made(ask, key, subject)
        clock.armed_on = list(served)
        clock.awaits = [number for number, on in served.items() if on is None]
        clock.served_on = max((on for on in served.values() if on is not None), default=None)
        if not clock.awaits:
            begin(ask.session, clock, ask.on, ask.now)
            return clock
        clock.state = ClockState.ARMED
        add(ask.session, clock)
        return clock

    def stop(self, ask: Ask, key: str, subject: Subject) -> None:
        """End it, armed, running or paused; stopping what does not exist does nothing."""
        clock = live(ask.session, key, subject, lock=True)
        if clock is not None:
            how = ClockEnd.EXPIRED if is_expiring(ask.session, clock) else ClockEnd.STOPPED
            end(ask.session, clock, how, ask.now)
        if _alerted(key, clock):
            for tell in HOOKS.overtaken:
                tell(ask, key, subject)

    def pause(self, ask: Ask, key: str, subject: Subject) -> None:
        """Hold a running clock and store the days left (R5); one that waits for its document waits on."""
        clock = live(ask.session, key, subject, lock=True)
        if clock is None or clock.state is not ClockState.RUNNING or clock.day0 is None:
            return
        if has_ended(clock, day_of(ask.now)):
            return  # it is over, though the sweep has not come to it yet
        known = calendar.days(ask.session)
        on = max(ask.on, clock.day0)
        clock.days_left = left(clock.day0, clock.length, clock.unit, known, on=on, pauses=clock.pauses)
        clock.paused_on = [*clock.paused_on, on]
        clock.state, clock.due_on, clock.provisional = ClockState.PAUSED, None, False
        ask.session.flush()

    def resume(self, ask: Ask, key: str, subject: Subject) -> None:
        """Count the days left from the next day (R5)."""
        clock = live(ask.session, key, subject, lock=True)
        if clock is None or clock.state is not ClockState.PAUSED:
            return
        clock.resumed_on = [*clock.resumed_on, max(ask.on, clock.paused_on[-1])]
        clock.state, clock.days_left = ClockState.RUNNING, None
        date_again(ask.session, clock)

    def extend(self, ask: Ask, key: str, subject: Subject) -> None:
        """One step longer, only before expiry, counted again from the original start (R6)."""
        clock = live(ask.session, key, subject, lock=True)
        if not _concerned(ask, key) or (clock is None and KINDS[key].if_ordered):
            return
        if clock is None or clock.day0 is None:
            raise NotNow(_l("This time limit is not running."))
        if has_ended(clock, day_of(ask.now)) and not ask.facts.get("in_time"):
            raise NotNow(_l("This time limit has already ended; it can only be extended before its end."))
        longest = next_step(clock)
        if longest is None:
            raise NotNow(_l("This time limit cannot be extended any further."))
        to = int(ask.facts.get("to") or longest)
        if not clock.length < to <= longest:
            said = (
                _l(
                    "The total must be more than %(now)s and at most %(longest)s working days.",
                    now=clock.length,
                    longest=longest,
                )
                if clock.unit is Unit.WD
                else _l(
                    "The total must be more than %(now)s and at most %(longest)s days.",
                    now=clock.length,
                    longest=longest,
                )
            )
            raise BadInput("to", said)
        clock.steps = [*clock.steps, to]
        if clock.days_left is not None:
            clock.days_left += to - clock.length
        clock.length = to
        if clock.state is ClockState.RUNNING:
            date_again(ask.session, clock)


keeper = Keeper()
on_clocks(keeper)


def of(session: Session, subject: Subject) -> Sequence[Clock]:
    """Every clock that the reader may see on the subject, oldest first."""
    mine = select(Clock).where(Clock.subject_type == subject[0], Clock.subject_id == subject[1])
    return session.scalars(mine.order_by(Clock.id)).all()


def _waiting(document_id: int) -> Select[Clock]:
    wanted = select(Clock).where(Clock.state == ClockState.ARMED, Clock.awaits.contains([document_id]))
    return wanted.order_by(Clock.id)


def waiting_for(session: Session, document_id: int) -> list[Clock]:
    """The clocks that wait for the service of this document."""
    return list(session.scalars(_waiting(document_id)))


def document_served(session: Session, document_id: int, day: date, now: datetime) -> list[Clock]:
    """Start the clocks that waited for this document; day 0 is the day of service, of the last if there are several."""
    started = []
    for clock in session.scalars(locked(_waiting(document_id))).all():
        clock.awaits = [number for number in clock.awaits if number != document_id]
        clock.served_on = max(clock.served_on or day, day)
        if not clock.awaits:
            begin(session, clock, clock.served_on, now)
            started.append(clock)
    session.flush()
    return started


def starting(session: Session, document_id: int, day: date) -> list[tuple[Clock, Due]]:
    """The clocks that the service of this document on that day starts, with their count; they wait for no other."""
    found = [each for each in waiting_for(session, document_id) if set(each.awaits) == {document_id}]
    return [(each, if_served(session, each, max(each.served_on or day, day))) for each in found]


def if_served(session: Session, clock: Clock, day: date) -> Due:
    """How an armed clock is counted where the last document that it waits for is served on that day."""
    return due(day, clock.length, clock.unit, calendar.days(session), rolls=KINDS[clock.key].rolls)


def if_started(session: Session, key: str, day: date) -> Due:
    """How a clock of this key is counted, with the terms of today, where it starts on that day."""
    terms = HOOKS.terms(session, key)
    return due(day, terms.length, terms.unit, calendar.days(session), rolls=KINDS[key].rolls)


def if_resumed(session: Session, clock: Clock, day: date) -> Due:
    """How a held clock is counted where it is resumed on that day (R5); held on its last day, it ends with this one."""
    pauses = [*clock.pauses, (clock.paused_on[-1], max(day, clock.paused_on[-1]))]
    return due_of(session, clock, pauses=pauses)


def printed_end(session: Session, clock: Clock, length: int) -> date | None:
    """The last day of that total length as a document may print it: none while it rests on an estimate (7.3)."""
    counted = due_of(session, clock, length)
    return None if counted.provisional else counted.due_on


def one(session: Session, number: int) -> Clock | None:
    """One clock, where the reader may see it."""
    return session.scalar(select(Clock).where(Clock.id == number))


def recompute(session: Session, clock: Clock, actor: Actor, now: datetime, *, by_notice: bool = False) -> bool:
    """Count again after the calendar changed; journal the move and have it told. True where the date moved.

    A notice that comes after the last day which it makes certain ends nobody's time unseen: nobody was reminded of an
    estimate, and what begins with that end (a deemed service, say) would be over as well.
    """
    if clock.state is ClockState.PAUSED and clock.day0 is not None:
        on, known = clock.paused_on[-1], calendar.days(session)
        clock.days_left = left(clock.day0, clock.length, clock.unit, known, on=on, pauses=clock.pauses)
        return False
    if clock.state is not ClockState.RUNNING:
        return False
    was, was_provisional = clock.due_on, clock.provisional
    date_again(session, clock)
    unseen = by_notice and was_provisional and not clock.provisional and _is_of_others(clock)
    if unseen and clock.due_on is not None and clock.due_on < day_of(now):
        clock.notified_due_on = day_of(now) + ONE_DAY
        date_again(session, clock)
    if (was, was_provisional) == (clock.due_on, clock.provisional):
        return False
    if was is not None and was != clock.due_on:
        clock.moved_from, clock.moved_at = was, now
        session.flush()
    told = {"due_on": [str(was), str(clock.due_on)], "provisional": [was_provisional, clock.provisional]}
    note(session, clock, "counted", actor, now, (clock.state.value, clock.state.value), told)
    if was != clock.due_on or not clock.provisional:
        for tell in HOOKS.moves:
            tell(session, clock, was)
    return was != clock.due_on


def count_from(
    session: Session,
    clock: Clock | None,
    day: date,
    actor: Actor,
    now: datetime,
    *,
    terms: tuple[int, Unit] | None = None,
) -> None:
    """Count what runs from a later day than the one on which it began: what begins it has only happened then.

    Nobody is told that it moved, as by a calendar: who waits for it hears of what begins it, and of nothing before.
    `terms` are the length and unit that hold for whoever it concerns from then on.
    """
    if clock is None or clock.state is not ClockState.RUNNING or clock.day0 is None:
        return
    terms = terms or (clock.length, clock.unit)
    if day <= clock.day0 and terms == (clock.length, clock.unit):
        return
    was, clock.day0 = clock.due_on, max(day, clock.day0)
    clock.length, clock.unit = terms
    date_again(session, clock)
    told = {"day0": clock.day0.isoformat(), "due_on": [str(was), str(clock.due_on)]}
    note(session, clock, "counted", actor, now, (clock.state.value, clock.state.value), told)


def begun_on(session: Session, clock: Clock, day: date, actor: Actor, now: datetime) -> None:
    """Count from the day on which it really began, earlier or later than was noted by mistake.

    Where it has run out, it runs again: its end rested on the mistake. What was told does not move earlier (I-10).
    """
    session.refresh(clock, with_for_update=True)
    if clock.how is ClockEnd.EXPIRED:
        clock.state, clock.how, clock.ended_at = ClockState.RUNNING, None, None
    if clock.state is not ClockState.RUNNING:
        return
    was, clock.day0, clock.alerted_at = clock.due_on, day, None
    date_again(session, clock)
    told = {"day0": day.isoformat(), "due_on": [str(was), str(clock.due_on)]}
    note(session, clock, "counted", actor, now, (clock.state.value, clock.state.value), told)


@calendar.on_change
def recompute_touching(
    session: Session, first: date, last: date, actor: Actor, now: datetime, by_notice: bool
) -> list[int]:
    """Count again every clock whose count passes one of these days; the ids of those that moved."""
    touching = select(Clock).where(Clock.state.in_([ClockState.RUNNING, ClockState.PAUSED]), Clock.day0 <= last)
    touching = touching.where((Clock.due_on >= first) | Clock.due_on.is_(None)).order_by(Clock.id)
    found = session.scalars(locked(touching)).all()
    return [clock.id for clock in found if recompute(session, clock, actor, now, by_notice=by_notice)]


def _is_of_others(clock: Clock) -> bool:
    """Whether its end acts on a company or a complainant: for what they did not do, or as a letter to them."""
    return KINDS[clock.key].owner in {"respondent", "complainant"} or clock.key in TO_OTHERS


def expired_early(session: Session, changes: Sequence[calendar.Change]) -> list[tuple[Clock, date]]:
    """What expired and would not have on that day with these days changed, each with its later last day.

    Its last day may have been made later before: what these days change is how the calendar had it until now.
    """
    longer = [each.day for each in changes if not each.becomes]
    if not longer:
        return []
    now, before = calendar.Changed(session, changes), calendar.Changed(session, [each.undone for each in changes])
    ended = select(Clock).where(Clock.how == ClockEnd.EXPIRED, Clock.day0 < max(longer))
    found = []
    for clock in session.scalars(ended.where(Clock.due_on >= min(longer) - MADE_LATER).order_by(Clock.id)):
        if clock.day0 is None or clock.due_on is None or KINDS[clock.key].alerts:
            continue  # what only told somebody has done nothing that could be made good
        then, was = (_last_day(clock, known) for known in (now, before))
        if then is not None and then > max(clock.due_on, was or clock.due_on):
            found.append((clock, then))
    return found


def last_day(session: Session, clock: Clock) -> date | None:
    """The last day of a clock by the calendar of today: never before the one that was told, or acted on."""
    then = _last_day(clock, calendar.days(session)) if clock.day0 is not None else None
    return max(then, clock.due_on) if then is not None and clock.due_on is not None else clock.due_on


def put_right(session: Session, clock: Clock, last: date, actor: Actor, now: datetime, changes: dict[str, Any]) -> None:
    """Let a clock that ended end later, by a corrected calendar: what was told moves, and is told anew."""
    was, clock.due_on = clock.due_on, last
    if clock.notified_due_on is not None:
        clock.notified_due_on = last
    clock.moved_from, clock.moved_at = was, now
    session.flush()
    states = (clock.state.value, clock.state.value)
    note(session, clock, "counted", actor, now, states, {"due_on": [str(was), str(last)], **changes})
    for tell in HOOKS.moves:
        tell(session, clock, was)


def _last_day(clock: Clock, known: Days) -> date | None:
    assert clock.day0 is not None  # noqa: S101 - asked before
    rolls = KINDS[clock.key].rolls
    return due(clock.day0, clock.length, clock.unit, known, pauses=clock.pauses, rolls=rolls).due_on


@calendar.on_correction
def tell_expired_early(session: Session, changes: Sequence[calendar.Change], now: datetime) -> list[int]:
    """Tell what registered of clocks that expired too early: they stay expired, and only people can make that good."""
    found = expired_early(session, changes)
    for clock, then in found:
        for tell in HOOKS.earlies:
            tell(session, clock, then, now)
    return [clock.id for clock, _then in found]


def explain(session: Session, clock: Clock, event: LazyString | None = None) -> list[Row]:
    """How the date was computed, day by day, from this event if it is known; of a paused clock as far as it ran."""
    if clock.day0 is None:
        return []
    begun = _l("%(event)s: not counted", event=event or STARTS[clock.key])
    counted = [_row(step) for step in _as_it_ended(clock, due_of(session, clock))]
    rows = [replace(row, words=begun) if row.kind is StepKind.START else row for row in counted]
    if len(clock.paused_on) > len(clock.resumed_on):  # held now, or when it ended
        return [row for row in rows if row.day <= clock.paused_on[-1]]
    return rows


def _as_it_ended(clock: Clock, counted: Due) -> Sequence[Step]:
    """The explanation of a clock that has ended: it keeps its last day, whatever the calendar says since."""
    if clock.state is not ClockState.ENDED or clock.due_on in {None, counted.due_on}:
        return counted.rows
    assert clock.due_on is not None  # noqa: S101 - asked before
    return [*counted.rows, Step(clock.due_on, StepKind.ENDED, counted=False, n=counted.rows[-1].n)]


def rows_of(counted: Due) -> list[Row]:
    """The explanation of a count that is no clock."""
    return [_row(step) for step in counted.rows]


def _row(step: Step) -> Row:
    holiday = HOLIDAYS.get(step.name) if step.name else None
    return Row(step.day, step.kind, step.counted, step.n, WORDS[step.kind], holiday, step.confirmed)


def _concerned(ask: Ask, key: str) -> bool:
    only: Collection[str] | None = ask.facts.get("clocks")
    return only is None or key in only


__all__ = [
    "Row",
    "begun_on",
    "count_from",
    "document_served",
    "explain",
    "if_resumed",
    "if_served",
    "keeper",
    "last_day",
    "live",
    "of",
    "one",
    "printed_end",
    "put_right",
    "recompute",
    "rows_of",
    "starting",
    "waiting_for",
]
