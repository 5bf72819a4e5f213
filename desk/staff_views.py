"""Staff pages around the queue: saved views, what is most urgent, and what is beside a complaint in its view."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from casework import policies_pages
from casework.forms_staff import opened
from casework.models import Complaint
from casework.models_cases import CaseFile
from casework.models_queue import SavedView
from core import clock, plainly
from core.db import session, transaction
from core.web import blueprint
from core.words import _
from desk import case_addresses, queries_cases_pages, queries_complaint, queries_queue, queries_views, saved_views
from desk.forms_views import SaveViewForm
from desk.queries_queue import MOST
from desk.queue_addresses import LONGEST, address_of, asked_in, carried, place_in, query_of

bp = blueprint("desk_views", __name__, audience="staff", prefix="/staff/views")
LISTS = {"complaints": "desk_queue.queue", "cases": "desk_cases.listing"}
OPENED_IN = "in"
"""From which view a complaint was opened: in the address of its link, then remembered by the browser's session."""
PLACE = "place_in"
"""Which complaint is looked at, where in the view it stood when it was opened, and whether it was opened in it."""
CASE = "case_in"
"""From which list a case was opened, which case, and where it stood: only while one works on it does its page say so.
"""
COUNTED = 10
"""How many saved views show their counts."""


@bp.before_request
def only_readers() -> None:
    """Only whoever works with files has views."""
    if not policies_pages.may_read_files(g.me):
        abort(403)


@bp.route("/new", methods=["GET", "POST"])
def save() -> ResponseReturnValue:
    """Save the selection of the page one comes from under a name."""
    page, query = request.args.get("page", ""), request.args.get("query", "")[:LONGEST]
    if page not in _lists():
        abort(404)
    form = opened(SaveViewForm)
    if not form.validate_on_submit():
        back = f"{url_for(LISTS[page])}?{query}"
        words = dict(parse_qsl(query)).get("text", "")
        shown = render_template("desk/staff_view_save.html", form=form, back=back, page=page, words=words)
        return shown, form.status_code
    with transaction(once=form.key.data) as at:
        view = saved_views.save(
            at,
            page=page,
            name=form.name.data,
            query=query,
            shared=form.shared.data,
            actor=g.me,
            now=clock.now(),
        )
        saved = address(view)
    flash(_("Saved: it stands on the left."))
    return redirect(saved, 303)


@bp.get("")
def listing() -> ResponseReturnValue:
    """All views, to be opened or removed."""
    found = [each for page in _lists() for each in queries_views.saved(session(), page)]
    views = [(each, address(each), saved_views.may_remove(g.me, each)) for each in found]
    return render_template("desk/staff_views.html", views=views, first=_first())


def _first() -> tuple[str, str]:
    """The list they belong to, in words, and its address."""
    page = _lists()[0]
    return _("Complaints") if page == "complaints" else _("Cases"), url_for(LISTS[page])


def _lists() -> list[str]:
    """The lists that this reader may open: complaints only if they read them."""
    reads = policies_pages.may_read_complaints(g.me)
    return [page for page in LISTS if reads or page != "complaints"]


@bp.post("/<int:number>/remove")
def remove(number: int) -> ResponseReturnValue:
    """Remove a view."""
    view = queries_views.view(session(), number) or abort(404)
    with transaction(once=request.form.get("key")) as at:
        saved_views.remove(at, view, actor=g.me)
    flash(_("Removed."))
    return redirect(url_for(".listing"), 303)


@bp.get("/next")
def most_urgent() -> ResponseReturnValue:
    """The reader's most urgent complaint; from one that was opened like this the next, after the last the first."""
    if not policies_pages.may_read_complaints(g.me):
        abort(403)
    at = session()
    here = queries_complaint.complaint(at, request.args.get("but", ""), g.me)
    ref = _after(here) if here else ""
    ref = ref or queries_queue.most_urgent(at, g.me, here.id if here else None)
    if not ref:
        flash(_("Nothing waits for you."), "info")
        return redirect(url_for("desk_queue.queue"))
    return redirect(_opened(ref, "view=mine"))


@bp.get("/next-case")
def most_urgent_case() -> ResponseReturnValue:
    """The reader's most urgent case; from one that was opened like this the next, after the last the first."""
    here = request.args.get("but", type=int)
    number = _case_after(here) if here is not None else None
    number = number or queries_cases_pages.most_urgent(session(), g.me, here)
    if number is None:
        flash(_("Nothing waits for you."), "info")
        return redirect(url_for("desk_cases.listing"))
    return redirect(_case_opened(number, "view=mine"))


def _after(it: Complaint) -> str:
    """What follows a complaint in the reader's work, even if a deed took it out; None if it was opened elsewhere."""
    mine = asked_in("view=mine")
    was, opened = _stood(it)
    if not opened or asked_in(browser.get(OPENED_IN, "view=mine")) != mine:
        return ""
    return queries_queue.beside(session(), mine, g.me, it.id, was).after


def _stood(it: Complaint) -> tuple[str, bool]:
    """Where it was, and whether it was opened in the remembered view, which others use too."""
    number, was, opened = (*browser.get(PLACE, (0, "")), False)[:3]
    return (was, opened) if number == it.id else ("", False)


