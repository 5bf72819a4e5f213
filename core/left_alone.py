"""A server outside that made the worker wait in vain is left alone for a minute, so that other work is not held up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LONG: Final = 5.0
"""Seconds from which on a vain wait holds up others; who refuses at once costs nothing."""
ALONE_FOR: Final = 60.0


class LeftAlone(Exception):  # noqa: N818 - it names what happened
    """The server did not answer a moment ago, so it was not tried; the work comes again by itself."""

    untried = True


class Server:
    """An outside server, as this process knows it."""

    def __init__(self) -> None:
        self._until = 0.0

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Ask it here; raises LeftAlone where it is not asked now."""
        if time.monotonic() < self._until:
            message = "it did not answer a moment ago"
            raise LeftAlone(message)
        began = time.monotonic()
        try:
            yield
        except OSError:
            if time.monotonic() >= began + LONG:
                self._until = time.monotonic() + ALONE_FOR
            raise
