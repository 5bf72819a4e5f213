"""Imports as long jobs: the dry run that prepares, the import row by row, and taking back what nobody touched."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import force_locale
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.models import HISTORIC, Complaint, NamedCompany
from core.actors import Actor
from core.db import Base
from core.errors import NotNow, Refused
from core.journal import JournalEntry
from core.plainly import number
from core.words import LOCALES, _, _l
from filestore import files
from filestore.sheets_made import XLSX, Table, csv_of, xlsx_of
from imports import companies, uploads
from imports.columns import before_rejects
from imports.company_rows import CompanyRow
from imports.compared import Standing, there_of
from imports.historic import import_rows, judged, note, ref_of, taken_of
from imports.lines import BOOK, look
from imports.mapping import COMPANIES, Mapping
from imports.models import ImportFile
from imports.report import WHERE, Report, rejected_cells
from imports.rows import FIELD, Reject, Rejected, Row, There
from imports.uploads import BACK, COMPANY_ROWS, LOOK, ROWS, Found
from registry import accounts, batches, queries
from registry.batches import Chosen, Kind
from registry.models_batches import Batch, BatchItem
from search import entries

OWN: Final = ("named_company", "queue_entry")
"""Tables whose rows came in with the complaint, or that the database keeps by itself."""
THERE: Final = _l("It came in with an earlier import.")
ALIKE: Final = _l("An earlier import brought a complaint of this source in that says the same.")
DIFFERS: Final = _l("It came in with an earlier import and says something else there; what is there stays as it is.")
MISSING: Final = _l("It is not there any more.")
NO_KEEPER: Final = _l("Whoever confirmed the list doesn't keep the register any more.")
TOUCHED: Final = _l("Somebody has worked on it since it came in, so it stays.")


def file_of(session: Session, batch: Batch, *, lock: bool = False) -> ImportFile:
    """The file of a dry run, an import or a taking back."""
    return session.get_one(ImportFile, int(batch.params["file"]), with_for_update=lock, populate_existing=lock)


def _look(session: Session, batch: Batch, _item: BatchItem, actor: Actor, now: datetime) -> None:
    """Judge every row as the import will, and lay the import down to be started; no complaint is written."""
    it = file_of(session, batch, lock=True)
    if it.look_id != batch.id:
        raise NotNow(_l("Another dry run of this file was begun since."))
    kind = uploads.mapping_of(it)
    chosen: list[Chosen] = []
    rejects: list[Reject] = []
    with uploads.opened(uploads.kept_file(it), it.name) as path:
        seen = look(path, kind.encodings)
        report = Report(kind.source, seen.encoding, seen.guessed, dry=True)
        whole = kind.holds == COMPANIES
        judgements: Iterable[tuple[Found | Reject, Standing]] = (
            companies.judged(session, path, kind, seen, report, now)
            if whole
            else judged(session, path, kind, seen, report)
        )
        for found, how in judgements:
            if len(chosen) == batches.MOST:
                raise NotNow(
                    _l(
                        "More than %(most)s rows. Split the file, or import it by the command.",
                        most=number(batches.MOST),
                    )
                )
            chosen.append(_chosen(found, kind, how))
            if isinstance(found, Reject):
                rejects.append(found)
    params = {"file": it.id, "back": f"/staff/import/{it.id}"}
    it = file_of(session, batch, lock=True)
    it.batch_id = batches.prepare(
        session, COMPANY_ROWS if whole else ROWS, chosen, params=params, actor=actor, now=now
    ).id
    it.found = report.found()
    if rejects:
        with force_locale(LOCALES[batch.params["lang"]]):
            _keep(session, it, rejects, book=seen.encoding == BOOK)


def _chosen(found: Found | Reject, kind: Mapping, how: Standing) -> Chosen:
    if isinstance(found, Reject):
        why = (
            _l("Column “%(column)s”: %(why)s", column=found.column, why=found.reason) if found.column else found.reason
        )
        return Chosen("import_row", found.line, str(found.line), Rejected(FIELD, why))
    if isinstance(found, CompanyRow):
        skip = There(companies.THERE) if how.there else None
        return Chosen("import_row", found.line, f"{found.line} · {found.ref}", skip, {"says": found.says})
    if how.there:
        skip = There(DIFFERS) if how.differs else _there(kind)
        said = {"ref": how.there, "there": True}
        return Chosen("import_row", found.line, f"{found.line} · {how.there}", skip, said)
    ref = ref_of(found, kind)
    return Chosen("import_row", found.line, f"{found.line} · {ref}", result={"ref": ref})


def _there(kind: Mapping) -> There:
    return There(THERE if kind.numbered else ALIKE)


def _keep(session: Session, it: ImportFile, rejects: Sequence[Reject], *, book: bool) -> None:
    """All rejected rows as they stood, the reasons before them, as the kind of file that was brought in."""
    names = [each["name"] for each in it.columns]
    said = len(before_rejects(names))  # where and why these rows were rejected the last time
    rows = [replace(each, cells=each.cells[said:]) if len(each.cells) == len(names) else each for each in rejects]
    heads = [*map(str, WHERE), *names[said:]]
    table = Table(_("Rejected rows"), heads, [rejected_cells(each) for each in rows])
    name, _dot, _ending = it.name.rpartition(".")
    if book:
        kept = files.keep_made(session, xlsx_of([table]), f"{name}.rejects.xlsx", XLSX)
    else:
        kept = files.keep_made(session, csv_of(table), f"{name}.rejects.csv", "text/csv")
    it.rejects_sha256, it.rejects_name, it.rejects_size = kept.sha256, kept.name, kept.size


def _bring_many(
    session: Session, batch: Batch, items: Sequence[BatchItem], _actor: Actor, _now: datetime
) -> dict[int, Refused]:
    """Some rows, by the verb of the command; what is there already is left alone."""
    it = file_of(session, batch)
    rows = [row for item in items if isinstance(row := uploads.row_of(it, item.subject_id), Row)]
    kind = uploads.mapping_of(it)
    taken = taken_of(session, rows, kind)
    added, _matched = import_rows(session, [row for row in rows if row.number not in taken], kind)
    there = there_of(session, [row for row in rows if row.number not in added and row.number not in taken], kind)
    refused: dict[int, Refused] = {}
    for item, row in zip(items, rows, strict=True):
        if row.number in added:
            item.result = {**item.result, "ref": ref_of(row, kind), "id": added[row.number]}
        elif row.number in taken:
            refused[item.id] = Rejected(FIELD, taken[row.number])
        else:
            item.result = {**item.result, "ref": there.get(row.number, ""), "there": True}
            refused[item.id] = _there(kind)
    return refused


def _enter_many(
    session: Session, batch: Batch, items: Sequence[BatchItem], _actor: Actor, now: datetime
) -> dict[int, Refused]:
    """Some rows of a list of companies, by the register's verbs, under the name of whoever confirmed the list."""
    it = file_of(session, batch)
    keeper = accounts.actor_of(session, batch.params.get("confirmed_by"))
    if keeper is None or not uploads.may_confirm(keeper):
        return {item.id: NotNow(NO_KEEPER) for item in items}
    by_number = {item.id: item for item in items}
    rows = {item.id: row for item in items if isinstance(row := uploads.row_of(it, item.subject_id), CompanyRow)}

    def done(number: int, added: Counter[str]) -> None:
        item, party = by_number[number], queries.party_by_uscc(session, rows[number].uscc)
        item.result = {**item.result, "entered": dict(added), "party": party.id if party else None}

    return companies.enter_all(session, rows, actor=keeper, now=now, done=done)


