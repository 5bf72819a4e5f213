"""./zilu says plainly what is wrong, with the exit code that fits."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from unittest.mock import Mock

import pytest
from flask import Flask

from launch import application, setup
from launch.application import ending_with_us
from launch.dying import Mortal, TerminatedError
from launch.places import ROOT, base
from launch.telling import CannotGoOnError, WrongUseError

OF_FLASK, OF_THE_LAUNCHER = {"routes", "run", "shell"}, {"lighthouse", "pictures"}


def _zilu(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", str(ROOT / "zilu"), *words], check=False, capture_output=True, text=True, env=os.environ | environment
    )


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["bench"],
        ["bench", "nothing"],
        ["setup", "everything"],
        ["start", "now"],
        ["lock", "it"],
        ["simulate", "--years", "x"],
    ],
)
def test_wrong_use_is_told_apart(words: list[str]) -> None:
    done = _zilu(*words)
    assert done.returncode == 2
    assert "./zilu" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["start", "--port", "3"], "start knows no --port; it takes no words, and the port is set before it: PORT="),
        (["lock", "--upgrade", "now"], "lock knows no now; say --upgrade or nothing"),
        (["setup", "tests"], "setup knows no tests; say one of run, demo, test"),
    ],
)
def test_a_word_that_the_launcher_does_not_know_is_named_in_a_line_and_not_in_the_whole_help(
    words: list[str], said: str
) -> None:
    done = _zilu(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"zilu: {said}")


@pytest.mark.parametrize("words", [("help",), ("start", "--help")])
def test_help_is_a_result(words: tuple[str, ...]) -> None:
    done = _zilu(*words)
    assert done.returncode == 0
    assert "./zilu start" in done.stdout


def test_help_names_every_command_of_the_application_and_every_word_of_its_own(app: Flask) -> None:
    said = set(_zilu("help").stdout.split())
    assert {*app.cli.commands, *OF_FLASK} == {*application.COMMANDS, *OF_THE_LAUNCHER} <= said
    assert {"./zilu", "start", "bench", "pictures", "[--all", "lighthouse", "setup", "lock"} <= said
    lines = [each.get_short_help_str() for each in app.cli.commands.values()]
    assert not [line for line in lines if line.endswith("...")], (
        "what `./zilu commands` says of each is a whole sentence"
    )


def test_a_word_that_nothing_answers_to_is_refused_before_anything_is_started() -> None:
    done = _zilu("deadlin", "2026-04-29", DATABASE_URL="", REDIS_URL="")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "zilu: there is no command deadlin; is deadline meant? ./zilu help names all of them\n"


def test_how_a_command_is_said_is_told_without_a_server(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in (*application.SERVERS, *application.KEPT):
        monkeypatch.delenv(name, raising=False)
    assert application.tell_how(["deadline", "--help"]) == 0
    assert "START" in capfd.readouterr().out


def test_a_port_that_is_no_port_is_wrong_use() -> None:
    assert _zilu("start", PORT="eighty").returncode == 2


@pytest.mark.skipif(
    (base("start") / "postgres.json").exists(), reason="this checkout is running: start says that first"
)
def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _zilu("start", PORT=str(port))
    assert done.returncode == 1
    assert f"PORT={port + 1} ./zilu start" in done.stderr


@pytest.mark.parametrize("given", [{"DATABASE_URL": ""}, {"REDIS_URL": ""}])
@pytest.mark.parametrize(
    "word", ["backup", "first-admin", "restored", "rotate-keys", "seal-activate", "try-again", "clock-is-right"]
)
def test_what_an_operator_does_is_never_done_on_the_embedded_servers_by_forgetting(
    word: str, given: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (*application.SERVERS, *application.KEPT):
        monkeypatch.setenv(name, given.get(name, "postgresql+psycopg://me:secret@db.example/zilu"))
    with pytest.raises(CannotGoOnError, match=f"{next(iter(given))} must be set.*--embedded"):
        application.meant([word, "x"])
    wanted = {"backup": " FOLDER", "first-admin": " MAIL", "seal-activate": " CHAIN"}.get(word, "")
    with pytest.raises(CannotGoOnError, match=f"say ./zilu {word}{wanted} --embedded"):
        application.meant([word])
    with pytest.raises(CannotGoOnError, match="both servers"):
        application.meant([word, "--embedded"])
    assert application.meant([word, "--help"]) == [word, "--help"]
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "postgresql+psycopg://me:secret@db.example/zilu")
    assert application.meant([word, "x"]) == [word, "x"]
    with pytest.raises(CannotGoOnError, match="both servers"):
        application.meant([word, "--embedded"])
    monkeypatch.delenv("ZILU_DATA")
    with pytest.raises(CannotGoOnError, match="ZILU_DATA must be set"):
        application.meant([word, "x"])
    for name in (*application.SERVERS, *application.KEPT):
        with pytest.raises(CannotGoOnError, match="both servers"):
            application.meant([word, "--embedded"])
        monkeypatch.delenv(name, raising=False)
    assert application.meant([word, "--embedded", "x"]) == [word, "x"]
    with pytest.raises(WrongUseError, match="no option --embeded; is --embedded meant"):
        application.meant([word, "--embeded", "embedded"])
    said = capsys.readouterr().err
    assert ("zilu at db.example" in said, "embedded database, in" in said, "secret" in said) == (True, True, False)


@pytest.mark.parametrize(
    "word", ["verify-journal", "verify-document", "db", "seed", "index-search", "import-complaints"]
)
def test_what_is_answered_of_one_database_says_of_which(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert application.meant([word, "x"]) == [word, "x"]
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://me:secret@db.example/zilu")
    assert application.meant([word, "x"]) == [word, "x"]
    for password in ("sec/ret", "sec#ret", "sec[ret", "sec@ret"):
        monkeypatch.setenv("DATABASE_URL", f"postgresql+psycopg://me:{password}@db.example/zilu")
        application.meant([word, "x"])
    first, *others = capsys.readouterr().err.splitlines()
    assert ("on the embedded database, in" in first, set(others)) == (
        True,
        {"zilu: on the database zilu at db.example"},
    )


def test_a_refused_word_ends_with_one() -> None:
    done = _zilu("restored", DATABASE_URL="")
    assert (done.returncode, "DATABASE_URL must be set" in done.stderr, done.stdout) == (1, True, "")


def test_packages_are_installed_again_when_their_lock_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = tmp_path / "stamp.json"
    monkeypatch.setattr(setup, "STAMP", stamp)
    monkeypatch.setattr(setup, "PYTHON", ROOT / "zilu")
    stamp.write_text(f'{{"profile": "test", "lock": "{setup._lock_digest("test")}", "place": "{setup.VENV}"}}')
    assert setup.installed("run")
    assert setup.installed("test")
    monkeypatch.setattr(setup, "_lock_digest", lambda _profile: "another")
    assert not setup.installed("run")


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A .venv of a checkout elsewhere."""
    made = tmp_path / ".venv"
    made.mkdir()
    for name, value in (("VENV", made), ("STAMP", made / "zilu-stamp.json"), ("PYTHON", made / "bin" / "python")):
        monkeypatch.setattr(setup, name, value)
    return made


