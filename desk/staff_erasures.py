"""Staff page of erasing: how many complaints lose their personal data soon, which lost them, which are held back."""

from flask import abort, g, render_template

from casework import erasures, queries_erasures
from core import clock
from core.db import session
from core.web import blueprint

bp = blueprint("desk_erasures", __name__, audience="staff", prefix="/staff/erasing")


@bp.get("")
def show() -> str:
    """For whoever decides what is held back."""
    if not erasures.may_hold(g.me):
        abort(403)
    found = queries_erasures.overview(session(), clock.today())
    return render_template("desk/erasing.html", found=found, most=queries_erasures.SHOWN)
