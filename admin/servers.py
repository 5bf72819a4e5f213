"""Servers that are away: a process that starts before them waits, a command ends with a sentence that names them."""

import time
from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

import click
import psycopg
import structlog
from psycopg.errors import InsufficientPrivilege, UndefinedColumn, UndefinedFunction, UndefinedTable
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from core import outbox
from core.db import db

log = structlog.get_logger()
AGAIN = 5
"""Seconds until a server that was away is asked once more."""
P, R = ParamSpec("P"), TypeVar("R")
EXIT: Final = {"verify-document": 6}
"""How commands end of which 1 is an answer, where they can give none."""
AWAY: Final = (OperationalError, InterfaceError, psycopg.OperationalError)
KNOWN: Final = (*AWAY, RedisError, InsufficientPrivilege, ProgrammingError, OSError)
OTHER_REVISION: Final = (UndefinedTable, UndefinedColumn, UndefinedFunction)


class ReadOnly(OSError):  # noqa: N818 - it names what happened
    """The server answers and takes nothing."""


def database() -> None:
    """Ask PostgreSQL whether it is there, and whether anything can be written."""
    with db.engine.connect() as asked:
        if asked.scalar(text("SHOW transaction_read_only")) == "on":
            message = "the database can only be read"
            raise ReadOnly(message)


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
                wait_for(asks)
            return command(*args, **kwargs)

        return begins

    return register


def wait_for(asks: Callable[[], None]) -> None:
    """Return once it answers."""
    while True:
        try:
            asks()
        except (OperationalError, RedisError, OSError) as error:
            why = first_line(getattr(error, "orig", error))
            log.warning("waiting for a server", server=asks.__name__, why=why)
            time.sleep(AGAIN)
        else:
            return


def saying_what_is_away(command: click.Command) -> click.Command:
    """Make this command say what it lacks (its servers, the right revision, room on a disk), and end with 1."""
    asks: Callable[..., Any] | None = command.callback
    if asks is None:
        return command

    @wraps(asks)
    def begins(*args: Any, **kwargs: Any) -> Any:
        try:
            return asks(*args, **kwargs)
        except KNOWN as error:
            words = _sentence(error)
            if not words:
                raise
            ended = click.ClickException(words)
            ended.exit_code = EXIT.get(command.name or "", ended.exit_code)
            raise ended from None

    made = copy(command)
    made.callback = begins
    return made


def _sentence(error: Exception) -> str:
    """What is missing; nothing where the fault may be ours."""
    if isinstance(error, AWAY):
        return f"The database is away, or can't go on: {first_line(getattr(error, 'orig', None) or error)}."
    if isinstance(error, RedisError):
        return f"Valkey is away, or can't go on: {first_line(error)}."
    if isinstance(error, InsufficientPrivilege):  # asked past our engine, as the owner alone is
        return "DATABASE_OWNER_URL has to name the database of DATABASE_URL, as its owner."
    if isinstance(error, ProgrammingError) and isinstance(error.orig, OTHER_REVISION):
        return "The database has another revision than this code needs: see “Upgrading” in README.md."
    if isinstance(error, OSError) and error.strerror and not isinstance(error, BrokenPipeError):
        return f"{error.strerror}{f': {error.filename}' if error.filename else ''}."
    return ""


def first_line(error: BaseException) -> str:
    """What a server or its driver says, without its details."""
    return str(error).partition("\n")[0].rstrip(".")
