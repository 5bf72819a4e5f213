"""Staff pages to note what a person says about terms or pressure, and that an agent is authorised."""

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from casework import policies, policies_pages
from casework.models import Complaint
from core.db import session
from core.web import blueprint
from core.words import _
from desk import deeds, deeds_notes, queries_complaint, showing, staff_acts
from desk.queries_queue_lines import title_of

bp = blueprint("desk_notes", __name__, audience="staff", prefix="/staff/complaints")


def _beside(it: Complaint, what: str) -> dict[str, str]:
    """What stands beside a form: the terms that the person answers, or why they ask for a second look."""
    hide = showing.veil(showing.names(it))
    if what == "stays-decided":
        return {"text": hide(it.recheck_why or "")}
    if what == "terms-refused":
        found = queries_complaint.settlement(session(), it)
        return {"text": hide(found.terms) if found is not None else ""}
    return {}


@bp.route("/<ref>/note/<what>", methods=["GET", "POST"])
def note(ref: str, what: str) -> ResponseReturnValue:
    """Write one note, as whoever may work on complaints."""
    if not (policies_pages.may_read_complaints(g.me) and policies.may_work(g.me)):
        abort(404)
    it = queries_complaint.complaint(session(), ref, g.me) or abort(404)
    deed, back = deeds_notes.DEEDS.get(what) or abort(404), url_for("desk_complaints.show", ref=it.ref)
    if it.erased_at is not None:
        return redirect(back)
    form = deeds.form_of(session(), deed, it)
    new = not (form.is_submitted() or form.filled)
    if new and (shut := deeds_notes.closed(session(), deed, it)) is not None:
        flash(str(shut), "warn")
        return redirect(back)
    if not form.validate_on_submit():
        crumbs = [(_("Complaints"), url_for("desk_queue.queue")), (it.ref, back)]
        about = title_of(it.facts, showing.names(it))
        return staff_acts.form_page(
            deed, form, ref=it.ref, about=about, back=back, crumbs=crumbs, said_in=it.lang, **_beside(it, what)
        )
    return staff_acts.done(deed, it, form, back)
