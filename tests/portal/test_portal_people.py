"""A lead changes who leads; a receipt proves what was sent; whoever is signed in is warned before the session ends."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from core import clock, show
from core.actors import Actor
from core.db import transaction
from core.errors import NotNow
from registry import accounts
from registry.models import Party
from registry.models_accounts import Account
from tests.builders import actor_of
from tests.conftest import NOW
from tests.core import making_files as made
from tests.portal.house import (  # noqa: F401 - fixtures
    ANSWER,
    Enter,
    Sent,
    address,
    enter,
    opened,
    sent,
    today,
)


def test_a_lead_changes_the_role_of_others_of_its_own_company(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, member, stranger = enter(sent.lead), enter(sent.member), enter(sent.stranger)
    stranger.post(f"/portal/people/{sent.member}/role", 404, wanted="lead")
    member.post(f"/portal/people/{sent.lead}/role", 403, wanted="member")
    lead.post(f"/portal/people/{sent.lead}/role", 403, wanted="member")
    lead.post(f"/portal/people/{sent.member}/role", key="up", wanted="lead")
    member.get("/portal/", 302)
    with app.app_context(), transaction() as at:
        assert {"lead", "respondent"} <= at.get_one(Account, sent.member).role_words
    assert "Make a member" in lead.get("/portal/people")
    lead.post(f"/portal/people/{sent.member}/role", key="down", wanted="member")
    with app.app_context(), transaction() as at:
        assert "lead" not in at.get_one(Account, sent.member).role_words


def test_a_page_that_stood_open_does_not_turn_round_what_a_colleague_did(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, where = enter(sent.lead), f"/portal/people/{sent.member}"
    lead.post(f"{where}/role", key="a", wanted="lead")
    assert "Somebody else changed this" in lead.post(f"{where}/role", 409, key="b", wanted="lead")
    assert 'value="lock"' in lead.get("/portal/people")
    lead.post(f"{where}/lock", key="c", wanted="lock")
    assert "This account is already locked." in lead.post(f"{where}/lock", 409, key="d", wanted="lock")
    with app.app_context(), transaction() as at:
        left = at.get_one(Account, sent.member)
        assert (left.locked_at is not None, "lead" in left.role_words) == (True, True)
    lead.post(f"{where}/lock", 404, key="e")
    lead.post(f"{where}/lock", key="f", wanted="open")
    assert "This account is not locked." in lead.post(f"{where}/lock", 409, key="g", wanted="open")


def test_a_lead_does_not_open_what_the_association_locked(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    security = Actor(None, frozenset({"security_admin"}))
    with app.app_context(), transaction() as at:
        accounts.lock(at, at.get_one(Account, sent.member), actor=security, why="misuse", now=NOW)
    lead = enter(sent.lead)
    assert 'value="open"' not in (page := lead.get("/portal/people"))
    assert "only the association opens it again" in page
    lead.post(f"/portal/people/{sent.member}/lock", 403, key="a", wanted="open")
    with app.app_context(), transaction() as at:
        of_company = actor_of(at.get_one(Account, sent.lead))
        accounts.unlock(at, at.get_one(Account, sent.member), actor=security, now=NOW)
        accounts.lock(at, at.get_one(Account, sent.member), actor=of_company, why="left", now=NOW)
        accounts.lock(at, at.get_one(Account, sent.member), actor=security, why="misuse", now=NOW)
        with pytest.raises(NotNow):
            accounts.lock(at, at.get_one(Account, sent.member), actor=security, why="misuse", now=NOW)
    lead.post(f"/portal/people/{sent.member}/lock", 403, key="b", wanted="open")
    with app.app_context(), transaction() as at:
        assert at.get_one(Account, sent.member).locked_at is not None


def test_a_receipt_proves_what_was_sent_and_a_session_is_gone_on_with(enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, stranger = opened(enter, sent), enter(sent.stranger)
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look", files=(BytesIO(made.picture()), "记录.png"))
    lead.post(address(sent, "answer", "check"), seen="1", warned="y", general="y")
    page = lead.get(address(sent))
    url = next(part for part in page.split('"') if part.endswith(".pdf") and "/receipts/" in part)
    stranger.get(url, 404)
    lead.get(url.replace("/receipts/", "/receipts/9"), 404)
    one, two = (lead.client.get(url).data for _each in range(2))
    assert hashlib.sha256(one).digest() == hashlib.sha256(two).digest()
    with pikepdf.open(BytesIO(one)) as pdf:
        assert len(pdf.pages) == 1
    assert 'data-session-end="3300"' in page
    assert 0 < lead.client.get("/account/stay").json["left"] <= 12 * 60 * 60


def test_the_end_that_no_click_puts_off_is_told_in_time(enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, began = enter(sent.lead), clock.now()
    for half in range(1, 24):
        with time_machine.travel(began + timedelta(hours=half / 2), tick=False):
            left = int(lead.client.get("/account/stay").json["left"])
            assert abs(left - (12 - half / 2) * 60 * 60) < 60
    with time_machine.travel(began + timedelta(hours=11.5), tick=False):
        page, ends = lead.get("/portal/"), show.lately(began + timedelta(hours=12))
    assert f"You will be signed out at {ends}, twelve hours after you signed in" in page
    assert 1700 < int(page.partition('data-session-left="')[2].partition('"')[0]) <= 1800


def test_who_comes_back_to_the_form_of_a_sent_answer_sees_what_was_sent(enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead = opened(enter, sent)
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look")
    lead.post(address(sent, "answer", "check"), seen="1", warned="y", general="y")
    back = lead.client.get(address(sent, "answer"))
    assert (back.status_code, back.headers["Location"]) == (302, address(sent))
    assert "Your answers" in lead.get(address(sent))


def test_an_invited_person_is_marked_and_the_invitation_is_withdrawn_or_sent_again(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    lead = enter(sent.lead)
    lead.post("/portal/people", name="新人", mail="new@example.com", role="member", key="invite")
    with app.app_context(), transaction() as at:
        new = at.scalars(select(Account.id).where(Account.name == "新人")).one()
    page = lead.get("/portal/people")
    assert "Invited, not accepted yet" in page
    assert f"/portal/people/{new}/role" not in page
    enter(sent.stranger).post(f"/portal/people/{new}/withdraw", 404)
    enter(sent.member).post(f"/portal/people/{new}/withdraw", 403)
    lead.post(f"/portal/people/{new}/withdraw", key="w")
    assert "Invitation withdrawn" in lead.get("/portal/people")
    lead.post(f"/portal/people/{new}/invite", key="again")
    assert "Invited, not accepted yet" in lead.get("/portal/people")


def test_a_lead_chooses_in_which_language_the_company_is_written_to(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, member, where = enter(sent.lead), enter(sent.member), "/portal/address"
    assert "letters-language" in lead.get(where)
    assert "letters-language" not in member.get(where)
    member.post(f"{where}/language", 403, **{"letters-language": "en", "letters-key": "m"})
    lead.post(f"{where}/language", 422, **{"letters-language": "fr", "letters-key": "f"})
    lead.post(f"{where}/language", **{"letters-language": "en", "letters-key": "e"})
    with app.app_context(), transaction() as at:
        party = at.get_one(Party, at.get_one(Account, sent.lead).party_id)
        assert party.language == "en"
    assert ">English</dd>" in member.get(where)
