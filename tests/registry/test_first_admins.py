"""The first two administrators: named by the operator, let in again, replaced; a seat is one person's at a time."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.db import transaction
from core.errors import NotNow, Refused
from core.journal import JournalEntry, settle
from registry import accounts, credentials, links, sessions
from registry.models_accounts import REPLACED, Account, Audience
from tests.builders import actor_of
from tests.registry.test_accounts import GOOD, NOW, somebody
from tests.two_at_once import at_once


def test_the_first_two_administrators_are_two_people_named_once_and_let_in_again(session: Session) -> None:
    tokens = [accounts.first_admin(session, f"{name}@example.com", now=NOW) for name in ("root", "second")]
    people = [links.accept(session, token, password=GOOD, now=NOW) for token in tokens]
    assert [each.role_words for each in people] == [{"system_admin"}, {"security_admin"}]
    with pytest.raises(Refused):
        accounts.first_admin(session, "third@example.com", now=NOW)
    assert accounts.first_admin(session, "root@example.com", now=NOW + timedelta(days=1)) != tokens[0]


def test_the_operator_names_a_second_person_where_one_held_both_roles_or_the_other_is_locked(session: Session) -> None:
    both = somebody(session, "system_admin", "security_admin")
    second = links.accept(session, accounts.first_admin(session, "b@example.com", now=NOW), password=GOOD, now=NOW)
    assert second.role_words == {"security_admin"}
    assert accounts.role_without_person(session, NOW) is None
    accounts.lock(session, second, actor=both, why="已离职", now=NOW)
    third = links.accept(session, accounts.first_admin(session, "c@example.com", now=NOW), password=GOOD, now=NOW)
    assert third.role_words == {"security_admin"}


@pytest.fixture
def two(session: Session) -> tuple[Account, Account]:
    """The first two, each of whom holds one role."""
    tokens = [accounts.first_admin(session, f"{name}@example.com", now=NOW) for name in ("root", "second")]
    root, second = (links.accept(session, token, password=GOOD, now=NOW) for token in tokens)
    return root, second


@pytest.mark.parametrize("who", [0, 1])
def test_whoever_of_the_first_two_leaves_is_replaced_by_the_operator_and_gets_in_no_more(
    session: Session, two: tuple[Account, Account], who: int
) -> None:
    left, stays = two[who], two[1 - who]
    browser = sessions.begin(session, left, passed=True, client="", now=NOW)
    again, words = accounts.first_admin(session, left.mail, now=NOW), left.role_words
    token = accounts.first_admin(session, "third@example.com", now=NOW, instead_of=left.mail)
    third = links.accept(session, token, password=GOOD, now=NOW)
    assert (third.role_words, left.role_words) == (words, frozenset())
    assert accounts.role_without_person(session, NOW) is None
    assert sessions.seen(session, browser, NOW) is None
    assert links.find(session, again, NOW) is None
    assert (left.lock_reason, stays.locked_at) == (REPLACED, None)
    settle(session)
    noted = select(JournalEntry.changes).where(JournalEntry.row == "account.first_admin")
    noted = noted.where(JournalEntry.ref == f"account:{third.id}")
    assert session.scalars(noted).one()["role"] in third.role_words
    with pytest.raises(Refused):
        accounts.first_admin(session, "fourth@example.com", now=NOW, instead_of=left.mail)


def test_nobody_who_holds_one_of_the_two_roles_is_named_in_the_other_and_none_in_the_place_of_a_stranger(
    session: Session, two: tuple[Account, Account]
) -> None:
    root, second = two
    auditor = session.get_one(Account, somebody(session, "audit_admin").id)
    for new, old in ((root, second), (second, second), (root, auditor)):
        with pytest.raises(Refused), session.begin_nested():
            accounts.first_admin(session, new.mail, now=NOW, instead_of=old.mail)
    with pytest.raises(Refused), session.begin_nested():
        accounts.first_admin(session, root.mail, now=NOW, role="security_admin")
    assert (root.role_words, second.role_words, second.locked_at) == ({"system_admin"}, {"security_admin"}, None)


@pytest.mark.parametrize("how", ["at once", "when the link has ended"])
def test_a_mistyped_address_of_the_second_administrator_keeps_nobody_from_being_named(
    session: Session, how: str
) -> None:
    links.accept(session, accounts.first_admin(session, "root@example.com", now=NOW), password=GOOD, now=NOW)
    strangers = accounts.first_admin(session, "secnod@example.com", now=NOW)
    later = NOW if how == "at once" else NOW + timedelta(days=8)
    old = "secnod@example.com" if how == "at once" else None
    token = accounts.first_admin(session, "second@example.com", now=later, instead_of=old)
    assert links.accept(session, token, password=GOOD, now=later).role_words == {"security_admin"}
    assert links.find(session, strangers, later) is None
    mistyped = accounts.by_mail(session, "secnod@example.com")
    assert mistyped is not None
    assert (mistyped.lock_reason, mistyped.role_words) == (REPLACED, frozenset())
    with pytest.raises(NotNow, match="须先解除锁定"):
        accounts.invite_again(session, mistyped, actor=SYSTEM, now=later + timedelta(hours=2))


def test_a_colleague_who_has_an_administrator_s_account_is_named_and_keeps_the_second_factor(session: Session) -> None:
    both = somebody(session, "system_admin", "security_admin")
    colleague = accounts.invite(
        session, actor=both, mail="c@example.com", name="同事", audience=Audience.ADMIN, now=NOW
    )
    credentials.secret_of(session, colleague.id).totp_at = NOW
    accounts.first_admin(session, "c@example.com", now=NOW)
    assert colleague.role_words == {"security_admin"}
    assert accounts.role_without_person(session, NOW) is None
    assert credentials.secret_of(session, colleague.id).totp_at == NOW
    accounts.first_admin(session, "c@example.com", now=NOW)
    assert credentials.secret_of(session, colleague.id).totp_at is None, "locked out, and let in again"


def test_whoever_was_replaced_gets_no_role_back_where_the_account_is_opened_again(
    session: Session, two: tuple[Account, Account]
) -> None:
    left = two[1]
    credentials.secret_of(session, left.id).totp_at = NOW
    token = accounts.first_admin(session, "third@example.com", now=NOW, instead_of=left.mail)
    third = links.accept(session, token, password=GOOD, now=NOW)
    accounts.unlock(session, left, actor=actor_of(third), now=NOW)
    assert left.role_words == frozenset()
    assert credentials.secret_of(session, left.id).totp_at == NOW, "the password alone opens nothing either"


def test_whoever_was_locked_before_is_replaced_as_well(session: Session, two: tuple[Account, Account]) -> None:
    left, stays = two
    accounts.lock(session, left, actor=actor_of(stays), why="已离职", now=NOW)
    accounts.first_admin(session, "third@example.com", now=NOW, instead_of=left.mail)
    assert (left.lock_reason, left.role_words) == ("已离职", frozenset())


def test_whom_the_two_invited_and_who_has_not_come_yet_keeps_what_they_gave(
    session: Session, two: tuple[Account, Account]
) -> None:
    root, second = (actor_of(each) for each in two)
    said = {"mail": "slow@example.com", "name": "同事", "audience": Audience.ADMIN}
    slow = accounts.invite(session, actor=root, **said, now=NOW)
    accounts.give_role(session, slow, "security_admin", actor=second, now=NOW)
    later = NOW + timedelta(days=8)
    accounts.first_admin(session, "third@example.com", now=later, instead_of=two[1].mail)
    assert (slow.locked_at, slow.role_words) == (None, {"security_admin"})


@pytest.mark.parametrize(
    ("role", "words", "keeps"),
    [("audit_admin", {"audit_admin"}, False), ("security_admin", {"audit_admin", "security_admin"}, True)],
)
def test_an_auditor_is_let_in_again_or_named_as_the_operator_says(
    session: Session, role: str, words: set[str], keeps: bool
) -> None:
    somebody(session, "system_admin")
    auditor = session.get_one(Account, somebody(session, "audit_admin").id)
    credentials.secret_of(session, auditor.id).totp_at = NOW
    for unclear in (None, "system_admin"):
        with pytest.raises(Refused), session.begin_nested():
            accounts.first_admin(session, auditor.mail, now=NOW, role=unclear)
    assert auditor.role_words == {"audit_admin"}
    accounts.first_admin(session, auditor.mail, now=NOW, role=role)
    assert auditor.role_words == words
    assert (credentials.secret_of(session, auditor.id).totp_at == NOW) is keeps


def test_where_no_role_is_free_an_auditor_is_let_in_again_without_a_word(
    session: Session, two: tuple[Account, Account]
) -> None:
    auditor = session.get_one(Account, somebody(session, "audit_admin").id)
    accounts.first_admin(session, auditor.mail, now=NOW)
    assert auditor.role_words == {"audit_admin"}
    assert two[1].locked_at is None


@pytest.mark.parametrize("holds", [(), ("system_admin",)])
def test_of_two_who_are_named_at_once_nobody_gets_the_same_role(app: Flask, holds: tuple[str, ...]) -> None:
    with app.app_context():
        if holds:
            with transaction() as at:
                somebody(at, *holds)
        named = ("a@example.com", "b@example.com")
        said = at_once(app, *(lambda at, mail=mail: accounts.first_admin(at, mail, now=NOW) for mail in named))
        assert (said is None) is not bool(holds)
        with transaction() as at:
            got = [each.role_words for mail in named if (each := accounts.by_mail(at, mail)) is not None]
        assert got == ([{"security_admin"}] if holds else [{"system_admin"}, {"security_admin"}])
