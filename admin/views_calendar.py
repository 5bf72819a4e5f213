"""The working-day calendar: its years, their days, and loading a year by its official notice."""

from collections import Counter

from flask import abort, flash, g, redirect, request
from flask_admin.base import expose

from admin import queries
from admin.forms_rules import YearForm
from admin.views_audit import Pages
from admin.views_settings import OFFICE
from admin.year_notice import digest, exceptions, from_csv, typed
from core import clock
from core.days import is_weekend
from core.db import session, transaction
from core.errors import Changed
from core.words import _, _l, _n, bracketed, language
from registry import calendar, clocks
from registry.clock_kinds import KINDS
from registry.models_clocks import YearSource

TOLD = 5
"""So many days are named: a file may name every working day of the year."""


class Calendar(Pages):
    """The years: official, loaded by notice, or estimated."""

    seen_by = ("system_admin",)
    group = OFFICE

    @expose("/")
    def index(self):
        """List the years."""
        at = session()
        return self.render(
            "admin/calendar.html", years=calendar.years(at), missing=calendar.missing_year(at, clock.today())
        )

    @expose("/<int:year>/")
    def year(self, year):
        """Show the days of one year, by month."""
        at = session()
        found = next((known for known in calendar.years(at) if known.year == year), None)
        if found is None:
            abort(404)
        return self.render("admin/calendar_year.html", year=found, months=queries.months(at, year))

    @expose("/load/", methods=("GET", "POST"))
    def load(self):
        """Type in a notice or bring its file, look at what it changes, then confirm what was seen."""
        form = YearForm(data=_begun(session(), request.args.get("year", type=int)))
        if not form.validate_on_submit():
            return self.render("admin/calendar_load.html", form=form), form.status_code
        _with_file(form)
        if request.form.get("step") == "again":
            return self.render("admin/calendar_load.html", form=form)
        year, notice_no = form.year.data, form.notice_no.data
        named = exceptions(form.holidays.data or "", form.workdays.data or "", year)
        changes = calendar.diff(session(), year, named)
        seen, confirming = digest(year, notice_no, changes), request.form.get("step") == "confirm"
        unnamed = [one for one in changes if one.was is not None and one.day not in named]
        read = request.form.get("seen") == seen
        if not read:
            form.wiped.data = False  # ticked for other days than these
        undoes = bool(unnamed) and _is_loaded(session(), year)
        if confirming and read and undoes and not form.wiped.data:
            form.wiped.errors = [_("Compare these days with the notice, and tick this if they are meant.")]
        if not confirming or not read or form.wiped.errors:
            page = self.render(
                "admin/calendar_diff.html",
                form=form,
                changes=changes,
                named=len(named),
                unnamed=unnamed,
                undoes=undoes,
                idle=_idle(named, changes),
                told=TOLD,
                early=_early(changes),
                seen=seen,
                changed=confirming and not read,
            )
            return page, 422 if form.wiped.errors else 200
        with transaction(once=form.key.data) as at:
            loaded = calendar.load_year(at, year, named, notice_no, g.me, clock.now())
            if digest(year, notice_no, loaded.changes) != seen:
                raise Changed  # somebody else loaded another notice at this moment
        _tell_what_moved(loaded)
        return redirect(self.get_url(".year", year=year), 303)


def _tell_what_moved(loaded):
    flash(_("The year is loaded."))
    if loaded.moved:
        moved = _n(
            "The last day of %(num)d time limit has moved.",
            "The last days of %(num)d time limits have moved.",
            len(loaded.moved),
        )
        flash(moved, "info")
    if loaded.early:
        early = _n(
            "%(num)d time limit has expired too early: the head of department has a task where it matters.",
            "%(num)d time limits have expired too early: the head of department has a task where it matters.",
            len(loaded.early),
        )
        flash(early, "info")


def _is_loaded(at, year):
    """Whether the days of a year rest on a notice: of an estimate there is nothing to undo."""
    return any(known.year == year and known.source is not YearSource.ESTIMATE for known in calendar.years(at))


def _begun(at, year):
    """What the form begins with: a loaded year has its days there, for what is left out follows the weekends."""
    year = year or calendar.missing_year(at, clock.today())
    holidays, workdays = typed(calendar.exceptions_of(at, year)) if year else ("", "")
    return {"year": year, "holidays": holidays, "workdays": workdays}


def _idle(named, changes):
    """Days named as worked that are worked anyway: next to a Saturday or Sunday that is mistyped, the one that is."""
    moved = {one.day for one in changes}
    return [day for day in sorted(named) if named[day] and not is_weekend(day) and day not in moved]


def _early(changes):
    """How many have expired too early, by the name of the time limit; administrators read no clocks themselves."""
    with transaction() as at:
        found = Counter(each.key for each, _then in clocks.expired_early(at, changes))
    return [(f"{KINDS[key].name(language())}{bracketed(key)}", many) for key, many in sorted(found.items())]


def _with_file(form):
    """Add a file's days to the fields, so that the confirmation carries what was shown, and no file is kept."""
    for file in form.file.data:
        for field, lines in zip((form.holidays, form.workdays), from_csv(file.stream.read()), strict=True):
            field.data = "\n".join(part for part in (field.data, lines) if part)


def views():
    """Build the pages of this module."""
    return [Calendar(_l("Working-day calendar"), "calendar")]
