"""Staff pages of cases: the list, one case, opening one, and deeds on its tracks and allegations."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import (
    cases,
    identities,
    late_evidence,
    leads,
    passing_on,
    policies,
    policies_pages,
    policies_tracks,
    queries_cases,
)
from casework.forms_staff import opened
from casework.models_cases import CaseFile, CaseTrack
from core import clock
from core.chips import Filter, chips_of
from core.db import session, transaction
from core.forms import Form
from core.web import blueprint
from core.words import LazyString, _, _l, joined, language
from desk import (
    approving,
    case_journals,
    case_rows,
    deeds,
    queries_cases_pages,
    queries_complaint,
    showing,
    staff_acts,
    staff_views,
)
from desk import forms_cases as forms
from desk.case_addresses import address_of, asked_of
from desk.case_page import page
from desk.choices import (
    by_name,
    code_choices,
    code_filter,
    company_filter,
    company_named,
    company_of,
    unknown_company,
    with_chosen,
)
from desk.company_addresses import COMPANY, without
from desk.deeds_cases import ADDING, ALLEGATIONS, CASES, TRACKS, closed, describing
from desk.deeds_inquiry import PAGES
from desk.forms_complaints import NoteForm
from desk.queries_cases_pages import Asked
from desk.queries_people import colleagues
from desk.queries_queue_lines import title_of
from desk.queue_addresses import carried, query_of
from filestore.downloads import attached
from filestore.sheets_made import CSV, XLSX, csv_of, xlsx_of
from registry import queries as register
from registry import remaining

bp = blueprint("desk_cases", __name__, audience="staff", prefix="/staff/cases")

VIEWS: tuple[tuple[LazyString, tuple[tuple[str, LazyString], ...]], ...] = (
    (_l("Work"), (("mine", _l("My cases")), ("open", _l("All open")))),
    (
        _l("By stage"),
        (
            ("screening", _l("Screening")),
            ("investigation", _l("Investigation")),
            ("review", _l("Review of the report")),
            ("notice", _l("Advance notice")),
            ("decision", _l("Decision")),
            ("execution", _l("Measures")),
            ("verification", _l("Verification")),
        ),
    ),
    (_l("All"), (("ended", _l("Ended")), ("all", _l("All cases")))),
)
TITLES = {view: words for _title, views in VIEWS for view, words in views}


@bp.before_request
def only_readers() -> None:
    """Files are read by staff; members of panels read their documents on their own pages."""
    if not policies_pages.may_read_files(g.me):
        abort(403)


@bp.get("")
def listing() -> ResponseReturnValue:
    """The cases, the most urgent first."""
    asked, at = asked_of(request.args), session()
    company = company_of(at, asked.party)
    if (meant := company_named(words=bool(asked.text))) is not None:
        return redirect(address_of(asked, **meant))
    found = queries_cases_pages.page(at, asked, g.me, clock.today())
    if not found.lines and not found.slow and (asked.after or asked.before):
        return redirect(address_of(asked))  # everything on that page is done
    filters = _filters(asked, company)
    side = staff_views.side("cases", VIEWS, queries_cases_pages.counts(at, g.me), asked.view, query_of(asked))
    return render_template(
        "desk/staff_cases.html",
        asked=asked,
        title=staff_views.heading(side) or TITLES[asked.view],
        page=found,
        left=remaining.teller(at),
        side=side,
        filters=filters,
        chips=_chips(asked, filters),
        misread=unknown_company(),
        after=address_of(asked, after=found.after) if found.after else "",
        before=address_of(asked, before=found.before) if found.before else "",
        address=address_of,
        query=carried(query_of(asked), vars(asked)),
        clear=url_for(".listing", view=asked.view),
        may_open=policies_tracks.may_open(g.me),
    )


@bp.route("/new", methods=["GET", "POST"])
def start() -> ResponseReturnValue:
    """Open a case from complaints, or from another source on named companies."""
    if not policies_tracks.may_open(g.me):
        flash(_("Officers open cases; your role does not allow it."), "warn")
        return redirect(url_for(".listing"))
    form = opened(forms.OpenCaseForm)
    found = _offered(form)
    if not form.validate_on_submit():
        page_of = render_template("desk/staff_case_open.html", form=form, found=found)
        return page_of, form.status_code
    with transaction(once=form.key.data) as at:
        named = [it for number in form.parties.numbers if (it := register.party(at, number)) is not None]
        complaints = queries_complaint.by_refs(at, form.complaints.data or ())
        made = cases.open(
            at,
            complaints,
            title=form.title.data or "",
            source=form.source.data,
            parties=named,
            lead=form.lead.data or "",
            conduct=(form.conduct_from.data, form.conduct_to.data),
            actor=g.me,
            now=clock.now(),
        )
        passing_on.remember(at, made, form.passed_on, g.me, clock.now())
        unnamed = [each.name(language()) for each in leads.brought_in(at, made, complaints, named)]
    flash(_("The case %(ref)s is open.", ref=made.ref))
    for each in unnamed:
        flash(
            _(
                "%(name)s has a track as well, though nobody named it: by the register, a company named here had an "
                "engagement with it on the day of the conduct.",
                name=each,
            ),
            "info",
        )
    for each in form.parties.twice:
        flash(_("%(name)s was named twice and counts once.", name=each), "info")
    return redirect(url_for(".show", number=made.id), 303)


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """The case with its tracks, findings, evidence and notices, and what can be done next."""
    return page(case_rows.read(session(), number) or abort(404))


@bp.get("/<int:number>/journal.<any(csv, xlsx):ending>")
def journal(number: int, ending: str) -> ResponseReturnValue:
    """The journal of the case as a table; the journal notes that it was downloaded."""
    it = _case(number)
    with transaction() as at:
        case_journals.take(at, it, ending, actor=g.me, now=clock.now())
    table = case_journals.table(session(), _case(number), language())
    made, kind = (csv_of(table), CSV) if ending == "csv" else (xlsx_of([table]), XLSX)
    return attached(made, kind, f"{table.name} {_('Journal')} {clock.today():%Y%m%d}.{ending}")


@bp.post("/<int:number>/unmask")
def unmask(number: int) -> ResponseReturnValue:
    """Show what people wrote without masking; the journal notes who looked."""
    it = _case(number)
    with transaction() as at:
        identities.reveal_case(at, it, actor=g.me, now=clock.now())
    return page(it, unmasked=True)


@bp.post("/<int:number>/notes")
def note(number: int) -> ResponseReturnValue:
    """Write an internal note."""
    it = _case(number)
    form = opened(NoteForm, prefix="note", about=it)
    if not form.validate_on_submit():
        return page(it, {"note": form}), 422
    with transaction(once=form.key.data) as at:
        cases.note(at, it, text=form.text.data, actor=g.me, now=clock.now())
    flash(_("Noted."))
    return redirect(url_for(".show", number=number, _anchor="notes"), 303)


@bp.route("/<int:number>/do/<event>", methods=["GET", "POST"])
def act(number: int, event: str) -> ResponseReturnValue:
    """One deed on the whole case."""
    it, deed = _case(number), CASES.get(event) or abort(404)
    if event in ADDING:
        deed = replace(deed, note=joined(deed.note, *late_evidence.told(session(), it, language())))
    return _done(it, deed, it, it.called(language()), page="casework.case")


@bp.route("/<int:number>/tracks/<int:track>/<event>", methods=["GET", "POST"])
def act_on_track(number: int, track: int, event: str) -> ResponseReturnValue:
    """One deed on a track."""
    it, deed = _case(number), TRACKS.get(event) or abort(404)
    found = next((each for each in it.tracks if each.id == track), None) or abort(404)
    text = _told(found) + (_returned(found) if event == "report" else "")
    return _done(it, deed, found, found.party.name(language()), text, page="casework.track")


def _told(track: CaseTrack) -> str:
    """What a track is about, for whoever decides on it: the lead, and each alleged violation with its facts."""
    named = dict(code_choices(session(), *(each.code for each in track.allegations)))
    return "\n\n".join(
        [track.lead, *(f"{named.get(each.code, each.code)}\n{each.facts}" for each in track.allegations)]
    )


def _returned(track: CaseTrack) -> str:
    """What was missing in a report that was returned, and that report, for whoever writes the next one."""
    if not track.gaps:
        return ""
    told = (
        _("What is missing in the report, which was returned:"),
        track.gaps,
        _("The report as it was:"),
        track.report,
    )
    return "".join(f"\n\n{each}" for each in told if each)


@bp.route("/<int:number>/allegations/<int:allegation>/<event>", methods=["GET", "POST"])
def act_on_allegation(number: int, allegation: int, event: str) -> ResponseReturnValue:
    """One deed on an allegation."""
    it, deed = _case(number), ALLEGATIONS.get(event) or abort(404)
    every = [each for track in it.tracks for each in track.allegations]
    found = next((each for each in every if each.id == allegation), None) or abort(404)
    return _done(it, deed, found, f"{found.code} · {found.track.party.name(language())}", found.facts)


@bp.route("/<int:number>/evidence/<int:evidence>", methods=["GET", "POST"])
def describe(number: int, evidence: int) -> ResponseReturnValue:
    """Say what a piece of evidence shows."""
    it = _case(number)
    every = queries_cases.evidence_of(session(), it)
    found = next((each for each in every if each.id == evidence), None) or abort(404)
    return _done(it, describing(it), found, found.name)


def _case(number: int) -> CaseFile:
    return queries_cases_pages.case(session(), number) or abort(404)


def _done(
    it: CaseFile,
    deed: deeds.Deed,
    thing: Any,  # noqa: ANN401
    about: str,
    text: str = "",
    page: str = "",
) -> ResponseReturnValue:
    """Show the form of a deed; when it is sent and valid, do it and go back to the case."""
    form = (approving if page else deeds).form_of(session(), deed, thing)
    back = url_for(".show", number=it.id)
    shut = None if form.is_submitted() or form.filled else closed(session(), deed, thing, g.me, clock.now())
    if shut is not None:
        flash(str(shut), "warn")
        return redirect(back)
    if not form.validate_on_submit():
        crumbs = [(_("Cases"), url_for(".listing")), (it.ref, back)]
        hide = showing.veil(showing.names_of_case(it))
        said = {"ref": it.ref, "about": hide(about), "back": back, "text": hide(text)}
        page_of = PAGES.get(deed.event, staff_acts.PAGE)
        return staff_acts.form_page(deed, form, **said, crumbs=crumbs, page=page_of)
    if not page:
        return staff_acts.done(deed, thing, form, back)
    with transaction(once=form.key.data) as at:
        waits = approving.run(at, page, deed, thing, form, actor=g.me)
    flash(str(waits))
    return redirect(back, 303)


def _offered(form: Form) -> list[Any]:
    """Offer the complaints that were asked for, and similar ones."""
    at = session()
    asked = queries_complaint.by_refs(at, request.args.getlist("complaint") or form.complaints.data or [])
    near = [each for one in asked[:1] for each in policies.similar(at, one, clock.now())]
    found = {each.id: each for each in [*asked, *near] if each.state not in cases.UNFIT}
    form.complaints.choices = [
        (each.ref, f"{each.ref} {title_of(each.facts, showing.names(each))}") for each in found.values()
    ]
    by_name(at, form.parties)
    if form.untouched:
        form.complaints.data = [each.ref for each in asked if each.id in found]
        form.source.data = "COMPLAINT" if asked else None
    return list(found.values())


def _filters(asked: Asked, company: str) -> list[Filter]:
    at = session()
    every = [("", _("All"))]
    working = [(str(each.id), each.name) for each in colleagues(at, "officer", "investigator")]
    people = with_chosen(at, working, asked.officer)
    return [
        ("text", _("Words or number"), None, asked.text),
        company_filter(company, asked.party),
        ("code", _("Alleged"), [*every, *code_filter(at)], asked.code),
        ("officer", _("Officer or investigator"), [*every, ("me", _("Me")), *people], asked.officer),
    ]


def _chips(asked: Asked, filters: Sequence[Filter]) -> list[tuple[str, str]]:
    read = [each for each in filters if each[0] != COMPANY or asked.party is not None]
    return chips_of(read, lambda name: address_of(asked, **without(name)))
