"""A year is loaded: clocks move and are told; without it estimates expire nothing, print no date, and block nobody."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from casework import complaints, expiries, forwardings
from casework.models import Complaint, Forwarding
from core.actors import SYSTEM, Actor
from core.db import transaction
from core.journal import JournalEntry
from core.machine import Ask
from core.mail import Mail
from notices import serving
from notices.models import Document
from registry import calendar, clock_moves, clock_sweep, clocks, sessions
from registry.models_accounts import Account
from registry.models_clocks import CalendarDay, CalendarYear, Clock, ClockEnd
from tests.builders import FACTS, MAIL, NAME, Desk, person_of, rendered, told_of
from tests.codes import opened

NOW = datetime(2026, 12, 21, 2, 0, tzinfo=UTC)
"""A Monday whose periods of fifteen days end in a year that is an estimate."""
ADMIN = Actor(7, frozenset({"system_admin"}))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def load(session: Session, days: Mapping[date, bool]) -> calendar.Loaded:
    return calendar.load_year(session, 2027, days, "示例〔2026〕1号", ADMIN, NOW)


def k03(session: Session, forwarding: Forwarding) -> Clock:
    found = clocks.live(session, "K03", ("forwarding", forwarding.id))
    assert found is not None
    return found


def words(session: Session, kind: str) -> str:
    return str(
        session.scalars(select(Document.paper).where(Document.kind == kind).order_by(Document.id.desc())).first()
    )


def test_both_sides_are_told_of_a_date_that_moved_and_the_mail_names_nobody(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            it = desk.forwarded(contact=MAIL)
            number, was = it.id, k03(session, it).due_on
            lead = desk.lead.id
        assert was == date(2027, 1, 5)
        with transaction() as session:
            loaded = load(session, {date(2027, 1, n): False for n in range(1, 8)})
            clock = clocks.live(session, "K03", ("forwarding", number))
            assert (clock.due_on, clock.provisional, clock.moved_from) == (date(2027, 1, 8), False, was)
            assert clock.id in loaded.moved
            mails = session.scalars(select(Mail).where(Mail.key.startswith(f"moved:{clock.id}:"))).all()
            assert {mail.to for mail in mails} == {MAIL}
            assert told_of(session, f"moved:{clock.id}:") == {lead}
            ref = session.get_one(Forwarding, number).ref
            for mail in mails:
                assert not any(word in mail.subject + mail.body for word in (NAME, FACTS[:8], ref, "青屿", "2027"))
        with transaction() as session:
            noted = select(JournalEntry).where(
                JournalEntry.subject_kind == "forwarding", JournalEntry.row == "K03.counted"
            )
            [entry] = session.scalars(noted).all()
            assert entry.changes["due_on"] == ["2027-01-05", "2027-01-08"]


def test_a_date_that_moves_again_to_a_day_that_was_told_before_is_told_again(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            clock = k03(session, Desk(session, NOW).forwarded(contact=MAIL))
            number, days = clock.id, [clock.due_on, clock.due_on + timedelta(days=1)] * 2
        for turn, (was, becomes) in enumerate(pairwise(days)):
            with transaction() as session:
                clock = session.get_one(Clock, number)
                clock.due_on, clock.moved_from, clock.moved_at = becomes, was, NOW + timedelta(days=turn)
                expiries.moved(session, clock, was)
                told = session.scalars(select(Mail).where(Mail.key.startswith(f"moved:{number}:"))).all()
                assert len(told) == turn + 1


@pytest.mark.parametrize("contact", ["chen..li@mail.example", "陈立@mail.example"])
def test_a_contact_to_which_no_mail_gets_keeps_no_year_from_being_loaded(app: Flask, contact: str) -> None:
    with app.app_context():
        with transaction() as session:
            number = Desk(session, NOW).forwarded(contact=contact).id
        with transaction() as session:
            load(session, {date(2027, 1, n): False for n in range(1, 8)})
            assert k03(session, session.get_one(Forwarding, number)).due_on == date(2027, 1, 8)


def test_a_date_that_both_sides_saw_stays_when_the_notice_would_bring_it_forward(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(
            text("UPDATE calendar_day SET is_workday = false WHERE day BETWEEN '2027-01-04' AND '2027-01-08'")
        )
        session.execute(text("UPDATE calendar_year_notice SET stamp = gen_random_uuid() WHERE year = 2027"))
        desk = Desk(session, NOW)
        it = desk.forwarded(contact=MAIL)
        seen = k03(session, it).due_on
        assert seen == date(2027, 1, 11)
        load(session, {date(2027, 1, 1): False})
        clock = k03(session, it)
        assert (clock.due_on, clock.provisional) == (seen, False)
        assert not session.scalars(select(Mail).where(Mail.key.startswith("moved:"))).all()
        assert told_of(session, "moved:") == set()
        certain = session.scalars(select(Mail).where(Mail.key.startswith(f"certain:{clock.id}:"))).all()
        assert {mail.to for mail in certain} == {MAIL}
        assert told_of(session, f"certain:{clock.id}:") == {desk.lead.id}


@pytest.mark.parametrize(("begins", "printed"), [(NOW, ""), (datetime(2026, 9, 1, 2, 0, tzinfo=UTC), "2026年10月8日")])
def test_an_extension_prints_the_day_only_where_it_is_certain(session: Session, begins: datetime, printed: str) -> None:
    desk = Desk(session, begins)
    conduct = {"conduct_from": begins.date() - timedelta(days=9), "conduct_to": begins.date() - timedelta(days=5)}
    it = desk.forwarded(contact=MAIL, **conduct)
    forwardings.ask_time(session, it, why="需调取录音", actor=desk.lead, now=begins)
    forwardings.extend(session, it, why="需调取录音", actor=desk.head, now=begins)
    for kind in ("D06a", "D06b"):
        said = words(session, kind)
        assert "合计30日" in said or "合计为30日" in said
        assert (printed in said) if printed else ("2027年" not in said)


def test_i19_an_estimate_that_passed_expires_nothing_until_the_year_is_loaded(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            number = Desk(session, NOW).forwarded().id
        later = datetime(2027, 2, 1, 2, 0, tzinfo=UTC)
        assert ("K03", True) in [(one.key, one.done) for one in clock_sweep.sweep(later)]  # staff are told
        with transaction() as session:
            assert session.get_one(Forwarding, number).state == "SENT"
            load(session, {date(2027, 1, 1): False})
        assert ("K03", True) in [(one.key, one.done) for one in clock_sweep.sweep(later)]
        with transaction() as session:
            assert session.get_one(Forwarding, number).state == "OVERDUE"


@pytest.fixture
def without_calendar(app: Flask) -> Flask:
    with app.app_context(), transaction() as session:
        session.execute(delete(CalendarDay))
        session.execute(delete(CalendarYear))
    return app


def test_a_respondent_and_a_complainant_act_without_any_calendar(without_calendar: Flask) -> None:
    with without_calendar.app_context(), transaction() as session:
        desk = Desk(session, NOW)
        it = desk.forwarded(contact=MAIL)
        forwardings.ask_time(session, it, why="需调取录音", actor=desk.lead, now=NOW)
        forwardings.extend(session, it, why="需调取录音", actor=desk.head, now=NOW)
        clock = k03(session, it)
        assert (clock.due_on, clock.provisional, clock.length) == (None, True, 30)
        desk.answer(it)
        desk.release(it)
        complaint = session.get_one(Complaint, it.complaint_id)
        desk.serve("forwarding", it.id, "D39")
        complaints.dispute(
            session,
            complaint,
            releases=[desk.releases(complaint)[0].id],
            why="不属实",
            actor=person_of(complaint),
            now=NOW,
        )
        assert complaint.state == "DISPUTED"
        complaints.withdraw(session, complaint, pressure=False, actor=person_of(complaint), now=NOW)
        assert complaint.state == "WITHDRAWN"


def test_pages_show_what_has_no_date_and_a_complaint_comes_in(without_calendar: Flask) -> None:
    app = without_calendar
    with app.app_context(), transaction() as session:
        desk = Desk(session, NOW)
        it = desk.forwarded()
        number, complaint = it.id, it.complaint_id
        clock = k03(session, it).id
        tokens = {
            who: sessions.begin(session, session.get_one(Account, actor.id), passed=True, client="t", now=NOW)
            for who, actor in (("intake", desk.intake), ("lead", desk.lead))
        }
    pages: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
        "intake": ({"sid": tokens["intake"]}, ("/staff", f"/staff/forwardings/{number}", f"/staff/clocks/{clock}")),
        "lead": ({"sid": tokens["lead"]}, ("/portal/", f"/portal/forwardings/{number}", f"/portal/clocks/{clock}")),
        "person": (opened(app, complaint), ("/track/complaint", f"/track/clocks/{clock}")),
    }
    for kept, urls in pages.values():
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(kept)
        for url in urls:
            answer = client.get(url)
            assert answer.status_code == 200, (url, answer.status_code)


def test_a_move_that_changes_nothing_is_told_to_nobody(session: Session) -> None:
    desk = Desk(session, NOW)
    clock = k03(session, desk.forwarded(contact=MAIL))
    expiries.moved(session, clock, clock.due_on)
    assert not session.scalars(select(Mail).where(Mail.key.startswith("moved:"))).all()
    assert told_of(session, "moved:") == set()


def test_what_a_late_notice_makes_certain_ends_no_earlier_than_the_next_working_day(app: Flask) -> None:
    """Nobody was reminded of the estimate, and what begins with its end (a deemed service) would be over as well."""
    begun, late = datetime(2026, 12, 30, 2, 0, tzinfo=UTC), datetime(2027, 2, 5, 2, 0, tzinfo=UTC)
    monday = date(2027, 2, 8)
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, begun)
            served, unopened = desk.forwarded(contact=MAIL), desk.accepted().forwardings[0]
            letters = select(Document).where(Document.kind == "D05b").order_by(Document.id.desc())
            letter = session.scalars(letters).first()
            assert letter is not None
            [service] = rendered(session, letter, begun)
            serving.onward(session, service, begun)
            answer, of, numbers = k03(session, served).id, ("service", service.id), (served.id, unopened.id)
            clocks.keeper.start(Ask(session, served.complaint, SYSTEM, {}, begun), "K07", ("complaint", 1))
            lead = desk.lead.id
        with time_machine.travel(late):
            list(clock_sweep.sweep(late))
            with transaction() as session:
                calendar.load_year(session, 2027, {date(2027, 1, 1): False}, "示例〔2026〕1号", ADMIN, late)
                deemed = clocks.live(session, "K28", of)
                assert deemed is not None
                assert (deemed.due_on, deemed.provisional) == (monday, False)
                assert session.get_one(Clock, answer).due_on == monday
                progress = clocks.live(session, "K07", ("complaint", 1))
                assert progress is not None
                assert progress.due_on == monday, "and not two letters on one day"
                clock_moves.end(session, progress, ClockEnd.STOPPED, late)
                assert told_of(session, f"moved:{answer}:") == {lead}
                assert told_of(session, "certain:") == set()
            assert {one.key for one in clock_sweep.sweep(late)}.isdisjoint({"K03", "K28"})
        list(clock_sweep.sweep(late + timedelta(days=4)))
        with transaction() as session:
            first, second = (session.get_one(Forwarding, number) for number in numbers)
            assert (first.state, second.state, k03(session, second).day0) == ("OVERDUE", "SENT", monday)
