"""What follows when a clock ends, has no date, or moves: rows for those that have one, tasks and mails for the rest."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, corrected_ends, holds, messages, policies, tasks
from casework.models import Complaint, Forwarding, Task
from casework.showable import PASSED_ON
from casework.states import ANSWERING, CARRYING_OUT, CHECKED, REMINDER
from core import clock as time
from core.actors import SYSTEM
from core.machine import Ask, Machine
from core.registered import Registered
from notices import dossiers
from notices.models import Service
from registry import clock_moves, clocks, lineage, notifications, pointing, successions
from registry.clock_kinds import KINDS
from registry.clock_sweep import hold, sweep_time
from registry.models import Party
from registry.models_clocks import Clock, ClockState

FEEDBACK = "K05"
"""Its end closes the complaint, unless a check that was begun has not been decided."""
NO_MATTER = frozenset({"K04", "K07", "K09"})
"""Ends that take nothing from anybody: a late answer and a confirmation are still taken, a letter went a day early."""
DEEMED = frozenset({"K28", "K29"})
"""Ends that are services: what they begin counts from there."""
OWED = ((lineage.FORWARDED, "forwarding", ANSWERING), (PASSED_ON, "track", CARRYING_OUT))
"""Periods whose end counts against a company: on what they run, and how it is noted that this was passed on."""
TakeDown = Callable[[Session, int, datetime], None]
_take_downs = Registered[TakeDown]()
on_take_down = _take_downs.add
"""Register who takes down the notice of a withdrawn publication when K33 ends (publication's number, now)."""


def act(session: Session, clock: Clock) -> None:
    """Carry out what the ended clock's kind says, as of its last day (R13); a refusal leaves it to the next sweep.

    The thing it moves is locked first: whoever moved it last may have given it more time, or ended the clock.
    """
    now = sweep_time(session) or time.now()
    kind = KINDS[clock.key]
    thing = None if kind.alerts else _held(session, Machine.all[clock.subject_type], clock.subject_id)
    hold(session, clock)
    if kind.alerts:
        if not _serves_itself(session, clock):
            _alert(session, clock, "clock_ended", kind.alerts, now)
    elif kind.waives:
        _move(session, clock, thing, "window_closed", now, may_be_refused=True)
    elif kind.on_expiry == "taken down":
        for take_down in _take_downs:
            take_down(session, clock.subject_id, now)
    elif isinstance(thing, Complaint) and clock.key == FEEDBACK and policies.check_is_open(session, thing):
        complaints.dispute_stands(session, thing, day=clock.due_on, now=now)
    else:
        _move(session, clock, thing, kind.event, now)


def _serves_itself(session: Session, clock: Clock) -> bool:
    """Whether nobody has to serve it any more: it stands on its page, or in public, until K29 ends, far after K19."""
    return clock.key == "K19" and session.get_one(Service, clock.subject_id).state == "NOTICE_POSTED"


def _move(
    session: Session,
    clock: Clock,
    thing: Any,  # noqa: ANN401 - of some machine, held
    event: str,
    now: datetime,
    *,
    may_be_refused: bool = False,
) -> None:
    machine = Machine.all[clock.subject_type]
    if machine.row(thing.state, event) is None:
        return
    ask = Ask(session, thing, SYSTEM, {}, now, day=clock.due_on)
    if may_be_refused and machine.refusals(ask, event):
        return
    dossiers.move(ask, machine, event)


def _held(session: Session, machine: Machine, number: int) -> Any:  # noqa: ANN401 - a thing of some machine
    if machine.model is Forwarding:
        forwarding = session.get_one(Forwarding, number)
        holds.hold_forwarding(session, forwarding)
        return forwarding
    return session.get(machine.model, number, with_for_update=True) if machine.model is not None else None


def waits_for_a_decision(session: Session, clock: Clock) -> bool:
    """Whether K03 must not act yet, since a request for time waits; the head is told of it daily (row F08)."""
    if clock.key != "K03":
        return False
    forwarding = session.get_one(Forwarding, clock.subject_id, populate_existing=True)
    if not forwarding.time_waits:
        return False
    remind_of_waiting(session, "forwarding", forwarding.id, forwarding.ref)
    return True


def asks_nobody(session: Session, clock: Clock) -> bool:
    """Whether the company was gone by the last day: nothing is missed then, nor demanded (F08, F09, S39, S44)."""
    model: Any = next((Machine.all[kind].model for _place, kind, keys in OWED if clock.key in keys), None)
    if model is None or clock.due_on is None:
        return False
    gone: date | None = session.get_one(model, clock.subject_id).party.ceased_on
    return gone is not None and gone <= clock.due_on


@successions.on_handed
def begin_anew(session: Session, moved: pointing.Numbers, _word: str, now: datetime) -> None:
    """Whoever a matter is passed on to has the whole period, where it ended while nobody was there to act.

    So it is with a reminder that went out before anybody knew that the company was gone.
    """
    for place, kind, keys in OWED:
        for number in sorted(moved.get(place, [])):
            before = lineage.holders(session, place, number)
            gone = session.get_one(Party, before[-1]).ceased_on if before else None
            if gone is not None:
                _begin_anew(session, (kind, number), keys, gone, now)


def _begin_anew(
    session: Session, subject: clock_moves.Subject, keys: tuple[str, ...], gone: date, now: datetime
) -> None:
    today = time.day_of(now)
    for key in keys:
        clock = clock_moves.live(session, key, subject, lock=True)
        last = clock_moves.certain_end(clock)
        if last is not None and gone <= last < today:
            clocks.count_from(session, clock, today, SYSTEM, now)
    reminder = clock_moves.live(session, REMINDER, subject, lock=True)
    if reminder is not None and reminder.day0 is not None and gone <= reminder.day0:
        clocks.count_from(session, reminder, today, SYSTEM, now)


def remind_of_waiting(session: Session, kind: str, number: int, ref: str) -> None:
    """Tell the head, once a day, that a request for more time still waits after the last day: one task, of today."""
    now = sweep_time(session) or time.now()
    key = f"time_waits:{kind}:{number}:{time.day_of(now)}"
    earlier = select(Task.key).where(Task.kind == "time_waits", Task.subject_kind == kind, Task.subject_id == number)
    for before in session.scalars(earlier.where(Task.done_at.is_(None), Task.key != key)).all():
        tasks.settle_one(session, before, actor=SYSTEM, now=now)
    tasks.put(session, "time_waits", (kind, number, ref), role="head", now=now, key=key, urgent=True)


def alert(session: Session, clock: Clock, what: str) -> None:
    """Alert staff that a clock started without a date, or that its estimated end has passed."""
    if _serves_itself(session, clock):
        return
    _alert(session, clock, f"clock_{what}", "head", sweep_time(session) or clock.started_at or time.now())


def _alert(session: Session, clock: Clock, kind: str, role: str, now: datetime) -> None:
    subject = (clock.subject_type, clock.subject_id, ref_of(session, clock))
    tasks.put(
        session,
        f"{kind}:{clock.key}",
        subject,
        role=role,
        now=now,
        key=f"{kind}:{clock.id}",
        urgent=kind == "clock_ended",
    )


def expired_early(session: Session, clock: Clock, then: date, now: datetime) -> None:
    """Ask the head what follows: by the corrected calendar the clock had not ended yet when its end was acted on.

    Not where nothing can follow: what was late by either day, and what can still be done as if it had not ended.
    """
    if clock.key in DEEMED:
        _begins_later(session, clock, then, now)
        return
    if clock.key in NO_MATTER or (clock.key in ANSWERING and _late_by_either(session, clock, now)):
        return
    subject = (clock.subject_type, clock.subject_id, ref_of(session, clock))
    key = f"clock_early:{clock.id}:{then}"
    tasks.put(session, f"clock_early:{clock.key}", subject, role="head", now=now, key=key, urgent=True)


def _begins_later(session: Session, clock: Clock, then: date, now: datetime) -> None:
    """What still runs from a service that the calendar puts later counts from that later day, and is told anew."""
    letter = session.get_one(Service, clock.subject_id).document
    begun = select(Clock).where(Clock.subject_type == letter.subject_kind, Clock.subject_id == letter.subject_id)
    begun = begun.where(Clock.state == ClockState.RUNNING, Clock.armed_on.contains([letter.id]))
    for each in session.scalars(clock_moves.locked(begun.where(Clock.day0 == clock.due_on).order_by(Clock.id))).all():
        was = each.due_on
        clocks.count_from(session, each, then, SYSTEM, now)
        if each.due_on != was and was is not None:
            each.moved_from, each.moved_at = was, now
            moved(session, each, was)


def _late_by_either(session: Session, clock: Clock, now: datetime) -> bool:
    it = session.get_one(Forwarding, clock.subject_id)
    return corrected_ends.later(session, it, time.day_of(now)) is None


def overtaken(ask: Ask, key: str, subject: tuple[str, int]) -> None:
    """Close the alerts about a clock: what they asked for is done, or no longer anybody's."""
    kinds = tuple(f"clock_{what}:{key}" for what in ("ended", "undated", "estimate", "held", "came", "results"))
    tasks.settle(ask.session, subject, kinds, actor=ask.actor, now=ask.now)


def ref_of(session: Session, clock: Clock) -> str:
    """What people call the thing the clock runs on."""
    machine = Machine.all.get(clock.subject_type)
    thing = session.get(machine.model, clock.subject_id) if machine and machine.model else None
    return str(thing.ref) if thing is not None else f"{clock.subject_type} {clock.subject_id}"


def moved(session: Session, clock: Clock, was: date | None) -> None:
    """Tell whoever was told a date that it moved, or that it stays and is certain now; of one that is over, no more.

    What staff were told of the estimate is true no longer: it acts by itself, or they are told of its end.
    """
    if not clock.provisional and (was is None or clock.alerted_at is not None):
        subject, kinds = (clock.subject_type, clock.subject_id), ("estimate", "undated")
        about = tuple(f"clock_{each}:{clock.key}" for each in kinds)
        tasks.settle(session, subject, about, actor=SYSTEM, now=time.now())
    what = "certain" if was == clock.due_on else "moved"
    if what == "certain" and clock.due_on is not None and clock.due_on < time.today():
        return
    key = f"{what}:{clock.id}:{clock.due_on}"
    if what == "moved" and clock.moved_at is not None:
        key += f":{clock.moved_at.isoformat()}"  # a corrected calendar may bring it back to a day that was told before
    if clock.visible_complaint is not None:
        complaint = session.get_one(Complaint, clock.visible_complaint)
        messages.notify(session, complaint, key=key, what=what)
    if clock.visible_party is not None:
        notifications.tell_party(session, clock.visible_party, what, key=key, now=time.now())


def seen_on_complaint(_session: Session, number: int, key: str) -> tuple[int | None, int | None]:
    """Whether the complainant sees it: clocks of acceptance, additions, feedback, a disputed answer and progress."""
    return None, number if key in {"K01", "K02", "K05", "K06", "K07"} else None


def seen_on_forwarding(session: Session, number: int, key: str) -> tuple[int | None, int | None]:
    """Who sees a forwarding's clock: the respondent what it owes, the complainant both how long an answer takes."""
    found = session.get_one(Forwarding, number)
    return (
        found.party_id if key in {"K03", "K04", "K30"} else None,
        found.complaint_id if key in {*ANSWERING, CHECKED} else None,
    )
