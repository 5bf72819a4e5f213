"""The portal page on which a respondent asks to have its time run again, and its part of the case's page."""

from collections.abc import Iterator
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core import clock
from core.actors import Actor
from core.db import session, transaction
from core.web import blueprint
from core.words import _
from notices.laid_down import period_of
from portal import portal_offers, portal_panels, portal_tracks
from portal.portal_panels import Happened, Panel, on_paper
from proceedings import forms_resolutions as forms
from sanctions import policies_resolutions, policies_waivers, restorations

bp = blueprint("proceedings_portal_restorations", __name__, audience="portal", prefix="/portal/cases")


@bp.route("/<int:number>/restoration", methods=["GET", "POST"])
def ask(number: int) -> ResponseReturnValue:
    """Say what kept the company from acting in time."""
    it, form = portal_tracks.own_track(number), forms.ObstacleForm()
    if not form.validate_on_submit():
        refused = list(restorations.ask_refusals(session(), it, g.me))
        page = render_template("proceedings/portal_restoration.html", it=it, form=form, refused=refused)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        restorations.ask_for(
            at,
            at.get_one(CaseTrack, number),
            obstacle=form.obstacle.data or "",
            ended_on=form.obstacle_ended.data,
            actor=g.me,
            now=clock.now(),
        )
    flash(_("Your request is recorded; the panel decides on it before it votes."))
    return redirect(url_for("portal_tracks.show", number=number), 303)


@portal_panels.panel
def asked(session: Session, it: CaseTrack, _actor: Actor) -> Panel | None:
    """What was asked, and the answer."""
    found = policies_resolutions.restoration(session, it)
    return Panel("proceedings/portal_restoration_card.html", {"asked": found}) if found else None


@portal_panels.offer
def asking(session: Session, it: CaseTrack, actor: Actor) -> Iterator[dict[str, Any]]:
    """The offer to ask for it, while the panel deliberates."""
    found = policies_resolutions.restoration(session, it)
    kept_from_it = policies_waivers.time_given_up(session, it) is None
    if it.state == "DELIBERATION" and kept_from_it and not (found and found.waits):
        yield {
            "title": _("Something kept you from speaking in time"),
            "note": _(
                "Ask within %(within)s after it ended; the panel then opens the time again.",
                within=period_of("RESTORATION_DAYS"),
            ),
            "url": url_for("proceedings_portal_restorations.ask", number=it.id),
            "button": _("Ask for it"),
            "refused": portal_offers.only_lead(it, actor),
        }


@portal_panels.teller
def told(session: Session, it: CaseTrack) -> Iterator[Happened]:
    """What happened about it."""
    found = policies_resolutions.restoration(session, it)
    if found is None:
        return
    text = on_paper(_("asked for its time to run again"), found.came_on)
    yield Happened(found.asked_at, _("Your company"), text, own=True)
    if found.granted_at:
        yield Happened(found.granted_at, _("The Association"), _("opened the time again"), own=False)
    if found.refused_at:
        yield Happened(found.refused_at, _("The Association"), _("did not open the time again"), own=False)
