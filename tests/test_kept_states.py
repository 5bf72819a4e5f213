"""A state put back is the one that was built, and where anything else was written it is built."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from casework.models import Complaint
from core import clock, journal, valkey
from core.actors import Actor
from core.db import Base, db, transaction
from core.outbox import Outbox
from filestore import files
from tests import kept_states
from tests.builders import Desk
from tests.conftest import DATABASE, NOW, _owner
from tests.kept_states import keeping, staged
from tests.sanctions.chain import Chain
from tests.words_of_states import meaning

Rows = dict[str, list[dict[str, Any]]]
LATE = {
    "zilu_public_changed",
    "zilu_public_changed_gone",
    "zilu_queue_touched",
    "zilu_case_touched",
    "zilu_case_touched_gone",
}
"""What the schema does at the end of a transaction; tests/restoring.py has it done for rows put back as well."""


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Nothing was kept before."""
    before = dict(kept_states._states)
    kept_states._states.clear()
    yield
    kept_states._states.update(before)


def _rows(at: Session) -> Rows:
    """All there is, in an order that says nothing of chance."""
    found = {}
    for name, table in Base.metadata.tables.items():
        key = ", ".join(f'"{column.name}"' for column in table.primary_key)
        found[name] = [dict(row) for row in at.execute(text(f'SELECT * FROM "{name}" ORDER BY {key}')).mappings()]
    return found


def _columns(rows: Rows) -> dict[tuple[str, str], list[str]]:
    """What stands in each column; in which row says the database where nobody ordered them (entries of the search)."""
    return {
        (name, column): sorted(repr(row[column]) for row in some)
        for name, some in rows.items()
        for column in (some[0] if some else ())
    }


def _alike(one: Rows, other: Rows) -> set[tuple[str, str]]:
    """The columns that hold the same in both."""
    before, after = _columns(one), _columns(other)
    return {column for column in before.keys() & after.keys() if before[column] == after[column]}


Scene = tuple[type[Any], str, tuple[Any, ...], Callable[[Any, Any], object]]
SCENES: list[Scene] = [
    (Desk, "disputed", (), lambda desk, complaint: desk.thread(complaint)),
    (Chain, "reported", ("V-I02",), lambda chain, track: chain.propose(track, [1])),
    (Chain, "executing", ([2],), lambda chain, track: chain.interviewed(track)),
]


def _told(app: Flask, restored: Callable[[], None], scene: Scene, *, states: bool) -> tuple[Rows, Rows, object]:
    """What a verb leaves, what the next one and the end of the transaction make of it, and what the builder holds."""
    kind, verb, given, goes_on = scene
    with app.app_context(), time_machine.travel(NOW), keeping(app if states else None):
        db.session.remove()
        restored()
        with transaction() as at:
            builder = kind(at, NOW)
            result = getattr(builder, verb)(*given)
            at.flush()
            held = {name: _word(it) for name, it in vars(builder).items()} | {"result": _word(result)}
            left = _rows(at)
            goes_on(builder, result)
        with transaction() as at:
            return left, _rows(at), held


def _word(it: object) -> object:
    if isinstance(it, Base):
        return type(it), inspect(it).identity
    return [_word(each) for each in it] if isinstance(it, list) else it


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene[1])
def test_what_is_put_back_is_what_was_built(app: Flask, restored: Callable[[], None], scene: Scene) -> None:
    one, other = (_told(app, restored, scene, states=False) for _ in range(2))
    kept = _told(app, restored, scene, states=True)
    states = len(kept_states._states)
    again = _told(app, restored, scene, states=True)
    assert len(kept_states._states) == states > 1
    assert again[0] == kept[0]
    certain = _alike(one[1], other[1])
    assert certain - _alike(kept[1], again[1]) == set()
    assert len(certain) > 100
    assert again[2]["result"] == one[2]["result"]  # type: ignore[index]
    assert again[2].keys() == one[2].keys()  # type: ignore[attr-defined]


def test_the_schema_does_nothing_late_that_is_not_done_for_rows_put_back(session: Session) -> None:
    late = text(
        "SELECT DISTINCT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
        "WHERE tgdeferrable AND relnamespace = 'public'::regnamespace"
    )
    assert set(session.scalars(late)) == LATE


