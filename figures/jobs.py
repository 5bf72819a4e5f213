"""Later work of figures: months counted every night, reports made."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from core import clock, outbox
from core.clock import day_of
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Refused
from core.words import in_both
from figures import documents, months, opening
from figures.models import MonthReport
from filestore import files

PDF = "application/pdf"


def nightly(at: Session, now: datetime) -> None:
    """Ask for the counting of this night; asked again, it is asked for once. Closed months are looked at as well."""
    months.tell_belated(at, now)
    _ask(at, day_of(now).isoformat())


def at_once(at: Session, now: datetime) -> None:
    """Ask for a counting now: somebody wants the figures of today."""
    _ask(at, f"{now:%Y-%m-%dT%H:%M}")


def _ask(at: Session, when: str) -> None:
    outbox.later(at, "figures.count", key=f"figures:{when}", when=when)


@outbox.job("figures.count")
def count(when: str) -> None:
    """Have every month counted that is not closed, each by a job of its own; publish what may be published."""
    now = clock.now()
    with transaction() as at:
        for month in months.to_count(at, now):
            outbox.later(at, "figures.month", key=f"figures:{when}:{month}", month=month.isoformat())
    publish(now)


@outbox.job("figures.month")
def count_month(month: str) -> None:
    """Count one month, and close it when its time has come."""
    with transaction() as at:
        months.count(at, date.fromisoformat(month), clock.now())


def publish(now: datetime) -> None:
    """Months that were closed before anything was to be published."""
    at = session()
    read_as(at, SYSTEM_READER)
    waiting = opening.to_publish(at)
    at.rollback()
    for month in waiting:
        with transaction() as inside:
            opening.publish(inside, month, now)


@outbox.job("figures.report")
def make(report_id: int) -> None:
    """Gather, draw, keep; a second run finds it made."""
    at = session()
    read_as(at, SYSTEM_READER)
    asked = at.get_one(MonthReport, report_id)
    if asked.sha256 is not None:
        at.rollback()
        return
    contents = documents.contents(at, asked.month, asked.lang)
    at.rollback()
    try:
        made, pages = documents.made(contents)
    except Refused as failure:
        with transaction() as inside:
            inside.get_one(MonthReport, report_id).trouble = in_both(failure)
        raise
    _keep(report_id, contents, made, pages)


def _keep(report_id: int, contents: documents.Contents, made: bytes, pages: int) -> None:
    with transaction() as at:
        kept_of = at.get_one(MonthReport, report_id, with_for_update=True, populate_existing=True)
        if kept_of.sha256 is None:
            kept = files.keep_made(at, made, f"report-{contents.month:%Y-%m}.pdf", PDF)
            kept_of.sha256, kept_of.size, kept_of.pages = kept.sha256, kept.size, pages
            kept_of.made_at, kept_of.trouble, kept_of.revision = clock.now(), None, contents.revision
