"""Imports as heads read them: the newest files, one of them, and the mappings that fit its columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core import keyset
from imports import columns, mapping
from imports.mapping import COMPANIES
from imports.models import ImportFile, ImportMapping
from registry.models_batches import Batch
from registry.queries import account_names

SIZE = 50


@dataclass(frozen=True)
class Offer:
    """A mapping for exactly these columns: how it is asked for, its name, and what it tells."""

    key: str
    name: str
    told: dict[str, Any]
    saved: bool = False
    """Whether it is one of those that came with the product, or that somebody saved."""


def file(session: Session, number: int, *, lock: bool = False) -> ImportFile | None:
    """One file that this reader may see."""
    asked = select(ImportFile).where(ImportFile.id == number)
    return session.scalar(asked.with_for_update() if lock else asked)


def listed(session: Session, place: keyset.Place, *wanted: ColumnElement[bool]) -> tuple[list[ImportFile], keyset.Part]:
    """The newest first."""
    part = keyset.part(session, select(ImportFile), wanted, (ImportFile.id,), place, down=True)
    return [row[0] for row in part.rows], part


def batches_of(session: Session, rows: Sequence[ImportFile]) -> dict[int, Batch]:
    """Their dry runs and imports."""
    wanted = {number for it in rows for number in (it.look_id, it.batch_id) if number is not None}
    return {each.id: each for each in session.scalars(select(Batch).where(Batch.id.in_(wanted)))}


def taken_back(session: Session, works: Collection[int]) -> dict[int, int]:
    """Of these imports, how many rows of each were taken back."""
    found = select(Batch.undoes, Batch.done).where(Batch.undoes.in_(works), Batch.done > 0)
    return {number or 0: many for number, many in session.execute(found)}


def names(session: Session, rows: Sequence[ImportFile], mappings: Sequence[ImportMapping] = ()) -> dict[int, str]:
    """Who brought files in, and saved mappings."""
    people = {it.brought_by for it in rows} | {it.saved_by for it in mappings}
    return account_names(session, people)


def mappings(session: Session) -> Sequence[ImportMapping]:
    """Those under a name, by name."""
    return session.scalars(select(ImportMapping).order_by(ImportMapping.name, ImportMapping.id)).all()


def offers(session: Session, it: ImportFile) -> list[Offer]:
    """Mappings for the columns of this file: as an earlier file was read, those under a name, those that came along."""
    found, mine = [], _left_out(it)
    earlier = select(ImportFile).where(ImportFile.told.is_not(None), ImportFile.id != it.id)
    for other in session.scalars(earlier.order_by(ImportFile.id.desc()).limit(SIZE)):
        if _heads(other) == _heads(it):
            found.append(Offer(f"file-{other.id}", other.name, _without(other.told or {}, _left_out(other))))
            break
    found += [Offer(f"own-{each.id}", each.name, each.told, saved=True) for each in mappings(session)]
    found += [Offer(name, name, mapping.shipped(name), saved=True) for name in mapping.names()]
    found = [replace(each, told=_without(each.told, (), beside=mine)) for each in found] if mine else found
    return [each for each in found if columns.fits(each.told, it)]


def _heads(it: ImportFile) -> list[str]:
    return sorted({each["name"] for each in it.columns}.difference(_left_out(it)))


def _left_out(it: ImportFile) -> list[str]:
    """Of a file of rejected rows, what says where and why they were: no mapping is asked about it."""
    return columns.before_rejects([each["name"] for each in it.columns])


def _without(told: dict[str, Any], gone: Sequence[str], *, beside: Sequence[str] = ()) -> dict[str, Any]:
    """A mapping that leaves other columns out as well, or no longer."""
    kept = [name for name in told.get("left_out", ()) if name not in gone]
    return {**told, "left_out": [*kept, *beside]} if gone or beside else told


def company_lists(session: Session, place: keyset.Place) -> tuple[list[ImportFile], keyset.Part]:
    """Lists of companies that were tried, the newest first."""
    return listed(session, place, ImportFile.holds == COMPANIES, ImportFile.batch_id.is_not(None))
