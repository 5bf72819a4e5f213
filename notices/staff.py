"""Staff pages of official documents: one document with its service, and what must be served on paper."""

from functools import partial

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock, keyset
from core.db import session, transaction
from core.errors import Erased
from core.web import blueprint
from core.words import _, language
from filestore.downloads import served
from notices import (
    alerts,
    approvals,
    circulars,
    forms,
    names_hidden,
    policies,
    policies_reading,
    queries,
    queries_serving,
    step_notes,
    trying_again,
    unopened,
)
from notices.documents import recipient_of
from notices.kinds import KINDS
from notices.models import Document, Service, ServiceStep
from notices.states import SERVICE
from registry import queries as register
from registry import remaining
from registry.models import Party

bp = blueprint("notices_staff", __name__, audience="staff", prefix="/staff/notices")


@bp.get("/")
def to_serve() -> ResponseReturnValue:
    """What waits for a person: paper to hand over or post, documents that could not be rendered."""
    if not policies_reading.may_list(g.me):
        abort(403)
    place = keyset.place_of(request.args)
    rows, part = queries_serving.to_serve(session(), place)
    if not rows and place != keyset.BEGINNING:
        return redirect(url_for(".to_serve"))
    parties = queries_serving.parties_of(session(), rows)
    names = {each.id: _recipient(each, parties.get(each.party_id or 0)) for each in rows if each.complaint_id is None}
    by = queries_serving.serve_by(session(), rows)
    told = {
        "names": names,
        "by": by,
        "over": queries_serving.days_over(session(), rows),
        "left": partial(remaining.in_words, session()),
    }
    return render_template("notices/to_serve.html", services=rows, part=part, kinds=KINDS, **told)


def _recipient(service: Service, party: Party | None) -> str:
    """The recipient in the reader's language; one that is not in the register, as the document names it."""
    return party.name(language()) if party is not None else recipient_of(session(), service)


@bp.route("/<int:number>", methods=["GET", "POST"])
def show(number: int) -> ResponseReturnValue:
    """A document: its frozen text, its PDF, its way to each recipient; steps of service are noted here."""
    document = _document(number)
    service = _chosen(document)
    form = forms.StepForm(version=service.version if service else None)
    form.step.choices = step_notes.steps_of(session(), service, g.me) if service else []
    if service is not None and form.validate_on_submit():
        with transaction(once=form.key.data) as at:
            waits = step_notes.note(at, service.id, form, actor=g.me, now=clock.now())
        flash(str(approvals.WAITS) if waits else _("Noted."))
        return redirect(url_for(".show", number=number, service=request.args.get("service")), 303)
    asked = {name for step, _text in form.step.choices for name in forms.TOLD.get(step, ())}
    counts, hide = queries.clocks_of(session(), document), _veil(document)
    proofs = policies_reading.may_read_proofs(session(), document, g.me)
    steps = queries_serving.steps_of(session(), service.id) if service is not None and proofs else []
    head, paper = names_hidden.shown(document, hide)
    return render_template(
        "notices/staff_notice.html",
        document=document,
        service=service,
        successor=_successor(document),
        kind=KINDS[document.kind],
        paper=paper,
        head=head,
        hidden=hide is not None,
        hide=lambda text: hide(text) if hide is not None and text else text,
        clocks=counts,
        begins=unopened.latest(session(), counts, unopened.awaited_by(session(), counts)),
        waits=queries.waits_of(session(), service) if service is not None else [],
        form=form,
        asked=asked,
        publicly=_publicly(service),
        notes=policies.may_note(g.me),
        others_note=service is not None and service.state not in SERVICE.ends and not policies.may_hand_over(g.me),
        over=unopened.over_before(session(), document, service) if service is not None else None,
        given_up=trying_again.given_up(session(), document),
        link=queries.link_to(document),
        readers=circulars.readers(session(), number) if len(document.services) > 1 else [],
        proofs=proofs,
        steps=steps,
        done=dict(forms.STEPS),
        people=register.account_names(session(), [each.noted_by for each in steps]) if steps else {},
        lists=policies_reading.may_list(g.me) and (service is None or service.state not in SERVICE.ends),
    ), form.status_code


