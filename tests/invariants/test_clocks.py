"""Tries to shorten a time that was told, to let an estimate expire, to leave a clock behind, to leave no trace."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casework import complaints
from core import journal
from core.actors import Actor
from core.db import transaction
from core.errors import NotAllowed
from core.journal import JournalEntry
from registry import calendar, clock_sweep, clocks
from registry.models_clocks import Clock, ClockState
from registry.models_settings import Setting
from sanctions import endings
from tests.builders import Desk, person_of
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.invariants.house import House, database_refuses, house
from tests.sanctions.chain import Chain

__all__ = ["house"]
ADMIN = Actor(7, frozenset({"system_admin"}))
YEAREND = datetime(2026, 12, 21, 2, 0, tzinfo=UTC)
"""A Monday whose periods of fifteen days end in a year that is an estimate."""
MAY_RUN = {"K20", "K27", "K33"}
FRIDAY = 4


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, NOW)


def _told(at: Session, number: int) -> Clock:
    found = clocks.live(at, "K03", ("forwarding", number))
    assert found is not None
    assert found.notified_due_on is not None
    return found


# --- I-10 ---


@pytest.mark.invariant("I-10", "verb")
def test_a_told_day_never_moves_earlier(session: Session) -> None:
    """I-10: a calendar with more working days is loaded; only a day that nobody was told moves to an earlier one."""
    chain = Chain(session, NOW)
    track = chain.filed()
    chain.serve(track, "D11b")
    told, untold = (clocks.live(session, key, ("track", track.id)) for key in ("K12", "K11"))
    assert told is not None
    assert untold is not None
    was, before = told.due_on, untold.due_on
    assert (told.notified_due_on, untold.notified_due_on) == (was, None)
    days = [date(2026, 11, 28) + timedelta(days=each) for each in range(21)]
    worked = {day: True for day in days if day.weekday() > FRIDAY}
    with pytest.raises(NotAllowed):
        calendar.load_year(session, 2026, worked, "x", actor(chain.lead), NOW)
    moved = calendar.load_year(session, 2026, worked, "x", ADMIN, NOW).moved
    assert untold.id in moved
    assert told.id not in moved
    assert was is not None
    assert before is not None
    assert untold.due_on is not None
    assert untold.due_on < before
    for _again in range(2):
        assert told.due_on == was
        clocks.recompute(session, told, ADMIN, NOW)


@pytest.mark.invariant("I-10", "web")
def test_no_form_shortens_a_told_time(house: House) -> None:
    """I-10: a shorter length in the settings, a calendar, more time of less days; the clock that was told stays."""
    with house.app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        forwarding = desk.forwarded()
        house.people |= {name: getattr(desk, name).id for name in ("intake", "head", "officer", "lead", "firm_lead")}
        length = at.scalars(select(Setting).where(Setting.key == "K03")).one()
        house.numbers |= {"forwarding": forwarding.id, "setting": length.id}
        was = _told(at, forwarding.id).due_on
        assert was is not None
    _enter(house, "keeper", "system_admin")
    answers = {}
    for who in house.people:
        for event, said in {"extend": {"to": "1"}, "retract": {}, "release": {"read": "y"}}.items():
            house.post(who, f"/staff/forwardings/{{forwarding}}/do/{event}", why="x", **said)
        shorter = {"value": "1", "far": "y", "far_value": "1", "basis": "会员大会2026年11月决议"}
        answers[who, "length"] = house.post(who, "/admin/settings/edit/?id={setting}", **shorter)
        answers[who, "confirm"] = house.post(who, "/admin/settings/do/confirm/?id={setting}")
        answers[who, "year"] = _load(house, who)
    assert answers.pop(("keeper", "length")) == 303, "what is sent is what the page takes from whoever may"
    assert answers.pop(("keeper", "confirm")) == 303
    assert answers.pop(("keeper", "year")) == 303
    assert set(answers.values()) == {403}
    shortened = house.read(lambda at: at.get_one(Setting, house.numbers["setting"]))
    assert (shortened.value, shortened.in_force) == (1, None)
    now = house.read(lambda at: at.scalars(select(Clock.due_on).where(Clock.key == "K03")).all())
    assert now
    assert all(each >= was for each in now)
    assert not [each for each in house.broken() if each.startswith("I-10")]


def _load(house: House, who: str) -> int:
    """Load a year in which fewer days are off, as it is looked at and confirmed."""
    year = {"year": "2026", "notice_no": "x", "holidays": "2026-12-25", "workdays": "2026-11-28\n2026-12-05"}
    address = "/admin/calendar/load/"
    page = house.client(who).post(address, data={"key": "seen", **year}).get_data(as_text=True)
    seen = re.search(r'name="seen" value="(\w+)"', page)
    return house.post(who, address, **year, wiped="y", step="confirm", seen=seen[1] if seen else "x")


@pytest.mark.invariant("I-10", "database")
def test_the_database_takes_no_told_day_back(desk: Desk) -> None:
    """I-10: the last day, and the day that was told, written earlier by SQL."""
    it = _told(desk.session, desk.forwarded().id)
    for changed in ("due_on = due_on - 1", "notified_due_on = notified_due_on - 1", "notified_due_on = NULL"):
        assert database_refuses(desk.session, f"UPDATE clock SET {changed} WHERE id = :id", id=it.id)


# --- I-19 ---


def _estimated(at: Session) -> int:
    """A forwarding whose time is only an estimate."""
    desk = Desk(at, YEAREND)
    forwarding = desk.forwarded()
    it = _told(at, forwarding.id)
    assert it.provisional
    return forwarding.id


@pytest.mark.invariant("I-19", "verb")
def test_nothing_expires_on_an_estimate(house: House) -> None:
    """I-19: the sweep months after the estimated day, as often as one likes."""
    with time_machine.travel(YEAREND), house.app.app_context():
        with transaction() as at:
            number = _estimated(at)
        for days in (40, 60, 120):
            list(clock_sweep.sweep(YEAREND + timedelta(days=days)))
        with transaction() as at:
            it = clocks.live(at, "K03", ("forwarding", number))
            assert it is not None
            assert at.scalar(select(func.count()).where(Clock.how == "expired", Clock.provisional)) == 0


@pytest.mark.invariant("I-19", "web")
def test_no_form_lets_an_estimate_expire(house: House) -> None:
    """I-19: months later people send the events of expiries as deeds."""
    with time_machine.travel(YEAREND), house.app.app_context(), transaction() as at:
        number = _estimated(at)
        desk_people = at.execute(text("SELECT id, name FROM account WHERE audience = 'staff'")).all()
        house.people |= {name: account for account, name in desk_people}
        house.numbers |= {"forwarding": number}
        before = at.execute(text("SELECT state FROM forwarding")).scalars().all()
    with time_machine.travel(YEAREND + timedelta(days=90)):
        for who in house.people:
            for event in ("K03_expired", "expire", "overdue", "K04_expired"):
                house.post(who, f"/staff/forwardings/{{forwarding}}/do/{event}", reason="x")
    assert house.sees("zilu_system", {}, "SELECT state FROM forwarding") == before


@pytest.mark.invariant("I-19", "database")
def test_the_database_expires_no_estimate(session: Session) -> None:
    """I-19: the end written by SQL."""
    with time_machine.travel(YEAREND):
        _estimated(session)
    written = "UPDATE clock SET state = 'ENDED', how = 'expired', ended_at = now() WHERE provisional"
    assert "only_certain_expires" in database_refuses(session, written)


# --- I-22 ---


@pytest.mark.invariant("I-22", "verb")
def test_no_clock_outlives_its_thing(session: Session) -> None:
    """I-22: a track ended out of turn while windows run, a complaint withdrawn with its forwardings."""
    chain = Chain(session, NOW - timedelta(days=12))
    track = chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    assert [each for each in clocks.of(session, ("track", track.id)) if each.state is not ClockState.ENDED]
    said = {"ground": "MISTAKE", "reasons": "立案对象有误。", "version": None, "now": chain.later(5)}
    endings.terminate(session, track, actor=actor(chain.head), **said)
    running = {each.key for each in clocks.of(session, ("track", track.id)) if each.state is not ClockState.ENDED}
    assert running <= MAY_RUN
    desk = Desk(session, NOW)
    forwarding = desk.forwarded()
    person = person_of(forwarding.complaint)
    complaints.withdraw(session, forwarding.complaint, pressure=False, actor=person, now=NOW)
    for thing in (("forwarding", forwarding.id), ("complaint", forwarding.complaint_id)):
        assert {each.key for each in clocks.of(session, thing) if each.state is not ClockState.ENDED} <= MAY_RUN


@pytest.mark.invariant("I-22", "web")
def test_no_form_starts_a_clock_after_the_end(house: House) -> None:
    """I-22: every deed of a company and of staff on a track that was ended."""
    with house.app.app_context(), transaction() as at:
        chain = Chain(at, NOW - timedelta(days=12))
        track = chain.proposed([1])
        said = {"ground": "MISTAKE", "reasons": "有误。", "version": None, "now": chain.later(5)}
        endings.terminate(at, track, actor=actor(chain.head), **said)
        house.fill(chain, number=track.id, case=track.case_id, track=track.id)
    for address in house.addresses("/portal/cases", method="POST"):
        house.post("lead", address, text="x", wishes="x", confirmed="y", grounds="x")
    for event in ("extend", "resume", "reassign", "propose_minor", "more_time", "issue_again", "file"):
        for who in ("head", "officer", "reviewer"):
            house.post(who, f"/staff/tracks/{{number}}/do/{event}", reasons="x")
            house.post(who, f"/staff/cases/{{case}}/tracks/{{track}}/{event}", reasons="x", opinion="x")
    assert not [each for each in house.broken() if each.startswith("I-22")]


# --- I-15 ---


@pytest.mark.invariant("I-15", "verb")
def test_every_move_is_written_down_and_chained(house: House) -> None:
    """I-15: a whole case by everybody; each state is the last entry's, each entry names its row, chains hold."""
    with house.app.app_context():
        with transaction() as at:
            chain = Chain(at, NOW - timedelta(days=30))
            chain.effective([1, 2])
        with transaction() as at:
            assert list(journal.verify(at)) == []
            bare = select(func.count()).where((JournalEntry.row == "") | (JournalEntry.actor == ""))
            assert at.scalar(bare) == 0
    assert house.broken() == []


