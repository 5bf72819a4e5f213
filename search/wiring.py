"""Registers this room with the application."""

from flask import Flask

from casework import erasing, erasing_cases, intake, policies_pages
from core import web
from search import commands, follows, jobs, portal, sources, staff

ADDED = (follows, jobs)
"""Imported for what they register: which changes the search notices, and its later work."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.register_blueprint(staff.bp)
    app.register_blueprint(portal.bp)
    web.place("search.staff", "search_staff.find", roles=policies_pages.ON_FILE)
    web.place("search.portal", "search_portal.find")
    app.cli.add_command(commands.index_search)
    intake.TOLD.add(sources.tell_of)
    erasing.ALSO.add(follows.forget)
    erasing_cases.ALSO.add(follows.forget_case)
