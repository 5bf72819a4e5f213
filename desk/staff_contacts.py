"""Staff pages of a case's contacts: daily counts, single contacts, entering, taking out, attaching to a finding."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import (
    contact_breaches,
    contact_counts,
    contact_papers,
    contact_tables,
    contacts,
    masking,
    policies_pages,
    queries_cases,
)
from casework import policies_contacts as policies
from casework.forms_staff import PlainForm, opened
from casework.models_cases import Allegation, CaseFile
from casework.policies import may_reveal
from core import clock, keyset
from core.db import session, transaction
from core.web import blueprint
from core.words import _, language
from desk import deeds, queries_cases_pages, queries_contacts, showing, staff_acts
from desk.deeds_contacts import ENTER, taking_list_out, taking_out
from desk.forms_contacts import CountsForm

bp = blueprint("desk_contacts", __name__, audience="staff", prefix="/staff/cases")


@bp.before_request
def only_readers() -> None:
    """Only whoever may open the case."""
    if not policies_pages.may_read_files(g.me):
        abort(403)


@bp.get("/<int:number>/contacts")
def show(number: int) -> ResponseReturnValue:
    """The daily counts of a case and its contacts."""
    return _page(case_of(number))


def _page(it: CaseFile, revealed: dict[int, str] | None = None) -> ResponseReturnValue:
    at, out, place = session(), request.args.get("view") == "out", keyset.place_of(request.args)
    events, part, count = queries_contacts.page(at, it, place, out=out)
    if not events and place != keyset.BEGINNING:
        return redirect(url_for(".show", number=it.id, view="out" if out else None, _anchor="contacts"))
    every = queries_cases.evidence_of(at, it)
    return render_template(
        "desk/staff_contacts.html",
        case=it,
        hide=showing.veil(showing.names_of_case(it)),
        counted=policies.counted(at, it),
        part=part,
        count=count,
        stands={name: request.args[name] for name in ("view", "after", "before") if name in request.args},
        rows=[_row(each, revealed or {}) for each in events],
        marks={each.id: f"E{place}" for place, each in enumerate(every, 1)},
        out=out,
        tracks={each.party_id: each for each in it.tracks},
        may_enter=policies.may_enter(g.me, it),
        may_reveal=may_reveal(g.me),
    )


def _row(it: Any, revealed: dict[int, str]) -> dict[str, Any]:  # noqa: ANN401 - a contact
    return {
        "it": it,
        "party": it.party.name(language()) if it.party else "—",
        "number": revealed.get(it.id) or (masking.masked_contact(it.number) if it.number else ""),
        "seen": it.id in revealed,
        "quiet": it.direction != "OUT" and policies.in_quiet_hours(it.at),
    }


@bp.route("/<int:number>/contacts/enter", methods=["GET", "POST"])
def enter(number: int) -> ResponseReturnValue:
    """Enter a contact by hand."""
    it = case_of(number)
    return done(it, ENTER, it, it.called(language()), url_for(".show", number=number))


@bp.route("/<int:number>/contacts/<int:contact>/out", methods=["GET", "POST"])
def take_out(number: int, contact: int) -> ResponseReturnValue:
    """Let a contact no longer count."""
    it = case_of(number)
    found = queries_contacts.one(session(), it, contact) or abort(404)
    about = f"{clock.local(found.at):%Y-%m-%d %H:%M}"
    return done(it, taking_out(it), found, about, url_for(".show", number=number))


@bp.route("/<int:number>/contacts/lists/<int:evidence>/out", methods=["GET", "POST"])
def take_list_out(number: int, evidence: int) -> ResponseReturnValue:
    """Let all contacts of a list no longer count."""
    it = case_of(number)
    every = queries_cases.evidence_of(session(), it)
    place, found = next(((place, each) for place, each in enumerate(every, 1) if each.id == evidence), (0, None))
    return done(it, taking_list_out(it), found or abort(404), f"E{place}", url_for(".show", number=number))


@bp.post("/<int:number>/contacts/<int:contact>/reveal")
def reveal(number: int, contact: int) -> ResponseReturnValue:
    """Show the person's number of one contact, which the journal notes."""
    it = case_of(number)
    found = queries_contacts.one(session(), it, contact) or abort(404)
    with transaction() as at:
        seen = contacts.reveal(at, it, found, actor=g.me, now=clock.now())
    return _page(it, {contact: seen})


@bp.route("/<int:number>/allegations/<int:allegation>/counts", methods=["GET", "POST"])
def attach(number: int, allegation: int) -> ResponseReturnValue:
    """Show the daily counts that decide about a finding, and attach them."""
    it, found = case_of(number), _allegation(number, allegation)
    at = session()
    offered = contact_tables.offered(at, found)
    kept = contact_papers.current(at, found.id)
    form = opened(CountsForm, found)
    form.institution.choices = [(str(each.institution.id), each.institution.name(language())) for each in offered]
    if len(offered) == 1 and form.untouched:
        form.institution.data = str(offered[0].institution.id)
    if not form.validate_on_submit():
        shown = render_template(
            "desk/staff_counts.html",
            case=it,
            allegation=found,
            hide=showing.veil(showing.names_of_case(it)),
            form=form,
            tables=offered,
            names=contact_counts.debtors_of(at, it)[1],
            current=kept,
            outdated=kept is not None and contact_tables.is_outdated(offered, kept),
            belongs=contact_tables.track_of_institution(at, found),
            may_attach=contact_tables.may_attach(g.me, found.track),
            may_pass_on=policies.may_enter(g.me, it),
        )
        return shown, form.status_code
    with transaction(once=form.key.data) as at:
        chosen = int(form.institution.data)
        contact_tables.attach(at, found, institution_id=chosen, actor=g.me, now=clock.now())
    flash(_("The counts stand with the finding."))
    return redirect(url_for("desk_cases.show", number=number), 303)


@bp.post("/<int:number>/allegations/<int:allegation>/to-institution")
def pass_on(number: int, allegation: int) -> ResponseReturnValue:
    """Name on the institution's track what only the sum shows."""
    found, form = _allegation(number, allegation), opened(PlainForm)
    if not form.validate_on_submit():
        return redirect(url_for(".attach", number=number, allegation=allegation), 303)
    with transaction(once=form.key.data) as at:
        made = contact_breaches.pass_on(at, found, actor=g.me, now=clock.now())
    flash(_("It is named on the institution's track."))
    return redirect(url_for("desk_cases.show", number=number, _anchor=f"track-{made.track_id}"), 303)


def case_of(number: int) -> CaseFile:
    """The case, if this reader may see it."""
    return queries_cases_pages.case(session(), number) or abort(404)


def _allegation(number: int, allegation: int) -> Allegation:
    found = queries_cases_pages.allegation(session(), allegation)
    if found is None or found.track.case_id != number or policies.counter_of(found.code) is None:
        abort(404)
    return found


def done(it: CaseFile, deed: deeds.Deed, thing: Any, about: str, back: str) -> ResponseReturnValue:  # noqa: ANN401
    """The form of a deed; when it is sent and valid, do it and go back to the contacts."""
    if not policies.may_enter(g.me, it):
        abort(403)
    form = deeds.form_of(session(), deed, thing)
    if not form.validate_on_submit():
        crumbs = [
            (_("Cases"), url_for("desk_cases.listing")),
            (it.ref, url_for("desk_cases.show", number=it.id)),
            (_("Contacts"), url_for(".show", number=it.id)),
        ]
        return staff_acts.form_page(deed, form, ref=it.ref, about=about, back=back, crumbs=crumbs)
    return staff_acts.done(deed, thing, form, back)
