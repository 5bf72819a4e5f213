"""Registers this room: dossiers and services with the state machine, jobs, pages, words."""

from typing import Any

from flask import Flask, g, url_for
from sqlalchemy import ScalarSelect

from core import machine, mail, outbox
from core.db import session
from core.labels import label
from core.web import nav
from core.words import _l, language
from notices import (
    addresses,
    alerts,
    approval_waiting,
    bundles_listed,
    chains,
    circulating,
    clock_names,
    commands,
    documents,
    doers,
    jobs,
    jobs_bundles,
    jobs_drafts,
    laid_down,
    looking,
    numbers_pages,
    papers,
    policies,
    policies_approval,
    portal,
    presences,
    public,
    queries,
    queries_approval,
    queries_seals,
    row_papers,
    seals,
    serving,
    staff,
    staff_dossiers,
    staff_seals,
    step_notes,
    trying_again,
    wordings,
)
from notices.models import Service
from registry import batches, clock_hooks, golive

REGISTERED = (
    addresses,
    bundles_listed,
    chains,
    documents,
    jobs,
    jobs_bundles,
    jobs_drafts,
    policies,
    policies_approval,
    presences,
    serving,
)
"""Imported for what they register."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    looking.init_app(app)
    seals.use(app.extensions["zilu"])
    doers.does(step_notes.DEED, step_notes.Steps())
    machine.on_gate(seals.gate)
    machine.on_gate(approval_waiting.gate)
    batches.kind(circulating.NAME, circulating.CIRCULAR)
    golive.also(chains.to_go_live)
    golive.also(seals.to_go_live)
    golive.also(wordings.to_go_live)
    golive.also(alerts.to_go_live)
    mail.on_bounced(alerts.alert_bounced)
    mail.on_sent(alerts.alert_left)
    outbox.GIVEN_UP.add(alerts.alert_given_up)
    outbox.GIVEN_UP.add(jobs_bundles.gave_up)
    machine.on_papers(row_papers.RowPapers())
    clock_hooks.served_from(queries.served_by_now)
    clock_hooks.seen_by("service", queries.audience)
    for page in (public, portal, staff, staff_dossiers, staff_seals):
        app.register_blueprint(page.bp)
    for pages in (numbers_pages.staff, numbers_pages.admin):
        app.register_blueprint(pages)
    for command in (commands.verify_document, commands.seal_certificates, commands.seal_activate):
        app.cli.add_command(command)
    nav("staff", _l("To be served"), "notices_staff.to_serve", order=60, roles=("officer", "intake", "head"))
    keeper = ("seal keeper",)
    nav("staff", _l("To be sealed"), "notices_seals.to_stamp", order=61, roles=keeper, count=_to_stamp, home=keeper)
    nav("admin", _l("Numbers"), "notices_numbers_admin.listing", order=75, roles=("system_admin", "audit_admin"))
    nav("staff", _l("Approvals"), "notices_dossiers.listing", order=32, roles=APPROVERS, count=_to_approve)
    label("approval_step", CHAIN)
    queries.LINKS["service"] = _service
    queries.LINKS["outbox"] = _later_work
    queries.LINKS["approval"] = lambda number: url_for("notices_dossiers.show", number=number)
    nav("portal", _l("Notices"), "notices_portal.inbox", order=20, count=_unopened)
    nav("public", _l("Verify a document"), "notices_public.verify", order=40)
    nav("footer", _l("Service by public notice"), "notices_public.posted", order=12)
    label("service", WORDS)
    label("service_theirs", THEIRS)
    label("posted", POSTED)
    label("approval", STEPS)
    label("circular_copy", COPIES)
    label("number", NUMBERS)
    app.jinja_env.globals.update(clock_name=clock_names.name, period=period, waiting_dossier=waiting_dossier)
    app.jinja_env.globals.update(
        period_of=laid_down.period_of, number_of=laid_down.number_of, share_of=laid_down.share_of
    )


def _unopened() -> ScalarSelect[int]:
    return queries.unopened()


def _to_approve() -> ScalarSelect[int]:
    """How many drafts wait for this person's approval."""
    return queries_approval.many_waiting(g.me.roles)