def _back_many(
    session: Session, _batch: Batch, items: Sequence[BatchItem], _actor: Actor, _now: datetime
) -> dict[int, Refused]:
    """Out again with what came in and is as it came."""
    numbers = [int(item.result["id"]) for item in items]
    held = select(Complaint.id).where(Complaint.id.in_(numbers), Complaint.state == HISTORIC).order_by(Complaint.id)
    there = set(session.scalars(held.with_for_update()))
    gone = sorted(there - touched(session, sorted(there)))
    session.execute(delete(NamedCompany).where(NamedCompany.complaint_id.in_(gone)))
    session.execute(delete(Complaint).where(Complaint.id.in_(gone)))
    entries.write(session, "complaint", gone)
    return {
        item.id: NotNow(TOUCHED if number in there else MISSING)
        for item, number in zip(items, numbers, strict=True)
        if number not in gone
    }


def touched(session: Session, numbers: Sequence[int]) -> set[int]:
    """Complaints that any other row names, or of which the journal tells (even that somebody uncovered one)."""
    told = select(JournalEntry.subject_id).where(
        JournalEntry.subject_kind == "complaint", JournalEntry.subject_id.in_(numbers)
    )
    naming = [
        select(column).where(column.in_(numbers))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if table.name not in OWN and any(key.target_fullname == "complaint.id" for key in column.foreign_keys)
    ]
    return {number for each in (told, *naming) for number in session.scalars(each)}


