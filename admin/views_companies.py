"""Names of companies for the list under a field of the back office, as under one of staff."""

from flask import abort, g, render_template, request

from core.db import session
from core.web import blueprint
from desk.choices import suggested
from registry import policies

bp = blueprint("admin_companies", __name__, audience="admin", prefix="/admin/companies")


@bp.before_request
def only_who_names_companies():
    """Whoever keeps the register, and sees a field that they are suggested for."""
    if not policies.may_keep_parties(g.me):
        abort(403)


@bp.get("")
def suggestions():
    """Names that hold what was typed, each so that it means one company."""
    return render_template("desk/companies.html", found=suggested(session(), request.args.get("q", "")[:100]))
