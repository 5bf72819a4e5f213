"""Registers hearings and admitted facts, with their documents and pages."""

from flask import Flask

from sanctions import (
    admissions,
    documents_admissions,
    documents_hearings,
    hearings,
    policies_admissions,
    policies_hearings,
    portal_admissions,
    portal_hearings,
    portal_panels_hearings,
    staff_admissions,
    staff_sittings,
)

HEARING = (documents_hearings, hearings, policies_hearings, portal_panels_hearings)
ADMITTING = (admissions, documents_admissions, policies_admissions)
"""Imported for what they register."""


def register(app: Flask) -> None:
    """Put the pages in their places."""
    for page in (portal_admissions, portal_hearings, staff_admissions, staff_sittings):
        app.register_blueprint(page.bp)
