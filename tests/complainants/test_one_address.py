"""Behind one address of a telephone network are many people: none of them waits for what the others do."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from casework import receipts
from casework.models import Complaint
from complainants import complaining
from core.db import transaction
from core.throttle import limiter
from tests.builders import MAIL, Desk
from tests.codes import opened
from tests.complainants.test_public_form import STEPS
from tests.complainants.test_resume_codes import begun
from tests.conftest import NOW

WRONG = "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"


@pytest.fixture(autouse=True)
def counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """Every browser of a test has the same address; all of it happens in one minute."""
    monkeypatch.setattr(limiter, "enabled", True)
    with time_machine.travel(NOW, tick=False) as now:
        yield now


def browser_of(app: Flask, complaint: int) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("lang", "en")
    with browser.session_transaction() as cookie:
        cookie.update(opened(app, complaint))
    return browser


def complaints(app: Flask, many: int) -> list[int]:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        found: list[Complaint] = [desk.forwarded(role="UNRELATED").complaint for _time in range(many)]
        return [each.id for each in found]


def test_each_of_many_asks_that_a_number_is_left_alone_and_says_that_it_is_worse(app: Flask) -> None:
    for place, complaint in enumerate(complaints(app, 21)):
        browser = browser_of(app, complaint)
        number = {"t-number": f"138000013{place:02}", "t-own": "y"}
        assert browser.post("/track/stop-contact", data=number).status_code == 303
        assert browser.post("/track/worse", data={"x-said": ""}).status_code == 303


def test_one_of_them_who_sends_too_often_reads_how_long_to_wait(app: Flask, counted: time_machine.Traveller) -> None:
    browser = browser_of(app, complaints(app, 1)[0])
    sent = [browser.post("/track/worse", data={"x-said": ""}) for _time in range(21)]
    assert [each.status_code for each in sent[19:]] == [303, 429]
    assert "Please wait 60 minutes and then try again." in sent[-1].text
    assert sent[-1].headers["Retry-After"] == "3600"
    counted.shift(30 * 60)
    browser.get("/track/complaint")
    counted.shift(29 * 60 + 30)
    refused = browser.post("/track/worse", data={"x-said": ""})
    assert "Please wait a minute and then try again." in refused.text
    counted.shift(31)
    assert browser.post("/track/worse", data={"x-said": ""}).status_code == 303


def test_whoever_has_a_right_code_comes_in_whatever_others_tried(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        it = Desk(at, NOW).received()
        it.receipt_hash = receipts.digest(code := receipts.code("of one address"))

    def tried(typed: str) -> int:
        return app.test_client().post("/track/", data={"code": typed}).status_code

    assert {tried(code) for _time in range(61)} == {303}
    assert [tried(WRONG) for _time in range(11)] == [422] * 10 + [429]
    assert tried(code) == 303


def test_whoever_has_a_right_resume_code_goes_on_whatever_others_tried(app: Flask, client: FlaskClient) -> None:
    code = begun(client)

    def tried(typed: str) -> int:
        return app.test_client().post("/complain/resume", data={"code": typed}).status_code

    assert {tried(code) for _time in range(11)} == {303}
    assert [tried(WRONG[:19]) for _time in range(11)] == [422] * 10 + [429]
    assert tried(code) == 303


def test_what_several_people_type_at_once_is_kept(app: Flask) -> None:
    for _person in range(3):
        browser = app.test_client()
        assert browser.post("/complain/who", data=STEPS["who"]).status_code == 303
        kept = [
            browser.post("/complain/conduct/typed", data={"facts": "他们每天打来。", "place": "k"}).status_code
            for _time in range(20)
        ]
        assert set(kept) == {200}


def test_somebody_elses_lost_code_is_another_one(app: Flask, client: FlaskClient) -> None:
    def asked(contact: str) -> int:
        return client.post("/track/lost", data={"ref": "", "contact": contact}).status_code

    assert [asked(f"somebody{each}@example.invalid") for each in range(20)] == [303] * 20
    assert [asked(MAIL) for _time in range(6)] == [303] * 5 + [429]


def test_whoever_sends_pages_of_the_form_too_often_loses_nothing_and_stops_nobody_else(
    app: Flask, client: FlaskClient
) -> None:
    sent = [
        client.post("/complain/who", data=STEPS["who"]).status_code for _time in range(61)
    ]  # the first has no draft yet
    assert set(sent) == {303}
    story = {**STEPS["conduct"], "key": "k", "facts": "他们每天打来，\n也打给我的同事。" * 9}
    page = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
    refused = client.post("/complain/conduct", data=story, headers=page)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "Please wait a minute" in refused.text
    assert all(f'name="{name}"' in refused.text for name in story)
    assert story["facts"] in refused.text
    assert client.get("/complain/conduct").status_code == 200, "reading is not counted"
    beside = app.test_client()
    assert beside.post("/complain/who", data=STEPS["who"]).status_code == 303
    elsewhere = client.post("/complain/conduct", data=story, headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, story["facts"] in elsewhere.text) == (429, False)


def test_all_browsers_of_one_address_together_send_so_many_pages_of_the_form(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaining, "PAGES", "3 per minute")
    sent = [app.test_client().post("/complain/who", data=STEPS["who"]).status_code for _time in range(4)]
    assert sent == [303] * 3 + [429]


def test_the_last_page_which_masks_all_that_was_typed_is_not_shown_without_end(app: Flask, client: FlaskClient) -> None:
    for step, said in STEPS.items():
        client.post(f"/complain/{step}", data=said)
    assert [client.get("/complain/send").status_code for _time in range(31)] == [200] * 30 + [429]
    assert client.head("/complain/send").status_code == 429
    assert client.get("/complain/conduct").status_code == 200
    assert app.test_client().get("/complain/send").status_code == 302, "another draft is counted by itself"
