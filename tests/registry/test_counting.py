"""Counting days: the worked deadlines, the rules one by one, and a second implementation by prefix sums."""

import json
from bisect import bisect_left
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.clock_kinds import KINDS
from registry.counting import Count, Day, StepKind, Unit, due, left, workdays

DATA = Path(__file__).parent.parent / "data"
VECTORS = json.loads((DATA / "vectors.json").read_text())
FIRST, LAST_OFFICIAL, LAST = date(2004, 1, 1), date(2026, 12, 31), date(2028, 12, 31)
ONE = timedelta(days=1)
starts = st.dates(FIRST, LAST_OFFICIAL)
lengths = st.integers(1, 60)
counted_in_days = st.sampled_from([Unit.WD, Unit.CD])


@cache
def days() -> dict[date, Day]:
    """Give the calendar as of 2026-11-25: official to 2026, its last week open, then an estimate."""
    estimate = holidays.country_holidays("CN", years=[2027, 2028])
    known, day = {}, FIRST
    while day <= LAST:
        if day <= LAST_OFFICIAL:
            name = chinese_calendar.get_holiday_detail(day)[1]
            known[day] = Day(chinese_calendar.is_workday(day), day < date(2026, 12, 25), name)
        else:
            known[day] = Day(day.weekday() < 5 and day not in estimate, confirmed=False)
        day += ONE
    return known


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_each_worked_deadline_is_counted_as_written(vector: dict[str, Any]) -> None:
    found = due(date.fromisoformat(vector["start"]), vector["length"], Unit(vector["unit"]), days())
    assert (str(found.due_on), found.provisional) == (vector["due"], vector["provisional"])


@pytest.mark.parametrize("key", KINDS)
def test_each_kind_of_clock_is_as_the_domain_model_has_it(key: str) -> None:
    [row] = [row for row in json.loads((DATA / "model.json").read_text())["clock"] if row["id"] == key]
    kind = KINDS[key]
    has = {name: getattr(kind, name) for name in row}
    assert has == row | {"extend_to": tuple(row["extend_to"])}


def test_there_are_no_other_kinds_of_clock() -> None:
    assert list(KINDS) == [f"K{n:02}" for n in range(1, 37)]


# The two usual bugs


def test_holidays_and_make_up_weekends_are_not_mistaken_for_plain_weeks() -> None:
    assert due(date(2025, 1, 24), 5, Unit.WD, days()).due_on != date(2025, 1, 31)


def test_r2_a_make_up_weekend_counts_as_the_workday_it_is() -> None:
    found = due(date(2026, 4, 29), 5, Unit.WD, days())
    assert found.due_on == date(2026, 5, 9)
    assert found.rows[-1].kind is StepKind.MAKE_UP
    assert [workdays(date(2026, 4, 29), date(2026, 5, day), days()) for day in (8, 9)] == [4, 5]


# The rules


def test_r1_the_day_of_the_event_is_not_counted() -> None:
    assert due(date(2026, 3, 2), 1, Unit.WD, days()).due_on == date(2026, 3, 3)


def test_r2_only_days_that_the_calendar_marks_as_working_days_count() -> None:
    found = due(date(2026, 2, 6), 15, Unit.WD, days())
    assert found.due_on == date(2026, 3, 5)
    assert [row.day for row in found.rows if row.counted and row.day.weekday() > 4] == [
        date(2026, 2, 14),
        date(2026, 2, 28),
    ]
    assert not any(row.counted for row in found.rows if date(2026, 2, 15) <= row.day <= date(2026, 2, 23))


def test_r3_natural_days_count_rest_days_as_well() -> None:
    found = due(date(2026, 8, 3), 60, Unit.CD, days())
    assert sum(row.counted for row in found.rows) == 60
    assert found.due_on == date(2026, 10, 8)


