"""Registers the portal pages of this room and what it adds to a respondent's page of its case."""

from flask import Flask, g, url_for

from core import web
from core.db import session
from core.words import _l
from notices import queries as notices
from proceedings import (
    portal,
    portal_admissions,
    portal_execution,
    portal_file_views,
    portal_hearings,
    portal_milestones,
    portal_panels,
    portal_panels_hearings,
    portal_receipts,
    portal_restorations,
    portal_reviews,
    queries_waiting,
)
from sanctions import queries
from sanctions.levels import INTERVIEW, LEVELS

ADDED = (portal_panels, portal_panels_hearings, portal_receipts, portal_reviews, queries_waiting)
"""Imported for what they register."""


def register(app: Flask) -> None:
    """Set the portal pages up."""
    for page in (
        portal,
        portal_admissions,
        portal_execution,
        portal_file_views,
        portal_hearings,
        portal_milestones,
        portal_restorations,
    ):
        app.register_blueprint(page.bp)
    web.nav("portal", _l("Circulars"), "proceedings_portal.circulars", order=40)
    notices.LINKS["publication"] = _publication
    notices.SINCE[LEVELS[INTERVIEW].document] = portal_panels.moved_since


def _publication(number: int) -> str:
    """From a document or a search result to its publication: staff to their page, companies to the one showing it."""
    found = queries.publication_by_number(session(), number)
    if found is None or g.me.audience not in {"staff", "portal"}:
        return ""
    if g.me.audience == "staff":
        return url_for("proceedings_publications.show", slug=found.slug)
    if found.scope == "MEMBERS":
        return url_for("proceedings_portal.circular", slug=found.slug)
    return url_for("publishing_public.show", slug=found.slug) if found.ended_at is None else ""
