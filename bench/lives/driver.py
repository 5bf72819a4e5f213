"""The driver: lives go on by random steps under watch, and are brought to their ends by staff and the sweep alone."""

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import event, select

from bench.lives import ending, inside, outside
from bench.lives.invariants import Watch
from bench.lives.outside import Scene
from bench.lives.papers import Papers
from bench.lives.tracks import REVIEW_ACTS, TRACK_ACTS, open_case
from bench.lives.world import BEGAN, People, Present, know_year
from core import journal
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Refused
from core.machine import Machine
from registry import clock_sweep

LIVING = ("complaint", "forwarding", "stop_contact", "track", "publication", "review")
ACTS = {**outside.OUTSIDE, "track": TRACK_ACTS, "review": REVIEW_ACTS}
ROUNDS = 160
"""So often staff have a turn at the end before it counts as a dead end."""
PATIENT = 100
"""After so many turns only the long clocks of what is published are waited for."""
AHEAD = 2
"""So many years ahead working days are known, so that clocks can end."""
TAIL = 20
FIRST = 4
"""A life begins with so many complaints."""


class Broken(AssertionError):  # noqa: N818 - what the house calls it
    """Something that must hold does not, or a verb fell over; the message has the seed and the last steps."""


class Lives:
    """One association, its complaints and all that follows from them."""

    def __init__(self, seed: int) -> None:
        self.seed, self.dice, self.present = seed, random.Random(seed), Present()  # noqa: S311 - the same each time
        self.tail: deque[str] = deque(maxlen=TAIL)
        self.known = BEGAN.year
        self.steps, self.done = 0, Counter[str]()
        self.refused = Counter[str]()
        self.watch = Watch()
        self.papers = Papers(self.present, self.dice)
        event.listen(session(), "before_commit", lambda at: at.info.pop("later", None))  # nobody works the queue
        with transaction() as at:
            self.world = People(at, BEGAN)

    def run(self, steps: int) -> None:
        """So many random steps, then every life to its end."""
        while self.steps < steps:
            self.step()
        self.end()

    def step(self) -> None:
        """One random step, and the look at everything."""
        self.steps += 1
        chance = self.dice.random()
        if chance < 0.07 or self.steps < FIRST:  # noqa: PLR2004
            begin = outside.complain if self.steps == 1 or self.dice.random() < 0.6 else open_case  # noqa: PLR2004
            self._try(begin.__name__, self._begin, begin)
        elif chance < 0.17:  # noqa: PLR2004
            self.wait(self.dice.choice((0.5, 1, 1, 2, 3, 5, 8, 13, 21)))
        elif chance < 0.32:  # noqa: PLR2004
            self._try("papers", self.papers.step, self.world)
        else:
            self._act()
        self.check()

    def wait(self, days: float) -> None:
        """Time passes, and the sweep of the morning runs."""
        self.present.wait(days)
        self.tail.append(f"{self.present.now:%Y-%m-%d %H:%M} wait {days}")
        while self.present.now.year + AHEAD > self.known:
            self.known += 1
            with transaction() as at:
                know_year(at, self.known, self.present.now)
        for swept in clock_sweep.sweep(self.present.now):
            if not swept.done:
                self._fail(f"the sweep fell over clock {swept.clock_id} ({swept.key})")

    def check(self) -> None:
        """Everything that must hold."""
        at = session()
        read_as(at, SYSTEM_READER)
        broken = self.watch.broken(at)
        at.rollback()
        if broken:
            self._fail("; ".join(broken[:5]))

    def covered(self) -> str:
        """Which rows of the machines were walked, and which never."""
        at = session()
        read_as(at, SYSTEM_READER)
        walked = set(at.scalars(select(journal.JournalEntry.row).distinct()))
        at.rollback()
        every = {row for name in LIVING for row in Machine.all[name].rows}
        return f"{len(every & walked)} of {len(every)} rows walked; never: {' '.join(sorted(every - walked))}"

    def verify(self) -> None:
        """The whole journal."""
        at = session()
        read_as(at, SYSTEM_READER)
        wrong = list(journal.verify(at))
        at.rollback()
        if wrong:
            self._fail(f"the journal: {wrong[:3]}")

    def things(self, *, unfinished: bool = False) -> list[tuple[Machine, int]]:
        """What lives, by machine and number."""
        at = session()
        read_as(at, SYSTEM_READER)
        found = []
        for name in LIVING:
            machine = Machine.all[name]
            model: Any = machine.model
            wanted = select(model.id).where(model.state != "HISTORIC")
            if unfinished:
                wanted = wanted.where(model.state.not_in(machine.ends))
            found += [(machine, number) for number in at.scalars(wanted.order_by(model.id))]
        at.rollback()
        return found

    def _act(self) -> None:
        found = self.things(unfinished=self.dice.random() < 0.85)  # noqa: PLR2004 - ends are knocked at as well
        if not found:
            return
        kind = self.dice.choice(sorted({each.name for each, _number in found}))
        machine, number = self.dice.choice([each for each in found if each[0].name == kind])
        if self.dice.random() < 0.5:  # noqa: PLR2004 - so often somebody brings it on, as work does
            self._turn_of_staff(machine, number, onward=True)
            return
        it = self._thing(machine, number)
        acts: list[tuple[str, Any]] = [(f"staff {deed.event}", deed) for deed in inside.offered(machine, it)]
        for needed, act in ACTS.get(machine.name, ()):
            if not needed or machine.row(it.state, needed) is not None:
                acts.append((f"{act.__name__.strip('_')}", act))
        session().rollback()
        if not acts:
            return
        seldom = [self._weight(machine, it, name) for name, _act in acts]
        name, act = self.dice.choices(acts, seldom)[0]
        self._try(f"{machine.name} {number} {it.state}: {name}", self.act, machine, number, act)

    def _weight(self, machine: Machine, it: Any, name: str) -> float:  # noqa: ANN401
        """What was never done yet comes first; what ends a life early comes seldom."""
        row = machine.row(it.state, name.removeprefix("staff "))
        last = row is not None and row.target in machine.ends
        return (0.2 if last else 1) / (1 + self.done[name])

    def act(self, machine: Machine, number: int, act: Any) -> None:  # noqa: ANN401 - a deed or an outside act
        """Let somebody do it."""
        if not isinstance(act, inside.deeds.Deed):
            self._outside(act, (machine, number))
            return
        it = self._thing(machine, number)
        actor = inside.somebody(self.world, machine, act, it, self.dice)
        inside.do(act, it, actor, self.present, self.dice)

    def _begin(self, begin: Callable[[Scene], object]) -> None:
        with transaction() as at:
            begin(Scene(at, self.world, self.dice, self.present.now))

    def _outside(self, act: outside.Act, thing: tuple[Machine, int]) -> None:
        with transaction() as at:
            act(Scene(at, self.world, self.dice, self.present.now), thing[0].thing(at, thing[1]))

    def _thing(self, machine: Machine, number: int) -> Any:  # noqa: ANN401
        at = session()
        read_as(at, SYSTEM_READER)
        model: Any = machine.model
        return at.get_one(model, number, populate_existing=True)

    def _try(self, what: str, do: Any, *given: Any) -> bool:  # noqa: ANN401
        """Do it; a refusal is an answer, anything else is a failure."""
        short = what.rpartition(": ")[2] or what
        line = f"{self.present.now:%Y-%m-%d %H:%M} {what}"
        try:
            said = do(*given)
            self.present.now += timedelta(minutes=self.dice.randint(1, 90))
            self.papers.render(late=self.dice.random() < 0.1)  # noqa: PLR2004 - some are rendered only later
        except Refused as refused:
            session().rollback()
            self.tail.append(f"{line} - refused: {type(refused).__name__} {refused}")
            self.refused[f"{short}: {refused}"] += 1
            return False
        except Broken:
            raise
        except Exception as error:  # whatever a verb falls over is a failure of the house
            self.tail.append(f"{line} - FELL OVER")
            raise Broken(self._story(f"{type(error).__name__}: {error}")) from error
        self.tail.append(f"{line} {said or ''}")
        self.done[short] += 1
        return True

    def end(self) -> None:
        """Complainants and respondents are silent; staff and the sweep alone bring everything to its end."""
        for turn in range(ROUNDS):
            left = self.things(unfinished=True)
            if not left:
                break
            for machine, number in left:
                self._turn_of_staff(machine, number)
            self.papers.render(late=False)
            self._try("papers end", self.papers.deliver, self.world)
            self.check()
            self.wait(4 if turn < PATIENT else 20)
            self.check()
        else:
            stuck = [f"{m.name} {n} {self._thing(m, n).state}" for m, n in self.things(unfinished=True)]
            self._fail(f"these never come to an end: {', '.join(stuck)}")
        self.verify()

    def _turn_of_staff(self, machine: Machine, number: int, *, onward: bool = False) -> None:
        for name, do in self._endings(machine, number, onward=onward):
            if self._try(f"{machine.name} {number}: ending {name}", do):
                return

    def _endings(self, machine: Machine, number: int, *, onward: bool) -> Iterator[tuple[str, Any]]:
        it = self._thing(machine, number)
        state, wanted = it.state, list(ending.moves(machine, it, onward=onward))
        session().rollback()
        for deed in wanted:
            yield f"{state} {deed.event}", lambda deed=deed: self.act(machine, number, deed)
        for act in ending.MORE.get((machine.name, state), ()):
            yield f"{state} {act.__name__.strip('_')}", lambda act=act: self._outside(act, (machine, number))

    def _story(self, why: str) -> str:
        return "\n".join((f"seed {self.seed}, step {self.steps}: {why}", "the last steps:", *self.tail))

    def _fail(self, why: str) -> None:
        raise Broken(self._story(why))


def quiet() -> None:
    """Say nothing of failed renderings and the like; a bench's last line is its result."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


__all__ = ["Broken", "Lives", "quiet"]
