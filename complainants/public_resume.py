"""Going on with a complaint on another day or device, by its resume code; or giving it up."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import receipts
from complainants import complaining
from complainants.forms import ResumeForm, SendForm
from complainants.public import FORMS, bp
from core import clock
from core.characters import NONE_OF_THEM
from core.db import transaction
from core.errors import BadInput
from core.throttle import limiter
from core.words import _
from filestore import uploading, uploads


@bp.route("/complain/resume", methods=["GET", "POST"])
def resume() -> ResponseReturnValue:
    """The code brings the draft back; a wrong code is answered like one that is over or never was."""
    form = ResumeForm()
    if form.validate_on_submit():
        with transaction() as at:
            said = complaining.answers(at) if complaining.resume(at, form.code.data or "") else None
        if said is not None:
            flash(_("Your answers are here again."))
            return redirect(url_for(".answer", step=complaining.first_open(said)), 303)
        form.code.errors = [_opens_nothing(form.code.data or "")]
    return render_template("complainants/resume.html", form=form), form.status_code


@limiter.limit("10 per minute; 60 per hour")
def _opens_nothing(typed: str) -> str:
    """Wrong codes are counted by address, right ones not: many people share one, and 80 bits are not guessed."""
    if receipts.strange_signs(typed):
        return str(NONE_OF_THEM)
    return _("This code opens nothing. Compare it letter by letter; a draft is kept for 7 days.")


@bp.post("/complain/<step>/typed")
@limiter.limit("40 per minute", key_func=complaining.counted_as)
def keep_typed(step: str) -> ResponseReturnValue:
    """What is typed on a page, while it is typed; answers as for drafts of people with accounts."""
    if step not in FORMS or step in {"evidence", "send"}:
        abort(404)
    if complaining.of_another():
        return str(complaining.ANOTHER), 409
    key, seen = request.form.get("place", ""), request.form.get("version", type=int)
    if request.form.get("empty"):
        with transaction() as at:
            complaining.untyped(at, step, key, seen)
        return "", 204
    fields = complaining.sent_fields()
    try:
        with transaction() as at:
            kept = complaining.keep_typed(at, step, fields, key, seen)
    except BadInput as refused:
        return str(refused), 422
    if not kept:
        said = _("These answers were changed in another window or on another device. Go on, and you see both versions.")
        return said, 409
    return f"{clock.local(clock.now()):%H:%M}", 200


@bp.route("/complain/discard", methods=["GET", "POST"])
def discard() -> ResponseReturnValue:
    """Nothing of what was typed stays, once whoever typed it says so on a page of its own."""
    form = SendForm()
    if request.method == "GET" and complaining.resume_code():
        g.page_of = complaining.page_of()
        return render_template("complainants/discard.html", form=form)
    if complaining.of_another():
        flash(complaining.ANOTHER)
    elif form.validate_on_submit():
        with transaction() as at:
            complaining.forget(at)
            gone = uploading.give_up(at)
        uploads.clear(gone)
        flash(_("What you typed is deleted."))
    return redirect(url_for(".begin"), 303)
