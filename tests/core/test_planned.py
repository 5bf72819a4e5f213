"""Statements that are planned once for a connection."""

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.db import SYSTEM_READER, Once, db, read_as
from core.planned import PLANNED

ASKED = text("SELECT 'of every page'")
PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT ''of every%'")


def test_what_is_planned_once_outlives_the_end_of_a_page_and_the_rest_is_planned_each_time(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:  # one: the pool may hold several
        pages = [connection.execute(ASKED).scalar() for _page in range(8)]
        assert connection.scalar(PREPARED) == 0
        for _page in range(3):
            pages.append(connection.execute(ASKED, execution_options=PLANNED).scalar())
            connection.rollback()
        assert connection.scalar(PREPARED) == 1
    assert pages == ["of every page"] * 11


def test_a_page_that_failed_leaves_the_plans_as_they_were(session: Session) -> None:
    read_as(session, SYSTEM_READER)
    found = select(Once.digest).where(Once.digest == "b")
    assert session.execute(found, execution_options=PLANNED).all() == []
    nested = session.begin_nested()
    try:
        session.execute(text("SELECT 1 / 0"), execution_options=PLANNED)
    except Exception:  # noqa: BLE001 - whatever it is called
        nested.rollback()
    session.rollback()
    assert session.execute(found, execution_options=PLANNED).all() == []
