"""Accounts of people: invited, given roles, locked; whatever changes what they may do ends their sessions at once."""

import base64
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.actors import NOBODY, SYSTEM, Actor
from core.clock import day_of
from core.crypto import derived
from core.errors import BadInput, Changed, NotAllowed, NotNow, Refused, unchanged
from core.registered import Registered
from core.words import _l
from registry import addresses, credentials, links, notifications, noting, policies, sessions, settings
from registry.addresses import by_mail, mail_key
from registry.models import Party
from registry.models_accounts import REPLACED, ROLES, WITHDRAWN, Account, AccountRole, AccountSecret, Audience

DEMONSTRATION_PASSWORD = "lanwan-demonstration"  # noqa: S105 - printed for everybody who tries the demonstration
FIRST_ROLES = ("system_admin", "security_admin")
"""Of the first two people, each named by the operator: they bring in everybody else together."""
SEATS = b"seat"
"""What the operator holds while he names one of them: of two at once, the second sees what the first has done."""
THERE_ARE_TWO = _l(
    "There are two administrators: they invite others. Give the address of one of them, or say with --instead-of who "
    "has left."
)
INVITED_BY_YOU = _l("You invited this person, so another security administrator gives the role.")
NAMED_BY_YOU = _l("You invited this person, so another security administrator puts the name right.")
_told_of_locks = Registered[Callable[[Session, Account, datetime], None]]()
on_locked = _told_of_locks.add
"""Register who is told that an account was locked, or opened again."""
_told_of_roles = Registered[Callable[[Session, Account, datetime], None]]()
on_roles = _told_of_roles.add
"""Register who is told that somebody was given a role, or lost one."""


def invite(  # noqa: PLR0913 - each value is named
    session: Session,
    *,
    actor: Actor,
    mail: str,
    name: str,
    audience: Audience,
    now: datetime,
    party: Party | None = None,
    roles: Iterable[str] = (),
    language: str = "zh",
) -> Account:
    """Make an account and send its person a link; roles, and a seat in a company, need whoever may give them."""
    if not policies.may_invite(actor, audience, party.id if party else None):
        raise NotAllowed
    own = party is not None and actor.party_id == party.id
    address = addresses.free(session, mail, party.id if party else None, own=own)
    account = _enter(
        session,
        mail=address,
        name=name,
        audience=audience,
        party=party,
        language=language,
        now=now,
        invited_by=actor.id,
    )
    wanted = set(roles) | ({"respondent"} if audience is Audience.PARTY else set())
    for role in sorted(wanted):
        _fits(account, role)
        if audience is not Audience.PARTY and not policies.may_give_roles(actor, account):
            raise NotAllowed(_l("Roles are given by the security administrator."))
        session.add(AccountRole(account_id=account.id, role=role, given_by=actor.id))
    session.flush()
    session.expire(account, ["roles"])
    _send_invitation(session, account, actor, now)
    noting.of_account(session, account.id, "invite", actor, now, {"roles": sorted(wanted)})
    return account


def _send_invitation(session: Session, account: Account, actor: Actor, now: datetime) -> None:
    """Send the link; if a second person must confirm, tell the people of the company, whose matters are read then."""
    link = links.invite(session, account, actor=actor, now=now)
    if link.of_two and account.party_id is not None:
        key = f"joining:{account.id}:{day_of(now)}"  # however often it is sent anew
        notifications.tell_party(session, account.party_id, "joining", key=key, now=now)


def invite_again(session: Session, account: Account, *, actor: Actor, now: datetime) -> None:
    """Send the invitation anew, where nobody has accepted it yet; a lead is not told whose the address is."""
    if not policies.may_invite(actor, account.audience, account.party_id):
        raise NotAllowed
    _still_invited(session, account)
    if not policies.awaits_invitation(account):
        raise NotNow(_l("This account is locked: it has to be opened again before another invitation goes out."))
    if links.invited_lately(session, account, now):
        raise NotNow(_l("An invitation went out within the last hour; wait a while before you send another."))
    if not addresses.claim(session, account) and actor.party_id is None:
        raise NotNow(addresses.TAKEN)
    if account.locked_at is not None:
        _open(session, account, actor, now)  # whoever may invite may open what only awaits another invitation
    _send_invitation(session, account, actor, now)
    noting.of_account(session, account.id, "invite_again", actor, now)


def withdraw_invitation(session: Session, account: Account, *, actor: Actor, now: datetime) -> None:
    """Take an invitation back that nobody has accepted: its link ends, and the account stays locked until another."""
    if not policies.may_invite(actor, account.audience, account.party_id):
        raise NotAllowed
    _still_invited(session, account)
    lock(session, account, actor=actor, why=WITHDRAWN, now=now)


