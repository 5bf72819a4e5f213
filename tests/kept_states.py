"""States that tests stand on, built once by their verbs and put back: what `@kept` marks is done once for many tests.

A state is known by the one on which it was built, and that one by the marks of `tests/restoring.py`: where anything
else was written since, or anything is not certain, it is built.
"""

import pickle
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

import time_machine
from flask import Flask, current_app, request
from flask_babel import get_locale
from sqlalchemy import inspect, select, text, tuple_
from sqlalchemy.orm import Session, SessionTransaction, selectinload
from sqlalchemy.orm.state import InstanceState

from core import clock, files
from core.db import GATHERED, HELD, KEPT, Base
from core.errors import Unavailable
from core.held_back import BACK, BROUGHT
from core.planned import AHEAD

P = ParamSpec("P")
R = TypeVar("R")
Stand = dict[str, tuple[int | None, int | None]]
"""How far the mark and the counter of each table went."""
LOOKED_UP = {"open", "reader", KEPT, HELD, GATHERED, AHEAD}
"""What a session knows and would find out again; whatever else it knows waits for the end of the transaction."""
STAND = text("SELECT name, mark, counter FROM marks.stand()")
ROWS = text("SELECT name, rows FROM marks.rows_of(:names)")
PUT = text("SELECT marks.put_back(:names, :rows, :counters)")
Things = dict[type[Base], tuple[set[tuple[Any, ...]], set[str]]]
"""By table the keys of rows that a builder holds, and what was loaded with them."""


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


class _Writing(pickle.Pickler):
    """Rows are told by their keys, the builder and its session as such."""

    def __init__(self, into: BytesIO, builder: Any, *, compared: bool) -> None:
        super().__init__(into)
        self.fast = compared  # what is equal is told alike, whether or not it is one thing
        self.into, self.builder = into, builder
        self.things: Things = {}

    def persistent_id(self, it: object) -> Any:
        if it is self.builder or it is self.builder.session:
            return "builder" if it is self.builder else "session"
        if self.fast and isinstance(it, set | frozenset):
            return sorted(it, key=repr)  # in whatever order it goes through its own
        if not isinstance(it, Base):
            return None
        state: InstanceState[Any] = inspect(it)
        if not state.persistent or state.session is not self.builder.session or state.identity is None:
            message = "it has no row"
            raise pickle.PicklingError(message)
        keys, loaded = self.things.setdefault(type(it), (set(), set()))
        keys.add(state.identity)
        loaded.update(state.mapper.relationships.keys() & state.dict.keys())
        return type(it), state.identity

    @property
    def words(self) -> bytes:
        return self.into.getvalue()


class _Reading(pickle.Unpickler):
    def __init__(self, words: bytes, builder: Any) -> None:
        super().__init__(BytesIO(words))
        self.builder = builder

    def persistent_load(self, pid: Any) -> Any:
        if isinstance(pid, str):
            return self.builder if pid == "builder" else self.builder.session
        return self.builder.session.get_one(*pid)


def _told(builder: Any, *said: object, compared: bool = False) -> _Writing | None:
    """Something in words, with what the builder holds and what waits; None where there are no words for it."""
    writing = _Writing(BytesIO(), builder, compared=compared)
    try:
        writing.dump((said, vars(builder), _waiting(builder.session)))
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError):
        return None
    return writing


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
        asked = ground and _told(self, given, named, compared=True)
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
    return now.replace(second=now.second // 10 * 10, microsecond=0) if goes_on else now, goes_on, str(get_locale())


def _keep(builder: Any, key: tuple[object, ...], before: Stand, result: object) -> None:
    session: Session = builder.session
    session.flush()  # by which more may wait
    told, inside, stand = _told(builder, result), session.get_transaction(), _stand(session)
    moved = [name for name, stood in stand.items() if stood != before[name]]
    if not (told and moved and inside) or session.in_nested_transaction():
        return
    rows: dict[str, str | None] = dict(session.connection().execute(ROWS, {"names": moved}).tuples().all())
    tables = {name: (rows[name], stand[name][1]) for name in moved}
    named = session.scalars(select(files.StoredFile.sha256)) if files.StoredFile.__tablename__ in tables else ()
    try:
        contents = {each: files.read(each) for each in named}
    except Unavailable:
        return
    _states[key] = state = State(tables, told.words, told.things, contents, clock.now())
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
    for kind, (keys, loaded) in state.things.items():
        found = select(kind).where(tuple_(*inspect(kind).primary_key).in_(keys))
        session.scalars(found.options(*(selectinload(getattr(kind, each)) for each in loaded))).all()
    (result,), held, waiting = _Reading(state.words, builder).load()
    vars(builder).update(held)
    for name in _waiting(session):
        del session.info[name]
    session.info.update(waiting)
    if (wait := state.at - clock.now()) > timedelta() and time_machine.traveller_stack[-1]._tick:
        time_machine.traveller_stack[-1].shift(wait)  # what was written is not of the future
    if inside := session.get_transaction():
        _stands[inside] = state, _stand(session)
    return result
