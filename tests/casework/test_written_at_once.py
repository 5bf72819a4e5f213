"""A complaint that is written in one statement stands there as one that is written piece by piece."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casework import complaints, intake, policies_complaints
from casework.intake import Company
from casework.models import AllegedCode, Complainant, Complaint, NamedCompany, Task
from core import journal
from core.actors import NOBODY
from core.db import transaction
from core.errors import NotNow
from core.held_back import fetched, held_back
from core.journal import JournalEntry
from registry.models_clocks import Clock
from search import entries
from tests.builders import Desk, submission
from tests.casework.test_complaints import desk
from tests.conftest import NOW
from tests.statements import counted

__all__ = ["desk"]

HANGING = {"complainant": "complaint_id", "named_company": "complaint_id", "alleged_code": "complaint_id"}
OWN = {"id", "ref", "receipt_hash", "complaint_id", "subject_id", "visible_complaint", "name", "contact", "id_no"}
"""What differs from one complaint to the next, or is encrypted anew each time."""
SAID = submission(
    companies=[Company("INSTITUTION", "NAME", "青屿消费金融有限公司"), Company("FIRM", "NAME", "无人知晓")],
    pictures={"\ue3c1": "aGFuZA=="},
    id_no="11010519491231002X",
    share_identity=True,
)


def _sent(desk: Desk, key: str, **how: Any) -> Complaint:
    return intake.submit(desk.session, SAID, key=key, actor=NOBODY, now=desk.now, **how)[0]


def _rows(session: Session, complaint: Complaint) -> dict[str, list[dict[str, Any]]]:
    """The rows of a complaint as the database has them, without what is its own."""
    places = {
        "complaint": f"id = {complaint.id}",
        "clock": f"subject_type = 'complaint' AND subject_id = {complaint.id}",
    }
    places |= {table: f"{column} = {complaint.id}" for table, column in HANGING.items()}
    places["queue_entry"] = f"complaint_id = {complaint.id}"
    session.flush()
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    found = {}
    for table, where in places.items():
        rows = session.scalars(text(f"SELECT to_jsonb(t) FROM {table} t WHERE {where} ORDER BY to_jsonb(t)::text"))
        found[table] = [{name: value for name, value in row.items() if name not in OWN} for row in rows]
        for row in found[table]:
            row.pop("name_pictures", None)
    return found


def test_the_same_stands_there_as_if_it_was_written_piece_by_piece(desk: Desk) -> None:
    whole, pieces = _sent(desk, "a", at_once=False), _sent(desk, "b")
    there = _rows(desk.session, whole)
    assert there == _rows(desk.session, pieces)
    assert {table: len(rows) for table, rows in there.items()} == {
        "complaint": 1, "clock": 1, "complainant": 1, "named_company": 2, "alleged_code": 2, "queue_entry": 1
    }  # fmt: skip


def test_what_was_written_is_in_hand_as_after_a_flush(desk: Desk) -> None:
    it = _sent(desk, "a", at_once=False)
    assert it.state == "RECEIVED"
    assert it.forwardings == []
    it.urgent = not it.urgent
    desk.session.flush()
    assert it.version == 2
    desk.session.expire_all()
    person = it.complainant
    assert person is not None
    assert (person.name, person.id_no, person.name_pictures) == (SAID.name, SAID.id_no, SAID.pictures)
    assert [each.value for each in it.companies] == [each.value for each in SAID.companies]


def test_the_journal_and_the_search_know_of_it(desk: Desk) -> None:
    it = _sent(desk, "a", at_once=False)
    journal.settle(desk.session)
    entries.settle(desk.session)
    assert list(journal.verify(desk.session)) == []
    assert entries.drifted(desk.session) == []
    again = _sent(desk, "b", at_once=False)
    again.companies[1].value = "另一个名字"
    desk.session.flush()
    entries.settle(desk.session)
    assert entries.drifted(desk.session) == []
    assert it.id < again.id


def test_one_statement_asks_all_and_one_writes_all(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            _sent(desk, "a", at_once=False)
        with counted(app) as said, transaction() as at:
            desk.session = at
            number = _sent(desk, "b", at_once=False).id
        assert [each.split("(")[0] for each in said] == ["SELECT set_config", "SELECT zilu_sent", "WITH w0 AS "]
        with transaction() as at:
            assert list(journal.verify(at)) == []
            assert entries.drifted(at) == []
            told = select(JournalEntry.row, JournalEntry.seq).where(JournalEntry.subject_id == number)
            assert [tuple(row) for row in at.execute(told.where(JournalEntry.subject_kind == "complaint"))] == [
                ("C01", 1)
            ]


def test_what_is_told_later_in_the_same_transaction_goes_on_from_there(desk: Desk) -> None:
    it = _sent(desk, "a", at_once=False)
    complaints.assign(desk.session, it, desk.intake.id, actor=desk.head, now=desk.now)
    journal.settle(desk.session)
    assert list(journal.verify(desk.session)) == []
    told = select(JournalEntry.row).where(JournalEntry.subject_kind == "complaint").order_by(JournalEntry.seq)
    assert list(desk.session.scalars(told)) == ["C01", "assigned"]


def test_where_no_calendar_says_when_it_is_due_somebody_is_told(desk: Desk) -> None:
    desk.now = desk.now.replace(year=2060)
    it = _sent(desk, "a", at_once=False)
    assert desk.session.scalars(select(Clock.due_on).where(Clock.subject_id == it.id)).one() is None
    assert desk.session.scalars(select(Task.kind).where(Task.subject_id == it.id)).all() == ["clock_undated:K01"]


def test_what_is_refused_leaves_nothing_waiting(desk: Desk) -> None:
    with pytest.raises(NotNow):
        intake.submit(desk.session, submission(honeypot="x"), key="a", actor=NOBODY, now=desk.now, at_once=False)
    desk.session.flush()
    for table in (Complaint, Complainant, NamedCompany, AllegedCode, Clock):
        assert desk.session.scalar(select(func.count()).select_from(table)) == 0
    assert not list(desk.session.new)


def test_two_parts_of_a_thing_point_to_each_other_by_their_numbers(session: Session, desk: Desk) -> None:
    first = _sent(desk, "a", at_once=False)
    words = ", ".join(fetched({"complaint": 1, "named_company": 1}))
    one, other = session.connection().exec_driver_sql(f"SELECT {words}").one()
    with held_back(session, {"complaint": one, "named_company": other}):
        made = Complaint(ref="TS2026-ZZZZZZ", state="RECEIVED", channel="WEB", lang="zh", received_at=desk.now)
        made.companies = [NamedCompany(kind="FIRM", how="NAME", value="甲")]
        made.lead_id = first.id
        session.add(made)
    assert session.scalars(select(NamedCompany.complaint_id).where(NamedCompany.value == "甲")).one() == made.id


def test_what_a_person_sent_today_is_looked_up_from_the_person_and_not_in_all_that_came_today(session: Session) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    asked = f"EXPLAIN SELECT {policies_complaints.TODAY}"
    said = {"contact": b"", "midnight": policies_complaints.midnight(NOW.date())}
    plan = "\n".join(line for (line,) in session.connection().exec_driver_sql(asked, said))
    assert "Index Cond: (id = p.complaint_id)" in plan
    assert "Nested Loop" not in plan, "the server would choose what to join first, and in a flood read it all each time"
