"""Portal pages of material between an institution and its own firm: asked, written together, sent, taken over."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import respondents_clocks, shared_drafts
from casework.models_cases import CaseTrack
from core import clock, keyset
from core.actors import Actor
from core.db import session, transaction
from core.errors import BadInput, Refused
from core.plainly import day, days_left, urgency
from core.web import blueprint
from core.words import _, language
from filestore.downloads import served
from portal import forms_materials as forms
from portal import (
    materials,
    places,
    portal_panels,
    portal_receipts,
    portal_writing,
    queries_materials,
    queries_portal,
)
from portal import policies_materials as policies
from portal.forms_portal import SendWrittenForm
from portal.models_materials import MaterialFile, MaterialRequest
from portal.policies_materials import Matter
from portal.portal_panels import Panel
from portal.queries_portal import File
from registry.policies import leads

bp = blueprint("portal_materials", __name__, audience="portal", prefix="/portal/materials")
MATTERS = {"forwarding": queries_portal.forwarding, "track": queries_portal.track}
SHOW_MATTER = {"forwarding": "portal_forwardings.show", "track": "portal_tracks.show"}
WRITE = {"forwarding": "portal_forwardings.answer", "track": "portal_tracks.explain"}


@bp.get("/")
def index() -> ResponseReturnValue:
    """What the company asked its firms for or was asked for, newest first."""
    page = session(), g.me.party_id, keyset.place_of(request.args)
    wanted = queries_materials.still_wanted([each.id for each in queries_materials.listed(*page)[0] if _is_open(each)])
    found, part = queries_materials.listed(*page)
    return render_template("portal/portal_materials.html", found=found, part=part, me=g.me.party_id, wanted=wanted)


def _is_open(it: MaterialRequest) -> bool:
    return it.state == "OPEN"


@bp.route("/ask/<any('forwarding', 'track'):kind>/<int:number>", methods=["GET", "POST"])
def ask(kind: str, number: int) -> ResponseReturnValue:
    """Ask one's own firm, in one's own matter."""
    matter = _matter(kind, number)
    form = forms.AskForm()
    firms = queries_materials.own_firms(session(), matter.party_id)
    form.firm.choices = [("", "—"), *((str(each.id), each.name(language())) for each in firms)]
    last = policies.own_day(policies.own_periods(session(), matter))
    if last is not None:
        usual, latest = clock.today() + timedelta(days=7), last - timedelta(days=1)
        form.due_on.like(max(clock.today(), min(usual, latest)))
    if not form.validate_on_submit():
        page = render_template(
            "portal/portal_material_ask.html",
            it=matter,
            back=url_for(SHOW_MATTER[kind], number=number),
            form=form,
            firms=firms,
            period=next(iter(policies.own_periods(session(), matter)), None),
            length=respondents_clocks.length,
            refused=list(policies.asking(session(), matter, g.me, clock.today())),
        )
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        mine = policies.matter_of(at, kind, number) or abort(404)
        given: dict[str, Any] = {"text": form.asked.data or "", "due_on": form.due_on.data}
        made = materials.ask(at, mine, firm_id=int(form.firm.data or 0), actor=g.me, now=clock.now(), **given).id
    flash(_("Your firm has been asked; its people get an email."))
    return redirect(url_for(".show", number=made), 303)


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One request, as this side of it reads it."""
    return _page(_one(number))


def _page(
    it: MaterialRequest, *, sent: forms.TakeOverForm | None = None, back: forms.TakeBackForm | None = None
) -> str:
    ours = it.institution_id == g.me.party_id
    ended = _ended(it) if _is_open(it) else []
    take, back = sent or forms.TakeOverForm(prefix="take"), back or forms.TakeBackForm(prefix="back")
    take.files.choices = [(str(each.id), each.name) for each in it.files]
    if ours and take.untouched:
        take.text.data = it.answer
        take.files.data = [str(each.id) for each in it.files]
    matter = MATTERS[it.subject_kind](session(), it.subject_id, g.me.party_id) if ours else None
    left = not ours and (ended or not _is_open(it))
    back.version.data = it.version
    return render_template(
        "portal/portal_material.html",
        it=it,
        ours=ours,
        lead=leads(g.me, g.me.party_id),
        matter=matter,
        goes_on=matter is not None and policies.goes_on(matter),
        matter_url=url_for(SHOW_MATTER[it.subject_kind], number=it.subject_id),
        write_url=url_for(WRITE[it.subject_kind], number=it.subject_id),
        ended=ended,
        clocks=[] if ended else _clocks(it),
        begun=portal_writing.begun(
            places.material(it),
            portal_writing.together(leads=leads(g.me, g.me.party_id)),
            _("Write the answer"),
        ),
        left=portal_writing.draft(places.material(it)) if left else None,
        take=take,
        back=back,
    )


