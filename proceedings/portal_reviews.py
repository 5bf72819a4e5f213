"""Portal pages of reviews: asked for, withdrawn, and what became of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import policies_tracks, respondents_clocks, shared_drafts
from casework.models_cases import CaseTrack
from casework.stages import IN_FORCE
from core import clock
from core.actors import Actor
from core.db import session, transaction
from core.errors import NotAllowed, Refused
from core.fields import Anything
from core.plainly import day
from core.words import _, joined
from portal import (
    places,
    portal_offers,
    portal_panels,
    portal_tracks,
    portal_writing,
    queries_portal,
)
from proceedings import forms_reviews as forms
from proceedings import queries_reviews
from proceedings.portal import bp
from sanctions import policies_reviews, reviews, served
from sanctions.models_reviews import Review

CASE = "portal_tracks.show"
TIME = "K21"
"""Within which the association decides a review."""
ASKED_IN = ("DECIDED", "SERVED")
SAID = ("grounds", "revoked", "revoked_on", "obstacle", "obstacle_ended")
"""What a request for a review says, beside its files."""
DAYS = ("revoked_on", "obstacle_ended")


@bp.route("/cases/<int:number>/review", methods=["GET", "POST"])
def ask_review(number: int) -> ResponseReturnValue:
    """Write why a review of the decision is asked for, together with colleagues and with evidence."""
    it = portal_tracks.own_track(number)
    desk = portal_writing.desk(partial(_form, it), places.review(it))
    if act := portal_writing.kept(desk):
        portal_writing.say_kept(act)
        return redirect(url_for(".check_review" if act == portal_writing.LOOK else CASE, number=number), 303)
    clocks = respondents_clocks.cards(session(), queries_portal.track_clocks(session(), it))
    shown = _shown(it)
    if only := shown["only"]:
        _asks_narrowly(desk.form, only)
    page = render_template("proceedings/portal_review.html", desk=desk, form=desk.form, clocks=clocks, **shown)
    return page, desk.form.status_code


@bp.route("/cases/<int:number>/review/check", methods=["GET", "POST"])
def check_review(number: int) -> ResponseReturnValue:
    """Look at the request for a review, then send it."""
    it = portal_tracks.own_track(number)
    draft = portal_writing.draft(places.review(it))
    form = portal_tracks.sending_form(draft)
    if not form.validate_on_submit():
        portal_writing.overtaken(places.review(it), form)
        words = _form(it, formdata=None)
        written = {name: said for name in _names(it) if (said := draft.fields.get(name))}
        fields = [(words[name].label.text, _shown_as(name, said)) for name, said in written.items()]
        possible = bool(_shown(it)["possible"])
        over = "" if possible else portal_tracks.now_of(it)
        title, write = _("Ask for a review of the decision"), url_for(".ask_review", number=number)
        if possible and draft.number:
            form.lacking = (*form.lacking, *_lacking(it, draft.fields))
        return portal_tracks.check_page(
            it, draft, form, title=title, write=write, over=over, fields=fields, withdrawable=True
        )
    now = clock.now()
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        kept = shared_drafts.held(at, places.review(it), seen=form.seen.data or 0, actor=g.me)
        reviews.ask_review(at, mine, **_said(it, kept.fields), actor=g.me, now=now)
        portal_writing.hand_in(at, mine, kept, "REVIEW", now=now)
        shared_drafts.drop(at, places.review(it), actor=g.me)
    flash(_("The review is asked for. Members who took no part in the decision are drawn for it."))
    return redirect(url_for(CASE, number=number), 303)


def _names(it: CaseTrack) -> tuple[str, ...]:
    """The fields that can be filled at this stage."""
    if it.state not in IN_FORCE:
        return SAID[:1]
    return SAID[:3] if it.major or _narrowed(session(), it)[0] == REVOKED else SAID


def _form(it: CaseTrack, **given: Anything) -> forms.AskReviewForm:
    form = forms.AskReviewForm(**given)
    for name in set(SAID) - set(_names(it)):
        del form[name]
    return form


def _said(it: CaseTrack, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft says, in the verb's own terms."""
    texts = {name: str(kept.get(name) or "") for name in _names(it)}
    return {"grounds": ""} | {
        name: (date.fromisoformat(text) if text else None) if name in DAYS else text for name, text in texts.items()
    }


