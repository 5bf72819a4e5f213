"""Registers hearings, admitted facts and what panels resolve beside decisions, with their documents and pages."""

from flask import Flask

from core import web
from sanctions import (
    admissions,
    documents_admissions,
    documents_hearings,
    documents_resolutions,
    file_views,
    hearings,
    labels_motions,
    motions,
    policies_admissions,
    policies_hearings,
    policies_resolutions,
    portal_admissions,
    portal_file_views,
    portal_hearings,
    portal_panels_hearings,
    portal_restorations,
    resolutions,
    restorations,
    staff_admissions,
    staff_motions,
    staff_sittings,
)

HEARING = (documents_hearings, hearings, policies_hearings, portal_panels_hearings)
ADMITTING = (admissions, documents_admissions, policies_admissions)
SHOWING = (file_views,)
RESOLVING = (documents_resolutions, motions, policies_resolutions, resolutions, restorations)
"""Imported for what they register."""


def register(app: Flask) -> None:
    """Put the pages in their places."""
    for page in (
        portal_admissions,
        portal_file_views,
        portal_hearings,
        portal_restorations,
        staff_admissions,
        staff_motions,
        staff_sittings,
    ):
        app.register_blueprint(page.bp)
    web.label("motion_vote", labels_motions.VOTE)
