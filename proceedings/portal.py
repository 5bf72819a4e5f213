"""Portal pages of what the association decides: statements, reports, interviews, trainings, circulars."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import respondents_clocks, shared_drafts
from casework.models_cases import CaseTrack
from core import clock
from core.db import session, transaction
from core.errors import Refused
from core.site import outside, site_name
from core.web import blueprint
from core.words import _, language
from filestore.downloads import attached
from notices import serving
from notices.models import Service
from notices.states import ON_PAPER
from notices.wording_lines import passage
from portal import places, portal_offers, portal_tracks, portal_writing, queries_portal
from proceedings import bulletin_page, invitations, portal_panels, queries_called_off, queries_respondents
from proceedings import forms_portal as forms
from proceedings.queries_respondents import Ordered
from sanctions import (
    documents_publications,
    interviews,
    measures,
    plans,
    policies_execution,
    policies_publications,
    queries,
    queries_milestones,
    statements,
    trainees,
)
from sanctions.levels import INTERVIEW, RECTIFICATION, TRAINING
from sanctions.models_measures import Interview, Training, TrainingPerson
from sanctions.models_publications import PublicationText

bp = blueprint("proceedings_portal", __name__, audience="portal", prefix="/portal")
CASE = "portal_tracks.show"


def _back(number: int) -> ResponseReturnValue:
    return redirect(url_for(CASE, number=number), 303)


@bp.route("/cases/<int:number>/statement", methods=["GET", "POST"])
def statement(number: int) -> ResponseReturnValue:
    """Write a statement on the advance notice, together with colleagues."""
    it = portal_tracks.own_track(number)
    desk = portal_writing.desk(forms.StatementForm, places.statement(it))
    if act := portal_writing.kept(desk):
        portal_writing.say_kept(act)
        return redirect(url_for(".check" if act == portal_writing.LOOK else CASE, number=number), 303)
    return portal_tracks.writing_page(it, desk, title=_("Your statement"), event="state", over=_over(it))


def _over(it: CaseTrack) -> str:
    return _("Statements are no longer taken in this case.") if portal_panels.statements_over(it) else ""


@bp.route("/cases/<int:number>/statement/check", methods=["GET", "POST"])
def check(number: int) -> ResponseReturnValue:
    """Look at the statement, then send it."""
    it = portal_tracks.own_track(number)
    draft = portal_writing.draft(places.statement(it))
    form = portal_tracks.sending_form(draft)
    if not form.validate_on_submit():
        portal_writing.overtaken(places.statement(it), form)
        write = url_for(".statement", number=number)
        return portal_tracks.check_page(
            it, draft, form, title=_("Your statement"), write=write, event="state", over=_over(it)
        )
    now = clock.now()
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        said = shared_drafts.held(at, places.statement(it), seen=form.seen.data or 0, actor=g.me)
        statements.state(at, mine, text=said.fields.get("text", ""), actor=g.me, now=now)
        portal_writing.hand_in(at, mine, said, "STATEMENT", now=now)
        shared_drafts.drop(at, places.statement(it), actor=g.me)
    flash(_("The statement is sent."))
    return _back(number)


@bp.route("/cases/<int:number>/waive", methods=["GET", "POST"])
def waive(number: int) -> ResponseReturnValue:
    """Declare in writing that nothing more will follow: no statement, or no review."""
    it = portal_tracks.own_track(number)
    right = statements.to_give_up(it)
    form = forms.WaiveForm(right=right, seen=it.round)
    if not form.validate_on_submit():
        form.right.data = right  # the page names it
        page = render_template(
            "proceedings/portal_waive.html",
            it=it,
            form=form,
            review=right == "review",
            possible=right is not None,
            hearing=statements.hearing_goes_too(session(), it, clock.today()),
            refused=portal_offers.only_lead(it, g.me),
        )
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        said = {"confirmed": bool(form.confirmed.data), "right": form.right.data, "seen": form.seen.data}
        statements.waive(at, mine, **said, actor=g.me, now=clock.now())
    flash(_("It is recorded that nothing more will follow."))
    return _back(number)


def _order(it: CaseTrack) -> Ordered:
    return queries_respondents.one(session(), it, RECTIFICATION) or abort(404)


def _report(it: CaseTrack, order: Ordered) -> str:
    return places.report(it, order.measure.id, order.measure.attempt)


@bp.route("/cases/<int:number>/report", methods=["GET", "POST"])
def report(number: int) -> ResponseReturnValue:
    """Write the report of corrections, problem by problem, with proof."""
    it = portal_tracks.own_track(number)
    order = _order(it)
    kind = forms.report_form(queries_respondents.open_items(order))
    desk = portal_writing.desk(kind, _report(it, order), signed_by=it.party.named_executive)
    for item in queries_respondents.open_items(order):  # a draft may lack it, the report may not
        desk.form[f"files_{item.no}"].flags.required = not order.proofs.get(item.id)
    if act := portal_writing.kept(desk):
        portal_writing.say_kept(act)
        return redirect(url_for(".check_report" if act == portal_writing.LOOK else CASE, number=number), 303)
    return _report_page("proceedings/portal_report.html", it, order, desk=desk, form=desk.form)


@bp.route("/cases/<int:number>/report/check", methods=["GET", "POST"])
def check_report(number: int) -> ResponseReturnValue:
    """Look at the report, then send it as signed by the named executive."""
    it = portal_tracks.own_track(number)
    order = _order(it)
    draft = portal_writing.draft(_report(it, order))
    form = forms.SignedForm(seen=draft.number)
    del form.warned
    if not form.validate_on_submit():
        portal_writing.overtaken(_report(it, order), form)
        if not draft.number and not form.is_submitted():
            return redirect(url_for(".report", number=number))
        form.seen.data = draft.number
        lacking = list(_lacking(it, order, draft))
        now_planned = queries_milestones.of(session(), queries_respondents.open_items(order))
        left = [each for each in now_planned if each.done_on is None and each.attempt == order.measure.attempt]
        given = {"draft": draft, "form": form, "lacking": lacking, "left": left}
        return _report_page("proceedings/portal_report_check.html", it, order, **given)
    now = clock.now()
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        said = shared_drafts.held(at, _report(it, order), seen=form.seen.data or 0, actor=g.me)
        items = queries_respondents.open_items(order)
        for item in items:
            portal_writing.hand_in(at, mine, said, "PROOF", now=now, of=str(item.no), item_id=item.id)
        reports = {item.no: said.fields.get(f"report_{item.no}", "") for item in items}
        signed = said.fields.get("signed_by", "")
        measures.report_correction(at, mine, reports=reports, signed_by=signed, actor=g.me, now=now)
        shared_drafts.drop(at, _report(it, order), actor=g.me)
    flash(_("The report is sent. Two officers of the association will verify it."))
    return _back(number)


def _lacking(it: CaseTrack, order: Ordered, draft: shared_drafts.SharedDraft) -> Iterator[Refused]:
    """What the report still lacks, told before somebody presses to send it."""
    items = queries_respondents.open_items(order)
    reports = {item.no: draft.fields.get(f"report_{item.no}", "") for item in items}
    proven = {item.no for item in items if order.proofs.get(item.id) or draft.evidence(str(item.no))}
    signed = draft.fields.get("signed_by", "")
    said = {"reports": reports, "proven": proven, "signed_by": signed}
    yield from policies_execution.report_lacks(it.party, items, own=True, **said)


def _report_page(template: str, it: CaseTrack, order: Ordered, **given: Any) -> ResponseReturnValue:  # noqa: ANN401
    page = render_template(
        template,
        it=it,
        order=order,
        items=queries_respondents.open_items(order),
        possible=queries_respondents.to_report(it, order),
        now=portal_tracks.now_of(it),
        refused=[*portal_offers.only_lead(it, g.me, draft=True), *given.pop("lacking", ())],
        clocks=respondents_clocks.cards(session(), queries_portal.live_clocks(session(), "track", it.id)),
        **given,
    )
    return page, given["form"].status_code


@bp.post("/cases/<int:number>/interview")
def confirm(number: int) -> ResponseReturnValue:
    """Confirm that the company will come to the interview."""
    portal_tracks.own_track(number)
    moves = request.form.get("moves", type=int)
    with transaction(once=request.form.get("key")) as at:
        mine = at.get_one(CaseTrack, number)
        interviews.confirm_attendance(at, mine, actor=g.me, now=clock.now(), moves=moves)
    flash(_("Your attendance is confirmed."))
    return _back(number)


def _waiting_interview(it: CaseTrack) -> Interview | None:
    found = queries_respondents.one(session(), it, INTERVIEW) if it.state == "EXECUTING" else None
    return found.measure.interview if found is not None and found.opened else None


@bp.get("/cases/<int:number>/interview.ics")
def entry(number: int) -> ResponseReturnValue:
    """The interview for a calendar: its number, time and place, nothing of the matter; or the entry that removes it."""
    it = portal_tracks.own_track(number)
    title = _("Interview with the association, %(ref)s", ref=it.ref)
    by = invitations.issued(session(), clock.now())
    said: dict[str, Any] = {"text": outside(url_for(CASE, number=number)), "by": by}
    if request.args.get("off"):
        off = queries_called_off.interview(session(), it, by.now) or abort(404)
        said |= {"uid": _uid(off.number), "moves": off.moves + 1, "title": _("Not held: %(title)s", title=title)}
        text = invitations.calendar_removal(**said)
    else:
        held = _waiting_interview(it) or abort(404)
        said |= {"uid": _uid(held.id), "moves": held.moves, "title": title}
        text = invitations.calendar_entry(at=held.at, place=held.place, **said)
    return attached(text.encode(), "text/calendar", f"{title}.ics")


def _uid(interview: int) -> str:
    return f"interview-{interview}@{site_name()}"


@bp.get("/cases/<int:number>/training.ics")
def sessions(number: int) -> ResponseReturnValue:
    """The sessions of the training for a calendar, nothing of the matter; or the entry that removes one of them."""
    it = portal_tracks.own_track(number)
    if (no := request.args.get("off", type=int)) is not None:
        return _session_off(it, no)
    found = queries_respondents.one(session(), it, TRAINING) if it.state == "EXECUTING" else None
    if found is None or not found.opened or found.measure.state != "ORDERED" or found.measure.training is None:
        abort(404)
    title = _("Training by the association, %(ref)s", ref=it.ref)
    link = outside(url_for(CASE, number=number))
    text = invitations.calendar_entries(
        _sessions(found.measure.training, title, link),
        moves=found.measure.attempt - 1,
        place=found.measure.training.place,
        by=invitations.issued(session(), clock.now()),
    )
    return attached(text.encode(), "text/calendar", f"{title}.ics")


def _session_off(it: CaseTrack, no: int) -> ResponseReturnValue:
    """The entry that removes one session: one that is given up stands by itself (RFC 5546, 3.2.5)."""
    by = invitations.issued(session(), clock.now())
    off = queries_called_off.training(session(), it, by.now)
    if off is None or no not in off.to_come(clock.day_of(by.now)):
        abort(404)
    title = _("Not held: %(title)s", title=_("Training by the association, %(ref)s", ref=it.ref))
    said = {"uid": _uid_of_session(off.number, no), "text": outside(url_for(CASE, number=it.id))}
    text = invitations.calendar_removal(title=title, moves=off.moves + 1, by=by, **said)
    return attached(text.encode(), "text/calendar", f"{title}.ics")


def _uid_of_session(training: int, no: int) -> str:
    return f"training-{training}-{no}@{site_name()}"


def _sessions(order: Training, title: str, link: str) -> Iterator[invitations.TrainingSession]:
    """Each session on its day; a training without them from its first day to its last."""
    for no, said in enumerate(order.several or [order.dates], 1):
        first, last = (order.day_of(no),) * 2 if order.several else (order.first_on, order.last_on)
        if first is not None and last is not None:
            uid = _uid_of_session(order.id, no)
            text = f"{said}\n{link}" if order.several else link  # of one without sessions the days say it already
            yield invitations.TrainingSession(uid, first, last, plans.from_to(said), title, text)


@bp.route("/cases/<int:number>/training", methods=["GET", "POST"])
def training(number: int) -> ResponseReturnValue:
    """Name the people who take part in the training."""
    it = portal_tracks.own_track(number)
    found = queries_respondents.one(session(), it, TRAINING) or abort(404)
    form = forms.PeopleForm()
    if not form.validate_on_submit():
        page = render_template(
            "proceedings/portal_training.html",
            it=it,
            measure=found.measure,
            opened=found.opened,
            form=form,
            rows=range(1, forms.ROWS + 1),
            possible=found.measure.state != "DONE" and it.state in policies_execution.TO_REPORT,
            today=clock.today(),
            removable={each.id for each in _trainees(found) if not list(trainees.refusals(each))},
            refused=portal_offers.only_lead(it, g.me),
        )
        return page, form.status_code
    people = [plans.Person(name, position) for name, position in form.people]
    with transaction(once=form.key.data) as at:
        measures.enrol(at, at.get_one(CaseTrack, number), people=people, actor=g.me, now=clock.now())
    flash(_("They are enrolled."))
    return redirect(url_for(".training", number=number), 303)


@bp.post("/cases/<int:number>/training/<int:person>/remove")
def remove_trainee(number: int, person: int) -> ResponseReturnValue:
    """Take somebody off the list of the training."""
    it = portal_tracks.own_track(number)
    found = queries_respondents.one(session(), it, TRAINING) or abort(404)
    if person not in {each.id for each in _trainees(found)}:
        abort(404)
    with transaction(once=request.form.get("key")) as at:
        gone = at.get(TrainingPerson, person) or abort(404)
        trainees.remove(at, at.get_one(CaseTrack, number), gone, actor=g.me, now=clock.now())
    flash(_("Taken off the list."))
    return redirect(url_for(".training", number=number), 303)


def _trainees(found: Ordered) -> list[TrainingPerson]:
    return list(found.measure.training.people) if found.measure.training else []


@bp.get("/circulars/")
def circulars() -> ResponseReturnValue:
    """Circulars to members, newest first."""
    after, before = request.args.get("after", ""), request.args.get("before", "")
    member = policies_publications.may_read_circulars(session(), g.me.party_id, clock.today())
    shown = queries.Filters(scope="MEMBERS")
    page = queries.published(session(), shown, after=after, before=before) if member else None
    found = {line.publication.id: line.text for line in page.lines} if page else {}
    copies = queries_respondents.copies(session(), g.me.party_id, list(found))
    stages = {number: _stage(text, copies.get(number)) for number, text in found.items()}
    titled = partial(bulletin_page.headed, session())
    return render_template("proceedings/portal_circulars.html", page=page, stages=stages, titled=titled)


def _stage(text: PublicationText | None, copy: Service | None) -> str:
    return queries_respondents.copy_stage(session(), text, g.me.party_id, copy, clock.now())


@bp.get("/circulars/<slug>")
def circular(slug: str) -> ResponseReturnValue:
    """One circular; with its text once the member has opened its copy."""
    found, copy = _circular(slug)
    stage = _stage(found.text, copy)
    blocks = passage(found.text.body) if found.text and stage == "READ" else ()
    why = documents_publications.why_withdrawn(found.publication.withdrawn_because or "", language())
    title = bulletin_page.headed(session(), found.publication, found.text, found.party)
    shown = {"found": found, "title": title, "copy": copy, "stage": stage, "blocks": blocks, "why": why}
    return render_template("proceedings/portal_circular.html", **shown)


@bp.post("/circulars/<slug>/open")
def open_circular(slug: str) -> ResponseReturnValue:
    """Open the member's copy, which serves it and shows staff that it was read."""
    _found, copy = _circular(slug)
    if copy is None:
        abort(404)
    with transaction(once=request.form.get("key")) as at:
        if copy.state in ON_PAPER:
            serving.step(at, copy.id, "acknowledge", actor=g.me, now=clock.now())
        serving.open_(at, copy.id, actor=g.me, now=clock.now())
    flash(_("The circular is open and its receipt is recorded."))
    return redirect(url_for(".circular", slug=slug), 303)


def _circular(slug: str) -> tuple[queries.Shown, Service | None]:
    """A circular that members may read, with the member's copy; 404 for anybody else."""
    found = queries.publication_by_slug(session(), slug)
    member = policies_publications.may_read_circulars(session(), g.me.party_id, clock.today())
    if found is None or found.publication.scope != "MEMBERS" or not member:
        abort(404)
    if found.gone or found.text is None:
        abort(410)
    return found, queries_respondents.copies(session(), g.me.party_id, [found.publication.id]).get(found.publication.id)
