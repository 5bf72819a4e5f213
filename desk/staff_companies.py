"""Names of companies for the list under a field of staff."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from core.db import session
from core.web import blueprint
from desk.choices import suggested

bp = blueprint("desk_companies", __name__, audience="staff", prefix="/staff/companies")


@bp.get("")
def suggestions() -> ResponseReturnValue:
    """Names that hold what was typed, each so that it means one company."""
    return render_template("desk/companies.html", found=suggested(session(), request.args.get("q", "")[:100]))
