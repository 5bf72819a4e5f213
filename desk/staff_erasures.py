"""The staff page of erasing: what of complaints and cases is erased soon, was erased, or is held back."""

from flask import abort, g, render_template

from casework import erasures, queries_erasing_cases, queries_erasures
from core import clock
from core.db import session
from core.web import blueprint

bp = blueprint("desk_erasures", __name__, audience="staff", prefix="/staff/erasing")


@bp.get("")
def show() -> str:
    """For whoever decides what is held back."""
    if not erasures.may_hold(g.me):
        abort(403)
    at, today = session(), clock.today()
    return render_template(
        "desk/erasing.html",
        found=queries_erasures.overview(at, today),
        cases=queries_erasing_cases.overview(at, today),
        most=queries_erasures.SHOWN,
        counted=queries_erasures.COUNTED,
    )
