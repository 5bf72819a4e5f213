"""Pages of the register of numbers, for staff and for administrators: each number in its place, void ones as void."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.db import session
from core.web import blueprint
from notices import queries_numbers
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
    """The numbers of one series and year, the newest first; the void ones once more on top, with their reasons."""
    last = queries_numbers.last_of(session(), series, year) or abort(404)
    upto = min(last, max(1, request.args.get("upto", last, type=int)))
    only = "void" in request.args
    rows = queries_numbers.void(session(), series, year)
    if not only:
        rows = queries_numbers.page(session(), series, year, last=upto, size=PAGE)
    here: dict[str, Any] = {"year": year, "series": series}
    return render_template(
        "notices/number_series.html",
        rows=rows,
        last=last,
        only=only,
        kinds=KINDS,
        area=_area(),
        before=url_for(".show", upto=min(last, upto + PAGE), **here) if upto < last and not only else "",
        after=url_for(".show", upto=upto - PAGE, **here) if upto > PAGE and not only else "",
        **here,
    )


def _area() -> str:
    """Whose pages these are."""
    return "admin" if request.blueprint == admin.name else "staff"
