"""Two people at once: the second is told, and nothing of what the first did is lost."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from core import drafts, journal
from core.actors import SYSTEM
from core.db import Once, session, transaction
from core.errors import Changed
from core.journal import JournalEntry
from registry.models import Party, PartyAlias
from tests.builders_cases import party
from tests.conftest import NOW
from tests.two_at_once import at_once


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


@pytest.mark.parametrize("how", ["read", "looked at anew", "asked for"])
def test_whoever_changes_what_was_taken_away_meanwhile_is_told(app: Flask, how: str) -> None:
    with app.app_context():
        with transaction() as at:
            at.add(mine := PartyAlias(party_id=party(at, "蓝湾一家公司").id, kind="APP", value="蓝湾钱包", folded="x"))
            at.flush()
            number = mine.id
        mine = session().get_one(PartyAlias, number)
        with transaction() as at:
            at.execute(delete(PartyAlias).execution_options(synchronize_session=False))
        ways: dict[str, Callable[[Session], object]] = {
            "read": lambda _at: mine.value,
            "looked at anew": lambda at: at.refresh(mine),
            "asked for": lambda at: at.get_one(PartyAlias, number),
        }
        with pytest.raises(Changed), transaction() as at:
            ways[how](at)


def test_whoever_waits_for_somebody_who_waits_in_turn_is_told(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            first, second = party(at, "蓝湾甲公司").id, party(at, "蓝湾乙公司").id
        ready = Barrier(2)
        with ThreadPoolExecutor(2) as both:
            one, other = both.submit(_cross, app, ready, first, second), both.submit(_cross, app, ready, second, first)
        failed = [each.exception() for each in (one, other)]
        assert sorted(type(each).__name__ for each in failed) == ["Changed", "NoneType"]


def test_whoever_notes_on_what_somebody_else_takes_away_is_told(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            number = party(at, "蓝湾丙公司", basis=None).id

        def note(at: Session) -> None:
            at.add(PartyAlias(party_id=number, kind="WEB", value="haiyun.example"))

        told = at_once(app, lambda at: at.execute(delete(Party).where(Party.id == number)), note)
        assert isinstance(told, Changed)


def _cross(app: Flask, ready: Barrier, mine: int, theirs: int) -> None:
    """Lock one company and, when somebody else has locked another, want that one as well."""
    with app.app_context(), transaction() as at:
        at.get_one(Party, mine, with_for_update=True)
        ready.wait()
        at.get_one(Party, theirs, with_for_update=True)


def test_two_who_begin_the_journal_of_a_thing_at_once_write_one_chain(app: Flask) -> None:
    begun = Event()
    with ThreadPoolExecutor(2) as both:
        one, other = both.submit(_begin_first, app, begun), both.submit(_begin_second, app, begun)
    assert [each.exception() for each in (one, other)] == [None, None]
    with app.app_context(), transaction() as at:
        entries = select(JournalEntry).where(JournalEntry.subject_kind == "thing").order_by(JournalEntry.seq)
        assert [(each.seq, each.subject_id, each.row) for each in at.scalars(entries)] == [(1, 7, "T1"), (2, 7, "T2")]
        assert list(journal.verify(at)) == []


def _begin_first(app: Flask, begun: Event) -> None:
    """Begin the chain, and leave it open until the other one waits for it."""
    with app.app_context(), transaction() as at:
        _tell(at, 7, "T1")
        journal.settle(at)
        begun.set()
        while at.scalar(text("SELECT NOT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")):
            pass


def _begin_second(app: Flask, begun: Event) -> None:
    """Tell of the same thing as soon as it is begun."""
    with app.app_context():
        begun.wait(20)
        with transaction() as at:
            _tell(at, 7, "T2")


def _tell(at: Session, number: int, row: str) -> None:
    now = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    journal.write(at, subject=("thing", number), row=row, ref="7", actor=SYSTEM, now=now, states=("A", "B"))


def test_a_draft_that_is_changed_as_a_whole_loses_nothing_of_another_saving(app: Flask) -> None:
    def add(word: str, ready: Barrier) -> None:
        with app.app_context(), transaction() as at:
            ready.wait()
            drafts.held(at, "browser", "complain")
            found = drafts.find(at, "browser", "complain")
            time.sleep(0.1)  # as long as a page takes
            drafts.save(at, "browser", "complain", {**found, word: word}, NOW)

    with app.app_context(), transaction() as at:
        drafts.save(at, "browser", "complain", {"begun": "begun"}, NOW)
    ready = Barrier(2)
    with ThreadPoolExecutor(2) as both:
        for each in [both.submit(add, word, ready) for word in ("typed", "sent")]:
            each.result()
    with app.app_context(), transaction() as at:
        assert set(drafts.find(at, "browser", "complain")) == {"begun", "typed", "sent"}


def test_what_is_told_as_changed_by_others_stands_in_the_log_with_its_place(app: Flask) -> None:
    with app.app_context(), capture_logs() as said, pytest.raises(Changed), transaction() as at:
        at.get_one(Once, "nobody's")
    assert [each["event"] for each in said] == ["changed meanwhile"]
    assert "NoResultFound at " in said[0]["error"]
    assert "nobody's" not in str(said)
