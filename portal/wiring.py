"""Registers this room with the application, and what respondents read about each state."""

from collections.abc import Callable
from typing import Any

from flask import Flask, g, url_for
from sqlalchemy import ScalarSelect

from casework import erasing, erasing_cases
from core import web
from core.db import session
from core.labels import label
from core.words import _l
from notices import queries as notices
from portal import (
    company_archives,
    company_exchanges,
    labels_portal,
    materials,
    portal_archives,
    portal_clocks,
    portal_drafts,
    portal_forwardings,
    portal_materials,
    portal_receipts,
    portal_recusals,
    portal_stop_contacts,
    portal_tables,
    portal_tracks,
    queries_portal,
)
from registry import batches

Own = Callable[[Any, int, int | None], object]

ADDED = (company_exchanges, portal_recusals)
"""Imported for their routes, and what they add to a case's page and to a company's papers."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.register_blueprint(portal_forwardings.bp)
    app.register_blueprint(portal_tracks.bp)
    app.register_blueprint(portal_stop_contacts.bp)
    app.register_blueprint(portal_clocks.bp)
    app.register_blueprint(portal_drafts.bp)
    app.register_blueprint(portal_tables.bp)
    app.register_blueprint(portal_receipts.bp)
    app.register_blueprint(portal_archives.bp)
    erasing.ALSO.add(materials.forget)
    erasing_cases.ALSO.add(materials.forget_case)
    batches.kind(company_archives.NAME, company_archives.ARCHIVE)
    app.register_blueprint(portal_materials.bp)
    web.nav("portal", _l("To do"), "portal_forwardings.home", order=0, only=())
    web.nav("portal", _l("Forwardings"), "portal_forwardings.index", order=10, count=_unanswered)
    web.nav("portal", _l("Numbers not to contact"), "portal_stops.index", order=20)
    web.nav("portal", _l("Firms and material"), "portal_materials.index", order=35)
    web.nav("portal", _l("Cases"), "portal_tracks.index", order=30)
    label("forwarding_theirs", labels_portal.FORWARDING)
    label("track_theirs", labels_portal.TRACK)
    label("stop_contact_theirs", labels_portal.STOP_CONTACT)
    web.nav("account", _l("Download everything"), "portal_archives.index", roles=("lead",), order=40)
    label("material", labels_portal.MATERIAL)
    _link("forwarding", "portal_forwardings.show")
    _link("track", "portal_tracks.show", queries_portal.track)
    _link("stop_contact", "portal_stops.show")
    _link("material", "portal_materials.show")


def _unanswered() -> ScalarSelect[int]:
    return queries_portal.unanswered()


def _link(machine: str, endpoint: str, own: Own | None = None) -> None:
    """The link from a notice to its matter, for people of the portal; for others what another room registered.

    A letter to a principal is about its firm's track, which is not the principal's page.
    """
    other: Callable[[int], str] | None = notices.LINKS.get(machine)

    def link(number: int) -> str:
        if g.me.audience == "portal":
            is_own = own is None or own(session(), number, g.me.party_id) is not None
            return url_for(endpoint, number=number) if is_own else ""
        return other(number) if other else ""

    notices.LINKS[machine] = link
