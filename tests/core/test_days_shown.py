"""How days are written in lists."""

from datetime import date

import time_machine
from flask import Flask
from flask_babel import force_locale

from core.plainly import day


@time_machine.travel("2026-11-25 06:00:00Z", tick=False)
def test_a_short_day_of_another_year_says_its_year(app: Flask) -> None:
    with app.test_request_context("/"):
        assert [day(date(year, 12, 30), "short") for year in (2026, 2027)] == ["12-30", "2027-12-30"]
        with force_locale("en"):
            assert [day(date(year, 12, 30), "short") for year in (2026, 2025)] == ["30 Dec", "30 Dec 2025"]
