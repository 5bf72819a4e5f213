"""What somebody looks for first on a page stands first there, and in words that tell one thing from another."""

import re

from flask import Flask

from casework.models import Forwarding
from core.clock import day_of
from core.db import transaction
from portal import policies_materials
from registry import clock_moves
from registry.models_accounts import Account
from registry.models_clocks import ClockEnd
from tests.builders import actor_of
from tests.casework.house import House, fill, house
from tests.codes import opened
from tests.conftest import NOW
from tests.portal.house import Enter, Sent, enter, sent, today

__all__ = ["enter", "house", "sent", "today"]


def test_the_reply_and_the_question_about_it_stand_before_what_only_informs(house: House) -> None:
    fill(house, lambda desk: {"id": desk.released().id})
    browser = house.app.test_client()
    with browser.session_transaction() as cookie:
        cookie.update(opened(house.app, house.made["id"]))
    page = browser.get("/track/complaint").text
    order = [page.index(f'id="{each}"') for each in ("state", "reply-1", "feedback", "time", "messages")]
    assert order == sorted(order)


def test_who_takes_a_complaint_by_telephone_is_offered_companies_by_every_name(house: House) -> None:
    fill(house, lambda _desk: {})
    page = house.enter("intake").get("/staff/complaints/new")
    fields = re.findall(r"<input[^>]*>", page)
    for name in ("value", "more", "firm"):
        field = next(each for each in fields if f'name="{name}"' in each)
        assert 'data-suggest="/complain/companies"' in field, name


def test_the_list_of_a_company_says_when_each_matter_came(app: Flask, enter: Enter, sent: Sent) -> None:
    with app.app_context(), transaction() as at:
        day = day_of(at.get_one(Forwarding, sent.number).sent_at)
    assert f"sent {day.day} {day:%b}" in enter(sent.lead).get("/portal/")


def test_a_company_that_is_late_is_not_told_to_open_what_it_has_opened(app: Flask, sent: Sent) -> None:
    with app.app_context(), transaction() as at:
        it = at.get_one(Forwarding, sent.number)
        lead = actor_of(at.get_one(Account, sent.lead))
        before = [str(each) for each in policies_materials.asking(at, it, lead, day_of(NOW))]
        it.state = "OVERDUE"
        for each in policies_materials.own_periods(at, it):
            clock_moves.end(at, each, ClockEnd.STOPPED, NOW)
        after = [str(each) for each in policies_materials.asking(at, it, lead, day_of(NOW))]
        at.rollback()
    assert before
    assert after == [], "as long as its answer is taken late it may ask its firm"
