"""Portal pages of forwardings: what waits for a company, a forwarding, its answer, more time, files."""

from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import forwardings, queries_answering, respondents_clocks, settlements, shared_drafts
from casework import policies_forwardings as policies
from casework.models import Complaint, Forwarding, Settlement
from casework.states import FORWARDING
from core import clock, keyset
from core.db import session, transaction
from core.errors import BadInput, NotNow, Refused
from core.machine import Ask
from core.web import blueprint
from core.words import _, joined, language
from filestore import files
from filestore.downloads import served
from notices import unopened
from notices.kinds import KINDS
from portal import (
    answer_points,
    places,
    portal_materials,
    portal_writing,
    queries_materials,
    queries_portal,
    queries_waiting,
)
from portal import forms_portal as forms
from portal import labels_portal as labels
from registry import queries as register
from registry.clock_moves import live
from registry.policies import leads

bp = blueprint("portal_forwardings", __name__, audience="portal", prefix="/portal")

STATES = {"open": ("SENT", "OVERDUE", "RETURNED"), "answered": ("ANSWERED", "RELEASED"), "ended": ("CLOSED",)}


@bp.get("/")
def home() -> ResponseReturnValue:
    """What waits for the company, the most urgent first."""
    things = queries_waiting.waiting(session(), g.me.party_id)
    with transaction() as at:
        drafts = shared_drafts.begun(at, [each.place for each in things if each.place], actor=g.me)
    return render_template(
        "portal/portal_home.html",
        drafts=drafts,
        groups=queries_waiting.grouped(things, clock.today()),
        most=queries_waiting.SHOWN,
        address=register.service_address(session(), g.me.party_id or 0),
        lead=leads(g.me, g.me.party_id),
        length=respondents_clocks.length,
        remaining=partial(respondents_clocks.left, session()),
    )


@bp.get("/forwardings/")
def index() -> ResponseReturnValue:
    """All forwardings of the company, newest first."""
    state = request.args.get("state", "")
    place = keyset.place_of(request.args)
    waits = queries_waiting.first_by_ref(session(), g.me.party_id)
    found, part = queries_portal.forwardings(session(), g.me.party_id, states=STATES.get(state, ()), place=place)
    return render_template(
        "portal/portal_forwardings.html",
        found=found,
        part=part,
        state=state,
        waits=waits,
        length=respondents_clocks.length,
        remaining=partial(respondents_clocks.left, session()),
    )


