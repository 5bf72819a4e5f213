"""The embedded servers come up, recover, are shared, and leave nothing running."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy.engine import make_url

from launch import embedded
from launch.keeper import lock_of_keeper
from launch.places import ROOT, base, socket_folder

PURPOSE = f"probe-{os.getpid()}"


def _connect(address: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        make_url(address).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    )


def _soon(holds: Callable[[], bool]) -> bool:
    limit = time.monotonic() + 240
    while not holds():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def _answers(address: str) -> bool:
    try:
        _connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def _postmaster() -> int:
    return int((base(PURPOSE) / "postgres" / "postmaster.pid").read_text().split()[0])


@pytest.fixture(autouse=True)
def none_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where nobody names servers."""
    for name in (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "ZILU_DATA",
        "ZILU_SECRET_KEY",
        "ZILU_HASH_KEY",
        "ZILU_KEY_FILE",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module", autouse=True)
def leave_nothing() -> Iterator[None]:
    """The data of these tests go at their end."""
    yield
    shutil.rmtree(base(PURPOSE), ignore_errors=True)
    shutil.rmtree(socket_folder(PURPOSE), ignore_errors=True)


def test_what_was_written_is_there_at_the_second_start(capfd: pytest.CaptureFixture[str]) -> None:
    with embedded.servers(PURPOSE) as first:
        _connect(first["DATABASE_OWNER_URL"]).execute("CREATE TABLE kept AS SELECT 1 AS it")
        redis.from_url(first["REDIS_URL"]).set("kept", "1")
    capfd.readouterr()
    with embedded.servers(PURPOSE) as second:
        assert "making" not in capfd.readouterr().err, "the second start is quick since it makes nothing"
        assert _connect(second["DATABASE_OWNER_URL"]).execute("SELECT it FROM kept").fetchone() == (1,)
        assert redis.from_url(second["REDIS_URL"]).get("kept") == b"1"
        assert first["ZILU_SECRET_KEY"] == second["ZILU_SECRET_KEY"]
    assert _soon(lambda: not _answers(second["DATABASE_URL"]))


def test_the_roles_are_those_of_production_and_making_them_again_changes_nothing() -> None:
    for _ in range(2):  # every start runs launch/roles.sql
        with embedded.servers(PURPOSE) as environment, _connect(environment["DATABASE_URL"]) as application:
            roles = application.execute(
                "SELECT rolname, rolsuper, rolbypassrls, rolinherit FROM pg_roles"
                " WHERE rolname IN ('zilu_app', 'zilu_owner')"
            )
            assert sorted(roles) == [("zilu_app", False, False, False), ("zilu_owner", False, True, True)]
            application.execute("SET ROLE zilu_system")
            for refused in ("SET ROLE zilu_owner", "CREATE TEMPORARY TABLE account (id bigint)"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    application.execute(refused)


def test_chinese_text_has_trigrams() -> None:
    with embedded.servers(PURPOSE) as environment, _connect(environment["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert owner.execute("SELECT cardinality(show_trgm('投诉催收'))").fetchone() == (5,)


def test_a_killed_database_comes_back() -> None:
    with embedded.servers(PURPOSE) as environment:
        killed = _postmaster()
        os.kill(killed, signal.SIGKILL)
        assert _soon(lambda: _answers(environment["DATABASE_URL"]) and _postmaster() != killed)


def test_a_stale_pid_file_does_not_stop_the_start() -> None:
    with embedded.servers(PURPOSE):
        said = (base(PURPOSE) / "postgres" / "postmaster.pid").read_text()
    (base(PURPOSE) / "postgres" / "postmaster.pid").write_text(said.replace(said.split()[0], str(os.getpid()), 1))
    with embedded.servers(PURPOSE) as environment:
        assert _answers(environment["DATABASE_URL"])


def test_the_first_to_leave_stops_nothing_the_others_use() -> None:
    with embedded.servers(PURPOSE) as outer:
        before = _postmaster()
        with embedded.servers(PURPOSE) as inner:
            assert inner["DATABASE_URL"] == outer["DATABASE_URL"]
            assert inner["REDIS_URL"] == outer["REDIS_URL"]
        assert _postmaster() == before
        assert _answers(outer["DATABASE_URL"])


def test_nothing_runs_on_after_the_launcher_was_killed() -> None:
    script = (
        "import json, sys, time; from launch import embedded\n"
        f"with embedded.servers({PURPOSE!r}) as e: print(json.dumps(e['DATABASE_URL']), flush=True); time.sleep(3600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as launcher:
        assert launcher.stdout is not None
        address = json.loads(launcher.stdout.readline())
        assert _answers(address)
        launcher.kill()
    assert _soon(lambda: not _answers(address))


def test_servers_die_with_a_killed_keeper_and_come_again() -> None:
    with embedded.servers(PURPOSE) as environment:
        postmaster = Path("/proc", str(_postmaster()))
        keeper = int((postmaster / "stat").read_text().rpartition(")")[2].split()[1])
        os.kill(keeper, signal.SIGKILL)
        assert _soon(lambda: not postmaster.exists())
        assert not _answers(environment["DATABASE_URL"])
        assert lock_of_keeper(PURPOSE, "postgres").exists()
    with embedded.servers(PURPOSE) as environment:
        assert _answers(environment["DATABASE_URL"])


def test_given_servers_are_used_and_none_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://somewhere/zilu")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")
    with embedded.servers(PURPOSE) as environment:
        assert environment["DATABASE_URL"] == "postgresql+psycopg://somewhere/zilu"
        assert not (base(PURPOSE) / "postgres.json").exists()
