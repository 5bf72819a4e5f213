"""What every test stands on: a migrated and seeded database as it was made, the application, a client."""

import gc
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask, Response
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from xdist.remote import Producer

from core import valkey
from core.db import db, transaction
from core.throttle import limiter
from registry import credentials, seeds
from registry import settings as laid_down
from sanctions import introductions
from tests import restoring
from tests.kept_states import forget, keeping
from tests.sharing_out import Sharing, turn
from wsgi import create_app

if TYPE_CHECKING:
    from tests.demonstration import Told

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""Ten in the morning of 25 November 2026 in Shanghai, a Wednesday."""
OWNER = "DATABASE_OWNER_URL"
_run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
TEMPLATE = f"zilu_template_{_run}"
DATABASE = f"zilu_test_{_run}_{_worker}"
PATIENCE = 240
"""Seconds for what takes a moment on any machine that is not ill."""
A_MOMENT = 10
"""Seconds for which somebody who holds the others up waits."""
WHOLE = "whole"
MARKED = "SELECT 1 FROM pg_database WHERE datname = %s AND shobj_description(oid, 'pg_database') = %s"
"""Whether a database that all workers share was made to its end."""
PATIENT: dict[str, Any] = {"TESTING": True, valkey.PATIENCE: 30}
"""What every application of the tests is told: a slow disk under Valkey changes nothing that a test sees."""
KEPT_AFTER, MOST_KEPT = 3, 1000
"""How often a statement is asked until its plan is kept, and how many plans a connection of the tests keeps."""
PUT_ASIDE = ("_setattr", "_setitem", "_cwd", "_savesyspath")
"""Where `monkeypatch` of pytest 9.2 keeps what it will put back."""
REAL_HASHER, REAL_NOBODYS = credentials._hasher, credentials.NOBODYS
"""What passwords are hashed with, for the trial that asks what it costs; processes of tests/site.py have it anyway."""
credentials._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
credentials.NOBODYS = credentials.hashed("nobody has it")
gc.set_threshold(20_000, 20, 20)  # modules, mappers and tests stay: it is nothing to look through them all the time
settings.register_profile(
    "certain", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("certain")  # the same examples on every machine, however slow it is
if "REDIS_URL" in os.environ:  # each worker counts, queues and meets in a place of its own
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{1 + int(_worker[2:])}").geturl()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules come first, the story's in their order."""
    items.sort(key=lambda item: turn(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    """A file's tests share one worker, and with it one site; the story's modules share one as well."""
    return Sharing(config, log)


def _owner(database: str) -> str:
    address = make_url(os.environ[OWNER]).set(database=database, drivername="postgresql")
    return address.render_as_string(hide_password=False)


def _application(database: str) -> str:
    return make_url(os.environ["DATABASE_URL"]).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def template() -> Iterator[str]:
    """A migrated and seeded database, made once for all workers of a run."""
    with psycopg.connect(_owner("postgres"), autocommit=True) as server, made_once(server, TEMPLATE) as is_new:
        if is_new:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
            _fill(TEMPLATE)
            with psycopg.connect(_owner(TEMPLATE), autocommit=True) as inside:
                restoring.keep(inside)
    yield TEMPLATE
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        drop(server, DATABASE)
        drop_with_the_run(server, TEMPLATE)


@contextmanager
def made_once(server: "psycopg.Connection[tuple[object, ...]]", database: str) -> Iterator[bool]:
    """Whether this database is still to be made; the other workers wait meanwhile.

    Only what bears the mark is whole: what nobody could drop at once holds nobody up, and the next one makes it anew.
    """
    server.execute("SELECT pg_advisory_lock(726012)")
    try:
        if is_new := not server.execute(MARKED, (database, WHOLE)).fetchone():
            drop(server, database, patience=A_MOMENT)
        yield is_new
        if is_new:
            server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(WHOLE)))
    except BaseException:
        drop(server, database, patience=0)
        raise
    finally:
        server.execute("SELECT pg_advisory_unlock(726012)")


def drop_with_the_run(server: "psycopg.Connection[tuple[object, ...]]", database: str) -> None:
    """Drop what all workers share, unless another may still copy it: the server is thrown away then."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        drop(server, database)


def _fill(database: str) -> None:
    kept = os.environ[OWNER]
    os.environ[OWNER] = make_url(kept).set(database=database).render_as_string(hide_password=False)
    app = create_app(SQLALCHEMY_DATABASE_URI=_application(database), **PATIENT)
    with app.app_context():
        upgrade()
        with transaction() as at:
            seeds.sow(at, mode="demonstration", now=NOW)
            laid_down.setting(at, introductions.KEY).value = 0  # a trial that draws a panel votes at once
        db.engine.dispose()
    os.environ[OWNER] = kept


@pytest.fixture(scope="session")
def whole_app(template: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of this worker; its database is put back before each test."""
    os.environ["ZILU_DATA"] = str(tmp_path_factory.mktemp("data"))
    Path(os.environ["ZILU_DATA"], "files").mkdir()
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        _clone(server, template)
    made = create_app(
        SQLALCHEMY_DATABASE_URI=_application(DATABASE),
        **PATIENT,
        WTF_CSRF_ENABLED=False,
        SESSION_COOKIE_SECURE=False,
    )
    made.after_request(_can_be_sent)
    with made.app_context():
        event.listen(db.engine, "connect", _keep_plans)
    gc.collect()
    gc.freeze()
    return made


