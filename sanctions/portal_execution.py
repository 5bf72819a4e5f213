"""Portal pages while measures are carried out: more time asked for."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import portal_clocks, portal_offers, portal_tracks, queries_portal
from casework.models_cases import CaseTrack
from core import clock
from core.db import session, transaction
from core.errors import Refused
from core.web import blueprint
from core.words import _
from sanctions import extensions, policies_extensions
from sanctions import forms_portal_execution as forms

bp = blueprint("sanctions_portal_execution", __name__, audience="portal", prefix="/portal")
CASE = "casework_portal_tracks.show"


@bp.route("/cases/<int:number>/more-time/<int:level>", methods=["GET", "POST"])
def more_time(number: int, level: int) -> ResponseReturnValue:
    """Ask for more time to carry out a measure, with the reason."""
    it = portal_tracks.own_track(number)
    form = forms.MoreTimeForm()
    if not form.validate_on_submit():
        page = render_template(
            "sanctions/portal_more_time.html",
            it=it,
            level=level,
            form=form,
            refused=_refused(it, level),
            clocks=portal_clocks.cards(session(), queries_portal.live_clocks(session(), "track", it.id)),
        )
        return page, (422 if form.is_submitted() else 200)
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        extensions.ask_for_time(at, mine, level=level, why=form.why.data or "", actor=g.me, now=clock.now())
    flash(_("Your request is with the association. Until it is decided, the period does not act."))
    return redirect(url_for(CASE, number=number), 303)


def _refused(it: CaseTrack, level: int) -> list[Refused]:
    found = policies_extensions.ask_refusals(session(), it, level, clock.today())
    return [*portal_offers.only_lead(it, g.me), *found]
