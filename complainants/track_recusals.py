"""The tracking page's routes of recusals: the complainant asks that somebody takes no part in the case."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import forms_recusals as forms
from casework import labels_recusals, queries_recusals, recusals
from casework.models_cases import CaseFile
from complainants.track import bp, tracking, whose
from core import clock
from core.db import session, transaction
from core.throttle import limiter
from core.words import _, bracketed


@bp.route("/recusal", methods=["GET", "POST"])
@limiter.limit("10 per hour", methods=["POST"], key_func=whose)
def ask_recusal() -> ResponseReturnValue:
    """Who should take no part in the case that rests on my complaint."""
    found = tracking()
    people = queries_recusals.people(session())
    if not people:
        abort(404)
    form = forms.AskForm()
    form.person.choices = [
        (f"{each.case_id}-{each.account_id}", f"{each.name}{bracketed(labels_recusals.parts(each.parts))}")
        for each in people
    ]
    if not form.validate_on_submit():
        page = render_template("complainants/track_recusal.html", found=found, form=form)
        return page, form.status_code
    case, _dash, account = (form.person.data or "").partition("-")
    with transaction(once=form.key.data) as at:
        said = {"ground": form.ground.data or "", "facts": form.facts.data or ""}
        recusals.ask(at, at.get_one(CaseFile, int(case)), int(account), **said, actor=g.me, now=clock.now())
    flash(_("Asked. Until it is decided this person does nothing in the case."))
    return redirect(url_for(".show", _anchor="recusals"), 303)