def _can_be_sent(answer: Response) -> Response:
    """A server refuses what the tests' client passes on: headers are Latin letters."""
    for _name, value in answer.headers:
        value.encode("latin-1")
    return answer


def _keep_plans(connection: "psycopg.Connection[tuple[object, ...]]", _record: object) -> None:
    """As a simulation does: thousands of tests ask the same, of tables so small that any plan is a good one."""
    connection.prepare_threshold, connection.prepared_max = KEPT_AFTER, MOST_KEPT


def _clone(server: "psycopg.Connection[tuple[object, ...]]", template: str) -> None:
    drop(server, DATABASE)
    server.execute(copy_of(template, DATABASE))


def copy_of(template: str, database: str) -> sql.Composed:
    """The statement that makes a database as the template is."""
    names = (sql.Identifier(database), sql.Identifier(template))
    return sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names)


def drop(server: "psycopg.Connection[tuple[object, ...]]", database: str, *, patience: float = PATIENCE) -> None:
    """Drop a database; a vacuum of the server's own there is waited for, and if it lasts, the server's end drops it."""
    until = time.monotonic() + patience
    while True:
        try:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        except psycopg.errors.InsufficientPrivilege:
            if time.monotonic() > until:
                return
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="session")
def restored(whole_app: Flask, template: str) -> Iterator[Callable[..., bool]]:
    """Makes this worker's database what it was at first: by its marks, or where that fails, or is asked, as a new copy.

    Tells whether there are marks, by which states can be kept in it.
    """
    held = [psycopg.connect(_owner(DATABASE), autocommit=True)]
    is_marked = restoring.is_marked(held[0])

    def again(*, anew: bool = False) -> bool:
        if not anew and restoring.restore(held[0]):
            return is_marked
        held[0].close()
        with whole_app.app_context():
            db.engine.dispose()
        with psycopg.connect(_owner("postgres"), autocommit=True) as server:
            _clone(server, template)
        forget()
        held[0] = psycopg.connect(_owner(DATABASE), autocommit=True)
        return is_marked

    yield again
    held[0].close()
    with whole_app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def demonstration(template: str) -> Iterator["Told"]:
    """The demonstration, told once for all modules that look at it."""
    from tests.demonstration import telling  # noqa: PLC0415 - it stands on this module

    with telling(template) as told:
        yield told


@pytest.fixture(autouse=True)
def that_day(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whoever has the application has it on one day, whenever tests run; who travels goes on from there."""
    if "app" not in request.fixturenames:
        yield
        return
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def app(request: pytest.FixtureRequest, whole_app: Flask, restored: Callable[[], bool]) -> Iterator[Flask]:
    """The application on a database that holds nothing but its seeds."""
    can_keep = restored()
    valkey.connected(whole_app, os.environ["REDIS_URL"]).flushdb()
    limiter.enabled = False  # and not by a setting: a worker that never began with it would not count when asked to
    with keeping(whole_app if can_keep else None, _changes(request)):
        yield whole_app
    with whole_app.app_context():
        db.session.remove()


def _changes(request: pytest.FixtureRequest) -> Callable[[], bool]:
    """Tells whether `monkeypatch` has put anything in another's place by now; before that a state is as ever."""
    known = request._fixturemanager.getfixturedefs("monkeypatch", request.node) or ()

    def changed() -> bool:
        made = [each.cached_result[0] for each in known if each.cached_result is not None]
        return any(getattr(each, part) for each in made for part in PUT_ASIDE)

    return changed


@pytest.fixture(autouse=True)
def plans_for_signals() -> Iterator[None]:
    """A worker that a test runs in its own process leaves handlers behind, and what is forked later ends by none."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, plan in before.items():
        if signal.getsignal(each) is not plan:
            signal.signal(each, plan)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session inside an open transaction, as the system; what a test writes is committed at its end."""
    with app.app_context(), transaction() as at:
        yield at


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser-like client; sign in through the pages."""
    return app.test_client()


@pytest.fixture
def now() -> datetime:
    """The instant at which tests happen unless they say otherwise."""
    return NOW
