"""Registers this room with the application."""

from flask import Flask

from casework import (
    cases,
    complaints,
    debt_words,
    documents,
    documents_cases,
    documents_forwardings,
    documents_inquiry,
    documents_stop_contacts,
    escalations,
    expiries,
    expiring_together,
    forwardings,
    harmful_files,
    headings,
    held_clocks,
    holds,
    inquiries,
    jobs,
    leads,
    matters,
    messages,
    models_contacts,
    models_evidence,
    papers_opened,
    playables,
    policies,
    policies_complaints,
    policies_contacts,
    policies_forwardings,
    policies_impartial,
    policies_inquiry,
    policies_pages,
    policies_rechecks,
    policies_recusals,
    policies_stop_contacts,
    policies_tracks,
    presences,
    queries_cases,
    recusals,
    stop_contacts,
    supplements,
    tasks,
    tracks,
    void_waits,
)
from core import outbox
from core.db import session
from core.words import language
from filestore import scanning
from notices import names_hidden, policies_reading, serving, serving_noted
from notices import queries as notices
from registry import clock_hooks

COMPLAINTS = (
    complaints,
    documents,
    documents_forwardings,
    escalations,
    forwardings,
    holds,
    jobs,
    policies,
    policies_complaints,
    policies_forwardings,
    policies_rechecks,
    void_waits,
)
"""Imported for what they register about complaints, forwardings and their letters."""

STOP_CONTACTS = (documents_stop_contacts, models_contacts, policies_stop_contacts, stop_contacts)
"""Imported for what they register about stop-contact requests."""

CASES = (
    cases,
    documents_cases,
    documents_inquiry,
    inquiries,
    leads,
    policies_contacts,
    policies_inquiry,
    policies_tracks,
    tracks,
)
"""Imported for what they register about cases."""

RECUSALS = (policies_impartial, policies_recusals, recusals)
"""Imported for what they register about recusals."""

EVIDENCE = (models_evidence, playables)
"""Imported for what they register about files of evidence."""

MEETING = (presences,)
"""Imported for where people meet."""

COMPANIES = (matters,)
"""Imported for what it registers about entries of the register that are one company."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    clock_hooks.on_bring(expiring_together.bring)
    clock_hooks.on_expiry(expiries.act)
    clock_hooks.on_hold(expiries.waits_for_a_decision)
    clock_hooks.on_hold(expiries.asks_nobody)
    clock_hooks.on_hold(held_clocks.waits_for_the_head)
    clock_hooks.on_hold(supplements.waits_for_intake)
    clock_hooks.on_hold(supplements.waits_for_a_reader)
    clock_hooks.on_alert(expiries.alert)
    clock_hooks.on_early(expiries.expired_early)
    clock_hooks.on_overtaken(expiries.overtaken)
    clock_hooks.on_moved(expiries.moved)
    clock_hooks.seen_by("complaint", expiries.seen_on_complaint)
    clock_hooks.seen_by("forwarding", expiries.seen_on_forwarding)
    clock_hooks.seen_by("stop_contact", stop_contacts.seen_by)
    app.jinja_env.globals["debt_stretches"] = debt_words.stretches
    app.jinja_env.globals["headed"] = lambda text: headings.read(session(), text, language())
    notices.contacts_from(messages.alert_addresses)
    policies_reading.read_by(
        complaints=policies_pages.may_read_complaints,
        files=policies_pages.may_read_files,
        quotes=queries_cases.quotes_complaints,
    )
    names_hidden.known_by(papers_opened.Papers())
    serving.FIRST["forwarding"] = holds.hold_complaint_of
    serving_noted.on_noted(tasks.noted_of_service)
    scanning.FOUND.add(harmful_files.tell)
    outbox.GIVEN_UP.add(tasks.job_gave_up)
    outbox.TRIED_AGAIN.add(tasks.job_waits_again)
