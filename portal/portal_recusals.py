"""Portal pages of recusals: a company asks that somebody take no part in its case, and reads the decision."""

from collections.abc import Iterator
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import forms_recusals as forms
from casework import labels_recusals, policies_recusals, queries_recusals, recusals
from casework.models_cases import CaseFile, CaseTrack
from casework.stages import DRAWN_IN
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.db import session, transaction
from core.plainly import day
from core.words import _, _l, bracketed, joined
from portal import portal_offers, portal_panels, portal_tracks, queries_portal
from portal.portal_tracks import bp

DECIDED = {
    "GRANTED": _l("decided that %(name)s takes no part in the case"),
    "REFUSED": _l("decided that %(name)s goes on in the case"),
}
"""What the association decided about a request, as the timeline tells it."""


@bp.route("/<int:number>/recusal", methods=["GET", "POST"])
def ask_recusal(number: int) -> ResponseReturnValue:
    """Ask that somebody take no part in the case."""
    it, form = portal_tracks.own_track(number), forms.AskForm()
    form.person.choices = choices(queries_recusals.people(session(), it.case_id))
    refused = portal_offers.only_lead(it, g.me)
    if refused or not form.validate_on_submit():
        page = render_template("portal/portal_recusal.html", it=it, form=form, refused=refused)
        return page, (403 if refused and form.is_submitted() else form.status_code)
    with transaction(once=form.key.data) as at:
        said = {"ground": form.ground.data or "", "facts": form.facts.data or ""}
        case = at.get_one(CaseFile, it.case_id)
        recusals.ask(at, case, int(form.person.data or 0), **said, actor=g.me, now=clock.now())
    flash(_("Asked. Until it is decided this person does nothing in the case."))
    return redirect(url_for(".show", number=number), 303)


def choices(people: list[queries_recusals.Person]) -> list[tuple[str, str]]:
    """People with their parts, as choices of a form."""
    return [(str(each.account_id), each.name + bracketed(labels_recusals.parts(each.parts))) for each in people]


@portal_panels.panel
def asked(at: Session, it: CaseTrack, _actor: Actor) -> portal_panels.Panel | None:
    """What the company asked, and what was decided."""
    found = queries_recusals.of_case(at, it.case_id)
    if not found:
        return None
    names = queries_portal.asked_about(at, it.case_id)
    return portal_panels.Panel("portal/portal_recusals.html", {"recusals": found, "names": names})


@portal_panels.teller
def asked_and_decided(session: Session, it: CaseTrack) -> Iterator[portal_panels.Happened]:
    """That the company asked that somebody take no part, and what was decided."""
    found = queries_recusals.of_case(session, it.case_id)
    names = queries_portal.asked_about(session, it.case_id) if found else {}
    for each in found:
        name = names.get(each.id, "—")
        text = _("asked that %(name)s take no part in the case", name=name)
        yield portal_panels.Happened(each.asked_at, _("Your company"), text, own=True)
        if each.decided_at is not None and each.state in DECIDED:
            text = DECIDED[each.state] % {"name": name}
            yield portal_panels.Happened(each.decided_at, _("The Association"), text, own=False)


@portal_panels.teller
def investigators(session: Session, it: CaseTrack) -> Iterator[portal_panels.Happened]:
    """Who took the investigation over from the person named in the filing notice."""
    for each in queries_portal.told_of(session, it, "reassign"):
        text = _("named a new investigator: %(name)s", name=each.name)
        yield portal_panels.Happened(each.at, _("The Association"), text, own=False)


@portal_panels.offer
def asking(_session: Session, it: CaseTrack, actor: Actor) -> Iterator[dict[str, Any]]:
    """The offer to ask for a recusal, while the case goes on."""
    drawn = policies_recusals.asks_until(it, clock.today())
    if it.state in TRACK.ends and drawn is None:
        return
    note = _(
        "On a ground such as employment, shares, business or kinship. Until it is decided that person does nothing in "
        "the case, and no panel decides."
    )
    if drawn is not None:
        until = day(drawn, "long")
        who = (
            _("A panel was drawn; its members are named there. It votes after %(day)s.", day=until)
            if it.state in DRAWN_IN
            else _("Who reviews the decision was drawn; they are named there, and vote after %(day)s.", day=until)
        )
        note = joined(who, note)
    yield {
        "title": _("Ask that somebody takes no part in the case"),
        "note": note,
        "url": url_for("portal_tracks.ask_recusal", number=it.id),
        "button": _("Ask for a recusal"),
        "seldom": drawn is None,
        "refused": portal_offers.only_lead(it, actor),
    }
