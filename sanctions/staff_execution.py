"""Staff pages while measures are carried out, for what is no row of the table: more time refused."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import policies_pages
from casework.forms_staff import opened
from casework.models_cases import CaseTrack
from core import clock
from core.db import session, transaction
from core.web import blueprint
from core.words import _l
from sanctions import extensions, policies_extensions, queries_pages
from sanctions import forms_endings as forms
from sanctions.labels import LEVEL

bp = blueprint("sanctions_execution", __name__, audience="staff", prefix="/staff/tracks")


@bp.before_request
def only_readers() -> None:
    """Files are read by the staff; panels read their papers on their own pages."""
    if not policies_pages.may_read_files(g.me):
        abort(403)


@bp.route("/<int:number>/no-more-time", methods=["GET", "POST"])
def refuse_time(number: int) -> ResponseReturnValue:
    """The head gives no more time."""
    it = _track(number)
    if not g.me.has("head"):
        abort(403)
    form = opened(forms.NoMoreTimeForm, it)
    found = policies_extensions.waiting(session(), it)
    form.level.choices = [(str(each.level), LEVEL[each.level][0], {"hint": each.more_time_reason}) for each in found]
    if not form.validate_on_submit():
        page = render_template("sanctions/no_more_time.html", track=it, form=form)
        return page, (422 if form.is_submitted() else 200)
    with transaction(once=form.key.data) as at:
        extensions.refuse_time(
            at,
            at.get_one(CaseTrack, number),
            level=int(form.level.data),
            why=form.why.data,
            actor=g.me,
            version=form.version.data,
            now=clock.now(),
        )
    flash(str(_l("Refused; the respondent reads the reasons.")))
    return redirect(url_for("sanctions_staff.show", number=number), 303)


def _track(number: int) -> CaseTrack:
    return queries_pages.track(session(), number) or abort(404)
