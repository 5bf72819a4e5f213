"""A dead connection is noticed before anybody works with it, and one of a moment ago is not asked."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from core import pooled
from core.db import db, transaction
from tests.conftest import DATABASE, _application


def _backend() -> int:
    with transaction() as at:
        return int(at.scalar(text("SELECT pg_backend_pid()")) or 0)


def _beside() -> "psycopg.Connection[tuple[object, ...]]":
    """Another connection of the application."""
    same = make_url(_application(DATABASE)).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(same, autocommit=True)


def test_whoever_comes_after_the_server_died_gets_a_new_connection(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooled, "MOMENT", -1)
    with app.app_context():
        before = _backend()
        db.session.remove()
        with _beside() as other:
            other.execute("SELECT pg_terminate_backend(%s, 60000)", [before])
        assert _backend() != before


def test_a_connection_of_a_moment_ago_is_the_same_one_and_is_asked_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pooled, "MOMENT", 3600)
    last = "SELECT query FROM pg_stat_activity WHERE pid = %s"
    with app.app_context():
        db.engine.dispose()  # of several that wait another might come
        mine = _backend()
        db.session.remove()
        with _beside() as other, db.engine.connect() as connection:
            assert connection.connection.dbapi_connection.info.backend_pid == mine  # type: ignore[union-attr]
            assert other.execute(last, [mine]).fetchone() == ("COMMIT",)


def test_the_connection_given_back_last_is_taken_first(app: Flask) -> None:
    """It knows the plans of what pages ask; with turns each of all connections would have to be kept warm."""
    with app.app_context():
        db.engine.dispose()
        one, other = db.engine.raw_connection(), db.engine.raw_connection()
        wanted = other.dbapi_connection
        one.close()
        other.close()
        again = db.engine.raw_connection()
        assert again.dbapi_connection is wanted
        again.close()
