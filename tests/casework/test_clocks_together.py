"""Many clocks that are over are acted on together: what comes of it is what comes of each by itself."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from casework import messages, policies_complaints, tasks, triage
from casework.models import Complaint, Forwarding, LedgerEntry, Task
from casework.models_cases import CaseComplaint, CaseFile
from core import journal
from core.actors import SYSTEM
from core.at_hand import brought
from core.db import attempt, db, transaction
from core.held_back import BACK, NotTogether, held_back
from notices import numbers, queries
from notices.models import Service
from registry import clock_moves, clock_sweep
from registry.models import Party
from registry.models_clocks import Clock, ClockEnd
from tests import sweeping
from tests.builders import Desk, person_of
from tests.statements import counted

START = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 10, 17, 0, tzinfo=UTC)
"""After weeks of absence: what began by an end is over as well."""
_number = count(1)


def said() -> dict[str, Any]:
    """By somebody else each time."""
    contact = f"139000{next(_number):05d}"
    return {"contact": contact, "conduct_from": date(2026, 8, 20), "conduct_to": date(2026, 8, 25)}


def scene(session: Session) -> None:
    """Things of each kind of which something will be over, and companies that share them."""
    desk = Desk(session, START)
    for _ in range(2):
        desk.received(**said())
        desk.released(**said())
        desk.answer(desk.forwarded(desk.lender, desk.firm, **said()))
        asked = desk.received(**said())
        triage.ask_info(session, asked, missing=["录音"], actor=desk.intake, now=START)
        desk.serve("complaint", asked.id, "D02")
    desk.forwarded(**said())
    same = said()
    lead, follows = desk.forwarded(**same).complaint, desk.received(**same)
    triage.merge(session, follows, lead=lead, same_facts=True, actor=desk.intake, now=START)
    desk.disputed(**said())


def test_what_is_done_together_is_what_each_would_have_brought_by_itself(
    app: Flask, restored: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    came = sweeping.equally(app, restored, monkeypatch, scene, LATER)
    assert came >= {"K01", "K02", "K03", "K04", "K05", "K06", "K07", "K19", "K35"}


def test_what_is_asked_for_in_bulk_has_been_written_before(session: Session) -> None:
    desk = Desk(session, START)
    with brought(session) as here, held_back(session):
        here.lock(Party, [desk.lender.id])
        desk.lender.member_no = "M-9"
        session.flush()
        asked = text("SELECT member_no FROM party WHERE id = :id")
        assert session.connection().scalar(asked, {"id": desk.lender.id}) != desk.lender.member_no
        assert session.scalar(select(Party.member_no).where(Party.id == desk.lender.id)) == desk.lender.member_no


def test_what_comes_along_or_is_joined_by_a_relationship_has_been_written_before(session: Session) -> None:
    desk = Desk(session, START)
    forwarding = desk.forwarded(desk.lender, **said())
    (letter,) = queries.documents_of(session, [("forwarding", forwarding.id)])
    case = CaseFile(year=2026, serial=9, ref="AJ〔2026〕9", title="催收", source="COMPLAINT", opened_on=START.date())
    session.add(case)
    session.flush()
    session.expire(letter, ["services"])
    with held_back(session):
        copy = Service(document_id=letter.id, state="NEW", party_id=desk.firm.id)
        session.add_all([copy, CaseComplaint(case_id=case.id, complaint_id=forwarding.complaint_id)])
        session.flush()
        queries.documents_of(session, [("forwarding", forwarding.id)])
        assert copy in letter.services
        joined = select(CaseFile.id).join(CaseFile.complaints).where(Complaint.id == forwarding.complaint_id)
        assert session.scalars(joined).all() == [case.id]


def test_what_was_only_just_added_is_among_the_rows_at_hand(session: Session) -> None:
    complaint = Desk(session, START).received(**said())
    mine = select(LedgerEntry.code).where(LedgerEntry.party_id == complaint.companies[0].party_id)
    with brought(session) as here, held_back(session):
        here.rows(LedgerEntry, "party_id", [complaint.companies[0].party_id])
        session.add(LedgerEntry(party_id=complaint.companies[0].party_id, code="V-P01", on=START.date()))
        assert session.scalars(mine).all() == ["V-P01"]


def test_what_hangs_on_what_is_new_is_found_there_though_it_was_only_just_added(session: Session) -> None:
    complaint = Desk(session, START).received(**said())
    with held_back(session):
        case = CaseFile(
            year=2026, serial=9, ref="AJ〔2026〕9", title="催收", source="COMPLAINT", opened_on=START.date()
        )
        session.add(case)
        session.flush()
        session.add(CaseComplaint(case_id=case.id, complaint_id=complaint.id))
        assert case.complaints == [complaint]


def test_what_waits_outlives_that_the_session_forgets_all(session: Session) -> None:
    complaint = Desk(session, START).received(**said())
    party = complaint.companies[0].party_id
    with held_back(session):
        complaint.severity = 3
        entry = LedgerEntry(party_id=party, code="V-P01", on=START.date())
        session.add(entry)
        session.flush()
        session.expire_all()
        assert (complaint.severity, entry.code) == (3, "V-P01")


def test_clocks_that_were_brought_are_looked_for_again_once_that_is_over(session: Session) -> None:
    mine = ("complaint", Desk(session, START).received(**said()).id)
    with brought(session) as here:
        clock_moves.bring(here, {mine})
        held = clock_moves.live(session, "K01", mine)
    session.expunge_all()
    found = clock_moves.live(session, "K01", mine)
    assert held is not None
    assert found is not None
    assert found is not held


def test_numbers_go_on_whether_what_uses_them_waits_or_not(session: Session) -> None:
    given = []
    for waits in (True, False, True):
        with held_back(session) if waits else nullcontext():
            given += [numbers.give(session, "X", 2026).serial for _ in range(2)]
    assert given == [1, 2, 3, 4, 5, 6]


def test_what_could_be_taken_back_by_itself_is_not_done_among_others(session: Session) -> None:
    with held_back(session), pytest.raises(NotTogether), attempt(session):
        pass
    assert BACK not in session.info


def test_what_is_held_keeps_what_was_changed_though_it_is_locked_again(session: Session) -> None:
    complaint = Desk(session, START).received(**said())
    with brought(session) as here, held_back(session):
        here.lock(Complaint, [complaint.id])
        complaint.severity = 3
        session.refresh(complaint, with_for_update=True)
        assert complaint.severity == 3
    session.expire(complaint)
    assert (complaint.severity, complaint.received_at) == (3, START)


def test_a_change_that_waited_does_not_write_over_what_somebody_else_did(session: Session) -> None:
    desk = Desk(session, START)
    first, second = desk.received(**said()), desk.received(**said())
    session.flush()
    with held_back(session):
        first.severity = second.severity = 3
    assert (first.version, second.version) == tuple(
        session.connection().scalar(text("SELECT version FROM complaint WHERE id = :id"), {"id": each.id})
        for each in (first, second)
    )

    def too_late() -> None:
        with held_back(session):
            first.severity = second.severity = 2
            by_hand = text("UPDATE complaint SET version = version + 1 WHERE id = :id")
            session.connection().execute(by_hand, {"id": second.id})

    with pytest.raises(StaleDataError):
        too_late()
    session.expire_all()


def _before_it_is_held(monkeypatch: pytest.MonkeyPatch, come_first: Callable[[], None], *, together: bool) -> None:
    """Once the sweep has chosen what to act on, and before it holds any of it, a person does something, once."""
    waiting = [come_first]

    def come(_acting: object, _clocks: object) -> None:
        while waiting:
            waiting.pop()()

    hooks = clock_sweep.HOOKS
    if together:
        monkeypatch.setattr(hooks, "brings", [come, *hooks.brings])
    else:
        monkeypatch.setattr(hooks, "expiries", [(come, frozenset()), *hooks.expiries])


def _asked_for_more(many: int) -> list[int]:
    """So many complaints of which only the time for what is missing will be over."""
    with transaction() as session:
        desk, numbers = Desk(session, START), []
        for _ in range(many):
            asked = desk.received(**said())
            triage.ask_info(session, asked, missing=["录音"], actor=desk.intake, now=START)
            desk.serve("complaint", asked.id, "D02")
            numbers.append(asked.id)
        of_letters = update(Clock).where(Clock.subject_type != "complaint")
        session.execute(of_letters.values(state="ENDED", how="stopped", ended_at=START))
        return numbers


def test_what_came_to_many_complaints_is_counted_once_for_all_of_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_sweep, "BRIEFLY", 3600)  # on a machine that is busy they may be parted
    with app.app_context():
        _asked_for_more(3)
        with counted(app) as asked:
            assert len(list(clock_sweep.sweep(START + timedelta(days=20)))) == 3
    assert sum("min(clock.created_at)" in each for each in asked) == 1


def _unanswered(many: int) -> None:
    """Of so many companies' answers none comes; each matter is of days of its own."""
    with transaction() as session:
        desk = Desk(session, START)
        for place in range(many):
            day = date(2026, 5, 1) + timedelta(days=2 * place)
            desk.forwarded(**said() | {"conduct_from": day, "conduct_to": day})


