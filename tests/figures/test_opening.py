"""When figures are published: where the association wants it and, in production, has confirmed what that means."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import transaction
from figures import opening
from figures.models import FigureMonth, OpenCell, OpenMonth
from registry.settings import setting
from sanctions.models_decisions import Decision
from tests.builders import party
from tests.conftest import NOW
from tests.registry.test_settings import as_production
from tests.sanctions.chain import Chain

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


@pytest.mark.parametrize(("public", "hidden"), [([5], True), ([4], True), ([3], False)])
def test_what_a_bulletin_or_circular_tells_gives_no_other_measure_away(
    session: Session, public: list[int], hidden: bool
) -> None:
    """Of three measures that are told together whoever reads of one of them knew that the others are two."""
    chain = Chain(session, datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    for measures in ([2], [2], public):
        track = chain.reported()
        track.party_id = party(session, f"测试{track.id}消费金融有限公司").id
        said = {"level": max(measures), "measures": measures, "terms": {}, "reasons": "无", "statement_dealt": ""}
        votes = {"votes_for": 3, "votes_against": 0, "abstained": 0, "immediate": [], "immediate_reasons": ""}
        day = date(2026, 3, 20)
        session.add(Decision(track_id=track.id, round=track.round, decided_on=day, effective_on=day, **said, **votes))
    month = date(2026, 3, 1)
    session.merge(FigureMonth(month=month, counted_at=NOW, closed_at=NOW))
    session.flush()
    opening.publish(session, month, NOW)
    asked = select(OpenCell.many).where(OpenCell.about == "MEASURES", OpenCell.month == month)
    assert set(session.scalars(asked)) == ({None} if hidden else {None, 3})