@bp.get("/forwardings/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One forwarding: what is asked, by when, what was answered, what can be done now."""
    it = _forwarding(number)
    return _page(it, _terms_form(it), forms.AgreeForm(prefix="agree"))


def _forwarding(number: int) -> Forwarding:
    return queries_portal.forwarding(session(), number, g.me.party_id) or abort(404)


def _page(it: Forwarding, terms: forms.TermsForm, agree: forms.AgreeForm) -> str:
    checks = it.state in {"ANSWERED", "RETURNED"}
    theirs = respondents_clocks.theirs("K35", (FORWARDING.name, it.id)) if checks else ""
    found = queries_portal.asked(session(), it)
    _say_what_changed(found.terms, terms, agree)
    terms.read.data = 0
    if found.terms is not None:  # even after a refusal the page shows the present terms
        agree.terms.data, terms.read.data = found.terms.terms, found.terms.turn
    days = unopened.served_at_latest(session(), it.party_id) if found.letter else {}
    strangers = [each.answer.submitted_by for each in found.answers if not each.author]
    return render_template(
        "portal/portal_forwarding.html",
        found=found,
        others=_companies_of(strangers) if strangers else {},
        deemed=days.get(found.letter.document.id) if found.letter else None,
        it=it,
        alleged=[each.name(language()) for each in found.codes],
        kinds=KINDS,
        now=joined(labels.forwarding_now(it), theirs),
        in_time_until=queries_answering.still(session(), it, clock.today()),
        clocks=respondents_clocks.cards(session(), found.clocks),
        actions=_actions(it),
        materials=queries_materials.of_matter(session(), it),
        requests=[] if it.erased else labels.requests(it.time_requests),
        terms=terms,
        agree=agree,
        agreed=found.terms is not None and str(it.party_id) in found.terms.confirmed,
        others_agreed=len(found.terms.confirmed.keys() - {str(it.party_id)}) if found.terms is not None else 0,
        lead=leads(g.me, g.me.party_id),
    )


def _say_what_changed(stands: Settlement | None, terms: forms.TermsForm, agree: forms.AgreeForm) -> None:
    """A form that comes back bears the terms as they stand now: where it was sent for others, it says so."""
    if g.get("refused") is not None:  # the page says already what was wrong
        return
    if agree.is_submitted():
        agree.form_errors += settlements.changed_since(stands, terms=agree.terms.data or "")
    if terms.is_submitted():
        terms.form_errors += settlements.changed_since(stands, read=terms.read.data)


def _terms_form(it: Forwarding) -> forms.TermsForm:
    """The person reads terms as written: whoever is not the debtor must learn nothing of the debt from them."""
    form = forms.TermsForm(prefix="terms")
    if it.debtor:
        del form.warned
    if not it.identity:
        form.terms.label.text = _("What do you offer?")
    return form


def _companies_of(strangers: list[int | None]) -> dict[int, str]:
    """For whom these people work, read as the system: a company reads nobody else's people."""
    with transaction() as inside:
        return {number: by.name(language()) for number, by in register.companies_of(inside, strangers).items()}


def _actions(it: Forwarding) -> list[dict[str, Any]]:
    """What this reader can do now; what is impossible says why."""
    offered = (
        (
            "answer",
            ".answer",
            _("Answer"),
            portal_writing.together(leads=False),
            _("Write the answer"),
        ),
        ("ask_time", ".more_time", _("Ask for more time"), "", _("Ask for more time")),
        ("not_ours", ".not_ours", _("Return it"), _("Where it does not concern your company."), _("Not ours")),
    )
    found = []
    for event, endpoint, title, note, button in offered:
        if event == "answer" and FORWARDING.row(it.state, event) is None:
            found += _left(it)
        if FORWARDING.row(it.state, event) is None or (it.round and event != "answer"):
            continue
        drafts = event == "answer" and not policies.may_answer(g.me, it)
        refused = [] if drafts else _refusals(it, event)
        url = url_for(endpoint, number=it.id)
        words = {"note": note, "button": button}
        if event == "answer":
            words = portal_writing.begun(places.answer(it), note, button)
        found.append({"title": title, "url": url, "refused": refused, **words})
    return [*found, *portal_materials.action(session(), it, g.me)]


def _left(it: Forwarding) -> list[dict[str, Any]]:
    """What was written and can no longer be sent: it may be needed for what comes next."""
    draft = portal_writing.draft(places.answer(it))
    if not draft.number:
        return []
    url, note = url_for(".answer", number=it.id), joined(portal_writing.told(draft), _("It was not sent."))
    return [{"title": _("The answer that was begun"), "url": url, "refused": [], "note": note, "button": _("Read it")}]


def _refusals(it: Forwarding, event: str) -> list[Refused]:
    """Why it cannot be done, apart from what has still to be written."""
    if FORWARDING.row(it.state, event) is None:
        return [NotNow(labels.forwarding_now(it))]
    refused = FORWARDING.refusals(Ask(session(), it, g.me, {}, clock.now()), event)
    return [each for each in refused if not isinstance(each, BadInput)]


@bp.route("/forwardings/<int:number>/answer", methods=["GET", "POST"])
def answer(number: int) -> ResponseReturnValue:
    """Write the answer, together with colleagues."""
    it = _forwarding(number)
    points = _points(it)
    desk = portal_writing.desk(answer_points.answer_form(points), places.answer(it), version=it.version)
    possible = FORWARDING.row(it.state, "answer") is not None
    if request.method == "GET" and not possible and not desk.draft.number:
        return redirect(url_for(".show", number=number))
    if act := portal_writing.kept(desk):
        portal_writing.say_kept(act)
        return redirect(url_for(".check" if act == portal_writing.LOOK else ".show", number=number), 303)
    found = queries_portal.asked(session(), it)
    if it.round:
        desk.form.to_complainant.description = _(
            "Write it so that it stands by itself: the association hands on this text, and adds nothing of your "
            "earlier answer to it."
        )
    page = render_template(
        "portal/portal_answer.html",
        found=found,
        alleged=[each.name(language()) for each in found.codes],
        points=[answer_points.name_of(code) for code, _words in points],
        it=it,
        desk=desk,
        form=desk.form,
        possible=possible,
        now=labels.forwarding_now(it),
        in_time_until=queries_answering.still(session(), it, clock.today()),
        clocks=respondents_clocks.cards(session(), found.clocks),
        materials=queries_materials.of_matter(session(), it),
        refused=_refusals(it, "answer") if possible else [],
    )
    return page, desk.form.status_code


@bp.route("/forwardings/<int:number>/answer/check", methods=["GET", "POST"])
def check(number: int) -> ResponseReturnValue:
    """Look at the answer as it will be read, then send it."""
    it = _forwarding(number)
    draft = portal_writing.draft(places.answer(it))
    form = answer_points.sending_form(_points(it), draft.fields)(version=it.version, seen=draft.number)
    if it.debtor:
        del form.warned
    if not form.validate_on_submit():
        portal_writing.overtaken(places.answer(it), form)
        return _look(it, draft, form)
    with transaction(once=form.key.data) as at:
        said = shared_drafts.held(at, places.answer(it), seen=form.seen.data or 0, actor=g.me)
        forwardings.answer(
            at,
            at.get_one(Forwarding, number),
            outcome=said.fields.get("outcome", ""),
            to_association=answer_points.sent(_points(it), said.fields),
            to_complainant=said.fields.get("to_complainant", ""),
            files=said.evidence(),
            stamped=said.evidence("stamped"),
            actor=g.me,
            version=form.version.data,
            now=clock.now(),
        )
        shared_drafts.drop(at, places.answer(it), actor=g.me)
    flash(_("The answer is sent. Its receipt is recorded with today's date."))
    return redirect(url_for(".show", number=number), 303)


def _points(it: Forwarding) -> list[answer_points.Point]:
    """What is alleged, or in a further round the open points, once the letter that says so was opened."""
    found = queries_portal.asked(session(), it)
    if it.round and it.gaps:
        open_points = [] if found.letter else it.gaps.splitlines()
        return [(f"open-{number}", point) for number, point in enumerate(open_points, 1)]
    return [(each.code, each.name(language())) for each in found.codes] if found.opened else []


def _look(it: Forwarding, draft: shared_drafts.SharedDraft, form: forms.SendWrittenForm) -> ResponseReturnValue:
    if not draft.number and not form.is_submitted():
        return redirect(url_for(".answer", number=it.id))
    form.seen.data = draft.number
    page = render_template(
        "portal/portal_answer_check.html",
        it=it,
        draft=draft,
        to_association=answer_points.whole(_points(it), draft.fields),
        form=form,
        clocks=_cards(it),
        materials=queries_materials.of_matter(session(), it),
        refused=[*_refusals(it, "answer"), *form.lacking],
    )
    return page, form.status_code


def _cards(it: Forwarding) -> list[dict[str, Any]]:
    return respondents_clocks.cards(session(), queries_portal.forwarding_clocks(session(), it))


@bp.route("/forwardings/<int:number>/more-time", methods=["GET", "POST"])
def more_time(number: int) -> ResponseReturnValue:
    """Ask for more time, with the reason."""
    it = _forwarding(number)
    form = forms.MoreTimeForm(version=it.version)
    if not form.validate_on_submit():
        page = render_template(
            "portal/portal_more_time.html",
            it=it,
            form=form,
            refused=_refusals(it, "ask_time"),
            steps=policies.steps(session(), it),
            at_most=respondents_clocks.at_most(session(), live(session(), "K03", ("forwarding", it.id))),
            clocks=respondents_clocks.cards(session(), queries_portal.live_clocks(session(), "forwarding", it.id)),
        )
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        found = at.get_one(Forwarding, number)
        forwardings.ask_time(at, found, why=form.why.data or "", actor=g.me, version=form.version.data, now=clock.now())
    flash(_("Your request is with the association. Until it is decided, the end of the period has no effect."))
    return redirect(url_for(".show", number=number), 303)


@bp.route("/forwardings/<int:number>/not-ours", methods=["GET", "POST"])
def not_ours(number: int) -> ResponseReturnValue:
    """Return the forwarding, since it does not concern the company."""
    it = _forwarding(number)
    form = forms.NotOursForm(version=it.version)
    if not form.validate_on_submit():
        refused = _refusals(it, "not_ours")
        page = render_template("portal/portal_not_ours.html", it=it, form=form, refused=refused, clocks=_cards(it))
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        found = at.get_one(Forwarding, number)
        forwardings.not_ours(at, found, why=form.why.data or "", actor=g.me, version=form.version.data, now=clock.now())
    flash(_("It is returned. The association decides whether it accepts that."))
    return redirect(url_for(".show", number=number), 303)


@bp.post("/forwardings/<int:number>/terms")
def propose(number: int) -> ResponseReturnValue:
    """Propose terms to the complainant."""
    it = _forwarding(number)
    form = _terms_form(it)
    if not form.validate_on_submit():
        return _page(it, form, forms.AgreeForm(prefix="agree")), 422
    with transaction(once=form.key.data) as at:
        complaint = at.get_one(Complaint, it.complaint_id)
        warned = "warned" in form and bool(form.warned.data)
        given: dict[str, Any] = {"warned": warned, "read": form.read.data}
        settlements.propose(at, complaint, form.terms.data or "", **given, actor=g.me, now=clock.now())
    flash(_("The terms stand on the complainant's page. The complaint is settled once everybody concerned has agreed."))
    return redirect(url_for(".show", number=number), 303)


@bp.post("/forwardings/<int:number>/agree")
def agree(number: int) -> ResponseReturnValue:
    """Agree to the terms that were read."""
    it = _forwarding(number)
    form = forms.AgreeForm(prefix="agree")
    if not form.validate_on_submit():
        return _page(it, _terms_form(it), form), 422
    with transaction(once=form.key.data) as at:
        complaint = at.get_one(Complaint, it.complaint_id)
        done = settlements.confirm(at, complaint, terms=form.terms.data or "", actor=g.me, now=clock.now())
    flash(_("Everybody concerned has agreed. The complaint is settled.") if done else _("Your agreement is recorded."))
    return redirect(url_for(".show", number=number), 303)


@bp.get("/files/<int:number>")
def file(number: int) -> ResponseReturnValue:
    """A file that this company may have."""
    found = queries_portal.file(session(), number, g.me.party_id) or abort(404)
    sha256 = found.sha256
    if not found.own:
        with transaction() as at:  # a copy made by an earlier stripper is made again
            sha256 = files.stripped(at, sha256).sha256
    return served(sha256, found.name, found.media_type, inline=request.args.get("show") == "1")
