"""What most moves ask and few change: one question for all of it, once in a transaction."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from core.db import KEPT
from core.planned import PLANNED

_questions: dict[str, str] = {}
_readings: dict[str, Callable[[Any], Any]] = {}


def together(name: str, question: str, read: Callable[[Any], Any] = lambda found: found) -> None:
    """Register a question with one answer (a SELECT of one row and column), and how its answer is read."""
    _questions[name], _readings[name] = question, read


def asked(session: Session, name: str) -> Any:  # noqa: ANN401 - as it was read
    """The answer as it stands now in this transaction; where one is asked, all are that nobody asked yet.

    A reader asks for one alone: the others may be none of theirs to see.
    """
    kept: dict[object, Any] = session.info.get(KEPT, {})
    if ("asked", name) in kept:
        return kept["asked", name]
    open_ = [each for each in _questions if ("asked", each) not in kept] if session.info.get("open") else [name]
    asks = "SELECT " + ", ".join(f"({_questions[each]})" for each in open_)
    found = session.connection().exec_driver_sql(asks, (), PLANNED).one()
    answers = {each: _readings[each](answer) for each, answer in zip(open_, found, strict=True)}
    kept.update({("asked", each): answer for each, answer in answers.items()})
    return answers[name]


def forget(session: Session, name: str) -> None:
    """What it says was changed in this transaction: what follows in it asks again."""
    session.info.get(KEPT, {}).pop(("asked", name), None)
