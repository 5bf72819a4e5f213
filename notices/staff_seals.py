"""Staff pages of sealing by hand: what must be stamped, a document with its scan, the seal log."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock, keyset
from core.db import session, transaction
from core.web import blueprint
from core.words import _, language
from filestore.downloads import attached, served
from filestore.sheets_made import CSV, csv_line
from notices import doers, foreign, names_hidden, policies, policies_reading, queries, queries_seals, stamping
from notices.documents import recipient_name
from notices.forms_seals import StampedForm
from notices.kinds import KINDS
from notices.models import Document
from notices.queries_seals import Line

bp = blueprint("notices_seals", __name__, audience="staff", prefix="/staff/seals")


@bp.get("/")
def to_stamp() -> ResponseReturnValue:
    """Documents whose stamped scan is not back, oldest first."""
    place = keyset.place_of(request.args)
    rows, part = queries_seals.to_stamp(session(), place)
    if not rows and place != keyset.BEGINNING:
        return redirect(url_for(".to_stamp"))
    return render_template(
        "notices/to_stamp.html",
        rows=[(each, _to(each), queries_seals.print_of(session(), each.id)) for each in rows],
        part=part,
        kinds=KINDS,
    )


@bp.route("/<int:number>", methods=["GET", "POST"])
def show(number: int) -> ResponseReturnValue:
    """A document: its file to print; its scan is handed in here."""
    document = _document(number)
    form = StampedForm()
    if form.validate_on_submit():
        with transaction(once=form.key.data) as at:
            stamping.seal(
                at,
                number,
                scan=form.scan.data,
                typed=form.number.data or "",
                day=form.day.data,
                copies=form.copies.data or 0,
                actor=g.me,
                now=clock.now(),
            )
        flash(_("The scan is kept, and the seal log has its line."))
        return redirect(url_for(".show", number=number), 303)
    if form.untouched:
        form.day.data, form.copies.data = clock.today(), 1
    return render_template(
        "notices/stamp.html",
        document=document,
        kind=KINDS[document.kind],
        to=_to(document),
        printed=queries_seals.print_of(session(), number),
        line=queries_seals.line_of(session(), number),
        form=form,
        keeps=policies.may_stamp(g.me),
        partial=[str(each) for each in doers.partial_in(session(), document, g.me, clock.now())],
        foreign=_foreign(document),
    ), form.status_code


def _foreign(document: Document) -> dict[str, list[str]]:
    """Its passages in another language, masked like its text for whoever has not opened it."""
    hide = names_hidden.veil(session(), document, g.me, clock.now())
    found = foreign.frozen_in(document.paper)
    return found if hide is None else {lang: [hide(each) for each in passages] for lang, passages in found.items()}


@bp.get("/<int:number>/print.pdf")
def print_(number: int) -> ResponseReturnValue:
    """The file to print, without a seal."""
    document = _document(number)
    printed = queries_seals.print_of(session(), number)
    if printed is None:
        return redirect(url_for(".show", number=number))
    if names_hidden.veil(session(), document, g.me, clock.now()) is not None:
        return redirect(url_for("notices_staff.show", number=number))
    return served(printed.sha256, f"{document.ref}-{_('to be stamped')}.pdf", "application/pdf", inline=True)


@bp.get("/log")
def log() -> ResponseReturnValue:
    """The seal log, the newest first."""
    since, until = _days()
    place = keyset.place_of(request.args)
    asked: dict[str, Any] = {"since": since, "until": until}
    rows, part = queries_seals.log(session(), since, until, place)
    if not rows and place != keyset.BEGINNING:
        return redirect(url_for(".log", **asked))
    return render_template(
        "notices/seal_log.html",
        rows=rows,
        kinds=KINDS,
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
        before=url_for(".log", before=part.before, **asked) if part.before else "",
        after=url_for(".log", after=part.after, **asked) if part.after else "",
        export=url_for(".export", **asked),
        lists=policies_reading.may_list(g.me),
    )


@bp.get("/log.csv")
def export() -> ResponseReturnValue:
    """The seal log as CSV, safe to open in a spreadsheet."""
    since, until = _days()
    rows = queries_seals.whole_log(session(), since, until)
    return attached("".join(_csv(rows)).encode(), CSV, f"{_('Seal log')} {clock.today():%Y%m%d}.csv")


def _to(document: Document) -> str:
    """Whom it goes to; lists do not name complainants."""
    return recipient_name(document) if document.complaint_id is None else str(_("Complainant"))


def _document(number: int) -> Document:
    document = queries.document(session(), number)
    if document is None or document.seal_mode != "physical":
        abort(404)
    if not policies_reading.may_read(session(), document, g.me):
        abort(403)
    return document


def _days() -> tuple[date | None, date | None]:
    """The days asked for; what is not a day is ignored."""
    found: list[date | None] = []
    for name in ("since", "until"):
        try:
            found.append(date.fromisoformat(request.args.get(name, "")))
        except ValueError:
            found.append(None)
    return found[0], found[1]


def _csv(rows: Iterable[Line]) -> Iterator[str]:
    yield "\ufeff" + csv_line(
        [
            *(_("Day of sealing"), _("Kind of document"), _("Number"), _("Copies"), _("Seal keeper"), _("Approved by")),
            *(_("Pages of the scan"), _("SHA-256 of the scan"), _("Noted at")),
        ]
    )
    for each in rows:
        line = each.line
        yield csv_line(
            [
                line.day.isoformat(),
                KINDS[line.document.kind].name(language()),
                line.number,
                str(line.copies),
                each.keeper,
                each.approver,
                str(line.scan_pages),
                line.scan_sha256,
                clock.local(line.noted_at).isoformat(timespec="minutes"),
            ]
        )
