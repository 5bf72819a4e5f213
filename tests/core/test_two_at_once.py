"""Two people at once: the second is told, and nothing of what the first did is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import update

from core.db import Once, transaction
from core.errors import Changed
from registry.models import Party
from tests.builders_cases import party


def test_whoever_makes_the_same_thing_second_is_told(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            at.add(Once(digest="the same"))
        with pytest.raises(Changed), transaction() as at:
            at.add(Once(digest="the same"))


def _second(number: int) -> None:
    """Rename a company that somebody else changes between reading and writing."""
    with transaction() as at:
        mine = at.get_one(Party, number)
        other = update(Party).where(Party.id == number).values(version=Party.version + 1)
        at.execute(other.execution_options(synchronize_session=False))
        mine.name_zh = "蓝湾另一家公司"


def test_whoever_changes_what_was_changed_meanwhile_is_told(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            number = party(at, "蓝湾一家公司").id
        with pytest.raises(Changed):
            _second(number)


def test_whoever_waits_for_somebody_who_waits_in_turn_is_told(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            first, second = party(at, "蓝湾甲公司").id, party(at, "蓝湾乙公司").id
        ready = Barrier(2)
        with ThreadPoolExecutor(2) as both:
            one, other = both.submit(_cross, app, ready, first, second), both.submit(_cross, app, ready, second, first)
        failed = [each.exception() for each in (one, other)]
        assert sorted(type(each).__name__ for each in failed) == ["Changed", "NoneType"]


def _cross(app: Flask, ready: Barrier, mine: int, theirs: int) -> None:
    """Lock one company and, when somebody else has locked another, want that one as well."""
    with app.app_context(), transaction() as at:
        at.get_one(Party, mine, with_for_update=True)
        ready.wait()
        at.get_one(Party, theirs, with_for_update=True)
