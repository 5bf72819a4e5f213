"""No process serves a database that is not the one its keys and its code were made for."""

import os
import runpy
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import time_machine
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from psycopg import Connection
from sqlalchemy import Engine, event, update
from sqlalchemy.engine import URL, make_url

from admin import rounds, rounds_kept, starting
from core import clock, crypto, wiring
from core.db import db, transaction
from core.settings import ROOT, Misconfigured
from core.wiring import newest_revisions
from filestore import files
from registry.models_settings import Installation
from tests.admin.office import Office
from tests.conftest import DATABASE, OWNER, _owner


def database_time() -> datetime:
    """What time it is where nobody travels."""
    with psycopg.connect(_owner(DATABASE)) as owner:
        found = owner.execute("SELECT clock_timestamp()").fetchone()
    assert found is not None
    told: datetime = found[0]
    return told


@pytest.fixture
def use_keys(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Other keys than those by which an account was written, until the test ends."""
    Office(app, "system_admin")
    monkeypatch.setattr(crypto, "_keys", crypto._Keys())
    settings = app.extensions["zilu"]

    def use(**other: object) -> None:
        said = {"fields": settings.field_keys, "hashing": settings.hash_key} | other
        crypto.use_keys(**said)

    return use


def test_a_process_with_its_own_keys_starts(app: Flask, use_keys: Callable[..., None]) -> None:
    use_keys()
    starting.check(app)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"hashing": b"another"}, "ZILU_HASH_KEY"),
        ({"fields": {"1": b"k" * 32}}, "ZILU_KEY_FILE holds another key"),
        ({"fields": {"2": b"k" * 32}}, "ZILU_KEY_FILE lacks key '1'"),
    ],
)
def test_neither_web_nor_worker_nor_clock_starts_with_lost_keys_and_nobody_goes_on_after_a_restore(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    use_keys: Callable[..., None],
    other: dict[str, object],
    named: str,
) -> None:
    use_keys(**other)
    web = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["post_worker_init"]
    with pytest.raises(Misconfigured, match=named):
        web(SimpleNamespace(wsgi=app))
    for words in (["worker", "--burst"], ["clock", "--once"]):
        ended = app.test_cli_runner().invoke(args=words)
        assert (ended.exit_code, named in ended.stderr) == (1, True)
    monkeypatch.setenv(OWNER, _owner(DATABASE))
    for words in (["restored"], ["first-admin", "new@lanwan.example"]):
        refused = app.test_cli_runner().invoke(args=words)
        assert (refused.exit_code, named in refused.stderr) == (1, True)


def test_the_journal_is_verified_by_no_other_keys_than_those_of_its_database(
    app: Flask, use_keys: Callable[..., None]
) -> None:
    use_keys()
    assert app.test_cli_runner().invoke(args=["verify-journal"]).exit_code == 0
    use_keys(hashing=b"another")
    refused = app.test_cli_runner().invoke(args=["verify-journal"])
    assert (refused.exit_code, "ZILU_HASH_KEY" in refused.stderr, refused.stdout) == (2, True, "")


@pytest.mark.parametrize("words", [["worker", "--burst"], ["clock", "--once"]])
def test_nobody_serves_a_real_database_as_a_demonstration_or_without_its_public_address(
    app: Flask, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    with app.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="production"))
    given = app.extensions["zilu"]
    for other, named in (
        ({"mode": "demonstration", "base_url": "https://zilu.example"}, "ZILU_MODE says demonstration"),
        ({"mode": "production", "base_url": ""}, "ZILU_BASE_URL must name the public address"),
    ):
        monkeypatch.setitem(app.extensions, "zilu", replace(given, **other))
        ended = app.test_cli_runner().invoke(args=words)
        assert (ended.exit_code, named in ended.stderr) == (1, True)
    monkeypatch.setitem(app.extensions, "zilu", replace(given, mode="production", base_url="https://zilu.example"))
    with time_machine.travel(database_time()):
        assert app.test_cli_runner().invoke(args=words).exit_code == 0


def test_no_first_administrator_gets_a_link_that_leads_nowhere(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="production"))
    given = app.extensions["zilu"]
    monkeypatch.setitem(app.extensions, "zilu", replace(given, base_url=""))
    ended = app.test_cli_runner().invoke(args=["first-admin", "wu@beijiang.example"])
    assert (ended.exit_code, "ZILU_BASE_URL" in ended.stderr, ended.stdout) == (1, True, "")
    monkeypatch.setitem(app.extensions, "zilu", replace(given, base_url="https://zilu.example"))
    assert app.test_cli_runner().invoke(args=["first-admin", "wu@beijiang.example"]).exit_code == 0


def test_nobody_serves_a_real_database_without_its_files(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with app.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="production"))
    given, other = app.extensions["zilu"], tmp_path / "data"
    real = replace(given, mode="production", base_url="https://zilu.example")
    monkeypatch.setitem(app.extensions, "zilu", replace(real, data=other))
    starting.check_to_serve(app)
    with app.app_context(), transaction() as at:
        files.keep_made(at, b"%PDF-", "a.pdf", "application/pdf")
    with pytest.raises(Misconfigured, match="holds no file"):
        starting.check_to_serve(app)
    monkeypatch.setitem(app.extensions, "zilu", real)
    starting.check_to_serve(app)
    with monkeypatch.context() as root_s:  # brought back by root: who serves may read and not write
        root_s.setattr(os, "access", lambda place, _how: len(Path(place).name) != len("ab"))
        with pytest.raises(Misconfigured, match="can't be written to by whoever runs this"):
            starting.check_to_serve(app)
    (tmp_path / "file").touch()
    monkeypatch.setitem(app.extensions, "zilu", replace(real, data=tmp_path / "file"))
    with pytest.raises(Misconfigured, match="is no folder that can be used"):
        starting.check_to_serve(app)


def test_a_database_that_lacks_hours_before_the_last_round_is_served_only_after_restored_was_said(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of a dump by other means than `backup`, a copy of the server's folder or a late standby nothing else tells."""
    now = clock.now()
    with app.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="production"))
        rounds_kept.keep(at, {rounds_kept.ROUND: ""}, now)
    real = replace(app.extensions["zilu"], mode="production", base_url="https://zilu.example", data=tmp_path)
    monkeypatch.setitem(app.extensions, "zilu", real)
    monkeypatch.setattr(rounds_kept, "there", lambda _at: now)
    with app.app_context():
        rounds.Rounds().go(now)
    starting.check_to_serve(app)
    with app.app_context(), transaction() as at:
        rounds_kept.keep(at, {rounds_kept.ROUND: ""}, now - timedelta(hours=16))
    with pytest.raises(Misconfigured, match="if it was brought back from a copy, say `restored` first"):
        starting.check_to_serve(app)
    monkeypatch.setenv(OWNER, _owner(DATABASE))
    assert app.test_cli_runner().invoke(args=["restored"]).exit_code == 0
    starting.check_to_serve(app)


