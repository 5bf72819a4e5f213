"""What nobody has opened: on which day it counts as served all the same, and how long its periods then run."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.clock import today
from core.plainly import day
from core.words import _
from notices.models import Document, Service
from notices.states import ON_PAPER, UNSERVED
from registry import clocks
from registry.clock_moves import certain_end, has_ended, newest
from registry.models_clocks import Clock, ClockState

BY_ITSELF = ("K28", "K29")
"""Periods whose end is a service: after an alert (V07), after a public notice (V16)."""
TO_SERVE = "K19"
"""The period within which a document is to be served."""
NOT_OUT = ("ISSUED", "FAILED", "AVAILABLE")
"""It is being made, or no alert of it has left: nothing counts yet from which it would be served by itself."""
ELSEWHERE = {"D07a": "K04"}
"""Letters that give time from another day than that of their service, and which."""
RUNS = Clock.state == ClockState.RUNNING


@dataclass(frozen=True)
class Latest:
    """If nobody opens it before: the day of its service, and the first and last day of the period that waits for it.

    A last day that rests on an estimate is left out, and so is one if nothing waits for the document.
    """

    served_on: date
    until: date | None = None
    counts: bool = False
    """Whether a period waits for it."""

    @property
    def begins_on(self) -> date:
        """The first day that counts."""
        return self.served_on + timedelta(days=1)


def served_at_latest(session: Session, party_id: int | None, complaint_id: int | None = None) -> dict[int, date]:
    """For each document that waits for this company, the day on which it counts as served, if that is certain.

    Without a company, for the letters to the complainant of a complaint.
    """
    mine = and_(Clock.subject_type == "service", Clock.subject_id == Service.id, Clock.key.in_(BY_ITSELF))
    found = select(Service.document_id, Clock).join(Clock, mine)
    found = found.where(Service.party_id == party_id)
    if party_id is None:
        found = found.where(Service.complaint_id == complaint_id)
    found = found.where(Clock.state == ClockState.RUNNING).order_by(Clock.id)
    return _certain((number, clock) for number, clock in session.execute(found))


def awaited_by(session: Session, waiting: Collection[Clock]) -> dict[int, date]:
    """The same for documents that these periods wait for, from rows that a page has loaded."""
    services = _awaited(session, waiting)
    return _by_itself(services, _of_services(session, services))


def told_to_staff(session: Session, waiting: Collection[Clock]) -> dict[int, str]:
    """Of these periods, by number: from when one runs if nobody opens its document; before, how far that is."""
    services = _awaited(session, waiting)
    running = _of_services(session, services)
    told = {number: sentence(it) for number, it in latest(session, waiting, _by_itself(services, running)).items()}
    by = {clock.subject_id: clock.due_on for clock in running if clock.key == TO_SERVE}
    for each in waiting:
        mine = (it for it in services if it.document_id in each.awaits and it.party_id == each.visible_party)
        words = [on_its_way for it in mine if (on_its_way := _on_its_way(it, by.get(it.id)))]
        if each.id not in told and words:
            told[each.id] = words[-1]
    return told


def _on_its_way(service: Service, serve_by: date | None) -> str:
    if service.state == "POSTED" and service.posted_on is not None:
        return str(_("Its document was posted on %(day)s.", day=day(service.posted_on, "long")))
    if service.state in ON_PAPER and serve_by is not None:
        return str(_("Its document goes on paper, and is to be served by %(day)s.", day=day(serve_by, "long")))
    if service.state in NOT_OUT and serve_by is not None:
        return str(_("Its document is not out yet, and is to be served by %(day)s.", day=day(serve_by, "long")))
    return ""


def _awaited(session: Session, waiting: Iterable[Clock]) -> list[Service]:
    """The services of the documents that these periods wait for, each to whom its period is."""
    whose = {(number, clock.visible_party) for clock in waiting for number in clock.awaits}
    found = select(Service).where(Service.document_id.in_({number for number, _party in whose})).order_by(Service.id)
    return [each for each in session.scalars(found) if (each.document_id, each.party_id) in whose] if whose else []


def _of_services(session: Session, services: Iterable[Service]) -> list[Clock]:
    """What ends in a service by itself, and by when each is to be served, even if that day has passed."""
    mine = [each.id for each in services]
    lasts = and_(Clock.key == TO_SERVE, Clock.due_on.is_not(None), or_(RUNS, Clock.how == "expired"))
    found = select(Clock).where(Clock.subject_type == "service", Clock.subject_id.in_(mine))
    found = found.where(or_(and_(Clock.key.in_(BY_ITSELF), RUNS), lasts)).order_by(Clock.id)
    return list(session.scalars(found)) if mine else []


def _by_itself(services: Iterable[Service], running: Iterable[Clock]) -> dict[int, date]:
    documents = {each.id: each.document_id for each in services}
    return _certain((documents[each.subject_id], each) for each in running if each.key in BY_ITSELF)


def _certain(found: Iterable[tuple[int, Clock]]) -> dict[int, date]:
    ends = ((number, certain_end(clock)) for number, clock in found)
    return {number: on for number, on in ends if on is not None}


def latest(session: Session, found: Iterable[Clock], days: Mapping[int, date]) -> dict[int, Latest]:
    """For each of these periods, by number: from when and until when it runs if no document is opened."""
    armed = (each for each in found if each.state is ClockState.ARMED)
    return {each.id: _of(session, each, days) for each in armed if days.keys() >= set(each.awaits)}


def of_documents(session: Session, counts: Mapping[int, Clock], days: Mapping[int, date]) -> dict[int, Latest]:
    """For each document (`days`: when it counts as served), its dates, whether or not a period waits for it."""
    begins = latest(session, counts.values(), days)
    return {number: _first(number, counts, begins) or Latest(on) for number, on in days.items()}


def _first(number: int, counts: Mapping[int, Clock], begins: Mapping[int, Latest]) -> Latest | None:
    return begins.get(counts[number].id) if number in counts else None


def _of(session: Session, clock: Clock, days: Mapping[int, date]) -> Latest:
    """The dates of one period, which begins with the last of its documents (R12)."""
    on = max(*(days[number] for number in clock.awaits), clock.served_on or date.min)
    counted = clocks.if_served(session, clock, on)
    return Latest(on, None if counted.provisional else counted.due_on, counts=True)


def sentence(it: Latest) -> str:
    """The dates in words, for the person whose period waits."""
    told = {"served": day(it.served_on, "long"), "begins": day(it.begins_on, "long")}
    if it.until is None:
        words = _(
            "Unless it is opened before, it counts as served on %(served)s; the period then runs from %(begins)s.",
            **told,
        )
        return str(words)
    words = _(
        "Unless it is opened before, it counts as served on %(served)s; "
        "the period then runs from %(begins)s until %(until)s, 24:00.",
        until=day(it.until, "long"),
        **told,
    )
    return str(words)


def over_before(session: Session, document: Document, service: Service) -> date | None:
    """The last day of the time that a letter gives, where that is over before it was served.

    Only of what gives time from elsewhere than its own service, as a reminder does; any other begins with its service.
    """
    key = ELSEWHERE.get(document.kind)
    if key is None or service.state not in UNSERVED:
        return None
    period = newest(session, key, (document.subject_kind, document.subject_id))
    passed = period is not None and period.due_on is not None and period.due_on < today()
    return period.due_on if period is not None and passed and has_ended(period, today()) else None
