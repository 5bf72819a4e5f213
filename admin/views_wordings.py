"""Wordings of documents: drafted, compared, proposed, put in force by a second person, withdrawn."""

from flask import Response, abort, flash, g, redirect, request
from flask_admin.base import expose

from admin import forms_wordings as forms
from admin.naming import SECOND, SYSTEM
from admin.views_audit import Pages
from admin.views_settings import OFFICE
from core import clock, plainly
from core.db import session, transaction
from core.words import _, _l, language
from notices import wording_help, wording_previews, wordings
from notices.foreign import LANGUAGES
from notices.kinds import KINDS
from notices.models_wording import WordingVersion
from notices.samples import languages
from notices.wording import load
from registry import queries

ENDED = (*wordings.OPEN, wordings.COMING, wordings.IN_FORCE)
"""What can be dropped or withdrawn."""
ACTS = {"propose": forms.ProposeForm, "put": forms.PutInForceForm, "withdraw": forms.WithdrawForm}

NEVER = (*wordings.OPEN, wordings.DROPPED)
"""What documents were never made from."""


class Wording:
    """One wording: a kind in a language, with its versions and what each of them is now."""

    def __init__(self, name):
        self.kind, _dot, self.lang = name.partition(".")
        if self.kind not in KINDS or self.lang not in languages(self.kind):
            abort(404)
        self.name, self.about, self.now = name, KINDS[self.kind], clock.now()
        self.rows = wordings.versions(session(), self.kind, self.lang)
        self.states = {row.number: wordings.state_of(row, self.rows, self.now) for row in self.rows}
        self.here = wordings.SUPPLIED
        for number, state in self.states.items():
            if state == wordings.IN_FORCE:
                self.here = number
        self.draft = next((row for row in self.rows if self.states[row.number] in wordings.OPEN), None)
        self.states[wordings.SUPPLIED] = wordings.EARLIER if self.here else wordings.IN_FORCE

    @property
    def title(self):
        """Name it in the reader's language."""
        what = f"{self.kind} {self.about.name(language())}"
        return _("%(what)s in %(language)s", what=what, language=LANGUAGES[self.lang])

    def row(self, number):
        """Find a version; None is the supplied one."""
        found = next((row for row in self.rows if row.number == number), None)
        return found if found or number == wordings.SUPPLIED else abort(404)

    def text(self, number):
        """Give the text of a version."""
        row = self.row(number)
        return row.text if row else wordings.supplied(self.kind, self.lang)

    def version_name(self, number):
        """Give the name under which documents know a version."""
        row = self.row(number)
        return row.digest if row else load(self.kind, self.lang).version

    def against(self, number):
        """Choose what a version is compared with: what is in force, or the one before it."""
        others = [n for n, state in self.states.items() if n != number and state not in NEVER]
        asked = request.args.get("against", type=int)
        if asked in others:
            return asked, sorted(others)
        if self.states[number] in {*NEVER, wordings.COMING}:
            return self.here, sorted(others)
        return max((n for n in others if n < number), default=None), sorted(others)


