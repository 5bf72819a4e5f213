"""The evidence room: one list of files, one viewer; a file is opened on a click that the journal notes."""

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue

from casework import evidence_looks, evidence_notes, masking, policies_pages, queries_cases, queries_evidence
from casework.models_cases import Evidence
from core import clock
from core.db import session, still_there, transaction
from core.web import blueprint
from core.words import _
from desk import queries_complaint
from desk.evidence_room import Room, page
from desk.forms_evidence import ConfirmForm, CorrectNoteForm, CoverForm, LookNoteForm, OpenForm, seconds
from filestore import copying, downloads, files, previews, scanning

bp = blueprint("desk_evidence", __name__, audience="staff", prefix="/staff/evidence")


@bp.before_request
def only_readers() -> None:
    """Files are looked at by whoever works on complaints and cases."""
    if not policies_pages.may_see_originals(g.me):
        abort(403)


@bp.get("/<int:number>/room")
def room(number: int) -> ResponseReturnValue:
    """The file in its place; masked until it is opened."""
    return page(_room(number))


@bp.post("/<int:number>/open")
def open_it(number: int) -> ResponseReturnValue:
    """Unmask it for this reader; the journal notes who, what, when and, if given, why."""
    here, form = _room(number), OpenForm(prefix="open")
    if not form.validate_on_submit():
        return page(here, {"open": form}), 422
    with transaction(once=form.key.data) as at:
        evidence_looks.open_it(at, here.place, here.it, why=form.why.data or "", actor=g.me, now=clock.now())
    return redirect(here.url(_anchor="room"), 303)


@bp.post("/<int:number>/notes")
def note(number: int) -> ResponseReturnValue:
    """Note what one sees or hears in it."""
    here, form = _room(number), LookNoteForm(prefix="note")
    if not form.validate_on_submit():
        return page(here, {"note": form}), 422
    with transaction(once=form.key.data) as at:
        evidence_notes.write(
            at,
            here.place,
            here.it,
            text=form.text.data or "",
            at=seconds(form.at.data),
            actor=g.me,
            now=clock.now(),
        )
    flash(_("Noted."))
    return redirect(here.url(_anchor="notes"), 303)


@bp.post("/<int:number>/correct")
def correct_note(number: int) -> ResponseReturnValue:
    """Say otherwise what one noted."""
    here, form, wanted = _opened(number), CorrectNoteForm(prefix="corrected"), _wanted()
    if not form.validate_on_submit():
        return page(here, {"corrected": form}), 422
    with transaction(once=form.key.data) as at:
        evidence_notes.correct(
            at,
            here.place,
            here.it,
            wanted,
            text=form.text.data or "",
            at=seconds(form.at.data),
            version=form.version.data,
            actor=g.me,
            now=clock.now(),
        )
    flash(_("Corrected."))
    return redirect(here.url(_anchor="notes"), 303)


@bp.post("/<int:number>/remove")
def remove_note(number: int) -> ResponseReturnValue:
    """Take away what one noted."""
    here, wanted, version = _opened(number), _wanted(), request.form.get("version", type=int)
    with transaction(once=request.form.get("key")) as at:
        evidence_notes.remove(at, here.place, here.it, wanted, version=version, actor=g.me, now=clock.now())
    flash(_("Removed."))
    return redirect(here.url(_anchor="notes"), 303)


@bp.post("/<int:number>/cover")
def cover(number: int) -> ResponseReturnValue:
    """Hand in the copy in which people are covered, or say that nobody has to be."""
    here, form = _opened(number), CoverForm(prefix="cover")
    if not form.validate_on_submit():
        return page(here, {"cover": form}), 422
    with transaction(once=form.key.data) as at:
        given = next(((each.stream, each.filename) for each in form.copy.data), None)
        it = still_there(at, Evidence, number)
        evidence_looks.cover(at, here.place, it, copy=given, nothing=form.nothing.data, actor=g.me, now=clock.now())
    flash(_("Kept. Once a second person confirms it, whoever reads the file from outside sees this copy."))
    return redirect(here.url(_anchor="cover"), 303)


