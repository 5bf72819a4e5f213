"""What a table of a million rows is asked for is found by an index, also where nobody asks but the database itself."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from casework import former_parts, personal_strings, queries_evidence
from core.db import db
from core.planned import DIALECT, ME
from filestore import removal
from notices import queries_approval
from sanctions import policies_archives
from tests.conftest import NOW
from tests.sanctions.chain import Chain

LEADING = text(
    "SELECT i.indrelid::regclass::text, a.attname FROM pg_index i "
    "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
    "WHERE i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname)"
)
POINTING = text(
    "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text FROM pg_constraint c "
    "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'"
)
BEGINNING = text(
    "SELECT a.indexrelid::regclass::text, b.indexrelid::regclass::text FROM pg_index a "
    "JOIN pg_index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid "
    "JOIN pg_class c ON c.oid = a.indexrelid JOIN pg_class d ON d.oid = b.indexrelid AND d.relam = c.relam "
    "WHERE c.relnamespace = 'public'::regnamespace AND NOT a.indisunique "
    "AND num_nulls(a.indpred, a.indexprs, b.indpred, b.indexprs) = 4 "
    "AND b.indkey::text || ' ' LIKE a.indkey::text || ' %' AND b.indclass::text || ' ' LIKE a.indclass::text || ' %'"
)
ERASED = {"stored_file", "evidence", "forwarding", "case_track"}
"""What is deleted by whom nobody waits for, or asked for by the thousand."""
LEFT = {
    ("ledger_entry", "track_id"): "an entry is asked for by its company and its forwarding",
}


def _leading(session: Session) -> set[tuple[str, str]]:
    return {(table, column) for table, column in session.execute(LEADING)}


def test_every_column_that_names_a_file_is_found_by_an_index(app: Flask, session: Session) -> None:
    leading = _leading(session)
    naming = [(each.table.name, each.name) for each in removal._naming()]
    assert len(naming) > 20
    assert not [each for each in naming if each not in leading], "each file that goes would have the table read"


def test_what_points_at_files_evidence_forwardings_and_tracks_is_found_by_an_index(session: Session) -> None:
    leading = _leading(session)
    pointing = [(table, column) for table, column, parent in session.execute(POINTING) if parent in ERASED]
    assert len(pointing) > 20
    assert {each for each in pointing if each not in leading} == LEFT.keys()


def test_no_index_only_begins_another(session: Session) -> None:
    """It would be written with each row and answer nothing that the longer one does not."""
    assert not session.execute(BEGINNING).all()


ASKING: dict[str, Callable[[Chain], Any]] = {
    "who took part in a case": lambda it: former_parts.of_case(it.session, it.track.case_id),
    "what its complainants told of themselves": lambda it: personal_strings.of_case(it.session, it.track.case_id),
    "files of complaints and cases": lambda it: it.session.scalars(queries_evidence.numbers_of([1], [1])).all(),
    "what still runs of a file": lambda it: policies_archives.still_running(it.session, it.track),
}


@pytest.mark.parametrize("what", ASKING)
def test_things_that_hang_on_others_are_found_through_these_and_not_among_all_there_are(
    app: Flask, session: Session, what: str
) -> None:
    """One condition, "of this or of one of those", would be asked of each row there is."""
    chain = Chain(session, NOW)
    chain.track = chain.filed()
    session.flush()
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        said.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    ASKING[what](chain)
    event.remove(db.engine, "before_cursor_execute", note)
    assert said
    for statement, parameters in said:
        plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
        assert not [line for line in plan if "SubPlan" in line and " OR " in line], "\n".join(plan)


def _plan(session: Session, statement: str) -> str:
    """How the server goes about it, as if no table were short enough to be read."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    return "\n".join(session.connection().exec_driver_sql(f"EXPLAIN {statement}").scalars())


def test_steps_that_wait_for_somebody_are_not_looked_for_among_all_that_were_taken(session: Session) -> None:
    asked = select(queries_approval.many_waiting(frozenset({"head"}))).params({ME.key: 1})
    words = asked.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True, "render_postcompile": True})
    assert "ix_dossier_step_open" in _plan(session, str(words))


@pytest.mark.parametrize("table", ["mail", "text_message"])
def test_what_was_written_of_one_thing_is_found_by_what_its_key_begins_with(session: Session, table: str) -> None:
    plan = _plan(session, f"SELECT id FROM {table} WHERE key LIKE 'alert:1:' || '%%'")
    assert re.search(r"Index Cond: \(+key", plan), plan
