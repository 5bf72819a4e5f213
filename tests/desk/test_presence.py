"""Who else is here: told to those who may see the same thing, forgotten after a minute, missed by nobody."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from redis import Redis
from sqlalchemy import select

from casework import recusals
from casework.models import Forwarding
from casework.models_cases import CaseFile
from core import clock, presence
from core.db import transaction
from registry.models_accounts import Account, WebSession
from tests.builders_cases import actor
from tests.casework.house import Browser, House, case, house, received, today
from tests.conftest import NOW
from tests.portal.house import Enter, Sent, enter, sent

__all__ = ["case", "enter", "house", "received", "sent", "today"]


@pytest.fixture(autouse=True)
def nobody_yet(app: Flask) -> None:
    """Other tests met here under the same numbers."""
    valkey = app.extensions[presence.KEY]
    for key in valkey.scan_iter(f"{presence.KEY}:*"):
        valkey.delete(key)


def others(browser: Browser, where: str, how: str = "", status: int = 200) -> str:
    answer = browser.client.get(f"/presence/{where}{how}")
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def test_two_people_at_one_complaint_see_each_other_and_who_writes(received: House) -> None:
    where = f"complaint/{received.made['id']}"
    first, second = received.enter("intake"), received.enter("officer")
    assert others(first, where) == ""
    assert others(second, where, "?page=b&writes=1") == "受理甲 is viewing"
    assert others(first, where) == "经办乙 is writing here"
    others(second, where, "?page=a&gone=1", 204)  # the page before, which is heard late
    assert others(first, where) == "经办乙 is writing here"
    others(second, where, "?page=b&gone=1", 204)
    assert others(first, where) == ""
    assert f'data-presence="/presence/{where}"' in first.get(f"/staff/complaints/{received.made['ref']}")


def test_of_two_pages_of_one_person_neither_speaks_for_the_other(received: House) -> None:
    where = f"complaint/{received.made['id']}"
    first, second = received.enter("intake"), received.enter("officer")
    others(second, where, "?page=a&writes=1")
    others(second, where, "?page=b")
    assert others(first, where) == "经办乙 is writing here"
    others(second, where, "?page=b&gone=1", 204)
    assert others(first, where) == "经办乙 is writing here"
    others(second, where, "?page=c")
    others(second, where, "?page=a&gone=1", 204)
    assert others(first, where) == "经办乙 is viewing"
    assert others(second, where, "?page=c") == "受理甲 is viewing"
    with time_machine.travel(NOW + timedelta(seconds=2 * presence.LASTS)):
        assert others(first, where) == ""
        kept = received.app.extensions[presence.KEY].hkeys(f"{presence.KEY}:staff:complaint:{received.made['id']}")
    assert len(kept) == 1, "what was not heard of for so long is forgotten"


def test_on_a_forwarding_one_sees_who_is_at_its_complaint(sent: Sent, received: House) -> None:
    officer, intake = received.enter("officer"), received.enter("intake")
    where = re.search(r'data-presence="/presence/([^"]+)"', officer.get(f"/staff/forwardings/{sent.number}"))
    assert where is not None
    assert others(officer, where[1]) == ""
    complaint = received.read(lambda at: at.get_one(Forwarding, sent.number).complaint_id)
    assert others(intake, f"complaint/{complaint}") == "经办乙 is viewing"


def test_whoever_says_nothing_for_a_minute_is_gone(received: House) -> None:
    where = f"complaint/{received.made['id']}"
    others(received.enter("intake"), where)
    with time_machine.travel(NOW + timedelta(seconds=2 * presence.LASTS)):
        assert others(received.enter("officer"), where) == ""


def test_whoever_may_not_see_a_case_learns_of_nobody_there(case: House, sent: Sent, enter: Enter) -> None:
    where = f"case/{case.made['case']}"
    officer, head = case.enter("officer"), case.enter("head")
    assert others(officer, where) == ""
    assert others(head, where) == "经办乙 is viewing"
    with case.app.app_context(), transaction() as at:
        it, person = at.get_one(CaseFile, case.made["case"]), at.get_one(Account, case.people["officer"])
        recusals.declare(at, it, ground="RELATIVE", facts="亲属", actor=actor(person), now=clock.now())
    others(officer, where, status=404)
    member = enter(sent.member)
    assert member.client.get(f"/presence/{where}").status_code == 404


def test_people_of_one_company_meet_at_their_draft_and_nobody_else(sent: Sent, enter: Enter, received: House) -> None:
    where = f"/presence/draft/answer:{sent.number}:0"
    member, lead = enter(sent.member), enter(sent.lead)
    assert member.client.get(f"{where}?writes=1").text == ""
    assert lead.client.get(where).text == "青屿经办 is writing here"
    assert received.enter("intake").client.get(where).status_code == 404


def test_a_page_works_while_valkey_is_away(received: House) -> None:
    kept = received.app.extensions[presence.KEY]
    received.app.extensions[presence.KEY] = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    try:
        browser = received.enter("intake")
        assert others(browser, f"complaint/{received.made['id']}") == ""
        browser.get(f"/staff/complaints/{received.made['ref']}")
    finally:
        received.app.extensions[presence.KEY] = kept


def test_an_open_page_keeps_nobody_signed_in(received: House) -> None:
    browser, last = received.enter("intake"), select(WebSession.last_seen_at).order_by(WebSession.id.desc()).limit(1)
    before = received.read(lambda at: at.scalar(last))
    with time_machine.travel(NOW + timedelta(minutes=10)):
        others(browser, f"complaint/{received.made['id']}")
        assert received.read(lambda at: at.scalar(last)) == before
        browser.get(f"/staff/complaints/{received.made['ref']}")
        assert received.read(lambda at: at.scalar(last)) > before
