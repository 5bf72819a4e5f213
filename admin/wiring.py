"""Registers this room with the application: the back office on Flask-Admin, its navigation, and the commands."""

from flask import Flask, g, url_for
from flask_admin import Admin
from flask_admin.base import BaseView, expose

from admin import (
    commands,
    policies,
    queries,
    rounds_kept,
    views_accounts,
    views_audit,
    views_calendar,
    views_chains,
    views_companies,
    views_company_lists,
    views_golive,
    views_parties,
    views_pools,
    views_rules,
    views_seal_modes,
    views_settings,
    views_wordings,
)
from admin.naming import SYSTEM
from admin.records import Entry, Group
from core import clock, web
from core.db import session
from core.labels import label
from core.words import _l, language
from notices import wordings
from registry import calendar, golive, settings
from registry.policies import may_keep_settings, may_see_to_roles
from registry.queries import without_role

STATES = {
    "party_state": {
        "ENTERED": (_l("In the register"), "green"),
        "SUSPENDED": (_l("Suspended"), "red"),
        "CEASED": (_l("Ceased to exist"), "grey"),
        "MERGED": (_l("Merged into another entry"), "grey"),
    },
    "account_state": {
        "OPEN": (_l("Account open"), "green"),
        "TO_CONFIRM": (_l("Invitation to be confirmed first"), "orange"),
        "INVITED": (_l("Invited, not accepted yet"), "orange"),
        "LOCKED": (_l("Locked"), "red"),
    },
    "provision_state": {"VERIFIED": (_l("Verified"), "green"), "UNVERIFIED": (_l("Not verified"), "orange")},
    "setting_state": {"CONFIRMED": (_l("Confirmed"), "green"), "LAID_DOWN": (_l("Not confirmed"), "orange")},
    "wording_state": {
        "DRAFT": (_l("Draft"), "yellow"),
        "PROPOSED": (_l("Waits for a second person"), "orange"),
        "COMING": (_l("Comes into force"), "blue"),
        "IN_FORCE": (_l("In force"), "green"),
        "EARLIER": (_l("Not in force any more"), "grey"),
        "WITHDRAWN": (_l("Withdrawn"), "red"),
        "DROPPED": (_l("Draft dropped"), "grey"),
    },
    "year_source": {
        "package": (_l("Official"), "green"),
        "notice": (_l("Loaded by notice"), "blue"),
        "estimate": (_l("Estimated"), "orange"),
    },
    "mail_state": {
        "SENT": (_l("Sent"), "green"),
        "BOUNCED": (_l("Came back"), "red"),
        "HERE": (_l("Stands here"), "grey"),
        "WAITING": (_l("On its way"), "blue"),
        "GAVE_UP": (_l("Given up"), "red"),
        "EXPIRED": (_l("Out of date"), "grey"),
        "PARKED": (_l("Open at a restore"), "orange"),
        "DROPPED": (_l("Dropped"), "grey"),
    },
    "text_kind": {
        "news": (_l("News"), "blue"),
        "code": (_l("Code"), "purple"),
    },
    "text_state": {
        "SENT": (_l("Sent"), "green"),
        "REFUSED": (_l("Number takes none"), "red"),
        "HERE": (_l("Stands here"), "grey"),
        "WAITING": (_l("On its way"), "blue"),
        "LATER": (_l("Waits for its hour"), "yellow"),
        "GAVE_UP": (_l("Given up"), "red"),
        "EXPIRED": (_l("Out of date"), "grey"),
        "PARKED": (_l("Open at a restore"), "orange"),
        "DROPPED": (_l("Dropped"), "grey"),
    },
    "job_state": {
        "DONE": (_l("Done"), "green"),
        "WAITING": (_l("Waiting"), "blue"),
        "GAVE_UP": (_l("Given up"), "red"),
        "PARKED": (_l("Open at a restore"), "orange"),
        "DROPPED": (_l("Dropped"), "grey"),
    },
}


MODULES = (
    views_parties,
    views_company_lists,
    views_golive,
    views_rules,
    views_settings,
    views_chains,
    views_seal_modes,
    views_wordings,
    views_calendar,
    views_accounts,
    views_pools,
    views_audit,
)
"""The tables of the back office, in their order."""


