"""What changes on a clock, below the verbs: made, begun, dated, ended; and how it is found."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from core import journal
from core.actors import Actor
from core.at_hand import Brought, noted
from core.machine import Ask
from registry import calendar
from registry.clock_hooks import HOOKS, Audience, Terms
from registry.clock_kinds import KINDS, Kind
from registry.counting import Count, Due, Pause, Step, StepKind, Unit, due
from registry.models_clocks import Clock, ClockEnd, ClockState

Subject = tuple[str, int]
AT_HAND = "clocks at hand"
"""Under this name the session holds, while a row moves its clocks, what it found of them at once."""
DATED = "clocks dated"
"""Under this name the sweep has listed which clocks got a date while it acts."""
BROUGHT = "clocks"
"""Under this name stand, by subject, all clocks that were brought and have not ended, locked; new ones join them."""


@dataclass
class AtHand:
    """The clocks of a subject that were looked for, locked."""

    subject: Subject
    keys: set[str]
    clocks: dict[str, Clock]


@contextmanager
def at_hand(session: Session, keys: Collection[str], subject: Subject, *, fresh: bool = False) -> Iterator[None]:
    """Meanwhile `live` knows the clocks of these keys on the subject without looking again; a fresh one has none."""
    if fresh:
        _brought(session).setdefault(subject, [])
    clocks = () if fresh else _found(session, keys, subject)
    before = session.info.get(AT_HAND)
    session.info[AT_HAND] = AtHand(subject, set(keys), {clock.key: clock for clock in clocks})
    try:
        yield
    finally:
        session.info[AT_HAND] = before


def _brought(session: Session) -> dict[Subject, list[Clock]]:
    return noted(session, BROUGHT, {})


def _found(session: Session, keys: Collection[str], subject: Subject) -> Sequence[Clock]:
    brought = _brought(session).get(subject)
    if brought is not None:
        return [clock for clock in brought if clock.key in keys and clock.state is not ClockState.ENDED]
    found = select(Clock).where(Clock.key.in_(keys), Clock.subject_type == subject[0], Clock.subject_id == subject[1])
    return session.scalars(locked(found.where(Clock.state != ClockState.ENDED).order_by(Clock.id))).all()


def bring(here: Brought, subjects: Collection[Subject]) -> None:
    """Lock all clocks on these subjects that have not ended; whoever moves them then looks no further."""
    brought = _brought(here.session)
    new = sorted(set(subjects) - brought.keys())
    brought.update({subject: [] for subject in new})
    kinds = {kind: [number for each, number in new if each == kind] for kind, _number in new}
    mine = [and_(Clock.subject_type == kind, Clock.subject_id.in_(numbers)) for kind, numbers in kinds.items()]
    if mine:
        not_ended = select(Clock).where(or_(*mine), Clock.state != ClockState.ENDED).order_by(Clock.id)
        for clock in here.hold(locked(not_ended)):
            brought[clock.subject].append(clock)


def live(session: Session, key: str, subject: Subject, *, lock: bool = False) -> Clock | None:
    """The one clock of that key on the subject that has not ended."""
    held: AtHand | None = session.info.get(AT_HAND) if lock else None
    if held is not None and held.subject == subject and key in held.keys:
        known = held.clocks.get(key)
        return known if known is not None and known.state is not ClockState.ENDED else None
    if lock or subject in _brought(session):
        return next(iter(_found(session, (key,), subject)), None)
    found = select(Clock).where(Clock.key == key, Clock.subject_type == subject[0], Clock.subject_id == subject[1])
    return session.scalar(found.where(Clock.state != ClockState.ENDED))


def live_of(session: Session, key: str, subjects: Collection[Subject]) -> dict[Subject, Clock]:
    """The same of several subjects, asked at once."""
    mine = tuple_(Clock.subject_type, Clock.subject_id).in_([*subjects])
    found = session.scalars(select(Clock).where(Clock.key == key, mine, Clock.state != ClockState.ENDED))
    return {(each.subject_type, each.subject_id): each for each in found}


def newest(session: Session, key: str, subject: Subject) -> Clock | None:
    """The last clock of that key on the subject, ended or not."""
    found = select(Clock).where(Clock.key == key, Clock.subject_type == subject[0], Clock.subject_id == subject[1])
    return session.scalar(found.order_by(Clock.id.desc()).limit(1))


def locked(found: Select[Clock]) -> Select[Clock]:
    """The same clocks, read anew and locked until the transaction ends."""
    return found.with_for_update().execution_options(populate_existing=True)


def certain_end(clock: Clock | None) -> date | None:
    """The confirmed last day of a running clock, by which alone an act can be late; None while it is an estimate."""
    certain = clock is not None and clock.state is ClockState.RUNNING and not clock.provisional
    return clock.due_on if clock is not None and certain else None


def has_ended(clock: Clock, today: date) -> bool:
    """Its expiry was acted on, or its confirmed last day has passed; never while provisional (6.2, rule 4)."""
    if clock.state is ClockState.ENDED:
        return True
    last = certain_end(clock)
    return last is not None and last < today


def made(ask: Ask, key: str, subject: Subject) -> Clock:
    """A new clock with the terms of today (R10); one of the same key that still lives gives way to it."""
    former = live(ask.session, key, subject, lock=True)
    if former is not None:
        end(ask.session, former, ClockEnd.REPLACED, ask.now)
    held: AtHand | None = ask.session.info.get(AT_HAND)
    if held is not None and held.subject == subject:
        held.keys.discard(key)  # the new one is looked for like any other
    ask.session.flush()  # what ended is written before what takes its place
    kind, terms = KINDS[key], HOOKS.terms(ask.session, key)
    length, unit = ask.facts.get("agreed", {}).get(key) or (_length(ask, kind, terms), terms.unit)
    party, complaint = _audience(ask, kind, subject)
    return Clock(
        key=key,
        subject_type=subject[0],
        subject_id=subject[1],
        armed_on=[],
        awaits=[],
        length=length,
        unit=unit,
        basis=terms.basis,
        extend_to=list(terms.extend_to),
        steps=[],
        paused_on=[],
        resumed_on=[],
        provisional=False,
        visible_party=party,
        visible_complaint=complaint,
        created_at=ask.now,
    )


def begin(session: Session, clock: Clock, day0: date, now: datetime) -> None:
    """Let it run from its day 0; without a calendar for the end it runs without a date, and staff are told."""
    clock.state, clock.day0, clock.started_at = ClockState.RUNNING, day0, now
    date_again(session, clock)
    add(session, clock)
    if clock.due_on is None:
        for tell in HOOKS.alerts:
            tell(session, clock, "undated")


def add(session: Session, clock: Clock) -> None:
    """Add a new clock to its subject, or let an armed one begin."""
    session.add(clock)
    session.flush()
    brought = _brought(session).get(clock.subject)
    if brought is not None and clock not in brought:
        brought.append(clock)


def date_again(session: Session, clock: Clock) -> None:
    """Count its last day, and note the date as told: whoever sees it relies on it, even if it is an estimate (I-10)."""
    with session.no_autoflush:  # a state and its dates are written together, or the table refuses
        counted = due_of(session, clock)
    clock.due_on, clock.provisional = counted.due_on, counted.provisional
    seen = clock.visible_party is not None or clock.visible_complaint is not None
    if seen and clock.due_on is not None:
        clock.notified_due_on = clock.due_on
    session.info.get(DATED, []).append(clock)
    session.flush()


def due_of(session: Session, clock: Clock, length: int | None = None, *, pauses: Sequence[Pause] | None = None) -> Due:
    """The count of a clock that has a day 0, pauses left out; a day that was told stays where it is, or moves later.

    Another length says how it would be counted with that total, other pauses how with those.
    """
    assert clock.day0 is not None  # noqa: S101 - a CHECK of the table
    days, rolls = calendar.days(session), KINDS[clock.key].rolls
    held = clock.pauses if pauses is None else pauses
    counted = due(clock.day0, length or clock.length, clock.unit, days, pauses=held, rolls=rolls)
    told = clock.notified_due_on
    if told is None or counted.due_on is None or counted.due_on >= told:
        return counted
    rows = (*counted.rows, Step(told, StepKind.KEPT, counted=False, n=counted.rows[-1].n))
    if clock.unit is Unit.MONTH or not rolls:
        return Due(told, counted.provisional, rows)
    then = Count(told, Unit.CD, days).end()  # the day that was told may have become a day of rest
    rolled = tuple(step._replace(n=rows[-1].n) for step in then.rows[1:])
    return Due(then.due_on or told, counted.provisional or then.provisional, (*rows, *rolled))


def end(session: Session, clock: Clock, how: ClockEnd, now: datetime) -> None:
    """End the clock."""
    clock.state, clock.how, clock.ended_at = ClockState.ENDED, how, now
    clock.awaits, clock.days_left = [], None
    if session.info.get(AT_HAND) is None:
        session.flush()


def note(
    session: Session,
    clock: Clock,
    what: str,
    actor: Actor,
    now: datetime,
    states: tuple[str, str],
    changes: dict[str, Any],
) -> None:
    """Journal, on the clock's subject, what no row of a state machine says."""
    journal.write(
        session,
        subject=(clock.subject_type, clock.subject_id),
        row=f"{clock.key}.{what}",
        ref=f"{clock.subject_type} {clock.subject_id}",
        actor=actor,
        now=now,
        states=states,
        changes={"clock": clock.id, **changes},
    )


def _length(ask: Ask, kind: Kind, terms: Terms) -> int:
    """An order's own is within what was laid down when it was proposed: what was decided is carried out as it is."""
    if ask.facts.get("again") and terms.again:
        return terms.again
    announced: int | None = ask.facts.get("lengths", {}).get(kind.id)
    if announced is not None:
        return announced
    ordered = ask.facts.get("length") if kind.between else None
    return terms.length if ordered is None else int(ordered)


def _audience(ask: Ask, kind: Kind, subject: Subject) -> Audience:
    """Who was registered for such a subject says it; else whoever owes the act, by the thing's own references."""
    known = HOOKS.audiences.get(subject[0])
    if known is not None:
        return known(ask.session, subject[1], kind.id)
    if kind.owner == "respondent":
        return getattr(ask.it, "party_id", None), None
    if kind.owner == "complainant":
        return None, ask.it.id if subject[0] == "complaint" else getattr(ask.it, "complaint_id", None)
    return None, None


def next_step(clock: Clock) -> int | None:
    """The longest total that a clock may be extended to now, if it may be."""
    return next((step for step in clock.extend_to[len(clock.steps) :] if step > clock.length), None)
