"""Later work: what a person waits for goes before what can wait."""

from datetime import timedelta

from flask import Flask
from redis import Redis
from rq import Queue

from core import outbox
from core.db import Once, transaction
from tests.conftest import NOW


def test_what_is_handed_over_again_waits_behind_what_is_new(app: Flask) -> None:
    queue = Redis.from_url(app.extensions["zilu"].redis_url)
    again, new = (Queue(name, connection=queue) for name in (outbox.PATIENT, outbox.QUEUE))
    before = again.count, new.count
    with app.app_context():
        with transaction() as at:
            outbox.later(at, "notices.render", "render:0", document_id=0)
        assert (again.count, new.count) == (before[0], before[1] + 1)
        outbox.sweep(NOW + timedelta(days=1))
    assert (again.count, new.count) == (before[0] + 1, before[1] + 1)


def test_asking_for_later_work_writes_nothing_that_is_only_half_said(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        half = Once()
        at.add(half)
        outbox.later(at, "notices.render", "render:1", document_id=1)
        assert half in at.new
        at.expunge(half)
