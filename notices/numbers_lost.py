"""Numbers after a restore: what was given since the dump is never given again, and is shown as lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notices.models import Document, NumbersLost, SeriesCounter
from registry import settings

OF_CASES: Final = "AJ"
"""Cases are numbered by the same counters, and are no documents."""
FURTHEST: Final = 10_000
"""More numbers than anybody gives in the days after a dump: whoever types more has mistyped."""


@dataclass(frozen=True)
class Known:
    """A series and year, the last number that the database knows, and the day on which it was given."""

    series: str
    year: int
    last: int
    on: date | None


def known(session: Session) -> Sequence[Known]:
    """Every series and year, the newest first."""
    given = select(func.max(Document.issued_on)).where(
        Document.series == SeriesCounter.series, Document.year == SeriesCounter.year
    )
    columns = (SeriesCounter.series, SeriesCounter.year, SeriesCounter.last, given.scalar_subquery())
    found = select(*columns).order_by(SeriesCounter.year.desc(), SeriesCounter.series)
    return [Known(*row) for row in session.execute(found)]


def raise_to(session: Session, series: str, year: int, number: int, *, now: datetime) -> int:
    """Let the next number come after this one; returns how many are lost. Raises ValueError if that cannot be."""
    counter = session.get(SeriesCounter, (series, year), with_for_update=True)
    if counter is None and series not in {OF_CASES, *settings.value(session, "SERIES.word")}:
        message = f"{series} is no series of numbers."
        raise ValueError(message)
    last = counter.last if counter is not None else 0
    if number < last:
        message = f"{series}/{year}: number {last} was given already; a counter is never lowered."
        raise ValueError(message)
    if number - last > FURTHEST:
        message = f"{series}/{year}: {number} is more than {FURTHEST} above {last}, the last that is known."
        raise ValueError(message)
    if number == last:
        return 0
    if counter is None:
        session.add(SeriesCounter(series=series, year=year, last=number))
    else:
        counter.last = number
    session.add(NumbersLost(series=series, year=year, first=last + 1, last=number, noted_at=now))
    session.flush()
    return number - last
