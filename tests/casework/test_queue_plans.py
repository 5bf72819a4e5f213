"""A statement of the queue that is planned once for any values goes by an index, however long the queue is."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.queries_queue import _counting, _listing
from casework.queries_queue_select import OPEN_VIEWS, Asked
from core.actors import Actor
from core.db import SYSTEM_READER, read_as
from core.planned import Written

PLACE = re.compile(r"%\((\w+)\)s")


def _plan(session: Session, asked: Written) -> str:
    """How the server goes about it when it knows no value, as if the table were too long to be read."""
    words, values, _places = asked._said
    names = list(dict.fromkeys(PLACE.findall(words)))
    numbered = PLACE.sub(lambda place: f"${names.index(place[1]) + 1}", words)
    given = ", ".join(f"'{values[name]}'" for name in names)
    read_as(session, SYSTEM_READER)
    session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
    session.execute(text("SET LOCAL enable_seqscan = off"))
    driver = session.connection()
    driver.exec_driver_sql(f"PREPARE any_values AS {numbered}")
    plan = driver.exec_driver_sql(
        f"EXPLAIN EXECUTE any_values({given})" if given else "EXPLAIN EXECUTE any_values"
    ).all()
    driver.exec_driver_sql("DEALLOCATE any_values")
    return "\n".join(line for (line,) in plan)


@pytest.mark.parametrize("roles", [("officer",), ("intake",), ("officer", "intake"), ("officer", "head")])
def test_what_is_mine_is_listed_and_counted_by_indexes_of_just_that(session: Session, roles: tuple[str, ...]) -> None:
    actor = Actor(1, frozenset(roles), audience="staff")
    for asked in (_listing(Asked(), actor, 51, False, False), _counting(actor, ("mine",))):
        plan = _plan(session, asked)
        assert "Seq Scan" not in plan
        assert "ix_queue_entry_officer" in plan
        assert "ix_queue_entry_turn" in plan


def test_every_open_view_is_counted_by_an_index(session: Session) -> None:
    plan = _plan(session, _counting(Actor(1, frozenset({"officer"}), audience="staff"), OPEN_VIEWS))
    assert "Seq Scan on queue_entry" not in plan
