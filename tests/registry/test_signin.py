"""What signing in promises (trust.md 7, 12 to 17)."""

import re
from datetime import UTC, datetime, timedelta

import argon2
import pyotp
import pytest
import time_machine
from flask import Flask
from flask import session as cookie
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core import clock
from core.actors import SYSTEM, Actor
from core.db import PUBLIC, Reader, transaction
from core.errors import BadInput, NotNow
from registry import accounts, credentials, door, parties, sessions, signin
from registry.models import PartyKind
from registry.models_accounts import Account, AccountSecret, Audience, SignInTry, WebSession
from registry.models_settings import Installation
from registry.signin import Outcome
from tests.builders import Desk
from tests.codes import opened
from tests.conftest import REAL_HASHER, REAL_NOBODYS

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
GOOD = "four words in a row"
MAIL = "li@example.com"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def person(session: Session, *, enrolled: bool = True) -> Account:
    """Make an account that can sign in."""
    account = accounts.invite(
        session, actor=SYSTEM, mail=MAIL, name="李青", audience=Audience.STAFF, roles=["intake"], now=NOW
    )
    credentials.set_password(session, account, password=GOOD, actor=SYSTEM, now=NOW)
    if enrolled:
        secret = session.get_one(AccountSecret, account.id)
        secret.totp_secret, secret.totp_at = SECRET, NOW
    session.flush()
    return account


def attempt(
    session: Session, password: str, *, mail: str = MAIL, address: str = "1.1.1.1", now: datetime = NOW
) -> Outcome:
    """Try once."""
    return signin.password(session, mail=mail, password=password, address=address, client="test", now=now)


