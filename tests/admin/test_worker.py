"""A worker and a clock wait for their servers, and a worker that lost its queue ends so that it is started again."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from admin import commands, servers
from core import outbox, under_way
from core.db import db, transaction
from core.outbox import Outbox
from tests.core.test_valkey_full import server  # noqa: F401 - a fixture
from tests.revision import brought_up_to_date


@pytest.fixture
def queue(app: Flask, server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:  # noqa: F811
    """A Valkey of its own for the worker, which is not asked twice; signals are as before afterwards."""
    under_way.begin(app)
    kept = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}
    connection = Redis.from_url(server, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(outbox, "patient_connection", lambda: connection)
    monkeypatch.setitem(app.extensions, "outbox", connection)
    monkeypatch.setattr(commands, "stays", lambda: None)
    monkeypatch.setattr(commands.pdf, "warm", lambda: None)
    connection.flushall()
    yield connection
    for sign, handler in kept.items():
        signal.signal(sign, handler)


def _worked(app: Flask, monkeypatch: pytest.MonkeyPatch, work: Callable[[], object], *words: str) -> int:
    """The exit code of a worker that did this."""
    monkeypatch.setitem(outbox.JOBS, "notices.render", lambda document_id: work())  # noqa: ARG005
    with app.app_context(), transaction() as at:
        outbox.later(at, "notices.render", "render:1", document_id=1)
    return app.test_cli_runner().invoke(args=["worker", *words]).exit_code


def test_a_worker_that_was_asked_to_stop_or_had_nothing_left_ends_well(
    app: Flask, queue: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _worked(app, monkeypatch, lambda: os.kill(os.getpid(), signal.SIGTERM)) == 0
    assert app.test_cli_runner().invoke(args=["worker", "--burst"]).exit_code == 0


def test_while_the_database_is_away_work_stays_in_the_queue(
    app: Flask, queue: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[int] = []

    def away(*_asked: object) -> None:
        raise OperationalError("", {}, OSError())

    def goes_away() -> None:
        event.listen(db.engine, "do_connect", away)
        db.engine.dispose()

    def comes_back(_seconds: float) -> None:
        left.append(outbox.queue_of(outbox.QUEUE, queue).count)
        event.remove(db.engine, "do_connect", away)

    monkeypatch.setattr(servers.time, "sleep", comes_back)
    monkeypatch.setitem(outbox.JOBS, "notices.finish", lambda document_id: None)  # noqa: ARG005
    monkeypatch.setitem(outbox.JOBS, "notices.render", lambda document_id: goes_away())  # noqa: ARG005
    with app.app_context(), transaction() as at:
        outbox.later(at, "notices.render", "first", document_id=1)
        outbox.later(at, "notices.finish", "second", document_id=1)
    assert app.test_cli_runner().invoke(args=["worker", "--burst"]).exit_code == 0
    assert left == [1]
    with app.app_context(), transaction() as at:
        assert at.scalars(select(Outbox.key).where(Outbox.done_at.is_not(None))).all() == ["second"]


def test_a_worker_does_no_more_once_the_database_was_brought_up_to_date_for_other_code(
    app: Flask, queue: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outbox.JOBS, "notices.finish", lambda document_id: None)  # noqa: ARG005
    with app.app_context(), transaction() as at:
        outbox.later(at, "notices.render", "first", document_id=1)
        outbox.later(at, "notices.finish", "second", document_id=1)
    with brought_up_to_date() as updates:
        monkeypatch.setitem(outbox.JOBS, "notices.render", lambda document_id: updates())  # noqa: ARG005
        done = app.test_cli_runner().invoke(args=["worker", "--burst"])
    assert (done.exit_code, "has revision next, this code needs" in done.stderr) == (1, True)
    with app.app_context(), transaction() as at:
        left = at.scalars(select(Outbox).where(Outbox.done_at.is_(None))).one()
        assert (left.key, left.tries) == ("second", 0), "the sweep hands it over to who comes next"


def test_a_worker_whose_queue_goes_away_during_a_job_ends_as_one_that_failed(
    app: Flask, queue: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _worked(app, monkeypatch, lambda: queue.shutdown(nosave=True)) == 1


def test_a_command_begins_only_once_its_servers_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(servers.time, "sleep", lambda _seconds: asked.append("waited"))

    def database() -> None:
        asked.append("database")
        if asked.count("database") == 1:
            raise OperationalError("", {}, OSError())

    def queue() -> None:
        asked.append("queue")
        if asked.count("queue") == 1:
            raise ConnectionRefusedError

    @servers.waited_for(database, queue)
    def command() -> str:
        asked.append("began")
        return "done"

    assert command() == "done"
    assert asked == ["database", "waited", "database", "queue", "waited", "queue", "began"]
