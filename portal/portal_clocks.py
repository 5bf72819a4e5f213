"""Portal pages that answer how a date was computed."""

from flask import abort, g, render_template
from flask.typing import ResponseReturnValue

from casework import clock_days
from core.db import session
from core.web import blueprint

LAYOUT = "layouts/portal.html"
bp = blueprint("portal_clocks", __name__, audience="portal", prefix="/portal/clocks")


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One clock that the company may see, day by day."""
    found = clock_days.of_party(session(), number, g.me.party_id) or abort(404)
    return render_template("casework/clock.html", layout=LAYOUT, **clock_days.page(session(), found))


@bp.get("/of/<machine>/<int:number>")
def listing(machine: str, number: int) -> ResponseReturnValue:
    """Every clock of a matter that the company may see; a matter of its own may have none yet."""
    if not clock_days.is_there(session(), machine, number):
        abort(404)
    found = clock_days.of_matter(session(), machine, number, g.me.party_id or 0)
    return render_template("casework/clocks.html", layout=LAYOUT, **clock_days.matter_of(session(), found))
