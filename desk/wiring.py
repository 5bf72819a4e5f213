"""Registers this room with the application: navigation, words of every state, addresses of things."""

from collections.abc import Callable

from flask import Flask, g, has_request_context, url_for
from sqlalchemy import ScalarSelect

from casework import clock_days, labels, labels_recusals, policies_pages, queries_recusals, queries_stop_contacts
from core import web
from core.db import session
from core.labels import label
from core.words import _l, language
from desk import (
    approving,
    clock_cards,
    published_lists,
    queries_cases_pages,
    queries_complaint,
    staff_assignment,
    staff_bulk,
    staff_call_lists,
    staff_cases,
    staff_clocks,
    staff_companies,
    staff_complaints,
    staff_contacts,
    staff_erasures,
    staff_evidence,
    staff_forwardings,
    staff_intake,
    staff_notes,
    staff_queue,
    staff_recusals,
    staff_stop_contacts,
    staff_views,
    staff_workload,
    standing_in,
)
from desk.approved_pages import APPROVED
from notices import doers
from notices.queries import LINKS
from registry import absences

PAGES = (
    staff_intake.bp,
    staff_queue.bp,
    staff_bulk.bp,
    staff_complaints.bp,
    staff_forwardings.bp,
    staff_cases.bp,
    staff_contacts.bp,
    staff_evidence.bp,
    staff_call_lists.bp,
    staff_recusals.bp,
    staff_notes.bp,
    staff_stop_contacts.bp,
    staff_views.bp,
    staff_workload.bp,
    staff_assignment.bp,
    staff_clocks.bp,
    staff_companies.bp,
    staff_erasures.bp,
)
COMPLAINTS = ("/staff/complaints", "/staff/forwardings", "/staff/stop-contacts", "/staff/views")
"""How the addresses begin that belong to the queue; its own begins every page of staff."""
BESIDE = (published_lists, standing_in)
"""Imported for the cards that they add beside a case, and for what they are told."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    staff_bulk.register_kinds()
    web.place("companies", "desk_companies.suggestions", roles=policies_pages.EVERYBODY)
    staff_workload.register_kinds()
    for machine, rows in (labels.TABLES | labels_recusals.TABLES).items():
        label(machine, rows)
    work = ("intake", "officer", "head")
    web.nav("staff", _l("Complaints"), "desk_queue.queue", roles=work, order=10, only=COMPLAINTS, home=work)
    on_file = policies_pages.ON_FILE
    web.nav("staff", _l("Cases"), "desk_cases.listing", roles=on_file, order=20, home=("investigator", "reviewer"))
    web.nav("staff", _l("To look at"), "desk_queue.to_look_at", roles=on_file, order=30, count=_waiting)
    everybody = policies_pages.EVERYBODY
    web.nav("staff", _l("Recusals"), "desk_recusals.listing", roles=everybody, order=60, count=_recusals)
    web.nav("staff", _l("Workload"), "desk_workload.show", roles=work, order=70)
    web.nav("account", _l("Enter an absence"), "desk_workload.absence", roles=tuple(sorted(absences.WORK)), order=25)
    web.front("desk_queue.queue")
    for name, page in APPROVED.items():
        doers.does(name, page)
    doers.tell_by(approving.tell)
    for kind, address in ADDRESSES.items():
        LINKS[kind] = for_staff(address, LINKS.get(kind))
    app.jinja_env.globals.update(clock_title=lambda key: clock_cards.name_of(key, language()))
    app.jinja_env.globals.update(clock_url=clock_days.address)
    app.jinja_env.globals.update(sees_originals=lambda: policies_pages.may_see_originals(g.me))


def for_staff(mine: Callable[[int], str], others: Callable[[int], str] | None) -> Callable[[int], str]:
    """An address for staff; for others, the one registered for them."""

    def address(number: int) -> str:
        if has_request_context() and g.me.audience == "staff":
            return mine(number)
        return others(number) if others is not None else ""

    return address


def _waiting() -> ScalarSelect[int]:
    return queries_complaint.waiting(g.me.roles, most=100)


def _recusals() -> ScalarSelect[int]:
    return queries_recusals.to_decide(g.me.roles)


def _recusal(number: int) -> str:
    return url_for("desk_recusals.show", number=number)


def _absence(_number: int) -> str:
    return url_for("desk_workload.show", _anchor="absences")


def _complaint(number: int) -> str:
    ref = queries_complaint.complaint_ref(session(), number)
    return url_for("desk_complaints.show", ref=ref) if ref else ""


def _forwarding(number: int) -> str:
    return url_for("desk_forwardings.show", number=number)


def _stop_contact(number: int) -> str:
    ref = queries_stop_contacts.complaint_of(session(), number)
    return url_for("desk_complaints.show", ref=ref, _anchor=f"stop-contact-{number}") if ref else ""


def _case(number: int) -> str:
    return url_for("desk_cases.show", number=number)


def _track(number: int) -> str:
    case = queries_cases_pages.case_of_track(session(), number)
    return url_for("desk_cases.show", number=case, _anchor=f"track-{number}") if case is not None else ""


def _batch(number: int) -> str:
    return url_for("registry_batches.show", number=number)


ADDRESSES = {
    "batch": _batch,
    "complaint": _complaint,
    "forwarding": _forwarding,
    "stop_contact": _stop_contact,
    "track": _track,
    "case": _case,
    "recusal": _recusal,
    "absence": _absence,
}
"""Where staff find the thing that a document or a task is about."""