def _case_after(here: int) -> int | None:
    """What comes next among the reader's cases, after one was dealt with."""
    number, query, was = (*browser.get(CASE, (0, "")), "")[:3]
    mine = case_addresses.asked_in("view=mine")
    if number != here or case_addresses.asked_in(query) != mine:
        return None
    return queries_cases_pages.beside(session(), mine, g.me, here, was).after


def address(view: SavedView | Row[Any]) -> str:
    """Where a saved view leads: its list, with its selection."""
    return f"{url_for(LISTS[view.page])}?{view.query}"


def side(
    page: str,
    views: Iterable[tuple[Any, Iterable[tuple[str, Any]]]],
    counts: Mapping[str, int],
    here: str,
    query: str,
    *,
    bad: Collection[str] = (),
) -> list[tuple[Any, list[Any]]]:
    """The column on the left: the views of a list with their counts, then saved ones."""
    groups, saved = [], _saved(page, query)
    plain = not heading(saved)
    for title, each in views:
        rows = []
        for view, words in each:
            url, number = url_for(LISTS[page], view=view), counts[view]
            rows.append((words, url, plainly.number(number, MOST), plain and here == view, view in bad and number > 0))
        groups.append((title, rows))
    return [*groups, *saved]


def heading(side: Iterable[tuple[Any, Iterable[Any]]]) -> str:
    """The words of the view in that column that is shown, a saved one's name; empty if none is."""
    return next((str(row[0]) for _title, rows in side for row in rows if row[3]), "")


def _saved(page: str, query: str) -> list[tuple[str, list[Any]]]:
    """The reader's own views, shared ones, and saving what is selected now."""
    at = session()
    found = list(queries_views.names(at, page, g.me.id))
    counted = found[:COUNTED] if page == "complaints" else []
    many = queries_queue.counts_of(at, [asked_in(each.query) for each in counted], g.me)
    shown = {each.id: plainly.number(number, MOST) for each, number in zip(counted, many, strict=True)}
    rows = [(each.name, address(each), shown.get(each.id), each.query == query, False, each.shared) for each in found]
    own, shared = ([row[:5] for row in rows if row[5] is kind] for kind in (False, True))
    new = (_("Save this choice…"), url_for("desk_views.save", page=page, query=query), None, False, False)
    last = [(_("All saved views"), url_for("desk_views.listing"), None, False, False)] if found else []
    groups = [(_("Shared views"), shared)] if shared else []
    return [*groups, (_("Own views"), [*own, new, *last])]


def _opened(ref: str, query: str) -> str:
    """The page of a complaint, opened from that view."""
    return f"{url_for('desk_complaints.show', ref=ref)}?{urlencode({OPENED_IN: query})}"


@bp.app_context_processor
def beside() -> dict[str, Any]:
    """For the page of a complaint or case: what comes before and after it in the view from which it was opened."""
    return {"beside_in_view": beside_in_view, "beside_of_case": beside_of_case}


def beside_in_view(it: Complaint) -> dict[str, Any]:
    """Addresses of what comes before and after, of the list itself, and of what is most urgent."""
    query = request.args.get(OPENED_IN, "")[:LONGEST]
    if query:
        browser[OPENED_IN] = query
        browser[PLACE] = [it.id, "", True]
    query = query or browser.get(OPENED_IN, "view=mine")
    asked, page = asked_in(query), place_in(query)
    was, opened = _stood(it)
    found = queries_queue.beside(session(), asked, g.me, it.id, was)
    if found.place and found.place != was:
        browser[PLACE] = [it.id, found.place, opened]
    here = carried(query_of(asked), page)
    return {
        "before": _opened(found.before, here) if found.before else "",
        "after": _opened(found.after, here) if found.after else "",
        "nth": found.nth,
        "many": found.many,
        "list": address_of(asked, **page),
        "most_urgent": url_for("desk_views.most_urgent", but=it.ref),
    }


def beside_of_case(it: CaseFile) -> dict[str, Any]:
    """What comes before and after a case that was opened from a list; otherwise nothing, without a query."""
    query = request.args.get(OPENED_IN, "")[:LONGEST]
    if query:
        browser[CASE] = [it.id, query, ""]
    number, query, was = (*browser.get(CASE, (0, "")), "")[:3]
    if number != it.id:
        return {}
    asked, page = case_addresses.asked_in(query), place_in(query)
    found = queries_cases_pages.beside(session(), asked, g.me, it.id, was)
    if found.place != was:
        browser[CASE] = [it.id, query, found.place]
    here = carried(query_of(asked), page)
    return {
        "before": _case_opened(found.before, here) if found.before else "",
        "after": _case_opened(found.after, here) if found.after else "",
        "nth": found.nth,
        "many": found.many,
        "list": case_addresses.address_of(asked, **page),
        "most_urgent": url_for("desk_views.most_urgent_case", but=it.id),
    }


def _case_opened(number: int, query: str) -> str:
    return f"{url_for('desk_cases.show', number=number)}?{urlencode({OPENED_IN: query})}"
