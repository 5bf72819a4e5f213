"""Registers this room with the application."""

from flask import Flask

from core import web
from core.words import _l
from imports import staff, uploads


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.register_blueprint(staff.bp)
    staff.register_kinds()
    web.nav("account", _l("Import"), "imports_staff.listing", roles=("head",), order=40)
    app.teardown_appcontext(uploads.leave_off)
