"""Imports: complaints of other registers come in as historic ones, read only, each once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.models import HISTORIC, Complaint, NamedCompany
from core import clock, journal
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput
from core.words import LazyString, _l
from imports.compared import NEW, Standing, standings, there_of
from imports.lines import Look, look
from imports.mapping import Mapping
from imports.mapping import mapping as mapping_of
from imports.report import RejectsFile, Report
from imports.rows import FIELD, Reject, Row, addressed, heads, parse
from registry import lineage
from registry.models import Party, PartyAlias, PartyKind
from registry.names import fold, fold_number
from registry.queries import match_numbers
from search import entries

BATCH = 500
LEAST_DIGITS = 5
"""A company whose name has fewer figures and no letter is no telephone number."""
STATES = {"import": ("-", HISTORIC), "import.back": (HISTORIC, "-")}
UNKNOWN = (None, PartyKind.INSTITUTION)
"""A company that the register doesn't know: most registers name the institution."""
Progress = Callable[[int], None]
Told = tuple[str, date]
"""Whom a complaint names, and the day on which it came."""


def import_complaints(
    path: Path,
    mapping: str,
    *,
    dry_run: bool = False,
    rejects_path: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Import a file in one transaction: all good rows or, after a fault, none. A second run changes nothing."""
    kind = mapping_of(mapping)
    if not path.is_file():
        raise BadInput(FIELD, _l("There is no file %(path)s.", path=path))
    seen = look(path, kind.encodings)
    report = Report(kind.source, seen.encoding, seen.guessed, dry_run)
    with transaction() as session, RejectsFile(rejects_path, lambda: heads(path, kind, seen)) as rejects:
        for batch in _batches(_good(path, kind, seen, report, rejects), BATCH):
            _take(session, batch, kind, report, rejects)
            if progress is not None:
                progress(report.rows)
        report.rejects_file = rejects.written
        if report.imported and not dry_run:
            counts = {"rows": report.rows, "imported": report.imported, "rejected": report.rejected}
            note(session, "import", kind, seen.digest, {**counts, "mapping": mapping}, SYSTEM)
    return report


def judged(
    session: Session, path: Path, kind: Mapping, seen: Look, report: Report
) -> Iterator[tuple[Row | Reject, Standing]]:
    """Every row of a file in its order, and how it stands to what is there; the report counts, nothing is written."""
    found = iter(parse(path, kind, seen))
    while batch := list(islice(found, BATCH)):
        rows = [each for each in batch if isinstance(each, Row)]
        taken = taken_of(session, rows, kind)
        good = [row for row in rows if row.number not in taken]
        stand = standings(session, good, kind, twins=True)
        report.matched += _matched(session, [row for row in good if not stand.get(row.number, NEW).there])
        for row in batch:
            each = _rejected(row, kind, taken)
            how = stand.get(each.number, NEW) if isinstance(each, Row) else NEW
            if isinstance(each, Row):
                report.saw(each)
                report.stands(each, how)
            else:
                report.refused(each)
            yield each, how


def _good(path: Path, kind: Mapping, seen: Look, report: Report, rejects: RejectsFile) -> Iterator[Row]:
    for found in parse(path, kind, seen):
        if isinstance(found, Row):
            yield found
        else:
            report.refused(found)
            rejects.add(found)


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _take(session: Session, rows: Sequence[Row], kind: Mapping, report: Report, rejects: RejectsFile) -> None:
    batch: list[Row] = []
    taken = taken_of(session, rows, kind)
    for row in rows:
        each = _rejected(row, kind, taken)
        if isinstance(each, Row):
            report.saw(each)
            batch.append(each)
        else:
            report.refused(each)
            rejects.add(each)
    stand = standings(session, batch, kind, twins=report.dry)
    for each in batch:
        report.compares(stand.get(each.number, NEW))
    if report.dry:
        fresh = [row for row in batch if not stand.get(row.number, NEW).there]
        new, matched = len(fresh), _matched(session, fresh)
    else:
        added, matched = import_rows(session, batch, kind)
        new = len(added)
    report.matched += matched
    report.imported += new
    report.there += len(batch) - new


def taken_of(session: Session, rows: Sequence[Row], kind: Mapping) -> dict[str, LazyString]:
    """Rows whose number with us another complaint bears, as north 2-17 and north-2 17 would: by number, why not."""
    mine = {ref_of(row, kind): row.number for row in rows}
    asked = select(Complaint.ref, Complaint.source, Complaint.source_no).where(Complaint.ref.in_(mine))
    taken = (ref for ref, source, number in session.execute(asked) if (source, number) != (kind.source, mine[ref]))
    return {
        mine[ref]: _l("Another complaint bears the number %(ref)s. Give the source another short name.", ref=ref)
        for ref in taken
    }


def _rejected(found: Row | Reject, kind: Mapping, taken: Table[str, LazyString]) -> Row | Reject:
    if isinstance(found, Row) and found.number in taken:
        return Reject(found.line, kind.columns.get("number", ""), taken[found.number], found.cells)
    return found


def import_rows(session: Session, rows: Sequence[Row], kind: Mapping) -> tuple[dict[str | None, int], int]:
    """Add rows as historic complaints, those there left alone; tell the new ones by number, and companies known.

    None of them may be one whose number with us is taken.
    """
    if not kind.numbered:
        there = there_of(session, rows, kind)
        rows = [row for row in rows if row.number not in there]
    if not rows:
        return {}, 0
    added = session.execute(
        insert(Complaint)
        .values([_values(row, kind) for row in rows])
        .on_conflict_do_nothing(index_elements=["source", "source_no"], index_where=text("source IS NOT NULL"))
        .returning(Complaint.id, Complaint.source_no),
    ).all()
    told = {row.number: (row.company, day_of(row.received_at)) for row in rows if row.company}
    named = [(number, told[source_no]) for number, source_no in added if source_no in told]
    parties = _parties(session, {each for _, each in named})
    if named:
        session.execute(
            insert(NamedCompany),
            [
                {
                    "complaint_id": number,
                    "kind": parties.get(each, UNKNOWN)[1].value,
                    "how": "NAME",
                    "value": each[0],
                    "party_id": parties.get(each, UNKNOWN)[0],
                }
                for number, each in named
            ],
        )
    entries.write(session, "complaint", [number for number, _ in added])
    return {source_no: number for number, source_no in added}, sum(each in parties for _, each in named)


def ref_of(row: Row, kind: Mapping) -> str:
    """The number of the historic complaint that a row becomes."""
    return f"{kind.source.upper()}-{addressed(row.number)}"


def _values(row: Row, kind: Mapping) -> dict[str, Any]:
    return {
        "ref": ref_of(row, kind),
        "state": HISTORIC,
        "channel": "IMPORT",
        "lang": kind.lang,
        "received_at": row.received_at,
        "product": row.product,
        "issue": row.issue or None,
        "facts": row.facts,
        "source": kind.source,
        "source_no": row.number,
        "source_fields": dict(row.also),
        "out_of_scope": row.out_of_scope,
    }


def _matched(session: Session, rows: Sequence[Row]) -> int:
    """Of how many of these rows the register would know the company."""
    told = [(row.company, day_of(row.received_at)) for row in rows if row.company]
    parties = _parties(session, set(told))
    return sum(each in parties for each in told)


def _parties(session: Session, told: set[Told]) -> dict[Told, tuple[int, PartyKind]]:
    """Find the register's parties of these names, and what they are.

    Of several that bear a name at one time or another, whoever bore it on the day on which the complaint came; where
    that is nobody, or still several, none.
    """
    wanted = {_key(company) for company, _day in told} - {""}
    found: dict[str, dict[int, PartyKind]] = {}
    stands = lineage.standing().label("id")
    own = select(stands, Party.kind, Party.folded_zh, Party.folded_en)
    for party in session.execute(own.where(or_(Party.folded_zh.in_(wanted), Party.folded_en.in_(wanted)))):
        for name in wanted.intersection((party.folded_zh, party.folded_en)):
            found.setdefault(name, {})[party.id] = party.kind
    aliases = select(PartyAlias.folded, stands, Party.kind).join(Party, Party.id == PartyAlias.party_id)
    aliases = aliases.where(PartyAlias.folded.in_(wanted))
    for folded, party_id, kind in session.execute(aliases):
        found.setdefault(folded, {})[party_id] = kind
    meant = {}
    for company, day in told:
        bearers = found.get(_key(company), {})
        numbers = list(bearers)
        if len(bearers) > 1:
            numbers = [each for each in match_numbers(session, company, days=(day, day)) if each in bearers]
        if len(numbers) == 1:
            meant[company, day] = numbers[0], bearers[numbers[0]]
    return meant


def _key(company: str) -> str:
    """How the register knows what names a company: a name, or a telephone number."""
    number = fold_number(company)
    is_number = len(number) >= LEAST_DIGITS and not any(each.isalpha() for each in company)
    return number if is_number else fold(company)


def note(session: Session, what: str, kind: Mapping, digest: str, changes: dict[str, Any], actor: Actor) -> None:
    """One entry for the whole import, or for what was taken back of it, under a number made of the file's content."""
    journal.write(
        session,
        subject=("import", int(digest[:15], 16)),
        row=what,
        ref=f"{kind.source}:{digest[:16]}",
        actor=actor,
        now=clock.now(),
        states=STATES.get(what, ("-", "-")),
        changes={**changes, "sha256": digest},
    )
