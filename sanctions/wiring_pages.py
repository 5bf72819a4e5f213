"""Registers the pages of this room: measures, panels, publications, bulletins."""

from flask import Flask, g, url_for

from core.db import session
from core.web import nav
from core.words import _l
from notices import doers
from notices.queries import LINKS
from registry import batches
from sanctions import (
    endings_page,
    public,
    public_procedure,
    queries_pages,
    queries_reviews,
    showing_ladder,
    staff,
    staff_bundles,
    staff_circulars,
    staff_corrections,
    staff_execution,
    staff_lineage,
    staff_panel,
    staff_parties,
    staff_publications,
    staff_reviews,
    staff_trainings,
    track_rows,
    training_orders,
)
from sanctions.approved_pages import APPROVED


def register(app: Flask) -> None:
    """Put the pages in their places."""
    app.jinja_env.globals.update(ladder_answer=showing_ladder.said_of, ladder_against=showing_ladder.against)
    app.jinja_env.globals.update(ladder_source=showing_ladder.read_from, ladder_rests=showing_ladder.rests_on)
    app.extensions.setdefault("rooms", []).extend([endings_page.__name__, track_rows.__name__])
    for page in (
        public,
        public_procedure,
        staff,
        staff_bundles,
        staff_circulars,
        staff_corrections,
        staff_execution,
        staff_lineage,
        staff_panel,
        staff_parties,
        staff_publications,
        staff_reviews,
        staff_trainings,
    ):
        app.register_blueprint(page.bp)
    batches.kind(training_orders.NAME, training_orders.TRAININGS)
    for name, approved in APPROVED.items():
        doers.does(name, approved)
    nav("public", _l("Bulletins"), "sanctions_public.listing", order=30)
    nav("footer", _l("How a matter goes"), "sanctions_procedure.show", order=10)
    work = ("officer", "investigator", "reviewer", "secretary", "head")
    nav("staff", _l("Measures"), "sanctions_staff.listing", roles=work, order=25)
    drawn = ("review body", "secretary", "head", "council")
    nav("staff", _l("Reviews"), "sanctions_reviews.listing", roles=drawn, order=42, home=("review body", "council"))
    sitting = ("panel", "secretary")
    nav("staff", _l("Panels"), "sanctions_panel.listing", roles=(*sitting, "head"), order=40, home=sitting)
    nav(
        "staff",
        _l("Publications"),
        "sanctions_publications.listing",
        roles=("publisher", "head"),
        order=45,
        count=queries_pages.publications_open,
        home=("publisher",),
    )
    LINKS["review"] = _review
    LINKS["party"] = app.jinja_env.globals["party_url"] = staff_parties.link


def _review(number: int) -> str:
    """From a paper or a task of a review to its track, for staff and for the company concerned."""
    found = queries_reviews.track_reviewed(session(), number)
    if found is None:
        return ""
    if g.me.audience == "portal":
        return LINKS["track"](found)
    return url_for("sanctions_staff.show", number=found, _anchor="reviews")
