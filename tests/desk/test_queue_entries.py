"""The queue's own rows say at the end of each transaction what clocks, forwardings and complaints say."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bench.lives import invariants
from casework import complaints, triage
from casework.models import Complaint, Forwarding, NamedCompany
from casework.models_queue import NEVER, QueueEntry
from core.clock import day_of
from core.db import db, transaction
from registry.models_clocks import Clock
from tests.builders import Desk, also, person_of
from tests.conftest import NOW

KEPT = [(promise, asked) for promise, asked in invariants.every() if "queue" in promise]


def _entry(number: int) -> QueueEntry | None:
    """The row as it stands once all is committed; nothing of the queue has drifted."""
    with transaction() as at:
        for promise, asked in KEPT:
            assert not [what for what, bad in at.execute(text(asked)) if bad], promise
        found = at.get(QueueEntry, number, populate_existing=True)
        if found is not None:
            at.expunge(found)
        return found


def test_each_move_of_a_complaint_is_in_the_queue_when_it_is_committed(app: Flask) -> None:
    assert len(KEPT) == 2
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            number, lender = desk.received().id, desk.lender.id
            also(at, desk.officer.id, "intake")
        entry = _entry(number)
        assert entry is not None
        assert (entry.state, entry.due_key, entry.officer_id) == ("RECEIVED", "K01", None)
        assert entry.codes == ["V-C01", "V-F04"]
        with transaction() as at:
            desk.session = at
            complaint = at.get_one(Complaint, number)
            complaints.assign(at, complaint, desk.officer.id, actor=desk.head, now=NOW)
            triage.accept(at, complaint, respondents=[lender], masked_facts="x", actor=desk.intake, now=NOW)
            desk.serve("forwarding", complaint.forwardings[0].id, "D05b")
        entry = _entry(number)
        assert entry is not None
        assert (entry.state, entry.due_key, entry.officer_id) == ("FORWARDED", "K03", desk.officer.id)
        assert (entry.waits, entry.to_check, lender in entry.parties) == (True, 0, True)
        with transaction() as at:
            desk.session = at
            desk.answer(at.scalars(select(Forwarding)).one())
        entry = _entry(number)
        assert entry is not None
        assert (entry.waits, entry.to_check, entry.due_key) == (False, 1, "K35")
        with transaction() as at:
            complaint = at.get_one(Complaint, number)
            complaints.withdraw(at, complaint, pressure=False, actor=person_of(complaint), now=NOW)
        assert _entry(number) is None


def test_the_queue_follows_whoever_writes_and_one_that_failed_leaves_nothing(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            number = desk.received().id
            late = desk.received().id
        later = day_of(NOW) + timedelta(days=90)
        with transaction() as at:  # a statement of SQL, as where a calendar is loaded or companies are merged
            at.execute(text("UPDATE clock SET due_on = :day WHERE subject_id = :id"), {"day": later, "id": number})
            at.execute(text("UPDATE named_company SET party_id = NULL WHERE complaint_id = :id"), {"id": number})
        entry = _entry(number)
        assert entry is not None
        assert (entry.due_on, entry.parties) == (later, [])
        with pytest.raises(IntegrityError), transaction() as at:
            at.execute(
                text("UPDATE clock SET due_on = '2030-01-02', length = 0 WHERE subject_id = :id"), {"id": number}
            )
        entry = _entry(number)
        assert entry is not None
        assert entry.due_on == later
        with transaction() as at:  # expired and still owed: it stays late
            at.execute(
                text("UPDATE clock SET state = 'ENDED', how = 'expired', ended_at = :now WHERE subject_id = :id"),
                {"now": NOW, "id": late},
            )
            assert at.scalar(select(Clock.due_on).where(Clock.subject_id == late)) is not None
        entry = _entry(late)
        assert entry is not None
        assert (entry.due_key, entry.due_on > date(2026, 1, 1)) == ("K01", True)
        assert entry.due_on < NEVER
        db.session.remove()
        with transaction() as at:
            assert at.scalars(select(NamedCompany).where(NamedCompany.complaint_id == number)).first() is not None


def test_an_entry_is_written_once_however_much_of_its_complaint_is_new(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        numbers = [desk.received().id, desk.received().id]
        at.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        listed = at.execute(text("SELECT current_setting('zilu.queue_written')")).scalar_one()
    assert sorted(filter(None, listed.split(","))) == sorted(map(str, numbers))
