"""What is downloaded about many complaints: a table, or sheets to print; neither says who complained."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pikepdf
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import copies, labels
from casework.policies_pages import may_read_complaints
from core import clock
from core.actors import Actor
from core.clock import day_of
from core.errors import NotNow, Refused
from core.labels import state_label
from core.words import LOCALES, _, _l, _n
from desk import queries_bulk
from desk.queries_queue_lines import Line
from filestore import files
from filestore.sheets_made import XLSX, Cell, Table, csv_of, xlsx_of
from notices.page_words import WORDS
from printing import fonts, pdf, templates
from registry import settings
from registry.batches import UNREADABLE, File, Kind
from registry.models_batches import Batch, BatchItem

SHEETS: Final = ("layouts/fonts", "sheets/sheet", "layouts/demonstration")
PDF: Final = "application/pdf"
LEFT_OUT: Final = NotNow(UNREADABLE)


def export(session: Session, batch: Batch) -> File:
    """Every complaint of the selection that its starter may still read, in one table."""
    waiting = select(BatchItem.id, BatchItem.subject_id).where(BatchItem.batch_id == batch.id)
    items = {number: item for item, number in session.execute(waiting.where(BatchItem.state != "SKIPPED"))}
    with force_locale(LOCALES[batch.params["lang"]]):
        found = queries_bulk.listed(session, list(items), batch.params["lang"], clock.today())
        rows = {each.complaint.id: _row(each) for each in found}
        table = Table(_("Complaints"), _heads(), list(rows.values()))
    left_out: dict[int, Refused] = {item: LEFT_OUT for number, item in items.items() if number not in rows}
    name = f"complaints-{clock.today():%Y%m%d}-{batch.id}"
    if batch.params["ending"] == "csv":
        return File(f"{name}.csv", "text/csv", csv_of(table), left_out)
    return File(f"{name}.xlsx", XLSX, xlsx_of([table]), left_out)


def _heads() -> list[str]:
    return [
        _("Complaint number"),
        _("State"),
        _("Received"),
        _("Officer"),
        _("Institution"),
        _("Collection firm"),
        _("Alleged"),
        _("Urgent"),
        _("Channel"),
        _("What happened"),
        _("Ended"),
    ]


def _row(each: queries_bulk.Listed) -> list[Cell]:
    it = each.complaint
    return [
        it.ref,
        _standing(each.line),
        it.received_on,
        each.officer,
        _every(each, "INSTITUTION"),
        _every(each, "FIRM"),
        each.codes,
        _("Yes") if it.urgent else "",
        _word(labels.CHANNEL, it.channel),
        copies.draft(it),
        day_of(it.ended_at) if it.ended_at else None,
    ]


def _standing(line: Line) -> str:
    """How it stands, in the words of the queue."""
    said = [_word(labels.COMPLAINT, line.state)] if not line.to_check or line.state != "FORWARDED" else []
    if line.to_check:
        said.append(_n("%(num)d answer to check", "%(num)d answers to check", line.to_check))
    if line.late:
        said.append(_word(labels.FORWARDING, "OVERDUE"))
    if line.time_asked:
        said.append(_("More time asked for"))
    if line.approval:
        said.append(str(state_label("approval", "IN_APPROVAL").text))
    return str(_("; ")).join(said)


def _every(each: queries_bulk.Listed, kind: str) -> str:
    """All companies of this kind, each once."""
    return str(_("; ")).join(dict.fromkeys(filter(None, each.companies.get(kind, ()))))


def _word(table: dict[Any, Any], key: str) -> str:
    return str(table[key][0]) if key in table else key


def _print(session: Session, batch: Batch, item: BatchItem, _actor: Actor, now: datetime) -> None:
    """One complaint as a separate sheet."""
    lang = batch.params["lang"]
    each = next(queries_bulk.listed(session, [item.subject_id], lang, clock.today()))
    with force_locale(LOCALES[lang]):
        pairs = [(head, value) for head, value in zip(_heads(), _row(each), strict=True) if value not in ("", None)]
        told = pairs.pop(next(place for place, pair in enumerate(pairs) if pair[0] == _("What happened")))
        said = {"lang": "en" if lang == "en" else "zh-CN", "title": each.complaint.ref, "pairs": pairs, "told": told}
        said["mark"] = WORDS[lang]["mark"] if settings.is_demonstration(session) else ""
        html = templates.template("sheets/sheet.html").render(**said, printed=day_of(now).isoformat())
    made = pdf.render_in_limits(fonts.printable(html), created=now, stylesheets=templates.stylesheets(*SHEETS))
    item.result = {"sha256": files.keep_made(session, made, f"{each.complaint.ref}.pdf", PDF).sha256}


def bound(session: Session, batch: Batch) -> File:
    """All sheets one after the other, with a bookmark for each."""
    done = select(BatchItem).where(BatchItem.batch_id == batch.id, BatchItem.state == "DONE").order_by(BatchItem.id)
    whole, out = pikepdf.new(), io.BytesIO()
    with whole.open_outline() as outline:
        for ref, sha256 in _sheets(session.scalars(done)):
            with files.open_file(sha256) as kept, pikepdf.open(kept) as sheet:
                outline.root.append(pikepdf.OutlineItem(ref, len(whole.pages)))
                whole.pages.extend(sheet.pages)
    if not len(whole.pages):
        raise NotNow(_l("There is nothing to put into a file yet."))
    whole.save(out, deterministic_id=True)
    return File(f"complaints-{batch.id}.pdf", PDF, out.getvalue())


def _sheets(items: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - rows of items
    for each in items:
        if "sha256" in each.result:
            yield each.ref, each.result["sha256"]


FILES: Final[dict[str, Kind]] = {
    "export": Kind(
        lambda _at, it: str(_("Export complaints as %(kind)s", kind=it.params["ending"].upper())),
        may=may_read_complaints,
        file=export,
        reads=True,
        note=_l(
            "Names, contacts and identity numbers have no column of their own. In the text, known names, numbers and "
            "addresses are masked; look through the rest before you pass it on. Who took the file is journalled."
        ),
    ),
    "print": Kind(
        lambda _at, _it: str(_("Print complaints")),
        _print,
        may=may_read_complaints,
        file=bound,
        reads=True,
        note=_l("One sheet for each, personal data hidden, bound as one PDF; who took the file is journalled."),
    ),
}