class Wordings(Pages):
    """What documents say: every kind in every language it has."""

    seen_by, kept_by = SECOND, SYSTEM
    group = OFFICE

    @expose("/")
    def index(self):
        """List all wordings with what is in force."""
        known = wordings.states(session(), clock.now())
        lines = []
        for kind, about in KINDS.items():
            cells = []
            for lang in languages(kind):
                states = known.get((kind, lang), [])
                here = next((row.number for row, state in states if state == wordings.IN_FORCE), 0)
                waiting = [state for _row, state in states if state in {*wordings.OPEN, wordings.COMING}]
                cells.append({"name": f"{kind}.{lang}", "lang": LANGUAGES[lang], "here": here, "waiting": waiting})
            lines.append({"kind": kind, "called": about.name(language()), "cells": cells})
        return self.render("admin/wordings.html", lines=lines)

    @expose("/<which>/")
    def details_view(self, which):
        """Show one wording with its versions."""
        it = Wording(which)
        return self.render("admin/wording.html", it=it, people=self._people(it.rows), keeps=self._keeps())

    @expose("/<which>/new/", methods=("GET", "POST"))
    def create_view(self, which):
        """Write a new version, beginning with the one in force or another."""
        it = self._kept(which)
        begun = request.args.get("of", default=it.here, type=int)
        form = forms.WordingForm(data={"text": it.text(begun)}).of(it.kind, it.lang)
        if not form.validate_on_submit():
            return self._editor(it, form, _("Write a new version"), self.get_url(".details_view", which=which))
        with transaction(once=form.key.data) as at:
            said = {"actor": g.me, "now": clock.now(), "basis": form.basis.data or ""}
            number = wordings.draft(at, it.kind, it.lang, form.text.data, **said).number
        flash(_("The draft is kept. Look at the sample before you propose it."))
        return redirect(self.get_url(".show", which=which, number=number), 303)

    @expose("/<which>/<int:number>/edit/", methods=("GET", "POST"))
    def edit_view(self, which, number):
        """Change a draft, or what was proposed, which is then a draft again."""
        it = self._kept(which)
        row = it.row(number) or abort(404)
        if it.states[row.number] not in wordings.OPEN:
            abort(404)
        data = {"text": row.text, "basis": row.basis, "version": row.version}
        form = forms.WordingForm(data=data).of(it.kind, it.lang)
        back = self.get_url(".show", which=which, number=number)
        if not form.validate_on_submit():
            return self._editor(it, form, _("Change this draft"), back)
        with transaction(once=form.key.data) as at:
            said = {"actor": g.me, "version": form.version.data, "now": clock.now(), "basis": form.basis.data or ""}
            wordings.revise(at, self._locked(at, row), form.text.data, **said)
        flash(_("Changed."))
        return redirect(back, 303)

    @expose("/<which>/<int:number>/")
    def show(self, which, number):
        """Show one version: what it says, what it changes, and what can be done with it."""
        return self._page(Wording(which), number)

    @expose("/<which>/<int:number>/<act>/", methods=("POST",))
    def act_view(self, which, number, act):
        """Propose a draft, put a proposal in force; drop or withdraw a version."""
        it, kind = Wording(which), ACTS.get(act) or abort(404)
        row = it.row(number) or abort(404)
        form = kind(prefix=act, version=row.version)
        if not form.validate_on_submit():
            return self._page(it, row.number, form), 422
        said = {"actor": g.me, "version": form.version.data, "now": clock.now()}
        if act != "withdraw":  # what cannot be printed is never put in force
            wording_previews.pdf(*wording_previews.sample(session(), it.kind, it.lang, row.text))
        with transaction(once=form.key.data) as at:
            mine = self._locked(at, row)
            if act == "propose":
                wordings.propose(at, mine, basis=form.basis.data or "", **said)
                done = _("Proposed; a second administrator puts it in force.")
            elif act == "put":
                wordings.put_in_force(at, mine, from_on=form.from_on.data, **said)
                done = _("Confirmed; it is in force from %(day)s on.", day=plainly.day(mine.in_force_from, "page"))
            else:
                done = _("The draft is dropped.") if mine.confirmed_at is None else _("Withdrawn; it is used no more.")
                wordings.withdraw(at, mine, because=form.because.data or "", **said)
        flash(done)
        return redirect(self.get_url(".show", which=which, number=number), 303)

    @expose("/<which>/<int:number>/sample.pdf")
    def export(self, which, number):
        """Print a version with sample values, marked as a sample on every page."""
        it, at = Wording(which), session()
        text, bare = it.text(number), "bare" in request.args
        made = wording_previews.pdf(*wording_previews.sample(at, it.kind, it.lang, text, bare=bare))
        called = wording_previews.file_name(it.kind, it.lang, number, it.now)
        headers = {"Content-Disposition": f'inline; filename="{called}"', "Cache-Control": "no-store"}
        return Response(made, mimetype="application/pdf", headers=headers)

    def _keeps(self):
        return g.me.has(*self.kept_by)

    def _kept(self, which):
        return Wording(which) if self._keeps() else abort(403)

    def _locked(self, at, row):
        return at.get_one(WordingVersion, row.id, with_for_update=True, populate_existing=True)

    def _people(self, rows):
        known = {each for row in rows for each in (row.made_by, row.proposed_by, row.confirmed_by, row.withdrawn_by)}
        return {each: queries.account_name(session(), each) for each in known if each}

    def _editor(self, it, form, heading, back):
        told = wording_help.placeholders(it.kind, it.lang)
        english = language() == "en"
        page = self.render(
            "admin/wording_edit.html",
            it=it,
            form=form,
            heading=heading,
            back=back,
            placeholders=[(each, each.english if english else each.chinese) for each in told],
        )
        return page, form.status_code

    def _page(self, it, number, given=None):
        row, state = it.row(number), it.states[number]
        against, others = it.against(number)
        before = it.text(number if against is None else against)
        offered = {name: kind(prefix=name, version=row.version if row else None) for name, kind in ACTS.items()}
        if given is not None:
            offered[given._prefix.rstrip("-")] = given  # noqa: SLF001 - WTForms has no other name for it
        offered["propose"].basis.flags.required = row is not None and not row.basis  # a draft may lack it
        return self.render(
            "admin/wording_version.html",
            it=it,
            row=row,
            number=number,
            state=state,
            name=it.version_name(number),
            people=self._people(it.rows),
            lines=wording_previews.compared(before, it.text(number)),
            pictures=self._pictures(it, row) if state == wordings.PROPOSED else [],
            against=against,
            others=others,
            forms_=offered,
            wrong=given,
            keeps=self._keeps(),
            refusals=list(wordings.refusals_to_decide(g.me, row)) if state == wordings.PROPOSED else [],
            may_end=row is not None and state in ENDED,
        )

    def _pictures(self, it, row):
        """Draw what was proposed as it will look: whoever decides on it sees it without asking."""
        return wording_previews.pictures(*wording_previews.sample(session(), it.kind, it.lang, row.text))


def views():
    """Build the pages of this module."""
    return [Wordings(_l("Wordings of documents"), "wordings")]