@bp.post("/<int:number>/open")
def open_it(number: int) -> ResponseReturnValue:
    """Show the whole of a paper that tells who complains; the journal notes who looked."""
    document = _document(number)
    with transaction(once=request.form.get("key")) as at:
        names_hidden.open_it(at, at.get_one(Document, document.id), actor=g.me, now=clock.now())
    return redirect(url_for(".show", number=number, service=request.args.get("service")), 303)


@bp.post("/<int:number>/try-again")
def try_again(number: int) -> ResponseReturnValue:
    """Try again what was given up about the document."""
    document = _document(number)
    with transaction(once=request.form.get("key")) as at:
        trying_again.once_more(at, at.get_one(Document, document.id), actor=g.me, now=clock.now())
    flash(_("It is tried again; look again in a moment."))
    return redirect(url_for(".show", number=number, service=request.args.get("service")), 303)


@bp.post("/<int:number>/paper-sent")
def paper_sent(number: int) -> ResponseReturnValue:
    """Note that the paper copy asked for has left."""
    document = _document(number)
    service = _chosen(document) or abort(404)
    with transaction() as at:
        alerts.paper_sent(at, service.id, actor=g.me, now=clock.now())
    flash(_("Noted."))
    return redirect(url_for(".show", number=number, service=request.args.get("service")), 303)


@bp.get("/<int:number>/receipt")
def receipt(number: int) -> ResponseReturnValue:
    """The signed receipt, slip or recording handed in: that of the service, or that of one step of it."""
    document = _document(number)
    if not policies_reading.may_read_proofs(session(), document, g.me):
        abort(403)
    service = _chosen(_opened(document)) or abort(404)
    told = service.proof or {}
    if (wanted := request.args.get("step", type=int)) is not None:
        told = next((_file_of(it) for it in queries_serving.steps_of(session(), service.id) if it.id == wanted), {})
    if "file" not in told:
        abort(404)
    return served(told["file"], told["file_name"], told["file_type"])


def _file_of(step: ServiceStep) -> dict[str, str]:
    """The file that came with a step, named as in the receipt."""
    return {**step.said, "file": step.sha256} if step.sha256 is not None else {}


def _publicly(service: Service | None) -> bool:
    """Whether a public notice is the way that is left, which only the head can choose."""
    if service is None or service.party_id is None or service.state != "UNDELIVERED":
        return False
    return len(service.failed_ways) >= policies.TWO_WAYS


def _successor(document: Document) -> Document | None:
    found = queries.successor(session(), document)
    return found if found is not None and policies_reading.may_read(session(), found, g.me) else None


def _document(number: int) -> Document:
    it = queries.document(session(), number) or abort(404)
    if not policies_reading.may_read(session(), it, g.me):
        abort(403)
    return it


def _veil(document: Document) -> names_hidden.Veil | None:
    return names_hidden.veil(session(), document, g.me, clock.now())


def _opened(document: Document) -> Document:
    """A paper that this reader may see whole; whoever has not opened what tells of a person is asked to."""
    if _veil(document) is not None:
        abort(redirect(url_for(".show", number=document.id, service=request.args.get("service"))))
    return document


def _chosen(document: Document) -> Service | None:
    """The service to its recipient; for what every member gets, the one named by the address."""
    named = request.args.get("service", type=int)
    if named is None:
        return document.services[0] if len(document.services) == 1 else None
    return next((each for each in document.services if each.id == named), None) or abort(404)


@bp.get("/<int:number>.pdf")
def pdf(number: int) -> ResponseReturnValue:
    """The PDF as issued."""
    document = _document(number)
    if document.erased_at is not None:
        raise Erased
    if document.pdf_sha256 is None:
        return redirect(url_for(".show", number=number))
    _opened(document)
    return served(document.pdf_sha256, f"{document.ref}.pdf", "application/pdf", inline=True)
