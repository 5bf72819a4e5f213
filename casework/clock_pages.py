"""Pages that answer how a date was computed: for staff, and for the companies in the portal."""

from flask import abort, g, render_template
from flask.typing import ResponseReturnValue

from casework import clock_days, policies_pages
from core.db import session
from core.web import blueprint
from registry import clocks

staff = blueprint("casework_clocks", __name__, audience="staff", prefix="/staff/clocks")
portal = blueprint("casework_portal_clocks", __name__, audience="portal", prefix="/portal/clocks")


@staff.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One clock, day by day; whoever was only drawn finds those of the own body, and no other."""
    found = clocks.one(session(), number) or abort(404)
    return render_template("casework/staff_clock.html", **clock_days.page(session(), found))


@staff.get("/of/<machine>/<int:number>")
def listing(machine: str, number: int) -> ResponseReturnValue:
    """Every clock of a matter, ended ones too; members drawn into a panel read its papers instead."""
    if not policies_pages.may_read_files(g.me):
        abort(403)
    found = clock_days.of_matter(session(), machine, number)
    return render_template("casework/staff_clocks.html", **clock_days.matter_of(session(), found))


@portal.get("/<int:number>", endpoint="show")
def show_theirs(number: int) -> ResponseReturnValue:
    """One clock that the company may see, day by day."""
    found = clock_days.of_party(session(), number, g.me.party_id) or abort(404)
    return render_template("casework/portal_clock.html", **clock_days.page(session(), found))


@portal.get("/of/<machine>/<int:number>", endpoint="listing")
def list_theirs(machine: str, number: int) -> ResponseReturnValue:
    """Every clock of a matter that the company may see."""
    found = clock_days.of_matter(session(), machine, number, g.me.party_id or 0)
    return render_template("casework/portal_clocks.html", **clock_days.matter_of(session(), found))
