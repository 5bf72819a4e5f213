"""The companies' search: their own forwardings, cases, notices, files and circulars, and nothing of anybody else's."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from casework.search_pages import OFTEN, numbered, shown, who
from core.throttle import limiter
from core.web import blueprint

bp = blueprint("casework_portal_search", __name__, audience="portal", prefix="/portal/search")

KINDS = ("forwarding", "track", "document", "evidence", "publication")


@bp.get("")
@limiter.limit(OFTEN, key_func=who)
def find() -> ResponseReturnValue:
    """A number leads straight to what bears it; anything else is listed."""
    if address := numbered(("TL", "ZL")):
        return redirect(address)
    found = shown(KINDS, "casework_portal_search.find")
    if found["jump"]:
        return redirect(found["jump"])
    return render_template("casework/portal_search.html", **found), found["status"]
