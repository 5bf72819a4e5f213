"""A command whose server is away, or whose database is another one, says so in one sentence and ends with 1."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade
from redis.exceptions import ConnectionError as NoValkey
from sqlalchemy import func, select

from admin import servers
from admin.servers import saying_what_is_away
from casework.models import Complaint
from core import mail, texts
from core.db import db, transaction
from core.journal import JournalEntry
from core.settings import ROOT
from filestore import files, uploads
from tests.conftest import DATABASE, OWNER, PATIENT, _owner
from tests.launch.test_words import OF_THE_LAUNCHER
from wsgi import create_app

NOWHERE = "postgresql://zilu_app@127.0.0.1:9/zilu"
AWAY = "Error: The database is away, or can't go on: connection failed"
WORDS = {
    "backup": ("new",),
    "clock-is-right": (),
    "deadline": ("2026-04-29", "5", "WD"),
    "first-admin": ("new@lanwan.example",),
    "import-complaints": ("rows.csv", "--mapping", "cfpb"),
    "index-search": (),
    "restored": (),
    "rotate-keys": (),
    "scan-files": (),
    "seal-activate": ("chain.pem", "--key", "2026"),
    "seal-certificates": (),
    "seed": (),
    "try-again": (),
    "verify-document": ("paper.pdf",),
    "verify-journal": (),
}
WITHOUT = {"collect-assets", "sample-documents", "demo", *OF_THE_LAUNCHER}
"""Ask no database, or are for a demonstration."""
WAIT = {"worker", "clock"}
ELSEWHERE = {"db"}


@pytest.fixture(scope="module")
def lonely(whole_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a database that does not answer."""
    made = create_app(SQLALCHEMY_DATABASE_URI=NOWHERE.replace("postgresql:", "postgresql+psycopg:"), **PATIENT)
    yield made
    with made.app_context():
        db.engine.dispose()
    for each in (files, uploads, mail, texts):  # whoever is tested next keeps what it has where it was
        each.init(whole_app.extensions["zilu"])


@pytest.mark.parametrize("name", WORDS)
def test_a_command_says_that_the_database_is_away(
    lonely: Flask, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(OWNER, NOWHERE)
    for given in ("paper.pdf", "chain.pem"):
        (tmp_path / given).write_text("%PDF-1.7")
    shutil.copy(ROOT / "tests" / "data" / "import" / "fictional.csv", tmp_path / "rows.csv")
    done = lonely.test_cli_runner().invoke(args=[name, *WORDS[name]])
    assert done.exit_code == (6 if name == "verify-document" else 1)
    assert done.stderr.splitlines()[-1].startswith(AWAY)
    assert not done.stdout


def test_a_disk_without_room_is_named_and_nothing_is_imported(app: Flask) -> None:
    given = str(ROOT / "tests" / "data" / "import" / "damaged.csv")
    words = ["import-complaints", given, "--mapping", "cfpb", "--rejects", "/dev/full"]
    done = app.test_cli_runner().invoke(args=words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("Error: No space left on device.\n")
    with app.app_context(), transaction() as at:
        assert at.scalar(select(func.count()).select_from(Complaint)) == 0


def test_a_database_that_can_only_be_read_is_as_good_as_away(app: Flask) -> None:
    with psycopg.connect(_owner(DATABASE), autocommit=True) as owner:
        try:
            owner.execute(f"ALTER DATABASE {DATABASE} SET default_transaction_read_only = on")
            with app.app_context():
                db.engine.dispose()
                with pytest.raises(OSError, match="can only be read"):
                    servers.database()
            assert app.test_client().post("/uploads", data={"name": "a.txt", "size": 9}).status_code == 503
            done = app.test_cli_runner().invoke(args=["clock-is-right"])
            assert (done.exit_code, done.stderr.startswith("Error: The database is away, or can't go on")) == (1, True)
        finally:
            owner.execute(f"ALTER DATABASE {DATABASE} RESET default_transaction_read_only")
            with app.app_context():
                db.engine.dispose()


def test_every_command_is_among_them(app: Flask) -> None:
    assert {*app.cli.commands} == {*WORDS, *WITHOUT, *WAIT, *ELSEWHERE}


def test_migrations_say_that_the_database_is_away(
    lonely: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(OWNER, NOWHERE.replace("postgresql:", "postgresql+psycopg:"))
    with lonely.app_context(), pytest.raises(SystemExit) as ended:
        upgrade()
    assert ended.value.code == 1
    assert "The database is away, or can't go on: connection failed" in caplog.text


@pytest.mark.parametrize("name", ["restored", "rotate-keys"])
def test_who_is_not_the_owner_is_told_so_and_changes_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    not_owner = app.config["SQLALCHEMY_DATABASE_URI"]
    monkeypatch.setenv(OWNER, not_owner)
    done = app.test_cli_runner().invoke(args=[name])
    assert (done.exit_code, "DATABASE_OWNER_URL has to name" in done.stderr) == (1, True)
    with app.app_context():
        with transaction() as at:
            assert not at.scalars(select(JournalEntry)).all()
        with pytest.raises(SystemExit):
            upgrade()
    assert "DATABASE_OWNER_URL has to name" in caplog.text


def test_a_command_on_a_database_of_another_revision_says_so(app: Flask) -> None:
    with psycopg.connect(_owner(DATABASE), autocommit=True) as owner:
        owner.execute("ALTER TABLE setting RENAME TO setting_of_old")
        try:
            done = app.test_cli_runner().invoke(args=["seal-certificates"])
        finally:
            owner.execute("ALTER TABLE setting_of_old RENAME TO setting")
    assert (done.exit_code, "has another revision than this code needs" in done.stderr) == (1, True)


def test_a_command_says_that_valkey_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def asks(*_words: str, **_said: object) -> None:
        message = "Error 111 connecting to 127.0.0.1:9. Connection refused."
        raise NoValkey(message)

    command = app.cli.commands["seal-certificates"]
    with monkeypatch.context() as away:
        away.setattr(command, "callback", asks)
        away.setitem(app.cli.commands, "seal-certificates", saying_what_is_away(command))
        done = app.test_cli_runner().invoke(args=["seal-certificates"])
    assert (done.exit_code, done.stderr) == (
        1,
        "Error: Valkey is away, or can't go on: Error 111 connecting to 127.0.0.1:9. Connection refused.\n",
    )