@pytest.mark.parametrize(
    ("fill", "days", "ends"), [(_asked_for_more, 20, 1), (_unanswered, 60, 2)], ids=["asked", "late"]
)
def test_ends_of_many_cost_no_more_statements_than_ends_of_a_few(
    app: Flask,
    restored: Callable[[], bool],
    monkeypatch: pytest.MonkeyPatch,
    fill: Callable[[int], None],
    days: int,
    ends: int,
) -> None:
    monkeypatch.setattr(clock_sweep, "BRIEFLY", 3600)
    cost = {}
    for many in (3, 9):
        restored()
        with app.app_context():
            fill(many)
            with counted(app) as asked:
                assert len(list(clock_sweep.sweep(START + timedelta(days=days)))) >= ends * many
            cost[many] = len(asked)
    assert cost[9] <= cost[3] + 3, cost


def test_tasks_are_raised_and_done_in_the_order_of_the_moves_also_where_they_wait(session: Session) -> None:
    desk = Desk(session, START)
    one, other = (("complaint", it.id, it.ref) for it in (desk.received(**said()), desk.received(**said())))
    put = partial(tasks.put, session, role="intake", now=START)
    with held_back(session):
        put("evidence", one, key="first")
        tasks.settle(session, one[:2], ("evidence", "message"), actor=SYSTEM, now=START)
        put("evidence", one, key="after")
        put("message", other, key="beside")
        tasks.settle(session, other[:2], ("evidence",), actor=SYSTEM, now=START)
    mine = select(Task.key).where(Task.done_at.is_(None), Task.key.in_(("first", "after", "beside")))
    assert set(session.scalars(mine)) == {"after", "beside"}