@pytest.mark.invariant("I-15", "web")
def test_nobody_beside_readers_of_the_case_reads_changed_values(house: House) -> None:
    """I-15: the journal's page and its export by an administrator; the timeline of a colleague has them."""
    with house.app.app_context(), transaction() as at:
        chain = Chain(at, NOW - timedelta(days=30))
        track = chain.decided([1, 2])
        house.fill(chain, number=track.id)
    _enter(house, "auditor", "audit_admin")
    for address in ("/admin/journal/", "/admin/journal/export.csv"):
        code, page = house.get("auditor", address)
        assert code == 200
        for value in ('measures"', 'approved_by"'):  # as the names of changed values are written
            assert value not in html.unescape(page)


def _enter(house: House, name: str, role: str) -> None:
    """An administrator of the back office."""
    written = (
        "WITH made AS (INSERT INTO account (mail, mail_hash, name, audience, version) "
        "SELECT mail, CAST(CAST(:name AS text) AS bytea), CAST(:name AS text), 'admin', 1 FROM account LIMIT 1 "
        "RETURNING id) "
        "INSERT INTO account_role (account_id, role) SELECT id, :role "
        "FROM made RETURNING account_id"
    )
    house.people[name] = house.read(lambda at: at.execute(text(written), {"name": name, "role": role}).scalar_one())


@pytest.mark.invariant("I-15", "database")
def test_the_journal_is_never_changed_and_its_values_only_readers_select(house: House) -> None:
    """I-15: entries changed and deleted by SQL; changed values asked for by every other reader."""
    with house.app.app_context(), transaction() as at:
        chain = Chain(at, NOW - timedelta(days=30))
        chain.decided([1, 2])
        house.fill(chain)
    for query in (
        "UPDATE journal SET actor = 'x'",
        "UPDATE journal SET changes = NULL",
        "DELETE FROM journal",
        "TRUNCATE journal",
    ):
        assert house.read(lambda at, query=query: database_refuses(at, query))
    for role in ("zilu_admin", "zilu_party", "zilu_complainant", "zilu_public", "zilu_panel"):
        assert house.sees(role, {"zilu.account": 1}, "SELECT changes FROM journal") == "denied", role
    values = "SELECT count(*) FROM journal WHERE changes IS NOT NULL"
    assert house.sees("zilu_staff", {"zilu.account": house.people["officer"]}, values) != [0]
