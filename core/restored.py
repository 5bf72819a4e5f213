"""After a dump was brought back: nothing that was open is done by itself, and no number of a row is given twice."""

from contextlib import suppress
from datetime import datetime
from typing import Final

import psycopg
from redis.exceptions import RedisError
from sqlalchemy import update
from sqlalchemy.orm import Session

from core import clock
from core.models_rounds import InUse
from core.outbox import OPEN, PATIENT, QUEUE, Outbox, queue_of
from core.under_way import application

BEYOND: Final = 10_000
"""So many numbers of rows are left out: cookies, addresses and message ids of the lost days name rows by number."""
FORWARD: Final = """
SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, coalesce(last_value, start_value) + %s)
FROM pg_sequences WHERE schemaname = 'public'"""


def is_in_use(at: Session) -> bool:
    """Whether this database is the one that goes on, not one that was brought back and may lack days."""
    return at.get(InUse, 1) is not None


def put_in_use(at: Session, now: datetime) -> None:
    """From here on, this database is the one that goes on."""
    at.merge(InUse(id=1, since=now))


def park(at: Session) -> int:
    """Park work that was asked for and not done until an administrator releases it; how much that is."""
    parked = update(Outbox).where(*OPEN).values(parked_at=clock.now(), tries=0, handed_at=None, trouble=None)
    return len(at.scalars(parked.returning(Outbox.id)).all())


def leave_out_numbers(owner: str) -> None:
    """Give new rows only numbers that no row of the lost days had (only the owner may)."""
    with psycopg.connect(owner) as connection:
        connection.execute(FORWARD, (BEYOND,))


def empty_queues() -> None:
    """Empty the queues, which still name rows of the lost days; the sweep hands over again what is open."""
    for name in (QUEUE, PATIENT):
        with suppress(RedisError, OSError):
            queue_of(name, application().extensions["outbox"]).empty()  # type: ignore[no-untyped-call]
