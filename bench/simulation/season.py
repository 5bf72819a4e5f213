"""The season: time goes on day by day, people take their turns, mornings sweep, later work is done at once."""

import heapq
import random
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select, update

from admin.demo_stage import Stage
from bench.simulation import unrendered
from bench.simulation.hands import Hands
from casework import tasks
from casework.models import Forwarding, Task
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from casework.models_stop_contacts import StopContact
from core import outbox
from core.actors import SYSTEM
from core.clock import ZONE, day_of
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Changed, Refused
from core.held_back import NotTogether
from core.outbox import Outbox
from notices.models import Service
from registry import calendar, clock_sweep
from registry.models_clocks import Clock, ClockState, YearSource
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review

DAWN = time(0, 10)
OFTEN = 60
"""After so many refusals in a row whatever waits for this turn is stuck: noted, and left to itself."""

AFTERWARDS = timedelta(days=3 * 366)
"""So long after the last arrival everything has come to its end, or is stuck."""

MANY = 5000
"""So many tasks at most are ticked off in a morning."""

AT_ONCE = 50
"""So much later work is looked at in one transaction: where another hand comes first, that much is done again."""

LATE_NOTICE = 2027
"""The year whose notice comes late: until then clocks that reach into it are provisional."""
BORN = {
    "forwarding": Forwarding,
    "track": CaseTrack,
    "publication": Publication,
    "review": Review,
    "recusal": Recusal,
    "stop_contact": StopContact,
    "service": Service,
}
"""What moves of others bring into being; each gets its turns from the next morning on."""

Job = tuple[int, str, dict[str, Any]]
"""Its number in the outbox, what it is called, and what it is told."""
Turn = Callable[["Season", "Life"], datetime | None]


@contextmanager
def anew() -> Iterator[Any]:
    """A transaction that knows no row of those before: whatever a session knows it forgets one by one each time."""
    session().expunge_all()
    with transaction() as at:
        yield at


@dataclass
class Life:
    """One thing that lives: what it is, its number once it has one, and what chance has in store for it."""

    kind: str
    number: int = 0
    dice: random.Random = field(default_factory=random.Random)
    said: dict[str, Any] = field(default_factory=dict)
    """What its turns remember."""
    refusals: int = 0
    origin: int = 0
    """The complaint it comes from."""

    def chance(self, share: float) -> bool:
        """Whether something that happens so often happens now."""
        return self.dice.random() < share

    def once(self, what: str, share: float) -> bool:
        """Whether something happens in this life that happens in such a share of lives; asked once, then kept."""
        if what not in self.said:
            self.said[what] = self.chance(share)
        return bool(self.said[what])


