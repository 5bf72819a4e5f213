"""The stage of the demonstration: past time that moves on, people who act, papers that reach their recipients."""

import gc
import heapq
import random
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from itertools import count
from time import monotonic

import structlog
from sqlalchemy import BigInteger, event, func, select, update
from sqlalchemy.orm import Session

from casework import tasks
from casework.models import Task
from core import clock, outbox
from core.actors import SYSTEM, Actor
from core.clock import ZONE, day_of
from core.db import db, transaction
from core.errors import Refused
from core.held_back import HoldingSession
from core.machine import Ask
from core.outbox import Outbox
from notices import queries as papers
from notices import serving
from notices.models import Document, Dossier, Service
from notices.states import APPROVAL, ONLINE
from registry import calendar, clock_sweep
from registry.models import Party
from registry.models_accounts import Account, Audience
from registry.models_clocks import Clock, ClockState, YearSource
from registry.sessions import AREA

log = structlog.get_logger()

UNRENDERED = "0" * 64
"""Stands for a PDF while the past is told; the worker makes the real one afterwards."""
JUST_NOW = timedelta(hours=20)
"""What was issued so lately is left for the worker to finish as in daily work."""


PREPARED_AFTER = 3
TOLD_EVERY = 5
"""Seconds after which whoever waits hears how far it is."""


@contextmanager
def _quick(connection):
    """Let the server keep the plans of statements that come thousands of times, and Python not look for rubbish."""
    driver = connection.connection.driver_connection
    usual, driver.prepare_threshold = driver.prepare_threshold, PREPARED_AFTER
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        driver.prepare_threshold = usual


class _Within(HoldingSession):
    """The session of the house on the one connection that everything is told on."""

    def get_bind(self, *_asked, **_said):
        return self.bind


