"""Rows of an import held against the complaints that are there: there already, saying something else, or twice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casework.models import HISTORIC, Complaint, NamedCompany
from core.clock import day_of
from imports import likeness
from imports.mapping import Mapping
from imports.rows import Row

LEAST: Final = 20
"""Shorter texts are the same in many complaints of one day."""


class Standing(NamedTuple):
    """How a good row stands to what is there."""

    there: str = ""
    """What it is with us, if it is there already."""
    differs: bool = False
    """Whether it says something else there."""
    twin: str = ""
    """Of a new one: a complaint of the same day and text under another number or source."""


NEW: Final = Standing()


def standings(session: Session, rows: Sequence[Row], kind: Mapping, *, twins: bool) -> dict[str, Standing]:
    """By number: how each row stands; those of which there is nothing to say are left out."""
    there = there_of(session, rows, kind)
    other = _differing(session, rows, there)
    found = {number: Standing(ref, number in other) for number, ref in there.items()}
    twice = _twins(session, [row for row in rows if row.number not in there]) if twins else {}
    return found | {number: Standing(twin=ref) for number, ref in twice.items()}


def there_of(session: Session, batch: Sequence[Row], kind: Mapping) -> dict[str, str]:
    """Rows that are there already: by number, what each is with us."""
    numbers = {number: row.number for row in batch for number in (row.number, row.formerly) if number}
    known = select(Complaint.source_no, Complaint.ref)
    known = known.where(Complaint.source == kind.source, Complaint.source_no.in_(numbers))
    there = {numbers[number or ""]: ref for number, ref in session.execute(known)}
    return there if kind.numbered else _alike(session, batch, kind) | there


def _alike(session: Session, batch: Sequence[Row], kind: Mapping) -> dict[str, str]:
    """Of rows without a number: those that another file brought when its line still told them apart."""
    of_those = (
        Complaint.source == kind.source,
        Complaint.source_no < likeness.BEHIND,
        Complaint.source_no.regexp_match(likeness.FORMERLY),
        Complaint.received_at.in_({row.received_at for row in batch}),
        Complaint.erased_at.is_(None),
    )
    times: dict[str, list[str]] = defaultdict(list)
    for ref, known in _known_by(session, _kept().where(*of_those).order_by(Complaint.id)):
        times[known].append(ref)
    return {
        likeness.number_of(known, time): ref for known, refs in times.items() for time, ref in enumerate(refs, start=1)
    }


def _kept() -> Select[Any]:
    named = select(NamedCompany.value).where(NamedCompany.complaint_id == Complaint.id).order_by(NamedCompany.id)
    texts = Complaint.product, Complaint.issue, Complaint.facts, named.limit(1).scalar_subquery()
    return select(Complaint.ref, Complaint.received_at, Complaint.source_fields, *texts)


def _known_by(session: Session, asked: Select[Any]) -> Iterable[tuple[str, str]]:
    """By what each of these complaints is known, were it a row without a number."""
    for ref, at, also, product, issue, facts, company in session.execute(asked):
        yield ref, likeness.known_by(day_of(at), product or "", issue or "", facts, company or "", also or {})


def _differing(session: Session, batch: Sequence[Row], there: dict[str, str]) -> set[str]:
    """Of those known by their number: which say something else there, where that is not erased."""
    mine = {there[row.number]: row for row in batch if row.number in there and not row.formerly}
    asked = _kept().where(Complaint.ref.in_(mine), Complaint.erased_at.is_(None))
    return {mine[ref].number for ref, known in _known_by(session, asked) if known != mine[ref].says}


def _twins(session: Session, new: Sequence[Row]) -> dict[str, str]:
    said: dict[tuple[datetime, bytes], list[str]] = defaultdict(list)
    for row in new:
        if len(row.facts) >= LEAST:
            said[row.received_at, sha256(row.facts.encode()).digest()].append(row.number)
    text = func.sha256(func.convert_to(Complaint.facts, "UTF8"))
    asked = select(Complaint.ref, Complaint.received_at, text).where(
        Complaint.state == HISTORIC,
        Complaint.received_at.in_({day for day, _text in said}),
        text.in_({digest for _day, digest in said}),
    )
    found = session.execute(asked.order_by(Complaint.id.desc()))
    return {number: ref for ref, at, digest in found for number in said.get((at, bytes(digest)), ())}
