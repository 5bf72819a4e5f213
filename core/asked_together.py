"""What most moves ask and few change, asked in one statement, once in a transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.orm import Session

from core.db import KEPT
from core.planned import PLANNED

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_questions: dict[str, str] = {}
_readings: dict[str, Callable[[Any], Any]] = {}
_open_to_all: set[str] = set()


def together(
    name: str, question: str, read: Callable[[Any], Any] = lambda found: found, *, open_to_all: bool = False
) -> None:
    """Register a SELECT of one row and column, how its answer is read, and whether every reader may ask it."""
    _questions[name], _readings[name] = question, read
    if open_to_all:
        _open_to_all.add(name)


def asked(session: Session, name: str) -> Any:  # noqa: ANN401 - as it was read
    """The answer as it stands in this transaction; the first to ask gets all other questions answered as well.

    A reader gets only those that are open to all: what the others answer may not be theirs to see.
    """
    kept: dict[object, Any] = session.info.get(KEPT, {})
    if ("asked", name) in kept:
        return kept["asked", name]
    found = _ask(session, {name, *_open(session)})
    return found[name]


def asked_along(session: Session, columns: Sequence[str], values: Mapping[str, Any]) -> Sequence[Any]:
    """Answers to the caller's own questions (columns of one row), in one statement with all that nobody asked yet."""
    session.flush()  # so that the answers include earlier changes, of a setting for instance
    found = _ask(session, _open(session), columns, values)
    return [found[place] for place in range(len(columns))]


def _open(session: Session) -> list[str]:
    kept, may = session.info.get(KEPT, {}), _questions if session.info.get("open") else _open_to_all
    return [name for name in may if ("asked", name) not in kept]


def _ask(
    session: Session, wanted: Collection[str], columns: Sequence[str] = (), values: Mapping[str, Any] = NOTHING
) -> dict[str | int, Any]:
    """Answers by name, and those of `columns` by place; those by name are kept for the transaction."""
    names = [name for name in _questions if name in wanted]  # in one order, so that it is planned once
    asks = "SELECT " + ", ".join([*columns, *(f"({_questions[each]})" for each in names)])
    row = session.connection().exec_driver_sql(asks, values, PLANNED).one()
    answers = {name: _readings[name](answer) for name, answer in zip(names, row[len(columns) :], strict=True)}
    session.info.get(KEPT, {}).update({("asked", name): answer for name, answer in answers.items()})
    return answers | dict(enumerate(row[: len(columns)]))


def forget(session: Session, name: str) -> None:
    """Ask again from here on: what the answer says was changed in this transaction."""
    session.info.get(KEPT, {}).pop(("asked", name), None)
