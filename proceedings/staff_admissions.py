"""The page on which an officer, or a legal reviewer, signs an admitted case."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import policies_pages
from casework.forms_staff import opened
from casework.models_cases import CaseTrack
from core import clock
from core.db import session, transaction
from core.web import blueprint
from core.words import _
from proceedings import forms_admissions as forms
from proceedings import queries_tracks, showing
from proceedings.deeds_admissions import SIGNING, to_read
from sanctions import admissions, policies_admissions, rounds

bp = blueprint("proceedings_admissions", __name__, audience="staff", prefix="/staff/tracks")


@bp.before_request
def only_readers() -> None:
    """Files are read by the staff."""
    if not policies_pages.may_read_files(g.me):
        abort(403)


@bp.route("/<int:number>/sign/<role>", methods=["GET", "POST"])
def sign(number: int, role: str) -> ResponseReturnValue:
    """Give an opinion and sign."""
    it = queries_tracks.track(session(), number) or abort(404)
    if not policies_admissions.may_sign(g.me, role):
        abort(404)
    form = opened(forms.OpinionForm, it)
    to_read(session(), it, form)
    if not form.validate_on_submit():
        proposal = rounds.proposal(session(), it)
        page = render_template(
            "proceedings/admission_sign.html",
            track=it,
            form=form,
            title=SIGNING[role],
            admission=policies_admissions.admission(session(), it),
            proposed=showing.worded(session(), proposal.measures, proposal.terms) if proposal else [],
            findings=showing.findings(session(), it),
            hide=showing.veil(it),
            refused=list(policies_admissions.sign_refusals(session(), it, role, g.me)),
        )
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        said = {"opinion": form.opinion.data or "", "version": form.version.data, "seen": form.seen.data}
        admissions.sign(at, mine, role=role, **said, actor=g.me, now=clock.now())
    flash(_("Signed."))
    return redirect(url_for("proceedings_staff.show", number=number), 303)
