"""What waits for a company as a spreadsheet: by urgency like the page, with the address of each thing."""

from flask import g, url_for
from flask.typing import ResponseReturnValue

from casework import respondents_clocks
from core import clock
from core.db import session
from core.site import outside
from core.web import blueprint
from core.words import _
from filestore.downloads import attached
from filestore.sheets_made import XLSX, Cell, Table, xlsx_of
from portal import queries_waiting

bp = blueprint("portal_tables", __name__, audience="portal", prefix="/portal")


@bp.get("/waiting.xlsx")
def waiting() -> ResponseReturnValue:
    """The inbox by last day, in the reader's language."""
    things = queries_waiting.waiting(session(), g.me.party_id)
    groups = queries_waiting.grouped(things, clock.today())
    rows = [_row(group, thing) for group in groups for thing in group.things]
    heads = [
        _("Urgency"),
        _("Until"),
        _("Period"),
        _("What to do"),
        _("Reference number"),
        _("Note"),
        _("Address"),
        _("Counts as served by"),
    ]
    title = _("What waits for you")
    return attached(xlsx_of([Table(title, heads, rows)]), XLSX, f"{title}-{clock.today():%Y%m%d}.xlsx")


def _row(group: queries_waiting.Group, thing: queries_waiting.Waiting) -> list[Cell]:
    until: Cell = thing.due
    if thing.due is not None and thing.clock is not None and thing.clock.provisional:
        until = _("%(day)s (provisional)", day=thing.due.isoformat())
    served = thing.since or (thing.latest.served_on if thing.latest else None)
    period = respondents_clocks.length(thing.clock) if thing.clock is not None else ""
    if thing.clock is not None and thing.clock.day0 is None:
        period = _("%(period)s from the day after it is opened or served", period=period)
    address = outside(url_for(thing.endpoint, number=thing.number))
    return [str(group.words), until, period, str(thing.what), thing.ref, thing.noted("plain"), address, served]
