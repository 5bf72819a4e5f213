"""A year's notice is read as people write it, and what can't be read is named."""

from datetime import date

import pytest

from admin.year_notice import days, exceptions
from core.errors import BadInput


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("2027-01-01", date(2027, 1, 1), date(2027, 1, 1)),
        ("2027-02-05 to 2027-02-11", date(2027, 2, 5), date(2027, 2, 11)),
        ("2027-02-05至2027-02-11", date(2027, 2, 5), date(2027, 2, 11)),
        ("2月5日至11日", date(2027, 2, 5), date(2027, 2, 11)),
        ("2027年9月30日至10月6日。", date(2027, 9, 30), date(2027, 10, 6)),
        ("2026-12-30 ~ 2027-01-02", date(2026, 12, 30), date(2027, 1, 2)),
    ],
)
def test_a_line_is_a_day_or_a_period(line: str, first: date, last: date) -> None:
    found = days(line, 2027, "holidays")
    assert (found[0], found[-1], len(found)) == (first, last, (last - first).days + 1)


@pytest.mark.parametrize("line", ["Spring Festival", "2027-02-30", "2027-05-05 to 2027-05-01", "2月5日至13月1日", "0"])
def test_a_line_that_is_neither_is_named(line: str) -> None:
    with pytest.raises(BadInput) as refused:
        days(f"2027-01-01\n{line}", 2027, "holidays")
    assert refused.value.field == "holidays"


@pytest.mark.parametrize("line", ["12月29日", "12月31日至1月2日", "12-30 to 2027-01-02"])
def test_the_end_of_december_is_named_with_its_year(line: str) -> None:
    with pytest.raises(BadInput) as refused:
        days(line, 2027, "workdays")
    assert line in str(refused.value)
    assert days("2026年12月29日", 2027, "workdays") == [date(2026, 12, 29)]


def test_no_day_is_both_off_and_worked() -> None:
    with pytest.raises(BadInput):
        exceptions("2027-02-05 to 2027-02-11", "2027-02-06", 2027)
    named = exceptions("2027-01-01", "2027-01-03\n\n", 2027)
    assert named == {date(2027, 1, 1): False, date(2027, 1, 3): True}
