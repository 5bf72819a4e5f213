"""The rounds of the clock process: what fails keeps no time limit from ending, and one process acts at a time."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from admin import rounds
from core.db import db, transaction
from registry.models_clocks import Clock, ClockState
from tests.builders import Desk
from tests.conftest import NOW

LONG_AFTER = NOW + timedelta(days=60)


def _fails(_now: datetime) -> None:
    raise KeyError("嫌疑人的姓名")


def _ended(app: Flask) -> int:
    with app.app_context(), transaction() as at:
        return at.scalar(select(func.count()).select_from(Clock).where(Clock.state == ClockState.ENDED)) or 0


@pytest.fixture
def due(app: Flask) -> Flask:
    with app.app_context(), transaction() as at:
        Desk(at, NOW).accepted()
    return app


def test_a_step_that_fails_stops_no_other_and_comes_again_in_the_next_round(
    due: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _ended(due)
    for steps in (rounds.EACH, rounds.DAILY):
        monkeypatch.setitem(steps, next(name for name in steps if name != "time limits"), _fails)
    come: list[datetime] = []
    monkeypatch.setitem(rounds.DAILY, "deadlines", come.append)
    with due.app_context(), capture_logs() as said:
        mine = rounds.Rounds()
        mine.go(LONG_AFTER)
        mine.go(LONG_AFTER)
    assert _ended(due) > before
    assert come == [LONG_AFTER], "once a day what went well"
    failed = [each for each in said if each["event"] == "a step of the round failed"]
    assert [each["step"] for each in failed] == ["later work", "forgetting"] * 2
    assert "嫌疑人" not in str(said), "and the log holds no text of an error"


def test_a_second_process_leaves_the_round_to_the_first(due: Flask) -> None:
    before = _ended(due)
    with due.app_context():
        with db.engine.connect() as other:
            other.execute(text(f"SELECT pg_advisory_lock({rounds.ROUND})"))
            rounds.Rounds().go(LONG_AFTER)
            assert _ended(due) == before
        db.engine.dispose()
        rounds.Rounds().go(LONG_AFTER)
    assert _ended(due) > before
