"""What the register allows: who may change it, whom the association's rules reach on a day, what may be cited."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.at_hand import at_hand
from core.words import _l
from registry.models import VIA_PRINCIPAL, Basis, BasisKind, Party
from registry.models_accounts import ROLES, WITHDRAWN, Account, AccountLink, Audience, LinkPurpose
from registry.models_rulebook import Provision

AT_JOBS = tuple(role for role in ROLES[Audience.STAFF] if role not in {"panel", "review body"})
"""Whoever was only drawn for a panel starts nothing over many things."""
_ORDER = (BasisKind.MEMBERSHIP, BasisKind.SIGNATORY, BasisKind.UNDERTAKING)
LOCKED = _l("This account is locked. Ask the person who manages accounts.")
LINK_USED = _l("This link was used already, or is too old. Ask for a new one.")


class Binding(Protocol):
    """What bound a party: on what it rests, from when, and until when where it has ended."""

    kind: BasisKind
    from_on: date
    to_on: date | None


def basis_on(session: Session, party: Party | int, day: date) -> str:
    """On what the rules bind a party on that day; VIA_PRINCIPAL where on nothing."""
    return _first(_bindings(session, party), day)


def basis_during(session: Session, party: Party | int, days: Sequence[date | None]) -> str:
    """On what the rules bound a party over these days: on the last of them, else on the last on which anything did."""
    found = _bindings(session, party)
    last = _last(found, days)
    return VIA_PRINCIPAL if last is None else _first(found, last)


def last_bound(session: Session, party: Party | int, days: Sequence[date | None]) -> date | None:
    """The last of these days on which something bound a party: whoever leaves answers for what it did before."""
    return _last(_bindings(session, party), days)


def _bindings(session: Session, party: Party | int) -> Sequence[Binding]:
    number = party if isinstance(party, int) else party.id
    known: Sequence[Binding] | None = at_hand(session, Basis, "party_id", number)
    if known is not None:
        return known
    return session.execute(select(Basis.kind, Basis.from_on, Basis.to_on).where(Basis.party_id == number)).all()


def _first(bindings: Sequence[Binding], day: date) -> str:
    found = {each.kind for each in bindings if each.from_on <= day <= (each.to_on or day)}
    return next((kind.value for kind in _ORDER if kind in found), VIA_PRINCIPAL)


def _last(bindings: Sequence[Binding], days: Sequence[date | None]) -> date | None:
    known = [day for day in days if day is not None]
    first, last = min(known), max(known)
    ends = [min(each.to_on or last, last) for each in bindings if each.from_on <= last]
    return max((each for each in ends if each >= first), default=None)


def may_be_named(party: Party) -> bool:
    """A suspended party receives nothing new, nor does one that ceased to exist: a complaint about it is told so."""
    return party.suspended_at is None and party.ceased_on is None


def may_keep_parties(actor: Actor) -> bool:
    """The system administrator keeps the register of parties."""
    return actor.has("system_admin", "system")


def may_join_parties(actor: Actor) -> bool:
    """The head says which entries are one company and whom a company goes on as: it moves whole cases."""
    return actor.has("head", "system")


def may_keep_rulebook(actor: Actor) -> bool:
    """The head and the adjudication unit know the rules; the system administrator types them in."""
    return actor.has("system_admin", "head", "reviewer", "system")


def may_keep_settings(actor: Actor) -> bool:
    """The system administrator enters the association's data and lays settings down."""
    return actor.has("system_admin", "system")


def may_open_jobs(actor: Actor) -> bool:
    """Whoever starts anything over many things, or takes its file."""
    return actor.has(*AT_JOBS)


def may_oversee_jobs(actor: Actor) -> bool:
    """Heads of department see everybody's long jobs, and steer them."""
    return actor.has("head")


def may_verify(actor: Actor) -> bool:
    """Whether a provision may be called verified: by people who have its text before them, never by the system."""
    return actor.has("head", "reviewer") or actor.has("system_admin")


def was_in_force(provision: Provision, day: date) -> bool:
    """The rule in force on the day of the conduct decides; no clause outlives its instrument."""
    ends = [last for last in (provision.effective_to, provision.instrument.replaced_on) if last is not None]
    began = provision.instrument.in_force_on
    return provision.effective_from <= day and (began is None or began <= day) and all(day <= last for last in ends)


