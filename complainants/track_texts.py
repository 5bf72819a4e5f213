"""The tracking page's routes of text messages: a code to the number that was left, its confirmation, and the end."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework import complainant_texts
from complainants.track import bp, mine, page, tracking, whose
from core import clock
from core.db import transaction
from core.throttle import limiter
from core.words import _
from registry.forms_notifications import CodeForm


@bp.post("/texts")
@limiter.limit("10 per hour", key_func=whose)
def texts_ask() -> ResponseReturnValue:
    """Send a code."""
    tracking()
    with transaction(once=request.form.get("key")) as at:
        complainant_texts.ask(at, mine(at), actor=g.me, now=clock.now())
    flash(_("A code is on its way."))
    return redirect(url_for(".show", _anchor="texts"), 303)


@bp.post("/texts/code")
@limiter.limit("30 per hour", key_func=whose)
def texts_code() -> ResponseReturnValue:
    """The code of the message."""
    tracking()
    form = CodeForm(prefix="k")
    if not form.validate_on_submit():
        return page(422, text_code=form)
    with transaction() as at:
        right = complainant_texts.confirm(at, mine(at), form.code.data or "", actor=g.me, now=clock.now())
    if not right:
        form.code.errors = [_("This is not the code. Compare it with the message.")]
        return page(422, text_code=form)
    flash(_("From now on a text message tells you when there is news."))
    return redirect(url_for(".show", _anchor="texts"), 303)


@bp.post("/texts/end")
def texts_end() -> ResponseReturnValue:
    """No text messages any more."""
    tracking()
    with transaction() as at:
        complainant_texts.end(at, mine(at), actor=g.me, now=clock.now())
    flash(_("You will get no more text messages."))
    return redirect(url_for(".show", _anchor="texts"), 303)
