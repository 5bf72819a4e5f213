"""States that tests stand on, built once by their verbs and put back: what `@kept` marks is done once for many tests.

A state is known by the one on which it was built, and that one by the marks of `tests/restoring.py`: where anything
else was written since, or anything is not certain, it is built. `@brought_once` does the same for what a fixture
brings about in transactions of its own and by pages.
"""

import os
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID
from weakref import WeakKeyDictionary

import time_machine
from flask import Flask, current_app, g, has_app_context, request
from sqlalchemy import select, text
from sqlalchemy.orm import Session, SessionTransaction

from core import clock, valkey
from core.db import GATHERED, HELD, KEPT, transaction
from core.errors import Unavailable
from core.held_back import BACK, BROUGHT
from core.planned import AHEAD
from filestore import files
from tests.words_of_states import Reading, ReadingPlain, Things, load, meaning, plain, told

P = ParamSpec("P")
R = TypeVar("R")
Stand = dict[str, tuple[int | None, int | None]]
"""How far the mark and the counter of each table went."""
LOOKED_UP = {"open", "reader", KEPT, HELD, GATHERED, AHEAD}
"""What a session knows and would find out again; whatever else it knows waits for the end of the transaction."""
STAND = text("SELECT name, mark, counter FROM marks.stand()")
KEEP = text("SELECT marks.keep(:names)")
PUT = text("SELECT marks.put_back(:number)")


@dataclass(frozen=True, eq=False)
class State:
    """What a verb left: its rows, what its builder holds, what waits for the end of the transaction."""

    number: UUID
    """Under which the database keeps its rows (tests/restoring.py)."""
    words: bytes
    things: Things
    bytes_of: dict[str, bytes]
    at: datetime
    queued: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)
    """What stands in Valkey, each with the milliseconds that it lasts; 0 for ever."""


_states: dict[tuple[object, ...], State] = {}
_stands: WeakKeyDictionary[SessionTransaction, tuple[State, Stand]] = WeakKeyDictionary()
_open: list[tuple[Flask | None, Callable[[], bool]]] = []


def _nothing() -> bool:
    return False


@contextmanager
def keeping(app: Flask | None, changed: Callable[[], bool] = _nothing) -> Iterator[None]:
    """States may be kept in the database of this application, and of it alone, until something else is `changed`."""
    _open.append((app, changed))
    try:
        yield
    finally:
        _open.pop()


def _is_alone(app: object) -> bool:
    return bool(_open) and all(each is not None and each == app and not changed() for each, changed in _open)


def forget() -> None:
    """The database is another one."""
    _states.clear()


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
    is_open = info.get("open") and time_machine.traveller_stack
    if inside is None or not (is_open and _is_alone(current_app)) or in_parts or request:
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
        if (state := _states.get(key)) is not None and _put_back(session, state):
            return cast("R", _told_again(self, state))
        result = build(self, *given, **named)
        _keep(self, key, ground[1], result)
        return result

    return brought  # type: ignore[return-value]


def brought_once(function: Callable[Concatenate[Flask, P], R]) -> Callable[Concatenate[Flask, P], R]:
    """What this fixture brings about, and the plain words that it gives: once for many tests."""

    @wraps(function)
    def there(app: Flask, *given: P.args, **named: P.kwargs) -> R:
        return staged(app, (function, given, named), lambda: function(app, *given, **named))

    return there


def staged(app: Flask, known_by: tuple[object, ...], build: Callable[[], R]) -> R:
    """The same of what depends on these things, functions among them, and on the seeds."""
    ground, means = _seeds(app), tuple(meaning(each) for each in known_by)
    if ground is None or None in means:
        return build()
    key = (ground, *means, *_moment())
    if (state := _states.get(key)) is not None:
        with app.app_context(), transaction() as at:
            is_there = _put_back(at, state)
        if is_there:
            _queue(app, state.queued)
            return cast("R", ReadingPlain(state.words, app).load())
    result = build()
    if (words := plain(result, app)) is not None:
        with app.app_context(), transaction() as at:
            moved = [name for name, (mark, _counter) in _stand(at).items() if mark is not None]
            contents = _contents(at, moved)
            if moved and contents is not None:
                number = at.scalars(KEEP, {"names": moved}).one()
                _states[key] = State(number, words, {}, contents, clock.now(), _queued(app))
    return result


