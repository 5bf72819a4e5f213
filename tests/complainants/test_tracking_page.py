"""What the person of a complaint reads on the tracking page: dates, answers, and words that were written."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework import complaints
from casework.models import Complaint
from core.db import transaction
from notices import serving
from notices.models import Document, Service
from tests.builders import Desk, rendered
from tests.codes import opened
from tests.conftest import NOW

Tracks = Callable[[int], FlaskClient]
"""The browser of the person of this complaint."""


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def tracks(app: Flask) -> Tracks:
    def of(complaint: int) -> FlaskClient:
        browser = app.test_client()
        browser.set_cookie("lang", "en")
        with browser.session_transaction() as cookie:
            cookie.update(opened(app, complaint))
        return browser

    return of


def part(page: str, name: str) -> str:
    """One card of the page."""
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def asked(desk: Desk, **changed: str) -> Complaint:
    """A complaint in which something is missing; nobody has opened the letter that says so."""
    complaint = desk.received(**changed)
    complaints.ask_info(desk.session, complaint, missing=["通话录音"], actor=desk.intake, now=NOW)
    return complaint


def test_whoever_was_asked_for_something_is_told_that_the_time_for_it_begins_with_the_letter(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        number = asked(desk).id
    state = part(tracks(number).get("/track/complaint").text, "state")
    assert "Your time to answer begins when you open the letter." in state
    assert "No date is fixed" not in state


def test_a_letter_that_asks_for_something_and_nobody_opens_has_its_days_in_the_stages(
    app: Flask, tracks: Tracks
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        number = asked(desk, contact="shen@example.invalid").id
        service = at.scalars(select(Service).join(Document).where(Document.kind == "D02")).one()
        rendered(at, service.document, NOW)
        serving.onward(at, service, NOW)
    state = part(tracks(number).get("/track/complaint").text, "state")
    assert "Unless it is opened before, it counts as served on 30 November 2026" in state


def test_whoever_disputed_an_answer_sees_until_when_it_is_checked(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).disputed().id
    page = tracks(number).get("/track/complaint").text
    assert "You can expect the next step by 9 December 2026." in part(page, "state")
    assert "Check of a disputed answer" in part(page, "time")
