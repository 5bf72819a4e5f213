"""Registers this room with the application: where files lie, uploads, and later work."""

from flask import Flask

from core import outbox
from core.settings import Settings
from filestore import copying, files, removal, scanning, upload_pages, uploading, uploads

ADDED = (copying, removal, scanning)
"""Imported for the jobs that they register."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    settings: Settings = app.extensions["zilu"]
    files.init(settings)
    scanning.init(settings)
    uploads.init(settings)
    uploading.init_app(app)
    outbox.GIVEN_UP.add(copying.gave_up)
    app.register_blueprint(upload_pages.bp)
