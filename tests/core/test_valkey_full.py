"""Valkey emptied in mid-run, and full to its limit: pages are there, nothing is lost, and what waits is done later."""

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import Redis
from redis.exceptions import ConnectionError as Away
from redis.exceptions import OutOfMemoryError
from rq import Queue, SimpleWorker
from sqlalchemy import select

from casework.models import Complaint
from core import clock, outbox, presence, under_way, valkey
from core.db import transaction
from core.throttle import limiter
from launch import binaries, unprivileged
from registry import sessions
from registry.models_accounts import Account
from tests.builders import Desk
from tests.conftest import NOW, PATIENCE
from tests.site import own_port

QUEUES = (outbox.QUEUE, outbox.PATIENT)
LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A Valkey of its own that throws nothing out to make room, as ours does not (launch.valkey)."""
    port = own_port()
    program = binaries.valkey(unprivileged.Account(None, None))
    settings = ["--maxmemory-policy", "noeviction", "--save", "", "--appendonly", "no"]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", *settings]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url, until = f"redis://127.0.0.1:{port}/0", time.monotonic() + PATIENCE
    with Redis.from_url(url) as asked:
        while True:
            try:
                asked.ping()
                break
            except Away:
                assert time.monotonic() < until
                time.sleep(0.02)
    yield url
    process.kill()
    process.wait()


@pytest.fixture
def queue(app: Flask, server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """The application asks that one, and counts there; jobs are its own, whatever another module began last."""
    under_way.begin(app)
    for name in (outbox.__name__.rpartition(".")[2], presence.KEY):
        monkeypatch.setitem(app.extensions, name, valkey.connected(app, server))
    counted = RedisStorage(server)
    monkeypatch.setattr(limiter, "_storage", counted)
    monkeypatch.setattr(limiter, "_limiter", MovingWindowRateLimiter(counted))
    monkeypatch.setattr(limiter, "_storage_dead", False)
    monkeypatch.setattr(limiter, "_fallback_limiter", MovingWindowRateLimiter(MemoryStorage()))
    monkeypatch.setattr(limiter, "enabled", True)
    monkeypatch.setattr(SimpleWorker, "_install_signal_handlers", lambda _worker: None)
    with Redis.from_url(server) as asked:
        asked.flushall()
        asked.config_set("maxmemory", 0)
        yield asked


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What later work did, each time it was done."""
    did: list[tuple[str, str]] = []

    def noting(name: str) -> Callable[..., None]:
        return lambda **ids: did.append((name, str(sorted(ids.items()))))

    for name in list(outbox.JOBS):
        monkeypatch.setitem(outbox.JOBS, name, noting(name))
    return did


def _complain(app: Flask) -> int:
    """A complaint comes in and is accepted; who does it next."""
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        desk.accepted()
        return desk.intake.id or 0


def _waiting(app: Flask) -> list[str]:
    with app.app_context(), transaction() as at:
        return sorted(at.scalars(select(outbox.Outbox.job).where(outbox.Outbox.done_at.is_(None))))


def _pages_are_there(app: Flask, number: int) -> None:
    """Somebody is signed in, goes about, meets colleagues and signs in elsewhere."""
    client = app.test_client()
    with app.app_context(), transaction() as at:
        token = sessions.begin(at, at.get_one(Account, number), passed=True, client="test", now=clock.now())
        ref = at.scalars(select(Complaint.ref)).first()
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    for path in ("/", "/staff?view=open", f"/staff/complaints/{ref}", "/presence/complaint/1?page=a&writes=1"):
        assert client.get(path).status_code == 200, path
    tried = app.test_client().post("/sign-in/", data={"mail": "x@example.invalid", "password": "x", "key": "k"})
    assert tried.status_code == 422


def _worked(queue: Redis) -> None:
    queues = [outbox.queue_of(name, queue) for name in QUEUES]
    SimpleWorker(queues, connection=queue, serializer=outbox.OneNumber).work(burst=True)


def test_a_queue_that_was_emptied_loses_no_work_and_nobody_is_signed_out(
    app: Flask, queue: Redis, done: list[tuple[str, str]]
) -> None:
    somebody = _complain(app)
    asked = _waiting(app)
    assert sum(Queue(name, connection=queue).count for name in QUEUES) == len(asked) > 0
    queue.flushall()
    _pages_are_there(app, somebody)
    _worked(queue)
    assert done == []
    with app.app_context():
        assert outbox.sweep(LATER) == len(asked)
    _worked(queue)
    assert sorted(name for name, _ids in done) == asked
    assert _waiting(app) == []


def test_a_full_queue_refuses_nobody_and_its_work_is_done_once_there_is_room(
    app: Flask, queue: Redis, done: list[tuple[str, str]]
) -> None:
    queue.config_set("maxmemory", 1)
    with pytest.raises(OutOfMemoryError):
        queue.set("one", "more")
    somebody = _complain(app)
    asked = _waiting(app)
    _pages_are_there(app, somebody)
    codes = [app.test_client().post("/track/", data={"code": "X"}).status_code for _try in range(12)]
    assert (codes[0], codes[-1]) == (422, 429), "how often one may try is still counted"
    with app.app_context():
        assert outbox.sweep(LATER) == 0, "none was taken"
    assert _waiting(app) == asked != []
    queue.config_set("maxmemory", 0)
    with app.app_context():
        assert outbox.sweep(LATER + timedelta(hours=1)) == len(asked)
    _worked(queue)
    assert sorted(name for name, _ids in done) == asked
    assert _waiting(app) == []
