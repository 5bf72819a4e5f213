"""What comes one by one is passed on together, by a thread beside: the first at once, then now and then."""

from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread

import structlog

from core.faults_told import placed

log = structlog.get_logger()

PAUSE = 0.05
"""Seconds between two passings; what is given meanwhile goes together."""
PATIENCE = 2.0
"""Seconds in which the last ones are passed on when a process ends."""


class PassingOn:
    """A thread that passes numbers on; whoever gives them does not wait. What is lost with it must be found again."""

    def __init__(self, pass_on: Callable[[list[int]], object], pause: float = PAUSE) -> None:
        """Begin."""
        self._pass_on, self._pause = pass_on, pause
        self._given: SimpleQueue[int | None] = SimpleQueue()
        self._ending: SimpleQueue[None] = SimpleQueue()
        self._thread = Thread(target=self._go, name="passing-on", daemon=True)
        self._thread.start()

    def give(self, numbers: Iterable[int]) -> None:
        """Let them be passed on."""
        for number in numbers:
            self._given.put(number)

    def end(self) -> None:
        """Pass on what was given so far, then stop."""
        self._given.put(None)
        self._ending.put(None)
        self._thread.join(PATIENCE)

    def _go(self) -> None:
        ends = False
        while not ends:
            given = [self._given.get()]
            while not self._given.empty():
                given.append(self._given.get())
            ends = None in given
            if numbers := [number for number in given if number is not None]:
                self._try(numbers)
                self._rest()

    def _try(self, numbers: list[int]) -> None:
        try:
            self._pass_on(numbers)
        except Exception as error:  # noqa: BLE001 - the thread's own runner: one that fails must not stop the rest
            log.warning("passing on failed", many=len(numbers), error=placed(error))

    def _rest(self) -> None:
        """Until the next passing, or until the end is asked for."""
        try:
            self._ending.get(timeout=self._pause)
        except Empty:
            return