class Home(BaseView):
    """Where an administrator begins: what needs a look, and what his role opens."""

    group = ""

    def __init__(self):
        super().__init__(name=_l("Overview"), endpoint="admin", url="/admin")

    def is_accessible(self):
        """Whether somebody is an administrator of any kind."""
        return g.me.audience == "admin"

    @expose("/")
    def index(self):
        """Show what needs a look."""
        at = session()
        keeps, watches = may_keep_settings(g.me), policies.may_watch_running(g.me)
        return self.render(
            "admin/home.html",
            waiting=len(golive.check(at, clock.today())) if keeps else 0,
            second=list(self.second(at)),
            roleless=without_role(at) if may_see_to_roles(g.me) else 0,
            missing=calendar.missing_year(at, clock.today()) if keeps else None,
            failed=queries.failed_jobs(at) if watches else 0,
            parked=queries.parked_jobs(at) if watches else 0,
            signs=rounds_kept.signs(at, clock.now()) if watches else None,
            groups=[group for group in side(self) if group.title],
        )

    def second(self, at):
        """Say what waits for this administrator as the second person: its name, and where it is decided."""
        for row in wordings.to_decide(at, g.me):
            it = f"{row.kind}.{row.lang}"
            yield views_wordings.Wording(it).title, url_for("admin_wordings.show", which=it, number=row.number)
        for row in settings.to_confirm(at, g.me):
            page = OF_TWO.get(row.key) or OF_TWO[row.key.partition(".")[0]]
            yield row.meaning_zh if language() == "zh" else row.meaning, url_for(f"{page}.details_view", id=row.id)


OF_TWO = {
    "SEAL_MODE": "admin_seal_modes",
    "APPROVAL_CHAIN": "admin_chains",
    "RETENTION_YEARS": "admin_years_of_keeping",
    **dict.fromkeys(settings.IN_NUMBERS, "admin_years_of_keeping"),
}
"""The pages of settings that take two people."""


def side(here):
    """List the pages that this administrator's roles open, in their groups."""
    groups = {}
    for view in here.admin._views:  # noqa: SLF001 - Flask-Admin has no other list
        if view.is_accessible():
            group = groups.setdefault(str(view.group), Group(view.group))
            endpoint = f"{view.endpoint}.{view._default_view}"  # noqa: SLF001 - as above
            group.entries.append(Entry(view.name, here.get_url(endpoint), view is here))
    return list(groups.values())


def init_app(app: Flask) -> None:
    """Set the room up."""
    office = Admin(app, name="Zilü", index_view=Home())
    web.gate("admin", "admin")
    for module in MODULES:
        for view in module.views():
            office.add_view(view)
            web.gate(view.endpoint, "admin")
    app.register_blueprint(views_companies.bp)
    web.place("companies", "admin_companies.suggestions", roles=SYSTEM)
    app.jinja_env.globals.update(office_side=side)
    for name, words in STATES.items():
        label(name, words)
    _navigation()
    commands.init_app(app)


def _navigation():
    system, security, audit = ("system_admin",), ("system_admin", "security_admin"), ("audit_admin",)
    web.nav("admin", _l("Overview"), "admin.index", order=0, only=())
    web.nav("admin", _l("Register"), "admin_parties.index_view", roles=system, order=10)
    web.nav("admin", _l("Rulebook"), "admin_violations.index_view", roles=system, order=20)
    web.nav("admin", _l("Settings"), "admin_settings.index_view", roles=system, order=30)
    web.nav("admin", _l("Go-live check"), "admin_golive.index", roles=system, order=35)
    web.nav("admin", _l("Calendar"), "admin_calendar.index", roles=system, order=40)
    web.nav("admin", _l("Accounts"), "admin_accounts.index_view", roles=security, order=50)
    web.nav("admin", _l("Journal"), "admin_journal.index", roles=audit, order=60)
    web.nav("admin", _l("Mails"), "admin_mails.index", roles=(*audit, *system), order=70)
    web.nav("admin", _l("Text messages"), "admin_texts.index", roles=(*audit, *system), order=71)
