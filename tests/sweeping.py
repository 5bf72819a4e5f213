"""Ends of clocks acted on one by one and together, from the same beginning: every row of every table is the same."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import journal
from core.db import Base, transaction
from registry import clock_sweep
from search import entries
from tests.kept_states import put_again, put_aside

DRAWN = re.compile(
    r"\b[0-9a-f]{64}\b|T[SL]2026-\w{6}|\b2026-[0-9a-z]{8}\b|91\d{6}\w{10}|[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}|\b[0-9a-f]{8}-[0-9a-f-]{27}\b"
    r"|\d{4}-\d\d-\d\d[T ][\d:.]+(?:[+-]\d\d:?\d\d|Z)?|:\d+\b|\\\\x[0-9a-f]+"
)
"""Digests, references, codes, moments and numbers within words: another one each time."""
OTHERWISE = {"check_code", "terms", "stamp", "verify_url", "receipt_hash", "digest", "prev", "version"}
"""Columns of what is drawn; how often a row was written is another matter as well."""


def stands(session: Session) -> dict[str, Counter[str]]:
    """Every row of every table, without numbers, moments and what is drawn."""
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = [dict(row) for row in session.scalars(text(f'SELECT to_jsonb(t) FROM "{table.name}" t'))]
        for row in rows:
            for name in [name for name in row if name == "id" or name.endswith(("_id", "_at")) or name in OTHERWISE]:
                del row[name]
        found[table.name] = Counter(DRAWN.sub("~", str(row)) for row in rows)
    return found


class Twice:
    """One beginning for what is done in two ways: the verbs bring it about once, and its rows are put there again."""

    def __init__(self, app: Flask, restored: Callable[[], bool], fill: Callable[[Session], None]) -> None:
        """Nothing is there yet."""
        self.app, self.restored, self.fill = app, restored, fill
        self.number: UUID | None = None

    def begin(self) -> None:
        """The database as it was made, and filled."""
        is_marked = self.restored()
        if self.number is not None and put_again(self.app, self.number):
            return
        with self.app.app_context(), transaction() as session:
            self.fill(session)
        self.number = put_aside(self.app) if is_marked else None


def equally(
    app: Flask,
    restored: Callable[[], bool],
    monkeypatch: pytest.MonkeyPatch,
    fill: Callable[[Session], None],
    later: datetime,
) -> set[str]:
    """Fill and sweep, one by one and together; gives the keys of the clocks whose ends were acted on."""
    swept: list[list[tuple[str, bool]]] = []
    came_of_it: list[dict[str, Counter[str]]] = []
    apart: list[object] = []
    monkeypatch.setattr(clock_sweep.log, "info", lambda *_said, **more: apart.append(more))
    monkeypatch.setattr(clock_sweep, "BRIEFLY", 3600)
    filled = Twice(app, restored, fill)
    for many in (1, 100):
        filled.begin()
        monkeypatch.setattr(clock_sweep, "MOST", many)
        with app.app_context():
            swept.append([(one.key, one.done) for one in clock_sweep.sweep(later)])
            with transaction() as session:
                came_of_it.append(stands(session))
                assert list(journal.verify(session)) == []
                assert entries.drifted(session) == []
    alone, together = came_of_it
    unequal = {
        table: ((rows - together[table]).most_common(3), (together[table] - rows).most_common(3))
        for table, rows in alone.items()
        if rows != together[table]
    }
    assert apart == []
    assert swept[0] == swept[1]
    assert all(done for _key, done in swept[1])
    assert unequal == {}, unequal
    return {key for key, _done in swept[1]}
