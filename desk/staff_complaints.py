"""Staff pages of a complaint: triage on one screen, deeds, messages, notes, evidence, who complains."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import (
    complaints,
    identities,
    intake,
    masking,
    messages,
    naming,
    notes,
    passing_on,
    policies,
    policies_pages,
    receipts,
    undoing,
)
from casework.forms_staff import PlainForm, opened
from casework.models import Complaint
from casework.states import COMPLAINT
from core import clock, drafting
from core.db import session, transaction
from core.forms import Form
from core.web import blueprint
from core.words import _, language
from desk import complaint_rows, deeds, deeds_complaints, handing_over, queries_complaint, showing, staff_acts
from desk import forms_complaints as forms
from desk.choices import kept
from desk.complaint_page import assign_form, codes_form, company_form, page
from desk.deeds_complaints import DEEDS
from desk.queries_queue_lines import title_of

bp = blueprint("desk_complaints", __name__, audience="staff", prefix="/staff/complaints")


@bp.get("/<ref>")
def show(ref: str) -> ResponseReturnValue:
    """The complaint and all that hangs on it."""
    if not policies_pages.may_read_complaints(g.me):
        abort(404)
    it = complaint_rows.read(session(), ref, g.me) or abort(404)
    return page(it)


@bp.route("/<ref>/do/<event>", methods=["GET", "POST"])
def act(ref: str, event: str) -> ResponseReturnValue:
    """One deed; triage stays on the complaint's own page."""
    it, deed = _complaint(ref), DEEDS.get(event) or abort(404)
    back = url_for(".show", ref=it.ref)

    def shown(form: Form) -> str:
        return page(it, {event: form}) if deed.inline else _deed_page(it, deed, form)

    return staff_acts.act("casework.complaint", COMPLAINT, deed, it, shown=shown, back=back, then=back)


@bp.post("/<ref>/messages")
def write(ref: str) -> ResponseReturnValue:
    """Write to the complainant; this answers what the page showed of the complainant's messages."""
    it = _complaint(ref)
    form = opened(forms.MessageForm, prefix="message", about=it)
    if not form.validate_on_submit():
        return page(it, {"message": form}), 422
    with transaction(once=form.key.data) as at:
        messages.write(at, it, form.body.data, shown=_shown(), actor=g.me, now=clock.now())
        passing_on.remember(at, it, form.passed_on, g.me, clock.now())
    flash(_("Sent: it stands on the tracking page."))
    return redirect(url_for(".show", ref=it.ref, _anchor="messages"), 303)


@bp.post("/<ref>/seen")
def seen(ref: str) -> ResponseReturnValue:
    """Mark the complainant's messages as read and in need of no answer."""
    it = _complaint(ref)
    with transaction(once=request.form.get("key")) as at:
        messages.leave(at, it, shown=_shown(), actor=g.me, now=clock.now())
    return redirect(url_for(".show", ref=it.ref, _anchor="messages"), 303)


@bp.post("/<ref>/notes")
def note(ref: str) -> ResponseReturnValue:
    """Write an internal note."""
    it = _complaint(ref)
    form = opened(forms.NoteForm, prefix="note", about=it)
    if not form.validate_on_submit():
        return page(it, {"note": form}), 422
    with transaction(once=form.key.data) as at:
        notes.write(at, it, text=form.text.data, actor=g.me, now=clock.now())
    flash(_("Noted."))
    return redirect(url_for(".show", ref=it.ref, _anchor="notes"), 303)


@bp.post("/<ref>/evidence")
def add_evidence(ref: str) -> ResponseReturnValue:
    """Add files that came in another way."""
    it, form = _complaint(ref), opened(forms.EvidenceForm, prefix="evidence")
    if not form.validate_on_submit():
        return page(it, {"evidence": form}), 422
    with transaction(once=form.key.data) as at:
        brought = kept(at, form.files.data, shared=form.shared.data)
        intake.bring_evidence(at, it, brought, actor=g.me, now=clock.now())
    flash(_("Added."))
    return redirect(url_for(".show", ref=it.ref, _anchor="evidence"), 303)


@bp.post("/<ref>/codes")
def recode(ref: str) -> ResponseReturnValue:
    """Correct what is alleged; the severity follows."""
    it = _complaint(ref)
    form = codes_form(it)
    if not form.validate_on_submit():
        return page(it, {"codes": form}), 422
    with transaction(once=form.key.data) as at:
        intake.recode(at, it, form.codes.data or (), actor=g.me, version=form.version.data, now=clock.now())
    flash(_("Saved."))
    return redirect(url_for(".show", ref=it.ref, _anchor="codes"), 303)


@bp.post("/<ref>/companies/<int:number>")
def identify(ref: str, number: int) -> ResponseReturnValue:
    """Say which party of the register a named company is."""
    it = _complaint(ref)
    company = next((each for each in it.companies if each.id == number), None) or abort(404)
    form = company_form(company)
    if not form.validate_on_submit():
        return page(it, {f"company{number}": form}), 422
    with transaction(once=form.key.data) as at:
        naming.identify(at, company, form.party.number, actor=g.me, version=form.version.data, now=clock.now())
    if company.party_id is None:
        flash(_("No company is chosen: it stays unmatched."), "warn")
    else:
        flash(_("Saved."))
    return redirect(url_for(".show", ref=it.ref, _anchor="companies"), 303)