def _clocks(it: MaterialRequest) -> list[dict[str, Any]]:
    """Until when the institution waits for its firm: a day it chose itself, so there is no clock in the database."""
    if not _is_open(it):
        return []
    text = _("until %(day)s, 24:00", day=day(it.due_on, "long"))
    tone, note = urgency(it.due_on), days_left(it.due_on)
    return [{"title": _("Answer to the institution"), "text": text, "tone": tone, "note": note}]


@bp.route("/<int:number>/answer", methods=["GET", "POST"])
def answer(number: int) -> ResponseReturnValue:
    """Write the answer, as the firm's people together."""
    it = _asked_of_us(number)
    desk = portal_writing.desk(forms.MaterialForm, places.material(it), version=it.version)
    if act := portal_writing.kept(desk):
        portal_writing.say_kept(act)
        return redirect(url_for(".check" if act == portal_writing.LOOK else ".show", number=number), 303)
    shown = {"desk": desk, "form": desk.form, "ended": _ended(it), "clocks": _clocks(it)}
    page = render_template("portal/portal_material_write.html", it=it, **shown)
    return page, desk.form.status_code


@bp.route("/<int:number>/answer/check", methods=["GET", "POST"])
def check(number: int) -> ResponseReturnValue:
    """Look at the answer; the firm's lead then sends it."""
    it = _asked_of_us(number)
    draft = portal_writing.draft(places.material(it))
    form = SendWrittenForm(version=it.version, seen=draft.number)
    del form.warned
    if not form.validate_on_submit():
        portal_writing.overtaken(places.material(it), form)
        if not draft.number and not form.is_submitted():
            return redirect(url_for(".answer", number=number))
        form.seen.data = draft.number
        with transaction() as at:
            refused = list(policies.answering(at, at.get_one(MaterialRequest, number), g.me))
        shown = {"draft": draft, "form": form, "refused": refused, "ended": _ended(it), "clocks": _clocks(it)}
        page = render_template("portal/portal_material_check.html", it=it, **shown)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        said = shared_drafts.held(at, places.material(it), seen=form.seen.data or 0, actor=g.me)
        given: dict[str, Any] = {"text": said.fields.get("text", ""), "files": said.evidence()}
        mine = at.get_one(MaterialRequest, number)
        materials.answer(at, mine, actor=g.me, version=form.version.data, now=clock.now(), **given)
        shared_drafts.drop(at, places.material(it), actor=g.me)
    flash(_("Your answer is with the institution."))
    return redirect(url_for(".show", number=number), 303)


@bp.get("/<int:number>/receipts/answer.pdf")
def receipt(number: int) -> ResponseReturnValue:
    """The firm's receipt of its answer; the institution does not read who of the firm answered."""
    it = _asked_of_us(number)
    if it.answered_at is None or it.answer is None:
        abort(404)
    sent = portal_receipts.Sent(
        title=_("Receipt of material"),
        ref=it.ref,
        at=it.answered_at,
        by=portal_receipts.sender("material", it.id, it.answered_at),
        pairs=[portal_receipts.in_time(late=clock.day_of(it.answered_at) > it.due_on)],
        texts=[(portal_receipts.text_digest(), it.answer)],
        files=[_sent(each, it) for each in it.files],
        to=it.institution.name(language()),
        check=_(
            "It bears no seal: the institution reads the same text and files under this number. The association does "
            "not read them."
        ),
    )
    return portal_receipts.made(sent)


def _sent(file: MaterialFile, it: MaterialRequest) -> File:
    return File(file.id, file.name, file.sha256, file.media_type, file.size, it.answered_at or it.asked_at)


