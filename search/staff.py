"""The staff's search: complaints, cases, companies, notices, evidence and publications, from every page."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import policies_pages, receipts
from core.throttle import limiter
from core.web import blueprint
from search.pages import OFTEN, shown, who

bp = blueprint("search_staff", __name__, audience="staff", prefix="/staff/search")

OF_FILES = ("case", "document", "publication")
OF_COMPLAINTS = ("complaint", "case", "party", "document", "evidence", "publication")


@bp.get("")
@limiter.limit(OFTEN, key_func=who)
def find() -> ResponseReturnValue:
    """A number or code that one thing bears leads straight there, a name where nothing else has it."""
    if not policies_pages.may_read_files(g.me):
        abort(403)
    if receipts.is_code(request.args.get("q", "")):
        flash(str(receipts.NOT_LOOKED_FOR), "warn")
        return redirect(url_for(".find"))
    reads = policies_pages.may_read_complaints(g.me)
    found = shown(OF_COMPLAINTS if reads else OF_FILES, "search_staff.find", ("TL",) if reads else ())
    if found["jump"]:
        return redirect(found["jump"])
    return render_template("search/staff_search.html", **found), found["status"]
