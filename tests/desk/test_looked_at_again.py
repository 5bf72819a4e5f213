"""What stands on the page of a complaint about others: quoted, merged, looked at again."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, rechecks, triage
from casework.models import Complaint
from registry.models_accounts import Account
from tests.builders import Desk, person_of
from tests.builders_cases import actor
from tests.casework.house import House, fill, house, today
from tests.conftest import NOW

__all__ = ["house", "today"]


def test_an_earlier_complaint_whose_number_a_person_quotes_stands_beside_the_new_one(house: House) -> None:
    def made(desk: Desk) -> dict[str, Any]:
        old = desk.received()
        new = desk.received(contact="13900003334", facts=f"我之前的投诉编号为{old.ref.lower()}，该公司仍在致电。")
        return {"old": old.ref, "new": new.ref}

    fill(house, made)
    page = house.enter("intake").get(f"/staff/complaints/{house.made['new']}")
    assert f'Quotes <a href="/staff/complaints/{house.made["old"]}">' in page
    assert "Quotes <a" not in house.enter("intake").get(f"/staff/complaints/{house.made['old']}")


def test_a_complaint_that_ended_as_another_ones_and_is_looked_at_again_is_not_said_to_follow_it(house: House) -> None:
    def made(desk: Desk) -> dict[str, Any]:
        lead, second = desk.received(), desk.received()
        triage.merge(desk.session, second, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)
        return {"lead": lead.ref, "second": second.ref}

    def again(at: Session) -> None:
        lead, second = (
            at.scalars(select(Complaint).where(Complaint.ref == house.made[each])).one() for each in ("lead", "second")
        )
        complaints.withdraw(at, lead, pressure=False, actor=person_of(lead), now=NOW)
        head = actor(at.get_one(Account, house.people["head"]))
        rechecks.recheck(at, second, why="误并", own_error=True, actor=head, now=NOW)

    fill(house, made)
    page = f"/staff/complaints/{house.made['second']}"
    assert f'Follows <a href="/staff/complaints/{house.made["lead"]}">' in house.enter("intake").get(page)
    house.read(again)
    assert f'Was merged into <a href="/staff/complaints/{house.made["lead"]}">' in house.enter("intake").get(page)
