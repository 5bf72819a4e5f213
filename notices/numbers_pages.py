"""Pages of the register of numbers, for staff and administrators: each number in its place, void ones marked."""

from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import keyset
from core.db import session
from core.web import blueprint
from notices import policies_reading, queries_numbers
from notices.kinds import KINDS

staff = blueprint("notices_numbers", __name__, audience="staff", prefix="/staff/numbers")
admin = blueprint("notices_numbers_admin", __name__, audience="admin", prefix="/admin/numbers")

PAGE = 50


@staff.get("/")
@admin.get("/")
def listing() -> ResponseReturnValue:
    """Every series and year, and how far its numbers have come."""
    return render_template("notices/numbers.html", found=queries_numbers.series(session()), area=_area())


@staff.get("/<int:year>/<series>")
@admin.get("/<int:year>/<series>")
def show(year: int, series: str) -> ResponseReturnValue:
    """The numbers of one series and year, newest first, or only the void ones with their reasons."""
    last = queries_numbers.last_of(session(), series, year) or abort(404)
    here: dict[str, Any] = {"year": year, "series": series}
    only = "void" in request.args
    if only:
        rows, part = queries_numbers.void(session(), series, year, keyset.place_of(request.args))
        before = url_for(".show", void=1, before=part.before, **here) if part.before else ""
        after = url_for(".show", void=1, after=part.after, **here) if part.after else ""
    else:
        upto = min(last, max(1, request.args.get("upto", last, type=int)))
        rows = queries_numbers.page(session(), series, year, last=upto, size=PAGE)
        before = url_for(".show", upto=min(last, upto + PAGE), **here) if upto < last else ""
        after = url_for(".show", upto=upto - PAGE, **here) if upto > PAGE else ""
    return render_template(
        "notices/number_series.html",
        rows=rows,
        last=last,
        only=only,
        kinds=KINDS,
        area=_area(),
        told=policies_reading.may_read_told(g.me),
        before=before,
        after=after,
        **here,
    )


def _area() -> str:
    """The audience whose pages these are."""
    return "admin" if request.blueprint == admin.name else "staff"
