"""The tracking page's routes of what its person takes back: each consent, and a wrong file."""

from collections.abc import Callable

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework import taking_back
from complainants.track import bp, mine, tracking
from core import clock
from core.db import transaction
from core.words import LazyString, _l

WHAT: dict[str, tuple[Callable[..., None], LazyString]] = {
    "showing": (taking_back.showing, _l("Only the association sees this file now.")),
    "file": (taking_back.file, _l("The file is deleted.")),
}


@bp.post("/files/<int:number>/<any(showing, file):what>")
def take_back(number: int, what: str) -> ResponseReturnValue:
    """A file shall not be shown, or was a wrong one."""
    tracking()
    verb, done = WHAT[what]
    with transaction(once=request.form.get("key")) as at:
        verb(at, mine(at), number, actor=g.me, now=clock.now())
    flash(done)
    return redirect(url_for(".show", _anchor="evidence"), 303)


@bp.post("/name")
def take_name_back() -> ResponseReturnValue:
    """No company shall learn name and contact."""
    tracking()
    with transaction(once=request.form.get("key")) as at:
        taking_back.name(at, mine(at), actor=g.me, now=clock.now())
    flash(_l("Your name and contact are not passed on to any company."))
    return redirect(url_for(".show", _anchor="evidence"), 303)
