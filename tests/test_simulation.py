"""A short simulation: a year of an association comes to its end with everything in order."""

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import text

from bench.simulation import checks, table
from bench.simulation.life import live
from core.db import transaction


def test_a_year_of_an_association_ends_with_every_clock_number_and_chain_in_order(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.app_context(), force_locale("zh_Hans_CN"):
        season = live(seed=7, years=1, wanted=3)
        assert [*season.trouble, *checks.broken(season)] == []
        table.show(season, 1.0, 0.0)
        with transaction() as at:
            one = "(SELECT min(id) FROM clock WHERE due_on IS NOT NULL)"
            at.execute(text(f"UPDATE clock SET due_on = due_on + 1 WHERE id = {one}"))
        assert any("but it counts" in each for each in checks.broken(season))
    said = capsys.readouterr().out
    assert "case files" in said
    assert "steps per second" in said
