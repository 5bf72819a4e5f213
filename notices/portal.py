"""Portal pages of official documents: a party's inbox of notices, opening them, asking for paper."""

from functools import partial

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock, keyset
from core.db import session, transaction
from core.errors import Erased
from core.web import blueprint
from core.words import _
from filestore.downloads import served
from notices import alerts, forms, queries, serving, unopened
from notices.kinds import KINDS
from registry import remaining
from registry.queries import account_name

bp = blueprint("notices_portal", __name__, audience="portal", prefix="/portal/notices")


@bp.get("/")
def inbox() -> ResponseReturnValue:
    """Every notice that reached the party, newest first."""
    found = queries.inbox(session(), g.me.party_id, keyset.place_of(request.args))
    begins = unopened.of_documents(session(), found.counts, unopened.served_at_latest(session(), g.me.party_id))
    left = partial(remaining.in_words, session())
    return render_template("notices/inbox.html", found=found, kinds=KINDS, begins=begins, left=left)


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One notice: what it is, when it was served, which clocks it started."""
    document = queries.document(session(), number) or abort(404)
    service = queries.service_of(session(), number) or abort(404)
    clocks = queries.clocks_of(session(), document)
    days = unopened.served_at_latest(session(), g.me.party_id)
    return render_template(
        "notices/portal_notice.html",
        document=document,
        service=service,
        opener=account_name(session(), service.opened_by),
        successor=queries.successor(session(), document),
        kind=KINDS[document.kind],
        clocks=clocks,
        begins=unopened.latest(session(), clocks, days),
        deemed=days.get(number),
        waits=queries.waits_of(session(), service),
        form=forms.OpenForm(),
        electronic=queries.reachable_online(session(), service),
        link=queries.link_to(document),
        since=queries.since(session(), document),
    )


@bp.post("/<int:number>/open")
def open_(number: int) -> ResponseReturnValue:
    """Open the PDF; the opening is recorded, and serves it."""
    service = queries.service_of(session(), number) or abort(404)
    with transaction() as at:
        serving.open_(at, service.id, actor=g.me, now=clock.now())
    flash(_("The notice is open and its receipt is recorded."))
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/received")
def received(number: int) -> ResponseReturnValue:
    """Say that this notice has arrived on paper, which serves it and no other."""
    service = queries.service_of(session(), number) or abort(404)
    with transaction() as at:
        now_served = serving.received(at, service.id, actor=g.me, now=clock.now())
    flash(
        _("The receipt is recorded. The periods named in the letter count from tomorrow.")
        if now_served
        else _("The receipt was recorded already; its day stands at the letter.")
    )
    return redirect(queries.link_to(service.document) or url_for(".show", number=number), 303)


@bp.post("/<int:number>/paper")
def ask_paper(number: int) -> ResponseReturnValue:
    """Ask for a paper copy besides electronic service."""
    service = queries.service_of(session(), number) or abort(404)
    with transaction() as at:
        alerts.ask_paper(at, service.id, actor=g.me, now=clock.now())
    flash(_("A paper copy will be sent."))
    return redirect(url_for(".show", number=number), 303)


@bp.get("/<int:number>.pdf")
def pdf(number: int) -> ResponseReturnValue:
    """The PDF of a notice that was served."""
    document = queries.document(session(), number) or abort(404)
    if document.erased_at is not None:
        raise Erased
    service = queries.service_of(session(), number)
    if document.pdf_sha256 is None or service is None or service.state != "SERVED" or service.unread:
        return redirect(url_for(".show", number=number))
    return served(document.pdf_sha256, f"{document.ref}.pdf", "application/pdf", inline=True)
