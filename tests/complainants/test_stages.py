"""The stages of a complaint: what is waited for, until when even by an estimate, and when each was done."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from casework import complaints, triage
from core.db import transaction
from tests.builders import Desk, person_of
from tests.codes import opened
from tests.complainants.test_tracking_page import part
from tests.conftest import NOW

LATER = NOW + timedelta(days=9)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def shown(app: Flask, number: int, lang: str = "en") -> str:
    browser = app.test_client()
    browser.set_cookie("lang", lang)
    with browser.session_transaction() as cookie:
        cookie.update(opened(app, number))
    return browser.get("/track/complaint").text


def days(page: str) -> dict[str, str]:
    return dict(re.findall(r"<b>([^<]+)</b>\s*<time[^>]*>([^<]+)</time>", part(page, "state")))


@pytest.mark.parametrize("served", [False, True])
def test_whoever_disputed_an_answer_reads_that_a_further_one_was_asked_for_and_until_when(
    app: Flask, *, served: bool
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.disputed()
        complaints.ask_again(at, it, points={it.forwardings[0].id: ["通话次数"]}, actor=desk.officer, now=NOW)
        if served:
            desk.serve("forwarding", it.forwardings[0].id, "D07b")
        number = it.id
    page = shown(app, number)
    state = part(page, "state")
    assert "The association asked for a further answer, and waits for it." in state
    assert "we wait for their answers" not in state
    told = "They have until 2 December 2026 to answer." if served else "Their time begins the day after"
    assert told in state
    assert "No date is fixed" not in state


def test_a_day_by_an_estimate_of_the_calendar_stands_in_the_stages_as_on_its_card(app: Flask) -> None:
    with time_machine.travel(LATER):
        with app.app_context(), transaction() as at:
            desk = Desk(at, LATER)
            case = desk.disputed()
            case.severity = 4
            complaints.escalate(at, case, why="有违反规则的迹象", actor=desk.officer, now=LATER)
            number = case.id
        page = shown(app, number)
    assert "provisionally until 4 January 2027" in part(page, "time")
    assert "You can expect the next step by 4 January 2027, provisionally." in part(page, "state")
    assert "No date is fixed" not in part(page, "state")


def test_each_stage_that_an_end_closed_has_its_day(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        out, settled = desk.received(), desk.released(contact="13900001112")
        triage.reject(at, out, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=NOW)
        complaints.accept_reply(at, settled, actor=person_of(settled), now=NOW)
        numbers = out.id, settled.id
    rejected, accepted = (days(shown(app, number)) for number in numbers)
    assert rejected["The association checks whether it can take the complaint"] == "25 November 2026"
    assert accepted["You say whether the answer settles it"] == "25 November 2026"


def test_what_was_disputed_and_checked_stays_among_the_stages_once_it_is_closed(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.disputed()
        complaints.close(at, it, why="无违规", actor=desk.officer, now=NOW)
        number = it.id
    page = shown(app, number)
    assert days(page)["The association checks what you disputed"] == "25 November 2026"
    state = part(page, "state")
    assert state.index("You say whether") < state.index("checks what you disputed") < state.rindex("<b>Closed</b>")


def test_time_limits_that_are_over_say_whose_they_were(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.accepted(desk.lender, desk.firm)
        for each in it.forwardings:
            desk.serve("forwarding", each.id, "D05b")
            desk.release(desk.answer(each))
        number, names = it.id, (desk.lender.name_zh, desk.firm.name_zh)
    over = part(shown(app, number), "time").partition("Time limits that are over")[2]
    for name in names:
        assert f"Answer of the respondent · {name}" in over
