"""Later work: what a person waits for goes before what can wait."""

import json
import socket
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from redis import Redis
from rq import Queue, SimpleWorker
from rq.webhook import Webhook
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from admin.worker import Hands
from core import clock, outbox, under_way
from core.db import SYSTEM_READER, Once, db, read_as, session, transaction
from core.left_alone import LeftAlone
from tests.conftest import DATABASE, _application


def test_what_is_handed_over_again_waits_behind_what_is_new(app: Flask) -> None:
    queue = Redis.from_url(app.extensions["zilu"].redis_url)
    again, new = (Queue(name, connection=queue) for name in (outbox.PATIENT, outbox.QUEUE))
    before = again.count, new.count
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:0", document_id=0)
        assert (again.count, new.count) == (before[0], before[1] + 1)
        outbox.sweep(clock.now() + timedelta(days=1))
    assert (again.count, new.count) == (before[0] + 1, before[1] + 1)


def test_while_much_lies_in_the_queue_nothing_is_put_there_once_more(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "ENOUGH", 0)
    under_way.begin(app)
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:0", document_id=0)
        assert outbox.sweep(clock.now() + timedelta(minutes=5)) == 0
        app.extensions["outbox"].flushdb()
        assert outbox.sweep(clock.now() + timedelta(minutes=5)) == 1, "it was lost"


def test_a_process_that_serves_hands_over_beside_its_requests_and_the_rest_at_its_end(app: Flask) -> None:
    waiting = outbox.queue_of(outbox.QUEUE, app.extensions["outbox"])
    waiting.empty()
    outbox.begin_beside(app)
    try:
        for number in range(3):
            with app.app_context(), transaction() as at:
                outbox.later(at, "notices.render", f"render:{number}", document_id=number)
    finally:
        outbox.end_beside()
    assert waiting.count == 3
    with app.app_context(), transaction() as at:
        outbox.later(at, "notices.render", "render:3", document_id=3)
    assert waiting.count == 4, "at once, now that nobody hands over beside"