def code_at(instant: datetime) -> str:
    """What the person's app shows."""
    return pyotp.TOTP(SECRET).at(instant)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Count the password checks."""
    done: list[str | None] = []
    real = credentials._hasher.verify

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(credentials_hasher, name)

        def verify(self, known: str, typed: str) -> bool:
            done.append(known)
            return real(known, typed)

    credentials_hasher = credentials._hasher
    monkeypatch.setattr(credentials, "_hasher", Counting())
    return done


@pytest.mark.parametrize("mail", [MAIL, "nobody@example.com"])
def test_exactly_one_password_is_checked_and_the_answer_is_the_same(
    session: Session, checks: list[str | None], mail: str
) -> None:
    person(session)
    checks.clear()
    outcome = attempt(session, "wrong password", mail=mail)
    assert len(checks) == 1
    assert isinstance(outcome.refused, BadInput)
    assert str(outcome.refused.field) == "password"
    assert not outcome.token


def test_a_password_costs_64_mib_three_times_nobodys_as_much_and_one_hashed_for_less_is_hashed_anew_when_used(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = session.get_one(AccountSecret, person(session).id)
    monkeypatch.setattr(credentials, "_hasher", REAL_HASHER)
    assert attempt(session, GOOD).step == "CODE"
    kept = str(secret.password_hash)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert argon2.extract_parameters(kept) == argon2.extract_parameters(REAL_NOBODYS)
    assert attempt(session, GOOD).step == "CODE"
    assert secret.password_hash == kept


def test_staff_are_not_in_before_the_second_factor(session: Session) -> None:
    person(session)
    outcome = attempt(session, GOOD)
    assert outcome.step == "CODE"
    assert sessions.seen(session, outcome.token, NOW) is None


def test_a_code_is_good_once_and_the_session_id_is_new(session: Session) -> None:
    account = person(session)
    waits = attempt(session, GOOD).token
    opened = signin.code(session, token=waits, code=code_at(NOW), address="a", client="", now=NOW)
    assert opened.step == "OPEN"
    assert opened.token != waits
    seen = sessions.seen(session, opened.token, NOW)
    assert seen is not None
    assert seen.account_id == account.id
    assert seen.roles == {"intake"}
    again, later = attempt(session, GOOD).token, NOW + timedelta(seconds=30)
    refused = signin.code(session, token=again, code=code_at(NOW), address="a", client="", now=NOW)
    assert isinstance(refused.refused, BadInput)
    spent = signin.code(session, token=waits, code=code_at(later), address="a", client="", now=later)
    assert isinstance(spent.refused, NotNow), "this sign-in has been passed"
    assert signin.code(session, token=again, code=code_at(later), address="a", client="", now=later).step == "OPEN"


def test_a_right_code_comes_too_late_ten_minutes_after_the_password(session: Session) -> None:
    person(session)
    waits, late = attempt(session, GOOD).token, NOW + timedelta(minutes=11)
    refused = signin.code(session, token=waits, code=code_at(late), address="a", client="", now=late)
    assert isinstance(refused.refused, NotNow)
    assert not refused.token


def test_a_demonstration_account_opens_nothing_and_is_shown_no_code_in_production(session: Session) -> None:
    person(session).demonstration = True
    waits = attempt(session, GOOD).token
    assert signin.demonstration_code(session, waits, NOW)
    session.get_one(Installation, 1).mode = "production"
    session.flush()
    assert signin.demonstration_code(session, waits, NOW) is None
    refused = attempt(session, GOOD)
    assert isinstance(refused.refused, NotNow)
    assert not refused.token


def test_the_demonstration_shows_no_code_of_anybody_elses_account(session: Session) -> None:
    person(session)
    assert signin.demonstration_code(session, attempt(session, GOOD).token, NOW) is None


def test_a_code_counts_half_a_minute_longer_or_earlier_than_its_app_shows_it_and_no_more(session: Session) -> None:
    person(session)
    waits, step = attempt(session, GOOD).token, timedelta(seconds=credentials.STEP)
    for instant in (NOW - 2 * step, NOW + 2 * step):
        outcome = signin.code(session, token=waits, code=code_at(instant), address="a", client="", now=NOW)
        assert isinstance(outcome.refused, BadInput)
    assert signin.code(session, token=waits, code=code_at(NOW - step), address="a", client="", now=NOW).step == "OPEN"


def test_staff_without_a_second_factor_enrol_one_first(session: Session) -> None:
    person(session, enrolled=False)
    outcome = attempt(session, GOOD)
    assert outcome.step == "ENROL"
    offered = signin.offered_secret(session, outcome.token, NOW)
    assert offered is not None
    wrong = signin.enrol(session, token=outcome.token, code="000000", client="", now=NOW)
    assert wrong.refused is not None
    right = pyotp.TOTP(offered[1]).at(NOW)
    opened = signin.enrol(session, token=outcome.token, code=right, client="", now=NOW)
    assert opened.step == "OPEN"
    assert sessions.seen(session, opened.token, NOW) is not None
    assert attempt(session, GOOD).step == "CODE"


def test_a_locked_account_does_not_sign_in_even_with_the_right_password(session: Session) -> None:
    account = person(session)
    accounts.lock(session, account, actor=Actor(None, frozenset({"security_admin"})), why="left", now=NOW)
    outcome = attempt(session, GOOD)
    assert outcome.refused is not None
    assert session.scalar(select(func.count()).select_from(WebSession)) == 0


def test_an_open_browser_of_a_locked_account_is_nobody(session: Session) -> None:
    account = person(session)
    token = sessions.begin(session, account, passed=True, client="", now=NOW)
    assert sessions.seen(session, token, NOW) is not None
    account.locked_at = NOW
    session.flush()
    assert sessions.seen(session, token, NOW) is None


def enter(
    app: Flask, client: FlaskClient, *, roles: tuple[str, ...] = ("intake",), audience: Audience = Audience.STAFF
) -> int:
    """Sign a demonstration account in through the pages; returns the account's id."""
    with app.app_context(), transaction() as session:
        account = accounts.enter_demonstration(
            session, mail="demo@example.com", name="演示", audience=audience, roles=roles, now=NOW
        )
        number = account.id
    sign_in(client)
    return number


def sign_in(client: FlaskClient, then: str = "/account/", mail: str = "demo@example.com") -> None:
    """Go through mail, password and code."""
    form = {"mail": mail, "password": accounts.DEMONSTRATION_PASSWORD}
    answer = client.post("/sign-in/", query_string={"next": then}, data=form)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    shown = re.search(r'id="demonstration-code">(\d{6})<', page)
    assert shown is not None
    answer = client.post("/sign-in/code", data={"code": shown[1]})
    assert answer.status_code == 303, answer.text
    assert answer.location == then


