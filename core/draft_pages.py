"""Where pages keep drafts while somebody types, drop them, and take over those of colleagues."""

from flask import Flask, abort, flash, redirect, request
from flask.typing import ResponseReturnValue

from core import clock, drafting
from core.drafting import Place
from core.furniture import blueprint, place
from core.words import _

OF_THE_PAGE = {"place", "once", "had", "turn", "empty", "part", "gone"}
"""What the script says besides the fields."""

bp = blueprint("drafts", __name__, audience="account")


@bp.post("/drafts")
def save() -> ResponseReturnValue:
    """Keep the long texts of a form while they are written; answers with the time, with nothing where none is left."""
    where, said = _place(), request.form
    page = {"key": said.get("once", ""), "turn": said.get("turn", "")}
    if said.get("empty"):
        drafting.forget(where.name, **page)
        return "", 204
    fields = {name: values for name, values in drafting.posted().items() if name not in OF_THE_PAGE}
    gone = said.getlist("gone") if said.get("part") else None
    why = drafting.save(where, fields, had=bool(said.get("had")), gone=gone, **page)
    return (why, 409) if why else (f"{clock.local(clock.now()):%H:%M}", 200)


@bp.post("/drafts/drop")
def drop() -> ResponseReturnValue:
    """Begin anew."""
    where = _place()
    drafting.forget(where.name)
    flash(_("Your text was dropped."), "info")
    return redirect(where.path, 303)


@bp.post("/drafts/take-over")
def take_over() -> ResponseReturnValue:
    """Go on with a colleague's text."""
    where = _place()
    drafting.take_over(where, request.form.get("whose", 0, type=int))
    flash(_("The text is yours now; the journal notes it."))
    return redirect(where.path, 303)


def _place() -> Place:
    return drafting.placed(request.form.get("place", "")) or abort(400)


def init_app(app: Flask) -> None:
    """Register them, and say to the macros where they are."""
    app.register_blueprint(bp)
    place("drafts", "drafts.save")
    place("drafts.drop", "drafts.drop")
    place("drafts.take_over", "drafts.take_over")