def test_r3_a_last_day_of_rest_rolls_to_the_next_workday() -> None:
    found = due(date(2025, 9, 18), 15, Unit.CD, days())
    assert found.due_on == date(2025, 10, 9)
    assert [row.kind for row in found.rows if row.day > date(2025, 10, 3)] == [StepKind.ROLL] * 6


def test_r3_a_make_up_weekend_at_the_end_does_not_roll() -> None:
    assert due(date(2025, 12, 5), 30, Unit.CD, days()).due_on == date(2026, 1, 4)


def test_r5_a_pause_adds_the_days_that_were_held() -> None:
    start, paused, resumed = date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 20)
    assert left(start, 10, Unit.WD, days(), on=paused) == 7
    found = due(start, 10, Unit.WD, days(), pauses=[(paused, resumed)])
    assert found.due_on == due(resumed, 7, Unit.WD, days()).due_on


def test_r5_a_clock_paused_on_its_last_day_ends_on_the_workday_it_is_resumed() -> None:
    start, last = date(2026, 3, 2), date(2026, 3, 9)
    assert due(start, 5, Unit.WD, days()).due_on == last
    assert left(start, 5, Unit.WD, days(), on=last) == 0
    assert due(start, 5, Unit.WD, days(), pauses=[(last, date(2026, 3, 18))]).due_on == date(2026, 3, 18)
    assert due(start, 5, Unit.WD, days(), pauses=[(last, date(2026, 3, 21))]).due_on == date(2026, 3, 23)


def test_r5_a_clock_paused_while_it_rolls_ends_on_the_workday_it_is_resumed() -> None:
    saturday, sunday, wednesday = date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 11)
    assert due(date(2026, 3, 2), 5, Unit.CD, days(), pauses=[(sunday, wednesday)]).due_on == wednesday
    assert due(date(2026, 3, 2), 5, Unit.CD, days()).rows[-3].day == saturday


@pytest.mark.parametrize(
    ("start", "length", "unit", "pauses", "on", "rest"),
    [
        ("2026-03-02", 10, Unit.CD, [("2026-03-05", "2026-03-10")], "2026-03-12", 5),
        ("2026-03-02", 5, Unit.WD, [], "2026-04-30", 0),
        ("2026-03-02", 1, Unit.MONTH, [], "2026-03-20", 13),
        ("2026-03-02", 1, Unit.MONTH, [("2026-03-05", "2026-03-10")], "2026-03-20", 18),
        ("2026-03-02", 1, Unit.MONTH, [], "2026-05-01", 0),
        ("9999-12-01", 1, Unit.MONTH, [], "9999-12-02", 0),
    ],
)
def test_r5_days_left_leave_out_those_held_before_and_are_never_less_than_none(
    start: str, length: int, unit: Unit, pauses: list[tuple[str, str]], on: str, rest: int
) -> None:
    held = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in pauses]
    assert left(date.fromisoformat(start), length, unit, days(), on=date.fromisoformat(on), pauses=held) == rest


def test_r7_an_event_on_a_rest_day_counts_from_the_next_counted_day() -> None:
    assert due(date(2026, 2, 21), 5, Unit.WD, days()).due_on == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2026-10-31", 36, "2029-10-31")],
)
def test_r8_months_end_on_the_same_numbered_day_or_the_last(start: str, months: int, end: str) -> None:
    assert str(due(date.fromisoformat(start), months, Unit.MONTH, days()).due_on) == end


def test_r9_the_end_of_a_publication_does_not_roll() -> None:
    found = due(date(2026, 9, 4), 30, Unit.CD, days(), rolls=KINDS["K33"].rolls)
    assert (found.due_on, found.provisional) == (date(2026, 10, 4), False)


def test_r11_a_count_that_passes_an_open_day_is_provisional() -> None:
    assert not due(date(2026, 12, 10), 10, Unit.WD, days()).provisional
    assert due(date(2026, 12, 10), 11, Unit.WD, days()).provisional


