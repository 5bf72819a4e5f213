"""A firm that was asked for material and has ceased to exist since: whoever asked does not wait for it."""

from datetime import timedelta

from flask import Flask

from core.clock import day_of
from core.db import transaction
from portal import materials
from registry import successions
from tests.builders import Desk
from tests.conftest import NOW
from tests.portal.house import Enter, enter, today

__all__ = ["enter", "today"]


def test_whoever_asked_a_firm_that_is_gone_since_is_told_to_wait_no_more(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        due = day_of(NOW + timedelta(days=5))
        asked = {"firm_id": desk.firm.id, "text": "通话记录", "due_on": due, "actor": desk.lead, "now": NOW}
        number, lead, firm = materials.ask(at, desk.forwarded(), **asked).id, desk.lead.id, desk.firm_lead.id  # type: ignore[arg-type]
        said = {"on": day_of(NOW), "evidence": "注销登记", "actor": desk.head, "version": None, "now": NOW}
        successions.cease(at, desk.firm, **said)  # type: ignore[arg-type]
    assert "This firm has ceased to exist" in enter(lead or 0).get(f"/portal/materials/{number}")
    assert "This firm has ceased to exist" not in enter(firm or 0).get(f"/portal/materials/{number}")
