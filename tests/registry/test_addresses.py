"""Whose a mail address is, also where several people settle it at once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.db import transaction
from core.errors import BadInput, Changed, NotNow
from registry import accounts, addresses, keys_fit, links, mail_changes, merging, queries, signin
from registry.models import Party
from registry.models_accounts import Account, AccountLink, Audience
from registry.models_notifications import Notification
from tests import builders
from tests.admin.office import Office
from tests.conftest import NOW
from tests.two_at_once import Beside, at_once

X, PASSWORD = "wanted@example.com", "four words in a row"


def two_companies(session: Session) -> tuple[int, int]:
    return builders.party(session, "澜桥消费金融有限公司").id, builders.party(session, "云帆小额贷款有限公司").id


def invited(session: Session, party: int, actor: Actor | None = None, mail: str = X) -> Account:
    """Somebody whom a company's lead has invited, unless another actor did."""
    return accounts.invite(
        session, actor=actor or Actor(None, frozenset({"lead"}), party), mail=mail, name="新人",
        audience=Audience.PARTY, party=session.get_one(Party, party), now=NOW,
    )  # fmt: skip


def token(session: Session, person: Account) -> str:
    return links.token_of(session.scalars(select(AccountLink).where(AccountLink.account_id == person.id)).one())


def administrator(session: Session) -> Actor:
    return Actor(builders.account(session, "系统员", "officer").id, frozenset({"system_admin"}), audience="admin")


