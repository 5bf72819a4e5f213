"""The rounds of the clock process: what fails keeps no time limit from ending, and one process acts at a time."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from structlog.testing import capture_logs

from admin import rounds, rounds_kept
from casework.models import Task
from core import clock
from core.db import SYSTEM_READER, db, read_as, session, transaction
from core.outbox import Outbox, later
from core.settings import Misconfigured
from filestore import files
from registry.models_clocks import Clock, ClockState
from registry.models_settings import Installation
from tests.admin.office import Office
from tests.builders import Desk
from tests.conftest import NOW
from tests.revision import brought_up_to_date

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
    assert failed[0]["error"].startswith("KeyError at tests/admin/test_rounds.py:")


def test_what_goes_wrong_is_said_beside_the_results_of_a_command(due: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rounds.EACH, "later work", _fails)
    done = due.test_cli_runner().invoke(args=["clock", "--once"])
    assert (done.exit_code, done.stdout, "a step of the round failed" in done.stderr) == (0, "", True)


def test_a_step_whose_question_the_database_refuses_leaves_the_next_one_its_own(
    due: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks(_now: datetime) -> None:
        read_as(session(), SYSTEM_READER)
        session().execute(text("SELECT 1 / 0"))

    monkeypatch.setattr(rounds, "EACH", {"uploads": asks, "time limits": rounds.EACH["time limits"]})
    before = _ended(due)
    with due.app_context(), capture_logs() as said:
        rounds.Rounds().go(LONG_AFTER)
    assert _ended(due) > before
    assert [each["step"] for each in said if each["event"] == "a step of the round failed"] == ["uploads"]


def test_a_disk_that_takes_no_more_of_the_log_stops_no_time_limit(due: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rounds.EACH, "later work", _fails)
    before = _ended(due)
    with suppress(OSError), open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - no file of ours
        with monkeypatch.context() as said, due.app_context():
            said.setattr("sys.stderr", full)
            rounds.Rounds().go(LONG_AFTER)
        assert _ended(due) > before + 1
    with due.app_context(), transaction() as at:
        assert at.get_one(rounds_kept.RoundStep, "later work").trouble, "and what failed is kept for the overview"


def test_a_clock_acts_on_no_database_that_was_brought_up_to_date_for_other_code(due: Flask) -> None:
    before = _ended(due)
    with brought_up_to_date() as updates, due.app_context():
        updates()
        with pytest.raises(Misconfigured, match="has revision next, this code needs"):
            rounds.Rounds().go(LONG_AFTER)
    assert _ended(due) == before


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


@pytest.fixture
def in_production(due: Flask) -> Flask:
    with due.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="production"))
    return due


def _rounds(app: Flask, *times: datetime) -> list[str]:
    with app.app_context(), capture_logs() as said:
        for each in times:
            rounds.Rounds().go(each)
    return [each["why"] for each in said if "why" in each]


def test_a_machine_that_wakes_in_another_year_ends_and_erases_nothing(in_production: Flask) -> None:
    before = _ended(in_production)
    assert _rounds(in_production, LONG_AFTER) == ["database"]
    assert _ended(in_production) == before


@pytest.mark.parametrize(("since", "why"), [(timedelta(days=4), "gap"), (-timedelta(hours=1), "before")])
def test_after_days_without_a_round_or_back_in_the_past_nothing_ends_until_somebody_says_that_the_time_is_right(
    in_production: Flask, monkeypatch: pytest.MonkeyPatch, since: timedelta, why: str
) -> None:
    now = clock.now()
    monkeypatch.setattr(rounds_kept, "there", lambda _at: now)
    with in_production.app_context(), transaction() as at:
        rounds_kept.keep(at, {rounds_kept.ROUND: ""}, now - since)
    assert _rounds(in_production, now) == [why]
    page = Office(in_production, "system_admin").get("?lang=en")
    assert "say so by clock-is-right" in page
    assert in_production.test_cli_runner().invoke(args=["clock-is-right"]).exit_code == 0
    assert _rounds(in_production, now) == []
    assert "The clock" not in Office(in_production, "audit_admin").get("?lang=en")


def test_the_overview_names_what_fails_and_what_stands_still(due: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(due, "system_admin")
    assert "no round yet" in office.get("?lang=en")
    monkeypatch.setitem(rounds.DAILY, "retention", _fails)
    now = clock.now()
    _rounds(due, now - timedelta(hours=1))
    with due.app_context(), transaction() as at:
        at.execute(update(Outbox).values(asked_at=now - timedelta(hours=1), tries=0))
    page = office.get("?lang=en")
    assert "Erasing what has been kept long enough fails since" in page
    assert "KeyError at tests/admin/test_rounds.py:" in page
    assert "嫌疑人" not in page
    assert "has made no round since" in page
    assert "was not tried" in page
    monkeypatch.setitem(rounds.DAILY, "retention", lambda _now: None)
    _rounds(due, clock.now())
    with due.app_context(), transaction() as at:
        at.execute(update(Outbox).values(tries=1))
        later(at, files.SCAN, "scan:1", sha256="0" * 64)
        waits = update(Outbox).where(Outbox.key == "scan:1")
        at.execute(waits.values(asked_at=now - timedelta(hours=1), trouble="Away"))
    assert "Files that are to be looked through have waited since" in office.get("?lang=en")
    with due.app_context(), transaction() as at:
        at.execute(waits.values(done_at=now))
    assert "Something that goes on by itself does not" not in office.get("?lang=en")


@pytest.mark.parametrize(("steps", "name"), [(rounds.DAILY, "deadlines"), (rounds.EACH, "time limits")])
def test_a_step_that_fails_all_day_is_a_task_until_it_goes_well(
    due: Flask, monkeypatch: pytest.MonkeyPatch, steps: dict[str, rounds.Step], name: str
) -> None:
    monkeypatch.setitem(steps, name, _fails)
    now = clock.now()
    asked = select(Task.role).where(Task.kind == rounds_kept.NIGHTLY, Task.done_at.is_(None))
    for hours, tasks in ((0, []), (19, []), (21, ["head"]), (45, ["head"])):
        _rounds(due, now + timedelta(hours=hours))
        with due.app_context(), transaction() as at:
            assert at.scalars(asked).all() == tasks
    monkeypatch.setitem(steps, name, lambda _now: None)
    _rounds(due, now + timedelta(hours=46))
    with due.app_context(), transaction() as at:
        assert not at.scalars(asked).all()


def test_each_step_of_a_round_has_words_where_it_fails() -> None:
    assert rounds_kept.WORDS.keys() == rounds.EACH.keys() | rounds.DAILY.keys()
