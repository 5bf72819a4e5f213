"""Registers this room with the application."""

from flask import Flask

from casework import (
    cases,
    complaints,
    documents,
    documents_cases,
    documents_forwardings,
    expiries,
    forwardings,
    jobs,
    leads,
    messages,
    models,
    models_cases,
    policies,
    policies_complaints,
    policies_forwardings,
    policies_tracks,
    tasks,
    tracks,
    wiring_portal,
    wiring_public,
    wiring_staff,
)
from core import outbox
from notices import queries as notices
from registry import clock_hooks

COMPLAINTS = (
    complaints,
    documents,
    documents_forwardings,
    forwardings,
    jobs,
    policies,
    policies_complaints,
    policies_forwardings,
)
"""Imported for what they register about complaints and forwardings."""

CASES = (cases, documents_cases, leads, policies_tracks, tracks)
"""Imported for what they register about cases."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.extensions.setdefault("rooms", []).append(models_cases.__name__ and models.__name__)
    documents.use(app.extensions["zilu"])
    clock_hooks.on_expiry(expiries.act)
    clock_hooks.on_hold(expiries.waits_for_a_decision)
    clock_hooks.on_alert(expiries.alert)
    clock_hooks.on_moved(expiries.moved)
    clock_hooks.seen_by("complaint", expiries.seen_on_complaint)
    clock_hooks.seen_by("forwarding", expiries.seen_on_forwarding)
    notices.contacts_from(messages.addresses)
    if tasks.job_gave_up not in outbox.GIVEN_UP:
        outbox.GIVEN_UP.append(tasks.job_gave_up)
    wiring_public.register(app)
    wiring_portal.register(app)
    wiring_staff.register(app)
