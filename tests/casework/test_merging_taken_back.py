"""What people of one entry did, were told and declared while two were taken for one, once that is taken back."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework import matters, recusals
from casework.models import Task
from casework.policies_impartial import no_part_in_complaint
from core import journal
from notices import queries as notices
from notices import serving
from registry import clocks
from tests.builders import rendered
from tests.casework.test_merging import TWIN, Twins
from tests.conftest import NOW


def test_what_people_of_one_entry_did_for_the_other_while_merged_is_looked_through_afterwards(session: Session) -> None:
    desk = Twins(session, NOW)
    theirs, own = desk.sent(desk.twin, TWIN), desk.sent(desk.lender, desk.lender.name_zh)
    merge = desk.merge()
    desk.serve("forwarding", theirs.id, "D05b")
    desk.serve("forwarding", own.id, "D05b")
    for it in (theirs, own):
        desk.answer(it, now=desk.on(1))
    journal.settle(session)  # that was another transaction
    desk.undo(merge, now=desk.on(2))
    assert theirs.party is desk.twin
    assert session.scalars(select(Task.subject_id).where(Task.kind == matters.BY_OTHERS)).all() == [theirs.id]


def test_a_letter_of_which_people_of_the_other_entry_were_told_while_merged_is_served_anew_afterwards(
    session: Session,
) -> None:
    desk = Twins(session, NOW)
    it = desk.sent(desk.twin, TWIN)
    merge = desk.merge()
    letter = notices.last_document(session, ["D05b"], "forwarding", it.id)
    assert letter is not None
    (service,) = rendered(session, letter, NOW)
    serving.onward(session, service, NOW)
    assert service.state == "ALERTED"
    desk.undo(merge, now=desk.on(1))
    assert (service.party_id, service.state) == (desk.twin.id, "READY"), "nothing reaches it online: on paper"
    assert clocks.live(session, "K28", ("service", service.id)) is None


@pytest.mark.parametrize("when", ["before", "while one", "after"])
def test_an_interest_declared_while_two_entries_were_one_ties_to_both_of_them_afterwards(
    session: Session, when: str
) -> None:
    desk = Twins(session, NOW)
    said: dict[str, Any] = {"kind": "SHARES", "from_on": date(2025, 1, 1), "to_on": None, "note": "", "now": NOW}

    def declare(now: str) -> None:
        if now == when:
            recusals.declare_interest(session, desk.lender, **said, actor=desk.officer, today=NOW.date())

    declare("before")
    merge = desk.merge()
    declare("while one")
    desk.undo(merge)
    declare("after")
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    about = [
        desk.sent(entry, name).complaint_id for entry, name in ((desk.lender, desk.lender.name_zh), (desk.twin, TWIN))
    ]
    kept = [any(no_part_in_complaint(session, desk.officer, number, NOW.date())) for number in about]
    assert kept == [True, when == "while one"]
