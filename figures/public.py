"""Open data: what is published of closed months, with what each field means, as CSV and JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Response, abort, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.db import session
from core.site import outside
from core.web import blueprint
from core.words import LazyString, _, _l, language
from figures import labels, opening, queries, sections
from figures.asking import month_of
from figures.models import OpenCell
from filestore import sheets_made
from filestore.sheets_made import CSV
from registry import settings

bp = blueprint("figures_public", __name__, audience=None, prefix="/open-data")

FILES: Final[Mapping[str, str]] = {"complaints": opening.COMPLAINTS, "measures": opening.MEASURES}
FIELDS: Final[Sequence[tuple[str, str, LazyString]]] = (
    (
        "month",
        "YYYY-MM",
        _l(
            "The month in which the complaints ended, or in which the measures took effect; a complaint that was "
            "looked at again, and a measure that takes effect again after a review, count again."
        ),
    ),
    (
        "company",
        "INSTITUTION, FIRM, BOTH, NONE, ALL",
        _l("What kind of company was complained about, or had the measure ordered; never which one."),
    ),
    (
        "code",
        "V-…, NONE, ALL",
        _l("The most serious kind of breach alleged in the complaint, or established by the decision."),
    ),
    ("result", "…, ALL", _l("How the complaint ended; of measures, which one.")),
    ("count", "…", _l("How many. Empty (in JSON: null) where the cell is suppressed.")),
    ("suppressed", "true, false", _l("Whether the number is not told, to protect people.")),
)


@bp.get("")
def show() -> ResponseReturnValue:
    """What there is, what it means, and what one may do with it."""
    at = session()
    months = queries.opened(at)
    least = months[0].least if months else opening.threshold(at)
    return render_template(
        "figures/open_data.html",
        months=months,
        least=least,
        others=[(f"{each.month:%Y-%m}", each.least) for each in months if each.least != least],
        fields=FIELDS,
        licence=_licence(),
        codes=[(code, each.name(language())) for code, each in queries.codes(at).items()],
        kinds=labels.KIND,
        outcomes=labels.OUTCOME,
        levels=sections.levels(),
    )


def _licence() -> str:
    at = session()
    other = "zh" if language() == "en" else "en"
    return str(
        settings.value(at, f"OPEN_DATA_LICENCE.{language()}") or settings.value(at, f"OPEN_DATA_LICENCE.{other}") or ""
    )


@bp.get("/<name>.csv")
def csv(name: str) -> ResponseReturnValue:
    """Every month, or the one asked for, as CSV."""
    rows = [list((_said(each) | {"suppressed": _written(each)}).values()) for each in _cells(name)]
    table = sheets_made.Table(name, [field for field, _values, _means in FIELDS], rows)
    only = request.args.get("month", "")
    return _given(make_response(sheets_made.csv_of(table)), CSV, f"{name}-{only}.csv" if only else f"{name}.csv")


@bp.get("/<name>.json")
def json(name: str) -> ResponseReturnValue:
    """Every month, or the one asked for, as JSON, with the licence and the threshold of each month."""
    at, cells, only = session(), _cells(name), request.args.get("month", "")
    association = settings.association(at)
    answer = jsonify(
        title=_("Complaints that ended") if name == "complaints" else _("Measures that took effect"),
        publisher=(association["name_en"] if language() == "en" else "") or association["name_zh"],
        licence=_licence(),
        description=outside(url_for(".show")),
        months=[
            {"month": f"{each.month:%Y-%m}", "published": each.published_at.isoformat(), "least": each.least}
            for each in queries.opened(at)
            if only in {"", f"{each.month:%Y-%m}"}
        ],
        rows=[_said(each) for each in cells],
    )
    return _given(answer, "application/json", "")


def _cells(name: str) -> Sequence[OpenCell]:
    about = FILES.get(name) or abort(404)
    only = request.args.get("month", "")
    month = month_of(only)
    if only and month not in {each.month for each in queries.opened(session())}:
        abort(404)  # a file without rows would say that nothing happened in that month
    return queries.open_cells(session(), about, month)


def _said(cell: OpenCell) -> dict[str, Any]:
    return {
        "month": f"{cell.month:%Y-%m}",
        "company": cell.company,
        "code": cell.code,
        "result": f"L{cell.result}" if cell.result.isdigit() else cell.result,
        "count": cell.many,
        "suppressed": cell.many is None,
    }


def _written(cell: OpenCell) -> str:
    """As the description of the fields and JSON write it."""
    return "true" if cell.many is None else "false"


def _given(answer: Response, media_type: str, name: str) -> Response:
    answer.content_type = media_type
    if name:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