@pytest.fixture
def anew(app: Flask, restored: Callable[[], None]) -> Callable[[], AbstractContextManager[Chain]]:
    """People and companies on a database that was put back, for a transaction."""

    @contextmanager
    def begun() -> Iterator[Chain]:
        with app.app_context():
            db.session.remove()
            restored()
            with transaction() as at:
                yield Chain(at, NOW)

    return begun


Anew = Callable[[], AbstractContextManager[Chain]]


def _complaints(chain: Chain) -> int:
    return chain.session.scalar(select(func.count()).select_from(Complaint)) or 0


def test_where_anything_was_written_before_it_is_built(anew: Anew) -> None:
    with anew() as chain:
        chain.reported()
    with anew() as chain:
        Chain.complaint.__wrapped__(chain)  # type: ignore[attr-defined]
        states = len(kept_states._states)
        chain.reported()
        assert (_complaints(chain), len(kept_states._states)) == (2, states)


def test_from_the_moment_on_in_which_something_is_put_in_the_place_of_something_else_it_is_built(
    anew: Anew, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_back(*_asked: object) -> bool:
        raise AssertionError

    with time_machine.travel(NOW, tick=False):  # a state is of its moment
        with anew() as chain:
            chain.reported()
        states = len(kept_states._states)
        assert states > 1
        monkeypatch.setattr(kept_states, "_put_back", put_back)
        with anew() as chain:
            chain.reported()
        assert len(kept_states._states) == states
        monkeypatch.undo()
        again, calls = kept_states._put_back, []
        kept_states._put_back = lambda *asked: calls.append(asked) or again(*asked)
        try:
            with anew() as chain:
                chain.reported()
        finally:
            kept_states._put_back = again
        assert calls, "and put back again once nothing stands in another's place"


def _broken_off(anew: Anew) -> None:
    with anew() as chain:
        chain.reported()
        raise LookupError


def test_what_was_rolled_back_is_built_again(app: Flask, anew: Anew) -> None:
    with pytest.raises(LookupError):
        _broken_off(anew)
    with app.app_context(), transaction() as at:
        states = len(kept_states._states)
        chain = Chain(at, NOW)
        chain.reported()
        assert (_complaints(chain), len(kept_states._states)) == (1, states)


def test_who_acts_and_what_waits_to_be_told_is_part_of_what_is_asked_for(anew: Anew) -> None:
    with anew() as chain:
        chain.case()
    with anew() as chain:
        chain.officer = chain.second
        assert chain.case().officer_id == chain.second.id
    with anew() as chain:
        states = len(kept_states._states)
        subject, who = ("party", chain.lender.id), Actor(None, frozenset())
        journal.write(chain.session, subject=subject, row="T", ref="", actor=who, now=NOW, states=("", ""))
        chain.case()
        assert len(kept_states._states) > states


def test_what_was_built_in_one_language_is_not_put_back_in_another(anew: Anew) -> None:
    with anew() as chain, force_locale("en"):
        chain.reported()
    states = len(kept_states._states)
    with anew() as chain:
        chain.reported()
        assert len(kept_states._states) > states


def test_to_keep_a_state_settles_no_language_for_what_the_test_does_next(anew: Anew) -> None:
    with anew() as chain:
        chain.reported()
        assert kept_states._language() == "None"


def test_what_a_test_changed_in_a_state_the_next_one_does_not_find(anew: Anew) -> None:
    with anew() as chain:
        before = chain.filed().state
    for _turn in range(2):
        with anew() as chain:
            track = chain.filed()
            assert (track.state, chain.lender.name_en, len(track.allegations)) == (before, "", 1)
            track.state, chain.lender.name_en = "CLOSED", "Other"
            track.allegations.clear()
            chain.session.rollback()


def test_a_file_that_was_forgotten_is_there_again(anew: Anew) -> None:
    for _turn in range(2):
        with anew() as chain:
            chain.reported()
            (kept,) = chain.session.scalars(select(files.StoredFile.sha256).limit(1))
            assert files.read(kept)
            files.remove(kept)


def test_what_is_put_back_is_not_of_the_future(anew: Anew) -> None:
    for _turn in range(2):
        with time_machine.travel(NOW), anew() as chain:
            chain.reported()
            assert (chain.session.scalar(select(func.max(Outbox.asked_at))) or NOW) <= clock.now()


def test_of_people_put_back_no_more_is_read_ahead_than_of_those_built(anew: Anew) -> None:
    for _turn in range(2):
        with anew() as chain:
            chain.session.expire(chain.second)
            assert chain.second.name
            assert "roles" in inspect(chain.second).unloaded


def _scene(app: Flask, restored: Callable[[], None], *known_by: object) -> list[int]:
    """How many complaints a fixture left in the database, and how many jobs for the worker."""
    restored()
    server: Any = valkey.connected(app, os.environ["REDIS_URL"])
    server.flushdb()

    def build() -> int:
        with app.app_context(), transaction() as at:
            return Desk(at, NOW).received().id

    with time_machine.travel(NOW):
        number = staged(app, known_by, build)
    with app.app_context(), transaction() as at:
        there = at.scalar(select(func.count()).select_from(Complaint).where(Complaint.id == number)) or 0
    return [there, sum(b"rq:job:" in name for name in server.scan_iter())]


def test_what_a_fixture_brought_about_is_put_back_with_its_jobs(app: Flask, restored: Callable[[], None]) -> None:
    first = _scene(app, restored, _broken_off, 1)
    states = len(kept_states._states)
    assert _scene(app, restored, _broken_off, 1) == first
    assert (len(kept_states._states), first[0], first[1] > 0) == (states, 1, True)
    assert _scene(app, restored, _broken_off, 2) == first
    assert len(kept_states._states) == states + 1


def test_what_depends_on_what_is_not_certain_is_built_each_time(app: Flask, restored: Callable[[], None]) -> None:
    told: list[int] = []
    number = 0

    def appends(_at: object) -> None:
        told.append(1)

    def counts(_at: object) -> None:
        nonlocal number
        number += 1

    for known_by in (appends, counts, app):
        _scene(app, restored, known_by)
        states = len(kept_states._states)
        _scene(app, restored, known_by)
        assert len(kept_states._states) == states


def test_two_functions_of_one_shape_that_hold_different_things_are_two() -> None:
    def of(word: str) -> Callable[[], str]:
        return lambda: word

    assert meaning(of("one")) == meaning(of("one"))
    assert meaning(of("one")) != meaning(of("two"))


def test_in_a_database_that_was_copied_anew_nothing_of_the_one_before_is_put_back(
    app: Flask, restored: Callable[[], None], template: str
) -> None:
    _scene(app, restored, 1)
    holding = psycopg.connect(_owner(DATABASE))
    holding.execute("LOCK TABLE complaint IN ACCESS EXCLUSIVE MODE")
    restored()
    holding.close()
    assert kept_states._states == {}


def test_what_stands_in_valkey_before_is_not_written_over(app: Flask, restored: Callable[[], None]) -> None:
    server: Any = valkey.connected(app, os.environ["REDIS_URL"])
    states = len(kept_states._states)
    with time_machine.travel(NOW):
        server.set("presence:x", "1")
        staged(app, (2,), lambda: 1)
    assert len(kept_states._states) == states
    server.flushdb()


def test_what_was_kept_in_a_database_is_not_put_back_in_another(
    app: Flask, anew: Anew, restored: Callable[[], None]
) -> None:
    with anew() as chain:
        chain.complaint()
    before = dict(kept_states._states)
    holding = psycopg.connect(_owner(DATABASE))
    holding.execute("LOCK TABLE complaint IN ACCESS EXCLUSIVE MODE")
    restored()
    holding.close()
    for hour in (3, 4):
        with app.app_context():
            db.session.remove()
            restored()
            with transaction() as at:
                Desk(at, NOW.replace(hour=hour))
    kept_states._states.update(before)
    with anew() as chain:
        chain.complaint()
        assert _complaints(chain) == 1