def _alone(many: Callable[..., dict[int, Refused]]) -> Callable[[Session, Batch, BatchItem, Actor, datetime], None]:
    """One by itself, where several at once failed."""

    def do(session: Session, batch: Batch, item: BatchItem, actor: Actor, now: datetime) -> None:
        for refused in many(session, batch, [item], actor, now).values():
            raise refused

    return do


def _ended(what: str) -> Callable[[Session, Batch, Actor, datetime], None]:
    """One entry in the journal for the whole of it, as the command writes one."""

    def noted(session: Session, batch: Batch, actor: Actor, _now: datetime) -> None:
        it = file_of(session, batch)
        batches.settled(session, batch)
        counts: dict[str, Any] = {"rows": batch.total, "left_out": batch.skipped, "failed": batch.failed}
        if what == "import":
            counts |= {"imported": batch.done, "rejected": (it.found or {}).get("rejected", 0)}
        else:
            counts |= {"taken_back": batch.done}
        said = {**counts, "mapping": it.mapping, "batch": batch.id}
        note(session, what, uploads.mapping_of(it), it.digest, said, actor)

    return noted


def rejects_taken(session: Session, it: ImportFile, *, actor: Actor) -> None:
    """The rejected rows leave the house."""
    said = {"file": it.rejects_sha256, "mapping": it.mapping}
    note(session, "import.rejects", uploads.mapping_of(it), it.digest, said, actor)


def _name(session: Session, batch: Batch) -> str:
    it = session.get(ImportFile, int(batch.params["file"]))
    return it.name if it is not None else "—"


def register_kinds(
    url: Callable[[BatchItem], str],
    company: Callable[[BatchItem], str],
    left: Callable[[BatchItem], str],
    page: Callable[[Batch], Sequence[tuple[Any, str]]],
) -> None:
    """Make them known as long jobs."""
    batches.kind(LOOK, Kind(lambda at, it: str(_("Dry run of %(name)s", name=_name(at, it))), _look, may=uploads.may))
    batches.kind(
        ROWS,
        Kind(
            lambda at, it: str(_("Import %(name)s", name=_name(at, it))),
            _alone(_bring_many),
            many=_bring_many,
            may=uploads.may,
            url=url,
            undo=BACK,
            ended=_ended("import"),
            ways=page,
            note=_l(
                "Each row becomes a historic complaint: it can be read, found and counted, and nothing runs on it."
            ),
        ),
    )
    batches.kind(
        COMPANY_ROWS,
        Kind(
            lambda at, it: str(_("Companies of %(name)s", name=_name(at, it))),
            _alone(_enter_many),
            many=_enter_many,
            url=company,
            ended=_ended("import"),
            ways=page,
            waits=timedelta(days=14),
            note=_l("What the register lacks is entered row by row; what it holds is never changed."),
            second=_l("The system administrator, who keeps the register, looks at it and confirms it."),
        ),
    )
    batches.kind(
        BACK,
        Kind(
            lambda at, it: str(_("Take back the import of %(name)s", name=_name(at, it))),
            _alone(_back_many),
            many=_back_many,
            may=uploads.may,
            url=left,
            ended=_ended("import.back"),
            note=_l("What nobody has worked on since it came in is taken out again; the rest stays, with the reason."),
        ),
    )