@pytest.mark.parametrize("way", ["pickle", "json"])
def test_what_somebody_else_put_into_the_queue_is_not_run_and_no_work_is_lost(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    under_way.begin(app)  # jobs are its own, whatever another module began last
    done: list[int] = []
    monkeypatch.setitem(outbox.JOBS, "notices.render", lambda **ids: done.append(ids["document_id"]))
    queue = Redis.from_url(app.extensions["zilu"].redis_url)
    queues, trace = [outbox.queue_of(name, queue) for name in (outbox.QUEUE, outbox.PATIENT)], tmp_path / "trace"
    work = SimpleWorker(queues, connection=queue, serializer=outbox.OneNumber).work
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:9", document_id=9)
            number = at.scalars(select(outbox.Outbox.id)).one()
        for each in queues:
            each.empty()
        Queue(outbox.QUEUE, connection=queue, serializer=way).enqueue(outbox.perform, number)  # as before an update
        Queue(outbox.QUEUE, connection=queue, serializer=way).enqueue("os.mkdir", str(trace))
    work(burst=True)
    assert not trace.exists()
    with app.app_context():
        outbox.sweep(clock.now() + timedelta(minutes=5))
    work(burst=True)
    assert done == [9]


def test_what_is_written_beside_a_piece_of_work_is_neither_called_nor_told(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RQ imports and calls what is named for the end of a job, and asks any address that this machine reaches."""
    under_way.begin(app)
    queue, trace = Redis.from_url(app.extensions["zilu"].redis_url), tmp_path / "trace"
    (tmp_path / "planted.py").write_text(f"import pathlib\npathlib.Path({str(trace)!r}).touch()\nrun = print\n")
    monkeypatch.syspath_prepend(tmp_path)
    mine = outbox.queue_of(outbox.QUEUE, queue)
    mine.empty()
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0)
        url = f"http://127.0.0.1:{inside.getsockname()[1]}/"
        ends = json.dumps([Webhook(url, end, timeout=1).to_dict() for end in ("finished", "failed")])
        for number in (0, "none"):  # one that goes well, and one that is refused
            (job,) = mine.enqueue_many([Queue.prepare_data(outbox.perform, (number,), result_ttl=0)])
            named = {f"{end}_callback_name": "planted.run" for end in ("success", "failure", "stopped")}
            queue.hset(job.key, mapping=named | {"webhooks": ends})
        Hands([mine], connection=queue, serializer=outbox.OneNumber).work(burst=True)
        with pytest.raises(BlockingIOError):
            inside.accept()
    assert not trace.exists()


def test_asking_for_later_work_writes_nothing_that_is_only_half_said(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        half = Once()
        at.add(half)
        outbox.later(at, "notices.render", "render:1", document_id=1)
        assert half in at.new
        at.expunge(half)


def test_work_is_done_by_the_application_that_is_under_way(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    monkeypatch.setitem(outbox.JOBS, "notices.render", lambda **ids: done.append(ids["document_id"]))
    monkeypatch.setattr(under_way, "_begun", [Flask("another")])
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:5", document_id=5)
        with transaction() as at:
            number = at.scalars(select(outbox.Outbox.id).where(outbox.Outbox.key == "render:5")).one()
        outbox.perform(number)
    assert done == [5]


class Stopped(BaseException):
    """What ends a process from outside, seen from inside."""


def test_work_that_was_stopped_is_not_held_by_the_one_that_stopped(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def work(document_id: int) -> None:
        tried.append(document_id)
        if len(tried) == 1:
            raise Stopped

    monkeypatch.setitem(outbox.JOBS, "notices.render", work)
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:7", document_id=7)
        with transaction() as at:
            number = at.scalars(select(outbox.Outbox.id).where(outbox.Outbox.key == "render:7")).one()
        held = db.engine.connect()  # whoever comes next gets another connection than the one before
        with pytest.raises(Stopped):
            outbox.perform(number)
        with db.engine.connect(), db.engine.connect():
            outbox.perform(number)
        held.close()
    assert tried == [7, 7]


def test_no_transaction_rests_on_the_server_while_work_is_done(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    us = make_url(_application(DATABASE)).set(drivername="postgresql").render_as_string(hide_password=False)
    resting: list[int] = []
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"

    def work(document_id: int) -> None:
        with psycopg.connect(us) as other:  # the states of others' sessions are not shown to the owner
            resting.extend([document_id, *(other.execute(asked).fetchone() or ())])

    monkeypatch.setitem(outbox.JOBS, "notices.render", work)
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:9", document_id=9)
        db.session.remove()
        outbox.run_all()
    assert resting == [9, 0]


def test_work_that_ends_its_worker_each_time_is_given_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def work(document_id: int) -> None:
        tried.append(document_id)
        raise Stopped

    monkeypatch.setitem(outbox.JOBS, "notices.render", work)
    monkeypatch.setattr(outbox, "GIVEN_UP", [lambda _at, row: tried.append(-row.tries)])
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:8", document_id=8)
        with transaction() as at:
            number = at.scalars(select(outbox.Outbox.id).where(outbox.Outbox.key == "render:8")).one()
        for _time in range(outbox.TRIES):
            with pytest.raises(Stopped):
                outbox.perform(number)
        outbox.perform(number)
        outbox.perform(number)
    assert tried == [8] * outbox.TRIES + [-outbox.TRIES]


def test_tries_are_those_that_failed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    troubles = [OSError("once"), OSError("twice")]

    def work(document_id: int) -> None:
        if troubles:
            raise troubles.pop(0)

    monkeypatch.setitem(outbox.JOBS, "notices.render", work)
    seen = []
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:9", document_id=9)
        for _time in range(3):
            with transaction() as at:
                number = at.scalars(select(outbox.Outbox.id).where(outbox.Outbox.key == "render:9")).one()
            outbox.perform(number)
            with transaction() as at:
                row = at.get_one(outbox.Outbox, number)
                seen.append((row.tries, row.trouble, row.done_at is not None))
    assert seen == [(1, "OSError: once", False), (2, "OSError: twice", False), (2, None, True)]


def test_work_that_needs_another_s_server_is_tried_for_as_long_as_that_may_be_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(document_id: int) -> None:
        message = "away"
        raise OSError(message)

    monkeypatch.setitem(outbox.JOBS, "notices.render", work)
    monkeypatch.setitem(outbox.FOR_AS_LONG, "notices.render", timedelta(days=1))
    begun = clock.now()
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:10", document_id=10)
        with transaction() as at:
            number = at.scalars(select(outbox.Outbox.id).where(outbox.Outbox.key == "render:10")).one()
        for _time in range(outbox.TRIES + 2):
            outbox.perform(number)
        assert outbox.sweep(begun + timedelta(minutes=1)) == 1
        assert outbox.sweep(begun + timedelta(minutes=20)) == 0, "it has failed often, and is tried more slowly"
        assert outbox.sweep(begun + timedelta(minutes=40)) == 1
        with transaction() as at:
            row = at.get_one(outbox.Outbox, number)
            assert row.state == "WAITING"
            row.asked_at -= timedelta(days=1)
        outbox.perform(number)
        with transaction() as at:
            row = at.get_one(outbox.Outbox, number)
            assert (row.state, "away" in (row.trouble or "")) == ("GAVE_UP", True)


def test_what_is_tried_again_waits_for_a_server_as_long_as_what_is_new(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(document_id: int) -> None:
        raise LeftAlone

    monkeypatch.setitem(outbox.JOBS, "notices.render", work)
    monkeypatch.setitem(outbox.FOR_AS_LONG, "notices.render", timedelta(days=1))
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:11", document_id=11)
        for again in (lambda at, _row: outbox.try_again(at), outbox.once_more):
            with transaction() as at:
                row = at.scalars(select(outbox.Outbox)).one()
                row.asked_at, row.gave_up_at = clock.now() - timedelta(days=2), clock.now() - timedelta(days=1)
                at.flush()
                again(at, row)
            outbox.perform(row.id)
            with transaction() as at:
                assert at.get_one(outbox.Outbox, row.id, populate_existing=True).state == "WAITING"


def test_a_question_that_the_database_refuses_is_the_fault_that_is_noted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(document_id: int) -> None:
        read_as(session(), SYSTEM_READER)
        session().execute(text("SELECT 1 / (:it - 12)"), {"it": document_id})

    monkeypatch.setitem(outbox.JOBS, "notices.render", work)
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:12", document_id=12)
        assert outbox.run_all(1) == 1
        with transaction() as at:
            row = at.scalars(select(outbox.Outbox)).one()
            assert (row.tries, (row.trouble or "")[:14]) == (1, "DivisionByZero")
