"""The companies' search: their own forwardings, cases, notices, files and circulars, and nothing of anybody else's."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from core.throttle import limiter
from core.web import blueprint
from search.pages import OFTEN, shown, who

bp = blueprint("search_portal", __name__, audience="portal", prefix="/portal/search")

KINDS = ("forwarding", "track", "document", "evidence", "publication")


@bp.get("")
@limiter.limit(OFTEN, key_func=who)
def find() -> ResponseReturnValue:
    """A number leads straight to what bears it; anything else is listed."""
    found = shown(KINDS, "search_portal.find", ("TL", "ZL"))
    if found["jump"]:
        return redirect(found["jump"])
    return render_template("search/portal_search.html", **found), found["status"]