def test_a_person_signs_in_through_the_pages_and_out_again(app: Flask, client: FlaskClient) -> None:
    enter(app, client)
    assert "demo@example.com" in client.get("/account/").text
    cookie = client.get_cookie("zilu")
    assert cookie is not None
    answer = client.post("/account/sign-out")
    assert answer.status_code == 303
    assert client.get("/account/").status_code == 302
    client.set_cookie("zilu", cookie.value)
    assert client.get("/account/").status_code == 302, "a replayed cookie opens nothing"


def test_who_comes_from_the_code_because_the_telephone_is_lost_finds_that_chosen(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context(), transaction() as session:
        person(session)
    asks = client.post("/sign-in/", data={"mail": MAIL, "password": GOOD}, follow_redirects=True).text
    (there,) = re.findall(r'href="(/sign-in/forgotten[^"]*)"', asks)
    (chosen,) = re.findall(r"<input[^>]*checked[^>]*>", client.get(there).text)
    assert 'value="SECOND_FACTOR"' in chosen
    assert "checked" not in client.get("/sign-in/forgotten?what=nothing").text


def test_what_a_page_sends_after_its_reader_signed_out_is_shown_to_nobody_else(app: Flask, client: FlaskClient) -> None:
    enter(app, client)
    with app.app_context(), transaction() as session:
        accounts.enter_demonstration(
            session, mail="next@example.com", name="后来", audience=Audience.STAFF, roles=("intake",), now=NOW
        )
    page, mine = "/account/notifications", "只有我自己该看到的文字"
    there = {"Referer": f"http://localhost{page}", "Origin": "http://localhost"}
    client.post("/account/sign-out")  # in another tab
    assert client.post(page, data={"remark": mine}, headers=there).status_code == 303
    sign_in(client, page, "next@example.com")
    assert mine not in client.get(page).text


def test_a_planted_cookie_is_dead_after_signing_in(app: Flask, client: FlaskClient) -> None:
    client.get("/sign-in/")
    with client.session_transaction() as planted:
        planted["sid"] = "planted"
    enter(app, client)
    with client.session_transaction() as cookie:
        assert cookie["sid"] != "planted"


def test_the_very_next_request_after_a_change_of_roles_is_refused(app: Flask, client: FlaskClient) -> None:
    number = enter(app, client)
    assert client.get("/account/").status_code == 200
    with app.app_context(), transaction() as session:
        accounts.give_role(session, session.get_one(Account, number), "head", actor=SYSTEM, now=NOW)
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "\\\\evil.example", "http:evil.example", "https://evil.example/x"]
)
def test_signing_in_leads_to_this_site_only(app: Flask, client: FlaskClient, target: str) -> None:
    with app.app_context(), transaction() as session:
        accounts.enter_demonstration(
            session, mail="demo@example.com", name="演示", audience=Audience.STAFF, roles=["intake"], now=NOW
        )
    form = {"mail": "demo@example.com", "password": accounts.DEMONSTRATION_PASSWORD}
    answer = client.post("/sign-in/", query_string={"next": target}, data=form)
    page = client.get(answer.location).text
    shown = re.search(r'id="demonstration-code">(\d{6})<', page)
    assert shown is not None
    assert client.post("/sign-in/code", data={"code": shown[1]}).location == "/account/home"


def test_a_wrong_password_shows_the_page_again_with_the_mail_and_without_the_password(client: FlaskClient) -> None:
    answer = client.post("/sign-in/", data={"mail": "who@example.com", "password": "my secret words"})
    assert answer.status_code == 422
    assert "who@example.com" in answer.text
    assert "my secret words" not in answer.text


def test_an_administrator_has_no_page_of_staff_or_portal(app: Flask, client: FlaskClient) -> None:
    enter(app, client, roles=("system_admin",), audience=Audience.ADMIN)
    assert client.get("/portal/address").status_code == 403
    assert client.get("/first-run").status_code == 200


