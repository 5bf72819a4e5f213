"""Pages of long jobs: looked at before they start, watched, cancelled, gone on with, their results taken away."""

import re
from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock, keyset
from core.db import session, still_there, transaction
from core.labels import state_label
from core.web import blueprint
from core.words import LazyString, _, _l, language
from filestore.downloads import attached, served
from filestore.sheets_made import CSV, Table, csv_of
from registry import batches, policies, queries_batches
from registry.batches import KINDS
from registry.models_batches import Batch

bp = blueprint("registry_batches", __name__, audience="staff", prefix="/staff/jobs")
Act = Callable[..., object]
CODE = re.compile("[a-z_]{1,30}")
REFRESH = 5
"""So often, in seconds, the page comes anew where no script runs."""
ACTS: dict[str, tuple[Act, LazyString]] = {
    "start": (batches.start, _l("Started. You may leave this page; the work goes on.")),
    "cancel": (batches.cancel, _l("Cancelled. What was done before stays done.")),
    "go-on": (batches.go_on, _l("It goes on with the rest.")),
    "file": (batches.ask_file, _l("The file is being made; come back in a moment.")),
}


@bp.before_request
def only_readers() -> None:
    """Not for those who were only drawn."""
    if not policies.may_open_jobs(g.me):
        abort(403)


@bp.get("")
def listing() -> ResponseReturnValue:
    """My long jobs; heads of department see everybody's."""
    everybody = "all" in request.args and policies.may_oversee_jobs(g.me)
    rows, part = queries_batches.listed(session(), g.me, everybody=everybody, place=keyset.place_of(request.args))
    return render_template(
        "registry/batches.html",
        rows=rows,
        part=part,
        titles={each.id: title(each) for each in rows},
        names=queries_batches.names(session(), rows),
        everybody=everybody,
        may_see_all=policies.may_oversee_jobs(g.me),
        others=[] if everybody else queries_batches.others(session(), g.me),
    )


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One job: before it starts what it will do, afterwards what became of each item."""
    it, at = _batch(number), session()
    return render_template(
        "registry/batch.html",
        **_said(it),
        **_listed(it),
        reasons=queries_batches.reasons(at, number, language()),
        hidden=queries_batches.hidden(at, it),
        refresh=REFRESH if it.state in batches.GOING and not request.args.get("items") else 0,
    )


def _listed(it: Batch) -> dict[str, Any]:
    """The items that the address names, by state and place."""
    at, about, chosen = session(), KINDS[it.kind], _chosen()
    items, part = queries_batches.items(at, it.id, state=chosen, place=keyset.place_of(request.args))
    return {
        "items": items,
        "part": part,
        "urls": {each.id: about.url(each) for each in items},
        "called": about.called(at, items) if about.may(g.me) else {},  # whoever began it may have another role now
        "chosen": chosen,
        "place": {name: request.args[name] for name in ("after", "before") if name in request.args},
    }


def _chosen() -> str:
    """Which of the items are listed: by their state, or by the code of why they are left out."""
    said = request.args.get("items", "")
    return said if said in queries_batches.STATES or CODE.fullmatch(said) else ""


@bp.get("/<int:number>/progress")
def progress(number: int) -> ResponseReturnValue:
    """The progress, and for the job's own page what it counts and lists; once it has ended the page comes anew."""
    it = _batch(number)
    if "items" in request.args:
        answer = Response(render_template("registry/batch_news.html", **_said(it), **_listed(it)))
    else:
        answer = Response(render_template("registry/batch_progress.html", **_said(it)))
    if it.state not in batches.GOING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post("/<int:number>/<any('start', 'cancel', 'go-on', 'file'):act>")
