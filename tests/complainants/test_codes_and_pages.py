"""Which complaint a page belongs to: codes, links and cookies open their own alone, and nothing is put into another."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from casework import intake
from casework.models import Complaint, Message
from core import openings, valkey
from core.actors import SYSTEM
from core.db import transaction
from tests.builders import Desk, submission
from tests.codes import opened
from tests.complainants.test_people_in_trouble import tracked
from tests.complainants.test_tracking_page import Tracks, today, tracks
from tests.conftest import NOW

__all__ = ["today", "tracks"]


def test_while_a_complaint_is_open_the_code_of_another_is_entered_beside_it(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).received().id
    browser = tracks(number)
    assert browser.get("/track/").location == "/track/complaint"
    assert 'data-other="/track/?other=1"' in browser.get("/track/complaint").text
    page = browser.get("/track/?other=1").text
    assert "Another complaint is open in this browser" in page
    assert 'name="code"' in page
    assert "/track/leave" in page
    stranger = app.test_client()
    assert "Another complaint" not in stranger.get("/track/?other=1", headers={"Accept-Language": "en"}).text


def test_a_page_of_one_complaint_does_nothing_to_another_that_was_opened_meanwhile(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        one, two = desk.received().id, desk.received(name="别人").id
    browser = tracks(one)
    (of,) = set(re.findall(r'name="of" value="([^"]+)"', browser.get("/track/complaint").text))
    with browser.session_transaction() as cookie:
        cookie.update(opened(app, two))
    sent = {"message": {"m-body": "只给第一件的话"}, "withdraw": {"w-pressure": "no"}, "name": {}}
    for where, fields in sent.items():
        refused = browser.post(f"/track/{where}", data={"of": of, **fields})
        assert refused.status_code == 403, where
        assert "Another complaint is open in this browser" in refused.text, where
        assert all(word in refused.text for word in fields.values()), "what was typed waits for its own complaint"
    with app.app_context(), transaction() as at:
        assert not at.scalars(select(Message)).all()
        assert at.get_one(Complaint, two).state == "RECEIVED"
    (own,) = set(re.findall(r'name="of" value="([^"]+)"', browser.get("/track/complaint").text))
    assert browser.post("/track/message", data={"of": own, "m-body": "给第二件的话"}).status_code == 303


def test_what_was_written_for_one_complaint_is_never_put_into_the_form_of_another(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        (one, first), (_two, second) = (intake.submit(at, submission(), key=k, actor=SYSTEM, now=NOW) for k in "ab")
        ref = one.ref
    browser = tracked(app, second)
    held = {"of": ref, "m-body": "只给第一件的话", "m-key": "m"}
    asked = browser.post("/track/message", data=held).text
    assert f"It belongs to complaint {ref}, and another complaint was opened" in asked
    assert "nothing was done for" not in asked, "which is not why"
    carried = dict(re.findall(r'<input type="hidden" name="(of|m-\w+)" value="([^"]*)">', asked))
    assert carried == held
    refused = browser.post("/track/", data=carried | {"code": second})
    assert refused.status_code == 403
    assert "<textarea" not in refused.text
    assert browser.post("/track/", data=carried | {"code": first}).text.count("只给第一件的话") == 1
    assert ref in browser.get("/track/complaint").text


def test_a_link_of_a_lost_code_that_is_over_says_so_before_anything_is_pressed(app: Flask) -> None:
    browser = app.test_client()
    browser.set_cookie("lang", "en")
    for token in ("garbage", "1.2.x", f"{'9' * 40}.1.x"):
        page = browser.get(f"/track/lost/{token}").text
        assert "This link is not valid any more" in page
        assert "Show me a new code" not in page
        assert 'href="/track/lost"' in page


def test_a_copy_of_the_cookie_opens_nothing_after_somebody_left(
    app: Flask, tracks: Tracks, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).received().id
    browser, copy, other = tracks(number), app.test_client(), tracks(number)
    with browser.session_transaction() as cookie, copy.session_transaction() as copied:
        copied.update(cookie)
    assert copy.get("/track/complaint").status_code == 200
    with copy.session_transaction() as cookie:
        held = dict(cookie)
    browser.post("/track/leave", data={"quickly": "1"})
    assert copy.get("/track/complaint").location == "/track/"
    assert other.get("/track/complaint").status_code == 200, "another opening by the code"
    with copy.session_transaction() as cookie:
        cookie.update(held)
    away = valkey.connected(app, "redis://127.0.0.1:1/0")
    monkeypatch.setitem(app.extensions, openings.KEY, away)
    assert other.get("/track/complaint").status_code == 200, "nobody is shut out while Valkey is away"
    assert other.post("/track/leave", data={"quickly": "1"}).status_code == 204


def test_a_link_with_a_number_that_no_complaint_has_is_over_like_any_other(app: Flask) -> None:
    for token in (f"{'9' * 40}.1.x", f"{'9' * 5000}.1.x", f"1.{'9' * 5000}.x", "x.y.z"):
        answer = app.test_client().post(f"/track/lost/{token}")
        assert (answer.status_code, "该链接已失效" in answer.text) == (409, True), token[:50]


def test_a_slip_in_the_address_of_a_lost_code_is_told(app: Flask) -> None:
    for contact, told in (("abc", 422), ("1380013800", 422), ("nobody@example.com", 303)):
        answer = app.test_client().post("/track/lost", data={"contact": contact, "key": contact})
        assert answer.status_code == told, contact


def test_the_page_says_when_it_closes_and_is_kept_open(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).received().id
    browser = app.test_client()
    browser.set_cookie("lang", "en")
    with browser.session_transaction() as cookie, time_machine.travel(NOW, tick=False):
        cookie.update(opened(app, number))
    with time_machine.travel(NOW + timedelta(minutes=42), tick=False):
        page = browser.get("/track/complaint").text
        assert 'data-session-end="2400" data-session-left="40680"' in page
        assert "This page closes after 45 minutes in which nothing is pressed" in page
        assert "This page closes in 5 minutes" in page
        assert ", 12 hours after you opened it" in page
    with time_machine.travel(NOW + timedelta(minutes=84), tick=False):
        assert browser.get("/track/stay").json == {"left": 38160}
    with time_machine.travel(NOW + timedelta(minutes=100), tick=False):
        assert browser.get("/track/still").json == {"idle": 29 * 60, "left": 37200}, "asking keeps nothing open"
    with time_machine.travel(NOW + timedelta(minutes=126), tick=False):
        assert browser.get("/track/complaint").status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=172), tick=False):
        assert browser.get("/track/stay").location == "/track/"


def test_every_form_of_a_tracked_complaint_says_which_one_it_belongs_to(app: Flask, tracks: Tracks) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        numbers = [desk.released().id, desk.disputed().id, desk.received(contact="13900001111").id]
    for number in numbers:
        page = tracks(number).get("/track/complaint").text
        forms = re.findall(r'<form method="post".*?</form>', page, re.DOTALL)
        lacking = [each for each in forms if 'name="of"' not in each]
        assert len(forms) > len(lacking)
        assert all('action="/track/leave"' in each for each in lacking), "leaving is never refused"
