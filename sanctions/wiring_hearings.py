"""Registers what hears and admits: hearings, with their documents and pages."""

from flask import Flask

from sanctions import (
    documents_hearings,
    hearings,
    policies_hearings,
    portal_hearings,
    portal_panels_hearings,
    staff_sittings,
)

HEARING = (documents_hearings, hearings, policies_hearings, portal_panels_hearings)
"""Imported for what they register."""


def register(app: Flask) -> None:
    """Put the pages in their places."""
    for page in (portal_hearings, staff_sittings):
        app.register_blueprint(page.bp)