def test_r11_a_count_that_leaves_the_calendar_has_no_date() -> None:
    found = due(date(2028, 12, 20), 30, Unit.WD, days())
    assert (found.due_on, found.provisional) == (None, True)
    assert found.rows[-1].kind is StepKind.UNKNOWN


def test_r14_months_never_roll_and_ask_nothing_of_the_calendar() -> None:
    found = due(date(2026, 9, 4), 1, Unit.MONTH, {})
    assert (found.due_on, found.provisional) == (date(2026, 10, 4), False)


def test_no_time_limit_has_less_than_one_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        due(date(2026, 3, 2), 0, Unit.WD, days())


# A second implementation


@cache
def _sums() -> tuple[list[date], list[int], list[int]]:
    every = sorted(days())
    working = accumulate(int(days()[day].is_workday) for day in every)
    return every, list(working), list(accumulate(int(not days()[day].confirmed) for day in every))


def _by_sums(start: date, length: int, unit: Unit) -> tuple[date, bool]:
    """Count the same by prefix sums: the first day with enough workdays, and whether an open day lies on the way."""
    every, working, unsure = _sums()
    at = (start - FIRST).days
    needed = working[at] + length if unit is Unit.WD else working[at + length - 1] + 1
    end = bisect_left(working, needed)
    return every[end], unsure[end] > unsure[at]


@given(starts, lengths, counted_in_days)
def test_prefix_sums_agree(start: date, length: int, unit: Unit) -> None:
    found = due(start, length, unit, days())
    assert (found.due_on, found.provisional) == _by_sums(start, length, unit)


@pytest.mark.parametrize("unit", [Unit.WD, Unit.CD])
def test_prefix_sums_agree_on_every_start_day_from_2004_to_2026_for_1_to_60_days(unit: Unit) -> None:
    differ = []
    for n in range((LAST_OFFICIAL - FIRST).days + 1):
        start = FIRST + n * ONE
        count = Count(start, unit, days())  # what `due` does for one length, going on from each to the next
        for length in range(1, 61):
            count.to(length)
            found = count.end()
            if (found.due_on, found.provisional) != _by_sums(start, length, unit):
                differ.append((start, length))
    assert differ == []


# What holds for every count


@given(starts, lengths, counted_in_days)
def test_the_last_day_is_a_workday_and_the_rows_lead_to_it(start: date, length: int, unit: Unit) -> None:
    found = due(start, length, unit, days())
    assert days()[found.due_on].is_workday
    assert [row.day for row in found.rows] == [start + n * ONE for n in range((found.due_on - start).days + 1)]
    assert sum(row.counted for row in found.rows) == found.rows[-1].n == length


@given(starts, lengths, counted_in_days)
def test_a_later_event_never_ends_earlier_and_a_longer_limit_never_sooner(start: date, length: int, unit: Unit) -> None:
    found = due(start, length, unit, days()).due_on
    assert due(start + ONE, length, unit, days()).due_on >= found
    assert due(start, length + 1, unit, days()).due_on >= found


@given(starts, lengths, counted_in_days, st.data())
def test_a_pause_ended_on_its_own_day_changes_nothing(
    start: date, length: int, unit: Unit, data: st.DataObject
) -> None:
    whole = due(start, length, unit, days())
    on = data.draw(st.dates(start, whole.due_on))
    assert due(start, length, unit, days(), pauses=[(on, on)]) == whole


@given(starts, lengths, counted_in_days, st.data())
def test_the_days_left_at_a_pause_are_counted_from_the_next_day(
    start: date, length: int, unit: Unit, data: st.DataObject
) -> None:
    on = data.draw(st.dates(start, due(start, length, unit, days()).due_on))
    resumed = on + data.draw(st.integers(1, 40)) * ONE
    rest = left(start, length, unit, days(), on=on)
    found = due(start, length, unit, days(), pauses=[(on, resumed)]).due_on
    expected = due(resumed, rest, unit, days()).due_on if rest else _by_sums(resumed - ONE, 1, Unit.WD)[0]
    assert found == expected