def _to_stamp() -> ScalarSelect[int]:
    """How many documents wait to be stamped."""
    return queries_seals.many_to_stamp()


def _service(number: int) -> str:
    """For staff: the page of the document whose service this is."""
    it = session().get(Service, number) if g.me.audience == "staff" else None
    return url_for("notices_staff.show", number=it.document_id, service=it.id) if it is not None else ""


def _later_work(number: int) -> str:
    """For staff: the page of the document that later work is about."""
    it = trying_again.document_of(session(), number) if g.me.audience == "staff" else None
    return url_for("notices_staff.show", number=it.id) if it is not None else ""


def waiting_dossier(kind: str, number: int) -> dict[str, Any] | None:
    """The dossier that waits on a thing, for approval or to be taken back, and what it does; None if none waits."""
    found = queries.open_dossier(session(), kind, number)
    if found is None or not found.deed:
        return None
    doer, thing, event = doers.doer_of(found)
    return {"it": found, "title": doer.title(session(), thing, event)}


def period(length: int, unit: str) -> str:
    """A length of time in the reader's language."""
    return papers.period_text(length, str(unit), language())


STEPS = {
    "NEW": (_l("New"), "grey"),
    "DRAFTED": (_l("Drafted"), "grey"),
    "IN_APPROVAL": (_l("In approval"), "yellow"),
    "SIGNED": (_l("Signed"), "blue"),
    "ISSUED": (_l("Issued, PDF in the making"), "turquoise"),
    "SEALED": (_l("Sealed"), "green"),
    "DROPPED": (_l("Dropped"), "grey"),
}
CHAIN = {
    "check": (_l("Check"), "blue"),
    "countersign": (_l("Countersignature"), "turquoise"),
    "sign": (_l("Signature for issue"), "purple"),
}
APPROVERS = (
    "intake",
    "officer",
    "investigator",
    "head",
    "reviewer",
    "secretary",
    "council",
    "publisher",
    "panel",
    "review body",
)
COPIES = {
    "READ": (_l("Has been read"), "green"),
    "PAPER": (_l("Received on paper"), "turquoise"),
    "DEEMED": (_l("Counts as served, not read"), "orange"),
    "WAITING": (_l("Not read yet"), "yellow"),
    "ENDED": (_l("Ended before it was read"), "grey"),
}
NUMBERS = {
    "IN_FORCE": (_l("Issued, in force"), "green"),
    "IN_THE_MAKING": (_l("Issued, PDF in the making"), "turquoise"),
    "TO_STAMP": (_l("Issued, to be sealed"), "orange"),
    "SET_ASIDE": (_l("No longer in force"), "purple"),
    "ERASED": (_l("Issued, its text was erased"), "grey"),
    "VOID": (_l("Void"), "red"),
    "LOST": (_l("Lost in a restore"), "red"),
    "HIDDEN": (_l("Given"), "grey"),
}
WORDS = {
    "NEW": (_l("New"), "grey"),
    "ISSUED": (_l("Issued, PDF in the making"), "grey"),
    "FAILED": (_l("Could not be rendered"), "red"),
    "READY": (_l("Ready to be served"), "orange"),
    "AVAILABLE": (_l("Available online"), "blue"),
    "ALERTED": (_l("Recipient alerted"), "blue"),
    "POSTED": (_l("In the post"), "turquoise"),
    "UNDELIVERED": (_l("Undelivered"), "red"),
    "NOTICE_POSTED": (_l("Posted: by notice or on the page"), "purple"),
    "SERVED": (_l("Served"), "green"),
    "VOID": (_l("Void"), "grey"),
}
POSTED = {
    "IN_PUBLIC": (_l("Public notice runs"), "purple"),
    "ON_PAGE": (_l("Kept on the tracking page"), "purple"),
}
"""Which of the two it is: a company is served by notice, a complainant on the page."""
THEIRS = WORDS | dict.fromkeys(("AVAILABLE", "ALERTED"), (_l("To be opened"), "orange"))
THEIRS |= {"NOTICE_POSTED": (_l("To be opened; a public notice runs"), "orange")}
"""As the recipient itself reads it."""
