"""A lead changes who leads; a receipt proves what was sent; whoever is signed in is warned before the session ends."""

import hashlib
import re
from datetime import timedelta
from io import BytesIO

import pdfplumber
import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from core import clock, outbox
from core.actors import SYSTEM, Actor
from core.db import transaction
from core.errors import NotNow
from core.mail import Mail
from core.plainly import lately
from core.throttle import limiter
from registry import accounts, keys_fit, queries
from registry.models import Party
from registry.models_accounts import Account, AccountRole
from tests.builders import actor_of
from tests.conftest import NOW
from tests.filestore import making_files as made
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


@pytest.mark.parametrize("words", [{"lead", "member"}, set()])
def test_a_lead_changes_the_role_of_whoever_was_given_both_or_none(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
    words: set[str],
) -> None:
    with app.app_context(), transaction() as at:
        at.execute(delete(AccountRole).where(AccountRole.account_id == sent.member, AccountRole.role != "respondent"))
        at.add_all(AccountRole(account_id=sent.member, role=each) for each in sorted(words))
    lead = enter(sent.lead)
    wanted = re.findall(r'name="wanted" value="(lead|member)"', lead.get("/portal/people"))
    lead.post(f"/portal/people/{sent.member}/role", wanted=wanted[0])
    with app.app_context(), transaction() as at:
        assert at.get_one(Account, sent.member).role_words == {"respondent", wanted[0]}


