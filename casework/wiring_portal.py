"""Registers the portal pages of this room: what waits, forwardings, cases; and what respondents read of each state."""

from collections.abc import Callable

from flask import Flask, g, url_for

from casework import labels_portal, portal, portal_tracks
from core import web
from core.words import _l
from notices import queries as notices


def register(app: Flask) -> None:
    """Set the portal pages up."""
    app.register_blueprint(portal.bp)
    app.register_blueprint(portal_tracks.bp)
    web.nav("portal", _l("To do"), "casework_portal.home", order=0)
    web.nav("portal", _l("Forwardings"), "casework_portal.index", order=10)
    web.nav("portal", _l("Cases"), "casework_portal_tracks.index", order=30)
    web.label("forwarding_theirs", labels_portal.FORWARDING)
    web.label("track_theirs", labels_portal.TRACK)
    _link("forwarding", "casework_portal.show")
    _link("track", "casework_portal_tracks.show")


def _link(machine: str, endpoint: str) -> None:
    """From a notice to its matter, for people of the portal; others go where another registered."""
    other: Callable[[int], str] | None = notices.LINKS.get(machine)

    def link(number: int) -> str:
        if g.me.audience == "portal":
            return url_for(endpoint, number=number)
        return other(number) if other else ""

    notices.LINKS[machine] = link
