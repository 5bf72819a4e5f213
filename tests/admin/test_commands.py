"""Commands tell how they ended: on stdout what was asked, on stderr what is wrong, and by their exit code."""

import pytest
from flask import Flask
from sqlalchemy import text

from core.db import transaction
from tests import builders


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2026-09-25", "5", "WD"], "2026-10-09"),
        (["2026-11-25", "15", "CD"], "2026-12-10"),
        (["2026-11-25", "3", "MONTH"], "2027-02-25"),
        (["2026-12-25", "10", "WD"], "2027-01-11 provisional"),
    ],
)
def test_a_deadline_is_told(app: Flask, words: list[str], said: str) -> None:
    answer = app.test_cli_runner().invoke(args=["deadline", *words])
    assert answer.exit_code == 0
    assert answer.stdout.strip() == said


def test_a_deadline_is_explained_day_by_day(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["deadline", "2026-11-25", "3", "WD", "--explain"])
    assert len(answer.stdout.splitlines()) == 7
    assert app.test_cli_runner().invoke(args=["deadline", "yesterday", "3", "WD"]).exit_code == 2
    assert app.test_cli_runner().invoke(args=["deadline", "2026-11-25", "0", "WD"]).exit_code == 2


def test_a_changed_journal_is_named(app: Flask) -> None:
    runner = app.test_cli_runner()
    with app.app_context(), transaction() as at:
        builders.Desk(at, builders.datetime.fromisoformat("2026-11-25T02:00:00+00:00")).received()
    assert runner.invoke(args=["verify-journal"]).exit_code == 0
    with app.app_context(), transaction() as at:
        at.execute(
            text("INSERT INTO journal_head (subject_kind, subject_id, seq, digest) VALUES ('complaint', 99, 1, 'x')")
        )
    broken = runner.invoke(args=["verify-journal"])
    assert broken.exit_code == 1
    assert broken.stdout.startswith("complaint 99")


def test_seeding_twice_is_the_same_as_once_and_the_mode_is_fixed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["seed"]).exit_code == 0
    settings = app.extensions["zilu"]
    monkeypatch.setitem(app.extensions, "zilu", type(settings)(**{**vars(settings), "mode": "production"}))
    refused = runner.invoke(args=["seed"])
    assert refused.exit_code == 1
    assert refused.stderr.strip()


@pytest.mark.parametrize(
    "name", ["collect-assets", "worker", "clock", "import-complaints", "pictures", "first-admin", "db"]
)
def test_the_operators_commands_are_there(app: Flask, name: str) -> None:
    assert app.test_cli_runner().invoke(args=[name, "--help"]).exit_code == 0


def test_one_round_of_the_clock_ends(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["clock", "--once"]).exit_code == 0