@bp.post("/<int:number>/confirm")
def confirm(number: int) -> ResponseReturnValue:
    """Confirm the covered copy, as a second person who looked through it."""
    here, form = _opened(number), ConfirmForm(prefix="confirm")
    if not form.validate_on_submit():
        return page(here, {"confirm": form}), 422
    said = {"copy": form.copy.data or "", "looked": bool(form.looked.data)}
    with transaction(once=form.key.data) as at:
        it = still_there(at, Evidence, number)
        evidence_looks.confirm(at, here.place, it, **said, actor=g.me, now=clock.now())  # type: ignore[arg-type]
    flash(_("Confirmed. Whoever reads the file from outside sees this copy."))
    return redirect(here.url(_anchor="cover"), 303)


@bp.post("/<int:number>/uncover")
def uncover(number: int) -> ResponseReturnValue:
    """Take the covered copy back."""
    here = _opened(number)
    with transaction(once=request.form.get("key")) as at:
        evidence_looks.uncover(at, here.place, still_there(at, Evidence, number), actor=g.me, now=clock.now())
    flash(_("Taken back."))
    return redirect(here.url(_anchor="cover"), 303)


@bp.post("/<int:number>/keep-back")
def keep_back(number: int) -> ResponseReturnValue:
    """Show it to the institution no more."""
    here = _room(number)
    with transaction(once=request.form.get("key")) as at:
        evidence_looks.keep_back(at, here.place, still_there(at, Evidence, number), actor=g.me, now=clock.now())
    flash(_("The institution does not see this file any more."))
    return redirect(here.url(_anchor="room"), 303)


@bp.get("/<int:number>/covered")
def covered(number: int) -> ResponseReturnValue:
    """The covered copy, as outsiders read it."""
    it = _opened(number).it
    if it.covered_sha256 is None or it.covered_type is None:
        abort(404)
    name = files.neutral_name(it.covered_sha256, it.covered_type)
    return downloads.served(it.covered_sha256, name, it.covered_type, inline="inline" in request.args)


@bp.get("/<int:number>")
def content(number: int) -> ResponseReturnValue:
    """The file under a name that tells of nobody; in the page, if the browser may show it."""
    here = _opened(number)
    it = here.it
    name = files.neutral_name(it.sha256, it.media_type)
    if policies_pages.may_read_complaints(g.me):
        name = masking.masked(it.name, here.names)
    return downloads.served(it.sha256, name, it.media_type, inline="inline" in request.args)


@bp.route("/<int:number>/copy", methods=["GET", "POST"])
def copy(number: int) -> ResponseReturnValue:
    """The copy that a browser plays or shows; asked for again after a failure."""
    here = _opened(number)
    if request.method == "POST":
        with transaction(once=request.form.get("key")) as at:
            evidence_looks.copy_again(at, here.place, here.it, actor=g.me, now=clock.now())
        return redirect(here.url(_anchor="room"), 303)
    made = copying.known(session(), [here.it.sha256]).get(here.it.sha256)
    if made is None or made.copy_sha256 is None or made.media_type is None:
        abort(404)
    scanning.require_clean(here.it.sha256)
    name = files.neutral_name(made.copy_sha256, made.media_type)
    return downloads.served(made.copy_sha256, name, made.media_type, inline=True)


@bp.get("/<int:number>/pages/<int:place>.jpg")
def drawn(number: int, place: int) -> ResponseReturnValue:
    """One page of a PDF, drawn by the product."""
    here = _opened(number)
    if here.it.media_type != previews.PDF or place < 1:
        abort(404)
    return downloads.drawn(previews.page(here.it.sha256, place) or abort(404))


def _wanted() -> int:
    """The note that the address names."""
    return request.args.get("note", type=int) or abort(404)


def _room(number: int) -> Room:
    """A file that this reader may see, in the case from which they came, or where it belongs."""
    at = session()
    it = queries_complaint.evidence(at, number) or abort(404)
    downloads.there(it.sha256)
    case = queries_evidence.case(at, wanted) if (wanted := request.args.get("case", type=int)) else None
    if case is not None and it.id not in {each.id for each in queries_cases.evidence_of(at, case)}:
        case = None
    return Room(it, queries_evidence.place_of(at, it), case)


def _opened(number: int) -> Room:
    """A file that this reader may see and has opened; whoever has not is asked to."""
    here = _room(number)
    if not queries_evidence.is_open(session(), here.place, here.it, g.me, clock.now()):
        abort(redirect(here.url()))
    return here
