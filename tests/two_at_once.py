"""Two people at once: the second acts while the first, who has not finished, holds what both act on."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from time import monotonic, sleep

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db import transaction

WAITING = text(
    "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE NOT l.granted AND a.datname = current_database()"
)
LOOK_AGAIN = text("SELECT pg_stat_clear_snapshot()")
"""Whoever connected since a transaction first looked is seen by it only then."""
Deed = Callable[[Session], object]


def waits_for(at: Session, other: Thread) -> None:
    """Goes on once the other has got to where it waits for what this transaction holds, unless it ended before."""
    until = monotonic() + 20
    while other.is_alive() and not at.scalar(WAITING) and monotonic() < until:
        sleep(0.01)
        at.execute(LOOK_AGAIN)


class Beside:
    """Somebody else, who acts in a transaction of his own."""

    def __init__(self, app: Flask, deed: Deed) -> None:
        """Nothing is done yet."""
        self._failed: list[Exception] = []

        def do() -> None:
            try:
                with app.app_context(), transaction() as at:
                    deed(at)
            except Exception as error:  # noqa: BLE001 - the test looks at it
                self._failed.append(error)

        self._thread = Thread(target=do)

    def meets(self, at: Session) -> None:
        """Begins now, and has got to where it waits for what this transaction holds, unless it ended before."""
        at.flush()
        self._thread.start()
        waits_for(at, self._thread)

    def does(self) -> None:
        """Does it now."""
        self._thread.start()
        failed = self.ends()
        if failed is not None:
            raise failed

    def ends(self) -> Exception | None:
        """What became of it; nothing where it is done."""
        self._thread.join()
        return self._failed[0] if self._failed else None


def gone_meanwhile(app: Flask, key: str, sends: Callable[[], object], deed: Deed) -> None:
    """Somebody sends a form with this key; after its page has looked and before it is carried out another does a deed.

    What waits for the key goes on as its holder gives it up.
    """
    sender, other = Thread(target=sends), Beside(app, deed)
    with app.app_context(), suppress(LookupError), transaction(once=key) as at:
        at.flush()
        sender.start()
        waits_for(at, sender)
        other.does()
        raise LookupError
    sender.join()


def at_once(app: Flask, first: Deed, second: Deed, *, then: Deed | None = None) -> Exception | None:
    """What becomes of the second, who begins when the first has done it and not yet ended; nothing where it is done.

    `then` is what the first does while the second waits.
    """
    beside = Beside(app, second)
    with transaction() as at:
        first(at)
        beside.meets(at)
        if then is not None:
            then(at)
    return beside.ends()
