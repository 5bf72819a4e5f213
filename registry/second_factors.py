"""A second factor by choice: people of companies set it up and switch it off, and their lead may require it of all."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import NotAllowed, NotNow
from core.words import _l
from registry import addresses, credentials, parties, policies, queries, sessions, signin
from registry.models import Party
from registry.models_accounts import Account, Audience
from registry.signin import Outcome


@dataclass(frozen=True)
class Proof:
    """What somebody who is signed in says to prove it, and from where: an open browser alone changes nothing."""

    password: str
    code: str
    address: str
    client: str


def offered(session: Session, account: Account, *, token: str) -> str | None:
    """The secret that this session may set up; none where one is set up, or where the door asks for it anyway."""
    if account.audience is not Audience.PARTY or credentials.secret_of(session, account.id).totp_at is not None:
        return None
    return credentials.candidate(account.id, sessions.digest(token))


def set_up(session: Session, account: Account, proof: Proof, *, token: str, now: datetime) -> Outcome:
    """Take the second factor once password and code prove it."""
    addresses.one_at_a_time(session, account.mail_hash)
    secret = offered(session, account, token=token)
    if secret is None:
        return Outcome(NotNow(_l("This account has a second factor already.")))
    if refused := signin.wrong_password(session, account, proof.password, address=proof.address, now=now):
        return Outcome(refused)
    if refused := signin.not_enrolled(session, account, secret, proof.code, actor=Actor(account.id), now=now):
        return Outcome(refused)
    opened = sessions.begin(session, account, passed=True, client=proof.client, now=now)
    return Outcome(token=opened, step="OPEN", account_id=account.id)


def switch_off(session: Session, account: Account, proof: Proof, *, now: datetime) -> Outcome:
    """Drop the second factor by password and code; where the company requires one, the next step sets up another."""
    addresses.one_at_a_time(session, account.mail_hash)
    if account.audience is not Audience.PARTY or credentials.secret_of(session, account.id).totp_at is None:
        return Outcome(NotNow(_l("There is no second factor to switch off.")))
    if refused := signin.wrong_password(session, account, proof.password, address=proof.address, now=now):
        return Outcome(refused)
    if refused := signin.wrong_code(session, account, proof.code, address=proof.address, now=now):
        return Outcome(refused)
    credentials.forget_factor(session, account, actor=Actor(account.id), now=now)
    return signin.after_link(session, account, client=proof.client, now=now)


def require(session: Session, party: Party, *, wanted: bool, actor: Actor, now: datetime) -> None:
    """A lead requires a second factor of all people of the party, or no longer; who has none signs in again."""
    if not policies.may_require_second_factor(actor, party.id):
        raise NotAllowed
    if party.second_factor == wanted:
        return
    having = queries.with_second_factor(session, party)
    if wanted and actor.id not in having:
        raise NotNow(_l("Set up your own second factor first, under “My account”."))
    _require(session, party, having, wanted=wanted, actor=actor, now=now)


def keep_required(session: Session, gone: Party, kept: Party, *, actor: Actor, now: datetime) -> None:
    """What a lead required is not lost where his entry goes into another one; the lead there may drop it."""
    if gone.second_factor and not kept.second_factor:
        _require(session, kept, queries.with_second_factor(session, kept), wanted=True, actor=actor, now=now)


def _require(
    session: Session, party: Party, having: Container[int], *, wanted: bool, actor: Actor, now: datetime
) -> None:
    before, party.second_factor = party.second_factor, wanted
    parties.note(session, party, "require_second_factor", actor, now, {"before": before, "after": wanted})
    lacking = [each for each in queries.people_of(session, party) if wanted and each.id not in having]
    addresses.hold(session, *(each.mail for each in lacking))  # who signs in at this moment is asked for one as well
    for person in lacking:
        sessions.end_all(session, person.id, now=now)