@bp.post("/<ref>/assign")
def assign(ref: str) -> ResponseReturnValue:
    """Say who handles it."""
    it = _complaint(ref)
    form = assign_form(it)
    if not form.validate_on_submit():
        return page(it, {"assign": form}), 422
    with transaction(once=form.key.data) as at:
        chosen = int(form.officer.data) if form.officer.data else None
        complaints.assign(at, it, chosen, actor=g.me, version=form.version.data, now=clock.now())
    flash(_("Assigned."))
    return redirect(url_for(".show", ref=it.ref), 303)


@bp.post("/<ref>/undo")
def undo(ref: str) -> ResponseReturnValue:
    """Undo who handles it or what is alleged, shortly after it was changed."""
    it = _complaint(ref)
    with transaction(once=request.form.get("key")) as at:
        undoing.undo(at, it, request.form.get("seq", type=int), actor=g.me, now=clock.now())
    flash(_("Taken back; all is as it was."))
    return redirect(url_for(".show", ref=it.ref), 303)


@bp.post("/<ref>/reveal")
def reveal(ref: str) -> ResponseReturnValue:
    """Show who complains in the clear; the journal notes who looked."""
    it = _complaint(ref)
    with transaction() as at:
        identities.reveal(at, it, actor=g.me, now=clock.now())
    if request.headers.get("HX-Request"):
        return render_template("desk/staff_person.html", complaint=it, person=showing.person(it, revealed=True))
    return page(it, revealed=True)


@bp.post("/<ref>/unmask")
def unmask(ref: str) -> ResponseReturnValue:
    """Show what people wrote without masking; the journal notes who looked."""
    it = _complaint(ref)
    with transaction() as at:
        identities.reveal_texts(at, it, actor=g.me, now=clock.now())
    return page(it, unmasked=True)


@bp.post("/<ref>/verify")
def verify(ref: str) -> ResponseReturnValue:
    """Note that the person was reached at the given contact."""
    it, version = _complaint(ref), request.form.get("version", type=int)
    with transaction(once=request.form.get("key")) as at:
        intake.verify_contact(at, it, actor=g.me, version=version, now=clock.now())
    flash(_("The contact is verified."))
    return redirect(url_for(".show", ref=it.ref), 303)


@bp.route("/<ref>/code", methods=["GET", "POST"])
def renew(ref: str) -> ResponseReturnValue:
    """Give a new receipt code for a lost one; it is shown once, to be handed over."""
    it = _complaint(ref)
    form = opened(PlainForm, it)
    if not form.validate_on_submit():
        with transaction() as at:
            shown = receipts.shown_again(at, actor=g.me, now=clock.now())
        again = shown is not None and shown[0] == it.ref
        return render_template("desk/staff_renew.html", complaint=it, form=form, shown=again), form.status_code
    with transaction(once=form.key.data) as at:
        said = {"actor": g.me, "version": form.version.data, "now": clock.now()}
        code = receipts.renew(at, it, form.key.data, **said)
        receipts.keep_shown(at, it.ref, receipts.renewing(it, form.key.data), actor=g.me, now=clock.now())
    return handing_over.page(it, code)


@bp.route("/<ref>/take-up", methods=["GET", "POST"])
def take_up(ref: str) -> ResponseReturnValue:
    """Make a complaint of an earlier register a new one, received today."""
    it = _complaint(ref)
    if not policies.may_receive(g.me):
        abort(403)
    form = opened(forms.TakeUpForm)
    deeds_complaints.offer_take_up(session(), it, form)
    if not form.validate_on_submit():
        told = showing.veil(showing.names(it))(it.facts)
        shown = render_template("desk/staff_take_up.html", complaint=it, form=form, told=told)
        return shown, form.status_code
    with transaction(once=form.key.data) as at:
        made, code = deeds_complaints.take_up(at, it, form, g.me, clock.now())
        receipts.keep_shown(at, made.ref, form.key.data, actor=g.me, now=clock.now())
    drafting.forget(form.place)
    return handing_over.page(made, code)


def _shown() -> int:
    """The last message on the page that was sent."""
    return request.form.get("shown", 0, type=int)


def _complaint(ref: str) -> Complaint:
    if not policies_pages.may_read_complaints(g.me):
        abort(404)
    it = queries_complaint.complaint(session(), ref, g.me) or abort(404)
    return it if it.erased_at is None else abort(redirect(url_for(".show", ref=it.ref)))


def _deed_page(it: Complaint, deed: deeds.Deed, form: Form) -> str:
    return render_template(
        "desk/staff_act.html",
        deed=deed,
        form=form,
        ref=it.ref,
        about=title_of(it.facts, showing.names(it)),
        back=url_for(".show", ref=it.ref),
        crumbs=[(_("Complaints"), url_for("desk_queue.queue")), (it.ref, url_for(".show", ref=it.ref))],
        text=_context(it, deed),
        said_in=it.lang,
    )


def _context(it: Complaint, deed: deeds.Deed) -> str:
    """What one reads beside the form: why a reply is disputed, or the masked text."""
    names = {each.id: each.party.name(language()) for each in it.forwardings}
    disputed = [each for each in queries_complaint.releases(session(), it) if each.why_disputed]
    if deed.event in {"ask_again", "close", "escalate"} and disputed:
        told = (f"{names.get(each.forwarding_id, '')}{_(': ')}{each.why_disputed}" for each in disputed)
        return masking.masked("\n\n".join(told), showing.names(it))
    return masking.masked(it.facts, showing.names(it))
