"""People of companies choose a second factor for themselves, or their lead requires it of all (P15)."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.db import transaction
from core.journal import JournalEntry
from registry import accounts, credentials, links, merging, parties, queries, second_factors, sessions, signin
from registry.models import Party, PartyKind
from registry.models_accounts import Account, AccountLink, AccountSecret, Audience
from tests.conftest import NOW
from tests.two_at_once import at_once

PASSWORD = accounts.DEMONSTRATION_PASSWORD
HERE = "/account/second-factor"


@dataclass
class Somebody:
    """Somebody of a company at a browser, with an authenticator app."""

    client: FlaskClient
    mail: str
    number: int
    secret: str = ""

    def enter(self) -> str:
        """Type mail and password; where that leads to."""
        self.client.get("/sign-in/")
        answer = self.client.post("/sign-in/", data={"mail": self.mail, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return str(answer.location)

    def scan(self, page: str = HERE) -> None:
        """Take the secret from the page into the app."""
        found = re.search(r"<code>([A-Z2-7 ]+)</code>", self.client.get(page).text)
        assert found is not None
        self.secret = found[1].replace(" ", "")

    def code(self, later: int = 0) -> str:
        """What the app shows, now or some steps later."""
        return pyotp.TOTP(self.secret).at(datetime.now().astimezone() + timedelta(seconds=30 * later))

    def set_up(self, password: str = PASSWORD, code: str = "") -> int:
        """Set it up with what the page shows."""
        self.scan()
        return self.client.post(HERE, data={"on-password": password, "on-code": code or self.code()}).status_code

    def switch_off(self, password: str = PASSWORD, code: str = "") -> str:
        """Switch it off; where that leads to, if it worked."""
        data = {"off-password": password, "off-code": code or self.code()}
        return str(self.client.post(f"{HERE}/off", data=data).location)

    def is_in(self) -> bool:
        """Whether the browser is signed in."""
        return self.client.get("/account/").status_code == 200


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of server and telephone, which stands still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def of_company(app: Flask, clock: time_machine.Traveller) -> Callable[..., Somebody]:
    """Make people of one company."""
    with app.app_context(), transaction() as at:
        party = parties.create(
            at, actor=SYSTEM, kind=PartyKind.INSTITUTION, name_zh="云帆", uscc="91110000600037341L", now=NOW
        )
        company = party.id

    def make(mail: str, *roles: str) -> Somebody:
        with app.app_context(), transaction() as at:
            person = accounts.enter_demonstration(
                at,
                mail=mail,
                name=mail.partition("@")[0],
                audience=Audience.PARTY,
                roles=roles,
                party=at.get_one(Party, company),
                now=NOW,
            )
            number = person.id
        client = app.test_client()
        client.set_cookie("lang", "en")
        return Somebody(client, mail, number)

    return make


def row_of(app: Flask, row: str) -> list[JournalEntry]:
    """What the journal holds of it."""
    with app.app_context(), transaction() as at:
        return list(at.scalars(select(JournalEntry).where(JournalEntry.row == row)))


def test_a_member_sets_it_up_and_the_next_sign_in_asks_for_the_code(
    app: Flask, of_company: Callable[..., Somebody], clock: time_machine.Traveller
) -> None:
    member = of_company("chen@example.com", "member")
    assert member.enter() == "/account/home"
    elsewhere = Somebody(app.test_client(), member.mail, member.number)
    elsewhere.enter()
    assert member.set_up(code="000000") == 422
    assert member.set_up(password="whoever found the browser") == 422
    assert member.set_up() == 303
    assert member.is_in()
    assert not elsewhere.is_in(), "other sessions end"
    assert elsewhere.enter() == "/sign-in/code"
    assert elsewhere.client.post("/sign-in/code", data={"code": member.code()}).status_code == 422, "a code counts once"
    clock.shift(30)
    assert elsewhere.client.post("/sign-in/code", data={"code": member.code()}).status_code == 303
    assert member.client.post(HERE, data={"on-password": PASSWORD, "on-code": "1"}).location == HERE, "it stays one"
    assert [each.actor for each in row_of(app, "account.enrol_second_factor")] == [f"account:{member.number}"]


def test_a_telephone_that_cannot_scan_itself_opens_the_app_by_a_link(of_company: Callable[..., Somebody]) -> None:
    member = of_company("chen@example.com", "member")
    member.enter()
    member.scan()
    link = re.search(r'href="(otpauth://[^"]+)"', member.client.get(HERE).text)
    assert link is not None
    assert pyotp.parse_uri(html.unescape(link[1])).now() == pyotp.TOTP(member.secret).now()


def test_it_is_switched_off_by_password_and_code_only(
    app: Flask, of_company: Callable[..., Somebody], clock: time_machine.Traveller
) -> None:
    member = of_company("chen@example.com", "member")
    member.enter()
    member.set_up()
    clock.shift(30)
    elsewhere = Somebody(app.test_client(), member.mail, member.number)
    elsewhere.enter()
    elsewhere.client.post("/sign-in/code", data={"code": member.code()})
    assert member.switch_off(code="000000") == "None"
    assert member.switch_off(password="whoever found the browser") == "None"
    assert member.switch_off() == "None", "the code of this moment was used to sign in"
    clock.shift(30)
    assert member.switch_off() == "/account/"
    assert member.is_in()
    assert not elsewhere.is_in(), "other sessions end"
    assert elsewhere.enter() == "/account/home"
    assert len(row_of(app, "account.forget_second_factor")) == 1


def test_a_lost_one_is_renewed_by_setting_up_another(
    app: Flask, of_company: Callable[..., Somebody], clock: time_machine.Traveller
) -> None:
    lead, member = of_company("lin@example.com", "lead"), of_company("chen@example.com", "member")
    lead.enter()
    member.enter()
    member.set_up()
    member.client.post("/sign-in/forgotten", data={"mail": member.mail, "what": "SECOND_FACTOR"})
    with app.app_context(), transaction() as at:
        asked = queries.waiting_renewals(at)[0].id
    assert lead.client.post(f"/account/renewals/{asked}", data={"settle": "confirm", "key": "k"}).status_code == 303
    with app.app_context(), transaction() as at:
        token = links.token_of(at.get_one(AccountLink, asked))
    answer = member.client.post(f"/sign-in/link/{token}", data={"password": PASSWORD})
    assert answer.location == "/sign-in/second-factor"
    clock.shift(30)
    member.scan("/sign-in/second-factor")
    assert member.client.post("/sign-in/second-factor", data={"code": member.code()}).status_code == 303
    assert member.is_in()
    assert Somebody(app.test_client(), member.mail, member.number).enter() == "/sign-in/code"


def test_an_open_browser_does_not_help_to_guess_the_password(
    of_company: Callable[..., Somebody], clock: time_machine.Traveller
) -> None:
    member = of_company("chen@example.com", "member")
    member.enter()
    clock.shift(1)
    answers = [member.set_up(password=f"a guess no. {number}") for number in range(5)]
    assert [*answers, member.set_up()] == [422] * 5 + [429]


def test_a_lead_requires_it_of_everybody_and_sees_who_has_one(
    app: Flask, of_company: Callable[..., Somebody], clock: time_machine.Traveller
) -> None:
    lead, has, lacks = (
        of_company(mail, role)
        for mail, role in (("lin@x.com", "lead"), ("chen@x.com", "member"), ("wu@x.com", "member"))
    )
    for each in (lead, has, lacks):
        each.enter()
    require, people = "/portal/people/second-factor", "/portal/people"
    assert "once you have one yourself" in lead.client.get(people).text
    assert lead.client.post(require, data={"wanted": "yes", "key": "a"}).status_code == 409, "the lead goes first"
    lead.set_up()
    has.set_up()
    assert has.client.post(require, data={"wanted": "yes", "key": "b"}).status_code == 403
    assert "second factor" not in has.client.get(people).text.lower().replace("/account/second-factor", "")
    page = lead.client.get(people).text
    assert (page.count("With second factor"), page.count("Without second factor")) == (2, 1)
    assert "2 of 3" in page
    assert lead.client.post(require, data={"wanted": "yes", "key": "c"}).status_code == 303
    assert [lead.is_in(), has.is_in(), lacks.is_in()] == [True, True, False]
    assert lacks.enter() == "/sign-in/second-factor"
    assert not lacks.is_in()
    asked = lacks.client.get("/sign-in/second-factor").text
    assert "An authorised person requires a second factor of everybody in your company." in asked, (
        "not that others depend on it"
    )
    assert "can change what happens to others" not in asked
    lacks.scan("/sign-in/second-factor")
    assert lacks.client.post("/sign-in/second-factor", data={"code": lacks.code()}).status_code == 303
    assert lacks.is_in()
    clock.shift(30)
    assert lacks.switch_off() == "/sign-in/second-factor", "another one is set up at once"
    assert not lacks.is_in()
    assert lead.client.post(require, data={"wanted": "no", "key": "d"}).status_code == 303
    assert lacks.enter() == "/account/home"
    said = [(each.changes or {})["after"] for each in row_of(app, "party.require_second_factor")]
    assert said == [True, False]


@pytest.mark.parametrize("deed", ["change", "require"])
def test_who_signs_in_while_a_password_changes_or_a_factor_becomes_required_is_out_with_all_others(
    app: Flask, of_company: Callable[..., Somebody], deed: str
) -> None:
    lead, wu = of_company("lin@x.com", "lead"), of_company("wu@x.com", "member")
    tokens: list[str] = []

    def signs_in(at: Session) -> None:
        said = {"address": "a", "client": "", "now": NOW}
        tokens.append(signin.password(at, mail=wu.mail, password=PASSWORD, **said).token)

    def does(at: Session) -> None:
        me, boss = at.get_one(Account, wu.number), at.get_one(Account, lead.number)
        if deed == "change":
            said = {"old": PASSWORD, "new": "another long one"}
            credentials.change_password(at, me, **said, actor=Actor(me.id), now=NOW)
        else:
            who = Actor(boss.id, boss.role_words, boss.party_id, audience="portal")
            second_factors.require(at, at.get_one(Party, boss.party_id), wanted=True, actor=who, now=NOW)

    with app.app_context():
        with transaction() as at:
            mine = at.get_one(AccountSecret, lead.number)
            mine.totp_secret, mine.totp_at = "A" * 32, NOW
        assert at_once(app, signs_in, does) is None
        with transaction() as at:
            assert sessions.seen(at, tokens[0], NOW) is None


def test_a_company_requires_nothing_of_the_people_of_others(app: Flask, of_company: Callable[..., Somebody]) -> None:
    lead = of_company("lin@example.com", "lead")
    with app.app_context(), transaction() as at:
        other = parties.create(
            at, actor=SYSTEM, kind=PartyKind.FIRM, name_zh="恒泰", uscc="91110000100003962Y", now=NOW
        )
        stranger = accounts.enter_demonstration(
            at, mail="he@example.com", name="何", audience=Audience.PARTY, roles=["lead"], party=other, now=NOW
        )
        at.scalars(select(Party).where(Party.name_zh == "云帆")).one().second_factor = True
        at.flush()
        needed = [
            credentials.needs_code(each, at.get_one(AccountSecret, each.id))
            for each in (at.get_one(Account, lead.number), stranger)
        ]
    assert needed == [True, False]


def test_what_a_lead_requires_is_not_lost_where_his_entry_goes_into_another(
    app: Flask, of_company: Callable[..., Somebody]
) -> None:
    lacks, has = (of_company(mail, "member") for mail in ("wu@example.com", "chen@example.com"))
    for each in (lacks, has):
        each.enter()
    has.set_up()
    with app.app_context(), transaction() as at:
        gone = at.scalars(select(Party).where(Party.name_zh == "云帆")).one()
        gone.second_factor = True
        kept = parties.create(
            at, actor=SYSTEM, kind=PartyKind.INSTITUTION, name_zh="云帆金融", uscc="91110000100003962Y", now=NOW
        )
        merging.merge(at, gone, kept, reason="同一家", actor=SYSTEM, versions=(None, None), now=NOW)
        assert kept.second_factor
        standing = kept.id
    assert [lacks.is_in(), has.is_in()] == [False, True]
    assert [each.subject_id for each in row_of(app, "party.require_second_factor")] == [standing]


@pytest.mark.parametrize("audience", [Audience.STAFF, Audience.ADMIN])
def test_who_always_needs_one_has_no_page_to_switch_it_off(app: Flask, client: FlaskClient, audience: Audience) -> None:
    with app.app_context(), transaction() as at:
        accounts.enter_demonstration(
            at, mail="li@example.com", name="李", audience=audience, roles=[], now=datetime.now().astimezone()
        )
    somebody = Somebody(client, "li@example.com", 0)
    shown = re.search(r'id="demonstration-code">(\d{6})<', client.get(somebody.enter()).text)
    assert shown is not None
    client.post("/sign-in/code", data={"code": shown[1]})
    assert somebody.is_in()
    assert client.get(HERE).status_code == 404
    assert client.post(f"{HERE}/off", data={"off-password": PASSWORD, "off-code": "1"}).status_code == 404
