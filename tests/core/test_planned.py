"""Statements that are planned once for a connection."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.db import SYSTEM_READER, Once, read_as
from core.planned import PLANNED

PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM once%'")


def test_what_is_planned_once_outlives_the_end_of_a_page_and_the_rest_is_planned_each_time(session: Session) -> None:
    read_as(session, SYSTEM_READER)
    of_key = select(Once.digest).where(Once.digest == "a")
    pages = [session.execute(of_key).all() for _page in range(8)]
    assert session.scalar(PREPARED) == 0
    for _page in range(3):
        pages.append(session.execute(of_key, execution_options=PLANNED).all())
        session.rollback()
    assert session.scalar(PREPARED) == 1
    assert pages == [[]] * 11


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