LEAD_SUBMITS = _l("Only an authorised person of your company can submit this; prepare it and save it as a draft.")
LEAD_DOES = _l("Only an authorised person of your company can do this.")


def leads(actor: Actor, party_id: int | None) -> bool:
    """The lead of this very company."""
    return party_id is not None and actor.party_id == party_id and actor.has("lead")


def may_confirm_address(actor: Actor) -> bool:
    """The lead of a party says where it is served (D28)."""
    return leads(actor, actor.party_id)


def may_choose_language(actor: Actor, party_id: int) -> bool:
    """Its lead says in which language a party is written to, and whoever keeps the register enters it."""
    return may_keep_parties(actor) or leads(actor, party_id)


def may_require_second_factor(actor: Actor, party_id: int) -> bool:
    """Its lead decides how the people of a party prove who they are."""
    return leads(actor, party_id)


def may_invite(actor: Actor, audience: Audience, party_id: int | None) -> bool:
    """The system administrator invites anybody; a party's lead invites its own people."""
    if actor.has("system_admin", "system"):
        return True
    return audience is Audience.PARTY and leads(actor, party_id)


def awaits_invitation(account: Account) -> bool:
    """Whether another invitation lets somebody in: it opens an account that is locked only since one was taken back."""
    return account.locked_at is None or account.lock_reason == WITHDRAWN


def may_seat(actor: Actor, account: Account) -> bool:
    """Who works for a company its lead knows: anybody else who invites into it needs a second person."""
    return account.party_id is None or actor.has("system") or _leads(actor, account)


def may_give_roles(actor: Actor, account: Account) -> bool:
    """Whoever takes roles as well, but none to whom he invited into the association himself."""
    return may_take_roles(actor, account) and not brought_in(actor, account)


def brought_in(actor: Actor, account: Account) -> bool:
    """Whoever invites could be every second person himself, by mailboxes of his own; a company knows its people."""
    return actor.id is not None and account.party_id is None and account.invited_by == actor.id


def may_see_to_roles(actor: Actor) -> bool:
    """The security administrator sees to roles of the association."""
    return actor.has("security_admin", "system")


def may_take_roles(actor: Actor, account: Account) -> bool:
    """Nobody sees to his own roles; a lead decides who else leads."""
    if actor.id == account.id and actor.id is not None:
        return False
    return may_see_to_roles(actor) or _leads(actor, account)


def may_lock(actor: Actor, account: Account) -> bool:
    """Nobody locks himself out; a lead locks the people of his party."""
    if actor.id == account.id and actor.id is not None:
        return False
    return actor.has("security_admin", "system") or _leads(actor, account)


def locked_by_company(account: Account, locked_by: Account | None) -> bool:
    """Whether somebody of the company locked it: the association may lock it as well."""
    return account.party_id is not None and locked_by is not None and locked_by.party_id == account.party_id


def may_unlock(actor: Actor, account: Account, locked_by: Account | None) -> bool:
    """Whoever may lock it; of a company's people a lead, where one of the company locked it."""
    return may_lock(actor, account) and (locked_by_company(account, locked_by) or actor.has("security_admin", "system"))


def may_confirm_renewals(actor: Actor) -> bool:
    """Who is the second person of somebody at all: the security administrator, and a lead of the people he knows."""
    return actor.has("security_admin") or leads(actor, actor.party_id)


def may_confirm_renewal(actor: Actor, account: Account) -> bool:
    """A forgotten password or second factor takes a second person who knows the first."""
    return actor.id is not None and actor.id != account.id and (actor.has("security_admin") or _leads(actor, account))


def may_change_mail(actor: Actor) -> bool:
    """The system administrator enters addresses; the security administrator confirms what changes one."""
    return actor.has("system_admin", "system")


def may_settle(actor: Actor, link: AccountLink) -> bool:
    """Who confirms what was asked, never whoever asked; of another address the security administrator alone."""
    may = may_confirm_renewal(actor, link.account) and actor.id != link.asked_by
    return may and (link.purpose is not LinkPurpose.MAIL or actor.has("security_admin"))


def _leads(actor: Actor, account: Account) -> bool:
    return leads(actor, account.party_id)