@contextmanager
def all_or_nothing():
    """Run many transactions inside one: an interrupted run leaves an empty database, not half a story."""
    db.session.remove()
    with db.engine.connect() as connection, _quick(connection), connection.begin():
        at = _Within(db, bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        event.listen(at, "before_commit", lambda mine: mine.info.pop("later", None))  # handed over at the end
        db.session.registry.set(at)
        try:
            yield
        finally:
            at.close()
            db.session.registry.clear()


class Stage:
    """Time, the people, and the stories that wait for their next moment."""

    def __init__(self, begin, end):
        self.begin, self.end, self.now = begin, end, begin
        self.dice = random.Random(20261125)  # noqa: S311 - the same story every time
        self.people: dict[str, Actor] = {}
        self.parties: dict[str, Party] = {}
        self.leads: dict[int, Actor] = {}
        self.works: frozenset = frozenset()
        self.at: Session
        self.refused: list[str] = []
        self._waiting, self._order, self._swept = [], count(), begin.date()

    # Time

    def ago(self, days, hour=9):
        """Give a moment so many days before the end, in Shanghai."""
        day = day_of(self.end) - timedelta(days=days)
        return datetime.combine(day, time(hour, self.dice.randrange(0, 55), self.dice.randrange(60)), ZONE)

    def working(self, days, hour=None):
        """Give a moment so many working days after now, in office hours."""
        day = day_of(self.now)
        while days > 0:
            day += timedelta(days=1)
            days -= day in self.works
        hour = self.dice.choice((9, 10, 11, 14, 15, 16)) if hour is None else hour
        found = datetime.combine(day, time(hour, self.dice.randrange(60), self.dice.randrange(60)), ZONE)
        return max(found, self.now + timedelta(minutes=5))

    def later(self, days, hour=None):
        """Give a moment so many days after now, at any hour people are awake."""
        day = day_of(self.now) + timedelta(days=days)
        hour = self.dice.choice((8, 10, 12, 19, 20, 21)) if hour is None else hour
        found = datetime.combine(day, time(hour, self.dice.randrange(60), self.dice.randrange(60)), ZONE)
        return max(found, self.now + timedelta(minutes=5))

    def soon(self, working, days):
        """Give a moment so many working days after now, but no more than so many days: some limits know no holidays."""
        return min(self.working(working), self.later(days, 11))

    def near_end(self, days):
        """Give a moment so many working days before the end, or the next one after now."""
        day = day_of(self.end)
        while days > 0:
            day -= timedelta(days=1)
            days -= day in self.works
        found = datetime.combine(day, time(10, self.dice.randrange(60), self.dice.randrange(60)), ZONE)
        return max(found, self.working(1))

    def know_calendar(self):
        """Read the working days; a year known only by estimate is taken as it stands, so that clocks can end."""
        for year in calendar.years(self.at):
            if self.begin.year <= year.year <= self.end.year and year.source is YearSource.ESTIMATE:
                named = {d.day: d.is_workday for d in calendar.days_of(self.at, year.year) if d.name}
                calendar.load_year(self.at, year.year, named, "演示放假安排", SYSTEM, self.begin)
        years = range(self.begin.year, self.end.year + 2)
        self.works = frozenset(d.day for y in years for d in calendar.days_of(self.at, y) if d.is_workday)

    # People

    def enter(self, key, account):
        """Remember somebody who acts."""
        roles = account.role_words
        self.people[key] = Actor(account.id, roles, account.party_id, account.name, AREA[account.audience])
        if account.audience is Audience.PARTY and "lead" in roles:
            self.leads[account.party_id] = self.people[key]

    def account(self, key):
        """Find the account of somebody who acts."""
        return self.at.get_one(Account, self.people[key].id)

    def person_of(self, account_id):
        """Whoever has this account."""
        return next(actor for actor in self.people.values() if actor.id == account_id)

    @staticmethod
    def person(complaint):
        """Whoever came with the receipt code of a complaint."""
        return Actor(None, frozenset({"complainant"}), subject_id=complaint.id)

    def by(self, key):
        """Who acts, and when: the last arguments of a verb."""
        return {"actor": self.people[key], "now": self.now}

    def speaking(self, complaint):
        """The last arguments of a verb by which the complainant acts."""
        return {"actor": self.person(complaint), "now": self.now}

    def leading(self, thing):
        """The last arguments of a verb by which the lead of the party concerned acts."""
        return {"actor": self.leads[thing.party_id], "now": self.now}

    # Stories

    def plan(self, when, story):
        """Let a story begin at a moment; each time it yields it says when it goes on."""
        heapq.heappush(self._waiting, (when, next(self._order), story))

    def play(self, tell=lambda _said: None):
        """Tell all stories in the order of time; clocks end on the way, and what is issued is finished.

        `tell` hears now and then how many of them have begun: that goes most evenly, for most begin late.
        """
        to_begin, told_at = {id(story) for _, _, story in self._waiting}, monotonic()
        every = len(to_begin)
        while self._waiting:
            when, _, story = heapq.heappop(self._waiting)
            if when > self.end:
                continue
            self._expire(when)
            again = self._go_on(story, when)
            if again is not None:
                self.plan(again, story)
            to_begin.discard(id(story))
            if monotonic() - told_at >= TOLD_EVERY:
                told_at = monotonic()
                tell(f"{every - len(to_begin)} of {every} stories have begun; it is {self.now:%Y-%m-%d} in them.")
        self._expire(self.end)
        tell(f"All {every} stories are told; they are being kept.")

    def _go_on(self, story, when):
        """Tell the next part of a story; one that is refused ends there, and the others go on."""
        self.now = when
        try:
            with transaction() as self.at:
                again = next(story, None)
                self._finish_papers()
        except Refused as refused:
            log.warning("the demonstration's story was refused", story=story.__qualname__, why=str(refused))
            self.refused.append(f"{story.__qualname__}: {refused}")
            return None
        return again

    def _expire(self, until):
        """Sweep on every morning on which a clock has run out."""
        today, ended = day_of(until), self._swept
        if today == ended:
            return
        while True:
            with transaction() as at:
                running = (Clock.state == ClockState.RUNNING) & ~Clock.provisional
                due = at.scalar(select(func.min(Clock.due_on)).where(running, Clock.due_on >= ended))
            if due is None or due >= today:
                break
            ended = due + timedelta(days=1)
            self.now = datetime.combine(ended, time(0, 10, 0), ZONE)
            for _swept in clock_sweep.sweep(self.now):
                pass
            with transaction() as self.at:
                self._finish_papers()
        self._swept = max(ended, today)

    def evenings(self):
        """What people do every other day: complainants look at their page, staff do what waited."""
        while True:
            since = self.now - timedelta(hours=20)
            waiting = select(Service).join(Service.document).where(Service.complaint_id.is_not(None))
            waiting = waiting.where(Service.state.in_(ONLINE), Document.issued_at < since, Document.kind != "D39")
            for service in self.at.scalars(waiting.order_by(Service.id)).all():
                serving.open_(self.at, service.id, actor=self._recipient(service), now=self.now)
            old, very_old = self.now - timedelta(days=4), self.now - timedelta(days=16)
            left = select(Task).where(Task.done_at.is_(None), Task.raised_at < old, Task.kind.not_like("time_asked%"))
            left = left.where(Task.kind.not_in(tasks.DECIDED), (Task.id % 3 > 0) | (Task.raised_at < very_old))
            for task in self.at.scalars(left.order_by(Task.id)).all():
                tasks.done(self.at, task, actor=self.people[task.role], now=self.now)
            yield self.later(2, 20)

    # Papers

    def _finish_papers(self):
        """Do what the rendering job would: seal what was issued, and pass it on to its recipient."""
        for dossier in self.at.scalars(select(Dossier).where(Dossier.state == "ISSUED").order_by(Dossier.id)):
            if self.end - self.now < JUST_NOW:
                continue
            self._seal(dossier, self.now + timedelta(minutes=2))

    def _seal(self, dossier, now):
        self.at.refresh(dossier, ["documents"])
        for document in dossier.documents:
            document.pdf_sha256, document.pdf_at = UNRENDERED, now
        APPROVAL.carry_out(Ask(self.at, dossier, SYSTEM, {}, now), "seal")
        mine = Document.dossier_id == dossier.id
        waiting = select(Service).join(Service.document).where(mine, Service.state.in_(["READY", "AVAILABLE"]))
        for service in self.at.scalars(waiting.order_by(Service.id)).all():
            serving.onward(self.at, service, now)

    def receive(self, machine, thing, *kinds):
        """Let the recipients of a thing's documents open them, or have them handed over where they want paper."""
        for service in papers.unserved(self.at, machine, thing.id, kinds):
            if service.state in ONLINE:
                actor = self._recipient(service)
                serving.open_(self.at, service.id, actor=actor, now=self.now)
            elif service.state == "READY":
                today = day_of(self.now)
                serving.step(self.at, service.id, "hand_over", actor=self.people["officer"], now=self.now,
                              served_on=today, receiver="前台 孙女士（签收章）")  # fmt: skip

    def _recipient(self, service):
        if service.complaint_id is not None:
            return Actor(None, frozenset({"complainant"}), subject_id=service.complaint_id)
        return self.leads[service.party_id]

    @staticmethod
    def leave_rendering():
        """Take the stand-ins away: from now on the worker makes each PDF, whatever it thought was done."""
        with transaction() as at:
            made = at.scalars(
                update(Document)
                .where(Document.pdf_sha256 == UNRENDERED)
                .values(pdf_sha256=None, pdf_at=None)
                .returning(Document.id)
            ).all()
            keys = [f"render:{number}" for number in made]
            at.execute(update(Outbox).where(Outbox.key.in_(keys)).values(done_at=None, gave_up_at=None, handed_at=None))
        return len(made)


def hand_over():
    """Give the waiting work to the queue that can wait: what people see first, the newest before the old."""
    with transaction() as at:
        number = func.cast(func.substr(Outbox.key, len("render:") + 1), BigInteger)
        renders = select(Outbox.id).join(Document, Document.id == number).where(Outbox.key.like("render:%"))
        renders = renders.where(Outbox.done_at.is_(None), Outbox.gave_up_at.is_(None))
        order = (Document.kind.in_(["D23e", "D23f"]).desc(), Document.outward.desc(), Document.id.desc())
        numbers = at.scalars(renders.order_by(*order)).all()
        at.execute(update(Outbox).where(Outbox.id.in_(numbers)).values(handed_at=clock.now()))
    for place in numbers:
        if not outbox.enqueue([place], outbox.PATIENT):
            return


def moment():
    """The present, on a whole second."""
    return clock.now().replace(microsecond=0)
