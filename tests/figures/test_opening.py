"""When figures are published: where the association wants it and, in production, has confirmed what that means."""

from datetime import date

from flask import Flask

from core.db import transaction
from figures import opening
from figures.models import FigureMonth, OpenMonth
from registry.settings import setting
from tests.conftest import NOW
from tests.registry.test_settings import as_production

MONTH = date(2026, 10, 1)
CONFIRMED = ("OPEN_DATA", "OPEN_DATA_LICENCE.zh", "SMALL_CELL")


def published(app: Flask) -> bool:
    """Whether a month that was closed is published now."""
    with app.app_context(), transaction() as at:
        at.merge(FigureMonth(month=MONTH, counted_at=NOW, closed_at=NOW))
        at.flush()
        opening.publish(at, MONTH, NOW)
        return at.get(OpenMonth, MONTH) is not None


def test_nothing_is_published_that_the_association_does_not_want_published(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        setting(at, "OPEN_DATA").value = False
    assert not published(app)
    with app.app_context(), transaction() as at:
        setting(at, "OPEN_DATA").value = True
    assert published(app)


def test_in_production_nothing_is_published_before_every_rule_of_it_is_confirmed_and_its_licence_written(
    app: Flask,
) -> None:
    with app.app_context(), transaction() as at:
        as_production(at)
    for open_ in CONFIRMED:
        with app.app_context(), transaction() as at:
            for key in CONFIRMED:
                setting(at, key).confirmed_at = None if key == open_ else NOW
        assert not published(app), open_
    with app.app_context(), transaction() as at:
        setting(at, "SMALL_CELL").confirmed_at = NOW
        licence = setting(at, "OPEN_DATA_LICENCE.zh")
        said, licence.value = licence.value, ""
    assert not published(app)
    with app.app_context(), transaction() as at:
        setting(at, "OPEN_DATA_LICENCE.zh").value = said
    assert published(app)