class Season(Stage):
    """The stage of the demonstration, on which nothing is written beforehand: each thing's state says what follows."""

    def __init__(self, seed: int, begin: datetime, end: datetime, turns: dict[str, Turn]) -> None:
        super().__init__(begin, end)
        self.seed, self.turns = seed, turns
        self.dice = random.Random(seed)  # noqa: S311 - the same each time
        self.morning = day_of(begin)
        self.steps, self.reasons = Counter[str](), Counter[str]()
        self.trouble: list[str] = []
        self.firms: list[Any] = []
        self.lenders: list[Any] = []
        self._order = count()
        self._queue: list[tuple[datetime, int, Life]] = []
        self._known = dict.fromkeys(BORN, 0)
        self._mornings: list[Callable[[Season], None]] = []
        self._work: list[int] = []
        self.page = unrendered.tiny()
        self.paper = ""
        """The digest of that page, once it is kept."""
        self.hands: Hands | None = None
        self.begun: list[int] = []
        """Complaints that came in since somebody asked."""
        self.tell: Callable[[Season], None] = lambda _season: None
        """Told of each morning."""

    # Lives

    def life(self, kind: str, number: int | str) -> Life:
        """A life whose chances depend on the seed, its kind and its number alone."""
        dice = random.Random(f"{self.seed}:{kind}:{number}")  # noqa: S311 - the same each time
        return Life(kind, number if isinstance(number, int) else 0, dice)

    def enrol(self, life: Life, when: datetime) -> None:
        """Let it have its next turn then, by whoever works on such things."""
        if self.hands is not None:
            self.hands.take(life, when)
        else:
            heapq.heappush(self._queue, (when, next(self._order), life))

    def play(self) -> None:
        """Let everybody have their turns in the order of time, with a sweep each morning, until all is over."""
        while self._left() or self._counting():
            if self.hands is not None:
                self.hands.day(self)
            else:
                self.day()
            self._dawn()

    def day(self) -> None:
        """Everybody whose turn is due has it."""
        while self._queue and day_of(self._queue[0][0]) <= self.morning:
            when, _place, life = heapq.heappop(self._queue)
            self.now = max(when, self.now)
            if (again := self._turn(life)) is not None:
                self.enrol(life, max(again, self.now + timedelta(minutes=1)))
        self._later_work()

    def _left(self) -> bool:
        """Whether anybody will have another turn."""
        return bool(self._queue) if self.hands is None else self.hands.left

    @property
    def waiting(self) -> int:
        """How many will have another turn here."""
        return len(self._queue)

    def _turn(self, life: Life) -> datetime | None:
        """One turn; what is refused is tried again on another day, and all of it where another hand came first."""
        before = dict(life.said), life.number
        try:
            with anew() as self.at:
                again = self.turns[life.kind](self, life)
        except Refused as refused:
            self.reasons[f"{life.kind}: {refused}"] += 1
            if isinstance(refused, Changed):
                life.said, life.number = before
            life.refusals += 1
            if life.refusals > OFTEN:
                return self._stuck(life, f"is refused again and again: {refused}")
            return self.working(1 + life.refusals // 5)
        except Exception:  # noqa: BLE001 - whatever it is, the others live on, and it is told at the end
            return self._stuck(life, traceback.format_exc())
        if again is not None and self.now > self.end + AFTERWARDS:
            return self._stuck(life, "waits for ever")
        life.refusals = 0
        self.steps[life.kind] += 1
        return again

    def _stuck(self, life: Life, why: str) -> None:
        """One that cannot go on is broken, and the others go on: so a long run tells all that it found."""
        self.trouble.append(f"{self.now:%Y-%m-%d} {life.kind} {life.number} {why}")

    # Mornings

    def each_morning(self, do: Callable[["Season"], None]) -> None:
        """Register what somebody does on every working day."""
        self._mornings.append(do)

    def _dawn(self) -> None:
        """The next day: what ended is swept, a calendar may come out, and whoever is new gets a turn."""
        self.morning += timedelta(days=1)
        self.now = datetime.combine(self.morning, DAWN, ZONE)
        self.tell(self)
        self._calendars()
        for swept in clock_sweep.sweep(self.now):
            self.steps["sweep"] += 1
            if not swept.done:
                self.trouble.append(f"{self.morning} the sweep fell over clock {swept.clock_id} ({swept.key})")
        self._later_work()
        if self.morning in self.works:
            with transaction() as self.at:
                self.now += timedelta(hours=8)
                for do in self._mornings:
                    do(self)
            self._later_work()
        with transaction() as self.at:
            self._meet()
            if self.hands is not None:  # what failed because another hand came first, as the outbox's sweep finds it
                undone = select(Outbox.id).where(Outbox.done_at.is_(None), Outbox.gave_up_at.is_(None))
                self._work += self.at.scalars(undone.order_by(Outbox.id)).all()
        self._later_work()

    def _meet(self) -> None:
        """Whoever came into being since yesterday."""
        last = self.at.execute(select(*(select(func.max(model.id)).scalar_subquery() for model in BORN.values()))).one()
        for (kind, model), newest in zip(BORN.items(), last, strict=True):
            known, self._known[kind] = self._known[kind], newest or 0
            if self._known[kind] > known:
                born = self.at.scalars(select(model.id).where(model.id > known).order_by(model.id)).all()
                origins = self.hands.origins(self.at, kind, born) if self.hands else {}
                for number in born:
                    life = self.life(kind, number)
                    life.origin = origins.get(number) or 0
                    self.enrol(life, self.hours(life))

    def _calendars(self) -> None:
        """The notice of a year comes out in the November before; one of them late."""
        year = self.morning.year + (self.morning.month == 11 and self.morning.day >= 18)
        if year == LATE_NOTICE and self.morning < date(LATE_NOTICE, 1, 11):
            return
        if year in self._loaded or year <= 2026:
            return
        with transaction() as at:
            self._load(at, year)
            self._read_calendar(at)
        self._later_work()

    def _load(self, at: Any, year: int) -> None:
        known = {each.year: each for each in calendar.years(at)}
        for wanted in range(self.begin.year, year + 1):
            if wanted in known and known[wanted].source is YearSource.ESTIMATE:
                named = {each.day: each.is_workday for each in calendar.days_of(at, wanted) if each.name}
                loaded = calendar.load_year(at, wanted, named, f"放假安排〔{wanted}〕", SYSTEM, self.now)
                self.steps["clock moved by a calendar"] += len(loaded.moved)
                self._loaded.add(wanted)

    def read_calendar(self) -> None:
        """Learn which days are working days."""
        self._loaded: set[int] = set()
        self._read_calendar(self.at)

    def _read_calendar(self, at: Any) -> None:
        years = [each.year for each in calendar.years(at) if each.year >= self.begin.year - 1]
        self.works = frozenset(day.day for year in years for day in calendar.days_of(at, year) if day.is_workday)

    def _counting(self) -> bool:
        """Whether a clock still runs that will end by itself."""
        with transaction() as at:
            due = at.scalar(select(func.min(Clock.due_on)).where(Clock.state == ClockState.RUNNING))
        if due is not None and due > self.morning + timedelta(days=1) and not self._left():
            self.morning = due - timedelta(days=1)  # nobody is left who would do anything before
        return due is not None

    def tidy(self) -> None:
        """Staff tick off what was put before them and has been looked at."""
        old = self.now - timedelta(days=6)
        left = select(Task).where(Task.done_at.is_(None), Task.raised_at < old, Task.kind.not_like("time_asked%"))
        left = left.where(Task.kind.not_in(tasks.DECIDED))
        for task in self.at.scalars(left.order_by(Task.id).limit(MANY)).all():
            by = self.people.get(task.role, self.people["head"])
            tasks.done(self.at, task, actor=by, now=self.now)

    def asked_for(self, at: Any) -> None:
        """Later work is not handed over: the season does it itself, in the evening or as soon as it has dawned."""
        self._work += at.info.pop("later", ())

    def _later_work(self) -> None:
        """First the documents that wait for their file and the mails, then whatever else waits."""
        while self._work:
            numbers, self._work = self._work[:AT_ONCE], self._work[AT_ONCE:]
            try:
                try:
                    rest = self._filed(numbers)
                except NotTogether:
                    rest = self._filed(numbers, together=False)
            except Changed as changed:  # another hand came first: all of it once more
                self.reasons[f"later work: {changed}"] += 1
                self._work += numbers
                continue
            self._do(rest)

    def _filed(self, numbers: list[int], *, together: bool = True) -> list[Job]:
        """Documents have their file and mails are gone; what else there is to do."""
        with anew() as at:
            rows = at.scalars(select(Outbox).where(Outbox.id.in_(numbers)).order_by(Outbox.id)).all()
            rendered = [row for row in rows if row.job == "notices.render"]
            unrendered.post(at, [row for row in rows if row.job == "core.mail"], self.now)
            unrendered.file(at, rendered, self.paper, self.now, together=together)
            return [(row.id, row.job, dict(row.args)) for row in rows if row.done_at is None]

    def _do(self, rest: list[Job]) -> None:
        """Jobs as the worker does them, noted as done together; one that fails is left to the outbox's own way."""
        done = []
        for number, job, said in rest:
            at = session()
            read_as(at, SYSTEM_READER)
            at.rollback()
            at.expunge_all()
            try:
                outbox.JOBS[job](**said)
            except Exception:  # noqa: BLE001 - whatever it is, the outbox notes it when it comes to it again
                outbox.run([number])
            else:
                done.append(number)
        if done:
            with transaction() as at:
                at.execute(update(Outbox).where(Outbox.id.in_(done)).values(done_at=self.now))

    # When

    def hours(self, life: Life) -> datetime:
        """Some hour of this day at which people work, after now."""
        moment = datetime.combine(day_of(self.now), time(life.dice.randint(9, 16), life.dice.randint(0, 59)), ZONE)
        return max(moment, self.now + timedelta(minutes=1))

    def in_working_days(self, life: Life, least: int, most: int) -> datetime:
        """A moment on one of the working days after."""
        return self.working(life.dice.randint(least, most))