def _shown_as(name: str, said: str) -> str:
    """A text of a draft as its page shows it: a day in words."""
    return day(date.fromisoformat(said), "long") if name in DAYS else said


def _lacking(it: CaseTrack, kept: Mapping[str, Any]) -> list[Refused]:
    """What the request still lacks, told before somebody presses to send it; who may send it is told beside.

    Read as the system, since a company does not read the row of the decision.
    """
    said = dict.fromkeys(SAID, "") | dict.fromkeys(DAYS) | _said(it, kept)
    asked: dict[str, Any] = {"said": said, "revoked": _narrowed(session(), it)[0] == REVOKED, "actor": g.me}
    with transaction() as at:
        found = reviews.refusals(at, at.get_one(CaseTrack, it.id), **asked, now=clock.now())
    return [each for each in found if not isinstance(each, NotAllowed)]


def _asks_narrowly(form: forms.AskReviewForm, only: str) -> None:
    """Where nothing but a revoked document, or an obstacle, opens a review, the form says so and asks for it."""
    form.grounds.description = _("What follows for the decision. A review never makes the decision harsher.")
    if only == REVOKED:
        for name in ("revoked", "revoked_on"):
            form[name].flags.required = True  # a draft may lack it, the request may not
        form.revoked.description = _("Which one, by whom and when")


def _shown(it: CaseTrack) -> dict[str, Any]:
    """What both pages of a request show of its case."""
    asked = policies_reviews.open_review(session(), it.id)
    in_time = it.state in (*ASKED_IN, *IN_FORCE)
    only, why = _narrowed(session(), it)
    possible = asked is None and in_time
    told = {"goes_on": _goes_on(it), "unserved": it.state == "DECIDED"}
    return {"it": it, "possible": possible, "only": only, "why": why, **told}


def _goes_on(it: CaseTrack) -> str:
    """What a review leaves of the decision: a minor one takes effect once served, and is not stayed (S29, R01)."""
    if it.state in IN_FORCE:
        return _("The decision is in effect and goes on being carried out while it is reviewed.")
    if not it.major:
        return _("The decision takes effect once it is served, and is carried out while it is reviewed.")
    return _("The decision has no effect while it is reviewed.")


@bp.route("/cases/<int:number>/review/withdraw", methods=["GET", "POST"])
def withdraw_review(number: int) -> ResponseReturnValue:
    """Withdraw the review in writing."""
    it, form = portal_tracks.own_track(number), forms.WithdrawForm()
    review = policies_reviews.open_review(session(), it.id) or abort(404)
    refused = portal_offers.only_lead(it, g.me)
    if refused or not form.validate_on_submit():
        page = render_template("proceedings/portal_review_withdraw.html", it=it, form=form, refused=refused)
        return page, (403 if refused and form.is_submitted() else form.status_code)
    with transaction(once=form.key.data) as at:
        mine = at.get_one(Review, review.id)
        reviews.withdraw(at, mine, confirmed=bool(form.confirmed.data), actor=g.me, now=clock.now())
    flash(_("The review is withdrawn."))
    return redirect(url_for(CASE, number=number), 303)


@portal_panels.panel
def of_reviews(at: Session, it: CaseTrack, _actor: Actor) -> portal_panels.Panel | None:
    """The reviews of the decision, and their results."""
    asked = policies_reviews.open_review(at, it.id)
    subject = ("track", it.id) if asked is None or asked.stayed else ("review", asked.id)
    theirs = respondents_clocks.theirs(TIME, subject) if asked is not None else ""
    found = queries_reviews.of_track(at, it.id)
    papers = {each.id: paper for each in found if (paper := served.review_paper(at, each)) is not None}
    handed = queries_portal.own_files(at, it, it.party_id, "REVIEW")
    files = {each.id: [file for file in handed if file.at == each.asked_at] for each in found}
    shown = {"reviews": found, "papers": papers, "files": files, "theirs": theirs}
    return portal_panels.Panel("proceedings/portal_reviews.html", shown) if found else None


