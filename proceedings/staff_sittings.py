"""What a panel does besides its vote: a hearing put on record, and resolutions in deliberation."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.forms_staff import opened
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.db import session, transaction
from core.forms import Form
from core.web import blueprint
from core.words import _
from desk import deeds
from proceedings import queries_tracks, showing
from proceedings.deeds_panel import DEEDS
from proceedings.forms_resolutions import RefuseRestorationForm
from sanctions import policies_resolutions, queries_hearings, restorations

bp = blueprint("proceedings_sittings", __name__, audience="staff", prefix="/staff/panel")

PAGES = {"held": "proceedings/minutes.html"}
"""Deeds whose form has a page of its own."""


@bp.route("/<int:number>/do/<event>", methods=["GET", "POST"])
def act(number: int, event: str) -> ResponseReturnValue:
    """One deed of a member for the panel."""
    seat = queries_tracks.seat(session(), number, g.me) or abort(404)
    it, deed = seat.track, DEEDS.get(event) or abort(404)
    if request.method == "GET":
        shut = deeds.refusals(session(), TRACK, deed, it, g.me, clock.now())
        if shut is None:
            abort(404)
        if shut:  # nobody should fill in what would be refused whatever it says
            flash(str(shut[0]), "warn")
            return redirect(url_for("proceedings_panel.show", number=number))
    with transaction() as at:  # a member reads only their own seat; the form names the others
        form = deeds.form_of(at, deed, it)
    if not form.validate_on_submit():
        return _page(it, deed, form), form.status_code
    with transaction(once=form.key.data) as at:
        deed.do(at, at.get_one(CaseTrack, number), form, g.me, clock.now())
    flash(str(deed.said))
    if queries_tracks.seat(session(), number, g.me) is None:
        return redirect(url_for("proceedings_panel.listing"), 303)
    return redirect(url_for("proceedings_panel.show", number=number), 303)


@bp.route("/<int:number>/restoration", methods=["GET", "POST"])
def refuse_restoration(number: int) -> ResponseReturnValue:
    """Refuse to open windows again, with reasons."""
    seat = queries_tracks.seat(session(), number, g.me) or abort(404)
    form = opened(RefuseRestorationForm)
    if not form.validate_on_submit():
        asked = policies_resolutions.restoration(session(), seat.track)
        form.stands_below(asked and asked.id)
        hide = showing.veil(seat.track, named=False)
        page = render_template(
            "proceedings/restoration_refuse.html", track=seat.track, form=form, asked=asked, hide=hide
        )
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        said = {"reasons": form.reasons.data or "", "seen": form.request}
        restorations.refuse(at, mine, **said, actor=g.me, now=clock.now())
    flash(_("Refused; the respondent reads the reasons."))
    return redirect(url_for("proceedings_panel.show", number=number), 303)


def _page(it: CaseTrack, deed: deeds.Deed, form: Form) -> str:
    asked = policies_resolutions.restoration(session(), it) if deed.event.startswith("restore") else None
    if asked is not None:
        form.stands_below(asked.id)
    return render_template(
        PAGES.get(deed.event, "proceedings/panel_act.html"),
        deed=deed,
        form=form,
        track=it,
        hide=showing.veil(it, named=False),
        hearing=queries_hearings.hearing(session(), it),
        asked=asked,
    )