def test_who_accepts_while_another_company_invites_keeps_the_address(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            one, other = two_companies(at)
            person = invited(at, one)
            number, link = person.id, token(at, person)
        accepts = partial(links.accept, token=link, password=PASSWORD, now=NOW)
        assert at_once(app, accepts, partial(invited, party=other)) is None
        with transaction() as at:
            assert addresses.by_mail(at, X) == at.get_one(Account, number)
            came = signin.password(at, mail=X, password=PASSWORD, address="a", client="", now=NOW)
            assert (came.step, came.refused) == ("OPEN", None)
            assert [each.invited for each in queries.people_of(at, other)] == [True], (
                "the company is not told that somebody has the address"
            )


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_who_accept_one_address_at_once_the_first_has_it(app: Flask, turn: int) -> None:
    with app.app_context():
        with transaction() as at:
            people = [invited(at, party) for party in two_companies(at)]
            numbers, tokens = [each.id for each in people][::turn], [token(at, each) for each in people][::turn]
        accept = [partial(links.accept, token=each, password=PASSWORD, now=NOW) for each in tokens]
        assert isinstance(at_once(app, *accept), NotNow)
        with transaction() as at:
            found = addresses.by_mail(at, X)
            assert found is not None
            assert found.id == numbers[0]


def test_of_two_companies_that_invite_at_once_both_do(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            companies = two_companies(at)
        assert at_once(app, *(partial(invited, party=each) for each in companies)) is None
        with transaction() as at:
            assert [each.invited for company in companies for each in queries.people_of(at, company)] == [True, True]


@pytest.mark.parametrize("first", [accounts.withdraw_invitation, accounts.invite_again])
def test_who_accepts_while_the_invitation_is_settled_anew_is_told_so_and_the_other_way_round(
    app: Flask, first: object
) -> None:
    later = NOW + timedelta(hours=2)
    with app.app_context():
        with transaction() as at:
            one, _other = two_companies(at)
            person, second = invited(at, one), invited(at, one, mail="two@example.com")
            numbers, tokens = (person.id, second.id), (token(at, person), token(at, second))

        def anew(at: Session, number: int) -> None:
            first(at, at.get_one(Account, number), actor=SYSTEM, now=later)  # type: ignore[operator]

        accept = [partial(links.accept, token=each, password=PASSWORD, now=later) for each in tokens]
        assert isinstance(at_once(app, partial(anew, number=numbers[0]), accept[0]), NotNow)
        assert isinstance(at_once(app, accept[1], partial(anew, number=numbers[1])), NotNow)
        with transaction() as at:
            assert at.get_one(Account, numbers[1]).locked_at is None
            assert [each.id for each in queries.people_of(at, one) if each.invited] == [numbers[0]]


@pytest.mark.parametrize("beside", [False, True])
def test_within_a_company_an_address_is_one_persons_whoever_invites(session: Session, *, beside: bool) -> None:
    one, other = two_companies(session)
    first = invited(session, one)
    if beside:
        invited(session, other)
    for actor in (None, administrator(session)):
        with pytest.raises(BadInput) as refused:
            invited(session, one, actor)
        assert refused.value.message == addresses.TAKEN
    second = invited(session, one, mail="two@example.com")
    with pytest.raises(BadInput):
        mail_changes.ask(session, second, X, actor=SYSTEM, now=NOW)
    link = mail_changes.ask(session, first, X, actor=SYSTEM, now=NOW)
    assert link.new_mail == X, "whoever lost the address gets it again"


def test_an_administrator_who_invites_whom_the_company_has_invited_reads_it_beside_the_field(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        companies = two_companies(at)
        names = [at.get_one(Party, each).name_zh for each in companies]
        for each in companies:
            invited(at, each)
    office, said = Office(app, "system_admin"), {"mail": X, "name": "新来的", "audience": "party", "language": "zh"}
    for each in names:
        assert "该邮箱已有账号" in office.post("accounts/new/", 422, **said, party=each)


def test_an_administrator_finds_all_accounts_of_an_address(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        one, other = two_companies(at)
        numbers = [invited(at, each).id for each in (one, other)]
        invited(at, one, mail="somebody@example.com")
    page = Office(app, "system_admin").get(f"accounts/?search={X.upper()}")
    assert [f"id={number}" in page for number in numbers] == [True, True]
    assert page.count("新人") == len(numbers)


def test_an_invitation_that_waits_is_told_once_a_day_however_often_it_is_sent(session: Session) -> None:
    one, _other = two_companies(session)
    lead, system = invited(session, one, mail="lead@example.com"), administrator(session)
    links.accept(session, token(session, lead), password=PASSWORD, now=NOW)
    accounts.give_role(session, lead, "lead", actor=SYSTEM, now=NOW)
    person = invited(session, one, system)
    for hours in (1, 2, 24):
        accounts.invite_again(session, person, actor=system, now=NOW + timedelta(hours=hours))
    told = session.scalars(select(Notification.asked_at).where(Notification.event == "joining"))
    assert sorted(told) == [NOW, NOW + timedelta(hours=24)]


def test_once_a_company_is_merged_its_invitations_are_still_found_by_their_address_and_the_site_starts(
    session: Session,
) -> None:
    one, other = two_companies(session)
    third = builders.party(session, "海蓝消费金融有限公司").id
    links.accept(session, token(session, invited(session, other)), password=PASSWORD, now=NOW)
    beside = invited(session, one)
    said = {"reason": "同一公司", "versions": (None, None), "actor": SYSTEM, "now": NOW}
    merging.merge(session, session.get_one(Party, one), session.get_one(Party, third), **said)  # type: ignore[arg-type]
    keys_fit.check_keys(session)
    assert beside.party_id == third
    assert beside in session.scalars(select(Account).where(addresses.of_mail(session, X))).all()
    with pytest.raises(BadInput):
        invited(session, third)


def to_a_changed_address(session: Session, person: Account) -> str:
    """The link to another address of somebody who has accepted nothing yet: asked for by one, confirmed by another."""
    link = mail_changes.ask(session, person, "new@example.com", actor=SYSTEM, now=NOW)
    security = Actor(builders.account(session, "安全员", "officer").id, frozenset({"security_admin"}), audience="admin")
    links.confirm_renewal(session, link, actor=security, now=NOW)
    return links.token_of(link)


@pytest.fixture
def moving(app: Flask) -> Iterator[tuple[int, str, str]]:
    """An account that was invited, and its links: the invitation, and the one to another address."""
    with app.app_context():
        with transaction() as at:
            person = invited(at, two_companies(at)[0])
            first = token(at, person)
            made = person.id, first, to_a_changed_address(at, person)
        yield made


def test_an_invitation_is_withdrawn_while_another_address_of_it_is_opened_and_neither_waits_for_ever(
    app: Flask, moving: tuple[int, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _invitation, other = moving
    beside, ends = Beside(app, partial(mail_changes.accept, token=other, now=NOW)), links.end_open

    def met(at: Session, person: Account, *, now: datetime) -> None:
        """Whoever opens the other link comes when the first one has ended, and the account is not yet locked."""
        ends(at, person, now=now)
        beside.meets(at)

    monkeypatch.setattr(links, "end_open", met)
    with transaction() as at:
        accounts.withdraw_invitation(at, at.get_one(Account, number), actor=SYSTEM, now=NOW)
    assert isinstance(beside.ends(), NotNow)
    with transaction() as at:
        assert at.get_one(Account, number).mail == X


def test_who_opens_another_address_first_is_not_locked_out_by_an_old_page(
    app: Flask, moving: tuple[int, str, str]
) -> None:
    number, _invitation, other = moving
    opens = partial(mail_changes.accept, token=other, now=NOW)

    def withdraws(at: Session) -> None:
        accounts.withdraw_invitation(at, at.get_one(Account, number), actor=SYSTEM, now=NOW)

    assert isinstance(at_once(app, opens, withdraws), Changed)
    with transaction() as at:
        person = at.get_one(Account, number)
        assert (person.mail, person.locked_at) == ("new@example.com", None)


def test_an_invitation_is_accepted_while_another_address_of_it_is_opened_and_both_count(
    app: Flask, moving: tuple[int, str, str]
) -> None:
    number, invitation, other = moving
    accepts = partial(links.accept, token=invitation, password=PASSWORD, now=NOW)
    opens = partial(mail_changes.accept, token=other, now=NOW)
    assert at_once(app, partial(links.find, token=invitation, now=NOW), opens, then=accepts) is None
    with transaction() as at:
        assert at.get_one(Account, number).mail == "new@example.com"
        came = signin.password(at, mail="new@example.com", password=PASSWORD, address="a", client="", now=NOW)
        assert (came.step, came.refused) == ("OPEN", None)
