"""What a state is known by and leaves, in words: rows by their keys, builders and sessions as such, functions too."""

import dis
import pickle
from collections.abc import Hashable, Iterator
from io import BytesIO
from types import CodeType, FunctionType
from typing import Any

from flask import Flask
from sqlalchemy import inspect, select, tuple_
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.state import InstanceState

from core.db import Base

Things = dict[type[Base], tuple[set[tuple[Any, ...]], set[str]]]
"""By table the keys of rows, and what was loaded with them."""


class Writing(pickle.Pickler):
    """Words of something; where they are `compared`, what is equal is told alike, whether or not it is one thing."""

    def __init__(self, builder: Any, *, compared: bool) -> None:
        self.into = BytesIO()
        super().__init__(self.into)
        self.fast = compared
        self.builder = builder
        self.things: Things = {}

    @property
    def words(self) -> bytes:
        return self.into.getvalue()

    def persistent_id(self, it: object) -> Any:
        if it is self.builder or it is self.builder.session:
            return "builder" if it is self.builder else "session"
        if self.fast and isinstance(it, set | frozenset):
            return sorted(it, key=repr)  # a set goes through its own in whatever order
        return self._key(it) if isinstance(it, Base) else None

    def _key(self, it: Base) -> tuple[type[Base], tuple[Any, ...]]:
        state: InstanceState[Any] = inspect(it)
        if not state.persistent or state.session is not self.builder.session or state.identity is None:
            message = "it has no row"
            raise pickle.PicklingError(message)
        keys, loaded = self.things.setdefault(type(it), (set(), set()))
        keys.add(state.identity)
        loaded.update(state.mapper.relationships.keys() & state.dict.keys())
        return type(it), state.identity


class Reading(pickle.Unpickler):
    """Reads words for another builder of the same kind."""

    def __init__(self, words: bytes, builder: Any) -> None:
        super().__init__(BytesIO(words))
        self.builder = builder

    def persistent_load(self, pid: Any) -> Any:
        if isinstance(pid, str):
            return self.builder if pid == "builder" else self.builder.session
        return self.builder.session.get_one(*pid)


def told(builder: Any, *said: object, compared: bool = False) -> Writing | None:
    """The words of something; None where there are none for it."""
    writing = Writing(builder, compared=compared)
    try:
        writing.dump(said)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError):
        return None
    return writing


def load(session: Session, things: Things) -> None:
    """Rows, and what hangs on them, before words are read that name each by its key."""
    for kind, (keys, loaded) in things.items():
        found = select(kind).where(tuple_(*inspect(kind).primary_key).in_(keys))
        for row in session.scalars(found.options(*(selectinload(getattr(kind, each)) for each in loaded))):
            state: InstanceState[Any] = inspect(row)
            state.load_options = ()  # else whatever reads it again later reads all of that ahead as well


class Plain(pickle.Pickler):
    """Words of what is no row of the database, and holds none; the application as such."""

    def __init__(self, app: Flask | None) -> None:
        self.into = BytesIO()
        super().__init__(self.into)
        self.app = app

    def persistent_id(self, it: object) -> str | None:
        if isinstance(it, Base):
            raise pickle.PicklingError(repr(it))
        return "app" if self.app is not None and it is self.app else None


class ReadingPlain(pickle.Unpickler):
    """Reads them."""

    def __init__(self, words: bytes, app: Flask) -> None:
        super().__init__(BytesIO(words))
        self.app = app

    def persistent_load(self, _pid: Any) -> Flask:
        return self.app


def plain(it: object, app: Flask | None = None) -> bytes | None:
    """The words of plain things; None where there are none for them."""
    writing = Plain(app)
    try:
        writing.dump(it)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError):
        return None
    return writing.into.getvalue()


def meaning(it: object) -> Hashable:
    """What something is known by, a function by its code and what it holds; None where that is not certain."""
    if not isinstance(it, FunctionType):
        return plain(it)
    held = [each.cell_contents for each in it.__closure__ or ()]
    held += [*(it.__defaults__ or ()), *(it.__kwdefaults__ or {}).values()]
    means = [meaning(each) for each in held]
    if None in means or any(isinstance(each, list | dict | set) for each in held) or _writes_outside(it.__code__):
        return None
    return it.__module__, it.__code__, tuple(means)


def _writes_outside(code: CodeType) -> bool:
    """Whether a function changes names that are not its own."""
    return any(name in code.co_freevars or is_global for name, is_global in _written(code))


def _written(code: CodeType) -> Iterator[tuple[str, bool]]:
    for each in dis.get_instructions(code):
        if each.opname in {"STORE_DEREF", "STORE_GLOBAL"}:
            yield each.argval, each.opname == "STORE_GLOBAL"
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _written(inner)
