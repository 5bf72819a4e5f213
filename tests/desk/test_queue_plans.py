"""How the queue is counted and listed: by indexes where any values were planned for, one by one where there are few."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import and_, or_, select, text
from sqlalchemy.orm import Session

from casework import scripts, wordings_alike
from casework.models import Complaint
from casework.models_queue import QueueEntry
from core.db import SYSTEM_READER, Reader, read_as
from core.planned import DIALECT, Written
from desk.queries_queue import GROUPS, _counting, _in_groups, _listing, _one_by_one
from desk.queries_queue_select import OPEN_VIEWS, SINCE, Asked, Seat, few_of, parts
from notices import queries as notices
from notices import queries_serving
from notices.models import Service
from tests.builders import Desk
from tests.conftest import NOW

PLACE = re.compile(r"%\((\w+)\)s")


@pytest.fixture(autouse=True)
def as_at_first(restored: Callable[..., bool]) -> None:
    """What the server has counted outlives the rows that it counted, and plans go by that."""
    restored(anew=True)


def _plan(session: Session, asked: Written) -> str:
    """How the server goes about it when it knows no value, as if the table were too long to be read."""
    words, values, places = asked._said
    values = values | dict.fromkeys(places, 1) | {SINCE.key: "2026-01-01"}
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
    seat = Seat(frozenset(roles), 0)
    for asked in (_listing(Asked(), seat, 51, False, False), _counting(seat, ("mine",))):
        plan = _plan(session, asked)
        assert "Seq Scan" not in plan
        assert "ix_queue_entry_officer" in plan
        assert "ix_queue_entry_turn" in plan


def test_every_open_view_is_counted_by_an_index(session: Session) -> None:
    plan = _plan(session, _counting(Seat(frozenset({"officer"}), 0), OPEN_VIEWS))
    assert "Seq Scan on queue_entry" not in plan


def test_few_that_are_looked_at_one_by_one_stand_in_the_groups_in_which_any_number_would(session: Session) -> None:
    desk = Desk(session, NOW)
    for place in range(3):
        desk.forwarded(contact=f"1390000000{place}")
        desk.received(contact=f"1380000000{place}")
    session.commit()
    read_as(session, SYSTEM_READER)
    days = sorted(set(session.scalars(select(QueueEntry.due_on))))
    for view in ("open", "mine", "waiting"):
        asked = Asked(view=view, party=desk.lender.id)
        few = few_of(session, asked)
        assert few
        assert len(few) >= 3
        every = parts(session, asked, desk.officer, few)
        for today in (days[0], days[-1], days[0] - timedelta(days=2), days[-1] + timedelta(days=1)):
            walked = parts(session, asked, desk.officer)
            one_by_one = session.execute(_one_by_one(asked, every, today, GROUPS)).one()
            assert one_by_one == session.execute(_in_groups(asked, walked, today, GROUPS)).one()


def test_what_tells_the_same_is_found_for_a_reader_without_reading_every_fingerprint(session: Session) -> None:
    desk = Desk(session, NOW)
    told = "他们每天给我的单位打电话，把我欠款的事告诉前台、同事和领导，还说要到我家门口张贴通知，我多次要求停止。"
    first, second = desk.received(facts=told), desk.received(facts=told, contact="13900000001")
    session.commit()
    read_as(session, Reader("zilu_staff", (("zilu.account", str(desk.officer.id)),)))
    asked = scripts._candidates(second.id, wordings_alike.bands(told)).with_only_columns(Complaint.id)
    said = str(asked.compile(session.connection(), compile_kwargs={"literal_binds": True}))
    session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = "\n".join(session.scalars(text(f"EXPLAIN {said}".replace(":", "\\:"))))
    assert "pk_complaint" in plan
    assert "complaint_script" not in plan
    assert [each.complaint.id for each in scripts.alike(session, second)] == [first.id]


def test_letters_to_open_and_to_serve_are_found_by_an_index_of_just_those(session: Session) -> None:
    assert "ix_service_to_open" in _plan(session, Written(lambda: select(notices.unopened())))
    to_serve = select(Service.id).where(queries_serving.waits_to_be_served()).order_by(Service.id).limit(50)
    assert "ix_service_to_serve" in _plan(session, Written(lambda: to_serve))


def test_words_are_looked_for_in_what_a_view_holds_and_not_in_all_that_was_ever_told(session: Session) -> None:
    """A list of every name that was ever told took three seconds of a page that shows ten complaints."""
    desk = Desk(session, NOW)
    desk.received()
    session.commit()
    read_as(session, SYSTEM_READER)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    conditions = [and_(*part) for part in parts(session, Asked(text="青屿消费"), desk.officer)]
    asked = select(QueueEntry.complaint_id).where(or_(*conditions))
    words = asked.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True, "render_postcompile": True})
    plan = "\n".join(session.connection().exec_driver_sql(f"EXPLAIN {words}").scalars())
    assert re.search(r"ix_named_company_complaint_id\b.*\n +Index Cond: \(complaint_id = complaint.id\)", plan), plan
