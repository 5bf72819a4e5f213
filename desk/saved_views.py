"""Saved views: a selection of the queue or of the cases under a name, for oneself or shared."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models_queue import SavedView
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l

MOST = 30
"""How many views one person may save."""


KEPT = {"view", "state", "party", "code", "officer", "channel", "outcome", "since", "until", "sort"}
"""What of a choice is kept: no words, which may be somebody's name or number and would outlive what was erased."""


def kept(query: str) -> str:
    """A selection, as a view keeps it."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name in KEPT])


def may_remove(actor: Actor, view: SavedView) -> bool:
    """Whether somebody may remove it: one's own; the head also shared ones."""
    return view.owner_id == actor.id or (view.shared and actor.has("head"))


def save(session: Session, *, page: str, name: str, query: str, shared: bool, actor: Actor, now: datetime) -> SavedView:
    """Keep a selection, without its words, under a name; replaces one's own of that name, unless it is shared."""
    if actor.id is None or actor.audience != "staff":
        raise NotAllowed
    if not name.strip():
        raise BadInput("name", _l("Give the view a name."))
    mine = (SavedView.owner_id == actor.id) & (SavedView.page == page)
    view = session.scalar(select(SavedView).where(mine, SavedView.name == name.strip()))
    if view is None:
        if (session.scalar(select(func.count()).select_from(SavedView).where(mine)) or 0) >= MOST:
            raise NotNow(_l("You have %(most)s views already: remove one first.", most=MOST))
        view = SavedView(owner_id=actor.id, page=page, name=name.strip(), made_at=now)
        session.add(view)
    elif view.shared:
        raise BadInput(
            "name", _l("Everybody sees a view of yours by this name: choose another name, or remove that one first.")
        )
    view.query, view.shared = kept(query), shared
    session.flush()
    return view


def remove(session: Session, view: SavedView, *, actor: Actor) -> None:
    """Remove a view; the complaints it listed stay."""
    if not may_remove(actor, view):
        raise NotAllowed
    session.delete(view)
    session.flush()
