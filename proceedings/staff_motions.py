"""Pages of motions: each member votes in their own session, one announces the result, the author can take it back."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework.forms_staff import opened
from casework.models_cases import CaseTrack
from core import clock
from core.db import session, transaction
from core.web import blueprint
from core.words import _
from desk import approving
from proceedings import queries_tracks
from proceedings.forms_resolutions import MotionVoteForm
from proceedings.staff_panel import own_seat, page
from sanctions import motions, policies_resolutions

bp = blueprint("proceedings_motions", __name__, audience="staff", prefix="/staff/panel")


@bp.post("/<int:number>/motion/vote")
def vote(number: int) -> ResponseReturnValue:
    """The reader's vote; it cannot be changed."""
    seat = own_seat(number)
    form = opened(MotionVoteForm, prefix="motion", about=policies_resolutions.open_motion(session(), seat.track))
    if not form.validate_on_submit():
        return page(seat, motion=form), 422
    with transaction(once=form.key.data) as at:
        said = {"choice": form.choice.data or "", "reasons": form.reasons.data or ""}
        motions.vote(at, seat.track, **said, actor=g.me, now=clock.now(), seen=_seen(form.seen.name))
    flash(_("Your vote is cast."))
    return redirect(url_for("proceedings_panel.show", number=number), 303)


@bp.post("/<int:number>/motion/settle")
def settle(number: int) -> ResponseReturnValue:
    """Announce the result; a carried motion is done."""
    own_seat(number)
    with transaction(once=request.form.get("key")) as at:
        it, now, done = at.get_one(CaseTrack, number), clock.now(), []

        def announce() -> None:
            done.append(motions.settle(at, it, actor=g.me, now=now, seen=_seen()))

        waits = approving.carry_out(at, "sanctions.motion/settle", number, announce, actor=g.me, now=now)
        carried = done[0].outcome == "CARRIED"
    said = _("The motion is carried; what it asks for is done.") if carried else _("The motion is lost.")
    flash(str(waits or said))
    return _back(number)


@bp.post("/<int:number>/motion/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    """Take it back, as whoever put it."""
    own_seat(number)
    with transaction(once=request.form.get("key")) as at:
        motions.withdraw(at, at.get_one(CaseTrack, number), actor=g.me, now=clock.now(), seen=_seen())
    flash(_("The motion is withdrawn."))
    return _back(number)


def _seen(field: str = "seen") -> int | None:
    """The number of the motion shown above the form or the button."""
    return request.form.get(field, type=int)


def _back(number: int) -> ResponseReturnValue:
    """Back to the panel, as long as the reader sits on that of the present round."""
    if queries_tracks.seat(session(), number, g.me) is None:
        return redirect(url_for("proceedings_panel.listing"), 303)
    return redirect(url_for("proceedings_panel.show", number=number), 303)