def put_aside(app: Flask) -> UUID | None:
    """Whatever was written since the database was made; it stands there again wherever `put_again` is asked for it."""
    with app.app_context(), transaction() as at:
        moved = [name for name, (mark, _counter) in _stand(at).items() if mark is not None]
        return at.scalars(KEEP, {"names": moved}).one()


def put_again(app: Flask, number: UUID) -> bool:
    """Rows and counters, in a database that was put back; False where it is another one."""
    with app.app_context(), transaction() as at:
        return bool(at.scalar(PUT, {"number": number}))


def _queued(app: Flask) -> dict[bytes, tuple[int, bytes]]:
    server: Any = valkey.connected(app, os.environ["REDIS_URL"])
    found = {name: (max(server.pttl(name), 0), server.dump(name)) for name in server.scan_iter()}
    return {name: each for name, each in found.items() if each[1] is not None}  # one may have ended meanwhile


def _queue(app: Flask, queued: dict[bytes, tuple[int, bytes]]) -> None:
    with valkey.connected(app, os.environ["REDIS_URL"]).pipeline() as server:
        for name, (lasts, words) in queued.items():
            server.restore(name, lasts, words)
        server.execute()


def _seeds(app: Flask) -> Hashable | None:
    """How the counters stand where nothing was written or queued yet and nobody is at work."""
    if not (_is_alone(app) and time_machine.traveller_stack) or has_app_context() or _queued(app):
        return None
    with app.app_context(), transaction() as at:
        stand = _stand(at).values()
    return None if any(mark is not None for mark, _counter in stand) else tuple(counter for _mark, counter in stand)


def _moment() -> tuple[object, ...]:
    """When, and in which language: a clock that goes on is the same for ten seconds."""
    now, goes_on = clock.now(), time_machine.traveller_stack[-1]._tick
    return now.replace(second=now.second // 10 * 10, microsecond=0) if goes_on else now, goes_on, _language()


def _language() -> str:
    """As far as it is settled: to ask would settle it for whatever the test does next, also for its client's pages."""
    return str(getattr(getattr(g, "_flask_babel", None), "babel_locale", None)) if has_app_context() else ""


def _keep(builder: Any, key: tuple[object, ...], before: Stand, result: object) -> None:
    session: Session = builder.session
    session.flush()  # by which more may wait
    left, inside, stand = told(builder, result, *_held(builder)), session.get_transaction(), _stand(session)
    moved = [name for name, stood in stand.items() if stood != before[name]]
    if not (left and moved and inside) or session.in_nested_transaction():
        return
    contents = _contents(session, moved)
    if contents is None:
        return
    number = session.scalars(KEEP, {"names": moved}).one()
    _states[key] = state = State(number, left.words, left.things, contents, clock.now())
    _stands[inside] = state, stand


def _contents(session: Session, moved: Sequence[str]) -> dict[str, bytes] | None:
    """Of the files that were taken; None where one is not there."""
    named = session.scalars(select(files.StoredFile.sha256)) if files.StoredFile.__tablename__ in moved else ()
    try:
        return {each: files.read(each) for each in named}
    except Unavailable:
        return None


def _put_back(session: Session, state: State) -> bool:
    """Rows, files and the time; False where the database does not have it."""
    if not session.scalar(PUT, {"number": state.number}):
        return False
    for sha256, content in state.bytes_of.items():
        files._store().put(sha256, BytesIO(content), len(content))
    if (wait := state.at - clock.now()) > timedelta() and time_machine.traveller_stack[-1]._tick:
        time_machine.traveller_stack[-1].shift(wait)  # what was written is not of the future
    return True


def _told_again(builder: Any, state: State) -> Any:
    """What the verb gave; its builder holds what it held then."""
    session: Session = builder.session
    session.expire_all()
    session.info[KEPT] = {}
    load(session, state.things)
    result, held, waiting = Reading(state.words, builder).load()
    vars(builder).update(held)
    for name in _waiting(session):
        del session.info[name]
    session.info.update(waiting)
    if inside := session.get_transaction():
        _stands[inside] = state, _stand(session)
    return result
