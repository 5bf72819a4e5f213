"""The tracking page's other routes: worse than before, agreement to terms, a new look at a wrong end."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from casework import messages, rechecks, settlements
from complainants.forms import AgreeForm, RecheckAskForm, RefuseForm, WorseForm
from complainants.track import agreed, bp, mine, page, tracking, whose
from core import clock
from core.db import transaction
from core.throttle import limiter
from core.words import _


@bp.post("/worse")
@limiter.limit("20 per hour", key_func=whose)
def worse() -> ResponseReturnValue:
    """It has become worse since the complaint; also after its end."""
    tracking()
    form = WorseForm(prefix="x")
    if not form.validate_on_submit():
        return page(422, worse=form)
    with transaction(once=form.key.data) as at:
        messages.worse(at, mine(at), said=form.said.data or "", actor=g.me, now=clock.now())
    flash(_("Thank you. An officer looks at this first. In danger, call the police at once."))
    return redirect(url_for(".show"), 303)


@bp.post("/agree")
def agree() -> ResponseReturnValue:
    """Agree to the terms that stand on the page."""
    tracking()
    form = AgreeForm(prefix="g")
    if not form.validate_on_submit():
        return page(422, agree=form)
    with transaction(once=form.key.data) as at:
        pressed = form.pressure.data == "yes"
        terms = form.terms.data or ""
        done = settlements.confirm(at, mine(at), terms=terms, pressure=pressed, actor=g.me, now=clock.now())
    return agreed(done, pressed=pressed)


@bp.post("/refuse")
def refuse() -> ResponseReturnValue:
    """Say no to the terms that stand on the page; it can be taken back by agreeing to them."""
    tracking()
    form = RefuseForm(prefix="n")
    if not form.validate_on_submit():
        return page(422, refuse=form)
    with transaction(once=form.key.data) as at:
        settlements.refuse(at, mine(at), terms=form.terms.data or "", actor=g.me, now=clock.now())
    flash(_("You said no to these terms. The complaint goes on."))
    return redirect(url_for(".show"), 303)


@bp.post("/recheck")
def recheck() -> ResponseReturnValue:
    """Somebody new shall look at what was rejected or closed."""
    tracking()
    form = RecheckAskForm(prefix="r")
    if not form.validate_on_submit():
        return page(422, recheck=form)
    with transaction(once=form.key.data) as at:
        rechecks.ask_recheck(at, mine(at), why=form.why.data or "", actor=g.me, now=clock.now())
    flash(_("Your request has arrived. The head of the department decides about it."))
    return redirect(url_for(".show"), 303)
