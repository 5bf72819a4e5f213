"""Pages are made one after the other in each process: side by side they share one interpreter, and all come late.

Threads that make pages wait for the interpreter again after each answer of the database, and each page takes as long as
all of them. Whoever sends something does not wait here: a form may arrive as slowly as its line is. Connections stay
where they were opened; where several wait, one is closed after its answer, and the process that is free takes it anew.
"""

from collections.abc import Callable, Iterable
from threading import Lock, Semaphore
from typing import Any

READS = frozenset({"GET", "HEAD"})
LONGEST = 0.25
"""Seconds: so long a page waits for its turn, then it is made beside the one that takes long."""
CROWDED = 2
"""Where so many wait, whoever is answered connects anew."""

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Turns:
    """An application of which one page at a time is made; what is sent afterwards, like a file, is sent beside."""

    def __init__(self, app: Application, longest: float = LONGEST) -> None:
        self.app, self.longest = app, longest
        self.turn, self.count = Semaphore(), Lock()
        self.waiting = 0

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI
        """Answer, a page in its turn."""
        if environ["REQUEST_METHOD"] not in READS:
            return self.app(environ, start)
        with self.count:
            self.waiting += 1
        mine = self.turn.acquire(timeout=self.longest)
        with self.count:
            self.waiting -= 1
            crowded = self.waiting >= CROWDED
        if crowded:
            _connect_anew(start)
        try:
            return self.app(environ, start)
        finally:
            if mine:
                self.turn.release()


def _connect_anew(start: Any) -> None:  # noqa: ANN401 - WSGI
    """Gunicorn alone may say how a connection ends; another server is left to itself."""
    close = getattr(getattr(start, "__self__", None), "force_close", None)
    if close is not None:
        close()
