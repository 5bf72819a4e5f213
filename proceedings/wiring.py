"""Registers this room with the application: pages of measures, panels, reviews, publications."""

from flask import Flask, g, url_for

from core.db import session
from core.web import nav
from core.words import _l
from desk import clock_cards
from notices import doers
from notices.queries import LINKS
from proceedings import (
    endings_page,
    queries_reviews,
    queries_tracks,
    showing_ladder,
    staff,
    staff_admissions,
    staff_bundles,
    staff_circulars,
    staff_corrections,
    staff_execution,
    staff_lineage,
    staff_motions,
    staff_panel,
    staff_parties,
    staff_publications,
    staff_reviews,
    staff_sittings,
    staff_trainings,
    track_rows,
    wiring_portal,
)
from proceedings.approved_pages import APPROVED
from registry import batches
from sanctions import attendance, policies_extensions, training_orders

ADDED = (endings_page, track_rows)
"""Imported for what they add to the pages of a case."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    wiring_portal.register(app)
    app.jinja_env.globals.update(ladder_answer=showing_ladder.said_of, ladder_against=showing_ladder.against)
    app.jinja_env.globals.update(came_to=attendance.came_to, training_outcome=attendance.outcome)
    app.jinja_env.globals.update(ladder_source=showing_ladder.read_from, ladder_rests=showing_ladder.rests_on)
    for page in (
        staff,
        staff_admissions,
        staff_bundles,
        staff_circulars,
        staff_corrections,
        staff_execution,
        staff_lineage,
        staff_motions,
        staff_panel,
        staff_parties,
        staff_publications,
        staff_reviews,
        staff_sittings,
        staff_trainings,
    ):
        app.register_blueprint(page.bp)
    batches.kind(training_orders.NAME, training_orders.TRAININGS)
    for name, approved in APPROVED.items():
        doers.does(name, approved)
    clock_cards.held_while(policies_extensions.kept_waiting)
    work = ("officer", "investigator", "reviewer", "secretary", "head")
    nav("staff", _l("Measures"), "proceedings_staff.listing", roles=work, order=25)
    drawn = ("review body", "secretary", "head", "council")
    nav("staff", _l("Reviews"), "proceedings_reviews.listing", roles=drawn, order=42, home=("review body", "council"))
    sitting = ("panel", "secretary")
    nav("staff", _l("Panels"), "proceedings_panel.listing", roles=(*sitting, "head"), order=40, home=sitting)
    nav(
        "staff",
        _l("Publications"),
        "proceedings_publications.listing",
        roles=("publisher", "head"),
        order=45,
        count=queries_tracks.publications_open,
        home=("publisher",),
    )
    LINKS["review"] = _review
    LINKS["party"] = app.jinja_env.globals["party_url"] = staff_parties.link


def _review(number: int) -> str:
    """From a document or a task of a review to its track, for staff and for the company concerned."""
    found = queries_reviews.track_reviewed(session(), number)
    if found is None:
        return ""
    if g.me.audience == "portal":
        return LINKS["track"](found)
    return url_for("proceedings_staff.show", number=found, _anchor="reviews")