def test_c04_what_came_before_more_was_asked_is_not_what_was_asked_for(app: Flask) -> None:
    with app.app_context():
        _asked_for_more(1)
        with transaction() as session:
            desk = Desk(session, START)
            later = desk.received(**said())
            messages.write(session, later, "早就写的。", actor=person_of(later), now=START + timedelta(days=1))
            desk.now = START + timedelta(days=2)
            triage.ask_info(session, later, missing=["录音"], actor=desk.intake, now=desk.now)
            desk.serve("complaint", later.id, "D02")
            number = later.id
            assert policies_complaints.came_since_asked(session, later) == 0
        list(clock_sweep.sweep(START + timedelta(days=40)))
        with transaction() as session:
            assert session.get_one(Complaint, number).state == "REJECTED"
            assert not session.scalars(select(Task).where(Task.kind == "clock_came:K02")).all()


@pytest.mark.parametrize(("many", "due"), [(1, 1), (100, 1), (100, 2)], ids=["alone", "one is due", "together"])
def test_c04_what_comes_while_the_sweep_waits_for_its_complaint_is_looked_at_first(
    app: Flask, monkeypatch: pytest.MonkeyPatch, many: int, due: int
) -> None:
    monkeypatch.setattr(clock_sweep, "MOST", many)
    with app.app_context():
        numbers = _asked_for_more(due)
        over = START + timedelta(days=20)

        def write() -> None:
            with app.app_context(), transaction() as person:
                mine = person.get_one(Complaint, numbers[-1])
                messages.write(person, mine, "录音已寄出。", actor=person_of(mine), now=over)

        _before_it_is_held(monkeypatch, write, together=due > 1)
        assert [one.done for one in clock_sweep.sweep(over)] == [True] * (due - 1)
        with transaction() as session:
            states = [session.get_one(Complaint, number).state for number in numbers]
            assert states == [*["REJECTED"] * (due - 1), "NEED_INFO"]
            waits = session.scalars(select(Task).where(Task.kind == "clock_came:K02")).one()
            assert (waits.subject_id, waits.done_at) == (numbers[-1], None)


@pytest.mark.parametrize("many", [1, 100])
@pytest.mark.parametrize(
    "did", ["due_on = due_on + 90", "state = 'ENDED', how = 'stopped', ended_at = now()"], ids=["moved", "ended"]
)
def test_what_a_person_moved_or_ended_before_it_was_held_is_not_over(
    app: Flask, monkeypatch: pytest.MonkeyPatch, many: int, did: str
) -> None:
    monkeypatch.setattr(clock_sweep, "MOST", many)
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, START)
            number = desk.forwarded(desk.lender, **said()).id
            desk.forwarded(desk.lender, **said())
            over = session.scalar(select(Clock.due_on).where(Clock.key == "K03", Clock.subject_id == number))

        def come_first() -> None:
            with db.engine.begin() as person:
                person.execute(text("SET LOCAL ROLE zilu_system"))
                mine = "WHERE key = 'K03' AND subject_id = :number AND state = 'RUNNING' AND due_on = :over"
                person.execute(text(f"UPDATE clock SET {did} {mine}"), {"number": number, "over": over})

        _before_it_is_held(monkeypatch, come_first, together=many > 1)
        swept = {(one.clock_id, one.done) for one in clock_sweep.sweep(START + timedelta(days=40)) if one.key == "K03"}
        with transaction() as session:
            clocks = {clock.subject_id: clock for clock in session.scalars(select(Clock).where(Clock.key == "K03"))}
            mine, other = clocks.pop(number), *clocks.values()
            assert swept == {(other.id, True)}
            assert mine.how is not ClockEnd.EXPIRED
            assert session.get_one(Forwarding, number).state == "SENT"
            assert session.get_one(Forwarding, other.subject_id).state != "SENT"
            rows = select(journal.JournalEntry.subject_id).where(journal.JournalEntry.row == "K03.expired")
            assert session.scalars(rows).all() == [other.subject_id]
