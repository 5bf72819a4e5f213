"""The go-live check: each unconfirmed setting, unverified provision and missing year, and what it blocks."""

import re

from flask import flash, g, redirect
from flask_admin.base import expose

from admin import forms_rules as forms
from admin import past_years
from admin.naming import SYSTEM, may_confirm
from admin.setting_tables import governs, measured, until_confirmed
from admin.views_audit import Pages
from admin.views_settings import OFFICE
from casework import contact_tables, erasure_requests, policies, timelines
from core import clock
from core.db import session, transaction
from core.labels import state_label
from core.words import _, _l, _n, language
from figures import opening
from notices.kinds import KINDS
from registry import golive, rulebook, settings
from registry.models_rulebook import Provision
from registry.seeded_words import basis_words
from sanctions import bodies
from sanctions.levels import LEVELS

WORDS = {
    golive.DOCUMENTS: _l("Every act that makes a document"),
    bodies.DRAW: _l("Drawing a panel"),
    opening.OPENING: _l("Publishing open data"),
    policies.SIMILAR: _l("Suggesting or opening a case for the number of similar complaints"),
    erasure_requests.EARLY: _l("Granting that the data of a complaint are deleted early"),
    contact_tables.COUNTS: _l("Putting daily counts with a finding"),
    "expiry": _l("Nothing expires by itself while a count passes that year"),
}
NOTHING = _l("Nothing is refused for want of it")
MOST = 2


def act_words(act):
    """Say an act so that a person knows it."""
    if act in WORDS:
        return str(WORDS[act])
    kind, _dot, rest = act.partition(".")
    if kind == "measure":
        known = LEVELS.get(int(rest))
        return _("Ordering L%(level)s %(name)s", level=rest, name=known.word if known else "")
    did = timelines.sentence(rest)
    if did[:1].islower():  # in English some sentences go on from whoever did it
        did = _("somebody %(did)s", did=did)
    return f"{rest}{_(': ')}{did}"


def _seen(chosen):
    """Read which version of each setting was on the page that was sent; of an unreadable one, none."""
    parts = [each.rpartition(":") for each in chosen]
    return {key: int(version) if re.fullmatch(r"[0-9]{1,18}", version) else 0 for key, _colon, version in parts}


def _setting_lines(at):
    rows = {row.key: row for row in settings.unconfirmed(at)}
    found = []
    for item in golive.check(at, clock.today()):
        if item.kind == "setting":
            row = rows[item.key]
            found.append(
                {
                    "item": item,
                    "row": row,
                    "value": measured(row),
                    "until": until_confirmed(row),
                    "erases": past_years.words(row),
                    "nested": isinstance(row.value, list | dict),
                    "basis": basis_words(row.basis),
                    "meaning": governs(row),
                    "seen": f"{row.key}:{row.version}",
                    "ready": may_confirm(row),
                    "blocks": [act_words(act) for act in item.blocks],
                },
            )
    return found


class GoLive(Pages):
    """One page of all that is still missing, and one form to confirm what the association decided."""

    seen_by = SYSTEM
    group = OFFICE

    @expose("/", methods=("GET", "POST"))
    def index(self):
        """List what is missing; several settings are confirmed on one basis."""
        at, form = session(), forms.ConfirmForm()
        lines = _setting_lines(at)
        offered = [line["seen"] for line in lines if line["ready"]]
        form.keys.choices = [(each, each) for each in (*offered, *(form.keys.data or ()))]
        if not form.validate_on_submit():
            return self._page(at, form, lines), form.status_code
        with transaction(once=form.key.data) as inside:
            seen = _seen(form.keys.data or ())
            number = settings.confirm_all(inside, seen, basis=form.basis.data, actor=g.me, now=clock.now())
        flash(_n("%(num)d setting is confirmed.", "%(num)d settings are confirmed.", number))
        return redirect(self.get_url(".index"), 303)

    def _page(self, at, form, lines):
        items = golive.check(at, clock.today())
        names = {code.code: code.name(language()) for code in rulebook.violations(at)}
        return self.render(
            "admin/golive.html",
            form=form,
            lines=lines,
            most=MOST,
            nothing=NOTHING,
            demonstration=settings.is_demonstration(at),
            provisions=[
                {
                    "item": item,
                    "name": at.get(Provision, item.id).cited(language()),
                    "codes": [f"{code} {names.get(code, '')}" for code in item.blocks],
                }
                for item in items
                if item.kind == "provision"
            ],
            alone=[KINDS[kind] for item in items if item.kind == "chain" for kind in item.blocks],
            years=[item for item in items if item.kind == "year"],
            unheld=[state_label("role", item.key).text for item in items if item.kind == "role"],
            seals=[item for item in items if item.kind == "seal"],
            mails=[(item, [act_words(act) for act in item.blocks]) for item in items if item.kind == "mail"],
            wordings=[
                (item, item.key.partition(" ")[0], [KINDS[kind].name(language()) for kind in item.blocks])
                for item in items
                if item.kind == "wording"
            ],
        )


def views():
    """Build the pages of this module."""
    return [GoLive(_l("Go-live check"), "golive")]
