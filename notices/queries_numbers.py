"""The register of numbers: every number given in a series and year, void ones with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import keyset
from core.clock import day_of
from notices.models import IN_REGISTER, Document, NumbersLost, SeriesCounter

COLUMNS = tuple(getattr(Document, name) for name in IN_REGISTER)


@dataclass(frozen=True)
class Entry:
    """One number; or a gap, if no document the reader may see has it, or it was lost in a restore."""

    serial: int
    id: int | None = None
    kind: str = ""
    number: str = ""
    issued_on: date | None = None
    state: str = "HIDDEN"
    void_on: date | None = None
    void_reason: str = ""


def series(session: Session) -> Sequence[tuple[str, int, int]]:
    """Every series and year with its last number, the newest year first."""
    found = select(SeriesCounter.series, SeriesCounter.year, SeriesCounter.last)
    found = found.order_by(SeriesCounter.year.desc(), SeriesCounter.series)
    return [(name, year, last) for name, year, last in session.execute(found)]


def last_of(session: Session, name: str, year: int) -> int | None:
    """The last number of a series and year; None if none was ever given."""
    found = select(SeriesCounter.last).where(SeriesCounter.series == name, SeriesCounter.year == year)
    return session.scalar(found)


def page(session: Session, name: str, year: int, *, last: int, size: int = 50) -> Sequence[Entry]:
    """The numbers from this one down, each in its place, whether or not the reader may see its document."""
    first = max(1, last - size + 1)
    found = _asked(name, year).where(Document.serial.between(first, last))
    there = {row.serial: _entry(row) for row in session.execute(found)}
    lost = _lost(session, name, year, first, last)
    gaps = {serial: Entry(serial, state="LOST") for serial in lost}
    return [there.get(serial) or gaps.get(serial) or Entry(serial) for serial in range(last, first - 1, -1)]


def _lost(session: Session, series: str, year: int, first: int, last: int) -> set[int]:
    """Which of these numbers were lost."""
    found = select(NumbersLost.first, NumbersLost.last).where(NumbersLost.series == series, NumbersLost.year == year)
    found = found.where(NumbersLost.first <= last, NumbersLost.last >= first)
    return {number for begin, end in session.execute(found) for number in range(max(begin, first), min(end, last) + 1)}


def void(
    session: Session, name: str, year: int, place: keyset.Place = keyset.BEGINNING
) -> tuple[Sequence[Entry], keyset.Part]:
    """One page of the void numbers of a series and year, the newest first."""
    keys = (Document.serial, Document.id)
    part = keyset.part(session, _asked(name, year), [Document.void_at.is_not(None)], keys, place, down=True)
    return [_entry(row) for row in part.rows], part


def _asked(name: str, year: int) -> Select[Any]:
    return select(*COLUMNS).where(Document.series == name, Document.year == year)


def _entry(row: Any) -> Entry:  # noqa: ANN401 - a row of the register's columns
    return Entry(
        row.serial,
        row.id,
        row.kind,
        row.number,
        row.issued_on,
        _state(row),
        day_of(row.void_at) if row.void_at else None,
        row.void_reason or "",
    )


def _state(row: Any) -> str:  # noqa: ANN401 - a row of the register's columns
    known = {
        "VOID": row.void_at,
        "SET_ASIDE": row.set_aside_on,
        "IN_FORCE": row.pdf_at,
        "ERASED": row.erased_at,
    }
    making = "TO_STAMP" if row.seal_mode == "physical" else "IN_THE_MAKING"
    return next((state for state, at in known.items() if at is not None), making)
