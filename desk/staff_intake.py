"""The staff page on which a complaint is entered that came by telephone, letter or at the counter."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import intake, policies, policies_pages, receipts, stop_contacts
from casework.form_checks import doubtful_number
from casework.forms_staff import opened
from casework.intake import Company, Submission
from casework.labels import NOT_KNOWN
from complainants.complaining import CONSENT
from core import clock, drafting
from core.db import session, transaction
from core.forms import Form
from core.tongues import HAN
from core.web import blueprint
from core.words import in_both
from desk import forms_complaints as forms
from desk import handing_over, queries_complaint
from desk.choices import code_choices, kept
from desk.showing_paper_days import to_be_passed_on

bp = blueprint("desk_intake", __name__, audience="staff", prefix="/staff/complaints")


@bp.route("/new", methods=["GET", "POST"])
def enter() -> ResponseReturnValue:
    """All topics on one page; the receipt code is shown once, to be handed over, and again if the form is re-sent."""
    if not policies.may_receive(g.me):
        abort(403)
    form = opened(forms.IntakeForm)
    form.codes.choices = code_choices(session())
    if not form.validate_on_submit():
        with transaction() as at:
            shown = receipts.shown_again(at, actor=g.me, now=clock.now())
        page = render_template("desk/staff_intake.html", form=form, shown=shown[0] if shown is not None else "")
        return page, form.status_code
    code = receipts.code(form.key.data)
    with transaction() as at:
        number = receipts.find(at, code)
        if number is None:
            complaint, code = intake.submit(at, _submission(at, form), key=form.key.data, actor=g.me, now=clock.now())
            number = complaint.id
            if form.stop_number.data:
                said = {"number": form.stop_number.data, "own": form.stop_own.data}
                stop_contacts.request(at, complaint, **said, day=complaint.came_on, actor=g.me, now=clock.now())
            receipts.keep_shown(at, complaint.ref, form.key.data, actor=g.me, now=clock.now())
    drafting.forget(form.place)
    if doubt := doubtful_number(form.id_no.data):
        flash(doubt, "warn")
    if form.stop_number.data and (late := to_be_passed_on(session(), number)):
        flash(late, "warn")
    it = queries_complaint.complaint(session(), queries_complaint.complaint_ref(session(), number) or "", g.me)
    return handing_over.page(it, code) if it is not None else redirect(url_for("desk_queue.queue"))


@bp.get("/<ref>/receipt")
def receipt(ref: str) -> ResponseReturnValue:
    """The code that was handed over a moment ago, for a page that was loaded anew; else the complaint."""
    it = policies_pages.may_read_complaints(g.me) and queries_complaint.complaint(session(), ref, g.me)
    if not it:
        abort(404)
    with transaction() as at:
        shown = receipts.shown_again(at, actor=g.me, now=clock.now())
    if shown is None or shown[0] != it.ref:
        return redirect(url_for("desk_complaints.show", ref=it.ref))
    return handing_over.page(it, shown[1])


def _submission(at: Session, form: Form) -> Submission:
    """All answers as one submission."""
    return Submission(
        channel=form.channel.data,
        lang=form.lang.data,
        role=form.role.data,
        name=_names(form),
        pictures=form.drawn.pictures,
        contact=form.contact.data or None,
        id_no=form.id_no.data or None,
        share_identity=form.share_identity.data,
        consent=CONSENT,
        agent_authorised=form.agent_authorised.data,
        companies=_companies(form),
        product=form.product.data or None,
        codes=form.codes.data or [],
        facts=form.facts.data,
        request=form.request.data or None,
        conduct_from=form.conduct_from.data,
        conduct_to=form.conduct_to.data,
        came_on=form.came_on.data,
        files=kept(at, form.files.data, shared=form.shared.data),
    )


def _names(form: Form) -> str | None:
    """Everybody who complains, in one field: each name in it is hidden by itself."""
    given = [each for each in (form.name.data, form.together.data) if each]
    return ("、" if HAN.search("".join(given)) else " and ").join(given) or None


def _companies(form: Form) -> list[Company]:
    """The companies as the person named them; that it knows none is kept in the language of its letters."""
    how = "NAME" if form.how.data == "UNKNOWN" else form.how.data  # a name that was written all the same is one
    first = ("INSTITUTION", how, form.value)
    rest = (("INSTITUTION", "NAME", form.more), ("FIRM", "NAME", form.firm), ("FIRM", "NUMBER", form.number))
    found = [Company(kind, how, field.data) for kind, how, field in (first, *rest) if field.data]
    return found or [Company("INSTITUTION", "UNKNOWN", in_both(NOT_KNOWN)[form.lang.data])]
