"""Tries that went wrong: how long who waits, and that nobody waits for another person's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.crypto import keyed_hash
from core.db import transaction
from core.errors import BadInput, NotNow
from registry import accounts, addresses, signin
from registry.models_accounts import Account, LinkPurpose, SignInTry, TryKind
from registry.signin import TooMany
from tests.registry.test_signin import GOOD, MAIL, NOW, attempt, code_at, person
from tests.two_at_once import at_once


def test_waiting_grows_with_wrong_tries_and_a_right_password_does_not_pass_meanwhile(session: Session) -> None:
    person(session)
    now, waits = NOW, []
    for _ in range(12):
        outcome = attempt(session, "wrong password", now=now)
        if isinstance(outcome.refused, TooMany):
            waits.append(outcome.refused.seconds)
            assert isinstance(attempt(session, GOOD, now=now).refused, TooMany)
            now += timedelta(seconds=outcome.refused.seconds)
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    assert attempt(session, GOOD, now=now + timedelta(minutes=20)).step == "CODE"


def test_a_wrong_password_is_held_against_nobody_for_longer_than_a_day(session: Session) -> None:
    person(session)
    for _ in range(signin.FREE_TRIES):
        attempt(session, "wrong password")
    assert isinstance(attempt(session, GOOD).refused, TooMany)
    tomorrow = NOW + signin.MEMORY
    assert isinstance(attempt(session, "wrong password", now=tomorrow).refused, BadInput)
    assert attempt(session, GOOD, now=tomorrow).step == "CODE"


def test_after_too_many_wrong_codes_a_right_one_does_not_pass_before_its_time(session: Session) -> None:
    person(session)
    said = {"token": attempt(session, GOOD).token, "address": "a", "client": ""}
    for _ in range(signin.FREE_TRIES + 1):
        assert signin.code(session, code="000000", now=NOW, **said).refused is not None
    held = signin.code(session, code=code_at(NOW), now=NOW, **said)
    assert isinstance(held.refused, TooMany)
    later = NOW + timedelta(seconds=held.refused.seconds)
    assert signin.code(session, code=code_at(later), now=later, **said).step == "OPEN"


@pytest.mark.parametrize("enrolled", [True, False])
def test_codes_that_are_tried_at_once_are_counted_like_codes_in_a_row(app: Flask, *, enrolled: bool) -> None:
    refused: list[object] = []

    def tries(token: str, now: datetime) -> Callable[[Session], None]:
        said = {"token": token, "code": "000000", "client": "", "now": now}
        return lambda at: refused.append(
            (signin.code(at, address="a", **said) if enrolled else signin.enrol(at, **said)).refused
        )

    with app.app_context():
        with transaction() as at:
            person(at, enrolled=enrolled)
            one, two = (attempt(at, GOOD).token for _each in range(2))
            for _each in range(signin.FREE_TRIES):
                tries(one, NOW)(at)
        later = NOW + timedelta(minutes=1)
        assert at_once(app, tries(one, later), tries(two, later)) is None
    assert [type(each) for each in refused[-2:]] == [BadInput, TooMany]


def test_an_unknown_mail_is_throttled_in_the_same_way(session: Session) -> None:
    for _ in range(signin.FREE_TRIES):
        attempt(session, "wrong password", mail="nobody@example.com")
    assert isinstance(attempt(session, "wrong password", mail="nobody@example.com").refused, TooMany)


def test_outsiders_cannot_lock_an_account_for_good(session: Session) -> None:
    account = person(session)
    assert attempt(session, GOOD, address="office").step == "CODE"
    for number in range(60):
        session.add(
            SignInTry(
                kind="PASSWORD",
                account_hash=account.mail_hash,
                address_hash=str(number % 7).encode(),
                at=NOW,
                ok=False,
            ),
        )
    session.flush()
    assert attempt(session, GOOD, address="office").step == "CODE"
    elsewhere = attempt(session, GOOD, address="elsewhere").refused
    assert isinstance(elsewhere, TooMany)
    assert elsewhere.seconds <= signin.LONGEST_ELSEWHERE


def test_one_address_trying_many_accounts_is_slowed_down(session: Session) -> None:
    tries = range(signin.FREE_FROM_ADDRESS + 1)
    outcomes = [attempt(session, "wrong password", mail=f"{number}@example.com").refused for number in tries]
    assert isinstance(outcomes[-1], TooMany)
    assert not any(isinstance(refused, TooMany) for refused in outcomes[: signin.FREE_FROM_ADDRESS])


def test_whoever_signed_in_from_an_address_before_waits_for_nobody_elses_tries(session: Session) -> None:
    account = person(session)
    session.add(
        SignInTry(
            kind=TryKind.PASSWORD,
            account_hash=account.mail_hash,
            address_hash=keyed_hash("signin.address", "1.1.1.1"),
            at=NOW,
            ok=True,
        )
    )
    for number in range(signin.FREE_FROM_ADDRESS + 5):
        attempt(session, "wrong password", mail=f"{number}@example.com")
    assert attempt(session, GOOD).refused is None
    assert isinstance(attempt(session, GOOD, mail="new@example.com").refused, TooMany)


def test_whoever_asked_for_a_renewal_for_somebody_elses_mail_has_not_signed_in_from_there(session: Session) -> None:
    person(session)
    signin.forgot(session, mail=MAIL, purpose=LinkPurpose.PASSWORD, address="1.1.1.1", now=NOW)
    assert _waits_as_a_stranger(session)


@pytest.mark.parametrize(("ok", "ago"), [(False, timedelta()), (True, signin.KNOWN_FOR)])
def test_neither_a_wrong_try_nor_a_sign_in_of_long_ago_makes_an_address_somebodys_own(
    session: Session, *, ok: bool, ago: timedelta
) -> None:
    who, where = person(session).mail_hash, keyed_hash("signin.address", "1.1.1.1")
    session.add(SignInTry(kind=TryKind.PASSWORD, account_hash=who, address_hash=where, at=NOW - ago, ok=ok))
    assert _waits_as_a_stranger(session)


def _waits_as_a_stranger(session: Session) -> bool:
    """Whether the right password waits for what others did from the same address."""
    for number in range(signin.FREE_FROM_ADDRESS):
        attempt(session, "wrong password", mail=f"{number}@example.com")
    return isinstance(attempt(session, GOOD).refused, TooMany)


def test_neither_mail_nor_address_stands_readable_in_the_tries(session: Session) -> None:
    attempt(session, "wrong password", address="203.0.113.9")
    row = session.scalars(select(SignInTry)).one()
    assert len(row.account_hash) == len(row.address_hash) == 32
    assert MAIL.encode() not in row.account_hash


@pytest.mark.parametrize("enrolled", [True, False])
def test_whoever_types_a_code_while_the_account_is_locked_is_refused_and_hinders_nobody(
    app: Flask, *, enrolled: bool
) -> None:
    refused: list[object] = []
    with app.app_context():
        with transaction() as at:
            number = person(at, enrolled=enrolled).id
            said: dict[str, Any] = {"token": attempt(at, GOOD).token, "code": "000000", "client": "", "now": NOW}

        def locks(at: Session) -> None:
            accounts.lock(at, at.get_one(Account, number), actor=SYSTEM, why="left", now=NOW)

        def tries(at: Session) -> None:
            refused.append((signin.code(at, address="a", **said) if enrolled else signin.enrol(at, **said)).refused)

        def holds(at: Session) -> None:
            addresses.hold(at, MAIL)

        assert at_once(app, holds, tries, then=locks) is None
    assert [type(each) for each in refused] == [NotNow]