def test_the_password_is_changed_by_who_knows_it_and_ends_other_sessions(app: Flask, client: FlaskClient) -> None:
    enter(app, client)
    other = app.test_client()
    sign_in(other)
    new = {"own-password": "entirely new words", "own-again": "entirely new words"}
    assert client.post("/account/password", data={"own-old_password": "wrong", **new}).status_code == 422
    old = {"own-old_password": accounts.DEMONSTRATION_PASSWORD}
    assert client.post("/account/password", data={**old, **new}).status_code == 303
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_whoever_finds_an_open_browser_guesses_its_password_no_faster_than_at_the_door(
    app: Flask, client: FlaskClient
) -> None:
    enter(app, client)
    new = {"own-password": "entirely new words", "own-again": "entirely new words"}
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        tries = [client.post("/account/password", data={"own-old_password": f"guess {n}", **new}) for n in range(8)]
        assert tries[0].status_code == 422
        assert tries[-1].status_code == 429, "after some tries one waits"
        right = {"own-old_password": accounts.DEMONSTRATION_PASSWORD}
        assert client.post("/account/password", data={**right, **new}).status_code == 429


def test_who_asks_for_a_renewal_once_too_often_from_a_network_reads_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "RENEWALS_FROM_ADDRESS", 1)
    asked = {"mail": "li@example.com", "what": "PASSWORD"}
    assert client.post("/sign-in/forgotten", data=asked).status_code == 303
    answer = client.post("/sign-in/forgotten", data=asked)
    assert answer.status_code == 429
    assert "本次申请未转交" in answer.get_data(as_text=True)


def test_every_page_of_this_room_opens_in_both_languages(app: Flask, client: FlaskClient) -> None:
    for lang in ("zh", "en"):
        for path in ("/sign-in/", "/sign-in/forgotten", "/sign-in/asked"):
            assert client.get(path, query_string={"lang": lang}).status_code == 200
        assert client.get("/sign-in/link/none", query_string={"lang": lang}).status_code == 410
    enter(app, client, roles=("system_admin", "security_admin"), audience=Audience.ADMIN)
    for lang in ("zh", "en"):
        for path in ("/account/", "/account/renewals", "/first-run"):
            assert client.get(path, query_string={"lang": lang}).status_code == 200