def test_a_page_that_stood_open_does_not_turn_round_what_a_colleague_did(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, where = enter(sent.lead), f"/portal/people/{sent.member}"
    lead.post(f"{where}/role", key="a", wanted="lead")
    said = lead.post(f"{where}/role", 409, key="b", wanted="lead")
    assert "Somebody else changed this in the meantime. Look at what changed." in said, "no text is kept of a button"
    assert 'value="lock"' in lead.get("/portal/people")
    lead.post(f"{where}/lock", key="c", wanted="lock")
    assert "Locked; its sessions ended at once." in lead.get("/portal/people")
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
    with pdfplumber.open(BytesIO(one)) as pdf:
        (said,) = (each.extract_text() for each in pdf.pages)
    assert "DEMONSTRATION" in said, "nobody may take it for a real one"
    assert "Beijing time" in said
    assert "1 / 1" in said
    assert 'data-session-end="3300"' in page
    assert 0 < lead.client.get("/account/stay").json["left"] <= 12 * 60 * 60


def test_the_end_that_no_click_puts_off_is_told_in_time(enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, began = enter(sent.lead), clock.now()
    for half in range(1, 24):
        with time_machine.travel(began + timedelta(hours=half / 2), tick=False):
            left = int(lead.client.get("/account/stay").json["left"])
            assert abs(left - (12 - half / 2) * 60 * 60) < 60
    with time_machine.travel(began + timedelta(hours=11.5), tick=False):
        page, ends = lead.get("/portal/"), lately(began + timedelta(hours=12))
    assert f"You will be signed out at {ends}, twelve hours after you signed in" in page
    assert 1700 < int(page.partition('data-session-left="')[2].partition('"')[0]) <= 1800


def test_a_page_that_asks_by_itself_how_much_is_left_keeps_nobody_signed_in(enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, began = enter(sent.lead), clock.now()
    for minutes in (20, 40, 59):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            idle = int(lead.client.get("/account/still").json["idle"])
            assert abs(idle - (60 - minutes) * 60) < 60
    with time_machine.travel(began + timedelta(minutes=61), tick=False):
        assert "/sign-in" in lead.client.get("/account/still").location


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
    assert "within the last hour" in lead.post(f"/portal/people/{new}/invite", 409, key="soon")
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        later = enter(sent.lead)
        later.post(f"/portal/people/{new}/invite", key="again")
        assert "Invited, not accepted yet" in later.get("/portal/people")


def test_whom_the_association_locked_before_accepting_is_sent_no_invitation(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    lead = enter(sent.lead)
    lead.post("/portal/people", name="新人", mail="new@example.com", role="member", key="invite")
    with app.app_context(), transaction() as at:
        new = at.scalars(select(Account).where(Account.name == "新人")).one()
        accounts.lock(at, new, actor=SYSTEM, why="地址有误", now=clock.now())
    page = lead.get("/portal/people")
    assert "only the association opens it again" in page
    assert not [
        each for each in ("Invitation withdrawn", f"/people/{new.id}/invite", f"/{new.id}/role") if each in page
    ]
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        refused = enter(sent.lead).post(f"/portal/people/{new.id}/invite", 409, key="again")
    assert "opened again before another invitation" in refused


def _told(app: Flask, to: str) -> list[str]:
    """What was mailed to an address about invitations."""
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            mails = at.scalars(select(Mail).where(Mail.key.startswith("link:")).order_by(Mail.id)).all()
            return [each.body for each in mails if each.to == to]


def _token(body: str) -> str:
    return body.partition("/sign-in/link/")[2].split()[0]


def test_a_lead_does_not_learn_who_has_an_account_and_its_person_does(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead = enter(sent.lead)
    with app.app_context(), transaction() as at:
        known = at.get_one(Account, sent.stranger).mail
    pages = []
    for place, mail in enumerate((known, "nobody@example.com")):
        lead.post("/portal/people", name="新人", mail=mail, role="member", key=f"i{place}")
        pages.append(re.sub(r"/people/\d+|[\w.-]+@[\w.-]+|\s+|k[0-9a-f]{8,}", " ", lead.get("/portal/people")))
        again = lead.post("/portal/people", 422, name="新人", mail=mail, role="member", key=f"again{place}")
        assert "There is already an account" in again, "of its own company a lead sees everybody anyway"
        assert pages[-1].count("Invited, not accepted yet") == place + 1
        assert "if the address can be used" in pages[-1]
    [told], [link] = _told(app, known), _told(app, "nobody@example.com")
    assert "/sign-in/link/" not in told
    assert "该邮箱已有账号" in told
    with app.app_context(), transaction() as at:
        party = at.get_one(Account, sent.lead).party
        assert party is not None
        assert party.name_zh in told
        assert party.name_zh in link
        found = accounts.by_mail(at, known)
        assert found is not None
        assert found.id == sent.stranger
        keys_fit.check_keys(at)


def test_an_invitation_that_nobody_accepted_takes_no_address_away(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    mail = "wanted@example.com"
    for number in (sent.lead, sent.stranger):
        enter(number).post("/portal/people", name="新人", mail=mail, role="member", key=f"i{number}")
    first, second = _told(app, mail)
    words = {"password": "four words in a row", "again": "four words in a row"}
    with app.app_context(), transaction() as at:
        keys_fit.check_keys(at)
    assert app.test_client().post(f"/sign-in/link/{_token(first)}", data={**words, "key": "a"}).status_code == 303
    late = app.test_client().post(f"/sign-in/link/{_token(second)}", data={**words, "key": "b"})
    assert (late.status_code, "该邮箱已有账号" in late.text) == (409, True)
    with app.app_context(), transaction() as at:
        found = accounts.by_mail(at, mail)
        assert found is not None
        assert found.party_id == at.get_one(Account, sent.lead).party_id


def test_a_company_invites_so_often_an_hour_and_no_more(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lead, member = enter(sent.lead), enter(sent.member)
    monkeypatch.setattr(limiter, "enabled", True)
    wanted = {"name": "新人", "role": "member"}
    for each in range(25):
        member.post("/portal/people", 403, **wanted, mail=f"m{each}@example.com", key=f"m{each}")
    for each in range(19):
        lead.post("/portal/people", **wanted, mail=f"a{each}@example.com", key=f"a{each}")
    again = lead.post("/portal/people", 422, **wanted, mail="a0@example.com", key="again")
    assert "There is already an account" in again, "what is refused counts once, and is shown"
    lead.post("/portal/people", 429, **wanted, mail="more@example.com", key="more")
    lead.post(f"/portal/people/{sent.member}/invite", 429)
    lead.get("/portal/people")
    enter(sent.stranger).post("/portal/people", 422)


def test_an_address_that_a_colleague_signed_since_is_not_ended_from_an_older_page(enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, where = enter(sent.lead), "/portal/address"
    stood = re.search(r'name="version"[^>]*value="(\d+)"', lead.get(where))
    words = {"contact_name": "林岚", "contact_phone": "0100-5550101", "signed_name": "青屿联系人", "understood": "y"}
    said = {**words, "version": stood[1] if stood else "", "rule": "OPENED_OR_DEEMED 3 WD"}
    lead.post(where, **said, postal_address="海望区 2 号", key="first")
    refused = lead.post(where, 409, **said, postal_address="海望区 1 号", key="second")
    assert "海望区 2 号" in refused, "what stands"
    assert "海望区 1 号" in refused, "what was typed"
    assert "checked" not in re.findall(r"<input[^>]*understood[^>]*>", refused)[0], (
        "said of the old page, not of this one"
    )


def test_a_service_address_is_signed_in_ones_own_name_and_those_before_stay_to_be_read(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    lead, where = enter(sent.lead), "/portal/address"
    with app.app_context(), transaction() as at:
        account = at.get_one(Account, sent.lead)
        before, account.name = queries.service_address(at, account.party_id or 0), "林岚岚"
        assert before is not None
        stood, signer = before.postal_address, before.signed_name
    assert 'id="former"' not in lead.get(where)
    assert re.search(r'name="signed_name"[^>]*value="([^"]*)"', lead.get(where))[1] == "林岚岚", "not a colleague's"
    said = {"contact_name": "林岚", "contact_phone": "0100-5550101", "understood": "y", "version": str(before.id)}
    said |= {"rule": "OPENED_OR_DEEMED 3 WD", "postal_address": "海望区 9 号"}
    assert "Sign with your own name" in lead.post(where, 422, **said, signed_name="别人")
    lead.post(where, **said, signed_name=" 林 岚岚")
    former = enter(sent.member).get(where).partition('id="former"')[2]
    assert [each for each in (stood, signer) if each not in former] == []
    assert "海望区 9 号" not in former


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
