"""A short simulation: a year of an association comes to its end with everything in order."""

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, text

from bench.simulation import checks, table, unrendered
from bench.simulation.life import live
from core import journal
from core.db import transaction
from core.outbox import Outbox
from filestore import files
from tests.sanctions.test_swept_together import LATER, START, Everything
from tests.sweeping import Twice, stands


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


def test_what_is_filed_together_stands_as_if_each_had_been_filed_by_itself(
    app: Flask, restored: Callable[[], bool]
) -> None:
    came_of_it: list[dict[str, Counter[str]]] = []
    filled = Twice(app, restored, lambda at: Everything(at, START).fill())
    for together in (False, True):
        filled.begin()
        with app.app_context():
            with transaction() as at:
                paper = files.keep_made(at, unrendered.tiny(), "page.pdf", "application/pdf").sha256
                waits = select(Outbox).where(Outbox.job == "notices.render", Outbox.done_at.is_(None))
                rows = at.scalars(waits.order_by(Outbox.id)).all()
                unrendered.file(at, rows, paper, LATER, together=together)
            with transaction() as at:
                came_of_it.append(stands(at))
                assert list(journal.verify(at)) == []
    assert len(rows) > 50
    one_by_one, at_once = came_of_it
    assert {name: rows - at_once[name] for name, rows in one_by_one.items() if rows != at_once[name]} == {}
