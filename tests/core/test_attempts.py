"""A part of a transaction that may be taken back: with all it brought, and nothing else."""

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import outbox
from core.db import Once, attempt, transaction


def _asked(at: Session, key: str) -> None:
    outbox.later(at, "notices.render", key, document_id=0)


def test_later_work_is_handed_over_only_when_the_whole_transaction_is_done(app: Flask) -> None:
    queue = Queue(outbox.QUEUE, connection=Redis.from_url(app.extensions["zilu"].redis_url))
    before = queue.count
    with app.app_context(), transaction() as at:
        _asked(at, "before")
        with attempt(at) as tried:
            _asked(at, "kept")
            tried.keep()
        with attempt(at):
            _asked(at, "taken back")
        assert queue.count == before
        assert len(at.info["later"]) == 2
    assert queue.count == before + 2


def _fails(at: Session) -> None:
    with attempt(at):
        at.add(Once(digest="inner"))
        with attempt(at) as inner:
            at.flush()
            inner.keep()
        at.expunge(at.get_one(Once, "one"))
        at.add(Once(digest="one"))
        at.flush()


def test_after_a_failed_flush_the_transaction_goes_on_without_what_failed(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            at.add(Once(digest="one"))
            with pytest.raises(IntegrityError):
                _fails(at)
            at.add(Once(digest="three"))
        with transaction() as at:
            assert set(at.scalars(select(Once.digest))) == {"one", "three"}
