"""Pages of imports: a file is brought in, its columns are told, it is tried, and it comes in as a long job."""

from collections.abc import Mapping as Table
from datetime import date
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import queries_erasures
from core import clock, keyset, plainly
from core.db import session, transaction
from core.web import blueprint
from core.words import LazyString, _, _l, bracketed, language
from filestore.downloads import served
from imports import forms, jobs, queries, uploads
from imports.mapping import COMPLAINTS, of_told
from imports.models import ImportFile, ImportMapping
from imports.queries import Offer
from notices.queries import LINKS
from registry import batches, queries_batches, staff_batches
from registry.models_batches import Batch, BatchItem

bp = blueprint("imports_staff", __name__, audience="staff", prefix="/staff/import")
REFRESH = 5
"""So often, in seconds, the page comes anew where no script runs."""


@bp.before_request
def only_heads() -> None:
    """Heads of department."""
    if not uploads.may(g.me):
        abort(403)


@bp.route("", methods=["GET", "POST"])
def listing() -> ResponseReturnValue:
    """Bring a file in; the files that were brought in before, and the mappings under a name."""
    form = forms.BringForm()
    if form.validate_on_submit():
        with transaction(once=form.key.data) as at:
            given = form.files.data[0]
            number = uploads.bring(
                at, given.stream, given.filename, holds=form.what.data or COMPLAINTS, actor=g.me, now=clock.now()
            ).id
        return redirect(url_for(".columns", number=number), 303)
    at = session()
    rows, part = queries.listed(at, keyset.place_of(request.args))
    mappings, works = queries.mappings(at), queries.batches_of(at, rows)
    shown = render_template(
        "imports/imports.html",
        form=form,
        rows=rows,
        part=part,
        works=works,
        back=queries.taken_back(at, works),
        names=queries.names(at, rows, mappings),
        mappings=mappings,
    )
    return shown, form.status_code


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One file: what its dry run found, and what became of its import."""
    it, at = _file(number), session()
    works = queries.batches_of(at, [it])
    look, work = works.get(it.look_id or 0), works.get(it.batch_id or 0)
    watched = next((each for each in (look, work) if each is not None and each.state in batches.GOING), None)
    return render_template(
        "imports/import_file.html",
        file=it,
        starter=queries.names(at, [it]).get(it.brought_by, ""),
        look=look,
        work=work,
        watched=watched,
        it=watched,
        going=watched is not None,
        refresh=REFRESH if watched is not None else 0,
        begun=work is not None and work.state != "PREPARED",
        left_out=queries_batches.left_out(at, work.id) if work is not None else {},
        undone=queries_batches.undone_by(at, work) if work is not None else None,
        mine=work is not None and work.started_by == g.me.id,
        may_go_on=work is not None and batches.may_steer(g.me, work) and staff_batches.may_go_on(work),
        may_undo=work is not None and staff_batches.may_take_back(work),
        refused=_refused(look) if it.found is None else [],
        beside=told(it),
        past=_past(it),
        day_of=lambda written: plainly.in_words(date.fromisoformat(written)),
        products=_products(it.found or {}),
        unnumbered=it.holds == COMPLAINTS and "number" not in (it.told or {}).get("columns", {}),
        entered=entered,
        rejects=_rejects_called(it) if it.rejects_name else "",
    )


def _rejects_called(it: ImportFile) -> str:
    name, _dot, _ending = it.name.rpartition(".")
    ending = (it.rejects_name or "").rpartition(".")[2]
    return f"{name} {_('Rejected rows')}.{ending}"


def _products(found: Table[str, Any]) -> str:
    """The most frequent products of a file, each with how many rows, and whether it is none of our business."""
    return "\n".join(
        f"{name}{_(': ')}{plainly.number(count)}{bracketed(_('kept as out of scope')) if outside else ''}"
        for name, outside, count in found.get("products", ())
    )


def _past(it: ImportFile) -> int:
    """So many years old complaints are kept, where the file tells of some that are older; else 0."""
    first = (it.found or {}).get("first") if it.holds == COMPLAINTS else None
    years = queries_erasures.years(session())
    return years if first and first < queries_erasures.first_day(clock.today(), years).isoformat() else 0


def _refused(look: Batch | None) -> list[str]:
    """Why the dry run found nothing: the whole file was refused."""
    if look is None or look.state in {*batches.GOING, "PREPARED", "CANCELLED"}:
        return []
    said = [why for why, _count in queries_batches.reasons(session(), look.id, language())]
    return said or [(look.trouble or {}).get(language(), "")]


def entered(found: Table[str, Any]) -> list[tuple[LazyString, str]]:
    """What a list of companies adds to the register, as pairs of words."""
    return [
        (words, plainly.number(found["entered"][name]))
        for name, words in forms.ENTERED.items()
        if name in found["entered"]
    ]


def told(it: ImportFile) -> list[tuple[Any, Any]]:
    """How the file is read, as pairs of words: what each column is, and what is taken where none says it."""
    if it.told is None:
        return []
    columns = it.told["columns"]
    also = it.told.get("also", {})
    beside = [*also.get("texts", ()), *also.get("dates", ())]
    return [
        *((words, columns[field]) for field, words in forms.MEANT[it.holds].items() if field in columns),
        *(
            (words, dict(choices)[said])
            for name, (words, choices) in forms.UNSAID.items()
            if (said := it.told.get(name))
        ),
        *([(_("Product of all of them, where no column says so"), said)] if (said := it.told.get("product")) else []),
        (_("How days are written"), forms.SAMPLE.strftime(of_told(it.told, it.name).date_form)),
        *([(_("Kept beside it"), " · ".join(beside))] if beside else []),
        *([(_("Columns left out"), " · ".join(it.told["left_out"]))] if it.told.get("left_out") else []),
    ]


@bp.route("/<int:number>/columns", methods=["GET", "POST"])
def columns(number: int) -> ResponseReturnValue:
    """What the columns are: by a mapping that fits, or told one by one; then it is tried."""
    it, at = _file(number), session()
    work = queries.batches_of(at, [it]).get(it.batch_id or 0)
    if it.sha256 is None or (work is not None and work.state != "PREPARED"):
        return redirect(url_for(".show", number=number), 303)
    offers = queries.offers(at, it)
    before = it.told or next((each.told for each in offers), None)
    form = forms.with_columns(it.columns, before, it.holds)()
    if form.untouched and before:
        form.again(before)
    if not form.validate_on_submit():
        page = render_template("imports/import_columns.html", file=it, form=form, offers=offers)
        return page, form.status_code
    name = (form.save_as.data or "").strip()
    with transaction(once=form.key.data) as inside:
        mine = _locked(inside, number)
        uploads.tell(inside, mine, form.told(), name=name, save=bool(name), actor=g.me, now=clock.now())
        uploads.try_out(inside, mine, lang=language(), actor=g.me, now=clock.now())
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/holds/<any(complaints, companies):what>")
def holds(number: int, what: str) -> ResponseReturnValue:
    """It holds companies and not complaints, or the other way round."""
    _file(number)
    with transaction(once=request.form.get("key")) as at:
        uploads.read_as(at, _locked(at, number), holds=what, actor=g.me)
    return redirect(url_for(".columns", number=number), 303)


@bp.post("/<int:number>/use/<key>")
def use(number: int, key: str) -> ResponseReturnValue:
    """Read it by a mapping that fits, and try."""
    found = queries.offers(session(), _file(number))
    offer: Offer = next((each for each in found if each.key == key), None) or abort(404)
    with transaction(once=request.form.get("key")) as at:
        mine = _locked(at, number)
        name = offer.name if offer.saved else ""
        uploads.tell(at, mine, offer.told, name=name, save=False, actor=g.me, now=clock.now())
        uploads.try_out(at, mine, lang=language(), actor=g.me, now=clock.now())
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/again")
def again(number: int) -> ResponseReturnValue:
    """Try it once more: what came in meanwhile is there already."""
    _file(number)
    with transaction(once=request.form.get("key")) as at:
        uploads.try_out(at, _locked(at, number), lang=language(), actor=g.me, now=clock.now())
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/remove")
def remove(number: int) -> ResponseReturnValue:
    """Forget a file of which nothing came in."""
    _file(number)
    with transaction(once=request.form.get("key")) as at:
        uploads.remove(at, _locked(at, number), actor=g.me)
    flash(_("The file was taken away; nothing of it came in."))
    return redirect(url_for(".listing"), 303)


@bp.post("/mappings/<int:number>/remove")
def forget_mapping(number: int) -> ResponseReturnValue:
    """Take a saved mapping away."""
    with transaction(once=request.form.get("key")) as at:
        it = at.get(ImportMapping, number) or abort(404)
        uploads.forget_mapping(at, it, actor=g.me)
    flash(_("The mapping was taken away."))
    return redirect(url_for(".listing"), 303)


@bp.get("/<int:number>/rejects")
def rejects(number: int) -> ResponseReturnValue:
    """All rejected rows as they stood, with the reasons; that they leave the house is journalled."""
    it = _file(number)
    if it.rejects_sha256 is None:
        abort(404)
    with transaction() as at:
        jobs.rejects_taken(at, _locked(at, number), actor=g.me)
    answer: Response = served(it.rejects_sha256, _rejects_called(it), "application/octet-stream")
    return answer


def _file(number: int) -> ImportFile:
    return queries.file(session(), number) or abort(404)


def _locked(at: Session, number: int) -> ImportFile:
    return queries.file(at, number, lock=True) or abort(404)


def link(item: BatchItem) -> str:
    """The page of the complaint that a row became, or is already."""
    return _complaint(item) if item.state == "DONE" or item.result.get("there") else ""


def company(item: BatchItem) -> str:
    """The page of the company that a row told of."""
    return LINKS["party"](item.result["party"]) if item.result.get("party") else ""


def left(item: BatchItem) -> str:
    """The page of the complaint that was not taken back."""
    return _complaint(item) if item.state != "DONE" else ""


def _complaint(item: BatchItem) -> str:
    return url_for("desk_complaints.show", ref=item.result["ref"]) if item.result.get("ref") else ""


def way(batch: Batch) -> list[tuple[LazyString, str]]:
    """From the import that was laid down to what its dry run found."""
    return [(_l("What the dry run found"), url_for("imports_staff.show", number=batch.params["file"]))]


def register_kinds() -> None:
    """Make imports known as long jobs."""
    jobs.register_kinds(link, company, left, way)
