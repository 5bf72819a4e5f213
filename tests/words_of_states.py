"""What a builder of states holds, in words: rows by their keys, itself and its session as such, all else as it is."""

import pickle
from io import BytesIO
from typing import Any

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
