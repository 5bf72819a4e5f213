"""The calendar: seeded from the package, loaded by notice, never changed behind anybody's back."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.journal import JournalEntry, settle
from registry import calendar
from registry.counting import Unit
from registry.models_clocks import CalendarDay, CalendarYear, YearSource

VECTORS = json.loads((Path(__file__).parent.parent / "data" / "vectors.json").read_text())
NOTICE_2027 = {date(2027, 1, 1): False, date(2027, 2, 8): False, date(2027, 2, 6): True, date(2026, 12, 27): True}
CLERK = Actor(7, frozenset({"system_admin"}))


@pytest.fixture(autouse=True)
def _seeded(session: Session, now: datetime) -> None:
    calendar.seed(session, now)


def load(
    session: Session,
    now: datetime,
    year: int = 2027,
    days: Mapping[date, bool] | None = None,
    notice_no: str = "国办发明电〔2026〕9号",
    actor: Actor = CLERK,
) -> calendar.Loaded:
    """Load a year by its notice."""
    return calendar.load_year(session, year, days or NOTICE_2027, notice_no, actor, now)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_the_stored_calendar_gives_each_worked_deadline(session: Session, vector: dict[str, Any]) -> None:
    start, unit = date.fromisoformat(vector["start"]), Unit(vector["unit"])
    found = calendar.deadline(session, start, vector["length"], unit)
    assert (str(found.due_on), found.provisional) == (vector["due"], vector["provisional"])


def test_days_are_over_once_their_last_day_has_passed_and_never_by_an_estimate(session: Session) -> None:
    start = date(2026, 6, 1)
    assert calendar.deadline(session, start, 10, Unit.CD).due_on == date(2026, 6, 11)
    assert [calendar.are_over(session, start, 10, date(2026, 6, day)) for day in (11, 12)] == [False, True]
    assert calendar.deadline(session, date(2027, 6, 1), 10, Unit.CD).provisional
    assert not calendar.are_over(session, date(2027, 6, 1), 10, date(2027, 7, 1))
    years = [row.year for row in calendar.years(session)]
    before, after = date(years[0] - 1, 6, 1), date(years[-1], 12, 30)
    assert calendar.are_over(session, before, 10, before), "what ended before the calendar begins"
    assert not calendar.are_over(session, after, 10, date(years[-1] + 1, 6, 1)), "nobody knows when that ends"


def test_seeding_again_changes_nothing(session: Session, now: datetime) -> None:
    before = [calendar.days(session).get(date(2026, 10, n)) for n in range(1, 32)]
    stamps = {row.year: row.stamp for row in calendar.years(session)}
    calendar.seed(session, now)
    assert before == [calendar.days(session).get(date(2026, 10, n)) for n in range(1, 32)]
    assert stamps == {row.year: row.stamp for row in calendar.years(session)}


def test_two_years_beyond_the_official_ones_are_an_estimate(session: Session) -> None:
    sources = {row.year: row.source for row in calendar.years(session)}
    assert sources[2026] is YearSource.PACKAGE
    assert [sources[2027], sources[2028]] == [YearSource.ESTIMATE] * 2
    assert {day.confirmed for day in calendar.days_of(session, 2027)} == {False}
    assert [calendar.exceptions_of(session, year) for year in (2027, 2050)] == [{}, {}], "no notice said that"


def test_the_last_week_of_december_stays_open_until_the_next_notice(session: Session, now: datetime) -> None:
    assert [day.day.day for day in calendar.days_of(session, 2026) if not day.confirmed] == list(range(25, 32))
    load(session, now)
    assert all(day.confirmed for day in calendar.days_of(session, 2026))
    assert [day.day.day for day in calendar.days_of(session, 2027) if not day.confirmed] == list(range(25, 32))


def test_a_notice_can_make_a_december_sunday_a_workday(session: Session, now: datetime) -> None:
    assert not calendar.days(session).get(date(2026, 12, 27)).is_workday
    load(session, now)
    assert calendar.days(session).get(date(2026, 12, 27)).is_workday


def test_the_diff_shows_what_loading_would_change_and_changes_nothing(session: Session, now: datetime) -> None:
    shown = calendar.diff(session, 2027, NOTICE_2027)
    assert calendar.days(session).get(date(2027, 2, 6)).is_workday is False
    assert shown == list(load(session, now).changes)
    assert {change.day: change.becomes for change in shown}[date(2027, 2, 6)] is True
    assert calendar.diff(session, 2027, NOTICE_2027) == []
    ends = date(2026, 12, 25), date(2027, 12, 31)
    assert [each.day for each in calendar.diff(session, 2027, NOTICE_2027 | dict.fromkeys(ends, False))] == [*ends]


def test_loading_a_year_is_journalled_with_its_notice(session: Session, now: datetime) -> None:
    load(session, now)
    settle(session)
    entry = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind == "calendar")).one()
    assert (entry.actor, entry.before, entry.after) == ("account:7", "estimate", "notice")
    assert entry.changes["days"]["2027-02-06"] == [False, True]


def test_a_loaded_year_survives_the_next_seeding_and_pushes_the_estimate_on(session: Session, now: datetime) -> None:
    load(session, now)
    calendar.seed(session, now)
    assert session.get_one(CalendarYear, 2027).source is YearSource.NOTICE
    assert calendar.days(session).get(date(2027, 2, 6)).is_workday
    assert session.get_one(CalendarYear, 2029).source is YearSource.ESTIMATE


def test_a_corrected_notice_replaces_the_first(session: Session, now: datetime) -> None:
    load(session, now)
    load(session, now, days={date(2027, 1, 1): False}, notice_no="更正")
    assert not calendar.days(session).get(date(2027, 2, 6)).is_workday
    assert calendar.days(session).get(date(2026, 12, 27)).is_workday


def test_a_notice_that_is_corrected_late_leaves_the_days_that_the_next_one_settled(
    session: Session, now: datetime
) -> None:
    load(session, now)
    load(session, now, year=2028, days={date(2028, 1, 3): False, date(2027, 12, 26): True})
    load(session, now, days={date(2027, 1, 1): False}, notice_no="更正")
    found = calendar.days(session).get(date(2027, 12, 26))
    assert found is not None
    assert (found.is_workday, found.confirmed) == (True, True)
    assert [calendar.settled_by(date(2026, 12, day)) for day in (24, 25)] == [2026, 2027]


@pytest.mark.parametrize("days", [{}, {date(2028, 1, 1): False}, {date(2026, 12, 24): True}])
def test_a_notice_settles_only_days_that_are_its_own(
    session: Session, now: datetime, days: Mapping[date, bool]
) -> None:
    with pytest.raises(BadInput):
        calendar.load_year(session, 2027, days, "1", CLERK, now)


def test_no_year_may_be_left_out(session: Session, now: datetime) -> None:
    with pytest.raises(NotNow):
        load(session, now, year=2031, days={date(2031, 1, 1): False})


def test_a_year_needs_the_number_of_its_notice(session: Session, now: datetime) -> None:
    with pytest.raises(BadInput):
        load(session, now, notice_no=" ")


def test_only_the_system_administrator_loads_a_year(session: Session, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        load(session, now, actor=Actor(8, frozenset({"officer"})))


def test_days_of_an_official_year_that_went_by_are_certain(session: Session, now: datetime) -> None:
    calendar.confirm_passed(session, date(2026, 12, 28), now)
    assert [day.day.day for day in calendar.days_of(session, 2026) if not day.confirmed] == [28, 29, 30, 31]


def test_days_of_an_estimate_that_went_by_stay_uncertain(session: Session, now: datetime) -> None:
    calendar.confirm_passed(session, date(2027, 6, 1), now)
    assert {day.confirmed for day in calendar.days_of(session, 2027)} == {False}


def test_a_missing_year_warns_from_october(session: Session, now: datetime) -> None:
    assert calendar.missing_year(session, date(2026, 9, 30)) is None
    assert calendar.missing_year(session, date(2026, 10, 1)) == 2027
    load(session, now)
    assert calendar.missing_year(session, date(2026, 12, 31)) is None
    assert calendar.missing_year(session, date(2035, 1, 1)) == 2028, "no year may be left out, nor is forgotten"
    load(session, now, 2029, {date(2029, 1, 1): False})
    assert calendar.missing_year(session, date(2029, 12, 31)) == 2028, "the next year's notice settles no other"


def test_a_newer_package_never_touches_a_confirmed_day(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = session.get_one(CalendarDay, date(2027, 3, 1))
    day.confirmed, day.is_workday = True, False
    session.flush()
    monkeypatch.setitem(calendar.constants.holidays, date(2027, 1, 1), calendar.constants.Holiday.new_years_day)
    monkeypatch.setattr(calendar.chinese_calendar, "is_workday", lambda day: day.weekday() < 5)
    monkeypatch.setattr(calendar.chinese_calendar, "get_holiday_detail", lambda _day: (False, None))
    calendar.seed(session, now)
    assert session.get_one(CalendarYear, 2027).source is YearSource.PACKAGE
    assert not calendar.days(session).get(date(2027, 3, 1)).is_workday
    assert calendar.days(session).get(date(2027, 3, 2)) == (True, True, None)
    assert session.scalar(select(func.max(CalendarYear.year))) == 2029
    settle(session)
    entry = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind == "calendar")).one()
    assert (entry.before, entry.after) == ("estimate", "package")


def test_the_system_may_load_at_set_up() -> None:
    assert calendar.may_load(SYSTEM)