def act(number: int, act: str) -> ResponseReturnValue:
    """Start it, cancel it, go on with it, have its file made."""
    _batch(number)
    verb, said = ACTS[act]
    with transaction(once=request.form.get("key")) as at:
        verb(at, still_there(at, Batch, number), actor=g.me, now=clock.now())
    flash(said)
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/discard")
def discard(number: int) -> ResponseReturnValue:
    """Forget what was only prepared."""
    it = _batch(number)
    back = str(it.params.get("back") or "")
    with transaction(once=request.form.get("key")) as at:
        batches.discard(at, still_there(at, Batch, number), actor=g.me)
    flash(_("Nothing was done."))
    return redirect(back if back.startswith("/staff") else url_for(".listing"), 303)


@bp.post("/<int:number>/undo")
def undo(number: int) -> ResponseReturnValue:
    """Prepare the taking back, which is looked at like everything else."""
    _batch(number)
    with transaction(once=request.form.get("key")) as at:
        made = batches.undo(at, still_there(at, Batch, number), actor=g.me, now=clock.now()).id
    return redirect(url_for(".show", number=made), 303)


@bp.get("/<int:number>/file")
def file(number: int) -> ResponseReturnValue:
    """The result; only for whoever started it, and only while everything in it may still be read."""
    it = _batch(number)
    if it.sha256 is None or not batches.may_take(g.me, it) or queries_batches.is_closed(session(), it):
        abort(404)
    with transaction() as at:
        batches.taken(at, at.get_one(Batch, number), actor=g.me, now=clock.now())
    return served(it.sha256, it.file_name or f"batch-{number}", "application/octet-stream")


@bp.get("/<int:number>/rejects.csv")
def rejects(number: int) -> ResponseReturnValue:
    """What was left out or failed, with the reasons, as a table."""
    _batch(number)
    rows = [
        [each.ref, state_label("batch_item", each.state).text, (each.reason or {}).get(language(), "")]
        for each in queries_batches.every_item(session(), number, "SKIPPED", "FAILED")
    ]
    table = Table(_("Skipped"), [_("Item"), _("Result"), _("Reason")], rows)
    return attached(csv_of(table), CSV, f"{table.name} {number}.csv")


def title(it: Batch) -> str:
    """What a job does, in words."""
    return KINDS[it.kind].title(session(), it) if it.kind in KINDS else it.kind


def _batch(number: int) -> Batch:
    found = queries_batches.batch(session(), number)
    return found if found is not None and found.kind in KINDS else abort(404)


def _has_ended(it: Batch) -> bool:
    about = KINDS[it.kind]
    undone = queries_batches.undone_by(session(), it) if about.undo else None
    return about.may(g.me) and undone is None and it.state not in {*batches.GOING, "PREPARED"}


def may_go_on(it: Batch) -> bool:
    """Whether a button to go on with the rest is shown, on the page of a job or of what it is about."""
    return _has_ended(it) and bool(it.left or it.failed or it.state == "FAILED")


def may_take_back(it: Batch) -> bool:
    """Whether a button to take it back is shown."""
    return _has_ended(it) and bool(KINDS[it.kind].undo and it.done) and batches.may_undo(session(), g.me, it)


def _said(it: Batch) -> dict[str, Any]:
    about, at = KINDS[it.kind], session()
    ended = it.state not in {*batches.GOING, "PREPARED"}
    undone = queries_batches.undone_by(at, it) if about.undo else None
    mine, may = it.started_by is not None and it.started_by == g.me.id, about.may(g.me)
    return {
        "it": it,
        "about": about,
        "warns": about.warns(at, it) if it.state == "PREPARED" else "",
        "title": title(it),
        "starter": queries_batches.names(at, [it]).get(it.started_by or 0, ""),
        "going": it.state in batches.GOING,
        "may_steer": batches.may_steer(g.me, it),
        "may_take": batches.may_take(g.me, it),
        "closed": it.sha256 is not None and queries_batches.is_closed(at, it),
        "may_go_on": may_go_on(it),
        "may_undo": may_take_back(it),
        "undone": undone,
        "lacking": about.lacking(at, it) if about.file is not None and ended and it.done else 0,
        "may_ask_file": about.file is not None and ended and bool(it.done),
        "mine": mine and may,
    }
