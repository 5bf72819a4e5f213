"""Registers this room with the application: its door, pages, navigation and jobs."""

from types import SimpleNamespace
from typing import Any

from flask import Flask, g, has_request_context

from core import machine, outbox, texts, web
from core.db import session
from core.labels import label
from core.words import _l, language
from registry import (
    account,
    account_factor,
    account_notifications,
    accounts,
    belongings,
    calendar,
    commands,
    door,
    first_run,
    golive,
    jobs,
    jobs_batches,
    jobs_notifications,
    models,
    models_batches,
    models_lineage,
    models_notifications,
    notifications,
    policies,
    portal,
    presence,
    public,
    settings,
    staff_batches,
    text_numbers,
)
from registry.models_accounts import ROLES, Audience

_ROLES = {
    "intake": (_l("Intake officer"), "grey"),
    "officer": (_l("Case officer"), "blue"),
    "investigator": (_l("Investigator"), "turquoise"),
    "head": (_l("Head of department"), "purple"),
    "reviewer": (_l("Reviewer"), "green"),
    "secretary": (_l("Panel secretary"), "grey"),
    "panel": (_l("Panel member"), "yellow"),
    "review body": (_l("Member of the review body"), "yellow"),
    "council": (_l("Council"), "purple"),
    "publisher": (_l("Publisher"), "orange"),
    "seal keeper": (_l("Seal keeper"), "red"),
    "respondent": (_l("Respondent"), "grey"),
    "lead": (_l("Authorised person of the party"), "blue"),
    "member": (_l("Member of the company"), "grey"),
    "system_admin": (_l("System administrator"), "purple"),
    "security_admin": (_l("Security administrator"), "red"),
    "audit_admin": (_l("Audit administrator"), "turquoise"),
}
_NAMES: dict[str, dict[str, tuple[Any, str]]] = {
    "party_kind": {"INSTITUTION": (_l("Institution"), "blue"), "FIRM": (_l("Collection firm"), "orange")},
    "alias_kind": {
        "SHORT": (_l("Short name"), "grey"),
        "FORMER": (_l("Former name"), "grey"),
        "APP": (_l("App"), "blue"),
        "SMS_SIGNATURE": (_l("Message signature"), "turquoise"),
        "NUMBER": (_l("Telephone number"), "purple"),
        "WEB": (_l("Website"), "green"),
    },
    "basis": {
        "MEMBERSHIP": (_l("Membership"), "blue"),
        "SIGNATORY": (_l("Signed the convention"), "turquoise"),
        "UNDERTAKING": (_l("Signed undertaking"), "green"),
        "VIA_PRINCIPAL": (_l("Not bound: only through its principal"), "orange"),
    },
    "basis_status": {
        "ACTIVE": (_l("In force"), "green"),
        "RIGHTS_SUSPENDED": (_l("Rights suspended"), "orange"),
        "WITHDRAWN": (_l("Left"), "grey"),
        "EXPELLED": (_l("Expelled"), "red"),
    },
    "audience": {
        "staff": (_l("Association"), "blue"),
        "party": (_l("Institution or firm"), "turquoise"),
        "admin": (_l("Administrator"), "purple"),
    },
    "role": _ROLES,
    "batch": {
        "PREPARED": (_l("To be started"), "grey"),
        "WAITING": (_l("Waiting its turn"), "yellow"),
        "RUNNING": (_l("Under way"), "blue"),
        "CANCELLED": (_l("Cancelled"), "orange"),
        "DONE": (_l("Ended"), "green"),
        "FAILED": (_l("Stopped"), "red"),
    },
    "batch_item": {
        "WAITING": (_l("Waits"), "grey"),
        "DONE": (_l("Done"), "green"),
        "SKIPPED": (_l("Skipped"), "orange"),
        "FAILED": (_l("Went wrong"), "red"),
    },
}


ADDED = (
    belongings,
    door,
    jobs,
    jobs_batches,
    jobs_notifications,
    models,
    models_batches,
    models_lineage,
    models_notifications,
)
"""Imported for what they register."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    for pages in (
        public.bp,
        account.bp,
        account_factor.bp,
        account_notifications.bp,
        first_run.bp,
        portal.bp,
        staff_batches.bp,
    ):
        app.register_blueprint(pages)
    presence.init_app(app)
    machine.on_gate(golive.gate)
    web.door(door.enter)
    web.place("home", "registry_account.home")
    web.place("sign_in", "registry_public.sign_in")
    web.place("sign_out", "registry_account.sign_out")
    web.place("stay", "registry_account.stay")
    web.place("still", "registry_account.still")
    door.does_not_count_under("/account/still")
    web.nav("account", _l("My account"), "registry_account.show", order=10)
    told = (*ROLES[Audience.STAFF], *ROLES[Audience.PARTY])
    web.nav("account", _l("What I am told"), "registry_notifications.show", roles=told, order=20)
    web.nav("account", _l("Long jobs"), "registry_batches.listing", roles=policies.AT_JOBS, order=30)
    web.nav("footer", _l("Sign in"), "registry_public.sign_in", order=90)
    for area, roles in (("admin", ("security_admin",)), ("portal", ("lead",))):
        renewals = "registry_account.renewals"
        web.nav(area, _l("Accounts to confirm"), renewals, roles=roles, order=80, count=account.waiting_count)
    of_companies = ROLES[Audience.PARTY]
    web.nav("account", _l("Service address"), "registry_portal.address", roles=of_companies, order=15)
    web.nav("portal", _l("People"), "registry_portal.people", order=70)
    web.nav("admin", _l("Association"), "registry_first_run.association", roles=("system_admin",), order=90)
    outbox.GIVEN_UP.add(jobs_batches.gave_up)
    texts.on_refused(text_numbers.takes_none)
    texts.on_refused(notifications.told_anew)
    text_numbers.on_taken_back(notifications.told_anew)
    accounts.on_locked(text_numbers.left)
    for name, table in _NAMES.items():
        label(name, table)
    app.context_processor(_association)
    app.jinja_env.globals.update(session_warning=account.WARNED_AFTER)
    app.jinja_env.filters["notice_year"] = calendar.settled_by
    app.cli.add_command(commands.first_admin)


def _association() -> dict[str, Any]:
    """What layouts say about the association, in the reader's language; nothing before the first run."""
    if not has_request_context() or "reader" not in g:
        return {}
    held = g.setdefault("associations", {})
    if language() not in held:
        known = settings.association(session())
        in_english = "_en" if language() == "en" else ""
        name = known[f"name{in_english or '_zh'}"] or known["name_zh"]
        address = known[f"address{in_english}"] or known["address"]
        said = SimpleNamespace(name=name, address=address, telephone=known["telephone"])
        held[language()] = said if name else None
    return {"association": held[language()]}
