"""The pool that panels are drawn from: where its members work; entered, changed and ended, and journalled."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import journal
from core.actors import Actor
from core.errors import BadInput, NotAllowed
from core.words import _l
from registry.models import Party
from registry.models_accounts import Account, AccountRole, Audience
from sanctions.models import PanelBackground

ROLES = ("panel", "review body")
"""Who may be drawn to decide or to review."""


def may_keep(actor: Actor) -> bool:
    """The system administrator keeps the pool, as he keeps the register; nobody who draws from it or decides."""
    return actor.has("system_admin", "system")


def members(session: Session, *, unplaced: bool = False) -> Sequence[Account]:
    """Everybody in the pool, by name; or only those of whom nobody has entered where they work."""
    drawn = select(AccountRole.account_id).where(AccountRole.role.in_(ROLES))
    asked = select(Account).where(Account.audience == Audience.STAFF, Account.id.in_(drawn))
    if unplaced:
        asked = asked.where(Account.id.not_in(select(PanelBackground.account_id)))
    return session.scalars(asked.order_by(Account.name, Account.id)).all()


def place(
    session: Session,
    account: Account,
    *,
    party: Party | None = None,
    organisation: str = "",
    actor: Actor,
    now: datetime,
) -> PanelBackground:
    """Enter or change where a member works: at a company of the register, or somewhere outside it.

    Nobody is drawn for a case of the company he works for, or of one that works with it.
    """
    if not may_keep(actor):
        raise NotAllowed
    if not account.role_words & set(ROLES):
        raise BadInput("account", _l("Only members of the pool for panels and reviews have an entry here."))
    organisation = organisation.strip()
    if (party is None) == (not organisation):
        raise BadInput("organisation", _l("Name either a company of the register or an organisation outside it."))
    found = session.get(PanelBackground, account.id, with_for_update=True)
    before = _said(found)
    if found is None:
        found = PanelBackground(account_id=account.id)
        session.add(found)
    found.party_id, found.organisation = party.id if party else None, organisation
    session.flush()
    _note(session, found, "background", actor, now, before, _said(found))
    return found


def end(session: Session, background: PanelBackground, *, actor: Actor, now: datetime) -> None:
    """The member no longer works there; what it was stays in the journal."""
    if not may_keep(actor):
        raise NotAllowed
    before = _said(background)
    session.delete(background)
    session.flush()
    _note(session, background, "background_ended", actor, now, before, _said(None))


Said = dict[str, int | str | None]


def _said(background: PanelBackground | None) -> Said:
    if background is None:
        return {"party": None, "organisation": ""}
    return {"party": background.party_id, "organisation": background.organisation}


def _note(
    session: Session, background: PanelBackground, what: str, actor: Actor, now: datetime, before: Said, after: Said
) -> None:
    journal.write(
        session,
        subject=("account", background.account_id),
        row=f"account.{what}",
        ref=f"account:{background.account_id}",
        actor=actor,
        now=now,
        states=("OPEN", "OPEN"),
        changes={name: [before[name], after[name]] for name in after},
    )
