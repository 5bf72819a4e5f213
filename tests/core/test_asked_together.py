"""What most moves ask is one question; what a move changed is asked again, and a reader asks only for his own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from core import db
from core.asked_together import forget
from notices import wording_versions
from registry import calendar, settings
from registry.calendar import STAMPS
from tests.conftest import NOW

DAY = date(2026, 11, 25)


@contextmanager
def _statements() -> Iterator[list[str]]:
    """What is said to the database meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(db.db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.db.engine, "before_cursor_execute", note)


def _ask(session: Session) -> None:
    assert settings.is_demonstration(session)
    assert calendar.days(session).get(DAY) is not None
    wording_versions.for_issue(session, "D01", "zh", NOW)


def test_settings_calendar_and_wordings_are_one_question_of_a_transaction(app: Flask) -> None:
    with app.app_context():
        with db.transaction() as at:
            _ask(at)  # the process reads what it did not know
        with _statements() as said, db.transaction() as at:
            _ask(at)
            _ask(at)
        assert [each.split("(")[0] for each in said] == ["SELECT set_config", "SELECT "]


def test_what_is_changed_is_asked_again_and_nothing_else(app: Flask) -> None:
    with app.app_context(), db.transaction() as at:
        _ask(at)
        forget(at, STAMPS)
        with _statements() as said:
            _ask(at)
        assert len(said) == 1
        assert "calendar_year_notice" in said[0]
        assert "wording_version" not in said[0]


@pytest.mark.parametrize("role", ["public", "complainant", "party", "panel", "staff", "admin"])
def test_a_reader_asks_together_for_what_everybody_may_see_and_for_nothing_else(app: Flask, role: str) -> None:
    with app.app_context():
        at = db.session()
        db.read_as(at, db.Reader(f"zilu_{role}"))
        with _statements() as said:
            assert settings.is_demonstration(at)
            assert calendar.days(at).get(DAY) is not None
        asked = [each for each in said if "FROM setting" in each or "calendar_year_notice" in each]
        assert len(asked) == 1
        assert "wording_version" not in asked[0]
