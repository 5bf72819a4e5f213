"""Portal pages of hearings: asked for, waived in writing, minutes read and signed."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import respondents_clocks
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.db import session, transaction
from core.forms import Form
from core.site import outside, site_name
from core.web import blueprint
from core.words import _
from filestore.downloads import attached
from notices.papers import Paper
from portal import portal_offers, portal_tracks, queries_portal
from proceedings import forms_hearings as forms
from proceedings import invitations
from sanctions import hearings, queries_hearings

bp = blueprint("proceedings_portal_hearings", __name__, audience="portal", prefix="/portal/cases")
CASE = "portal_tracks.show"


def _back(number: int) -> ResponseReturnValue:
    return redirect(url_for(CASE, number=number), 303)


def _page(template: str, it: CaseTrack, form: Form, **shown: Any) -> ResponseReturnValue:  # noqa: ANN401 - template values
    page = render_template(template, it=it, form=form, **shown)
    return page, form.status_code


@bp.route("/<int:number>/hearing", methods=["GET", "POST"])
def ask(number: int) -> ResponseReturnValue:
    """Ask to be heard."""
    it, form = portal_tracks.own_track(number), forms.AskHearingForm()
    if not form.validate_on_submit():
        return _page(
            "proceedings/portal_hearing.html",
            it,
            form,
            possible=it.major and TRACK.row(it.state, "ask_hearing") is not None,
            refused=portal_offers.only_lead(it, g.me),
            clocks=respondents_clocks.cards(session(), queries_portal.live_clocks(session(), "track", it.id)),
        )
    with transaction(once=form.key.data) as at:
        hearings.ask_for(at, at.get_one(CaseTrack, number), wishes=form.wishes.data or "", actor=g.me, now=clock.now())
    flash(_("Your request for a hearing is recorded. The association sets the day."))
    return _back(number)


@bp.route("/<int:number>/hearing/waive", methods=["GET", "POST"])
def waive(number: int) -> ResponseReturnValue:
    """Waive the hearing in writing."""
    it = portal_tracks.own_track(number)
    form = forms.GiveUpForm(seen=it.round)
    if not form.validate_on_submit():
        possible = TRACK.row(it.state, "waive_hearing") is not None
        refused = portal_offers.only_lead(it, g.me)
        return _page("proceedings/portal_hearing_waive.html", it, form, possible=possible, refused=refused)
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        confirmed, seen = bool(form.confirmed.data), form.seen.data
        hearings.waive(at, mine, confirmed=confirmed, seen=seen, actor=g.me, now=clock.now())
    flash(_("It is recorded that your company gives up the hearing."))
    return _back(number)


@bp.get("/<int:number>/hearing.ics")
def entry(number: int) -> ResponseReturnValue:
    """The hearing for a calendar: its number, time and place, nothing of the matter; or the entry that removes it."""
    it = portal_tracks.own_track(number)
    found = queries_hearings.hearing(session(), it)
    if found is None or not queries_hearings.told(session(), it):
        abort(404)
    title = _("Hearing at the association, %(ref)s", ref=it.ref)
    said: dict[str, Any] = {
        "uid": f"hearing-{found.id}@{site_name()}",
        "moves": queries_hearings.moves(session(), it, found),
        "text": outside(url_for(CASE, number=number)),
        "by": invitations.issued(session(), clock.now()),
    }
    if queries_hearings.is_off(it, found):
        text = invitations.calendar_removal(title=_("Not held: %(title)s", title=title), **said)
    elif found.at is not None:
        text = invitations.calendar_entry(title=title, at=found.at, place=found.place or "", **said)
    else:
        abort(404)
    return attached(text.encode(), "text/calendar", f"{title}.ics")


@bp.route("/<int:number>/hearing/minutes", methods=["GET", "POST"])
def minutes(number: int) -> ResponseReturnValue:
    """Read the minutes page by page, and sign them."""
    it, form = portal_tracks.own_track(number), forms.SignMinutesForm()
    found = queries_hearings.hearing(session(), it)
    if found is None or not found.minutes:
        abort(404)
    if not form.validate_on_submit():
        refused = hearings.sign_refusals(session(), it, g.me)
        paper = Paper.from_json(found.minutes)
        shown = {"paper": paper, "hearing": found, "refused": refused}
        return _page("proceedings/portal_minutes.html", it, form, **shown)
    with transaction(once=form.key.data) as at:
        hearings.sign(
            at,
            at.get_one(CaseTrack, number),
            signed_by=form.signed_by.data or "",
            corrections=form.corrections.data or "",
            actor=g.me,
            now=clock.now(),
        )
    flash(_("The minutes are signed."))
    return redirect(url_for(".minutes", number=number), 303)
