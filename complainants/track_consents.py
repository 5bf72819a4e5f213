"""The tracking page's routes of what its person takes back: each consent, and a wrong file."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework import erasure_requests, taking_back
from complainants import forms
from complainants.track import bp, mine, page, tracking
from core import clock
from core.db import transaction
from core.words import _l


@bp.post("/files/<int:number>/showing")
def hide(number: int) -> ResponseReturnValue:
    """A file shall not be shown."""
    tracking()
    with transaction(once=request.form.get("key")) as at:
        taking_back.showing(at, mine(at), number, actor=g.me, now=clock.now())
    flash(_l("Only the association sees this file now."))
    return redirect(url_for(".show", _anchor="evidence"), 303)


@bp.post("/files/<int:number>/file")
def delete(number: int) -> ResponseReturnValue:
    """A file was a wrong one."""
    found = tracking()
    form = forms.DeleteFileForm(prefix=f"e{number}")
    if number not in {each.id for each in found.evidence}:
        del form.confirmed  # nothing is left to be ticked: the verb says so
    if not form.validate_on_submit():
        return page(422, **{f"file-{number}": form})
    with transaction(once=form.key.data) as at:
        taking_back.file(at, mine(at), number, actor=g.me, now=clock.now())
    flash(_l("The file is deleted."))
    return redirect(url_for(".show", _anchor="evidence"), 303)


@bp.post("/name")
def take_name_back() -> ResponseReturnValue:
    """No company shall learn name and contact."""
    tracking()
    with transaction(once=request.form.get("key")) as at:
        taking_back.name(at, mine(at), actor=g.me, now=clock.now())
    flash(_l("From now on your name and contact are passed on to no company."))
    return redirect(url_for(".show", _anchor="evidence"), 303)


@bp.post("/erasing")
def take_erasing_back() -> ResponseReturnValue:
    """My data shall be kept after all."""
    tracking()
    with transaction(once=request.form.get("key")) as at:
        erasure_requests.take_back(at, mine(at), actor=g.me, now=clock.now())
    flash(_l("Taken back: your data are kept for the years laid down, and your receipt code goes on to work."))
    return redirect(url_for(".show"), 303)
