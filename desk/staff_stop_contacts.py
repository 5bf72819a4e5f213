"""Staff pages of stop-contact requests: noted for a person, and what can be done with one."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import masking, policies_pages, policies_stop_contacts, queries_stop_contacts
from casework.models import Complaint
from casework.models_stop_contacts import StopContact
from casework.states import STOP_CONTACT
from core import clock
from core.db import session, transaction
from core.forms import Form
from core.web import blueprint
from core.words import LazyString, _, language
from desk import approving, deeds, queries_complaint
from desk.deeds_stop_contacts import DEEDS, NOTE
from filestore.downloads import served

bp = blueprint("desk_stop_contacts", __name__, audience="staff", prefix="/staff/stop-contacts")


@bp.route("/new/<ref>", methods=["GET", "POST"])
def note(ref: str) -> ResponseReturnValue:
    """A request that came by telephone, by letter or at the counter."""
    it = _complaint(ref)
    if not policies_stop_contacts.may_ask(g.me, it):
        abort(403)
    form = deeds.form_of(session(), NOTE, it)
    if not form.validate_on_submit():
        return _page(it, NOTE, form, it.ref), form.status_code
    with transaction(once=form.key.data) as at:
        NOTE.do(at, it, form, g.me, clock.now())
    return _back(it, deeds.told(session(), NOTE, it))


@bp.route("/<int:number>/do/<event>", methods=["GET", "POST"])
def act(number: int, event: str) -> ResponseReturnValue:
    """One deed."""
    it, deed = _stop_contact(number), DEEDS.get(event) or abort(404)
    form = approving.form_of(session(), deed, it)
    new = not (form.is_submitted() or form.filled)
    shut = deeds.closed(session(), STOP_CONTACT, deed, it, g.me, clock.now()) if new else None
    if shut is not None:
        flash(str(shut), "warn")
        return redirect(url_for("desk_complaints.show", ref=it.complaint.ref))
    if not form.validate_on_submit():
        about = f"{masking.masked_contact(it.number)} · {it.party.name(language()) if it.party else '—'}"
        return _page(it.complaint, deed, form, about), form.status_code
    with transaction(once=form.key.data) as at:
        said = approving.run(at, "casework.stop_contact", deed, it, form, actor=g.me)
    return _back(it.complaint, said)


@bp.get("/<int:number>/scan")
def scan(number: int) -> ResponseReturnValue:
    """What the company wrote on paper, for whoever sees originals: the number stands in it."""
    it = _stop_contact(number)
    if not policies_pages.may_see_originals(g.me):
        abort(403)
    if it.scan_sha256 is None:
        abort(404)
    return served(it.scan_sha256, it.scan_name or "", it.scan_type or "")


def _complaint(ref: str) -> Complaint:
    if not policies_pages.may_read_complaints(g.me):
        abort(404)
    return queries_complaint.complaint(session(), ref, g.me) or abort(404)


def _stop_contact(number: int) -> StopContact:
    if not policies_pages.may_read_complaints(g.me):
        abort(404)
    return queries_stop_contacts.one(session(), number, g.me) or abort(404)


def _back(it: Complaint, said: LazyString | str) -> ResponseReturnValue:
    flash(str(said))
    return redirect(url_for("desk_complaints.show", ref=it.ref, _anchor="stop-contact"), 303)


def _page(it: Complaint, deed: deeds.Deed, form: Form, about: str) -> str:
    back = url_for("desk_complaints.show", ref=it.ref, _anchor="stop-contact")
    return render_template(
        "desk/staff_act.html",
        deed=deed,
        form=form,
        ref=it.ref,
        about=about,
        back=back,
        crumbs=[(_("Complaints"), url_for("desk_queue.queue")), (it.ref, back)],
        text="",
    )
