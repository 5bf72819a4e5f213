"""How days are written in lists."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import time_machine
from flask import Flask
from flask_babel import force_locale

from core.plainly import day, days_left, lately
from core.show import from_to


@time_machine.travel("2026-11-25 06:00:00Z", tick=False)
def test_a_short_day_of_another_year_says_its_year(app: Flask) -> None:
    with app.test_request_context("/"):
        assert [day(date(year, 12, 30), "short") for year in (2026, 2027)] == ["12-30", "2027-12-30"]
        with force_locale("en"):
            assert [day(date(year, 12, 30), "short") for year in (2026, 2025)] == ["30 Dec", "30 Dec 2025"]


@time_machine.travel("2026-11-25 06:00:00Z", tick=False)
def test_a_sentence_that_counts_marks_thousands_as_every_number_does(app: Flask) -> None:
    with app.test_request_context("/"):
        assert days_left(date(2029, 11, 25)) == "剩余1,096天"
        with force_locale("en"):
            assert [days_left(each) for each in (date(2029, 11, 25), date(2026, 11, 24))] == [
                "1,096 days left",
                "1 day overdue",
            ]


@time_machine.travel("2026-11-25 06:00:00Z", tick=False)
def test_a_time_of_another_day_fits_behind_at(app: Flask) -> None:
    today, tomorrow = datetime(2026, 11, 25, 9, tzinfo=UTC), datetime(2026, 11, 25, 17, 24, tzinfo=UTC)
    with app.test_request_context("/"):
        assert [lately(each) for each in (today, tomorrow)] == ["17:00", "2026-11-26 01:24"]
        with force_locale("en"):
            assert f"This page closes at {lately(tomorrow)}" == "This page closes at 01:24 on 26 November 2026"


def test_days_of_a_conduct_stay_whole_and_one_day_is_said_once(app: Flask) -> None:
    first, last = date(2026, 11, 2), date(2026, 11, 5)
    with app.test_request_context("/"):
        both = from_to(first, last)
        assert both == '<span class="nowrap">2026-11-02</span> – <span class="nowrap">2026-11-05</span>'
        assert from_to(first, first) == from_to(first) == both.split(" – ")[0]


def test_an_english_page_writes_days_out_and_no_template_but_for_machines_has_figures(app: Flask) -> None:
    said = app.jinja_env.from_string("{{ it | date }} · {{ it | instant_text }}")
    with app.test_request_context("/"):
        assert said.render(it=datetime(2026, 11, 2, 4, 5, tzinfo=UTC)) == "2026-11-02 · 2026-11-02 12:05"
        with force_locale("en"):
            assert said.render(it=datetime(2026, 11, 2, 4, 5, tzinfo=UTC)) == "2 November 2026 · 2 November 2026 12:05"
    found = [(path.name, line) for path in Path("templates").rglob("*.html") for line in path.read_text().splitlines()]
    assert not [each for each in found if re.search(r'(?<!datetime="){{ [^}"]*\("plain"\)', each[1])]
