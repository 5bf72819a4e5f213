"""The killer: waits until a step of some document is under way, and a moment later kills one of the processes."""

import contextlib
import itertools
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.drill.browser import Browser, NotAnswered
from bench.drill.people import Somebody
from bench.drill.site import PROCESSES, Site

PATIENCE = 4.0
"""Seconds to wait for a step to be seen; then the kill falls anywhere."""
NEVER_MET = 40.0
"""The same for a step that was not met before."""
LATEST = 0.12
"""Seconds after which the kill falls at the latest, once the step is seen."""
REST = 0.5
LONGEST_START = 120.0
HASTE = 0.3
"""How many of the kills fall before the site answers again after the one before."""
SEEN = {
    "rendered": "SELECT 1 FROM document d LEFT JOIN document_seal s ON s.document_id = d.id "
    "WHERE d.pdf_sha256 IS NULL AND s.document_id IS NULL LIMIT 1",
    "signed": "SELECT 1 FROM document_seal WHERE signed_sha256 IS NULL LIMIT 1",
    "passed on": "SELECT 1 FROM service s JOIN document d ON d.id = s.document_id "
    "WHERE d.pdf_sha256 IS NOT NULL AND s.state IN ('ISSUED', 'READY', 'AVAILABLE') LIMIT 1",
    "bulk": "SELECT 1 FROM batch WHERE state = 'RUNNING' AND done BETWEEN 1 AND total - 2 LIMIT 1",
    "alerted": "SELECT 1 FROM outbox WHERE job = 'core.mail' AND done_at IS NULL LIMIT 1",
}
"""How the database tells that a step is under way."""
STEPS = ("issued", *SEEN, "opened")
FIRST = (("bulk", "worker"), ("bulk", "postgres"))
"""However short a drill is, a long job loses its worker and its database."""
PATIENT = 600.0
"""Seconds to wait for these, for the first circular is decided only after a case has come so far."""


@dataclass
class Killer:
    """Kills, and counts."""

    site: Site
    issuing: list[Somebody]
    opening: Somebody
    seed: int
    hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Kills by step and process."""
    by_itself: Counter[str] = field(default_factory=Counter)

    def go(self, kills: int) -> None:
        """So many kills, each process at each step in turn, in an order that the seed says."""
        dice = random.Random(self.seed)  # noqa: S311 - the same order each time
        pairs = list(itertools.product(STEPS, PROCESSES))
        done = 0
        while done < kills:
            dice.shuffle(pairs)
            pairs = _in_turn(pairs)
            if not done:
                pairs.sort(key=lambda pair: pair not in FIRST)
            for step, process in pairs[: kills - done]:
                seen = self._wait_for(step, PATIENT if done < len(FIRST) else self._patience(step))
                time.sleep(dice.random() * LATEST)
                if not self.site.kill(process):
                    time.sleep(REST)  # it was down already, from the kill before
                    self.site.kill(process)
                self.hits[step if seen else "anywhere", process] += 1
                done += 1
                time.sleep(dice.random() * REST)
                self.by_itself.update(self.site.mind())
                if dice.random() > HASTE:
                    self._wait_for_site()
                print(f"{done}/{kills} kills, {len(self.site.accepted)} issued", end="\r", file=sys.stderr, flush=True)

    def _patience(self, step: str) -> float:
        """A step that no kill has met yet is waited for longer: each shall be met."""
        return PATIENCE if any(self.hits[step, process] for process in PROCESSES) else NEVER_MET

    def _wait_for_site(self) -> None:
        until = time.monotonic() + LONGEST_START
        while time.monotonic() < until:
            with contextlib.suppress(NotAnswered):
                Browser(self.site.address).ask("/")
                return
            self.by_itself.update(self.site.mind())
            time.sleep(0.1)

    def _wait_for(self, step: str, patience: float) -> bool:
        until = time.monotonic() + patience
        looks: Callable[[], bool] = {
            "issued": lambda: any(each.sending.is_set() for each in self.issuing),
            "opened": self.opening.sending.is_set,
        }.get(step) or (lambda: bool(self.site.ask(SEEN[step])))
        while time.monotonic() < until:
            if looks():
                return True
            time.sleep(0.01)
        return False


def _in_turn(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """In this order, but every step once before any comes again: a short drill meets each of them."""
    before: Counter[str] = Counter()
    turns = []
    for step, process in pairs:
        turns.append((before[step], step, process))
        before[step] += 1
    return [(step, process) for _turn, step, process in sorted(turns, key=lambda each: each[0])]
