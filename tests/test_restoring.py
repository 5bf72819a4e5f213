"""What one test wrote, the next one does not find."""

from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from core.db import db, transaction
from core.journal import JournalEntry
from registry.models import Party
from tests import restoring
from tests.builders import Desk
from tests.conftest import DATABASE, NOW, _owner, drop, made_once


def _facts() -> tuple[list[object], ...]:
    with transaction() as at:
        counters = text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")
        return (
            list(at.scalars(select(JournalEntry.id).order_by(JournalEntry.id))),
            list(at.scalars(select(Party.id).order_by(Party.id))),
            [tuple(one) for one in at.execute(counters)],
            [tuple(one) for one in at.execute(text("SELECT * FROM setting ORDER BY 1"))],
        )


def test_what_a_test_changed_is_put_back(app: Flask, restored: Callable[[], None]) -> None:
    with app.app_context():
        before = _facts()
        with transaction() as at:
            Desk(at, NOW).received()
            at.execute(text("UPDATE setting SET value = value"))
        assert _facts() != before
        db.session.remove()
        restored()
        assert _facts() == before


def _number() -> object:
    with transaction() as at:
        insert = "INSERT INTO outbox (job, key, args, asked_at, tries) VALUES ('', 'one', '{}', now(), 0) RETURNING id"
        return at.execute(text(insert)).scalar()


def test_a_statement_that_failed_leaves_no_number_used(app: Flask, restored: Callable[[], None]) -> None:
    with app.app_context():
        before = _number()
        db.session.remove()
        restored()
        with pytest.raises(IntegrityError), transaction() as at:
            at.execute(text("INSERT INTO outbox (job) VALUES ('without its key')"))
        db.session.remove()
        restored()
        assert _number() == before


def test_a_database_that_cannot_be_put_back_is_copied_anew_whatever_the_reason(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        at.execute(text("UPDATE setting SET value = value"))
    with psycopg.connect(_owner(DATABASE), autocommit=True) as server, psycopg.connect(_owner(DATABASE)) as holding:
        holding.execute("LOCK TABLE setting IN ACCESS EXCLUSIVE MODE")
        server.execute("SET statement_timeout = '200ms'")
        assert not restoring.restore(server)


def test_a_shared_database_that_failed_to_be_made_holds_nobody_up_and_is_never_taken_for_whole(app: Flask) -> None:
    half, asked = f"{DATABASE}_half", "SELECT pg_try_advisory_lock(726012)"
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} STRATEGY FILE_COPY").format(sql.Identifier(half)))
        with pytest.raises(psycopg.errors.DuplicateDatabase), made_once(server, half):
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(_owner("postgres"), autocommit=True) as other:
            assert other.execute(asked).fetchone() == (True,)
        for expected in (True, False):
            with made_once(server, half) as is_new:
                assert is_new is expected
                if is_new:
                    server.execute(sql.SQL("CREATE DATABASE {} STRATEGY FILE_COPY").format(sql.Identifier(half)))
        drop(server, half)
