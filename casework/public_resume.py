"""Going on with a complaint on another day or device, by its resume code; or giving it up."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import complaining
from casework.forms import ResumeForm, SendForm
from casework.public import bp
from core.db import transaction
from core.throttle import limiter
from core.words import _


@bp.route("/complain/resume", methods=["GET", "POST"])
@limiter.limit("10 per minute; 60 per hour", methods=["POST"])
def resume() -> ResponseReturnValue:
    """The code brings the draft back; a wrong code is answered like one that is over or never was."""
    form = ResumeForm()
    if form.validate_on_submit():
        with transaction() as at:
            said = complaining.answers(at) if complaining.resume(at, form.code.data or "") else None
        if said is not None:
            flash(_("Your answers are here again."))
            return redirect(url_for(".answer", step=complaining.first_open(said)), 303)
        form.code.errors = [_("This code opens nothing. Compare it letter by letter; a draft is kept for 7 days.")]
    return render_template("casework/resume.html", form=form), (422 if form.is_submitted() else 200)


@bp.post("/complain/discard")
def discard() -> ResponseReturnValue:
    """Nothing of what was typed stays."""
    if SendForm().validate_on_submit():
        with transaction() as at:
            complaining.forget(at)
        flash(_("What you typed is deleted."))
    return redirect(url_for(".begin"), 303)
