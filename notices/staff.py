"""Staff pages of official documents: one document with its service, and what must be served on paper."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock, files
from core.db import session, transaction
from core.downloads import served
from core.web import blueprint
from core.words import LazyString, _
from notices import alerts, circulars, forms, queries, serving
from notices.documents import recipient_of
from notices.kinds import KINDS
from notices.models import Document, Service
from notices.papers import Head, Paper
from notices.states import SERVICE

bp = blueprint("notices_staff", __name__, audience="staff", prefix="/staff/notices")


@bp.get("/")
def to_serve() -> ResponseReturnValue:
    """What waits for a person: paper to be handed over or posted, documents that could not be rendered."""
    after = request.args.get("after", type=int)
    rows, more = queries.to_serve(session(), after)
    names = {each.id: recipient_of(session(), each) for each in rows if each.complaint_id is None}
    return render_template("notices/to_serve.html", services=rows, names=names, more=more, kinds=KINDS)


@bp.route("/<int:number>", methods=["GET", "POST"])
def show(number: int) -> ResponseReturnValue:
    """One document: its text as frozen, its PDF, its way to each recipient; a step of service is noted here."""
    document = queries.document(session(), number) or abort(404)
    service = _chosen(document)
    form = forms.StepForm(version=service.version if service else None)
    form.step.choices = _steps(service)
    if service is not None and form.validate_on_submit():
        _note(service.id, form)
        flash(_("Noted."))
        return redirect(url_for(".show", number=number, service=request.args.get("service")), 303)
    frozen = document.paper
    return render_template(
        "notices/staff_notice.html",
        document=document,
        service=service,
        kind=KINDS[document.kind],
        paper=Paper.from_json(frozen["paper"]),
        head=Head.from_json(frozen["head"]),
        clocks=queries.clocks_of(session(), document),
        form=form,
        notes=g.me.has(*alerts.NOTING),
        link=queries.link_to(document),
        readers=circulars.readers(session(), number) if len(document.services) > 1 else [],
    ), (422 if form.is_submitted() else 200)


def _steps(service: Service | None) -> list[tuple[str, str | LazyString]]:
    """What can be noted of a service as it stands, by whoever looks."""
    if service is None or not g.me.has(*alerts.NOTING):
        return []
    return [
        (event, text)
        for event, text in forms.STEPS
        if SERVICE.row(service.state, event) is not None and (event not in forms.OF_THE_HEAD or g.me.has("head"))
    ]


def _note(number: int, form: forms.StepForm) -> None:
    said = {"position": form.position.data, "relation": form.relation.data, "place": form.location.data}
    with transaction(once=form.key.data) as at:
        if form.step.data == alerts.BOUNCE:
            alerts.bounced(at, serving.held(at, number, form.version.data), clock.now(), noted_by=g.me)
            return
        if form.file.data:
            kept = files.keep(at, form.file.data[0].stream, form.file.data[0].filename)
            said |= {"file": kept.sha256, "file_name": kept.name, "file_type": kept.media_type}
        serving.step(
            at,
            number,
            form.step.data or "",
            actor=g.me,
            now=clock.now(),
            version=form.version.data,
            served_on=form.served_on.data,
            receiver=form.receiver.data,
            slip_no=form.slip_no.data,
            reason=form.reason.data,
            proof={name: text for name, text in said.items() if text},
        )


@bp.post("/<int:number>/paper-sent")
def paper_sent(number: int) -> ResponseReturnValue:
    """The paper copy that the recipient asked for has left."""
    document = queries.document(session(), number) or abort(404)
    service = _chosen(document) or abort(404)
    with transaction() as at:
        alerts.paper_sent(at, service.id, actor=g.me, now=clock.now())
    flash(_("Noted."))
    return redirect(url_for(".show", number=number, service=request.args.get("service")), 303)


@bp.get("/<int:number>/receipt")
def receipt(number: int) -> ResponseReturnValue:
    """The signed receipt, slip or recording that was handed in with a step."""
    document = queries.document(session(), number) or abort(404)
    service = _chosen(document) or abort(404)
    told = service.proof or {}
    if "file" not in told:
        abort(404)
    return served(told["file"], told["file_name"], told["file_type"])


def _chosen(document: Document) -> Service | None:
    """The way to its recipient; of what every member gets, the one that the address names."""
    named = request.args.get("service", type=int)
    if named is None:
        return document.services[0] if len(document.services) == 1 else None
    return next((each for each in document.services if each.id == named), None) or abort(404)


@bp.get("/<int:number>.pdf")
def pdf(number: int) -> ResponseReturnValue:
    """The PDF as issued."""
    document = queries.document(session(), number) or abort(404)
    if document.pdf_sha256 is None:
        return redirect(url_for(".show", number=number))
    return served(document.pdf_sha256, f"{document.ref}.pdf", "application/pdf", inline=True)