def test_the_first_page_of_a_lead_is_the_service_address(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as session:
        party = parties.create(
            session, actor=SYSTEM, kind=PartyKind.INSTITUTION, name_zh="云帆", uscc="91110000600037341L", now=NOW
        )
        accounts.enter_demonstration(
            session, mail="demo@example.com", name="林岚", audience=Audience.PARTY, roles=["lead"], party=party, now=NOW
        )
    form = {"mail": "demo@example.com", "password": accounts.DEMONSTRATION_PASSWORD}
    assert client.post("/sign-in/", data=form).location == "/account/home"
    assert client.get("/account/home").location == "/portal/address"
    words = {
        "postal_address": "海望区 1 号",
        "contact_name": "林岚",
        "contact_phone": "0100-5550101",
        "signed_name": "林岚",
    }
    words |= {"electronic": "y", "rule": "OPENED_OR_DEEMED 3 WD"}
    assert client.post("/portal/address", data=words).status_code == 422
    slip = client.post("/portal/address", data={**words, "contact_phone": "", "understood": "y"})
    assert "checked" in re.findall(r"<input[^>]*understood[^>]*>", slip.text)[0], (
        "of another field's fault nothing is lost"
    )
    for rule in ("ARRIVAL", "OPENED_OR_DEEMED 5 WD"):
        other = client.post("/portal/address", data={**words, "rule": rule, "understood": "y"})
        assert other.status_code == 422, "a company signs the rule that the page showed"
        assert "checked" not in re.findall(r"<input[^>]*understood[^>]*>", other.text)[0]
    assert "无人打开的，自提醒发出后满3个工作日，视为送达" in other.text
    assert 'name="rule" value="OPENED_OR_DEEMED 3 WD"' in other.text.replace('type="hidden" ', "")
    answer = client.post("/portal/address", data={**words, "understood": "y"})
    assert answer.status_code == 303
    for lang in ("zh", "en"):
        page = client.get("/portal/address", query_string={"lang": lang}).text
        assert "海望区 1 号" in page
    assert "when it is opened; if nobody opens it, 3 working days after the alert was sent</dd>" in page
    invited = client.post("/portal/people", data={"name": "陈", "mail": "chen@example.com", "role": "member"})
    assert invited.status_code == 303
    assert "chen@example.com" in client.get("/portal/people").text


def test_a_stranger_cannot_use_an_invitation_twice_through_the_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as session:
        token = accounts.first_admin(session, "root@example.com", now=clock.now())
    words = {"password": GOOD, "again": GOOD}
    assert client.post(f"/sign-in/link/{token}", data={**words, "again": "other words here"}).status_code == 422
    assert client.get(f"/sign-in/link/{token}").headers["Cache-Control"] == "no-store"
    answer = client.post(f"/sign-in/link/{token}", data=words)
    assert answer.location == "/sign-in/second-factor"
    shown = client.get(answer.location)
    assert shown.headers["Cache-Control"] == "no-store", "no browser stores the secret"
    page = shown.text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert secret is not None
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(clock.now())
    assert client.post("/sign-in/second-factor", data={"code": "000000"}).status_code == 422
    assert client.post("/sign-in/second-factor", data={"code": code}).status_code == 303
    assert client.get("/account/").status_code == 200
    assert app.test_client().get(f"/sign-in/link/{token}").status_code == 410


def test_the_person_of_a_receipt_code_is_read_as_that_complaint(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).received().id
    kept = opened(app, number)
    with app.test_request_context("/track"):
        cookie.update(kept)
        actor, reader = door.enter()
        assert actor is not None
        assert actor.has("complainant")
        assert actor.subject_id == number
        assert reader == Reader("zilu_complainant", (("zilu.complaint", str(number)),))
        door.close_complaint()
        assert door.enter() == (None, PUBLIC)


def test_the_command_for_the_first_two_administrators_prints_a_link_for_each_and_no_third(app: Flask) -> None:
    runner = app.test_cli_runner()
    first, second, third = (runner.invoke(args=["first-admin", f"{name}@example.com"]) for name in ("a", "b", "c"))
    assert "/sign-in/link/" in first.stdout
    assert "as security_admin" in first.stderr
    assert ("/sign-in/link/" in second.stdout, second.stderr) == (True, "b@example.com: security_admin.\n")
    assert (third.exit_code, third.stdout) == (1, "")
    fourth = runner.invoke(args=["first-admin", "c@example.com", "--instead-of", "b@example.com"])
    assert ("/sign-in/link/" in fourth.stdout, fourth.stderr) == (True, "c@example.com: security_admin.\n")
    assert runner.invoke(args=["first-admin"]).exit_code == 2
    both = ["first-admin", "d@example.com", "--as", "security_admin", "--instead-of", "b@example.com"]
    assert runner.invoke(args=both).exit_code == 2


def test_where_the_account_s_language_takes_over_it_is_said_in_the_one_read_before(
    app: Flask, client: FlaskClient
) -> None:
    enter(app, client)  # an account in Chinese
    fresh = app.test_client()
    fresh.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    assert "Sign in" in fresh.get("/sign-in/").text
    sign_in(fresh)
    page = fresh.get("/account/").text
    assert '<html lang="zh-CN"' in page
    assert '<span lang="en">Your account is in Chinese, so your pages are in Chinese now.' in page
    assert "Your account is in Chinese" not in fresh.get("/account/").text


def test_a_language_that_was_chosen_before_signing_in_stays(app: Flask, client: FlaskClient) -> None:
    enter(app, client)
    fresh = app.test_client()
    fresh.get("/sign-in/?lang=en")
    sign_in(fresh)
    page = fresh.get("/account/").text
    assert '<html lang="en"' in page
    assert "Your account is in" not in page
    assert "holds in that browser only, and not for emails" in page


def test_tries_and_sessions_are_forgotten_once_no_rule_looks_at_them_and_not_before(session: Session) -> None:
    who, kept = person(session), NOW - timedelta(days=90)
    for at in (kept, kept - timedelta(seconds=1)):
        attempt(session, GOOD, now=at)
        sessions.begin(session, who, passed=True, client="test", now=at)
    session.execute(delete(WebSession).where(WebSession.passed_at.is_(None)))
    signin.forget_old(session, NOW)
    assert session.scalars(select(SignInTry.at)).all() == [kept]
    assert session.scalars(select(WebSession.created_at)).all() == [kept]
