"""Connections that waited in the pool are asked whether their server is still there; those of a moment ago are not.

One request takes its connection several times, and to ask each time costs as much as a statement. No server dies and is
back within the moment: whoever then comes first asks, and all that wait are thrown away with the one that is dead.
"""

import time
from typing import Any, Final

import psycopg
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import Pool

MOMENT: Final = 0.1
GIVEN_BACK: Final = "given back"
LOST: Final[dict[str, Any]] = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A server that went without a word (its machine, the network) is known to be away within half a minute: the system
itself would have each page wait a quarter of an hour, or two."""
GONE: Final = {
    "tcp_keepalives_idle": 15,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""The same told to the server: what a clock or a worker holds whose machine is gone would bar others for two hours."""


@event.listens_for(Pool, "checkin")
def _given_back(_connection: object, record: Any) -> None:  # noqa: ANN401 - of SQLAlchemy
    record.info[GIVEN_BACK] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _taken(connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401
    since: float | None = record.info.get(GIVEN_BACK)
    if since is None or time.monotonic() - since < MOMENT:
        return
    try:
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = False
    except psycopg.Error as dead:
        raise InvalidatePoolError from dead
