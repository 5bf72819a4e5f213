"""A company's own figures: what was put before it, how it answered, what was ordered; nobody else's."""

from flask import abort, g, render_template
from flask.typing import ResponseReturnValue

from core import charts, clock
from core.db import session
from core.web import blueprint
from core.words import _, language
from figures import asking, exports, queries, sections, tables
from figures.queries import Chosen
from figures.tables import Behind

bp = blueprint("figures_portal", __name__, audience="portal", prefix="/portal/history")


def _view() -> sections.View:
    asked, lang = asking.chosen(), language()
    mine = Chosen(asked.first, asked.last, party=g.me.party_id)
    return sections.View(session(), mine, clock.now(), lang, Behind(), lambda party: party.name(lang))


@bp.get("")
def show() -> ResponseReturnValue:
    """History and trend, month by month."""
    view = _view()
    found = sections.own(view)
    begun = min(queries.first_month(session(), g.me.party_id) or view.chosen.first, view.chosen.first)
    months = charts.months_until(clock.today(), asking.MOST)
    spans = [tables.month_word(each) for each in months if each >= begun][::-1]
    counted = queries.counted_months(session())
    return render_template(
        "figures/own.html",
        tables=found,
        spans=[(word, word) for word in spans],
        since=tables.month_word(view.chosen.first),
        until=tables.month_word(view.chosen.last),
        typed={"since": asking.typed("since", view.chosen.first), "until": asking.typed("until", view.chosen.last)},
        misread=asking.misread(view.chosen),
        counted_at=queries.counted_at(counted, view.chosen),
        empty=not any(any(row.cells) for table in found for row in table.rows),
    )


@bp.get("/<key>.csv")
def csv(key: str) -> ResponseReturnValue:
    """One table as CSV."""
    view = _view()
    found = {each.key: each for each in sections.own(view)}.get(key) or abort(404)
    return exports.csv_file(
        found, f"{found.title}-{tables.month_word(view.chosen.first)}-{tables.month_word(view.chosen.last)}"
    )


@bp.get("/history.xlsx")
def xlsx() -> ResponseReturnValue:
    """Every table as a workbook."""
    view = _view()
    name = f"{_('History and trend')}-{tables.month_word(view.chosen.first)}-{tables.month_word(view.chosen.last)}"
    return exports.xlsx_file(sections.own(view), name)
