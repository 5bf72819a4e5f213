"""Portal pages while measures are carried out: more time asked for, the record of an interview signed."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import respondents_clocks
from casework.models_cases import CaseTrack
from core import clock
from core.db import session, transaction
from core.errors import Refused
from core.web import blueprint
from core.words import _
from portal import portal_offers, portal_tracks, queries_portal
from proceedings import forms_portal_execution as forms
from proceedings import queries_respondents
from sanctions import (
    extensions,
    interview_times,
    policies_extensions,
    policies_interview_times,
    record_pages,
    records,
)
from sanctions.levels import INTERVIEW
from sanctions.models_measures import Interview

bp = blueprint("proceedings_portal_execution", __name__, audience="portal", prefix="/portal")
CASE = "portal_tracks.show"


@bp.route("/cases/<int:number>/more-time/<int:level>", methods=["GET", "POST"])
def more_time(number: int, level: int) -> ResponseReturnValue:
    """Ask for more time to carry out a measure, with the reason."""
    it = portal_tracks.own_track(number)
    if level not in policies_extensions.KEYS:
        abort(404)
    form = forms.MoreTimeForm()
    if not form.validate_on_submit():
        page = render_template(
            "proceedings/portal_more_time.html",
            it=it,
            level=level,
            form=form,
            refused=_refused(it, level),
            at_most=respondents_clocks.at_most(session(), policies_extensions.period(session(), it, level)),
            clocks=respondents_clocks.cards(session(), queries_portal.live_clocks(session(), "track", it.id)),
        )
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        extensions.ask_for_time(at, mine, level=level, why=form.why.data or "", actor=g.me, now=clock.now())
    flash(_("Your request is with the association. Until it is decided, the end of the period has no effect."))
    return redirect(url_for(CASE, number=number), 303)


@bp.route("/cases/<int:number>/interview/other-time", methods=["GET", "POST"])
def other_time(number: int) -> ResponseReturnValue:
    """Propose another time for the interview."""
    it = portal_tracks.own_track(number)
    found = queries_respondents.one(session(), it, INTERVIEW)
    held = found.measure.interview if found is not None and found.opened else None
    if held is None or found is None or found.measure.state != "ORDERED":
        abort(404)
    form = forms.OtherTimeForm()
    if not form.validate_on_submit():
        refused = [*portal_offers.only_lead(it, g.me), *policies_interview_times.proposing(held, clock.now())]
        limits = policies_interview_times.limits(session(), it)
        shown = {"it": it, "held": held, "form": form, "refused": refused, "limits": limits}
        return render_template("proceedings/portal_interview_time.html", **shown), form.status_code
    with transaction(once=form.key.data) as at:
        mine, why = at.get_one(CaseTrack, number), form.why.data or ""
        if form.at.data is not None:
            interview_times.propose(at, mine, at=form.at.data, why=why, actor=g.me, now=clock.now())
    flash(_("Your proposal is with the association. Until it is answered, the time that counts now stays."))
    return redirect(url_for(CASE, number=number), 303)


@bp.route("/cases/<int:number>/record/<int:page>", methods=["GET", "POST"])
def record(number: int, page: int) -> ResponseReturnValue:
    """One page of the record of an interview: read, corrected if it is wrong, signed."""
    it = portal_tracks.own_track(number)
    held = _recorded(it)
    every = record_pages.pages(held)
    shown = next((each for each in every if each.no == page), None) or abort(404)
    form = forms.SignPageForm(seen=shown.sha256)
    form.name.choices = [(each["name"], each["name"]) for each in held.attendees]
    if not form.validate_on_submit():
        form.seen.data = shown.sha256
        found = render_template(
            "proceedings/portal_record.html",
            it=it,
            held=held,
            every=every,
            page=shown,
            signed=record_pages.signature(held, shown),
            unsigned=record_pages.unsigned(held),
            form=form,
            refused=portal_offers.only_lead(it, g.me),
        )
        return found, form.status_code
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        said = {"name": str(form.name.data), "correction": form.correction.data or "", "seen": form.seen.data}
        records.sign(at, mine, page=page, **said, actor=g.me, now=clock.now())
    flash(_("Page %(no)s is signed.", no=page))
    left = record_pages.unsigned(_recorded(portal_tracks.own_track(number)))
    if left:
        return redirect(url_for(".record", number=number, page=left[0]), 303)
    return redirect(url_for(CASE, number=number), 303)


def _recorded(it: CaseTrack) -> Interview:
    found = queries_respondents.one(session(), it, INTERVIEW)
    held = found.measure.interview if found is not None and found.opened else None
    if held is None or held.recorded_at is None or found is None or found.measure.state != "ORDERED":
        abort(404)
    return held


def _refused(it: CaseTrack, level: int) -> list[Refused]:
    found = policies_extensions.ask_refusals(session(), it, level, clock.today())
    return [*portal_offers.only_lead(it, g.me), *found]
