"""Registers the portal pages of this room: what waits, forwardings, cases; and what respondents read of each state."""

from collections.abc import Callable
from typing import Any

from flask import Flask, g, url_for

from casework import (
    clock_pages,
    company_archives,
    company_exchanges,
    labels_portal,
    portal,
    portal_archives,
    portal_materials,
    portal_receipts,
    portal_recusals,
    portal_search,
    portal_stop_contacts,
    portal_tables,
    portal_tracks,
    presences,
    queries_portal,
)
from core import web
from core.db import session
from core.words import _l
from notices import queries as notices
from registry import batches

Own = Callable[[Any, int, int | None], object]

ADDED = (company_exchanges, portal_recusals, presences)
"""Imported for their routes, what they add to a case's page and to a company's papers, and where people meet."""


def register(app: Flask) -> None:
    """Set the portal pages up."""
    app.register_blueprint(portal.bp)
    app.register_blueprint(portal_tracks.bp)
    app.register_blueprint(portal_stop_contacts.bp)
    app.register_blueprint(clock_pages.portal)
    app.register_blueprint(portal_search.bp)
    app.register_blueprint(portal_tables.bp)
    app.register_blueprint(portal_receipts.bp)
    app.register_blueprint(portal_archives.bp)
    batches.kind(company_archives.NAME, company_archives.ARCHIVE)
    app.register_blueprint(portal_materials.bp)
    web.place("search.portal", "casework_portal_search.find")
    web.nav("portal", _l("To do"), "casework_portal.home", order=0, only=())
    web.nav("portal", _l("Forwardings"), "casework_portal.index", order=10, count=_unanswered)
    web.nav("portal", _l("Numbers not to contact"), "casework_portal_stops.index", order=20)
    web.nav("portal", _l("Firms and material"), "casework_portal_materials.index", order=35)
    web.nav("portal", _l("Cases"), "casework_portal_tracks.index", order=30)
    web.label("forwarding_theirs", labels_portal.FORWARDING)
    web.label("track_theirs", labels_portal.TRACK)
    web.label("stop_contact_theirs", labels_portal.STOP_CONTACT)
    web.nav("account", _l("Download everything"), "casework_portal_archives.index", roles=("lead",), order=40)
    web.label("material", labels_portal.MATERIAL)
    _link("forwarding", "casework_portal.show")
    _link("track", "casework_portal_tracks.show", queries_portal.track)
    _link("stop_contact", "casework_portal_stops.show")
    _link("material", "casework_portal_materials.show")


def _unanswered() -> int:
    return queries_portal.unanswered(session(), g.me.party_id)


def _link(machine: str, endpoint: str, own: Own | None = None) -> None:
    """From a notice to its matter, for people of the portal; others go where another registered.

    A letter to a principal is about its firm's track, which is no page of the principal's own.
    """
    other: Callable[[int], str] | None = notices.LINKS.get(machine)

    def link(number: int) -> str:
        if g.me.audience == "portal":
            is_own = own is None or own(session(), number, g.me.party_id) is not None
            return url_for(endpoint, number=number) if is_own else ""
        return other(number) if other else ""

    notices.LINKS[machine] = link
