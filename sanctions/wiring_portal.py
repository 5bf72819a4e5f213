"""Registers the portal pages of this room and what it adds to a respondent's page of its case."""

from flask import Flask

from core import web
from core.words import _l
from sanctions import portal, portal_execution, portal_panels

ADDED = (portal_panels,)
"""Imported for what it registers."""


def register(app: Flask) -> None:
    """Set the portal pages up."""
    app.register_blueprint(portal.bp)
    app.register_blueprint(portal_execution.bp)
    web.nav("portal", _l("Circulars"), "sanctions_portal.circulars", order=40)
