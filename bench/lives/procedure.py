"""The state machine that Hypothesis drives: each example is one life of an association, from nothing to its end."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask_babel import force_locale
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select

from bench.lives import approving, courses, forgetting, telephones
from bench.lives.driver import Life
from bench.lives.steering import Steered
from bench.lives.world import People, Present, standing_in
from core.actors import SYSTEM
from core.db import transaction
from registry import settings as laid_down
from registry.models import ServiceAddress

DICE = st.integers(0, 2**62)
DAYS = st.sampled_from((0.5, 1, 1, 2, 3, 5, 8, 13, 21))
WHAT = ("course",) * 12 + ("anybody",) * 4 + ("papers",) * 2 + ("work",) * 2 + ("wait", "wait", "new", "house", "house")
ARRIVING = "V20"
CHAINED = 0.4
"""How many associations begin with chains of approval."""
CHOOSING = 5
"""So many people choose at the beginning how they are told."""
GOALS = 4
"""So many rows a life is steered to, one after the other."""


@dataclass
class Tally:
    """What all lives together did."""

    lives: int = 0
    steps: int = 0
    turns: int = 0
    walked: Counter[str] = field(default_factory=Counter)
    premises: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def count(self, life: Life) -> None:
        """One more life came to its end."""
        self.lives += 1
        self.walked.update(life.watch.walked)
        self.premises.update(life.watch.premises)
        self.done.update(life.done)
        self.refused.update(life.refused)

    def add(self, other: "Tally") -> None:
        """Count these as well."""
        self.lives, self.steps, self.turns = (
            self.lives + other.lives,
            self.steps + other.steps,
            self.turns + other.turns,
        )
        for name in ("walked", "premises", "done", "refused"):
            getattr(self, name).update(getattr(other, name))


class Procedure(RuleBasedStateMachine):
    """People do random things over random dates; afterwards staff and the sweep alone end everything."""

    anew: ClassVar[Callable[[], People]]
    tally: ClassVar[Tally]
    goals: ClassVar[tuple[str, ...]]
    salt: ClassVar[int] = 0
    """Hypothesis begins with its simplest example, all zeros, whatever the seed: with salt that is another life each
    time, and its steps have dice of their own."""
    forgotten: ClassVar[float] = 0
    """After how many lives the years pass until all that was told is erased."""
    life: Life | None = None
    broken = False
    taken = 0

    @initialize(wanted=st.lists(st.integers(0, 9999), min_size=GOALS, max_size=GOALS), dice=DICE)
    def begin(self, wanted: list[int], dice: int) -> None:
        """Nothing has happened yet; it is known to which rows this life is steered."""
        self.present, self.dice = Present(), random.Random(dice + self.salt)  # noqa: S311 - the same each time
        people = type(self).anew()
        self.entered = ExitStack()
        self.entered.enter_context(standing_in(self.present, self.dice))
        self.entered.enter_context(force_locale("zh_Hans_CN"))
        self.life = Life(people, self.present, self.dice)
        rows = [self.goals[(each + self.salt * place) % len(self.goals)] for place, each in enumerate(wanted, 1)]
        self.steered = Steered(self.life, rows)
        if ARRIVING in rows:
            self._on_arrival()
        if self.dice.random() < CHAINED:
            self.life.tell(approving.many_hands)
        for _person in range(CHOOSING):
            self.life.tell(telephones.choose_ways)

    def _on_arrival(self) -> None:
        """An association may let what arrives in the portal count as served."""
        with transaction() as at:
            row = laid_down.setting(at, "PORTAL_SERVICE")
            said = {"value": "ARRIVAL", "basis": "章程", "version": None, "now": self.present.now}
            laid_down.change(at, row, actor=SYSTEM, **said)
            for address in at.scalars(select(ServiceAddress).where(ServiceAddress.electronic)):
                address.service_rule = "ARRIVAL"  # as if they had all confirmed since
                address.deemed_after = address.deemed_unit = None

    @rule(what=st.sampled_from(WHAT), days=DAYS, dice=DICE)
    def something_happens(self, what: str, days: float, dice: int) -> None:
        """One step: along the course, by anybody, on paper, by the worker, of time, in the house, or something new."""
        if self.life is None:
            return
        self.taken += 1
        self.dice.seed(dice + self.salt * self.taken)
        self.tally.steps += 1
        self.broken = True
        if what == "course":
            self.steered.step()
        elif what == "anybody":
            self.life.somebody_acts()
        elif what == "papers":
            self.life.papers_go_on()
        elif what == "work":
            self.life.the_worker_works()
        elif what == "house":
            self.life.the_house_changes()
        elif what == "wait":
            self.life.wait(days)
        else:
            self.life.begin(complaint=self.dice.random() < 0.6)
        self.life.check()
        self.broken = False

    def teardown(self) -> None:
        """Everything comes to its end, unless something broke before."""
        if self.life is None:
            return
        try:
            if not self.broken:
                self.tally.turns += self.life.end()
                if self.dice.random() < self.forgotten:
                    forgetting.forget(self.life)
                self.tally.count(self.life)
        finally:
            self.life.close()
            self.entered.close()


def procedure(
    anew: Callable[[], People], tally: Tally, goals: Sequence[str], salt: int = 0, forgotten: float = 0
) -> type[Procedure]:
    """The machine over this database; lives are steered to rows of `goals`."""
    said = {"anew": staticmethod(anew), "tally": tally, "goals": tuple(goals), "salt": salt, "forgotten": forgotten}
    said["__doc__"] = Procedure.__doc__
    return type("Procedure", (Procedure,), said)


def settled(lives: int, steps: int, *, derandomize: bool = False, shrink: bool = True) -> Any:
    """How Hypothesis goes about it: so many lives of so many steps; a failing one is made shorter."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    return settings(
        max_examples=lives,
        stateful_step_count=steps,
        derandomize=derandomize,
        deadline=None,
        database=None,
        phases=phases,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )


def goals(without: Counter[str] | None = None) -> list[str]:
    """The rows that lives are steered to: those that were not walked yet, or all."""
    every = list(courses.rows())
    return [row for row in every if not (without or {}).get(row)] or every
