"""How the words for the search are gathered: row by row for the few that are at hand, however long the tables are."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from casework import queries_merged
from core.db import SYSTEM_READER, read_as
from search import sources

MANY = range(1, 51)


@pytest.fixture(autouse=True)
def as_at_first(restored: Callable[..., bool]) -> None:
    restored(anew=True)


def _plan(session: Session, asking: Callable[[], object]) -> str:
    """What the server does for it, when it has counted nothing and reads whole tables only where nothing else goes."""
    asked: list[Any] = []
    read_as(session, SYSTEM_READER)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    here = session.connection()

    def keep(*said: object) -> None:
        asked.append(said[2:4])

    event.listen(here, "before_cursor_execute", keep)
    asking()
    event.remove(here, "before_cursor_execute", keep)
    ((words, values),) = asked
    return "\n".join(line for (line,) in here.exec_driver_sql(f"EXPLAIN {words}", values))


@pytest.mark.parametrize("belongs", [queries_merged.of_cases, queries_merged.leads_of])
def test_what_belongs_together_is_followed_by_the_index(session: Session, belongs: Callable[..., Any]) -> None:
    plan = _plan(session, lambda: session.execute(select(belongs(MANY))))
    assert "Nested Loop" in plan
    assert "Join" not in plan


def test_names_that_the_complaints_of_many_cases_tell_are_read_one_by_one(session: Session) -> None:
    plan = _plan(session, lambda: sources._told_by(session, MANY))
    assert "Nested Loop" in plan
    assert "Hash Join" not in plan
    assert "Merge Join" not in plan
