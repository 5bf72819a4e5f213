"""The pool from which panels are drawn: where members work; entered, changed and ended, each journalled."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import recusals
from casework.models_recusals import Interest
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, unchanged
from core.words import _l
from registry import noting
from registry.models import Party
from registry.models_accounts import BY_NAME, Account, AccountRole, Audience
from sanctions.models_decisions import PanelBackground

ROLES = ("panel", "review body")
"""Who may be drawn to decide or to review."""
NOTHING = -1
"""The version of an entry that is not there yet."""


def may_keep(actor: Actor) -> bool:
    """Whether somebody keeps the pool: the system administrator, as with the register; nobody who draws or decides."""
    return actor.has("system_admin", "system")


def unplaced(session: Session) -> Sequence[Account]:
    """Members of the pool for whom no workplace is entered, by name."""
    drawn = select(AccountRole.account_id).where(AccountRole.role.in_(ROLES))
    asked = select(Account).where(Account.audience == Audience.STAFF, Account.id.in_(drawn))
    asked = asked.where(Account.id.not_in(select(PanelBackground.account_id)))
    return session.scalars(asked.order_by(*BY_NAME)).all()


def place(
    session: Session,
    account: Account,
    *,
    party: Party | None = None,
    organisation: str = "",
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> PanelBackground:
    """Enter or change where a member works: at a company of the register, or somewhere else.

    `version` is that of the entry that was read, NOTHING if there was none, so that the second of two people is told.
    Nobody decides on a case of their employer, or of one that works with it: they are not drawn for it, and recused if
    they sit already, also for a time after they left.
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
    _same(found, version)
    if found is None:
        found = PanelBackground(account_id=account.id)
        session.add(found)
    if found.party_id is not None and (party is None or party.id != found.party_id):
        _left(session, account.id, found.party_id, now)
    found.party_id, found.organisation = party.id if party else None, organisation
    session.flush()
    _note(session, found, "background", actor, now, before, _said(found))
    if party is not None:
        _works_at(session, account.id, party, now)
    return found


def end(
    session: Session, background: PanelBackground, *, actor: Actor, version: int | None = None, now: datetime
) -> None:
    """End a member's employment; the journal keeps it, and it bars for a time (RECUSAL_MONTHS)."""
    if not may_keep(actor):
        raise NotAllowed
    _same(session.get(PanelBackground, background.account_id, with_for_update=True, populate_existing=True), version)
    before = _said(background)
    if background.party_id is not None:
        _left(session, background.account_id, background.party_id, now)
    session.delete(background)
    session.flush()
    _note(session, background, "background_ended", actor, now, before, _said(None))


def _same(found: PanelBackground | None, version: int | None) -> None:
    unchanged(found.version if found is not None else NOTHING, version)


def _works_at(session: Session, account_id: int, party: Party, now: datetime) -> None:
    if not _ties(session, account_id, party.id):
        tie = Interest(account_id=account_id, party_id=party.id, kind="EMPLOYED", from_on=day_of(now), declared_at=now)
        session.add(tie)
        session.flush()
    recusals.check(session, account_id, party, now, day_of(now))


def _left(session: Session, account_id: int, party_id: int, now: datetime) -> None:
    for tie in _ties(session, account_id, party_id):
        tie.to_on = max(day_of(now), tie.from_on)
    session.flush()


def _ties(session: Session, account_id: int, party_id: int) -> Sequence[Interest]:
    """The employment at a company that has not ended."""
    mine = select(Interest).where(Interest.account_id == account_id, Interest.party_id == party_id)
    return session.scalars(mine.where(Interest.kind == "EMPLOYED", Interest.to_on.is_(None))).all()


Said = dict[str, int | str | None]


def _said(background: PanelBackground | None) -> Said:
    if background is None:
        return {"party": None, "organisation": ""}
    return {"party": background.party_id, "organisation": background.organisation}


def _note(
    session: Session, background: PanelBackground, what: str, actor: Actor, now: datetime, before: Said, after: Said
) -> None:
    changes = {name: [before[name], after[name]] for name in after}
    noting.of_account(session, background.account_id, what, actor, now, changes)