def _still_invited(session: Session, account: Account) -> None:
    """Lock the address, so that nobody accepts the invitation meanwhile or opens another address of the account."""
    mail = account.mail
    addresses.hold(session, mail)
    session.refresh(account)
    if account.mail != mail:
        raise Changed
    secret = session.get(AccountSecret, account.id, populate_existing=True)
    if secret is not None and secret.password_hash is not None:
        raise NotNow(_l("This invitation was accepted. A forgotten password is renewed on the sign-in page."))


def give_role(session: Session, account: Account, role: str, *, actor: Actor, now: datetime) -> None:
    """Give a role; open sessions end, so that the next sign-in has it."""
    if policies.brought_in(actor, account):
        raise NotAllowed(INVITED_BY_YOU)
    if not policies.may_give_roles(actor, account):
        raise NotAllowed(_l("Roles are given by the security administrator, and never to oneself."))
    if account.party_id is not None and account.invited:
        raise NotNow(_l("This person has not accepted the invitation yet."))
    _fits(account, role)
    if role in account.role_words:
        raise NotNow(_l("This person already has this role."))
    session.add(AccountRole(account_id=account.id, role=role, given_by=actor.id))
    _roles_changed(session, account, "give_role", role, actor, now)


def take_role(session: Session, account: Account, role: str, *, actor: Actor, now: datetime) -> None:
    """Take a role away; the very next request of an open session is refused."""
    if not policies.may_take_roles(_as_of_now(session, actor, account), account):
        raise NotAllowed(_l("Roles are taken by the security administrator, and never from oneself."))
    if role not in account.role_words:
        raise NotNow(_l("This person does not have this role."))
    if role == "respondent":
        raise NotNow(_l("Lock the account instead: everybody of a party is a respondent."))
    session.execute(delete(AccountRole).where(AccountRole.account_id == account.id, AccountRole.role == role))
    _roles_changed(session, account, "take_role", role, actor, now)


