"""Company names for the suggestions under a field of staff."""

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from casework import policies_pages
from core.db import session
from core.web import blueprint
from desk.choices import suggested

bp = blueprint("desk_companies", __name__, audience="staff", prefix="/staff/companies")


@bp.before_request
def only_who_names_companies() -> None:
    """Only whoever sees a field with these suggestions."""
    if not policies_pages.may_name_companies(g.me):
        abort(403)


@bp.get("")
def suggestions() -> ResponseReturnValue:
    """Names that contain what was typed, each so that it means one company."""
    return render_template("desk/companies.html", found=suggested(session(), request.args.get("q", "")[:100]))