def test_packages_that_somebody_else_installed_are_never_deleted(venv: Path) -> None:
    (venv / "theirs").touch()
    with pytest.raises(CannotGoOnError, match="not made by"):
        setup._python_packages("run")
    assert (venv / "theirs").exists()


def test_our_own_packages_are_made_anew_where_making_them_was_broken_off(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(command: list[str], **_said: object) -> Mock:
        if "venv" in command:
            setup.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            setup.PYTHON.touch()
        return Mock(returncode=0)

    monkeypatch.setattr(setup.subprocess, "run", made)
    monkeypatch.setattr(setup, "pip_install", Mock(side_effect=[CannotGoOnError("no network"), None, None]))
    venv.rmdir()
    with pytest.raises(CannotGoOnError, match="no network"):
        setup._python_packages("run")
    setup.PYTHON.unlink()
    setup._python_packages("run")
    assert setup.installed("run")


def test_what_the_launcher_waits_for_ends_when_the_launcher_is_told_to() -> None:
    """While the demonstration is told, SIGTERM would else wait until it is."""
    telling = Mortal([sys.executable, "-c", "import time; time.sleep(600)"])
    with pytest.raises(TerminatedError), ending_with_us(telling):
        raise TerminatedError
    assert telling.returncode == -signal.SIGTERM


def test_of_two_commands_in_a_fresh_checkout_the_second_waits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    went: list[str] = []

    def second() -> None:
        with setup.one_at_a_time(tmp_path):
            went.append("second")

    other = threading.Thread(target=second)
    with setup.one_at_a_time(tmp_path):
        other.start()
        while "goes on after it" not in capsys.readouterr().err:
            time.sleep(0.01)
        went.append("first")
    other.join()
    assert went == ["first", "second"]
