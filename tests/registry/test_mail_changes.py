"""The mail address of an account is changed by two administrators and whoever holds the new mailbox."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import outbox
from core.actors import SYSTEM, Actor
from core.clock import now as present
from core.db import transaction
from core.errors import BadInput, NotAllowed, NotNow
from core.journal import JournalEntry
from core.mail import Mail
from registry import accounts, credentials, links, mail_changes, queries, sessions, signin
from registry.models_accounts import Account, AccountLink, Audience, LinkPurpose
from tests import builders
from tests.admin.office import Office

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
OLD, NEW = "old@lanwan.invalid", "New@lanwan.invalid"
PASSWORD = "four words in a row"


def officer(at: Session) -> Account:
    person = builders.account(at, "换邮箱的", "officer")
    person.mail, person.mail_hash = OLD, accounts.mail_key(OLD)
    credentials.set_password(at, person, password=PASSWORD, actor=SYSTEM, now=present())
    return person


def test_it_holds_once_two_administrators_and_the_new_mailbox_said_so(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        number = officer(at).id
    system, security = Office(app, "system_admin"), Office(app, "security_admin")
    system.post(f"accounts/do/mail/?id={number}", 422, mail="system_admin@lanwan.invalid")
    system.post(f"accounts/do/mail/?id={number}", mail=NEW)
    security.get(f"accounts/do/mail/?id={number}", 403)
    assert NEW in security.client.get("/account/renewals").get_data(as_text=True)
    with app.app_context(), transaction() as at:
        asked = at.scalars(select(AccountLink).where(AccountLink.purpose == LinkPurpose.MAIL)).one().id
        open_one = sessions.begin(at, at.get_one(Account, number), passed=True, client="x", now=present())
        links.ask_renewal(at, at.get_one(Account, number), LinkPurpose.PASSWORD, now=present())
    settled = security.client.post(f"/account/renewals/{asked}", data={"settle": "confirm", "key": "k"})
    assert settled.status_code == 303
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            assert accounts.by_mail(at, OLD) is not None, "until the link is opened the old one holds"
            letter = at.scalars(select(Mail).where(Mail.key == f"link:{asked}")).one()
            assert letter.to == NEW
            token = links.token_of(at.get_one(AccountLink, asked))
    person = app.test_client()
    assert NEW in person.get(f"/sign-in/link/{token}").get_data(as_text=True)
    assert person.post(f"/sign-in/link/{token}", data={"key": "k2"}).location == "/sign-in/"
    assert person.get(f"/sign-in/link/{token}").status_code == 410
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            found = accounts.by_mail(at, NEW.lower())
            assert found is not None
            assert (found.id, found.mail, accounts.by_mail(at, OLD)) == (number, NEW, None)
            assert sessions.seen(at, open_one, present()) is None
            assert at.scalars(select(Mail.to).where(Mail.key == f"mail-changed:{asked}")).all() == [OLD]
            assert not queries.waiting_renewals(at), "what was asked for from the old mailbox opens nothing"
            assert at.get_one(AccountLink, asked).new_mail is None
            noted = select(JournalEntry.row, JournalEntry.actor).where(JournalEntry.row.endswith("_mail"))
            assert at.execute(noted.order_by(JournalEntry.id)).all() == [
                ("account.ask_mail", f"account:{system.id}"),
                ("account.confirm_mail", f"account:{security.id}"),
                ("account.change_mail", f"account:{number}"),
            ]
            assert NEW not in str(at.scalars(select(JournalEntry.changes)).all())


def test_nobody_confirms_what_he_asked_for_or_his_own_and_what_is_refused_changes_nothing(session: Session) -> None:
    person = officer(session)
    both = Actor(builders.account(session, "兼任的", "officer").id, frozenset({"system_admin", "security_admin"}))
    link = mail_changes.ask(session, person, NEW, actor=both, now=NOW)
    for who in (both, Actor(person.id, frozenset({"security_admin"})), Actor(77, frozenset({"system_admin"}))):
        with pytest.raises(NotAllowed):
            links.confirm_renewal(session, link, actor=who, now=NOW)
    with pytest.raises(NotAllowed):
        mail_changes.ask(session, person, NEW, actor=Actor(77, frozenset({"security_admin"})), now=NOW)
    security = Actor(builders.account(session, "安全员", "officer").id, frozenset({"security_admin"}))
    links.refuse_renewal(session, link, actor=security, now=NOW)
    assert (person.mail, link.new_mail) == (OLD, None)
    first, second = (mail_changes.ask(session, person, each, actor=both, now=NOW) for each in (NEW, "2@lanwan.invalid"))
    session.expire_all()
    assert (first.new_mail, second.new_mail) == (None, "2@lanwan.invalid"), (
        "an address that gave way may be a stranger's"
    )


def test_the_new_mailbox_opens_no_account_that_is_locked(session: Session) -> None:
    person = officer(session)
    system, security = (
        Actor(builders.account(session, name, "officer").id, frozenset({role}))
        for name, role in (("系统员", "system_admin"), ("安全员", "security_admin"))
    )
    link = mail_changes.ask(session, person, NEW, actor=system, now=NOW)
    links.confirm_renewal(session, link, actor=security, now=NOW)
    person.locked_at = NOW
    session.flush()
    with pytest.raises(NotNow):
        mail_changes.accept(session, links.token_of(link), now=NOW)
    assert person.mail == OLD


def test_an_address_that_somebody_got_meanwhile_is_not_given_twice_and_a_link_ends(session: Session) -> None:
    person, other = officer(session), builders.account(session, "另一人", "officer")
    system, security = (
        Actor(builders.account(session, name, "officer").id, frozenset({role}))
        for name, role in (("系统员", "system_admin"), ("安全员", "security_admin"))
    )
    link = mail_changes.ask(session, person, NEW, actor=system, now=NOW)
    links.confirm_renewal(session, link, actor=security, now=NOW)
    with pytest.raises(NotNow):
        mail_changes.accept(session, links.token_of(link), now=NOW + timedelta(days=3, seconds=1))
    with pytest.raises(NotNow):
        links.accept(session, links.token_of(link), password=PASSWORD, now=NOW)
    other.mail, other.mail_hash = NEW, accounts.mail_key(NEW)
    session.flush()
    with pytest.raises(BadInput):
        mail_changes.accept(session, links.token_of(link), now=NOW)
    other.mail, other.mail_hash = "x@lanwan.invalid", accounts.mail_key("x@lanwan.invalid")
    session.flush()
    assert mail_changes.accept(session, links.token_of(link), now=NOW).mail == NEW
    assert not session.scalar(select(func.count()).where(AccountLink.purpose == LinkPurpose.INVITATION))


def test_who_proved_an_address_and_has_no_password_yet_is_invited_there_and_has_not_come_in(session: Session) -> None:
    company = builders.party(session, "澜桥消费金融有限公司")
    second = builders.account(session, "安全员", "officer")
    new = {"mail": OLD, "name": "新人", "audience": Audience.PARTY, "party": company, "roles": ["lead"]}
    person = accounts.invite(session, actor=SYSTEM, now=NOW, **new)
    builders.address(session, company, person)
    link = mail_changes.ask(session, person, NEW, actor=Actor(None, frozenset({"system_admin"})), now=NOW)
    links.confirm_renewal(session, link, actor=Actor(second.id, frozenset({"security_admin"})), now=NOW)
    mail_changes.accept(session, links.token_of(link), now=NOW)
    assert (person.mail, person.invited, queries.sends_on_paper(session, company)) == (NEW, True, True)
    invitation = session.scalars(select(AccountLink).order_by(AccountLink.id.desc()).limit(1)).one()
    links.accept(session, links.token_of(invitation), password=PASSWORD, now=NOW)
    assert (person.invited, queries.sends_on_paper(session, company)) == (False, False)


def test_an_address_that_nobody_proved_is_kept_no_longer_than_it_can_be(session: Session) -> None:
    system, security = (
        Actor(builders.account(session, name, "officer").id, frozenset({role}))
        for name, role in (("系统员", "system_admin"), ("安全员", "security_admin"))
    )
    asked = mail_changes.ask(session, officer(session), NEW, actor=system, now=NOW)
    other = builders.account(session, "另一人", "officer")
    sent = mail_changes.ask(session, other, "other@lanwan.invalid", actor=system, now=NOW)
    links.confirm_renewal(session, sent, actor=security, now=NOW)
    waits, open_for = timedelta(days=30), timedelta(days=3)
    for after, kept in (
        (open_for, [True, True]),
        (open_for + timedelta(seconds=1), [True, False]),
        (waits, [True, False]),
        (waits + timedelta(seconds=1), [False, False]),
    ):
        signin.forget_old(session, NOW + after)
        session.expire_all()
        assert [each.new_mail is not None for each in (asked, sent)] == kept, after
    with pytest.raises(NotNow):
        links.confirm_renewal(session, asked, actor=security, now=NOW + waits)
