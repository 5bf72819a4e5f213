"""Staff pages that answer how a date was computed."""

from flask import abort, g, render_template
from flask.typing import ResponseReturnValue

from casework import clock_days, policies_pages
from core.db import session
from core.web import blueprint
from registry import clocks

LAYOUT = "layouts/staff.html"
bp = blueprint("desk_clocks", __name__, audience="staff", prefix="/staff/clocks")


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One clock, day by day; people who were only drawn find those of their own body."""
    found = clocks.one(session(), number) or abort(404)
    if not clock_days.may_see(session(), found):
        abort(403)
    return render_template("casework/clock.html", layout=LAYOUT, **clock_days.page(session(), found))


@bp.get("/of/<machine>/<int:number>")
def listing(machine: str, number: int) -> ResponseReturnValue:
    """Every clock of a matter, including ended ones; people drawn for a panel read its documents instead."""
    if not policies_pages.may_read_files(g.me) or not clock_days.may_see_of(machine):
        abort(403)
    found = clock_days.of_matter(session(), machine, number)
    return render_template("casework/clocks.html", layout=LAYOUT, **clock_days.matter_of(session(), found))
