"""Portal pages of admitted facts: admitted, taken back; and what they add to a respondent's page of its case."""

from collections.abc import Iterator
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import respondents_clocks
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.db import session, transaction
from core.errors import Refused
from core.forms import Form
from core.web import blueprint
from core.words import _
from portal import portal_offers, portal_panels, portal_tracks, queries_portal
from portal.portal_panels import Happened, Panel, on_paper
from proceedings import forms_admissions as forms
from sanctions import admissions
from sanctions import policies_admissions as policies

bp = blueprint("proceedings_portal_admissions", __name__, audience="portal", prefix="/portal/cases")
CASE = "portal_tracks.show"
ADMIT, TAKE_BACK = "admit", "withdraw_admission"


def _barred(it: CaseTrack) -> list[Refused]:
    """Why the facts cannot be admitted; asked as the system, since a respondent does not read findings."""
    with transaction() as at:
        return list(policies.admissible(at, at.get_one(CaseTrack, it.id)))


def _page(template: str, it: CaseTrack, form: Form, event: str) -> ResponseReturnValue:
    possible = TRACK.row(it.state, event) is not None
    late = policies.returnable(session(), it, clock.today())
    barred = (_barred(it) if event == ADMIT else list(late)) if possible else []
    page = render_template(
        template,
        it=it,
        form=form,
        possible=possible and not barred,
        barred=barred,
        refused=portal_offers.only_lead(it, g.me),
        clocks=respondents_clocks.cards(session(), queries_portal.live_clocks(session(), "track", it.id)),
    )
    return page, form.status_code


@bp.route("/<int:number>/admission", methods=["GET", "POST"])
def admit(number: int) -> ResponseReturnValue:
    """Admit the facts, after reading the consequences."""
    it = portal_tracks.own_track(number)
    form = forms.AdmitForm(seen=it.round)
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.seen.data = it.round  # and not that of a draft
        return _page("proceedings/portal_admit.html", it, form, ADMIT)
    with transaction(once=form.key.data) as at:
        admissions.admit(
            at,
            at.get_one(CaseTrack, number),
            text=form.text.data or "",
            signed_by=form.signed_by.data or "",
            position=form.position.data or "",
            authorised=bool(form.authorised.data),
            told=bool(form.told.data),
            seen=form.seen.data,
            actor=g.me,
            now=clock.now(),
        )
    flash(_("The admission is recorded. It can be taken back while its time runs."))
    return redirect(url_for(CASE, number=number), 303)


@bp.route("/<int:number>/admission/back", methods=["GET", "POST"])
def take_back(number: int) -> ResponseReturnValue:
    """Take the admission back."""
    it, form = portal_tracks.own_track(number), forms.TakeBackForm()
    if not form.validate_on_submit():
        return _page("proceedings/portal_take_back.html", it, form, TAKE_BACK)
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        admissions.take_back(at, mine, confirmed=bool(form.confirmed.data), actor=g.me, now=clock.now())
    flash(_("The admission is taken back. Your time for a statement begins anew."))
    return redirect(url_for(CASE, number=number), 303)


@portal_panels.panel
def admission(session: Session, it: CaseTrack, _actor: Actor) -> Panel | None:
    """What was admitted, and what became of it."""
    found = policies.admission(session, it)
    return Panel("proceedings/portal_admission_card.html", {"admission": found}) if found else None


@portal_panels.offer
def admitting(session: Session, it: CaseTrack, actor: Actor) -> Iterator[dict[str, Any]]:
    """The offer to admit facts, or to take an admission back."""
    refused = portal_offers.only_lead(it, actor)
    if TRACK.row(it.state, ADMIT) and not _barred(it):
        yield {
            "title": _("Admit the facts"),
            "note": _("The case is then decided without a panel, never harsher than announced."),
            "url": url_for("proceedings_portal_admissions.admit", number=it.id),
            "button": _("Read the consequences"),
            "refused": refused,
        }
    if TRACK.row(it.state, TAKE_BACK) and not list(policies.returnable(session, it, clock.today())):
        yield {
            "title": _("Take the admission back"),
            "note": _("It is then as if nothing had been admitted."),
            "url": url_for("proceedings_portal_admissions.take_back", number=it.id),
            "button": _("Take it back"),
            "refused": refused,
        }


@portal_panels.teller
def admitted(session: Session, it: CaseTrack) -> Iterator[Happened]:
    """What happened about it."""
    found = policies.admission(session, it)
    if found is None:
        return
    yield Happened(found.admitted_at, _("Your company"), _("admitted the facts"), own=True)
    if found.withdrawn_at:
        text = on_paper(_("took the admission back"), found.withdrawal_came_on)
        yield Happened(found.withdrawn_at, _("Your company"), text, own=True)
    if found.refused_at:
        yield Happened(found.refused_at, _("The Association"), _("found that the facts need a panel"), own=False)