@bp.post("/<int:number>/take")
def take(number: int) -> ResponseReturnValue:
    """Take parts over into the draft of the institution's own answer."""
    it = _one(number)
    form = forms.TakeOverForm(prefix="take")
    form.files.choices = [(str(each.id), each.name) for each in it.files]
    if it.institution_id != g.me.party_id:
        abort(404)
    if not form.validate_on_submit():
        return _page(it, sent=form), 422
    with transaction(once=form.key.data) as at:
        mine, chosen = at.get_one(MaterialRequest, number), [int(each) for each in form.files.data or []]
        materials.take_over(at, mine, text=form.text.data or "", files=chosen, actor=g.me, now=clock.now())
    flash(_("Taken over into the draft of your answer."))
    return redirect(url_for(WRITE[it.subject_kind], number=it.subject_id), 303)


@bp.post("/<int:number>/aside")
def put_aside(number: int) -> ResponseReturnValue:
    """Put the answer aside, since the institution needs nothing of it."""
    it = _one(number)
    if it.institution_id != g.me.party_id:
        abort(404)
    version = request.form.get("version", type=int)
    with transaction(once=request.form.get("key")) as at:
        materials.put_aside(at, at.get_one(MaterialRequest, number), actor=g.me, version=version, now=clock.now())
    flash(_("Put aside: it no longer waits for you, and can still be read."))
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/back")
def take_back(number: int) -> ResponseReturnValue:
    """Take the institution's request back."""
    it = _one(number)
    form = forms.TakeBackForm(prefix="back", version=it.version)
    if it.institution_id != g.me.party_id:
        abort(404)
    if not form.validate_on_submit():
        return _page(it, back=form), 422
    with transaction(once=form.key.data) as at:
        mine = at.get_one(MaterialRequest, number)
        given = {"actor": g.me, "version": form.version.data, "now": clock.now()}
        materials.withdraw(at, mine, why=form.why.data or "", **given)
    flash(_("Taken back; your firm is told."))
    return redirect(url_for(".show", number=number), 303)


@bp.get("/<int:number>/files/<int:which>")
def file(number: int, which: int) -> ResponseReturnValue:
    """A file of the answer, for the two sides only."""
    found = queries_materials.file(session(), which, _one(number).id) or abort(404)
    return served(found.sha256, found.name, found.media_type)


def action(at: Session, matter: Matter, actor: Actor) -> list[dict[str, Any]]:
    """The offer to ask one's own firm, if the company has one and its matter goes on."""
    if not policies.goes_on(matter) or not queries_materials.own_firms(at, matter.party_id):
        return []
    return [
        {
            "title": _("Ask your own firm for material"),
            "note": _("With a day before your own; the firm reads your text and nothing else of the matter."),
            "url": url_for("portal_materials.ask", kind=policies.kind_of(matter), number=matter.id),
            "button": _("Ask the firm…"),
            "refused": list(policies.asking(at, matter, actor, clock.today())),
            "seldom": True,
        }
    ]


@portal_panels.offer
def of_track(at: Session, it: CaseTrack, actor: Actor) -> list[dict[str, Any]]:
    """The offer to ask one's own firm, on the page of a case."""
    return action(at, it, actor)


@portal_panels.panel
def asked_in_track(at: Session, it: CaseTrack, _actor: Actor) -> Panel | None:
    """What was asked of the company's firms in this case."""
    found = queries_materials.of_matter(at, it)
    return Panel("portal/portal_materials_card.html", {"materials": found}) if found else None


def _one(number: int) -> MaterialRequest:
    return queries_materials.one(session(), number, g.me.party_id) or abort(404)


def _asked_of_us(number: int) -> MaterialRequest:
    it = _one(number)
    return it if it.firm_id == g.me.party_id else abort(404)


def _matter(kind: str, number: int) -> Matter:
    return MATTERS[kind](session(), number, g.me.party_id) or abort(404)


def _ended(it: MaterialRequest) -> list[Refused]:
    """Why no answer is needed any more; read as the system, since the firm cannot see the matter behind it."""
    with transaction() as at:
        found = list(policies.still_wanted(at, at.get_one(MaterialRequest, it.id)))
    return [each for each in found if not isinstance(each, BadInput)]