def put_name_right(
    session: Session, account: Account, name: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Correct how somebody is called, on documents from now on: never by whoever brought the person in, or oneself."""
    if not policies.may_give_roles(actor, account):
        raise NotAllowed(NAMED_BY_YOU if policies.brought_in(actor, account) else None)
    unchanged(account.version, version)
    if not name.strip():
        raise BadInput("name", _l("Write the person's name."))
    account.name = name.strip()
    noting.of_account(session, account.id, "put_name_right", actor, now)


def lock(
    session: Session,
    account: Account,
    *,
    actor: Actor,
    why: str,
    now: datetime,
    version: int | None = None,
) -> None:
    """Lock an account and end its sessions at once; the association's lock takes the place of a company's.

    Whatever link was asked for or sent ends as well: it lies in a mailbox, and would open the account that is unlocked.
    """
    addresses.hold(session, account.mail)  # before any link, as whoever opens one does
    if not policies.may_lock(_as_of_now(session, actor, account), account):
        raise NotAllowed
    unchanged(account.version, version)
    over = actor.has("security_admin", "system") and policies.locked_by_company(account, locker(session, account))
    if account.locked_at is not None and not over:
        raise NotNow(_l("This account is already locked."))
    if not why.strip():
        raise BadInput("why", _l("Say why."))
    before = "OPEN" if account.locked_at is None else "LOCKED"
    account.locked_at, account.lock_reason, account.locked_by = now, why.strip(), actor.id
    sessions.end_all(session, account.id, now=now)
    links.end_open(session, account, now=now)
    noting.of_account(session, account.id, "lock", actor, now, {"why": why.strip()}, states=(before, "LOCKED"))
    _tell(session, account, now)


def unlock(
    session: Session,
    account: Account,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Open a locked account again."""
    if not policies.may_lock(actor, account):
        raise NotAllowed
    unchanged(account.version, version)
    if account.locked_at is None:
        raise NotNow(_l("This account is not locked."))
    if not policies.may_unlock(actor, account, locker(session, account)):
        raise NotAllowed(_l("The association locked this account; only the association opens it again."))
    _open(session, account, actor, now)


def locker(session: Session, account: Account) -> Account | None:
    """Who locked an account, as far as this reader sees people."""
    return session.get(Account, account.locked_by) if account.locked_by is not None else None


def _open(session: Session, account: Account, actor: Actor, now: datetime) -> None:
    account.locked_at, account.lock_reason, account.locked_by = None, "", None
    noting.of_account(session, account.id, "unlock", actor, now, states=("LOCKED", "OPEN"))
    _tell(session, account, now)


def _tell(session: Session, account: Account, now: datetime) -> None:
    session.flush()
    for told in _told_of_locks:
        told(session, account, now)


def _as_of_now(session: Session, actor: Actor, account: Account) -> Actor:
    """Who acts, by roles read anew with both accounts locked: of two leads who demote each other at once, only one can.

    So whoever takes a right from another keeps it, and one always stays.
    """
    if actor.id is None:
        return actor
    both = select(Account).where(Account.id.in_((actor.id, account.id))).order_by(Account.id)
    held = session.scalars(both.with_for_update(key_share=True).execution_options(populate_existing=True)).all()
    for each in held:
        session.expire(each, ["roles"])
    return actor_of(session, actor.id) or NOBODY


def speak(account: Account, language: str) -> None:
    """Choose the language of one's mails and pages."""
    if language not in {"zh", "en"}:
        raise BadInput("language", _l("Choose one of the languages shown."))
    account.language = language


def first_admin(
    session: Session, mail: str, *, now: datetime, instead_of: str | None = None, role: str | None = None
) -> str:
    """Name one of the first two administrators, or let one who is locked out in again; returns the token of the link.

    Only the operator of the machine calls this, on the command line: he is the second person, also where somebody is
    named `instead_of` one who left. Whoever holds one of the two roles gets no other; of whoever holds the third he
    says which `role` is meant.
    """
    addresses.one_at_a_time(session, SEATS)
    addresses.hold(session, mail, instead_of or mail)
    free = role_without_person(session, now) if instead_of is None else _left(session, instead_of, now)
    account = by_mail(session, mail)
    if account is None:
        if free is None:
            raise Refused(THERE_ARE_TWO)
        account = _enter(
            session,
            mail=addresses.free(session, mail),
            name=mail.partition("@")[0],
            audience=Audience.ADMIN,
            party=None,
            language="zh",
            now=now,
        )
    if account.audience is not Audience.ADMIN:
        raise Refused(_l("This address belongs to an account that is not an administrator's."))
    if account.locked_at is not None:
        raise Refused(_l("This account is locked: name somebody else."))
    given = _given(account, free, role if instead_of is None else free)
    link = links.invite(session, account, actor=SYSTEM, now=now)
    if given is None:
        credentials.forget_factor(session, account, actor=SYSTEM, now=now)
        noting.of_account(session, account.id, "first_admin", SYSTEM, now)
    else:
        for other in _never_came(session, given, now):
            _replaced(session, other, now)
        session.add(AccountRole(account_id=account.id, role=given))
        _roles_changed(session, account, "first_admin", given, SYSTEM, now)
    return links.token_of(link)


def _given(account: Account, free: str | None, wanted: str | None) -> str | None:
    """Which role is given; None if a person is only let in again with the roles they hold."""
    words, held = account.role_words, account.role_words & set(FIRST_ROLES)
    given = None if held else free
    if held and wanted in FIRST_ROLES and wanted not in held:
        raise Refused(_l("This person holds the other of the two roles: name somebody else."))
    if wanted is None and given is not None and words:
        raise Refused(
            _l(
                "This person is %(own)s, and nobody is %(role)s: say --as %(own)s to let the person in again, or "
                "--as %(role)s to give that role.",
                own=", ".join(sorted(words)),
                role=given,
            )
        )
    if wanted is not None and wanted != given and wanted not in words:
        raise Refused(_l("This role is neither this person's nor the one that nobody holds."))
    return None if wanted in words else given


def _left(session: Session, mail: str, now: datetime) -> str:
    """Lock one of the first administrators; which of the two seats that leaves free."""
    account = by_mail(session, mail)
    seats = _seats(account) if account is not None else []
    if account is None or not seats:
        raise Refused(_l("The account to be replaced is no system administrator's and no security administrator's."))
    _replaced(session, account, now)
    empty = role_without_person(session, now)
    return empty if empty in seats else seats[-1]


def _replaced(session: Session, account: Account, now: datetime) -> None:
    """End whatever is open for somebody, and take away both roles: opening the account again gives neither back."""
    links.end_open(session, account, now=now)
    if account.locked_at is None:
        lock(session, account, actor=SYSTEM, why=REPLACED, now=now)
    for role in _seats(account):
        take_role(session, account, role, actor=SYSTEM, now=now)


def _seats(account: Account) -> list[str]:
    return [role for role in FIRST_ROLES if role in account.role_words]


def _never_came(session: Session, role: str, now: datetime) -> list[Account]:
    """People whom the operator gave a role and whose link expired unused, mostly because an address was mistyped."""
    named = select(Account).join(AccountRole, AccountRole.account_id == Account.id)
    named = named.where(AccountRole.role == role, AccountRole.given_by.is_(None))
    return list(session.scalars(named.where(Account.locked_at.is_(None), ~links.gets_in(now)).order_by(Account.id)))


def role_without_person(session: Session, now: datetime) -> str | None:
    """Which of the first two roles nobody holds who can sign in; if one person holds both, the second."""
    held = select(AccountRole.role, AccountRole.account_id).join(Account, Account.id == AccountRole.account_id)
    rows = session.execute(held.where(AccountRole.role.in_(FIRST_ROLES), links.gets_in(now))).all()
    system, security = ({row.account_id for row in rows if row.role == role} for role in FIRST_ROLES)
    if not system:
        return FIRST_ROLES[0]
    return FIRST_ROLES[1] if not security or len(system | security) == 1 else None


def enter_demonstration(
    session: Session,
    *,
    mail: str,
    name: str,
    audience: Audience,
    roles: Iterable[str],
    now: datetime,
    party: Party | None = None,
    language: str = "zh",
) -> Account:
    """Make an account that anybody may try: its password and next code are shown, in the demonstration only."""
    if not settings.is_demonstration(session):
        raise NotNow(_l("Demonstration accounts exist in demonstration mode only."))
    address = addresses.free(session, mail, party.id if party else None)
    account = _enter(session, mail=address, name=name, audience=audience, party=party, language=language, now=now)
    account.demonstration = True
    for role in sorted(set(roles) | ({"respondent"} if audience is Audience.PARTY else set())):
        _fits(account, role)
        session.add(AccountRole(account_id=account.id, role=role))
    secret = credentials.secret_of(session, account.id)
    secret.password_hash = _demonstration_hash()
    if audience is not Audience.PARTY:
        secret.totp_secret = base64.b32encode(derived("demonstration", mail, 20)).decode()
        secret.totp_at = now
    session.flush()
    session.expire(account, ["roles"])
    return account


def demonstration_accounts(session: Session) -> list[Account]:
    """List the accounts to try, staff first; empty in production."""
    if not settings.is_demonstration(session):
        return []
    found = session.scalars(
        select(Account).where(Account.demonstration, Account.locked_at.is_(None)).order_by(Account.id)
    )
    order = [Audience.STAFF, Audience.PARTY, Audience.ADMIN]
    return sorted(found, key=lambda account: order.index(account.audience))


@cache
def _demonstration_hash() -> str:
    return credentials.hashed(DEMONSTRATION_PASSWORD)


def _enter(
    session: Session,
    *,
    mail: str,
    name: str,
    audience: Audience,
    party: Party | None,
    language: str,
    now: datetime,
    invited_by: int | None = None,
) -> Account:
    """Make the account; the address is its own, unless it is somebody else's for good."""
    if (audience is Audience.PARTY) != (party is not None):
        raise BadInput("party", _l("People of the portal belong to an institution or firm; others do not."))
    if not name.strip():
        raise BadInput("name", _l("Write the person's name."))
    account = Account(
        mail=mail,
        mail_hash=addresses.beside_key(mail, party.id if party else None),
        name=name.strip(),
        audience=audience,
        party_id=party.id if party else None,
        language=language,
        invited_by=invited_by,
        created_at=now,
    )
    session.add(account)
    session.flush()
    session.add(AccountSecret(account_id=account.id))
    addresses.claim(session, account)
    return account


def _fits(account: Account, role: str) -> None:
    if role not in ROLES[account.audience]:
        raise BadInput("role", _l("This role does not belong to this kind of account."))


def _roles_changed(
    session: Session,
    account: Account,
    what: str,
    role: str,
    actor: Actor,
    now: datetime,
) -> None:
    session.flush()
    session.expire(account, ["roles"])
    sessions.end_all(session, account.id, now=now)
    noting.of_account(session, account.id, what, actor, now, {"role": role})
    for told in _told_of_roles:
        told(session, account, now)


def actor_of(session: Session, account_id: int | None) -> Actor | None:
    """An account as an actor, for what is done in its name after it was signed out; None where it is locked or gone."""
    account = session.get(Account, account_id) if account_id is not None else None
    if account is None or account.locked_at is not None:
        return None
    return Actor(account.id, account.role_words, account.party_id, account.name, sessions.AREA[account.audience])


__all__ = [
    "DEMONSTRATION_PASSWORD",
    "actor_of",
    "by_mail",
    "demonstration_accounts",
    "enter_demonstration",
    "first_admin",
    "give_role",
    "invite",
    "invite_again",
    "lock",
    "locker",
    "mail_key",
    "put_name_right",
    "speak",
    "take_role",
    "unlock",
    "withdraw_invitation",
]
