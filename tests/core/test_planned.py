"""Statements that are planned once for a connection."""

import pytest
from flask import Flask
from sqlalchemy import String, bindparam, create_engine, select, text
from sqlalchemy.orm import Session

from core.db import SYSTEM_READER, Once, read_as
from core.planned import PLANNED, Written, ahead
from registry.models_accounts import Account

ASKED = text("SELECT 'of every page'")
PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT ''of every%'")


def test_what_is_planned_once_outlives_the_end_of_a_page_and_the_rest_is_planned_each_time(app: Flask) -> None:
    as_installed = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])  # the tests' own keeps the plan of all it asks
    with as_installed.connect() as connection:  # one: the pool may hold several
        pages = [connection.execute(ASKED).scalar() for _page in range(8)]
        assert connection.scalar(PREPARED) == 0
        for _page in range(3):
            pages.append(connection.execute(ASKED, execution_options=PLANNED).scalar())
            connection.rollback()
        assert connection.scalar(PREPARED) == 1
    as_installed.dispose()
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


def test_what_is_written_out_once_answers_as_the_statement_does_and_wants_its_places_filled(session: Session) -> None:
    read_as(session, SYSTEM_READER)
    session.info["open"] = True  # a verb's transaction
    asked = select(Once.digest, Once.at).where(Once.digest == bindparam("which", None, String())).order_by(Once.at)
    written = Written(lambda: asked)
    session.add_all([Once(digest="first"), Once(digest="second")])
    session.flush()
    for which in ("first", "second", "third"):
        assert written.rows(session, which=which) == session.execute(asked, {"which": which}).all()
    for values in ({}, {"which": "first", "else": 1}):
        with pytest.raises(TypeError):
            written.rows(session, **values)


def test_a_column_that_is_read_otherwise_than_it_is_said_is_not_read_from_what_is_written_out(session: Session) -> None:
    with pytest.raises(TypeError, match="audience"):
        Written(lambda: select(Account.id, Account.audience)).rows(session)


def _digests(which: str) -> Written:
    asked = select(Once.digest).where(Once.digest.like(bindparam(which, None, String()))).order_by(Once.digest)
    return Written(lambda: asked)


def test_what_is_asked_ahead_in_one_question_is_what_each_would_have_found_once(session: Session) -> None:
    read_as(session, SYSTEM_READER)
    session.add_all([Once(digest="first"), Once(digest="second")])
    session.flush()
    one, other = _digests("one"), _digests("other")
    alone = one.rows(session, one="f%"), other.rows(session, other="%")
    ahead(session, (one, {"one": "f%"}), (other, {"other": "%"}))
    session.execute(text("DELETE FROM once"))
    assert one.rows(session, one="s%") == []
    together = one.rows(session, one="f%"), other.rows(session, other="%")
    assert together == alone
    assert [row.digest for row in together[1]] == ["first", "second"]
    assert other.rows(session, other="%") == []


def test_what_was_asked_ahead_for_one_reader_is_not_told_to_another(session: Session) -> None:
    read_as(session, SYSTEM_READER)
    asked = _digests("one")
    session.add(Once(digest="first"))
    session.flush()
    ahead(session, (asked, {"one": "%"}))
    session.execute(text("DELETE FROM once"))
    read_as(session, SYSTEM_READER)
    assert asked.rows(session, one="%") == []


def test_what_cannot_be_asked_ahead_in_one_question_is_refused(session: Session) -> None:
    read_as(session, SYSTEM_READER)
    with pytest.raises(TypeError, match="at"):
        ahead(session, (Written(lambda: select(Once.at)), {}))
    with pytest.raises(ValueError, match="one"):
        ahead(session, (_digests("one"), {"one": "f%"}), (_digests("one"), {"one": "s%"}))
