"""A dead connection is noticed before anybody works with it, and one of a moment ago is not asked."""

import socket
import time

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from core import pooled
from core.db import db, transaction
from core.pooled import LOST
from core.wiring import CONNECTED
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


def test_a_server_that_went_without_a_word_is_known_to_be_away(app: Flask) -> None:
    del app
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        near = make_url(_application(DATABASE)).difference_update_query(["host"])
        engine = create_engine(near.set(host="127.0.0.1", port=silent.getsockname()[1]), connect_args=CONNECTED)
        with pytest.raises(OperationalError, match="timeout"):
            engine.connect()
    assert time.monotonic() - began < 60
    silent_for = LOST["keepalives_idle"] + LOST["keepalives_interval"] * LOST["keepalives_count"]
    assert max(silent_for, LOST["tcp_user_timeout"] / 1000) <= 30, "also where it went while a page waits"


def test_the_server_lets_go_of_what_somebody_holds_who_went_without_a_word(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        by_network = connection.scalar(text("SELECT inet_client_addr() IS NOT NULL"))
        asked = connection.scalar(text("SHOW tcp_keepalives_idle"))
        assert asked == ("15" if by_network else "0"), "of the same machine the server hears at once"


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
