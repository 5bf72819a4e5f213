"""Who else is at a page just now: told to those who may see the same thing, by sentence."""

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core import presence
from core.db import session
from core.furniture import blueprint
from core.words import _
from registry import door
from registry.queries import account_name, value

bp = blueprint("registry_presence", __name__, audience="account", prefix="/presence")
Sees = Callable[[Session, str], str | None]
_kinds: dict[str, Sees] = {}
MOST, MOST_OF_A_PAGE = 5, 20
"""So many are named, and so long may the number be that a page gives itself."""


def shown_at(kind: str) -> Callable[[Sees], Sees]:
    """Register who may be at things of a kind: the name under which its readers meet, or None for who may not."""

    def registered(sees: Sees) -> Sees:
        _kinds[kind] = sees
        return sees

    return registered


def met(at: Session, called: str, shared: Any, key: Any, name: str) -> str | None:  # noqa: ANN401 - columns
    """Where staff meet who may read the row of this number: what is closed to its reader is not there."""
    if g.me.audience != "staff" or not (name.isascii() and name.isdigit()):
        return None
    found = value(at, shared, key, int(name))
    return f"{called}:{found}" if found is not None else None


@bp.get("/<kind>/<name>")
def look(kind: str, name: str) -> ResponseReturnValue:
    """One is here; who else is. Asked anew each time whether this reader may still see it."""
    at, sees = session(), _kinds.get(kind) or abort(404)
    shared = sees(at, name[:100]) or abort(404)
    what = f"{g.me.audience}:{shared}"
    page = request.args.get("page", "")[:MOST_OF_A_PAGE]
    if "gone" in request.args:
        presence.gone(what, g.me.id, page)
        return "", 204
    found = presence.here(what, g.me.id, writes="writes" in request.args, page=page)
    known = [(account_name(at, number), writes) for number, writes in found[:MOST]]
    said = [
        _("%(who)s is writing here", who=who) if writes else _("%(who)s is viewing", who=who)
        for who, writes in known
        if who
    ]
    return "\n".join(str(each) for each in said), 200, {"Content-Type": "text/plain; charset=utf-8"}


def init_app(app: Flask) -> None:
    """Register it; an open page that asks keeps nobody signed in."""
    app.register_blueprint(bp)
    door.does_not_count_under("/presence/")
