"""What the database lets each reader select is what stands beside the models: the same rows, the same columns."""

import psycopg
import pytest
from flask import Flask

from core.db import Base
from tests.conftest import DATABASE, _owner

MODELS = {str(mapper.local_table.name): mapper.class_ for mapper in Base.registry.mappers}
CLOSED = {name: model for name, model in MODELS.items() if not model.__open__}
READERS = ("staff", "party", "public", "complainant", "panel", "admin")


@pytest.fixture
def owner(app: Flask) -> psycopg.Connection:
    """A connection that may look at policies; what it writes is taken back."""
    with psycopg.connect(_owner(DATABASE)) as connection:
        yield connection
        connection.rollback()


def test_each_policy_says_what_stands_beside_its_model(owner: psycopg.Connection) -> None:
    asked = "SELECT qual FROM pg_policies WHERE tablename = %s AND policyname = %s"
    different = []
    for table, model in sorted(CLOSED.items()):
        for role, rows in model.__readers__.items():
            owner.execute(f"CREATE POLICY probe ON {table} FOR SELECT TO zilu_{role} USING ({rows})")
            there, wanted = (owner.execute(asked, (table, name)).fetchone() for name in (f"{role}_reads", "probe"))
            owner.execute(f"DROP POLICY probe ON {table}")
            if there != wanted:
                different.append((table, role, there, wanted))
    assert not different


def test_whatever_hangs_on_a_complaint_or_a_case_is_narrowed_for_staff_by_what_it_hangs_on() -> None:
    """Whoever was recused reads nothing of it (I-04); a table that somebody adds is no way round."""
    hanging, before = {"complaint", "case_file", "case_track"}, set[str]()
    while hanging != before:
        before = set(hanging)
        hanging |= {name for name in MODELS if "subject_id" in MODELS[name].__table__.columns or _leads(name, before)}
    open_to_all = {
        name
        for name in hanging
        if (rows := MODELS[name].__readers__.get("staff")) is not None
        and not any(each in rows for each in ("id NOT IN", "subject_id", *_leads(name, hanging)))
    }
    assert not open_to_all


def _leads(name: str, there: set[str]) -> set[str]:
    """The columns of a table that name a row of one of these."""
    keys = (key for column in MODELS[name].__table__.columns for key in column.foreign_keys)
    return {key.parent.name for key in keys if key.column.table.name in there}


def test_no_policy_compares_a_row_with_itself(owner: psycopg.Connection) -> None:
    """Where two tables have a column of one name, it is the inner one that is meant."""
    itself = r"\((\w+)\.\w+ = \1\.\w+\)"
    asked = "SELECT tablename, policyname FROM pg_policies WHERE concat(qual, with_check) ~ %s"
    assert owner.execute(asked, (itself,)).fetchall() == []


def test_what_runs_with_the_owners_rights_looks_for_temporary_tables_last(owner: psycopg.Connection) -> None:
    asked = "SELECT oid::regprocedure::text, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = %s::regnamespace"
    found = owner.execute(asked, ("public",)).fetchall()
    assert found
    assert [name for name, set_ in found if "search_path=public, pg_temp" not in (set_ or ())] == []


def test_each_reader_is_granted_the_columns_that_stand_beside_the_model(owner: psycopg.Connection) -> None:
    asked = (
        "SELECT table_name, substr(grantee, 6), column_name FROM information_schema.column_privileges "
        "WHERE privilege_type = 'SELECT' AND grantee = ANY(%s)"
    )
    granted: dict[tuple[str, str], set[str]] = {}
    for table, role, column in owner.execute(asked, ([f"zilu_{role}" for role in READERS],)):
        granted.setdefault((table, role), set()).add(column)
    wanted = {
        (name, role): set(model.__columns__.get(role, ())) or {column.name for column in model.__table__.columns}
        for name, model in MODELS.items()
        for role in (model.__readers__ if name in CLOSED else READERS)
    }
    assert {key: sorted(columns) for key, columns in granted.items()} == {
        key: sorted(columns) for key, columns in wanted.items()
    }
