"""Pages take turns: in one process one page is made at a time, in the order in which they were asked for.

Threads that compute at the same time hand the interpreter to and fro, and each answer of the database waits for it
anew. What a slow network brings or takes needs no turn: forms are there before theirs begins, and answers leave after.
"""

import gc
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SMALL = 256 * 1024
"""Bytes of a form that is read before its turn; whatever sends more takes none, for it waits for its sender."""
PATIENCE = 1.0
"""Seconds; whoever has waited so long goes on beside the others: one slow page does not hold up a process."""

UNSEEN = 1_000
"""So many things were made since Python last looked for rubbish by itself: it was told to wait for us."""
YOUNG, ALL, SELDOM = 1, 2, 1_000
"""Between two pages what they left is looked through; every so many pages all that a process holds."""


class Turns:
    """A lock that is handed on in the order of coming."""

    def __init__(self) -> None:
        """Free."""
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    def take(self, patience: float) -> bool:
        """Wait for the turn, at most so many seconds; whether it is one's own now."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=patience):
            return True
        with self._guard, suppress(ValueError):
            self._waiting.remove(mine)
            return False
        return True  # it was handed over in this very moment

    def leave(self) -> None:
        """Hand it on to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class TakingTurns:
    """An application whose pages are made one after the other."""

    def __init__(self, application: "WSGIApplication", patience: float = PATIENCE) -> None:
        """Around this application."""
        self._application = application
        self._patience = patience
        self._turns = Turns()
        self._tidied = count(1)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Make the page once it is its turn."""
        if not _is_at_hand(environ) or not self._turns.take(self._patience):
            return self._application(environ, start_response)
        try:
            return self._application(environ, start_response)
        finally:
            self._tidy()
            self._turns.leave()

    def _tidy(self) -> None:
        """Look for rubbish now: it takes half a millisecond, and ten to forty while all that a page needs is alive."""
        if gc.get_count()[0] > UNSEEN:
            gc.collect(YOUNG if next(self._tidied) % SELDOM else ALL)


def _is_at_hand(environ: "WSGIEnvironment") -> bool:
    """Whether all that was sent is here; a small form is fetched."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return False
    said = environ.get("CONTENT_LENGTH") or "0"
    length = int(said) if said.isdecimal() else SMALL + 1
    if 0 < length <= SMALL:
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
    return length <= SMALL
