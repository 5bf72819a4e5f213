"""States that tests stand on, built once by their verbs and put back: what `@kept` marks is done once for many tests.

A state is known by the one on which it was built, and that one by the marks of `tests/restoring.py`: where anything
else was written since, or anything is not certain, it is built.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

import time_machine
from flask import Flask, current_app, g, request
from sqlalchemy import select, text
from sqlalchemy.orm import Session, SessionTransaction

from core import clock, files
from core.db import GATHERED, HELD, KEPT
from core.errors import Unavailable
from core.held_back import BACK, BROUGHT
from core.planned import AHEAD
from tests.words_of_states import Reading, Things, load, told

P = ParamSpec("P")
R = TypeVar("R")
Stand = dict[str, tuple[int | None, int | None]]
"""How far the mark and the counter of each table went."""
LOOKED_UP = {"open", "reader", KEPT, HELD, GATHERED, AHEAD}
"""What a session knows and would find out again; whatever else it knows waits for the end of the transaction."""
STAND = text("SELECT name, mark, counter FROM marks.stand()")
ROWS = text("SELECT name, rows FROM marks.rows_of(:names)")
PUT = text("SELECT marks.put_back(:names, :rows, :counters)")


@dataclass(frozen=True, eq=False)
class State:
    """What a verb left: rows by table, what its builder holds, what waits for the end of the transaction."""

    tables: dict[str, tuple[str | None, int | None]]
    words: bytes
    things: Things
    bytes_of: dict[str, bytes]
    at: datetime


_states: dict[tuple[object, ...], State] = {}
_stands: WeakKeyDictionary[SessionTransaction, tuple[State, Stand]] = WeakKeyDictionary()
_open: list[Flask | None] = []


@contextmanager
def keeping(app: Flask | None) -> Iterator[None]:
    """States may be kept in the database of this application, and of it alone: the test changes nothing besides."""
    _open.append(app)
    try:
        yield
    finally:
        _open.pop()


def _held(builder: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a builder holds, and what waits in its session."""
    return vars(builder), _waiting(builder.session)


def _waiting(session: Session) -> dict[str, Any]:
    return {name: it for name, it in session.info.items() if it and name not in LOOKED_UP}


def _stand(session: Session) -> Stand:
    return {name: (mark, counter) for name, mark, counter in session.connection().execute(STAND)}


def _ground(session: Session) -> tuple[Hashable, Stand] | None:
    """On what something is built: a state that was kept or put back, or the seeds; None where it is neither."""
    info, inside = session.info, session.get_transaction()
    in_parts = info.get(BACK) or info.get(BROUGHT) or session.in_nested_transaction()
    is_alone = bool(_open) and all(each is not None and each == current_app for each in _open)
    if not (is_alone and info.get("open") and inside and time_machine.traveller_stack) or in_parts or request:
        return None
    session.flush()
    stand = _stand(session)
    state, stood = _stands.get(inside, (None, None))
    if stand == stood:
        return state, stand
    if any(mark is not None for mark, _counter in stand.values()):
        return None
    return tuple(counter for _mark, counter in stand.values()), stand


def kept(build: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
    """What this verb of a builder brings about is built once, and put back wherever the same is asked."""

    @wraps(build)
    def brought(self: Any, *given: P.args, **named: P.kwargs) -> R:
        session: Session = self.session
        ground = _ground(session)
        asked = ground and told(self, given, named, *_held(self), compared=True)
        if not ground or not asked:
            return build(self, *given, **named)
        key = (ground[0], type(self), build, asked.words, *_moment())
        if (state := _states.get(key)) is not None:
            return cast("R", _put_back(self, state))
        result = build(self, *given, **named)
        _keep(self, key, ground[1], result)
        return result

    return brought  # type: ignore[return-value]


def _moment() -> tuple[object, ...]:
    """When, and in which language: a clock that goes on is the same for ten seconds."""
    now, goes_on = clock.now(), time_machine.traveller_stack[-1]._tick
    return now.replace(second=now.second // 10 * 10, microsecond=0) if goes_on else now, goes_on, _language()


def _language() -> str:
    """As far as it is settled: to ask would settle it for whatever the test does next, also for its client's pages."""
    return str(getattr(getattr(g, "_flask_babel", None), "babel_locale", None))


def _keep(builder: Any, key: tuple[object, ...], before: Stand, result: object) -> None:
    session: Session = builder.session
    session.flush()  # by which more may wait
    left, inside, stand = told(builder, result, *_held(builder)), session.get_transaction(), _stand(session)
    moved = [name for name, stood in stand.items() if stood != before[name]]
    if not (left and moved and inside) or session.in_nested_transaction():
        return
    rows: dict[str, str | None] = dict(session.connection().execute(ROWS, {"names": moved}).tuples().all())
    tables = {name: (rows[name], stand[name][1]) for name in moved}
    named = session.scalars(select(files.StoredFile.sha256)) if files.StoredFile.__tablename__ in tables else ()
    try:
        contents = {each: files.read(each) for each in named}
    except Unavailable:
        return
    _states[key] = state = State(tables, left.words, left.things, contents, clock.now())
    _stands[inside] = state, stand


def _put_back(builder: Any, state: State) -> Any:
    session: Session = builder.session
    for sha256, content in state.bytes_of.items():
        files._store().put(sha256, BytesIO(content), len(content))
    said: dict[str, list[Any]] = {"names": list(state.tables), "rows": [], "counters": []}
    for rows, counter in state.tables.values():
        said["rows"].append(rows)
        said["counters"].append(counter)
    session.connection().execute(PUT, said)
    session.expire_all()
    session.info[KEPT] = {}
    load(session, state.things)
    result, held, waiting = Reading(state.words, builder).load()
    vars(builder).update(held)
    for name in _waiting(session):
        del session.info[name]
    session.info.update(waiting)
    if (wait := state.at - clock.now()) > timedelta() and time_machine.traveller_stack[-1]._tick:
        time_machine.traveller_stack[-1].shift(wait)  # what was written is not of the future
    if inside := session.get_transaction():
        _stands[inside] = state, _stand(session)
    return result
