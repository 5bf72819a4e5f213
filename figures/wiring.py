"""Registers this room with the application."""

from flask import Flask, url_for

from casework import policies_pages
from core.labels import label
from core.web import nav
from core.words import _l
from figures import jobs, portal, public, staff
from figures.tables import shown
from notices.queries import LINKS

ADDED = (jobs,)
"""Imported for what they register."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    for page in (portal, public, staff):
        app.register_blueprint(page.bp)
    app.jinja_env.filters["figure"] = shown
    label(
        "figure_month",
        {"OPEN": (_l("Open, counted every night"), "yellow"), "CLOSED": (_l("Closed: the figures stay"), "green")},
    )
    LINKS["figure_month"] = lambda number: url_for("figures_staff.correct", said=f"{number // 100}-{number % 100:02}")
    nav("staff", _l("Statistics"), "figures_staff.show", roles=policies_pages.ON_FILE, order=50)
    nav("portal", _l("History and trend"), "figures_portal.show", order=50)
    nav("footer", _l("Open data"), "figures_public.show", order=15)
