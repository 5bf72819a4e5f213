"""A process that starts before its servers waits for them, instead of ending so often that nobody starts it again."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from core import outbox
from core.db import db

log = structlog.get_logger()
AGAIN = 5
"""Seconds until a server that was away is asked once more."""
P, R = ParamSpec("P"), TypeVar("R")


def database() -> None:
    """Ask PostgreSQL whether it is there."""
    with db.engine.connect():
        pass


def queue() -> None:
    """Ask Valkey whether it is there."""
    with outbox.patient_connection() as asked:
        asked.ping()


def waited_for(*servers: Callable[[], None]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Begin a command only once these answer."""

    def register(command: Callable[P, R]) -> Callable[P, R]:
        @wraps(command)
        def begins(*args: P.args, **kwargs: P.kwargs) -> R:
            for asks in servers:
                _wait(asks)
            return command(*args, **kwargs)

        return begins

    return register


def _wait(asks: Callable[[], None]) -> None:
    while True:
        try:
            asks()
        except (OperationalError, RedisError, OSError) as error:
            why = str(getattr(error, "orig", error)).partition("\n")[0]
            log.warning("waiting for a server", server=asks.__name__, why=why)
            time.sleep(AGAIN)
        else:
            return