@portal_panels.beside
def under_review(at: Session, tracks: Sequence[CaseTrack]) -> dict[int, str]:
    """That a review is open, whatever the state says, and until when the association decides it."""
    found = queries_reviews.open_of(at, [it.id for it in tracks])
    about = {each.track_id: (("track", each.track_id) if each.stayed else ("review", each.id)) for each in found}
    said = {each.track_id: "" if each.stayed else _goes_on_being_reviewed(each) for each in found}
    until = respondents_clocks.theirs_of(TIME, [*about.values()]) if about else {}
    return {number: joined(said[number], until[subject]) for number, subject in about.items()}


def _goes_on_being_reviewed(it: Review) -> str:
    if it.own_motion:
        return _("The association has the decision reviewed on its own motion; it stays in effect meanwhile.")
    return _("Your request for a review of the decision is being decided; the decision stays in effect meanwhile.")


@portal_panels.teller
def told(at: Session, it: CaseTrack) -> Iterator[portal_panels.Happened]:
    """Reviews asked for, opened and withdrawn; and for a review beside the execution, its decision."""
    ours, theirs = _("Your company"), _("The Association")
    for each in queries_reviews.of_track(at, it.id):
        if each.own_motion:
            yield portal_panels.Happened(each.asked_at, theirs, _("opened a review of the decision"), own=False)
        else:
            asked = portal_panels.on_paper(_("asked for a review of the decision"), each.came_on)
            yield portal_panels.Happened(each.asked_at, ours, asked, own=True)
        if each.ended_at is not None and each.outcome == "WITHDRAWN":
            yield portal_panels.Happened(each.ended_at, ours, _("withdrew the review"), own=True)
        elif each.ended_at is not None and not each.stayed:
            yield portal_panels.Happened(each.ended_at, theirs, _("decided the review"), own=False)


REVOKED, OBSTACLE = "revoked", "obstacle"


def _narrowed(at: Session, it: CaseTrack) -> tuple[str, str]:
    """What alone still opens a review of a decision in force, and the words for it; nothing while its time runs."""
    if it.state not in IN_FORCE or not policies_tracks.has_run_out(at, it, "K20", clock.today()):
        return "", ""
    given_up, asked = queries_reviews.given_up(at, it.id), queries_reviews.asked_before(at, it.id)
    only = REVOKED if given_up or asked or it.major else OBSTACLE
    return only, _late(given_up=given_up, asked=asked, major=it.major)


def _late(*, given_up: bool, asked: bool, major: bool) -> str:
    if asked:
        return _("Your company asked for a review before: only where a document the decision rests on was revoked.")
    if given_up:
        return _("Your company gave the review up: only where a document the decision rests on was revoked.")
    if major:
        return _("The time has ended: only where a document the decision rests on was revoked.")
    return _("The time has ended: only after an obstacle, or where a document the decision rests on was revoked.")


@portal_panels.offer
def asking(at: Session, it: CaseTrack, actor: Actor) -> Iterator[dict[str, Any]]:
    """The offer to ask for a review while that is possible, and to withdraw it while it is open."""
    review = policies_reviews.open_review(at, it.id)
    if review is not None and not review.own_motion:
        alone = portal_offers.only_lead(it, actor)
        url = url_for("proceedings_portal.withdraw_review", number=it.id)
        yield {
            "title": _("Withdraw the review"),
            "url": url,
            "button": _("Withdraw…"),
            "refused": alone,
            "seldom": True,
        }
    if review is not None or it.state not in (*ASKED_IN, *IN_FORCE):
        return
    note = _narrowed(at, it)[1] or _("Members who took no part in the decision review it. It never becomes harsher.")
    note = joined(note, portal_offers.together(it, actor))
    url = url_for("proceedings_portal.ask_review", number=it.id)
    yield {
        "title": _("Ask for a review of the decision"),
        "url": url,
        "refused": [],  # whoever cannot send it drafts it
        **portal_writing.begun(places.review(it), note, _("Ask for a review"), beside=True),
    }