def test_neither_web_nor_worker_serves_with_a_time_that_is_not_the_databases_or_was_already(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="production"))
    given = app.extensions["zilu"]
    monkeypatch.setitem(app.extensions, "zilu", replace(given, mode="production", base_url="https://zilu.example"))
    web = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["post_worker_init"]
    with time_machine.travel(database_time() + timedelta(minutes=6)):
        with pytest.raises(Misconfigured, match="is not the database's"):
            web(SimpleNamespace(wsgi=app))
        ended = app.test_cli_runner().invoke(args=["worker", "--burst"])
        assert (ended.exit_code, "is not the database's" in ended.stderr) == (1, True)
    with time_machine.travel(database_time()):
        starting.check_time(app)
        with app.app_context(), transaction() as at:  # both machines may be back in another year
            rounds_kept.keep(at, {rounds_kept.ROUND: ""}, clock.now() + timedelta(days=1))
        with pytest.raises(Misconfigured, match="is before the clock's last round"):
            starting.check_time(app)
    with app.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="demonstration"))
    starting.check_time(app)


def test_no_process_serves_as_a_role_that_owns_a_table(app: Flask) -> None:
    with psycopg.connect(_owner(DATABASE), autocommit=True) as owner:
        owner.execute("GRANT CREATE ON SCHEMA public TO zilu_app")
        try:
            with app.app_context(), db.engine.connect() as mine:
                mine.exec_driver_sql("CREATE TABLE its_own ()")
                mine.commit()
            with pytest.raises(Misconfigured, match="row-level security does not bind"):
                starting.check_to_serve(app)
        finally:
            owner.execute("REVOKE CREATE ON SCHEMA public FROM zilu_app")
            with app.app_context(), db.engine.connect() as mine:
                mine.exec_driver_sql("DROP TABLE IF EXISTS its_own")
                mine.commit()
    starting.check_to_serve(app)


def test_no_process_starts_on_another_revision_than_that_of_its_code(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = newest_revisions()
    assert newest == set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    with psycopg.connect(_owner(DATABASE), autocommit=True) as owner:
        try:
            monkeypatch.setattr(wiring, "newest_revisions", lambda: {"0001"})  # by now other code lies there
            for asked, named in (
                ("UPDATE alembic_version SET version_num = '0001'", "has revision 0001, this code needs"),
                ("REVOKE SELECT ON alembic_version FROM zilu_system", "has an early revision, or none"),
            ):
                owner.execute(asked)
                with pytest.raises(Misconfigured, match=named):
                    starting.check(app)
        finally:
            owner.execute("UPDATE alembic_version SET version_num = %s", tuple(newest))
            owner.execute("GRANT SELECT ON alembic_version TO zilu_system")
    starting.check(app)


def test_no_other_database_is_brought_up_to_date_and_none_by_two_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owner = make_url(os.environ[OWNER])
    monkeypatch.setenv(OWNER, owner.set(database="postgres").render_as_string(hide_password=False))
    with app.app_context(), pytest.raises(SystemExit):
        upgrade()
    assert "DATABASE_OWNER_URL has to name the database of DATABASE_URL" in caplog.text
    query = {"host": "localhost" if owner.host == "127.0.0.1" else owner.host or "", "port": str(owner.port or 5432)}
    query |= dict(owner.query)  # a server on a socket is named there
    written = URL.create(owner.drivername, owner.username, owner.password, database=DATABASE, query=query)
    monkeypatch.setenv(OWNER, written.render_as_string(hide_password=False))
    with app.app_context():
        upgrade()  # the same database, otherwise written
    with psycopg.connect(_owner(DATABASE), autocommit=True) as other, app.app_context():
        other.execute("SELECT pg_advisory_lock(726017)")
        with pytest.raises(SystemExit):
            upgrade()
    assert "Another command brings this database up to date already." in caplog.text


def test_a_migration_does_not_wait_for_ever_for_a_table_that_somebody_holds(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = make_url(os.environ[OWNER]).set(database=DATABASE)
    monkeypatch.setenv(OWNER, address.render_as_string(hide_password=False))
    waits = []

    def asked(connection: Connection, _record: object) -> None:
        waits.append(connection.execute("SHOW lock_timeout").fetchone())

    event.listen(Engine, "connect", asked)
    try:
        with app.app_context():
            upgrade()
    finally:
        event.remove(Engine, "connect", asked)
    assert waits == [("30s",)]
