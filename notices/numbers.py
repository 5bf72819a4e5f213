"""Numbers of documents: gapless per series and year, given in the issuing transaction."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.held_back import held_back_of, writes
from notices.models import SeriesCounter
from notices.papers import Head
from registry import settings
from registry.seeds_settings import SERIES_WORDS

COUNTER = SeriesCounter.__tablename__
NUMBERS = "numbers"
"""With series and year: the last number given in a transaction whose rows are held back."""


@dataclass(frozen=True)
class Number:
    """One number: the type word, the year, the running number and how it is written."""

    series: str
    year: int
    serial: int
    text: str


def word_of(session: Session, series: str) -> str:
    """The type word that the association chose for a series; kinds name the series by its original word."""
    laid_down: list[str] = settings.value(session, "SERIES.word")
    return dict(zip(SERIES_WORDS, laid_down, strict=True)).get(series, series)


def give(session: Session, series: str, year: int) -> Number:
    """The next number; the counter's row stays locked until the transaction ends, so none is lost or doubled.

    Another type word begins at 1, since a number is one of its word and year.
    """
    series = word_of(session, series)
    back = held_back_of(session)
    if back is None:
        serial = _counted(session, series, year)
    else:
        given = back.known
        if (NUMBERS, series, year) not in given:
            serial = _counted(session, series, year)
        else:
            serial = given[NUMBERS, series, year] + 1
            back.put_off(COUNTER, {"series": series, "year": year, "last": serial})
        given[NUMBERS, series, year] = serial
    prefix = settings.value(session, "ASSOCIATION.prefix") or ""
    return Number(series, year, serial, f"{prefix}{series}〔{year}〕{serial}号")


def _counted(session: Session, series: str, year: int) -> int:
    first = insert(SeriesCounter).values(series=series, year=year, last=1)
    another = {"last": SeriesCounter.last + 1}
    counted = first.on_conflict_do_update(index_elements=["series", "year"], set_=another)
    return session.execute(counted.returning(SeriesCounter.last)).scalar_one()


@writes(COUNTER)
def _went_on(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write the counters, each once; their rows are locked since the first number."""
    for (series, year), last in {(row["series"], row["year"]): row["last"] for row in rows}.items():
        here = (SeriesCounter.series == series, SeriesCounter.year == year)
        session.connection().execute(update(SeriesCounter).where(*here).values(last=last))


def on_head(head: Head, given: Number | None, day: date, code: str, verify_url: str) -> Head:
    """The head with its number, date and check code."""
    return replace(
        head,
        number=given.text if given else "",
        issue_date=day,
        check_code=code if verify_url else "",
        verify_url=verify_url,
    )
