"""Staff pages where is noted what a person says about terms or pressure, and that an agent is authorised."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import deeds, policies, policies_pages, queries_pages
from casework.deeds_notes import DEEDS
from casework.queries_queue import title_of
from core import clock
from core.db import session, transaction
from core.web import blueprint
from core.words import _

bp = blueprint("casework_notes", __name__, audience="staff", prefix="/staff/complaints")


@bp.route("/<ref>/note/<what>", methods=["GET", "POST"])
def note(ref: str, what: str) -> ResponseReturnValue:
    """One note; whoever may work on complaints writes it."""
    if not (policies_pages.may_read_complaints(g.me) and policies.may_work(g.me)):
        abort(404)
    it = queries_pages.complaint(session(), ref, g.me) or abort(404)
    deed = DEEDS.get(what) or abort(404)
    form = deeds.form_of(session(), deed, it)
    if not form.validate_on_submit():
        back = url_for("casework_complaints.show", ref=it.ref)
        shown = render_template(
            "casework/staff_act.html",
            deed=deed,
            form=form,
            ref=it.ref,
            about=title_of(it.facts),
            back=back,
            crumbs=[(_("Complaints"), url_for("casework_staff.queue")), (it.ref, back)],
            text="",
            said_in=it.lang,
        )
        return shown, (422 if form.is_submitted() else 200)
    with transaction(once=form.key.data) as at:
        deed.do(at, it, form, g.me, clock.now())
    flash(str(deed.said))
    return redirect(url_for("casework_complaints.show", ref=it.ref), 303)
