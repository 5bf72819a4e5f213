"""The tracking page's routes of stop contact: asked for, and a contact in spite of it reported."""

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework import queries_evidence, stop_contacts
from casework.intake import EvidenceFile
from casework.models_stop_contacts import StopContact
from complainants import complaining, track_parts
from complainants.forms_stop_contacts import BreachForm, StopForm
from complainants.track import bp, mine, opens_here, page, tracking, whose
from core import clock
from core.db import transaction
from core.throttle import limiter
from core.web import takes_files
from core.words import _


@bp.post("/stop-contact")
@limiter.limit("10 per hour", key_func=whose)
def request_stop() -> ResponseReturnValue:
    """My number shall not be contacted any more."""
    tracking()
    form = StopForm(prefix="t")
    if not form.validate_on_submit():
        return page(422, stop=form)
    with transaction(once=form.key.data) as at:
        said = {"number": form.number.data or "", "own": form.own.data}
        stop_contacts.request(at, mine(at), **said, actor=g.me, now=clock.now())
    flash(_("The association passes your number on without delay."))
    return redirect(url_for(".show", _anchor="stop-contact"), 303)


@bp.post("/stop-contact/<int:number>/back")
@limiter.limit("10 per hour", key_func=whose)
def take_stop_back(number: int) -> ResponseReturnValue:
    """My number need not be passed on any more."""
    tracking()
    version = request.form.get("version", type=int)
    with transaction(once=request.form.get("key")) as at:
        it = at.get(StopContact, number)
        if it is None or it.complaint_id != mine(at).id:
            abort(404)
        stop_contacts.take_back(at, it, actor=g.me, version=version, now=clock.now())
    flash(_("Taken back: your number is not passed on."))
    return redirect(url_for(".show", _anchor="stop-contact"), 303)


@bp.post("/contacted")
@limiter.limit("30 per hour", key_func=whose)
@takes_files
def breach() -> ResponseReturnValue:
    """They contacted the number all the same."""
    reached = track_parts.reached(g.me.subject_id)
    form = BreachForm(prefix="b")
    form.which.choices = track_parts.which(tracking(), reached)
    if not form.validate_on_submit():
        return page(422, breach=form)
    with transaction(once=form.key.data) as at:
        held = queries_evidence.given_by_complainant(at, g.me.subject_id or 0)
        complaining.room(at, form.files.data or [], held=held, most=complaining.MOST_SENT, sent=True)
        kept, now = complaining.kept_files(at, form.files.data or [], shared=bool(form.shared.data)), clock.now()
        stop_contacts.breach(
            at,
            at.get_one(StopContact, int(form.which.data or 0)),
            at=form.at.data,
            kind=form.kind.data or "",
            from_number=form.from_number.data or "",
            said=form.said.data or "",
            files=[EvidenceFile(**one) for one in kept],
            actor=g.me,
            now=now,
        )
        opens_here(at, now)
    flash(_("The contact is recorded as evidence. An officer looks into it."))
    return redirect(url_for(".show", _anchor="stop-contact"), 303)
