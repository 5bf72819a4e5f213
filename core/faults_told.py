"""What a fault of the database says: class, code and constraint, never the values that it was about.

PostgreSQL adds the failing row to a refusal, and both end in logs, in the queue and on pages of administrators.
"""

import os
import sys
import traceback
from typing import Final

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from core.settings import ROOT

SAID_BY_US: Final = ("08", "23", "25", "40", "42501", "42703", "42P01", "53", "55", "57", "P0")
"""Beginnings of SQLSTATE whose first line names tables and constraints, or is our own; others quote values."""
MOST: Final = 500
PLAIN: Final = "builtins"
"""Where errors are at home whose number is the system's; TLS and mail have numbers of their own."""
OURS: Final = f"{ROOT}/"


READ_ONLY: Final = "25006"


@event.listens_for(Engine, "handle_error", retval=True)
def _without_values(about: ExceptionContext) -> OperationalError | None:
    """The fault without values; of a server that can only be read (a standby, a full disk), that it is away."""
    orig, told = about.original_exception, about.sqlalchemy_exception
    if not isinstance(orig, psycopg.Error) or orig.sqlstate is None:
        return None  # the driver's own words: of connections, and of values that it could not write
    kind = type(orig)
    first = (orig.diag.message_primary or "") if orig.sqlstate.startswith(SAID_BY_US) else ""
    orig.args = (f"{orig.sqlstate} {first}".strip(),)
    if told is not None:
        told.args = (f"({kind.__module__}.{kind.__name__}) {orig.args[0]}",)
    return OperationalError(None, None, orig) if orig.sqlstate == READ_ONLY else None


def told(error: BaseException) -> str:
    """What may be kept of a fault, and be read by whoever keeps the machine running."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, psycopg.Error):
        orig = error.orig
        if orig.sqlstate is None and isinstance(orig, psycopg.OperationalError):  # of a connection: it names no value
            return f"{type(orig).__name__}: {str(orig).partition(chr(10))[0]}"[:MOST]
        words = (type(orig).__name__, orig.sqlstate, orig.diag.constraint_name)
        return " ".join(word for word in words if word)
    if isinstance(error, StatementError):
        return f"{type(error).__name__}: {type(error.orig).__name__}"
    if isinstance(error, OSError) or _is_ours(getattr(sys.modules.get(type(error).__module__), "__file__", None) or ""):
        behind = "" if isinstance(error, OSError) else _of_the_system(error.__cause__)
        return f"{type(error).__name__}: {error}{behind}"[:MOST]
    return placed(error)  # words of Python and of libraries quote what they could not use


def _of_the_system(error: BaseException | None) -> str:
    """What the machine says of a disk, a file or a connection: a page only says that it can't go on."""
    if isinstance(error, OSError) and type(error).__module__ == PLAIN and error.errno is not None:
        return f" ({os.strerror(error.errno)})"
    return ""


def _is_ours(file: str) -> bool:
    return file.startswith(OURS) and ".venv" not in file


def placed(error: BaseException) -> str:
    """What a log may hold of a fault: its class, and where in our code; its own words may be what a person wrote."""
    words = told(error) if isinstance(error, StatementError) else type(error).__name__
    words += _of_the_system(error) or _of_the_system(error.__cause__)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if _is_ours(each.filename)]
    path = ours[-1].filename.removeprefix(OURS) if ours else ""
    return f"{words} at {path}:{ours[-1].lineno}" if ours else words


def traced(error: BaseException) -> str:
    """What a log holds of a fault that nobody foresaw: `placed` of all that led to it, frame by frame."""
    known: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in known:
        known.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\n".join(f"{placed(one)}\n{''.join(traceback.format_tb(one.__traceback__))}" for one in reversed(known))
